//! N013: in production, a peer behind a host name without networks. Federation may then call any public address, and the proxy
//! of events dials what the peer's answer names, with the caller's token (fact 18a).

use super::Rule;
use crate::catalogue::UNNAMED_PEER_NETWORKS;
use crate::finding::Finding;
use crate::model::addresses::{Destination, destination};
use crate::model::{Environment, Peer};
use crate::names::Network;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNNAMED_PEER_NETWORKS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    if !environment.is_prod() || !environment.network.default_deny {
        return Vec::new();
    }
    let peers = environment.federation.peers.iter().filter(|(_, peer)| is_behind_host(peer));
    peers.filter_map(|(id, _)| finding(id, environment.network.peers.get(id))).collect()
}

/// Whether a peer is found by the name of a host. In production one that is named by its file is: by its gateway's.
fn is_behind_host(peer: &Peer) -> bool {
    match peer {
        Peer::Environment(_) => true,
        Peer::Remote(remote) => matches!(destination(remote), Some(Destination::Host { .. })),
    }
}

fn finding(id: &str, networks: Option<&Vec<String>>) -> Option<Finding> {
    let path = Path::of(["network", "peers"]).field(id);
    let finding = match networks {
        None => Finding::value(path, format!("no networks are named for the peer `{id}`"))
            .or_at(Path::of(["federation", "peers"]).field(id))
            .label("federation may call every public address"),
        Some(networks) => {
            let everything = networks
                .iter()
                .find(|network| Network::parse(network).is_some_and(|network| network.is_everything()))?;
            Finding::value(path, format!("the networks of the peer `{id}` include every address: `{everything}`"))
                .label("federation may call every address")
        }
    };
    Some(
        finding
            .note(
                "the peer's answer to a forward names the address of its events, and federation dials it with the caller's \
                 token, wherever it points",
            )
            .help(format!("name the networks of the peer's gateway: `network.peers.{id} = [\"…/…\"]`")),
    )
}
