//! The Certificate of federation's mutual TLS, from which cert-manager makes the Secret.

use super::custom_resource::CustomResource;
use super::metadata;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Issuance};
use serde::Serialize;

/// The specification of a Certificate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    dns_names: Vec<String>,
    issuer_ref: IssuerRef,
    private_key: PrivateKey,
    secret_name: String,
    usages: [&'static str; 4],
}

#[derive(Serialize)]
struct IssuerRef {
    group: &'static str,
    kind: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrivateKey {
    algorithm: &'static str,
    rotation_policy: &'static str,
    /// In bits.
    size: u16,
}

/// The Certificate; none where something else makes the Secret. It is shown to callers and to peers.
pub(super) fn certificate(environment: &Environment) -> Option<CustomResource<Spec>> {
    let mtls = environment.federation.mtls.as_ref()?;
    let issuance = mtls.cert_manager.as_ref()?;
    let spec = Spec {
        dns_names: dns_names(environment, issuance),
        issuer_ref: IssuerRef {
            group: "cert-manager.io",
            kind: issuance.issuer_kind.clone(),
            name: issuance.issuer.clone(),
        },
        private_key: PrivateKey { algorithm: "ECDSA", rotation_policy: "Always", size: 256 },
        secret_name: mtls.secret.clone(),
        usages: ["digital signature", "key encipherment", "server auth", "client auth"],
    };
    let metadata = metadata::of_service(environment, ServiceName::Federation, ServiceName::Federation.object_name());
    Some(CustomResource::new("cert-manager.io/v1", "Certificate", metadata, spec))
}

/// The names of federation's Service, from the shortest, and then the user's.
fn dns_names(environment: &Environment, issuance: &Issuance) -> Vec<String> {
    let service = ServiceName::Federation.object_name();
    let namespace = &environment.namespace;
    let mut names = vec![
        service.to_owned(),
        format!("{service}.{namespace}"),
        format!("{service}.{namespace}.svc"),
        format!("{service}.{namespace}.svc.cluster.local"),
    ];
    for host in &issuance.hosts {
        if !names.contains(host) {
            names.push(host.clone());
        }
    }
    names
}
