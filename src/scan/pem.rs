//! Private keys in PEM and its relatives. Public keys and certificates are for everybody.

use super::{Hit, Kind, Letters, Mark, mark, slice};

const BEGIN: Mark = mark("-----BEGIN ");
const PUTTY: Mark = mark("PuTTY-User-Key-File-");

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    let keys = super::hits_at(BEGIN.positions(text, letters), |start| key(text, start));
    let of_putty = |start| Hit { kind: Kind("a private key of PuTTY"), range: start..text.len() };
    keys.chain(PUTTY.positions(text, letters).map(of_putty)).collect()
}

/// The key that begins here. It ends with its last line, or with the text where that was cut off.
fn key(text: &str, start: usize) -> Option<Hit> {
    let rest = slice(text, start..text.len());
    let (label, after) = rest.strip_prefix(BEGIN.text)?.split_once("-----")?;
    // Before its end is looked for, which need not be there.
    if label.len() >= 64 {
        return None;
    }
    let is_private = label.ends_with("PRIVATE KEY")
        || label.ends_with("PRIVATE KEY BLOCK")
        || label.starts_with("OpenVPN Static key");
    if !is_private {
        return None;
    }
    let kind = if label.starts_with("PGP") { Kind("a private key of PGP") } else { Kind("a private key") };
    let (body, ending) = match after.split_once("-----END ") {
        Some((body, ending)) => (body, ending.find("-----").map_or(ending.len(), |end| "-----END ".len() + end + 5)),
        None => (after, 0),
    };
    // `…` between the lines says that the key was left out.
    let is_left_out = !body.trim().is_empty() && body.bytes().filter(u8::is_ascii_alphanumeric).count() < 8;
    let end = start + BEGIN.text.len() + label.len() + 5 + body.len() + ending;
    (!is_left_out).then(|| Hit { kind, range: start..end.min(text.len()) })
}
