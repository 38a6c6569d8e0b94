//! Manifests → objects with places: what stands in YAML or JSON, read as `kubectl` reads it, so that a finding on an
//! object can be shown at the very value.
//!
//! Invariant: no text makes this crash, hang or use much more memory than it has itself.

use crate::catalogue::{self, ALIAS_BOMB, DUPLICATE_KEY, NESTING_TOO_DEEP, UNREADABLE_MANIFEST};
use crate::diagnostic::Diagnostic;
use crate::objects::object::{EVERY_NAMESPACE, External, Object};
use crate::path::Path;
use crate::source::{FileId, Sources, Span};
use crate::tree::{Node, Number, Value};
use crate::{redact, words};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;

/// No manifest nests deeper; what does is an attack.
const MAX_NESTING: usize = 200;

/// How the versions of Kustomize's own files begin, which are not applied.
const KUSTOMIZE: &str = "kustomize.config.k8s.io/";

/// How many values aliases may stand for in one file.
const MAX_ALIASED: usize = 100_000;

/// How many findings of one file are reported that keep it from being read.
const MAX_UNREADABLE: usize = 100;

/// All objects of some files, with the places of their values.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    pub(crate) objects: Vec<Object>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) files: Vec<FileId>,
    pub(crate) unreadable: Vec<(FileId, Diagnostic)>,
    /// Where the values of Secrets stand.
    pub(crate) secrets: Vec<Span>,
    /// What kustomizations generate, which counts in any namespace.
    pub(crate) generated: Vec<External>,
}

impl Manifests {
    /// Takes a text in, with all its documents. What is no object is a finding in `strict` mode and beside objects, and else
    /// passed over. Says whether there was anything in it, an object or a fault.
    pub fn read(&mut self, text: &str, file: FileId, strict: bool) -> bool {
        let before = self.objects.len() + self.unreadable.len();
        let read = parse(text, file);
        let strict = strict || read.documents.iter().any(is_object);
        for document in read.documents {
            self.take(document, file, strict);
        }
        if !read.findings.is_empty() && text.contains("Secret") {
            self.secrets.extend(values_by_look(text, file));
        }
        self.unreadable.extend(read.findings.into_iter().map(|finding| (file, finding)));
        self.objects.len() + self.unreadable.len() > before
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

    fn take(&mut self, document: Node, file: FileId, strict: bool) {
        self.generated.extend(generators(&document));
        let (version, kind) = (text_of(&document, "apiVersion").to_owned(), text_of(&document, "kind").to_owned());
        if matches!(document.value, Value::Null) || version.starts_with(KUSTOMIZE) {
            return;
        }
        if kind.is_empty() || version.is_empty() {
            if strict {
                let missing = if kind.is_empty() { "kind" } else { "apiVersion" };
                let finding =
                    catalogue::finding(UNREADABLE_MANIFEST, Path::root(), format!("a document has no `{missing}`"));
                let finding = finding
                    .at(first_of(&document), "not an object of Kubernetes")
                    .help("name a file with manifests; charts and overlays are rendered first");
                self.unreadable.push((file, finding));
            }
            return;
        }
        if kind.ends_with("List") && document.field("items").is_some() {
            let Some(items) = record(document.value).and_then(|mut fields| fields.swap_remove("items")) else { return };
            match items.value {
                Value::Array(items) => items.into_iter().for_each(|item| self.take(item, file, strict)),
                Value::Null => {}
                Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Choice { .. }
                | Value::Record(_)
                | Value::Broken => {
                    let title = format!("the `items` of a `{kind}` are no list");
                    let finding = catalogue::finding(UNREADABLE_MANIFEST, Path::root(), title);
                    let finding = finding.at(items.key, "what is in it was not looked at").help("write a list");
                    self.unreadable.push((file, finding));
                }
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
}

/// What a document generates, if it is a kustomization.
fn generators(document: &Node) -> Vec<External> {
    let generators = [("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")];
    let names = |(kind, field)| {
        let generators = document.field(field).and_then(|generators| generators.value.as_array());
        let names = generators.into_iter().flatten().filter_map(|generator| generator.field("name")?.value.as_text());
        let external = |name: &str| External {
            kind,
            namespace: EVERY_NAMESPACE.to_owned(),
            name: name.to_owned(),
            keys: Vec::new(),
        };
        names.map(external).collect::<Vec<_>>()
    };
    generators.into_iter().flat_map(names).collect()
}

/// A text of a document; empty where it has none of that name.
fn text_of<'a>(document: &'a Node, name: &str) -> &'a str {
    document.field(name).and_then(|node| node.value.as_text()).unwrap_or("")
}

/// Whether a document says that it is an object, other than Kustomize's own.
fn is_object(document: &Node) -> bool {
    let version = text_of(document, "apiVersion");
    let is_kustomization = version.starts_with(KUSTOMIZE);
    !version.is_empty() && !is_kustomization && !text_of(document, "kind").is_empty()
}

/// What stands for a record or a list: its name, else the name that it gives itself, else its first field.
pub(crate) fn first_of(node: &Node) -> Option<Span> {
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
fn parse(text: &str, file: FileId) -> Read {
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
        let finding = catalogue::finding(UNREADABLE_MANIFEST, Path::root(), title)
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
    let finding =
        |title: &str| catalogue::finding(UNREADABLE_MANIFEST, Path::root(), format!("the text is not YAML{title}"));
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
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    documents: Vec<Node>,
    findings: Vec<Diagnostic>,
    stopped: bool,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, file: FileId) -> Builder<'a> {
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

    fn span(&self, (start, end): (usize, usize)) -> Span {
        let bytes = |place: usize| u32::try_from(place.min(self.text.len())).unwrap_or(u32::MAX);
        Span { file: self.file, start: bytes(start), end: bytes(end).max(bytes(start)) }
    }

    fn event(&mut self, event: Event<'_>, at: (usize, usize)) {
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

    fn begin(&mut self, anchor: usize, value: Value, at: (usize, usize)) {
        let start = self.span(at).start;
        self.open.push(Open { anchor, start, value, key: None, merged: Vec::new() });
        if self.open.len() > MAX_NESTING {
            self.too_deep(at.0);
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
                let finding = catalogue::finding(
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
        if matches!(value, Value::Broken) {
            let finding = catalogue::finding(
                UNREADABLE_MANIFEST,
                Path::root(),
                format!("`{text}` is not a number that an object can have"),
            );
            let finding = finding.at(Some(span), "JSON has no such number").note("`kubectl` refuses the file");
            self.findings.push(finding.help("write a number, or text in quotes"));
        }
        self.add(Node { value, span: Some(span), key: None }, anchor);
    }

    fn alias(&mut self, anchor: usize, at: (usize, usize)) {
        let Some(node) = self.anchors.get(&anchor) else { return };
        self.aliased = self.aliased.saturating_add(size(node, MAX_ALIASED));
        if self.aliased > MAX_ALIASED {
            let finding = catalogue::finding(
                ALIAS_BOMB,
                Path::root(),
                format!("aliases stand for more than {MAX_ALIASED} values"),
            );
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
                    let finding = catalogue::finding(UNREADABLE_MANIFEST, Path::root(), "a key is not a text");
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

    fn too_deep(&mut self, at: usize) {
        let title = format!("the text nests more than {MAX_NESTING} levels deep");
        let finding = catalogue::finding(NESTING_TOO_DEEP, Path::root(), title);
        self.stop(finding.at(Some(self.span((at, at + 1))), "too deep from here"));
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
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN"
        | ".NAN" => {
            return Value::Broken;
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// The number that a plain scalar is: what Go reads by the prefix of a base, a leading zero for octal, without any `_`, or a
/// float that is finite.
fn number(text: &str) -> Option<Number> {
    let digits = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    let (sign, body) = match digits.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(whole) = whole(body).filter(|whole| i64::try_from(*whole).is_ok() || digits == body) {
        return Some(Number::from_fraction(format!("{}{whole}", if whole == 0 { "" } else { sign })));
    }
    let is_float = body.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let float: f64 = if is_float { digits.parse().ok()? } else { return None };
    let is_whole = float.fract() == 0.0 && float.abs() < 9e15;
    float.is_finite().then(|| Number::from_fraction(if is_whole { format!("{float:.0}") } else { format!("{float}") }))
}

/// A whole number without a sign.
fn whole(body: &str) -> Option<u64> {
    let prefixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2), ("0", 8)];
    let prefixed = |(prefix, radix)| Some((body.strip_prefix(prefix).filter(|rest| !rest.is_empty())?, radix));
    let (digits, radix) = prefixes.into_iter().find_map(prefixed).unwrap_or((body, 10));
    // A second sign would be read.
    digits.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| u64::from_str_radix(digits, radix).ok()).flatten()
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
