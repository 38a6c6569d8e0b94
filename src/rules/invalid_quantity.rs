//! K010: a container that asks for more than it may use is rejected by the API server; what is no quantity at all, the contracts say.

use super::{Finding, Rule};
use crate::catalogue::INVALID_QUANTITY;
use crate::evaluate::tree::Path;
use crate::model::{Amounts, Environment, ServiceName};
use crate::quantity;

pub(super) const RULE: Rule = Rule { code: INVALID_QUANTITY, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let of_services = ServiceName::ALL.into_iter().flat_map(|service| {
        let own = environment.services.get(service);
        let path = Path::of(["services", service.as_str(), "resources"]);
        above_limits(service.as_str(), &path, &own.requests, &own.limits)
    });
    let of_sidecar = environment.audit_sidecar.iter().flat_map(|sidecar| {
        let path = Path::of(["audit_shipping", "resources"]);
        above_limits("the sidecar", &path, &sidecar.requests, &sidecar.limits)
    });
    of_services.chain(of_sidecar).collect()
}

fn above_limits(who: &str, path: &Path, requests: &Amounts, limits: &Amounts) -> Vec<Finding> {
    pairs(requests, limits)
        .filter(|(_, request, limit)| {
            quantity::parse(request).zip(quantity::parse(limit)).is_some_and(|(asked, most)| asked > most)
        })
        .map(|(name, request, limit)| {
            let message = format!("{who} asks for more {name} than it may use");
            Finding::value(path.field("requests").field(name), message)
                .or_at(path.field("limits").field(name))
                .label(format!("{request} asked for, {limit} allowed"))
                .note("the API server rejects the Deployment's pods, and none starts")
                .help(format!("raise `limits.{name}` or lower `requests.{name}`"))
        })
        .collect()
}

fn pairs<'a>(requests: &'a Amounts, limits: &'a Amounts) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
    let all = [
        ("cpu", &requests.cpu, &limits.cpu),
        ("memory", &requests.memory, &limits.memory),
        ("ephemeral_storage", &requests.ephemeral_storage, &limits.ephemeral_storage),
    ];
    all.into_iter().filter_map(|(name, request, limit)| Some((name, request.as_deref()?, limit.as_deref()?)))
}
