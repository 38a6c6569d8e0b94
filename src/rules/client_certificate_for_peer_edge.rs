//! F013: peers whose certificate no public authority can have signed. Forwards and the proxy of events trust the system's
//! roots (fact 19), to which an image of one's own may have added.

use super::Rule;
use crate::agentos::surface::Address;
use crate::catalogue::CLIENT_CERTIFICATE_FOR_PEER_EDGE;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule { code: CLIENT_CERTIFICATE_FOR_PEER_EDGE, check };

/// Names that no public authority signs.
const PRIVATE: [&str; 6] = [".svc", ".local", ".internal", ".localhost", ".test", ".lan"];

fn check(environment: &Environment) -> Vec<Finding> {
    let remotes = environment.federation.remotes();
    remotes
        .filter_map(|(id, remote)| {
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field("agent-orchestrator");
            untrusted_peer(path, id, &remote.agent_orchestrator)
        })
        .collect()
}

/// What there is to say of a peer's https address for whose host no public authority signs.
pub(crate) fn untrusted_peer(path: Path, id: &str, url: &str) -> Option<Finding> {
    let is_untrusted = url.starts_with("https://") && Address::of(url).is_some_and(|address| is_private(address.host));
    is_untrusted.then(|| untrusted(path, id))
}

fn untrusted(path: Path, id: &str) -> Finding {
    Finding::value(path, format!("the certificate of `{id}` can't be one that is publicly trusted"))
        .label("a private name or address")
        .note("forwards and the proxy of events trust the roots of the image's system alone: both end in 502")
        .help("use a public name of the peer, with a publicly trusted certificate, and ask for none in return")
        .as_warning()
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
