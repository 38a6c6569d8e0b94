//! How a Nickel text is laid out: where a field or an item begins and ends, where its value stands, and where another
//! one goes.
//!
//! Nothing here parses: brackets, commas and texts in quotes are enough. Invariant: what is not certain is none, so that a
//! caller changes nothing.

mod fields;
mod tokens;

pub use fields::{Field, Part};
use std::ops::Range;
use tokens::{Kind, Token, tokens};

/// A stretch of a text, and what to put in its place.
pub type Change = (Range<usize>, String);

/// The tokens of a text, to be kept with it: a text with many findings is read once.
#[derive(Clone, Debug)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// Reads a text.
    pub fn of(text: &str) -> Tokens {
        Tokens(tokens(text))
    }
}

/// A text with its tokens.
pub struct Layout<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

/// A field of a record or an item of an array: its tokens, without the comma behind it.
struct Entry {
    first: usize,
    last: usize,
}

impl<'t> Layout<'t> {
    /// A text with the tokens that were read of it.
    pub fn new(text: &'t str, Tokens(tokens): &'t Tokens) -> Layout<'t> {
        Layout { text, tokens }
    }

    /// The value of the field whose name stands at a byte; none where the name is followed by others, as `a` is in `a.b = 1`.
    pub fn value(&self, name: usize) -> Option<Range<usize>> {
        let at = self.token_at(name)?;
        let entry = self.entry(at)?;
        let equals = self.depth_0(at + 1, entry.last).find(|index| self.kind(*index) == Some(Kind::Equals))?;
        let is_path = self.kind(at + 1) == Some(Kind::Dot);
        (!is_path && equals < entry.last).then(|| self.range(equals + 1, entry.last)).flatten()
    }

    /// Whether a stretch of the text is a value that is written out: no name, no operator, nothing joined.
    pub fn is_literal(&self, value: &Range<usize>) -> bool {
        let first = self.tokens.partition_point(|token| token.start < value.start);
        let inside = self.tokens.iter().skip(first).take_while(|token| token.end <= value.end);
        let mut kinds = inside.map(|token| token.kind).peekable();
        let is_tagged = kinds.next_if_eq(&Kind::Tag).is_some();
        match (kinds.next(), is_tagged) {
            (None, is_tagged) => is_tagged,
            (Some(Kind::Text | Kind::Number | Kind::Tag), _) => kinds.next().is_none(),
            (Some(Kind::Open), _) => {
                let mut depth = 1_usize;
                let closes = kinds.position(|kind| {
                    depth = match kind {
                        Kind::Open => depth + 1,
                        Kind::Close => depth - 1,
                        _ => depth,
                    };
                    depth == 0
                });
                closes.is_some() && kinds.next().is_none()
            }
            (Some(Kind::Word), _) => self.text.get(value.clone()).is_some_and(|text| ["true", "false"].contains(&text)),
            (Some(Kind::Close | Kind::Comma | Kind::Dot | Kind::Equals | Kind::Sign), _) => false,
        }
    }

    /// The changes that take a field or an item away, by a byte of its name or its value: its lines and its comma go with it,
    /// comments stay.
    pub fn removal(&self, byte: usize) -> Option<Vec<Change>> {
        let entry = self.entry(self.token_at(byte)?)?;
        let here = self.range(entry.first, entry.last)?;
        let comma = self.tokens.get(entry.last + 1).filter(|token| token.kind == Kind::Comma);
        let end = comma.map_or(here.end, |comma| comma.end);
        let begins_line = self.line_before(here.start).trim().is_empty();
        let rest = self.line_after(end);
        if begins_line && rest.trim().is_empty() {
            let start = here.start - self.line_before(here.start).len();
            return Some(vec![(start..self.line_end(end), String::new())]);
        }
        if begins_line {
            // What stands behind it takes its place.
            let blank = rest.len() - rest.trim_start().len();
            return Some(vec![(here.start..end + blank, String::new())]);
        }
        let before = self.tokens.get(entry.first.checked_sub(1)?)?;
        let blank_after = rest.len() - rest.trim_start_matches(' ').len();
        Some(vec![match (comma, before.kind) {
            (Some(_), _) => (here.start..end + blank_after, String::new()),
            // The last one leaves no comma before the bracket that closes on its line.
            (None, Kind::Comma) => (before.start..end, String::new()),
            (None, _) => (before.end..end + blank_after, String::new()),
        }])
    }

    /// The changes that put a field or an item behind the others of the record or the array that opens at a byte, with their
    /// indentation.
    pub fn addition(&self, opening: usize, field: &str) -> Option<Vec<Change>> {
        let open = self.token_at(opening).filter(|index| self.kind(*index) == Some(Kind::Open))?;
        let close = self.closing(open)?;
        let (last, end) = (self.tokens.get(close.checked_sub(1)?)?, self.tokens.get(close)?.start);
        if close == open + 1 {
            let inside = self.text.get(last.end..end)?;
            return match inside.trim().is_empty() {
                true if self.text.get(last.start..last.end) == Some("[") => {
                    Some(vec![(last.end..end, field.to_owned())])
                }
                true => Some(vec![(last.end..end, format!(" {field} "))]),
                // There is a comment in it.
                false => {
                    Some(vec![(last.end..last.end, format!("{}{field},", self.line_break_with("  ", last.start)))])
                }
            };
        }
        let has_comma = last.kind == Kind::Comma;
        if !self.text.get(last.end..end)?.contains('\n') {
            let comma = if has_comma { "" } else { "," };
            return Some(vec![(last.end..last.end, format!("{comma} {field}"))]);
        }
        let sibling = self.tokens.get(self.last_entry(open, close)?)?.start;
        let line = format!("{}{field},", self.line_break_with("", sibling));
        // Behind the comment of the last one, if there is one.
        let at = last.end + self.line_after(last.end).len();
        let comma = (!has_comma).then(|| (last.end..last.end, ",".to_owned()));
        Some(match comma {
            Some((place, comma)) if place.start == at => vec![(place, comma + &line)],
            comma => comma.into_iter().chain([(at..at, line)]).collect(),
        })
    }

    /// The bracket of the record that a value is, or that comes with its tag.
    pub fn record(&self, value: usize) -> Option<usize> {
        let at = self.token_at(value)?;
        let at = if self.kind(at) == Some(Kind::Tag) { at + 1 } else { at };
        self.tokens.get(at).filter(|token| self.text.get(token.start..token.end) == Some("{")).map(|token| token.start)
    }

    /// A line break, and the indentation of the line of a byte with some more.
    fn line_break_with(&self, more: &str, byte: usize) -> String {
        let line = self.line_before(byte);
        let indentation = line.get(..line.len() - line.trim_start().len()).unwrap_or("");
        let line_break = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        format!("{line_break}{indentation}{more}")
    }

    /// Where the last field or item between two brackets begins.
    fn last_entry(&self, open: usize, close: usize) -> Option<usize> {
        let ends = if self.kind(close - 1) == Some(Kind::Comma) { close - 1 } else { close };
        let comma = self.depth_0(open + 1, ends.checked_sub(1)?).filter(|index| self.kind(*index) == Some(Kind::Comma));
        Some(comma.last().unwrap_or(open) + 1)
    }

    /// The field or the item that a token belongs to.
    fn entry(&self, at: usize) -> Option<Entry> {
        let mut depth = 0_usize;
        let first = (0..at).rev().find(|index| {
            let kind = self.kind(*index);
            let is_before = depth == 0 && matches!(kind, Some(Kind::Open | Kind::Comma));
            depth = match kind {
                Some(Kind::Close) => depth + 1,
                Some(Kind::Open) => depth.saturating_sub(1),
                _ => depth,
            };
            is_before
        })? + 1;
        let is_end = |index: &usize| matches!(self.kind(*index), Some(Kind::Comma | Kind::Close) | None);
        let end = self.depth_0(at, self.tokens.len()).find(is_end)?;
        let last = end.checked_sub(1)?;
        // The commas of a `let` end nothing.
        let has_let = self.depth_0(first, last).any(|index| self.word(index) == Some("let"));
        (first <= at && !has_let).then_some(Entry { first, last })
    }

    /// The tokens from one to another that are in no bracket which opens among them; the bracket that closes one before them
    /// ends it.
    fn depth_0(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let mut depth = 0_usize;
        let mut is_over = false;
        (from..=to).filter(move |index| {
            let kind = self.kind(*index);
            let is_outside = depth == 0 && !is_over;
            match kind {
                Some(Kind::Open) => depth += 1,
                Some(Kind::Close) if depth == 0 => is_over = true,
                Some(Kind::Close) => depth -= 1,
                _ => {}
            }
            is_outside
        })
    }

    fn closing(&self, open: usize) -> Option<usize> {
        self.depth_0(open + 1, self.tokens.len()).find(|index| self.kind(*index) == Some(Kind::Close))
    }

    fn token_at(&self, byte: usize) -> Option<usize> {
        let index = self.tokens.partition_point(|token| token.end <= byte);
        self.tokens.get(index).filter(|token| token.start <= byte).map(|_| index)
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn word(&self, index: usize) -> Option<&str> {
        let token = self.tokens.get(index).filter(|token| token.kind == Kind::Word)?;
        self.text.get(token.start..token.end)
    }

    fn range(&self, first: usize, last: usize) -> Option<Range<usize>> {
        Some(self.tokens.get(first)?.start..self.tokens.get(last)?.end)
    }

    /// What stands before a byte on its line.
    fn line_before(&self, byte: usize) -> &str {
        let before = self.text.get(..byte).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    /// What stands from a byte on on its line, without the line's end.
    fn line_after(&self, byte: usize) -> &str {
        let after = self.text.get(byte..).unwrap_or("");
        after.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// The byte behind the end of a byte's line.
    fn line_end(&self, byte: usize) -> usize {
        let after = self.text.get(byte..).unwrap_or("");
        after.find('\n').map_or(self.text.len(), |end| byte + end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, changes: Option<Vec<Change>>) -> String {
        let mut changed = text.to_owned();
        let mut changes = changes.unwrap();
        changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        changes.into_iter().for_each(|(place, with)| changed.replace_range(place, &with));
        changed
    }

    fn without(text: &str, what: &str) -> String {
        changed(text, Layout::new(text, &Tokens::of(text)).removal(text.find(what).unwrap()))
    }

    fn with(text: &str) -> String {
        changed(text, Layout::new(text, &Tokens::of(text)).addition(text.find('{').unwrap(), "z = 0"))
    }

    #[test]
    fn a_field_goes_with_its_line_and_its_comma() {
        assert_eq!(without("{\n  a = 1,\n  x = {\n    b = 2,\n  },\n  c = 3,\n}", "x"), "{\n  a = 1,\n  c = 3,\n}");
        assert_eq!(without("{\n  a = 1,\n  x.b.c = \"}\" # why\n}", "c"), "{\n  a = 1,\n  # why\n}");
        assert_eq!(without("{ a = 1, x = [2, 3], c = 3 }", "x"), "{ a = 1, c = 3 }");
        assert_eq!(without("{ a = 1, x = 2 }", "x"), "{ a = 1 }");
        assert_eq!(without("{ x = 2 }", "x"), "{}");
        assert_eq!(without("{ x = 2, a = 1 }", "x"), "{ a = 1 }");
        assert_eq!(without("[ { x = 2 }, { y = 1 } ]", "{ y"), "[ { x = 2 } ]");
        assert_eq!(without("{\r\n  a = 1,\r\n  x = 2,\r\n}", "x"), "{\r\n  a = 1,\r\n}");
    }

    #[test]
    fn a_field_goes_behind_its_siblings() {
        assert_eq!(with("{}"), "{ z = 0 }");
        assert_eq!(with("{ a = 1 } | X"), "{ a = 1, z = 0 } | X");
        assert_eq!(with("{ a = 1, }"), "{ a = 1, z = 0 }");
        assert_eq!(with("{\n    a = { b = 1 },\n}"), "{\n    a = { b = 1 },\n    z = 0,\n}");
        assert_eq!(with("{\n  a = 1 # one\n  # end\n}"), "{\n  a = 1, # one\n  z = 0,\n  # end\n}");
        assert_eq!(with("{\n  a = [\n    1\n  ]\n}"), "{\n  a = [\n    1\n  ],\n  z = 0,\n}");
        assert_eq!(with("{\n  # none\n}"), "{\n  z = 0,\n  # none\n}");
        assert_eq!(with("{\r\n  a = 1,\r\n}"), "{\r\n  a = 1,\r\n  z = 0,\r\n}");
    }

    #[test]
    fn the_value_of_a_field_is_what_stands_behind_its_sign() {
        let value = |text: &str, name: &str| {
            let tokens = Tokens::of(text);
            let layout = Layout::new(text, &tokens);
            let value = layout.value(text.find(name).unwrap());
            value.map(|value| (text[value.clone()].to_owned(), layout.is_literal(&value)))
        };
        let literal = |text: &str| Some((text.to_owned(), true));
        let computed = |text: &str| Some((text.to_owned(), false));
        assert_eq!(value("{ x = 'A { b = 1 }, c = 2 }", "x"), literal("'A { b = 1 }"));
        assert_eq!(value("{ a.x | default = \"%b\" # c\n}", "x"), literal("\"%b\""));
        assert_eq!(value("{ x | { _ : String } = { }, }", "x"), literal("{ }"));
        assert_eq!(value("{ x = true }", "x"), literal("true"));
        assert_eq!(value("{ x = -1.5 }", "x"), literal("-1.5"));
        assert_eq!(value("{ x = \"a\" ++ b }", "x"), computed("\"a\" ++ b"));
        assert_eq!(value("{ x = \"%{b}\" }", "x"), computed("\"%{b}\""));
        assert_eq!(value("{ x = {} & b }", "x"), computed("{} & b"));
        assert_eq!(value("{ x = b }", "x"), computed("b"));
        assert_eq!(value("{ x.b = 1 }", "x"), None);
        assert_eq!(value("{ x = let b = 1, c = 2 in b }", "x"), None);
    }
}
