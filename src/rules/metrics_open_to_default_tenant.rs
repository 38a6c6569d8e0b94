//! T010: with a default tenant every request has a tenant, and that is all that `/metrics` asks for (fact 4).

use super::Rule;
use crate::agentos::behaviour::{self, Metrics};
use crate::agentos::vocabulary::Profile;
use crate::catalogue::METRICS_OPEN_TO_DEFAULT_TENANT;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: METRICS_OPEN_TO_DEFAULT_TENANT, check };

fn check(environment: &Environment) -> Vec<Finding> {
    // In development an open `/metrics` is what one expects; in production a default tenant is refused by itself.
    let demo = environment.profile == Some(Profile::Demo);
    let metrics = behaviour::metrics(environment.observability.metrics_auth, environment.tenancy.default.is_some());
    (demo && metrics == Metrics::OpenToDefaultTenant)
        .then(|| {
            Finding::value(Path::of(["tenancy", "default"]), "`/metrics` is open, although authentication is on")
                .label("every request has this tenant")
                .help("remove `tenancy.default`, and have callers name their tenant")
                .mended(Remedy::remove(Path::of(["tenancy", "default"])))
        })
        .into_iter()
        .collect()
}
