//! JSON Web Tokens: three parts of base64, of which the first is a JSON object that names its algorithm.

use super::{Hit, Kind, Letters, Mark, base64, is_url_safe, mark, run, slice};

/// `{"` in base64.
const OPENING: Mark = mark("ey");

/// What stands between the parts.
const DOT: Letters = Letters::of(".");

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    if !letters.has(DOT) {
        return Vec::new();
    }
    OPENING.positions(text, letters).filter_map(|start| token(text, start)).collect()
}

fn token(text: &str, start: usize) -> Option<Hit> {
    let rest = slice(text, start..text.len());
    let word = rest.get(..run(rest, |byte| is_url_safe(byte) || byte == b'.'))?;
    let mut parts = word.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if header.len() < 12 || payload.is_empty() || signature.is_empty() {
        return None;
    }
    let header = base64::decode(header)?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    header.get("alg")?;
    Some(Hit { kind: Kind("a JSON Web Token"), range: start..start + word.len() })
}
