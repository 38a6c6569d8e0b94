//! The identity of a stack, its peers, and what guards federation.

use super::reader::Reader;
use super::secrets::{SecretReference, decode_reference};
use crate::agentos::vocabulary::{Runtime, ServiceName};
use std::collections::BTreeMap;

/// The identity of a stack, and its peers.
#[derive(Clone, Debug, PartialEq)]
pub struct Federation {
    /// The identity; empty where it is broken.
    pub stack: String,
    /// The environment that the stack says it is.
    pub environment: String,
    /// The region that the stack says it is in.
    pub region: String,
    /// The versions of the federation interface.
    pub api_versions: Vec<String>,
    /// Build information.
    pub build: Build,
    /// The peers by stack id.
    pub peers: BTreeMap<String, Peer>,
    /// Mutual TLS, where it is on.
    pub mtls: Option<Mtls>,
    /// The key that callers' tokens are verified with.
    pub jwt: Option<SecretReference>,
    /// How often a forward is tried.
    pub max_attempts: i64,
    /// The pause after the first try, in milliseconds; after attempt n it is n times as long (fact 18).
    pub base_backoff_ms: i64,
}

impl Federation {
    /// The peers that are described here, by stack id. Once an environment is linked with its fleet, these are all.
    pub fn remotes(&self) -> impl Iterator<Item = (&String, &RemotePeer)> {
        self.peers.iter().filter_map(|(id, peer)| match peer {
            Peer::Remote(remote) => Some((id, &**remote)),
            Peer::Environment(_) => None,
        })
    }
}

/// Build information, as peers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The version.
    pub version: String,
    /// The commit.
    pub git_sha: String,
    /// When, as RFC 3339 writes it.
    pub timestamp: String,
}

/// A stack to forward runs to.
#[derive(Clone, Debug, PartialEq)]
pub enum Peer {
    /// Another environment, by its file.
    Environment(String),
    /// A stack that no environment file here describes.
    Remote(Box<RemotePeer>),
}

/// A stack that no environment file here describes.
#[derive(Clone, Debug, PartialEq)]
pub struct RemotePeer {
    /// The environment that it says it is.
    pub environment: String,
    /// The region that it says it is in.
    pub region: String,
    /// The versions of the federation interface.
    pub api_versions: Vec<String>,
    /// Base URL of its agent orchestrator.
    pub agent_orchestrator: String,
    /// Base URL of its model policy; empty where that can't be reached from here, which nobody has to (fact 18).
    pub model_policy: String,
    /// The port that its orchestrator's pods listen on, for policies of the cluster that both share (fact 24).
    pub pod_port: u16,
    /// Build information.
    pub build: Build,
    /// The tenant that has the stack to itself, where it is such a stack.
    pub tenant: Option<String>,
    /// The peer's dedicated stacks of tenants that both have, by tenant; only where the peer's file was read.
    pub dedicated: BTreeMap<String, DedicatedPeer>,
}

/// A dedicated stack of a peer: what differs from the stack that the peer's other tenants share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DedicatedPeer {
    /// Its stack id.
    pub stack: String,
    /// Its namespace.
    pub namespace: String,
    /// Base URL of its agent orchestrator; none where that can't be reached from here.
    pub agent_orchestrator: Option<String>,
    /// Base URL of its model policy; empty where that can't be reached from here.
    pub model_policy: String,
}

impl RemotePeer {
    /// Its addresses, each with the service that answers there.
    pub fn endpoints(&self) -> [(ServiceName, &str); 2] {
        [(ServiceName::AgentOrchestrator, &self.agent_orchestrator), (ServiceName::ModelPolicy, &self.model_policy)]
    }
}

/// The material of mutual TLS: keys of one Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mtls {
    /// The Secret.
    pub secret: String,
    /// The key with the certificate.
    pub certificate: String,
    /// The key with the private key.
    pub private_key: String,
    /// The key with the authority's certificate.
    pub authority: String,
    /// How cert-manager makes the Secret, if it does.
    pub cert_manager: Option<Issuance>,
}

/// A certificate that cert-manager issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuance {
    /// The issuer.
    pub issuer: String,
    /// Its kind, as cert-manager spells it.
    pub issuer_kind: String,
    /// Names besides those of the Service.
    pub hosts: Vec<String>,
}

impl Issuance {
    /// The keys of a Secret that cert-manager makes: certificate, private key, authority.
    pub const KEYS: [&str; 3] = ["tls.crt", "tls.key", "ca.crt"];
}

pub(super) fn decode_federation(federation: Reader<'_>, runtime: Runtime) -> Federation {
    Federation {
        stack: federation.get("stack").text(),
        environment: federation.get("environment").text(),
        region: federation.get("region").text(),
        api_versions: federation.get("api_versions").items().map(Reader::text).collect(),
        build: decode_build(federation.get("build"), runtime),
        peers: federation
            .get("peers")
            .entries()
            .filter_map(|(id, peer)| Some((id, decode_peer(peer, runtime)?)))
            .collect(),
        mtls: decode_mtls(federation.get("mtls")),
        jwt: federation.get("jwt").is_set().then(|| decode_reference(federation.get("jwt"))),
        max_attempts: federation.get("retry").get("max_attempts").integer().unwrap_or(3),
        base_backoff_ms: federation.get("retry").get("base_backoff_ms").integer().unwrap_or(250),
    }
}

pub(super) fn decode_build(build: Reader<'_>, runtime: Runtime) -> Build {
    Build {
        version: build.get("version").optional_text().unwrap_or_else(|| runtime.version().to_owned()),
        git_sha: build.get("git_sha").text(),
        timestamp: build.get("timestamp").text(),
    }
}

pub(super) fn decode_peer(peer: Reader<'_>, runtime: Runtime) -> Option<Peer> {
    match peer.tag()? {
        "Environment" => Some(Peer::Environment(peer.payload().text())),
        "Remote" => Some(Peer::Remote(Box::new(RemotePeer {
            environment: peer.get("environment").text(),
            region: peer.get("region").text(),
            api_versions: peer.get("api_versions").items().map(Reader::text).collect(),
            agent_orchestrator: peer.get("endpoints").get("agent-orchestrator").text(),
            model_policy: peer.get("endpoints").get("model-policy").text(),
            pod_port: ServiceName::AgentOrchestrator.reference_port(),
            build: decode_build(peer.get("build"), runtime),
            tenant: None,
            dedicated: BTreeMap::new(),
        }))),
        _ => None,
    }
}

pub(super) fn decode_mtls(mtls: Reader<'_>) -> Option<Mtls> {
    mtls.tagged("Required").map(|mtls| Mtls {
        secret: mtls.get("secret").text(),
        certificate: mtls.get("certificate").text(),
        private_key: mtls.get("private_key").text(),
        authority: mtls.get("authority").text(),
        cert_manager: mtls.get("cert_manager").is_set().then(|| decode_issuance(mtls.get("cert_manager"))),
    })
}

pub(super) fn decode_issuance(issuance: Reader<'_>) -> Issuance {
    Issuance {
        issuer: issuance.get("issuer").text(),
        issuer_kind: issuance.get("issuer_kind").tag().unwrap_or("Issuer").to_owned(),
        hosts: issuance.get("hosts").items().filter_map(Reader::optional_text).collect(),
    }
}
