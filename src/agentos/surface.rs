//! What callers and peers rely on.

/// The name of the data volume inside a pod.
pub const DATA_VOLUME: &str = "data";

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
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next().unwrap_or(rest);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            Some(_) | None => (authority, if scheme == "https" { 443 } else { 80 }),
        };
        Some(Address { host: host.trim_matches(['[', ']']), port })
    }
}
