//! The sidecar that sends a service's audit log to standard output.

use super::container::{mount, pull_policy, resources, security_context};
use super::storage;
use crate::agentos::surface::DATA_VOLUME;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Audit, Environment};
use k8s_openapi::api::core::v1::{Container, VolumeMount};

/// The log may not be there yet, and may be moved away: `tail -F` waits for it and goes on with the new one. As the first
/// process of its container a shell has to take the signal to end for itself; it then leaves `tail` the time for what the
/// service wrote last.
const SCRIPT: &str = "trap 'sleep 2; exit 0' TERM\ntail -n +1 -F \"$1\" &\nwait $!\n";

/// The sidecar of a service; none where its audit log goes elsewhere. It is one of the containers that start before the
/// service and end after it, so that nothing is missed at either end.
pub(super) fn sidecar(environment: &Environment, service: ServiceName) -> Option<Container> {
    let sidecar = environment.audit_sidecar.as_ref().filter(|_| environment.audit == Audit::File)?;
    let image = sidecar.image.as_ref().unwrap_or(&environment.image);
    let log = storage::audit_log(service);
    Some(Container {
        name: "audit-shipping".to_owned(),
        image: Some(image.clone()),
        image_pull_policy: Some(pull_policy(environment.pull_policy.as_deref(), image)),
        command: Some(["/bin/sh", "-c", SCRIPT, "audit-shipping", &log].map(str::to_owned).to_vec()),
        restart_policy: Some("Always".to_owned()),
        resources: Some(resources(&sidecar.requests, &sidecar.limits)),
        volume_mounts: Some(vec![VolumeMount {
            read_only: Some(true),
            ..mount(DATA_VOLUME, &storage::folder(service))
        }]),
        security_context: Some(security_context()),
        ..Container::default()
    })
}
