//! A text as atoms, which stay as they are, and gaps between them, which are laid out anew.

use super::Refused;
use crate::evaluate::outline::{Kind, Outline, Pairs, Token, lone_carriage_return};
use std::ops::Range;

/// The kinds of brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Brace,
    Bracket,
    Choices,
    Parenthesis,
}

/// What an atom is for its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Open(Shape),
    Close(Shape),
    Semicolon,
    Dot,
    Equals,
    /// `|` or `:`.
    Annotation,
    /// `=>`
    Arrow,
    /// An operator between two operands.
    Operator,
    /// An operator before its only operand.
    Prefix,
    /// `..`
    Ellipsis,
    /// `_`
    Wildcard,
    Let,
    In,
    If,
    Then,
    Else,
    Fun,
    Match,
    /// Another keyword, or a name, which no operand ends with.
    Keyword,
    /// What an operand may end with: a name, a literal, a whole text with its quotes.
    Word,
}

/// A token, or a whole text with its quotes.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub sort: Sort,
    /// Its bytes.
    pub range: Range<usize>,
    /// The line on which it begins.
    pub line: usize,
    /// How many characters stand before it, were all of the text on one line.
    pub column: usize,
    /// The same of its end.
    pub end_column: usize,
    /// Of an opening bracket, where its partner is.
    pub partner: Option<usize>,
    /// Of an opening bracket, whether there is a record in it that is not empty.
    pub holds_record: bool,
}

/// A comment.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// Its bytes, without blanks at its end.
    pub range: Range<usize>,
    /// Whether it begins a line.
    pub starts_line: bool,
    /// Whether an empty line stands before it.
    pub is_apart: bool,
}

/// What stands between two atoms.
#[derive(Clone, Debug, Default)]
pub(super) struct Gap {
    /// Its bytes.
    pub range: Range<usize>,
    /// The line on which it begins.
    pub first_line: usize,
    /// The line on which it ends.
    pub last_line: usize,
    /// The comments in it.
    pub comments: Vec<Comment>,
    /// How many commas are in it: one, if the text parses.
    pub commas: usize,
    /// Whether a line ends before the next atom, behind the last comment.
    pub breaks: bool,
    /// Whether an empty line stands there.
    pub is_apart: bool,
}

/// A text taken apart: a gap stands before each atom, and one at the end.
pub(super) struct Atoms<'t> {
    pub source: &'t str,
    pub atoms: Vec<Atom>,
    gaps: Vec<Gap>,
}

impl<'t> Atoms<'t> {
    /// Takes a text apart.
    pub(super) fn of(source: &'t str) -> Result<Atoms<'t>, Refused> {
        if let Some(at) = lone_carriage_return(source) {
            return Err(Refused { at: at as usize });
        }
        let outline = Outline::of(source);
        let tokens = &outline.tokens;
        let refused = |token: Option<&Token>| Refused { at: token.map_or(source.len(), |token| token.range().start) };
        if !outline.complete {
            return Err(Refused { at: tokens.last().map_or(0, |token| token.range().end) });
        }
        let pairs = Pairs::of(tokens);
        let crossed = pairs.crossed.first().map(|(_, closing)| closing);
        if let Some(token) = crossed.or(pairs.unopened.first()).or(pairs.unclosed.first()) {
            return Err(refused(tokens.get(*token)));
        }
        let mut parts = Atoms { source, atoms: Vec::with_capacity(tokens.len()), gaps: Vec::new() };
        parts.gaps.reserve(tokens.len() + 1);
        let (mut gap, mut next, mut open) = (Gap::default(), 0, Vec::new());
        while let Some(token) = tokens.get(next) {
            // All of a text is one atom, with the expressions in it.
            let last = if is_quote(token.kind) { pairs.partner(next).unwrap_or(next) } else { next };
            next = last + 1;
            let end = tokens.get(last).map_or(source.len(), |last| last.range().end);
            if token.kind != Kind::Comma {
                gap = parts.push(gap, token.kind, token.range().start..end, &mut open);
            }
        }
        parts.read(&mut gap, source.len());
        parts.gaps.push(gap);
        Ok(parts)
    }

    /// The gap before an atom, or at the end.
    pub(super) fn gap(&self, index: usize) -> Option<&Gap> {
        self.gaps.get(index)
    }

    /// The text of an atom; none at the end.
    pub(super) fn text(&self, index: usize) -> &'t str {
        self.atoms.get(index).map_or("", |atom| self.slice(&atom.range))
    }

    /// The text of some bytes.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.source.get(range.clone()).unwrap_or("")
    }

    /// Adds an atom, before which a gap has begun, and begins the next gap.
    fn push(&mut self, mut gap: Gap, kind: Kind, range: Range<usize>, open: &mut Vec<usize>) -> Gap {
        self.read(&mut gap, range.start);
        let (index, text) = (self.atoms.len(), self.slice(&range));
        let sort = sort(kind, text, self.atoms.last());
        let mut atom = Atom {
            sort,
            line: gap.last_line,
            column: 0,
            end_column: 0,
            partner: None,
            holds_record: false,
            range: range.clone(),
        };
        atom.column = self.column_of(&gap, &atom);
        atom.end_column = atom.column + text.chars().count();
        let line = gap.last_line + line_breaks(text);
        self.gaps.push(gap);
        match sort {
            Sort::Open(_) => open.push(index),
            Sort::Close(_) => self.pair(open, index),
            _ => {}
        }
        self.atoms.push(atom);
        Gap { range: range.end..range.end, first_line: line, last_line: line, ..Gap::default() }
    }

    /// Notes which bracket is closed by an atom that is about to be added.
    fn pair(&mut self, open: &mut Vec<usize>, closing: usize) {
        let Some(opening) = open.pop() else { return };
        let Some(atom) = self.atoms.get_mut(opening) else { return };
        atom.partner = Some(closing);
        let is_record = atom.sort == Sort::Open(Shape::Brace) && closing > opening + 1;
        if is_record || atom.holds_record {
            let around = open.last().and_then(|around| self.atoms.get_mut(*around));
            around.into_iter().for_each(|around| around.holds_record = true);
        }
    }

    /// Whether a blank stands between two atoms on one line, if no comma does. What is not known stays as it is.
    pub(super) fn is_apart(&self, before: &Atom, after: &Atom, gap: &Gap) -> bool {
        let text = |atom: &Atom| self.slice(&atom.range);
        match (before.sort, after.sort) {
            (Sort::Open(Shape::Brace), Sort::Close(Shape::Brace)) => false,
            (Sort::Open(Shape::Brace | Shape::Choices), _) | (_, Sort::Close(Shape::Brace | Shape::Choices)) => true,
            // Together they would be other brackets.
            (Sort::Open(Shape::Bracket), _) => text(after).starts_with('|'),
            (_, Sort::Close(Shape::Bracket)) => text(before).ends_with('|'),
            (Sort::Open(Shape::Parenthesis), _) | (_, Sort::Close(Shape::Parenthesis) | Sort::Semicolon) => false,
            (Sort::Dot, _) | (_, Sort::Dot) => !gap.range.is_empty(),
            (Sort::Prefix, _) => text(before) != "!" && !gap.range.is_empty(),
            (Sort::Ellipsis, _) => false,
            _ => true,
        }
    }

    /// Where an atom begins if it follows the last one on its line.
    fn column_of(&self, gap: &Gap, atom: &Atom) -> usize {
        let Some(last) = self.atoms.last() else { return 0 };
        let is_apart = gap.commas > 0 || self.is_apart(last, atom, gap);
        last.end_column + gap.commas + usize::from(is_apart)
    }

    /// Reads a gap to its end.
    fn read(&self, gap: &mut Gap, end: usize) {
        gap.range.end = end;
        let bytes = self.source.as_bytes();
        // How many line breaks stand one after the other.
        let (mut at, mut breaks) = (gap.range.start, 0);
        while let Some(byte) = bytes.get(at).filter(|_| at < end) {
            match byte {
                b'\n' => {
                    breaks += 1;
                    gap.last_line += 1;
                    (gap.breaks, gap.is_apart) = (true, gap.is_apart || breaks > 1);
                }
                b',' => (gap.commas, breaks) = (gap.commas + 1, 0),
                b'#' => {
                    let rest = bytes.get(at..end).unwrap_or_default();
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    let range = at..at + self.slice(&(at..at + length)).trim_end().len();
                    at = range.end.saturating_sub(1);
                    let (starts_line, is_apart) = (std::mem::take(&mut gap.breaks), std::mem::take(&mut gap.is_apart));
                    gap.comments.push(Comment { range, starts_line, is_apart });
                    breaks = 0;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// Whether a token begins a text.
fn is_quote(kind: Kind) -> bool {
    matches!(kind, Kind::Quote | Kind::QuotedTag | Kind::Indented | Kind::Symbolic)
}

fn line_breaks(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// What a token is, after the atom before it.
fn sort(kind: Kind, text: &str, before: Option<&Atom>) -> Sort {
    match kind {
        Kind::OpenBrace => Sort::Open(Shape::Brace),
        Kind::CloseBrace => Sort::Close(Shape::Brace),
        Kind::OpenBracket => Sort::Open(Shape::Bracket),
        Kind::CloseBracket => Sort::Close(Shape::Bracket),
        Kind::OpenChoices => Sort::Open(Shape::Choices),
        Kind::CloseChoices => Sort::Close(Shape::Choices),
        Kind::OpenParenthesis => Sort::Open(Shape::Parenthesis),
        Kind::CloseParenthesis => Sort::Close(Shape::Parenthesis),
        Kind::Semicolon => Sort::Semicolon,
        Kind::Dot => Sort::Dot,
        Kind::Equals => Sort::Equals,
        Kind::Colon | Kind::Pipe => Sort::Annotation,
        Kind::Minus if !ends_operand(before) => Sort::Prefix,
        Kind::Ampersand | Kind::Minus => Sort::Operator,
        Kind::Let => Sort::Let,
        Kind::In => Sort::In,
        Kind::Rec | Kind::Import | Kind::Metadata(_) => Sort::Keyword,
        Kind::Other | Kind::Operator => by_text(text),
        Kind::Name
        | Kind::Decimal
        | Kind::OtherNumber
        | Kind::Tag
        | Kind::QuotedTag
        | Kind::Quote
        | Kind::Indented
        | Kind::Symbolic
        | Kind::IndentedEnd
        | Kind::Literal
        | Kind::Escape(_)
        | Kind::Interpolation
        | Kind::Comma
        | Kind::True
        | Kind::False
        | Kind::Null
        | Kind::Type => Sort::Word,
    }
}

/// The same of what has no kind of its own.
fn by_text(text: &str) -> Sort {
    match text {
        "if" => Sort::If,
        "then" => Sort::Then,
        "else" => Sort::Else,
        "fun" => Sort::Fun,
        "match" => Sort::Match,
        "=>" => Sort::Arrow,
        ".." => Sort::Ellipsis,
        "_" => Sort::Wildcard,
        "!" | "$" => Sort::Prefix,
        "Array" => Sort::Word,
        _ if text.len() > 1 && text.starts_with('%') => Sort::Keyword,
        _ if text.starts_with(|first: char| first.is_ascii_alphabetic()) => Sort::Keyword,
        _ => Sort::Operator,
    }
}

/// Whether an operand may end with an atom.
fn ends_operand(atom: Option<&Atom>) -> bool {
    atom.is_some_and(|atom| matches!(atom.sort, Sort::Word | Sort::Wildcard | Sort::Close(_)))
}
