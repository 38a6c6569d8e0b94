//! T011: a credential that a dedicated tenant's stack shares with another stack. The services sign and authenticate with
//! it, so that whoever gets hold of it in one stack acts in the other.
//!
//! A Secret that somebody else makes is found by its name in the tenant's own namespace, and placeholders are no
//! credentials; only what is made from a store, or sealed, can be the same by what is written.

use super::Rule;
use crate::agentos::settings::{self, Key};
use crate::catalogue::CROSS_TENANT_REFERENCE;
use crate::finding::Finding;
use crate::model::{self, Environment, SecretBackend, SecretKey};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: CROSS_TENANT_REFERENCE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let stacks = model::stacks(environment);
    stacks
        .iter()
        .enumerate()
        .filter_map(|(position, stack)| {
            let tenant = stack.tenant.as_ref()?;
            let others = stacks.get(..position)?;
            let backend = &environment.secrets.backend;
            let needed = stack.secrets.keys.iter().filter(|(name, _)| stack.needs_secret(name));
            let shared = needed.filter(|(name, key)| {
                let own = source(backend, key);
                let same = |other: &Environment| {
                    other.secrets.keys.get(*name).is_some_and(|theirs| source(backend, theirs) == own)
                };
                own.is_some() && !is_shared_by_design(environment, name) && others.iter().any(|other| same(other))
            });
            let names: Vec<&str> = shared.map(|(name, _)| name.as_str()).collect();
            (!names.is_empty()).then(|| reference(environment, tenant, &names))
        })
        .collect()
}

fn reference(environment: &Environment, tenant: &str, names: &[&str]) -> Finding {
    let path = Path::of(["tenancy", "tenants"]).field(tenant);
    let field = match environment.secrets.backend {
        SecretBackend::Sealed { .. } => "sealed",
        SecretBackend::Placeholder
        | SecretBackend::Existing
        | SecretBackend::ExternalSecrets(_)
        | SecretBackend::Csi(_) => "remote",
    };
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Finding::name(
        path.field("secrets").field("keys"),
        format!("the stack of `{tenant}` shares credentials with another"),
    )
    .or_at(path.field("isolation"))
    .label(format!("not its own: {}", listed.join(", ")))
    .note("whoever gets hold of them in the one stack acts in the other, whatever else keeps the two apart")
    .help(format!("give it its own, as in `{path}.secrets.keys.{}.{field} = …`", names.first().unwrap_or(&"…")))
}

/// Both ends of a peering hold the federation secret, and a tenant's stack has the same peers. Sealed, it is bound to one
/// namespace, so that a tenant's stack needs it sealed for its own.
fn is_shared_by_design(environment: &Environment, name: &str) -> bool {
    settings::name(environment.runtime, Key::FederationSharedSecret) == Some(name)
        && !environment.federation.peers.is_empty()
        && !matches!(environment.secrets.backend, SecretBackend::Sealed { .. })
}

/// What says which credential it is; a version of an entry is the same entry.
fn source<'a>(backend: &SecretBackend, key: &'a SecretKey) -> Option<(&'a str, Option<&'a str>)> {
    match backend {
        SecretBackend::ExternalSecrets(_) | SecretBackend::Csi(_) => {
            key.remote.as_ref().map(|remote| (remote.key.as_str(), remote.property.as_deref()))
        }
        SecretBackend::Sealed { .. } => key.sealed.as_deref().map(|sealed| (sealed, None)),
        SecretBackend::Placeholder | SecretBackend::Existing => None,
    }
    .filter(|(entry, _)| !entry.is_empty())
}
