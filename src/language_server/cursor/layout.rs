//! The scopes and items of a text: what is between brackets, and what is between commas.
//!
//! Where every bracket has its partner, brackets alone decide. Else indentation closes what is open: a line that begins a
//! field no deeper than the line of an open bracket is outside of it.

use super::Part;
use crate::evaluate::outline::{Kind, Token, tokens};
use crate::path::{Path, Segment};
use std::ops::Range;
use std::sync::Arc;

/// What stands between two brackets, or between `let` and `in`, or the whole text.
#[derive(Debug)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    /// The item that it is a part of; none for the text.
    pub owner: Option<usize>,
    /// The token of the tag that it is the payload of.
    pub tag: Option<usize>,
    /// Whether it is the value of its owner or a part of that, and neither a contract nor an argument.
    pub is_value: bool,
    /// The bytes inside.
    pub inside: Range<usize>,
    pub closed: bool,
    /// The indentation of the line that it begins in, and where that line begins.
    pub indent: usize,
    pub line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Text,
    Record,
    Array,
    Group,
    /// Between `let` and `in`.
    Bindings,
    /// A type, or an interpolation.
    Other,
}

/// What stands between two commas: a field with its value, an element, a binding.
#[derive(Debug)]
pub(super) struct Item {
    pub scope: usize,
    /// How many items of its scope come before it.
    pub index: usize,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Those of its name, dots included; empty where it has none.
    pub name: Range<usize>,
    /// The token that ends what is said of the field and begins its value.
    pub sign: Option<usize>,
    /// The first token of a contract or of other metadata.
    pub annotation: Option<usize>,
    /// The token of the comma behind it.
    pub comma: Option<usize>,
}

/// How many open brackets are passed in search of the partner of one that closes.
const REACH: usize = 64;

/// A text, taken apart.
#[derive(Debug)]
pub struct Parts {
    pub(super) text: Arc<str>,
    pub(super) tokens: Vec<Token>,
    pub(super) scopes: Vec<Scope>,
    pub(super) items: Vec<Item>,
}

/// A scope that is open, and the item at hand in it.
struct Frame {
    scope: usize,
    item: Option<usize>,
    count: usize,
    phase: Phase,
}

/// What of an item comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its name, or the sign behind it.
    Name,
    /// A contract, or other metadata.
    Annotation,
    /// Its value.
    Value,
}

struct Reader {
    parts: Parts,
    frames: Vec<Frame>,
    /// Whether every bracket has its partner.
    balanced: bool,
    /// Where the line at hand begins, and its indentation.
    line: usize,
    indent: usize,
    /// The token that begins the body of a `let` without `in`.
    body: Option<usize>,
}

/// Takes a text apart.
fn read(text: Arc<str>) -> Parts {
    let (tokens, end) = (tokens(&text), text.len());
    let balanced = is_balanced(&tokens);
    let whole = Scope {
        kind: ScopeKind::Text,
        owner: None,
        tag: None,
        is_value: true,
        inside: 0..end,
        closed: false,
        indent: 0,
        line: 0,
    };
    let parts = Parts { text, tokens, scopes: vec![whole], items: Vec::new() };
    let frames = vec![Frame { scope: 0, item: None, count: 0, phase: Phase::Value }];
    let mut reader = Reader { parts, frames, balanced, line: 0, indent: 0, body: None };
    let mut at = 0;
    while let Some(token) = reader.parts.tokens.get(at).copied() {
        at = reader.token(at, token);
    }
    let count = reader.parts.tokens.len();
    while !reader.frames.is_empty() {
        reader.leave(count, end, false);
    }
    reader.parts
}

impl Parts {
    /// Takes a text apart.
    pub fn new(text: impl Into<Arc<str>>) -> Parts {
        read(text.into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is written of a token.
    pub(super) fn written(&self, token: usize) -> &str {
        self.tokens.get(token).and_then(|token| self.text.get(token.range())).unwrap_or("")
    }

    pub(super) fn kind(&self, token: usize) -> Option<Kind> {
        self.tokens.get(token).map(|token| token.kind)
    }

    /// Whether a token is written like a name: a keyword is one in the place of a field's name.
    fn is_word(&self, token: usize) -> bool {
        let is_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        match self.kind(token) {
            None | Some(Kind::Literal | Kind::Indented | Kind::Symbolic) => false,
            Some(_) => self.written(token).as_bytes().first().is_some_and(is_name),
        }
    }

    /// The end of the one part of a name that begins with a token.
    fn part_end(&self, token: usize) -> Option<usize> {
        if self.is_word(token) {
            return Some(token + 1);
        }
        (self.kind(token)? == Kind::Quote).then(|| self.string_end(token))
    }

    /// The end of the text between quotes that begins with a token.
    pub(super) fn string_end(&self, quote: usize) -> usize {
        let touches = |token: usize| {
            let pair = (self.tokens.get(token - 1), self.tokens.get(token));
            matches!(pair, (Some(before), Some(after)) if before.end == after.start)
        };
        let mut end = quote + 1;
        if self.kind(end) == Some(Kind::Literal) && touches(end) {
            end += 1;
        }
        end + usize::from(self.kind(end) == Some(Kind::Quote) && touches(end))
    }

    /// The end of the dotted name that begins with a token; the token itself where there is none. A dot at the end of a line
    /// ends it: the next line is another field.
    fn name_end(&self, token: usize) -> usize {
        let Some(mut end) = self.part_end(token) else { return token };
        while self.kind(end) == Some(Kind::Dot) && !self.is_first_of_line(end) {
            end += 1;
            match self.part_end(end) {
                Some(after) if !self.is_first_of_line(end) => end = after,
                _ => return end,
            }
        }
        end
    }

    /// Whether a token is the first of its line.
    pub(super) fn is_first_of_line(&self, token: usize) -> bool {
        let before = token.checked_sub(1).and_then(|before| self.tokens.get(before));
        let end = before.map_or(0, |before| before.end as usize);
        let start = self.tokens.get(token).map_or(self.text.len(), |token| token.start as usize);
        before.is_none() || self.text.get(end..start).is_some_and(|gap| gap.contains(['\n', '\r']))
    }

    /// The parts of an item's name.
    pub(super) fn names(&self, item: &Item) -> impl Iterator<Item = (usize, Part<'_>)> {
        let mut at = item.name.start;
        let end = item.name.end;
        std::iter::from_fn(move || {
            while at < end {
                let (token, after) = (at, self.part_end(at));
                at = after.unwrap_or(at + 1);
                if let Some(after) = after {
                    return Some((token, Part::Field(self.unquoted(token, after))));
                }
            }
            None
        })
    }

    /// What stands between the quotes of some tokens, or what they are without quotes.
    fn unquoted(&self, token: usize, end: usize) -> &str {
        match self.kind(token) {
            Some(Kind::Quote) if self.kind(token + 1) == Some(Kind::Literal) && token + 1 < end => {
                self.written(token + 1)
            }
            Some(Kind::Quote) => "",
            _ => self.written(token),
        }
    }

    /// The bytes of some tokens.
    pub(super) fn bytes(&self, tokens: &Range<usize>) -> Option<Range<usize>> {
        let last = tokens.end.checked_sub(1).filter(|last| *last >= tokens.start)?;
        Some(self.tokens.get(tokens.start)?.start as usize..self.tokens.get(last)?.end as usize)
    }

    /// The token that a value begins with, where the item may have one.
    pub(super) fn value_start(&self, item: &Item) -> Option<usize> {
        match item.sign {
            Some(sign) => Some(sign + 1),
            None => item.name.is_empty().then_some(item.tokens.start),
        }
    }
}

impl Reader {
    /// Reads what begins with a token, and says where it ends.
    fn token(&mut self, at: usize, token: Token) -> usize {
        if self.parts.is_first_of_line(at) {
            self.begin_line(at, token);
        }
        let kind = token.kind;
        match kind {
            Kind::Comma => self.end_item(at, Some(at)),
            Kind::In if self.closes_let(at) => {
                self.leave_to(at, |scope| scope.kind == ScopeKind::Bindings, token.start as usize);
            }
            _ if kind.closes() => self.close(at, token),
            _ if self.begins_item(at) => return self.begin_item(at),
            _ if kind.opens() || kind == Kind::Let => self.open(at, token),
            Kind::Equals => self.sign(at),
            Kind::Pipe | Kind::Colon => self.annotate(at),
            Kind::Quote => return self.parts.string_end(at),
            _ => {}
        }
        at + 1
    }

    fn scope(&self) -> Option<&Scope> {
        self.parts.scopes.get(self.frames.last()?.scope)
    }

    fn item(&mut self) -> Option<&mut Item> {
        self.parts.items.get_mut(self.frames.last()?.item?)
    }

    /// Ends what the first token of a line shows to be over: an item without a comma, a bracket without a partner.
    fn begin_line(&mut self, at: usize, token: Token) {
        let start = token.start as usize;
        let before = self.parts.text.get(..start).unwrap_or_default();
        self.line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        self.indent = start - self.line;
        let name_end = self.parts.name_end(at);
        let is_field = name_end > at && self.parts.kind(name_end) == Some(Kind::Equals);
        if !self.balanced && name_end > at && (is_field || self.is_alone(name_end)) {
            self.leave_by_indentation(at);
        }
        if is_field || self.is_missing_comma(at, name_end) {
            self.end_item(at, None);
        }
        if token.kind == Kind::OpenBrace && self.ends_let(at) {
            self.leave(at, self.line, false);
            self.body = Some(at);
        }
    }

    /// Whether a name that ends before a token may be a field that is being written.
    fn is_alone(&self, name_end: usize) -> bool {
        self.parts.kind(name_end).is_none_or(|kind| kind == Kind::Pipe) || self.parts.is_first_of_line(name_end)
    }

    /// Closes what is open before a token and no less indented than its line, but for the outermost record.
    fn leave_by_indentation(&mut self, at: usize) {
        let is_record = |scope: &Scope| scope.kind == ScopeKind::Record;
        while let Some(scope) = self.scope() {
            if scope.kind == ScopeKind::Text || scope.indent < self.indent || scope.line == self.line {
                return;
            }
            let open = self.frames.iter().filter_map(|frame| self.parts.scopes.get(frame.scope));
            if is_record(scope) && open.filter(|scope| is_record(scope)).nth(1).is_none() {
                return;
            }
            self.leave(at, self.line, false);
        }
    }

    /// Whether a name that begins a line begins an item, too, because it is below the name of the last one.
    fn is_missing_comma(&self, at: usize, name_end: usize) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let Some(item) = frame.item.and_then(|item| self.parts.items.get(item)) else { return false };
        if name_end == at || item.name.is_empty() || item.tokens.start == at {
            return false;
        }
        let start = self.parts.tokens.get(item.tokens.start).map_or(0, |token| token.start as usize);
        let before = self.parts.text.get(..start).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let is_first = before.get(line..).is_some_and(|before| before.trim().is_empty());
        is_first && start - line == self.indent && (frame.phase == Phase::Name || self.follows_value(at))
    }

    fn follows_value(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.parts.kind(before)).is_some_and(ends_value)
    }

    /// Whether a brace that begins a line shows that the `let` before it was to end.
    fn ends_let(&self, at: usize) -> bool {
        let is_let = |scope: &Scope| scope.kind == ScopeKind::Bindings && scope.indent >= self.indent;
        self.scope().is_some_and(is_let) && self.follows_value(at)
    }

    fn closes_let(&self, at: usize) -> bool {
        let is_let = |frame: &Frame| self.parts.scopes.get(frame.scope).is_some_and(|s| s.kind == ScopeKind::Bindings);
        match self.frames.last() {
            Some(top) if is_let(top) => true,
            _ => !self.balanced && self.parts.is_first_of_line(at) && self.frames.iter().rev().take(REACH).any(is_let),
        }
    }

    /// Whether a token is the first of an item.
    fn begins_item(&self, at: usize) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        match frame.item.and_then(|item| self.parts.items.get(item)) {
            None => true,
            // Two names in a row, or behind a dot at the end of a line.
            Some(item) => frame.phase == Phase::Name && at > item.tokens.start && self.parts.part_end(at).is_some(),
        }
    }

    /// Begins an item, reads its name, and says where that ends.
    fn begin_item(&mut self, at: usize) -> usize {
        self.end_item(at, None);
        let Some(kind) = self.scope().map(|scope| scope.kind) else { return at + 1 };
        let end = self.parts.name_end(at);
        let has_sign = self.parts.kind(end) == Some(Kind::Equals);
        let is_named = match kind {
            ScopeKind::Record => true,
            ScopeKind::Bindings => self.parts.kind(at) != Some(Kind::Rec),
            ScopeKind::Text | ScopeKind::Group | ScopeKind::Array => has_sign,
            ScopeKind::Other => false,
        };
        if kind == ScopeKind::Bindings && !is_named {
            return at + 1;
        }
        let name = if is_named { at..end } else { at..at };
        let Some(frame) = self.frames.last_mut() else { return at + 1 };
        let item = Item {
            scope: frame.scope,
            index: frame.count,
            tokens: at..at + 1,
            name: name.clone(),
            sign: None,
            annotation: None,
            comma: None,
        };
        frame.item = Some(self.parts.items.len());
        frame.count += 1;
        frame.phase = if name.is_empty() { Phase::Value } else { Phase::Name };
        self.parts.items.push(item);
        if name.is_empty() { self.value(at) } else { name.end }
    }

    /// Reads the first token of a value that has no name.
    fn value(&mut self, at: usize) -> usize {
        let Some(token) = self.parts.tokens.get(at).copied() else { return at + 1 };
        match token.kind {
            Kind::Quote => return self.parts.string_end(at),
            kind if kind.opens() || kind == Kind::Let => self.open(at, token),
            _ => {}
        }
        at + 1
    }

    fn end_item(&mut self, at: usize, comma: Option<usize>) {
        if let Some(item) = self.item() {
            item.tokens.end = at;
            item.comma = comma;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.item = None;
            frame.phase = Phase::Name;
        }
    }

    fn sign(&mut self, at: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.phase != Phase::Value {
            frame.phase = Phase::Value;
            if let Some(item) = self.item() {
                item.sign = item.sign.or(Some(at));
            }
        }
    }

    fn annotate(&mut self, at: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.phase = Phase::Annotation;
        }
        if let Some(item) = self.item() {
            item.annotation = item.annotation.or(Some(at));
        }
    }

    fn open(&mut self, at: usize, token: Token) {
        let Some(frame) = self.frames.last() else { return };
        let before = at.checked_sub(1);
        let tag = before.filter(|before| self.parts.kind(*before) == Some(Kind::Tag));
        let is_part = frame.phase == Phase::Value && (tag.is_some() || !self.is_argument(at, frame));
        let scope = Scope {
            kind: match token.kind {
                Kind::OpenBrace => ScopeKind::Record,
                Kind::OpenBracket => ScopeKind::Array,
                Kind::OpenParenthesis => ScopeKind::Group,
                Kind::Let => ScopeKind::Bindings,
                _ => ScopeKind::Other,
            },
            owner: frame.item,
            tag: tag.filter(|_| is_part),
            is_value: is_part,
            inside: token.end as usize..self.parts.text.len(),
            closed: false,
            indent: self.indent,
            line: self.line,
        };
        let phase = match scope.kind {
            ScopeKind::Record | ScopeKind::Bindings => Phase::Name,
            ScopeKind::Text | ScopeKind::Array | ScopeKind::Group | ScopeKind::Other => Phase::Value,
        };
        self.frames.push(Frame { scope: self.parts.scopes.len(), item: None, count: 0, phase });
        self.parts.scopes.push(scope);
    }

    /// Whether a bracket opens the argument of a function, or the arms of a `match`.
    fn is_argument(&self, at: usize, frame: &Frame) -> bool {
        let is_first =
            frame.item.and_then(|item| self.parts.items.get(item)).is_none_or(|item| item.tokens.start == at);
        !is_first
            && self.body != Some(at)
            && (self.follows_value(at) || at.checked_sub(1).is_some_and(|at| self.parts.written(at) == "match"))
    }

    fn close(&mut self, at: usize, token: Token) {
        let kind = closed_by(token.kind);
        let matches = |scope: &Scope| scope.kind == kind;
        if self.balanced {
            return self.leave_to(at, matches, token.start as usize);
        }
        if self.parts.is_first_of_line(at) {
            while self.scope().is_some_and(|scope| scope.kind != ScopeKind::Text && scope.indent > self.indent) {
                self.leave(at, self.line, false);
            }
            if self.scope().is_some_and(matches) {
                self.leave(at, token.start as usize, true);
            }
            return;
        }
        // A bracket of an earlier line is closed by indentation, if this one has no partner in its own.
        let line = self.line;
        self.leave_to(at, |scope| matches(scope) && scope.line == line, token.start as usize);
    }

    /// Closes the innermost scope of a kind, and what is open in it.
    fn leave_to(&mut self, at: usize, is_meant: impl Fn(&Scope) -> bool, end: usize) {
        let of = |frame: &Frame| self.parts.scopes.get(frame.scope);
        let mut open = self.frames.iter().rev().take(REACH);
        let Some(inside) = open.position(|frame| of(frame).is_some_and(&is_meant)) else { return };
        for _ in 0..inside {
            self.leave(at, end, false);
        }
        self.leave(at, end, true);
    }

    /// Closes the innermost scope, before a token.
    fn leave(&mut self, at: usize, end: usize, closed: bool) {
        self.end_item(at, None);
        if let Some(scope) = self.frames.pop().and_then(|frame| self.parts.scopes.get_mut(frame.scope)) {
            scope.inside.end = end.max(scope.inside.start);
            scope.closed = closed;
        }
        // What was closed is the value of the item around it, or a part of it.
        if let Some(frame) = self.frames.last_mut()
            && frame.item.is_none()
        {
            frame.phase = Phase::Name;
        }
    }
}

/// Whether a value may end with a token.
pub(super) fn ends_value(kind: Kind) -> bool {
    let is_word = matches!(
        kind,
        Kind::Name | Kind::Decimal | Kind::OtherNumber | Kind::Tag | Kind::True | Kind::False | Kind::Null | Kind::Type
    );
    is_word || kind.closes() || matches!(kind, Kind::Quote | Kind::Literal | Kind::IndentedEnd)
}

fn closed_by(kind: Kind) -> ScopeKind {
    match kind {
        Kind::CloseBrace => ScopeKind::Record,
        Kind::CloseBracket => ScopeKind::Array,
        Kind::CloseParenthesis => ScopeKind::Group,
        _ => ScopeKind::Other,
    }
}

/// Whether every bracket has its partner.
fn is_balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        if token.kind.opens() {
            open.push(match token.kind {
                Kind::OpenBrace => ScopeKind::Record,
                Kind::OpenBracket => ScopeKind::Array,
                Kind::OpenParenthesis => ScopeKind::Group,
                _ => ScopeKind::Other,
            });
        } else if token.kind.closes() && open.pop() != Some(closed_by(token.kind)) {
            return false;
        }
    }
    open.is_empty()
}

/// The steps of a path.
pub(crate) fn parts_of(path: &Path) -> Vec<Part<'_>> {
    path.0.iter().map(part_of).collect()
}

fn part_of(segment: &Segment) -> Part<'_> {
    match segment {
        Segment::Field(name) | Segment::Item(name) => Part::Field(name),
        Segment::Index(index) => Part::Element(*index),
    }
}
