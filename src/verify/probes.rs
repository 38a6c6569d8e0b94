//! K021: Kubernetes is told how to see that AgentOS is well. K022: and in a way that AgentOS answers (fact 21).

use super::agent::Agent;
use super::fault::Fault;
use super::stack::Stack;
use super::{at, text};
use crate::agentos::behaviour::Callers;
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{FAILING_PROBE, MISSING_PROBE};
use serde_json::Value as Json;

/// The fields of a container that are probes.
pub(super) const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

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
    let is_absent = |probe: &&&str| agent.container.get(probe).is_none_or(Json::is_null);
    let missing: Vec<String> = wanted.iter().filter(is_absent).map(|probe| format!("`{probe}`")).collect();
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

/// What lets no probe by HTTP through to federation, and what helps.
fn guard(agent: &Agent<'_>) -> Option<(&'static str, String)> {
    if agent.service != Some(ServiceName::Federation) {
        return None;
    }
    // Where that is switched off, tokens are not looked at, whether there is a key or not.
    let verifies = agent.is_on(Key::FederationAuthDisabled) == Some(false);
    let by_tcp = "use `tcpSocket`".to_owned();
    if verifies && agent.get(Key::JwtPublicKey).is_set() {
        return Some(("asks every request for a token, and answers 401", by_tcp));
    }
    if verifies
        && agent.callers().all(|callers| callers == Callers::Nobody)
        && let Some((key, disabled)) = agent.name(Key::JwtPublicKey).zip(agent.name(Key::FederationAuthDisabled))
    {
        let help = format!(
            "name the file of the public key in `{key}`; outside production `{disabled}` will do, set to \"1\""
        );
        return Some(("without a key for tokens answers 503 to everything", help));
    }
    let asks = agent.is_on(Key::RequireMtls) == Some(true) && agent.get(Key::ServerCertificate).is_set();
    asks.then_some(("asks every caller for a certificate, and answers 400", by_tcp))
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
        if let Some((why, help)) = guard(agent) {
            let value = get.get("path").unwrap_or(get);
            let title = format!("its {probe} asks by HTTP, and {} {why}", agent.called());
            faults.push(fault(value, title).label("never answered 200").help(help));
            continue;
        }
        let path = text(get, &["path"]).unwrap_or("/");
        let ready = service == ServiceName::AgentOrchestrator
            && agent.releases().any(|release| release.ready_path == Some(path));
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
