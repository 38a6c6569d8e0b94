//! NetworkPolicies: the namespace closed both ways, and exactly the flows that the environment needs.
//!
//! Policies name the pods' ports, not the Services' (fact 24): 8081, never 50081.

use super::metadata;
use crate::model::{Address, Caller, Environment, RemotePeer, ServiceName, Texts};
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The addresses of cloud metadata services, which no peer has.
const LINK_LOCAL: &str = "169.254.0.0/16";

/// All policies of an environment; none where they are off.
pub(super) fn policies(environment: &Environment) -> Vec<NetworkPolicy> {
    if !environment.network.default_deny {
        return Vec::new();
    }
    let mut policies = vec![policy_of_all(environment)];
    policies.extend(ServiceName::ALL.map(|service| policy_of(environment, service)));
    policies
}

fn policy_of_all(environment: &Environment) -> NetworkPolicy {
    NetworkPolicy {
        metadata: metadata::of_stack(environment, "agentos-default-deny"),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(LabelSelector::default()),
            policy_types: both_ways(),
            ..NetworkPolicySpec::default()
        }),
    }
}

fn policy_of(environment: &Environment, service: ServiceName) -> NetworkPolicy {
    NetworkPolicy {
        metadata: metadata::of_service(environment, service, service.object_name()),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(metadata::selector(service)),
            policy_types: both_ways(),
            ingress: rules(ingress(environment, service)),
            egress: match service {
                ServiceName::Federation => rules(egress(environment)),
                ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => None,
            },
        }),
    }
}

fn both_ways() -> Option<Vec<String>> {
    Some(vec!["Ingress".to_owned(), "Egress".to_owned()])
}

fn rules<T>(rules: Vec<T>) -> Option<Vec<T>> {
    (!rules.is_empty()).then_some(rules)
}

/// Who may call a service: those that the environment names, and for the orchestrator the federation pods of peers in
/// the same cluster, which forward runs to it.
fn ingress(environment: &Environment, service: ServiceName) -> Vec<NetworkPolicyIngressRule> {
    let own = environment.services.get(service);
    let named = environment.network.callers.get(service).values();
    let mut from: Vec<NetworkPolicyPeer> = named.map(|caller| pods(environment, caller)).collect();
    if service == ServiceName::AgentOrchestrator {
        from.extend(neighbours(environment).map(|namespace| {
            let pods = metadata::selecting_labels(ServiceName::Federation);
            self::pods(environment, &Caller { namespace: Some(namespace), pods })
        }));
    }
    if from.is_empty() {
        return Vec::new();
    }
    vec![NetworkPolicyIngressRule { from: Some(from), ports: Some(vec![port("TCP", own.port)]) }]
}

/// Whom federation may call: name resolution and the peers' orchestrators. Nobody else calls out (fact 24).
fn egress(environment: &Environment) -> Vec<NetworkPolicyEgressRule> {
    let peers: BTreeSet<Destination> =
        environment.federation.remotes().filter_map(|(_, remote)| destination(remote)).collect();
    if peers.is_empty() {
        return Vec::new();
    }
    let mut rules = vec![NetworkPolicyEgressRule {
        to: Some(vec![pods(environment, &environment.network.dns)]),
        ports: Some(vec![port("UDP", 53), port("TCP", 53)]),
    }];
    rules.extend(peers.into_iter().map(|peer| match peer {
        Destination::Neighbour { namespace, pod_port } => {
            let pods = metadata::selecting_labels(ServiceName::AgentOrchestrator);
            NetworkPolicyEgressRule {
                to: Some(vec![self::pods(environment, &Caller { namespace: Some(namespace), pods })]),
                ports: Some(vec![port("TCP", pod_port)]),
            }
        }
        Destination::Address { address, port: number } => NetworkPolicyEgressRule {
            to: Some(vec![block(&single(address), &[])]),
            ports: Some(vec![port("TCP", number)]),
        },
        // A policy can't name hosts, and a name may resolve to anything: the port is all that can be narrowed.
        Destination::Anywhere { port: number } => NetworkPolicyEgressRule {
            to: Some(vec![block("0.0.0.0/0", &[LINK_LOCAL]), block("::/0", &[])]),
            ports: Some(vec![port("TCP", number)]),
        },
    }));
    rules
}

/// Where a peer's orchestrator is, as far as a policy can say it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Destination {
    /// In another namespace of the same cluster.
    Neighbour { namespace: String, pod_port: u16 },
    /// At this address.
    Address { address: IpAddr, port: u16 },
    /// Behind a name.
    Anywhere { port: u16 },
}

fn neighbours(environment: &Environment) -> impl Iterator<Item = String> {
    let namespaces: BTreeSet<String> = environment
        .federation
        .remotes()
        .filter_map(|(_, remote)| match destination(remote)? {
            Destination::Neighbour { namespace, .. } => Some(namespace),
            Destination::Address { .. } | Destination::Anywhere { .. } => None,
        })
        .collect();
    namespaces.into_iter()
}

fn destination(remote: &RemotePeer) -> Option<Destination> {
    let Address { host, port } = Address::of(&remote.agent_orchestrator)?;
    if let Ok(address) = host.parse() {
        return Some(Destination::Address { address, port });
    }
    let mut labels = host.split('.');
    let (name, namespace, svc) = (labels.next(), labels.next(), labels.next());
    match (name, namespace, svc) {
        (Some(name), Some(namespace), Some("svc")) if name == ServiceName::AgentOrchestrator.object_name() => {
            Some(Destination::Neighbour { namespace: namespace.to_owned(), pod_port: remote.pod_port })
        }
        _ => Some(Destination::Anywhere { port }),
    }
}

fn single(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("{address}/32"),
        IpAddr::V6(address) => format!("{address}/128"),
    }
}

fn block(cidr: &str, except: &[&str]) -> NetworkPolicyPeer {
    let except: Vec<String> = except.iter().map(|cidr| (*cidr).to_owned()).collect();
    let ip_block = IPBlock { cidr: cidr.to_owned(), except: rules(except) };
    NetworkPolicyPeer { ip_block: Some(ip_block), ..NetworkPolicyPeer::default() }
}

fn pods(environment: &Environment, caller: &Caller) -> NetworkPolicyPeer {
    let namespace = caller.namespace.as_ref().filter(|namespace| **namespace != environment.namespace);
    NetworkPolicyPeer {
        namespace_selector: namespace.map(|namespace| LabelSelector {
            match_labels: Some(Texts::from([("kubernetes.io/metadata.name".to_owned(), namespace.clone())])),
            ..LabelSelector::default()
        }),
        pod_selector: Some(LabelSelector {
            match_labels: metadata::texts(caller.pods.clone()),
            ..LabelSelector::default()
        }),
        ip_block: None,
    }
}

fn port(protocol: &str, number: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        protocol: Some(protocol.to_owned()),
        port: Some(IntOrString::Int(number.into())),
        end_port: None,
    }
}
