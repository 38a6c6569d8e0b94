//! A service's Service and ServiceAccount.

use super::metadata;
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;
use k8s_openapi::api::core::v1::{Service, ServiceAccount, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The name of the container's port, which the Service and the probes refer to.
pub(super) const PORT_NAME: &str = "http";

/// The Service, on its stable port.
pub(super) fn service(environment: &Environment, service: ServiceName) -> Service {
    let own = environment.services.get(service);
    Service {
        metadata: metadata::of_service(environment, service, service.object_name()),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            selector: Some(metadata::selecting_labels(service)),
            ports: Some(vec![ServicePort {
                name: Some(PORT_NAME.to_owned()),
                port: own.service_port.into(),
                protocol: Some("TCP".to_owned()),
                target_port: Some(IntOrString::String(PORT_NAME.to_owned())),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

/// A ServiceAccount of the service's own, without a token: the services never call the API server.
pub(super) fn service_account(environment: &Environment, service: ServiceName) -> ServiceAccount {
    ServiceAccount {
        metadata: metadata::of_service(environment, service, service.object_name()),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}
