//! The peers file that federation reads, as an environment has it.

use super::{Build, Environment, Exposure};
use crate::agentos::vocabulary::ServiceName;
use serde::Serialize;
use std::borrow::Cow;

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
    endpoints: Endpoints<'a>,
    build: BuildInformation<'a>,
}

/// The keys have a hyphen and then underscores: with another spelling the runtime reads an empty address.
#[derive(Serialize)]
struct Endpoints<'a> {
    #[serde(rename = "agent-orchestrator_base_url")]
    agent_orchestrator: Cow<'a, str>,
    #[serde(rename = "model-policy_base_url")]
    model_policy: Cow<'a, str>,
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
    // Strings and lists of strings always become JSON.
    serde_json::to_string_pretty(&content(environment)).unwrap_or_default() + "\n"
}

/// More bytes than the peers file has, known without writing it.
pub fn peers_file_at_most(environment: &Environment) -> usize {
    let PeersFile { local, peers } = content(environment);
    std::iter::once(&local).chain(&peers).map(Entry::at_most).sum()
}

fn content(environment: &Environment) -> PeersFile<'_> {
    let federation = &environment.federation;
    let local = Entry {
        stack_id: &federation.stack,
        environment: &federation.environment,
        region: &federation.region,
        api_versions: &federation.api_versions,
        endpoints: Endpoints {
            agent_orchestrator: advertised_url(environment, ServiceName::AgentOrchestrator).into(),
            model_policy: advertised_url(environment, ServiceName::ModelPolicy).into(),
        },
        build: build(&federation.build),
    };
    let peers = federation.remotes().map(|(id, remote)| Entry {
        stack_id: id,
        environment: &remote.environment,
        region: &remote.region,
        api_versions: &remote.api_versions,
        endpoints: Endpoints {
            agent_orchestrator: Cow::Borrowed(&remote.agent_orchestrator),
            model_policy: Cow::Borrowed(&remote.model_policy),
        },
        build: build(&remote.build),
    });
    PeersFile { local, peers: peers.collect() }
}

impl Entry<'_> {
    /// More bytes than the entry takes in the file.
    fn at_most(&self) -> usize {
        /// The names of the fields, and the blanks and line breaks around them.
        const AROUND: usize = 400;
        /// The blanks and the line break around an item of a list.
        const AROUND_ITEM: usize = 16;
        let Entry { stack_id, environment, region, api_versions, endpoints, build } = self;
        let of_build = [build.version, build.git_sha, build.timestamp];
        let texts = [*stack_id, environment, region, &endpoints.agent_orchestrator, &endpoints.model_policy];
        let versions = api_versions.iter().map(|version| AROUND_ITEM + quoted_at_most(version));
        AROUND + texts.into_iter().chain(of_build).map(quoted_at_most).sum::<usize>() + versions.sum::<usize>()
    }
}

/// No fewer bytes than a text takes as JSON: no byte of one that has to be escaped takes more than six.
fn quoted_at_most(text: &str) -> usize {
    let is_escaped = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\');
    2 + text.len() * if text.bytes().any(is_escaped) { 6 } else { 1 }
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

#[cfg(test)]
mod tests {
    use super::super::{Peer, RemotePeer, decode};
    use super::*;
    use crate::tree::{Node, Value};
    use indexmap::IndexMap;
    use std::collections::BTreeMap;

    #[test]
    fn the_file_is_never_larger_than_what_is_said_of_it() {
        let tree = Node { value: Value::Record(IndexMap::new()), span: None, key: None };
        let mut environment = decode(&tree);
        let remote = RemotePeer {
            environment: "a\u{1}\"".repeat(100),
            region: String::new(),
            api_versions: vec!["v1".to_owned(); 50],
            agent_orchestrator: "https://a".to_owned(),
            model_policy: "é\n".to_owned(),
            pod_port: 0,
            build: Build::default(),
            tenant: None,
            dedicated: BTreeMap::new(),
        };
        for count in 0..4 {
            assert!(peers_file_at_most(&environment) >= peers_file(&environment).len(), "{count} peers");
            environment.federation.peers.insert(format!("stk_{count}"), Peer::Remote(Box::new(remote.clone())));
        }
    }
}
