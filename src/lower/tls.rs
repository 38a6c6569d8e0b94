//! TLS on the listeners of orchestrator and model policy; federation has its own, which asks for certificates.

use super::secret;
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;
use k8s_openapi::api::core::v1::{Volume, VolumeMount};

const FOLDER: &str = "/etc/agentos/tls";

/// Where the runtime finds a file of the Secret.
pub(super) fn path(key: &str) -> String {
    format!("{FOLDER}/{key}")
}

/// The volume with certificate and key, where the service's listener has TLS.
pub(super) fn volume(environment: &Environment, service: ServiceName) -> Option<(Volume, VolumeMount)> {
    let tls = environment.services.get(service).tls.as_ref()?;
    Some(secret::mounted("tls", &tls.secret, FOLDER, &[&tls.certificate, &tls.private_key]))
}
