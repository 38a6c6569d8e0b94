//! What the caller brings to be let in: tokens, and the material of TLS.
//!
//! Invariant: neither a token nor a key is printed.

use crate::smoke::Claims;
use anyhow::{Context, Result};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, parse_pem};

/// A token, and what it says.
pub(super) struct Token {
    pub text: String,
    pub claims: Claims,
}

impl Token {
    pub(super) fn read(path: &Path) -> Result<Token> {
        let text = std::fs::read_to_string(path).with_context(|| format!("`{}` can't be read", path.display()))?;
        let text = text.trim();
        anyhow::ensure!(
            !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()),
            "`{}` holds no token: one line of visible ASCII characters",
            path.display()
        );
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Ok(Token { text: text.to_owned(), claims: Claims::read(text, now) })
    }
}

/// The certificate to show, and the authorities to believe.
#[derive(Clone, Default)]
pub(super) struct Material {
    pub client: Option<ClientCert>,
    pub roots: Option<RootCerts>,
}

impl Material {
    /// Reads what there is. A certificate and a key that do not belong together are refused here.
    pub(super) fn read(certificate: Option<&Path>, key: Option<&Path>, authorities: Option<&Path>) -> Result<Material> {
        let client = match certificate.zip(key) {
            Some((certificate, key)) => Some(client(certificate, key)?),
            None => None,
        };
        let roots = authorities.map(certificates).transpose()?.map(|found| RootCerts::new_with_certs(&found));
        Ok(Material { client, roots })
    }

    pub(super) fn has_certificate(&self) -> bool {
        self.client.is_some()
    }

    pub(super) fn has_authorities(&self) -> bool {
        self.roots.is_some()
    }
}

fn client(certificate: &Path, key: &Path) -> Result<ClientCert> {
    let chain = certificates(certificate)?;
    let pem = bytes(key)?;
    let none = || format!("`{}` holds no private key as PEM, without a passphrase", key.display());
    let private = PrivateKey::from_pem(&pem).ok().with_context(none)?;
    let der = PrivateKeyDer::from_pem_slice(&pem).ok().with_context(none)?;
    let written = chain.iter().map(|found| CertificateDer::from(found.der().to_vec())).collect();
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(written, der, &provider).map_err(|error| {
        let (certificate, key) = (certificate.display(), key.display());
        anyhow::anyhow!("`{key}` is not the private key of `{certificate}`: {error}")
    })?;
    Ok(ClientCert::new_with_certs(&chain, private))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("`{}` can't be read", path.display()))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>> {
    let pem = bytes(path)?;
    let found = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        Ok(_) | Err(_) => None,
    });
    let found: Vec<Certificate<'static>> = found.collect();
    anyhow::ensure!(!found.is_empty(), "`{}` holds no certificate as PEM", path.display());
    Ok(found)
}
