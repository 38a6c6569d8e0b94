//! A004, T008: one pod of each service (fact 11). A005: never two of them while one replaces the other.

use super::fault::{At, Fault};
use super::stack::Stack;
use super::{at, list, namespace, nearest, text};
use crate::agentos::behaviour;
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{REPLICAS_MULTIPLY_QUOTAS, ROLLING_UPDATE_OVER_SINGLE_WRITER, SEVERAL_WRITERS, title};
use crate::objects::object::Object;
use crate::objects::view::agent::Agent;
use serde_json::Value as Json;
use std::collections::HashMap;

/// The agents by the kind, namespace and name of what runs them.
type Workloads<'s, 'a> = HashMap<(&'a str, &'a str, &'a str), &'s Agent<'a>>;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut agents: Workloads<'_, 'a> = HashMap::new();
    for agent in &stack.agents {
        let Some(object) = stack.objects.get(agent.owner) else { continue };
        agents.insert((&object.kind, namespace(object), &object.name), agent);
        let replicas = at(&object.body, &["spec", "replicas"]);
        match object.kind.as_str() {
            "DaemonSet" => faults.push(everywhere(agent, object.body.get("kind").unwrap_or(&object.body))),
            "Service" | "Configuration" => faults.extend(by_requests(agent, object)),
            "Pod" | "PodTemplate" | "Job" | "CronJob" => {}
            _ => faults.extend(replicas.and_then(|value| several(agent, agent.at(value)))),
        }
        faults.extend(rolling(agent, agent.owner, object));
    }
    // A Rollout runs the pods of the workload that it refers to.
    for (position, object) in stack.of_kind("Rollout") {
        let Some(agent) = referred(&agents, object, &["spec", "workloadRef"]) else { continue };
        agents.insert((&object.kind, namespace(object), &object.name), agent);
        let replicas = at(&object.body, &["spec", "replicas"]).map(|value| At { object: position, value });
        faults.extend(replicas.and_then(|replicas| several(agent, replicas)));
        faults.extend(rolling(agent, position, object));
        faults.extend(beside(stack, agent, position, object));
    }
    for (position, scaler) in stack.objects.iter().enumerate() {
        let agent = referred(&agents, scaler, &["spec", "scaleTargetRef"]);
        faults.extend(agent.and_then(|agent| scaled(agent, position, scaler)));
    }
    faults
}

/// The agent of the workload that an object refers to; where it says no kind, a Deployment is meant.
fn referred<'s, 'a>(agents: &Workloads<'s, 'a>, object: &'a Object, reference: &[&str]) -> Option<&'s Agent<'a>> {
    let target = at(&object.body, reference)?;
    let kind = text(target, &["kind"]).unwrap_or("Deployment");
    agents.get(&(kind, namespace(object), text(target, &["name"])?)).copied()
}

/// The pods of the workload that a Rollout refers to, which stay unless it is told to scale them down.
fn beside<'a>(stack: &Stack<'a>, agent: &Agent<'a>, position: usize, rollout: &'a Object) -> Option<Fault<'a>> {
    let reference = at(&rollout.body, &["spec", "workloadRef"])?;
    let stay = matches!(text(reference, &["scaleDown"]), None | Some("never"));
    let workload = stack.objects.get(agent.owner)?;
    let runs = at(&workload.body, &["spec", "replicas"]).and_then(Json::as_u64) != Some(0);
    let place = At { object: position, value: reference.get("name")? };
    (stay && runs).then(|| many(agent, place, "2", "2").note("the workload keeps its pods beside those of the Rollout"))
}

/// The objects that scale a workload, by the most pods that each may start.
fn scaled<'a>(agent: &Agent<'a>, position: usize, scaler: &'a Object) -> Option<Fault<'a>> {
    const MOST: [&[&str]; 4] =
        [&["maxReplicas"], &["maxReplicaCount"], &["replicas", "max"], &["constraints", "maxReplicas"]];
    let spec = scaler.body.get("spec")?;
    let jobs = list(spec.get("jobs")).filter_map(|job| job.get("targetSize"));
    let most = MOST.iter().filter_map(|most| at(spec, most)).chain(jobs).max_by_key(|most| most.as_u64());
    if let Some(value) = most {
        return several(agent, At { object: position, value });
    }
    // KEDA's own limit is a hundred.
    let is_of_keda = matches!(scaler.kind.as_str(), "ScaledObject" | "HTTPScaledObject");
    let value = at(spec, &["scaleTargetRef", "name"]).filter(|_| is_of_keda)?;
    Some(many(agent, At { object: position, value }, "up to 100", "100"))
}

fn several<'a>(agent: &Agent<'a>, replicas: At<'a>) -> Option<Fault<'a>> {
    let count = replicas.value.as_u64().filter(|count| *count > 1)?.to_string();
    Some(many(agent, replicas, &count, &count))
}

/// Several pods of one service: how many, and how many times what one of them grants.
fn many<'a>(agent: &Agent<'a>, replicas: At<'a>, count: &str, times: &str) -> Fault<'a> {
    let service = agent.service.unwrap_or(ServiceName::AgentOrchestrator);
    let (code, message) = match service {
        ServiceName::ModelPolicy => (REPLICAS_MULTIPLY_QUOTAS, title(REPLICAS_MULTIPLY_QUOTAS, [count, times])),
        ServiceName::AgentOrchestrator | ServiceName::Federation => {
            (SEVERAL_WRITERS, title(SEVERAL_WRITERS, [count, agent.called()]))
        }
    };
    let note =
        behaviour::several_pods(service, agent.get(Key::StorageBackend).known().is_some_and(behaviour::in_database));
    let fault = Fault::new(code, replicas.object, replicas.value, message).label("one pod at most").note(note);
    fault.help("write 1; for more capacity run another stack and federate them")
}

/// Knative starts as many pods as requests need, up to what an annotation says.
fn by_requests<'a>(agent: &Agent<'a>, object: &'a Object) -> Option<Fault<'a>> {
    if !object.api_version.starts_with("serving.knative.dev/") {
        return None;
    }
    let annotations = at(&object.body, &["spec", "template", "metadata", "annotations"]);
    let names = ["autoscaling.knative.dev/max-scale", "autoscaling.knative.dev/maxScale"];
    let most = names.iter().find_map(|name| annotations?.get(name));
    match most.and_then(Json::as_str) {
        Some("1") => None,
        _ => Some(many(agent, agent.at(most.unwrap_or(agent.container)), "any number of", "as many")),
    }
}

fn everywhere<'a>(agent: &Agent<'a>, kind: &'a Json) -> Fault<'a> {
    Fault::new(SEVERAL_WRITERS, agent.owner, kind, format!("a pod of {} on every node", agent.called()))
        .label("one pod at most")
        .note("each pod keeps a store of its own and answers the others' runs with 404")
        .help("use a Deployment with one replica")
}

/// A workload that starts the new pod before the old one is gone: a Deployment, and what rolls out as one does.
fn rolling<'a>(agent: &Agent<'a>, position: usize, object: &'a Object) -> Option<Fault<'a>> {
    let strategy = at(&object.body, &["spec", "strategy"]);
    let says = |fields: &[&str]| strategy.and_then(|strategy| at(strategy, fields));
    let (surge, is_recreated, label, help) = match object.kind.as_str() {
        "Deployment" => (
            says(&["rollingUpdate", "maxSurge"]),
            says(&["type"]).and_then(Json::as_str) == Some("Recreate"),
            if strategy.is_some() { "a rolling update" } else { "without `strategy` updates are rolling" },
            "set `strategy: { type: Recreate }`",
        ),
        "DeploymentConfig" => (
            says(&["rollingParams", "maxSurge"]),
            says(&["type"]).and_then(Json::as_str) == Some("Recreate"),
            if strategy.is_some() { "a rolling update" } else { "without `strategy` updates are rolling" },
            "set `strategy: { type: Recreate }`",
        ),
        "Rollout" => (
            says(&["canary", "maxSurge"]),
            false,
            "the new pods run beside the old ones",
            "use a Deployment with `strategy: { type: Recreate }`, or `canary: { maxSurge: 0, maxUnavailable: 1 }`",
        ),
        _ => return None,
    };
    let none = surge.is_some_and(|surge| surge.as_u64() == Some(0) || matches!(surge.as_str(), Some("0" | "0%")));
    if is_recreated || none {
        return None;
    }
    let value = nearest(&object.body, &["spec", "strategy", "type"]);
    let title = format!("a new pod of {} starts while the old one still writes", agent.called());
    Some(
        Fault::new(ROLLING_UPDATE_OVER_SINGLE_WRITER, position, value, title)
            .label(label)
            .note("both have loaded the store, and the last one to write it loses what the other wrote")
            .help(help),
    )
}
