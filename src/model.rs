//! The typed environment: what rules and lowering work on.
//!
//! Invariant: plain data, without places; rules name a value by its path, and the evaluated tree knows where that is.
//! Decoding never fails: a broken value is left out or stands for the reference stack's, so that no rule repeats what
//! its contract already said.

pub mod addresses;
mod decode;
mod peers_file;
mod stacks;

pub use decode::decode;
pub use peers_file::peers_file;
pub use stacks::{dedicated, dedicated_namespace, dedicated_stack_id, stacks};

use crate::agentos::settings;
use crate::agentos::settings::{Purpose, SetBy};
use crate::agentos::vocabulary::{PerService, Profile, Runtime, ServiceName};
use crate::names;
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
                let own = |tenant: &Tenant| tenant.own_database().is_some();
                self.database.is_some() || self.tenancy.tenants.values().any(own)
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
}

/// Who makes the namespaces of the stacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Namespaces {
    /// The compiler, with Pod Security `restricted` and the bounds of a tenant's namespace.
    #[default]
    Managed,
    /// The platform.
    Existing,
}

/// What the platform makes in the namespace of each stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provided {
    /// Secrets by name, each with the keys that are known of it; any where there are none.
    pub secrets: BTreeMap<String, Vec<String>>,
    /// ConfigMaps, likewise.
    pub config_maps: BTreeMap<String, Vec<String>>,
    /// The names of ServiceAccounts.
    pub service_accounts: BTreeSet<String>,
    /// The names of claims.
    pub claims: BTreeSet<String>,
}

/// One service of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The port the container listens on.
    pub port: u16,
    /// The port of the Service.
    pub service_port: u16,
    /// How many pods.
    pub replicas: i32,
    /// What the scheduler sets aside.
    pub requests: Amounts,
    /// What the container may use.
    pub limits: Amounts,
    /// What the service enforces, by the name of the quota.
    pub quotas: Quotas,
    /// Further settings, by the name of the variable.
    pub env: BTreeMap<String, SettingValue>,
    /// TLS on its listener, where it is on.
    pub tls: Option<Tls>,
    /// Who answers model calls, where it is not the stub.
    pub model: Option<Model>,
    /// Who reaches it from outside the cluster.
    pub exposure: Exposure,
    /// Overrides the environment's storage.
    pub storage: Option<Storage>,
    /// Where the pod may run.
    pub scheduling: Scheduling,
    /// Further labels.
    pub labels: Texts,
    /// Further annotations.
    pub annotations: Texts,
}

/// Quotas; those that do not belong to the service or the tenant are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// Runs created in a second.
    pub run_create_qps: Option<i64>,
    /// Runs under way at once.
    pub concurrent_runs: Option<i64>,
    /// Model calls in a second.
    pub invoke_qps: Option<i64>,
}

/// A value under `services.<service>.env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A switch.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
}

/// Amounts of processor, memory and scratch space, as Kubernetes quantities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Processor time.
    pub cpu: Option<String>,
    /// Memory.
    pub memory: Option<String>,
    /// Scratch space on the node.
    pub ephemeral_storage: Option<String>,
}

/// Who reaches a service from outside the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Exposure {
    /// Nobody.
    #[default]
    Internal,
    /// Callers of a gateway that authenticates.
    Gateway(Gateway),
}

impl Exposure {
    /// The way in from outside, where there is one.
    pub fn gateway(&self) -> Option<&Gateway> {
        match self {
            Exposure::Gateway(gateway) => Some(gateway),
            Exposure::Internal => None,
        }
    }
}

/// A way in through a gateway that authenticates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gateway {
    /// The host name.
    pub host: String,
    /// The Gateway.
    pub name: String,
    /// The namespace of the Gateway.
    pub namespace: String,
    /// The listener of the Gateway.
    pub section: Option<String>,
    /// The pods that pass requests on.
    pub proxies: Caller,
    /// What authenticates callers, in words.
    pub authentication: String,
    /// Further headers to remove.
    pub strip: Vec<String>,
}

/// Where a pod may run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// Labels that the node must have.
    pub node_selector: Texts,
    /// Taints that the pod puts up with.
    pub tolerations: Vec<Toleration>,
    /// The PriorityClass.
    pub priority_class: Option<String>,
}

/// Lets a pod onto nodes with a matching taint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toleration {
    /// The key of the taint.
    pub key: Option<String>,
    /// `Equal` or `Exists`.
    pub operator: Option<String>,
    /// The value of the taint.
    pub value: Option<String>,
    /// The effect.
    pub effect: Option<String>,
}

/// The tenants of a stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tenancy {
    /// The tenant of requests that name none.
    pub default: Option<String>,
    /// The tenants by id.
    pub tenants: BTreeMap<String, Tenant>,
    /// Whether the environment's own namespace is limited, too.
    pub limit_namespace: bool,
}

/// One tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// What people call it.
    pub name: String,
    /// Its plan tier.
    pub plan: String,
    /// Whether it has a stack of its own.
    pub isolation: Isolation,
    /// Its own quotas.
    pub quotas: Quotas,
    /// What it is entitled to.
    pub entitlements: BTreeMap<String, Json>,
    /// Whatever else is stored on it.
    pub metadata: Texts,
    /// The namespace of its own stack.
    pub namespace: Option<String>,
    /// The host names of its own stack's services.
    pub hosts: PerService<Option<String>>,
    /// Who may call its own stack, by name.
    pub callers: PerService<BTreeMap<String, Caller>>,
    /// How its own stack's credentials differ.
    pub secrets: TenantSecrets,
    /// Where its own stack keeps runs and their like, where that is said.
    pub database: Option<TenantDatabase>,
}

impl Tenant {
    /// The database of its own stack, where it has a stack and a database of its own.
    pub fn own_database(&self) -> Option<&Database> {
        match self.database.as_ref().filter(|_| self.isolation == Isolation::Dedicated)? {
            TenantDatabase::Files => None,
            TenantDatabase::Postgres(database) => Some(database),
        }
    }
}

/// Where a tenant's own stack keeps runs and their like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantDatabase {
    /// In files on its orchestrator's volume.
    Files,
    /// In a database.
    Postgres(Database),
}

/// How the credentials of a tenant's own stack differ from the environment's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantSecrets {
    /// The name of the Secret.
    pub name: Option<String>,
    /// Its own secrets by name; only those that say where their value is.
    pub keys: BTreeMap<String, SecretKey>,
}

/// How far a tenant is kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// It shares the services with others.
    #[default]
    Shared,
    /// It has a namespace and a stack of its own.
    Dedicated,
}

/// Where the credentials come from and how they get in.
#[derive(Clone, Debug, PartialEq)]
pub struct Secrets {
    /// The name of the Secret.
    pub name: String,
    /// What makes the Secret.
    pub backend: SecretBackend,
    /// How the values get in.
    pub inject: Inject,
    /// The secrets by name.
    pub keys: BTreeMap<String, SecretKey>,
    /// Changing it rolls the pods.
    pub rotation: Option<String>,
}

/// What makes the Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SecretBackend {
    /// The compiler, from plainly fake values.
    Placeholder,
    /// Somebody else.
    #[default]
    Existing,
    /// The External Secrets operator, from a store.
    ExternalSecrets(SecretStore),
    /// Nobody: the Secrets Store CSI driver mounts the values.
    Csi(CsiStore),
    /// The Sealed Secrets controller, from encrypted values.
    Sealed {
        /// Annotations of the SealedSecret.
        annotations: Texts,
    },
}

/// A store of the External Secrets operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretStore {
    /// The name of the store.
    pub name: String,
    /// Whether it belongs to the namespace or to the cluster.
    pub kind: StoreKind,
    /// How often the operator reads it.
    pub refresh: String,
}

/// Whether a store belongs to the namespace or to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// To the namespace.
    SecretStore,
    /// To the cluster.
    ClusterSecretStore,
}

/// What the Secrets Store CSI driver mounts secrets from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsiStore {
    /// The provider; none where it is broken.
    pub provider: Option<CsiProvider>,
    /// Its parameters.
    pub parameters: Texts,
}

/// A provider of the Secrets Store CSI driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsiProvider {
    /// HashiCorp Vault.
    Vault,
    /// AWS Secrets Manager.
    Aws,
    /// Azure Key Vault.
    Azure,
    /// Google Secret Manager.
    Gcp,
}

impl CsiProvider {
    /// As the driver knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            CsiProvider::Vault => "vault",
            CsiProvider::Aws => "aws",
            CsiProvider::Azure => "azure",
            CsiProvider::Gcp => "gcp",
        }
    }

    /// The parameter in which it wants the list of what to mount.
    pub fn list_parameter(self) -> &'static str {
        match self {
            CsiProvider::Vault | CsiProvider::Aws | CsiProvider::Azure => "objects",
            CsiProvider::Gcp => "secrets",
        }
    }
}

/// How secrets get into the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inject {
    /// As environment variables.
    #[default]
    Env,
    /// As files, named by `_FILE` variables.
    File,
}

/// Where one secret comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretKey {
    /// A plainly fake value.
    pub placeholder: Option<String>,
    /// Where a store keeps the value.
    pub remote: Option<Remote>,
    /// The encrypted value.
    pub sealed: Option<String>,
}

/// A place in a secret store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The entry.
    pub key: String,
    /// The property inside it; the whole entry where there is none.
    pub property: Option<String>,
    /// The version; the newest where there is none.
    pub version: Option<String>,
}

/// Where data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// With the pod.
    Ephemeral,
    /// On a claim.
    Persistent(Volume),
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The storage class.
    pub class: Option<String>,
    /// The capacity.
    pub size: String,
    /// The access mode, as Kubernetes spells it.
    pub access_mode: String,
    /// What deployment tools do with the claim once it is not in the manifests.
    pub retention: Retention,
    /// How Velero backs the volume up, if it does.
    pub backup: Option<VeleroMethod>,
    /// Further annotations of the claim.
    pub annotations: Texts,
}

/// What deployment tools do with a claim that is no longer in the manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// They keep it.
    Keep,
    /// They remove it.
    Prune,
}

/// How Velero backs a volume up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VeleroMethod {
    /// Its node agent copies the files.
    FileSystem,
    /// The storage driver takes a snapshot.
    Snapshot,
}

/// A database that runs and their like are kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The name.
    pub name: String,
    /// The user.
    pub user: String,
    /// How far the connection is protected.
    pub ssl_mode: SslMode,
    /// How many connections are kept open.
    pub pool_size: i64,
}

impl Database {
    /// Which database it is, seen from a namespace: host, port and name. A host without a dot is a Service of the namespace
    /// itself.
    pub fn identity(&self, namespace: &str) -> (String, u16, &str) {
        (names::service_host(&self.host, namespace), self.port, &self.name)
    }
}

/// How far a connection to a database is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// Not at all.
    Disable,
    /// It is encrypted.
    #[default]
    Require,
    /// And the certificate is verified.
    VerifyCa,
    /// And the name in it.
    VerifyFull,
}

impl SslMode {
    /// As the runtime spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            SslMode::Disable => "disable",
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

/// A provider of OpenID Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// The issuer.
    pub issuer_url: String,
    /// Whom tokens must be meant for.
    pub audience: String,
    /// The claim that names the tenant.
    pub tenant_claim: String,
}

/// The material of TLS: keys of one Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The Secret.
    pub secret: String,
    /// The key with the certificate.
    pub certificate: String,
    /// The key with the private key.
    pub private_key: String,
}

/// Who answers model calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Which interface it speaks.
    pub provider: Provider,
    /// Where it answers, unless at its own address.
    pub base_url: Option<String>,
    /// The model of requests that name none.
    pub default: String,
    /// How long an answer is waited for.
    pub timeout: String,
}

impl Model {
    /// Where it answers. No release has an address of its own for any provider.
    pub fn url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(self.provider.own_url())
    }
}

/// Which interface a model provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// OpenAI's.
    OpenAi,
    /// Anthropic's.
    Anthropic,
}

impl Provider {
    /// As the runtime spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::OpenAi => "openai",
            Provider::Anthropic => "anthropic",
        }
    }

    /// Where it answers unless another address is given.
    pub fn own_url(self) -> &'static str {
        match self {
            Provider::OpenAi => "https://api.openai.com",
            Provider::Anthropic => "https://api.anthropic.com",
        }
    }
}

/// Where audit records go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audit {
    /// To a file on the service's volume.
    #[default]
    File,
    /// To standard output.
    Stdout,
    /// To standard error.
    Stderr,
}

/// A sidecar that sends the audit log to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSidecar {
    /// Its image; the services' own where there is none.
    pub image: Option<String>,
    /// What the scheduler sets aside.
    pub requests: Amounts,
    /// What it may use.
    pub limits: Amounts,
}

/// The identity of a stack, and its peers.
#[derive(Clone, Debug, PartialEq)]
pub struct Federation {
    /// The identity; empty where it is broken.
    pub stack: String,
    /// The environment that the stack says it is.
    pub environment: String,
    /// The region that the stack says it is in.
    pub region: String,
    /// The versions of the federation interface.
    pub api_versions: Vec<String>,
    /// Build information.
    pub build: Build,
    /// The peers by stack id.
    pub peers: BTreeMap<String, Peer>,
    /// Mutual TLS, where it is on.
    pub mtls: Option<Mtls>,
    /// The key that callers' tokens are verified with.
    pub jwt: Option<SecretReference>,
    /// How often a forward is tried.
    pub max_attempts: i64,
    /// The pause after the first try, in milliseconds; after attempt n it is n times as long (fact 18).
    pub base_backoff_ms: i64,
}

impl Federation {
    /// The peers that are described here, by stack id. Once an environment is linked with its fleet, these are all.
    pub fn remotes(&self) -> impl Iterator<Item = (&String, &RemotePeer)> {
        self.peers.iter().filter_map(|(id, peer)| match peer {
            Peer::Remote(remote) => Some((id, &**remote)),
            Peer::Environment(_) => None,
        })
    }
}

/// Build information, as peers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The version.
    pub version: String,
    /// The commit.
    pub git_sha: String,
    /// When, as RFC 3339 writes it.
    pub timestamp: String,
}

/// A stack to forward runs to.
#[derive(Clone, Debug, PartialEq)]
pub enum Peer {
    /// Another environment, by its file.
    Environment(String),
    /// A stack that no environment file here describes.
    Remote(Box<RemotePeer>),
}

/// A stack that no environment file here describes.
#[derive(Clone, Debug, PartialEq)]
pub struct RemotePeer {
    /// The environment that it says it is.
    pub environment: String,
    /// The region that it says it is in.
    pub region: String,
    /// The versions of the federation interface.
    pub api_versions: Vec<String>,
    /// Base URL of its agent orchestrator.
    pub agent_orchestrator: String,
    /// Base URL of its model policy; empty where that can't be reached from here, which nobody has to (fact 18).
    pub model_policy: String,
    /// The port that its orchestrator's pods listen on, for policies of the cluster that both share (fact 24).
    pub pod_port: u16,
    /// Build information.
    pub build: Build,
    /// The tenant that has the stack to itself, where it is such a stack.
    pub tenant: Option<String>,
    /// The peer's dedicated stacks of tenants that both have, by tenant; only where the peer's file was read.
    pub dedicated: BTreeMap<String, DedicatedPeer>,
}

/// A dedicated stack of a peer: what differs from the stack that the peer's other tenants share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DedicatedPeer {
    /// Its stack id.
    pub stack: String,
    /// Its namespace.
    pub namespace: String,
    /// Base URL of its agent orchestrator; none where that can't be reached from here.
    pub agent_orchestrator: Option<String>,
    /// Base URL of its model policy; empty where that can't be reached from here.
    pub model_policy: String,
}

impl RemotePeer {
    /// Its addresses, each with the service that answers there.
    pub fn endpoints(&self) -> [(ServiceName, &str); 2] {
        [(ServiceName::AgentOrchestrator, &self.agent_orchestrator), (ServiceName::ModelPolicy, &self.model_policy)]
    }
}

/// The material of mutual TLS: keys of one Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mtls {
    /// The Secret.
    pub secret: String,
    /// The key with the certificate.
    pub certificate: String,
    /// The key with the private key.
    pub private_key: String,
    /// The key with the authority's certificate.
    pub authority: String,
    /// How cert-manager makes the Secret, if it does.
    pub cert_manager: Option<Issuance>,
}

/// A certificate that cert-manager issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuance {
    /// The issuer.
    pub issuer: String,
    /// Its kind, as cert-manager spells it.
    pub issuer_kind: String,
    /// Names besides those of the Service.
    pub hosts: Vec<String>,
}

impl Issuance {
    /// The keys of a Secret that cert-manager makes: certificate, private key, authority.
    pub const KEYS: [&str; 3] = ["tls.crt", "tls.key", "ca.crt"];
}

/// One key of a Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretReference {
    /// The Secret.
    pub secret: String,
    /// The key.
    pub key: String,
}

/// Who may talk to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Whether the namespace is closed by default.
    pub default_deny: bool,
    /// Who else may call each service, by name.
    pub callers: PerService<BTreeMap<String, Caller>>,
    /// Where names are resolved, by name. All in all it is [`Network::resolving`].
    pub resolvers: BTreeMap<String, Resolver>,
    /// The pods that resolve names, as the deprecated field has them.
    pub dns: Option<Caller>,
    /// The networks in which peers' addresses lie, by stack id.
    pub peers: BTreeMap<String, Vec<String>>,
}

impl Network {
    /// Where names are resolved. The pods of the deprecated field take the place of the usual ones of the cluster, and stand
    /// beside others that the user names.
    pub fn resolving(&self) -> Vec<Resolver> {
        let is_replaced = |name: &str, resolver: &Resolver| {
            self.dns.is_some() && name == Resolver::CLUSTER && *resolver == Resolver::usual()
        };
        let deprecated = self.dns.iter().map(|Caller { namespace, pods }| Resolver {
            namespace: namespace.clone(),
            pods: pods.clone(),
            ..Resolver::usual()
        });
        let named = self.resolvers.iter().filter(|(name, resolver)| !is_replaced(name, resolver));
        deprecated.chain(named.map(|(_, resolver)| resolver.clone())).collect()
    }
}

/// Where names are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolver {
    /// The namespace of the pods; the environment's own where there is none.
    pub namespace: Option<String>,
    /// The labels of the pods.
    pub pods: Texts,
    /// Networks of resolvers that are no pods.
    pub networks: Vec<String>,
    /// The ports on which they listen.
    pub ports: Vec<u16>,
}

impl Resolver {
    /// The entry for the resolver of the cluster.
    pub const CLUSTER: &str = "cluster";

    /// The entries that the library has.
    pub const OF_THE_LIBRARY: [&str; 2] = [Resolver::CLUSTER, "node"];

    /// The resolver of most clusters, as the library has it.
    pub fn usual() -> Resolver {
        Resolver {
            namespace: Some("kube-system".to_owned()),
            pods: Texts::from([("k8s-app".to_owned(), "kube-dns".to_owned())]),
            networks: Vec::new(),
            ports: vec![53],
        }
    }

    /// The pods, where any are meant: no namespace and no labels are none.
    pub fn caller(&self) -> Option<Caller> {
        let names_pods = self.namespace.is_some() || !self.pods.is_empty();
        names_pods.then(|| Caller { namespace: self.namespace.clone(), pods: self.pods.clone() })
    }
}

/// Pods of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Their namespace; the environment's own where there is none.
    pub namespace: Option<String>,
    /// Their labels.
    pub pods: Texts,
}

/// Metrics, alerts and dashboards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observability {
    /// Who scrapes.
    pub metrics: Metrics,
    /// Whether `/metrics` asks for a tenant.
    pub metrics_auth: bool,
    /// Whether alerting rules are wanted.
    pub alerts: bool,
    /// Whether a dashboard is wanted.
    pub dashboards: bool,
}

impl Observability {
    /// The Prometheus that scrapes, if one does.
    pub fn scraper(&self) -> Option<&Scraper> {
        match &self.metrics {
            Metrics::Off => None,
            Metrics::PrometheusOperator(scraper) => Some(scraper),
        }
    }
}

/// Who scrapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Metrics {
    /// Nobody.
    #[default]
    Off,
    /// Prometheus, by its operator.
    PrometheusOperator(Scraper),
}

/// Prometheus, as its operator runs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scraper {
    /// The time between two scrapes, as Prometheus writes it.
    pub interval: String,
    /// The token that it brings (fact 4).
    pub token: SecretReference,
    /// The namespace that it runs in.
    pub namespace: String,
    /// Labels by which it selects monitors and rules.
    pub labels: Texts,
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
