//! N005: the ports of the Services are part of the stable surface.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::MOVED_API_SURFACE;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MOVED_API_SURFACE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let moved = ServiceName::ALL
        .into_iter()
        .filter(|service| environment.services.get(*service).service_port != service.reference_service_port());
    moved
        .map(|service| {
            let (port, stable) = (environment.services.get(service).service_port, service.reference_service_port());
            let path = Path::of(["services", service.as_str(), "service_port"]);
            Finding::value(path, format!("{} moves from port {stable} to {port}", service.as_str()))
                .label("not the stable port")
                .help(format!(
                    "leave it at {stable}; the container's own `services.{}.port` may be any",
                    service.as_str()
                ))
                .replaced(stable.to_string())
        })
        .collect()
}
