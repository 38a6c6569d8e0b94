//! F002: a stack among its own peers.

use super::{Finding, Rule};
use crate::catalogue::PEER_WITH_ITSELF;
use crate::evaluate::tree::Path;
use crate::model::Environment;

pub(super) const RULE: Rule = Rule { code: PEER_WITH_ITSELF, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let federation = &environment.federation;
    let own = federation.peers.contains_key(&federation.stack);
    own.then(|| {
        let path = Path::of(["federation", "peers"]).field(&federation.stack);
        Finding::name(path, format!("`{}` is a peer of itself", federation.stack))
            .label("this is the stack's own id")
            .note("a run forwarded to it would be forwarded to the stack that forwards it")
            .help("remove the peer, or correct `federation.stack`")
    })
    .into_iter()
    .collect()
}
