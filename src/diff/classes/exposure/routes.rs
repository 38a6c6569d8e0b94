//! Ways in from outside the cluster: routes, where they are attached, and the headers that they strip.

use crate::agentos::vocabulary::IDENTITY_HEADERS;
use crate::diff::classes::Pair;
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::view::annotation;
use crate::objects::view::json::{at, list, strings, text};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Kinds that let callers in from outside the cluster, the newest interface and the oldest.
const ROUTES: [&str; 7] = ["GRPCRoute", "Gateway", "HTTPRoute", "Ingress", "TCPRoute", "TLSRoute", "UDPRoute"];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    if ROUTES.contains(&pair.kind()) { of_route(pair) } else { Vec::new() }
}

/// What is true of a route in a namespace: more of it is an exposure.
type Facts = fn(&str, &Json) -> BTreeSet<String>;

const FACTS: [(&str, Facts); 5] = [
    ("is attached to", parents),
    ("answers as", hosts),
    ("leads to", backends),
    ("forwards", forwarded),
    ("lets in", admitted),
];

fn of_route(pair: &Pair<'_>) -> Vec<String> {
    let route = format!("{} {}", pair.kind(), pair.name());
    match (pair.at_old("/spec"), pair.at_new("/spec")) {
        _ if pair.is_removed() => Vec::new(),
        _ if pair.is_added() => vec![format!("{route} opens a way in from outside the cluster")],
        (old, new) => {
            let namespace = pair.new.and_then(|object| object.namespace.as_deref()).unwrap_or("");
            let (old, new) = (old.unwrap_or(&Json::Null), new.unwrap_or(&Json::Null));
            let found = come(namespace, old, new).into_iter().chain(gone(old, new)).chain(moved(pair));
            found.map(|what| format!("{route} {what}")).collect()
        }
    }
}

fn come(namespace: &str, old: &Json, new: &Json) -> Vec<String> {
    let of_kind = |(what, facts): &(&str, Facts)| {
        let (before, after) = (facts(namespace, old), facts(namespace, new));
        let come = after.into_iter().filter(|new| !before.iter().any(|old| is_within(new, old)));
        come.map(|new| format!("{what} {new}")).collect::<Vec<_>>()
    };
    FACTS.iter().flat_map(of_kind).collect()
}

/// What kept callers out and does no more.
fn gone(old: &Json, new: &Json) -> Vec<String> {
    let still = refused(new);
    let open = refused(old).into_iter().filter(|path| !still.contains(path));
    let mut found: Vec<String> = open.map(|path| format!("no longer refuses {path}")).collect();
    let still = stripped(new);
    found.extend(stripped(old).into_iter().filter(|header| !still.contains(header)).map(|header| {
        let why = if IDENTITY_HEADERS.contains(&header.as_str()) { ", which the services believe" } else { "" };
        format!("no longer strips {}{why}", words::quoted(&header))
    }));
    if is_encrypted(old) && !is_encrypted(new) {
        found.push("takes calls without TLS".to_owned());
    }
    found
}

fn moved(pair: &Pair<'_>) -> Option<String> {
    let (old, new) = (class(pair.old), class(pair.new));
    let shown = new.as_deref().map_or("the default one".to_owned(), words::quoted);
    (old != new).then(|| format!("moves to another controller: {shown}"))
}

/// Whether all of one is part of the other: a gateway has each of its listeners, `*.a` every host below it, and a prefix
/// every path.
fn is_within(new: &str, old: &str) -> bool {
    let inner =
        |text: &str| text.rsplit_once('`').and_then(|(text, _)| text.rsplit_once('`')).map(|(_, name)| name.to_owned());
    let below_host = || Some(inner(new)?.ends_with(inner(old)?.strip_prefix('*')?));
    let below_path = || Some(inner(new)?.starts_with(&format!("{}/", inner(old)?.trim_end_matches('/'))));
    new == old
        || (old == ANY_HOST && new.starts_with(HOST))
        || new.starts_with(&format!("{old}, "))
        || (old.starts_with(HOST) && new.starts_with(HOST) && below_host() == Some(true))
        || (old.starts_with("`/")
            && (new.starts_with("`/") || new.starts_with("`Exact`"))
            && below_path() == Some(true))
}

/// What precedes a host.
const HOST: &str = "the host ";

/// What a route without hosts answers as.
const ANY_HOST: &str = "any host";

/// The gateways, with the listener where only one is meant.
fn parents(namespace: &str, spec: &Json) -> BTreeSet<String> {
    let shown = |parent: &Json| {
        let text = |field: &str| text(parent, &[field]);
        let namespace = text("namespace").unwrap_or(namespace);
        let kind = text("kind").unwrap_or("Gateway");
        let place = format!("{kind} {}", words::quoted(&format!("{namespace}/{}", text("name").unwrap_or(""))));
        let listener = text("sectionName").map(|name| format!(", listener {}", words::quoted(name)));
        let port = parent.get("port").map(|port| format!(", port `{port}`"));
        place + &listener.unwrap_or_default() + &port.unwrap_or_default()
    };
    list(spec.get("parentRefs")).map(shown).collect()
}

fn hosts(_: &str, spec: &Json) -> BTreeSet<String> {
    let host = |host: Option<&str>| match host.filter(|host| !host.is_empty()) {
        Some(host) => format!("{HOST}{}", words::quoted(host)),
        None => ANY_HOST.to_owned(),
    };
    let mut hosts: BTreeSet<String> = strings(spec.get("hostnames")).map(|name| host(Some(name))).collect();
    if hosts.is_empty() && spec.get("parentRefs").is_some() {
        hosts.insert(host(None));
    }
    let of_ingress = list(spec.get("rules")).filter(|rule| rule.get("http").is_some());
    hosts.extend(of_ingress.map(|rule| host(text(rule, &["host"]))));
    hosts.extend(list(spec.get("listeners")).map(|listener| host(text(listener, &["hostname"]))));
    hosts
}

fn backends(namespace: &str, spec: &Json) -> BTreeSet<String> {
    let of_routes = list(spec.get("rules")).flat_map(|rule| list(rule.get("backendRefs")));
    let of_routes = of_routes.filter_map(|backend| {
        let other = text(backend, &["namespace"]).filter(|other| *other != namespace);
        let place = other.map_or(String::new(), |other| format!("{other}/"));
        let port = backend.get("port").map_or(String::new(), |port| format!(":{port}"));
        Some(words::quoted(&format!("{place}{}{port}", text(backend, &["name"])?)))
    });
    let paths = list(spec.get("rules")).flat_map(|rule| list(at(rule, &["http", "paths"])));
    let services = paths.map(|path| path.get("backend")).chain([spec.get("defaultBackend")]).flatten();
    let of_ingress = services.filter_map(|backend| {
        let port = at(backend, &["service", "port", "number"]).map_or(String::new(), |port| format!(":{port}"));
        Some(words::quoted(&format!("{}{port}", text(backend, &["service", "name"])?)))
    });
    of_routes.chain(of_ingress).collect()
}

/// The paths of a rule; one without matches has every path.
fn paths(rule: &Json) -> BTreeSet<String> {
    let path = |place: &Json| {
        let kind = text(place, &["path", "type"]).unwrap_or("PathPrefix");
        let value = words::quoted(text(place, &["path", "value"]).unwrap_or("/"));
        if kind == "PathPrefix" { value } else { format!("{} {value}", words::quoted(kind)) }
    };
    let paths: BTreeSet<String> = list(rule.get("matches")).map(path).collect();
    if paths.is_empty() { BTreeSet::from(["`/`".to_owned()]) } else { paths }
}

/// The paths that lead to a backend.
fn forwarded(_: &str, spec: &Json) -> BTreeSet<String> {
    let forwards = list(spec.get("rules")).filter(|rule| list(rule.get("backendRefs")).next().is_some());
    let of_ingress = list(spec.get("rules")).flat_map(|rule| list(at(rule, &["http", "paths"])));
    let of_ingress = of_ingress.map(|path| words::quoted(text(path, &["path"]).unwrap_or("/")));
    forwards.flat_map(paths).chain(of_ingress).collect()
}

/// The paths that are kept from a backend by a rule without one.
fn refused(spec: &Json) -> BTreeSet<String> {
    list(spec.get("rules"))
        .filter(|rule| rule.get("http").is_none() && rule.get("matches").is_some())
        .filter(|rule| list(rule.get("backendRefs")).next().is_none())
        .flat_map(paths)
        .collect()
}

/// The routes that a gateway takes besides those of its own namespace.
fn admitted(_: &str, spec: &Json) -> BTreeSet<String> {
    let from = |listener: &Json| {
        let namespaces = at(listener, &["allowedRoutes", "namespaces"])?;
        match text(namespaces, &["from"])? {
            "All" => Some("routes of every namespace".to_owned()),
            "Selector" => Some(format!("routes of namespaces with {}", namespaces.get("selector")?)),
            _ => None,
        }
    };
    list(spec.get("listeners")).filter_map(from).collect()
}

/// The controller of an Ingress or a Gateway.
fn class(object: Option<&Object>) -> Option<String> {
    let body = &object?.body;
    let annotation = annotation(body, "kubernetes.io/ingress.class");
    let class = text(body, &["spec", "ingressClassName"]).or_else(|| text(body, &["spec", "gatewayClassName"]));
    class.or(annotation).map(str::to_owned)
}

fn is_encrypted(spec: &Json) -> bool {
    let listeners: Vec<&Json> = list(spec.get("listeners")).collect();
    let all = !listeners.is_empty() && listeners.iter().all(|listener| listener.get("tls").is_some());
    list(spec.get("tls")).next().is_some() || all
}

/// The headers that no backend gets as a caller sent them: removed or overwritten by each rule that leads to one.
fn stripped(spec: &Json) -> BTreeSet<String> {
    let rules = list(spec.get("rules"));
    let backends: Vec<(&Json, &Json)> =
        rules.flat_map(|rule| list(rule.get("backendRefs")).map(move |backend| (rule, backend))).collect();
    let handled = |(rule, backend): &(&Json, &Json)| -> BTreeSet<String> {
        let filters = list(rule.get("filters")).chain(list(backend.get("filters")));
        let modifiers = filters.filter_map(|filter| filter.get("requestHeaderModifier"));
        let named = modifiers.flat_map(|modifier| {
            let set = list(modifier.get("set")).filter_map(|header| text(header, &["name"]));
            strings(modifier.get("remove")).chain(set).collect::<Vec<_>>()
        });
        named.map(called).collect()
    };
    let mut all = backends.iter().map(handled);
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, other| common.intersection(&other).cloned().collect())
}

/// A header by its known name: names of headers have no case.
fn called(header: &str) -> String {
    let known = IDENTITY_HEADERS.iter().find(|known| known.eq_ignore_ascii_case(header));
    known.map_or_else(|| header.to_ascii_lowercase(), |known| (*known).to_owned())
}
