//! Environment → Kubernetes objects.
//!
//! Invariant: called only with an environment that nothing rejects, and never fails; every object is built from the
//! types of k8s-openapi and given on as JSON. One file a kind of object.

mod container;
mod federation;
mod metadata;
mod namespace;
mod network;
mod secret;
pub(crate) mod service;
mod settings;
mod storage;
mod tenants;
mod workload;

use crate::model::{Environment, Inject, ServiceName};
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

impl Object {
    /// The object with this content.
    pub fn of(body: Json) -> Object {
        let text = |pointer: &str| body.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        Object {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name").unwrap_or_default(),
            body,
        }
    }
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
    objects.extend(
        ServiceName::ALL.iter().filter_map(|service| storage::claim(environment, *service)).map(|c| object(&c)),
    );
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
    let mut external: Vec<External> = Vec::new();
    let mut need = |name: &str, keys: &[&String]| {
        let keys = keys.iter().map(|key| (*key).clone());
        match external.iter_mut().find(|known| known.name == name) {
            Some(known) => known.keys.extend(keys),
            None => external.push(secret(name, keys.collect())),
        }
    };
    if secret::placeholder(environment).is_none() {
        need(&environment.secrets.name, &environment.secrets.keys.keys().collect::<Vec<_>>());
    }
    if let Some(mtls) = &environment.federation.mtls {
        need(&mtls.secret, &[&mtls.certificate, &mtls.private_key, &mtls.authority]);
    }
    if let Some(jwt) = &environment.federation.jwt {
        need(&jwt.secret, &[&jwt.key]);
    }
    external
}

fn injects_files(environment: &Environment) -> bool {
    environment.secrets.inject == Inject::File
}

fn object<K: Serialize>(typed: &K) -> Object {
    // Only maps whose keys are no strings can't become JSON values, and these types have none.
    Object::of(serde_json::to_value(typed).unwrap_or_default())
}
