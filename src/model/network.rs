//! Who may talk to whom.

use super::Texts;
use super::reader::Reader;
use crate::agentos::vocabulary::PerService;
use std::collections::BTreeMap;

/// Who may talk to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Whether the namespace is closed by default.
    pub default_deny: bool,
    /// Who else may call each service, by name.
    pub callers: PerService<BTreeMap<String, Caller>>,
    /// Where names are resolved, by name. All in all it is [`Network::resolving`].
    pub resolvers: BTreeMap<String, Resolver>,
    /// The pods that resolve names, as the deprecated field has them.
    pub dns: Option<Caller>,
    /// The networks in which peers' addresses lie, by stack id.
    pub peers: BTreeMap<String, Vec<String>>,
}

impl Network {
    /// Where names are resolved. The pods of the deprecated field take the place of the usual ones of the cluster, and stand
    /// beside others that the user names.
    pub fn resolving(&self) -> Vec<Resolver> {
        let is_replaced = |name: &str, resolver: &Resolver| {
            self.dns.is_some() && name == Resolver::CLUSTER && *resolver == Resolver::usual()
        };
        let deprecated = self.dns.iter().map(|Caller { namespace, pods }| Resolver {
            namespace: namespace.clone(),
            pods: pods.clone(),
            ..Resolver::usual()
        });
        let named = self.resolvers.iter().filter(|(name, resolver)| !is_replaced(name, resolver));
        deprecated.chain(named.map(|(_, resolver)| resolver.clone())).collect()
    }
}

/// Where names are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolver {
    /// The namespace of the pods; the environment's own where there is none.
    pub namespace: Option<String>,
    /// The labels of the pods.
    pub pods: Texts,
    /// Networks of resolvers that are no pods.
    pub networks: Vec<String>,
    /// The ports on which they listen.
    pub ports: Vec<u16>,
}

impl Resolver {
    /// The entry for the resolver of the cluster.
    pub const CLUSTER: &str = "cluster";

    /// The entries that the library has.
    pub const OF_THE_LIBRARY: [&str; 2] = [Resolver::CLUSTER, "node"];

    /// The resolver of most clusters, as the library has it.
    pub fn usual() -> Resolver {
        Resolver {
            namespace: Some("kube-system".to_owned()),
            pods: Texts::from([("k8s-app".to_owned(), "kube-dns".to_owned())]),
            networks: Vec::new(),
            ports: vec![53],
        }
    }

    /// The pods, where any are meant: no namespace and no labels are none.
    pub fn caller(&self) -> Option<Caller> {
        let names_pods = self.namespace.is_some() || !self.pods.is_empty();
        names_pods.then(|| Caller { namespace: self.namespace.clone(), pods: self.pods.clone() })
    }
}

/// Pods of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Their namespace; the environment's own where there is none.
    pub namespace: Option<String>,
    /// Their labels.
    pub pods: Texts,
}

pub(super) fn decode_network(network: Reader<'_>) -> Network {
    Network {
        default_deny: network.get("policies").tag() != Some("Off"),
        callers: decode_callers(network.get("callers")),
        resolvers: network.get("resolvers").entries().map(|(name, it)| (name, decode_resolver(it))).collect(),
        dns: network.get("dns").is_set().then(|| decode_caller(network.get("dns"))),
        peers: network
            .get("peers")
            .entries()
            .map(|(id, networks)| (id, networks.items().map(Reader::text).collect()))
            .collect(),
    }
}

pub(super) fn decode_resolver(resolver: Reader<'_>) -> Resolver {
    // A broken port stands for the usual one.
    let port = |port: Reader<'_>| port.integer().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
    let ports = resolver.get("ports").items().map(|written| port(written).unwrap_or(53));
    Resolver {
        namespace: resolver.get("namespace").optional_text(),
        pods: resolver.get("pods").texts(),
        networks: resolver.get("networks").items().map(Reader::text).collect(),
        ports: ports.collect(),
    }
}

pub(super) fn decode_callers(callers: Reader<'_>) -> PerService<BTreeMap<String, Caller>> {
    PerService::of(|service| {
        let callers = callers.get(service.as_str());
        callers.entries().map(|(name, caller)| (name, decode_caller(caller))).collect()
    })
}

pub(super) fn decode_caller(caller: Reader<'_>) -> Caller {
    Caller { namespace: caller.get("namespace").optional_text(), pods: caller.get("pods").texts() }
}
