//! One service of a stack.

use super::Texts;
use super::network::{Caller, decode_caller};
use super::reader::Reader;
use super::storage::{Storage, decode_storage};
use crate::agentos::vocabulary::ServiceName;
use std::collections::BTreeMap;

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

pub(super) fn decode_service(service: Reader<'_>, name: ServiceName) -> Service {
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
        env: service.get("env").entries().filter_map(|(name, value)| Some((name, decode_setting(value)?))).collect(),
        tls: decode_tls(service.get("tls")),
        model: decode_model(service.get("model")),
        exposure: decode_exposure(service.get("exposure")),
        storage: decode_storage(service.get("storage")),
        scheduling: decode_scheduling(service.get("scheduling")),
        labels: service.get("labels").texts(),
        annotations: service.get("annotations").texts(),
    }
}

fn decode_setting(value: Reader<'_>) -> Option<SettingValue> {
    let tag = || value.tag().map(|tag| SettingValue::Text(tag.to_owned()));
    let text = || value.optional_text().map(SettingValue::Text);
    let flag = value.boolean().map(SettingValue::Flag);
    flag.or_else(|| value.integer().map(SettingValue::Integer)).or_else(text).or_else(tag)
}

pub(super) fn decode_exposure(exposure: Reader<'_>) -> Exposure {
    let Some(exposure) = exposure.tagged("Gateway") else { return Exposure::Internal };
    let gateway = exposure.get("gateway");
    Exposure::Gateway(Gateway {
        host: exposure.get("host").text(),
        name: gateway.get("name").text(),
        namespace: gateway.get("namespace").text(),
        section: gateway.get("section").optional_text(),
        proxies: decode_caller(gateway.get("proxies")),
        authentication: exposure.get("authentication").payload().text(),
        strip: exposure.get("strip").items().map(Reader::text).collect(),
    })
}

pub(super) fn decode_amounts(amounts: Reader<'_>) -> Amounts {
    Amounts {
        cpu: amounts.get("cpu").optional_text(),
        memory: amounts.get("memory").optional_text(),
        ephemeral_storage: amounts.get("ephemeral_storage").optional_text(),
    }
}

pub(super) fn decode_quotas(quotas: Reader<'_>) -> Quotas {
    Quotas {
        run_create_qps: quotas.get("run_create_qps").integer(),
        concurrent_runs: quotas.get("concurrent_runs").integer(),
        invoke_qps: quotas.get("invoke_qps").integer(),
    }
}

pub(super) fn decode_scheduling(scheduling: Reader<'_>) -> Scheduling {
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

pub(super) fn decode_tls(tls: Reader<'_>) -> Option<Tls> {
    tls.tagged("Required").map(|tls| Tls {
        secret: tls.get("secret").text(),
        certificate: tls.get("certificate").text(),
        private_key: tls.get("private_key").text(),
    })
}

pub(super) fn decode_model(model: Reader<'_>) -> Option<Model> {
    Some(Model {
        provider: model.one_of([("OpenAi", Provider::OpenAi), ("Anthropic", Provider::Anthropic)])?,
        base_url: model.get("base_url").optional_text(),
        default: model.get("default").text(),
        timeout: model.get("timeout").text(),
    })
}
