//! What callers and peers rely on.

use crate::agentos::vocabulary::ServiceName;
use std::net::IpAddr;

/// The name of the data volume inside a pod.
pub const DATA_VOLUME: &str = "data";

/// What is wrong with the address of a service, where it names one by its stable name; none for all others, which can't be
/// judged from here.
pub fn misdirected(url: &str, wanted: ServiceName) -> Option<String> {
    let Address { host, port } = Address::of(url)?;
    let name = host.split('.').next()?;
    let named = ServiceName::ALL.into_iter().find(|service| service.object_name() == name)?;
    if named != wanted {
        return Some(address_of_another(wanted, named));
    }
    let served = wanted.reference_service_port();
    (port != served).then(|| listens_elsewhere(name, &served.to_string(), port))
}

/// What is wrong with the address of a service that is that of another.
pub fn address_of_another(wanted: ServiceName, other: ServiceName) -> String {
    format!("the address of {} is that of {}", wanted.as_str(), other.as_str())
}

/// What is wrong with an address on a port that the Service does not listen on.
pub fn listens_elsewhere(service: &str, listed: &str, port: u16) -> String {
    format!("the Service `{service}` listens on {listed}, not on {port}")
}

/// Names that no public authority signs.
const PRIVATE: [&str; 6] = [".svc", ".local", ".internal", ".localhost", ".test", ".lan"];

/// Whether a URL is https to a host whose certificate no public authority can have signed. Forwards and the proxy of events trust
/// the system's roots (fact 19), to which an image of one's own may have added.
pub fn is_untrusted(url: &str) -> bool {
    url.starts_with("https://") && Address::of(url).is_some_and(|address| is_private(address.host))
}

fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => {
            address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local()
        }
        Err(_) => !host.contains('.') || PRIVATE.iter().any(|suffix| host.ends_with(suffix)),
    }
}

/// A base URL, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// The host: a name, or an IP address without brackets.
    pub host: &'a str,
    /// The port, also where the URL leaves it to the scheme.
    pub port: u16,
}

impl<'a> Address<'a> {
    /// The address that a base URL names; none where it is no URL.
    pub fn of(url: &'a str) -> Option<Address<'a>> {
        // A byte is found at once; a searcher of three costs more to make than the URL to read.
        let (scheme, rest) =
            url.match_indices(':').find_map(|(at, _)| Some((url.get(..at)?, url.get(at..)?.strip_prefix("://")?)))?;
        let authority = rest.split('/').next().unwrap_or(rest);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            Some(_) | None => (authority, if scheme == "https" { 443 } else { 80 }),
        };
        Some(Address { host: host.trim_matches(['[', ']']), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_our_services_are_judged() {
        let judge = |url| misdirected(url, ServiceName::AgentOrchestrator).is_some();
        assert!(judge("http://agentos-agent-orchestrator.b.svc:8081"));
        assert!(judge("http://agentos-agent-orchestrator.b.svc"));
        assert!(judge("http://agentos-model-policy.b.svc:50082"));
        assert!(!judge("http://agentos-agent-orchestrator.b.svc:50081"));
        assert!(!judge("https://agentos.partner.example"));
    }

    #[test]
    fn private_names_have_no_publicly_trusted_certificate() {
        for url in ["https://agentos.b.svc", "https://10.0.0.1:8443", "https://[fd00::1]", "https://agentos"] {
            assert!(is_untrusted(url), "{url}");
        }
        for url in ["https://agentos.example.com", "https://1.1.1.1", "http://agentos.b.svc", "agentos"] {
            assert!(!is_untrusted(url), "{url}");
        }
    }
}
