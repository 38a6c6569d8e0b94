//! Manifests → objects with places: what stands in YAML or JSON, read as `kubectl` reads it, so that a finding on an
//! object can be shown at the very value.
//!
//! Invariant: no text makes this crash, hang or use much more memory than it has itself.

mod builder;
mod documents;
mod scalars;

pub(crate) use documents::values;

use crate::diagnostic::Diagnostic;
use crate::objects::object::{EVERY_NAMESPACE, External, Object};
use crate::source::{FileId, Span};
use crate::tree::{Node, Value};
use builder::{record, unreadable};
use documents::parse;

/// How the versions of Kustomize's own files begin, which are not applied.
const KUSTOMIZE: &str = "kustomize.config.k8s.io/";

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
        let has_objects = read.documents.iter().any(is_object);
        if let Some(at) = environment(text, file).filter(|_| strict && !has_objects) {
            let finding =
                unreadable("this is an environment, not manifests".to_owned()).at(Some(at), "Nickel from here");
            let help = "check it with `agentos-cfg check`; what `agentos-cfg build` makes of it can be verified";
            self.unreadable.push((file, finding.help(help)));
            return true;
        }
        let strict = strict || has_objects;
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
                let finding = unreadable(format!("a document has no `{missing}`"))
                    .at(first_of(&document), "not an object of Kubernetes")
                    .help("name a file with manifests; charts and overlays are rendered first");
                self.unreadable.push((file, finding));
            }
            return;
        }
        if kind.ends_with("List") && document.field("items").is_some() {
            let Some(items) = record(document.value).and_then(|mut fields| fields.swap_remove("items")) else { return };
            if let Value::Array(items) = items.value {
                items.into_iter().for_each(|item| self.take(item, file, strict));
            } else if !matches!(items.value, Value::Null) {
                let finding = unreadable(format!("the `items` of a `{kind}` are no list"));
                let finding = finding.at(items.key, "what is in it was not looked at").help("write a list");
                self.unreadable.push((file, finding));
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

/// Where a text begins that is an environment, in Nickel.
fn environment(text: &str, file: FileId) -> Option<Span> {
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = text.lines().find(is_content)?;
    if !(first.starts_with("let ") || text.contains("agentos.Environment")) {
        return None;
    }
    let start = text.find(first)?;
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Some(Span { file, start: bytes(start), end: bytes(start + first.len()) })
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
