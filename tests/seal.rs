//! `seal`: what it makes is opened by an implementation of RSA-OAEP and AES-GCM that has no code in common with its own.

mod common;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use agentos_cfg::seal::{Certificate, Unusable};
use common::{binary, environment, root};
use malachite_base::num::arithmetic::traits::ModPow;
use malachite_base::num::conversion::traits::{FromStringBase, PowerOf2Digits};
use malachite_nz::natural::Natural;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

fn fixture(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/fixtures/seal").join(name)).unwrap()
}

fn certificate(name: &str) -> Result<Certificate, Unusable> {
    Certificate::parse(&fixture(name), SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

fn decoded(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert!(text.len().is_multiple_of(4));
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | alphabet.iter().position(|known| *known == byte).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

/// SHA-256, by ring: `seal` takes that of the crate sha2.
fn hash(parts: &[&[u8]]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, &parts.concat()).as_ref().to_vec()
}

/// The mask of MGF1, as RFC 8017 has it.
fn mask(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|counter| hash(&[seed, &counter.to_be_bytes()]));
    blocks.take(length).collect()
}

fn xor(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other).map(|(one, other)| one ^ other).collect()
}

/// Opens a sealed text with the private key of the fixtures, as the controller does; none where the label is another one.
fn opened(sealed: &str, label: &str) -> Option<Vec<u8>> {
    let bytes = decoded(sealed);
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    assert_eq!(length, 256);
    let (key, value) = bytes[2..].split_at(length);
    let number = |name: &str| Natural::from_string_base(16, fixture(name).trim()).unwrap();
    let digits = |bytes: &[u8]| Natural::from_power_of_2_digits_desc(8, bytes.iter().copied()).unwrap();
    let power = digits(key).mod_pow(number("exponent.hex"), number("modulus.hex"));
    let mut block: Vec<u8> = power.to_power_of_2_digits_desc(8);
    while block.len() < length {
        block.insert(0, 0);
    }
    // RFC 8017, 7.1.2.
    let (seed, data) = block[1..].split_at(32);
    let seed = xor(seed, &mask(data, 32));
    let data = xor(data, &mask(&seed, data.len()));
    if block[0] != 0 || data[..32] != hash(&[label.as_bytes()]) {
        return None;
    }
    let start = 32 + data[32..].iter().position(|byte| *byte != 0)?;
    assert_eq!(data[start], 1);
    let session = &data[start + 1..];
    let cipher = Aes256Gcm::new_from_slice(session).unwrap();
    cipher.decrypt(&Nonce::from([0; 12]), value).ok()
}

#[test]
fn what_is_sealed_is_opened_for_its_name_in_its_namespace_alone() {
    let certificate = certificate("certificate.pem").unwrap();
    for value in [b"a".as_slice(), b"with a line break\n", &[0, 255, 10, 13], &[7; 100_000]] {
        let sealed = certificate.seal("agentos-eu", "agentos-secrets", value.to_vec()).unwrap();
        assert_eq!(opened(&sealed, "agentos-eu/agentos-secrets").as_deref(), Some(value));
        assert_eq!(opened(&sealed, "agentos-us/agentos-secrets"), None);
        assert!(sealed.starts_with("AQ"), "{sealed}");
    }
    let twice = [0, 1].map(|_| certificate.seal("a", "b", b"c".to_vec()).unwrap());
    assert_ne!(twice[0], twice[1]);
}

#[test]
fn a_certificate_that_is_of_no_use_is_refused() {
    assert_eq!(certificate("ended.pem").unwrap_err(), Unusable::Expired("2021-01-01T00:00:00Z".to_owned()));
    assert_eq!(certificate("short.pem").unwrap_err(), Unusable::ShortKey(1024));
    assert_eq!(certificate("elliptic.pem").unwrap_err(), Unusable::NotRsa);
    let parse = |text: &str| Certificate::parse(text, SystemTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(parse(""), Unusable::NoCertificate);
    assert_eq!(parse("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), Unusable::Malformed);
    assert_eq!(parse("-----BEGIN CERTIFICATE-----\n"), Unusable::Malformed);
    let key = ["-----BEGIN RSA", "PRIVATE KEY-----\n"].join(" ");
    assert_eq!(parse(&(key + &fixture("certificate.pem"))), Unusable::PrivateKey);
    // Text in front of it, and others behind it, are as `kubeseal --fetch-cert` may print them.
    let several = format!("# prod\n{}{}", fixture("certificate.pem"), fixture("other.pem"));
    let now = SystemTime::UNIX_EPOCH;
    assert_eq!(
        Certificate::parse(&several, now).unwrap().fingerprint,
        certificate("certificate.pem").unwrap().fingerprint
    );
}

/// Runs `seal` in a folder: the exit status, and what is printed of it.
fn seal(folder: &Path, arguments: &[&str], value: &str) -> (i32, String) {
    let cert = root().join("tests/fixtures/seal/certificate.pem");
    let mut arguments = [&["seal"], arguments].concat();
    if !arguments.contains(&"--cert") {
        arguments.extend(["--cert", cert.to_str().unwrap()]);
    }
    let mut child = binary()
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(value.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// The text between the quotes behind a name, from the first place on where a file has this word.
fn quoted<'a>(text: &'a str, word: &str, name: &str) -> &'a str {
    let rest = &text[text.find(word).unwrap_or_else(|| panic!("{word}: {text}"))..];
    let rest = &rest[rest.find(&format!("{name} = \"")).unwrap() + name.len() + 4..];
    &rest[..rest.find('"').unwrap()]
}

fn project(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let of = "  namespace = \"agentos-eu\",\n  secrets.backend = 'Sealed {},\n";
    std::fs::write(folder.path().join("eu.ncl"), environment(&format!("{of}{more}"))).unwrap();
    folder
}

#[test]
fn a_value_is_sealed_into_the_environment() {
    let folder = project("  secrets.keys = {\n    # ours\n  },");
    let folder = folder.path();
    let read = || std::fs::read_to_string(folder.join("eu.ncl")).unwrap();
    for key in ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"] {
        let value = format!("value of {key}\n");
        let (status, said) = seal(folder, &["eu.ncl", key], &value);
        assert_eq!(status, 0, "{said}");
        assert!(!said.contains(value.trim()) && !read().contains(value.trim()), "{said}");
        let sealed = opened(quoted(&read(), key, "sealed"), "agentos-eu/agentos-secrets").unwrap();
        assert_eq!(String::from_utf8(sealed).unwrap(), value);
        assert_eq!(quoted(&read(), key, "namespace"), "agentos-eu");
    }
    assert!(read().contains("# ours"));
    let output = binary().args(["build", "eu.ncl"]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8(output.stdout).unwrap().contains("sha256:1"), "the record is in no object");
    // A rotation takes the place of the value.
    let before = read();
    let (status, said) = seal(folder, &["eu.ncl", "AGENTOS_SIGNING_KEY"], "new");
    assert_eq!(status, 0, "{said}");
    assert_eq!(read().lines().count(), before.lines().count());
    assert_eq!(opened(quoted(&read(), "AGENTOS_SIGNING_KEY", "sealed"), "agentos-eu/agentos-secrets").unwrap(), b"new");
    // Moved to another namespace it is a finding.
    std::fs::write(folder.join("eu.ncl"), read().replacen("\"agentos-eu\"", "\"agentos-us\"", 1)).unwrap();
    let output = binary().args(["check", "eu.ncl"]).current_dir(folder).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("S016") && said.contains("`agentos-eu/agentos-secrets`"), "{said}");
}

#[test]
fn another_certificate_is_a_warning() {
    let folder = project("");
    let other = root().join("tests/fixtures/seal/other.pem");
    assert_eq!(seal(folder.path(), &["eu.ncl", "AGENTOS_SERVICE_TOKEN"], "a").0, 0);
    let with = ["eu.ncl", "AGENTOS_SIGNING_KEY", "--cert", other.to_str().unwrap()];
    let (status, said) = seal(folder.path(), &with, "b");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("warning[S016") && said.contains("another certificate"), "{said}");
    let (status, said) = seal(folder.path(), &[&with[..], &["--deny", "warnings"]].concat(), "b");
    assert_eq!(status, 0, "it was there before: {said}");
}

#[test]
fn the_module_that_has_the_secrets_is_written() {
    let folder = project("  secrets.keys = import \"eu.sealed.ncl\",");
    let module = folder.path().join("eu.sealed.ncl");
    std::fs::write(&module, "# Sealed for eu.\n{\n  AGENTOS_SERVICE_TOKEN = {},\n}\n").unwrap();
    for key in ["AGENTOS_SERVICE_TOKEN", "AGENTOS_SIGNING_KEY"] {
        let (status, said) = seal(folder.path(), &["eu.ncl", key], "a");
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("written to `eu.sealed.ncl`"), "{said}");
        let text = std::fs::read_to_string(&module).unwrap();
        assert!(text.starts_with("# Sealed for eu.\n{\n"), "{text}");
        assert_eq!(opened(quoted(&text, key, "sealed"), "agentos-eu/agentos-secrets").unwrap(), b"a");
    }
}

#[test]
fn a_dedicated_tenant_has_values_of_its_own() {
    let folder = project(
        "  tenancy.tenants = {\n    tnt_a = { name = \"A\" },\n    tnt_b = { name = \"B\", isolation = 'Dedicated },\n  },",
    );
    let (status, said) = seal(folder.path(), &["eu.ncl", "AGENTOS_SERVICE_TOKEN", "--tenant", "tnt_b"], "a");
    assert_eq!(status, 0, "{said}");
    let text = std::fs::read_to_string(folder.path().join("eu.ncl")).unwrap();
    assert_eq!(opened(quoted(&text, "tnt_b", "sealed"), "agentos-eu-tnt-b/agentos-secrets").unwrap(), b"a");
    for (tenant, why) in [("tnt_a", "not `'Dedicated`"), ("tnt_bb", "did you mean `tnt_b`?")] {
        let (status, said) = seal(folder.path(), &["eu.ncl", "AGENTOS_SERVICE_TOKEN", "--tenant", tenant], "a");
        assert_eq!(status, 2);
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn what_can_not_be_sealed_changes_nothing() {
    let folder = project("");
    let before = std::fs::read_to_string(folder.path().join("eu.ncl")).unwrap();
    let key = root().join("tests/fixtures/tls/server.key");
    for (arguments, value, status, why) in [
        (vec!["eu.ncl", "AGENTOS_SERVICE_TOKEN"], "", 2, "standard input is empty"),
        (vec!["eu.ncl", "AGENTOS_SERVICE_TOKEN", "--cert", key.to_str().unwrap()], "a", 2, "holds a private key"),
        (vec!["eu.ncl", "AGENTOS_SERVICE_TOKEN", "--cert", "none.pem"], "a", 2, "`none.pem` can't be read"),
        (vec!["-", "AGENTOS_SERVICE_TOKEN"], "a", 2, "standard input is for the secret's value"),
        (vec!["eu.ncl", "AGENTOS_SERVICE_TOKN"], "a", 1, "AGENTOS_SERVICE_TOKEN"),
    ] {
        let (code, said) = seal(folder.path(), &arguments, value);
        assert_eq!(code, status, "{said}");
        assert!(said.contains(why), "{said}");
        assert_eq!(std::fs::read_to_string(folder.path().join("eu.ncl")).unwrap(), before);
    }
    std::fs::write(folder.path().join("dev.ncl"), environment("")).unwrap();
    let (status, said) = seal(folder.path(), &["dev.ncl", "AGENTOS_SERVICE_TOKEN"], "a");
    assert_eq!(status, 2);
    assert!(said.contains("`secrets.backend` is not `'Sealed {}`"), "{said}");
}
