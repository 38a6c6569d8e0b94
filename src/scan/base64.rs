//! Base64, of both alphabets, with and without padding: what is hidden in it is looked for in the decoded text.

use super::{Bytes, SHORTEST_WORD, long_words, slice};
use std::ops::Range;

/// Both alphabets.
static OF_WORDS: Bytes = Bytes::words_with(b"+/-_");

/// How much of a word is decoded to see whether it is worth more: four letters are three bytes.
const HEAD: usize = 8;

/// Text that was found encoded.
pub(super) struct Decoded {
    /// Where the encoded text stands.
    pub range: Range<usize>,
    /// What it says.
    pub text: String,
}

/// The encoded texts in a text: its words, what stands between slashes, and all of it where it was wrapped at a width.
pub(super) fn texts(text: &str) -> Vec<Decoded> {
    let mut found = Vec::new();
    // In full, however long: a word is gone over once.
    for word in long_words(text, &OF_WORDS) {
        match readable(slice(text, word.clone())) {
            Some(decoded) => {
                let padding = text.bytes().skip(word.end).take_while(|byte| *byte == b'=').count();
                found.push(Decoded { range: word.start..word.end + padding, text: decoded });
            }
            None => found.extend(between_slashes(text, word)),
        }
    }
    if found.is_empty() {
        found.extend(wrapped(text));
    }
    found
}

fn between_slashes(text: &str, word: Range<usize>) -> Vec<Decoded> {
    let mut start = word.start;
    let mut found = Vec::new();
    for piece in slice(text, word).split('/') {
        let range = start..start + piece.len();
        start = range.end + 1;
        if piece.len() >= SHORTEST_WORD {
            found.extend(readable(piece).map(|text| Decoded { range, text }));
        }
    }
    found
}

fn wrapped(text: &str) -> Option<Decoded> {
    let start = text.len() - text.trim_start().len();
    let text = text.trim();
    let is_part = |byte: u8| OF_WORDS.has(byte) || byte == b'=' || byte.is_ascii_whitespace();
    if !text.contains('\n') || !text.bytes().all(is_part) {
        return None;
    }
    let joined: String = text.split_ascii_whitespace().collect();
    Some(Decoded { range: start..start + text.len(), text: readable(&joined)? })
}

/// What a word says, where that is text: random bytes hardly ever are, and the first few tell.
fn readable(word: &str) -> Option<String> {
    let head = decode(word.get(..HEAD.min(word.len() / 4 * 4))?)?;
    if std::str::from_utf8(&head).is_err_and(|error| error.error_len().is_some()) || head.iter().any(is_unprintable) {
        return None;
    }
    let text = String::from_utf8(decode(word)?).ok()?;
    let printable = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    printable.then_some(text)
}

/// The bytes that a word of either alphabet encodes.
pub(crate) fn decode(word: &str) -> Option<Vec<u8>> {
    let word = word.trim_end_matches('=');
    if word.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(word.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in word.bytes() {
        bits = (bits << 6 | u32::from(digit(byte)?)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Base64 as Kubernetes writes it.
pub(crate) fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * position)) as usize & 63).copied().unwrap_or(b'=');
            out.push(char::from(if position > chunk.len() { b'=' } else { letter }));
        }
    }
    out
}

fn is_unprintable(byte: &u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t')
}

/// The value of each digit, of both alphabets; [`NONE`] where a byte is no digit.
static DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut byte = 0;
    while byte < digits.len() {
        digits[byte] = match byte as u8 {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            number @ b'0'..=b'9' => number - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        byte += 1;
    }
    digits
};

const NONE: u8 = u8::MAX;

fn digit(byte: u8) -> Option<u8> {
    DIGITS.get(usize::from(byte)).copied().filter(|digit| *digit != NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_that_of_kubernetes() {
        for (text, written) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fake_", "ZmFrZV8=")] {
            assert_eq!(encode(text.as_bytes()), written);
        }
    }

    #[test]
    fn both_alphabets_are_read_with_and_without_padding() {
        for word in ["Pz8_Pj4-fg", "Pz8/Pj4+fg==", "Pz8_Pj4-fg=="] {
            assert_eq!(decode(word).as_deref(), Some("???>>>~".as_bytes()), "{word}");
        }
        assert_eq!(decode("a"), None);
        assert_eq!(decode("a b c d e"), None);
    }
}
