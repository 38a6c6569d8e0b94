//! Peers that are named by their files → what the files say of them.
//!
//! Resolving a peer needs that peer's own environment and nothing of its peers, so that two may name each other.

use super::{Finding, Member, Places, Reference, peer_path};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{PEER_IS_ANOTHER_STACK, UNREACHABLE_PEER, UNRESOLVED_PEER};
use crate::diagnostic::Diagnostic;
use crate::evaluate::Role;
use crate::fix::{self, Remedy};
use crate::model::{self, DedicatedPeer, Environment, Isolation, Peer, RemotePeer, Tenant};
use crate::path::Path;
use crate::source::{Origin, display};
use crate::{finding, suggest};
use std::collections::BTreeMap;
use std::path::{Component, Path as FilePath, PathBuf};

/// An environment with its peers.
pub(crate) struct Link {
    /// The environment, with what its peers' files say in place of their names; none where it names none, and is as it
    /// was evaluated.
    pub environment: Option<Box<Environment>>,
    /// Whether every peer was found and is sound.
    pub complete: bool,
    /// The members that it names.
    pub targets: Vec<usize>,
    /// Why peers could not be linked, placed.
    pub findings: Vec<Diagnostic>,
}

/// That a peer can't be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// The environment with its peers' descriptions in place of their files' names; peers that are not among `peers` are
/// left as they are.
pub fn resolve(environment: &Environment, peers: &BTreeMap<String, RemotePeer>) -> Environment {
    let mut resolved = environment.clone();
    for (stack, peer) in &mut resolved.federation.peers {
        if let (Peer::Environment(_), Some(remote)) = (&*peer, peers.get(stack)) {
            *peer = Peer::Remote(Box::new(remote.clone()));
        }
    }
    resolved
}

/// What an environment's peers file says of another environment. Inside one cluster the Services are the way; in
/// production that would be plain HTTP, so that there the gateway is, if the peer has one.
pub fn remote(environment: &Environment, peer: &Environment) -> Result<RemotePeer, Unreachable> {
    let address = |service: ServiceName| {
        let gateway = peer.services.get(service).exposure.gateway();
        address(environment, peer, service, &peer.namespace, gateway.map(|gateway| &gateway.host))
    };
    let federation = &peer.federation;
    Ok(RemotePeer {
        environment: federation.environment.clone(),
        region: federation.region.clone(),
        api_versions: federation.api_versions.clone(),
        agent_orchestrator: address(ServiceName::AgentOrchestrator).ok_or(Unreachable)?,
        // Forwards dial the orchestrator alone, and another cluster's Service is none of this one's.
        model_policy: address(ServiceName::ModelPolicy).unwrap_or_default(),
        pod_port: peer.services.get(ServiceName::AgentOrchestrator).port,
        build: federation.build.clone(),
        tenant: None,
        dedicated: dedicated(environment, peer),
    })
}

/// Where a service of a peer's stack answers, by the namespace and the host of that stack; none where it can't be reached.
fn address(
    environment: &Environment,
    peer: &Environment,
    service: ServiceName,
    namespace: &str,
    host: Option<&String>,
) -> Option<String> {
    let gateway = host.map(|host| format!("https://{host}"));
    match (environment.cluster == peer.cluster, gateway) {
        (true, Some(gateway)) if environment.is_prod() => Some(gateway),
        (true, _) => Some(peer.base_url_in(service, namespace)),
        (false, gateway) => gateway,
    }
}

/// The stacks of a peer's dedicated tenants, as far as the environment has the same tenants.
fn dedicated(environment: &Environment, peer: &Environment) -> BTreeMap<String, DedicatedPeer> {
    let own = |(id, tenant): (&String, &Tenant)| {
        let both = tenant.isolation == Isolation::Dedicated && environment.tenancy.tenants.contains_key(id);
        both.then(|| (id.clone(), dedicated_peer(environment, peer, id, tenant)))
    };
    peer.tenancy.tenants.iter().map(|(id, tenant)| (id, &**tenant)).filter_map(own).collect()
}

fn dedicated_peer(environment: &Environment, peer: &Environment, id: &str, tenant: &Tenant) -> DedicatedPeer {
    let namespace = model::dedicated_namespace(peer, id, tenant);
    let address = |service: ServiceName| {
        // A host leads nowhere where the environment's own service has no gateway.
        let gateway = peer.services.get(service).exposure.gateway();
        let host = gateway.and_then(|_| tenant.hosts.get(service).as_ref());
        address(environment, peer, service, &namespace, host)
    };
    DedicatedPeer {
        stack: model::dedicated_stack_id(peer, id),
        agent_orchestrator: address(ServiceName::AgentOrchestrator),
        model_policy: address(ServiceName::ModelPolicy).unwrap_or_default(),
        namespace,
    }
}

/// Links every member.
pub(crate) fn all(places: &Places<'_>) -> Vec<Link> {
    places.members.iter().enumerate().map(|(index, member)| link(places, index, member)).collect()
}

fn link(places: &Places<'_>, index: usize, member: &Member) -> Link {
    let targets = member.references.iter().filter_map(|reference| places.at(&reference.path));
    let targets = targets.map(|(target, _)| target).collect();
    let mut link = Link { environment: None, complete: true, targets, findings: Vec::new() };
    let Some(environment) = &member.environment else { return link };
    let mut peers = BTreeMap::new();
    for reference in &member.references {
        match peer(places, index, environment, reference) {
            Ok(Some(remote)) => drop(peers.insert(reference.stack.clone(), remote)),
            Ok(None) => link.complete = false,
            Err(finding) => {
                link.complete = false;
                link.findings.extend(places.place(*finding));
            }
        }
    }
    link.environment = (!peers.is_empty()).then(|| resolve(environment, &peers).into());
    link
}

/// Whether a peer's file turns out to be something else, which is a fault of whoever names it.
pub(crate) fn is_no_environment(member: &Member) -> bool {
    let is_declared = match member.role {
        Role::Environment | Role::Unreadable => true,
        Role::Undeclared | Role::Module => false,
    };
    let is_taken = match member.entry.origin {
        Origin::Peer => true,
        Origin::Presumed { .. } => member.role == Role::Module,
        Origin::Named | Origin::Found { .. } => false,
    };
    !is_declared && is_taken && !member.faults.is_empty()
}

/// The description of a peer; none where its file has faults of its own, which are reported there.
fn peer(
    places: &Places<'_>,
    index: usize,
    environment: &Environment,
    reference: &Reference,
) -> Result<Option<RemotePeer>, Box<Finding>> {
    if let Some(obstacle) = &reference.obstacle {
        return Err(Box::new(unresolved(places, index, reference, obstacle)));
    }
    let target = places.at(&reference.path).filter(|(_, target)| !is_no_environment(target));
    let Some((target, member)) = target else {
        return Err(Box::new(unresolved(places, index, reference, "it is no environment")));
    };
    let Some(peer) = member.environment.as_ref().filter(|_| member.is_sound()) else { return Ok(None) };
    if peer.federation.stack != reference.stack {
        return Err(Box::new(another_stack(places, (index, reference), (target, peer))));
    }
    remote(environment, peer).map(Some).map_err(|Unreachable| Box::new(unreachable(index, environment, target, peer)))
}

fn unresolved(places: &Places<'_>, index: usize, reference: &Reference, why: &str) -> Finding {
    let Reference { stack, written, .. } = reference;
    let own = places.members.get(index).map(|member| member.entry.path.as_path());
    let others = places.members.iter().filter(|member| member.role == Role::Environment);
    let others = others.map(|member| member.entry.path.as_path()).filter(|other| Some(*other) != own);
    let folder = own.and_then(FilePath::parent).unwrap_or(FilePath::new(""));
    let names: Vec<String> = others.map(|other| seen_from(folder, other)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let what =
        finding::Finding::value(peer_path(stack), format!("the peer `{stack}` can't be read from `{written}`: {why}"))
            .label("named here")
            .note("a peer's file is named relative to the file that says it, and is one of the same project");
    let what = match suggest::nearest(written, &names) {
        Some(near) => what
            .help(format!("did you mean `{near}`?"))
            .mended(Remedy::replace(peer_path(stack), format!("'Environment {}", fix::text(near)))),
        None => what.help("name the file of the peer's environment, or describe it with `'Remote`"),
    };
    Finding::new(UNRESOLVED_PEER, index, what)
}

/// How a file is named in a file of a folder.
fn seen_from(folder: &FilePath, file: &FilePath) -> String {
    let common = folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(file.components().skip(common)).collect();
    display(&path)
}

fn another_stack(
    places: &Places<'_>,
    (index, reference): (usize, &Reference),
    (target, peer): (usize, &Environment),
) -> Finding {
    let (named, actual, file) = (&reference.stack, &peer.federation.stack, &reference.name);
    let is_meant = |member: &&Member| member.environment.as_ref().is_some_and(|other| &other.federation.stack == named);
    let help = match places.members.iter().find(is_meant) {
        Some(meant) => format!("name `{}`, which is `{named}`; or call the peer `{actual}`", meant.entry.name),
        None => format!("call the peer `{actual}`, or name the file of `{named}`"),
    };
    let what = finding::Finding::name(peer_path(named), format!("`{file}` is the stack `{actual}`, not `{named}`"))
        .label("called so here")
        .note("the peers file would name a stack that does not know itself by this name")
        .help(help);
    let path = Path::of(["federation", "stack"]);
    Finding::new(PEER_IS_ANOTHER_STACK, index, what).and_value(target, path, "the stack's own id")
}

fn unreachable(index: usize, environment: &Environment, target: usize, peer: &Environment) -> Finding {
    let (stack, theirs, own) = (&peer.federation.stack, &peer.cluster, &environment.cluster);
    let what = finding::Finding::value(
        peer_path(stack),
        format!("`{stack}` can't be reached: it runs in the cluster `{theirs}`, this stack in `{own}`"),
    )
    .label("named here")
    .note("a Service answers only inside its own cluster, and the peer's orchestrator has no other address")
    .help("expose the peer's orchestrator in its environment: `services.agent-orchestrator.exposure = 'Gateway { host = \"…\", \
               authentication = 'External \"…\", gateway = { name = \"…\", namespace = \"…\" } }`")
    .help("or say the same `cluster` in both, if they do share one");
    Finding::new(UNREACHABLE_PEER, index, what).and_value(target, Path::of(["cluster"]), "its cluster")
}
