//! R005: a setting that says what holds anyway.

use super::{Finding, Rule};
use crate::catalogue::INEFFECTIVE_SETTING;
use crate::evaluate::tree::Path;
use crate::model::{Audit, Environment, ServiceName, SettingValue};

pub(super) const RULE: Rule = Rule { code: INEFFECTIVE_SETTING, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = switches_that_are_off(environment);
    findings.extend(shipping_without_a_file(environment));
    findings
}

fn shipping_without_a_file(environment: &Environment) -> Option<Finding> {
    (environment.audit_sidecar.is_some() && environment.audit != Audit::File).then(|| {
        Finding::value(Path::of(["audit_shipping"]), "there is no audit log to ship")
            .label("no effect")
            .note("`audit` sends the records to the container's output anyway; the sidecar is left out")
            .help("remove it, or keep the records in a file with `audit = 'File`")
    })
}

fn switches_that_are_off(environment: &Environment) -> Vec<Finding> {
    ServiceName::ALL
        .into_iter()
        .flat_map(|service| environment.services.get(service).env.iter().map(move |(name, value)| (service, name, value)))
        .filter(|(_, _, value)| **value == SettingValue::Flag(false))
        .map(|(service, name, _)| {
            let path = Path::of(["services", service.as_str(), "env"]).field(name);
            Finding::value(path, format!("`{name}` is off anyway"))
                .label("no effect")
                .note("the runtime knows one word that turns it on; any other leaves it off, so that it is not set at all")
                .help("remove it")
        })
        .collect()
}
