//! A004, T008: one pod of each service (fact 11). A005: never two of them while one replaces the other.

use super::agent::Agent;
use super::fault::{At, Fault};
use super::index::{Stack, namespace};
use super::{at, nearest, text};
use crate::catalogue::{REPLICAS_MULTIPLY_QUOTAS, ROLLING_UPDATE_OVER_SINGLE_WRITER, SEVERAL_WRITERS};
use crate::model::ServiceName;
use serde_json::Value as Json;
use std::collections::HashMap;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut agents: HashMap<(&str, &str, &str), &Agent<'a>> = HashMap::new();
    for agent in &stack.agents {
        let Some(object) = stack.objects.get(agent.owner) else { continue };
        agents.insert((&object.kind, namespace(object), &object.name), agent);
        let replicas = at(&object.body, &["spec", "replicas"]);
        match object.kind.as_str() {
            "Deployment" | "StatefulSet" | "ReplicaSet" => {
                faults.extend(replicas.and_then(|value| several(agent, agent.at(value))))
            }
            "DaemonSet" => faults.push(everywhere(agent, object.body.get("kind").unwrap_or(&object.body))),
            _ => {}
        }
        if object.kind == "Deployment" {
            faults.extend(rolling(agent, &object.body));
        }
    }
    for (position, scaler) in stack.of_kind("HorizontalPodAutoscaler") {
        let target = at(&scaler.body, &["spec", "scaleTargetRef"]);
        let named = target.and_then(|target| text(target, &["kind"]).zip(text(target, &["name"])));
        let agent = named.and_then(|(kind, name)| agents.get(&(kind, namespace(scaler), name)));
        let most = at(&scaler.body, &["spec", "maxReplicas"]).map(|value| At { object: position, value });
        faults.extend(agent.zip(most).and_then(|(agent, most)| several(agent, most)));
    }
    faults
}

fn several<'a>(agent: &Agent<'a>, replicas: At<'a>) -> Option<Fault<'a>> {
    let count = replicas.value.as_u64().filter(|count| *count > 1)?;
    let (code, title, note) = match agent.service {
        Some(ServiceName::ModelPolicy) => (
            REPLICAS_MULTIPLY_QUOTAS,
            format!("{count} pods give every tenant {count} times its quota"),
            "the limiter counts in the memory of each pod, for itself",
        ),
        Some(ServiceName::AgentOrchestrator) | None => (
            SEVERAL_WRITERS,
            format!("{count} pods of {} write to one store", agent.called()),
            "each pod keeps runs of its own and answers the others' runs with 404",
        ),
        Some(ServiceName::Federation) => (
            SEVERAL_WRITERS,
            format!("{count} pods of {} write to one store", agent.called()),
            "each pod rewrites the forward index, and the events of the others' runs are lost",
        ),
    };
    let fault = Fault::new(code, replicas.object, replicas.value, title).label("one pod at most").note(note);
    Some(fault.help("write 1; for more capacity run another stack and federate them"))
}

fn everywhere<'a>(agent: &Agent<'a>, kind: &'a Json) -> Fault<'a> {
    Fault::new(SEVERAL_WRITERS, agent.owner, kind, format!("a pod of {} on every node", agent.called()))
        .label("one pod at most")
        .note("each pod keeps a store of its own and answers the others' runs with 404")
        .help("use a Deployment with one replica")
}

/// A Deployment that starts the new pod before the old one is gone.
fn rolling<'a>(agent: &Agent<'a>, body: &'a Json) -> Option<Fault<'a>> {
    let strategy = at(body, &["spec", "strategy"]);
    let says = |fields: &[&str]| strategy.and_then(|strategy| at(strategy, fields));
    let surge = says(&["rollingUpdate", "maxSurge"]);
    let none = surge.is_some_and(|surge| surge.as_u64() == Some(0) || matches!(surge.as_str(), Some("0" | "0%")));
    if says(&["type"]).and_then(Json::as_str) == Some("Recreate") || none {
        return None;
    }
    let value = nearest(body, &["spec", "strategy", "type"]);
    let title = format!("a new pod of {} starts while the old one still writes", agent.called());
    Some(
        Fault::new(ROLLING_UPDATE_OVER_SINGLE_WRITER, agent.owner, value, title)
            .label(if strategy.is_some() { "a rolling update" } else { "without `strategy` updates are rolling" })
            .note("both have loaded the store, and the last one to write it loses what the other wrote")
            .help("set `strategy: { type: Recreate }`"),
    )
}
