//! The Certificate of federation's mutual TLS, from which cert-manager makes the Secret.

use super::metadata;
use crate::model::{Environment, Issuance, ServiceName};
use kcr_cert_manager_io::v1::certificates::{
    Certificate, CertificateIssuerRef, CertificatePrivateKey, CertificatePrivateKeyAlgorithm,
    CertificatePrivateKeyRotationPolicy, CertificateSpec,
};

/// The Certificate; none where something else makes the Secret. It is shown to callers and to peers.
pub(super) fn certificate(environment: &Environment) -> Option<Certificate> {
    let mtls = environment.federation.mtls.as_ref()?;
    let issuance = mtls.cert_manager.as_ref()?;
    let usages = ["digital signature", "key encipherment", "server auth", "client auth"];
    Some(Certificate {
        metadata: metadata::of_service(environment, ServiceName::Federation, ServiceName::Federation.object_name()),
        spec: CertificateSpec {
            secret_name: mtls.secret.clone(),
            issuer_ref: CertificateIssuerRef {
                name: issuance.issuer.clone(),
                kind: Some(issuance.issuer_kind.clone()),
                group: Some("cert-manager.io".to_owned()),
            },
            dns_names: Some(dns_names(environment, issuance)),
            usages: Some(usages.map(str::to_owned).to_vec()),
            private_key: Some(CertificatePrivateKey {
                algorithm: Some(CertificatePrivateKeyAlgorithm::Ecdsa),
                size: Some(256),
                rotation_policy: Some(CertificatePrivateKeyRotationPolicy::Always),
                ..CertificatePrivateKey::default()
            }),
            ..CertificateSpec::default()
        },
        status: None,
    })
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
