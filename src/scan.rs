//! Text → credentials in it. Knows nothing of environments: a text, and what it is called, is all that it sees.
//!
//! Everything here is written by hand over bytes: a build scans every string, nearly all of them are short, and a short
//! text or one without the right letters is dismissed before any table is looked at. One file a kind.

mod assignment;
pub(crate) mod base64;
mod escapes;
mod formats;
mod hashes;
mod jwk;
mod jwt;
mod logins;
mod pem;
mod providers;
mod shapes;
mod url;
mod words;

use std::ops::Range;

/// How often a text is decoded: credentials are encoded for a Secret, and that now and then once more.
const MAX_DEPTH: usize = 2;

/// No credential that could be told from a word is shorter, in bytes; `a://:b@c` is as short as they get.
const SHORTEST: usize = 8;

/// No word is a credential by itself, or holds one in base64, that is shorter, in bytes.
const SHORTEST_WORD: usize = 16;

/// What names and paths are made of.
static OF_NAMES: Bytes = Bytes::words_with(b"_-./");

/// No token that is known by its parts, and no key, is shorter, in bytes.
const SHORTEST_SHAPE: usize = 27;

/// A kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// What a message calls it, with an article: `a GitHub token`.
    pub fn describe(self) -> &'static str {
        self.0
    }
}

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    kind: Kind,
    /// What has to be hidden, in bytes of the text.
    range: Range<usize>,
}

/// The credential that a text is or holds, if there is one; `name` is what the text is called.
pub fn find(name: Option<&str>, text: &str) -> Option<Kind> {
    hits(name, text, MAX_DEPTH).first().map(|hit| hit.kind)
}

/// What the next word of a command line is called, where a word is an argument that takes one: `--api-key`.
pub(crate) fn argument(word: &str) -> Option<&str> {
    let name = word.strip_prefix('-').filter(|_| !word.contains(['=', ' ']))?;
    Some(name.trim_start_matches('-'))
}

/// The members of a JSON Web Key that are private.
pub(crate) fn is_private_member(name: &str) -> bool {
    jwk::PRIVATE.contains(&name)
}

/// Whether a text plainly stands in for a credential that is put in later.
pub(crate) fn is_placeholder(text: &str) -> bool {
    words::is_placeholder(text)
}

/// The stretches of a text that are credentials, in bytes; they may overlap.
pub fn find_all(text: &str) -> Vec<Range<usize>> {
    hits(None, text, MAX_DEPTH).into_iter().map(|hit| hit.range).collect()
}

/// The text that a word of base64 stands for, if it is text.
pub fn decoded(word: &str) -> Option<String> {
    String::from_utf8(base64::decode(word.trim())?).ok()
}

/// All credentials in a text; what is most certain of its kind comes first.
fn hits(name: Option<&str>, text: &str, depth: usize) -> Vec<Hit> {
    if text.len() < SHORTEST {
        return Vec::new();
    }
    // Nearly all texts are words that only their name can make credentials.
    if text.len() < SHORTEST_WORD && text.bytes().all(|byte| OF_NAMES.has(byte)) {
        return assignment::named(name, text).into_iter().collect();
    }
    let letters = Letters::of(text);
    let mut hits = plain_hits(name, text, letters, depth);
    if let Some(decoded) = escapes::decoded(text, letters) {
        let inside = plain_hits(name, &decoded.text, Letters::of(&decoded.text), depth);
        hits.extend(inside.into_iter().map(|hit| Hit { range: decoded.original(&hit.range), ..hit }));
    }
    hits
}

/// The credentials in a text in which no character stands for another one.
fn plain_hits(name: Option<&str>, text: &str, letters: Letters, depth: usize) -> Vec<Hit> {
    let mut hits = formats::hits(text);
    // The letters that a kind can't do without, and how long it is at least, dismiss most texts for most kinds.
    if text.len() >= SHORTEST_SHAPE {
        hits.extend(shapes::hits(text, letters));
        hits.extend(pem::hits(text, letters));
        hits.extend(jwt::hits(text, letters));
        hits.extend(jwk::hits(text, letters));
        hits.extend(hashes::hits(text, letters));
    }
    hits.extend(url::hits(text, letters));
    hits.extend(logins::hits(text, letters));
    hits.extend(assignment::hits(text, letters));
    let mut readable = false;
    if depth > 0 {
        for decoded in base64::texts(text) {
            readable |= decoded.range.len() == text.trim().len();
            let inner = hits_inside(name, &decoded.text, depth - 1);
            hits.extend(inner.map(|kind| Hit { kind, range: decoded.range.clone() }));
        }
    }
    // What is text once it is decoded has been judged by that text: a certificate is no secret for being encoded.
    if !readable {
        hits.extend(assignment::named(name, text));
    }
    hits
}

fn hits_inside(name: Option<&str>, text: &str, depth: usize) -> Option<Kind> {
    hits(name, text, depth).first().map(|hit| hit.kind)
}

/// The text from one byte to another; nothing where that is no text.
fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or("")
}

/// The ASCII characters that a text has, a bit each.
#[derive(Clone, Copy)]
struct Letters(u128);

impl Letters {
    const NONE: Letters = Letters(0);

    const fn of(text: &str) -> Letters {
        let (mut letters, mut rest) = (Letters::NONE, text.as_bytes());
        while let [byte, after @ ..] = rest {
            letters = letters.and(Letters::of_byte(*byte));
            rest = after;
        }
        letters
    }

    const fn of_byte(byte: u8) -> Letters {
        BITS[byte as usize]
    }

    const fn and(self, other: Letters) -> Letters {
        Letters(self.0 | other.0)
    }

    /// Whether the text has one of these.
    const fn has_any(self, of: Letters) -> bool {
        self.0 & of.0 != 0
    }

    /// Whether the text has all of these: without one of its characters a word is not in it.
    const fn has(self, needed: Letters) -> bool {
        self.0 & needed.0 == needed.0
    }
}

/// The bit of each byte: a table is several times faster than shifting so wide a number.
static BITS: [Letters; 256] = {
    let mut bits = [Letters::NONE; 256];
    let mut byte = 0;
    while byte < 128 {
        bits[byte] = Letters(1 << byte);
        byte += 1;
    }
    bits
};

/// A word of ASCII to look for.
#[derive(Clone, Copy)]
struct Mark {
    text: &'static str,
    letters: Letters,
}

const fn mark(text: &'static str) -> Mark {
    Mark { text, letters: Letters::of(text) }
}

impl Mark {
    /// Where it stands in a text that has these letters, in bytes.
    fn positions(self, text: &str, letters: Letters) -> impl Iterator<Item = usize> + '_ {
        let possible = if letters.has(self.letters) { text } else { "" };
        positions(possible, self.text)
    }

    /// Whether it stands in a short text that has these letters.
    fn stands_in(self, text: &str, letters: Letters) -> bool {
        letters.has(self.letters) && text.as_bytes().windows(self.text.len()).any(|part| part == self.text.as_bytes())
    }
}

/// Where some marks stand in a text that has these letters, each with where.
fn stand<'a>(marks: &'a [Mark], text: &'a str, letters: Letters) -> impl Iterator<Item = (Mark, usize)> + 'a {
    let possible = marks.iter().filter(move |mark| letters.has(mark.letters));
    possible.flat_map(move |mark| positions(text, mark.text).map(|at| (*mark, at)))
}

/// Where `needle` stands in a text, in bytes.
fn positions<'a>(text: &'a str, needle: &'static str) -> impl Iterator<Item = usize> + 'a {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    // What finds words fast takes longer to make than a short text to look through.
    let is_long = text.len() >= LONG;
    let long = is_long.then(|| memchr::memmem::find_iter(text, needle));
    let first = needle.first().filter(|_| !is_long).copied();
    let starts = first.into_iter().flat_map(|first| memchr::memchr_iter(first, text));
    let short = starts.filter(move |start| text.get(*start..).is_some_and(|rest| rest.starts_with(needle)));
    short.chain(long.into_iter().flatten())
}

/// From this length on, in bytes, a text is long.
const LONG: usize = 1024;

/// A set of ASCII bytes.
struct Bytes([bool; 256]);

impl Bytes {
    /// Letters and digits, and some more.
    const fn words_with(more: &[u8]) -> Bytes {
        let mut bytes = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            bytes[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        let mut rest = more;
        while let [byte, after @ ..] = rest {
            bytes[*byte as usize] = true;
            rest = after;
        }
        Bytes(bytes)
    }

    const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }
}

/// The runs of bytes of a set that have [`SHORTEST_WORD`] of them at least, each to its end.
fn long_words<'t>(text: &'t str, of: &'static Bytes) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let bytes = text.as_bytes();
    let mut position = 0;
    std::iter::from_fn(move || {
        let start = next_word(bytes, position, of)?;
        let rest = bytes.get(start..)?;
        position = start + rest.iter().position(|byte| !of.has(*byte)).unwrap_or(rest.len());
        Some(start..position)
    })
}

/// Where the next such run begins, from a place on at which none is open.
fn next_word(bytes: &[u8], from: usize, of: &Bytes) -> Option<usize> {
    let mut start = from;
    // The last byte first: most words are shorter, and what is before a byte that belongs to none need not be looked at.
    loop {
        let head = bytes.get(start..start + SHORTEST_WORD)?;
        match head.iter().rposition(|byte| !of.has(*byte)) {
            Some(other) => start += other + 1,
            None => return Some(start),
        }
    }
}

/// How far a kind looks around a sign of its own, in bytes: a text may be nothing but signs. What turns out to be a
/// credential is hidden to its end, however long it is.
const LONGEST_RUN: usize = 1024;

/// How many bytes at the front of a text satisfy a condition, of the first [`LONGEST_RUN`].
fn run(text: &str, of: impl Fn(u8) -> bool) -> usize {
    text.bytes().take(LONGEST_RUN).take_while(|byte| of(*byte)).count()
}

/// How many bytes at the end of a text satisfy a condition, of the last [`LONGEST_RUN`].
fn run_back(text: &str, of: impl Fn(u8) -> bool) -> usize {
    text.bytes().rev().take(LONGEST_RUN).take_while(|byte| of(*byte)).count()
}

/// A run in full where it is longer than what [`run`] looks at.
fn run_to_end(text: &str, length: usize, of: impl Fn(u8) -> bool) -> usize {
    if length < LONGEST_RUN { length } else { text.bytes().take_while(|byte| of(*byte)).count() }
}

/// The hits at some signs of a text, in their order. Signs inside a long hit say nothing that it does not, and would
/// each have the rest of it for their own.
fn hits_at(signs: impl Iterator<Item = usize>, hit: impl Fn(usize) -> Option<Hit>) -> impl Iterator<Item = Hit> {
    let mut hidden = 0;
    signs.filter_map(move |sign| {
        let hit = if sign < hidden { None } else { hit(sign) }?;
        if hit.range.len() >= LONGEST_RUN {
            hidden = hit.range.end;
        }
        Some(hit)
    })
}

/// What stands around a place, as far as anything looks.
fn around(text: &str, place: usize) -> &str {
    let (start, end) = (place.saturating_sub(LONGEST_RUN), place.saturating_add(LONGEST_RUN));
    slice(text, boundary(text, start)..boundary(text, end))
}

/// The last character boundary up to a byte.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Letters and digits, `_` and `-`: what the URL-safe alphabet of base64 has.
fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
