//! The peers file that federation reads, as an environment has it.

use super::{Build, Environment, Exposure, Peer};
use crate::agentos::vocabulary::ServiceName;
use serde::Serialize;

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

/// The text of the peers file. What it says of this stack follows from its Services, so that it can't advertise a port
/// that nobody serves.
pub fn peers_file(environment: &Environment) -> String {
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
        Exposure::Internal => environment.base_url(name),
    }
}

fn build(build: &Build) -> BuildInformation<'_> {
    BuildInformation { version: &build.version, git_sha: &build.git_sha, timestamp: &build.timestamp }
}
