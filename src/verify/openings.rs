//! N007: in production policies close the namespace of AgentOS both ways (facts 5 and 18a). N014: no rule of any of them
//! opens what they close.

use super::fault::{At, Fault};
use super::stack::Stack;
use super::{at, list, nearest, text};
use crate::catalogue::{POLICIES_OFF_IN_PROD, POLICY_OPENS_EVERYTHING};
use crate::objects::reach::{Direction, Networks, Peer, Policies, Reach, Rule, Socket};
use crate::objects::view::Labels;
use crate::objects::view::agent::Agent;
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Where names are resolved; OpenShift's pods listen on the second.
pub(super) const DNS: [u16; 2] = [53, 5353];

const BELIEVED: &str =
    "the services believe the headers that name tenants and scopes: whoever reaches one is an administrator";
const CALLED: &str = "the services call nothing but what their settings and peers name (fact 24); a peer's answer can \
                      have a caller's token sent to any host that is in reach (fact 18a)";

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let policies = Policies::new(stack.objects);
    let mut faults = uncovered(stack, &policies);
    let mut seen = BTreeSet::new();
    // A finding is as grave as the gravest pod that it is about.
    let (prod, others): (Vec<_>, Vec<_>) = stack.agents.iter().partition(|agent| agent.is_prod());
    for agent in prod.into_iter().chain(others) {
        for opening in Direction::ALL.into_iter().flat_map(|direction| openings(stack, &policies, agent, direction)) {
            if seen.insert(std::ptr::from_ref(opening.at)) {
                faults.push(opening.fault(agent));
            }
        }
    }
    faults
}

/// Directions that no policy is for: one finding a namespace.
fn uncovered<'a>(stack: &Stack<'a>, policies: &Policies<'a>) -> Vec<Fault<'a>> {
    let namespaces: BTreeSet<&str> = stack.agents.iter().map(|agent| agent.namespace).collect();
    namespaces.into_iter().filter_map(|namespace| uncovered_in(stack, policies, namespace)).collect()
}

fn uncovered_in<'a>(stack: &Stack<'a>, policies: &Policies<'a>, namespace: &str) -> Option<Fault<'a>> {
    let agents = || stack.agents.iter().filter(|agent| agent.namespace == namespace);
    let is_off = !policies.any_in(namespace) && !stack.is_prod(namespace);
    if is_off || policies.has_others(namespace) {
        return None;
    }
    let is_open = |agent: &&Agent<'a>, direction| {
        stack
            .pods
            .get(agent.pod)
            .is_some_and(|pod| matches!(policies.reach(pod.namespace, &pod.labels, direction), Reach::Open))
    };
    let first = |direction| {
        let of_prod = agents().find(|agent| agent.is_prod() && is_open(agent, direction));
        of_prod.or_else(|| agents().find(|agent| is_open(agent, direction)))
    };
    let about = |agent: &Agent<'a>, title: &str, label: &str| {
        let object = stack.objects.get(agent.owner)?;
        let name = nearest(&object.body, &["metadata", "name"]);
        Some(closing(agent.owner, name, title, agent.is_prod()).label(label))
    };
    if let Some(agent) = first(Direction::Ingress) {
        let fault = about(agent, "no network policy closes its namespace to other pods", "reached by any pod")?;
        return Some(fault.note(BELIEVED));
    }
    if let Some(agent) = first(Direction::Egress) {
        let fault = about(agent, "no network policy closes the way out of its pods", "may call anything")?;
        return Some(fault.note(CALLED));
    }
    let other = Labels::new();
    let direction = Direction::ALL
        .into_iter()
        .find(|direction| matches!(policies.reach(namespace, &other, *direction), Reach::Open))?;
    let agent = agents().next()?;
    let (owner, object) =
        stack.find("Namespace", "", namespace).or(Some((agent.owner, stack.objects.get(agent.owner)?)))?;
    let title = format!("no network policy closes `{namespace}` to pods that none of them names");
    let what = match direction {
        Direction::Ingress => "reached by any pod",
        Direction::Egress => "other pods here may call anything",
    };
    let name = nearest(&object.body, &["metadata", "name"]);
    let fault = closing(owner, name, &title, stack.is_prod(namespace)).label(what);
    Some(fault.note("a pod that no policy selects is open: a Job, a database, what somebody runs beside the services"))
}

fn closing<'a>(object: usize, value: &'a Json, title: &str, is_prod: bool) -> Fault<'a> {
    let code = if is_prod { POLICIES_OFF_IN_PROD } else { POLICY_OPENS_EVERYTHING };
    let fault = Fault::new(code, object, value, title).help(
        "add a NetworkPolicy with an empty `podSelector` and the types `Ingress` and `Egress`, and one for each flow",
    );
    if is_prod { fault } else { fault.into_warning() }
}

/// What opens a direction of a pod.
struct Opening<'a> {
    direction: Direction,
    policy: usize,
    /// The value that does.
    at: &'a Json,
    what: What,
    /// Other networks that belong to it.
    others: Vec<At<'a>>,
}

#[derive(Clone, Copy)]
enum What {
    Everything,
    AnyPod,
    Addresses,
}

impl<'a> Opening<'a> {
    fn fault(self, agent: &Agent<'a>) -> Fault<'a> {
        let called = agent.called();
        let (title, label) = match (self.direction, self.what) {
            (Direction::Ingress, What::Everything) => {
                (format!("nothing narrows who may call {called}"), "every caller")
            }
            (Direction::Ingress, What::AnyPod) => (format!("any pod of the cluster may call {called}"), "every pod"),
            (Direction::Ingress, What::Addresses) => {
                (format!("nearly every address may call {called}"), "every address")
            }
            (Direction::Egress, What::Everything) => (format!("nothing narrows what {called} may call"), "everything"),
            (Direction::Egress, What::AnyPod) => (format!("{called} may call any pod of the cluster"), "every pod"),
            (Direction::Egress, What::Addresses) => (format!("{called} may call every address"), "every address"),
        };
        let (note, help) = match self.direction {
            Direction::Ingress => (BELIEVED, "name the namespace and the pods of each caller"),
            Direction::Egress => (CALLED, "name the networks or pods that it calls, and leave out 169.254.0.0/16"),
        };
        let fault = Fault::new(POLICY_OPENS_EVERYTHING, self.policy, self.at, title)
            .label(label)
            .note("policies add up: what one of them lets through, no other keeps back")
            .note(note)
            .help(help);
        let fault = self.others.into_iter().fold(fault, |fault, other| fault.and(other, "together with these"));
        if agent.is_prod() { fault } else { fault.into_warning() }
    }
}

/// The owners of the pods that policies close to callers whom they do not name.
pub(super) fn closed(stack: &Stack<'_>) -> BTreeSet<usize> {
    let policies = Policies::new(stack.objects);
    let is_closed = |agent: &&Agent<'_>| {
        let pod = stack.pods.get(agent.pod);
        let covered = pod.is_some_and(|pod| {
            matches!(policies.reach(pod.namespace, &pod.labels, Direction::Ingress), Reach::Rules(_))
        });
        covered && openings(stack, &policies, agent, Direction::Ingress).is_empty()
    };
    stack.agents.iter().filter(is_closed).map(|agent| agent.owner).collect()
}

/// What opens a direction of the pod of an agent.
fn openings<'a>(
    stack: &Stack<'a>,
    policies: &Policies<'a>,
    agent: &Agent<'a>,
    direction: Direction,
) -> Vec<Opening<'a>> {
    let Some(pod) = stack.pods.get(agent.pod) else { return Vec::new() };
    let Reach::Rules(rules) = policies.reach(pod.namespace, &pod.labels, direction) else { return Vec::new() };
    let rules: Vec<Rule<'a>> = match direction {
        Direction::Ingress => {
            let socket = agent.port().map(|port| socket(pod, port));
            rules.into_iter().filter(|rule| socket.as_ref().is_none_or(|socket| rule.is_for_port(socket))).collect()
        }
        Direction::Egress => rules.into_iter().filter(|rule| !is_for_dns(rule)).collect(),
    };
    let peers = rules.iter().flat_map(|rule| rule.peers().into_iter().map(move |peer| (rule, peer)));
    let mut found: Vec<Opening<'a>> = peers
        .filter_map(|(rule, peer)| {
            let (at, what) = match &peer {
                Peer::Everyone => (
                    rule.body.get(direction.peers()).filter(|list| !list.is_null()).unwrap_or(rule.body),
                    What::Everything,
                ),
                Peer::Pods { body, .. } if peer.is_any_pod() => (*body, What::AnyPod),
                Peer::Pods { .. } | Peer::Block(_) => return None,
            };
            Some(Opening { direction, policy: rule.policy, at, what, others: Vec::new() })
        })
        .collect();
    found.extend(match direction {
        Direction::Ingress => addresses(&rules, direction),
        // Networks that are everything together are so for some port.
        Direction::Egress => {
            let of_port = |socket: Socket<'a>| {
                let rules: Vec<Rule<'a>> = rules.iter().filter(|rule| rule.is_for_port(&socket)).copied().collect();
                addresses(&rules, direction)
            };
            sockets(&rules).into_iter().flat_map(of_port).collect()
        }
    });
    found
}

/// Networks that are everything: each that is so alone, or the last of those that are so together.
fn addresses<'a>(rules: &[Rule<'a>], direction: Direction) -> Vec<Opening<'a>> {
    let is_open = |networks: &Networks| match direction {
        Direction::Ingress => networks.is_most(),
        Direction::Egress => networks.is_everything(),
    };
    let blocks: Vec<(usize, &'a Json, Networks)> = rules
        .iter()
        .flat_map(|rule| rule.peers().into_iter().map(|peer| (rule.policy, peer)))
        .filter_map(|(policy, peer)| match peer {
            Peer::Block(block) => Some((policy, nearest(block, &["cidr"]), Networks::of_block(block))),
            Peer::Everyone | Peer::Pods { .. } => None,
        })
        .collect();
    let opening = |policy, at, others| Opening { direction, policy, at, what: What::Addresses, others };
    let alone: Vec<Opening<'a>> = blocks
        .iter()
        .filter(|(_, _, networks)| is_open(networks))
        .map(|(policy, at, _)| opening(*policy, *at, Vec::new()))
        .collect();
    let union = Networks::union(blocks.iter().map(|(_, _, networks)| networks));
    match blocks.split_last() {
        Some(((policy, at, _), others)) if alone.is_empty() && is_open(&union) => {
            let others = others.iter().map(|(object, value, _)| At { object: *object, value });
            vec![opening(*policy, *at, others.collect())]
        }
        Some(_) | None => alone,
    }
}

/// A TCP port of a pod with the names that the pod gives it.
pub(super) fn socket<'a>(pod: &Pod<'a>, port: u16) -> Socket<'a> {
    let here = pod.ports().filter(|own| own.get("containerPort").and_then(Json::as_u64) == Some(u64::from(port)));
    let names = here.filter_map(|own| text(own, &["name"])).collect();
    Socket { names: Some(names), ..Socket::tcp(port) }
}

/// The first port of every entry of rules, and one that only those without entries have.
fn sockets<'a>(rules: &[Rule<'a>]) -> Vec<Socket<'a>> {
    let mut found = BTreeSet::from([Socket::tcp(443)]);
    for entry in rules.iter().flat_map(Rule::ports) {
        let number = at(entry, &["port"]).and_then(Json::as_u64).and_then(|port| u16::try_from(port).ok());
        let protocol = text(entry, &["protocol"]).unwrap_or("TCP");
        found.insert(Socket { protocol, ..Socket::tcp(number.unwrap_or(443)) });
    }
    found.into_iter().collect()
}

/// Whether a rule lets out to DNS and nothing else.
fn is_for_dns(rule: &Rule<'_>) -> bool {
    let is_dns = |entry: &Json| match entry.get("port") {
        Some(Json::String(name)) => name.starts_with("dns"),
        Some(port) => {
            entry.get("endPort").is_none() && DNS.iter().any(|known| port.as_u64() == Some(u64::from(*known)))
        }
        None => false,
    };
    let mut ports = list(rule.body.get("ports")).peekable();
    ports.peek().is_some() && ports.all(is_dns)
}
