//! K001: names, labels and keys are such as the API server takes.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, entries, list, nearest};
use crate::catalogue::INVALID_NAME;
use crate::names::{QUALIFIED_NAME, is_dns_label, is_dns_name, is_label_value, is_qualified_name, not_a_key};
use crate::objects::object::Object;
use serde_json::Value as Json;

/// The longest name of a port.
const LONGEST_PORT: usize = 15;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, object) in stack.objects.iter().enumerate() {
        faults.extend(of_object(position, object));
        faults.extend(of_metadata(position, object.body.get("metadata")));
        if matches!(object.kind.as_str(), "ConfigMap" | "Secret") {
            faults.extend(of_data(position, object));
        }
    }
    for pod in &stack.pods {
        faults.extend(of_metadata(pod.owner, pod.template.get("metadata").filter(|_| pod.object.kind != "Pod")));
        let named = list(pod.spec.get("volumes")).chain(pod.containers());
        for name in named.filter_map(|named| named.get("name")).filter(|name| !name.as_str().is_none_or(is_dns_label)) {
            faults.push(invalid(
                pod.owner,
                name,
                "a container or volume",
                "lower-case letters, digits and `-`, at most 63",
            ));
        }
        for name in
            pod.ports().filter_map(|port| port.get("name")).filter(|name| !name.as_str().is_none_or(is_port_name))
        {
            faults.push(invalid(
                pod.owner,
                name,
                "a port",
                "lower-case letters, digits and `-`, at most 15, with a letter",
            ));
        }
    }
    faults
}

fn of_object<'a>(position: usize, object: &'a Object) -> Option<Fault<'a>> {
    let metadata = object.body.get("metadata");
    if object.name.is_empty() && metadata.is_none_or(|metadata| metadata.get("generateName").is_none()) {
        let value = nearest(&object.body, &["metadata"]);
        return Some(
            Fault::new(INVALID_NAME, position, value, "it has no name").label("no `name`").help("set `metadata.name`"),
        );
    }
    let name = at(metadata?, &["name"])?;
    let (valid, allowed): (fn(&str) -> bool, _) = match object.kind.as_str() {
        "Service" => (is_service_name, "lower-case letters, digits and `-`, at most 63, a letter first"),
        "Namespace" => (is_dns_label, "lower-case letters, digits and `-`, at most 63"),
        // Names of roles may have colons, and those of some cluster objects slashes.
        _ if object.api_version.starts_with("rbac.") => return None,
        _ => (is_dns_name, "lower-case letters, digits, `-` and `.`, at most 253"),
    };
    if name.as_str().is_none_or(valid) {
        return namespace_of(position, object);
    }
    Some(invalid(position, name, &format!("a {}", object.kind), allowed))
}

fn namespace_of<'a>(position: usize, object: &'a Object) -> Option<Fault<'a>> {
    let namespace = at(&object.body, &["metadata", "namespace"])?;
    let bad = !namespace.as_str().is_none_or(is_dns_label);
    bad.then(|| invalid(position, namespace, "a namespace", "lower-case letters, digits and `-`, at most 63"))
}

fn of_metadata<'a>(position: usize, metadata: Option<&'a Json>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for field in ["labels", "annotations"] {
        for (key, value) in entries(metadata.and_then(|metadata| metadata.get(field))) {
            if !is_qualified_name(key) {
                let title = not_a_key(key);
                faults.push(
                    Fault::new(INVALID_NAME, position, value, title)
                        .at_name()
                        .label("invalid key")
                        .help(QUALIFIED_NAME),
                );
            }
            if field == "labels" && value.as_str().is_some_and(|value| !is_label_value(value)) {
                faults.push(invalid(position, value, "a label", "letters, digits, `-`, `_` and `.`, at most 63"));
            }
        }
    }
    faults
}

fn of_data<'a>(position: usize, object: &'a Object) -> Vec<Fault<'a>> {
    let keys = ["data", "stringData", "binaryData"].into_iter().flat_map(|field| entries(object.body.get(field)));
    let valid = |key: &str| {
        !key.is_empty()
            && key.len() <= 253
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    keys.filter(|(key, _)| !valid(key))
        .map(|(key, value)| {
            Fault::new(INVALID_NAME, position, value, format!("`{key}` can't be a key of its data"))
                .at_name()
                .label("invalid key")
                .help("use letters, digits, `-`, `_` and `.`, at most 253 characters")
        })
        .collect()
}

fn invalid<'a>(position: usize, value: &'a Json, what: &str, allowed: &str) -> Fault<'a> {
    let shown: String = value.as_str().unwrap_or("").chars().take(70).collect();
    let title = format!("`{shown}` can't be the {} of {what}", if what == "a label" { "value" } else { "name" });
    Fault::new(INVALID_NAME, position, value, title)
        .label("the API server rejects it")
        .help(format!("use {allowed} characters, a letter or digit at both ends"))
}

fn is_service_name(name: &str) -> bool {
    is_dns_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_port_name(name: &str) -> bool {
    is_dns_label(name) && name.len() <= LONGEST_PORT && name.chars().any(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services_and_ports_are_stricter() {
        assert!(is_service_name("agentos-federation") && !is_service_name("1a"));
        assert!(is_port_name("http") && !is_port_name("8081") && !is_port_name("a-very-long-port"));
    }
}
