//! Services: whether callers from outside the cluster reach them, and which.

use super::ranges;
use crate::diff::classes::{Pair, items, texts};
use crate::diff::words;
use crate::objects::object::Object;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// The annotation that means what `loadBalancerSourceRanges` does.
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    if pair.kind() != "Service" || pair.is_removed() {
        return Vec::new();
    }
    let name = pair.name();
    let kind = |value: Option<&Json>| value.and_then(Json::as_str).unwrap_or("ClusterIP").to_owned();
    let (old, new) = (kind(pair.at_old("/spec/type")), kind(pair.at_new("/spec/type")));
    let is_outside = |kind: &str| matches!(kind, "NodePort" | "LoadBalancer");
    let mut found = Vec::new();
    if old != new && is_outside(&new) {
        found.push(format!("Service {name} becomes a `{new}`: callers outside the cluster reach it"));
    } else if is_outside(&new) {
        found.extend(of_ports(pair));
    }
    if old == "LoadBalancer" && new == "LoadBalancer" {
        found.extend(of_ranges(pair).into_iter().chain(of_scheme(pair)));
    }
    let addresses = |value| texts(value).collect::<BTreeSet<&str>>();
    let (before, after) = (addresses(pair.at_old("/spec/externalIPs")), addresses(pair.at_new("/spec/externalIPs")));
    found.extend(
        after
            .difference(&before)
            .map(|ip| format!("Service {name} answers on the external address {}", words::quoted(ip))),
    );
    if is_outside(&old) && is_outside(&new) || !before.is_empty() && !after.is_empty() {
        found.extend(of_policy(pair));
    }
    found
}

/// A port that is open to callers outside of the cluster, and was not.
fn of_ports(pair: &Pair<'_>) -> Vec<String> {
    let ports = |value: Option<&Json>| -> BTreeSet<String> {
        items(value).filter_map(|port| port.get("port")).map(ToString::to_string).collect()
    };
    let (old, new) = (ports(pair.at_old("/spec/ports")), ports(pair.at_new("/spec/ports")));
    let name = pair.name();
    new.difference(&old)
        .map(|port| format!("Service {name} opens port `{port}` to callers outside the cluster"))
        .collect()
}

/// Who may call a balancer: everybody, where no range says otherwise.
fn of_ranges(pair: &Pair<'_>) -> Vec<String> {
    let of = |object: Option<&Object>, spec: Option<&Json>| -> BTreeSet<String> {
        let ranges: Vec<&str> = texts(spec).collect();
        let annotation = object.and_then(|object| object.body.pointer("/metadata/annotations")?.get(RANGES)?.as_str());
        let annotated = annotation.filter(|_| ranges.is_empty()).into_iter().flat_map(|text| text.split(','));
        ranges
            .iter()
            .copied()
            .chain(annotated)
            .map(|range| range.trim().to_owned())
            .filter(|range| !range.is_empty())
            .collect()
    };
    let field = "/spec/loadBalancerSourceRanges";
    let (old, new) = (of(pair.old, pair.at_old(field)), of(pair.new, pair.at_new(field)));
    let name = pair.name();
    if old.is_empty() {
        return Vec::new();
    }
    if new.is_empty() {
        return vec![format!(
            "Service {name} no longer restricts `loadBalancerSourceRanges`: every address may call it"
        )];
    }
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let come = ranges::beyond(&old, &new).into_iter();
    come.map(|range| format!("Service {name} lets in callers from {}", words::quoted(range))).collect()
}

/// An annotation that keeps a balancer inside a network, as those of the large clouds do.
fn of_scheme(pair: &Pair<'_>) -> Option<String> {
    let is_inside = |annotations: Option<&Json>| {
        let empty = Map::new();
        let annotations = annotations.and_then(Json::as_object).unwrap_or(&empty).clone();
        annotations.iter().filter(|(name, _)| name.contains("load-balancer")).any(|(name, value)| {
            let value = value.as_str().unwrap_or("");
            value.eq_ignore_ascii_case("internal")
                || name.ends_with("-internal") && !value.is_empty() && !value.eq_ignore_ascii_case("false")
        })
    };
    let annotations = "/metadata/annotations";
    (is_inside(pair.at_old(annotations)) && !is_inside(pair.at_new(annotations)))
        .then(|| format!("the balancer of Service {} is no longer an internal one", pair.name()))
}

/// With `Local` a call keeps its address; else it has that of a node, which rules by address take for one of theirs.
fn of_policy(pair: &Pair<'_>) -> Option<String> {
    let is_local = |value: Option<&Json>| value.and_then(Json::as_str) == Some("Local");
    let field = "/spec/externalTrafficPolicy";
    (is_local(pair.at_old(field)) && !is_local(pair.at_new(field))).then(|| {
        format!(
            "Service {} hides callers' addresses: with `externalTrafficPolicy` other than `Local` a call comes from a \
             node, and policies and logs that tell callers by address no longer do",
            pair.name()
        )
    })
}
