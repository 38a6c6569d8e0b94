//! NetworkPolicies: what they let through, as a set of flows.

use crate::diff::classes::{Pair, items, texts};
use crate::diff::words;
use crate::lower::Object;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What a rule without peers or ports lets through.
const ANY: &str = "any";

/// The two directions: the type of the policy, the field of its rules, that of their peers, and in words.
const DIRECTIONS: [(&str, &str, &str, &str); 2] =
    [("Ingress", "ingress", "from", "callers"), ("Egress", "egress", "to", "destinations")];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    if pair.kind() != "NetworkPolicy" {
        return Vec::new();
    }
    let name = pair.name();
    match (pair.old, pair.new) {
        (Some(_), None) if is_gone(pair) => Vec::new(),
        (Some(_), None) => vec![format!("NetworkPolicy {name} is removed: what it kept out can get in")],
        (None, Some(new)) if is_closed(pair) => {
            allowed(&new.body).iter().map(|flow| format!("NetworkPolicy {name} lets through {flow}")).collect()
        }
        (Some(old), Some(new)) => widened(&name, &old.body, &new.body),
        (None, _) => Vec::new(),
    }
}

/// Whether policies closed the namespace already: only then does another one open it.
fn is_closed(pair: &Pair<'_>) -> bool {
    let namespace = pair.object().and_then(|object| object.namespace.as_ref());
    pair.before.iter().any(|object| object.kind == "NetworkPolicy" && object.namespace.as_ref() == namespace)
}

/// Whether the namespace goes, too: then nothing is left to get at.
fn is_gone(pair: &Pair<'_>) -> bool {
    let name = pair.object().and_then(|object| object.namespace.as_ref());
    let has =
        |objects: &[&Object]| objects.iter().any(|object| object.kind == "Namespace" && Some(&object.name) == name);
    has(pair.before) && !has(pair.after)
}

fn widened(name: &str, old: &Json, new: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let pods = |policy: &Json| policy.pointer("/spec/podSelector").cloned().unwrap_or_default();
    if pods(old) != pods(new) {
        found.push(format!("NetworkPolicy {name} protects other pods: those that it no longer selects are open"));
    }
    for (kind, _, _, what) in DIRECTIONS {
        if applies(old, kind) && !applies(new, kind) {
            found.push(format!("NetworkPolicy {name} no longer restricts {what}"));
        }
    }
    let before = allowed(old);
    found.extend(allowed(new).difference(&before).map(|flow| format!("NetworkPolicy {name} lets through {flow}")));
    found
}

/// Whether a policy restricts a direction; without types it does so for callers, and where it has rules.
fn applies(policy: &Json, kind: &str) -> bool {
    match policy.pointer("/spec/policyTypes") {
        Some(types) => texts(Some(types)).any(|other| other == kind),
        None => kind == "Ingress" || policy.pointer("/spec/egress").is_some(),
    }
}

/// Every flow that a policy lets through: each peer of each rule with each of its ports.
fn allowed(policy: &Json) -> BTreeSet<String> {
    let mut flows = BTreeSet::new();
    for (_, field, peers, what) in DIRECTIONS {
        for rule in items(policy.pointer(&format!("/spec/{field}"))) {
            for peer in each(rule.get(peers), peer) {
                for port in each(rule.get("ports"), port) {
                    flows.insert(format!("{what}: {peer}, {port}"));
                }
            }
        }
    }
    flows
}

fn each(list: Option<&Json>, shown: fn(&Json) -> String) -> Vec<String> {
    let all: Vec<String> = items(list).map(shown).collect();
    if all.is_empty() { vec![ANY.to_owned()] } else { all }
}

fn peer(peer: &Json) -> String {
    if let Some(block) = peer.get("ipBlock") {
        let cidr = block.get("cidr").and_then(Json::as_str).unwrap_or("");
        let except: Vec<&str> = texts(block.get("except")).collect();
        return match except.as_slice() {
            [] => words::quoted(cidr),
            except => format!("{} but {}", words::quoted(cidr), words::quoted(&except.join(", "))),
        };
    }
    let pods = labels("pods", peer.get("podSelector"));
    match peer.get("namespaceSelector") {
        Some(selector) => format!("{pods} in {}", labels("namespaces", Some(selector))),
        None => pods,
    }
}

fn labels(what: &str, selector: Option<&Json>) -> String {
    let Some(selector) = selector else { return format!("all {what}") };
    let equal = selector.get("matchLabels").and_then(Json::as_object).into_iter().flatten();
    let mut all: Vec<String> = equal.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or(""))).collect();
    all.extend(items(selector.get("matchExpressions")).map(ToString::to_string));
    if all.is_empty() { format!("all {what}") } else { format!("{what} {}", words::quoted(&all.join(","))) }
}

fn port(port: &Json) -> String {
    let protocol = port.get("protocol").and_then(Json::as_str).unwrap_or("TCP");
    let number = port.get("port").map_or(ANY.to_owned(), |port| port.as_str().map_or(port.to_string(), str::to_owned));
    match port.get("endPort") {
        Some(end) => format!("{protocol} {number} to {end}"),
        None => format!("{protocol} {number}"),
    }
}
