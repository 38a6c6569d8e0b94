//! The settings of AgentOS, release by release: one declarative table that contracts, lowering and the reference share.
//!
//! Invariant: nowhere else is the name of an `AGENTOS_*` variable written.

mod v1_02;

use crate::model::{Runtime, ServiceName};

/// What a setting is for, whatever a release calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Which of the three services the process is.
    Service,
    /// The guards of the runtime.
    Profile,
    /// The tenant of requests that name none.
    DefaultTenant,
    /// Whether development headers are believed.
    AllowDevHeaders,
    /// Whether `/metrics` asks for a tenant.
    MetricsRequireAuth,
    /// Where audit records go.
    AuditSink,
    /// The file that holds the runs.
    RunStoreFile,
    /// The folder that holds the agents.
    AgentStoreDir,
    /// How many runs a tenant may create in a second.
    QuotaRunCreateQps,
    /// How many runs of a tenant may be under way.
    QuotaConcurrentRuns,
    /// How many model calls a tenant may make in a second.
    QuotaInvokeQps,
    /// The file that remembers which peer has which run.
    ForwardIndexFile,
    /// The file that names the peers.
    PeersFile,
    /// The identity of the stack.
    StackId,
    /// The environment that the stack says it is.
    EnvironmentName,
    /// The region that the stack says it is in.
    Region,
    /// How often a forward is tried in all.
    ForwardMaxAttempts,
    /// The first pause between two tries, in milliseconds.
    ForwardBaseBackoff,
    /// Whether the federation listener asks for client certificates.
    RequireMtls,
    /// The listener's certificate.
    ServerCertificate,
    /// The listener's private key.
    ServerKey,
    /// The authority that client certificates and peers are verified with.
    Authority,
    /// The certificate shown to peers.
    ClientCertificate,
    /// Its private key.
    ClientKey,
    /// The key that callers' tokens are verified with.
    JwtPublicKey,
    /// The token with which the services call each other.
    ServiceToken,
    /// The secret that both ends of a peering share.
    FederationSharedSecret,
    /// The key that signs.
    SigningKey,
    /// The Go runtime's limit on threads that run at once.
    GoMaxProcs,
    /// The Go runtime's soft limit on memory.
    GoMemLimit,
}

/// How a value is spelt, and which values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number in this range. The runtime takes anything else for the default, silently.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A switch: this exact word turns it on, anything else leaves it off.
    Flag {
        /// The word.
        on: &'static str,
    },
    /// An absolute path.
    Path,
    /// An amount of memory as Go writes it, such as `200MiB`.
    Memory,
    /// `stdout`, `stderr` or `file:` and an absolute path.
    Sink,
}

/// Who sets a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The compiler, from this field of the environment.
    Field(&'static str),
    /// `secrets.keys`: from a Secret, never as plain text.
    Secret,
    /// The user, under `services.<service>.env`.
    User,
}

/// One setting of a release.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// What it is for.
    pub key: Key,
    /// The name of the environment variable.
    pub name: &'static str,
    /// The services that read it.
    pub services: &'static [ServiceName],
    /// How its value is spelt.
    pub kind: Kind,
    /// What the runtime assumes where it is not set.
    pub default: &'static str,
    /// Who sets it.
    pub set_by: SetBy,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The facts of the runtime behind it, by their numbers in the AgentOS notes.
    pub facts: &'static [u8],
}

impl Setting {
    /// Whether this service reads it.
    pub fn is_read_by(&self, service: ServiceName) -> bool {
        self.services.contains(&service)
    }

    /// The variable that names a file with the value instead of holding it.
    pub fn file_variable(&self) -> String {
        format!("{}_FILE", self.name)
    }
}

/// The settings of a release; none where this compiler does not know the release.
pub fn of(runtime: Runtime) -> &'static [Setting] {
    match runtime {
        Runtime::V1_02 => v1_02::SETTINGS,
        Runtime::V1_07 => &[],
    }
}

/// The settings of a release that a service reads.
pub fn read_by(runtime: Runtime, service: ServiceName) -> impl Iterator<Item = &'static Setting> {
    of(runtime).iter().filter(move |setting| setting.is_read_by(service))
}

/// What a release calls a setting, if it has it.
pub fn name(runtime: Runtime, key: Key) -> Option<&'static str> {
    of(runtime).iter().find(|setting| setting.key == key).map(|setting| setting.name)
}

/// The Nickel module that holds a release's settings as contracts, as it stands in `lib/settings/`.
pub fn nickel_module(runtime: Runtime) -> String {
    let mut out = String::from(
        "# Generated from the settings table by `cargo run --example generate`; do not edit.\n\
         #\n\
         # The settings that a user may set under `services.<service>.env`, by service. All others follow from fields.\n\
         let check = import \"../check.ncl\" in\n\
         let secret_key = import \"../secret_key.ncl\" in\n{\n",
    );
    for service in ServiceName::ALL {
        out.push_str(&format!(
            "  {}\n    | doc \"Settings of {} that no other field sets.\"\n    = {{\n",
            service.contract_name(),
            service.as_str()
        ));
        for setting in read_by(runtime, service).filter(|setting| setting.set_by == SetBy::User) {
            out.push_str(&format!(
                "      {}\n        | doc {}\n        | {}\n        | optional,\n",
                setting.name,
                nickel_string(setting.doc),
                nickel_contract(setting.kind)
            ));
        }
        out.push_str("    },\n\n");
    }
    out.push_str("  Secrets\n    | doc \"The secrets that the services read, by name.\"\n    = {\n");
    for setting in of(runtime).iter().filter(|setting| setting.set_by == SetBy::Secret) {
        out.push_str(&format!(
            "      {}\n        | doc {}\n        | secret_key.SecretKey\n        | default = {{}},\n",
            setting.name,
            nickel_string(setting.doc)
        ));
    }
    out.push_str("    },\n}\n");
    out
}

fn nickel_contract(kind: Kind) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::OneOf(words) => format!("[| {} |]", words.iter().map(|w| format!("'{w}")).collect::<Vec<_>>().join(", ")),
        Kind::Integer { min, max } => format!("check.Integer \"R006\" {min} {max} \"a whole number\""),
        Kind::Flag { .. } => "Bool".to_owned(),
        Kind::Memory => "check.Text \"R006\" 24 \"^[0-9]+(B|KiB|MiB|GiB|TiB)?$\" \"an amount of memory\" \"write a number and `MiB` or `GiB`\"".to_owned(),
        Kind::Path | Kind::Sink => {
            "check.Text \"R006\" 4096 \"^/[-A-Za-z0-9._/]+$\" \"an absolute path\" \"write the whole path\"".to_owned()
        }
    }
}

fn nickel_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace("%{", "\\%{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_distinct_within_a_release() {
        for runtime in Runtime::ALL {
            let names: std::collections::BTreeSet<_> = of(runtime).iter().map(|setting| setting.name).collect();
            let keys: std::collections::BTreeSet<_> = of(runtime).iter().map(|setting| setting.key).collect();
            assert_eq!((names.len(), keys.len()), (of(runtime).len(), of(runtime).len()));
        }
    }

    #[test]
    fn every_setting_is_documented_and_read() {
        for setting in Runtime::ALL.into_iter().flat_map(of) {
            assert!(setting.doc.ends_with('.') && !setting.services.is_empty(), "{}", setting.name);
        }
    }
}
