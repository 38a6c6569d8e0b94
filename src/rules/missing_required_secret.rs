//! S007: a secret that the services need has no source.

use super::{Finding, Rule};
use crate::catalogue::MISSING_REQUIRED_SECRET;
use crate::evaluate::tree::Path;
use crate::model::{Environment, SecretBackend, SecretKey};

pub(super) const RULE: Rule = Rule { code: MISSING_REQUIRED_SECRET, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let backend = &environment.secrets.backend;
    let Some((field, example)) = source_field(backend) else { return Vec::new() };
    let missing = environment.secrets.keys.iter().filter(|(_, key)| !has_source(backend, key));
    missing
        .map(|(name, _)| {
            let path = Path::of(["secrets", "keys"]).field(name).field(field);
            Finding::name(path, format!("the secret `{name}` has no `{field}`"))
                .label(format!("`secrets.keys.{name}` needs one"))
                .note(format!("`secrets.backend` takes the values of all secrets from their `{field}`"))
                .help(format!("add `secrets.keys.{name}.{field} = {example}`"))
        })
        .collect()
}

/// The field of a key that a backend reads, with what it may look like.
fn source_field(backend: &SecretBackend) -> Option<(&'static str, &'static str)> {
    match backend {
        SecretBackend::Placeholder => Some(("placeholder", "\"fake_…\"")),
        SecretBackend::ExternalSecrets | SecretBackend::Csi => Some(("remote", "{ key = \"…\", property = \"…\" }")),
        SecretBackend::Sealed => Some(("sealed", "\"…\"")),
        SecretBackend::Existing => None,
    }
}

fn has_source(backend: &SecretBackend, key: &SecretKey) -> bool {
    match backend {
        SecretBackend::Placeholder => key.placeholder.is_some(),
        SecretBackend::ExternalSecrets | SecretBackend::Csi => key.remote.is_some(),
        SecretBackend::Sealed => key.sealed.is_some(),
        SecretBackend::Existing => true,
    }
}
