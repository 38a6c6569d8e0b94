//! T005: development headers let a caller be anybody; a production stack refuses to start with them (fact 2).

use super::{Finding, Rule};
use crate::catalogue::DEV_HEADERS_IN_PROD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, ServiceName, SettingValue};
use crate::settings::{self, Key};

pub(super) const RULE: Rule = Rule { code: DEV_HEADERS_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let Some(name) = settings::name(environment.runtime, Key::AllowDevHeaders).filter(|_| environment.is_prod()) else {
        return Vec::new();
    };
    ServiceName::ALL
        .into_iter()
        .filter(|service| environment.services.get(*service).env.get(name) == Some(&SettingValue::Flag(true)))
        .map(|service| {
            let path = Path::of(["services", service.as_str(), "env"]).field(name);
            Finding::value(path, "production believes development headers")
                .label("callers could be any tenant")
                .note("the services refuse to start so in production")
                .help("remove it")
        })
        .collect()
}
