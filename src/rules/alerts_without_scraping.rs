//! N010: alerts and dashboards on series that nothing here scrapes.

use super::Rule;
use crate::catalogue::ALERTS_WITHOUT_SCRAPING;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ALERTS_WITHOUT_SCRAPING, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let observability = &environment.observability;
    if observability.scraper().is_some() {
        return Vec::new();
    }
    let wanted = [
        (
            "alerts",
            observability.alerts,
            "the alert on missing targets fires for ever, and no other on a service ever does",
        ),
        ("dashboards", observability.dashboards, "the dashboard stays empty"),
    ];
    wanted
        .into_iter()
        .filter(|(_, on, _)| *on)
        .map(|(field, _, note)| {
            let path = Path::of(["observability", field]);
            Finding::value(path.clone(), format!("there are {field}, and no metrics for them"))
                .given(Path::of(["observability", "metrics"]))
                .label("`metrics` is `'Off`")
                .note(note)
                .help("add `observability.metrics = 'PrometheusOperator { scrape_token.secret = \"…\" }`")
                .mended(Remedy::replace(path, "false"))
        })
        .collect()
}
