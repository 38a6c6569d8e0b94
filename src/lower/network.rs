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
            egress: rules(egress(environment, service)),
        }),
    }
}

pub(super) fn both_ways() -> Option<Vec<String>> {
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

/// Whom a service calls: federation the peers' orchestrators, the others what the environment gives them. Release 1.0.2 has
/// nothing to give them (fact 24).
fn called(environment: &Environment, service: ServiceName) -> BTreeSet<Destination> {
    let database = environment.database.iter().map(|database| destination(environment, &database.host, database.port));
    let model = environment.services.model_policy.model.iter();
    let model = model.map(|model| model.base_url.as_deref().unwrap_or(model.provider.own_url()));
    let issuer = environment.authentication.iter().map(|oidc| oidc.issuer_url.as_str());
    let urls = model.chain(issuer).filter_map(Address::of);
    let urls = urls.map(|address| destination(environment, address.host, address.port));
    match service {
        ServiceName::AgentOrchestrator => urls.chain(database).collect(),
        ServiceName::ModelPolicy => urls.collect(),
        ServiceName::Federation => {
            environment.federation.remotes().filter_map(|(_, remote)| destination_of_peer(remote)).collect()
        }
    }
}

/// What a service may call: name resolution, and what it needs.
fn egress(environment: &Environment, service: ServiceName) -> Vec<NetworkPolicyEgressRule> {
    let called = called(environment, service);
    if called.is_empty() {
        return Vec::new();
    }
    let mut rules = vec![NetworkPolicyEgressRule {
        to: Some(vec![pods(environment, &environment.network.dns)]),
        ports: Some(vec![port("UDP", 53), port("TCP", 53)]),
    }];
    rules.extend(called.into_iter().map(|destination| match destination {
        Destination::Neighbour { namespace } => {
            let pods = metadata::selecting_labels(ServiceName::AgentOrchestrator);
            NetworkPolicyEgressRule {
                to: Some(vec![self::pods(environment, &Caller { namespace: Some(namespace), pods })]),
                ports: Some(vec![port("TCP", ServiceName::AgentOrchestrator.reference_port())]),
            }
        }
        Destination::Namespace { namespace, port: number } => NetworkPolicyEgressRule {
            to: Some(vec![pods(environment, &Caller { namespace: Some(namespace), pods: Texts::new() })]),
            ports: Some(vec![port("TCP", number)]),
        },
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

/// Where something is that a service calls, as far as a policy can say it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Destination {
    /// A peer's orchestrator in another namespace of the same cluster.
    Neighbour { namespace: String },
    /// Some pod of a namespace of the same cluster.
    Namespace { namespace: String, port: u16 },
    /// At this address.
    Address { address: IpAddr, port: u16 },
    /// Behind a name.
    Anywhere { port: u16 },
}

fn neighbours(environment: &Environment) -> impl Iterator<Item = String> {
    let namespaces: BTreeSet<String> = environment
        .federation
        .remotes()
        .filter_map(|(_, remote)| match destination_of_peer(remote)? {
            Destination::Neighbour { namespace } => Some(namespace),
            Destination::Namespace { .. } | Destination::Address { .. } | Destination::Anywhere { .. } => None,
        })
        .collect();
    namespaces.into_iter()
}

fn destination_of_peer(remote: &RemotePeer) -> Option<Destination> {
    let Address { host, port } = Address::of(&remote.agent_orchestrator)?;
    if let Ok(address) = host.parse() {
        return Some(Destination::Address { address, port });
    }
    match service_name(host) {
        Some((name, namespace)) if name == ServiceName::AgentOrchestrator.object_name() => {
            Some(Destination::Neighbour { namespace: namespace.to_owned() })
        }
        _ => Some(Destination::Anywhere { port }),
    }
}

fn destination(environment: &Environment, host: &str, port: u16) -> Destination {
    if let Ok(address) = host.parse() {
        return Destination::Address { address, port };
    }
    if let Some((_, namespace)) = service_name(host) {
        return Destination::Namespace { namespace: namespace.to_owned(), port };
    }
    if !host.contains('.') {
        return Destination::Namespace { namespace: environment.namespace.clone(), port };
    }
    Destination::Anywhere { port }
}

/// The Service and the namespace that a host name inside the cluster consists of.
fn service_name(host: &str) -> Option<(&str, &str)> {
    let mut labels = host.split('.');
    match (labels.next(), labels.next(), labels.next()) {
        (Some(name), Some(namespace), Some("svc")) => Some((name, namespace)),
        _ => None,
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

pub(super) fn pods(environment: &Environment, caller: &Caller) -> NetworkPolicyPeer {
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

pub(super) fn port(protocol: &str, number: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        protocol: Some(protocol.to_owned()),
        port: Some(IntOrString::Int(number.into())),
        end_port: None,
    }
}
