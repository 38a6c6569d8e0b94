//! Where in an environment a byte of a text is, and what is being written there.
//!
//! Everything here stands on tokens, so that it holds in a text that does not parse: brackets without partners, open
//! quotes, fields without values.

mod layout;
mod places;

use crate::evaluate::outline::{Kind, comment};
use crate::path::{Path, Segment};
use crate::source::whole;
pub use layout::Parts;
pub(crate) use layout::parts_of;
use layout::{Item, Scope, ScopeKind, ends_value};
use std::ops::Range;

/// One step on the way to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// Into a field, as it is written between any quotes.
    Field(&'t str),
    /// To an element of an array, from 0.
    Element(usize),
}

/// A value of an environment, with the tags that are written on the way to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place<'t> {
    /// The steps from the root, each with the tag of the value that it starts from.
    pub steps: Vec<(Option<&'t str>, Part<'t>)>,
    /// The tag whose payload is meant, not the value itself.
    pub tag: Option<&'t str>,
}

/// What is being written at a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Nothing that is known: a comment, a computation, what follows a whole value.
    Nothing,
    /// The name of a field of the record at the place.
    Name {
        /// Whether it follows a dot.
        dotted: bool,
        /// Whether its value follows.
        has_value: bool,
    },
    /// The value at the place.
    Value,
    /// A tag, with its quote.
    Tag,
    /// The value at the place, between quotes.
    Text {
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// The path of an import, between quotes.
    Import {
        /// Whether the closing quote is there.
        closed: bool,
    },
}

/// What a byte of a text is about.
#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    /// The record or the value that is being written; none where it is no part of the environment.
    pub place: Option<Place<'t>>,
    /// What is being written.
    pub writing: Writing,
    /// The bytes that hold what is being written, up to the byte at hand and behind it.
    pub range: Range<usize>,
    /// Where a comma has to be inserted before something new.
    pub comma_before: Option<usize>,
    /// Whether something new needs a comma behind it.
    pub comma_after: bool,
    /// Whether the scope around it spans several lines.
    pub several_lines: bool,
    /// The item at hand, by its number among those of the layout.
    pub item: Option<usize>,
}

/// A field or an element as it is written.
#[derive(Clone, Debug)]
pub struct Written<'t> {
    /// Its number, in the order of the text.
    pub item: usize,
    /// The value that it defines.
    pub place: Place<'t>,
    /// The bytes of the parts of its name, quotes included; none for an element.
    pub names: Vec<Range<usize>>,
    /// The bytes of its value, as far as there is one.
    pub value: Option<Range<usize>>,
    /// All its bytes, without the comma.
    pub whole: Range<usize>,
}

/// A text as its tokens show it, at its place in an environment.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'t> {
    parts: &'t Parts,
    root: &'t Path,
}

impl<'t> Place<'t> {
    /// The path of the value.
    pub fn path(&self) -> Path {
        let segment = |(_, part): &(Option<&str>, Part<'_>)| match part {
            Part::Field(name) => Segment::Field((*name).to_owned()),
            Part::Element(index) => Segment::Index(*index),
        };
        Path(self.steps.iter().map(segment).collect())
    }

    /// The steps without tags.
    pub fn parts(&self) -> impl Iterator<Item = Part<'t>> + '_ {
        self.steps.iter().map(|(_, part)| *part)
    }

    /// The place one step further.
    #[must_use]
    pub fn then(mut self, part: Part<'t>) -> Place<'t> {
        self.steps.push((self.tag.take(), part));
        self
    }
}

impl<'t> Layout<'t> {
    /// The layout of a text. `root` is where its value ends up: nowhere else for an environment, at a path for a file that is
    /// imported there.
    pub fn new(parts: &'t Parts, root: &'t Path) -> Layout<'t> {
        Layout { parts, root }
    }

    /// What a byte is about.
    pub fn cursor(self, offset: usize) -> Cursor<'t> {
        let offset = whole(self.parts.text(), offset..offset).start;
        let scope = self.scope_at(offset);
        let mut cursor = Cursor {
            place: None,
            writing: Writing::Nothing,
            range: offset..offset,
            comma_before: None,
            comma_after: false,
            several_lines: self.scope(scope).is_some_and(|scope| self.spans_lines(scope)),
            item: None,
        };
        let before = self.parts.tokens.partition_point(|token| (token.start as usize) < offset);
        let last = before.checked_sub(1);
        let end = last.and_then(|last| self.parts.tokens.get(last)).map_or(0, |token| token.end as usize);
        if end <= offset && self.parts.text.get(end..offset).is_some_and(|gap| comment(gap).is_some()) {
            return cursor;
        }
        if let Some(quote) = last.and_then(|last| self.quote_around(last, offset)) {
            self.in_text(&mut cursor, scope, quote);
            return cursor;
        }
        let is_touched = |token: &usize| {
            self.parts
                .tokens
                .get(*token)
                .is_some_and(|token| (token.start as usize) < offset && offset <= token.end as usize)
        };
        match last.filter(is_touched).and_then(|last| Some((last, self.parts.kind(last)?))) {
            Some((_, Kind::Literal | Kind::Indented | Kind::Symbolic)) => return cursor,
            Some((tag, Kind::Tag)) => {
                cursor.range = self.parts.tokens.get(tag).map_or(offset..offset, |token| token.range());
                cursor.item = self.item_at(scope, cursor.range.start);
                cursor.place = cursor.item.and_then(move |item| self.place_of_value(item));
                if self.has_value_at(cursor.item, tag) {
                    cursor.writing = Writing::Tag;
                }
            }
            _ => {
                cursor.range = word_around(self.parts.text(), offset);
                self.in_code(&mut cursor, scope);
            }
        }
        cursor
    }

    /// The fields and elements of the text, in its order, that are part of the environment.
    pub fn written(self) -> impl Iterator<Item = Written<'t>> {
        (0..self.parts.items.len()).filter_map(move |item| self.written_at(item))
    }

    /// A field or an element by its number.
    pub fn written_at(self, number: usize) -> Option<Written<'t>> {
        let item = self.parts.items.get(number)?;
        let place = self.place_of_value(number)?;
        let name = |token: usize| self.parts.bytes(&(token..self.part_end(token)));
        Some(Written {
            item: number,
            place,
            names: self.parts.names(item).filter_map(|(token, _)| name(token)).collect(),
            value: self.value(item),
            whole: self.parts.bytes(&item.tokens)?,
        })
    }

    /// The tag that is written as the value at a path.
    pub fn tag(self, path: &[Part<'_>]) -> Option<&'t str> {
        let (name, around) = path.split_last()?;
        let set = self.fields(around).into_iter().filter(|(set, _)| Part::Field(set) == *name);
        set.filter_map(|(_, item)| {
            let item = self.parts.items.get(item)?;
            let start = self.parts.value_start(item)?;
            (self.parts.kind(start)? == Kind::Tag).then(|| self.tag_name(start))
        })
        .next()
    }

    /// The text of an item's value where that is one text between quotes, or a word without.
    pub fn word(self, number: usize) -> Option<&'t str> {
        let item = self.parts.items.get(number)?;
        let start = self.parts.value_start(item)?;
        match self.parts.kind(start)? {
            Kind::Quote if self.parts.kind(start + 1) == Some(Kind::Literal) => Some(self.parts.written(start + 1)),
            Kind::Quote => None,
            _ => Some(self.parts.written(start)),
        }
    }

    /// Whether an item is a binding of a `let`: its name is that of no field.
    pub fn is_binding(&self, number: usize) -> bool {
        let scope = self.parts.items.get(number).and_then(|item| self.scope(item.scope));
        scope.is_some_and(|scope| scope.kind == ScopeKind::Bindings)
    }

    fn scope(&self, scope: usize) -> Option<&Scope> {
        self.parts.scopes.get(scope)
    }

    /// The innermost scope around a byte.
    fn scope_at(&self, offset: usize) -> usize {
        let after = self.parts.scopes.partition_point(|scope| scope.inside.start <= offset);
        let mut number = after.saturating_sub(1);
        while let Some(scope) = self.scope(number) {
            let is_around = offset <= scope.inside.end && !self.is_outdented(scope, offset);
            match self.scope_around(scope) {
                Some(outer) if !is_around => number = outer,
                _ => break,
            }
        }
        number
    }

    fn scope_around(&self, scope: &Scope) -> Option<usize> {
        Some(self.parts.items.get(scope.owner?)?.scope)
    }

    /// Whether a byte stands alone in a line that is too little indented for a scope that nothing closes.
    fn is_outdented(&self, scope: &Scope, offset: usize) -> bool {
        let before = self.parts.text.get(..offset).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let is_inner = self.scope_around(scope).is_some_and(|outer| outer != 0);
        let is_blank = before.get(line..).is_some_and(|before| before.trim().is_empty());
        !scope.closed && is_inner && line > scope.line && is_blank && offset - line <= scope.indent
    }

    fn spans_lines(&self, scope: &Scope) -> bool {
        self.parts.text.get(scope.inside.clone()).is_some_and(|inside| inside.contains('\n'))
    }

    /// The last item of a scope that begins before a byte or at it.
    fn item_at(&self, scope: usize, offset: usize) -> Option<usize> {
        let start = |item: &Item| self.parts.tokens.get(item.tokens.start).map_or(0, |token| token.start as usize);
        let mut number = self.parts.items.partition_point(|item| start(item) <= offset).checked_sub(1)?;
        loop {
            let item = self.parts.items.get(number)?;
            if item.scope == scope {
                return Some(number);
            }
            number = self.scope(item.scope)?.owner?;
        }
    }

    fn tag_name(self, token: usize) -> &'t str {
        self.parts.written(token).trim_start_matches('\'')
    }

    fn part_end(&self, token: usize) -> usize {
        match self.parts.kind(token) {
            Some(Kind::Quote) => self.parts.string_end(token),
            _ => token + 1,
        }
    }

    fn value(&self, item: &Item) -> Option<Range<usize>> {
        self.parts.bytes(&(self.parts.value_start(item)?..item.tokens.end))
    }

    /// Whether a token is in the value of an item.
    fn has_value_at(&self, item: Option<usize>, token: usize) -> bool {
        let item = item.and_then(|item| self.parts.items.get(item));
        item.and_then(|item| self.parts.value_start(item)).is_some_and(|start| start <= token)
    }

    /// The quote that opens the text around a byte, where the last token before it is at hand.
    fn quote_around(&self, last: usize, offset: usize) -> Option<usize> {
        let is_text = |token: usize| matches!(self.parts.kind(token), Some(Kind::Quote | Kind::Literal));
        let touches = |token: &usize| {
            let pair = (self.parts.tokens.get(token.wrapping_sub(1)), self.parts.tokens.get(*token));
            matches!(pair, (Some(before), Some(after)) if before.end == after.start)
        };
        if !is_text(last) {
            return None;
        }
        let mut quote = last;
        while is_text(quote.wrapping_sub(1)) && touches(&quote) {
            quote -= 1;
        }
        loop {
            let end = self.parts.string_end(quote);
            let inside = self.inside(quote);
            if self.parts.kind(quote)? != Kind::Quote || inside.start > offset {
                return None;
            }
            if offset <= inside.end {
                return Some(quote);
            }
            quote = end;
        }
    }

    /// The bytes between two quotes, by the first one.
    fn inside(&self, quote: usize) -> Range<usize> {
        let start = self.parts.tokens.get(quote).map_or(0, |token| token.end as usize);
        match self
            .parts
            .tokens
            .get(quote + 1)
            .filter(|token| token.kind == Kind::Literal && token.start as usize == start)
        {
            Some(literal) => literal.range(),
            None => start..start,
        }
    }

    /// What is written between quotes: a name, the path of an import, or a value.
    fn in_text(self, cursor: &mut Cursor<'t>, scope: usize, quote: usize) {
        cursor.range = self.inside(quote);
        let closed = self
            .parts
            .tokens
            .get(self.parts.string_end(quote) - 1)
            .is_some_and(|token| token.kind == Kind::Quote && token.start as usize == cursor.range.end);
        let start = self.parts.tokens.get(quote).map_or(0, |token| token.start as usize);
        cursor.item = self.item_at(scope, start);
        let Some(item) = cursor.item.and_then(|item| self.parts.items.get(item)) else { return };
        if item.name.contains(&quote) {
            let written = self.parts.bytes(&(quote..self.parts.string_end(quote)));
            cursor.range = written.unwrap_or(cursor.range.clone());
            return self.in_name(cursor, item);
        }
        cursor.place = cursor.item.and_then(move |item| self.place_of_value(item));
        match quote.checked_sub(1).and_then(|before| self.parts.kind(before)) {
            Some(Kind::Import) => cursor.writing = Writing::Import { closed },
            Some(Kind::Tag) if self.has_value_at(cursor.item, quote) => {
                cursor.place = self.payload(cursor.place.take(), quote - 1);
                cursor.writing = Writing::Text { closed };
            }
            Some(before) if ends_value(before) && !self.parts.is_first_of_line(quote) => {}
            _ if self.has_value_at(cursor.item, quote) => cursor.writing = Writing::Text { closed },
            _ => {}
        }
    }

    /// The payload of a tag, if it is the value itself that has the tag.
    fn payload(self, place: Option<Place<'t>>, tag: usize) -> Option<Place<'t>> {
        Some(Place { tag: Some(self.tag_name(tag)), ..place? })
    }

    /// What is written outside of quotes.
    fn in_code(self, cursor: &mut Cursor<'t>, scope: usize) {
        let start = cursor.range.start;
        let after = self.parts.tokens.partition_point(|token| (token.end as usize) <= start);
        // Brackets and commas of one character end where they are.
        let last = after.checked_sub(1);
        cursor.item = self.item_at(scope, start);
        let Some(number) = cursor.item else { return self.in_nothing(cursor, scope, None) };
        let Some(item) = self.parts.items.get(number) else { return };
        let comma = item.comma.and_then(|comma| self.parts.tokens.get(comma));
        if comma.is_some_and(|comma| (comma.start as usize) < start) {
            return self.in_nothing(cursor, scope, Some(number));
        }
        let name_end = self.parts.bytes(&item.name).map_or(0, |name| name.end);
        let is_new_line = last.is_some_and(|last| self.is_new_line(last, start));
        if !item.name.is_empty() && (start < name_end || self.ends_with_dot(item, last) && !is_new_line) {
            return self.in_name(cursor, item);
        }
        let Some(last) = last else { return self.in_nothing(cursor, scope, None) };
        let last_kind = self.parts.kind(last);
        if last < item.tokens.start {
            // The first token of the item is the word at hand.
            return self.in_value(cursor, number);
        }
        let is_record = self.scope(scope).is_some_and(|scope| scope.kind == ScopeKind::Record);
        let is_over = last_kind.is_some_and(ends_value) || item.name.contains(&last) || self.is_left_open(scope, last);
        if is_record && is_new_line && is_over {
            return self.in_nothing(cursor, scope, Some(number));
        }
        match last_kind {
            _ if !self.has_value_at(Some(number), last + 1) => {}
            Some(Kind::Tag) => {
                self.in_value(cursor, number);
                cursor.place = self.payload(cursor.place.take(), last);
            }
            Some(kind) if ends_value(kind) || matches!(kind, Kind::Dot | Kind::Pipe | Kind::Colon | Kind::Import) => {}
            Some(Kind::Minus | Kind::Operator) => {}
            _ => self.in_value(cursor, number),
        }
    }

    /// Whether a token of a scope is in another one inside, which nothing closes.
    fn is_left_open(&self, scope: usize, token: usize) -> bool {
        let start = self.parts.tokens.get(token).map_or(0, |token| token.start as usize);
        let newest = self.parts.scopes.partition_point(|scope| scope.inside.start <= start).saturating_sub(1);
        newest != scope && self.scope(newest).is_some_and(|inner| !inner.closed)
    }

    /// Whether a line ends between a token and a byte.
    fn is_new_line(&self, token: usize, offset: usize) -> bool {
        let end = self.parts.tokens.get(token).map_or(0, |token| token.end as usize);
        self.parts.text.get(end..offset).is_some_and(|gap| gap.contains(['\n', '\r']))
    }

    fn ends_with_dot(&self, item: &Item, last: Option<usize>) -> bool {
        last.is_some_and(|last| item.name.end == last + 1 && self.parts.kind(last) == Some(Kind::Dot))
    }

    fn in_value(self, cursor: &mut Cursor<'t>, item: usize) {
        cursor.writing = Writing::Value;
        cursor.place = self.place_of_value(item);
    }

    /// The name of an item, which is there in part.
    fn in_name(self, cursor: &mut Cursor<'t>, item: &'t Item) {
        let start = cursor.range.start;
        let begin = |token: usize| self.parts.tokens.get(token).map_or(0, |token| token.start as usize);
        let before = self.parts.names(item).take_while(|(token, _)| begin(*token) < start);
        let place = self.place_of_scope(item.scope);
        cursor.place = place.map(|place| before.fold(place, |place, (_, part)| place.then(part)));
        let is_last = self.parts.names(item).all(|(token, _)| begin(token) <= start);
        cursor.writing = Writing::Name {
            dotted: begin(item.name.start) < start,
            has_value: item.sign.is_some() || item.annotation.is_some() || !is_last,
        };
        let number = cursor.item.and_then(|number| self.item_before(item.scope, number));
        self.commas(cursor, number, self.parts.bytes(&item.tokens).map_or(start, |bytes| bytes.end), item.comma);
    }

    /// The item of a scope before another one.
    fn item_before(&self, scope: usize, item: usize) -> Option<usize> {
        let start = self.parts.tokens.get(self.parts.items.get(item)?.tokens.start)?.start as usize;
        self.item_at(scope, start.checked_sub(1)?)
    }

    /// Something new in a scope, behind one of its items.
    fn in_nothing(self, cursor: &mut Cursor<'t>, scope: usize, before: Option<usize>) {
        let end = cursor.range.end;
        self.commas(cursor, before, end, None);
        cursor.item = None;
        let Some(around) = self.scope(scope) else { return };
        cursor.place = self.place_of_scope(scope);
        match around.kind {
            ScopeKind::Record => cursor.writing = Writing::Name { dotted: false, has_value: false },
            ScopeKind::Array => {
                let index = before.and_then(|before| self.parts.items.get(before)).map_or(0, |item| item.index + 1);
                cursor.place = cursor.place.take().map(|place| place.then(Part::Element(index)));
                cursor.writing = Writing::Value;
            }
            ScopeKind::Text | ScopeKind::Group => cursor.writing = Writing::Value,
            ScopeKind::Bindings | ScopeKind::Other => {}
        }
    }

    /// Where commas are missing around something new that ends at a byte.
    fn commas(&self, cursor: &mut Cursor<'_>, before: Option<usize>, end: usize, comma: Option<usize>) {
        if let Some(item) = before.and_then(|before| self.parts.items.get(before))
            && item.comma.is_none()
        {
            cursor.comma_before = self.parts.bytes(&item.tokens).map(|bytes| bytes.end);
        }
        let next = self.parts.tokens.partition_point(|token| (token.start as usize) < end);
        let follows = self.parts.kind(next).is_some_and(|kind| !kind.closes() && kind != Kind::Comma);
        cursor.comma_after =
            comma.is_none() && (follows || cursor.several_lines) && self.parts.kind(next) != Some(Kind::Comma);
    }
}

/// The bytes of the word that a byte is in, or touches.
fn word_around(text: &str, offset: usize) -> Range<usize> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '\'');
    let (before, after) = (text.get(..offset).unwrap_or_default(), text.get(offset..).unwrap_or_default());
    let start = before.trim_end_matches(is_part).len();
    offset - (before.len() - start)..offset + (after.len() - after.trim_start_matches(is_part).len())
}

#[cfg(test)]
mod tests;
