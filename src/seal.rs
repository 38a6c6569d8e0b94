//! A value → the text that the Sealed Secrets controller unseals, as `kubeseal --raw --scope strict` makes it.
//!
//! The text is Base64 of two bytes with the length of the encrypted session key, that key by RSA-OAEP with SHA-256 and the
//! label `namespace/name`, and the value by AES-256-GCM. The session key is used once, so that its nonce can be zero.
//!
//! Invariant: the value is encrypted where it stands, and no error has any of it.

use crate::scan::base64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use rsa::PublicKey;
use rsa::oaep::EncryptingKey;
use rsa::sha2::digest::common::getrandom::SysRng;
use rsa::sha2::{Digest, Sha256};
use rsa::traits::{PublicKeyParts, RandomizedEncryptor};
use std::fmt::Write;
use std::time::SystemTime;
use x509_cert::der::{DecodePem, Encode};

/// The shortest key that is used, in bits.
const SHORTEST_KEY: usize = 2048;

/// How many bytes a session key has.
const SESSION_KEY: usize = 32;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificate of a controller.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The SHA-256 fingerprint: `sha256:` and hexadecimal digits.
    pub fingerprint: String,
    /// The last moment at which it is valid, in words.
    pub valid_until: String,
    key: PublicKey,
}

/// Why a text is no certificate that values can be sealed with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// There is a private key in it.
    #[error(
        "it holds a private key, with which anyone unseals every value of the cluster; sealing takes the certificate alone, as `kubeseal --fetch-cert` prints it"
    )]
    PrivateKey,
    /// There is no certificate in it.
    #[error("it has no certificate in PEM: a block that begins with `{BEGIN}`")]
    NoCertificate,
    /// It can't be read.
    #[error("its certificate can't be read")]
    Malformed,
    /// Its key is of another kind.
    #[error("the key of its certificate is no RSA key, and the controller's is one")]
    NotRsa,
    /// Its key is too short.
    #[error("the RSA key of its certificate has {0} bits, and less than {SHORTEST_KEY} can be broken")]
    ShortKey(usize),
    /// It is valid no more.
    #[error("its certificate ended at {0}; `kubeseal --fetch-cert` prints the one that the controller has now")]
    Expired(String),
}

/// The system has no random numbers, or the value is too long to be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value can't be encrypted: the system gives no random numbers, or the value is too long")]
pub struct Unsealable;

impl Certificate {
    /// Reads a certificate in PEM, the first one as `kubeseal` does, for use at a moment.
    ///
    /// # Errors
    /// It is none that values can be sealed with.
    pub fn parse(text: &str, now: SystemTime) -> Result<Certificate, Unusable> {
        if text.contains("PRIVATE KEY-----") {
            return Err(Unusable::PrivateKey);
        }
        let block = text.find(BEGIN).and_then(|start| text.get(start..)).ok_or(Unusable::NoCertificate)?;
        let block = block.find(END).and_then(|end| block.get(..end + END.len())).ok_or(Unusable::Malformed)?;
        let certificate = x509_cert::Certificate::from_pem(block).map_err(|_| Unusable::Malformed)?;
        let der = certificate.to_der().map_err(|_| Unusable::Malformed)?;
        let of_certificate = certificate.tbs_certificate();
        let end = of_certificate.validity().not_after;
        if end.to_system_time() < now {
            return Err(Unusable::Expired(end.to_string()));
        }
        let key = of_certificate.subject_public_key_info().to_der().map_err(|_| Unusable::Malformed)?;
        let key =
            <PublicKey as rsa::pkcs8::DecodePublicKey>::from_public_key_der(&key).map_err(|_| Unusable::NotRsa)?;
        let bits = key.size() * 8;
        if bits < SHORTEST_KEY {
            return Err(Unusable::ShortKey(bits));
        }
        Ok(Certificate { fingerprint: fingerprint(&der), valid_until: end.to_string(), key })
    }

    /// Encrypts a value for the SealedSecret of a name in a namespace, and no other.
    ///
    /// # Errors
    /// The system has no random numbers, or the value is too long.
    pub fn seal(&self, namespace: &str, name: &str, mut value: Vec<u8>) -> Result<String, Unsealable> {
        let mut session = [0; SESSION_KEY];
        SystemRandom::new().fill(&mut session).map_err(|_| Unsealable)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &session).map_err(|_| Unsealable)?);
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut value).map_err(|_| Unsealable)?;
        let label = format!("{namespace}/{name}").into_bytes();
        let encrypting = EncryptingKey::<Sha256>::new_with_label(self.key.clone(), label);
        let encrypted = encrypting.encrypt_with_rng(&mut SysRng, &session).map_err(|_| Unsealable)?;
        session.fill(0);
        std::hint::black_box(&session);
        let length = u16::try_from(encrypted.len()).map_err(|_| Unsealable)?;
        Ok(base64::encode(&[length.to_be_bytes().as_slice(), &encrypted, &value].concat()))
    }
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(der) {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
