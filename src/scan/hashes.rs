//! Hashes of passwords, as `htpasswd`, `/etc/shadow` and databases have them: a short password is guessed from one.

use super::words::is_placeholder;
use super::{Hit, Kind, Letters, boundary, positions, run, slice};

/// How a scheme begins, and how long at least the rest is: parameters, salt and hash, with `$` between them.
struct Scheme {
    mark: &'static str,
    least: usize,
    /// How many parts the rest has at least.
    parts: usize,
}

const fn scheme(mark: &'static str, parts: usize, least: usize) -> Scheme {
    Scheme { mark, least, parts }
}

const SCHEMES: &[Scheme] = &[
    scheme("$1$", 2, 24),
    scheme("$apr1$", 2, 24),
    scheme("$2a$", 2, 56),
    scheme("$2b$", 2, 56),
    scheme("$2x$", 2, 56),
    scheme("$2y$", 2, 56),
    scheme("$5$", 2, 44),
    scheme("$6$", 2, 87),
    scheme("$7$", 2, 44),
    scheme("$8$", 2, 44),
    scheme("$9$", 2, 44),
    scheme("$y$", 3, 44),
    scheme("$gy$", 3, 44),
    scheme("$argon2", 5, 40),
    scheme("$scrypt$", 3, 40),
    scheme("$pbkdf2", 4, 40),
    scheme("$sha1$", 3, 28),
    scheme("$krb5asrep$", 3, 96),
    scheme("$krb5tgs$", 3, 96),
    scheme("pbkdf2_sha256$", 3, 44),
    scheme("pbkdf2_sha1$", 3, 30),
    scheme("SCRAM-SHA-256$", 3, 88),
];

/// How LDAP and `htpasswd` write a digest in base64, and how long it is at least.
const IN_BRACES: &[(&str, usize)] =
    &[("{SHA}", 28), ("{SSHA}", 32), ("{SSHA256}", 48), ("{SSHA512}", 88), ("{SMD5}", 28)];

/// How much of a hash tells it from other texts, in bytes.
const LONGEST: usize = 256;

const DOLLAR: Letters = Letters::of("$");
const BRACES: Letters = Letters::of("{S}");

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    let mut hits = Vec::new();
    if letters.has(DOLLAR) {
        hits.extend(
            positions(text, "$")
                .filter(|at| goes_on(text, *at))
                .filter_map(|at| SCHEMES.iter().find_map(|scheme| crypt(text, scheme, at))),
        );
    }
    if letters.has(BRACES) {
        hits.extend(positions(text, "{S").filter_map(|at| digest(text, at)));
    }
    hits
}

/// The digest whose mark begins here.
fn digest(text: &str, at: usize) -> Option<Hit> {
    let (mark, least) = IN_BRACES.iter().find(|(mark, _)| slice(text, at..text.len()).starts_with(mark))?;
    let rest = slice(text, at + mark.len()..text.len());
    let length = run(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    (length >= *least && !is_placeholder(slice(rest, 0..length))).then(|| hit(at, mark.len() + length))
}

/// Whether another `$` is near: before a variable there is none.
fn goes_on(text: &str, dollar: usize) -> bool {
    text.bytes().skip(dollar + 1).take(40).any(|byte| byte == b'$')
}

/// The hash whose mark has its first `$` here.
fn crypt(text: &str, scheme: &Scheme, dollar: usize) -> Option<Hit> {
    let at = dollar.checked_sub(scheme.mark.find('$')?)?;
    let rest = text.get(at..)?.strip_prefix(scheme.mark)?;
    let is_of_hash = |byte: u8| byte.is_ascii_alphanumeric() || b"./$+=,:*@-_".contains(&byte);
    let head = slice(rest, 0..boundary(rest, LONGEST));
    let hash = slice(head, 0..run(head, is_of_hash));
    let parts = hash.split(['$', ':']).count();
    let last = hash.rsplit('$').next().unwrap_or("");
    let is_whole = hash.len() >= scheme.least && parts >= scheme.parts && last.len() >= 20;
    (is_whole && !super::words::repeats(last)).then(|| hit(at, scheme.mark.len() + run(rest, is_of_hash)))
}

fn hit(start: usize, length: usize) -> Hit {
    Hit { kind: Kind("the hash of a password"), range: start..start + length }
}
