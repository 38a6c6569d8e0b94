//! The ExternalSecret, from which the External Secrets operator makes the Secret.

use super::custom_resource::CustomResource;
use super::metadata;
use crate::model::{Environment, Remote, SecretStore, StoreKind};
use serde::Serialize;

/// The specification of an ExternalSecret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    data: Vec<Data>,
    refresh_interval: String,
    secret_store_ref: SecretStoreRef,
    target: Target,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    remote_ref: RemoteRef,
    secret_key: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RemoteRef {
    conversion_strategy: &'static str,
    decoding_strategy: &'static str,
    key: String,
    metadata_policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize)]
struct SecretStoreRef {
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    creation_policy: &'static str,
    deletion_policy: &'static str,
    name: String,
}

/// The ExternalSecret, with one entry for each key. A Secret whose entries vanish from the store is kept: running
/// services go on, and the operator reports the fault.
pub(super) fn external_secret(environment: &Environment, store: &SecretStore) -> CustomResource<Spec> {
    let name = &environment.secrets.name;
    let data = environment.secrets.keys.iter().filter_map(|(name, key)| Some(entry(name, key.remote.as_ref()?)));
    let spec = Spec {
        data: data.collect(),
        refresh_interval: store.refresh.clone(),
        secret_store_ref: SecretStoreRef {
            kind: match store.kind {
                StoreKind::SecretStore => "SecretStore",
                StoreKind::ClusterSecretStore => "ClusterSecretStore",
            },
            name: store.name.clone(),
        },
        target: Target { creation_policy: "Owner", deletion_policy: "Retain", name: name.clone() },
    };
    CustomResource::new("external-secrets.io/v1", "ExternalSecret", metadata::of_stack(environment, name), spec)
}

/// The strategies and the policy are what the CRDs of the operator's earlier releases fill in: with `kubectl apply`, every
/// run would take the difference for a change.
fn entry(name: &str, remote: &Remote) -> Data {
    Data {
        remote_ref: RemoteRef {
            conversion_strategy: "Default",
            decoding_strategy: "None",
            key: remote.key.clone(),
            metadata_policy: "None",
            property: remote.property.clone(),
            version: remote.version.clone(),
        },
        secret_key: name.to_owned(),
    }
}
