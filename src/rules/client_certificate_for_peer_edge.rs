//! F013: peers whose certificate no public authority can have signed (fact 19).

use super::Rule;
use crate::agentos::surface::is_untrusted;
use crate::catalogue::{CLIENT_CERTIFICATE_FOR_PEER_EDGE, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: CLIENT_CERTIFICATE_FOR_PEER_EDGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let remotes = environment.federation.remotes();
    remotes
        // Few are, and a path is worth making for those only.
        .filter(|(_, remote)| is_untrusted(&remote.agent_orchestrator))
        .filter_map(|(id, remote)| {
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field("agent-orchestrator");
            untrusted_peer(path, id, &remote.agent_orchestrator)
        })
        .collect()
}

/// What there is to say of a peer's https address for whose host no public authority signs.
pub(crate) fn untrusted_peer(path: Path, id: &str, url: &str) -> Option<Finding> {
    is_untrusted(url).then(|| {
        Finding::value(path, title(CLIENT_CERTIFICATE_FOR_PEER_EDGE, [id]))
            .label("a private name or address")
            .as_warning()
    })
}
