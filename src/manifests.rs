//! Manifests → objects with places: what stands in YAML or JSON, read as `kubectl` reads it, so that a finding on an
//! object can be shown at the very value.
//!
//! Invariant: no text makes this crash, hang or use much more memory than it has itself.

use crate::catalogue::{ALIAS_BOMB, DUPLICATE_KEY, NESTING_TOO_DEEP, UNREADABLE_MANIFEST};
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::{Node, Number, Path, Value};
use crate::lower::{External, Object};
use crate::redact;
use crate::source::{FileId, Sources, Span};
use crate::verify::{self, Found, Place};
use indexmap::IndexMap;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::{BTreeMap, HashMap};

/// No manifest nests deeper; what does is an attack.
const MAX_NESTING: usize = 200;

/// How many values aliases may stand for in one file.
const MAX_ALIASED: usize = 100_000;

/// How many findings of one file are reported that keep it from being read.
const MAX_UNREADABLE: usize = 100;

/// All objects of some files, with the places of their values.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    objects: Vec<Object>,
    nodes: Vec<Node>,
    files: Vec<FileId>,
    unreadable: Vec<(FileId, Diagnostic)>,
    /// Where the values of Secrets stand.
    secrets: Vec<Span>,
}

impl Manifests {
    /// Takes a text in, with all its documents. What is no object is a finding in `strict` mode, and else passed over.
    pub fn read(&mut self, text: &str, file: FileId, strict: bool) {
        let read = parse(text, file);
        for document in read.documents {
            self.take(document, file, strict);
        }
        if !read.findings.is_empty() && text.contains("Secret") {
            self.secrets.extend(values_by_look(text, file));
        }
        self.unreadable.extend(read.findings.into_iter().map(|finding| (file, finding)));
    }

    /// Takes note of a text that is not read, and why.
    pub fn refuse(&mut self, file: FileId, finding: Diagnostic) {
        self.unreadable.push((file, finding));
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The objects.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// What is found in the objects, each with its file and place. Where a file can't be read only that is said:
    /// whatever it was to provide would seem to be missing.
    pub fn verify(&self, external: &[External], sources: &Sources) -> Vec<(FileId, Diagnostic)> {
        let mut findings = self.unreadable.clone();
        if findings.is_empty() {
            let found = verify::find(&self.objects, external);
            findings.extend(found.into_iter().filter_map(|found| self.placed(found, sources)));
        }
        // What is hidden for one finding of a file is hidden for all that show it.
        if let Some((_, first)) = findings.first_mut() {
            first.sensitive.extend(&self.secrets);
        }
        let mut diagnostics: Vec<Diagnostic> = findings.iter().map(|(_, finding)| finding.clone()).collect();
        redact::findings(&mut diagnostics, sources);
        let mut arranged: Vec<(FileId, Diagnostic)> = findings.iter().map(|(file, _)| *file).zip(diagnostics).collect();
        arranged.sort_by_cached_key(|(file, finding)| (*file, finding.span(), finding.code, finding.message.clone()));
        arranged.dedup();
        arranged
    }

    fn take(&mut self, document: Node, file: FileId, strict: bool) {
        let text = |name: &str| document.field(name).and_then(|node| node.value.as_text()).unwrap_or("").to_owned();
        let (version, kind) = (text("apiVersion"), text("kind"));
        if matches!(document.value, Value::Null) || version.starts_with("kustomize.config.k8s.io/") {
            return;
        }
        if kind.is_empty() || version.is_empty() {
            if strict {
                let missing = if kind.is_empty() { "kind" } else { "apiVersion" };
                let finding =
                    Diagnostic::new(UNREADABLE_MANIFEST, Path::root(), format!("a document has no `{missing}`"));
                let finding = finding
                    .at(first_of(&document), "not an object of Kubernetes")
                    .help("name a file with manifests; charts and overlays are rendered first");
                self.unreadable.push((file, finding));
            }
            return;
        }
        if kind.ends_with("List") && document.field("items").is_some() {
            if let Value::Record(mut fields) = document.value
                && let Some(Node { value: Value::Array(items), .. }) = fields.swap_remove("items")
            {
                items.into_iter().for_each(|item| self.take(item, file, strict));
            }
            return;
        }
        if kind == "Secret" {
            self.hide(&document);
        }
        self.objects.push(Object::of(document.to_json()));
        self.nodes.push(document);
        self.files.push(file);
    }

    /// Remembers where the values of a Secret stand, so that nothing shows them.
    fn hide(&mut self, secret: &Node) {
        let annotations = secret.field("metadata").and_then(|metadata| metadata.field("annotations"));
        let records = [secret.field("data"), secret.field("stringData"), annotations].into_iter().flatten();
        let values = records.filter_map(|record| record.value.as_record()).flat_map(|fields| fields.values());
        self.secrets.extend(values.filter_map(|value| value.span));
    }

    fn placed(&self, found: Found, sources: &Sources) -> Option<(FileId, Diagnostic)> {
        let file = *self.files.get(found.place.object)?;
        let span = self.span(&found.place, sources);
        let mut diagnostic = found.diagnostic.at(span, found.label);
        for (place, label) in &found.related {
            diagnostic = diagnostic.and(self.span(place, sources), label.as_str());
        }
        if found.secret {
            diagnostic.sensitive.extend(span);
        }
        Some((file, diagnostic))
    }

    fn span(&self, place: &Place, sources: &Sources) -> Option<Span> {
        let (node, _) = self.nodes.get(place.object)?.nearest(&place.path);
        if place.name && node.key.is_some() {
            return node.key;
        }
        let span = node.span?;
        if !place.inside.is_empty() {
            return Some(inside(span, &place.inside, sources).unwrap_or_else(|| sources.opening(span)));
        }
        match &node.value {
            Value::Record(_) | Value::Array(_) => first_of(node),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Choice { .. }
            | Value::Broken => {
                let block = sources.slice(span).contains('\n');
                node.key.filter(|_| block).or_else(|| Some(sources.opening(span)))
            }
        }
    }
}

/// The last of several texts that follow each other in a span, as far as they do.
fn inside(span: Span, texts: &[String], sources: &Sources) -> Option<Span> {
    let written = sources.slice(span);
    let (mut from, mut found) = (0, None);
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let Some(at) = written.get(from..).and_then(|rest| rest.find(text.as_str())) else { break };
        found = Some((from + at, from + at + text.len()));
        from += at + text.len();
    }
    let (start, end) = found?;
    let offset = |bytes: usize| u32::try_from(bytes).ok();
    Some(Span { start: span.start + offset(start)?, end: span.start + offset(end)?, ..span })
}

/// What stands for a record or a list: its name, else the name that it gives itself, else its first field.
fn first_of(node: &Node) -> Option<Span> {
    if node.key.is_some() {
        return node.key;
    }
    let name = node.field("name").or_else(|| node.field("metadata")?.field("name"));
    let first = || node.value.as_record().and_then(|fields| fields.values().next());
    let opening = || node.span.map(|span| Span { end: span.end.min(span.start + 1), ..span });
    name.filter(|name| name.value.as_text().is_some())
        .and_then(|name| name.span)
        .or_else(|| first()?.key)
        .or_else(opening)
}

/// Where values stand in a text that can't be read and may hold a Secret: behind every colon.
fn values_by_look(text: &str, file: FileId) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.find(": ").map_or(0, |colon| colon + 2);
        let whole = line.trim_end();
        let is_name = ["apiVersion", "kind", "name", "namespace", "metadata"]
            .iter()
            .any(|name| whole.trim_start_matches([' ', '-']).starts_with(&format!("{name}:")));
        let bytes = |at: usize| u32::try_from(start + at).unwrap_or(u32::MAX);
        if value < whole.len() && !is_name && !whole.starts_with("---") {
            spans.push(Span { file, start: bytes(value), end: bytes(whole.len()) });
        }
        start += line.len();
    }
    spans
}

struct Read {
    documents: Vec<Node>,
    findings: Vec<Diagnostic>,
}

fn parse(text: &str, file: FileId) -> Read {
    let mut builder = Builder::new(text, file);
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.event(event, (span.start.index(), span.end.index())),
            Err(error) => {
                let at = builder.span((error.marker().index(), error.marker().index() + 1));
                let finding = Diagnostic::new(
                    UNREADABLE_MANIFEST,
                    Path::root(),
                    format!("the text is not YAML: {}", error.info()),
                );
                builder.findings.push(finding.at(Some(at), "can't be read from here").note("nothing else was checked"));
                break;
            }
        }
        if builder.stopped {
            break;
        }
    }
    Read { documents: builder.documents, findings: builder.findings }
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

struct Builder<'a> {
    text: &'a str,
    file: FileId,
    /// Where characters begin, in bytes; none where each is a byte.
    offsets: Option<Vec<u32>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    documents: Vec<Node>,
    findings: Vec<Diagnostic>,
    stopped: bool,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, file: FileId) -> Builder<'a> {
        let offset = |(bytes, _)| u32::try_from(bytes).unwrap_or(u32::MAX);
        let offsets = (!text.is_ascii()).then(|| text.char_indices().map(offset).collect());
        Builder {
            text,
            file,
            offsets,
            open: Vec::new(),
            anchors: HashMap::new(),
            aliased: 0,
            documents: Vec::new(),
            findings: Vec::new(),
            stopped: false,
        }
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let bytes = |place: usize| match &self.offsets {
            Some(offsets) => offsets.get(place).copied().unwrap_or(length),
            None => u32::try_from(place).unwrap_or(u32::MAX).min(length),
        };
        Span { file: self.file, start: bytes(start), end: bytes(end).max(bytes(start)) }
    }

    fn event(&mut self, event: Event<'_>, at: (usize, usize)) {
        match event {
            Event::MappingStart(anchor, _) => self.begin(anchor, Value::Record(IndexMap::new()), at),
            Event::SequenceStart(anchor, _) => self.begin(anchor, Value::Array(Vec::new()), at),
            Event::MappingEnd | Event::SequenceEnd => self.end(at),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.suffix == "str") || style != ScalarStyle::Plain;
                let value = if is_text { Value::String(text.clone().into_owned()) } else { plain(&text) };
                self.scalar(&text, value, style, anchor, at);
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::DocumentEnd => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
    }

    fn begin(&mut self, anchor: usize, value: Value, at: (usize, usize)) {
        let start = self.span(at).start;
        self.open.push(Open { anchor, start, value, key: None, merged: Vec::new() });
        if self.open.len() > MAX_NESTING {
            let title = format!("the text nests more than {MAX_NESTING} levels deep");
            let finding = Diagnostic::new(NESTING_TOO_DEEP, Path::root(), title);
            self.stop(finding.at(Some(self.span((at.0, at.0 + 1))), "too deep from here"));
        }
    }

    fn end(&mut self, at: (usize, usize)) {
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

    fn scalar(&mut self, text: &str, value: Value, style: ScalarStyle, anchor: usize, at: (usize, usize)) {
        let span = self.trimmed(self.span(at));
        if let Some(open) = self.open.last_mut()
            && let (Value::Record(fields), None) = (&open.value, &open.key)
        {
            let name = named(text, &value);
            if fields.contains_key(&name) {
                let finding = Diagnostic::new(
                    DUPLICATE_KEY,
                    Path::root(),
                    format!("the key `{name}` stands twice in one record"),
                );
                let finding = finding
                    .at(Some(span), "the second one")
                    .note("`kubectl` takes the last value, other readers the first");
                self.findings.push(finding.help("remove one of the two"));
                self.stopped = self.findings.len() >= MAX_UNREADABLE;
            }
            let name = if style == ScalarStyle::Plain && text == "<<" { MERGE.to_owned() } else { name };
            open.key = Some((name, span));
            return;
        }
        self.add(Node { value, span: Some(span), key: None }, anchor);
    }

    fn alias(&mut self, anchor: usize, at: (usize, usize)) {
        let Some(node) = self.anchors.get(&anchor) else { return };
        self.aliased = self.aliased.saturating_add(size(node, MAX_ALIASED));
        if self.aliased > MAX_ALIASED {
            let finding =
                Diagnostic::new(ALIAS_BOMB, Path::root(), format!("aliases stand for more than {MAX_ALIASED} values"));
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
        match &mut open.value {
            Value::Array(items) => items.push(node),
            Value::Record(fields) => match open.key.take() {
                Some((name, _)) if name == MERGE => match node.value {
                    Value::Array(nodes) => open.merged.extend(nodes),
                    Value::Record(_)
                    | Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Choice { .. }
                    | Value::Broken => open.merged.push(node),
                },
                Some((name, key)) => {
                    fields.insert(name, Node { key: Some(key), ..node });
                }
                // A record or list as a key: no object of Kubernetes has one.
                None => {
                    let span = node.span;
                    let finding = Diagnostic::new(UNREADABLE_MANIFEST, Path::root(), "a key is not a text");
                    self.stop(finding.at(span, "not a text").note("nothing else was checked"));
                }
            },
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Choice { .. }
            | Value::Broken => {}
        }
    }

    fn stop(&mut self, finding: Diagnostic) {
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

fn record(value: Value) -> Option<IndexMap<String, Node>> {
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

/// What `kubectl` calls a field whose key is this scalar: a boolean is a name, too.
fn named(text: &str, value: &Value) -> String {
    match value {
        Value::Bool(word) => word.to_string(),
        Value::Number(number) => number.to_json().to_string(),
        Value::Null | Value::String(_) | Value::Choice { .. } | Value::Array(_) | Value::Record(_) | Value::Broken => {
            text.to_owned()
        }
    }
}

/// What a plain scalar is, by the rules of YAML 1.1 that `kubectl` reads with.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let first = text.trim_start_matches(['+', '-']);
    if !first.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let digits = text.replace('_', "");
    let (sign, body) = match digits.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let radix =
        |prefix: &str, radix| body.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, radix).ok());
    let octal = || (body.len() > 1 && body.starts_with('0')).then(|| i64::from_str_radix(body, 8).ok()).flatten();
    let whole = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(octal);
    if let Some(whole) = whole.or_else(|| body.parse().ok().filter(|_| !body.starts_with('+'))) {
        return Some(Number::from_fraction(format!("{sign}{whole}")));
    }
    let is_float = body.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let float: f64 = if is_float { digits.parse().ok()? } else { return None };
    let is_whole = float.fract() == 0.0 && float.abs() < 9e15;
    Some(Number::from_fraction(if is_whole { format!("{float:.0}") } else { format!("{float}") }))
}

/// The findings of each file out of those of all, in their order.
pub fn by_file(findings: Vec<(FileId, Diagnostic)>) -> BTreeMap<FileId, Vec<Diagnostic>> {
    let mut files: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
    for (file, finding) in findings {
        files.entry(file).or_default().push(finding);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
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
