//! The peers file, and the material of federation's own security.

use super::{metadata, secret, service};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Build, Environment, Exposure, Peer};
use k8s_openapi::api::core::v1::{ConfigMap, ConfigMapVolumeSource, KeyToPath, Volume, VolumeMount};
use serde::Serialize;

/// The name of the ConfigMap: part of the stable surface.
const CONFIG_MAP: &str = "agentos-peers";
const FILE: &str = "peers.seed.json";
const FOLDER: &str = "/etc/agentos/peers";
const TLS_FOLDER: &str = "/etc/agentos/tls";
const JWT_FOLDER: &str = "/etc/agentos/jwt";

/// The peers file, in the order in which the runtime's own seeds are written.
#[derive(Serialize)]
struct PeersFile<'a> {
    local: Entry<'a>,
    peers: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    stack_id: &'a str,
    environment: &'a str,
    region: &'a str,
    api_versions: &'a [String],
    endpoints: Endpoints,
    build: BuildInformation<'a>,
}

/// The keys have a hyphen and then underscores: with another spelling the runtime reads an empty address.
#[derive(Serialize)]
struct Endpoints {
    #[serde(rename = "agent-orchestrator_base_url")]
    agent_orchestrator: String,
    #[serde(rename = "model-policy_base_url")]
    model_policy: String,
}

#[derive(Serialize)]
struct BuildInformation<'a> {
    version: &'a str,
    git_sha: &'a str,
    timestamp: &'a str,
}

/// Where the runtime finds the peers file.
pub(super) fn peers_path() -> String {
    format!("{FOLDER}/{FILE}")
}

/// Where the runtime finds a file of the mutual TLS Secret.
pub(super) fn tls_path(key: &str) -> String {
    format!("{TLS_FOLDER}/{key}")
}

/// Where the runtime finds the key that tokens are verified with.
pub(super) fn jwt_path(key: &str) -> String {
    format!("{JWT_FOLDER}/{key}")
}

/// The ConfigMap with the peers file.
pub(super) fn config_map(environment: &Environment) -> ConfigMap {
    ConfigMap {
        metadata: metadata::of_service(environment, ServiceName::Federation, CONFIG_MAP),
        data: Some([(FILE.to_owned(), peers_file(environment))].into()),
        ..ConfigMap::default()
    }
}

/// The text of the peers file. What it says of this stack follows from its Services, so that it can't advertise a port
/// that nobody serves.
pub(crate) fn peers_file(environment: &Environment) -> String {
    let federation = &environment.federation;
    let local = Entry {
        stack_id: &federation.stack,
        environment: &federation.environment,
        region: &federation.region,
        api_versions: &federation.api_versions,
        endpoints: Endpoints {
            agent_orchestrator: advertised_url(environment, ServiceName::AgentOrchestrator),
            model_policy: advertised_url(environment, ServiceName::ModelPolicy),
        },
        build: build(&federation.build),
    };
    let peers = federation.peers.iter().filter_map(|(id, peer)| match peer {
        Peer::Remote(remote) => Some(Entry {
            stack_id: id,
            environment: &remote.environment,
            region: &remote.region,
            api_versions: &remote.api_versions,
            endpoints: Endpoints {
                agent_orchestrator: remote.agent_orchestrator.clone(),
                model_policy: remote.model_policy.clone(),
            },
            build: build(&remote.build),
        }),
        Peer::Environment(_) => None,
    });
    let file = PeersFile { local, peers: peers.collect() };
    // Strings and lists of strings always become JSON.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

fn advertised_url(environment: &Environment, name: ServiceName) -> String {
    match &environment.services.get(name).exposure {
        Exposure::Gateway(gateway) => format!("https://{}", gateway.host),
        Exposure::Internal => service::base_url(environment, name),
    }
}

fn build(build: &Build) -> BuildInformation<'_> {
    BuildInformation { version: &build.version, git_sha: &build.git_sha, timestamp: &build.timestamp }
}

/// The volumes that only federation's pod has. The peers file is mounted as a folder, never as a `subPath`, so that
/// a change reaches the pod.
pub(super) fn volumes(environment: &Environment) -> Vec<(Volume, VolumeMount)> {
    let peers = (
        Volume {
            name: "peers".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: CONFIG_MAP.to_owned(),
                items: Some(vec![KeyToPath { key: FILE.to_owned(), path: FILE.to_owned(), mode: None }]),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        },
        VolumeMount {
            name: "peers".to_owned(),
            mount_path: FOLDER.to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        },
    );
    let tls = environment.federation.mtls.as_ref().map(|mtls| {
        secret::mounted("tls", &mtls.secret, TLS_FOLDER, &[&mtls.certificate, &mtls.private_key, &mtls.authority])
    });
    let jwt =
        environment.federation.jwt.as_ref().map(|jwt| secret::mounted("jwt", &jwt.secret, JWT_FOLDER, &[&jwt.key]));
    [Some(peers), tls, jwt].into_iter().flatten().collect()
}

/// Whether federation answers a probe that brings neither token nor certificate (fact 21).
pub(super) fn answers_anonymous_probes(environment: &Environment) -> bool {
    environment.federation.mtls.is_none() && environment.federation.jwt.is_none()
}
