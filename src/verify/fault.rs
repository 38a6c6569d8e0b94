//! What a check has to say, and how the way to a value is found.

use super::{Found, Place};
use crate::catalogue;
use crate::diagnostic::{Code, Severity};
use crate::objects::object::Object;
use crate::path::{Path, Segment};
use serde_json::Value as Json;
use std::collections::HashMap;

pub(super) use crate::objects::view::At;

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
    pub fn found(self, objects: &'a [Object], paths: &mut Paths<'a>) -> Found {
        let named = |object: usize| match objects.get(object) {
            Some(object) => format!("{} `{}`", object.kind, object.name),
            None => String::new(),
        };
        let mut place = |at: At<'a>, name, inside| {
            let path = objects.get(at.object).map(|object| paths.to(at.object, object, at.value));
            Place { object: at.object, path: path.unwrap_or_default(), name, inside }
        };
        let message = format!("{}: {}", named(self.at.object), self.message);
        let at = place(self.at, self.name, self.inside);
        let mut diagnostic = catalogue::finding(self.code, at.path.clone(), message);
        diagnostic.notes = self.notes;
        diagnostic.help = self.help;
        let mut diagnostic = catalogue::advised(diagnostic);
        if self.warning {
            diagnostic.severity = Severity::Warning;
        }
        let related = self.related.into_iter().map(|(at, label)| (place(at, false, Vec::new()), label)).collect();
        Found { diagnostic, place: at, label: self.label, related, secret: self.secret }
    }
}

/// The ways to the values of objects: an object in which something is found is walked once, however much is found in it.
#[derive(Default)]
pub(super) struct Paths<'a> {
    objects: HashMap<usize, HashMap<*const Json, Step<'a>>>,
}

/// The last step to a value, and where it starts; none for the object itself.
type Step<'a> = Option<(*const Json, Name<'a>)>;

#[derive(Clone, Copy)]
enum Name<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Paths<'a> {
    /// The way to a value: not to an equal one, but to this very one; to the object itself where it is not inside.
    fn to(&mut self, position: usize, object: &'a Object, wanted: &Json) -> Path {
        let steps = self.objects.entry(position).or_insert_with(|| {
            let mut steps = HashMap::new();
            walk(&object.body, None, &mut steps);
            steps
        });
        let mut reversed = Vec::new();
        let mut at = std::ptr::from_ref(wanted);
        while let Some(Some((parent, name))) = steps.get(&at) {
            reversed.push(match name {
                Name::Field(name) => Segment::Field((*name).to_owned()),
                Name::Index(index) => Segment::Index(*index),
            });
            at = *parent;
        }
        reversed.reverse();
        Path(reversed)
    }
}

fn walk<'a>(value: &'a Json, step: Step<'a>, steps: &mut HashMap<*const Json, Step<'a>>) {
    let here = std::ptr::from_ref(value);
    steps.insert(here, step);
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, Some((here, Name::Index(index))), steps));
        }
        Json::Object(fields) => {
            fields.iter().for_each(|(name, value)| walk(value, Some((here, Name::Field(name))), steps));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_way_leads_to_the_very_value() {
        let object = Object::of(json!({ "a": [{ "b": 1 }, { "b": 1 }], "c": "x" }));
        let mut paths = Paths::default();
        let wanted = object.body.pointer("/a/1/b").unwrap();
        assert_eq!(paths.to(0, &object, wanted).to_string(), "a[1].b");
        assert_eq!(paths.to(0, &object, &object.body), Path::root());
        assert_eq!(paths.to(0, &object, &json!(1)), Path::root());
    }
}
