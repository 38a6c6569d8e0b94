//! N001: nothing leads from outside to services that believe every caller (fact 5). N005: the stable names and ports are
//! where clients look for them.

use super::fault::Fault;
use super::routes::{Backend, backends};
use super::stack::Stack;
use super::{at, list, nearest, text};
use crate::agentos::vocabulary::{IDENTITY_HEADERS, ServiceName};
use crate::catalogue::{MOVED_API_SURFACE, UNAUTHENTICATED_EXPOSURE};
use crate::objects::object::Object;
use crate::objects::view::agent::Agent;
use crate::objects::view::service;
use std::collections::BTreeMap;

/// An object with its position.
type Positioned<'a> = (usize, &'a Object);

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let services = stack
        .of_kind("Service")
        .filter_map(|(position, service)| Some((position, service, stack.agent_behind(service)?)));
    let services: Vec<_> = services.collect();
    let mut faults: Vec<Fault<'a>> = services
        .iter()
        .filter(|(_, _, agent)| believes(*agent))
        .filter_map(|(position, service, _)| opened(*position, service))
        .collect();
    for (position, backend) in backends(stack) {
        let service = stack.find("Service", backend.namespace, backend.service);
        let agent = service.and_then(|(_, service)| stack.agent_behind(service));
        if agent.is_some_and(believes) {
            faults.extend(routed(stack, position, &backend));
        }
    }
    faults.extend(stack.agents.iter().filter_map(|agent| published(stack, agent)));
    faults.extend(moved(&services));
    faults
}

/// Whether a service authenticates nobody.
fn believes(service: ServiceName) -> bool {
    match service {
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => true,
        ServiceName::Federation => false,
    }
}

fn exposed<'a>(position: usize, value: &'a serde_json::Value, title: String) -> Fault<'a> {
    Fault::new(UNAUTHENTICATED_EXPOSURE, position, value, title).note(
        "the service believes `X-Tenant-Id`, `X-Scopes`, `X-Principal-Id` and unsigned tokens as callers send them: a caller \
         can create tenants, and the audit log keeps the principal that it claims",
    )
}

fn opened<'a>(position: usize, service: &'a Object) -> Option<Fault<'a>> {
    let kind =
        at(&service.body, &["spec", "type"]).filter(|kind| matches!(kind.as_str(), Some("NodePort" | "LoadBalancer")));
    let addresses = at(&service.body, &["spec", "externalIPs"]);
    let value = kind.or(addresses)?;
    Some(
        exposed(position, value, "it is reached from outside of the cluster, and authenticates nobody".to_owned())
            .label("open to the network")
            .help("use `ClusterIP`, and a gateway that authenticates callers and strips these headers"),
    )
}

/// A Service of Knative has a public host, unless a label keeps it within the cluster.
fn published<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let object = stack.objects.get(agent.owner)?;
    let is_of_knative = object.kind == "Service" && object.api_version.starts_with("serving.knative.dev/");
    let label = text(&object.body, &["metadata", "labels", "networking.knative.dev/visibility"]);
    let is_open = is_of_knative && label != Some("cluster-local") && agent.service.is_some_and(believes);
    is_open.then(|| {
        let title = "Knative gives it a host that is reached from outside, and it authenticates nobody".to_owned();
        exposed(agent.owner, nearest(&object.body, &["metadata", "name"]), title)
            .label("open to the network")
            .help("use a Deployment, and a gateway that authenticates callers and strips these headers")
    })
}

fn routed<'a>(stack: &Stack<'a>, position: usize, backend: &Backend<'a>) -> Option<Fault<'a>> {
    let kind = stack.objects.get(position)?.kind.as_str();
    let filters = list(backend.rule.and_then(|rule| rule.get("filters"))).chain(list(backend.body.get("filters")));
    let mut handled: Vec<String> = backend.handled.clone();
    for filter in filters.filter(|filter| text(filter, &["type"]) == Some("RequestHeaderModifier")) {
        let removed = list(at(filter, &["requestHeaderModifier", "remove"])).filter_map(|name| name.as_str());
        let set = list(at(filter, &["requestHeaderModifier", "set"])).filter_map(|header| text(header, &["name"]));
        handled.extend(removed.chain(set).map(str::to_lowercase));
    }
    let passed: Vec<&str> =
        IDENTITY_HEADERS.into_iter().filter(|header| !handled.contains(&header.to_lowercase())).collect();
    if passed.is_empty() {
        return None;
    }
    let title = match kind {
        "HTTPRoute" => format!("it passes on {} as callers send them", passed.join(" and ")),
        _ => format!("a bare {kind} leads to a service that authenticates nobody"),
    };
    Some(
        exposed(position, backend.name, title)
            .label("this service believes them")
            .help("lead there by an HTTPRoute of a gateway that authenticates, with a `RequestHeaderModifier` that removes these headers"),
    )
}

/// Services whose name or port is another than the stable one, where no other has it.
fn moved<'a>(services: &[(usize, &'a Object, ServiceName)]) -> Vec<Fault<'a>> {
    let mut by_agent: BTreeMap<(Option<&str>, ServiceName), Vec<Positioned<'a>>> = BTreeMap::new();
    for (position, service, agent) in services {
        by_agent.entry((service.namespace.as_deref(), *agent)).or_default().push((*position, service));
    }
    let mut faults = Vec::new();
    for ((_, agent), services) in by_agent {
        let port = u64::from(agent.reference_service_port());
        let named = services.iter().find(|(_, service)| service.name == agent.object_name());
        let Some((position, service)) = named.or(services.first()).copied() else { continue };
        let ports = || service::ports(service).filter_map(|port| port.get("port"));
        let (value, title) = match named {
            None => (
                nearest(&service.body, &["metadata", "name"]),
                format!("the stable name of {} is `{}`", agent.as_str(), agent.object_name()),
            ),
            Some(_) if ports().any(|own| own.as_u64() == Some(port)) => continue,
            Some(_) => {
                let value = ports().next().unwrap_or(&service.body);
                (value, format!("the stable port of {} is {port}", agent.as_str()))
            }
        };
        faults.push(
            Fault::new(MOVED_API_SURFACE, position, value, title)
                .label("clients look elsewhere")
                .help("use the stable one"),
        );
    }
    faults
}
