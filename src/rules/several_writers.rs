//! A004: every store is a file with a single writer (facts 10 and 11).

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::SEVERAL_WRITERS;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SEVERAL_WRITERS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let orchestrators = match environment.database {
        None => "each pod keeps runs of its own and answers the others' runs with 404",
        // The database has many writers, but it is not all there is.
        Some(_) => {
            "each pod limits for itself, so that every tenant has its quota once a pod, and all write one audit log"
        }
    };
    let stores = [
        (ServiceName::AgentOrchestrator, orchestrators),
        (ServiceName::Federation, "each pod rewrites the forward index, and the events of the others' runs are lost"),
    ];
    stores
        .into_iter()
        .filter(|(service, _)| environment.services.get(*service).replicas > 1)
        .map(|(service, consequence)| {
            let replicas = environment.services.get(service).replicas;
            let path = Path::of(["services", service.as_str(), "replicas"]);
            Finding::value(path, format!("{replicas} pods of {} write to one store", service.as_str()))
                .label("one pod at most")
                .note(consequence)
                .help(format!(
                    "leave `services.{}.replicas` at 1; for more capacity run another stack and federate them",
                    service.as_str()
                ))
        })
        .collect()
}
