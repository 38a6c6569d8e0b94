//! What services keep, and what several pods of one do to it (facts 10 and 11).

use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;

/// A setting that says where a service keeps something.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// The setting.
    pub key: Key,
    /// What is kept there.
    pub holds: &'static str,
    /// Whether it is kept in the database where there is one.
    pub in_database: bool,
}

/// Where the services keep what must not be lost, by the names of the settings.
pub const STORES: [Store; 6] = [
    Store { key: Key::AgentStoreDir, holds: "agents", in_database: true },
    Store { key: Key::AuditSink, holds: "audit records", in_database: false },
    Store { key: Key::ForwardIndexFile, holds: "forward index", in_database: false },
    Store { key: Key::KvStoreDir, holds: "keys and values", in_database: true },
    Store { key: Key::MemoryStoreDir, holds: "memories", in_database: true },
    Store { key: Key::RunStoreFile, holds: "runs", in_database: true },
];

/// Whether the orchestrator keeps runs and their like in a database, by the text of `AGENTOS_STORAGE_BACKEND`.
pub fn in_database(backend: &str) -> bool {
    backend.eq_ignore_ascii_case("postgres")
}

/// What several pods of a service do to each other. The database of an orchestrator has many writers, but it is not all there
/// is.
pub fn several_pods(service: ServiceName, in_database: bool) -> &'static str {
    match (service, in_database) {
        (ServiceName::AgentOrchestrator, false) => {
            "each pod keeps runs of its own and answers the others' runs with 404"
        }
        (ServiceName::AgentOrchestrator, true) => {
            "each pod limits for itself, so that every tenant has its quota once a pod, and all write one audit log"
        }
        (ServiceName::ModelPolicy, _) => "the limiter counts in the memory of each pod, for itself",
        (ServiceName::Federation, _) => {
            "each pod rewrites the forward index, and the events of the others' runs are lost"
        }
    }
}
