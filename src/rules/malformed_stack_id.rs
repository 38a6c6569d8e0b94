//! F001: the runtime skips peers whose id is empty, silently (fact 17).

use super::Rule;
use crate::catalogue::{MALFORMED_STACK_ID, title};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::names::{is_identity, nearest_identity};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MALFORMED_STACK_ID, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let ids = environment.federation.peers.keys().filter(|id| !is_identity(id, "stk_"));
    ids.map(|id| {
        let path = Path::of(["federation", "peers"]).field(id);
        let finding = Finding::name(path.clone(), title(MALFORMED_STACK_ID, [id])).label("malformed id");
        match nearest_identity(id, "stk_") {
            Some(meant) => finding.mended(Remedy::rename(path, meant)),
            None => finding,
        }
    })
    .collect()
}
