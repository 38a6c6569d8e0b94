//! What is wrong with values, as an operator of AgentOS can act on it.
//!
//! Nickel's way to evaluate and the native one find what is wrong; here it is put into words, once for both.

mod choices;
mod conflicts;
mod echoes;
mod examples;
mod fixes;
mod nickel;
mod unquoted;
mod walked;

pub(crate) use echoes::meant;
pub(super) use nickel::{from_error, from_parse_errors};
pub(super) use walked::report;

use super::load::Loaded;
use super::schema::{Schema, Shape};
use crate::diagnostic::Diagnostic;
use crate::path::{Path, Segment};
use crate::source::{FileId, Sources, Span};
use crate::tree::Node;
use crate::{catalogue, suggest};
use choices::is_choice_message;
use echoes::{drop_borrowed, drop_echoes};
use examples::{choice_example, example};

/// What storage is in production: neither `'Ephemeral` nor a class that deletes its volumes is let pass there.
const DURABLE: &str = "'Persistent { class = \"…\", size = \"20Gi\" }";

/// What a contract says of a value.
pub(super) struct Complaint {
    /// Where the value is.
    pub span: Option<Span>,
    /// What it is.
    pub found: Option<Found>,
    pub message: String,
    /// The last one may be the code of the finding.
    pub notes: Vec<String>,
}

/// A value that breaks its contract.
pub(super) enum Found {
    Number,
    String(String),
    Bool,
    Array,
    Record,
    Tag(String),
    /// A tag with something after it.
    Variant(String),
    Function,
    Other,
}

/// Puts into words what is wrong.
pub(super) struct Reporter<'a> {
    pub schema: &'a Schema,
    /// The texts of the library.
    pub library: &'a [FileId],
    pub loaded: &'a Loaded,
    pub sources: &'a Sources,
    pub root: &'a Node,
}

/// The findings of one evaluation, each with whether a contract of another field has it: one mistake is one finding.
pub(super) fn conclude(mut findings: Vec<(bool, Diagnostic)>) -> Vec<Diagnostic> {
    drop_borrowed(&mut findings);
    let mut findings: Vec<Diagnostic> = findings.into_iter().map(|(_, finding)| finding).collect();
    drop_echoes(&mut findings);
    findings
}

impl Reporter<'_> {
    /// A field that its record does not know.
    pub(super) fn unknown(&self, path: Path, key: Option<Span>) -> Diagnostic {
        let name = path.last_field().unwrap_or("").to_owned();
        let parent = path.parent();
        let known = self.schema.shape(&parent).map(Shape::member_names).unwrap_or_default();
        let owner = if parent.0.is_empty() { "an environment".to_owned() } else { format!("`{parent}`") };
        let near = suggest::nearest(&name, &known);
        let renaming = near.and_then(|near| self.renaming(&path, key, near));
        let removal = self.removal(&path, key);
        let finding = catalogue::finding(catalogue::UNKNOWN_FIELD, path, format!("{owner} has no field `{name}`"))
            .at(key, "unknown field")
            .fix(renaming)
            .fix(removal);
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).note(known_fields(&known)),
            None if known.is_empty() => finding.help("remove it"),
            None => finding.help(format!("remove it, or choose a known one; {}", known_fields(&known))),
        }
    }

    /// A field without a value, in the record at a place.
    pub(super) fn missing(&self, path: Path, record: Option<Span>) -> Diagnostic {
        let name = path.last_field().unwrap_or("").to_owned();
        let parent = path.parent();
        let owner = if parent.0.is_empty() { "the environment".to_owned() } else { format!("`{parent}`") };
        let field = self.schema.field(&path);
        let span = self.user(record).or_else(|| self.owner_of(&parent));
        let mut finding =
            catalogue::finding(catalogue::MISSING_FIELD, path, format!("{owner} lacks the field `{name}`"))
                .at(span.map(|span| self.sources.opening(span)), format!("`{name}` is missing here"));
        if let Some(field) = field {
            finding = finding.note(format!("`{name}`: {}", field.doc));
        }
        let values = match field.map(|field| &field.shape) {
            Some(_) if self.is_production() && finding.path == Path::of(["storage"]) => vec![DURABLE.to_owned()],
            Some(Shape::Choice(choices)) => choices.iter().map(choice_example).collect(),
            shape => vec![shape.map_or("…".to_owned(), example)],
        };
        let help = self.assignments("add", &finding.path, &values);
        let additions = field.map(|field| self.additions(&finding.path, &field.shape)).unwrap_or_default();
        let mut finding =
            additions.into_iter().fold(finding.help(help), |finding, addition| finding.fix(Some(addition)));
        if finding.path == Path::of(["profile"]) {
            // Guards depend on it: none of the profiles is the one to take.
            finding.fixes.iter_mut().for_each(|fix| fix.preferred = false);
        }
        finding
    }

    fn is_production(&self) -> bool {
        let profile = self.root.field("profile").and_then(|profile| profile.value.as_choice());
        profile.is_some_and(|(tag, _)| tag == "Prod")
    }

    /// What to write so that a field has one of these values: its whole path, as far as one can be written.
    fn assignments(&self, verb: &str, path: &Path, values: &[String]) -> String {
        let (around, inner) = self.written(path);
        let begin = if inner.0.is_empty() { String::new() } else { format!("{inner} = ") };
        let lines: Vec<String> = values.iter().map(|value| format!("`{begin}{value}`")).collect();
        let place = match (inner.0.is_empty(), around.0.is_empty()) {
            (true, _) => format!(" as `{around}`"),
            (false, true) => String::new(),
            (false, false) => format!(" in the record of `{around}`"),
        };
        format!("{verb} {}{place}", lines.join(" or "))
    }

    /// A path in two parts: the second is the one that can be written as `a.b.c = …`. What comes with a choice, and the
    /// items of an array, are reached by no path.
    fn written(&self, path: &Path) -> (Path, Path) {
        let is_closed = |length: &usize| {
            let (before, here) = (Path(path.0.iter().take(length - 1).cloned().collect()), path.0.get(length - 1));
            let is_choice = self.schema.shape(&before).is_some_and(|shape| matches!(shape, Shape::Choice(_)));
            is_choice || matches!(here, Some(Segment::Index(_)))
        };
        // An index belongs to the first part, a field of what comes with a choice to the second.
        let split = (1..=path.0.len()).rev().find(is_closed).map_or(0, |length| match path.0.get(length - 1) {
            Some(Segment::Index(_)) => length,
            _ => length - 1,
        });
        let (around, inner) = path.0.split_at(split);
        (Path(around.to_vec()), Path(inner.to_vec()))
    }

    /// The nearest place in the user's files that a path goes through.
    fn owner_of(&self, path: &Path) -> Option<Span> {
        let mut path = path.clone();
        loop {
            let (node, reached) = self.root.nearest(&path);
            if reached && let Some(span) = self.user(node.key).or(self.user(node.span)) {
                return Some(span);
            }
            path.0.pop()?;
        }
    }

    /// A field that something needed while the value at `path` was evaluated.
    pub(super) fn missing_elsewhere(&self, path: Path, name: &str, record: Option<Span>) -> Diagnostic {
        let span = self.user(record).map(|span| self.sources.opening(span)).or_else(|| self.owner_of(&path));
        catalogue::finding(catalogue::MISSING_FIELD, path, format!("the field `{name}` is needed, but has no value"))
            .at(span, format!("`{name}` is missing here"))
            .help(format!("add `{name} = …`"))
    }

    /// A value that breaks a contract.
    pub(super) fn blame(&self, path: Path, key: Option<Span>, complaint: Complaint) -> Diagnostic {
        let Complaint { span, found, message, mut notes } = complaint;
        let (node, reached) = self.root.nearest(&path);
        // An expression around the name of a field is that of a record around its value.
        let is_around = |place: &Span| key.into_iter().chain(node.key).any(|key| place.contains(&key));
        let of_value = |place| self.user(place).filter(|place| !is_around(place));
        let span = of_value(span)
            .or_else(|| of_value(node.span.filter(|_| reached)))
            .or(self.user(key))
            .or_else(|| self.owner_of(&path));
        let code = notes.last().and_then(|note| catalogue::by_text(note));
        if code.is_some() {
            notes.pop();
        }
        if path.0.is_empty() && found.as_ref().is_some_and(|found| !matches!(found, Found::Record)) {
            return catalogue::finding(catalogue::NOT_AN_ENVIRONMENT, path, "the file is not an environment")
                .at(span, what(found.as_ref()))
                .help("write a record, and `| agentos.Environment` after it");
        }
        let found = found.as_ref();
        let mut finding = match (code, self.schema.shape(&path)) {
            (Some(code), _) => {
                let label = if code == catalogue::WRONG_TYPE { what(found) } else { "not allowed".to_owned() };
                let title = format!("`{path}`: {message}");
                let finding = catalogue::finding(code, path.clone(), title).at(span, label);
                notes.into_iter().fold(finding, Diagnostic::help)
            }
            (None, Some(Shape::Choice(choices))) if is_choice_message(&message) => {
                self.wrong_choice(path.clone(), span, found, choices)
            }
            (None, Some(shape)) if found.is_some_and(|found| is_of_another_type(found, shape)) => {
                self.wrong_type(path.clone(), span, found, shape)
            }
            (None, _) => {
                let title = if message.is_empty() { "the value breaks its contract".to_owned() } else { message };
                let finding =
                    catalogue::finding(catalogue::BROKEN_CONTRACT, path.clone(), format!("{}: {title}", named(&path)));
                let finding = finding.help("change the value, or what is demanded of it");
                notes.into_iter().fold(finding.at(span, "breaks its contract"), Diagnostic::help)
            }
        };
        if finding.fixes.is_empty() {
            let shape = self.schema.shape(&path).filter(|_| finding.code == catalogue::WRONG_TYPE);
            let correction = self.correction(span, found, finding.code);
            finding = finding.fix(correction).fix(shape.and_then(|shape| self.conversion(span, found, shape)));
        }
        if let Some(note) = self.declared(&path) {
            finding = finding.note(note);
        }
        finding
    }

    fn wrong_type(&self, path: Path, span: Option<Span>, found: Option<&Found>, shape: &Shape) -> Diagnostic {
        let help = self.assignments("write", &path, &[example(shape)]);
        catalogue::finding(catalogue::WRONG_TYPE, path.clone(), format!("`{path}`: expected {}", shape.kind()))
            .at(span, what(found))
            .help(help)
    }

    /// Where the library declares a field, and what it says of it.
    fn declared(&self, path: &Path) -> Option<String> {
        let field = self.schema.field(path)?;
        let span = field.place?.span(self.library)?;
        let place = self.sources.place(span);
        let doc = field.doc.split("\n\n").next().unwrap_or("");
        Some(format!("{doc} ({}:{})", self.sources.name(span.file), place.line))
    }

    /// The span where it is in a file of the user.
    fn user(&self, span: Option<Span>) -> Option<Span> {
        span.filter(|span| !self.sources.is_library(span.file))
    }
}

/// How a path is called in a message.
fn named(path: &Path) -> String {
    if path.0.is_empty() { "the environment".to_owned() } else { format!("`{path}`") }
}

/// Whether a value can't be of a shape, whatever it holds.
fn is_of_another_type(found: &Found, shape: &Shape) -> bool {
    match shape {
        Shape::Record(_) | Shape::Dict(_) => !matches!(found, Found::Record),
        Shape::Array(_) => !matches!(found, Found::Array),
        Shape::Choice(_) => !matches!(found, Found::Tag(_) | Found::Variant(_)),
        Shape::Scalar { name, .. } => match name.as_str() {
            "Number" => !matches!(found, Found::Number),
            "String" => !matches!(found, Found::String(_)),
            "Bool" => !matches!(found, Found::Bool),
            _ => false,
        },
    }
}

fn what(found: Option<&Found>) -> String {
    let kind = match found {
        Some(Found::Number) => "a number",
        Some(Found::String(_)) => "a string",
        Some(Found::Bool) => "a boolean",
        Some(Found::Array) => "an array",
        Some(Found::Record) => "a record",
        Some(Found::Tag(_) | Found::Variant(_)) => "a choice",
        Some(Found::Function) => "a function",
        Some(Found::Other) => "something else",
        None => return "of another kind".to_owned(),
    };
    format!("this is {kind}")
}

fn known_fields(known: &[&str]) -> String {
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format!("the fields are {listed}")
}
