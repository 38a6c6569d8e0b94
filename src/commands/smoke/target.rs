//! Where services are, and under which names they are verified.

use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;
use crate::names::qualified_service;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where a service is.
pub(super) enum Target {
    /// There.
    At(Place),
    /// Nowhere, and why.
    Nowhere(String),
}

/// An address.
pub(super) struct Place {
    /// The base URL, under whose host a certificate is verified.
    pub url: String,
    /// The same listener by plain HTTP.
    pub plain: String,
    /// The address to dial, where the host of the URL is known only inside the cluster.
    pub dial: Option<SocketAddr>,
    /// Whether the service has TLS of its own, which a private authority may have issued the certificate for.
    pub own_tls: bool,
}

impl Place {
    /// An address as it is written.
    pub(super) fn at(url: &str) -> Place {
        Place { url: url.to_owned(), plain: url.to_owned(), dial: None, own_tls: false }
    }

    /// The address of a service. Where it has TLS of its own, the certificate is made out for the Service, which a
    /// forwarded port of this machine is verified as.
    pub(super) fn of_service(environment: &Environment, service: ServiceName, url: &str) -> Place {
        let is_mutual = service == ServiceName::Federation && environment.federation.mtls.is_some();
        let own_tls = is_mutual || environment.services.get(service).tls.is_some();
        let Some(Address { host, port }) = Address::of(url).filter(|_| own_tls) else { return Place::at(url) };
        let dial = loopback(host).map(|ip| SocketAddr::new(ip, port));
        let name = match dial {
            Some(_) => format!("{}.{}.svc", service.object_name(), environment.namespace),
            None => bracketed(host),
        };
        let path = path(url);
        Place {
            url: format!("https://{name}:{port}{path}"),
            plain: format!("http://{}:{port}{path}", bracketed(host)),
            dial,
            own_tls,
        }
    }

    /// Whether what is sent there can be read on the way.
    pub(super) fn is_open(&self) -> bool {
        self.url.starts_with("http://") && !is_local(&self.url)
    }
}

/// Whether a base URL leads to this machine.
pub(super) fn is_local(url: &str) -> bool {
    Address::of(url).is_some_and(|address| loopback(address.host).is_some())
}

fn loopback(host: &str) -> Option<IpAddr> {
    if host == "localhost" {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    host.parse().ok().filter(IpAddr::is_loopback)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// What follows the authority of a URL.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default()
}

/// The Service that an address inside a cluster names, its namespace, and its port.
pub(super) fn service_of(url: &str) -> Option<(&str, &str, u16)> {
    let Address { host, port } = Address::of(url)?;
    qualified_service(host).map(|(service, namespace)| (service, namespace, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_inside_a_cluster_is_taken_apart() {
        assert_eq!(service_of("http://ao.there.svc:50081"), Some(("ao", "there", 50_081)));
        assert_eq!(service_of("http://ao.there.svc.cluster.local"), Some(("ao", "there", 80)));
        assert_eq!(service_of("https://peer.example.com"), None);
    }

    #[test]
    fn only_what_leaves_this_machine_in_the_clear_is_open() {
        for (url, is_open) in [
            ("http://a.example", true),
            ("https://a.example", false),
            ("http://[::1]:1", false),
            ("http://localhost", false),
        ] {
            assert_eq!(Place::at(url).is_open(), is_open, "{url}");
        }
    }
}
