//! A001: what is kept on the pod's own disk goes with the pod: runs, audit records, the forward index.

use super::{Rule, storages};
use crate::catalogue::EPHEMERAL_AUDIT_IN_PROD;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Storage};

pub(super) const RULE: Rule = Rule { code: EPHEMERAL_AUDIT_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    if !environment.is_prod() {
        return Vec::new();
    }
    storages(environment)
        .filter(|(_, storage)| **storage == Storage::Ephemeral)
        .map(|(path, _)| {
            Finding::value(path.clone(), "production keeps its audit log on a volume that vanishes with the pod")
                .label("nothing here survives a restart")
                .help(format!("write `{path} = 'Persistent {{ class = \"…\", size = \"20Gi\" }}`, with a class that retains volumes"))
                .mended(Remedy::replace(path, "'Persistent { class = \"ssd-retain\", size = \"20Gi\" }"))
        })
        .collect()
}
