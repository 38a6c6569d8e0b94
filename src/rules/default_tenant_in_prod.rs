//! T001: a production stack refuses to start with a default tenant (fact 2).

use super::Rule;
use crate::agentos::behaviour::stops_production;
use crate::agentos::settings::Key;
use crate::catalogue::DEFAULT_TENANT_IN_PROD;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: DEFAULT_TENANT_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let tenant = environment.tenancy.default.as_deref().unwrap_or("");
    (environment.is_prod() && stops_production(Some(environment.runtime), Key::DefaultTenant, tenant))
        .then(|| {
            Finding::value(Path::of(["tenancy", "default"]), "production has a default tenant")
                .label("requests without a tenant would be given to it")
                .help("remove `tenancy.default`: callers name their tenant")
                .removed()
        })
        .into_iter()
        .collect()
}
