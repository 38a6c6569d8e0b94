//! C023: a character that can't be seen in a text of the environment, however it got there: by an escape, out of imported
//! data, or computed. The text would get into objects, where a reviewer sees another one.

use super::TreeRule;
use crate::catalogue::DECEPTIVE_CHARACTER;
use crate::characters::{self, Unseen};
use crate::finding::Finding;
use crate::path::Path;
use crate::source::Sources;
use crate::tree::{Node, Value};

pub(super) const RULE: TreeRule = TreeRule { code: DECEPTIVE_CHARACTER, check };

fn check(tree: &Node, _sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    look(tree, &mut Vec::new(), &mut findings);
    findings
}

/// A step of the way to the value at hand; a path is made of them only where there is something to say.
#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

fn look<'a>(node: &'a Node, steps: &mut Vec<Step<'a>>, findings: &mut Vec<Finding>) {
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Broken => {}
        Value::String(text) => findings.extend(first(text).map(|unseen| of_value(path(steps), unseen))),
        Value::Choice { tag, payload } => {
            findings.extend(first(tag).map(|unseen| of_value(path(steps), unseen)));
            payload.iter().for_each(|payload| look(payload, steps, findings));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                steps.push(Step::Index(index));
                look(item, steps, findings);
                steps.pop();
            }
        }
        Value::Record(fields) => {
            for (name, field) in fields {
                steps.push(Step::Field(name));
                findings.extend(first(name).map(|unseen| of_name(path(steps), unseen)));
                look(field, steps, findings);
                steps.pop();
            }
        }
    }
}

fn first(text: &str) -> Option<Unseen> {
    characters::find_all(text).next()
}

fn path(steps: &[Step<'_>]) -> Path {
    steps.iter().fold(Path::root(), |path, step| match step {
        Step::Field(name) => path.field(name),
        Step::Index(index) => path.index(*index),
    })
}

fn of_value(path: Path, unseen: Unseen) -> Finding {
    let title = format!("the text `{path}` has {}", unseen.in_words());
    explained(Finding::value(path, title))
}

fn of_name(path: Path, unseen: Unseen) -> Finding {
    let title = format!("a name in `{}` has {}", path.parent(), unseen.in_words());
    explained(Finding::name(path, title))
}

fn explained(finding: Finding) -> Finding {
    finding
        .label("it can't be seen in what is compiled")
        .note("a person who reads the manifests, or what the services show, sees another text than programs read")
        .help("remove it, also where it is written as an escape or comes out of an import")
}
