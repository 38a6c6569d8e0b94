//! R005: a setting that says what holds anyway.

use super::{Finding, Rule};
use crate::catalogue::INEFFECTIVE_SETTING;
use crate::evaluate::tree::Path;
use crate::model::{Environment, ServiceName, SettingValue};

pub(super) const RULE: Rule = Rule { code: INEFFECTIVE_SETTING, check };

fn check(environment: &Environment) -> Vec<Finding> {
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
