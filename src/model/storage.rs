//! Where data lives.

use super::Texts;
use super::reader::Reader;

/// Where data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// With the pod.
    Ephemeral,
    /// On a claim.
    Persistent(Volume),
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The storage class.
    pub class: Option<String>,
    /// The capacity.
    pub size: String,
    /// The access mode, as Kubernetes spells it.
    pub access_mode: String,
    /// What deployment tools do with the claim once it is not in the manifests.
    pub retention: Retention,
    /// How Velero backs the volume up, if it does.
    pub backup: Option<VeleroMethod>,
    /// Further annotations of the claim.
    pub annotations: Texts,
}

/// What deployment tools do with a claim that is no longer in the manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// They keep it.
    Keep,
    /// They remove it.
    Prune,
}

/// How Velero backs a volume up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VeleroMethod {
    /// Its node agent copies the files.
    FileSystem,
    /// The storage driver takes a snapshot.
    Snapshot,
}

pub(super) fn decode_storage(storage: Reader<'_>) -> Option<Storage> {
    match storage.tag()? {
        "Persistent" => Some(Storage::Persistent(Volume {
            class: storage.get("class").optional_text(),
            size: storage.get("size").text(),
            access_mode: storage.get("access_mode").tag().unwrap_or("ReadWriteOnce").to_owned(),
            retention: storage
                .get("retention")
                .one_of([("Keep", Retention::Keep), ("Prune", Retention::Prune)])
                .unwrap_or(Retention::Keep),
            backup: storage.get("backup").tagged("Velero").map(|velero| {
                let methods = [("FileSystem", VeleroMethod::FileSystem), ("Snapshot", VeleroMethod::Snapshot)];
                velero.get("method").one_of(methods).unwrap_or(VeleroMethod::FileSystem)
            }),
            annotations: storage.get("annotations").texts(),
        })),
        "Ephemeral" => Some(Storage::Ephemeral),
        _ => None,
    }
}
