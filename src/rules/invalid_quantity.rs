//! K010: a container that asks for more than it may use is rejected by the API server; what is no quantity at all, the contracts say.

use super::{Finding, Rule};
use crate::catalogue::INVALID_QUANTITY;
use crate::evaluate::tree::Path;
use crate::model::{Amounts, Environment, ServiceName};
use crate::quantity::amount;

pub(super) const RULE: Rule = Rule { code: INVALID_QUANTITY, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for service in ServiceName::ALL {
        let own = environment.services.get(service);
        for (name, request, limit) in pairs(&own.requests, &own.limits) {
            let above = amount(request).zip(amount(limit)).is_some_and(|(request, limit)| request > limit);
            if above {
                let path = Path::of(["services", service.as_str(), "resources"]);
                findings.push(
                    Finding::value(
                        path.field("requests").field(name),
                        format!("{} asks for more {name} than it may use", service.as_str()),
                    )
                    .or_at(path.field("limits").field(name))
                    .label(format!("{request} asked for, {limit} allowed"))
                    .note("the API server rejects the Deployment's pods, and none starts")
                    .help(format!("raise `limits.{name}` or lower `requests.{name}`")),
                );
            }
        }
    }
    findings
}

fn pairs<'a>(requests: &'a Amounts, limits: &'a Amounts) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
    let all = [
        ("cpu", &requests.cpu, &limits.cpu),
        ("memory", &requests.memory, &limits.memory),
        ("ephemeral_storage", &requests.ephemeral_storage, &limits.ephemeral_storage),
    ];
    all.into_iter().filter_map(|(name, request, limit)| Some((name, request.as_deref()?, limit.as_deref()?)))
}
