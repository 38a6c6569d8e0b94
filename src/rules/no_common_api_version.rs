//! F005: two stacks that speak no common version of the federation interface.

use super::Rule;
use crate::catalogue::{NO_COMMON_API_VERSION, title};
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
            Finding::value(path, title(NO_COMMON_API_VERSION, [id]))
                .or_at(Path::of(["federation", "api_versions"]))
                .label(format!("[{theirs}] here, [{}] there", own.join(", ")))
        })
        .collect()
}
