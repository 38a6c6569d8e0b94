//! Objects of operators: what their custom resources share.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

/// A custom resource. Its specification has the fields that are emitted and no others; `patch/schema.rs` and the tests hold
/// what comes of it against the operator's own schema.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomResource<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: S,
}

impl<S> CustomResource<S> {
    /// The resource of this group and version, and of this kind.
    pub(super) fn new(
        api_version: &'static str,
        kind: &'static str,
        metadata: ObjectMeta,
        spec: S,
    ) -> CustomResource<S> {
        CustomResource { api_version, kind, metadata, spec }
    }
}
