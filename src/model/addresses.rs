//! Where stacks and what they call are: base URLs of services, and what a host name says.

use super::{Environment, RemotePeer};
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::names::qualified_service;
use std::net::IpAddr;

impl Environment {
    /// What a service's listener is spoken to with.
    pub fn scheme(&self, service: ServiceName) -> &'static str {
        match self.services.get(service).tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// The base URL of a service inside the cluster, on the port that its Service listens on.
    pub fn base_url(&self, service: ServiceName) -> String {
        self.base_url_in(service, &self.namespace)
    }

    /// The same in another namespace of the environment: that of a dedicated tenant.
    pub fn base_url_in(&self, service: ServiceName, namespace: &str) -> String {
        let port = self.services.get(service).service_port;
        format!("{}://{}.{namespace}.svc:{port}", self.scheme(service), service.object_name())
    }
}

/// Where something is that a service calls, as far as a policy can say it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A peer's orchestrator in another namespace of the same cluster.
    Neighbour {
        /// The namespace.
        namespace: String,
        /// The port of its pod.
        pod_port: u16,
    },
    /// Some pod of a namespace of the same cluster.
    Namespace {
        /// The namespace.
        namespace: String,
        /// The port.
        port: u16,
    },
    /// At this address.
    Address {
        /// The address.
        address: IpAddr,
        /// The port.
        port: u16,
    },
    /// Behind a name.
    Host {
        /// The name.
        host: String,
        /// The port.
        port: u16,
    },
}

/// Where a peer's orchestrator is.
pub fn destination(remote: &RemotePeer) -> Option<Destination> {
    let Address { host, port } = Address::of(&remote.agent_orchestrator)?;
    if let Ok(address) = host.parse() {
        return Some(Destination::Address { address, port });
    }
    match qualified_service(host) {
        Some((name, namespace)) if name == ServiceName::AgentOrchestrator.object_name() => {
            Some(Destination::Neighbour { namespace: namespace.to_owned(), pod_port: remote.pod_port })
        }
        _ => Some(Destination::Host { host: host.to_owned(), port }),
    }
}
