//! K005: no two objects of one kind and name; no variable, volume, mount or port twice in one place.

use super::fault::{At, Fault};
use super::stack::Stack;
use super::{at, list, nearest};
use crate::catalogue::DUPLICATE_OBJECT;
use serde_json::Value as Json;
use std::collections::HashMap;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = objects(stack);
    for pod in &stack.pods {
        let owner = pod.owner;
        faults.extend(twice(owner, pod.spec.get("volumes"), &["name"], "volume", "the API server rejects it"));
        faults.extend(twice(owner, pod.spec.get("containers"), &["name"], "container", "the API server rejects it"));
        for container in pod.containers() {
            let env = container.get("env");
            faults.extend(twice(owner, env, &["name"], "variable", "the last one wins, silently"));
            let mounts = container.get("volumeMounts");
            faults.extend(twice(owner, mounts, &["mountPath"], "mount at", "the API server rejects it"));
            let ports = container.get("ports");
            faults.extend(twice(owner, ports, &["name"], "port", "the API server rejects it"));
        }
    }
    for (position, service) in stack.of_kind("Service") {
        let ports = at(&service.body, &["spec", "ports"]);
        faults.extend(twice(position, ports, &["name"], "port", "the API server rejects it"));
    }
    faults
}

fn objects<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut seen = HashMap::new();
    for (position, object) in stack.objects.iter().enumerate().filter(|(_, object)| !object.name.is_empty()) {
        let name = |body| nearest(body, &["metadata", "name"]);
        let Some(first) = seen.insert((object.group(), &object.kind, &object.namespace, &object.name), position) else {
            continue;
        };
        let fault =
            Fault::new(DUPLICATE_OBJECT, position, name(&object.body), "there is another object of this kind and name");
        let first = stack.objects.get(first).map(|other| At { object: first, value: name(&other.body) });
        let fault = first.into_iter().fold(fault, |fault, first| fault.and(first, "the first one"));
        faults.push(
            fault
                .label("the second one")
                .note("the last one that is applied wins, silently")
                .help("remove one of the two"),
        );
    }
    faults
}

fn twice<'a>(
    owner: usize,
    items: Option<&'a Json>,
    name: &[&str],
    what: &str,
    consequence: &'static str,
) -> Vec<Fault<'a>> {
    let mut seen = HashMap::new();
    let mut faults = Vec::new();
    for value in list(items).filter_map(|item| at(item, name)) {
        let Some(text) = value.as_str() else { continue };
        if let Some(first) = seen.insert(text, value) {
            faults.push(
                Fault::new(DUPLICATE_OBJECT, owner, value, format!("the {what} `{text}` is set twice; {consequence}"))
                    .label("the second one")
                    .and(At { object: owner, value: first }, "the first one")
                    .help("remove one of the two"),
            );
        }
    }
    faults
}
