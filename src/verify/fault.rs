//! What a check has to say, and how the way to a value is found.

use super::{Found, Place};
use crate::catalogue::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::evaluate::tree::Path;
use crate::lower::Object;
use serde_json::Value as Json;

/// A value of an object that is verified.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// The object, by its position.
    pub object: usize,
    /// The value.
    pub value: &'a Json,
}

/// A finding that names its value by reference.
pub(super) struct Fault<'a> {
    code: Code,
    at: At<'a>,
    name: bool,
    inside: Vec<String>,
    message: String,
    label: String,
    related: Vec<(At<'a>, String)>,
    notes: Vec<String>,
    help: Vec<String>,
    warning: bool,
    secret: bool,
}

impl<'a> Fault<'a> {
    /// A fault of a value.
    pub fn new(code: Code, object: usize, value: &'a Json, message: impl Into<String>) -> Fault<'a> {
        Fault {
            code,
            at: At { object, value },
            name: false,
            inside: Vec::new(),
            message: message.into(),
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            warning: false,
            secret: false,
        }
    }

    /// Points at the value's name.
    pub fn at_name(mut self) -> Fault<'a> {
        self.name = true;
        self
    }

    /// Points at a text inside the value: the last of several that follow each other.
    pub fn inside<const N: usize>(mut self, texts: [&str; N]) -> Fault<'a> {
        self.inside = texts.into_iter().map(str::to_owned).collect();
        self
    }

    /// Points at a line inside the value, counted from 1.
    pub fn inside_line(mut self, written: &str, line: usize) -> Fault<'a> {
        self.inside = written.lines().take(line).map(|line| line.trim().to_owned()).collect();
        self
    }

    /// What to say at the place.
    pub fn label(mut self, label: impl Into<String>) -> Fault<'a> {
        self.label = label.into();
        self
    }

    /// Another value that matters.
    pub fn and(mut self, at: At<'a>, label: impl Into<String>) -> Fault<'a> {
        self.related.push((at, label.into()));
        self
    }

    /// A fact that explains it.
    pub fn note(mut self, note: impl Into<String>) -> Fault<'a> {
        self.notes.push(note.into());
        self
    }

    /// What to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault<'a> {
        self.help.push(help.into());
        self
    }

    /// Makes a warning of it, whatever the catalogue says of its code.
    pub fn into_warning(mut self) -> Fault<'a> {
        self.warning = true;
        self
    }

    /// Hides the value, wherever it is shown.
    pub fn secret(mut self) -> Fault<'a> {
        self.secret = true;
        self
    }

    /// The finding, with the way to its value.
    pub fn found(self, objects: &[Object]) -> Found {
        let named = |object: usize| match objects.get(object) {
            Some(object) => format!("{} `{}`", object.kind, object.name),
            None => String::new(),
        };
        let place = |at: At<'a>, name, inside| {
            let path = objects.get(at.object).and_then(|object| path_to(&object.body, at.value, &Path::root()));
            Place { object: at.object, path: path.unwrap_or_default(), name, inside }
        };
        let message = format!("{}: {}", named(self.at.object), self.message);
        let at = place(self.at, self.name, self.inside);
        let mut diagnostic = Diagnostic::new(self.code, at.path.clone(), message);
        diagnostic.notes = self.notes;
        diagnostic.help = self.help;
        if self.warning {
            diagnostic.severity = Severity::Warning;
        }
        let related = self.related.into_iter().map(|(at, label)| (place(at, false, Vec::new()), label)).collect();
        Found { diagnostic, place: at, label: self.label, related, secret: self.secret }
    }
}

/// The way from a value to one inside it: not to an equal one, but to this very one.
fn path_to(within: &Json, wanted: &Json, path: &Path) -> Option<Path> {
    if std::ptr::eq(within, wanted) {
        return Some(path.clone());
    }
    match within {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
        Json::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| path_to(item, wanted, &path.index(index)))
        }
        Json::Object(fields) => fields.iter().find_map(|(name, value)| path_to(value, wanted, &path.field(name))),
    }
}
