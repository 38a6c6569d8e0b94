//! JSON Web Keys with a private member: the others are for everybody.

use super::words::is_placeholder;
use super::{Hit, Kind, Letters, Mark, around, is_url_safe, mark, positions, run, slice};

/// What every key has.
const SIGN: Mark = mark("\"kty");

/// The private members: of elliptic curves and RSA, and of symmetric keys.
pub(super) const PRIVATE: [&str; 7] = ["d", "k", "p", "q", "dp", "dq", "qi"];

/// The shortest member that is a secret, in bytes.
const SHORTEST: usize = 16;

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    let Some(first) = SIGN.positions(text, letters).next() else { return Vec::new() };
    let first = first.saturating_sub(around(slice(text, 0..first), first).len());
    let rest = slice(text, super::boundary(text, first)..text.len());
    let start = text.len() - rest.len();
    positions(rest, "\"").filter_map(|at| member(text, start + at + 1)).collect()
}

/// The value of a private member whose name begins here.
fn member(text: &str, at: usize) -> Option<Hit> {
    let rest = slice(text, at..text.len());
    let name = slice(rest, 0..run(slice(rest, 0..3.min(rest.len())), |byte| byte.is_ascii_lowercase()));
    // In JSON that is a text of JSON the quotes have backslashes.
    let after = slice(rest, name.len()..rest.len()).trim_start_matches('\\').strip_prefix('"')?;
    if !PRIVATE.contains(&name) {
        return None;
    }
    let value = after.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('\\').strip_prefix('"')?;
    let start = text.len() - value.len();
    let length = value.bytes().take_while(|byte| is_url_safe(*byte) || *byte == b'=').count();
    let value = slice(value, 0..length);
    let is_private = length >= SHORTEST && !is_placeholder(value);
    is_private.then(|| Hit { kind: Kind("a private JSON Web Key"), range: start..start + length })
}
