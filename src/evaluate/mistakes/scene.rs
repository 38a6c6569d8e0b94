//! A text that Nickel refuses, and what there is to see around the place where it gave up.

use crate::evaluate::outline::{Kind, Outline, Pairs, Token};
use nickel_lang_core::error::ParseError;
use nickel_lang_core::position::RawSpan;
use std::ops::Range;

/// A text, its tokens, and where Nickel gave up.
pub(super) struct Scene<'a> {
    pub text: &'a str,
    pub pairs: Pairs,
    pub outline: Outline,
    /// Nickel's error.
    pub error: &'a ParseError,
    /// Its place.
    pub place: Range<usize>,
    /// The first token that ends behind the beginning of that place; the number of tokens where it is behind them all.
    pub at: usize,
}

/// A field of a record, or a binding of `let`, by the positions of its tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The first token of its name.
    pub start: usize,
    /// The last token of its name.
    pub name_end: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(text: &'a str, error: &'a ParseError) -> Scene<'a> {
        let outline = Outline::of(text);
        let place = place(error, text);
        let at = outline.tokens.partition_point(|token| token.range().end <= place.start);
        Scene { text, pairs: Pairs::of(&outline.tokens), outline, error, place, at }
    }

    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.outline.tokens.get(index)
    }

    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.token(index).map(|token| token.kind)
    }

    /// A token as it is written; nothing behind the last one.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.token(index).and_then(|token| self.text.get(token.range())).unwrap_or("")
    }

    /// The bytes of a token; behind the last one, the end of the text.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        self.token(index).map_or(self.text.len()..self.text.len(), |token| token.range())
    }

    /// The bytes from one token to another.
    pub(super) fn across(&self, first: usize, last: usize) -> Range<usize> {
        self.range(first).start..self.range(last).end
    }

    /// The token before another one.
    pub(super) fn before(&self, index: usize) -> Option<usize> {
        index.checked_sub(1).filter(|before| *before < self.outline.tokens.len())
    }

    /// Whether a token is the first of its line.
    pub(super) fn begins_line(&self, index: usize) -> bool {
        let before = self.before(index).map_or(0, |before| self.range(before).end);
        before == 0 || self.text.get(before..self.range(index).start).is_some_and(|gap| gap.contains('\n'))
    }

    /// Whether a token is the last of its line, but for a comment.
    pub(super) fn ends_line(&self, index: usize) -> bool {
        let end = self.range(index).end;
        let next = if index + 1 < self.outline.tokens.len() { self.range(index + 1).start } else { self.stop() };
        next >= self.text.len() || self.text.get(end..next).is_some_and(|gap| gap.contains('\n'))
    }

    /// Where the line of a byte begins.
    pub(super) fn line_start(&self, byte: usize) -> usize {
        self.text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
    }

    /// Where the line of a byte ends, before its line break.
    pub(super) fn line_end(&self, byte: usize) -> usize {
        let rest = self.text.get(byte..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("");
        byte + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// How far the line of a byte is indented.
    pub(super) fn indent(&self, byte: usize) -> usize {
        let line = self.text.get(self.line_start(byte)..).unwrap_or("");
        line.chars().take_while(|c| *c == ' ' || *c == '\t').count()
    }

    /// Whether nothing stands between a token and the next one.
    pub(super) fn is_glued(&self, index: usize) -> bool {
        index + 1 < self.outline.tokens.len() && self.range(index).end == self.range(index + 1).start
    }

    /// The last character of a token: what to point at where something is missing behind it.
    pub(super) fn last_character(&self, index: usize) -> Range<usize> {
        let range = self.range(index);
        let length = self.word(index).chars().next_back().map_or(0, char::len_utf8);
        range.end - length..range.end
    }

    /// Whether the lexer stopped in the line that ends at a byte.
    pub(super) fn at_end_of(&self, line_end: usize) -> bool {
        self.stop() < line_end
    }

    /// The first byte behind the last token that is no blank: where the lexer stopped.
    pub(super) fn stop(&self) -> usize {
        let mut stop = self.outline.tokens.last().map_or(0, |token| token.range().end);
        loop {
            let rest = self.text.get(stop..).unwrap_or("");
            let blanks = rest.len() - rest.trim_start().len();
            match rest.get(blanks..).unwrap_or("") {
                comment if comment.starts_with('#') => stop += blanks + comment.find('\n').unwrap_or(comment.len()),
                _ => return stop + blanks,
            }
        }
    }

    /// Whether a value can end with a token.
    pub(super) fn ends_value(&self, index: usize) -> bool {
        match self.kind(index) {
            Some(Kind::Quote) => self.pairs.partner(index).is_some_and(|partner| partner < index),
            Some(kind) => is_simple(kind) || closes(kind) || kind == Kind::IndentedEnd,
            None => false,
        }
    }

    /// Whether a value can begin with a token.
    pub(super) fn begins_value(&self, index: usize) -> bool {
        match self.kind(index) {
            Some(Kind::Quote) => self.pairs.partner(index).is_none_or(|partner| partner > index),
            Some(kind) => {
                is_simple(kind)
                    || matches!(kind, Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParenthesis | Kind::OpenChoices)
                    || matches!(kind, Kind::QuotedTag | Kind::Indented | Kind::Symbolic | Kind::Import | Kind::Minus)
                    || matches!(self.word(index), "if" | "fun" | "match" | "let")
            }
            None => false,
        }
    }

    /// The token before another one of the same record, list or text, brackets and quotes counting as one.
    pub(super) fn previous(&self, index: usize) -> Option<usize> {
        let before = self.before(index)?;
        match self.pairs.partner(before) {
            Some(partner) if partner < before => Some(partner),
            Some(_) => None,
            None => (Some(before) != self.pairs.around(index)).then_some(before),
        }
    }

    /// The token after another one, likewise.
    pub(super) fn next(&self, index: usize) -> Option<usize> {
        let next = match self.pairs.partner(index) {
            Some(partner) if partner > index => partner + 1,
            Some(_) | None => index + 1,
        };
        (next < self.outline.tokens.len() && self.pairs.around(next) == self.pairs.around(index))
            .then_some(next)
            .filter(|next| !self.closes_around(*next))
    }

    /// Whether a token closes what is open around it.
    fn closes_around(&self, index: usize) -> bool {
        self.pairs.partner(index).is_some_and(|partner| partner < index)
    }

    /// Where the name of a field begins that ends with a token: `a.b."c d"`.
    pub(super) fn name_start(&self, last: usize) -> Option<usize> {
        let mut last = last;
        loop {
            let first = match self.kind(last)? {
                Kind::Quote => self.pairs.partner(last).filter(|partner| *partner < last)?,
                kind if is_name(kind) || is_word(self.word(last)) => last,
                _ => return None,
            };
            match self.before(first).filter(|before| self.kind(*before) == Some(Kind::Dot)) {
                Some(dot) => last = self.before(dot)?,
                None => return Some(first),
            }
        }
    }

    /// Where the name of a field ends that begins with a token.
    pub(super) fn name_end(&self, first: usize) -> Option<usize> {
        let mut first = first;
        loop {
            let last = match self.kind(first)? {
                Kind::Quote => self.pairs.partner(first).filter(|partner| *partner > first)?,
                kind if is_name(kind) || is_word(self.word(first)) => first,
                _ => return None,
            };
            match self.kind(last + 1) {
                Some(Kind::Dot) => first = last + 2,
                Some(_) | None => return Some(last),
            }
        }
    }

    /// The field whose sign, `=` or what stands for it, is a token.
    pub(super) fn field_of_sign(&self, sign: usize) -> Option<Field> {
        let name_end = self.before(sign)?;
        Some(Field { start: self.name_start(name_end)?, name_end })
    }

    /// Whether the innermost opening around a token is a brace, or there is none.
    pub(super) fn is_in_record(&self, index: usize) -> bool {
        self.pairs.around(index).is_some_and(|open| self.kind(open) == Some(Kind::OpenBrace))
    }

    /// Whether the innermost opening around a token is a bracket.
    pub(super) fn is_in_list(&self, index: usize) -> bool {
        self.pairs.around(index).is_some_and(|open| self.kind(open) == Some(Kind::OpenBracket))
    }

    /// Whether nothing or a comma stands before a token in its record or list.
    pub(super) fn begins_item(&self, index: usize) -> bool {
        match self.before(index) {
            None => true,
            Some(before) => self.kind(before) == Some(Kind::Comma) || Some(before) == self.pairs.around(index),
        }
    }

    /// The first token of the item or field around a token, and the last one: between commas.
    pub(super) fn item(&self, index: usize) -> (usize, usize) {
        let (mut first, mut last) = (index, index);
        while let Some(previous) = self.previous(first).filter(|previous| self.kind(*previous) != Some(Kind::Comma)) {
            first = previous;
        }
        while let Some(next) = self.next(last).filter(|next| self.kind(*next) != Some(Kind::Comma)) {
            last = next;
        }
        (first, self.pairs.partner(last).filter(|partner| *partner > last).unwrap_or(last))
    }

    /// A run of characters without blanks around a byte, as a text without quotes has them: not further than a comma, a
    /// semicolon or a bracket.
    pub(super) fn bare(&self, byte: usize) -> Range<usize> {
        bare(self.text, byte)
    }
}

/// A run of characters of a text, as [`Scene::bare`] has it.
pub(super) fn bare(text: &str, byte: usize) -> Range<usize> {
    let stops = |c: char| c.is_whitespace() || ",;=(){}[]\"'#|".contains(c);
    let start = text.get(..byte).and_then(|before| before.char_indices().rev().find(|(_, c)| stops(*c)));
    let start = start.map_or(0, |(at, c)| at + c.len_utf8());
    let end = text.get(byte..).and_then(|rest| rest.find(stops)).map_or(text.len(), |length| byte + length);
    start..end.max(start)
}

/// Whether a value can be one such token.
fn is_simple(kind: Kind) -> bool {
    matches!(kind, Kind::Name | Kind::Metadata(_) | Kind::Decimal | Kind::OtherNumber | Kind::Tag)
        || matches!(kind, Kind::True | Kind::False | Kind::Null | Kind::Type)
}

fn closes(kind: Kind) -> bool {
    matches!(kind, Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParenthesis | Kind::CloseChoices)
}

fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::Name | Kind::Metadata(_))
}

/// Whether a token is a word, as names and keywords are.
pub(super) fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Where Nickel gave up.
pub(super) fn place(error: &ParseError, text: &str) -> Range<usize> {
    let of = |span: &RawSpan| span.start.to_usize().min(text.len())..span.end.to_usize().min(text.len());
    match error {
        ParseError::UnexpectedToken(span, _)
        | ParseError::ExtraToken(span)
        | ParseError::UnmatchedCloseBrace(span)
        | ParseError::InvalidEscapeSequence(span)
        | ParseError::InvalidAsciiEscapeCode(span)
        | ParseError::InvalidUnicodeEscapeCode(span)
        | ParseError::InvalidContract(span)
        | ParseError::RecursiveLetPattern(span)
        | ParseError::PatternInLetBlock(span)
        | ParseError::InvalidImportFormat { span } => of(span),
        ParseError::StringDelimiterMismatch { closing_delimiter, .. } => of(closing_delimiter),
        ParseError::TypedFieldWithoutDefinition { annot_span, .. } => of(annot_span),
        ParseError::InvalidRecordType { record_span, .. } => of(record_span),
        _ => text.len()..text.len(),
    }
}
