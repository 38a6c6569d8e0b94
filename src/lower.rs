//! Environment → Kubernetes objects.
//!
//! Invariant: called only with an environment that nothing rejects, and never fails; every object is built from a
//! type, of k8s-openapi or of our own for an operator's, and given on as JSON. One file a kind of object.

mod alerts;
mod audit_sidecar;
mod certificate;
mod container;
mod custom_resource;
mod dashboard;
pub(crate) mod expected;
mod exposure;
mod external_secret;
mod federation;
mod limits;
mod metadata;
mod monitor;
mod namespace;
mod network;
mod sealed_secret;
mod secret;
mod secret_keys;
mod secret_provider_class;
mod series;
mod service;
mod settings;
mod smoke;
mod storage;
mod tenants;
mod tls;
mod workload;

use crate::agentos::vocabulary::ServiceName;
use crate::model::{self, Environment, Inject, Namespaces, Provided};
use crate::objects::object::{External, Object};
use k8s_openapi::api::core::v1::ConfigMap;
use serde::Serialize;

/// What lowering yields.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The objects, in an order that applies cleanly to an empty cluster.
    pub objects: Vec<Object>,
    /// What else must be there.
    pub external: Vec<External>,
}

/// Compiles an environment: the stack that its tenants share, and then those of dedicated tenants, by the same code.
pub fn lower(environment: &Environment) -> Lowered {
    let mut lowered = Lowered::default();
    for stack in model::stacks(environment).into_iter().map(secret::without_idle_keys) {
        let outside = Outside::new(&stack);
        lowered.objects.extend(objects(&stack, &outside));
        lowered.external.extend(outside.all());
    }
    lowered
}

fn objects(environment: &Environment, outside: &Outside) -> Vec<Object> {
    let mut objects = Vec::new();
    match environment.namespaces {
        Namespaces::Managed => {
            objects.push(object(&namespace::namespace(environment, outside)));
            objects.extend(limits::resource_quota(environment).iter().map(object));
            objects.extend(limits::limit_range(environment).iter().map(object));
        }
        Namespaces::Existing => {}
    }
    objects.extend(ServiceName::ALL.map(|service| object(&service::service_account(environment, service))));
    objects.extend(network::policies(environment).iter().map(object));
    objects.extend(secret::objects(environment));
    objects.extend(certificate::certificate(environment).iter().map(object));
    objects.push(object(&with_expectations(federation::config_map(environment), environment, outside)));
    objects.extend(tenants::config_map(environment).iter().map(object));
    objects.extend(
        ServiceName::ALL.iter().filter_map(|service| storage::claim(environment, *service)).map(|c| object(&c)),
    );
    objects.extend(ServiceName::ALL.map(|service| object(&service::service(environment, service))));
    let deployments = ServiceName::ALL.map(|service| object(&workload::deployment(environment, service, &objects)));
    objects.extend(deployments);
    objects.extend(
        ServiceName::ALL.iter().filter_map(|service| exposure::route(environment, *service)).map(|r| object(&r)),
    );
    // Last, because the cluster may not know these kinds.
    objects.extend(monitor::monitors(environment).iter().map(object));
    objects.extend(alerts::prometheus_rule(environment).iter().map(object));
    objects.extend(dashboard::config_map(environment).iter().map(object));
    objects.extend(smoke::objects(environment));
    objects
}

/// What a stack expects from outside is said by its Namespace, and without one by the ConfigMap that every stack has.
fn with_expectations(mut map: ConfigMap, environment: &Environment, outside: &Outside) -> ConfigMap {
    if environment.namespaces == Namespaces::Existing {
        let annotations = map.metadata.annotations.get_or_insert_default();
        annotations.extend(expected::annotations(environment, outside));
        map.metadata.annotations = map.metadata.annotations.and_then(metadata::texts);
    }
    map
}

/// What a stack has from outside.
struct Outside {
    /// What its own references lead to.
    needed: Vec<External>,
    /// What the environment says the platform makes.
    provided: Vec<External>,
}

impl Outside {
    fn new(environment: &Environment) -> Outside {
        Outside { needed: needed(environment), provided: provided(environment) }
    }

    /// All of it, each object once.
    fn all(self) -> Vec<External> {
        let mut all = self.needed;
        for one in self.provided {
            match all.iter_mut().find(|known| known.kind == one.kind && known.name == one.name) {
                // Where no keys are listed it may have any.
                Some(known) if one.keys.is_empty() => known.keys.clear(),
                Some(known) => known.keys.extend(one.keys),
                None => all.push(one),
            }
        }
        all
    }
}

/// What the fields of a stack refer to and nothing of it makes.
pub(crate) fn needed(environment: &Environment) -> Vec<External> {
    let secret = |name: &str, keys: Vec<String>| here(environment, "Secret", name, keys);
    let mut external: Vec<External> = Vec::new();
    let mut need = |name: &str, keys: &[&String]| {
        let keys = keys.iter().map(|key| (*key).clone());
        match external.iter_mut().find(|known| known.name == name) {
            Some(known) => known.keys.extend(keys),
            None => external.push(secret(name, keys.collect())),
        }
    };
    for (name, keys) in secret::made_elsewhere(environment) {
        need(&name, &keys.iter().collect::<Vec<_>>());
    }
    for tls in ServiceName::ALL.iter().filter_map(|service| environment.services.get(*service).tls.as_ref()) {
        need(&tls.secret, &[&tls.certificate, &tls.private_key]);
    }
    if let Some(mtls) = &environment.federation.mtls {
        // Else cert-manager makes it.
        if mtls.cert_manager.is_none() {
            need(&mtls.secret, &[&mtls.certificate, &mtls.private_key, &mtls.authority]);
        }
    }
    if let Some(jwt) = &environment.federation.jwt {
        need(&jwt.secret, &[&jwt.key]);
    }
    if let Some(scraper) = environment.observability.scraper() {
        need(&scraper.token.secret, &[&scraper.token.key]);
    }
    external.extend(exposure::gateways(environment));
    external
}

/// What the platform makes in the namespace of a stack.
fn provided(environment: &Environment) -> Vec<External> {
    let Provided { secrets, config_maps, service_accounts, claims } = &environment.provided;
    let keyed = [("Secret", secrets), ("ConfigMap", config_maps)].into_iter();
    let keyed = keyed.flat_map(|(kind, all)| all.iter().map(move |(name, keys)| (kind, name, keys.clone())));
    let plain = [("ServiceAccount", service_accounts), ("PersistentVolumeClaim", claims)].into_iter();
    let plain = plain.flat_map(|(kind, all)| all.iter().map(move |name| (kind, name, Vec::new())));
    let pulling = environment.pull_secrets.iter().filter(|name| !secrets.contains_key(*name));
    let pulling = pulling.map(|name| ("Secret", name, vec![REGISTRY_KEY.to_owned()]));
    keyed.chain(plain).chain(pulling).map(|(kind, name, keys)| here(environment, kind, name, keys)).collect()
}

/// The key of a Secret with the credentials of registries.
pub(crate) const REGISTRY_KEY: &str = ".dockerconfigjson";

fn here(environment: &Environment, kind: &'static str, name: &str, keys: Vec<String>) -> External {
    External { kind, namespace: environment.namespace.clone(), name: name.to_owned(), keys }
}

fn injects_files(environment: &Environment) -> bool {
    environment.secrets.inject == Inject::File
}

fn object<K: Serialize>(typed: &K) -> Object {
    // Only maps whose keys are no strings can't become JSON values, and these types have none.
    Object::of(serde_json::to_value(typed).unwrap_or_default())
}
