//! Credentials: the placeholder Secret, and how secrets get into a pod, key by key.

use super::{injects_files, metadata};
use crate::model::{Environment, SecretBackend, ServiceName};
use crate::settings::{self, Setting};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{
    EnvVar, EnvVarSource, KeyToPath, Secret, SecretKeySelector, SecretVolumeSource, Volume, VolumeMount,
};

const VOLUME: &str = "secrets";
const FOLDER: &str = "/etc/agentos/secrets";

/// Readable for the owner and for the group that `fsGroup` names; not for others.
pub(super) const FILE_MODE: i32 = 0o440;

/// The Secret with plainly fake values, for development and demonstrations.
pub(super) fn placeholder(environment: &Environment) -> Option<Secret> {
    if environment.secrets.backend != SecretBackend::Placeholder {
        return None;
    }
    let values = environment.secrets.keys.iter().filter_map(|(name, key)| {
        let value = key.placeholder.as_ref()?;
        Some((name.clone(), ByteString(value.clone().into_bytes())))
    });
    Some(Secret {
        metadata: metadata::of_stack(environment, &environment.secrets.name),
        type_: Some("Opaque".to_owned()),
        data: Some(values.collect()),
        ..Secret::default()
    })
}

/// The variables by which a service finds its secrets: each value by its key, or the path of its file. Never both
/// (fact 8), and never a whole Secret, which could set anything.
pub(super) fn variables(environment: &Environment, service: ServiceName) -> Vec<EnvVar> {
    needed(environment, service)
        .map(|setting| {
            if injects_files(environment) {
                let path = format!("{FOLDER}/{}", setting.name);
                return EnvVar { name: setting.file_variable(), value: Some(path), value_from: None };
            }
            let reference = SecretKeySelector {
                name: environment.secrets.name.clone(),
                key: setting.name.to_owned(),
                optional: Some(false),
            };
            let source = EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() };
            EnvVar { name: setting.name.to_owned(), value: None, value_from: Some(source) }
        })
        .collect()
}

/// The volume with the secrets that a service needs, where they are injected as files.
pub(super) fn volume(environment: &Environment, service: ServiceName) -> Option<(Volume, VolumeMount)> {
    let names: Vec<&str> = needed(environment, service).map(|setting| setting.name).collect();
    (injects_files(environment) && !names.is_empty())
        .then(|| mounted(VOLUME, &environment.secrets.name, FOLDER, &names))
}

/// A Secret's keys as read-only files in a folder.
pub(super) fn mounted(volume: &str, secret: &str, folder: &str, keys: &[&str]) -> (Volume, VolumeMount) {
    let items = keys.iter().map(|key| KeyToPath { key: (*key).to_owned(), path: (*key).to_owned(), mode: None });
    let source = SecretVolumeSource {
        secret_name: Some(secret.to_owned()),
        items: Some(items.collect()),
        default_mode: Some(FILE_MODE),
        optional: Some(false),
    };
    (
        Volume { name: volume.to_owned(), secret: Some(source), ..Volume::default() },
        VolumeMount {
            name: volume.to_owned(),
            mount_path: folder.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        },
    )
}

fn needed(environment: &Environment, service: ServiceName) -> impl Iterator<Item = &'static Setting> {
    settings::read_by(environment.runtime, service)
        .filter(|setting| setting.is_secret())
        .filter(|setting| environment.secrets.keys.contains_key(setting.name))
}
