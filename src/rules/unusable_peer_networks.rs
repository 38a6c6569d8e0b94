//! N009: networks of a peer that open nothing: there is no such peer, its address is known anyway, or they are none.

use super::Rule;
use crate::catalogue::UNUSABLE_PEER_NETWORKS;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::addresses::{Destination, destination};
use crate::model::{Environment, Peer};
use crate::names::is_network;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNUSABLE_PEER_NETWORKS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, networks) in &environment.network.peers {
        let path = Path::of(["network", "peers"]).field(id);
        if let Some(why) = useless(environment, id) {
            findings.push(
                Finding::name(path.clone(), why)
                    .label("opens nothing")
                    .note("the networks are those in which the host of a peer's orchestrator resolves")
                    .help("correct the stack id, or remove the entry")
                    .mended(Remedy::remove(path)),
            );
        } else if networks.is_empty() {
            findings.push(
                Finding::value(path.clone(), format!("`{id}` has an empty list of networks"))
                    .label("the peer could not be reached")
                    .help("name the peer's networks, or remove the entry")
                    .mended(Remedy::remove(path)),
            );
        } else {
            let bad = networks.iter().filter(|network| !is_network(network));
            findings.extend(bad.map(|network| {
                Finding::value(path.clone(), format!("`{network}` is no network"))
                    .label("not the first address of a network and the length of its prefix")
                    .note("the API server rejects the policy")
                    .help("write it as in `203.0.113.0/24`, or `203.0.113.7/32` for a single address")
            }));
        }
    }
    findings
}

fn useless(environment: &Environment, id: &str) -> Option<String> {
    match environment.federation.peers.get(id) {
        None => Some(format!("`{id}` is no peer of this environment")),
        Some(Peer::Environment(_)) => None,
        Some(Peer::Remote(remote)) => match destination(remote)? {
            Destination::Host { .. } => None,
            Destination::Address { .. } => Some(format!("the address of `{id}` stands in its endpoint")),
            Destination::Neighbour { .. } | Destination::Namespace { .. } => {
                Some(format!("`{id}` is in the same cluster, and found by its labels"))
            }
        },
    }
}
