//! S001: a credential in the environment itself, wherever it stands: as a value, in a name, inside a patch.

use super::TreeRule;
use crate::catalogue::SECRET_LITERAL;
use crate::finding::Finding;
use crate::path::{Path, Segment};
use crate::scan::{self, Kind};
use crate::source::Sources;
use crate::tree::{Node, Value};
use indexmap::IndexMap;

pub(super) const RULE: TreeRule = TreeRule { code: SECRET_LITERAL, check };

/// Fields whose own name says nothing of their value: what they belong to does.
const NAMELESS: &[&str] = &["value", "placeholder", "default", "text", "literal"];

fn check(tree: &Node, sources: &Sources) -> Vec<Finding> {
    let mut walk = Walk { steps: Vec::new(), sources, findings: Vec::new() };
    walk.node(tree, None);
    walk.findings
}

struct Walk<'a> {
    steps: Vec<Step<'a>>,
    sources: &'a Sources,
    findings: Vec<Finding>,
}

/// A step of the way to the value at hand; a path is made of them only where there is something to say.
#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Walk<'a> {
    fn path(&self) -> Path {
        let segment = |step: &Step<'_>| match step {
            Step::Field(name) => Segment::Field((*name).to_owned()),
            Step::Index(index) => Segment::Index(*index),
        };
        Path(self.steps.iter().map(segment).collect())
    }

    /// Looks at a value, which is called `name`, and at all that is inside it.
    fn node(&mut self, node: &'a Node, name: Option<&str>) {
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.text(name, text),
            Value::Choice { tag, payload } => {
                self.text(name, tag);
                if let Some(payload) = payload {
                    self.node(payload, name);
                }
            }
            Value::Array(items) => {
                let mut argument = None;
                for (index, item) in items.iter().enumerate() {
                    self.steps.push(Step::Index(index));
                    self.node(item, argument.or(name));
                    self.steps.pop();
                    argument = item.value.as_text().and_then(scan::argument);
                }
            }
            Value::Record(fields) => self.record(fields, name),
            // A contract has refused it, and it is a credential all the same: what was written is still there.
            Value::Broken => {
                let written = node.span.map_or("", |span| self.sources.slice(span));
                if let Some(text) = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    self.text(name, text);
                }
            }
        }
    }

    fn record(&mut self, fields: &'a IndexMap<String, Node>, name: Option<&str>) {
        // `{ name = "PASSWORD", value = "…" }` is how containers set variables.
        let variable = fields.get("name").and_then(|node| match &node.value {
            Value::String(text) => Some(text.as_str()),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Choice { .. }
            | Value::Array(_)
            | Value::Record(_)
            | Value::Broken => None,
        });
        for (key, field) in fields {
            self.steps.push(Step::Field(key));
            if let Some(kind) = scan::find(None, key) {
                let path = self.path();
                let message = format!("a name in `{}` holds {}", path.parent(), kind.describe());
                self.findings.push(explained(Finding::name(path, message), key));
            }
            let named = match key.as_str() {
                key if NAMELESS.contains(&key) => variable.or(name),
                key if scan::is_private_member(key) && fields.contains_key("kty") => Some("private_key"),
                key => Some(key),
            };
            self.node(field, named);
            self.steps.pop();
        }
    }

    fn text(&mut self, name: Option<&str>, text: &str) {
        if let Some(kind) = scan::find(name, text) {
            let path = self.path();
            let message = message(&path, kind);
            self.findings.push(explained(Finding::value(path, message), text));
        }
    }
}

fn message(path: &Path, kind: Kind) -> String {
    format!("`{path}` holds {}", kind.describe())
}

fn explained(finding: Finding, secret: &str) -> Finding {
    finding
        .sensitive(secret)
        .label("a credential stands here")
        .help("keep it in a secret store, and name its place there under `secrets.keys.<name>.remote`")
        .help("rotate it: it stays in the history of the file, even where it is removed now")
}
