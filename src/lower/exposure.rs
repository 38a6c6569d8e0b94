//! A service's way in from outside: an HTTPRoute on a gateway that authenticates, and never anything else.
//!
//! The services believe what a request says of its tenant and principal (fact 5). So the route removes the headers that
//! say it; the token, which the gateway has verified, is what is left to be believed. `/metrics` is never forwarded, because any
//! tenant's token opens it (fact 4), and neither is the admin interface, because tenants come from the environment.

use super::External;
use super::metadata::{self, PREFIX};
use crate::model::{Environment, Gateway, IDENTITY_HEADERS, ServiceName};
use kcr_gateway_networking_k8s_io::v1::httproutes::{
    HttpRoute, HttpRouteParentRefs, HttpRouteRules, HttpRouteRulesBackendRefs, HttpRouteRulesFilters,
    HttpRouteRulesFiltersRequestHeaderModifier, HttpRouteRulesFiltersType, HttpRouteRulesMatches,
    HttpRouteRulesMatchesPath, HttpRouteRulesMatchesPathType, HttpRouteSpec,
};

/// Which namespace the pods of a route's gateway are in, where it is another than the Gateway's.
pub const PROXIES_ANNOTATION: &str = "agentos.nexixai.io/proxies";

/// Below it are the requests that create tenants (fact 14).
const ADMIN: &str = "/v1/admin";

/// The route of a service that is exposed.
pub(super) fn route(environment: &Environment, service: ServiceName) -> Option<HttpRoute> {
    let gateway = environment.services.get(service).exposure.gateway()?;
    let mut metadata = metadata::of_service(environment, service, service.object_name());
    // For whoever reviews the cluster: the route itself can't show that somebody authenticates.
    let annotations = metadata.annotations.get_or_insert_default();
    annotations.insert(format!("{PREFIX}/authentication"), gateway.authentication.clone());
    // What else is verified with the route can't know it, and would miss a policy that lets the Gateway's namespace in.
    if let Some(proxies) = gateway.proxies.namespace.as_ref().filter(|proxies| **proxies != gateway.namespace) {
        annotations.insert(PROXIES_ANNOTATION.to_owned(), proxies.clone());
    }
    Some(HttpRoute { metadata, spec: spec(environment, service, gateway), status: None })
}

/// The Gateways that the routes attach to, which somebody else provides.
pub(super) fn gateways(environment: &Environment) -> impl Iterator<Item = External> {
    ServiceName::ALL.into_iter().filter_map(|service| {
        let gateway = environment.services.get(service).exposure.gateway()?;
        Some(External {
            kind: "Gateway",
            namespace: gateway.namespace.clone(),
            name: gateway.name.clone(),
            keys: Vec::new(),
        })
    })
}

/// The path below which a service's interface is; of two services under one host the longer one goes first.
pub(crate) fn prefix(service: ServiceName) -> &'static str {
    match service {
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => "/v1",
        ServiceName::Federation => "/v1/federation",
    }
}

/// What the CRD would fill in is said: with `kubectl apply`, every run would take the difference for a change.
fn spec(environment: &Environment, service: ServiceName, gateway: &Gateway) -> HttpRouteSpec {
    let forwarding = HttpRouteRules {
        matches: Some(vec![below(prefix(service))]),
        filters: Some(vec![without_identity(gateway)]),
        backend_refs: Some(vec![HttpRouteRulesBackendRefs {
            group: Some(String::new()),
            kind: Some("Service".to_owned()),
            weight: Some(1),
            name: service.object_name().to_owned(),
            port: Some(environment.services.get(service).service_port.into()),
            ..HttpRouteRulesBackendRefs::default()
        }]),
        ..HttpRouteRules::default()
    };
    // A rule that forwards nowhere answers with an error, whichever a gateway chooses.
    let refusing = HttpRouteRules { matches: Some(vec![below(ADMIN)]), ..HttpRouteRules::default() };
    let rules = match service {
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => vec![refusing, forwarding],
        ServiceName::Federation => vec![forwarding],
    };
    HttpRouteSpec {
        parent_refs: Some(vec![HttpRouteParentRefs {
            group: Some("gateway.networking.k8s.io".to_owned()),
            kind: Some("Gateway".to_owned()),
            name: gateway.name.clone(),
            namespace: Some(gateway.namespace.clone()),
            section_name: gateway.section.clone(),
            ..HttpRouteParentRefs::default()
        }]),
        hostnames: Some(vec![gateway.host.clone()]),
        rules: Some(rules),
    }
}

fn below(prefix: &str) -> HttpRouteRulesMatches {
    HttpRouteRulesMatches {
        path: Some(HttpRouteRulesMatchesPath {
            r#type: Some(HttpRouteRulesMatchesPathType::PathPrefix),
            value: Some(prefix.to_owned()),
        }),
        ..HttpRouteRulesMatches::default()
    }
}

fn without_identity(gateway: &Gateway) -> HttpRouteRulesFilters {
    let mut remove = IDENTITY_HEADERS.map(str::to_owned).to_vec();
    for header in &gateway.strip {
        // The names of headers have no case, and the Gateway API takes each only once.
        if !remove.iter().any(|known| known.eq_ignore_ascii_case(header)) {
            remove.push(header.clone());
        }
    }
    let modifier = HttpRouteRulesFiltersRequestHeaderModifier {
        remove: Some(remove),
        ..HttpRouteRulesFiltersRequestHeaderModifier::default()
    };
    HttpRouteRulesFilters {
        r#type: HttpRouteRulesFiltersType::RequestHeaderModifier,
        request_header_modifier: Some(modifier),
        cors: None,
        extension_ref: None,
        request_mirror: None,
        request_redirect: None,
        response_header_modifier: None,
        url_rewrite: None,
    }
}
