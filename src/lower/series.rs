//! The time series that Prometheus has of a stack: what alerts and dashboards ask for.

use super::storage;
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;

/// The matchers of all that is scraped from the services: a monitor's job is the name of its Service. The runtime's own
/// label `service` is of no use: the monitor sets one of that name, and the runtime's becomes `exported_service`.
pub(super) fn of_services(environment: &Environment) -> String {
    let jobs = ServiceName::ALL.map(ServiceName::object_name).join("|");
    format!("namespace=\"{}\",job=~\"{jobs}\"", environment.namespace)
}

/// The matchers of all that is scraped from one service.
pub(super) fn of_service(environment: &Environment, service: ServiceName) -> String {
    format!("namespace=\"{}\",job=\"{}\"", environment.namespace, service.object_name())
}

/// The matchers of the containers, as kube-state-metrics has them.
pub(super) fn of_containers(environment: &Environment) -> String {
    let pods = ServiceName::ALL.map(ServiceName::object_name).join("|");
    format!("namespace=\"{}\",pod=~\"({pods})-.+\",container=\"agentos\"", environment.namespace)
}

/// The matchers of the services' claims, as the kubelet has them; none where nothing is kept.
pub(super) fn of_claims(environment: &Environment) -> Option<String> {
    let kept = ServiceName::ALL.into_iter().filter(|service| storage::claim(environment, *service).is_some());
    let claims: Vec<String> = kept.map(storage::claim_name).collect();
    let names = claims.join("|");
    (!claims.is_empty()).then(|| format!("namespace=\"{}\",persistentvolumeclaim=~\"{names}\"", environment.namespace))
}
