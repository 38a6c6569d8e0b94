//! `file:` addresses ↔ paths.

use std::path::{Path, PathBuf};

/// The path that a `file:` address names; none where it names another machine or is of another kind.
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let encoded = rest.strip_prefix("localhost").filter(|rest| rest.starts_with('/')).unwrap_or(rest);
    let text = decoded(encoded.strip_prefix('/')?)?;
    let bytes = text.as_bytes();
    // `/c:/folder` is what a drive is written as.
    let has_drive = bytes.get(1) == Some(&b':') && bytes.first().is_some_and(u8::is_ascii_alphabetic);
    Some(if has_drive && cfg!(windows) { PathBuf::from(text) } else { PathBuf::from(format!("/{text}")) })
}

/// The address of an absolute path.
pub fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// A text without its percent encoding; none where that is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for name in ["/a/b.ncl", "/with space/é%41.ncl", "/c:/x", "/[a]#?.ncl"] {
            let uri = uri(Path::new(name));
            assert!(uri.is_ascii() && !uri.contains([' ', '#', '?', '[']), "{uri}");
            assert_eq!(path(&uri).as_deref(), Some(Path::new(name)));
        }
    }

    #[test]
    fn what_is_no_file_here_has_no_path() {
        for uri in ["untitled:Untitled-1", "file://server/share/a.ncl", "git:/a.ncl", "file://%FF", ""] {
            assert_eq!(path(uri), None, "{uri}");
        }
        assert_eq!(path("file://localhost/a%20b"), Some(PathBuf::from("/a b")));
        assert_eq!(path("file:///a%zz"), Some(PathBuf::from("/a%zz")));
    }
}
