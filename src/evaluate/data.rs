//! What is found in imported JSON and YAML before Nickel reads it: one key twice, anchors and aliases, and nesting that
//! would eat the stack.
//!
//! Nickel merges the values of two equal keys, where other readers take the last one, so that a reviewer and the
//! compiler may see different values. A text that can't be read is left to Nickel to report.

use super::inspect::{self, MAX_NESTING};
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::Path;
use crate::source::{FileId, Span};
use saphyr_parser::{Event, Parser};
use std::collections::HashSet;

/// How many findings of one file are reported.
const MAX_FINDINGS: usize = 100;

/// The findings on a JSON text.
pub(super) fn json(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut reader = Reader::new(text, file, false);
    let mut parser = json_scanner::Parser::new(text.as_bytes());
    while let Ok(Some(event)) = parser.next_event() {
        let at = (event.start, event.end);
        match event.event {
            json_scanner::Event::BeginObject => reader.open(true, at),
            json_scanner::Event::BeginArray => reader.open(false, at),
            json_scanner::Event::EndObject | json_scanner::Event::EndArray => reader.close(),
            json_scanner::Event::String(text) => reader.scalar(&text, at),
            json_scanner::Event::Number(_) | json_scanner::Event::Boolean(_) | json_scanner::Event::Null => {
                reader.scalar("", at);
            }
        }
        if reader.has_enough() {
            break;
        }
    }
    reader.findings
}

/// The findings on a YAML text.
pub(super) fn yaml(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut reader = Reader::new(text, file, true);
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let at = (span.start.index(), span.end.index());
        match event {
            // An anchor of 0 is none.
            Event::MappingStart(1.., _)
            | Event::SequenceStart(1.., _)
            | Event::Scalar(_, _, 1.., _)
            | Event::Alias(_) => {
                reader.alias(at);
            }
            Event::MappingStart(..) => reader.open(true, at),
            Event::SequenceStart(..) => reader.open(false, at),
            Event::MappingEnd | Event::SequenceEnd => reader.close(),
            Event::Scalar(text, ..) => reader.scalar(&text, at),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        if reader.has_enough() {
            break;
        }
    }
    reader.findings
}

/// A record or a list that is being read.
struct Open {
    /// The keys so far, of a record.
    keys: Option<HashSet<String>>,
    /// Whether the next event is a key.
    expects_key: bool,
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    /// Whether places count characters, not bytes.
    in_characters: bool,
    open: Vec<Open>,
    /// Whether going on would find the same again.
    done: bool,
    findings: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, file: FileId, in_characters: bool) -> Reader<'a> {
        Reader { text, file, in_characters, open: Vec::new(), done: false, findings: Vec::new() }
    }

    fn has_enough(&self) -> bool {
        self.done || self.findings.len() >= MAX_FINDINGS
    }

    fn open(&mut self, record: bool, at: (usize, usize)) {
        self.key(None, at);
        self.open.push(Open { keys: record.then(HashSet::new), expects_key: record });
        if self.open.len() > MAX_NESTING {
            self.findings.push(inspect::nesting(self.span(at)));
            self.done = true;
        }
    }

    fn close(&mut self) {
        self.open.pop();
        self.value();
    }

    fn scalar(&mut self, text: &str, at: (usize, usize)) {
        if !self.key(Some(text), at) {
            self.value();
        }
    }

    /// Takes a value for a key where one is expected, and says whether it was.
    fn key(&mut self, text: Option<&str>, at: (usize, usize)) -> bool {
        let Some(open) = self.open.last_mut().filter(|open| open.keys.is_some()) else { return false };
        let is_key = std::mem::replace(&mut open.expects_key, false);
        if is_key
            && let (Some(text), Some(keys)) = (text, &mut open.keys)
            && !keys.insert(text.to_owned())
        {
            let span = self.span(at);
            let finding = Diagnostic::new(
                catalogue::DUPLICATE_KEY,
                Path::root(),
                format!("the key `{}` stands twice in one record", shortened(text)),
            );
            self.findings.push(
                finding
                    .at(Some(span), "the second one")
                    .note("some readers take the last value and some the first; Nickel merges them")
                    .help("remove one of the two"),
            );
        }
        is_key
    }

    /// Goes on after a value that is complete.
    fn value(&mut self) {
        if let Some(parent) = self.open.last_mut() {
            parent.expects_key = parent.keys.is_some();
        }
    }

    /// Refuses an anchor or an alias. Nickel turns them into names that evaluation then does not find, so that not even
    /// harmless ones would have a value.
    fn alias(&mut self, at: (usize, usize)) {
        let what = "anchors and aliases of YAML can't be imported";
        let finding = Diagnostic::new(catalogue::ALIAS_BOMB, Path::root(), what);
        self.findings.push(
            finding
                .at(Some(self.span(at)), "at this value")
                .help("write the values themselves, or share them in Nickel: bind them with `let` and use the name"),
        );
        self.done = true;
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        let bytes = |place: usize| {
            let bytes = if self.in_characters {
                self.text.char_indices().nth(place).map_or(self.text.len(), |(bytes, _)| bytes)
            } else {
                place
            };
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Span { file: self.file, start: bytes(start), end: bytes(end) }
    }
}

/// A key as a message shows it.
fn shortened(key: &str) -> String {
    if key.chars().count() <= 60 { key.to_owned() } else { key.chars().take(60).chain(['…']).collect() }
}
