//! F001: the runtime skips peers whose id is empty, silently (fact 17).

use super::Rule;
use crate::catalogue::MALFORMED_STACK_ID;
use crate::finding::Finding;
use crate::model::Environment;
use crate::names::is_identity;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MALFORMED_STACK_ID, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let ids = environment.federation.peers.keys().filter(|id| !is_identity(id, "stk_"));
    ids.map(|id| {
        let path = Path::of(["federation", "peers"]).field(id);
        Finding::name(path, format!("`{id}` is not a stack id"))
            .label("malformed id")
            .note("forwards select a peer by its stack id; the runtime skips a peer without one, silently")
            .help("write `stk_` and then lower-case letters, digits and `_`, at most 64 characters in all")
    })
    .collect()
}
