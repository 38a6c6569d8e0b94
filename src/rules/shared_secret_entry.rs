//! S014: two secrets of one stack with one source, so that the key that signs is, say, the services' token.
//!
//! Placeholders are let be: they are no credentials, and production takes none. What an existing Secret holds is not
//! known here. A version is part of the source: an entry may hold the value of yesterday for one and of today for another.

use super::Rule;
use crate::catalogue::SHARED_SECRET_ENTRY;
use crate::finding::Finding;
use crate::model::{self, CsiProvider, CsiStore, Environment, SecretBackend, SecretKey, Tenant};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: SHARED_SECRET_ENTRY, check };

fn check(environment: &Environment) -> Vec<Finding> {
    model::stacks(environment).iter().flat_map(|stack| of_stack(environment, stack)).collect()
}

/// Of a dedicated tenant's stack only what its own secrets bring about: the rest is said of the environment.
fn of_stack(environment: &Environment, stack: &Environment) -> Vec<Finding> {
    // AWS can't mount one value twice, which is an error of its own for the environment's secrets (S012).
    if matches!(&stack.secrets.backend, SecretBackend::Csi(store) if store.provider == Some(CsiProvider::Aws))
        && stack.tenant.is_none()
    {
        return Vec::new();
    }
    let tenant = stack.tenant.as_ref().and_then(|id| Some((id, &**environment.tenancy.tenants.get(id)?)));
    let is_own = |name: &str| tenant.is_none_or(|(_, tenant)| tenant.secrets.keys.contains_key(name));
    let mut sources: BTreeMap<Source<'_>, Vec<&str>> = BTreeMap::new();
    for (name, key) in &stack.secrets.keys {
        if let Some(source) = source(&stack.secrets.backend, key) {
            sources.entry(source).or_default().push(name);
        }
    }
    let shared = sources.into_values().filter_map(|mut names| {
        // The environment's come first, and the finding is about one that is the tenant's own.
        names.sort_by_key(|name| is_own(name));
        let (last, others) = names.split_last().filter(|(last, others)| is_own(last) && !others.is_empty())?;
        Some(finding(keys(tenant), &stack.secrets.backend, last, others))
    });
    shared.collect()
}

/// Where the secrets of a stack are declared.
fn keys(tenant: Option<(&String, &Tenant)>) -> Path {
    match tenant {
        Some((id, _)) => Path::of(["tenancy", "tenants"]).field(id).field("secrets").field("keys"),
        None => Path::of(["secrets", "keys"]),
    }
}

fn finding(keys: Path, backend: &SecretBackend, name: &str, others: &[&str]) -> Finding {
    let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
    let others = others.join(" and ");
    let (field, help) = match backend {
        SecretBackend::Sealed { .. } => ("sealed", "seal a value of its own for each"),
        SecretBackend::ExternalSecrets(_)
        | SecretBackend::Csi(_)
        | SecretBackend::Placeholder
        | SecretBackend::Existing => (
            "remote",
            "give each an entry of its own, or a `secrets.keys.<name>.remote.property` of its own in one entry",
        ),
    };
    let path = keys.field(name).field(field);
    Finding::value(path.clone(), format!("`{name}` has the value of {others}"))
        .or_at(keys.field(name))
        .given(path.field("property"))
        .label("the same source")
        .note(
            "a leak of one is a leak of both: the token that is sent with each call would also sign, or open a peering",
        )
        .help(help)
}

/// What a value is made from: an entry, its property and its version; or the encrypted text.
type Source<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn source<'a>(backend: &SecretBackend, key: &'a SecretKey) -> Option<Source<'a>> {
    match backend {
        // Vault has no value of a whole entry, which is an error of its own (S012).
        SecretBackend::Csi(CsiStore { provider: Some(CsiProvider::Vault), .. })
            if key.remote.as_ref().is_some_and(|remote| remote.property.is_none()) =>
        {
            None
        }
        SecretBackend::ExternalSecrets(_) | SecretBackend::Csi(_) => key.remote.as_ref().map(|remote| {
            // What the stores call the newest version is the one that is taken where none is named.
            let version = remote.version.as_deref().filter(|version| !matches!(*version, "AWSCURRENT" | "latest"));
            (remote.key.as_str(), remote.property.as_deref(), version)
        }),
        SecretBackend::Sealed { .. } => key.sealed.as_deref().map(|sealed| (sealed.trim(), None, None)),
        SecretBackend::Placeholder | SecretBackend::Existing => None,
    }
    .filter(|(entry, ..)| !entry.is_empty())
}
