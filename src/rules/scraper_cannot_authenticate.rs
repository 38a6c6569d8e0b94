//! N003: a scraper that is told by annotations brings no token, and gets 401 (fact 4).

use super::Rule;
use crate::agentos::behaviour::{self, Metrics};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{SCRAPER_CANNOT_AUTHENTICATE, title};
use crate::finding::Finding;
use crate::model::{Environment, Texts};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SCRAPER_CANNOT_AUTHENTICATE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let metrics = behaviour::metrics(environment.observability.metrics_auth, environment.tenancy.default.is_some());
    if metrics != Metrics::Guarded {
        return Vec::new();
    }
    let of_all = asking(&environment.annotations).map(|key| Path::of(["annotations"]).field(key));
    let of_one = ServiceName::ALL.into_iter().filter_map(|service| {
        let key = asking(&environment.services.get(service).annotations)?;
        Some(Path::of(["services", service.as_str(), "annotations"]).field(key))
    });
    of_all
        .into_iter()
        .chain(of_one)
        .map(|path| {
            Finding::name(path, title(SCRAPER_CANNOT_AUTHENTICATE, []))
                .label("annotations carry no token")
                .help("remove it, and let `observability.metrics` bring a bearer token from a Secret")
                .removed()
        })
        .collect()
}

fn asking(annotations: &Texts) -> Option<&str> {
    annotations
        .iter()
        .find(|(key, value)| *key == "prometheus.io/scrape" && *value == "true")
        .map(|(key, _)| key.as_str())
}
