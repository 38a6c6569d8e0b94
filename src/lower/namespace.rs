//! The namespace, closed to pods that are not hardened.

use super::{Outside, expected, metadata, storage};
use crate::model::Environment;
use crate::objects::annotations::layered;
use k8s_openapi::api::core::v1::Namespace;

/// The namespace, with Pod Security `restricted` enforced, and what its stack expects from outside.
pub(super) fn namespace(environment: &Environment, outside: &Outside) -> Namespace {
    let mut meta = metadata::of_stack(environment, &environment.namespace);
    meta.namespace = None;
    let labels = meta.labels.get_or_insert_default();
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), "restricted".to_owned());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), "latest".to_owned());
    }
    // What goes with its namespace goes although it is to be kept.
    let mut annotations = layered(meta.annotations.unwrap_or_default(), storage::retention_of_namespace(environment));
    annotations.extend(expected::annotations(environment, outside));
    meta.annotations = metadata::texts(annotations);
    Namespace { metadata: meta, ..Namespace::default() }
}
