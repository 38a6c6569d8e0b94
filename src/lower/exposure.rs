//! A service's way in from outside: an HTTPRoute on a gateway that authenticates, and never anything else.
//!
//! The services believe what a request says of its tenant and principal (fact 5). So the route removes the headers that
//! say it; the token, which the gateway has verified, is what is left to be believed. `/metrics` is never forwarded, because any
//! tenant's token opens it (fact 4), and neither is the admin interface, because tenants come from the environment.

use super::custom_resource::CustomResource;
use super::metadata;
use crate::agentos::vocabulary::{IDENTITY_HEADERS, ServiceName};
use crate::model::{Environment, Gateway};
use crate::objects::annotations::{PREFIX, PROXIES_ANNOTATION};
use crate::objects::object::External;
use serde::Serialize;

/// The specification of an HTTPRoute.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    hostnames: [String; 1],
    parent_refs: [ParentRef; 1],
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParentRef {
    group: &'static str,
    kind: &'static str,
    name: String,
    namespace: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    section_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    backend_refs: Option<[BackendRef; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<[Filter; 1]>,
    matches: [Match; 1],
}

#[derive(Serialize)]
struct BackendRef {
    group: &'static str,
    kind: &'static str,
    name: &'static str,
    port: u16,
    weight: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    request_header_modifier: HeaderModifier,
    r#type: &'static str,
}

#[derive(Serialize)]
struct HeaderModifier {
    remove: Vec<String>,
}

#[derive(Serialize)]
struct Match {
    path: PathMatch,
}

#[derive(Serialize)]
struct PathMatch {
    r#type: &'static str,
    value: &'static str,
}

/// Below it are the requests that create tenants (fact 14).
const ADMIN: &str = "/v1/admin";

/// The route of a service that is exposed.
pub(super) fn route(environment: &Environment, service: ServiceName) -> Option<CustomResource<Spec>> {
    let gateway = environment.services.get(service).exposure.gateway()?;
    let mut metadata = metadata::of_service(environment, service, service.object_name());
    // For whoever reviews the cluster: the route itself can't show that somebody authenticates.
    let annotations = metadata.annotations.get_or_insert_default();
    annotations.insert(format!("{PREFIX}/authentication"), gateway.authentication.clone());
    // What else is verified with the route can't know it, and would miss a policy that lets the Gateway's namespace in.
    if let Some(proxies) = gateway.proxies.namespace.as_ref().filter(|proxies| **proxies != gateway.namespace) {
        annotations.insert(PROXIES_ANNOTATION.to_owned(), proxies.clone());
    }
    let spec = spec(environment, service, gateway);
    Some(CustomResource::new("gateway.networking.k8s.io/v1", "HTTPRoute", metadata, spec))
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

/// What the CRD would fill in is said: with `kubectl apply`, every run would take the difference for a change.
fn spec(environment: &Environment, service: ServiceName, gateway: &Gateway) -> Spec {
    let backend = BackendRef {
        group: "",
        kind: "Service",
        name: service.object_name(),
        port: environment.services.get(service).service_port,
        weight: 1,
    };
    let forwarding = Rule {
        backend_refs: Some([backend]),
        filters: Some([without_identity(gateway)]),
        matches: [below(service.path_prefix())],
    };
    // A rule that forwards nowhere answers with an error, whichever a gateway chooses.
    let refusing = Rule { backend_refs: None, filters: None, matches: [below(ADMIN)] };
    let rules = match service {
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => vec![refusing, forwarding],
        ServiceName::Federation => vec![forwarding],
    };
    let parent = ParentRef {
        group: "gateway.networking.k8s.io",
        kind: "Gateway",
        name: gateway.name.clone(),
        namespace: gateway.namespace.clone(),
        section_name: gateway.section.clone(),
    };
    Spec { hostnames: [gateway.host.clone()], parent_refs: [parent], rules }
}

fn below(prefix: &'static str) -> Match {
    Match { path: PathMatch { r#type: "PathPrefix", value: prefix } }
}

fn without_identity(gateway: &Gateway) -> Filter {
    let mut remove = IDENTITY_HEADERS.map(str::to_owned).to_vec();
    for header in &gateway.strip {
        // The names of headers have no case, and the Gateway API takes each only once.
        if !remove.iter().any(|known| known.eq_ignore_ascii_case(header)) {
            remove.push(header.clone());
        }
    }
    Filter { request_header_modifier: HeaderModifier { remove }, r#type: "RequestHeaderModifier" }
}
