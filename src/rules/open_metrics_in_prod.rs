//! N002: a production stack refuses to start with open metrics (fact 2).

use super::Rule;
use crate::catalogue::OPEN_METRICS_IN_PROD;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: OPEN_METRICS_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    (environment.is_prod() && !environment.observability.metrics_auth)
        .then(|| {
            Finding::value(Path::of(["observability", "metrics_auth"]), "production leaves `/metrics` open")
                .label("no authentication")
                .note("the services refuse to start so in production")
                .help("leave `observability.metrics_auth` out; give the scraper a token instead")
        })
        .into_iter()
        .collect()
}
