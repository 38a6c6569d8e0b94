//! K003: the selectors of Services, workloads, policies, budgets and monitors match something.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, entries, list, namespace, strings, text};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::SELECTS_NOTHING;
use crate::names::is_system_namespace;
use crate::objects::object::Object;
use crate::objects::view::pod::Pod;
use crate::objects::view::selector::Selector;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, object) in stack.objects.iter().enumerate().filter(|(position, _)| !stack.is_owned(*position)) {
        let Some((body, selector, what)) = selector(stack, position, object) else { continue };
        let matches = match object.kind.as_str() {
            "Service" | "PodDisruptionBudget" | "NetworkPolicy" => {
                stack.select(namespace(object), &selector).next().is_some()
            }
            "ServiceMonitor" => monitored(stack, object).next().is_some(),
            "PodMonitor" => scraped(stack, object).next().is_some(),
            _ => stack.pod_of(position).is_some_and(|pod| selector.selects_pod(pod)),
        };
        if !selector.is_empty() && !matches && !may_match_elsewhere(stack, object, &selector) {
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
fn selector<'a>(
    stack: &Stack<'a>,
    position: usize,
    object: &'a Object,
) -> Option<(&'a Json, Selector<'a>, &'static str)> {
    let spec = object.body.get("spec")?;
    match object.kind.as_str() {
        // The selector of a Service that is only a name is ignored.
        "Service" if text(spec, &["type"]) == Some("ExternalName") => None,
        "Service" => spec.get("selector").map(|body| (body, Selector::from_labels(Some(body)), "pod")),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "PodDisruptionBudget" | "PodMonitor" => {
            spec.get("selector").map(|body| (body, Selector::new(body), "pod"))
        }
        "NetworkPolicy" => spec.get("podSelector").map(|body| (body, Selector::new(body), "pod")),
        "ServiceMonitor" => spec.get("selector").map(|body| (body, Selector::new(body), "Service")),
        // The cluster writes the selector of a Job.
        "Pod" | "Job" | "CronJob" => None,
        _ => {
            let body = spec.get("selector").filter(|_| stack.pod_of(position).is_some())?;
            let is_plain = body.get("matchLabels").or(body.get("matchExpressions")).is_none();
            let selector = if is_plain { Selector::from_labels(Some(body)) } else { Selector::new(body) };
            Some((body, selector, "pod"))
        }
    }
}

/// Whether a selector that matches nothing among the objects may match what is not among them.
fn may_match_elsewhere(stack: &Stack<'_>, object: &Object, selector: &Selector<'_>) -> bool {
    let is_open = match object.kind.as_str() {
        "Service" if has_endpoints(stack, object) => return true,
        "Service" | "PodDisruptionBudget" | "NetworkPolicy" => {
            let within = namespace(object);
            stack.has_operator(within) || stack.has_pod_maker(within) || is_of_the_cluster(within)
        }
        "ServiceMonitor" | "PodMonitor" => looks_elsewhere(stack, object),
        _ => return false,
    };
    is_open && !is_meant_for_agentos(stack, object, selector)
}

/// Whether the cluster itself runs pods in a namespace, which no manifest has.
fn is_of_the_cluster(namespace: &str) -> bool {
    is_system_namespace(namespace) && namespace != "default"
}

/// Whether a monitor looks in namespaces of which the objects don't show all that it may find: any, those that hold no
/// such object here, and those where an operator makes more.
fn looks_elsewhere(stack: &Stack<'_>, monitor: &Object) -> bool {
    let is_shown = |name: &str| match monitor.kind.as_str() {
        "ServiceMonitor" => stack.of_kind("Service").any(|(_, service)| namespace(service) == name),
        _ => stack.pods.iter().any(|pod| pod.namespace == name),
    };
    match watched(monitor) {
        Watched::Every => true,
        Watched::These(names) => names.into_iter().any(|name| {
            let is_other = name != namespace(monitor);
            stack.has_operator(name) || is_other && !is_shown(name)
        }),
    }
}

/// Whether the objects say themselves where a Service leads.
fn has_endpoints(stack: &Stack<'_>, service: &Object) -> bool {
    let endpoints = stack.find("Endpoints", namespace(service), &service.name);
    endpoints.is_some_and(|(_, endpoints)| list(endpoints.body.get("subsets")).next().is_some())
        || stack.is_made("Endpoints", namespace(service), &service.name)
}

/// Whether a selector is meant for AgentOS, whose labels are known: no operator makes its pods.
fn is_meant_for_agentos(stack: &Stack<'_>, object: &Object, selector: &Selector<'_>) -> bool {
    let names = ["app.kubernetes.io/name", "app", "k8s-app"];
    let mut pods = stack.agents.iter().filter_map(|agent| stack.pods.get(agent.pod));
    ServiceName::ALL.iter().any(|service| service.object_name() == object.name)
        || pods.any(|pod| {
            names.iter().any(|name| pod.labels.get(name).is_some_and(|own| selector.value(name) == Some(own)))
        })
}

/// The label that nothing in the namespace has, where there is one, else the whole selector.
fn culprit<'a>(stack: &Stack<'a>, object: &Object, body: &'a Json) -> &'a Json {
    let labels = body.get("matchLabels").unwrap_or(body);
    let unknown = entries(Some(labels))
        .find(|(name, value)| value.as_str().is_some_and(|value| !stack.has_label(namespace(object), name, value)));
    unknown.map_or(body, |(_, value)| value)
}

/// The namespaces in which a monitor looks.
enum Watched<'a> {
    Every,
    These(BTreeSet<&'a str>),
}

fn watched(monitor: &Object) -> Watched<'_> {
    match at(&monitor.body, &["spec", "namespaceSelector"]) {
        Some(from) if from.get("any") == Some(&Json::Bool(true)) => Watched::Every,
        Some(from) if from.get("matchNames").is_some() => Watched::These(strings(from.get("matchNames")).collect()),
        _ => Watched::These(BTreeSet::from([namespace(monitor)])),
    }
}

/// The Services that a ServiceMonitor selects.
pub(super) fn monitored<'a>(stack: &Stack<'a>, monitor: &'a Object) -> impl Iterator<Item = (usize, &'a Object)> {
    let selector = at(&monitor.body, &["spec", "selector"]).map(Selector::new);
    let found = match (selector, watched(monitor)) {
        (None, _) => Vec::new(),
        (Some(selector), Watched::Every) => {
            let selected = |(_, service): &(usize, &'a Object)| selector.selects(&super::labels(&service.body));
            stack.of_kind("Service").filter(selected).collect()
        }
        (Some(selector), Watched::These(names)) => {
            let services = names.into_iter().flat_map(|name| stack.select_services(name, &selector));
            let mut found: Vec<_> = services.collect();
            found.sort_by_key(|(position, _)| *position);
            found
        }
    };
    found.into_iter()
}

/// The pods that a PodMonitor selects.
pub(super) fn scraped<'s, 'a>(stack: &'s Stack<'a>, monitor: &'a Object) -> impl Iterator<Item = &'s Pod<'a>> {
    let selector = at(&monitor.body, &["spec", "selector"]).map(Selector::new);
    let found: Vec<&'s Pod<'a>> = match (selector, watched(monitor)) {
        (None, _) => Vec::new(),
        (Some(selector), Watched::Every) => stack.pods.iter().filter(|pod| selector.selects_pod(pod)).collect(),
        (Some(selector), Watched::These(names)) => {
            let mut found: Vec<_> = names.into_iter().flat_map(|name| stack.select(name, &selector)).collect();
            found.sort_by_key(|pod| pod.owner);
            found
        }
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
