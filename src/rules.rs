//! Environment → findings: what the runtime would accept silently and run unsafely.
//!
//! Invariant: a rule names values by their paths; the place that a path leads to is found here, for all of them. Nearly
//! all rules see only the typed environment; one that is about what is written, whatever it means, sees the tree. One
//! file a rule, one ordered registry of each sort.

mod invalid_name;
mod malformed_stack_id;
mod malformed_tenant_id;
mod missing_required_secret;
mod peer_with_itself;
mod secret_literal;
mod unsupported_field;

use crate::catalogue::Code;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::{Node, Path, Value};
use crate::model::Environment;
use crate::source::{Sources, Span};
use std::collections::BTreeSet;

/// What a rule has to say of a value.
#[derive(Clone, Debug)]
pub struct Finding {
    path: Path,
    target: Target,
    message: String,
    label: String,
    notes: Vec<String>,
    help: Vec<String>,
    secret: Option<String>,
}

/// Whether the value or its name is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Value,
    Name,
}

impl Finding {
    /// A finding on the value at a path.
    pub fn value(path: Path, message: impl Into<String>) -> Finding {
        Finding::new(path, Target::Value, message.into())
    }

    /// A finding on the name that a path ends with.
    pub fn name(path: Path, message: impl Into<String>) -> Finding {
        Finding::new(path, Target::Name, message.into())
    }

    fn new(path: Path, target: Target, message: String) -> Finding {
        Finding { path, target, message, label: String::new(), notes: Vec::new(), help: Vec::new(), secret: None }
    }

    /// What to say at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Finding {
        self.label = label.into();
        self
    }

    /// A fact that explains the finding.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help.push(help.into());
        self
    }

    /// A text that nothing that is shown may repeat.
    #[must_use]
    pub fn sensitive(mut self, secret: impl Into<String>) -> Finding {
        self.secret = Some(secret.into());
        self
    }
}

/// A rule: its code and what looks for it.
struct Rule {
    code: Code,
    check: fn(&Environment) -> Vec<Finding>,
}

/// A rule on what is written, in fields of any meaning; also where a contract has refused the value.
struct TreeRule {
    code: Code,
    check: fn(&Node, &Sources) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    unsupported_field::RULE,
    malformed_stack_id::RULE,
    peer_with_itself::RULE,
    invalid_name::RULE,
    missing_required_secret::RULE,
    malformed_tenant_id::RULE,
];

const TREE_RULES: &[TreeRule] = &[secret_literal::RULE];

/// Applies every rule.
pub fn check(environment: &Environment, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    let typed = RULES
        .iter()
        .flat_map(|rule| (rule.check)(environment).into_iter().map(|finding| (rule.code, finding)))
        .filter(|(_, finding)| !touches_broken_value(tree, &finding.path))
        .map(|(code, finding)| place(code, finding, tree, sources));
    let mut written: Vec<Diagnostic> = TREE_RULES
        .iter()
        .flat_map(|rule| (rule.check)(tree, sources).into_iter().map(|finding| (rule.code, finding)))
        .map(|(code, finding)| place(code, finding, tree, sources))
        .collect();
    drop_repetitions(&mut written);
    typed.chain(written).collect()
}

/// What is written once and used by several fields is one mistake.
fn drop_repetitions(findings: &mut Vec<Diagnostic>) {
    let mut places = BTreeSet::new();
    findings.retain(|finding| finding.span().is_none_or(|span| places.insert((finding.code, span))));
}

/// Whether a contract has already said that the value, or one around it, is broken.
fn touches_broken_value(tree: &Node, path: &Path) -> bool {
    tree.nearest(path).0.value == Value::Broken
}

fn place(code: Code, finding: Finding, tree: &Node, sources: &Sources) -> Diagnostic {
    let span = span_of(tree, &finding.path, finding.target, sources);
    let mut diagnostic = Diagnostic::new(code, finding.path, finding.message).at(span, finding.label);
    diagnostic.notes = finding.notes;
    diagnostic.help = finding.help;
    if let Some(secret) = finding.secret {
        diagnostic.sensitive = span.into_iter().chain(sources.occurrences(&secret)).collect();
    }
    diagnostic
}

/// The place of a path: of the value or its name where the user wrote it, else of the nearest thing around it.
fn span_of(tree: &Node, path: &Path, target: Target, sources: &Sources) -> Option<Span> {
    let users = |span: Option<Span>| span.filter(|span| !sources.is_library(span.file));
    let mut path = path.clone();
    loop {
        let (node, reached) = tree.nearest(&path);
        if reached {
            let (value, name) = (users(node.span), users(node.key));
            let found = match target {
                Target::Value => value.or(name),
                Target::Name => name.or(value),
            };
            if let Some(span) = found {
                return Some(span);
            }
        }
        path.0.pop()?;
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, TREE_RULES};

    #[test]
    fn rules_are_ordered_by_code() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(TREE_RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(TREE_RULES.iter().all(|rule| RULES.iter().all(|typed| typed.code != rule.code)));
    }
}
