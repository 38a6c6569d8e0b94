//! F005: two stacks that speak no common version of the federation interface.

use super::Rule;
use crate::catalogue::NO_COMMON_API_VERSION;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: NO_COMMON_API_VERSION, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let own = &environment.federation.api_versions;
    let remotes = environment.federation.remotes();
    remotes
        .filter(|(_, remote)| !remote.api_versions.iter().any(|version| own.contains(version)))
        .map(|(id, remote)| {
            let path = Path::of(["federation", "peers"]).field(id).field("api_versions");
            let theirs = remote.api_versions.join(", ");
            Finding::value(path, format!("`{id}` speaks no version of the federation interface that this stack speaks"))
                .or_at(Path::of(["federation", "api_versions"]))
                .label(format!("[{theirs}] here, [{}] there", own.join(", ")))
                .note("there is nothing to negotiate: every forward to the peer fails")
                .help("list a version that both have; today that is `v1`")
        })
        .collect()
}
