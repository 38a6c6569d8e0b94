//! F007: an address inside the cluster that no Service of a peer listens on. Upstream's own manifests advertised 8081,
//! the pod's port, for 50081, the Service's.

use super::Rule;
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::ENDPOINT_NOT_SERVED;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ENDPOINT_NOT_SERVED, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let remotes = environment.federation.remotes();
    let endpoints = remotes.flat_map(|(id, remote)| remote.endpoints().map(|(service, url)| (id, service, url)));
    endpoints
        .filter_map(|(id, service, url)| {
            let wrong = wrong_address(url, service)?;
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field(service.as_str());
            Some(
                Finding::value(path, format!("`{id}`: {wrong}"))
                    .label("nobody answers here")
                    .note("the peers file would advertise it, and every forward would end in 502")
                    .help(format!(
                        "write the peer's Service and its port, as in `http://{}.<namespace>.svc:{}`",
                        service.object_name(),
                        service.reference_service_port()
                    )),
            )
        })
        .collect()
}

/// What is wrong with an address that names a Service of AgentOS; none for all others, which can't be judged from here.
fn wrong_address(url: &str, wanted: ServiceName) -> Option<String> {
    let Address { host, port } = Address::of(url)?;
    let name = host.split('.').next()?;
    let named = ServiceName::ALL.into_iter().find(|service| service.object_name() == name)?;
    if named != wanted {
        return Some(format!("the address of {} is that of {}", wanted.as_str(), named.as_str()));
    }
    let served = wanted.reference_service_port();
    (port != served).then(|| format!("the Service `{name}` listens on {served}, not on {port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_our_services_are_judged() {
        let judge = |url| wrong_address(url, ServiceName::AgentOrchestrator).is_some();
        assert!(judge("http://agentos-agent-orchestrator.b.svc:8081"));
        assert!(judge("http://agentos-agent-orchestrator.b.svc"));
        assert!(judge("http://agentos-model-policy.b.svc:50082"));
        assert!(!judge("http://agentos-agent-orchestrator.b.svc:50081"));
        assert!(!judge("https://agentos.partner.example"));
    }
}
