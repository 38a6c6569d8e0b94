//! Values that are credentials by what they are called: `api_token = …`, in an environment and inside of its texts, as
//! in connection strings, queries, files of settings, headers and JSON.

use super::words::{is_password, is_placeholder, is_random, is_uuid};
use super::{Hit, Kind, Letters, Mark, around, base64, boundary, mark, run, run_back, run_to_end, slice};
use std::ops::Range;

/// What a name says of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// That it is a password, which a person may have chosen.
    Password,
    /// That it is a credential, which a program has made.
    Token,
    /// That it authenticates somebody: a user and a password, in base64.
    Basic,
}

/// Parts of names, in lower case and without separators.
const OF_PASSWORDS: &[Mark] = &[mark("password"), mark("passwd"), mark("passphrase"), mark("pwd")];
const OF_TOKENS: &[Mark] = &[
    mark("secret"),
    mark("token"),
    mark("apikey"),
    mark("privatekey"),
    mark("accesskey"),
    mark("accountkey"),
    mark("signingkey"),
    mark("encryptionkey"),
    mark("masterkey"),
    mark("sharedkey"),
    mark("authkey"),
    mark("credential"),
    mark("authorization"),
    mark("bearer"),
];

/// How a name ends that has a user and a password in base64.
const OF_BASIC: Mark = mark("auth");

/// Headers that say who somebody is.
const BASIC: Mark = mark("Basic ");
const BEARER: Mark = mark("Bearer ");

/// Words in names that say that the value only points to a credential, or is made of one and public.
const OF_REFERENCES: &[&str] = &[
    "ref",
    "reference",
    "name",
    "id",
    "hash",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "checksum",
    "digest",
    "fingerprint",
    "path",
    "file",
    "url",
    "uri",
    "endpoint",
    "public",
    "version",
    "class",
    "store",
    "arn",
];

/// How much of a value tells a credential from other texts, in bytes.
const LONGEST_VALUE: usize = 256;

/// What connection strings say besides the password.
const OF_CONNECTIONS: &[&str] =
    &["server=", "host=", "source=", "user=", "username=", "uid=", "id=", "database=", "dbname="];

/// A value that is a credential by its name.
pub(super) fn named(name: Option<&str>, value: &str) -> Option<Hit> {
    let start = value.len() - value.trim_start().len();
    let value = value.trim();
    // Most values can't be one, and to see that is cheaper than to take the name apart.
    let (name, value) = (name?, Some(value).filter(|value| may_be_one(value))?);
    let kind = judge(claim(name)?, value)?;
    Some(Hit { kind, range: start..start + value.len() })
}

/// Whether a value has letters of two sorts at least, of all sorts where it is short, and no spaces.
fn may_be_one(value: &str) -> bool {
    let has = |class: fn(&u8) -> bool| value.bytes().any(|byte| class(&byte));
    let classes: [fn(&u8) -> bool; 3] = [u8::is_ascii_digit, u8::is_ascii_uppercase, u8::is_ascii_lowercase];
    let least = if value.len() < 16 { 3 } else { 2 };
    value.len() >= super::SHORTEST && classes.into_iter().filter(|of| has(*of)).count() >= least && !value.contains(' ')
}

/// Names with values inside a text.
pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    let signs = memchr::memchr2_iter(b'=', b':', text.as_bytes());
    super::hits_at(signs, |position| pair(text, position)).chain(headers(text, letters)).collect()
}

/// The value after a `=` or `:`, where the name before it makes it a credential.
fn pair(text: &str, sign: usize) -> Option<Hit> {
    let before = around(slice(text, 0..sign), sign);
    let before = before.trim_end_matches([' ', '\t']).trim_end_matches(['"', '\'', '\\']);
    let name = slice(before, before.len() - run_back(before, is_of_name)..before.len());
    // `arn:…:secret:prod/…` is an address, of which no part has a value.
    let is_part = slice(before, 0..before.len() - name.len()).ends_with(':');
    if name.is_empty() || name.len() > 256 || is_part {
        return None;
    }
    let is_signature = name.eq_ignore_ascii_case("sig");
    let claim = claim(name);
    if claim.is_none() && !is_signature {
        return None;
    }
    let after = After::of(text, sign + 1);
    let value = after.value();
    // In the settings of a connection a password may be any word; after a colon it is not.
    if !may_be_one(value) && text.as_bytes().get(sign) != Some(&b'=') {
        return None;
    }
    let kind = match claim {
        _ if is_signature => shared_access_signature(text, sign, value)?,
        Some(Claim::Password) if is_of_connection(text, name, sign) => connection_password(value)?,
        Some(claim) => judge(claim, value)?,
        None => return None,
    };
    Some(Hit { kind, range: after.range() })
}

/// The value after a sign, as far as it is looked at: inside quotes, else up to what can't be part of one.
struct After<'a> {
    text: &'a str,
    start: usize,
    quote: Option<u8>,
    length: usize,
}

impl<'a> After<'a> {
    fn of(text: &'a str, from: usize) -> After<'a> {
        let rest = slice(text, from..text.len());
        let spaces = run(rest, |byte| matches!(byte, b' ' | b'\t'));
        let quotes = run(slice(rest, spaces..rest.len()), |byte| matches!(byte, b'"' | b'\'' | b'\\'));
        let start = from + spaces + quotes;
        let quote = text.as_bytes().get(start.wrapping_sub(1)).copied().filter(|_| quotes > 0);
        let head = slice(text, start..boundary(text, start + LONGEST_VALUE));
        let length = run(head, |byte| goes_on(quote, byte));
        After { text, start, quote, length }
    }

    fn value(&self) -> &'a str {
        slice(self.text, self.start..boundary(self.text, self.start + self.length))
    }

    /// All of it.
    fn range(&self) -> Range<usize> {
        let rest = slice(self.text, self.start..self.text.len());
        self.start..self.start + rest.bytes().take_while(|byte| goes_on(self.quote, *byte)).count()
    }
}

fn goes_on(quote: Option<u8>, byte: u8) -> bool {
    match quote {
        Some(quote) => byte != quote && byte != b'\n' && byte != b'\\',
        None => !byte.is_ascii_whitespace() && !matches!(byte, b';' | b'&' | b',' | b'"' | b'\'' | b'`'),
    }
}

/// Whether a password is one among the settings of a connection: any value is then one, however simple.
fn is_of_connection(text: &str, name: &str, sign: usize) -> bool {
    let is_plain = !name.contains(['.', '/', '-']);
    if !is_plain || text.as_bytes().get(sign) != Some(&b'=') {
        return false;
    }
    let (before, after) = (around(slice(text, 0..sign), sign), around(slice(text, sign..text.len()), 0));
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = [slice(before, line..before.len()), after.lines().next().unwrap_or("")].concat().to_ascii_lowercase();
    OF_CONNECTIONS.iter().any(|word| line.contains(word))
}

fn connection_password(value: &str) -> Option<Kind> {
    (value.len() >= 4 && !is_placeholder(value)).then_some(Kind("a password in a connection string"))
}

/// `sig=…` of an address that Azure has signed.
fn shared_access_signature(text: &str, sign: usize, value: &str) -> Option<Kind> {
    let text = around(text, sign);
    let signed = text.contains("sv=") || text.contains("se=");
    (signed && value.len() >= 40 && !is_placeholder(value)).then_some(Kind("a shared access signature of Azure"))
}

/// `Basic …` and `Bearer …`, as a header has them.
fn headers(text: &str, letters: Letters) -> Vec<Hit> {
    let goes_on = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',');
    let of = |scheme: Mark, claim: Claim| {
        super::hits_at(scheme.positions(text, letters), move |position| {
            let start = position + scheme.text.len();
            let rest = slice(text, start..text.len());
            let length = run(rest, goes_on);
            let kind = judge(claim, slice(rest, 0..length))?;
            Some(Hit { kind, range: start..start + run_to_end(rest, length, goes_on) })
        })
    };
    of(BASIC, Claim::Basic).chain(of(BEARER, Claim::Token)).collect()
}

/// What a name claims its value to be.
fn claim(name: &str) -> Option<Claim> {
    let joined = joined(name)?;
    let letters = Letters::of(&joined);
    let has = |parts: &[Mark]| parts.iter().any(|part| part.positions(&joined, letters).next().is_some());
    let claim = if has(OF_PASSWORDS) {
        Claim::Password
    } else if has(OF_TOKENS) {
        Claim::Token
    } else if joined.ends_with(OF_BASIC.text) {
        Claim::Basic
    } else {
        return None;
    };
    let words = words(name);
    let refers = words.iter().any(|word| OF_REFERENCES.contains(&word.as_str()));
    let is_whole = claim != Claim::Basic || words.last().is_some_and(|word| word == OF_BASIC.text);
    (!refers && is_whole).then_some(claim)
}

/// The letters and digits of a name, in lower case; none where they show that it claims nothing, as nearly all do.
fn joined(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return Some(name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
    }
    let lower = |byte: u8| byte.to_ascii_lowercase();
    let letters = name.bytes().map(lower).map(Letters::of_byte).fold(Letters::NONE, Letters::and);
    let mut parts = OF_PASSWORDS.iter().chain(OF_TOKENS).chain([&OF_BASIC]);
    let may_claim = parts.any(|part| letters.has(part.letters));
    let bytes = name.bytes().filter(u8::is_ascii_alphanumeric).map(lower);
    may_claim.then(|| bytes.map(char::from).collect())
}

fn judge(claim: Claim, value: &str) -> Option<Kind> {
    let is_out_of_question = value.len() < super::SHORTEST
        || value.contains(char::is_whitespace)
        || is_placeholder(value)
        || is_uuid(value)
        || refers(value);
    if is_out_of_question {
        return None;
    }
    match claim {
        Claim::Password => is_password(value).then_some(Kind("a password")),
        Claim::Token => is_random(value).then_some(Kind("a generated secret")),
        Claim::Basic => {
            let decoded = String::from_utf8(base64::decode(value)?).ok()?;
            let (user, password) = decoded.split_once(':')?;
            let is_pair = !user.is_empty() && !password.is_empty() && !decoded.contains(char::is_control);
            (is_pair && !is_placeholder(password)).then_some(Kind("a user's password in base64"))
        }
    }
}

/// Whether a value says where a credential is, or is the digest of something: those look random, and are public.
fn refers(value: &str) -> bool {
    let is_digest = ["sha256:", "sha384:", "sha512:", "md5:", "sha256-", "sha384-", "sha512-", "arn:", "vault:"];
    value.contains("://")
        || value.contains("@sha256:")
        || value.starts_with(['/', '.'])
        || is_digest.iter().any(|prefix| value.starts_with(prefix))
}

/// The words of a name, in lower case: `apiToken` and `api-token` have two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_claim_credentials_and_references_do_not() {
        for name in ["DB_PASSWORD", "apiToken", "example.com/api-key", "AGENTOS_SERVICE_TOKEN", "clientSecret"] {
            assert!(claim(name).is_some(), "{name}");
        }
        for name in ["checksum/secret", "secretName", "token_file", "AWS_ACCESS_KEY_ID", "tokenRef", "name", "key"] {
            assert!(claim(name).is_none(), "{name}");
        }
    }
}
