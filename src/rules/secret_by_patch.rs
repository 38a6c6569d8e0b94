//! S013: a patch that writes into a Secret: no contract and no rule has seen the value as a credential.

use super::Rule;
use crate::catalogue::{SECRET_BY_PATCH, SECRET_LITERAL, rule};
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SECRET_BY_PATCH, check };

/// The fields of a Secret that hold its values.
const FIELDS: &[&str] = &["data", "stringData"];

fn check(environment: &Environment) -> Vec<Finding> {
    let secrets = environment.patches.get("Secret").into_iter().flatten();
    let writing = secrets.flat_map(|(name, patch)| {
        let written = |field: &&&str| patch.get(field).is_some_and(|values| !values.is_null());
        FIELDS.iter().filter(written).map(move |field| Path::of(["patches", "Secret"]).field(name).field(field))
    });
    writing
        .map(|path| {
            Finding::name(path, "a patch writes into a Secret")
                .label("whatever stands here ends up in the manifests")
                .note(rule(SECRET_LITERAL).note)
                .help(
                    "keep it in a secret store, and have `secrets` fetch it; plainly fake values go into `secrets.keys.<name>.placeholder`",
                )
        })
        .collect()
}
