//! K010: a container that asks for more than it may use is rejected by the API server; what is no quantity at all, the contracts say.

use super::{Finding, Rule};
use crate::catalogue::INVALID_QUANTITY;
use crate::evaluate::tree::Path;
use crate::model::{Amounts, Environment, ServiceName};

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
        .filter(|(_, request, limit)| amount(request).zip(amount(limit)).is_some_and(|(asked, most)| asked > most))
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

/// How much a quantity is, in units; none where it is no quantity.
pub fn amount(quantity: &str) -> Option<f64> {
    let split = quantity.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at(split);
    let factor = match unit {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        exponent => return format!("{number}{exponent}").parse().ok(),
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn quantities_compare_across_units() {
        assert_eq!(amount("500m"), Some(0.5));
        assert!(amount("1Gi") > amount("1G"));
        assert_eq!(amount("1e3"), amount("1k"));
        assert_eq!(amount("lots"), None);
    }
}
