//! The evaluated tree → the typed environment. The contracts have checked and completed the tree already; what is
//! broken in it is left out here.

use super::*;
use crate::evaluate::tree::{Node, Value};

/// The environment that a tree describes.
pub fn decode(tree: &Node) -> Environment {
    let root = Reader(Some(tree));
    let name = root.get("name").text();
    Environment {
        profile: root.get("profile").tag().and_then(|tag| match tag {
            "Dev" => Some(Profile::Dev),
            "Demo" => Some(Profile::Demo),
            "Prod" => Some(Profile::Prod),
            _ => None,
        }),
        cluster: root.get("cluster").text(),
        namespace: root.get("namespace").text(),
        runtime: match root.get("runtime").tag() {
            Some("V1_07") => Runtime::V1_07,
            Some(_) | None => Runtime::V1_02,
        },
        image: root.get("image").text(),
        pull_policy: root.get("pull_policy").tag().map(str::to_owned),
        services: PerService::of(|service| decode_service(root.get("services").get(service.as_str()), service)),
        tenancy: decode_tenancy(root.get("tenancy")),
        secrets: decode_secrets(root.get("secrets")),
        storage: decode_storage(root.get("storage")),
        audit: match root.get("audit").tag() {
            Some("Stdout") => Audit::Stdout,
            Some("Stderr") => Audit::Stderr,
            Some(_) | None => Audit::File,
        },
        federation: decode_federation(root.get("federation")),
        network: decode_network(root.get("network")),
        observability: decode_observability(root.get("observability")),
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
        name,
    }
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
        exposure: match service.get("exposure").tag() {
            Some("Gateway") => Exposure::Gateway { host: service.get("exposure").get("host").text() },
            Some(_) | None => Exposure::Internal,
        },
        storage: decode_storage(service.get("storage")),
        scheduling: decode_scheduling(service.get("scheduling")),
        labels: service.get("labels").texts(),
        annotations: service.get("annotations").texts(),
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
    };
    Tenancy {
        default: tenancy.get("default").optional_text(),
        tenants: tenancy.get("tenants").entries().map(|(id, value)| (id, tenant(value))).collect(),
    }
}

fn decode_secrets(secrets: Reader<'_>) -> Secrets {
    let key = |key: Reader<'_>| SecretKey {
        placeholder: key.get("placeholder").optional_text(),
        remote: key.get("remote").is_set(),
        sealed: key.get("sealed").is_set(),
    };
    Secrets {
        name: secrets.get("name").text(),
        backend: match secrets.get("backend").tag() {
            Some("Placeholder") => SecretBackend::Placeholder,
            Some("ExternalSecrets") => SecretBackend::ExternalSecrets,
            Some("Csi") => SecretBackend::Csi,
            Some("Sealed") => SecretBackend::Sealed,
            Some(_) | None => SecretBackend::Existing,
        },
        inject: match secrets.get("inject").tag() {
            Some("File") => Inject::File,
            Some(_) | None => Inject::Env,
        },
        keys: secrets.get("keys").entries().map(|(name, value)| (name, key(value))).collect(),
        rotation: secrets.get("rotation").optional_text(),
    }
}

fn decode_storage(storage: Reader<'_>) -> Option<Storage> {
    match storage.tag()? {
        "Persistent" => Some(Storage::Persistent(Volume {
            class: storage.get("class").optional_text(),
            size: storage.get("size").text(),
            access_mode: storage.get("access_mode").tag().unwrap_or("ReadWriteOnce").to_owned(),
        })),
        "Ephemeral" => Some(Storage::Ephemeral),
        _ => None,
    }
}

fn decode_federation(federation: Reader<'_>) -> Federation {
    Federation {
        stack: federation.get("stack").text(),
        environment: federation.get("environment").text(),
        region: federation.get("region").text(),
        api_versions: federation.get("api_versions").items().map(Reader::text).collect(),
        build: decode_build(federation.get("build")),
        peers: federation.get("peers").entries().filter_map(|(id, peer)| Some((id, decode_peer(peer)?))).collect(),
        mtls: decode_mtls(federation.get("mtls")),
        jwt: federation.get("jwt").is_set().then(|| SecretReference {
            secret: federation.get("jwt").get("secret").text(),
            key: federation.get("jwt").get("key").text(),
        }),
        max_attempts: federation.get("retry").get("max_attempts").integer().unwrap_or(3),
        base_backoff_ms: federation.get("retry").get("base_backoff_ms").integer().unwrap_or(250),
    }
}

fn decode_build(build: Reader<'_>) -> Build {
    Build {
        version: build.get("version").text(),
        git_sha: build.get("git_sha").text(),
        timestamp: build.get("timestamp").text(),
    }
}

fn decode_peer(peer: Reader<'_>) -> Option<Peer> {
    match peer.tag()? {
        "Environment" => Some(Peer::Environment(peer.payload().text())),
        "Remote" => Some(Peer::Remote(RemotePeer {
            environment: peer.get("environment").text(),
            region: peer.get("region").text(),
            api_versions: peer.get("api_versions").items().map(Reader::text).collect(),
            agent_orchestrator: peer.get("endpoints").get("agent-orchestrator").text(),
            model_policy: peer.get("endpoints").get("model-policy").text(),
            pod_port: ServiceName::AgentOrchestrator.reference_port(),
            build: decode_build(peer.get("build")),
        })),
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
        }),
        _ => None,
    }
}

fn decode_network(network: Reader<'_>) -> Network {
    let caller = |caller: Reader<'_>| Caller {
        namespace: caller.get("namespace").optional_text(),
        pods: caller.get("pods").texts(),
    };
    Network {
        default_deny: network.get("policies").tag() != Some("Off"),
        callers: PerService::of(|service| {
            let callers = network.get("callers").get(service.as_str());
            callers.entries().map(|(name, value)| (name, caller(value))).collect()
        }),
        dns: caller(network.get("dns")),
    }
}

fn decode_observability(observability: Reader<'_>) -> Observability {
    Observability {
        metrics: match observability.get("metrics").tag() {
            Some("PrometheusOperator") => Metrics::PrometheusOperator,
            Some(_) | None => Metrics::Off,
        },
        metrics_auth: observability.get("metrics_auth").boolean().unwrap_or(true),
        alerts: observability.get("alerts").boolean().unwrap_or(false),
        dashboards: observability.get("dashboards").boolean().unwrap_or(false),
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

    fn items(self) -> impl Iterator<Item = Reader<'a>> {
        let items = self.value().and_then(Value::as_array);
        items.into_iter().flatten().map(|node| Reader(Some(node)))
    }

    fn texts(self) -> Texts {
        self.entries().filter_map(|(name, value)| Some((name, value.optional_text()?))).collect()
    }
}
