//! The peers file, and the material of federation's own security.

use super::{metadata, secret};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, peers_file};
use k8s_openapi::api::core::v1::{ConfigMap, ConfigMapVolumeSource, KeyToPath, Volume, VolumeMount};

/// The name of the ConfigMap: part of the stable surface.
pub(super) const CONFIG_MAP: &str = "agentos-peers";
const FILE: &str = "peers.seed.json";
const FOLDER: &str = "/etc/agentos/peers";
const TLS_FOLDER: &str = "/etc/agentos/tls";
const JWT_FOLDER: &str = "/etc/agentos/jwt";

/// Where the runtime finds the peers file.
pub(super) fn peers_path() -> String {
    format!("{FOLDER}/{FILE}")
}

/// Where the runtime finds a file of the mutual TLS Secret.
pub(super) fn tls_path(key: &str) -> String {
    format!("{TLS_FOLDER}/{key}")
}

/// Where the runtime finds the key that tokens are verified with.
pub(super) fn jwt_path(key: &str) -> String {
    format!("{JWT_FOLDER}/{key}")
}

/// The ConfigMap with the peers file.
pub(super) fn config_map(environment: &Environment) -> ConfigMap {
    ConfigMap {
        metadata: metadata::of_service(environment, ServiceName::Federation, CONFIG_MAP),
        data: Some([(FILE.to_owned(), peers_file(environment))].into()),
        ..ConfigMap::default()
    }
}

/// The volumes that only federation's pod has. The peers file is mounted as a folder, never as a `subPath`, so that
/// a change reaches the pod.
pub(super) fn volumes(environment: &Environment) -> Vec<(Volume, VolumeMount)> {
    let peers = (
        Volume {
            name: "peers".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: CONFIG_MAP.to_owned(),
                items: Some(vec![KeyToPath { key: FILE.to_owned(), path: FILE.to_owned(), mode: None }]),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        },
        VolumeMount {
            name: "peers".to_owned(),
            mount_path: FOLDER.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        },
    );
    let tls = environment.federation.mtls.as_ref().map(|mtls| {
        secret::mounted("tls", &mtls.secret, TLS_FOLDER, &[&mtls.certificate, &mtls.private_key, &mtls.authority])
    });
    let jwt =
        environment.federation.jwt.as_ref().map(|jwt| secret::mounted("jwt", &jwt.secret, JWT_FOLDER, &[&jwt.key]));
    [Some(peers), tls, jwt].into_iter().flatten().collect()
}

/// Whether federation answers a probe that brings neither token nor certificate (fact 21).
pub(super) fn answers_anonymous_probes(environment: &Environment) -> bool {
    environment.federation.mtls.is_none() && environment.federation.jwt.is_none()
}
