//! A service's Deployment and its pod.

use super::container::{container, mount, seen_as_written};
use super::{audit_sidecar, federation, metadata, secret, settings, storage, tenants, tls};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Texts, Toleration};
use crate::objects::annotations::{PREFIX, layered};
use crate::objects::object::Object;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use k8s_openapi::api::core::v1::{
    EmptyDirVolumeSource, LocalObjectReference, PodSecurityContext, PodSpec, PodTemplateSpec, SeccompProfile,
    Toleration as PodToleration, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The user and group of every process: the image runs as root unless it is told otherwise (fact 22).
pub(super) const USER: i64 = 10001;

/// The Deployment. One pod at a time, and the old one goes before the new one comes: every store has a single writer,
/// and a second pod loses runs (fact 11). `others` has the objects of the stack that the pod reads.
pub(super) fn deployment(environment: &Environment, service: ServiceName, others: &[Object]) -> Deployment {
    Deployment {
        metadata: metadata::of_service(environment, service, service.object_name()),
        spec: Some(DeploymentSpec {
            replicas: Some(environment.services.get(service).replicas),
            selector: metadata::selector(service),
            strategy: Some(DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None }),
            template: template(environment, service, others),
            revision_history_limit: Some(3),
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}

fn template(environment: &Environment, service: ServiceName, others: &[Object]) -> PodTemplateSpec {
    let meta = metadata::of_service(environment, service, service.object_name());
    let mut annotations = layered(meta.annotations.unwrap_or_default(), storage::pod_annotations(environment, service));
    annotations.extend(rolling_annotations(environment, service, others));
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: meta.labels,
            annotations: metadata::texts(annotations),
            ..ObjectMeta::default()
        }),
        spec: Some(pod(environment, service)),
    }
}

/// Annotations that change when something changes that the process reads only at its start.
fn rolling_annotations(environment: &Environment, service: ServiceName, others: &[Object]) -> Texts {
    let mut annotations = Texts::new();
    let read: Vec<&Object> = read_at_start(environment, service, others).collect();
    if !read.is_empty() {
        let mut hasher = blake3::Hasher::new();
        for object in read {
            // Only the content counts: a new label on a ConfigMap is no reason to restart.
            let content = object.body.get("data").or_else(|| object.body.get("spec"));
            hasher.update(&content.map(serde_json::to_vec).and_then(Result::ok).unwrap_or_default());
        }
        let digest = hasher.finalize().to_hex();
        annotations.insert(format!("{PREFIX}/config-hash"), digest.chars().take(16).collect());
    }
    annotations.extend(environment.secrets.rotation.clone().map(|text| (format!("{PREFIX}/secrets-rotation"), text)));
    annotations
}

/// The objects whose content a service's pod reads when it starts.
fn read_at_start<'o>(
    environment: &Environment,
    service: ServiceName,
    others: &'o [Object],
) -> impl Iterator<Item = &'o Object> {
    let config_map = match service {
        ServiceName::AgentOrchestrator => Some(("ConfigMap", tenants::CONFIG_MAP.to_owned())),
        ServiceName::Federation => Some(("ConfigMap", federation::CONFIG_MAP.to_owned())),
        ServiceName::ModelPolicy => None,
    };
    let read = [config_map, secret::read_at_start(environment, service)].into_iter().flatten();
    read.filter_map(|(kind, name)| others.iter().find(|object| object.kind == kind && object.name == name))
}

fn pod(environment: &Environment, service: ServiceName) -> PodSpec {
    let scheduling = &environment.services.get(service).scheduling;
    let (volumes, mounts): (Vec<Volume>, Vec<VolumeMount>) = volumes(environment, service).into_iter().unzip();
    PodSpec {
        service_account_name: Some(service.object_name().to_owned()),
        automount_service_account_token: Some(false),
        // Kubernetes would inject variables that look like settings (fact 25).
        enable_service_links: Some(false),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            // Without it the volume belongs to root, and creates fail while health stays green (fact 12).
            fs_group: Some(USER),
            fs_group_change_policy: Some("OnRootMismatch".to_owned()),
            seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
            ..PodSecurityContext::default()
        }),
        termination_grace_period_seconds: Some(grace_seconds(environment, service)),
        image_pull_secrets: pull_secrets(environment),
        priority_class_name: scheduling.priority_class.clone(),
        node_selector: metadata::texts(scheduling.node_selector.clone()),
        tolerations: (!scheduling.tolerations.is_empty())
            .then(|| scheduling.tolerations.iter().map(toleration).collect()),
        init_containers: audit_sidecar::sidecar(environment, service).map(|sidecar| vec![sidecar]),
        containers: vec![seen_as_written(container(environment, service, mounts))],
        volumes: Some([storage::volume(environment, service)].into_iter().chain(volumes).collect()),
        ..PodSpec::default()
    }
}

/// The credentials with which the kubelet pulls the images of a pod.
pub(super) fn pull_secrets(environment: &Environment) -> Option<Vec<LocalObjectReference>> {
    let names = &environment.pull_secrets;
    (!names.is_empty()).then(|| names.iter().map(|name| LocalObjectReference { name: name.clone() }).collect())
}

/// How long a pod may take to end. A process that ends at once (fact 23) needs no more than what Kubernetes does around it;
/// one that finishes its requests must not be killed before it is done.
fn grace_seconds(environment: &Environment, service: ServiceName) -> i64 {
    10 + settings::drain_seconds(environment, service).unwrap_or(0)
}

/// The volumes besides the data volume, each with its mount.
fn volumes(environment: &Environment, service: ServiceName) -> Vec<(Volume, VolumeMount)> {
    let temporary = EmptyDirVolumeSource { size_limit: Some(Quantity("64Mi".to_owned())), medium: None };
    let mut volumes = vec![(
        Volume { name: "tmp".to_owned(), empty_dir: Some(temporary), ..Volume::default() },
        mount("tmp", "/tmp"),
    )];
    match service {
        ServiceName::AgentOrchestrator => volumes.extend(tenants::volume(environment)),
        ServiceName::Federation => volumes.extend(federation::volumes(environment)),
        ServiceName::ModelPolicy => {}
    }
    volumes.extend(tls::volume(environment, service));
    volumes.extend(secret::volume(environment, service));
    volumes
}

pub(super) fn toleration(toleration: &Toleration) -> PodToleration {
    PodToleration {
        key: toleration.key.clone(),
        operator: toleration.operator.clone(),
        value: toleration.value.clone(),
        effect: toleration.effect.clone(),
        toleration_seconds: None,
    }
}
