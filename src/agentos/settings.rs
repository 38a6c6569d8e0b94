//! The settings of AgentOS, release by release: one declarative table that contracts, lowering and the reference share.
//!
//! Invariant: nowhere else is the name of an `AGENTOS_*` variable written. What Go reads in every service is in `process`.

mod image;
mod nickel;
pub mod process;
mod v1_02;
mod v1_07;

pub use image::{LATEST, NEWER_RELEASES, Named, Pin, labelled, named, pinned, running};
pub(crate) use nickel::nickel_string;
pub use nickel::{nickel_module, nickel_releases};

use crate::agentos::vocabulary::{Runtime, ServiceName};
use crate::path::Path;

/// What a setting is for, in the order in which containers set them; a release may give it another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Which of the three services the process is.
    Service,
    /// The guards of the runtime.
    Profile,
    /// The tenant of requests that name none.
    DefaultTenant,
    /// Whether development headers are allowed, which the guard of production refuses; nothing else reads it.
    AllowDevHeaders,
    /// Whether `/metrics` asks for a tenant.
    MetricsRequireAuth,
    /// Where audit records go.
    AuditSink,
    /// The file that holds the runs.
    RunStoreFile,
    /// The folder that holds the agents.
    AgentStoreDir,
    /// The folder that holds conversations.
    MemoryStoreDir,
    /// The folder that holds agents' keys and values.
    KvStoreDir,
    /// Whether runs and their like are kept in files or in a database.
    StorageBackend,
    /// The host of the database.
    DatabaseHost,
    /// The port of the database.
    DatabasePort,
    /// The name of the database.
    DatabaseName,
    /// The user of the database.
    DatabaseUser,
    /// How far the connection to the database is protected.
    DatabaseSslMode,
    /// How many connections to the database are kept open.
    DatabasePoolSize,
    /// How many runs a tenant may create in a second.
    QuotaRunCreateQps,
    /// How many runs of a tenant may be under way.
    QuotaConcurrentRuns,
    /// How many model calls a tenant may make in a second.
    QuotaInvokeQps,
    /// Who issues callers' tokens.
    OidcIssuerUrl,
    /// Whom callers' tokens are meant for.
    OidcAudience,
    /// Which claim of a token names the tenant.
    OidcTenantClaim,
    /// The certificate of a service's own listener.
    TlsCertificate,
    /// Its private key.
    TlsKey,
    /// Which interface the model provider speaks.
    ModelProvider,
    /// Where the model provider answers.
    ModelBaseUrl,
    /// The model of requests that name none.
    ModelDefault,
    /// How long an answer of the model provider is waited for.
    ModelTimeout,
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
    /// The pause after the first try, in milliseconds.
    ForwardBaseBackoff,
    /// Whether the federation listener asks for client certificates.
    RequireMtls,
    /// The listener's certificate.
    ServerCertificate,
    /// The listener's private key.
    ServerKey,
    /// The authority that client certificates are verified with.
    Authority,
    /// The certificate shown to peers.
    ClientCertificate,
    /// Its private key.
    ClientKey,
    /// The key that callers' tokens are verified with.
    JwtPublicKey,
    /// Whether federation goes without verifying tokens.
    FederationAuthDisabled,
    /// The token with which the services call each other.
    ServiceToken,
    /// The secret that both ends of a peering share.
    FederationSharedSecret,
    /// The key that signs.
    SigningKey,
    /// The password of that user.
    DatabasePassword,
    /// The key that the model provider asks for.
    ModelApiKey,
    /// How long a service finishes requests when it is told to end.
    ShutdownTimeout,
    /// How log lines are written.
    LogFormat,
    /// How long finished runs are kept.
    RetentionRunsDays,
    /// How long events are kept.
    RetentionEventsDays,
    /// How long audit records are kept.
    RetentionAuditDays,
    /// How long records of usage are kept.
    RetentionUsageDays,
    /// Switches of the Go runtime and its libraries.
    GoDebug,
    /// How far the heap of the Go runtime grows before it is collected.
    GoGc,
    /// The Go runtime's limit on threads that run at once.
    GoMaxProcs,
    /// The Go runtime's soft limit on memory.
    GoMemLimit,
    /// How much the Go runtime prints when it crashes.
    GoTraceback,
    /// The zone of the times in logs.
    TimeZone,
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
    /// A number of days. The runtime raises fewer to the least, and takes what is no number for the default.
    Days {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A switch: this word turns it on, anything else leaves it off.
    Flag {
        /// The word.
        on: &'static str,
        /// How a value is compared with it.
        comparison: Comparison,
    },
    /// A guard: this whole number takes it away, anything else leaves it on.
    Guard {
        /// The number.
        off: &'static str,
    },
    /// An absolute path.
    Path,
    /// A length of time as Go writes it: a number with `s` or `m`.
    Duration,
    /// An amount of memory as Go writes it, such as `200MiB`.
    Memory,
    /// Switches as Go writes them: `name=value`, with commas between them.
    Switches,
    /// A time zone of the IANA database, such as `Europe/Berlin`.
    TimeZone,
    /// `stdout`, `stderr` or `file:` and an absolute path.
    Sink,
}

/// How the runtime compares the value of a switch with its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Character by character.
    Exact,
    /// Without the blanks around it.
    Trimmed,
    /// Without the blanks around it, in any case of letters.
    AnyCase,
}

impl Comparison {
    /// Whether a value is the word.
    pub fn is(self, value: &str, word: &str) -> bool {
        match self {
            Comparison::Exact => value == word,
            Comparison::Trimmed => value.trim() == word,
            Comparison::AnyCase => value.trim().eq_ignore_ascii_case(word),
        }
    }
}

/// Who sets a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The compiler, from this field of the environment.
    Field(&'static str),
    /// `secrets.keys`: from a Secret, never as plain text.
    Secret,
    /// As `Secret`, and only where the environment has what it is for.
    SecretFor(Purpose),
    /// The user, under `services.<service>.env`.
    User,
    /// Nothing: every release reads it, and setting it does harm, for this reason.
    Never(&'static str),
}

/// What a secret may be for that not every environment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The database.
    Database,
    /// The model provider.
    Model,
}

impl Purpose {
    /// The field that asks for the secret.
    pub fn field(self) -> Path {
        match self {
            Purpose::Database => Path::of(["database"]),
            Purpose::Model => Path::of(["services", "model-policy", "model"]),
        }
    }
}

/// One setting of a release.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// The services that read it, as messages list them.
    pub fn readers(&self) -> String {
        self.services.iter().map(|service| service.as_str()).collect::<Vec<_>>().join(" and ")
    }

    /// Whether its value is a secret.
    pub fn is_secret(&self) -> bool {
        match self.set_by {
            SetBy::Secret | SetBy::SecretFor(_) => true,
            SetBy::Field(_) | SetBy::User | SetBy::Never(_) => false,
        }
    }

    /// Whether the runtime takes a value for "on"; an empty one is none. What is no switch is on where it is set.
    pub fn is_on(&self, value: &str) -> bool {
        match self.kind {
            Kind::Flag { on, comparison } => comparison.is(value, on),
            Kind::Guard { off } => value.is_empty() || value.parse::<i64>().ok() != off.parse().ok(),
            Kind::Text
            | Kind::OneOf(_)
            | Kind::Integer { .. }
            | Kind::Days { .. }
            | Kind::Path
            | Kind::Duration
            | Kind::Memory
            | Kind::Switches
            | Kind::TimeZone
            | Kind::Sink => !value.is_empty(),
        }
    }

    /// The variable that names a file with the value instead of holding it.
    pub fn file_variable(&self) -> String {
        format!("{}_FILE", self.name)
    }
}

/// What federation does without a key that tokens are verified with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyless {
    /// It believes every caller (fact 20).
    BelievesEverybody,
    /// It answers 503 to everything, health included, unless it is told to verify nobody.
    AnswersNobody,
}

/// A release of AgentOS, as its file beside this one describes it.
pub struct Release {
    /// Its settings, in the order of their keys.
    pub settings: Vec<Setting>,
    /// Where the orchestrator says that it is ready, where that is another question than whether it is well.
    pub ready_path: Option<&'static str>,
    /// The working folder of the image.
    pub working_folder: &'static str,
    /// What the orchestrator writes below its working folder as long as it keeps runs in files, where no setting says
    /// so; it does not start where it can't.
    pub unset_store: Option<&'static str>,
    /// What federation does without a key that tokens are verified with.
    pub keyless: Keyless,
    /// Which tokens federation takes, for those who get 401 with one.
    pub tokens: &'static str,
    /// Whether every service says its name where it says that it is well; of a release that was only read it is not known.
    pub names_itself: bool,
    /// How it behaves whatever its settings are: one line for each of [`TOPICS`], in their order.
    pub behaviour: [&'static str; TOPICS.len()],
}

/// Why no release is given federation's client certificate (fact 19).
const CLIENT_PAIR: &str = "with certificate and key set, forwards trust `AGENTOS_FED_CA_CERT` alone: a forward to a peer \
     with a publicly trusted certificate ends in 502, and the peer's orchestrator asks for no certificate";

/// What releases differ in besides their settings.
pub const TOPICS: [&str; 7] = [
    "user and working directory of the image",
    "files at a place that no setting names",
    "when it is told to end",
    "readiness",
    "a secret that is set twice",
    "federation without a key for tokens",
    "certificate without key, or key without certificate",
];

/// The settings of a release, by those of the one before it and what it changed and added.
fn later(earlier: &[Setting], changed: &[Setting]) -> Vec<Setting> {
    let kept = earlier.iter().filter(|setting| changed.iter().all(|other| other.key != setting.key));
    let mut settings: Vec<Setting> = kept.chain(changed).copied().collect();
    settings.sort_by_key(|setting| setting.key);
    settings
}

/// A release.
pub fn release(runtime: Runtime) -> &'static Release {
    match runtime {
        Runtime::V1_02 => &v1_02::RELEASE,
        Runtime::V1_07 => &v1_07::RELEASE,
    }
}

/// The settings of a release: those of AgentOS, then those of the Go runtime in every service.
pub fn of(runtime: Runtime) -> impl Iterator<Item = &'static Setting> {
    release(runtime).settings.iter().chain(process::SETTINGS)
}

/// The settings of a release that a service reads.
pub fn read_by(runtime: Runtime, service: ServiceName) -> impl Iterator<Item = &'static Setting> {
    of(runtime).filter(move |setting| setting.is_read_by(service))
}

/// A setting of a release, if that has it.
pub fn get(runtime: Runtime, key: Key) -> Option<&'static Setting> {
    of(runtime).find(|setting| setting.key == key)
}

/// The settings that go by a key: that of a release, or of every release that has it where the release is not known.
pub fn candidates(runtime: Option<Runtime>, key: Key) -> impl Iterator<Item = &'static Setting> {
    let releases = Runtime::ALL.into_iter().filter(move |known| runtime.is_none_or(|runtime| runtime == *known));
    releases.filter_map(move |known| get(known, key))
}

/// Whether a switch is on without a doubt: under the release, or under each that has it where the release is not known.
pub fn is_surely_on(runtime: Option<Runtime>, key: Key, value: &str) -> bool {
    let mut readings = candidates(runtime, key).map(|setting| setting.is_on(value)).peekable();
    readings.peek().is_some() && readings.all(|on| on)
}

/// Whether a release reads a variable.
pub fn reads(runtime: Runtime, variable: &str) -> bool {
    of(runtime).any(|setting| setting.name == variable)
}

/// What the names of all settings of AgentOS begin with.
pub const PREFIX: &str = "AGENTOS_";

/// The settings by which a stack says who it is, before its peers file does, with the fields of that (fact 17).
pub const IDENTITY: [(Key, &str); 3] =
    [(Key::StackId, "stack_id"), (Key::EnvironmentName, "environment"), (Key::Region, "region")];

/// What releases that have a setting call it: all of them the same.
pub fn shared_name(key: Key) -> Option<&'static str> {
    candidates(None, key).next().map(|setting| setting.name)
}

/// What a release calls a setting, if it has it.
pub fn name(runtime: Runtime, key: Key) -> Option<&'static str> {
    get(runtime, key).map(|setting| setting.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stand_in_the_order_of_their_keys() {
        for runtime in Runtime::ALL {
            assert!(of(runtime).map(|setting| setting.key).is_sorted(), "{runtime:?}");
        }
    }

    /// A row that says what the release before says would not be a change.
    #[test]
    fn a_later_release_says_what_it_changes_and_nothing_else() {
        for changed in v1_07::CHANGED {
            let earlier = v1_02::RELEASE.settings.iter().find(|setting| setting.key == changed.key);
            assert_ne!(earlier, Some(changed));
        }
    }

    #[test]
    fn names_and_keys_are_distinct_within_a_release() {
        for runtime in Runtime::ALL {
            let names: std::collections::BTreeSet<_> = of(runtime).map(|setting| setting.name).collect();
            let keys: std::collections::BTreeSet<_> = of(runtime).map(|setting| setting.key).collect();
            assert_eq!((names.len(), keys.len()), (of(runtime).count(), of(runtime).count()));
        }
    }

    #[test]
    fn every_setting_is_documented_and_read() {
        for setting in Runtime::ALL.into_iter().flat_map(of) {
            assert!(setting.doc.ends_with('.') && !setting.services.is_empty(), "{}", setting.name);
        }
    }

    #[test]
    fn services_are_listed_in_the_order_in_which_they_are_compiled() {
        for setting in Runtime::ALL.into_iter().flat_map(of) {
            assert!(setting.services.windows(2).all(|pair| pair[0] < pair[1]), "{}", setting.name);
        }
    }

    /// Rules and lowering ask for settings by key: two releases that mean different things by one key would be mixed up.
    #[test]
    fn a_setting_that_two_releases_share_has_one_name_and_one_source() {
        for setting in Runtime::ALL.into_iter().flat_map(of) {
            for same in Runtime::ALL.into_iter().filter_map(|other| get(other, setting.key)) {
                assert_eq!((setting.name, setting.set_by), (same.name, same.set_by));
            }
        }
    }

    #[test]
    fn switches_are_read_as_the_runtime_reads_them() {
        let on = |runtime, key, value: &str| get(runtime, key).unwrap().is_on(value);
        for runtime in Runtime::ALL {
            for value in ["true", "TRUE", " True\n"] {
                assert!(on(runtime, Key::RequireMtls, value), "{value:?}");
            }
            for value in ["", "1", "yes", "tru e"] {
                assert!(!on(runtime, Key::RequireMtls, value), "{value:?}");
            }
            assert!(on(runtime, Key::AllowDevHeaders, " 1 ") && !on(runtime, Key::AllowDevHeaders, "true"));
        }
        assert!(["", "0", "true", " 1", "2"].iter().all(|value| !on(Runtime::V1_02, Key::MetricsRequireAuth, value)));
        assert!(["", "1", "true", " 0", "2"].iter().all(|value| on(Runtime::V1_07, Key::MetricsRequireAuth, value)));
        assert!(["0", "00", "-0"].iter().all(|value| !on(Runtime::V1_07, Key::MetricsRequireAuth, value)));
    }

    #[test]
    fn where_the_release_is_not_known_a_switch_is_on_only_under_each() {
        assert!(is_surely_on(None, Key::MetricsRequireAuth, "1"));
        assert!(!is_surely_on(None, Key::MetricsRequireAuth, "") && !is_surely_on(None, Key::MetricsRequireAuth, "2"));
        assert!(is_surely_on(Some(Runtime::V1_07), Key::MetricsRequireAuth, ""));
        assert!(!is_surely_on(Some(Runtime::V1_02), Key::FederationAuthDisabled, "1"));
    }

    /// A default that its own contract refuses would be a slip of the table.
    #[test]
    fn numbers_have_a_default_in_their_range() {
        for setting in Runtime::ALL.into_iter().flat_map(of) {
            let (Kind::Integer { min, max } | Kind::Days { min, max }) = setting.kind else { continue };
            if let Ok(default) = setting.default.parse::<i64>() {
                assert!((min..=max).contains(&default), "{}", setting.name);
            }
        }
    }
}
