//! K005: no two objects of one kind and name, no variable set twice in one container.

use super::{Stack, finding, list, text};
use crate::catalogue::DUPLICATE_OBJECT;
use crate::diagnostic::Diagnostic;
use std::collections::BTreeSet;

pub(super) fn check(stack: &Stack<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for object in stack.objects {
        if !seen.insert((&object.kind, &object.namespace, &object.name)) {
            findings.push(finding(DUPLICATE_OBJECT, object, "there is another object of this kind and name"));
        }
    }
    for pod in stack.pods() {
        for container in pod.containers() {
            let mut names = BTreeSet::new();
            let variables = list(container.get("env")).filter_map(|variable| text(variable, "/name"));
            for name in variables.filter(|name| !names.insert(*name)) {
                let message = format!("the variable `{name}` is set twice; the last one wins");
                findings.push(finding(DUPLICATE_OBJECT, pod.owner, &message));
            }
        }
    }
    findings
}
