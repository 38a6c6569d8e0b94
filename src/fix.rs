//! Changes of values, by their paths → edits of the texts in which they are written. Comments and layout stay.
//!
//! Invariant: a text of the library, one that is no Nickel, and a value that is not written out where its field stands are
//! left alone.

mod apply;
pub mod assign;

pub use apply::{Applied, apply};

use crate::diagnostic::{Edit, Fix};
use crate::layout::{Change, Layout};
use crate::path::{Path, Segment};
use crate::source::{SourceText, Sources, Span};
use crate::tree::Node;
use std::ops::Range;

/// Formats of imported data: what a value of theirs may be is not for Nickel to say.
const DATA: [&str; 5] = ["json", "yaml", "yml", "toml", "txt"];

/// A change of an environment that mends a finding.
#[derive(Clone, Debug)]
pub struct Remedy {
    title: String,
    steps: Vec<Step>,
    safe: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Rename(Path, String),
    Replace(Path, String),
    Remove(Path),
    Set(Path, String),
}

impl Remedy {
    /// Another name for a field, as it is to be written.
    pub fn rename(path: Path, name: impl Into<String>) -> Remedy {
        let name = name.into();
        Remedy::new(format!("rename `{}` to `{name}`", last(&path)), Step::Rename(path, name))
    }

    /// Another value for a field or an item that has one.
    pub fn replace(path: Path, value: impl Into<String>) -> Remedy {
        let value = value.into();
        Remedy::new(format!("write `{value}`"), Step::Replace(path, value))
    }

    /// A field or an item less.
    pub fn remove(path: Path) -> Remedy {
        Remedy::new(format!("remove `{}`", last(&path)), Step::Remove(path))
    }

    /// A value for a field, in the place of the one that it has or as a new one.
    pub fn set(path: Path, value: impl Into<String>) -> Remedy {
        let value = value.into();
        Remedy::new(format!("set `{path} = {value}`"), Step::Set(path, value))
    }

    /// No change: nothing is known that would mend it.
    pub fn none() -> Remedy {
        Remedy { title: String::new(), steps: Vec::new(), safe: false }
    }

    fn new(title: String, step: Step) -> Remedy {
        Remedy { title, steps: vec![step], safe: false }
    }

    /// The same, and nothing else is changed by it than what the finding is on.
    #[must_use]
    pub fn safely(self) -> Remedy {
        Remedy { safe: true, ..self }
    }

    /// The fix that it is in these texts; none where one of its changes is not possible there.
    pub fn in_texts(self, tree: &Node, sources: &Sources) -> Option<Fix> {
        let edits = self.steps.iter().map(|step| step.edits(tree, sources)).collect::<Option<Vec<_>>>()?;
        fix(self.title, edits.concat(), self.safe)
    }
}

impl Step {
    fn edits(&self, tree: &Node, sources: &Sources) -> Option<Vec<Edit>> {
        match self {
            Step::Rename(path, name) => {
                let node = written(tree, path)?;
                (is_one_piece(node, sources) && is_free(tree, path, name, sources))
                    .then(|| renamed(node.key?, name, sources))?
            }
            Step::Replace(path, value) => replaced_at(written(tree, path)?, value, sources),
            Step::Remove(path) => {
                let node = written(tree, path)?;
                removed(node.key.or(node.span)?, sources)
            }
            Step::Set(path, value) => set(path, value, tree, sources),
        }
    }
}

/// A fix of these edits; none where there are none.
pub fn fix(title: impl Into<String>, edits: Vec<Edit>, safe: bool) -> Option<Fix> {
    (!edits.is_empty()).then(|| Fix { title: title.into(), edits, preferred: false, safe })
}

/// A text as Nickel writes it.
pub fn text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace("%{", "\\%{");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

/// Another name in the place of one.
pub fn renamed(name: Span, other: &str, sources: &Sources) -> Option<Vec<Edit>> {
    is_open(name, sources).then(|| vec![Edit { span: name, text: other.to_owned() }])
}

/// Another value in the place of one that is written out.
pub fn replaced(value: Span, other: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let layout = layout(value, sources)?;
    layout.is_literal(&sources.range(value)).then(|| vec![Edit { span: value, text: other.to_owned() }])
}

/// A field or an item less, by its name or its value.
pub fn removed(place: Span, sources: &Sources) -> Option<Vec<Edit>> {
    edits(place, layout(place, sources)?.removal(sources.range(place).start)?)
}

/// A value for the field at a path, in the place of the one that the user gave it, or in the nearest record of the user's
/// that may have it.
pub fn set(path: &Path, value: &str, tree: &Node, sources: &Sources) -> Option<Vec<Edit>> {
    let (node, is_there) = tree.nearest(path);
    let is_users = |span: Option<Span>| span.is_some_and(|span| !sources.is_library(span.file));
    if is_there && (is_users(node.key) || path.0.is_empty()) {
        return replaced_at(node, value, sources);
    }
    let mut around = path.clone();
    let mut inner = Vec::new();
    while let Some(segment) = around.0.pop() {
        let Segment::Field(_) = segment else { return None };
        inner.insert(0, segment);
        let (node, is_there) = tree.nearest(&around);
        if let Some(record) = record(node, &around, sources).filter(|_| is_there) {
            let field = format!("{} = {value}", Path(inner));
            return edits(record, layout(record, sources)?.addition(sources.range(record).start, &field)?);
        }
        // No path leads into what comes with a choice.
        if is_there && node.value.as_choice().is_some() {
            return None;
        }
    }
    None
}

/// The bracket that opens the record that a node is, or that comes with its tag, where it is written in one piece.
fn record(node: &Node, path: &Path, sources: &Sources) -> Option<Span> {
    let at = |span: Span, start: usize| {
        let start = u32::try_from(start).ok()?;
        Some(Span { start, end: start.checked_add(1)?, ..span })
    };
    let of_value = |span: Span| {
        let layout = layout(span, sources)?;
        at(span, layout.record(sources.range(span).start)?)
    };
    let of_name = |name: Span| {
        let layout = layout(name, sources)?;
        let value = layout.value(sources.range(name).start)?;
        at(name, layout.record(value.start)?)
    };
    let is_root = path.0.is_empty();
    node.key.filter(|_| !is_root).and_then(of_name).or_else(|| node.span.and_then(of_value))
}

/// Another value for a node that has its own where its name stands.
fn replaced_at(node: &Node, value: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let Some(name) = node.key else { return replaced(node.span?, value, sources) };
    let range = layout(name, sources)?.value(sources.range(name).start)?;
    replaced(span(name, range)?, value, sources)
}

/// The node that a path leads to.
fn written<'a>(tree: &'a Node, path: &Path) -> Option<&'a Node> {
    let (node, is_there) = tree.nearest(path);
    is_there.then_some(node)
}

/// Whether a value is written in one piece: a name that stands elsewhere, too, is not mended by one change.
fn is_one_piece(node: &Node, sources: &Sources) -> bool {
    let Some(fields) = node.value.as_record() else { return true };
    let Some(whole) = node.span else { return false };
    let is_elsewhere = |key: Span| !whole.contains(&key) && !sources.is_library(key.file);
    !fields.values().any(|field| field.key.is_some_and(is_elsewhere))
}

/// Whether no field of another name stands beside the one at a path.
pub fn is_free(tree: &Node, path: &Path, name: &str, sources: &Sources) -> bool {
    let (around, is_there) = tree.nearest(&path.parent());
    let is_users = |field: &Node| field.key.is_some_and(|key| !sources.is_library(key.file));
    is_there && !around.field(name).is_some_and(is_users)
}

/// How the last step of a path is called.
fn last(path: &Path) -> String {
    if let Some(Segment::Index(index)) = path.0.last() {
        return format!("{}[{index}]", path.last_field().unwrap_or_default());
    }
    Path(path.0.last().cloned().into_iter().collect()).to_string()
}

/// The text of a span, where it may be changed.
fn layout(span: Span, sources: &Sources) -> Option<Layout<'_>> {
    is_open(span, sources).then(|| sources.get(span.file).map(SourceText::layout))?
}

/// Whether a text is the user's, and Nickel.
pub fn is_open(span: Span, sources: &Sources) -> bool {
    let extension = sources.name(span.file).rsplit_once('.').map_or("", |(_, extension)| extension);
    !sources.is_library(span.file) && !DATA.contains(&extension.to_ascii_lowercase().as_str())
}

fn edits(place: Span, changes: Vec<Change>) -> Option<Vec<Edit>> {
    changes.into_iter().map(|(range, text)| Some(Edit { span: span(place, range)?, text })).collect()
}

fn span(place: Span, range: Range<usize>) -> Option<Span> {
    Some(Span { file: place.file, start: u32::try_from(range.start).ok()?, end: u32::try_from(range.end).ok()? })
}
