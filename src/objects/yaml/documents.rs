//! A text → its documents: JSON as long as there is any, then YAML.

use super::builder::{Builder, MAX_NESTING, unreadable};
use super::scalars::number;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::tree::{Node, Value};
use crate::{redact, words};
use granit_parser::{ErrorKind, Parser, ScalarStyle};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::borrow::Cow;

/// What is read of a text.
pub(super) struct Read {
    pub documents: Vec<Node>,
    pub findings: Vec<Diagnostic>,
}

/// The values of a text's documents, without those that are empty; else what keeps it from being read, with its line.
pub(crate) fn values(text: &str) -> Result<Vec<Json>, String> {
    let mut sources = Sources::default();
    let file = sources.add(String::new(), text.to_owned(), false);
    let read = parse(text, file);
    match read.findings.first() {
        Some(finding) => {
            let line = finding.span().map_or(1, |span| sources.place(span).line);
            Err(redact::text(&format!("line {line}: {}", finding.message)))
        }
        None => Ok(read.documents.iter().map(Node::to_json).filter(|value| !value.is_null()).collect()),
    }
}

/// Reads a text as `kubectl` does: documents of JSON as long as there are any, then YAML.
pub(super) fn parse(text: &str, file: FileId) -> Read {
    let mut builder = Builder::new(text, file);
    let mut done = 0;
    while !builder.stopped
        && let Some(start) = json_after(text, done)
        && let Some(length) = text.get(start..).and_then(json_length)
    {
        let end = start + length;
        read_json(text.get(start..end).unwrap_or(""), start, &mut builder);
        done = end;
    }
    if !builder.stopped {
        read_yaml(text.get(done..).unwrap_or(""), done, &mut builder);
    }
    Read { documents: builder.documents, findings: builder.findings }
}

/// Where the next document of JSON begins behind the last, or at the beginning of the text; between two a line `---` may
/// stand.
fn json_after(text: &str, done: usize) -> Option<usize> {
    let rest = text.get(done..)?;
    let body = rest.trim_start();
    let body = match body.strip_prefix("---") {
        Some(next) if done > 0 && next.starts_with(char::is_whitespace) => next.trim_start(),
        Some(_) | None => body,
    };
    body.starts_with('{').then(|| text.len() - body.len())
}

/// How long the document is that a text of JSON begins with; none where it is no JSON.
fn json_length(text: &str) -> Option<usize> {
    let mut parser = json_scanner::Parser::new(text.as_bytes());
    let mut depth = 0_usize;
    while let Ok(Some(event)) = parser.next_event() {
        match event.event {
            json_scanner::Event::BeginObject | json_scanner::Event::BeginArray => depth += 1,
            json_scanner::Event::EndObject | json_scanner::Event::EndArray => depth = depth.saturating_sub(1),
            json_scanner::Event::String(_)
            | json_scanner::Event::Number(_)
            | json_scanner::Event::Boolean(_)
            | json_scanner::Event::Null => {}
        }
        if depth == 0 {
            return Some(event.end);
        }
    }
    None
}

/// Reads one document of JSON, which begins so many bytes behind the beginning of the text.
fn read_json(text: &str, before: usize, builder: &mut Builder<'_>) {
    let mut parser = json_scanner::Parser::new(text.as_bytes());
    while !builder.stopped
        && let Ok(Some(event)) = parser.next_event()
    {
        let at = (before + event.start, before + event.end);
        match event.event {
            json_scanner::Event::BeginObject => builder.begin(0, Value::Record(IndexMap::new()), at),
            json_scanner::Event::BeginArray => builder.begin(0, Value::Array(Vec::new()), at),
            json_scanner::Event::EndObject | json_scanner::Event::EndArray => builder.end(at),
            json_scanner::Event::String(text) => {
                builder.scalar(&text, Value::String(text.clone().into_owned()), ScalarStyle::DoubleQuoted, 0, at);
            }
            json_scanner::Event::Number(text) => {
                let value = number(text).map_or(Value::Broken, Value::Number);
                builder.scalar(text, value, ScalarStyle::Plain, 0, at);
            }
            json_scanner::Event::Boolean(word) => builder.scalar("", Value::Bool(word), ScalarStyle::Plain, 0, at),
            json_scanner::Event::Null => builder.scalar("", Value::Null, ScalarStyle::Plain, 0, at),
        }
    }
}

/// Reads documents of YAML, which begin so many bytes behind the beginning of the text.
fn read_yaml(text: &str, before: usize, builder: &mut Builder<'_>) {
    if let Some((start, character)) = text.char_indices().find(|(_, character)| is_refused(*character)) {
        let code = u32::from(character);
        let title = format!("the text has a control character in it, U+{code:04X}");
        let finding = unreadable(title)
            .at(Some(builder.span((before + start, before + start + character.len_utf8()))), "it can't be seen here")
            .note("`kubectl` refuses the file: control characters are not allowed; nothing else was checked")
            .help(format!("remove it; between double quotes it can be written `\\u{code:04x}`"));
        builder.stop(finding);
        return;
    }
    let options = granit_parser::options! {
        emit_comments: false,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: MAX_NESTING,
        block_nesting_limit: MAX_NESTING,
    };
    let text = without_marks(text);
    for event in Parser::new_from_str_with_options(&text, options) {
        let bytes = |marker: &granit_parser::Marker| before + marker.byte_offset().unwrap_or(marker.index());
        match event {
            Ok((event, span)) => builder.event(event, (bytes(&span.start), bytes(&span.end))),
            // The reader looks ahead, so that it may be there before there is an event.
            Err(error) if *error.kind() == ErrorKind::RecursionLimitExceeded => builder.too_deep(bytes(error.marker())),
            Err(error) => {
                let at = bytes(error.marker());
                let place = Some(builder.span((at, at + 1)));
                builder.stop(
                    not_yaml(&error.info()).at(place, "can't be read from here").note("nothing else was checked"),
                );
            }
        }
        if builder.stopped {
            break;
        }
    }
}

/// What the reader says of a text that it can't read, in our words where there are some.
fn not_yaml(said: &str) -> Diagnostic {
    let finding = |title: &str| unreadable(format!("the text is not YAML{title}"));
    match words::yaml(said) {
        Some(known) => finding(&format!(": {}", known.title)).help(known.help),
        None => finding("").note(format!("its reader says: {said}")),
    }
}

/// A text of as many bytes in which no document but the first begins with a byte-order mark, as where files are joined by
/// `---`: `kubectl` reads each document by itself.
fn without_marks(text: &str) -> Cow<'_, str> {
    if !text.contains("\n\u{feff}") {
        return Cow::Borrowed(text);
    }
    let mut begins = false;
    let unmarked = |line: &str| {
        let body = line.strip_prefix('\u{feff}').filter(|_| begins).map(|body| format!("  \n{body}"));
        begins = line.starts_with("---");
        body.unwrap_or_else(|| line.to_owned())
    };
    Cow::Owned(text.split_inclusive('\n').map(unmarked).collect())
}

/// Whether the YAML that `kubectl` reads may not have a character, not even in comments.
fn is_refused(character: char) -> bool {
    let is_allowed = matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}'
    );
    !is_allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{ALIAS_BOMB, NESTING_TOO_DEEP};
    use serde_json::json;

    fn read(text: &str) -> serde_json::Value {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml".into(), text.into(), false);
        let read = parse(text, file);
        assert_eq!(read.findings, []);
        read.documents.first().map(Node::to_json).unwrap_or_default()
    }

    #[test]
    fn bare_words_are_what_kubectl_takes_them_for() {
        let text = "{a: yes, b: y, c: 1_000, d: 0o17, e: 017, f: 2001-01-01, g: '1:20', h: .5, i: 1e3, j: 0b1, k: +1, l: ~, \
                    m: 0x1F, n: On, y: text, p: 08, s: 1__0, t: 1., u: \"1\", v: -, w: 1.0.2, x: 12e03}";
        let kubectl = json!({
            "a": true, "b": true, "c": 1000, "d": 15, "e": 15, "f": "2001-01-01", "false": true, "g": "1:20", "h": 0.5,
            "i": 1000, "j": 1, "k": 1, "l": null, "m": 31, "p": 8, "s": 10, "t": 1, "true": "text", "u": "1", "v": "-",
            "w": "1.0.2", "x": 12000,
        });
        assert_eq!(read(&text.replace("v: -,", "v: '-',")), kubectl);
    }

    #[test]
    fn numbers_are_what_kubectl_takes_them_for() {
        let text = "{a: 0440, b: 0o440, c: 0_1, d: 0B1, e: 0X1f, f: -0O17, g: 18446744073709551615, h: -0, i: 00, j: 1e999, \
                    k: --1, l: +-1, m: 0x, nn: 09_0, o: 1_0.5, p: ._5, q: -0b11, r: 0x_1, s: 0440.0, t: '0440', u: !!str 0440, \
                    v: inf, w: 9223372036854775808, x: 0x+1, 0440: y}";
        let kubectl = json!({
            "a": 288, "b": 288, "c": 1, "d": 1, "e": 31, "f": -15, "g": 18446744073709551615_u64, "h": 0, "i": 0,
            "j": "1e999", "k": "--1", "l": "+-1", "m": "0x", "nn": 90, "o": 10.5, "p": "._5", "q": -3, "r": 1, "s": 440,
            "t": "0440", "u": "0440", "v": "inf", "w": 9223372036854775808_u64, "x": "0x+1", "288": true,
        });
        assert_eq!(read(text), kubectl);
    }

    #[test]
    fn anchors_and_merges_stand_for_what_they_name() {
        let text = "base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\nlist: [*base]\n";
        let expected = json!({ "base": {"a": 1, "b": 2}, "more": {"b": 3, "a": 1}, "list": [{"a": 1, "b": 2}] });
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_few_lines_never_become_millions_of_values() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let before = vec![format!("*a{}", level - 1); 9].join(",");
            text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        let mut sources = Sources::default();
        let file = sources.add("a.yaml".into(), text.clone(), false);
        assert_eq!(parse(&text, file).findings.first().map(|finding| finding.code), Some(ALIAS_BOMB));
        let deep = "[".repeat(MAX_NESTING + 1);
        assert_eq!(parse(&deep, file).findings.first().map(|finding| finding.code), Some(NESTING_TOO_DEEP));
    }
}
