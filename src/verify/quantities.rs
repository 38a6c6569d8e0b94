//! K010: amounts are such as Kubernetes reads, and nothing asks for more than it may use. K023: no container may use a
//! node up.

use super::fault::{At, Fault};
use super::index::Stack;
use super::{at, entries, list, nearest, text};
use crate::catalogue::{INVALID_QUANTITY, UNLIMITED_CONTAINER};
use crate::quantity;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        for container in pod.containers() {
            faults.extend(of_resources(pod.owner, container.get("resources")));
        }
        let sizes = list(pod.spec.get("volumes")).filter_map(|volume| at(volume, &["emptyDir", "sizeLimit"]));
        faults.extend(sizes.filter_map(|size| unreadable(pod.owner, size)));
        for claim in list(at(&pod.object.body, &["spec", "volumeClaimTemplates"])) {
            faults.extend(of_resources(pod.owner, at(claim, &["spec", "resources"])));
        }
    }
    for (position, claim) in stack.of_kind("PersistentVolumeClaim") {
        faults.extend(of_resources(position, at(&claim.body, &["spec", "resources"])));
    }
    faults.extend(stack.agents.iter().filter_map(|agent| unlimited(agent.owner, agent.container)));
    faults
}

fn of_resources<'a>(owner: usize, resources: Option<&'a Json>) -> Vec<Fault<'a>> {
    let Some(resources) = resources else { return Vec::new() };
    let mut faults = Vec::new();
    for (_, value) in entries(resources.get("requests")).chain(entries(resources.get("limits"))) {
        faults.extend(unreadable(owner, value));
    }
    for (name, request) in entries(resources.get("requests")) {
        let Some(limit) = at(resources, &["limits", name]) else { continue };
        if read(request).zip(read(limit)).is_some_and(|(request, limit)| request > limit) {
            faults.push(
                Fault::new(
                    INVALID_QUANTITY,
                    owner,
                    request,
                    format!("a container asks for more {name} than it may use"),
                )
                .label(format!("{} asked for, {} allowed", shown(request), shown(limit)))
                .and(At { object: owner, value: limit }, "the limit")
                .note("the API server rejects the pods, and none starts")
                .help("raise the limit or lower the request"),
            );
        }
    }
    faults
}

fn read(value: &Json) -> Option<i128> {
    match value {
        Json::String(text) => quantity::parse(text),
        Json::Number(number) => quantity::parse(&number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unreadable<'a>(owner: usize, value: &'a Json) -> Option<Fault<'a>> {
    read(value).is_none().then(|| {
        Fault::new(INVALID_QUANTITY, owner, value, format!("`{}` is no amount", shown(value)))
            .label("the API server rejects it")
            .help("write a number and a unit, as in `500m` for half a processor and `256Mi` or `1G` for memory")
    })
}

/// A container of AgentOS without a limit on memory, or without requests.
fn unlimited<'a>(owner: usize, container: &'a Json) -> Option<Fault<'a>> {
    let wanted: [&[&str]; 3] = [&["limits", "memory"], &["requests", "memory"], &["requests", "cpu"]];
    let resources = container.get("resources");
    let is_set = |fields: &[&str]| {
        let limited = fields.last().and_then(|name| at(resources?, &["limits", name]));
        resources.and_then(|resources| at(resources, fields)).or(limited).is_some()
    };
    let missing: Vec<String> =
        wanted.iter().filter(|f| !is_set(f)).map(|f| format!("`resources.{}`", f.join("."))).collect();
    (!missing.is_empty()).then(|| {
        let name = text(container, &["name"]).unwrap_or("");
        let title = format!("the container `{name}` lacks {}", missing.join(", "));
        Fault::new(UNLIMITED_CONTAINER, owner, nearest(container, &["resources"]), title)
            .label("may use all of the node")
            .note("the node ends what has asked for nothing first when its memory runs out, and with it runs that are under way")
            .help("set requests, and a limit on memory")
    })
}
