//! T008: limiters count in memory, each pod for itself (fact 11). For the other services A004 says it: they also lose data.

use super::Rule;
use crate::agentos::behaviour::several_pods;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{REPLICAS_MULTIPLY_QUOTAS, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: REPLICAS_MULTIPLY_QUOTAS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let service = ServiceName::ModelPolicy;
    let replicas = environment.services.get(service).replicas;
    (replicas > 1)
        .then(|| {
            let path = Path::of(["services", service.as_str(), "replicas"]);
            Finding::value(path, title(REPLICAS_MULTIPLY_QUOTAS, [&replicas.to_string(), &replicas.to_string()]))
                .label("one pod at most")
                .note(several_pods(service, false))
                .help("leave `services.model-policy.replicas` at 1, and raise `services.model-policy.quotas.invoke_qps` where tenants need more")
                .replaced("1")
        })
        .into_iter()
        .collect()
}
