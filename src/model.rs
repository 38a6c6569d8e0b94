//! The typed environment: what rules and lowering work on.
//!
//! Invariant: plain data, without places; rules name a value by its path, and the evaluated tree knows where that is.
//! Decoding never fails: a broken value is left out or stands for the reference stack's, so that no rule repeats what
//! its contract already said.

pub mod addresses;
mod audit;
mod authentication;
mod database;
mod decode;
mod federation;
mod network;
mod observability;
mod peers_file;
mod provided;
mod reader;
mod secrets;
mod service;
mod stacks;
mod storage;
mod tenancy;

pub use audit::{Audit, AuditSidecar};
pub use authentication::Oidc;
pub use database::{Database, SslMode};
pub use decode::decode;
pub use federation::{Build, DedicatedPeer, Federation, Issuance, Mtls, Peer, RemotePeer};
pub use network::{Caller, Network, Resolver};
pub use observability::{Metrics, Observability, Scraper};
pub use peers_file::{peers_file, peers_file_at_most};
pub use provided::{Namespaces, Provided};
pub use secrets::{
    CsiProvider, CsiStore, Inject, Remote, SealedFor, SecretBackend, SecretKey, SecretReference, SecretStore, Secrets,
    StoreKind,
};
pub use service::{
    Amounts, Exposure, Gateway, Model, Provider, Quotas, Scheduling, Service, SettingValue, Tls, Toleration,
};
pub use stacks::{dedicated, dedicated_namespace, dedicated_stack_id, stacks};
pub use storage::{Retention, Storage, VeleroMethod, Volume};
pub use tenancy::{Isolation, Tenancy, Tenant, TenantDatabase, TenantSecrets};

use crate::agentos::settings::{self, Purpose, SetBy};
use crate::agentos::vocabulary::{PerService, Profile, Runtime, ServiceName};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Names with text: labels, annotations, metadata.
pub type Texts = BTreeMap<String, String>;

/// One AgentOS stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The guards of the runtime; none where it is broken.
    pub profile: Option<Profile>,
    /// The cluster it runs in.
    pub cluster: String,
    /// The namespace of every object.
    pub namespace: String,
    /// Whether the namespaces are compiled or the platform makes them.
    pub namespaces: Namespaces,
    /// The release.
    pub runtime: Runtime,
    /// The image of the services.
    pub image: String,
    /// When the node pulls the image, where the user says so.
    pub pull_policy: Option<String>,
    /// The names of Secrets with a registry's credentials.
    pub pull_secrets: BTreeSet<String>,
    /// What the platform makes in the namespace of each stack.
    pub provided: Provided,
    /// The services.
    pub services: PerService<Service>,
    /// The tenants.
    pub tenancy: Tenancy,
    /// The credentials.
    pub secrets: Secrets,
    /// Where data lives; none where it is broken.
    pub storage: Option<Storage>,
    /// The database, where one is used.
    pub database: Option<Database>,
    /// Who issues the tokens that the services verify, where they do.
    pub authentication: Option<Oidc>,
    /// Where audit records go.
    pub audit: Audit,
    /// What also sends the audit log to standard output, if anything does.
    pub audit_sidecar: Option<AuditSidecar>,
    /// The identity of the stack, and its peers.
    pub federation: Federation,
    /// Who may talk to whom.
    pub network: Network,
    /// Metrics, alerts and dashboards.
    pub observability: Observability,
    /// How the running stack is checked.
    pub smoke: Smoke,
    /// Labels on every object.
    pub labels: Texts,
    /// Annotations on every object.
    pub annotations: Texts,
    /// Changes to compiled objects, by kind and name.
    pub patches: BTreeMap<String, BTreeMap<String, Json>>,
    /// Rules that are knowingly broken.
    pub allow: Vec<Allow>,
    /// The tenant that has the stack to itself; none of what a user writes, only of what `dedicated` makes of it.
    pub tenant: Option<String>,
}

impl Environment {
    /// Whether the guards of production apply.
    pub fn is_prod(&self) -> bool {
        self.profile == Some(Profile::Prod)
    }

    /// Whether it has what a secret is for that not every environment needs.
    pub fn has(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Database => {
                let mut tenants = self.tenancy.tenants.values();
                self.database.is_some() || tenants.any(|tenant| tenant.own_database().is_some())
            }
            Purpose::Model => self.services.model_policy.model.is_some(),
        }
    }

    /// Whether it has a use for a secret: one for a database or a model only where it has those.
    pub fn needs_secret(&self, name: &str) -> bool {
        let setting = settings::of(self.runtime).find(|setting| setting.name == name);
        match setting.map(|setting| setting.set_by) {
            Some(SetBy::SecretFor(purpose)) => self.has(purpose),
            Some(SetBy::Secret | SetBy::Field(_) | SetBy::User | SetBy::Never(_)) | None => true,
        }
    }

    /// Where a service's data lives.
    pub fn storage_of(&self, service: ServiceName) -> Option<&Storage> {
        self.services.get(service).storage.as_ref().or(self.storage.as_ref())
    }

    /// The claim on which a service's data lives, where it lives on one.
    pub fn volume_of(&self, service: ServiceName) -> Option<&Volume> {
        match self.storage_of(service)? {
            Storage::Persistent(volume) => Some(volume),
            Storage::Ephemeral => None,
        }
    }
}

/// How a running stack is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Smoke {
    /// Whether a Job checks it from inside the cluster.
    pub job: bool,
}

/// A rule that is knowingly broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The code of the rule.
    pub rule: String,
    /// Why.
    pub reason: String,
}
