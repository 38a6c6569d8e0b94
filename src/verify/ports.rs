//! K004: Services point to ports that their pods have, routes and scrapers to ports that the Services have.

use super::fault::{At, Fault};
use super::routes::backends;
use super::selectors::monitored;
use super::stack::Stack;
use super::{at, list, namespace, text};
use crate::catalogue::MISSING_TARGET_PORT;
use crate::objects::object::Object;
use crate::objects::view::pod::Pod;
use crate::objects::view::service;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = of_services(stack);
    for (object, backend) in backends(stack) {
        let service = stack.find("Service", backend.namespace, backend.service);
        let (Some((position, service)), Some(port)) = (service, backend.port) else { continue };
        // A Service that is only a name has the ports of the host that it names.
        let is_name = text(&service.body, &["spec", "type"]) == Some("ExternalName");
        if !is_name && !service::ports(service).any(|own| is_port(own, "port", port)) {
            faults.push(
                Fault::new(
                    MISSING_TARGET_PORT,
                    object,
                    port,
                    format!("its route leads to port {port} of `{}`, which that does not have", service.name),
                )
                .label("no such port")
                .and(ports_of(position, &service.body), "these are its ports")
                .help("write a port of the Service, not of its pods"),
            );
        }
    }
    faults.extend(of_monitors(stack));
    faults
}

fn of_services<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, service) in stack.of_kind("Service") {
        for port in service::ports(service) {
            let Some(target) = port.get("targetPort").or(port.get("port")) else { continue };
            let Some(pod) = lacking(stack, service, target) else { continue };
            let declared = pod.ports().find_map(|port| port.get("containerPort"));
            let address = stack.agents_of(pod).find_map(|agent| agent.line.address);
            faults.push(
                Fault::new(
                    MISSING_TARGET_PORT,
                    position,
                    target,
                    format!("its target port {target} is no port of the pods of `{}`", pod.object.name),
                )
                .label("nobody listens here")
                .and(At { object: pod.owner, value: declared.or(address).unwrap_or(pod.template) }, "the pods' port")
                .help("write the port that the container listens on, or its name"),
            );
        }
    }
    faults
}

/// A pod behind a Service that has no port of this number or name. Of pods that do not run AgentOS some may have it, and
/// others not.
fn lacking<'s, 'a>(stack: &'s Stack<'a>, service: &'a Object, target: &Json) -> Option<&'s Pod<'a>> {
    let pods: Vec<&Pod<'a>> = stack.behind(service).collect();
    let runs_agentos = |pod: &Pod<'a>| stack.agents_of(pod).next().is_some();
    let ours = pods.iter().find(|pod| runs_agentos(pod) && !has_port(stack, pod, target));
    let foreign = || pods.first().filter(|_| !pods.iter().any(|pod| has_port(stack, pod, target)));
    ours.or_else(foreign).copied()
}

/// Whether a pod has a port, by number or name. Where AgentOS listens is known; elsewhere the numbers under `ports` are
/// information, and a container may listen on any other, but a name has to be declared.
pub(super) fn has_port<'a>(stack: &Stack<'a>, pod: &Pod<'a>, wanted: &Json) -> bool {
    let mut listening = stack.agents_of(pod).filter_map(|agent| agent.port()).peekable();
    let is_known =
        stack.agents_of(pod).next().is_some() && (pod.ports().next().is_some() || listening.peek().is_some());
    let number = wanted.as_u64();
    declares(pod, wanted) || listening.any(|port| number == Some(u64::from(port))) || !is_known && number.is_some()
}

/// Whether a pod declares a port of this number or name.
pub(super) fn declares(pod: &Pod<'_>, wanted: &Json) -> bool {
    pod.ports().any(|port| is_port(port, "containerPort", wanted))
}

/// Whether a declared port has this name or number.
pub(super) fn is_port(port: &Json, number: &str, wanted: &Json) -> bool {
    port.get("name") == Some(wanted) || port.get(number) == Some(wanted)
}

/// The ports of a Service, as a place.
fn ports_of(object: usize, service: &Json) -> At<'_> {
    At { object, value: at(service, &["spec", "ports"]).unwrap_or(service) }
}

fn of_monitors<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, monitor) in stack.of_kind("ServiceMonitor") {
        let services: Vec<_> = monitored(stack, monitor).collect();
        for port in list(at(&monitor.body, &["spec", "endpoints"])).filter_map(|endpoint| endpoint.get("port")) {
            let named = |own: &Json| own.get("name") == Some(port);
            let lacks = |service: &Object| !service::ports(service).any(named);
            // Of Services that do not lead to AgentOS some may have the port, and others not.
            let ours = services.iter().find(|(_, service)| stack.agent_behind(service).is_some() && lacks(service));
            let foreign = services.first().filter(|(_, service)| !stack.has_operator(namespace(service)));
            let foreign = foreign.filter(|_| services.iter().all(|(_, service)| lacks(service)));
            let Some((other, service)) = ours.or(foreign) else { continue };
            let title = format!("it scrapes the port {port} of `{}`, which that does not have", service.name);
            faults.push(
                Fault::new(MISSING_TARGET_PORT, position, port, title)
                    .label("no port has this name")
                    .and(ports_of(*other, &service.body), "these are its ports")
                    .help("write the name of the Service's port"),
            );
        }
    }
    faults
}
