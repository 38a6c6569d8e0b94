//! What is found in imported JSON, YAML and TOML before Nickel reads it: faults of syntax, one key twice, anchors and
//! aliases, numbers that are none or that readers disagree on, and nesting that would eat the stack.
//!
//! Nickel merges the values of two equal keys, where other readers take the last one, so that a reviewer and the
//! compiler may see different values. The places of its own errors are in characters for one format and in bytes for
//! another; here all are in bytes. Only what is wrong with TOML, other than its numbers, is left to Nickel to report.

mod toml;

use super::inspect;
use super::outline::MAX_NESTING;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{FileId, Span};
use crate::{catalogue, redact, words};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashSet;

/// The largest exponent of a number: floats end at 308, and Nickel writes all digits out.
const MAX_EXPONENT: i32 = 400;

/// How many findings of one file are reported.
const MAX_FINDINGS: usize = 100;

/// The findings on a JSON text.
pub(super) fn json(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut reader = Reader::new(text, file, false);
    let mut parser = json_scanner::Parser::new(text.as_bytes());
    loop {
        let event = match parser.next_event() {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(error) => {
                // Of what follows a value, the place may be the blank before it.
                let rest = text.get(error.byte_offset..).unwrap_or("");
                let blanks = rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(0);
                reader.syntax("JSON", &error.kind, error.byte_offset + blanks);
                break;
            }
        };
        let at = (event.start, event.end);
        match event.event {
            json_scanner::Event::BeginObject => reader.open(true, at),
            json_scanner::Event::BeginArray => reader.open(false, at),
            json_scanner::Event::EndObject | json_scanner::Event::EndArray => reader.close(),
            json_scanner::Event::String(text) => reader.scalar(&text, at),
            json_scanner::Event::Number(text) => {
                reader.number(text, at);
                reader.scalar("", at);
            }
            json_scanner::Event::Boolean(_) | json_scanner::Event::Null => reader.scalar("", at),
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
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                reader.syntax("YAML", &error.info(), error.marker().index());
                break;
            }
        };
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
            Event::Scalar(text, style, ..) => {
                if style == ScalarStyle::Plain && !reader.expects_key() {
                    reader.number(&text, at);
                }
                reader.scalar(&text, at);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        if reader.has_enough() {
            break;
        }
    }
    reader.findings
}

/// The findings on numbers of a TOML text that Nickel has no value for: it would panic.
pub(super) fn toml(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut reader = Reader::new(text, file, false);
    for (start, end) in toml::values(text) {
        let written = text.get(start..end).unwrap_or("").replace('_', "");
        if written.parse::<f64>().is_ok_and(|number| !number.is_finite()) {
            let title = format!("the text has the number `{}`, which no field takes", shortened(&written));
            reader.fault(title, (start, end), "not a number", "write a number, or text in quotes");
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

    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.expects_key)
    }

    /// Notes where a text can't be read any further.
    fn syntax(&mut self, format: &str, what: &dyn std::fmt::Display, at: usize) {
        let said = what.to_string();
        let rest = self.text.get(at..).unwrap_or_default().trim_start_matches([',', ':']);
        let is_end = rest.trim_start().starts_with(['}', ']']);
        let (title, help) = match (format, words::yaml(&said)) {
            ("YAML", Some(known)) => (known.title, known.help),
            ("JSON", _) if is_end => {
                ("a comma or a colon stands before the end", "remove it, or write what is to follow")
            }
            _ => (said.as_str(), "correct the text at this place or just before it"),
        };
        self.fault(format!("the text is not {format}: {title}"), (at, at + 1), "can't be read from here", help);
        self.done = true;
    }

    fn fault(&mut self, title: String, at: (usize, usize), label: &str, help: &str) {
        let finding = catalogue::finding(catalogue::FAILED_EVALUATION, Path::root(), title);
        self.findings.push(finding.at(Some(self.span(at)), label).help(help));
    }

    /// Refuses a plain scalar that is a number on which readers disagree, or one whose digits would fill the memory.
    fn number(&mut self, text: &str, at: (usize, usize)) {
        let shown = shortened(text);
        if is_out_of_range(text) {
            let title = format!("the number `{shown}` is out of range");
            self.fault(title, at, "no field takes such a number", "write a smaller number, or put text in quotes");
        } else if is_ambiguous(text) {
            let title = format!("readers disagree on the number `{shown}`");
            let help = "write it in decimal, without `_` and leading zeros, or put text in quotes";
            self.fault(title, at, "octal, decimal or text", help);
            if let Some(finding) = self.findings.last_mut() {
                let note = "YAML 1.1, which `kubectl` reads, takes a leading zero for octal and drops `_`; Nickel does neither";
                finding.notes.push(note.to_owned());
            }
        }
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
            let finding = catalogue::finding(
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
        let finding = catalogue::finding(catalogue::ALIAS_BOMB, Path::root(), what);
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

/// Whether a text is a number with more digits, written out, than any float has.
fn is_out_of_range(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return false };
    let is_number = |text: &str, also: &[char]| {
        text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || also.contains(&c))
    };
    is_number(digits, &['+', '-', '.', '_'])
        && is_number(exponent, &['+', '-', '_'])
        && exponent.parse::<i32>().map_or(true, |exponent| exponent.saturating_abs() > MAX_EXPONENT)
}

/// Whether YAML 1.1 and 1.2 read a plain text as different numbers, or as a number and text.
fn is_ambiguous(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.len() > 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '_')
        && (digits.starts_with('0') || digits.contains('_'))
}

/// A key as a message shows it: a credential that is cut off could no longer be told from a word.
fn shortened(key: &str) -> String {
    let key = redact::text(key);
    if key.chars().count() <= 60 { key } else { key.chars().take(60).chain(['…']).collect() }
}
