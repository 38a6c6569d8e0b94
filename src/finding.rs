//! What there is to say of a value that a path leads to, and how it becomes a finding at a place of the user's text.
//!
//! Invariant: who makes one names values by paths; one function here turns paths into places.

use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::fix::Remedy;
use crate::path::Path;
use crate::source::{Sources, Span};
use crate::tree::{Node, Value};
use crate::{catalogue, redact};

/// What a rule has to say of a value.
#[derive(Clone, Debug)]
pub struct Finding {
    path: Path,
    otherwise: Option<Path>,
    given: Vec<Path>,
    target: Target,
    message: String,
    label: String,
    notes: Vec<String>,
    help: Vec<String>,
    warning: bool,
    secret: Option<String>,
    remedies: Vec<Remedy>,
}

/// Whether the value or its name is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Value,
    Name,
}

impl Finding {
    /// A finding on the value at a path.
    pub fn value(path: Path, message: impl Into<String>) -> Finding {
        Finding::new(path, Target::Value, message.into())
    }

    /// A finding on the name that a path ends with.
    pub fn name(path: Path, message: impl Into<String>) -> Finding {
        Finding::new(path, Target::Name, message.into())
    }

    fn new(path: Path, target: Target, message: String) -> Finding {
        Finding {
            otherwise: None,
            given: Vec::new(),
            path,
            target,
            message,
            label: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
            warning: false,
            secret: None,
            remedies: Vec::new(),
        }
    }

    /// Where to point when the user has not written the value at the finding's path: at what makes it wrong.
    #[must_use]
    pub fn or_at(mut self, path: Path) -> Finding {
        self.otherwise = Some(path);
        self
    }

    /// What else the finding follows from: where the value at this path is broken, there is nothing to be said.
    #[must_use]
    pub fn given(mut self, path: Path) -> Finding {
        self.given.push(path);
        self
    }

    /// Whether it has already been said that the value, something in it or something that the finding follows from is
    /// broken.
    pub(crate) fn rests_on_broken_values(&self, tree: &Node) -> bool {
        std::iter::once(&self.path).chain(&self.given).any(|path| touches_broken_value(tree, path))
    }

    /// What to say at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Finding {
        self.label = label.into();
        self
    }

    /// Makes a warning of it, whatever the catalogue says of its code.
    #[must_use]
    pub fn as_warning(mut self) -> Finding {
        self.warning = true;
        self
    }

    /// A fact that explains the finding.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help.push(help.into());
        self
    }

    /// What to write in the place of the name that the finding is on, where that alone mends it.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Finding {
        let path = self.path.clone();
        self.mended(Remedy::rename(path, name).safely())
    }

    /// What to write in the place of the value that the finding is on, where that alone mends it.
    #[must_use]
    pub fn replaced(self, value: impl Into<String>) -> Finding {
        let path = self.path.clone();
        self.mended(Remedy::replace(path, value).safely())
    }

    /// The field or item that the finding is on has no effect, and can go.
    #[must_use]
    pub fn removed(self) -> Finding {
        let path = self.path.clone();
        self.mended(Remedy::remove(path).safely())
    }

    /// The value that alone mends it, in the place of the one that the finding is on, or as a new field.
    #[must_use]
    pub fn set(self, value: impl Into<String>) -> Finding {
        let path = self.path.clone();
        self.mended(Remedy::set(path, value).safely())
    }

    /// A change that mends it; of several the first is the one to take.
    #[must_use]
    pub fn mended(mut self, remedy: Remedy) -> Finding {
        self.remedies.push(remedy);
        self
    }

    /// A text that nothing that is shown may repeat.
    #[must_use]
    pub fn sensitive(mut self, secret: impl Into<String>) -> Finding {
        self.secret = Some(secret.into());
        self
    }
}

/// Whether it has already been said that the value, one around it or one that is written in it is broken.
pub(crate) fn touches_broken_value(tree: &Node, path: &Path) -> bool {
    let (node, is_there) = tree.nearest(path);
    node.value == Value::Broken || is_there && node.has_broken_parts()
}

pub(crate) fn place(code: Code, finding: Finding, tree: &Node, sources: &Sources) -> Diagnostic {
    let written = |path: &Path| span_at(tree, path, finding.target, sources);
    let span = written(&finding.path)
        .or_else(|| finding.otherwise.as_ref().and_then(written))
        .or_else(|| span_around(tree, &finding.path, finding.target, sources));
    let mut diagnostic = catalogue::finding(code, finding.path, finding.message).at(span, finding.label);
    if finding.warning {
        diagnostic.severity = Severity::Warning;
    }
    diagnostic.notes = finding.notes;
    diagnostic.help = finding.help;
    let mut diagnostic = catalogue::advised(diagnostic);
    for remedy in finding.remedies {
        diagnostic = diagnostic.fix(remedy.in_texts(tree, sources));
    }
    if let Some(secret) = finding.secret {
        diagnostic.sensitive = span.into_iter().chain(redact::written(&secret, sources)).collect();
    }
    diagnostic
}

/// The place of the value at a path, or of its name; else of the nearest thing around it that the user wrote.
pub(crate) fn span_near(tree: &Node, path: &Path, target: Target, sources: &Sources) -> Option<Span> {
    span_at(tree, path, target, sources).or_else(|| span_around(tree, path, target, sources))
}

/// The place of the value at a path, or of its name, where the user wrote it.
pub(crate) fn span_at(tree: &Node, path: &Path, target: Target, sources: &Sources) -> Option<Span> {
    let users = |span: Option<Span>| span.filter(|span| !sources.is_library(span.file));
    let (node, reached) = tree.nearest(path);
    if !reached {
        return None;
    }
    let (value, name) = (users(node.span).map(|span| sources.opening(span)), users(node.key));
    match target {
        Target::Value => value.or(name),
        Target::Name => name.or(value),
    }
}

/// The place of the nearest thing around a path that the user wrote.
pub(crate) fn span_around(tree: &Node, path: &Path, target: Target, sources: &Sources) -> Option<Span> {
    let mut path = path.clone();
    loop {
        path.0.pop()?;
        if let Some(span) = span_at(tree, &path, target, sources) {
            return Some(span);
        }
    }
}

/// Puts findings on patches at their places.
pub fn of_patches(findings: Vec<(Code, Finding)>, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    findings.into_iter().map(|(code, finding)| place(code, finding, tree, sources)).collect()
}

/// Puts findings on compiled objects at what caused them, where that is known and they have no place yet.
pub fn attribute(findings: &mut [Diagnostic], causes: Vec<Option<Path>>, tree: &Node, sources: &Sources) {
    for (finding, cause) in findings.iter_mut().zip(causes) {
        let Some(path) = cause.filter(|_| finding.primary.is_none()) else { continue };
        let span =
            span_at(tree, &path, Target::Name, sources).or_else(|| span_around(tree, &path, Target::Name, sources));
        finding.primary = span.map(|span| Label { span, text: "this patch leads to it".to_owned() });
        finding.path = path;
    }
}
