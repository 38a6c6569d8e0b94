//! F012: more peers than one ConfigMap holds. What others say of themselves in their files comes in later, and is then
//! seen on the object (K008).

use super::Rule;
use crate::catalogue::PEERS_FILE_TOO_LARGE;
use crate::finding::Finding;
use crate::model::{Environment, peers_file};
use crate::objects::object::MAX_DATA;
use crate::path::Path;

/// No entry of the peers file takes more: a URL has at most 2,048 bytes, and there are two.
const LARGEST_ENTRY: usize = 8 * 1024;

pub(super) const RULE: Rule = Rule { code: PEERS_FILE_TOO_LARGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let peers = environment.federation.peers.len();
    // Nearly always there are so few that nothing needs to be written to know.
    if peers * LARGEST_ENTRY <= MAX_DATA {
        return Vec::new();
    }
    let size = peers_file(environment).len();
    let finding = || {
        Finding::value(
            Path::of(["federation", "peers"]),
            format!("the peers file takes {size} bytes, and a ConfigMap holds {MAX_DATA}"),
        )
        .label(format!("{peers} peers"))
        .note("the API server rejects the ConfigMap, when the objects before it are applied already")
        .help("name only the peers that this stack forwards to, or share them out over several stacks")
    };
    (size > MAX_DATA).then(finding).into_iter().collect()
}
