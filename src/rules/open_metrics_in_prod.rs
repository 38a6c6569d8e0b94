//! N002: a production stack refuses to start with open metrics (fact 2).

use super::Rule;
use crate::agentos::behaviour::stops_production;
use crate::agentos::settings::Key;
use crate::catalogue::OPEN_METRICS_IN_PROD;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: OPEN_METRICS_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let text = if environment.observability.metrics_auth { "1" } else { "0" };
    (environment.is_prod() && stops_production(Some(environment.runtime), Key::MetricsRequireAuth, text))
        .then(|| {
            Finding::value(Path::of(["observability", "metrics_auth"]), "production leaves `/metrics` open")
                .label("no authentication")
                .help("leave `observability.metrics_auth` out; give the scraper a token instead")
                .replaced("true")
        })
        .into_iter()
        .collect()
}
