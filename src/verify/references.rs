//! K002: every Secret, ConfigMap, ServiceAccount and claim that a pod names is there, with the keys it needs.

use super::{Pod, Stack, finding, list, text};
use crate::catalogue::DANGLING_REFERENCE;
use crate::diagnostic::Diagnostic;
use serde_json::Value as Json;

struct Reference<'a> {
    kind: &'static str,
    name: &'a str,
    keys: Vec<&'a str>,
    from: String,
}

pub(super) fn check(stack: &Stack<'_>) -> Vec<Diagnostic> {
    stack
        .pods()
        .flat_map(|pod| references(&pod).filter_map(|r| dangling(stack, &pod, &r)).collect::<Vec<_>>())
        .collect()
}

fn references<'a>(pod: &'a Pod<'_>) -> impl Iterator<Item = Reference<'a>> {
    let account = text(pod.spec, "/serviceAccountName").map(|name| Reference {
        kind: "ServiceAccount",
        name,
        keys: Vec::new(),
        from: "serviceAccountName".to_owned(),
    });
    let volumes = list(pod.spec.get("volumes")).filter_map(of_volume);
    let variables = pod.containers().flat_map(|container| list(container.get("env"))).filter_map(of_variable);
    account.into_iter().chain(volumes).chain(variables)
}

fn of_volume(volume: &Json) -> Option<Reference<'_>> {
    let from = format!("volume `{}`", text(volume, "/name").unwrap_or(""));
    let sources = [
        ("Secret", "/secret/secretName", "/secret/items"),
        ("ConfigMap", "/configMap/name", "/configMap/items"),
        ("PersistentVolumeClaim", "/persistentVolumeClaim/claimName", "/none"),
    ];
    sources.into_iter().find_map(|(kind, name, items)| {
        let keys = list(volume.pointer(items)).filter_map(|item| text(item, "/key")).collect();
        Some(Reference { kind, name: text(volume, name)?, keys, from: from.clone() })
    })
}

fn of_variable(variable: &Json) -> Option<Reference<'_>> {
    let from = format!("variable `{}`", text(variable, "/name").unwrap_or(""));
    let sources = [("Secret", "/valueFrom/secretKeyRef"), ("ConfigMap", "/valueFrom/configMapKeyRef")];
    sources.into_iter().find_map(|(kind, pointer)| {
        let source = variable.pointer(pointer)?;
        let keys = text(source, "/key").into_iter().collect();
        Some(Reference { kind, name: text(source, "/name")?, keys, from: from.clone() })
    })
}

fn dangling(stack: &Stack<'_>, pod: &Pod<'_>, reference: &Reference<'_>) -> Option<Diagnostic> {
    let Reference { kind, name, keys, from } = reference;
    let namespace = pod.owner.namespace.as_deref();
    let external =
        stack.external.iter().find(|e| e.kind == *kind && Some(e.namespace.as_str()) == namespace && e.name == *name);
    let has_key = |key: &str| match (stack.find(kind, namespace, name), external) {
        (Some(object), _) => ["data", "stringData", "binaryData"]
            .iter()
            .any(|field| object.body.get(field).is_some_and(|data| data.get(key).is_some())),
        (None, Some(external)) => external.keys.iter().any(|known| known == key),
        (None, None) => false,
    };
    if stack.find(kind, namespace, name).is_none() && external.is_none() {
        let message = format!("{from} refers to the {kind} `{name}`, which nothing provides");
        return Some(finding(DANGLING_REFERENCE, pod.owner, &message));
    }
    let missing = keys.iter().find(|key| !has_key(key))?;
    let message = format!("{from} refers to the key `{missing}`, which the {kind} `{name}` does not have");
    Some(finding(DANGLING_REFERENCE, pod.owner, &message))
}
