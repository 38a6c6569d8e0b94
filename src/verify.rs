//! Compiled objects → findings: whether they hold together.
//!
//! Invariant: this stage knows objects only, not the model that they were made from, so that it proves the output and
//! not the code that wrote it. One file a check.

mod duplicates;
mod ports;
mod references;
mod selectors;
mod size;

pub use size::MAX_ANNOTATIONS;

use crate::catalogue::Code;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::Path;
use crate::lower::{External, Object};
use serde_json::Value as Json;
use std::collections::BTreeMap;

type Check = fn(&Stack<'_>) -> Vec<Diagnostic>;

const CHECKS: &[Check] = &[references::check, selectors::check, ports::check, duplicates::check, size::check];

/// Applies every check.
pub fn verify(objects: &[Object], external: &[External]) -> Vec<Diagnostic> {
    let stack = Stack { objects, external };
    CHECKS.iter().flat_map(|check| check(&stack)).collect()
}

/// All that is checked together.
struct Stack<'a> {
    objects: &'a [Object],
    external: &'a [External],
}

/// A pod template with the object that it belongs to.
struct Pod<'a> {
    owner: &'a Object,
    labels: BTreeMap<&'a str, &'a str>,
    spec: &'a Json,
}

impl Stack<'_> {
    fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<&Object> {
        self.objects
            .iter()
            .find(|object| object.kind == kind && object.namespace.as_deref() == namespace && object.name == name)
    }

    fn pods(&self) -> impl Iterator<Item = Pod<'_>> {
        self.objects.iter().filter_map(|owner| {
            let template = owner.body.pointer("/spec/template")?;
            let labels = texts(template.pointer("/metadata/labels"));
            Some(Pod { owner, labels, spec: template.get("spec")? })
        })
    }
}

impl Pod<'_> {
    fn containers(&self) -> impl Iterator<Item = &Json> {
        ["initContainers", "containers"].into_iter().flat_map(|kind| list(self.spec.get(kind)))
    }
}

fn finding(code: Code, object: &Object, message: &str) -> Diagnostic {
    let title = format!("{} `{}`: {message}", object.kind, object.name);
    Diagnostic::new(code, Path::root(), title)
}

fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Json, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Json::as_str)
}

fn texts(value: Option<&Json>) -> BTreeMap<&str, &str> {
    let entries = value.and_then(Json::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
}
