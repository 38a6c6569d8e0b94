//! N017: a resolver of names that opens nothing or too much, or that there is none left although names are resolved.

use super::Rule;
use crate::agentos::surface::Address;
use crate::catalogue::UNUSABLE_RESOLVER;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Resolver};
use crate::names::Network;
use crate::path::Path;
use std::net::{IpAddr, Ipv4Addr};

pub(super) const RULE: Rule = Rule { code: UNUSABLE_RESOLVER, check };

/// The port of DNS.
const DNS: u16 = 53;

/// Where clouds answer for their machines: names on the port of DNS, credentials on others.
const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

fn check(environment: &Environment) -> Vec<Finding> {
    let resolvers = environment.network.resolvers.iter();
    let mut findings: Vec<Finding> = resolvers.flat_map(|(name, resolver)| of_resolver(name, resolver)).collect();
    if findings.is_empty() {
        findings.extend(none_left(environment));
    }
    findings
}

fn of_resolver(name: &str, resolver: &Resolver) -> Vec<Finding> {
    let path = Path::of(["network", "resolvers"]).field(name);
    let is_nowhere = resolver.caller().is_none() && resolver.networks.is_empty();
    // To leave one of the library's empty takes it away.
    let is_taken_away = Resolver::OF_THE_LIBRARY.contains(&name) && resolver.ports == [DNS];
    let nowhere = || {
        Finding::name(path.clone(), format!("the resolver `{name}` has neither pods nor networks"))
            .label("opens nothing")
            .note("no name would be resolved there: the network policies open no way to it")
            .help("name the `namespace` and `pods`, or the `networks`; or remove the entry")
    };
    let silent = || {
        Finding::value(path.field("ports"), format!("the resolver `{name}` has no port"))
            .label("opens nothing")
            .note("no name would be resolved there: the network policies open no way to it")
            .help("name its ports, 53 in most clusters, or leave them out")
            .mended(Remedy::remove(path.field("ports")))
    };
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend((is_nowhere && !is_taken_away).then(nowhere));
    findings.extend((!is_nowhere && resolver.ports.is_empty()).then(silent));
    let networks = resolver.networks.iter().enumerate();
    findings.extend(
        networks
            .filter_map(|(index, network)| of_network(&path.field("networks").index(index), network, &resolver.ports)),
    );
    findings
}

fn of_network(path: &Path, written: &str, ports: &[u16]) -> Option<Finding> {
    let Some(network) = Network::parse(written) else {
        return Some(
            Finding::value(path.clone(), format!("`{written}` is no network"))
                .label("not the first address of a network and the length of its prefix")
                .note("the API server rejects the policy")
                .help("write it as in `169.254.20.10/32`"),
        );
    };
    if network.is_everything() {
        return Some(
            Finding::value(path.clone(), format!("`{written}` is every address, or a good part of them"))
                .label("not that of a resolver")
                .note("the answer of a peer can have a caller's token sent to any host that is in reach, on this port, too (fact 18a)")
                .help("write the addresses of the resolvers, as in `169.254.20.10/32`"),
        );
    }
    let port = ports.iter().find(|port| **port != DNS && network.contains(METADATA))?;
    Some(
        Finding::value(path.clone(), format!("port {port} of the cloud's metadata service is opened"))
            .label(format!("`{METADATA}` is in it"))
            .note("on that address clouds give out the credentials of the machine, and names on port 53 alone")
            .help("leave the address out, or write `ports = [53]`"),
    )
}

/// No resolver is left, and something is found by its name.
fn none_left(environment: &Environment) -> Option<Finding> {
    let opens = |resolver: &Resolver| {
        !resolver.ports.is_empty() && (resolver.caller().is_some() || !resolver.networks.is_empty())
    };
    let is_closed = environment.network.default_deny && !environment.network.resolving().iter().any(opens);
    let named = is_closed.then(|| found_by_name(environment)).flatten()?;
    Some(
        Finding::name(
            Path::of(["network", "resolvers"]),
            format!("no resolver is left, and {named} is found by its name"),
        )
        .label("no name is resolved")
        .note("the network policies open no way to DNS: what has a name is not found")
        .help("name where the cluster resolves names, or leave `cluster` as it is"),
    )
}

/// Something that the pods of a stack find by its name.
fn found_by_name(environment: &Environment) -> Option<String> {
    if environment.smoke.job {
        return Some("each service that the smoke Job asks".to_owned());
    }
    let is_name = |host: &str| host.parse::<IpAddr>().is_err();
    let has_name = |url: &str| Address::of(url).is_some_and(|address| is_name(address.host));
    let peer = environment.federation.remotes().find(|(_, remote)| has_name(&remote.agent_orchestrator));
    let database = environment.database.as_ref().filter(|database| is_name(&database.host));
    let model = environment.services.model_policy.model.as_ref().filter(|model| has_name(model.url()));
    let issuer = environment.authentication.as_ref().filter(|oidc| has_name(&oidc.issuer_url));
    peer.map(|(id, _)| format!("the orchestrator of `{id}`"))
        .or_else(|| database.map(|_| "the database".to_owned()))
        .or_else(|| model.map(|_| "the model provider".to_owned()))
        .or_else(|| issuer.map(|_| "the issuer of tokens".to_owned()))
}
