//! Parses plain data from tokens.
//!
//! This takes less than Nickel's grammar, and never more: what is not surely plain data is left to Nickel's own parser.

use super::expression::{Binding, Definition, Expression, Name, Node, Piece};
use crate::evaluate::outline::{Kind, Metadata, Outline, Token};
use nickel_lang_core::ast::{Ast, MergePriority, Node as NickelNode, StringChunk};
use nickel_lang_parser::utils::{parse_number_base, parse_number_sci, strip_indent};
use std::borrow::Cow;
use std::collections::HashSet;

/// The expression that a text is, and how many annotations are in it; none where it is not surely plain data. The text
/// does not nest too deep.
pub(super) fn parse<'t>(text: &'t str, outline: &Outline) -> Option<(Expression<'t>, usize)> {
    if !outline.complete {
        return None;
    }
    let mut parser = Parser { text, tokens: &outline.tokens, at: 0, annotations: 0 };
    let expression = parser.expression()?;
    (parser.at == outline.tokens.len()).then_some((expression, parser.annotations))
}

struct Parser<'t, 'o> {
    text: &'t str,
    tokens: &'o [Token],
    /// How many tokens are behind.
    at: usize,
    annotations: usize,
}

impl<'t> Parser<'t, '_> {
    fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).copied()?;
        self.at += 1;
        Some(token)
    }

    /// The next token, if it is of a kind.
    fn eat(&mut self, kind: Kind) -> Option<Token> {
        self.peek().filter(|next| *next == kind).and_then(|_| self.take())
    }

    fn slice(&self, token: Token) -> Option<&'t str> {
        self.text.get(token.range())
    }

    /// Where the last token ends.
    fn end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.end)
    }

    fn expression(&mut self) -> Option<Expression<'t>> {
        match self.peek()? {
            Kind::Let => self.bound(),
            Kind::Import => self.import(),
            _ => {
                let merged = self.merged()?;
                match self.eat(Kind::Pipe) {
                    None => Some(merged),
                    Some(_) => {
                        self.annotations += 1;
                        let (start, contract) = (merged.start, self.operand()?);
                        // Records and the like are types here.
                        if !matches!(contract.node, Node::Name(_) | Node::Access(..)) {
                            return None;
                        }
                        let node = Node::Annotated(Box::new(merged), Box::new(contract));
                        Some(Expression { node, start, end: self.end() })
                    }
                }
            }
        }
    }

    fn bound(&mut self) -> Option<Expression<'t>> {
        let start = self.eat(Kind::Let)?.start;
        let bindings = self.listed(Kind::In, Self::binding)?;
        let mut names = HashSet::new();
        if bindings.is_empty() || !bindings.iter().all(|binding| names.insert(binding.name)) {
            return None;
        }
        let body = Box::new(self.expression()?);
        Some(Expression { node: Node::Let(bindings, body), start, end: self.end() })
    }

    fn binding(&mut self) -> Option<Binding<'t>> {
        let name = self.eat(Kind::Name)?;
        self.eat(Kind::Equals)?;
        Some(Binding { name: self.slice(name)?, value: self.expression()? })
    }

    fn import(&mut self) -> Option<Expression<'t>> {
        let start = self.eat(Kind::Import)?.start;
        self.eat(Kind::Quote)?;
        self.eat(Kind::Literal)?;
        self.eat(Kind::Quote)?;
        Some(Expression { node: Node::Import(start), start, end: self.end() })
    }

    fn merged(&mut self) -> Option<Expression<'t>> {
        let mut left = self.operand()?;
        while self.eat(Kind::Ampersand).is_some() {
            let right = self.operand()?;
            let start = left.start;
            left = Expression { node: Node::Merge(Box::new(left), Box::new(right)), start, end: self.end() };
        }
        Some(left)
    }

    /// An atom, or a tag with what comes with it. What stands beside another atom would be applied to it.
    fn operand(&mut self) -> Option<Expression<'t>> {
        let head = self.atom()?;
        match head.node {
            Node::Tag(tag) if self.peek().is_some_and(begins_atom) => {
                // Only a tag without parentheses around it is known to make a variant.
                let (start, payload) = (head.start, self.atom()?);
                Some(Expression { node: Node::Variant(tag, Box::new(payload)), start, end: self.end() })
            }
            _ => Some(head),
        }
        .filter(|_| !self.peek().is_some_and(begins_atom))
    }

    fn atom(&mut self) -> Option<Expression<'t>> {
        let token = self.take()?;
        let node = match token.kind {
            Kind::Null => Node::Null,
            Kind::True => Node::Bool(true),
            Kind::False => Node::Bool(false),
            Kind::Decimal | Kind::OtherNumber => Node::Number(number(self.slice(token)?)?),
            Kind::Quote => self.quoted()?,
            Kind::Indented => self.indented()?,
            Kind::Tag => Node::Tag(Cow::Borrowed(self.slice(token)?.get(1..)?)),
            Kind::QuotedTag => match self.quoted()? {
                Node::Text(text) => Node::Tag(text),
                _ => return None,
            },
            Kind::OpenBracket => Node::Array(self.listed(Kind::CloseBracket, Self::expression)?),
            Kind::OpenBrace => Node::Record(self.listed(Kind::CloseBrace, Self::definition)?),
            Kind::Name => Node::Name(self.slice(token)?),
            Kind::OpenParenthesis => {
                let inner = self.expression()?;
                self.eat(Kind::CloseParenthesis)?;
                inner.node
            }
            _ => return None,
        };
        let mut atom = Expression { node, start: token.start, end: self.end() };
        while self.eat(Kind::Dot).is_some() {
            let name = self.name()?.text;
            atom = Expression { node: Node::Access(Box::new(atom), name), start: token.start, end: self.end() };
        }
        Some(atom)
    }

    /// What stands between commas, up to a token.
    fn listed<T>(&mut self, end: Kind, item: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while self.eat(end).is_none() {
            items.push(item(self)?);
            if self.eat(Kind::Comma).is_none() {
                self.eat(end)?;
                break;
            }
        }
        Some(items)
    }

    fn definition(&mut self) -> Option<Definition<'t>> {
        // `include` takes a field from around, unless something shows that it is a name.
        let first = self.name().filter(|name| name.text != "include")?;
        let mut inner = Vec::new();
        while self.eat(Kind::Dot).is_some() {
            inner.push(self.name()?);
        }
        let priority = self.metadata()?;
        self.eat(Kind::Equals)?;
        Some(Definition { first, inner, priority, value: self.expression()? })
    }

    fn name(&mut self) -> Option<Name<'t>> {
        let token = self.take()?;
        let text = match token.kind {
            Kind::Name | Kind::Metadata(_) => Cow::Borrowed(self.slice(token)?),
            Kind::Quote => match self.quoted()? {
                Node::Text(text) => text,
                _ => return None,
            },
            _ => return None,
        };
        Some(Name { text, start: token.start, end: self.end() })
    }

    /// What is said of a field: its priority, and words for people.
    fn metadata(&mut self) -> Option<MergePriority> {
        let mut priority = None;
        let mut documented = false;
        while self.eat(Kind::Pipe).is_some() {
            let said = match self.take()?.kind {
                Kind::Metadata(Metadata::Default) => MergePriority::Bottom,
                Kind::Metadata(Metadata::Force) => MergePriority::Top,
                Kind::Metadata(Metadata::Priority) => {
                    let token = self.take().filter(|token| token.kind == Kind::Decimal)?;
                    MergePriority::Numeral(parse_number_sci(self.slice(token)?).ok()?)
                }
                Kind::Metadata(Metadata::Doc) => {
                    let token = self.take()?;
                    let text = match token.kind {
                        Kind::Quote => self.quoted()?,
                        Kind::Indented => self.indented()?,
                        _ => return None,
                    };
                    // Which of two remains is Nickel's to say.
                    if !matches!(text, Node::Text(_)) || std::mem::replace(&mut documented, true) {
                        return None;
                    }
                    continue;
                }
                _ => return None,
            };
            if priority.replace(said).is_some() {
                return None;
            }
        }
        Some(priority.unwrap_or(MergePriority::Neutral))
    }

    /// The rest of a text between double quotes.
    fn quoted(&mut self) -> Option<Node<'t>> {
        let pieces = self.pieces(Kind::Quote)?;
        Some(joined(pieces))
    }

    /// The rest of a text that is indented as what is around it.
    fn indented(&mut self) -> Option<Node<'t>> {
        let pieces = self.pieces(Kind::IndentedEnd)?;
        let chunk = |piece: &Piece<'_>| match piece {
            Piece::Literal(text) => StringChunk::Literal(text.to_string()),
            Piece::Expression(_) => StringChunk::Expr(Ast::from(NickelNode::Null), 0),
        };
        let mut chunks: Vec<StringChunk<Ast<'_>>> = pieces.iter().map(chunk).collect();
        strip_indent(&mut chunks);
        let stripped = |(piece, chunk): (Piece<'t>, StringChunk<Ast<'_>>)| match chunk {
            StringChunk::Literal(text) => Piece::Literal(Cow::Owned(text)),
            StringChunk::Expr(..) => piece,
        };
        Some(joined(pieces.into_iter().zip(chunks).map(stripped).collect()))
    }

    /// The pieces of a text, neighbours in one, up to its end.
    fn pieces(&mut self, end: Kind) -> Option<Vec<Piece<'t>>> {
        let mut pieces: Vec<Piece<'t>> = Vec::with_capacity(1);
        loop {
            let token = self.take()?;
            let literal = match token.kind {
                kind if kind == end => return Some(pieces),
                Kind::Literal => broken_lines_as_nickel_has_them(self.slice(token)?),
                Kind::Escape(character) => Cow::Owned(character.to_string()),
                Kind::Interpolation => {
                    let expression = self.expression()?;
                    self.eat(Kind::CloseBrace)?;
                    pieces.push(Piece::Expression(expression));
                    continue;
                }
                _ => return None,
            };
            match pieces.last_mut() {
                Some(Piece::Literal(text)) => text.to_mut().push_str(&literal),
                Some(Piece::Expression(_)) | None => pieces.push(Piece::Literal(literal)),
            }
        }
    }
}

fn broken_lines_as_nickel_has_them(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Text without expressions is one text.
fn joined(mut pieces: Vec<Piece<'_>>) -> Node<'_> {
    match pieces.as_mut_slice() {
        [] => Node::Text(Cow::Borrowed("")),
        [Piece::Literal(text)] => Node::Text(std::mem::take(text)),
        _ => Node::Pieces(pieces),
    }
}

/// Whether a token can begin an atom.
fn begins_atom(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Decimal
            | Kind::OtherNumber
            | Kind::Tag
            | Kind::QuotedTag
            | Kind::Quote
            | Kind::Indented
            | Kind::Symbolic
            | Kind::OpenBrace
            | Kind::OpenBracket
            | Kind::OpenParenthesis
            | Kind::OpenChoices
            | Kind::True
            | Kind::False
            | Kind::Null
            | Kind::Type
    )
}

/// A number as Nickel writes it.
fn number(text: &str) -> Option<Cow<'_, str>> {
    let whole = text.bytes().all(|byte| byte.is_ascii_digit());
    if whole && (text.len() == 1 || !text.starts_with('0')) {
        return Some(Cow::Borrowed(text));
    }
    let number = match text.as_bytes() {
        [b'0', b'x', ..] => parse_number_base(16, text.get(2..)?).ok()?,
        [b'0', b'o', ..] => parse_number_base(8, text.get(2..)?).ok()?,
        [b'0', b'b', ..] => parse_number_base(2, text.get(2..)?).ok()?,
        _ => parse_number_sci(text).ok()?,
    };
    Some(Cow::Owned(number.to_string()))
}

#[cfg(test)]
mod tests;
