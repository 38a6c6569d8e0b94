//! What is being read of a text: events → values with places.

use super::scalars::{named, plain};
use crate::catalogue::{self, ALIAS_BOMB, DUPLICATE_KEY, NESTING_TOO_DEEP, UNREADABLE_MANIFEST};
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{FileId, Span};
use crate::tree::{Node, Value};
use granit_parser::{Event, ScalarStyle};
use indexmap::IndexMap;
use std::collections::HashMap;

/// No manifest nests deeper; what does is an attack.
pub(super) const MAX_NESTING: usize = 200;

/// How many values aliases may stand for in one file.
const MAX_ALIASED: usize = 100_000;

/// How many findings of one file are reported that keep it from being read.
const MAX_UNREADABLE: usize = 100;

/// A text that can't be read as a manifest, or not all of it.
pub(super) fn unreadable(title: impl Into<String>) -> Diagnostic {
    catalogue::finding(UNREADABLE_MANIFEST, Path::root(), title)
}

/// A record or a list that is being read.
struct Open {
    anchor: usize,
    start: u32,
    value: Value,
    /// The name of the next field of a record.
    key: Option<(String, Span)>,
    /// Records whose fields are to be taken over, from `<<`.
    merged: Vec<Node>,
}

/// Takes events, and makes values of them until it is stopped.
pub(super) struct Builder<'a> {
    text: &'a str,
    file: FileId,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    pub documents: Vec<Node>,
    pub findings: Vec<Diagnostic>,
    pub stopped: bool,
}

impl<'a> Builder<'a> {
    pub fn new(text: &'a str, file: FileId) -> Builder<'a> {
        Builder {
            text,
            file,
            open: Vec::new(),
            anchors: HashMap::new(),
            aliased: 0,
            documents: Vec::new(),
            findings: Vec::new(),
            stopped: false,
        }
    }

    pub fn span(&self, (start, end): (usize, usize)) -> Span {
        let bytes = |place: usize| u32::try_from(place.min(self.text.len())).unwrap_or(u32::MAX);
        Span { file: self.file, start: bytes(start), end: bytes(end).max(bytes(start)) }
    }

    pub fn event(&mut self, event: Event<'_>, at: (usize, usize)) {
        match event {
            Event::MappingStart(_, anchor, _) => self.begin(anchor, Value::Record(IndexMap::new()), at),
            Event::SequenceStart(_, anchor, _) => self.begin(anchor, Value::Array(Vec::new()), at),
            Event::MappingEnd | Event::SequenceEnd => self.end(at),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.suffix() == "str") || style != ScalarStyle::Plain;
                let value = if is_text { Value::String(text.clone().into_owned()) } else { plain(&text) };
                self.scalar(&text, value, style, anchor, at);
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::DocumentEnd => self.anchors.clear(),
            // Comments, and what no option asks for, are among the others.
            _ => {}
        }
    }

    pub fn begin(&mut self, anchor: usize, value: Value, at: (usize, usize)) {
        let start = self.span(at).start;
        self.open.push(Open { anchor, start, value, key: None, merged: Vec::new() });
        if self.open.len() > MAX_NESTING {
            self.too_deep(at.0);
        }
    }

    pub fn end(&mut self, at: (usize, usize)) {
        let Some(Open { anchor, start, mut value, merged, .. }) = self.open.pop() else { return };
        if let Value::Record(fields) = &mut value {
            for (name, node) in merged.into_iter().filter_map(|node| record(node.value)).flatten() {
                fields.entry(name).or_insert(node);
            }
        }
        let end = self.span(at).end;
        let span = Span { file: self.file, start, end: end.max(start) };
        self.add(Node { value, span: Some(span), key: None }, anchor);
    }

    pub fn scalar(&mut self, text: &str, value: Value, style: ScalarStyle, anchor: usize, at: (usize, usize)) {
        let span = self.trimmed(self.span(at));
        if let Some(open) = self.open.last_mut()
            && let (Value::Record(fields), None) = (&open.value, &open.key)
        {
            let name = named(text, &value);
            if fields.contains_key(&name) {
                let title = format!("the key `{name}` stands twice in one record");
                let finding = catalogue::finding(DUPLICATE_KEY, Path::root(), title)
                    .at(Some(span), "the second one")
                    .note("`kubectl` takes the last value, other readers the first");
                self.findings.push(finding.help("remove one of the two"));
                self.stopped = self.findings.len() >= MAX_UNREADABLE;
            }
            let name = if style == ScalarStyle::Plain && text == "<<" { MERGE.to_owned() } else { name };
            open.key = Some((name, span));
            return;
        }
        if matches!(value, Value::Broken) {
            let finding = unreadable(format!("`{text}` is not a number that an object can have"));
            let finding = finding.at(Some(span), "JSON has no such number").note("`kubectl` refuses the file");
            self.findings.push(finding.help("write a number, or text in quotes"));
        }
        self.add(Node { value, span: Some(span), key: None }, anchor);
    }

    fn alias(&mut self, anchor: usize, at: (usize, usize)) {
        let Some(node) = self.anchors.get(&anchor) else { return };
        self.aliased = self.aliased.saturating_add(size(node, MAX_ALIASED));
        if self.aliased > MAX_ALIASED {
            let title = format!("aliases stand for more than {MAX_ALIASED} values");
            let finding = catalogue::finding(ALIAS_BOMB, Path::root(), title);
            self.stop(finding.at(Some(self.span(at)), "too many here").help("write the values themselves"));
            return;
        }
        let node = node.clone();
        self.add(node, 0);
    }

    /// Puts a value where it belongs.
    fn add(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        if let Value::Array(items) = &mut open.value {
            items.push(node);
            return;
        }
        let Value::Record(fields) = &mut open.value else { return };
        match open.key.take() {
            Some((name, _)) if name == MERGE => {
                if let Value::Array(nodes) = node.value {
                    open.merged.extend(nodes);
                } else {
                    open.merged.push(node);
                }
            }
            Some((name, key)) => drop(fields.insert(name, Node { key: Some(key), ..node })),
            // A record or list as a key: no object of Kubernetes has one.
            None => {
                let finding = unreadable("a key is not a text");
                self.stop(finding.at(node.span, "not a text").note("nothing else was checked"));
            }
        }
    }

    pub fn too_deep(&mut self, at: usize) {
        let title = format!("the text nests more than {MAX_NESTING} levels deep");
        let finding = catalogue::finding(NESTING_TOO_DEEP, Path::root(), title);
        self.stop(finding.at(Some(self.span((at, at + 1))), "too deep from here"));
    }

    pub fn stop(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
        self.stopped = true;
    }

    /// A span without the blanks at its end.
    fn trimmed(&self, span: Span) -> Span {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or("").trim_end();
        Span { end: span.start + u32::try_from(written.len()).unwrap_or(0), ..span }
    }
}

/// Stands for the key `<<`, which no other key can be: a text of YAML has no such character.
const MERGE: &str = "\u{0}<<";

pub(super) fn record(value: Value) -> Option<IndexMap<String, Node>> {
    if let Value::Record(fields) = value { Some(fields) } else { None }
}

/// How many values there are in one, up to a limit.
fn size(node: &Node, limit: usize) -> usize {
    let sum = |nodes: &mut dyn Iterator<Item = &Node>| {
        nodes.fold(1_usize, |sum, node| if sum > limit { sum } else { sum + size(node, limit - sum.min(limit)) })
    };
    match &node.value {
        Value::Array(items) => sum(&mut items.iter()),
        Value::Record(fields) => sum(&mut fields.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Choice { .. } | Value::Broken => 1,
    }
}
