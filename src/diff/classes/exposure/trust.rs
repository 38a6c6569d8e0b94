//! Settings that say whom a service believes, and whom it talks to: another value trusts another.

use crate::agentos::settings::{self, Key};
use crate::diff::classes::Pair;
use crate::diff::classes::pods;
use crate::diff::words;
use crate::objects::view::pod::Pod;

/// What another value of a setting means.
const TRUSTED: &[(Key, &str)] = &[
    (Key::OidcIssuerUrl, "tokens of another issuer are believed"),
    (Key::OidcAudience, "tokens for another audience are believed"),
    (Key::OidcTenantClaim, "another claim of a token says whose a request is"),
    (Key::ModelProvider, "prompts go to another provider"),
    (Key::ModelBaseUrl, "prompts go to another address"),
];

/// How much of the database's certificate is verified, the strictest first; the last send the password as it is.
const SSL_MODES: [&str; 6] = ["verify-full", "verify-ca", "require", "prefer", "allow", "disable"];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some((old, new)) = &pods::both(pair) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    let other = TRUSTED.iter().filter_map(|(key, what)| of_setting(*key, what, old, new));
    other.chain(of_database(old, new)).map(|what| format!("{service}: {what}")).collect()
}

fn value<'a>(key: Key, pods: &Pod<'a>) -> Option<&'a str> {
    let name = settings::candidates(None, key).next()?.name;
    pods.setting(name).filter(|value| !value.is_empty())
}

fn of_setting(key: Key, what: &str, old: &Pod<'_>, new: &Pod<'_>) -> Option<String> {
    let name = settings::candidates(None, key).next()?.name;
    let (before, after) = (value(key, old)?, value(key, new)?);
    let shown = (words::quoted(before), words::quoted(after));
    (before != after).then(|| format!("{what}: {name} changes from {} to {}", shown.0, shown.1))
}

/// A connection to the database of which less is verified.
fn of_database(old: &Pod<'_>, new: &Pod<'_>) -> Option<String> {
    let rank = |pods: &Pod<'_>| {
        let mode = value(Key::DatabaseSslMode, pods).unwrap_or("require");
        (
            SSL_MODES.iter().position(|known| mode.eq_ignore_ascii_case(known)).unwrap_or(SSL_MODES.len()),
            mode.to_owned(),
        )
    };
    value(Key::DatabaseHost, old).and(value(Key::DatabaseHost, new))?;
    let ((before, old_mode), (after, new_mode)) = (rank(old), rank(new));
    (after > before).then(|| {
        let (old_mode, new_mode) = (words::quoted(&old_mode), words::quoted(&new_mode));
        format!("less of the connection to the database is verified: {new_mode} instead of {old_mode}")
    })
}
