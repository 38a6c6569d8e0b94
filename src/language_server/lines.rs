//! Bytes of a text ↔ positions of the protocol: a line, and how far into it, in the units that both sides agreed on.

/// What a position counts within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16: what every client knows.
    Utf16,
    /// Characters.
    Utf32,
}

/// A position of the protocol, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// How far into the line, in units of an [`Encoding`].
    pub character: u32,
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`, as the protocol has it.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// The lines of a text.
    pub fn new(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1);
        // Of `\r\n` the second byte is the end.
        let starts = ends.filter(|end| !(bytes.get(end - 1) == Some(&b'\r') && bytes.get(*end) == Some(&b'\n')));
        Lines { starts: std::iter::once(0).chain(starts).collect() }
    }

    /// How many lines there are; an empty one after the last end of a line counts.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The first byte of a line, or the end of the text.
    pub fn start(&self, text: &str, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(text.len())
    }

    /// The byte at a position. What lies behind the end of a line is its end, as the protocol says; within a character it is
    /// the character's beginning.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() };
        let line = text.get(start..self.start(text, position.line as usize + 1)).unwrap_or("");
        let line = line.trim_end_matches(['\n', '\r']);
        let wanted = position.character as usize;
        let mut units = 0;
        for (at, character) in line.char_indices() {
            units += width(character, encoding);
            if units > wanted {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of a byte; of one within a character, that of the character.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let before = text.get(self.start(text, line)..offset).unwrap_or("");
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 | Encoding::Utf32 if before.is_ascii() => before.len(),
            Encoding::Utf16 | Encoding::Utf32 => before.chars().map(|character| width(character, encoding)).sum(),
        };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(character) }
    }
}

/// How many units a character takes.
fn width(character: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => character.len_utf8(),
        Encoding::Utf16 => character.len_utf16(),
        Encoding::Utf32 => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "é = 1\r\n\n🙂x\rend";
    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn every_character_is_found_again() {
        let lines = Lines::new(TEXT);
        assert_eq!(lines.count(), 4);
        for encoding in ENCODINGS {
            for (offset, character) in TEXT.char_indices().filter(|(_, character)| !matches!(character, '\r' | '\n')) {
                let position = lines.position(TEXT, offset, encoding);
                assert_eq!(lines.offset(TEXT, position, encoding), offset, "{character} {encoding:?}");
            }
        }
    }

    #[test]
    fn positions_count_in_the_units_that_were_agreed_on() {
        let lines = Lines::new(TEXT);
        let x = TEXT.find('x').unwrap();
        let columns = ENCODINGS.map(|encoding| lines.position(TEXT, x, encoding).character);
        assert_eq!(columns, [4, 2, 1]);
        assert_eq!(ENCODINGS.map(|encoding| lines.position(TEXT, 3, encoding).character), [3, 2, 2]);
    }

    #[test]
    fn what_lies_outside_is_brought_inside() {
        let lines = Lines::new(TEXT);
        let at = |line, character| lines.offset(TEXT, Position { line, character }, Encoding::Utf16);
        assert_eq!(at(0, 99), "é = 1".len());
        assert_eq!(at(99, 0), TEXT.len());
        assert_eq!(at(2, 1), TEXT.find('🙂').unwrap());
        assert_eq!(lines.position(TEXT, 1, Encoding::Utf8), Position { line: 0, character: 0 });
        assert_eq!(lines.position(TEXT, 999, Encoding::Utf8), Position { line: 3, character: 3 });
    }
}
