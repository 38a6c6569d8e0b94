//! JSON Web Tokens: three parts of base64, of which the first is a JSON object that names its algorithm.

use super::{Hit, Kind, LONGEST_RUN, Letters, Mark, base64, is_url_safe, mark, run, run_to_end, slice};

/// `{"` in base64.
const OPENING: Mark = mark("ey");

/// What stands between the parts.
const DOT: Letters = Letters::of(".");

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    if !letters.has(DOT) {
        return Vec::new();
    }
    super::hits_at(OPENING.positions(text, letters), |start| token(text, start)).collect()
}

fn token(text: &str, start: usize) -> Option<Hit> {
    let rest = slice(text, start..text.len());
    let is_of_token = |byte: u8| is_url_safe(byte) || byte == b'.';
    // The header first, which is short: a word may begin like a token everywhere.
    let header = run(rest, is_url_safe);
    if header < 12 || rest.as_bytes().get(header) != Some(&b'.') {
        return None;
    }
    let decoded = base64::decode(slice(rest, 0..header))?;
    let decoded: serde_json::Value = serde_json::from_slice(&decoded).ok()?;
    decoded.get("alg")?;
    let word = slice(rest, 0..run_to_end(rest, LONGEST_RUN, is_of_token));
    let mut parts = word.split('.').skip(1);
    let (payload, signature) = (parts.next()?, parts.next()?);
    let is_whole = !payload.is_empty() && !signature.is_empty();
    is_whole.then(|| Hit { kind: Kind("a JSON Web Token"), range: start..start + word.len() })
}
