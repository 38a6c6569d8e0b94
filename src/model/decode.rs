//! The evaluated tree → the typed environment. The contracts have checked and completed the tree already; what is
//! broken in it is left out here.

use super::*;
use crate::tree::{Node, Value};

/// The environment that a tree describes.
pub fn decode(tree: &Node) -> Environment {
    let root = Reader(Some(tree));
    let name = root.get("name").text();
    let runtime = decode_runtime(root.get("runtime"));
    Environment {
        profile: root.get("profile").tag().and_then(|tag| match tag {
            "Dev" => Some(Profile::Dev),
            "Demo" => Some(Profile::Demo),
            "Prod" => Some(Profile::Prod),
            _ => None,
        }),
        cluster: root.get("cluster").text(),
        namespace: root.get("namespace").text(),
        namespaces: match root.get("namespaces").tag() {
            Some("Existing") => Namespaces::Existing,
            Some(_) | None => Namespaces::Managed,
        },
        runtime,
        image: root.get("image").text(),
        pull_policy: root.get("pull_policy").tag().map(str::to_owned),
        pull_secrets: root.get("pull_secrets").names(),
        provided: decode_provided(root.get("provided")),
        services: PerService::of(|service| decode_service(root.get("services").get(service.as_str()), service)),
        tenancy: decode_tenancy(root.get("tenancy")),
        secrets: decode_secrets(root.get("secrets")),
        storage: decode_storage(root.get("storage")),
        database: decode_database(root.get("database")),
        authentication: decode_authentication(root.get("authentication")),
        audit: match root.get("audit").tag() {
            Some("Stdout") => Audit::Stdout,
            Some("Stderr") => Audit::Stderr,
            Some(_) | None => Audit::File,
        },
        audit_sidecar: decode_audit_sidecar(root.get("audit_shipping")),
        federation: decode_federation(root.get("federation"), runtime),
        network: decode_network(root.get("network")),
        observability: decode_observability(root.get("observability")),
        smoke: Smoke { job: root.get("smoke").get("job").boolean().unwrap_or(false) },
        labels: root.get("labels").texts(),
        annotations: root.get("annotations").texts(),
        patches: root
            .get("patches")
            .entries()
            .map(|(kind, objects)| (kind, objects.entries().map(|(name, patch)| (name, patch.json())).collect()))
            .collect(),
        allow: root
            .get("allow")
            .items()
            .map(|item| Allow { rule: item.get("rule").text(), reason: item.get("reason").text() })
            .collect(),
        tenant: None,
        name,
    }
}

fn decode_runtime(runtime: Reader<'_>) -> Runtime {
    let tag = runtime.tag();
    Runtime::ALL.into_iter().find(|release| tag == Some(release.tag())).unwrap_or_default()
}

fn decode_service(service: Reader<'_>, name: ServiceName) -> Service {
    let port = |field: &str, reference: u16| {
        service.get(field).integer().and_then(|port| u16::try_from(port).ok()).unwrap_or(reference)
    };
    Service {
        port: port("port", name.reference_port()),
        service_port: port("service_port", name.reference_service_port()),
        replicas: service.get("replicas").integer().and_then(|count| i32::try_from(count).ok()).unwrap_or(1),
        requests: decode_amounts(service.get("resources").get("requests")),
        limits: decode_amounts(service.get("resources").get("limits")),
        quotas: decode_quotas(service.get("quotas")),
        env: service.get("env").entries().filter_map(|(name, value)| Some((name, value.setting()?))).collect(),
        tls: decode_tls(service.get("tls")),
        model: decode_model(service.get("model")),
        exposure: decode_exposure(service.get("exposure")),
        storage: decode_storage(service.get("storage")),
        scheduling: decode_scheduling(service.get("scheduling")),
        labels: service.get("labels").texts(),
        annotations: service.get("annotations").texts(),
    }
}

fn decode_exposure(exposure: Reader<'_>) -> Exposure {
    let gateway = exposure.get("gateway");
    match exposure.tag() {
        Some("Gateway") => Exposure::Gateway(Gateway {
            host: exposure.get("host").text(),
            name: gateway.get("name").text(),
            namespace: gateway.get("namespace").text(),
            section: gateway.get("section").optional_text(),
            proxies: decode_caller(gateway.get("proxies")),
            authentication: exposure.get("authentication").payload().text(),
            strip: exposure.get("strip").items().map(Reader::text).collect(),
        }),
        Some(_) | None => Exposure::Internal,
    }
}

fn decode_amounts(amounts: Reader<'_>) -> Amounts {
    Amounts {
        cpu: amounts.get("cpu").optional_text(),
        memory: amounts.get("memory").optional_text(),
        ephemeral_storage: amounts.get("ephemeral_storage").optional_text(),
    }
}

fn decode_quotas(quotas: Reader<'_>) -> Quotas {
    Quotas {
        run_create_qps: quotas.get("run_create_qps").integer(),
        concurrent_runs: quotas.get("concurrent_runs").integer(),
        invoke_qps: quotas.get("invoke_qps").integer(),
    }
}

fn decode_scheduling(scheduling: Reader<'_>) -> Scheduling {
    Scheduling {
        node_selector: scheduling.get("node_selector").texts(),
        tolerations: scheduling
            .get("tolerations")
            .items()
            .map(|toleration| Toleration {
                key: toleration.get("key").optional_text(),
                operator: toleration.get("operator").tag().map(str::to_owned),
                value: toleration.get("value").optional_text(),
                effect: toleration.get("effect").tag().map(str::to_owned),
            })
            .collect(),
        priority_class: scheduling.get("priority_class").optional_text(),
    }
}

fn decode_tenancy(tenancy: Reader<'_>) -> Tenancy {
    let tenant = |tenant: Reader<'_>| Tenant {
        name: tenant.get("name").text(),
        plan: tenant.get("plan").text(),
        isolation: match tenant.get("isolation").tag() {
            Some("Dedicated") => Isolation::Dedicated,
            Some(_) | None => Isolation::Shared,
        },
        quotas: decode_quotas(tenant.get("quotas")),
        entitlements: tenant.get("entitlements").entries().map(|(name, value)| (name, value.json())).collect(),
        metadata: tenant.get("metadata").texts(),
        namespace: tenant.get("namespace").optional_text(),
        hosts: PerService::of(|service| tenant.get("hosts").get(service.as_str()).optional_text()),
        callers: decode_callers(tenant.get("callers")),
        secrets: TenantSecrets {
            name: tenant.get("secrets").get("name").optional_text(),
            keys: decode_keys(tenant.get("secrets").get("keys"))
                .filter(|(_, key)| *key != SecretKey::default())
                // One that is broken is the tenant's own all the same.
                .chain(tenant.get("secrets").get("keys").broken().map(|name| (name, SecretKey::default())))
                .collect(),
        },
        database: tenant
            .get("database")
            .tag()
            .map(|_| decode_database(tenant.get("database")).map_or(TenantDatabase::Files, TenantDatabase::Postgres)),
    };
    Tenancy {
        default: tenancy.get("default").optional_text(),
        tenants: tenancy.get("tenants").entries().map(|(id, value)| (id, tenant(value))).collect(),
        limit_namespace: tenancy.get("limit_namespace").boolean().unwrap_or(false),
    }
}

fn decode_secrets(secrets: Reader<'_>) -> Secrets {
    Secrets {
        name: secrets.get("name").text(),
        backend: decode_backend(secrets.get("backend")),
        inject: match secrets.get("inject").tag() {
            Some("File") => Inject::File,
            Some(_) | None => Inject::Env,
        },
        keys: decode_keys(secrets.get("keys")).collect(),
        rotation: secrets.get("rotation").optional_text(),
    }
}

fn decode_remote(remote: Reader<'_>) -> Remote {
    Remote {
        key: remote.get("key").text(),
        property: remote.get("property").optional_text(),
        version: remote.get("version").optional_text(),
    }
}

fn decode_backend(backend: Reader<'_>) -> SecretBackend {
    match backend.tag() {
        Some("Placeholder") => SecretBackend::Placeholder,
        Some("ExternalSecrets") => SecretBackend::ExternalSecrets(SecretStore {
            name: backend.get("store").text(),
            kind: match backend.get("store_kind").tag() {
                Some("ClusterSecretStore") => StoreKind::ClusterSecretStore,
                Some(_) | None => StoreKind::SecretStore,
            },
            refresh: backend.get("refresh").text(),
        }),
        Some("Csi") => SecretBackend::Csi(CsiStore {
            provider: match backend.get("provider").tag() {
                Some("Vault") => Some(CsiProvider::Vault),
                Some("Aws") => Some(CsiProvider::Aws),
                Some("Azure") => Some(CsiProvider::Azure),
                Some("Gcp") => Some(CsiProvider::Gcp),
                Some(_) | None => None,
            },
            parameters: backend.get("parameters").texts(),
        }),
        Some("Sealed") => SecretBackend::Sealed { annotations: backend.get("annotations").texts() },
        Some(_) | None => SecretBackend::Existing,
    }
}

fn decode_audit_sidecar(shipping: Reader<'_>) -> Option<AuditSidecar> {
    (shipping.tag() == Some("Sidecar")).then(|| AuditSidecar {
        image: shipping.get("image").optional_text(),
        requests: decode_amounts(shipping.get("resources").get("requests")),
        limits: decode_amounts(shipping.get("resources").get("limits")),
    })
}

fn decode_keys(keys: Reader<'_>) -> impl Iterator<Item = (String, SecretKey)> {
    keys.entries().map(|(name, key)| {
        let key = SecretKey {
            placeholder: key.get("placeholder").optional_text(),
            remote: key.get("remote").is_set().then(|| decode_remote(key.get("remote"))),
            sealed: key.get("sealed").optional_text(),
        };
        (name, key)
    })
}

fn decode_storage(storage: Reader<'_>) -> Option<Storage> {
    match storage.tag()? {
        "Persistent" => Some(Storage::Persistent(Volume {
            class: storage.get("class").optional_text(),
            size: storage.get("size").text(),
            access_mode: storage.get("access_mode").tag().unwrap_or("ReadWriteOnce").to_owned(),
            retention: match storage.get("retention").tag() {
                Some("Prune") => Retention::Prune,
                Some(_) | None => Retention::Keep,
            },
            backup: (storage.get("backup").tag() == Some("Velero")).then(|| {
                match storage.get("backup").get("method").tag() {
                    Some("Snapshot") => VeleroMethod::Snapshot,
                    Some(_) | None => VeleroMethod::FileSystem,
                }
            }),
            annotations: storage.get("annotations").texts(),
        })),
        "Ephemeral" => Some(Storage::Ephemeral),
        _ => None,
    }
}

fn decode_tls(tls: Reader<'_>) -> Option<Tls> {
    match tls.tag()? {
        "Required" => Some(Tls {
            secret: tls.get("secret").text(),
            certificate: tls.get("certificate").text(),
            private_key: tls.get("private_key").text(),
        }),
        _ => None,
    }
}

fn decode_model(model: Reader<'_>) -> Option<Model> {
    let provider = match model.tag()? {
        "OpenAi" => Provider::OpenAi,
        "Anthropic" => Provider::Anthropic,
        _ => return None,
    };
    Some(Model {
        provider,
        base_url: model.get("base_url").optional_text(),
        default: model.get("default").text(),
        timeout: model.get("timeout").text(),
    })
}

fn decode_database(database: Reader<'_>) -> Option<Database> {
    match database.tag()? {
        "Postgres" => Some(Database {
            host: database.get("host").text(),
            port: database.get("port").integer().and_then(|port| u16::try_from(port).ok()).unwrap_or(5432),
            name: database.get("name").text(),
            user: database.get("user").text(),
            ssl_mode: match database.get("ssl_mode").tag() {
                Some("Disable") => SslMode::Disable,
                Some("VerifyCa") => SslMode::VerifyCa,
                Some("VerifyFull") => SslMode::VerifyFull,
                Some(_) | None => SslMode::Require,
            },
            pool_size: database.get("pool_size").integer().unwrap_or(10),
        }),
        _ => None,
    }
}

fn decode_authentication(authentication: Reader<'_>) -> Option<Oidc> {
    match authentication.tag()? {
        "Oidc" => Some(Oidc {
            issuer_url: authentication.get("issuer_url").text(),
            audience: authentication.get("audience").text(),
            tenant_claim: authentication.get("tenant_claim").text(),
        }),
        _ => None,
    }
}

fn decode_federation(federation: Reader<'_>, runtime: Runtime) -> Federation {
    Federation {
        stack: federation.get("stack").text(),
        environment: federation.get("environment").text(),
        region: federation.get("region").text(),
        api_versions: federation.get("api_versions").items().map(Reader::text).collect(),
        build: decode_build(federation.get("build"), runtime),
        peers: federation
            .get("peers")
            .entries()
            .filter_map(|(id, peer)| Some((id, decode_peer(peer, runtime)?)))
            .collect(),
        mtls: decode_mtls(federation.get("mtls")),
        jwt: federation.get("jwt").is_set().then(|| decode_reference(federation.get("jwt"))),
        max_attempts: federation.get("retry").get("max_attempts").integer().unwrap_or(3),
        base_backoff_ms: federation.get("retry").get("base_backoff_ms").integer().unwrap_or(250),
    }
}

fn decode_reference(reference: Reader<'_>) -> SecretReference {
    SecretReference { secret: reference.get("secret").text(), key: reference.get("key").text() }
}

fn decode_build(build: Reader<'_>, runtime: Runtime) -> Build {
    Build {
        version: build.get("version").optional_text().unwrap_or_else(|| runtime.version().to_owned()),
        git_sha: build.get("git_sha").text(),
        timestamp: build.get("timestamp").text(),
    }
}

fn decode_peer(peer: Reader<'_>, runtime: Runtime) -> Option<Peer> {
    match peer.tag()? {
        "Environment" => Some(Peer::Environment(peer.payload().text())),
        "Remote" => Some(Peer::Remote(Box::new(RemotePeer {
            environment: peer.get("environment").text(),
            region: peer.get("region").text(),
            api_versions: peer.get("api_versions").items().map(Reader::text).collect(),
            agent_orchestrator: peer.get("endpoints").get("agent-orchestrator").text(),
            model_policy: peer.get("endpoints").get("model-policy").text(),
            pod_port: ServiceName::AgentOrchestrator.reference_port(),
            build: decode_build(peer.get("build"), runtime),
            tenant: None,
            dedicated: BTreeMap::new(),
        }))),
        _ => None,
    }
}

fn decode_mtls(mtls: Reader<'_>) -> Option<Mtls> {
    match mtls.tag()? {
        "Required" => Some(Mtls {
            secret: mtls.get("secret").text(),
            certificate: mtls.get("certificate").text(),
            private_key: mtls.get("private_key").text(),
            authority: mtls.get("authority").text(),
            cert_manager: mtls.get("cert_manager").is_set().then(|| decode_issuance(mtls.get("cert_manager"))),
        }),
        _ => None,
    }
}

fn decode_issuance(issuance: Reader<'_>) -> Issuance {
    Issuance {
        issuer: issuance.get("issuer").text(),
        issuer_kind: issuance.get("issuer_kind").tag().unwrap_or("Issuer").to_owned(),
        hosts: issuance.get("hosts").items().filter_map(Reader::optional_text).collect(),
    }
}

fn decode_network(network: Reader<'_>) -> Network {
    Network {
        default_deny: network.get("policies").tag() != Some("Off"),
        callers: decode_callers(network.get("callers")),
        resolvers: network.get("resolvers").entries().map(|(name, it)| (name, decode_resolver(it))).collect(),
        dns: network.get("dns").is_set().then(|| decode_caller(network.get("dns"))),
        peers: network
            .get("peers")
            .entries()
            .map(|(id, networks)| (id, networks.items().map(Reader::text).collect()))
            .collect(),
    }
}

fn decode_resolver(resolver: Reader<'_>) -> Resolver {
    // A broken port stands for the usual one.
    let port = |port: Reader<'_>| port.integer().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
    let ports = resolver.get("ports").items().map(|written| port(written).unwrap_or(53));
    Resolver {
        namespace: resolver.get("namespace").optional_text(),
        pods: resolver.get("pods").texts(),
        networks: resolver.get("networks").items().map(Reader::text).collect(),
        ports: ports.collect(),
    }
}

fn decode_provided(provided: Reader<'_>) -> Provided {
    let keyed = |kind: &str| {
        let keys = |object: Reader<'_>| object.get("keys").items().map(Reader::text).collect();
        provided.get(kind).entries().map(|(name, object)| (name, keys(object))).collect()
    };
    Provided {
        secrets: keyed("Secret"),
        config_maps: keyed("ConfigMap"),
        service_accounts: provided.get("ServiceAccount").names(),
        claims: provided.get("PersistentVolumeClaim").names(),
    }
}

fn decode_callers(callers: Reader<'_>) -> PerService<BTreeMap<String, Caller>> {
    PerService::of(|service| {
        let callers = callers.get(service.as_str());
        callers.entries().map(|(name, caller)| (name, decode_caller(caller))).collect()
    })
}

fn decode_caller(caller: Reader<'_>) -> Caller {
    Caller { namespace: caller.get("namespace").optional_text(), pods: caller.get("pods").texts() }
}

fn decode_observability(observability: Reader<'_>) -> Observability {
    Observability {
        metrics: decode_metrics(observability.get("metrics")),
        metrics_auth: observability.get("metrics_auth").boolean().unwrap_or(true),
        alerts: observability.get("alerts").boolean().unwrap_or(false),
        dashboards: observability.get("dashboards").boolean().unwrap_or(false),
    }
}

fn decode_metrics(metrics: Reader<'_>) -> Metrics {
    match metrics.tag() {
        Some("PrometheusOperator") => Metrics::PrometheusOperator(Scraper {
            interval: metrics.get("interval").text(),
            token: decode_reference(metrics.get("scrape_token")),
            namespace: metrics.get("namespace").text(),
            labels: metrics.get("labels").texts(),
        }),
        Some(_) | None => Metrics::Off,
    }
}

/// A node that may not be there.
#[derive(Clone, Copy)]
struct Reader<'a>(Option<&'a Node>);

impl<'a> Reader<'a> {
    fn get(self, name: &str) -> Reader<'a> {
        Reader(self.0.and_then(|node| node.field(name)))
    }

    fn value(self) -> Option<&'a Value> {
        self.0.map(|node| &node.value)
    }

    fn is_set(self) -> bool {
        self.0.is_some()
    }

    fn optional_text(self) -> Option<String> {
        self.value()?.as_text().map(str::to_owned)
    }

    fn text(self) -> String {
        self.optional_text().unwrap_or_default()
    }

    fn integer(self) -> Option<i64> {
        self.value()?.as_number()?.as_i64()
    }

    fn boolean(self) -> Option<bool> {
        self.value()?.as_bool()
    }

    fn tag(self) -> Option<&'a str> {
        Some(self.value()?.as_choice()?.0)
    }

    fn payload(self) -> Reader<'a> {
        Reader(self.value().and_then(Value::as_choice).and_then(|(_, payload)| payload))
    }

    fn setting(self) -> Option<SettingValue> {
        let tag = || self.tag().map(|tag| SettingValue::Text(tag.to_owned()));
        let text = || self.optional_text().map(SettingValue::Text);
        let flag = self.boolean().map(SettingValue::Flag);
        flag.or_else(|| self.integer().map(SettingValue::Integer)).or_else(text).or_else(tag)
    }

    fn json(self) -> Json {
        self.0.map_or(Json::Null, Node::to_json)
    }

    fn entries(self) -> impl Iterator<Item = (String, Reader<'a>)> {
        let fields = self.value().and_then(Value::as_record);
        let sound = fields.into_iter().flatten().filter(|(_, node)| node.value != Value::Broken);
        sound.map(|(name, node)| (name.clone(), Reader(Some(node))))
    }

    fn names(self) -> BTreeSet<String> {
        self.entries().map(|(name, _)| name).collect()
    }

    fn broken(self) -> impl Iterator<Item = String> {
        let fields = self.value().and_then(Value::as_record).into_iter().flatten();
        fields.filter(|(_, node)| node.value == Value::Broken).map(|(name, _)| name.clone())
    }

    fn items(self) -> impl Iterator<Item = Reader<'a>> {
        let items = self.value().and_then(Value::as_array);
        items.into_iter().flatten().map(|node| Reader(Some(node)))
    }

    fn texts(self) -> Texts {
        self.entries().filter_map(|(name, value)| Some((name, value.optional_text()?))).collect()
    }
}
