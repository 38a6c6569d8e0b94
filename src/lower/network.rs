//! NetworkPolicies: the namespace closed both ways, and exactly the flows that the environment needs.
//!
//! Policies name the pods' ports, not the Services' (fact 24): 8081, never 50081.

use super::metadata;
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::model::addresses::{Destination, destination};
use crate::model::{Caller, Environment, Gateway, RemotePeer, Texts};
use crate::names::qualified_service;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// Everything but what no peer that is reached by its name has: this host, the networks of clusters and clouds, and the
/// addresses of cloud metadata services.
const PUBLIC: [(&str, &[&str]); 2] = [
    ("0.0.0.0/0", &["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]),
    ("::/0", &["::1/128", "fc00::/7", "fe80::/10"]),
];

/// Everything but the addresses of cloud metadata services: a database may well be in a private network.
const ANYWHERE: [(&str, &[&str]); 2] = [("0.0.0.0/0", &["169.254.0.0/16"]), ("::/0", &["fe80::/10"])];

/// The labels that the Prometheus operator gives to the pods that scrape.
const PROMETHEUS: (&str, &str) = ("app.kubernetes.io/name", "prometheus");

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

/// Who may call a service: those that the environment names, the gateway that exposes it, the scraper of its metrics,
/// and for the orchestrator the federation pods of peers in the same cluster, which forward runs to it.
fn ingress(environment: &Environment, service: ServiceName) -> Vec<NetworkPolicyIngressRule> {
    let own = environment.services.get(service);
    let mut callers: Vec<Caller> = environment.network.callers.get(service).values().cloned().collect();
    callers.extend(own.exposure.gateway().map(proxies));
    callers.extend(scraper(environment));
    if service == ServiceName::AgentOrchestrator {
        callers.extend(neighbours(environment).map(|namespace| Caller {
            namespace: Some(namespace),
            pods: metadata::selecting_labels(ServiceName::Federation),
        }));
    }
    if callers.is_empty() {
        return Vec::new();
    }
    let from = callers.iter().map(|caller| pods(environment, caller)).collect();
    vec![NetworkPolicyIngressRule { from: Some(from), ports: Some(vec![port("TCP", own.port)]) }]
}

/// The pods that pass a Gateway's requests on.
fn proxies(gateway: &Gateway) -> Caller {
    let Caller { namespace, pods } = gateway.proxies.clone();
    Caller { namespace: namespace.or_else(|| Some(gateway.namespace.clone())), pods }
}

/// Prometheus, and nothing else of its namespace: whoever gets in is believed whatever tenant it names (fact 5).
fn scraper(environment: &Environment) -> Option<Caller> {
    environment.observability.scraper().map(|scraper| {
        let (label, value) = PROMETHEUS;
        let pods = Texts::from([(label.to_owned(), value.to_owned())]);
        Caller { namespace: Some(scraper.namespace.clone()), pods }
    })
}

/// Whom a service calls: federation the peers' orchestrators, the others what the environment gives them: the
/// orchestrator database and model provider, and both the issuer of tokens. Release 1.0.2 has nothing to give them
/// (fact 24).
fn called(environment: &Environment, service: ServiceName) -> BTreeSet<Destination> {
    let at = |url: &str| Address::of(url).map(|address| elsewhere(environment, address.host, address.port));
    let database = environment.database.iter().map(|database| elsewhere(environment, &database.host, database.port));
    let model = environment.services.model_policy.model.iter().filter_map(|model| at(model.url()));
    let issuer = environment.authentication.iter().filter_map(|oidc| at(&oidc.issuer_url));
    match service {
        ServiceName::AgentOrchestrator => model.chain(issuer).chain(database).collect(),
        ServiceName::ModelPolicy => issuer.collect(),
        ServiceName::Federation => {
            environment.federation.remotes().filter_map(|(_, remote)| destination(remote)).collect()
        }
    }
}

/// What a service may call: name resolution, and what it needs.
fn egress(environment: &Environment, service: ServiceName) -> Vec<NetworkPolicyEgressRule> {
    let called = called(environment, service);
    let named = called.iter().any(|destination| !matches!(destination, Destination::Address { .. }));
    let resolution = if named { resolution(environment) } else { Vec::new() };
    let networks = networks(environment);
    let rules = called.into_iter().map(|destination| match destination {
        Destination::Neighbour { namespace, pod_port } => {
            let pods = metadata::selecting_labels(ServiceName::AgentOrchestrator);
            NetworkPolicyEgressRule {
                to: Some(vec![self::pods(environment, &Caller { namespace: Some(namespace), pods })]),
                ports: Some(vec![port("TCP", pod_port)]),
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
        Destination::Host { host, port: number } => {
            NetworkPolicyEgressRule { to: Some(addresses(&networks, &host)), ports: Some(vec![port("TCP", number)]) }
        }
    });
    // A rule that names nobody would let everything out.
    let narrow = rules.filter(|rule| rule.to.as_ref().is_some_and(|to| !to.is_empty()));
    let mut distinct = Vec::new();
    // Two names may come to the same addresses.
    for rule in resolution.into_iter().chain(narrow) {
        if !distinct.contains(&rule) {
            distinct.push(rule);
        }
    }
    distinct
}

/// The way to what resolves names: one rule for those that listen on the same ports.
pub(super) fn resolution(environment: &Environment) -> Vec<NetworkPolicyEgressRule> {
    let mut by_ports: BTreeMap<Vec<u16>, Vec<NetworkPolicyPeer>> = BTreeMap::new();
    for resolver in environment.network.resolving().into_iter().filter(|resolver| !resolver.ports.is_empty()) {
        let peers = by_ports.entry(resolver.ports.clone()).or_default();
        peers.extend(resolver.caller().map(|caller| pods(environment, &caller)));
        peers.extend(resolver.networks.iter().map(|network| block(network, &[])));
    }
    // A rule that names nobody would let everything out.
    let narrow = by_ports.into_iter().filter(|(_, peers)| !peers.is_empty());
    let both = |number: &u16| [port("UDP", *number), port("TCP", *number)];
    narrow
        .map(|(ports, to)| NetworkPolicyEgressRule { to: Some(to), ports: Some(ports.iter().flat_map(both).collect()) })
        .collect()
}

/// The networks that the environment names for the peers behind each host; none where it leaves one of them open.
type Networks<'a> = HashMap<&'a str, Option<Vec<&'a String>>>;

fn networks(environment: &Environment) -> Networks<'_> {
    let mut networks = Networks::new();
    for (id, remote) in environment.federation.remotes() {
        let Some(address) = Address::of(&remote.agent_orchestrator) else { continue };
        let of_host = networks.entry(address.host).or_insert_with(|| Some(Vec::new()));
        // Two peers behind one host may lie in the networks of either; if one has none, nothing is known.
        match (of_host.as_mut(), environment.network.peers.get(id)) {
            (Some(known), Some(named)) => known.extend(named),
            (None, _) | (_, None) => *of_host = None,
        }
    }
    networks
}

/// Where a host may be: in the networks that the environment names for its peer. A policy can't name hosts, so that
/// without them it can only leave out where no peer is.
fn addresses(networks: &Networks<'_>, host: &str) -> Vec<NetworkPolicyPeer> {
    let blocks = |all: &[(&str, &[&str])]| all.iter().map(|(cidr, except)| block(cidr, except)).collect();
    match networks.get(host) {
        None => blocks(&ANYWHERE),
        Some(None) => blocks(&PUBLIC),
        Some(Some(networks)) => networks.iter().map(|network| block(network, &[])).collect(),
    }
}

/// The namespaces of the same cluster from which runs are forwarded to a stack: those of its peers. To the stack that
/// tenants share also those of peers' dedicated stacks, whose tenants are shared here; to a dedicated stack only those of
/// the same tenant.
fn neighbours(environment: &Environment) -> impl Iterator<Item = String> {
    let is_in_cluster = |remote: &RemotePeer| match destination(remote) {
        Some(Destination::Neighbour { namespace, .. }) => Some(namespace),
        Some(Destination::Namespace { .. } | Destination::Address { .. } | Destination::Host { .. }) | None => None,
    };
    let mut namespaces = BTreeSet::new();
    for (_, remote) in environment.federation.remotes().filter(|(_, remote)| remote.tenant == environment.tenant) {
        let Some(namespace) = is_in_cluster(remote) else { continue };
        namespaces.insert(namespace);
        let shared = remote.dedicated.iter().filter(|(id, _)| environment.tenancy.tenants.contains_key(*id));
        namespaces.extend(shared.map(|(_, own)| own.namespace.clone()));
    }
    namespaces.into_iter()
}

/// Where something other than a peer is.
fn elsewhere(environment: &Environment, host: &str, port: u16) -> Destination {
    if let Ok(address) = host.parse() {
        return Destination::Address { address, port };
    }
    if let Some((_, namespace)) = qualified_service(host) {
        return Destination::Namespace { namespace: namespace.to_owned(), port };
    }
    if !host.contains('.') {
        return Destination::Namespace { namespace: environment.namespace.clone(), port };
    }
    Destination::Host { host: host.to_owned(), port }
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
