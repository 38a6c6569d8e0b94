//! The names that Kubernetes and AgentOS take.

use std::net::IpAddr;

/// Whether Kubernetes takes it as the key of a label: an optional DNS name and `/`, then at most 63 characters.
pub fn is_qualified_name(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let alphanumeric_ends = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    let name_is_valid = name.len() <= 63
        && alphanumeric_ends(name)
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let prefix_is_valid = prefix.is_none_or(|prefix| {
        let label = |label: &str| {
            label.len() <= 63
                && alphanumeric_ends(label)
                && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        prefix.len() <= 253 && prefix.split('.').all(label)
    });
    name_is_valid && prefix_is_valid
}

/// How the key of a label, an annotation or a taint is written.
pub const QUALIFIED_NAME: &str =
    "use letters, digits, `-`, `_` and `.`, at most 63 characters, after an optional DNS prefix and `/`";

/// What is wrong with the key of a label or annotation that is no qualified name.
pub fn not_a_key(key: &str) -> String {
    format!("`{key}` can't be the key of a label or annotation")
}

/// Whether Kubernetes takes it as the value of a label.
pub fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_qualified_name(value) && !value.contains('/')
}

/// Whether it is one label of DNS: lower-case letters, digits and `-`, at most 63 characters.
pub fn is_dns_label(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 63 && name.starts_with(plain) && name.ends_with(plain) && name.chars().all(|c| plain(c) || c == '-')
}

/// Whether a namespace belongs to the cluster itself: Kubernetes reserves names that begin with `kube-`, OpenShift those
/// that begin with `openshift-`, and each has one more that it makes by itself and that can't be deleted.
pub fn is_system_namespace(name: &str) -> bool {
    matches!(name, "default" | "openshift") || name.starts_with("kube-") || name.starts_with("openshift-")
}

/// Whether it is a name of DNS: labels with dots between them, at most 253 characters.
pub fn is_dns_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let label =
        |label: &str| label.starts_with(plain) && label.ends_with(plain) && label.chars().all(|c| plain(c) || c == '-');
    name.len() <= 253 && name.split('.').all(label)
}

/// The host of a Service as every namespace would call it: without the domain of the cluster, and with the namespace where a
/// name without a dot stands for a Service of that namespace.
pub fn service_host(host: &str, namespace: &str) -> String {
    let host = host.strip_suffix(".cluster.local").unwrap_or(host);
    if host.contains('.') { host.to_owned() } else { format!("{host}.{namespace}.svc") }
}

/// The Service that a host names inside of a cluster, and its namespace where the host has it: `name`, `name.namespace`, or
/// `name.namespace.svc` with or without a domain behind it. Any other host is one of the world's.
pub fn service_of(host: &str) -> Option<(&str, Option<&str>)> {
    let mut labels = host.split('.');
    let (name, namespace) = (labels.next()?, labels.next());
    labels.next().is_none_or(|third| third == "svc").then_some((name, namespace))
}

/// The Service and the namespace of a host that can be nothing else: `name.namespace.svc`.
pub fn qualified_service(host: &str) -> Option<(&str, &str)> {
    let (name, namespace) = service_of(host).filter(|_| host.matches('.').count() > 1)?;
    Some((name, namespace?))
}

/// Whether an id has the prefix and then lower-case letters, digits and `_`, at most 64 characters in all.
pub fn is_identity(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|rest| {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        !rest.is_empty() && id.len() <= 64 && rest.chars().all(allowed)
    })
}

/// The id that is nearest to one that is none: with the prefix, in lower-case letters, and `_` for what else there is.
pub fn nearest_identity(id: &str, prefix: &str) -> Option<String> {
    let allowed = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
    let allowed: String = id.to_lowercase().chars().map(allowed).collect();
    let meant = format!("{prefix}{}", allowed.strip_prefix(prefix).unwrap_or(&allowed));
    is_identity(&meant, prefix).then_some(meant)
}

/// The DNS label that is nearest to a text that is none: in lower-case letters, with `-` for what else there is.
pub fn nearest_label(text: &str) -> Option<String> {
    let allowed = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let label: String = text.to_lowercase().chars().map(allowed).collect();
    let label = label.trim_matches('-').to_owned();
    (!label.is_empty() && label.len() <= 63).then_some(label)
}

/// An address and the length of a prefix, with nothing behind the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The first address.
    pub address: IpAddr,
    /// How many bits its addresses share.
    pub prefix: u32,
}

impl Network {
    /// The network that a text names, as Kubernetes reads it: without zeros before the length.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, length) = text.split_once('/')?;
        let prefix: u32 = length.parse().ok().filter(|prefix: &u32| prefix.to_string() == length)?;
        let address: IpAddr = address.parse().ok()?;
        let network = Network { address, prefix };
        let is_sound = match address {
            IpAddr::V4(address) => prefix <= 32 && address.to_bits().checked_shl(prefix).unwrap_or(0) == 0,
            IpAddr::V6(address) => prefix <= 128 && address.to_bits().checked_shl(prefix).unwrap_or(0) == 0,
        };
        is_sound.then_some(network)
    }

    /// Whether it is so wide that it is no network of anybody's: two such halves are every address.
    pub fn is_everything(&self) -> bool {
        match self.address {
            IpAddr::V4(_) => self.prefix < 8,
            IpAddr::V6(_) => self.prefix < 16,
        }
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether a text names a network.
pub fn is_network(text: &str) -> bool {
    Network::parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_that_kubernetes_takes() {
        for good in ["a", "app.kubernetes.io/name", "A_b.c-1"] {
            assert!(is_qualified_name(good), "{good}");
        }
        for bad in ["", "-a", "a/b/c", "A.example/b", "a b", "/a", "a/"] {
            assert!(!is_qualified_name(bad), "{bad}");
        }
        assert!(!is_qualified_name(&"a".repeat(64)));
    }

    #[test]
    fn namespaces_of_the_cluster_are_told_by_their_names() {
        for name in ["default", "kube-system", "kube-public", "kube-node-lease", "openshift", "openshift-ingress"] {
            assert!(is_system_namespace(name), "{name}");
        }
        for name in ["agentos", "kubeflow", "defaults", "my-kube-system", "openshifty", "agentos-default"] {
            assert!(!is_system_namespace(name), "{name}");
        }
    }

    #[test]
    fn names_of_dns_are_lower_case_and_short() {
        assert!(is_dns_label("agentos-federation") && is_dns_name("a.b-c.d") && is_label_value(""));
        for bad in ["", "A", "-a", "a-", "a_b", "a.b"] {
            assert!(!is_dns_label(bad), "{bad}");
        }
        assert!(!is_dns_name("a..b") && !is_dns_name(&"a".repeat(254)) && !is_dns_label(&"a".repeat(64)));
        assert!(!is_label_value("a/b") && !is_label_value(&"a".repeat(64)));
    }

    #[test]
    fn hosts_inside_of_a_cluster_name_a_service() {
        for (host, found, qualified) in [
            ("a", Some(("a", None)), None),
            ("a.b", Some(("a", Some("b"))), None),
            ("a.b.svc", Some(("a", Some("b"))), Some(("a", "b"))),
            ("a.b.svc.cluster.local", Some(("a", Some("b"))), Some(("a", "b"))),
            ("a.b.example", None, None),
        ] {
            assert_eq!((service_of(host), qualified_service(host)), (found, qualified), "{host}");
        }
    }

    #[test]
    fn networks_are_those_that_kubernetes_takes() {
        for good in ["203.0.113.0/24", "203.0.113.7/32", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1/128"] {
            assert!(is_network(good), "{good}");
        }
        for bad in [
            "203.0.113.7/24",
            "203.0.113.0/33",
            "300.0.0.0/8",
            "2001:db8::1/64",
            "::::/0",
            "1.2.3.4",
            "0.0.0.0/00",
            "::/+0",
        ] {
            assert!(!is_network(bad), "{bad}");
        }
        let network = |text| Network::parse(text).unwrap();
        for wide in ["0.0.0.0/0", "128.0.0.0/1", "::/0", "2000::/3"] {
            assert!(network(wide).is_everything(), "{wide}");
        }
        assert!(!network("10.0.0.0/8").is_everything() && !network("2001:db8::/32").is_everything());
        assert!(network("169.254.0.0/16").contains("169.254.169.254".parse().unwrap()));
        assert!(
            network("0.0.0.0/0").contains("1.2.3.4".parse().unwrap())
                && network("::/0").contains("::1".parse().unwrap())
        );
        assert!(!network("169.254.20.10/32").contains("169.254.169.254".parse().unwrap()));
    }
}
