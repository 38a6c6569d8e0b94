//! K021: Kubernetes is told how to see that AgentOS is well. K022: and in a way that AgentOS answers (fact 21).

use super::agent::Agent;
use super::fault::Fault;
use super::index::Stack;
use super::{at, text};
use crate::catalogue::{FAILING_PROBE, MISSING_PROBE};
use crate::model::{Runtime, ServiceName};
use crate::settings::Key;
use serde_json::Value as Json;

/// The fields of a container that are probes.
pub(super) const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// Where a newer orchestrator says that it is ready.
const READY: &str = "/v1/ready";

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let missing = stack.agents.iter().filter_map(missing);
    missing.chain(stack.agents.iter().flat_map(failing)).collect()
}

/// The port that a probe asks.
pub(super) fn asked_port(probe: &Json) -> Option<&Json> {
    ["httpGet", "tcpSocket", "grpc"].into_iter().find_map(|kind| at(probe, &[kind, "port"]))
}

fn missing<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let wanted = ["livenessProbe", "readinessProbe"];
    let missing: Vec<String> =
        wanted.iter().filter(|probe| agent.container.get(probe).is_none()).map(|probe| format!("`{probe}`")).collect();
    (!missing.is_empty()).then(|| {
        let title = format!("{} has no {}", agent.called(), missing.join(" and no "));
        Fault::new(MISSING_PROBE, agent.owner, agent.container, title)
            .label("nobody looks whether it is well")
            .note("requests are sent to it before it listens, and it is not restarted where it hangs")
            .help(match guard(agent) {
                Some(_) => "add them, with `tcpSocket` on its port".to_owned(),
                None => format!(
                    "add them, with `httpGet` on {}",
                    agent.service.map_or("its health path", ServiceName::health_path)
                ),
            })
    })
}

/// What lets no probe by HTTP through to federation.
fn guard(agent: &Agent<'_>) -> Option<&'static str> {
    let is_federation = agent.service == Some(ServiceName::Federation);
    if is_federation && agent.get(Key::JwtPublicKey).is_set() {
        return Some("asks every request for a token, and answers 401");
    }
    let mtls = agent.get(Key::RequireMtls).known() == Some("true") && agent.get(Key::ServerCertificate).is_set();
    (is_federation && mtls).then_some("asks every caller for a certificate, and answers 400")
}

fn failing<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let Some(service) = agent.service else { return Vec::new() };
    let mut faults = Vec::new();
    for probe in PROBES {
        let Some(get) = agent.container.get(probe).and_then(|probe| probe.get("httpGet")) else { continue };
        let fault = |value, title| {
            Fault::new(FAILING_PROBE, agent.owner, value, title)
                .note("the pod never gets ready, or is restarted for ever")
        };
        if let Some(why) = guard(agent) {
            let value = get.get("path").unwrap_or(get);
            let title = format!("its {probe} asks by HTTP, and {} {why}", agent.called());
            faults.push(fault(value, title).label("never answered 200").help("use `tcpSocket`"));
            continue;
        }
        let path = text(get, &["path"]).unwrap_or("/");
        let ready = service == ServiceName::AgentOrchestrator && agent.runtime != Some(Runtime::V1_02) && path == READY;
        if path != service.health_path() && !ready {
            let value = get.get("path").unwrap_or(get);
            let title =
                format!("its {probe} asks for `{path}`, which is not where {} says that it is well", agent.called());
            faults.push(
                fault(value, title).label("never answered 200").help(format!("write `{}`", service.health_path())),
            );
        }
    }
    faults
}
