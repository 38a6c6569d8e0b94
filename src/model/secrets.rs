//! Where the credentials come from and how they get in.

use super::Texts;
use super::reader::Reader;
use std::collections::BTreeMap;

/// Where the credentials come from and how they get in.
#[derive(Clone, Debug, PartialEq)]
pub struct Secrets {
    /// The name of the Secret.
    pub name: String,
    /// What makes the Secret.
    pub backend: SecretBackend,
    /// How the values get in.
    pub inject: Inject,
    /// The secrets by name.
    pub keys: BTreeMap<String, SecretKey>,
    /// Changing it rolls the pods.
    pub rotation: Option<String>,
}

/// What makes the Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SecretBackend {
    /// The compiler, from plainly fake values.
    Placeholder,
    /// Somebody else.
    #[default]
    Existing,
    /// The External Secrets operator, from a store.
    ExternalSecrets(SecretStore),
    /// Nobody: the Secrets Store CSI driver mounts the values.
    Csi(CsiStore),
    /// The Sealed Secrets controller, from encrypted values.
    Sealed {
        /// Annotations of the SealedSecret.
        annotations: Texts,
    },
}

/// A store of the External Secrets operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretStore {
    /// The name of the store.
    pub name: String,
    /// Whether it belongs to the namespace or to the cluster.
    pub kind: StoreKind,
    /// How often the operator reads it.
    pub refresh: String,
}

/// Whether a store belongs to the namespace or to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// To the namespace.
    SecretStore,
    /// To the cluster.
    ClusterSecretStore,
}

/// What the Secrets Store CSI driver mounts secrets from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsiStore {
    /// The provider; none where it is broken.
    pub provider: Option<CsiProvider>,
    /// Its parameters.
    pub parameters: Texts,
}

/// A provider of the Secrets Store CSI driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsiProvider {
    /// HashiCorp Vault.
    Vault,
    /// AWS Secrets Manager.
    Aws,
    /// Azure Key Vault.
    Azure,
    /// Google Secret Manager.
    Gcp,
}

impl CsiProvider {
    /// As the driver knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            CsiProvider::Vault => "vault",
            CsiProvider::Aws => "aws",
            CsiProvider::Azure => "azure",
            CsiProvider::Gcp => "gcp",
        }
    }

    /// The parameter in which it wants the list of what to mount.
    pub fn list_parameter(self) -> &'static str {
        match self {
            CsiProvider::Vault | CsiProvider::Aws | CsiProvider::Azure => "objects",
            CsiProvider::Gcp => "secrets",
        }
    }
}

/// How secrets get into the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inject {
    /// As environment variables.
    #[default]
    Env,
    /// As files, named by `_FILE` variables.
    File,
}

/// Where one secret comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretKey {
    /// A plainly fake value.
    pub placeholder: Option<String>,
    /// Where a store keeps the value.
    pub remote: Option<Remote>,
    /// The encrypted value.
    pub sealed: Option<String>,
    /// What it was encrypted for, where that is recorded.
    pub sealed_for: Option<SealedFor>,
}

/// What a value was encrypted for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedFor {
    /// The namespace of the SealedSecret.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The fingerprint of the controller's certificate.
    pub certificate: String,
}

/// A place in a secret store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The entry.
    pub key: String,
    /// The property inside it; the whole entry where there is none.
    pub property: Option<String>,
    /// The version; the newest where there is none.
    pub version: Option<String>,
}

/// One key of a Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretReference {
    /// The Secret.
    pub secret: String,
    /// The key.
    pub key: String,
}

pub(super) fn decode_secrets(secrets: Reader<'_>) -> Secrets {
    Secrets {
        name: secrets.get("name").text(),
        backend: decode_backend(secrets.get("backend")).unwrap_or_default(),
        inject: secrets.get("inject").one_of([("Env", Inject::Env), ("File", Inject::File)]).unwrap_or_default(),
        keys: decode_keys(secrets.get("keys")).collect(),
        rotation: secrets.get("rotation").optional_text(),
    }
}

pub(super) fn decode_remote(remote: Reader<'_>) -> Remote {
    Remote {
        key: remote.get("key").text(),
        property: remote.get("property").optional_text(),
        version: remote.get("version").optional_text(),
    }
}

fn decode_backend(backend: Reader<'_>) -> Option<SecretBackend> {
    Some(match backend.tag()? {
        "Placeholder" => SecretBackend::Placeholder,
        "Existing" => SecretBackend::Existing,
        "ExternalSecrets" => SecretBackend::ExternalSecrets(SecretStore {
            name: backend.get("store").text(),
            kind: backend
                .get("store_kind")
                .one_of([
                    ("SecretStore", StoreKind::SecretStore),
                    ("ClusterSecretStore", StoreKind::ClusterSecretStore),
                ])
                .unwrap_or(StoreKind::SecretStore),
            refresh: backend.get("refresh").text(),
        }),
        "Csi" => SecretBackend::Csi(CsiStore {
            provider: backend.get("provider").one_of([
                ("Vault", CsiProvider::Vault),
                ("Aws", CsiProvider::Aws),
                ("Azure", CsiProvider::Azure),
                ("Gcp", CsiProvider::Gcp),
            ]),
            parameters: backend.get("parameters").texts(),
        }),
        "Sealed" => SecretBackend::Sealed { annotations: backend.get("annotations").texts() },
        _ => return None,
    })
}

pub(super) fn decode_keys(keys: Reader<'_>) -> impl Iterator<Item = (String, SecretKey)> {
    keys.entries().map(|(name, key)| {
        let key = SecretKey {
            placeholder: key.get("placeholder").optional_text(),
            remote: key.get("remote").is_set().then(|| decode_remote(key.get("remote"))),
            sealed: key.get("sealed").optional_text(),
            sealed_for: key.get("sealed_for").is_set().then(|| decode_sealed_for(key.get("sealed_for"))),
        };
        (name, key)
    })
}

fn decode_sealed_for(sealed_for: Reader<'_>) -> SealedFor {
    SealedFor {
        namespace: sealed_for.get("namespace").text(),
        name: sealed_for.get("name").text(),
        certificate: sealed_for.get("certificate").text(),
    }
}

pub(super) fn decode_reference(reference: Reader<'_>) -> SecretReference {
    SecretReference { secret: reference.get("secret").text(), key: reference.get("key").text() }
}
