//! Tokens that begin as their provider has published, so that they can be told from anything else.

mod known;

use super::words::{is_random, is_stand_in, is_uuid};
use super::{Bytes, Hit, Kind, LONGEST_RUN, Letters, SHORTEST_WORD, is_url_safe, long_words, run, run_to_end, slice};
use known::FORMATS;

/// What a token, or a part of one, is made of.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// Hexadecimal digits.
    Hex,
    /// Decimal digits.
    Digits,
    /// Letters and digits.
    Alphanumeric,
    /// Capitals and digits.
    Upper,
    /// Small letters and digits.
    Lower,
    /// Letters and digits, `_` and `-`.
    UrlSafe,
    /// As `UrlSafe`, and `=`.
    Padded,
    /// As `UrlSafe`, and `.`.
    Dotted,
    /// As `Dotted`, and the rest of base64: `+`, `/` and `=`.
    Base64,
    /// Letters and digits that are mixed well: the prefix alone is too weak.
    Random,
    /// The same, of `UrlSafe`.
    RandomUrlSafe,
    /// A UUID.
    Uuid,
}

pub(super) struct Format {
    pub(super) kind: Kind,
    prefix: &'static str,
    body: Body,
    /// How long the rest is, in bytes: at least, and at most.
    length: (usize, usize),
    /// What follows the rest, for tokens of several parts.
    parts: &'static [Part],
}

/// A part of a token: what stands before it, and what it is.
pub(super) struct Part {
    separator: &'static str,
    body: Body,
    length: (usize, usize),
}

/// What the first bytes of a token are, in every format.
static OF_TOKENS: Bytes = Bytes::words_with(b"_-.+/=~$");

/// Tokens without a published greatest length.
const OPEN: usize = 4096;

pub(super) const fn format(kind: &'static str, prefix: &'static str, body: Body, least: usize, most: usize) -> Format {
    Format { kind: Kind(kind), prefix, body, length: (least, most), parts: &[] }
}

pub(super) const fn part(separator: &'static str, body: Body, least: usize, most: usize) -> Part {
    Part { separator, body, length: (least, most) }
}

impl Format {
    pub(super) const fn then(self, parts: &'static [Part]) -> Format {
        Format { parts, ..self }
    }

    /// How long its tokens are, at least and at most.
    #[cfg(test)]
    pub(super) fn lengths(&self) -> (usize, usize) {
        let first = (self.prefix.len() + self.length.0, self.prefix.len() + self.length.1);
        self.parts.iter().fold(first, |(least, most), part| {
            (least + part.separator.len() + part.length.0, most + part.separator.len() + part.length.1)
        })
    }

    /// How long a text's token of this format is, if it begins with one.
    pub(super) fn length_in(&self, text: &str) -> Option<usize> {
        let after = text.strip_prefix(self.prefix)?;
        let mut length = self.prefix.len() + length_of(self.body, self.length, after, self.parts.is_empty())?;
        for (index, part) in self.parts.iter().enumerate() {
            let after = slice(text, length..text.len()).strip_prefix(part.separator)?;
            let is_last = index + 1 == self.parts.len();
            length += part.separator.len() + length_of(part.body, part.length, after, is_last)?;
        }
        // What is that long has been judged by its start: a text may be nothing but tokens, each as long as the rest.
        let is_long = length > LONGEST_RUN;
        (is_long || !is_stand_in(slice(text, self.prefix.len()..length))).then_some(length)
    }
}

/// How long a part of a token is, if it is one. Where the text goes on in letters, it is another word, or a digest.
pub(super) fn length_of(body: Body, (least, most): (usize, usize), text: &str, is_last: bool) -> Option<usize> {
    let allowed = |byte| body.allows(byte);
    let length = run(text, allowed);
    let is_open = most == OPEN && length == LONGEST_RUN && !is_stand_in(slice(text, 0..length));
    let length = if is_open { run_to_end(text, length, allowed) } else { length };
    let all = slice(text, 0..length);
    // A token may end in a sign of its alphabet; a sign may also end the sentence that the token stands in.
    let shortest = if is_last { all.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len() } else { length };
    let goes_on = |end: usize| is_last && text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
    let mut ends = (shortest..=length).rev();
    ends.find(|end| {
        *end >= least && (most == OPEN || *end <= most) && !goes_on(*end) && body.is_formed(slice(text, 0..*end))
    })
}

/// The second letters of the prefixes, by the first: they dismiss nearly every word.
static SECONDS: [Letters; 128] = {
    let mut seconds = [Letters::NONE; 128];
    let mut index = 0;
    while index < FORMATS.len() {
        let prefix = FORMATS[index].prefix.as_bytes();
        let known = &mut seconds[prefix[0] as usize];
        *known = known.and(Letters::of_byte(prefix[1]));
        index += 1;
    }
    seconds
};

/// The first three letters of the prefixes, as a set of their hashes: few words beyond pass it.
static THIRDS: [u64; 64] = {
    let mut thirds = [0; 64];
    let mut index = 0;
    while index < FORMATS.len() {
        let prefix = FORMATS[index].prefix.as_bytes();
        let (mut third, last) = if prefix.len() > 2 { (prefix[2], prefix[2]) } else { (0, 127) };
        while third <= last {
            let hash = hash(prefix[0], prefix[1], third);
            thirds[hash / 64] |= 1 << (hash % 64);
            third += 1;
        }
        index += 1;
    }
    thirds
};

/// A number below 4096.
const fn hash(first: u8, second: u8, third: u8) -> usize {
    let letters = (first as usize) << 14 ^ (second as usize) << 7 ^ third as usize;
    letters.wrapping_mul(0x9e37_79b1) >> 8 & 0xfff
}

/// The formats by their first letter: where those of a letter start in [`FORMATS`], which is sorted by it.
static STARTS: [u16; 129] = {
    let mut starts = [0; 129];
    let (mut letter, mut index) = (0, 0);
    while letter < 129 {
        while index < FORMATS.len() && (FORMATS[index].prefix.as_bytes()[0] as usize) < letter {
            index += 1;
        }
        starts[letter] = index as u16;
        letter += 1;
    }
    starts
};

pub(super) fn hits(text: &str) -> Vec<Hit> {
    super::hits_at(word_starts(text), |start| token(text, start)).collect()
}

/// Where words begin that may be tokens: at a letter or digit with none before it.
fn word_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    long_words(text, &OF_TOKENS).flat_map(move |word| {
        let mut inside = false;
        let possible = slice(text, word.start..word.end - SHORTEST_WORD + 1);
        possible.bytes().zip(word).filter_map(move |(byte, position)| {
            let starts = byte.is_ascii_alphanumeric() && !inside;
            inside = byte.is_ascii_alphanumeric();
            starts.then_some(position)
        })
    })
}

fn token(text: &str, start: usize) -> Option<Hit> {
    let rest = slice(text, start..text.len());
    let [first, second, third, ..] = rest.as_bytes() else { return None };
    if !SECONDS.get(usize::from(*first))?.has(Letters::of_byte(*second)) {
        return None;
    }
    let (first, hash) = (usize::from(*first), hash(*first, *second, *third));
    if THIRDS.get(hash / 64)? & 1 << (hash % 64) == 0 {
        return None;
    }
    let of_letter = usize::from(*STARTS.get(first)?)..usize::from(*STARTS.get(first + 1)?);
    let (kind, length) =
        FORMATS.get(of_letter)?.iter().find_map(|format| Some((format.kind, format.length_in(rest)?)))?;
    Some(Hit { kind, range: start..start + length })
}

impl Body {
    pub(super) fn allows(self, byte: u8) -> bool {
        match self {
            Body::Hex => byte.is_ascii_hexdigit(),
            Body::Digits => byte.is_ascii_digit(),
            Body::Alphanumeric | Body::Random => byte.is_ascii_alphanumeric(),
            Body::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Body::Lower => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            Body::UrlSafe | Body::RandomUrlSafe | Body::Uuid => is_url_safe(byte),
            Body::Padded => is_url_safe(byte) || byte == b'=',
            Body::Dotted => is_url_safe(byte) || byte == b'.',
            Body::Base64 => is_url_safe(byte) || matches!(byte, b'.' | b'+' | b'/' | b'='),
        }
    }

    /// Whether a text of this alphabet is as it has to be.
    pub(super) fn is_formed(self, text: &str) -> bool {
        match self {
            Body::Random | Body::RandomUrlSafe => is_random(text),
            Body::Uuid => is_uuid(text),
            Body::Hex
            | Body::Digits
            | Body::Alphanumeric
            | Body::Upper
            | Body::Lower
            | Body::UrlSafe
            | Body::Padded
            | Body::Dotted
            | Body::Base64 => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_sorted_and_none_hides_another() {
        for (index, format) in FORMATS.iter().enumerate() {
            let (least, most) = format.lengths();
            assert!(SHORTEST_WORD <= least && least <= most, "{}", format.prefix);
            let later = || FORMATS.iter().skip(index + 1);
            assert!(
                later().all(|later| later.prefix.as_bytes()[0] >= format.prefix.as_bytes()[0]),
                "{}",
                format.prefix
            );
            let hidden = later().find(|later| later.prefix.starts_with(format.prefix) && later.prefix != format.prefix);
            assert!(hidden.is_none(), "{} hides another", format.prefix);
        }
    }
}
