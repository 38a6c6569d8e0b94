//! What leads to Services from outside: Ingresses, the routes of the Gateway API, and those of Istio, Traefik, Contour,
//! OpenShift and others. Each kind says in its own way which Service it leads to and which headers it removes.

use super::stack::Stack;
use super::{at, entries, list, namespace, strings, text};
use crate::names::{is_dns_label, service_of};
use crate::objects::object::Object;
use serde_json::Value as Json;

/// A Service that a route or an Ingress leads to.
pub(super) struct Backend<'a> {
    /// The namespace of the Service.
    pub namespace: &'a str,
    /// The value that holds its name.
    pub name: &'a Json,
    /// The name that it holds, without its namespace.
    pub service: &'a str,
    /// The port, as number or name.
    pub port: Option<&'a Json>,
    /// The rule that leads there, with its filters.
    pub rule: Option<&'a Json>,
    /// The reference itself.
    pub body: &'a Json,
    /// Headers of a request that a route of another API than the Gateway's removes or sets, in lower case.
    pub handled: Vec<String>,
}

/// All of them, each with the position of its route or Ingress.
pub(super) fn backends<'a>(stack: &Stack<'a>) -> Vec<(usize, Backend<'a>)> {
    let mut found = Vec::new();
    for (kind, of) in KINDS {
        for (position, route) in stack.of_kind(kind) {
            found.extend(of(stack, route).into_iter().map(|backend| (position, backend)));
        }
    }
    found
}

/// Finds the backends of one route.
type Find = for<'a> fn(&Stack<'a>, &'a Object) -> Vec<Backend<'a>>;

const KINDS: [(&str, Find); 23] = [
    ("HTTPRoute", of_gateway_api),
    ("GRPCRoute", of_gateway_api),
    ("TLSRoute", of_gateway_api),
    ("TCPRoute", of_gateway_api),
    ("UDPRoute", of_gateway_api),
    ("Ingress", of_ingress),
    ("VirtualService", of_istio),
    ("IngressRoute", of_traefik),
    ("IngressRouteTCP", of_traefik),
    ("IngressRouteUDP", of_traefik),
    ("TraefikService", of_traefik_service),
    ("HTTPProxy", of_contour),
    ("Route", of_openshift),
    ("TCPIngress", of_kong),
    ("UDPIngress", of_kong),
    ("Mapping", of_ambassador),
    ("TCPMapping", of_ambassador),
    ("VirtualServer", of_nginx),
    ("VirtualServerRoute", of_nginx),
    ("TransportServer", of_nginx),
    ("ApisixRoute", of_apisix),
    ("RouteGroup", of_skipper),
    ("TargetGroupBinding", of_target_group),
];

/// The Service that a record names by a field, with its port by another.
fn backend<'a>(route: &'a Object, body: &'a Json, name: &[&str], port: &[&str]) -> Option<Backend<'a>> {
    let name = at(body, name)?;
    Some(Backend {
        namespace: text(body, &["namespace"]).unwrap_or(namespace(route)),
        name,
        service: name.as_str()?,
        port: at(body, port),
        rule: None,
        body,
        handled: Vec::new(),
    })
}

/// Whether a record refers to a Service, which it does where it says no kind.
fn is_service(body: &Json) -> bool {
    text(body, &["kind"]).unwrap_or("Service") == "Service"
}

fn rules<'a>(route: &'a Object, field: &str) -> impl Iterator<Item = &'a Json> {
    list(at(&route.body, &["spec", field]))
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

fn of_gateway_api<'a>(_: &Stack<'a>, route: &'a Object) -> Vec<Backend<'a>> {
    rules(route, "rules")
        .flat_map(|rule| list(rule.get("backendRefs")).map(move |body| (rule, body)))
        .filter(|(_, body)| is_service(body))
        .filter_map(|(rule, body)| Some(Backend { rule: Some(rule), ..backend(route, body, &["name"], &["port"])? }))
        .collect()
}

fn of_ingress<'a>(_: &Stack<'a>, ingress: &'a Object) -> Vec<Backend<'a>> {
    let paths = rules(ingress, "rules").flat_map(|rule| list(at(rule, &["http", "paths"])));
    let defaults = ["defaultBackend", "backend"].into_iter().filter_map(|field| at(&ingress.body, &["spec", field]));
    let mut found = Vec::new();
    for body in paths.filter_map(|path| path.get("backend")).chain(defaults) {
        // The first version of the API named it in the backend itself.
        found.extend(backend(ingress, body, &["serviceName"], &["servicePort"]));
        let Some(service) = body.get("service") else { continue };
        // The load balancer of AWS is told by an annotation of this name what to do.
        if text(service, &["port", "name"]) != Some("use-annotation") {
            let port = if at(service, &["port", "number"]).is_some() { "number" } else { "name" };
            found.extend(backend(ingress, service, &["name"], &["port", port]));
        }
    }
    found
}

/// What a VirtualService of a gateway leads to. One of the mesh alone is not reached from outside.
fn of_istio<'a>(stack: &Stack<'a>, route: &'a Object) -> Vec<Backend<'a>> {
    if rules(route, "gateways").all(|gateway| gateway.as_str() == Some("mesh")) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for protocol in ["http", "tls", "tcp"] {
        for rule in rules(route, protocol) {
            let mirrored = list(rule.get("mirrors")).filter_map(|mirror| mirror.get("destination"));
            let destinations = list(rule.get("route"))
                .filter_map(|route| Some((route, route.get("destination")?)))
                .chain(mirrored.chain(rule.get("mirror")).map(|destination| (rule, destination)));
            for (entry, body) in destinations {
                let handled = [rule, entry].into_iter().flat_map(of_headers).collect();
                found.extend(of_host(stack, route, body).map(|backend| Backend { handled, ..backend }));
            }
        }
    }
    found
}

/// The headers that a rule of Istio removes from requests, or sets.
fn of_headers(rule: &Json) -> impl Iterator<Item = String> {
    let removed = strings(at(rule, &["headers", "request", "remove"]));
    removed.chain(entries(at(rule, &["headers", "request", "set"])).map(|(name, _)| name)).map(lower)
}

/// A destination of Istio: a Service of the route's namespace, or one with its own.
fn of_host<'a>(stack: &Stack<'a>, route: &'a Object, body: &'a Json) -> Option<Backend<'a>> {
    let host = backend(route, body, &["host"], &["port", "number"])?;
    let (service, within) = service_of(host.service)?;
    // A name that no Service can have stands for one that a tool fills in.
    let is_possible = is_dns_label(service);
    let is_declared = stack
        .of_kind("ServiceEntry")
        .flat_map(|(_, entry)| rules(entry, "hosts"))
        .any(|known| known.as_str() == Some(host.service));
    (is_possible && !is_declared).then_some(Backend { service, namespace: within.unwrap_or(host.namespace), ..host })
}

fn of_traefik<'a>(stack: &Stack<'a>, route: &'a Object) -> Vec<Backend<'a>> {
    let mut found = Vec::new();
    for rule in rules(route, "routes") {
        let handled: Vec<String> = list(rule.get("middlewares"))
            .filter_map(|used| {
                let within = text(used, &["namespace"]).unwrap_or(namespace(route));
                stack.find("Middleware", within, text(used, &["name"])?)
            })
            .flat_map(|(_, middleware)| entries(at(&middleware.body, &["spec", "headers", "customRequestHeaders"])))
            .map(|(name, _)| lower(name))
            .collect();
        for body in list(rule.get("services")).filter(|body| is_service(body)) {
            let backend = backend(route, body, &["name"], &["port"]);
            found.extend(backend.map(|backend| Backend { handled: handled.clone(), ..backend }));
        }
    }
    found
}

fn of_traefik_service<'a>(_: &Stack<'a>, service: &'a Object) -> Vec<Backend<'a>> {
    let weighted = list(at(&service.body, &["spec", "weighted", "services"]));
    let mirroring = at(&service.body, &["spec", "mirroring"]);
    let mirrors = list(mirroring.and_then(|mirroring| mirroring.get("mirrors")));
    let all = weighted.chain(mirroring).chain(mirrors).filter(|body| is_service(body));
    all.filter_map(|body| backend(service, body, &["name"], &["port"])).collect()
}

fn of_contour<'a>(_: &Stack<'a>, proxy: &'a Object) -> Vec<Backend<'a>> {
    let handles = |body: &Json| -> Vec<String> {
        let policy = body.get("requestHeadersPolicy");
        let named = |field| policy.and_then(|policy| policy.get(field));
        strings(named("remove"))
            .chain(list(named("set")).filter_map(|header| text(header, &["name"])))
            .map(lower)
            .collect()
    };
    let mut found = Vec::new();
    for route in rules(proxy, "routes").chain(at(&proxy.body, &["spec", "tcpproxy"])) {
        for body in list(route.get("services")) {
            let handled = [handles(route), handles(body)].concat();
            let backend = backend(proxy, body, &["name"], &["port"]);
            found.extend(backend.map(|backend| Backend { handled, ..backend }));
        }
    }
    found
}

/// The port of a Route of OpenShift is one of the pods.
fn of_openshift<'a>(_: &Stack<'a>, route: &'a Object) -> Vec<Backend<'a>> {
    let changed = list(at(&route.body, &["spec", "httpHeaders", "actions", "request"]));
    let handled: Vec<String> = changed.filter_map(|header| text(header, &["name"])).map(lower).collect();
    let targets = at(&route.body, &["spec", "to"]).into_iter().chain(rules(route, "alternateBackends"));
    let targets = targets.filter(|body| is_service(body)).filter_map(|body| backend(route, body, &["name"], &[]));
    targets.map(|backend| Backend { port: None, handled: handled.clone(), ..backend }).collect()
}

fn of_kong<'a>(_: &Stack<'a>, ingress: &'a Object) -> Vec<Backend<'a>> {
    let backends = rules(ingress, "rules").filter_map(|rule| rule.get("backend"));
    backends.filter_map(|body| backend(ingress, body, &["serviceName"], &["servicePort"])).collect()
}

/// A Mapping names its Service as a URL, with or without scheme and port.
fn of_ambassador<'a>(_: &Stack<'a>, mapping: &'a Object) -> Vec<Backend<'a>> {
    let Some(spec) = mapping.body.get("spec") else { return Vec::new() };
    let found = backend(mapping, spec, &["service"], &[]).and_then(|backend| {
        let host = backend.service.split_once("://").map_or(backend.service, |(_, host)| host);
        let host = host.split([':', '/']).next()?;
        let (service, within) = service_of(host)?;
        let removed = strings(spec.get("remove_request_headers"));
        let set = entries(spec.get("add_request_headers")).map(|(name, _)| name);
        let handled = removed.chain(set).map(lower).collect();
        Some(Backend { service, namespace: within.unwrap_or(namespace(mapping)), port: None, handled, ..backend })
    });
    found.into_iter().collect()
}

fn of_nginx<'a>(_: &Stack<'a>, server: &'a Object) -> Vec<Backend<'a>> {
    rules(server, "upstreams").filter_map(|body| backend(server, body, &["service"], &["port"])).collect()
}

fn of_apisix<'a>(_: &Stack<'a>, route: &'a Object) -> Vec<Backend<'a>> {
    let http = rules(route, "http").flat_map(|rule| list(rule.get("backends")).chain(rule.get("backend")));
    let stream = rules(route, "stream").filter_map(|rule| rule.get("backend"));
    http.chain(stream).filter_map(|body| backend(route, body, &["serviceName"], &["servicePort"])).collect()
}

fn of_skipper<'a>(_: &Stack<'a>, group: &'a Object) -> Vec<Backend<'a>> {
    rules(group, "backends").filter_map(|body| backend(group, body, &["serviceName"], &["servicePort"])).collect()
}

fn of_target_group<'a>(_: &Stack<'a>, binding: &'a Object) -> Vec<Backend<'a>> {
    let body = at(&binding.body, &["spec", "serviceRef"]);
    body.and_then(|body| backend(binding, body, &["name"], &["port"])).into_iter().collect()
}
