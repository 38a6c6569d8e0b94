//! Services: whether callers from outside the cluster reach them, and which.

use crate::diff::classes::Pair;
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::reach::Networks;
use crate::objects::view::annotation;
use crate::objects::view::json::{entries, list, strings};
use serde_json::Value as Json;
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
    let addresses = |value| strings(value).collect::<BTreeSet<&str>>();
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
        list(value).filter_map(|port| port.get("port")).map(ToString::to_string).collect()
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
        let ranges: Vec<&str> = strings(spec).collect();
        let annotation = object.and_then(|object| annotation(&object.body, RANGES));
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
    let come = beyond(&old, &new).into_iter();
    come.map(|range| format!("Service {name} lets in callers from {}", words::quoted(range))).collect()
}

/// An annotation that keeps a balancer inside a network, as those of the large clouds do.
fn of_scheme(pair: &Pair<'_>) -> Option<String> {
    let is_inside = |annotations: Option<&Json>| {
        entries(annotations).filter(|(name, _)| name.contains("load-balancer")).any(|(name, value)| {
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

/// The ranges of `new` that no range of `old` has all of. What is no range is compared as a text.
fn beyond<'a>(old: &BTreeSet<&str>, new: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let networks = |range: &str| Networks::from_iter([range]);
    let is_within = |range: &str| {
        let own = networks(range);
        old.contains(range) || !own.is_empty() && old.iter().any(|other| own.is_within(&networks(other)))
    };
    new.iter().filter(|range| !is_within(range)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::beyond;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_within_is_not_beyond() {
        let found = |old: &[&'static str], new: &[&'static str]| {
            beyond(&old.iter().copied().collect(), &new.iter().copied().collect::<BTreeSet<_>>())
        };
        assert_eq!(found(&["10.0.0.0/8"], &["10.1.0.0/16", "11.0.0.0/8"]), ["11.0.0.0/8"]);
        assert_eq!(found(&["10.0.0.0/8"], &["0.0.0.0/0"]), ["0.0.0.0/0"]);
        assert_eq!(found(&["0.0.0.0/0"], &["1.2.3.4/32", "::/0"]), ["::/0"]);
        assert_eq!(found(&["2001:db8::/32"], &["2001:db8:1::/48"]), [""; 0]);
        assert_eq!(found(&["odd"], &["odd", "10.0.0.0/33"]), ["10.0.0.0/33"]);
    }
}
