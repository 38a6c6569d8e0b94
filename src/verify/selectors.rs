//! K003: the selectors of Services, workloads, policies, budgets and monitors match something.

use super::fault::Fault;
use super::index::{Selector, Stack, namespace};
use super::{agent, at, entries, text};
use crate::catalogue::SELECTS_NOTHING;
use crate::lower::Object;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, object) in stack.objects.iter().enumerate() {
        let Some((body, selector, what)) = selector(object) else { continue };
        let matches = match object.kind.as_str() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
                stack.pod_of(position).is_some_and(|pod| selector.selects(&pod.labels))
            }
            "ServiceMonitor" => monitored(stack, object).next().is_some(),
            _ => stack.select(namespace(object), &selector).next().is_some(),
        };
        if !selector.is_empty() && !matches {
            faults.push(
                Fault::new(
                    SELECTS_NOTHING,
                    position,
                    culprit(stack, object, body),
                    format!("its selector matches no {what}"),
                )
                .label(format!("no {what} has this"))
                .help(format!("write the labels that the {what}s have")),
            );
        }
    }
    faults
}

/// What an object selects by, and what it selects; none for what selects nothing.
fn selector(object: &Object) -> Option<(&Json, Selector<'_>, &'static str)> {
    let spec = object.body.get("spec")?;
    match object.kind.as_str() {
        "Service" => spec.get("selector").map(|body| (body, Selector::of_labels(Some(body)), "pod")),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "PodDisruptionBudget" | "PodMonitor" => {
            spec.get("selector").map(|body| (body, Selector::of(body), "pod"))
        }
        "NetworkPolicy" => spec.get("podSelector").map(|body| (body, Selector::of(body), "pod")),
        "ServiceMonitor" => spec.get("selector").map(|body| (body, Selector::of(body), "Service")),
        _ => None,
    }
}

/// The label that nothing in the namespace has, where there is one, else the whole selector.
fn culprit<'a>(stack: &Stack<'a>, object: &Object, body: &'a Json) -> &'a Json {
    let labels = body.get("matchLabels").unwrap_or(body);
    let unknown = entries(Some(labels))
        .find(|(name, value)| value.as_str().is_some_and(|value| !stack.has_label(namespace(object), name, value)));
    unknown.map_or(body, |(_, value)| value)
}

/// The Services that a ServiceMonitor selects.
pub(super) fn monitored<'a>(stack: &Stack<'a>, monitor: &'a Object) -> impl Iterator<Item = (usize, &'a Object)> {
    let spec = at(&monitor.body, &["spec"]);
    let selector = spec.and_then(|spec| spec.get("selector")).map(Selector::of);
    let from = spec.and_then(|spec| spec.get("namespaceSelector"));
    let here = |namespace: &str| selector.as_ref().map_or(Vec::new(), |one| stack.select_services(namespace, one));
    let found = match (from, selector.as_ref()) {
        (Some(from), Some(selector)) if from.get("any") == Some(&Json::Bool(true)) => {
            let selected = |(_, service): &(usize, &'a Object)| selector.selects(&agent::labels(&service.body));
            stack.of_kind("Service").filter(selected).collect()
        }
        (Some(from), Some(_)) if from.get("matchNames").is_some() => {
            let names: BTreeSet<&str> = super::list(from.get("matchNames")).filter_map(Json::as_str).collect();
            let mut found: Vec<_> = names.into_iter().flat_map(here).collect();
            found.sort_by_key(|(position, _)| *position);
            found
        }
        _ => here(namespace(monitor)),
    };
    found.into_iter()
}

/// Whether a selector of namespaces is of exactly one, by name, or of the policy's own where there is none.
pub(super) fn single_namespace<'a>(peer: &'a Json, own: &'a str) -> Option<&'a str> {
    match peer.get("namespaceSelector") {
        None => Some(own),
        Some(selector) => text(selector, &["matchLabels", "kubernetes.io/metadata.name"]),
    }
}
