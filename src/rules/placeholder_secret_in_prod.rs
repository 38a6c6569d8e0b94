//! S002: plainly fake credentials protect nothing.

use super::Rule;
use crate::catalogue::PLACEHOLDER_SECRET_IN_PROD;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, SecretBackend};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PLACEHOLDER_SECRET_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    (environment.is_prod() && environment.secrets.backend == SecretBackend::Placeholder)
        .then(|| {
            Finding::value(Path::of(["secrets", "backend"]), "production runs on placeholder secrets")
                .label("fake values")
                .help("write `secrets.backend = 'Existing`, and have a secret manager make the Secret")
                .mended(Remedy::set(Path::of(["secrets", "backend"]), "'Existing"))
        })
        .into_iter()
        .collect()
}
