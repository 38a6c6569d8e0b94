//! Characters that can't be seen, or that make the text around them look other than it is.
//!
//! Invariant: the one place that knows them. Evaluation and `verify` refuse texts that have one; every way out of the
//! program writes them escaped, so that neither a terminal nor a reader is misled.

use std::borrow::Cow;
use std::fmt::Write;

/// One of them, in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Where it begins, in bytes.
    pub at: usize,
    /// The character.
    pub character: char,
    /// What it is, in words.
    pub what: &'static str,
}

impl Unseen {
    /// The byte after it.
    pub fn end(self) -> usize {
        self.at + self.character.len_utf8()
    }

    /// What a finding says of it, as the rest of a sentence.
    pub fn in_words(self) -> String {
        format!("{} in it, U+{:04X}", self.what, u32::from(self.character))
    }
}

/// The characters of a text that deceive, in order. Those that writing needs are none where they belong: a joiner between
/// pictures or between letters of a script that joins them, and the selector after a picture.
pub fn find_all(text: &str) -> impl Iterator<Item = Unseen> {
    // Most texts have none of these bytes; one quick look at each saves decoding them.
    let text = if may_have_any(text) { text } else { "" };
    let mut before = None;
    text.char_indices().filter_map(move |(at, character)| {
        let previous = before.replace(character);
        let what = what(character)?;
        let after = || text.get(at + character.len_utf8()..).and_then(|rest| rest.chars().next());
        (!belongs(previous, character, after())).then_some(Unseen { at, character, what })
    })
}

/// Whether a text has one.
pub fn has_any(text: &str) -> bool {
    find_all(text).next().is_some()
}

/// A text as a terminal may show it: every character that deceives or moves the cursor is written as an escape, `\u{202e}`; lines and
/// tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, '\r', |character, out| {
        // Writing to a string never fails.
        let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
    })
}

/// The same, in one line: what is in a text begins no line of its own, such as one that a CI system takes for a command.
pub fn printable_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

/// A text of JSON in which these characters are escaped: outside of strings there are none.
pub fn json(text: &str) -> Cow<'_, str> {
    replaced(text, '\r', |character, out| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// A text of YAML in which these characters are escaped; all of them have to be between double quotes.
pub fn yaml(text: &str) -> Cow<'_, str> {
    replaced(text, '\r', |character, out| {
        let _ = match u32::from(character) {
            code @ ..=0xffff => write!(out, "\\u{code:04x}"),
            code => write!(out, "\\U{code:08x}"),
        };
    })
}

/// A text in which these characters are others that can be seen, of as many bytes, so that places stay true.
pub fn stand_ins(text: &str) -> Cow<'_, str> {
    replaced(text, '\0', |character, out| {
        out.push(match character.len_utf8() {
            1 => '?',
            2 => '¿',
            3 => '\u{fffd}',
            _ => '🞄',
        });
    })
}

/// A text in which `write` writes what deceives, and one more character.
fn replaced(text: &str, also: char, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !has_any(text) && !text.contains(also) {
        return Cow::Borrowed(text);
    }
    let mut unseen = find_all(text).map(|unseen| unseen.at).peekable();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        if unseen.next_if_eq(&at).is_some() || character == also {
            write(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Whether a text may have one. Bytes are looked at many at a time: those that writing in ASCII needs are a range and
/// three more.
fn may_have_any(text: &str) -> bool {
    let is_beyond = |byte: &u8| !matches!(byte, 0x20..0x7f | b'\t' | b'\n' | b'\r');
    let is_plain = |bytes: &[u8]| !bytes.iter().fold(false, |beyond, byte| beyond | is_beyond(byte));
    text.as_bytes().chunks(64).any(|bytes| !is_plain(bytes) && bytes.iter().any(|byte| may_begin(*byte)))
}

/// Whether a byte may be the first of a character that deceives.
fn may_begin(byte: u8) -> bool {
    match byte {
        b'\t' | b'\n' | b'\r' => false,
        ..0x20 | 0x7f => true,
        _ => matches!(byte, 0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef | 0xf0 | 0xf3),
    }
}

/// What a character is that can't be seen; none of all others.
fn what(character: char) -> Option<&'static str> {
    Some(match character {
        '\t' | '\n' | '\r' => return None,
        '\u{feff}' => "a byte-order mark",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a character that turns the direction of writing"
        }
        '\u{2028}' | '\u{2029}' => "a line break that most programs do not show",
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' => "a character without width",
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            "a selector of variants"
        }
        '\u{e0000}'..='\u{e0fff}' => "a tag, which is never shown",
        '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' => "a character that is not for texts",
        character if character.is_control() => "a control character",
        _ => return None,
    })
}

/// Whether writing needs the character between these two.
fn belongs(before: Option<char>, character: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match character {
        '\u{fe0e}' | '\u{fe0f}' => is_picture(before) || is_of_keycap(before) && after == Some('\u{20e3}'),
        '\u{e0100}'..='\u{e01ef}' => is_ideograph(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        '\u{200c}' => is_of_joining_script(before) && after.is_some_and(is_of_joining_script),
        '\u{200d}' => {
            let pictures = (is_picture(before) || before == '\u{fe0f}') && after.is_some_and(is_picture);
            pictures || is_of_joining_script(before) && after.is_some_and(is_of_joining_script)
        }
        _ => false,
    }
}

/// Whether a character may be an emoji.
fn is_picture(character: char) -> bool {
    matches!(
        character,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}'
            | '\u{24c2}'
            | '\u{25a0}'..='\u{27bf}'
            | '\u{2934}'..='\u{2935}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// Whether a character is the first of a keycap, such as `1️⃣`.
fn is_of_keycap(character: char) -> bool {
    matches!(character, '0'..='9' | '#' | '*')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is a letter or a mark of a script in which joiners change how words are written: Arabic and its
/// neighbours, and those of India and South-East Asia.
fn is_of_joining_script(character: char) -> bool {
    let is_of_script = matches!(
        character,
        '\u{620}'..='\u{65f}'
            | '\u{66e}'..='\u{6d3}'
            | '\u{6d5}'..='\u{6ff}'
            | '\u{710}'..='\u{7ff}'
            | '\u{840}'..='\u{8ff}'
            | '\u{900}'..='\u{df4}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17d3}'
            | '\u{1820}'..='\u{18aa}'
            | '\u{1b00}'..='\u{1bff}'
    );
    is_of_script && what(character).is_none() && !character.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = char> {
        ('\0'..=char::MAX).filter(|character| what(*character).is_some())
    }

    #[test]
    fn each_of_them_is_found_escaped_and_read_back() {
        for character in all() {
            let text = format!("a{character}b");
            let found: Vec<Unseen> = find_all(&text).collect();
            assert_eq!(found.len(), 1, "{character:?}");
            assert_eq!((found[0].at, found[0].character), (1, character));
            for shown in [printable(&text), stand_ins(&text)] {
                assert!(!shown.contains(character) && !has_any(&shown), "{character:?}: {shown:?}");
            }
            assert_eq!(stand_ins(&text).len(), text.len());
            let written = format!("\"{text}\"");
            // What JSON escapes by itself does not get here raw.
            assert_eq!(serde_json::from_str::<String>(&json(&written)).unwrap(), text);
            assert_eq!(serde_saphyr::from_str::<String>(&yaml(&written)).unwrap(), text, "{character:?}");
        }
    }

    #[test]
    fn what_writing_needs_is_text() {
        for text in ["a — é, 漢字, עברית", "👨‍👩‍👧 ❤️ 👩🏽‍🚀 🏳️‍🌈 1️⃣ ©️", "می‌خواهم", "क्‍ष", "葛󠄀城", "tab\tand\r\nlines"]
        {
            assert_eq!(find_all(text).next(), None, "{text}");
            assert!(matches!(json(text), Cow::Borrowed(_)) || text.contains('\r'));
        }
    }

    #[test]
    fn where_it_is_not_needed_it_deceives() {
        for text in [
            "a\u{200d}b",
            "👨\u{200d}",
            "\u{200d}👨",
            "a\u{fe0f}",
            "1\u{fe0f}",
            "م\u{200c}",
            "م\u{200c}a",
            "a\u{e0100}",
        ] {
            assert_eq!(find_all(text).count(), 1, "{text:?}");
        }
        assert_eq!(find_all("👨\u{200d}\u{200d}👩").count(), 2);
    }

    #[test]
    fn what_moves_the_cursor_is_escaped() {
        assert_eq!(printable("a\rb\u{1b}[2K\u{9b}2J\tc\nd"), "a\\u{d}b\\u{1b}[2K\\u{9b}2J\tc\nd");
        assert_eq!(printable_line("a\nb"), "a\\nb");
        assert_eq!(json("\"\u{e0041}\u{202e}\""), "\"\\udb40\\udc41\\u202e\"");
        assert_eq!(yaml("\"\u{e0041}\u{202e}\""), "\"\\U000e0041\\u202e\"");
    }
}
