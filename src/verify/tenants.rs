//! T004: in production somebody creates tenants at every start (fact 14). T002: with ids that stay within their folders
//! (fact 16).

use super::fault::Fault;
use super::stack::Stack;
use super::{at, expected, list, nearest, text};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{MALFORMED_TENANT_ID, PROD_WITHOUT_TENANTS, title};
use crate::names::is_identity;
use crate::objects::object::Object;
use crate::objects::view::agent::Agent;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The label with the name of a stack.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// Where tenants are created.
pub(super) const ADMIN: &str = "/v1/admin/tenants";

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let orchestrators = stack.agents.iter().filter(|agent| agent.service == Some(ServiceName::AgentOrchestrator));
    for agent in orchestrators {
        faults.extend(nobody(stack, agent).or_else(|| none(stack, agent)));
        for (map, value) in mounted(stack, agent) {
            if seen.insert(std::ptr::from_ref(value)) {
                faults.extend(malformed(map, value));
            }
        }
    }
    faults
}

fn nobody<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let hook = at(agent.container, &["lifecycle", "postStart"]);
    let pod = stack.pods.get(agent.pod)?;
    let mut words =
        pod.containers().flat_map(|container| list(container.get("command")).chain(list(container.get("args"))));
    let beside = words.any(|word| word.as_str().is_some_and(|word| word.contains(ADMIN)));
    let elsewhere = mounted(stack, agent).is_empty() && has_dedicated_stack(stack, pod.object);
    (agent.is_prod() && hook.is_none() && !beside && !elsewhere).then(|| {
        Fault::new(PROD_WITHOUT_TENANTS, agent.owner, agent.container, "nobody creates a tenant when it starts")
            .label("no tenant is created")
            .help(format!(
                "add a `postStart` hook that posts each tenant to `{ADMIN}`; a Job that runs once does not do"
            ))
    })
}

/// Whether a stack's tenants have stacks of their own among the objects: what it shares may then have no tenant.
fn has_dedicated_stack(stack: &Stack<'_>, of: &Object) -> bool {
    let instance = |body: &'_ Json| text(body, &["metadata", "labels", INSTANCE]).map(str::to_owned);
    let Some(own) = instance(&of.body) else { return false };
    stack.objects.iter().filter_map(|object| Some((object, expected::tenant(object)?))).any(|(object, tenant)| {
        let dedicated = instance(&object.body).zip(Some(tenant));
        dedicated.is_some_and(|(instance, _)| instance.strip_prefix(&own).is_some_and(|rest| rest.starts_with('-')))
    })
}

/// The ConfigMap that tenants are created from, where there is none in it.
fn none<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let (position, map) = created_from(stack, agent).filter(|_| agent.is_prod())?;
    let is_tenant = |value: &Json| value.as_str().is_some_and(|text| text.contains("\"tenant_id\""));
    if super::entries(map.body.get("data")).any(|(_, value)| is_tenant(value)) || map.body.get("binaryData").is_some() {
        return None;
    }
    let value = map.body.get("data").unwrap_or_else(|| nearest(&map.body, &["metadata", "name"]));
    Some(
        Fault::new(PROD_WITHOUT_TENANTS, position, value, "there is no tenant in what tenants are created from")
            .label("no tenant here")
            .help("add a file for each tenant, with `tenant_id` and `name`"),
    )
}

/// The ConfigMap whose files are posted to the orchestrator when it starts, where it is among the objects.
fn created_from<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<(usize, &'a Object)> {
    let pod = stack.pods.get(agent.pod)?;
    pod.containers().find_map(|container| {
        let hook = list(at(container, &["lifecycle", "postStart", "exec", "command"]));
        let words = hook.chain(list(container.get("command"))).chain(list(container.get("args")));
        let script: Vec<&str> = words.filter_map(Json::as_str).collect();
        if !script.iter().any(|word| word.contains(ADMIN)) {
            return None;
        }
        list(container.get("volumeMounts")).find_map(|mount| {
            let folder = text(mount, &["mountPath"])?;
            let volume = pod.volume(text(mount, &["name"])?)?;
            let is_read = script.iter().any(|word| word.contains(folder));
            let map = text(volume, &["configMap", "name"]).filter(|_| is_read)?;
            stack.find("ConfigMap", pod.namespace, map)
        })
    })
}

/// The tenants that an orchestrator creates when it starts; none where that can't be seen.
pub(super) fn declared<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<BTreeSet<String>> {
    let (_, map) = created_from(stack, agent)?;
    let id = |value: &Json| {
        let tenant: Json = serde_json::from_str(value.as_str()?).ok()?;
        text(&tenant, &["tenant_id"]).map(str::to_owned)
    };
    Some(super::entries(map.body.get("data")).filter_map(|(_, value)| id(value)).collect())
}

/// The files of ConfigMaps that are mounted into the orchestrator.
fn mounted<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Vec<(usize, &'a Json)> {
    let Some(pod) = stack.pods.get(agent.pod) else { return Vec::new() };
    let names = list(pod.spec.get("volumes")).filter_map(|volume| text(volume, &["configMap", "name"]));
    let maps = names.filter_map(|name| stack.find("ConfigMap", pod.namespace, name));
    maps.flat_map(|(position, map)| super::entries(map.body.get("data")).map(move |(_, value)| (position, value)))
        .collect()
}

fn malformed<'a>(map: usize, value: &'a Json) -> Option<Fault<'a>> {
    let written = value.as_str().filter(|text| text.contains("\"tenant_id\""))?;
    let tenant: Json = serde_json::from_str(written).ok()?;
    let id = text(&tenant, &["tenant_id"]).filter(|id| !is_identity(id, "tnt_"))?;
    Some(
        Fault::new(MALFORMED_TENANT_ID, map, value, title(MALFORMED_TENANT_ID, [id]))
            .inside(["\"tenant_id\"", id])
            .label("malformed id"),
    )
}
