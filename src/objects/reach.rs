//! Who gets in and out of pods: all NetworkPolicies of a namespace together, in both directions, as Kubernetes applies
//! them.
//!
//! Invariant: it knows objects only, neither environments nor what the pods run. A policy allows, and none forbids: a pod
//! that no policy selects for a direction is open in it, and any other lets through what a rule of any of its policies
//! lets through.

mod flow;
mod networks;

pub use flow::{Flow, gained};
pub use networks::Networks;

use crate::objects::object::Object;
use crate::objects::view::json::{list, text};
use crate::objects::view::selector::{NAMESPACE_NAME, Selector};
use crate::objects::view::{Labels, labels, namespace};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// A direction of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// What calls the pods.
    Ingress,
    /// What the pods call.
    Egress,
}

impl Direction {
    /// Both.
    pub const ALL: [Direction; 2] = [Direction::Ingress, Direction::Egress];

    /// What `policyTypes` calls it.
    pub fn policy_type(self) -> &'static str {
        match self {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        }
    }

    /// The field of its rules.
    pub fn field(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }

    /// The field of a rule's peers.
    pub fn peers(self) -> &'static str {
        match self {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        }
    }
}

/// A port of a protocol that a connection goes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Socket<'a> {
    /// The protocol, as policies spell it.
    pub protocol: &'a str,
    /// The port of the pod.
    pub port: u16,
    /// What the pod calls the port; none where the pod is not known, and any name may be meant.
    pub names: Option<Vec<&'a str>>,
}

impl<'a> Socket<'a> {
    /// A TCP port of a pod that is not known.
    pub fn tcp(port: u16) -> Socket<'a> {
        Socket { protocol: "TCP", port, names: None }
    }
}

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub enum Party<'a> {
    /// A pod.
    Pod {
        /// Its namespace.
        namespace: &'a str,
        /// Its labels; none where any pod of the namespace may be meant.
        labels: Option<&'a Labels<'a>>,
        /// Its address; none where it may have any.
        address: Option<IpAddr>,
    },
    /// A host outside the cluster.
    Host(IpAddr),
}

/// The policies of some objects, and what the objects say of namespaces.
pub struct Policies<'a> {
    by_namespace: HashMap<&'a str, Vec<Policy<'a>>>,
    namespaces: HashMap<&'a str, Labels<'a>>,
    others: HashSet<&'a str>,
}

/// A policy with its position among the objects.
#[derive(Clone, Copy)]
struct Policy<'a> {
    position: usize,
    home: &'a str,
    spec: &'a Json,
}

/// A rule of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// The position of its policy.
    pub policy: usize,
    /// The namespace of its policy.
    pub home: &'a str,
    /// The direction that it is for.
    pub direction: Direction,
    /// The rule itself.
    pub body: &'a Json,
}

/// What the policies of a pod make of a direction.
#[derive(Clone, Debug)]
pub enum Reach<'a> {
    /// No policy is for it: everything passes.
    Open,
    /// What one of these rules lets through passes.
    Rules(Vec<Rule<'a>>),
}

/// An entry under `from` or `to`.
#[derive(Clone, Debug)]
pub enum Peer<'a> {
    /// There is no list, or an empty one: everything.
    Everyone,
    /// Pods of the cluster.
    Pods {
        /// Those of which namespaces; none for those of the policy's own.
        namespaces: Option<Selector<'a>>,
        /// Which of their pods.
        pods: Selector<'a>,
        /// The entry.
        body: &'a Json,
    },
    /// Addresses.
    Block(&'a Json),
}

impl<'a> Policies<'a> {
    /// The policies among objects.
    pub fn new(objects: impl IntoIterator<Item = &'a Object>) -> Policies<'a> {
        let mut all = Policies { by_namespace: HashMap::new(), namespaces: HashMap::new(), others: HashSet::new() };
        for (position, object) in objects.into_iter().enumerate() {
            let home = namespace(object);
            match object.kind.as_str() {
                "NetworkPolicy" if is_of_kubernetes(object) => {
                    let spec = object.body.get("spec").unwrap_or(&Json::Null);
                    all.by_namespace.entry(home).or_default().push(Policy { position, home, spec });
                }
                "Namespace" => drop(all.namespaces.insert(&object.name, labels(&object.body))),
                kind if kind.ends_with("NetworkPolicy") => drop(all.others.insert(home)),
                _ => {}
            }
        }
        all
    }

    /// Whether there are policies in a namespace.
    pub fn any_in(&self, namespace: &str) -> bool {
        self.by_namespace.contains_key(namespace)
    }

    /// Whether policies of a network plug-in or of the cluster's administrators are among the objects, which may open and close
    /// more in a namespace than can be told here.
    pub fn has_others(&self, namespace: &str) -> bool {
        self.others.contains(namespace) || self.others.contains("")
    }

    /// What passes a pod in a direction.
    pub fn reach(&self, namespace: &str, labels: &Labels<'_>, direction: Direction) -> Reach<'a> {
        let policies = self.by_namespace.get(namespace).into_iter().flatten();
        let mut of_pod = policies.filter(|policy| policy.selects(labels) && policy.is_for(direction)).peekable();
        if of_pod.peek().is_none() {
            return Reach::Open;
        }
        Reach::Rules(of_pod.flat_map(|policy| policy.rules(direction)).collect())
    }

    /// The policies that select a pod for a direction, by position.
    pub fn of_pod(&self, namespace: &str, labels: &Labels<'_>, direction: Direction) -> Vec<usize> {
        let policies = self.by_namespace.get(namespace).into_iter().flatten();
        let of_pod = policies.filter(|policy| policy.selects(labels) && policy.is_for(direction));
        of_pod.map(|policy| policy.position).collect()
    }

    /// Whether a rule lets a connection with `other` through.
    pub fn lets(&self, rule: &Rule<'a>, other: &Party<'_>, socket: &Socket<'_>) -> bool {
        rule.is_for_port(socket) && rule.peers().iter().any(|peer| self.is_peer(rule.home, peer, other))
    }

    /// Whether what passes a pod includes a connection with `other`.
    pub fn passes(&self, reach: &Reach<'a>, other: &Party<'_>, socket: &Socket<'_>) -> bool {
        match reach {
            Reach::Open => true,
            Reach::Rules(rules) => rules.iter().any(|rule| self.lets(rule, other, socket)),
        }
    }

    /// Whether an entry of a policy in the namespace `home` may be about a party.
    pub fn is_peer(&self, home: &str, peer: &Peer<'_>, other: &Party<'_>) -> bool {
        match (peer, other) {
            (Peer::Everyone, _) => true,
            (Peer::Block(block), Party::Host(address)) => Networks::of_block(block).contains(*address),
            (Peer::Block(block), Party::Pod { address, .. }) => {
                address.is_none_or(|address| Networks::of_block(block).contains(address))
            }
            (Peer::Pods { .. }, Party::Host(_)) => false,
            (Peer::Pods { namespaces, pods, .. }, Party::Pod { namespace, labels, .. }) => {
                let there = match namespaces {
                    None => *namespace == home,
                    Some(selector) => self.is_selected(selector, namespace),
                };
                there && labels.is_none_or(|labels| pods.selects(labels))
            }
        }
    }

    /// Whether a selector of namespaces selects one, as far as its labels are known: every namespace has its name.
    pub fn is_selected(&self, selector: &Selector<'_>, namespace: &str) -> bool {
        match self.namespaces.get(namespace) {
            Some(labels) => {
                let mut labels = labels.clone();
                labels.insert(NAMESPACE_NAME, namespace);
                selector.selects(&labels)
            }
            None => selector.may_select(&HashMap::from([(NAMESPACE_NAME, namespace)])),
        }
    }
}

impl<'a> Policy<'a> {
    fn selects(&self, labels: &Labels<'_>) -> bool {
        Selector::new(self.spec.get("podSelector").unwrap_or(&Json::Null)).selects(labels)
    }

    /// Without types a policy is for ingress, and for egress where it has a rule for it.
    fn is_for(&self, direction: Direction) -> bool {
        match list(self.spec.get("policyTypes")).next() {
            Some(_) => list(self.spec.get("policyTypes")).any(|kind| kind.as_str() == Some(direction.policy_type())),
            None => match direction {
                Direction::Ingress => true,
                Direction::Egress => list(self.spec.get("egress")).next().is_some(),
            },
        }
    }

    fn rules(&self, direction: Direction) -> impl Iterator<Item = Rule<'a>> + use<'a> {
        let (policy, home) = (self.position, self.home);
        list(self.spec.get(direction.field())).map(move |body| Rule { policy, home, direction, body })
    }
}

impl<'a> Rule<'a> {
    /// Whom it is about.
    pub fn peers(&self) -> Vec<Peer<'a>> {
        let peers: Vec<Peer<'a>> = list(self.body.get(self.direction.peers())).map(Peer::of).collect();
        if peers.is_empty() { vec![Peer::Everyone] } else { peers }
    }

    /// Its entries for ports; none where it is for all.
    pub fn ports(&self) -> impl Iterator<Item = &'a Json> + use<'a> {
        list(self.body.get("ports"))
    }

    /// Whether it is for a port.
    pub fn is_for_port(&self, socket: &Socket<'_>) -> bool {
        let mut ports = self.ports().peekable();
        ports.peek().is_none() || ports.any(|entry| is_for_port(entry, socket))
    }
}

impl<'a> Peer<'a> {
    fn of(body: &'a Json) -> Peer<'a> {
        if let Some(block) = given(body, "ipBlock") {
            return Peer::Block(block);
        }
        let namespaces = given(body, "namespaceSelector").map(Selector::new);
        Peer::Pods { namespaces, pods: Selector::new(given(body, "podSelector").unwrap_or(&Json::Null)), body }
    }

    /// Whether it is every pod of the cluster, or all but some that it names.
    pub fn is_any_pod(&self) -> bool {
        match self {
            Peer::Everyone => true,
            Peer::Pods { namespaces: Some(namespaces), pods, .. } => {
                namespaces.is_of_any_namespace() && pods.is_of_almost_any()
            }
            Peer::Pods { namespaces: None, .. } | Peer::Block(_) => false,
        }
    }
}

/// Whether an entry under `ports` is for a port.
fn is_for_port(entry: &Json, socket: &Socket<'_>) -> bool {
    if text(entry, &["protocol"]).unwrap_or("TCP") != socket.protocol {
        return false;
    }
    match given(entry, "port") {
        None => true,
        Some(Json::String(name)) => socket.names.as_ref().is_none_or(|names| names.contains(&name.as_str())),
        Some(first) => {
            let last = entry.get("endPort").and_then(Json::as_u64);
            let port = u64::from(socket.port);
            first.as_u64().is_some_and(|first| (first..=last.unwrap_or(first)).contains(&port))
        }
    }
}

/// Whether a policy is one of Kubernetes, and none of a network plug-in that has the same kind.
fn is_of_kubernetes(policy: &Object) -> bool {
    matches!(policy.group(), "" | "networking.k8s.io" | "extensions")
}

/// A field that is there and not null.
fn given<'a>(value: &'a Json, field: &str) -> Option<&'a Json> {
    value.get(field).filter(|value| !value.is_null())
}
