//! Ways in from outside the cluster: Services, routes, and the headers that they strip.

use crate::diff::classes::{Pair, items, text_at, texts};
use crate::diff::words;
use crate::model::IDENTITY_HEADERS;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Kinds that let callers in from outside the cluster, the newest interface and the oldest.
const ROUTES: [&str; 7] = ["GRPCRoute", "Gateway", "HTTPRoute", "Ingress", "TCPRoute", "TLSRoute", "UDPRoute"];

/// Kinds that let pods talk to the API server.
const GRANTS: [&str; 4] = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    match pair.kind() {
        "Service" => of_service(pair),
        kind if ROUTES.contains(&kind) => of_route(pair),
        kind if GRANTS.contains(&kind) && pair.is_added() => {
            vec![format!("{kind} {} grants rights on the API server", pair.name())]
        }
        _ => Vec::new(),
    }
}

fn of_service(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    let kind = |value: Option<&Json>| value.and_then(Json::as_str).map_or("ClusterIP".to_owned(), str::to_owned);
    let (old, new) = (kind(pair.at_old("/spec/type")), kind(pair.at_new("/spec/type")));
    let mut found = Vec::new();
    if old != new && matches!(new.as_str(), "NodePort" | "LoadBalancer") {
        found.push(format!("Service {name} becomes a `{new}`: whoever reaches the nodes or the balancer reaches it"));
    }
    let addresses = |value| texts(value).collect::<BTreeSet<&str>>();
    let (old, new) = (addresses(pair.at_old("/spec/externalIPs")), addresses(pair.at_new("/spec/externalIPs")));
    found.extend(
        new.difference(&old).map(|ip| format!("Service {name} answers on the external address {}", words::quoted(ip))),
    );
    found
}

fn of_route(pair: &Pair<'_>) -> Vec<String> {
    let (kind, name) = (pair.kind(), pair.name());
    if pair.is_removed() {
        return Vec::new();
    }
    if pair.is_added() {
        return vec![format!("{kind} {name} opens a way in from outside the cluster")];
    }
    let mut found = Vec::new();
    for (what, all) in [("answers as the host", hosts as fn(&Json) -> BTreeSet<String>), ("leads to", backends)] {
        let of = |value: Option<&Json>| value.map(all).unwrap_or_default();
        let (old, new) = (of(pair.at_old("/spec")), of(pair.at_new("/spec")));
        found.extend(new.difference(&old).map(|new| format!("{kind} {name} {what} {}", words::quoted(new))));
    }
    let lost =
        stripped(pair.at_old("/spec")).into_iter().filter(|header| !stripped(pair.at_new("/spec")).contains(header));
    found.extend(lost.map(|header| format!("{kind} {name} no longer strips `{header}`, which the services believe")));
    found
}

fn hosts(spec: &Json) -> BTreeSet<String> {
    let of_routes = texts(spec.get("hostnames"));
    let rules = items(spec.get("rules")).filter_map(|rule| text_at(rule, "/host"));
    let listeners = items(spec.get("listeners")).filter_map(|listener| text_at(listener, "/hostname"));
    of_routes.chain(rules).chain(listeners).map(str::to_owned).collect()
}

fn backends(spec: &Json) -> BTreeSet<String> {
    let of_routes = items(spec.get("rules")).flat_map(|rule| items(rule.get("backendRefs")));
    let of_routes = of_routes.filter_map(|backend| text_at(backend, "/name"));
    let paths = items(spec.get("rules")).flat_map(|rule| items(rule.pointer("/http/paths")));
    of_routes.chain(paths.filter_map(|path| text_at(path, "/backend/service/name"))).map(str::to_owned).collect()
}

/// The headers that no backend gets as a caller sent them: removed or overwritten by each rule that leads to one.
fn stripped(spec: Option<&Json>) -> Vec<&'static str> {
    let rules = items(spec.and_then(|spec| spec.get("rules")));
    let backends: Vec<(&Json, &Json)> =
        rules.flat_map(|rule| items(rule.get("backendRefs")).map(move |backend| (rule, backend))).collect();
    let strips = |(rule, backend): &(&Json, &Json), header: &str| {
        let filters = items(rule.get("filters")).chain(items(backend.get("filters")));
        let modifiers = filters.filter_map(|filter| filter.get("requestHeaderModifier"));
        let mut handled = modifiers.flat_map(|modifier| {
            let set = items(modifier.get("set")).filter_map(|header| text_at(header, "/name"));
            texts(modifier.get("remove")).chain(set)
        });
        handled.any(|handled| handled.eq_ignore_ascii_case(header))
    };
    let by_all = |header: &&str| !backends.is_empty() && backends.iter().all(|backend| strips(backend, header));
    IDENTITY_HEADERS.into_iter().filter(by_all).collect()
}
