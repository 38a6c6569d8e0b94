//! Passwords in addresses: `scheme://user:password@host`.

use super::words::is_placeholder;
use super::{Hit, Kind, Letters, Mark, boundary, escapes, mark, run, run_back, slice};

/// What every address has.
const SIGN: Mark = mark("://");

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    SIGN.positions(text, letters).filter_map(|colon| password(text, colon)).collect()
}

fn password(text: &str, colon: usize) -> Option<Hit> {
    let scheme =
        run_back(slice(text, 0..colon), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let start = colon + SIGN.text.len();
    let address = slice(text, start..text.len());
    let address = slice(address, 0..boundary(address, run(address, is_of_address)));
    let authority = slice(address, 0..run(address, |byte| !matches!(byte, b'/' | b'?' | b'#')));
    let (user, after) = authority.split_once(':')?;
    let password = match after.rsplit_once('@') {
        Some((password, _)) => password,
        // A password may hold a slash that nobody encoded; what stands before it is then no port.
        None if !after.bytes().all(|byte| byte.is_ascii_digit()) && !user.contains(['[', '@']) => {
            slice(address, user.len() + 1..address.rfind('@')?)
        }
        None => return None,
    };
    let from = start + user.len() + 1;
    // `docker://image:tag@sha256:…` has a digest behind the `@`.
    let is_tag = slice(address, user.len() + 1 + password.len()..address.len()).starts_with("@sha256:");
    let decoded = escapes::decoded(password, Letters::of(password));
    let is_put_in = is_placeholder(password) || decoded.is_some_and(|decoded| is_placeholder(&decoded.text));
    (scheme > 0 && !user.contains('@') && !password.is_empty() && !is_tag && !is_put_in)
        .then(|| Hit { kind: Kind("a password in a URL"), range: from..from + password.len() })
}

fn is_of_address(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`')
}
