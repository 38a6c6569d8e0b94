//! A006: the default storage class of most clusters deletes the data with the claim.

use super::{Rule, storages};
use crate::catalogue::VOLUME_NOT_RETAINED;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Storage};

pub(super) const RULE: Rule = Rule { code: VOLUME_NOT_RETAINED, check };

fn check(environment: &Environment) -> Vec<Finding> {
    if !environment.is_prod() {
        return Vec::new();
    }
    storages(environment)
        .filter(|(_, storage)| unnamed(storage))
        .map(|(path, _)| {
            Finding::value(path.clone(), "production leaves the storage class to the cluster")
                .given(path.field("class"))
                .label("no `class`")
                .note(
                    "the default class of most clusters has the reclaim policy `Delete`: the data goes with the claim",
                )
                .help(format!("name a class whose reclaim policy is `Retain`, as in `{path} = 'Persistent {{ class = \"ssd-retain\" }}`"))
                .mended(Remedy::set(path.field("class"), "\"ssd-retain\""))
        })
        .collect()
}

fn unnamed(storage: &Storage) -> bool {
    match storage {
        Storage::Persistent(volume) => volume.class.is_none(),
        Storage::Ephemeral => false,
    }
}
