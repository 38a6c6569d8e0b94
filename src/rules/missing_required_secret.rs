//! S007: a secret that the services need has no source.

use super::{Rule, declared_secrets};
use crate::agentos::settings::{self, Key, Purpose, SetBy};
use crate::catalogue::MISSING_REQUIRED_SECRET;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, SecretBackend, SecretKey};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MISSING_REQUIRED_SECRET, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = without_source(environment);
    findings.extend(undeclared(environment));
    findings.extend(undeclared_of_tenants(environment));
    findings
}

/// The password of a dedicated tenant's database, where neither the tenant nor the environment declares it.
fn undeclared_of_tenants(environment: &Environment) -> Vec<Finding> {
    let Some(name) = settings::name(environment.runtime, Key::DatabasePassword) else { return Vec::new() };
    if environment.database.is_some() || environment.secrets.keys.contains_key(name) {
        return Vec::new();
    }
    let tenants = environment.tenancy.tenants.iter().filter(|(_, tenant)| tenant.own_database().is_some());
    tenants
        .filter(|(_, tenant)| !tenant.secrets.keys.contains_key(name))
        .map(|(id, _)| {
            let path = Path::of(["tenancy", "tenants"]).field(id);
            Finding::name(
                path.field("secrets").field("keys").field(name),
                format!("the database of `{id}` needs the secret `{name}`"),
            )
            .or_at(path.field("database"))
            .label("neither the tenant nor the environment declares it")
            .note("the services read it from a Secret, never from the environment file")
            .help(match source_field(&environment.secrets.backend) {
                Some((source, example)) => format!("add `{path}.secrets.keys.{name}.{source} = {example}`"),
                None => {
                    format!("add `secrets.keys.{name} = {{}}` to the environment, and the key to the tenant's Secret")
                }
            })
        })
        .collect()
}

/// Secrets that a field asks for and that are not declared.
fn undeclared(environment: &Environment) -> Vec<Finding> {
    settings::of(environment.runtime)
        .filter(|setting| !environment.secrets.keys.contains_key(setting.name))
        .filter_map(|setting| match setting.set_by {
            SetBy::SecretFor(Purpose::Database) if environment.database.is_none() => None,
            SetBy::SecretFor(purpose) if environment.has(purpose) => Some((setting.name, purpose.field())),
            SetBy::SecretFor(_) | SetBy::Secret | SetBy::Field(_) | SetBy::User | SetBy::Never(_) => None,
        })
        .map(|(name, field)| {
            let path = Path::of(["secrets", "keys"]).field(name);
            let remedy = remedy(&environment.secrets.backend, &path, name);
            Finding::name(path, format!("`{field}` needs the secret `{name}`"))
                .or_at(field)
                .label("it is not under `secrets.keys`")
                .note("the services read it from a Secret, never from the environment file")
                .help(match source_field(&environment.secrets.backend) {
                    Some((source, example)) => format!("add `secrets.keys.{name}.{source} = {example}`"),
                    None => format!("add `secrets.keys.{name} = {{}}`, and the key to the Secret"),
                })
                .mended(remedy)
        })
        .collect()
}

fn without_source(environment: &Environment) -> Vec<Finding> {
    let backend = &environment.secrets.backend;
    let Some((field, example)) = source_field(backend) else { return Vec::new() };
    let missing = declared_secrets(environment).filter(|(_, _, key)| !has_source(backend, key));
    missing
        .map(|(path, name, _)| {
            Finding::name(path.field(field), format!("the secret `{name}` has no `{field}`"))
                .label(format!("`{path}` needs one"))
                .note(format!("`secrets.backend` takes the values of all secrets from their `{field}`"))
                .help(format!("add `{path}.{field} = {example}`"))
                .mended(remedy(backend, &path, name))
        })
        .collect()
}

/// A source for a secret. Where its value is in a store only the operator knows: the entry is called after the secret.
fn remedy(backend: &SecretBackend, path: &Path, name: &str) -> Remedy {
    let entry = name.to_lowercase();
    match backend {
        SecretBackend::Placeholder => Remedy::set(path.field("placeholder"), format!("\"fake_{entry}\"")),
        SecretBackend::ExternalSecrets(_) | SecretBackend::Csi(_) => {
            Remedy::set(path.field("remote"), format!("{{ key = \"agentos\", property = \"{entry}\" }}"))
        }
        // No text can be invented that a controller unseals.
        SecretBackend::Sealed { .. } => Remedy::none(),
        SecretBackend::Existing => Remedy::set(path.clone(), "{}"),
    }
}

/// The field of a key that a backend reads, with what it may look like.
pub(super) fn source_field(backend: &SecretBackend) -> Option<(&'static str, &'static str)> {
    match backend {
        SecretBackend::Placeholder => Some(("placeholder", "\"fake_…\"")),
        SecretBackend::ExternalSecrets(_) | SecretBackend::Csi(_) => {
            Some(("remote", "{ key = \"…\", property = \"…\" }"))
        }
        SecretBackend::Sealed { .. } => Some(("sealed", "\"…\"")),
        SecretBackend::Existing => None,
    }
}

fn has_source(backend: &SecretBackend, key: &SecretKey) -> bool {
    match backend {
        SecretBackend::Placeholder => key.placeholder.is_some(),
        SecretBackend::ExternalSecrets(_) | SecretBackend::Csi(_) => key.remote.is_some(),
        SecretBackend::Sealed { .. } => key.sealed.is_some(),
        SecretBackend::Existing => true,
    }
}
