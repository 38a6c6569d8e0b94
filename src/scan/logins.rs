//! Passwords in the notations of programs: `.netrc`, the arguments of `curl`, the data source names of Go.

use super::formats::Body;
use super::words::{is_placeholder, is_random};
use super::{Hit, Kind, Letters, Mark, around, boundary, mark, run, run_back, slice, stand};

/// The longest user with a password in front of a host, in bytes.
const LONGEST: usize = 256;

/// Without one of these, a text has none of them.
const SIGNS: Letters = Letters::of(" \t(\"");

const NETRC: &str = "login ";
const CURL: &str = "curl ";
const UNSEAL: &str = "nseal ";
const TRUENAS: &str = "login_with_api_key\"";

const MARKS: &[Mark] = &[mark(NETRC), mark(CURL), mark(UNSEAL), mark(TRUENAS), mark("@tcp("), mark("@unix(")];

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    if !letters.has_any(SIGNS) {
        return Vec::new();
    }
    stand(MARKS, text, letters)
        .flat_map(|(mark, at)| match mark.text {
            NETRC => netrc(text, at).into_iter().collect(),
            CURL => curl(text, at),
            TRUENAS => truenas(text, at).into_iter().collect(),
            UNSEAL => unseal(text, at).into_iter().collect(),
            _ => data_source(text, at).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// `machine … login … password …`, on one line or several.
fn netrc(text: &str, login: usize) -> Option<Hit> {
    let before = slice(text, 0..login);
    let before = around(before, before.len());
    let is_entry = before.split_ascii_whitespace().rev().take(2).any(|word| matches!(word, "machine" | "default"));
    let after = around(slice(text, login..text.len()), 0);
    let mut words = after.split_ascii_whitespace().skip(2);
    let password = words.next().filter(|word| *word == "password").and_then(|_| words.next())?;
    let start = login + (password.as_ptr() as usize - after.as_ptr() as usize);
    (is_entry && !is_placeholder(password)).then(|| hit("a password in a `.netrc`", start, password.len()))
}

/// `-u user:password` behind the program's name, up to the end of the command.
fn curl(text: &str, start: usize) -> Vec<Hit> {
    let command = around(slice(text, start..text.len()), 0);
    let end = command.find("\n\n").unwrap_or(command.len());
    let command = slice(command, 0..end);
    let options = ["-u", "--user", "--proxy-user", "-U"];
    let of = |option: &'static str| {
        command.match_indices(option).filter_map(move |(at, _)| {
            let is_word = slice(command, 0..at).ends_with(|c: char| c.is_ascii_whitespace());
            let after = slice(command, at + option.len()..if is_word { command.len() } else { 0 });
            let skipped = run(after, |byte| matches!(byte, b' ' | b'=' | b'"' | b'\''));
            let pair = slice(after, skipped..after.len());
            let pair = slice(pair, 0..run(pair, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'')));
            let (user, password) = pair.split_once(':')?;
            let is_written = password.len() >= 3 && !password.contains('$') && !is_placeholder(password);
            let from = start + at + option.len() + skipped + user.len() + 1;
            is_written.then(|| hit("a password of `curl`", from, password.len()))
        })
    };
    options.into_iter().flat_map(of).collect()
}

/// `user:password@tcp(host)/database`.
fn data_source(text: &str, at: usize) -> Option<Hit> {
    let before = slice(text, boundary(text, at.saturating_sub(LONGEST))..at);
    let length = run_back(before, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'='));
    let (user, password) = slice(before, before.len() - length..before.len()).split_once(':')?;
    let is_written = !user.is_empty() && !password.is_empty() && !is_placeholder(password);
    is_written.then(|| hit("a password in a data source name", at - password.len(), password.len()))
}

/// `Unseal Key 1: …`, `vault operator unseal …`.
fn unseal(text: &str, at: usize) -> Option<Hit> {
    let line = around(slice(text, at..text.len()), 0).lines().next()?;
    let mut words = line.split_ascii_whitespace().skip(1).take(3);
    let key = words.find(|word| word.len() == 44 && word.bytes().all(|byte| Body::Base64.allows(byte)))?;
    let start = at + line.find(key)?;
    is_random(key).then(|| hit("an unseal key of Vault", start, key.len()))
}

/// The key that is the parameter of `auth.login_with_api_key`.
fn truenas(text: &str, at: usize) -> Option<Hit> {
    let call = around(slice(text, at..text.len()), 0);
    let start = call.find('[')? + 1;
    let start = start + slice(call, start..call.len()).find('"')? + 1;
    let length = run(slice(call, start..call.len()), |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let key = slice(call, start..start + length);
    is_random(key).then(|| hit("an API key of TrueNAS", at + start, length))
}

fn hit(kind: &'static str, start: usize, length: usize) -> Hit {
    Hit { kind: Kind(kind), range: start..start + length }
}
