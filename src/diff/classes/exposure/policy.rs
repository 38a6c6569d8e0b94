//! NetworkPolicies, judged by who gets in and out: all policies of a namespace together, before and after. Rules that move
//! to another policy, or are written in another way, change nothing.

use crate::diff::classes::Pair;
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::reach::{Direction, Flow, Peer, Policies, Reach, Rule, gained};
use crate::objects::view::json::{at, entries, list, strings, text};
use crate::objects::view::pod::template_labels;
use crate::objects::view::selector::Selector;
use crate::objects::view::{Labels, namespace};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What a rule without peers or ports lets through.
const ANY: &str = "any";

/// A pod as it was and as it will be, by its labels.
struct Pod<'a> {
    before: Labels<'a>,
    after: Labels<'a>,
}

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    if pair.kind() != "NetworkPolicy" {
        return of_pods(pair).into_iter().collect();
    }
    if pair.is_removed() && pair.is_namespace_removed() {
        return Vec::new();
    }
    let Some(home) = pair.object().map(namespace) else { return Vec::new() };
    let (old, new) = (Policies::new(pair.before.iter().copied()), Policies::new(pair.after.iter().copied()));
    let at = |objects: &[&Object], one: Option<&Object>| {
        objects.iter().position(|object| one.is_some_and(|one| std::ptr::eq(*object, one)))
    };
    let (was, is) = (at(pair.before, pair.old), at(pair.after, pair.new));
    let mut opened = BTreeSet::new();
    let mut flows = BTreeSet::new();
    for pod in pods(pair, home) {
        for direction in Direction::ALL {
            let before = old.reach(home, &pod.before, direction);
            match new.reach(home, &pod.after, direction) {
                Reach::Open => {
                    let closed = was.is_some_and(|was| old.of_pod(home, &pod.before, direction).contains(&was));
                    opened.extend(closed.then_some(direction));
                }
                Reach::Rules(rules) => {
                    let own: Vec<_> = rules.into_iter().filter(|rule| Some(rule.policy) == is).collect();
                    flows.extend(gained(&own, &before).iter().map(shown));
                }
            }
        }
    }
    let name = pair.name();
    let opened = opened.into_iter().map(|direction| lost(pair, &name, direction)).collect::<BTreeSet<_>>();
    opened.into_iter().chain(flows.iter().map(|flow| format!("NetworkPolicy {name} lets through {flow}"))).collect()
}

/// What it means that nothing restricts a direction of some pods any more.
fn lost(pair: &Pair<'_>, name: &str, direction: Direction) -> String {
    let applies = |policy: &Object| match at(&policy.body, &["spec", "policyTypes"]) {
        Some(types) => strings(Some(types)).any(|kind| kind == direction.policy_type()),
        None => direction == Direction::Ingress || at(&policy.body, &["spec", "egress"]).is_some(),
    };
    match (pair.new, direction) {
        (None, Direction::Ingress) => format!("NetworkPolicy {name} is removed: what it kept out can get in"),
        (None, Direction::Egress) => {
            format!("NetworkPolicy {name} is removed: its pods can call what it kept them from")
        }
        (Some(new), _) if applies(new) => {
            format!("NetworkPolicy {name} protects other pods: those that it no longer selects are open")
        }
        (Some(_), _) => format!("NetworkPolicy {name} no longer restricts {}", what(direction)),
    }
}

fn what(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "callers",
        Direction::Egress => "destinations",
    }
}

/// The pods that a policy may be about: those of a namespace, and where it selects none of them one that it selects.
fn pods<'a>(pair: &Pair<'a>, home: &str) -> Vec<Pod<'a>> {
    let made = |objects: &[&'a Object]| -> Vec<(&'a Object, Labels<'a>)> {
        let here = objects.iter().filter(|object| namespace(object) == home);
        here.filter_map(|object| Some((*object, template_labels(object)?))).collect()
    };
    let (old, new) = (made(pair.before), made(pair.after));
    let same = |one: &Object, other: &Object| one.kind == other.kind && one.name == other.name;
    let mut pods: Vec<Pod<'a>> = new
        .iter()
        .map(|(object, after)| {
            let before = old.iter().find(|(other, _)| same(other, object)).map_or(after, |(_, before)| before);
            Pod { before: before.clone(), after: after.clone() }
        })
        .collect();
    // Where all pods of a namespace go, nothing is left to get at.
    let is_inhabited = !new.is_empty() || old.is_empty();
    for (policy, known) in [(pair.old, &old), (pair.new, &new)] {
        let Some(policy) = policy else { continue };
        let selector = Selector::new(at(&policy.body, &["spec", "podSelector"]).unwrap_or(&Json::Null));
        let is_of_none = !known.iter().any(|(_, labels)| selector.selects(labels));
        if is_inhabited && (selector.is_empty() || is_of_none) {
            let labels: Labels<'a> = selector.equal().iter().copied().collect();
            pods.push(Pod { before: labels.clone(), after: labels });
        }
    }
    pods
}

/// Pods whose labels change, so that other policies select them.
fn of_pods(pair: &Pair<'_>) -> Option<String> {
    let (was, is) = (pair.old?, pair.new?);
    let (before, after) = (template_labels(was)?, template_labels(is)?);
    if before == after {
        return None;
    }
    let (old, new) = (Policies::new(pair.before.iter().copied()), Policies::new(pair.after.iter().copied()));
    let home = namespace(is);
    let opened = |direction: &Direction| {
        let before = old.reach(home, &before, *direction);
        match new.reach(home, &after, *direction) {
            Reach::Open => matches!(before, Reach::Rules(_)),
            Reach::Rules(rules) => {
                // What changed policies let in is said of them.
                let known =
                    |rule: &Rule<'_>| pair.after.get(rule.policy).is_some_and(|policy| pair.before.contains(policy));
                let kept: Vec<_> = rules.into_iter().filter(known).collect();
                !gained(&kept, &before).is_empty()
            }
        }
    };
    let direction = Direction::ALL.into_iter().find(opened)?;
    Some(format!("other policies select the pods of {}: they have more {}", words::quoted(&is.name), what(direction)))
}

fn shown(flow: &Flow<'_>) -> String {
    let peer = match &flow.peer {
        Peer::Everyone => ANY.to_owned(),
        Peer::Pods { body, .. } => peer(body),
        Peer::Block(block) => network(block),
    };
    format!("{}: {peer}, {}", what(flow.rule.direction), flow.port.map_or(ANY.to_owned(), port))
}

fn network(block: &Json) -> String {
    let cidr = text(block, &["cidr"]).unwrap_or("");
    let except: Vec<&str> = strings(block.get("except")).collect();
    match except.as_slice() {
        [] => words::quoted(cidr),
        except => format!("{} but {}", words::quoted(cidr), words::quoted(&except.join(", "))),
    }
}

fn peer(peer: &Json) -> String {
    let pods = selected("pods", peer.get("podSelector"));
    match peer.get("namespaceSelector") {
        Some(selector) => format!("{pods} in {}", selected("namespaces", Some(selector))),
        None => pods,
    }
}

fn selected(what: &str, selector: Option<&Json>) -> String {
    let Some(selector) = selector else { return format!("all {what}") };
    let equal = entries(selector.get("matchLabels"));
    let mut all: Vec<String> = equal.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or(""))).collect();
    all.extend(list(selector.get("matchExpressions")).map(ToString::to_string));
    if all.is_empty() { format!("all {what}") } else { format!("{what} {}", words::quoted(&all.join(","))) }
}

fn port(port: &Json) -> String {
    let protocol = text(port, &["protocol"]).unwrap_or("TCP");
    let number = port.get("port").map_or(ANY.to_owned(), |port| port.as_str().map_or(port.to_string(), str::to_owned));
    match port.get("endPort") {
        Some(end) => format!("{protocol} {number} to {end}"),
        None => format!("{protocol} {number}"),
    }
}
