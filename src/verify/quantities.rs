//! K010: amounts are such as Kubernetes reads and something can use, and nothing asks for more than it may use. K023: no
//! container may use a node up.

use super::fault::{At, Fault};
use super::stack::Stack;
use super::{at, entries, list, nearest, text};
use crate::catalogue::{INVALID_QUANTITY, UNLIMITED_CONTAINER};
use crate::objects::object::Object;
use crate::objects::view::json;
use crate::objects::view::pod::Pod;
use crate::quantity::{self, Bound, Resource};
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        faults.extend(of_pod(stack, pod));
    }
    for (position, claim) in stack.of_kind("PersistentVolumeClaim") {
        faults.extend(of_claim(position, &claim.body));
    }
    for (position, quota) in stack.of_kind("ResourceQuota") {
        let amounts = entries(at(&quota.body, &["spec", "hard"]));
        faults.extend(amounts.filter_map(|(name, amount)| allowance(position, name, amount)));
    }
    for (position, range) in stack.of_kind("LimitRange") {
        faults.extend(of_limit_range(position, range));
    }
    faults.extend(stack.agents.iter().filter_map(|agent| unlimited(agent.owner, agent.container)));
    faults
}

fn of_pod<'a>(stack: &Stack<'a>, pod: &Pod<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for container in pod.containers() {
        let is_agent = stack.agents_of(pod).any(|agent| std::ptr::eq(agent.container, container));
        faults.extend(of_resources(pod.owner, container.get("resources"), is_agent));
    }
    faults.extend(of_resources(pod.owner, pod.spec.get("resources"), false));
    for volume in list(pod.spec.get("volumes")) {
        if let Some(size) = at(volume, &["emptyDir", "sizeLimit"]) {
            let least = !quantity::is_of_bytes(&shown(size));
            faults.extend(amount(pod.owner, size, Some(Resource::Scratch), Bound::Limit, least));
        }
        faults.extend(
            at(volume, &["ephemeral", "volumeClaimTemplate"])
                .map(|claim| of_claim(pod.owner, claim))
                .into_iter()
                .flatten(),
        );
    }
    for claim in list(at(&pod.object.body, &["spec", "volumeClaimTemplates"])) {
        faults.extend(of_claim(pod.owner, claim));
    }
    faults
}

/// What a container asks for and may use. A request of little is odd and does no harm, unless it is meant otherwise.
fn of_resources<'a>(owner: usize, resources: Option<&'a Json>, is_agent: bool) -> Vec<Fault<'a>> {
    let Some(resources) = resources else { return Vec::new() };
    let requests = entries(resources.get("requests")).filter_map(|(name, value)| {
        let least = is_agent || !quantity::is_of_bytes(&shown(value));
        Some((name, amount(owner, value, of_name(name), Bound::Request, least)?))
    });
    let limits = entries(resources.get("limits"))
        .filter_map(|(name, value)| Some((name, amount(owner, value, of_name(name), Bound::Limit, true)?)));
    let useless: Vec<(&str, Fault<'a>)> = requests.chain(limits).collect();
    // What an amount of no use is at odds with is right as it is.
    let compared =
        above_limits(owner, resources).into_iter().filter(|(name, _)| useless.iter().all(|(of, _)| of != name));
    let compared: Vec<(&str, Fault<'a>)> = compared.collect();
    useless.into_iter().chain(compared).map(|(_, fault)| fault).collect()
}

fn above_limits<'a>(owner: usize, resources: &'a Json) -> Vec<(&'a str, Fault<'a>)> {
    let mut faults = Vec::new();
    for (name, request) in entries(resources.get("requests")) {
        let Some(limit) = at(resources, &["limits", name]) else { continue };
        if json::amount(request).zip(json::amount(limit)).is_some_and(|(request, limit)| request > limit) {
            let title = format!("a container asks for more {name} than it may use");
            let fault = Fault::new(INVALID_QUANTITY, owner, request, title)
                .label(format!("{} asked for, {} allowed", shown(request), shown(limit)))
                .and(At { object: owner, value: limit }, "the limit")
                .note("the API server rejects the pods, and none starts")
                .help("raise the limit or lower the request");
            faults.push((name, fault));
        }
    }
    faults
}

fn of_claim<'a>(owner: usize, claim: &'a Json) -> Vec<Fault<'a>> {
    let resources = at(claim, &["spec", "resources"]);
    let fields = ["requests", "limits"].into_iter();
    let amounts = fields.flat_map(|field| entries(resources.and_then(|resources| resources.get(field))));
    amounts.filter_map(|(name, value)| amount(owner, value, of_name(name), Bound::Claim, true)).collect()
}

/// What a namespace allows of a resource: zero is a decision there.
fn allowance<'a>(owner: usize, name: &str, value: &'a Json) -> Option<Fault<'a>> {
    amount(owner, value, of_name(name), Bound::Allowance, !quantity::is_of_bytes(&shown(value)))
}

fn of_limit_range<'a>(position: usize, range: &'a Object) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for item in list(at(&range.body, &["spec", "limits"])) {
        for field in ["min", "max", "default", "defaultRequest"] {
            let amounts = entries(item.get(field));
            faults.extend(amounts.filter_map(|(name, value)| allowance(position, name, value)));
        }
        // How many times the request a limit may be: of no unit.
        let ratios = entries(item.get("maxLimitRequestRatio"));
        faults.extend(ratios.filter_map(|(_, value)| amount(position, value, None, Bound::Allowance, false)));
    }
    faults
}

/// What a resource of this name is; none for one that has rules of its own.
fn of_name(name: &str) -> Option<Resource> {
    let own = name.strip_prefix("requests.").or_else(|| name.strip_prefix("limits.")).unwrap_or(name);
    match own {
        "cpu" => Some(Resource::Processor),
        "memory" => Some(Resource::Memory),
        "ephemeral-storage" => Some(Resource::Scratch),
        "storage" => Some(Resource::Volume),
        class if class.ends_with(".storageclass.storage.k8s.io/requests.storage") => Some(Resource::Volume),
        pages if pages.starts_with("hugepages-") => None,
        _ => Some(Resource::Count),
    }
}

/// What is wrong with one amount.
fn amount<'a>(owner: usize, value: &'a Json, of: Option<Resource>, bound: Bound, least: bool) -> Option<Fault<'a>> {
    if json::amount(value).is_none() {
        return Some(unreadable(owner, value));
    }
    let useless = quantity::useless(&shown(value), of?, bound, least)?;
    let fault = Fault::new(INVALID_QUANTITY, owner, value, useless.title).label("unusable amount");
    Some(fault.note(useless.note).help(useless.help))
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unreadable<'a>(owner: usize, value: &'a Json) -> Fault<'a> {
    Fault::new(INVALID_QUANTITY, owner, value, format!("`{}` is no amount", shown(value)))
        .label("the API server rejects it")
        .help("write a number and a unit, as in `500m` for half a processor and `256Mi` or `1G` for memory")
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
