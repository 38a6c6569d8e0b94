//! Credentials: what provides them, and how they get into a pod, key by key.

use super::{external_secret, injects_files, metadata, object, sealed_secret, secret_keys, secret_provider_class};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, SecretBackend};
use crate::objects::object::Object;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{
    EnvVar, EnvVarSource, KeyToPath, Secret, SecretKeySelector, SecretVolumeSource, Volume, VolumeMount,
};
use std::borrow::Cow;

const VOLUME: &str = "secrets";
const FOLDER: &str = "/etc/agentos/secrets";

/// Readable for the owner and for the group that `fsGroup` names; not for others.
pub(super) const FILE_MODE: i32 = 0o440;

/// A stack without the secrets that only other stacks of its environment have a use for.
pub(super) fn without_idle_keys(stack: Cow<'_, Environment>) -> Cow<'_, Environment> {
    if stack.secrets.keys.keys().all(|name| stack.needs_secret(name)) {
        return stack;
    }
    let mut stack = stack.into_owned();
    let keys = std::mem::take(&mut stack.secrets.keys).into_iter();
    stack.secrets.keys = keys.filter(|(name, _)| stack.needs_secret(name)).collect();
    Cow::Owned(stack)
}

/// The objects that provide the secrets.
pub(super) fn objects(environment: &Environment) -> Vec<Object> {
    match &environment.secrets.backend {
        SecretBackend::Placeholder => vec![object(&placeholder(environment))],
        SecretBackend::Existing => Vec::new(),
        SecretBackend::ExternalSecrets(store) => vec![object(&external_secret::external_secret(environment, store))],
        SecretBackend::Csi(store) => {
            let classes = ServiceName::ALL.map(|service| secret_provider_class::class(environment, store, service));
            classes.iter().flatten().map(object).collect()
        }
        SecretBackend::Sealed { annotations } => vec![object(&sealed_secret::sealed_secret(environment, annotations))],
    }
}

/// The kind and the name of the object, of those above, whose content a service's pod reads when it starts, so that a
/// change has to start it anew. The Secrets that operators make change later than what they are made from: `rotation` is
/// for those.
pub(super) fn read_at_start(environment: &Environment, service: ServiceName) -> Option<(&'static str, String)> {
    match &environment.secrets.backend {
        SecretBackend::Placeholder => Some(("Secret", environment.secrets.name.clone())),
        SecretBackend::Csi(_) => Some(("SecretProviderClass", secret_provider_class::name(environment, service))),
        SecretBackend::Existing | SecretBackend::ExternalSecrets(_) | SecretBackend::Sealed { .. } => None,
    }
}

/// The Secrets that nothing compiled makes, by name, with the keys that they will have.
pub(super) fn made_elsewhere(environment: &Environment) -> Vec<(String, Vec<String>)> {
    let secrets = &environment.secrets;
    match &secrets.backend {
        SecretBackend::Existing => vec![(secrets.name.clone(), secrets.keys.keys().cloned().collect())],
        SecretBackend::Placeholder
        | SecretBackend::ExternalSecrets(_)
        | SecretBackend::Csi(_)
        | SecretBackend::Sealed { .. } => Vec::new(),
    }
}

/// The Secret that a service reads.
fn secret_name(environment: &Environment, service: ServiceName) -> String {
    match &environment.secrets.backend {
        SecretBackend::Csi(_) => secret_provider_class::name(environment, service),
        SecretBackend::Placeholder
        | SecretBackend::Existing
        | SecretBackend::ExternalSecrets(_)
        | SecretBackend::Sealed { .. } => environment.secrets.name.clone(),
    }
}

/// The Secret with plainly fake values, for development and demonstrations.
fn placeholder(environment: &Environment) -> Secret {
    let values = environment.secrets.keys.iter().filter_map(|(name, key)| {
        let value = key.placeholder.as_ref()?;
        Some((name.clone(), ByteString(value.clone().into_bytes())))
    });
    Secret {
        metadata: metadata::of_stack(environment, &environment.secrets.name),
        type_: Some("Opaque".to_owned()),
        data: Some(values.collect()),
        ..Secret::default()
    }
}

/// The variables by which a service finds its secrets: each value by its key, or the path of its file. Never both
/// (fact 8), and never a whole Secret, which could set anything.
pub(super) fn variables(environment: &Environment, service: ServiceName) -> Vec<EnvVar> {
    secret_keys::needed(environment, service)
        .map(|setting| {
            if injects_files(environment) {
                let path = format!("{FOLDER}/{}", setting.name);
                return EnvVar { name: setting.file_variable(), value: Some(path), value_from: None };
            }
            let reference = SecretKeySelector {
                name: secret_name(environment, service),
                key: setting.name.to_owned(),
                optional: Some(false),
            };
            let source = EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() };
            EnvVar { name: setting.name.to_owned(), value: None, value_from: Some(source) }
        })
        .collect()
}

/// The volume with the secrets that a service needs, where they are injected as files. The CSI driver needs it in either
/// case: it makes the Secret for the variables when a pod mounts the volume.
pub(super) fn volume(environment: &Environment, service: ServiceName) -> Option<(Volume, VolumeMount)> {
    let names: Vec<&str> = secret_keys::needed(environment, service).map(|setting| setting.name).collect();
    if names.is_empty() {
        return None;
    }
    match &environment.secrets.backend {
        SecretBackend::Csi(_) => {
            Some((secret_provider_class::volume(environment, service, VOLUME), mount(VOLUME, FOLDER)))
        }
        SecretBackend::Placeholder
        | SecretBackend::Existing
        | SecretBackend::ExternalSecrets(_)
        | SecretBackend::Sealed { .. } => {
            injects_files(environment).then(|| mounted(VOLUME, &environment.secrets.name, FOLDER, &names))
        }
    }
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
    (Volume { name: volume.to_owned(), secret: Some(source), ..Volume::default() }, mount(volume, folder))
}

fn mount(volume: &str, folder: &str) -> VolumeMount {
    VolumeMount {
        name: volume.to_owned(),
        mount_path: folder.to_owned(),
        read_only: Some(true),
        ..VolumeMount::default()
    }
}
