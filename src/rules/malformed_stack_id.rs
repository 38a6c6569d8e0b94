//! F001: the runtime skips peers whose id is empty, silently (fact 17).

use super::Rule;
use crate::catalogue::{MALFORMED_STACK_ID, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::names::is_identity;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MALFORMED_STACK_ID, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let ids = environment.federation.peers.keys().filter(|id| !is_identity(id, "stk_"));
    ids.map(|id| {
        let path = Path::of(["federation", "peers"]).field(id);
        Finding::name(path, title(MALFORMED_STACK_ID, [id])).label("malformed id")
    })
    .collect()
}
