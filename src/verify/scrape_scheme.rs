//! N003: a scraper speaks as the listener does: TLS to mutual TLS, with a certificate, and plain HTTP to plain HTTP (fact 19).

use super::fault::Fault;
use super::selectors::monitored;
use super::stack::Stack;
use super::{at, list, namespace};
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::SCRAPER_CANNOT_AUTHENTICATE;
use crate::objects::object::Object;
use crate::objects::view::agent::Agent;
use crate::objects::view::selector::Selector;
use crate::objects::view::service;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, monitor) in stack.of_kind("ServiceMonitor") {
        let services: Vec<_> = monitored(stack, monitor).collect();
        for endpoint in list(at(&monitor.body, &["spec", "endpoints"])) {
            let named = |service: &Object| {
                let mut ports = service::ports(service);
                endpoint.get("port").is_none_or(|port| ports.any(|own| own.get("name") == Some(port)))
            };
            let services = services.iter().filter(|(_, service)| named(service));
            let mut agents =
                services.flat_map(|(_, service)| stack.behind(service)).flat_map(|pod| stack.agents_of(pod));
            faults.extend(agents.find_map(|agent| misspoken(position, endpoint, agent)));
        }
    }
    for (position, monitor) in stack.of_kind("PodMonitor") {
        let selector = at(&monitor.body, &["spec", "selector"]).map(Selector::new);
        let pods = selector.iter().flat_map(|selector| stack.select(namespace(monitor), selector));
        let agents: Vec<&Agent<'a>> = pods.flat_map(|pod| stack.agents_of(pod)).collect();
        for endpoint in list(at(&monitor.body, &["spec", "podMetricsEndpoints"])) {
            faults.extend(agents.iter().find_map(|agent| misspoken(position, endpoint, agent)));
        }
    }
    faults
}

/// How a service listens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listener {
    Plain,
    Tls,
    MutualTls,
}

/// How a service listens, as far as that can be seen.
fn listener(agent: &Agent<'_>) -> Option<Listener> {
    let both = |keys: [Key; 2]| keys.iter().all(|key| agent.get(*key).is_set());
    match agent.service? {
        ServiceName::Federation => {
            let is_on = agent.is_on(Key::RequireMtls)? && both([Key::ServerCertificate, Key::ServerKey]);
            let asks = agent.get(Key::Authority).is_set();
            Some(match (is_on, asks) {
                (false, _) => Listener::Plain,
                (true, true) => Listener::MutualTls,
                (true, false) => Listener::Tls,
            })
        }
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => {
            Some(if both([Key::TlsCertificate, Key::TlsKey]) { Listener::Tls } else { Listener::Plain })
        }
    }
}

/// An endpoint that speaks otherwise than the service listens.
fn misspoken<'a>(position: usize, endpoint: &'a Json, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let scheme = endpoint.get("scheme");
    let is_tls = scheme.and_then(Json::as_str).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let config = endpoint.get("tlsConfig");
    let shows = ["cert", "certFile"].iter().any(|field| config.and_then(|config| config.get(field)).is_some());
    let (value, title, label, help) = match (listener(agent)?, is_tls) {
        (Listener::Plain, false) | (Listener::Tls, true) => return None,
        (Listener::MutualTls, true) if shows => return None,
        (Listener::MutualTls, true) => (
            config.or(scheme),
            format!("it shows no certificate, and {} asks every caller for one", agent.called()),
            "no certificate",
            "add `cert` and `keySecret` under `tlsConfig`",
        ),
        (Listener::MutualTls | Listener::Tls, false) => (
            scheme,
            format!("it scrapes by plain HTTP, and {} listens by TLS", agent.called()),
            "answered 400",
            "write `scheme: https`, with the authority under `tlsConfig`, and a certificate where federation asks for one",
        ),
        (Listener::Plain, true) => (
            scheme,
            format!("it scrapes by TLS, and {} listens by plain HTTP", agent.called()),
            "no handshake",
            "remove `scheme`",
        ),
    };
    let value = value.or(endpoint.get("port")).unwrap_or(endpoint);
    Some(
        Fault::new(SCRAPER_CANNOT_AUTHENTICATE, position, value, title)
            .label(label)
            .note("nothing is measured, and the alert that the service is down fires")
            .help(help),
    )
}
