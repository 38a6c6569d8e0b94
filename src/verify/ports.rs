//! K004: Services point to ports that their pods have, routes and scrapers to ports that the Services have.

use super::fault::{At, Fault};
use super::index::{Stack, namespace};
use super::pod::Pod;
use super::selectors::monitored;
use super::{at, list, text};
use crate::catalogue::MISSING_TARGET_PORT;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = of_services(stack);
    for (object, backend) in backends(stack) {
        let service = backend.name.as_str().and_then(|name| stack.find("Service", backend.namespace, name));
        let (Some((position, service)), Some(port)) = (service, backend.port) else { continue };
        if !list(at(&service.body, &["spec", "ports"])).any(|own| is_port(own, "port", port)) {
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
        for port in list(at(&service.body, &["spec", "ports"])) {
            let Some(target) = port.get("targetPort").or(port.get("port")) else { continue };
            let Some(pod) = stack.behind(service).find(|pod| !has_port(stack, pod, target)) else { continue };
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

/// Whether a pod has a port, by number or name. What declares no ports may listen on any.
pub(super) fn has_port<'a>(stack: &Stack<'a>, pod: &Pod<'a>, wanted: &Json) -> bool {
    let mut listening = stack.agents_of(pod).filter_map(|agent| agent.port()).peekable();
    let declares = pod.ports().next().is_some() || listening.peek().is_some();
    let number = wanted.as_u64();
    pod.ports().any(|port| is_port(port, "containerPort", wanted))
        || listening.any(|port| number == Some(u64::from(port)))
        || !declares && number.is_some()
}

/// Whether a declared port has this name or number.
pub(super) fn is_port(port: &Json, number: &str, wanted: &Json) -> bool {
    port.get("name") == Some(wanted) || port.get(number) == Some(wanted)
}

/// The ports of a Service, as a place.
fn ports_of(object: usize, service: &Json) -> At<'_> {
    At { object, value: at(service, &["spec", "ports"]).unwrap_or(service) }
}

/// A Service that a route or an Ingress leads to.
pub(super) struct Backend<'a> {
    /// The namespace of the Service.
    pub namespace: &'a str,
    /// The value that holds its name.
    pub name: &'a Json,
    /// The port, as number or name.
    pub port: Option<&'a Json>,
    /// The rule that leads there, with its filters.
    pub rule: Option<&'a Json>,
    /// The reference itself.
    pub body: &'a Json,
}

/// All of them, each with the position of its route or Ingress.
pub(super) fn backends<'a>(stack: &Stack<'a>) -> Vec<(usize, Backend<'a>)> {
    let mut found = Vec::new();
    for kind in ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"] {
        for (position, route) in stack.of_kind(kind) {
            for rule in list(at(&route.body, &["spec", "rules"])) {
                let services = list(rule.get("backendRefs"))
                    .filter(|body| text(body, &["kind"]).unwrap_or("Service") == "Service");
                for body in services {
                    let Some(name) = body.get("name") else { continue };
                    let namespace = text(body, &["namespace"]).unwrap_or(namespace(route));
                    found.push((position, Backend { namespace, name, port: body.get("port"), rule: Some(rule), body }));
                }
            }
        }
    }
    for (position, ingress) in stack.of_kind("Ingress") {
        let paths = list(at(&ingress.body, &["spec", "rules"])).flat_map(|rule| list(at(rule, &["http", "paths"])));
        let backends =
            paths.filter_map(|path| path.get("backend")).chain(at(&ingress.body, &["spec", "defaultBackend"]));
        for body in backends.filter_map(|backend| backend.get("service")) {
            let Some(name) = body.get("name") else { continue };
            let port = at(body, &["port", "number"]).or(at(body, &["port", "name"]));
            found.push((position, Backend { namespace: namespace(ingress), name, port, rule: None, body }));
        }
    }
    found
}

fn of_monitors<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, monitor) in stack.of_kind("ServiceMonitor") {
        let services: Vec<_> = monitored(stack, monitor).collect();
        for port in list(at(&monitor.body, &["spec", "endpoints"])).filter_map(|endpoint| endpoint.get("port")) {
            let named = |own: &Json| own.get("name") == Some(port);
            let Some((other, service)) =
                services.iter().find(|(_, service)| !list(at(&service.body, &["spec", "ports"])).any(named))
            else {
                continue;
            };
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
