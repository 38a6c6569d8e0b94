//! F002: a stack among its own peers.

use super::Rule;
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::PEER_WITH_ITSELF;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{self, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PEER_WITH_ITSELF, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = by_id(environment);
    findings.extend(by_address(environment));
    findings
}

/// Peers whose address is that of the stack's own orchestrator.
fn by_address(environment: &Environment) -> Vec<Finding> {
    let service = ServiceName::AgentOrchestrator;
    let own = environment.services.get(service).exposure.gateway().map(|gateway| format!("https://{}", gateway.host));
    let inside = [environment.base_url(service), environment.base_url_in(service, &environment.namespace)];
    let own: Vec<String> = own.into_iter().chain(inside).collect();
    let own: Vec<Address<'_>> = own.iter().filter_map(|own| Address::of(own)).collect();
    let is_own = |url: &str| {
        Address::of(url).is_some_and(|address| {
            own.iter().any(|own| own.host.eq_ignore_ascii_case(address.host) && own.port == address.port)
        })
    };
    let id = environment.federation.stack.as_str();
    let others = environment.federation.remotes().filter(|(peer, _)| *peer != id);
    others
        .filter(|(_, remote)| is_own(&remote.agent_orchestrator))
        .map(|(peer, _)| {
            let path = Path::of(["federation", "peers"]).field(peer);
            Finding::name(path.clone(), format!("the address of `{peer}` is that of this stack's own orchestrator"))
                .label("this stack")
                .help("write the address of the peer's orchestrator, or remove the peer")
                .mended(Remedy::remove(path))
        })
        .collect()
}

fn by_id(environment: &Environment) -> Vec<Finding> {
    let stacks = model::stacks(environment).into_iter();
    stacks
        .filter(|stack| stack.federation.peers.contains_key(&stack.federation.stack))
        .map(|stack| {
            let id = &stack.federation.stack;
            let (whose, remedy) = match &stack.tenant {
                Some(tenant) => (format!("the id of the stack of `{tenant}`"), "rename the peer's stack"),
                None => ("the stack's own id".to_owned(), "remove the peer, or correct `federation.stack`"),
            };
            let path = Path::of(["federation", "peers"]).field(id);
            Finding::name(path.clone(), format!("`{id}` is a peer of itself"))
                .label(format!("this is {whose}"))
                .help(remedy)
                .mended(Remedy::remove(path))
        })
        .collect()
}
