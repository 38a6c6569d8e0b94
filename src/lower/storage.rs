//! Where a service's data lives: one volume each, mounted at the service's own folder.

use super::metadata;
use crate::agentos::surface::DATA_VOLUME;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Retention, Storage, Texts, VeleroMethod};
use crate::objects::annotations::{BACKUP_EXCLUDES, BACKUP_VOLUMES, FLUX_PRUNE, SYNC_OPTIONS, layered};
use k8s_openapi::api::core::v1::{
    EmptyDirVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimVolumeSource, Volume,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The folder of a service's data: part of the stable surface (fact 13).
pub(super) fn folder(service: ServiceName) -> String {
    format!("/var/agentos/{}", service.as_str())
}

/// The audit log of a service: on its data volume (fact 9).
pub(super) fn audit_log(service: ServiceName) -> String {
    format!("{}/audit.log", folder(service))
}

/// The claim of a service that keeps its data.
pub(super) fn claim(environment: &Environment, service: ServiceName) -> Option<PersistentVolumeClaim> {
    let volume = environment.volume_of(service)?;
    let mut meta = metadata::of_service(environment, service, &claim_name(service));
    let users = layered(meta.annotations.unwrap_or_default(), volume.annotations.clone());
    meta.annotations = metadata::texts(layered(users, retention(volume.retention)));
    Some(PersistentVolumeClaim {
        metadata: meta,
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![volume.access_mode.clone()]),
            storage_class_name: volume.class.clone(),
            resources: Some(VolumeResourceRequirements {
                requests: Some([("storage".to_owned(), Quantity(volume.size.clone()))].into()),
                limits: None,
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        ..PersistentVolumeClaim::default()
    })
}

/// The data volume of a service's pod.
pub(super) fn volume(environment: &Environment, service: ServiceName) -> Volume {
    let volume = Volume { name: DATA_VOLUME.to_owned(), ..Volume::default() };
    match environment.storage_of(service) {
        Some(Storage::Persistent(_)) => Volume {
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: claim_name(service),
                ..PersistentVolumeClaimVolumeSource::default()
            }),
            ..volume
        },
        Some(Storage::Ephemeral) | None => Volume { empty_dir: Some(EmptyDirVolumeSource::default()), ..volume },
    }
}

/// Annotations that keep deployment tools from removing the namespace, and with it claims that they are to keep.
pub(super) fn retention_of_namespace(environment: &Environment) -> Texts {
    let volumes = ServiceName::ALL.into_iter().filter_map(|service| match environment.storage_of(service) {
        Some(Storage::Persistent(volume)) => Some(volume.retention),
        Some(Storage::Ephemeral) | None => None,
    });
    volumes.flat_map(retention).collect()
}

/// Annotations that keep deployment tools from removing a claim: Argo CD's and Flux's.
fn retention(retention: Retention) -> Texts {
    let keep = [(SYNC_OPTIONS, "Prune=false,Delete=false"), (FLUX_PRUNE, "disabled")];
    match retention {
        Retention::Keep => keep.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Retention::Prune => Texts::new(),
    }
}

/// Annotations by which Velero finds the data volume in a pod, or passes it over: files are copied from inside the pod.
pub(super) fn pod_annotations(environment: &Environment, service: ServiceName) -> Texts {
    let backup = environment.volume_of(service).and_then(|volume| volume.backup);
    let name = backup.map(|method| match method {
        VeleroMethod::FileSystem => BACKUP_VOLUMES,
        VeleroMethod::Snapshot => BACKUP_EXCLUDES,
    });
    name.map(|name| (name.to_owned(), DATA_VOLUME.to_owned())).into_iter().collect()
}

/// The name of a service's claim.
pub(super) fn claim_name(service: ServiceName) -> String {
    format!("{}-data", service.object_name())
}
