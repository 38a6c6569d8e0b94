//! A004: every store is a file with a single writer (facts 10 and 11).

use super::Rule;
use crate::agentos::behaviour::several_pods;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{SEVERAL_WRITERS, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SEVERAL_WRITERS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    [ServiceName::AgentOrchestrator, ServiceName::Federation]
        .into_iter()
        .filter(|service| environment.services.get(*service).replicas > 1)
        .map(|service| {
            let replicas = environment.services.get(service).replicas;
            let path = Path::of(["services", service.as_str(), "replicas"]);
            Finding::value(path, title(SEVERAL_WRITERS, [&replicas.to_string(), service.as_str()]))
                .label("one pod at most")
                .note(several_pods(service, environment.database.is_some()))
                .help(format!(
                    "leave `services.{}.replicas` at 1; for more capacity run another stack and federate them",
                    service.as_str()
                ))
                .replaced("1")
        })
        .collect()
}
