//! Who reaches whom: NetworkPolicies applied as Kubernetes applies them, to compiled pods and to strangers.
//!
//! It knows nothing of how the policies were made, and reads only their JSON. What it does not know it panics about.

use agentos_cfg::objects::object::Object;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Somebody who calls or is called: a pod, or a host outside the cluster.
#[derive(Clone, Debug)]
pub struct Party {
    pub name: String,
    address: IpAddr,
    /// Namespace and labels, of a pod.
    pod: Option<(String, BTreeMap<String, String>)>,
}

/// A pod with these labels.
pub fn pod(namespace: &str, name: &str, labels: &[(&str, &str)]) -> Party {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    // All pods of a cluster have addresses of its own network.
    let address = IpAddr::from([10, 1, 2, 3]);
    Party { name: format!("{namespace}/{name}"), address, pod: Some((namespace.to_owned(), labels)) }
}

/// A host outside the cluster.
pub fn host(address: &str) -> Party {
    Party { name: address.to_owned(), address: address.parse().unwrap(), pod: None }
}

/// The pods that compiled objects make, one of each Deployment.
pub fn pods(objects: &[Object]) -> Vec<Party> {
    let deployments = objects.iter().filter(|object| object.kind == "Deployment");
    deployments
        .map(|object| {
            let labels = object.body["spec"]["template"]["metadata"]["labels"].as_object().unwrap();
            let labels: Vec<(&str, &str)> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
            pod(object.namespace.as_ref().unwrap(), object.name.strip_prefix("agentos-").unwrap(), &labels)
        })
        .collect()
}

/// Strangers whom a cluster may have, and hosts that a pod may try.
pub fn strangers() -> Vec<Party> {
    vec![
        pod("default", "stranger", &[]),
        // It claims to be one of ours, but is not in our namespace.
        pod(
            "default",
            "impostor",
            &[("app.kubernetes.io/name", "agentos"), ("app.kubernetes.io/component", "federation")],
        ),
        pod("edge", "proxy", &[("app", "proxy")]),
        pod("edge", "debug", &[("app", "debug")]),
        pod("monitoring", "prometheus", &[("app.kubernetes.io/name", "prometheus")]),
        pod("monitoring", "grafana", &[("app.kubernetes.io/name", "grafana")]),
        pod("kube-system", "dns", &[("k8s-app", "kube-dns")]),
        pod("kube-system", "other", &[]),
        host("203.0.113.7"),
        host("198.51.100.1"),
        host("10.20.30.40"),
        host("192.168.1.1"),
        host("169.254.169.254"),
        host("2001:db8::7"),
        host("fd00::1"),
    ]
}

/// Every flow between two of the parties that the policies of compiled objects let pass and that has one of our pods at
/// an end, in order; what is neither from nor to one of ours is nothing that we decide.
pub fn flows(objects: &[Object], strangers: &[Party]) -> Vec<String> {
    let ours = pods(objects);
    let all: Vec<&Party> = ours.iter().chain(strangers).collect();
    let mut flows = Vec::new();
    for (from_at, from) in all.iter().enumerate() {
        for (to_at, to) in all.iter().enumerate() {
            let of_ours = from_at < ours.len() || to_at < ours.len();
            if from_at == to_at || !of_ours {
                continue;
            }
            for (protocol, port) in PORTS {
                if passes(objects, from, to, protocol, *port) {
                    flows.push(format!("{} -> {} {protocol}/{port}", from.name, to.name));
                }
            }
        }
    }
    flows.sort();
    flows
}

/// What is tried: the ports of our pods, those of our Services, and usual others.
const PORTS: &[(&str, u16)] = &[
    ("TCP", 22),
    ("TCP", 53),
    ("UDP", 53),
    ("TCP", 80),
    ("TCP", 443),
    ("UDP", 443),
    ("TCP", 6443),
    ("TCP", 8081),
    ("TCP", 8082),
    ("TCP", 8083),
    ("UDP", 8081),
    ("TCP", 8443),
    ("TCP", 50081),
    ("TCP", 50082),
    ("TCP", 50083),
];

/// Whether a connection passes the policies at both ends.
pub fn passes(objects: &[Object], from: &Party, to: &Party, protocol: &str, port: u16) -> bool {
    let allowed = |direction: &str, own: &Party, other: &Party| {
        let mut policies = policies_of(objects, own, direction).peekable();
        // A pod that no policy selects is open.
        policies.peek().is_none()
            || policies.any(|policy| {
                let rules = &policy["spec"][if direction == "Ingress" { "ingress" } else { "egress" }];
                let peers = if direction == "Ingress" { "from" } else { "to" };
                let rules = rules.as_array().into_iter().flatten();
                rules.into_iter().any(|rule| {
                    let home = own.pod.as_ref().map_or("", |(namespace, _)| namespace.as_str());
                    any_or_all(&rule[peers], |peer| is_peer(peer, home, other))
                        && any_or_all(&rule["ports"], |entry| is_port(entry, protocol, port))
                })
            })
    };
    allowed("Egress", from, to) && allowed("Ingress", to, from)
}

/// A list that is missing or empty stands for everything.
fn any_or_all(list: &Json, matches: impl Fn(&Json) -> bool) -> bool {
    list.as_array().is_none_or(|list| list.is_empty() || list.iter().any(matches))
}

fn policies_of<'a>(objects: &'a [Object], party: &'a Party, direction: &'a str) -> impl Iterator<Item = &'a Json> {
    objects.iter().filter(|object| object.kind == "NetworkPolicy").map(|object| &object.body).filter(move |policy| {
        let Some((namespace, labels)) = &party.pod else { return false };
        policy["metadata"]["namespace"] == **namespace
            && policy["spec"]["policyTypes"].as_array().unwrap().iter().any(|kind| kind == direction)
            && selects(&policy["spec"]["podSelector"], labels)
    })
}

fn is_peer(peer: &Json, home: &str, party: &Party) -> bool {
    if let Some(block) = peer.get("ipBlock") {
        let inside = |cidr: &Json| contains(cidr.as_str().unwrap(), party.address);
        return inside(&block["cidr"]) && !block["except"].as_array().into_iter().flatten().any(inside);
    }
    let Some((namespace, labels)) = &party.pod else { return false };
    let in_namespace = match peer.get("namespaceSelector") {
        // Every namespace has its name as a label; ours have further ones, which no policy here asks for.
        Some(selector) => {
            selects(selector, &BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), namespace.clone())]))
        }
        None => namespace == home,
    };
    in_namespace && peer.get("podSelector").is_none_or(|selector| selects(selector, labels))
}

fn is_port(entry: &Json, protocol: &str, port: u16) -> bool {
    assert!(entry.get("endPort").is_none() && entry["port"].is_u64(), "{entry}");
    entry["protocol"] == protocol && entry["port"] == port
}

fn selects(selector: &Json, labels: &BTreeMap<String, String>) -> bool {
    assert!(selector.get("matchExpressions").is_none(), "{selector}");
    let wanted = selector["matchLabels"].as_object().into_iter().flatten();
    wanted.into_iter().all(|(key, value)| labels.get(key).is_some_and(|own| value == own))
}

fn contains(cidr: &str, address: IpAddr) -> bool {
    let (network, length) = cidr.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    match (network.parse().unwrap(), address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (network.to_bits() ^ address.to_bits()).checked_shr(32 - length).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            (network.to_bits() ^ address.to_bits()).checked_shr(128 - length).unwrap_or(0) == 0
        }
        (IpAddr::V4(_) | IpAddr::V6(_), _) => false,
    }
}
