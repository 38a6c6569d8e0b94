//! F012: more peers than one ConfigMap holds. What others say of themselves in their files comes in later, and is then
//! seen on the object (K008).

use super::Rule;
use crate::catalogue::PEERS_FILE_TOO_LARGE;
use crate::finding::Finding;
use crate::model::{Environment, peers_file, peers_file_at_most};
use crate::objects::object::MAX_DATA;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PEERS_FILE_TOO_LARGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    // Nearly always there are so few that nothing needs to be written to know.
    if peers_file_at_most(environment) <= MAX_DATA {
        return Vec::new();
    }
    let (peers, size) = (environment.federation.peers.len(), peers_file(environment).len());
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
