//! N017: a resolver of names that opens nothing, or the way to every address.

use super::{Finding, Rule};
use crate::catalogue::UNUSABLE_RESOLVER;
use crate::model::{Environment, Resolver};
use crate::names::is_network;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNUSABLE_RESOLVER, check };

/// The resolvers that the library has. To leave one of them empty takes it away.
const OF_THE_LIBRARY: [&str; 2] = [Resolver::CLUSTER, "node"];

fn check(environment: &Environment) -> Vec<Finding> {
    let resolvers = environment.network.resolvers.iter();
    resolvers.flat_map(|(name, resolver)| of_resolver(name, resolver)).collect()
}

fn of_resolver(name: &str, resolver: &Resolver) -> Vec<Finding> {
    let path = Path::of(["network", "resolvers"]).field(name);
    let is_nowhere = resolver.caller().is_none() && resolver.networks.is_empty();
    let nowhere = || {
        Finding::name(path.clone(), format!("the resolver `{name}` has neither pods nor networks"))
            .label("opens nothing")
            .note("no name would be resolved there: the network policies open no way to it")
            .help("name the `namespace` and `pods`, or the `networks`; or remove the entry")
    };
    let silent = || {
        Finding::value(path.field("ports"), format!("the resolver `{name}` listens on no port"))
            .label("opens nothing")
            .note("no name would be resolved there: the network policies open no way to it")
            .help("name its ports, 53 in most clusters, or leave them out")
    };
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend((is_nowhere && !OF_THE_LIBRARY.contains(&name)).then(nowhere));
    findings.extend((!is_nowhere && resolver.ports.is_empty()).then(silent));
    let networks = resolver.networks.iter().enumerate();
    findings.extend(networks.filter_map(|(index, network)| of_network(&path.field("networks").index(index), network)));
    findings
}

fn of_network(path: &Path, network: &str) -> Option<Finding> {
    if !is_network(network) {
        return Some(
            Finding::value(path.clone(), format!("`{network}` is no network"))
                .label("not the first address of a network and the length of its prefix")
                .note("the API server rejects the policy")
                .help("write it as in `169.254.20.10/32`"),
        );
    }
    network.ends_with("/0").then(|| {
        Finding::value(path.clone(), format!("`{network}` is every address, not that of a resolver"))
            .label("opens the port to all the world")
            .note("the answer of a peer can have a caller's token sent to any host that is in reach, on this port, too (fact 18a)")
            .help("write the addresses of the resolvers, as in `169.254.20.10/32`")
    })
}
