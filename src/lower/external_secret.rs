//! The ExternalSecret, from which the External Secrets operator makes the Secret.

use super::metadata;
use crate::model::{Environment, Remote, SecretStore, StoreKind};
use kcr_external_secrets_io::v1::externalsecrets::{
    ExternalSecret, ExternalSecretData, ExternalSecretDataRemoteRef, ExternalSecretDataRemoteRefConversionStrategy,
    ExternalSecretDataRemoteRefDecodingStrategy, ExternalSecretDataRemoteRefMetadataPolicy,
    ExternalSecretSecretStoreRef, ExternalSecretSecretStoreRefKind, ExternalSecretSpec, ExternalSecretTarget,
    ExternalSecretTargetCreationPolicy, ExternalSecretTargetDeletionPolicy,
};

/// The ExternalSecret, with one entry for each key. A Secret whose entries vanish from the store is kept: running
/// services go on, and the operator reports the fault.
pub(super) fn external_secret(environment: &Environment, store: &SecretStore) -> ExternalSecret {
    let name = &environment.secrets.name;
    let data = environment.secrets.keys.iter().filter_map(|(name, key)| Some(entry(name, key.remote.as_ref()?)));
    ExternalSecret {
        metadata: metadata::of_stack(environment, name),
        spec: ExternalSecretSpec {
            refresh_interval: Some(store.refresh.clone()),
            secret_store_ref: Some(ExternalSecretSecretStoreRef {
                name: Some(store.name.clone()),
                kind: Some(match store.kind {
                    StoreKind::SecretStore => ExternalSecretSecretStoreRefKind::SecretStore,
                    StoreKind::ClusterSecretStore => ExternalSecretSecretStoreRefKind::ClusterSecretStore,
                }),
            }),
            target: Some(ExternalSecretTarget {
                name: Some(name.clone()),
                creation_policy: Some(ExternalSecretTargetCreationPolicy::Owner),
                deletion_policy: Some(ExternalSecretTargetDeletionPolicy::Retain),
                ..ExternalSecretTarget::default()
            }),
            data: Some(data.collect()),
            ..ExternalSecretSpec::default()
        },
        status: None,
    }
}

/// The strategies and the policy are what the CRDs of the operator's earlier releases fill in: with `kubectl apply`, every
/// run would take the difference for a change.
fn entry(name: &str, remote: &Remote) -> ExternalSecretData {
    ExternalSecretData {
        secret_key: name.to_owned(),
        remote_ref: ExternalSecretDataRemoteRef {
            key: remote.key.clone(),
            property: remote.property.clone(),
            version: remote.version.clone(),
            conversion_strategy: Some(ExternalSecretDataRemoteRefConversionStrategy::Default),
            decoding_strategy: Some(ExternalSecretDataRemoteRefDecodingStrategy::None),
            metadata_policy: Some(ExternalSecretDataRemoteRefMetadataPolicy::None),
            ..ExternalSecretDataRemoteRef::default()
        },
        source_ref: None,
    }
}
