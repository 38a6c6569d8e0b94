//! The evaluated tree → the typed environment. The contracts have checked and completed the tree already; what is
//! broken in it is left out here. What a concept is made of stands beside its type.

use super::audit::{decode_audit, decode_audit_sidecar};
use super::authentication::decode_authentication;
use super::database::decode_database;
use super::federation::decode_federation;
use super::network::decode_network;
use super::observability::decode_observability;
use super::provided::{decode_namespaces, decode_provided};
use super::reader::Reader;
use super::secrets::decode_secrets;
use super::service::decode_service;
use super::storage::decode_storage;
use super::tenancy::decode_tenancy;
use super::{Allow, Environment, Smoke};
use crate::agentos::vocabulary::{PerService, Profile, Runtime};
use crate::tree::Node;

/// The environment that a tree describes.
pub fn decode(tree: &Node) -> Environment {
    let root = Reader(Some(tree));
    let name = root.get("name").text();
    let runtime = decode_runtime(root.get("runtime"));
    Environment {
        profile: root.get("profile").one_of([("Dev", Profile::Dev), ("Demo", Profile::Demo), ("Prod", Profile::Prod)]),
        cluster: root.get("cluster").text(),
        namespace: root.get("namespace").text(),
        namespaces: decode_namespaces(root.get("namespaces")),
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
        audit: decode_audit(root.get("audit")),
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
    runtime.one_of(Runtime::ALL.map(|release| (release.tag(), release))).unwrap_or_default()
}
