//! T005: a production stack refuses to start with development headers allowed (fact 2). Nothing else reads the setting:
//! headers are believed with and without it (fact 5).

use super::Rule;
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::DEV_HEADERS_IN_PROD;
use crate::finding::Finding;
use crate::model::{Environment, SettingValue};
use crate::path::Path;

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
            Finding::value(path, "production allows development headers")
                .label("the services refuse to start")
                .removed()
        })
        .collect()
}
