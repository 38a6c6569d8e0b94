//! Values that are credentials by what they are called: `api_token = …`, in an environment and inside of its texts, as
//! in connection strings, queries, files of settings, headers and JSON.

use super::words::{is_password, is_placeholder, is_random, is_uuid};
use super::{
    Hit, Kind, Letters, Mark, around, base64, boundary, mark, providers, run, run_back, run_to_end, slice, stand,
};
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
    mark("licensekey"),
    mark("licencekey"),
    mark("authorization"),
    mark("bearer"),
];

/// What names may have that have none of the words that providers' names have.
const OTHERS: [Mark; 2] = [mark("pwd"), mark("bearer")];

/// How a name ends that has a user and a password in base64.
const OF_BASIC: Mark = mark("auth");

/// A name that ends like this as a word of its own has a password.
const PASS: Mark = mark("pass");

/// How headers authenticate a caller.
const BASIC: [Mark; 2] = [mark("Basic "), mark("basic ")];
const BEARER: [Mark; 2] = [mark("Bearer "), mark("bearer ")];

/// The header whose value begins with the word for how it authenticates: `Token …`, `SSWS …`, `ApiKey …`.
const AUTHORIZATION: &str = "authorization";

/// What stands before the name of an argument, and before a password that is the next word.
const FLAGS: [Mark; 2] = [mark(" -"), mark("\n-")];
const WORDS: [Mark; 4] = [mark("assword \""), mark("assword '"), mark("assword is \""), mark("assword is '")];

/// What stands between names and values, and around them.
const SIGNS: Letters = Letters::of("=:");
const COMMA: Letters = Letters::of(",");
const QUOTES: Letters = Letters::of("\"'");
const SPACE: Letters = Letters::of(" ");

/// How an element of XML ends.
const ELEMENT: Mark = mark("</");

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
    "policy",
    "length",
    "type",
    "ttl",
    "expiry",
    "expires",
    "algorithm",
    "issuer",
    "audience",
    "pattern",
    "regex",
];

/// How much of a value tells a credential from other texts, in bytes.
const LONGEST_VALUE: usize = 256;

/// What connection strings say besides the password.
const OF_CONNECTIONS: &[&str] =
    &["server=", "host=", "source=", "user=", "username=", "uid=", "id=", "database=", "dbname="];

/// A value that is a credential by its name.
pub(super) fn named(name: Option<&str>, value: &str) -> Option<Hit> {
    // Most names and most values can't be of one, and to see that is cheaper than to take the name apart.
    let name = name.filter(|name| !name.is_ascii() || is_telling(name))?;
    let start = value.len() - value.trim_start().len();
    let start = start + scheme(name, slice(value, start..value.len())).unwrap_or(0);
    let value = slice(value, start..value.len()).trim_end();
    let kind = is_possible(value).then(|| credential(name, value)).flatten()?;
    Some(Hit { kind, range: start..start + value.len() })
}

/// How long the word for the way to authenticate is, with the space behind it, that a header begins with.
fn scheme(name: &str, value: &str) -> Option<usize> {
    let last = name.len().checked_sub(AUTHORIZATION.len()).and_then(|start| name.get(start..))?;
    if !last.eq_ignore_ascii_case(AUTHORIZATION) {
        return None;
    }
    let length = run(value, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    let is_scheme = (2..=20).contains(&length) && value.as_bytes().get(length) == Some(&b' ');
    // What `Basic` has is no token, but a user and a password.
    (is_scheme && !slice(value, 0..length).eq_ignore_ascii_case("basic")).then_some(length + 1)
}

/// What a value is for its name: the credential of a provider, or one that the name claims.
fn credential(name: &str, value: &str) -> Option<Kind> {
    issued(name, value).or_else(|| if is_elsewhere(value) { None } else { judge(claim(name)?, value) })
}

/// Whether a name of ASCII may be that of a credential: whether it has a part that speaks of one.
fn is_telling(name: &str) -> bool {
    let letters = letters_of(name);
    let mut possible = providers::claims().chain(&OTHERS).filter(|part| letters.has(part.letters));
    possible.any(|part| is_part(part.text, name.as_bytes()))
}

/// Whether a part stands in a name, in any case and with any separators.
fn is_part(part: &str, name: &[u8]) -> bool {
    let Some((first, others)) = part.as_bytes().split_first() else { return true };
    let mut rest = name;
    while let [byte, after @ ..] = rest {
        rest = after;
        if byte.eq_ignore_ascii_case(first) {
            let mut letters = after.iter().filter(|byte| byte.is_ascii_alphanumeric());
            if others.iter().all(|other| letters.next().is_some_and(|byte| byte.eq_ignore_ascii_case(other))) {
                return true;
            }
        }
    }
    false
}

/// The letters of a name, in lower case.
fn letters_of(name: &str) -> Letters {
    name.bytes().map(|byte| Letters::of_byte(byte.to_ascii_lowercase())).fold(Letters::NONE, Letters::and)
}

fn may_claim(letters: Letters) -> bool {
    OF_PASSWORDS.iter().chain(OF_TOKENS).chain([&PASS, &OF_BASIC]).any(|part| letters.has(part.letters))
}

fn issued(name: &str, value: &str) -> Option<Kind> {
    if !providers::may_claim(letters_of(name)) || !providers::may_be_issued(value) {
        return None;
    }
    let joined: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // The id of Code Climate's reporter is a credential, unlike other ids.
    (!is_of_reference(name) || joined.ends_with("reporterid")).then(|| providers::issued(&joined, value)).flatten()
}

/// Whether a value may be a credential, under any name.
fn is_possible(value: &str) -> bool {
    may_be_one(value) || providers::may_be_issued(value)
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
    let mut hits = Vec::new();
    if letters.has_any(SIGNS) {
        let signs = memchr::memchr2_iter(b'=', b':', text.as_bytes());
        hits.extend(super::hits_at(signs, |position| pair(text, position)));
    }
    if letters.has(COMMA) && letters.has_any(QUOTES) {
        let signs = memchr::memchr_iter(b',', text.as_bytes()).filter(|sign| is_between_quotes(text, *sign));
        hits.extend(super::hits_at(signs, |position| pair(text, position)));
    }
    if letters.has(ELEMENT.letters) {
        hits.extend(elements(text, letters));
    }
    if letters.has(SPACE) {
        hits.extend(headers(text, letters));
        hits.extend(arguments(text, letters));
        let words = stand(&WORDS, text, letters).map(|(mark, at)| at + mark.text.len() - 1);
        hits.extend(words.filter_map(|at| value_of("password", text, at)));
    }
    hits
}

/// Whether a `,` stands between two texts in quotes.
fn is_between_quotes(text: &str, comma: usize) -> bool {
    let after = slice(text, comma + 1..text.len()).trim_start_matches(' ');
    after.starts_with(['"', '\'']) && slice(text, 0..comma).trim_end_matches(' ').ends_with(['"', '\''])
}

/// The value after a `=` or `:`, or after the `,` between two texts in quotes, where the name before it makes it a
/// credential.
fn pair(text: &str, sign: usize) -> Option<Hit> {
    let mark = text.as_bytes().get(sign).copied()?;
    // Of `==` the value stands behind the last.
    if mark == b'=' && text.as_bytes().get(sign + 1) == Some(&b'=') {
        return None;
    }
    let before = around(slice(text, 0..sign), sign);
    // `:=`, `?=`, `||=` and `==` have the name before the first of their signs.
    let before = if mark == b'=' { before.trim_end_matches([':', '?', '|', '+', '=', '!']) } else { before };
    let before = before.trim_end_matches([' ', '\t']).trim_end_matches(['"', '\'', '\\']);
    let name = slice(before, before.len() - run_back(before, is_of_name)..before.len());
    // `arn:…:secret:prod/…` is an address, of which no part has a value.
    let is_part = slice(before, 0..before.len() - name.len()).ends_with(':');
    if name.is_empty() || name.len() > 256 || is_part {
        return None;
    }
    let from = sign + 1 + usize::from(text.as_bytes().get(sign + 1) == Some(&b'>'));
    if name == "value" {
        return value_of(entry(slice(before, 0..before.len() - name.len()))?, text, from);
    }
    let is_signature = name.eq_ignore_ascii_case("sig");
    if is_signature {
        let after = After::of(text, from);
        let kind = shared_access_signature(text, sign, after.value())?;
        return Some(Hit { kind, range: after.range() });
    }
    if !is_telling(name) {
        return None;
    }
    // In the settings of a connection a password may be any word.
    if text.as_bytes().get(sign) == Some(&b'=')
        && claim(name) == Some(Claim::Password)
        && is_of_connection(text, name, sign)
    {
        let after = After::of(text, from);
        let kind = connection_password(after.value())?;
        return Some(Hit { kind, range: after.range() });
    }
    value_of(name, text, from)
}

/// The value that stands in a text from a place on, where it is a credential for its name.
fn value_of(name: &str, text: &str, from: usize) -> Option<Hit> {
    let after = After::of(text, from);
    let after = scheme(name, after.value_with_spaces()).map_or(after, |skipped| after.from(skipped));
    let value = after.value();
    let is_set = text.as_bytes().get(from.wrapping_sub(1)) == Some(&b'=');
    let is_whole = !value.starts_with([',', ';', ')', ':']);
    let kind = (is_whole && (is_set || is_possible(value))).then(|| credential(name, value)).flatten()?;
    Some(Hit { kind, range: after.range() })
}

/// The name of an entry that has its value apart: `name: API_TOKEN, value: …`, `<add key="…" value="…"/>`.
fn entry(before: &str) -> Option<&str> {
    let before = before.trim_end_matches(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '"' | '\''));
    let name = slice(before, before.len() - run_back(before, is_of_name)..before.len());
    let before = slice(before, 0..before.len() - name.len());
    let label = before.trim_end_matches([' ', '\t', '"', '\'']).strip_suffix(['=', ':'])?;
    let label = label.trim_end_matches([' ', '\t', '"', '\'']);
    (label.ends_with("name") || label.ends_with("key")).then_some(name)
}

/// `<password>…</password>`.
fn elements(text: &str, letters: Letters) -> Vec<Hit> {
    let element = |close: usize| {
        let name = slice(text, close + ELEMENT.text.len()..text.len());
        let name = slice(name, 0..run(name, is_of_name));
        let before = around(slice(text, 0..close), close);
        let open = before.rfind('>')?;
        let value = slice(before, open + 1..before.len());
        let is_whole = slice(before, 0..open).ends_with(name) && !name.is_empty();
        let kind = (is_whole && is_possible(value.trim())).then(|| credential(name, value.trim())).flatten()?;
        Some(Hit { kind, range: close - value.len()..close })
    };
    ELEMENT.positions(text, letters).filter_map(element).collect()
}

/// `--api-key …`, where the value is the next word.
fn arguments(text: &str, letters: Letters) -> Vec<Hit> {
    let argument = |space: usize| {
        // Bounded: a text may be nothing but such signs.
        let start = space + run(slice(text, space..text.len()), |byte| matches!(byte, b' ' | b'\n' | b'-'));
        let rest = slice(text, start..text.len());
        let name = slice(rest, 0..run(rest, is_of_name));
        let goes_on = rest.as_bytes().get(name.len()) == Some(&b' ');
        (goes_on && name.len() >= 4 && is_telling(name)).then(|| value_of(name, text, start + name.len())).flatten()
    };
    let first = text.starts_with('-').then_some(0);
    super::hits_at(first.into_iter().chain(stand(&FLAGS, text, letters).map(|(_, at)| at)), argument).collect()
}

/// The value after a sign, as far as it is looked at: inside quotes, else up to what can't be part of one.
#[derive(Clone, Copy)]
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
        let is_empty = matches!(slice(text, from + spaces..start), "\"\"" | "''");
        let length = if is_empty { 0 } else { run(head, |byte| goes_on(quote, byte)) };
        After { text, start, quote, length }
    }

    /// The value, and the rest of its line.
    fn value_with_spaces(&self) -> &'a str {
        slice(self.text, self.start..boundary(self.text, self.start + LONGEST_VALUE))
    }

    /// The value without so many of its first bytes.
    fn from(&self, skipped: usize) -> After<'a> {
        let start = self.start + skipped;
        let head = slice(self.text, start..boundary(self.text, start + LONGEST_VALUE));
        After { start, length: run(head, |byte| goes_on(self.quote, byte)), ..*self }
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
    let of = |(scheme, position): (Mark, usize), claim: Claim| {
        let start = position + scheme.text.len();
        let rest = slice(text, start..text.len());
        let length = run(rest, goes_on);
        let kind = judge(claim, slice(rest, 0..length))?;
        Some(Hit { kind, range: start..start + run_to_end(rest, length, goes_on) })
    };
    let basic = stand(&BASIC, text, letters).filter_map(|at| of(at, Claim::Basic));
    basic.chain(stand(&BEARER, text, letters).filter_map(|at| of(at, Claim::Token))).collect()
}

/// What a name claims its value to be.
fn claim(name: &str) -> Option<Claim> {
    let joined = joined(name)?;
    let letters = Letters::of(&joined);
    let has = |parts: &[Mark]| parts.iter().any(|part| part.stands_in(&joined, letters));
    let claim = if has(OF_PASSWORDS) {
        Claim::Password
    } else if has(OF_TOKENS) {
        Claim::Token
    } else if joined.ends_with(PASS.text) {
        Claim::Password
    } else if joined.ends_with(OF_BASIC.text) {
        Claim::Basic
    } else {
        return None;
    };
    let ends_in = |word: &str| words(name).last().is_some_and(|last| last == word);
    let is_whole = match claim {
        Claim::Basic => ends_in(OF_BASIC.text),
        Claim::Password => has(OF_PASSWORDS) || ends_in(PASS.text),
        Claim::Token => true,
    };
    (is_whole && !is_of_reference(name)).then_some(claim)
}

/// Whether a name says that its value points to a credential.
fn is_of_reference(name: &str) -> bool {
    words(name).iter().any(|word| OF_REFERENCES.contains(&word.as_str()))
}

/// The letters and digits of a name, in lower case; none where they show that it claims nothing, as nearly all do.
fn joined(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return Some(name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
    }
    let lower = |byte: u8| byte.to_ascii_lowercase();
    let bytes = name.bytes().filter(u8::is_ascii_alphanumeric).map(lower);
    may_claim(letters_of(name)).then(|| bytes.map(char::from).collect())
}

/// Whether a value is no credential, whatever claims it to be one, as far as that is seen at a glance.
fn is_elsewhere(value: &str) -> bool {
    value.len() < super::SHORTEST || refers(value)
}

fn judge(claim: Claim, value: &str) -> Option<Kind> {
    let is_out_of_question =
        is_elsewhere(value) || value.contains(char::is_whitespace) || is_placeholder(value) || is_uuid(value);
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
    fn every_name_that_claims_is_telling() {
        let parts = OF_PASSWORDS.iter().chain(OF_TOKENS).chain([&PASS, &OF_BASIC]);
        assert!(parts.map(|part| part.text).all(is_telling));
        assert!(["API_TO-KEN", "x.P_a_S_s", "tTokeN2"].into_iter().all(is_telling));
        assert!(!["timestamp", "agent-orchestrator_base_url", "", "toke"].into_iter().any(is_telling));
    }

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
