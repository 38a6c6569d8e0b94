//! What the process of every service reads besides the settings of AgentOS: the variables of the Go runtime and of Go's
//! standard library.

use super::{Key, Kind, SetBy, Setting};
use crate::model::ServiceName;

/// The variables of Go that a user may set under `services.<service>.env`, in every release.
pub(crate) static SETTINGS: &[Setting] = &[
    of_go(
        Key::GoDebug,
        "GODEBUG",
        Kind::Switches,
        "",
        "Switches of the Go runtime and its libraries, such as `netdns=go`; Go ignores a name that it does not know.",
    ),
    of_go(
        Key::GoGc,
        "GOGC",
        Kind::Integer { min: 1, max: 10_000 },
        "100",
        "How far the heap grows before the Go runtime collects garbage, in percent.",
    ),
    of_go(
        Key::GoMaxProcs,
        "GOMAXPROCS",
        Kind::Integer { min: 1, max: 1024 },
        "the node's processors",
        "The Go runtime's limit on threads that run at once.",
    ),
    of_go(
        Key::GoMemLimit,
        "GOMEMLIMIT",
        Kind::Memory,
        "off",
        "The Go runtime's soft limit on memory, such as `200MiB`.",
    ),
    of_go(
        Key::GoTraceback,
        "GOTRACEBACK",
        Kind::OneOf(&["none", "single", "all", "system", "crash"]),
        "single",
        "How much the Go runtime prints when the process crashes.",
    ),
    of_go(
        Key::TimeZone,
        "TZ",
        Kind::TimeZone,
        "UTC",
        "The time zone of local times; UTC where the image has no data of the zone.",
    ),
];

const fn of_go(key: Key, name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Setting {
    Setting { key, name, services: &ServiceName::ALL, kind, default, set_by: SetBy::User, doc, facts: &[] }
}

/// A variable that the process obeys and that is not set here: what it needs besides is compiled nowhere.
pub struct Unset {
    /// The name, in capital letters.
    pub name: &'static str,
    /// Whether Go also reads it in small letters.
    pub in_any_case: bool,
    /// What the process does with it.
    pub role: &'static str,
    /// What goes wrong when it is set by itself.
    pub otherwise: &'static str,
}

const PROXY: &str = "network policies leave the proxy's port closed, so that forwards and events would end in 502; with the \
     client certificate of federation forwards go round the proxy (fact 18a)";
const ROOTS: &str = "no volume of the compiled pod has the file: the process would find no root there, and believe those of \
     the image alone (fact 18a)";

/// Every such variable.
pub static UNSET: [Unset; 5] = [
    Unset { name: "HTTP_PROXY", in_any_case: true, role: "calls over HTTP go through this proxy", otherwise: PROXY },
    Unset { name: "HTTPS_PROXY", in_any_case: true, role: "calls over HTTPS go through this proxy", otherwise: PROXY },
    Unset {
        name: "NO_PROXY",
        in_any_case: true,
        role: "calls to these hosts pass the proxy by",
        otherwise: "without a proxy it has no effect (fact 18a)",
    },
    Unset {
        name: "SSL_CERT_DIR",
        in_any_case: false,
        role: "certificates of peers are verified with the roots in these folders",
        otherwise: ROOTS,
    },
    Unset {
        name: "SSL_CERT_FILE",
        in_any_case: false,
        role: "certificates of peers are verified with the roots in this file",
        otherwise: ROOTS,
    },
];

/// What is known of a variable that the process obeys and no field sets.
pub fn unset(name: &str) -> Option<&'static Unset> {
    let is_it = |known: &&Unset| known.name == name || known.in_any_case && known.name.to_lowercase() == name;
    UNSET.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_reads_the_variables_of_proxies_in_capital_and_in_small_letters() {
        for name in ["HTTPS_PROXY", "https_proxy", "no_proxy", "SSL_CERT_FILE"] {
            assert!(unset(name).is_some(), "{name}");
        }
        for name in ["Https_Proxy", "ssl_cert_file", "ALL_PROXY", "GODEBUG"] {
            assert!(unset(name).is_none(), "{name}");
        }
    }

    #[test]
    fn no_variable_is_both_set_and_refused() {
        assert!(SETTINGS.iter().all(|setting| unset(setting.name).is_none()));
    }
}
