//! What the caller brings to be let in: tokens, and the material of TLS.
//!
//! Invariant: neither a token nor a key is printed.

use crate::smoke::{Bearer, Claims, claims_of, encoded};
use crate::source::{Disk, World};
use anyhow::{Context, Result};
use rustls::SignatureScheme;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, parse_pem};

/// A token, and what it says.
pub(super) struct Token {
    pub text: String,
    pub claims: Claims,
}

impl Token {
    pub(super) fn read(path: &Path) -> Result<Token> {
        let text = String::from_utf8(bytes(path)?).with_context(|| format!("`{}` is not text", path.display()))?;
        let text = text.trim();
        anyhow::ensure!(
            !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()),
            "`{}` holds no token: one line of visible ASCII characters",
            path.display()
        );
        Ok(Token::of(text))
    }

    fn of(text: &str) -> Token {
        Token { text: text.to_owned(), claims: Claims::read(text, now()) }
    }
}

/// The time in seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The key that tokens are signed with.
#[derive(Clone)]
pub(super) struct Signer {
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
    algorithm: &'static str,
}

impl Signer {
    /// Reads a private key. Those of elliptic curves other than Ed25519 are signed with otherwise than tokens have it.
    pub(super) fn read(path: &Path) -> Result<Signer> {
        let none = || format!("`{}` holds no private key as PEM, without a passphrase", path.display());
        let der = PrivateKeyDer::from_pem_slice(&bytes(path)?).ok().with_context(none)?;
        let key =
            rustls::crypto::ring::default_provider().key_provider.load_private_key(der).ok().with_context(none)?;
        let schemes = [(SignatureScheme::RSA_PKCS1_SHA256, "RS256"), (SignatureScheme::ED25519, "EdDSA")];
        let fitting = schemes.into_iter().find(|(scheme, _)| key.choose_scheme(&[*scheme]).is_some());
        let (scheme, algorithm) =
            fitting.with_context(|| format!("`{}` is neither an RSA key nor one of Ed25519", path.display()))?;
        Ok(Signer { key, scheme, algorithm })
    }

    /// Signs a token for a request; none where the request brings another.
    pub(super) fn sign(&self, bearer: Bearer, tenant: Option<&str>) -> Option<String> {
        let claims = claims_of(bearer, tenant, now())?;
        let header = json!({ "alg": self.algorithm, "typ": "JWT" });
        let signed = format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
        let signature = self.key.choose_scheme(&[self.scheme])?.sign(signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", encoded(&signature)))
    }

    /// A token of a tenant, where the user brings none.
    pub(super) fn token(&self, tenant: &str) -> Option<Token> {
        Some(Token::of(&self.sign(Bearer::Minted, Some(tenant))?))
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

/// How many bytes a token, a key or certificates may have.
const LARGEST: u64 = 1 << 20;

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let bytes = Disk.read(path, LARGEST + 1).with_context(|| format!("`{}` can't be read", path.display()))?;
    anyhow::ensure!(bytes.len() as u64 <= LARGEST, "`{}` has more than 1 MiB", path.display());
    Ok(bytes)
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
