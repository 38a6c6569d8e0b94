//! Text inside text: JSON in a string, a query in an address, a script in a file. The escape before a token looks like
//! a part of it, and one inside a value hides what it says, so that such texts are scanned a second time, decoded.

use super::{Letters, slice};
use std::ops::Range;

/// The characters that begin an escape, and what those have that are rare.
const SIGNS: Letters = Letters::of("\\%&");
const QUOTED_PRINTABLE: Letters = Letters::of("=3D");
const TERMINAL: Letters = Letters::of("\u{1b}[");

/// The longest name of an entity, and the most parameters of a terminal's escape, in bytes.
const LONGEST: usize = 24;

/// A text without escapes.
pub(super) struct Decoded {
    /// What it says.
    pub text: String,
    /// Where the escapes stood.
    escapes: Vec<Escape>,
}

/// Where an escape stands in the original, and what it became in the decoded text.
struct Escape {
    decoded: Range<usize>,
    original: Range<usize>,
}

/// The text with its escapes decoded; none where it has none that tell.
pub(super) fn decoded(text: &str, letters: Letters) -> Option<Decoded> {
    let is_rare = letters.has(QUOTED_PRINTABLE) || letters.has(TERMINAL);
    if !letters.has_any(SIGNS) && !is_rare {
        return None;
    }
    let found = |from: usize| escapes(text, from, is_rare);
    let (first, ..) = found(0).find(|(start, length, character)| tells(text, *start..start + length, *character))?;
    let mut decoded = Decoded { text: String::with_capacity(text.len()), escapes: Vec::new() };
    let mut done = 0;
    // Those before the first that tells stay: what is read of names and values allows for the `\` before quotes.
    for (start, length, character) in found(first) {
        decoded.text.push_str(slice(text, done..start));
        let from = decoded.text.len();
        decoded.text.extend(character);
        decoded.escapes.push(Escape { decoded: from..decoded.text.len(), original: start..start + length });
        done = start + length;
    }
    decoded.text.push_str(slice(text, done..text.len()));
    Some(decoded)
}

/// Whether a text says something else without an escape: a `\` before a quote ends a word as the quote does, and what
/// stands for white space hides nothing but the start of a word behind it.
fn tells(text: &str, escape: Range<usize>, character: Option<char>) -> bool {
    let is = |at: usize, of: fn(&u8) -> bool| text.as_bytes().get(at).is_some_and(of);
    let ends_in_word = escape.end.checked_sub(1).is_some_and(|last| is(last, u8::is_ascii_alphanumeric));
    match character {
        Some('"' | '\'' | '`' | '$') => ends_in_word,
        Some(white) if white.is_whitespace() => is(escape.end, u8::is_ascii_alphanumeric),
        Some(_) => true,
        None => escape.start.checked_sub(1).is_some_and(|before| is(before, u8::is_ascii_graphic)),
    }
}

/// The escapes of a text from a place on: where each starts, how long it is, and what it stands for.
fn escapes(text: &str, from: usize, is_rare: bool) -> impl Iterator<Item = (usize, usize, Option<char>)> + '_ {
    let mut position = from;
    let mut common = Signs::of(text, |bytes| memchr::memchr3(b'\\', b'%', b'&', bytes));
    let mut rare = Signs::of(if is_rare { text } else { "" }, |bytes| memchr::memchr2(b'=', 0x1b, bytes));
    std::iter::from_fn(move || {
        loop {
            let start = common.next_from(position).into_iter().chain(rare.next_from(position)).min()?;
            let Some((length, character)) = escape(slice(text, start..text.len())) else {
                // Of many `\` in a row none begins an escape that the first does not.
                let slashes = text.bytes().skip(start).take_while(|byte| *byte == b'\\').count();
                position = start + slashes.max(1);
                continue;
            };
            position = start + length;
            return Some((start, length, character));
        }
    })
}

/// Where the signs of one kind stand in a text. Where the next one is remains known, so that a text with many of the one
/// kind and none of the other is not searched to its end for each.
struct Signs<'t, F> {
    text: &'t [u8],
    find: F,
    /// The next one; none where there is none any more.
    next: Option<usize>,
}

impl<'t, F: Fn(&[u8]) -> Option<usize>> Signs<'t, F> {
    fn of(text: &'t str, find: F) -> Signs<'t, F> {
        let text = text.as_bytes();
        Signs { text, next: find(text), find }
    }

    /// The first from a place on; places only grow.
    fn next_from(&mut self, place: usize) -> Option<usize> {
        if self.next? < place {
            self.next = self.text.get(place..).and_then(&self.find).map(|at| place + at);
        }
        self.next
    }
}

impl Decoded {
    /// The stretch of the original that became a stretch of the decoded text.
    pub fn original(&self, range: &Range<usize>) -> Range<usize> {
        let escapes_before = |place: usize| self.escapes.partition_point(|escape| escape.decoded.end <= place);
        // An escape that the stretch begins with belongs to it, as one does that is inside of it.
        let start = self.place(escapes_before(range.start), range.start);
        let last = self.escapes.partition_point(|escape| escape.decoded.start < range.end);
        start..self.place(last, range.end).max(start)
    }

    /// A place in the original, behind so many escapes.
    fn place(&self, escapes: usize, place: usize) -> usize {
        match escapes.checked_sub(1).and_then(|last| self.escapes.get(last)) {
            Some(escape) => escape.original.end + place.saturating_sub(escape.decoded.end),
            None => place,
        }
    }
}

/// The escape that a text begins with: how long it is, and what it stands for. `Some((_, None))` stands for nothing.
fn escape(text: &str) -> Option<(usize, Option<char>)> {
    match text.as_bytes().first()? {
        b'\\' => backslash(text),
        b'%' => percent(text),
        b'&' => entity(text),
        b'=' => quoted_printable(text),
        _ => terminal(text),
    }
}

/// `\n`, `\\n`, `\u003d`, `\x3d`, `\075`, and a line that goes on in the next one.
fn backslash(text: &str) -> Option<(usize, Option<char>)> {
    let slashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    let after = slice(text, slashes..text.len());
    let (length, character) = match after.as_bytes().first()? {
        b'n' => (1, Some('\n')),
        b'r' => (1, Some('\r')),
        b't' => (1, Some('\t')),
        b'a' | b'b' | b'e' | b'f' | b'v' => (1, Some(' ')),
        quote @ (b'"' | b'\'' | b'`' | b'/' | b'$' | b'&' | b'=' | b':' | b'@') => (1, Some(char::from(*quote))),
        b'x' => code(after, 1, 1..=2, 16)?,
        b'u' if after.as_bytes().get(1) == Some(&b'{') => {
            let (length, character) = code(after, 2, 1..=6, 16)?;
            (length + usize::from(after.as_bytes().get(length) == Some(&b'}')), character)
        }
        b'u' => code(after, 1, 4..=4, 16)?,
        b'U' => code(after, 1, 8..=8, 16)?,
        b'0'..=b'7' => code(after, 0, 1..=3, 8)?,
        b'\n' | b'\r' => (after.bytes().take_while(u8::is_ascii_whitespace).count(), None),
        _ => return None,
    };
    // An escape that begins one of a terminal's goes on as long as that.
    let is_of_terminal = character == Some('\u{1b}') || after.starts_with('e');
    let more = if is_of_terminal { parameters(slice(after, length..after.len())) } else { None };
    Some((slashes + length + more.unwrap_or(0), character))
}

/// `%3D`, and `%253D`, which was encoded twice.
fn percent(text: &str) -> Option<(usize, Option<char>)> {
    let mut length = 1;
    while slice(text, length..text.len()).starts_with("25") {
        length += 2;
    }
    let twice = code(slice(text, length..text.len()), 0, 2..=2, 16);
    let (more, character) = twice.or_else(|| (length > 1).then_some((0, Some('%'))))?;
    Some((length + more, character))
}

/// `&#61;`, `&#x3d;`, `&quot;`, and `&amp;#61;`, which was encoded twice.
fn entity(text: &str) -> Option<(usize, Option<char>)> {
    let mut start = 1;
    while slice(text, start..text.len()).starts_with("amp;") {
        start += "amp;".len();
    }
    let (name, _) = slice(text, start..text.len().min(start + LONGEST)).split_once(';')?;
    let number = |digits: &str, radix: u32| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    let character = match name {
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        "equals" => '=',
        "colon" => ':',
        "NewLine" => '\n',
        "Tab" => '\t',
        _ => match name.strip_prefix('#') {
            Some(digits) => match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16)?,
                None => number(digits, 10)?,
            },
            None if start > 1 => return Some((start, Some('&'))),
            None => return None,
        },
    };
    Some((start + name.len() + 1, Some(character)))
}

/// `=3D`, which mail has for `=`: other digits behind a `=` mostly are a value.
fn quoted_printable(text: &str) -> Option<(usize, Option<char>)> {
    text.starts_with("=3D").then_some((3, Some('=')))
}

/// A terminal's colour.
fn terminal(text: &str) -> Option<(usize, Option<char>)> {
    Some((1 + parameters(text.strip_prefix('\u{1b}')?)?, Some(' ')))
}

/// How long the rest of a terminal's escape is: `[1;31m`.
fn parameters(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix('[')?;
    let length = parameters.bytes().take(LONGEST).take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    parameters.as_bytes().get(length).filter(|byte| byte.is_ascii_alphabetic())?;
    Some(1 + length + 1)
}

/// A character by its number, whose digits stand behind so many bytes.
fn code(
    text: &str,
    start: usize,
    digits: std::ops::RangeInclusive<usize>,
    radix: u32,
) -> Option<(usize, Option<char>)> {
    let rest = slice(text, start..text.len());
    let count = rest.chars().take(*digits.end()).take_while(|digit| digit.is_digit(radix)).count();
    let number = u32::from_str_radix(rest.get(..count)?, radix).ok().filter(|_| digits.contains(&count))?;
    // What is no character by itself, such as a part of one in UTF-8, ends a word all the same.
    let character = char::from_u32(number).filter(|character| radix != 16 || start > 0 || character.is_ascii());
    Some((start + count, Some(character.unwrap_or('\u{fffd}'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> String {
        decoded(text, Letters::of(text)).map_or_else(|| text.to_owned(), |decoded| decoded.text)
    }

    #[test]
    fn every_kind_of_escape_is_decoded() {
        for (text, said) in [
            (r"a\nb\tc\\nd\r\n", "a\nb\tc\nd\r\n"),
            (r#"\"a\\\"b\nc"#, "\\\"a\\\\\\\"b\nc"),
            (r"a\u003db\x3dc\075d\u{3d}e\U0000003df", "a=b=c=d=e=f"),
            ("a%3Db%3db%253Dc%20%25252F", "a=b=b=c /"),
            ("a&#61;b&#x3D;c&quot;&amp;quot;&amp;", "a=b=c\"\"&amp;"),
            ("a=3Db=20c", "a=b=20c"),
            ("a\\\n  b", "ab"),
            ("a\u{1b}[1;31mb\u{1b}[0m", "a b "),
            (r"C:\Users 100% a=b a&b", r"C:\Users 100% a=b a&b"),
            ("caf%C3%A9", "caf\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(decode(text), said, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_original() {
        let text = r"x%3D%22ab%2Fcd%22 e";
        let decoded = decoded(text, Letters::of(text)).unwrap();
        let at = decoded.text.find("ab/cd").unwrap();
        assert_eq!(&text[decoded.original(&(at..at + 5))], "ab%2Fcd");
        assert_eq!(&text[decoded.original(&(at..at + 6))], "ab%2Fcd%22");
        assert_eq!(&text[decoded.original(&(at - 1..at + 1))], "%22a");
        assert_eq!(&text[decoded.original(&(0..decoded.text.len()))], text);
    }

    #[test]
    fn a_sign_that_there_is_not_is_looked_for_once() {
        let searched = std::cell::Cell::new(0);
        let mut signs = Signs::of("=====", |bytes| {
            searched.set(searched.get() + bytes.len());
            memchr::memchr(b'%', bytes)
        });
        assert!((0..5).all(|place| signs.next_from(place).is_none()));
        assert_eq!(searched.get(), 5);
        let mut signs = Signs::of("a=b=", |bytes| memchr::memchr(b'=', bytes));
        assert_eq!([0, 1, 2, 3, 4].map(|place| signs.next_from(place)), [Some(1), Some(1), Some(3), Some(3), None]);
    }
}
