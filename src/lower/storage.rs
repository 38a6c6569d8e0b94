//! Where a service's data lives: one volume each, mounted at the service's own folder.

use super::metadata;
use crate::model::{Environment, ServiceName, Storage};
use k8s_openapi::api::core::v1::{
    EmptyDirVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimVolumeSource, Volume,
    VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The name of the data volume inside a pod.
pub(super) const VOLUME: &str = "data";

/// The folder of a service's data: part of the stable surface (fact 13).
pub(super) fn folder(service: ServiceName) -> String {
    format!("/var/agentos/{}", service.as_str())
}

/// The claim of a service that keeps its data.
pub(super) fn claim(environment: &Environment, service: ServiceName) -> Option<PersistentVolumeClaim> {
    let Some(Storage::Persistent(volume)) = environment.storage_of(service) else { return None };
    Some(PersistentVolumeClaim {
        metadata: metadata::of_service(environment, service, &claim_name(service)),
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
    let volume = Volume { name: VOLUME.to_owned(), ..Volume::default() };
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

/// The name of a service's claim.
pub(super) fn claim_name(service: ServiceName) -> String {
    format!("{}-data", service.object_name())
}
