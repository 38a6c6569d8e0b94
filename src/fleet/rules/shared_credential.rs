//! S015: two environments with one credential: what is made from one entry of a store, or sealed as one text. The services
//! sign and authenticate with it, so that a stack that loses it lets its holder act in the other.
//!
//! A Secret that something else makes is read in the stack's own namespace, and placeholders are no credentials. Both ends of
//! a peering hold the federation secret, and a model provider's key says who pays: those may be the same.

use super::{Claim, Contender, Finding, Fleet, Rule, Said, dedicated_tenants};
use crate::agentos::settings::{self, Key};
use crate::catalogue::SHARED_CREDENTIAL;
use crate::model::{CsiStore, Environment, SecretBackend, SecretKey, SecretStore, StoreKind};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: SHARED_CREDENTIAL, check };

/// What says which credential it is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// An entry of a store, and a property of it.
    Entry { store: String, key: String, property: Option<String> },
    /// An encrypted value.
    Sealed(String),
}

fn claims(environment: &Environment) -> Vec<(Source, Claim)> {
    let of_shared = environment
        .secrets
        .keys
        .iter()
        .map(|(name, key)| (name, key, Claim::of_shared(Path::of(["secrets", "keys"]).field(name))));
    let of_tenants = dedicated_tenants(environment).flat_map(|(id, tenant)| {
        tenant.secrets.keys.iter().map(move |(name, key)| {
            (name, key, Claim::of_tenant(id, |tenant| tenant.field("secrets").field("keys").field(name)))
        })
    });
    let own = of_shared.chain(of_tenants).filter(|(name, _, _)| is_of_one_stack(environment, name));
    own.filter_map(|(_, key, claim)| Some((source(&environment.secrets.backend, key)?, claim))).collect()
}

fn is_of_one_stack(environment: &Environment, name: &str) -> bool {
    let shared = [Key::FederationSharedSecret, Key::ModelApiKey];
    environment.needs_secret(name) && shared.iter().all(|key| settings::name(environment.runtime, *key) != Some(name))
}

fn source(backend: &SecretBackend, key: &SecretKey) -> Option<Source> {
    let store = match backend {
        SecretBackend::ExternalSecrets(SecretStore { name, kind, .. }) => format!("{kind:?} {name}"),
        SecretBackend::Csi(CsiStore { provider, parameters }) => {
            let provider = provider.as_ref().map(|provider| provider.as_str());
            format!("{} {parameters:?}", provider.unwrap_or_default())
        }
        SecretBackend::Sealed { .. } => return key.sealed.clone().map(Source::Sealed),
        SecretBackend::Placeholder | SecretBackend::Existing => return None,
    };
    let remote = key.remote.as_ref()?;
    Some(Source::Entry { store, key: remote.key.clone(), property: remote.property.clone() })
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    // Two stacks that share one credential mostly share several: that is one mistake.
    let mut pairs: BTreeMap<_, Vec<(Contender<'_>, Contender<'_>)>> = BTreeMap::new();
    for (one, other) in fleet.contested(claims) {
        let whose = |contender: &Contender<'_>| (contender.view.member, contender.claim.tenant.clone());
        pairs.entry((whose(&one), whose(&other))).or_default().push((one, other));
    }
    pairs.into_values().filter_map(finding).collect()
}

fn finding(shared: Vec<(Contender<'_>, Contender<'_>)>) -> Option<Finding> {
    let names: Vec<String> =
        shared.iter().filter_map(|(one, _)| Some(format!("`{}`", one.claim.path.last_field()?))).collect();
    let (one, other) = shared.into_iter().next()?;
    let is_one_store =
        one.view.environment.cluster == other.view.environment.cluster && is_of_cluster(one.view.environment);
    let what = Said::value(one.claim.path.clone(), format!("{} and {} share credentials", one.name(), other.name()))
        .or_at(one.claim.otherwise.clone())
        .label(format!("not its own: {}", names.join(", ")))
        .note("the services sign and authenticate with them: an attacker who gets hold of them in one stack acts in the other, too")
        .help("give each stack an entry of its own in the secret store");
    // Stores of one name in two clusters, or in two namespaces, may be two stores.
    let what = if is_one_store { what } else { what.as_warning() };
    let found = Finding::new(SHARED_CREDENTIAL, one.view.member, what);
    Some(found.and_value(other.view.member, Path::of(["name"]), "this one reads the same entries"))
}

/// Whether a store's name says which one it is within a cluster.
fn is_of_cluster(environment: &Environment) -> bool {
    match &environment.secrets.backend {
        SecretBackend::ExternalSecrets(store) => store.kind == StoreKind::ClusterSecretStore,
        SecretBackend::Csi(_) | SecretBackend::Sealed { .. } => true,
        SecretBackend::Placeholder | SecretBackend::Existing => false,
    }
}
