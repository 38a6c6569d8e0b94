//! The tokens of a Nickel text, by Nickel's own lexer: what stands where, what is open where, and what is imported.
//!
//! Nothing here needs a text that parses. The parser of plain data, the explanations of syntax errors and the formatter
//! use it.

mod pairs;
mod tolerant;

pub(crate) use pairs::Pairs;
pub(crate) use tolerant::{comment, tokens};

use nickel_lang_core::parser::lexer::{Lexer, MultiStringToken, NormalToken, StringToken, Token as Lexed};
use std::ops::Range;

/// How deep a text may nest, counted as [`Outline::too_deep`] does. Environments reach about thirty. A hundred thousand
/// levels of brackets fit the stack; but Nickel takes quadratic time over some constructs, seconds from five thousand on.
pub(super) const MAX_NESTING: usize = 2_500;

/// How many digits the exponent of a number may have: Nickel writes numbers out, and of a few more it needs terabytes.
const MAX_EXPONENT: usize = 4;

/// A token, and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

/// What a token is. Comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name, those that are keywords elsewhere included.
    Name,
    /// A keyword that says something of a field, and may be the name of one.
    Metadata(Metadata),
    /// A decimal number.
    Decimal,
    /// A number to another base.
    OtherNumber,
    /// `'Tag`, with the quote.
    Tag,
    /// `'"`, which opens a tag that is written as text.
    QuotedTag,
    /// `"`, at either end of text.
    Quote,
    /// `m%"`, with any number of `%`.
    Indented,
    /// `a-s%"`, likewise.
    Symbolic,
    /// `"%`, which closes the two above.
    IndentedEnd,
    /// A piece of text as it is written.
    Literal,
    /// An escape sequence in text, and what it stands for.
    Escape(char),
    /// `%{`.
    Interpolation,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    /// `[|`
    OpenChoices,
    /// `|]`
    CloseChoices,
    Comma,
    Semicolon,
    Colon,
    Equals,
    Ampersand,
    Dot,
    Pipe,
    Minus,
    Let,
    Rec,
    In,
    Import,
    True,
    False,
    Null,
    /// `Number`, `String`, `Bool`, `Dyn`: a type by its keyword.
    Type,
    /// A keyword or sign that makes no syntax tree deeper.
    Other,
    /// Any other operator or keyword.
    Operator,
}

/// What may be said of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metadata {
    Default,
    Force,
    Priority,
    Doc,
    Optional,
    NotExported,
}

/// The tokens of a text, up to the first that is none.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub tokens: Vec<Token>,
    /// Whether the whole text is tokens.
    pub complete: bool,
    /// A number that Nickel can't write out; the lexer is not asked for it, nor for what follows.
    pub huge: Option<Token>,
}

impl Token {
    /// Where it stands.
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Kind {
    /// Whether it is a bracket that has a partner further on, interpolation included.
    pub(crate) fn opens(self) -> bool {
        matches!(
            self,
            Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParenthesis | Kind::OpenChoices | Kind::Interpolation
        )
    }

    /// Whether it closes one.
    pub(crate) fn closes(self) -> bool {
        matches!(self, Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParenthesis | Kind::CloseChoices)
    }
}

impl Outline {
    /// Reads the tokens of a text, in which no carriage return stands alone: the lexer stumbles over those.
    pub(crate) fn of(text: &str) -> Outline {
        // Environments have about six bytes a token.
        let mut outline = Outline { tokens: Vec::with_capacity(text.len() / 6), complete: true, huge: None };
        let mut lexer = Lexer::new(text);
        let may_be_huge = has_huge_exponent(text.as_bytes());
        let mut open = Vec::new();
        loop {
            let is_code = may_be_huge && !matches!(open.last(), Some(Kind::Quote));
            if is_code && let Some(number) = outline.huge_number_next(text) {
                (outline.huge, outline.complete) = (Some(number), false);
                return outline;
            }
            match lexer.next() {
                Some(Ok((start, token, end))) => {
                    let (start, end) = (offset(start), offset(end));
                    let kind = kind(&token);
                    outline.tokens.push(Token { kind, start, end });
                    if may_be_huge {
                        follow(&mut open, kind);
                    }
                }
                Some(Err(_)) => {
                    outline.complete = false;
                    return outline;
                }
                None => return outline,
            }
        }
    }

    /// Whether a text has a number that Nickel can't write out, before anything that is no token.
    pub(super) fn has_huge_number(text: &str) -> bool {
        has_huge_exponent(text.as_bytes()) && Outline::of(text).huge.is_some()
    }

    /// The number that is the next token, if its exponent is too large.
    fn huge_number_next(&self, text: &str) -> Option<Token> {
        huge_number_at(text, self.tokens.last().map_or(0, |token| token.end as usize))
    }

    /// Where the text first nests too deep.
    ///
    /// The depth of the syntax tree is at most that of the brackets, plus one for each operator and keyword since the
    /// last comma in each of them: no more exact count is needed to keep a thousandfold distance from ordinary texts.
    pub(super) fn too_deep(&self) -> Option<Token> {
        // What in each level of brackets makes the tree deeper since the last comma, and how many `let` wait for `in`.
        let mut levels = vec![(0, 0_usize)];
        let mut depth = 0;
        for token in &self.tokens {
            match token.kind {
                kind if kind.opens() => {
                    depth += 1;
                    levels.push((0, 0));
                }
                kind if kind.closes() => {
                    if levels.len() > 1
                        && let Some((weight, _)) = levels.pop()
                    {
                        depth -= 1 + weight;
                    }
                }
                Kind::Comma | Kind::Semicolon => {
                    // The comma between two bindings of one `let` does not end what is around the `let`.
                    if let Some((weight, _)) = levels.last_mut().filter(|(_, open_lets)| *open_lets == 0) {
                        depth -= std::mem::take(weight);
                    }
                }
                Kind::Let => {
                    if let Some((_, open_lets)) = levels.last_mut() {
                        *open_lets += 1;
                    }
                }
                kind if deepens(kind) => {
                    depth += 1;
                    if let Some((weight, open_lets)) = levels.last_mut() {
                        *weight += 1;
                        *open_lets = open_lets.saturating_sub(usize::from(kind == Kind::In));
                    }
                }
                _ => {}
            }
            if depth > MAX_NESTING {
                return Some(*token);
            }
        }
        None
    }
}

/// The number that stands behind an offset, blanks and comments, if its exponent is too large.
fn huge_number_at(text: &str, mut start: usize) -> Option<Token> {
    loop {
        let rest = text.get(start..)?;
        start += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let Some(comment) = text.get(start..).filter(|rest| rest.starts_with('#')) else { break };
        start += comment.find('\n').unwrap_or(comment.len());
    }
    let bytes = text.as_bytes().get(start..)?;
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let length = digits + huge_exponent(bytes.get(digits..)?).filter(|_| digits > 0)?;
    Some(Token { kind: Kind::Decimal, start: offset(start), end: offset(start + length) })
}

/// Notes what a token opens or closes: texts, by `Quote`, and in them what stands between braces.
fn follow(open: &mut Vec<Kind>, kind: Kind) {
    let is_text = matches!(open.last(), Some(Kind::Quote));
    match kind {
        Kind::Quote if is_text => drop(open.pop()),
        Kind::Quote | Kind::QuotedTag | Kind::Indented | Kind::Symbolic => open.push(Kind::Quote),
        Kind::Interpolation | Kind::OpenBrace => open.push(kind),
        Kind::IndentedEnd | Kind::CloseBrace => drop(open.pop()),
        _ => {}
    }
}

/// Whether a text has what may be the exponent of a number that is too large, wherever that stands.
fn has_huge_exponent(text: &[u8]) -> bool {
    memchr::memchr2_iter(b'e', b'E', text).any(|at| text.get(at..).is_some_and(|rest| huge_exponent(rest).is_some()))
}

/// The length of the exponent that a text begins with, if it is too large.
fn huge_exponent(text: &[u8]) -> Option<usize> {
    let [b'e' | b'E', rest @ ..] = text else { return None };
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    let digits = rest.get(sign..)?;
    let length = digits.iter().take_while(|digit| digit.is_ascii_digit()).count();
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    (length.saturating_sub(zeros) > MAX_EXPONENT).then_some(1 + sign + length)
}

/// Whether a token that is no bracket makes the syntax tree deeper.
fn deepens(kind: Kind) -> bool {
    matches!(kind, Kind::Operator | Kind::In | Kind::Ampersand | Kind::Dot | Kind::Pipe | Kind::Minus | Kind::Colon)
        || matches!(kind, Kind::Metadata(Metadata::Force | Metadata::Priority | Metadata::NotExported))
}

/// Where a carriage return stands that ends no line. Nickel's lexer refuses it outside of text; inside, it has an
/// assertion that there is none, and without assertions lets it into the value.
pub(crate) fn lone_carriage_return(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let lone = |at: &usize| bytes.get(*at) == Some(&b'\r') && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).find(lone).and_then(|at| u32::try_from(at).ok())
}

/// An offset as places have it; no text is longer than they can say.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn kind(token: &Lexed<'_>) -> Kind {
    match token {
        Lexed::Normal(token) => normal(token),
        Lexed::Str(token) => match token {
            StringToken::Interpolation => Kind::Interpolation,
            StringToken::EscapedChar(character) => Kind::Escape(*character),
            StringToken::DoubleQuote => Kind::Quote,
            StringToken::Literal(_) => Kind::Literal,
            // The lexer makes characters of escapes, and errors of the rest.
            StringToken::EscapedAscii(_) | StringToken::EscapedUnicode(_) | StringToken::Error => Kind::Other,
        },
        Lexed::MultiStr(token) => match token {
            MultiStringToken::Interpolation => Kind::Interpolation,
            MultiStringToken::End => Kind::IndentedEnd,
            MultiStringToken::Literal(_) => Kind::Literal,
            MultiStringToken::CandidateEnd(_)
            | MultiStringToken::CandidateInterpolation(_)
            | MultiStringToken::QuotesCandidateInterpolation(_)
            | MultiStringToken::Error => Kind::Other,
        },
    }
}

fn normal(token: &NormalToken<'_>) -> Kind {
    use NormalToken as T;
    match token {
        T::Identifier(_) | T::Or | T::As | T::Include => Kind::Name,
        T::Default => Kind::Metadata(Metadata::Default),
        T::Force => Kind::Metadata(Metadata::Force),
        T::Priority => Kind::Metadata(Metadata::Priority),
        T::Doc => Kind::Metadata(Metadata::Doc),
        T::Optional => Kind::Metadata(Metadata::Optional),
        T::NotExported => Kind::Metadata(Metadata::NotExported),
        T::DecNumLiteral(_) => Kind::Decimal,
        T::HexNumLiteral(_) | T::OctNumLiteral(_) | T::BinNumLiteral(_) => Kind::OtherNumber,
        T::RawEnumTag(_) => Kind::Tag,
        T::StrEnumTagBegin => Kind::QuotedTag,
        T::DoubleQuote => Kind::Quote,
        T::MultiStringStart(_) => Kind::Indented,
        T::SymbolicStringStart(_) => Kind::Symbolic,
        T::LBrace => Kind::OpenBrace,
        T::RBrace => Kind::CloseBrace,
        T::LBracket => Kind::OpenBracket,
        T::RBracket => Kind::CloseBracket,
        T::LParen => Kind::OpenParenthesis,
        T::RParen => Kind::CloseParenthesis,
        T::EnumOpen => Kind::OpenChoices,
        T::EnumClose => Kind::CloseChoices,
        T::Comma => Kind::Comma,
        T::Semicolon => Kind::Semicolon,
        T::Colon => Kind::Colon,
        T::Equals => Kind::Equals,
        T::Ampersand => Kind::Ampersand,
        T::Dot => Kind::Dot,
        T::Pipe => Kind::Pipe,
        T::Minus => Kind::Minus,
        T::Let => Kind::Let,
        T::Rec => Kind::Rec,
        T::In => Kind::In,
        T::Import => Kind::Import,
        T::True => Kind::True,
        T::False => Kind::False,
        T::Null => Kind::Null,
        T::Dyn | T::Number | T::Bool | T::String => Kind::Type,
        T::LineComment | T::Underscore | T::If | T::Fun => Kind::Other,
        _ => Kind::Operator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth_is_refused(text: &str) -> bool {
        Outline::of(text).too_deep().is_some()
    }

    #[test]
    fn long_lists_are_not_deep_and_brackets_in_strings_are_none() {
        assert!(!depth_is_refused(&format!("[{}]", "a + 1, ".repeat(10_000))));
        assert!(!depth_is_refused(&format!("{{{}}}", "a = {b = [1 + 1]}, ".repeat(10_000))));
        assert!(!depth_is_refused(&format!("\"{}\"", "[".repeat(10_000))));
        assert!(!depth_is_refused(&"let a = [1 + 2] in ".repeat(MAX_NESTING - 10)));
    }

    #[test]
    fn whatever_makes_the_tree_deep_is_counted() {
        let too_many = MAX_NESTING + 1;
        for piece in
            ["[", "{a=", "(", "\"%{", "1+", "let a=1,b=2 in ", "fun x => ", "a.", "!", "%typeof% ", "if a then b else "]
        {
            assert!(depth_is_refused(&piece.repeat(too_many)), "{piece}");
            assert!(!depth_is_refused(&piece.repeat(100)), "{piece}");
        }
    }

    #[test]
    fn numbers_that_can_not_be_written_out_are_not_lexed() {
        let huge = |text: &str| Outline::of(text).huge.map(|number| &text[number.range()]).map(str::to_owned);
        assert_eq!(huge("{ a = 1, # 1e99999\n b = 1.5e+999999999999 }").as_deref(), Some("1.5e+999999999999"));
        assert_eq!(huge("1E-99999").as_deref(), Some("1E-99999"));
        for text in [
            "{ a = \"1e99999\", b = 0x1e99999, c = 1e9999, d = 1e00000001 }",
            "a1e99999",
            "# 1e99999",
            "\"%{a}1e99999\"",
        ] {
            assert_eq!(huge(text), None, "{text}");
        }
        assert_eq!(huge("\"%{1e99999}\"").as_deref(), Some("1e99999"));
    }

    #[test]
    fn tokens_stop_where_the_text_is_none() {
        let outline = Outline::of("{ a = \"b\\q\" }");
        assert!(!outline.complete);
        assert_eq!(outline.tokens.last().map(|token| token.kind), Some(Kind::Literal));
    }
}
