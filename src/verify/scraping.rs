//! N003: whoever is asked to scrape `/metrics` brings a token where one is needed (fact 4).

use super::fault::Fault;
use super::selectors::{monitored, scraped};
use super::stack::Stack;
use super::{at, list};
use crate::agentos::behaviour::{self, Metrics};
use crate::agentos::settings::Key;
use crate::catalogue::{SCRAPER_CANNOT_AUTHENTICATE, title};
use crate::objects::view::agent::Agent;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in stack.pods.iter().filter(|pod| stack.agents_of(pod).any(refuses)) {
        faults.extend(annotated(pod.owner, pod.template));
    }
    for (position, service) in stack.of_kind("Service") {
        if stack.behind(service).any(|pod| stack.agents_of(pod).any(refuses)) {
            faults.extend(annotated(position, &service.body));
        }
    }
    for (position, monitor) in stack.of_kind("ServiceMonitor") {
        let guarded = monitored(stack, monitor)
            .any(|(_, service)| stack.behind(service).any(|pod| stack.agents_of(pod).any(refuses)));
        faults.extend(
            guarded.then(|| without_token(position, at(&monitor.body, &["spec", "endpoints"]))).into_iter().flatten(),
        );
    }
    for (position, monitor) in stack.of_kind("PodMonitor") {
        let guarded = scraped(stack, monitor).any(|pod| stack.agents_of(pod).any(refuses));
        faults.extend(
            guarded
                .then(|| without_token(position, at(&monitor.body, &["spec", "podMetricsEndpoints"])))
                .into_iter()
                .flatten(),
        );
    }
    faults
}

/// Whether `/metrics` answers 401 to whoever names no tenant.
fn refuses(agent: &Agent<'_>) -> bool {
    behaviour::metrics(agent.guards_metrics(), agent.get(Key::DefaultTenant).is_set()) == Metrics::Guarded
}

fn annotated<'a>(position: usize, object: &'a Json) -> Option<Fault<'a>> {
    let value = at(object, &["metadata", "annotations", "prometheus.io/scrape"])?;
    (value.as_str() == Some("true")).then(|| {
        Fault::new(SCRAPER_CANNOT_AUTHENTICATE, position, value, title(SCRAPER_CANNOT_AUTHENTICATE, []))
            .label("annotations carry no token")
            .help("remove it, and have Prometheus scrape by a ServiceMonitor with `authorization`")
    })
}

fn without_token<'a>(position: usize, endpoints: Option<&'a Json>) -> Vec<Fault<'a>> {
    let means = ["authorization", "bearerTokenSecret", "bearerTokenFile", "oauth2"];
    list(endpoints)
        .filter(|endpoint| !means.iter().any(|means| endpoint.get(means).is_some()))
        .map(|endpoint| {
            let value = endpoint.get("port").or(endpoint.get("path")).unwrap_or(endpoint);
            Fault::new(SCRAPER_CANNOT_AUTHENTICATE, position, value, "it scrapes without a token, and will be refused")
                .label("no `authorization` here")
                .help("add `authorization` with `credentials` from a Secret whose token has `tenant_id`")
        })
        .collect()
}
