//! What each piece of a text is, for colours that a grammar of patterns can't give.

use super::comments::comments;
use super::{View, fields};
use crate::evaluate::outline::{self, Token, tokens};
use crate::language_server::cursor::Layout;
use crate::path::Path;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a piece of a text is. The order is that of [`LEGEND`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The name of a field.
    Property,
    /// A tag.
    Tag,
    /// Text.
    Text,
    /// A number.
    Number,
    /// A keyword.
    Keyword,
    /// A comment.
    Comment,
    /// A name that is bound.
    Variable,
    /// A type.
    Type,
}

/// The kinds, as the protocol calls them.
pub const LEGEND: [&str; 8] = ["property", "enumMember", "string", "number", "keyword", "comment", "variable", "type"];

/// The pieces of a text in its order, none over several lines.
pub fn semantic_tokens(view: &View<'_>) -> Vec<(Range<usize>, Kind)> {
    let tokens = tokens(view.text());
    let root = Path::root();
    let layout = Layout::new(view.parts, &root);
    let names: BTreeSet<usize> = fields::fields(view.text(), &layout).iter().map(|field| field.range.start).collect();
    let code = tokens.iter().enumerate().filter_map(|(at, token)| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        Some((token.range(), kind(view.text(), token, before, &names)?))
    });
    let comments = comments(view.text(), &tokens).into_iter().map(|range| (range, Kind::Comment));
    let mut pieces: Vec<(Range<usize>, Kind)> = joined(code).into_iter().chain(comments).collect();
    pieces.sort_by_key(|(range, _)| range.start);
    pieces
        .into_iter()
        .flat_map(|(range, kind)| lines(view.text(), range).into_iter().map(move |line| (line, kind)))
        .collect()
}

fn kind(text: &str, token: &Token, before: Option<&Token>, names: &BTreeSet<usize>) -> Option<Kind> {
    use outline::Kind as T;
    let start = token.start as usize;
    let is_word = text.get(token.range()).is_some_and(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_member = before.is_some_and(|before| before.kind == T::Dot);
    match token.kind {
        // Of a name in quotes what is between them counts.
        T::Quote if names.contains(&(token.end as usize)) => Some(Kind::Property),
        T::Quote
            if before.is_some_and(|before| before.end == token.start && names.contains(&(before.start as usize))) =>
        {
            Some(Kind::Property)
        }
        _ if names.contains(&start) => Some(Kind::Property),
        T::Name if is_member => Some(Kind::Property),
        T::Name => Some(Kind::Variable),
        T::Tag | T::QuotedTag => Some(Kind::Tag),
        T::Quote | T::Literal | T::Escape(_) | T::Indented | T::Symbolic | T::IndentedEnd => Some(Kind::Text),
        T::Decimal | T::OtherNumber => Some(Kind::Number),
        T::Type => Some(Kind::Type),
        T::Metadata(_) | T::Let | T::Rec | T::In | T::Import | T::True | T::False | T::Null => Some(Kind::Keyword),
        T::Other | T::Operator => is_word.then_some(Kind::Keyword),
        T::Interpolation
        | T::OpenBrace
        | T::CloseBrace
        | T::OpenBracket
        | T::CloseBracket
        | T::OpenParenthesis
        | T::CloseParenthesis
        | T::OpenChoices
        | T::CloseChoices
        | T::Comma
        | T::Semicolon
        | T::Colon
        | T::Equals
        | T::Ampersand
        | T::Dot
        | T::Pipe
        | T::Minus => None,
    }
}

/// Pieces of one kind that touch, as one.
fn joined(pieces: impl Iterator<Item = (Range<usize>, Kind)>) -> Vec<(Range<usize>, Kind)> {
    let mut joined: Vec<(Range<usize>, Kind)> = Vec::new();
    for (range, kind) in pieces {
        match joined.last_mut() {
            Some((last, of)) if *of == kind && last.end == range.start => last.end = range.end,
            _ => joined.push((range, kind)),
        }
    }
    joined
}

/// A piece, line by line.
fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let mut lines = Vec::new();
    for line in text.get(range).unwrap_or_default().split_inclusive(['\n', '\r']) {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if start < end {
            lines.push(start..end);
        }
        start += line.len();
    }
    lines
}
