//! What the platform makes: the namespaces, and objects in them.

use super::reader::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// Who makes the namespaces of the stacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Namespaces {
    /// The compiler, with Pod Security `restricted` and the bounds of a tenant's namespace.
    #[default]
    Managed,
    /// The platform.
    Existing,
}

/// What the platform makes in the namespace of each stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provided {
    /// Secrets by name, each with the keys that are known of it; any where there are none.
    pub secrets: BTreeMap<String, Vec<String>>,
    /// ConfigMaps, likewise.
    pub config_maps: BTreeMap<String, Vec<String>>,
    /// The names of ServiceAccounts.
    pub service_accounts: BTreeSet<String>,
    /// The names of claims.
    pub claims: BTreeSet<String>,
}

pub(super) fn decode_namespaces(namespaces: Reader<'_>) -> Namespaces {
    namespaces.one_of([("Managed", Namespaces::Managed), ("Existing", Namespaces::Existing)]).unwrap_or_default()
}

pub(super) fn decode_provided(provided: Reader<'_>) -> Provided {
    let keyed = |kind: &str| {
        let keys = |object: Reader<'_>| object.get("keys").items().map(Reader::text).collect();
        provided.get(kind).entries().map(|(name, object)| (name, keys(object))).collect()
    };
    Provided {
        secrets: keyed("Secret"),
        config_maps: keyed("ConfigMap"),
        service_accounts: provided.get("ServiceAccount").names(),
        claims: provided.get("PersistentVolumeClaim").names(),
    }
}
