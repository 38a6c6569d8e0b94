//! F013: peers whose certificate no public authority can have signed. Forwards may know the authority; the proxy of
//! events never does (fact 19).

use super::{Finding, Rule};
use crate::catalogue::CLIENT_CERTIFICATE_FOR_PEER_EDGE;
use crate::evaluate::tree::Path;
use crate::model::{Address, Environment};
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule { code: CLIENT_CERTIFICATE_FOR_PEER_EDGE, check };

/// Names that no public authority signs.
const PRIVATE: [&str; 6] = [".svc", ".local", ".internal", ".localhost", ".test", ".lan"];

fn check(environment: &Environment) -> Vec<Finding> {
    let private = environment.federation.remotes().filter(|(_, remote)| {
        let url = remote.agent_orchestrator.as_str();
        url.starts_with("https://") && Address::of(url).is_some_and(|address| is_private(address.host))
    });
    private
        .map(|(id, _)| {
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field("agent-orchestrator");
            Finding::value(path, format!("the certificate of `{id}` can't be one that is publicly trusted"))
                .label("a private name or address")
                .note(
                    "events of runs on the peer are read without client certificate and private authority: that fails",
                )
                .help("use a public name of the peer, with a publicly trusted certificate that asks for none in return")
        })
        .collect()
}

fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => {
            address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local()
        }
        Err(_) => !host.contains('.') || PRIVATE.iter().any(|suffix| host.ends_with(suffix)),
    }
}
