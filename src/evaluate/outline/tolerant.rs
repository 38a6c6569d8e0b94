//! The tokens of a text that may be broken anywhere: an editor asks while a file is being typed.
//!
//! Each line is lexed by itself, so that an open quote costs the rest of its line and no more. Text between quotes is one
//! literal, with what is interpolated in it.

use super::{Kind, Token, has_huge_exponent, huge_number_at, offset};
use memchr::{memchr, memchr2, memmem};
use nickel_lang_core::parser::lexer::{Lexer, NormalToken, Token as Lexed};

/// The tokens of any text, in order. A quote without a partner opens a literal up to the end of its line, a quote of a tag
/// without a name is a [`Kind::Tag`] of one character, and what is no token is left out.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { text, tokens: Vec::with_capacity(text.len() / 4), at: 0 };
    while reader.at < text.len() {
        reader.line();
    }
    reader.tokens
}

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl Reader<'_> {
    /// Reads up to the end of the line at hand, or of the indented string that begins in it.
    fn line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let end = memchr2(b'\n', b'\r', rest).map_or(self.text.len(), |length| self.at + length);
        while self.at < end {
            self.code(end);
        }
        if self.at == end {
            self.at += 1;
        }
    }

    /// Reads tokens up to the end of the line, to the end of a text between quotes, or past what is no token.
    fn code(&mut self, end: usize) {
        let Some(line) = self.text.get(self.at..end) else { return self.at = end };
        let (base, mut read) = (self.at, 0);
        let may_be_huge = has_huge_exponent(line.as_bytes());
        let mut lexer = Lexer::new(line);
        loop {
            if may_be_huge && let Some(number) = huge_number_at(line, read) {
                self.push(Kind::Decimal, base + number.start as usize, base + number.end as usize);
                return self.at = base + number.end as usize;
            }
            let Some(lexed) = lexer.next() else { return self.at = end };
            let Ok((start, token, after)) = lexed else { return self.stray(base + read, end) };
            read = after;
            let kind = super::kind(&token);
            self.push(kind, base + start, base + after);
            match (kind, token) {
                (Kind::Quote | Kind::QuotedTag, _) => return self.quoted(base + after, end),
                (
                    Kind::Indented | Kind::Symbolic,
                    Lexed::Normal(NormalToken::MultiStringStart(_) | NormalToken::SymbolicStringStart(_)),
                ) => return self.indented(base + start, base + after, end),
                _ => {}
            }
        }
    }

    /// Passes what is no token, behind the blanks at `from`.
    fn stray(&mut self, from: usize, end: usize) {
        let rest = self.text.get(from..end).unwrap_or_default();
        let start = from + (rest.len() - rest.trim_start().len());
        let character = self.text.get(start..end).and_then(|rest| rest.chars().next());
        self.at = start + character.map_or(1, char::len_utf8);
        match character {
            // The lexer knows no closing brace without an opening one before it in what it reads.
            Some('}') => self.push(Kind::CloseBrace, start, start + 1),
            Some('\'') => self.push(Kind::Tag, start, start + 1),
            _ => {}
        }
    }

    /// Reads what stands between quotes, from behind the first one.
    fn quoted(&mut self, start: usize, end: usize) {
        let rest = self.text.as_bytes().get(start..end).unwrap_or_default();
        let mut at = 0;
        let length = loop {
            let Some(found) = rest.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) else { break None };
            match rest.get(at + found) {
                Some(b'\\') => at += found + 2,
                _ => break Some(at + found),
            }
        };
        let close = length.map_or(end, |length| start + length);
        self.literal(start, close);
        self.at = close;
        if length.is_some() {
            self.push(Kind::Quote, close, close + 1);
            self.at += 1;
        }
    }

    /// Reads an indented string, from behind what opens it; one that does not end is taken to end with its line.
    fn indented(&mut self, open: usize, start: usize, end: usize) {
        let opening = self.text.get(open..start).unwrap_or_default();
        let signs = opening.len() - opening.trim_end_matches('"').trim_end_matches('%').len() - 1;
        let closing = format!("\"{}", "%".repeat(signs));
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let Some(length) = memmem::find(rest, closing.as_bytes()) else {
            self.literal(start, end);
            return self.at = end;
        };
        self.literal(start, start + length);
        self.at = start + length + closing.len();
        self.push(Kind::IndentedEnd, start + length, self.at);
    }

    fn literal(&mut self, start: usize, end: usize) {
        if start < end {
            self.push(Kind::Literal, start, end);
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start: offset(start), end: offset(end) });
    }
}

/// Where the comment begins that a place is in, if it is in one: `gap` is what stands between two tokens, up to the place.
pub(crate) fn comment(gap: &str) -> Option<usize> {
    let line = gap.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    memchr(b'#', gap.as_bytes().get(line..)?).map(|at| line + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::outline::Outline;

    fn pieces(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| &text[token.range()]).collect()
    }

    #[test]
    fn what_is_broken_costs_its_line() {
        let text = "{ a = \"open,\n b = ', c = 'X,\n \"d\" = § 1, } } #\"\n e = m%\"\n no end\n";
        let found = pieces(text);
        assert_eq!(
            found,
            [
                "{", "a", "=", "\"", "open,", "b", "=", "'", ",", "c", "=", "'X", ",", "\"", "d", "\"", "=", "1", ",",
                "}", "}", "e", "=", "m%\"", "no", "end"
            ]
        );
    }

    #[test]
    fn indented_strings_end_where_they_say() {
        assert_eq!(
            pieces("m%\"a \" b\n} \"% c m%%\" \"% \"%% d"),
            ["m%\"", "a \" b\n} ", "\"%", "c", "m%%\"", " \"% ", "\"%%", "d"]
        );
    }

    #[test]
    fn numbers_that_can_not_be_written_out_are_not_lexed() {
        assert_eq!(pieces("a = 1e999999, b = 2"), ["a", "=", "1e999999", ",", "b", "=", "2"]);
    }

    #[test]
    fn a_sound_text_has_the_tokens_that_the_lexer_finds() {
        for text in ["{ a.b = 'X { c = [1, true], }, } | x.Y # end\n", "let rec a = fun x => x + 1 in\n(a 2) & {}"] {
            assert_eq!(tokens(text), Outline::of(text).tokens);
        }
    }
}
