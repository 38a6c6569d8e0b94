//! Environment → Kubernetes objects.
//!
//! Invariant: called only with an environment that has no findings, and never fails; every object is built from the
//! types of k8s-openapi and given on as JSON. One file a kind of object.

mod container;
mod federation;
mod metadata;
mod namespace;
mod network;
mod secret;
mod service;
mod settings;
mod storage;
mod tenants;
mod workload;

use crate::model::{Environment, Inject, ServiceName};
use k8s_openapi::{Metadata, Resource, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use serde::Serialize;
use serde_json::Value as Json;

/// One compiled object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, unless it belongs to the cluster.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// All of it.
    pub body: Json,
}

/// An object that the compiled ones need and somebody else provides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct External {
    /// The kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The keys that are used of it.
    pub keys: Vec<String>,
}

/// What lowering yields.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The objects, in an order that applies cleanly to an empty cluster.
    pub objects: Vec<Object>,
    /// What else must be there.
    pub external: Vec<External>,
}

/// Compiles an environment.
pub fn lower(environment: &Environment) -> Lowered {
    let mut objects = vec![object(&namespace::namespace(environment))];
    objects.extend(ServiceName::ALL.map(|service| object(&service::service_account(environment, service))));
    objects.extend(network::policies(environment).iter().map(object));
    objects.extend(secret::placeholder(environment).iter().map(object));
    objects.push(object(&federation::config_map(environment)));
    objects.extend(tenants::config_map(environment).iter().map(object));
    objects.extend(ServiceName::ALL.iter().filter_map(|service| storage::claim(environment, *service)).map(|c| object(&c)));
    objects.extend(ServiceName::ALL.map(|service| object(&service::service(environment, service))));
    objects.extend(ServiceName::ALL.map(|service| object(&workload::deployment(environment, service))));
    Lowered { objects, external: external(environment) }
}

fn external(environment: &Environment) -> Vec<External> {
    let secret = |name: &str, keys: Vec<String>| External {
        kind: "Secret",
        namespace: environment.namespace.clone(),
        name: name.to_owned(),
        keys,
    };
    let mut external = Vec::new();
    if secret::placeholder(environment).is_none() {
        external.push(secret(&environment.secrets.name, environment.secrets.keys.keys().cloned().collect()));
    }
    external.extend(environment.federation.mtls.as_ref().map(|mtls| {
        let keys = vec![mtls.certificate.clone(), mtls.private_key.clone(), mtls.authority.clone()];
        secret(&mtls.secret, keys)
    }));
    external.extend(environment.federation.jwt.as_ref().map(|jwt| secret(&jwt.secret, vec![jwt.key.clone()])));
    external
}

fn injects_files(environment: &Environment) -> bool {
    environment.secrets.inject == Inject::File
}

fn object<K>(typed: &K) -> Object
where
    K: Resource + Serialize + Metadata<Ty = ObjectMeta>,
{
    // Only maps whose keys are no strings can't become JSON values, and these types have none.
    let body = serde_json::to_value(typed).unwrap_or_default();
    Object {
        api_version: K::API_VERSION.to_owned(),
        kind: K::KIND.to_owned(),
        namespace: typed.metadata().namespace.clone(),
        name: typed.metadata().name.clone().unwrap_or_default(),
        body,
    }
}
