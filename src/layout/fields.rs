//! The records of a text, field by field: what is written where, without a look at what it means.

use super::{Kind, Layout};
use std::ops::Range;

/// A field as a record has it: `a.b | default = 1` has two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The names, up to one that is computed.
    pub names: Vec<String>,
    /// All of it, without the comma behind it.
    pub range: Range<usize>,
    /// Its value; none where it has none.
    pub value: Option<Range<usize>>,
    /// Whether the value gives way to one that is written elsewhere.
    pub is_default: bool,
}

/// What a value is, by its outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A record that is written out, also one that comes with a tag: its bracket.
    Record(usize),
    /// An array that is written out: its bracket.
    Array(usize),
    /// A tag with nothing behind it.
    Tag(Range<usize>),
    /// Text, a number, a boolean.
    Scalar(Range<usize>),
    /// Anything else: a name, an import, a call.
    Computed(Range<usize>),
}

impl Layout<'_> {
    /// Whether there is nothing in the text but blanks and comments.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The text between the first and the last token: no blank and no comment is at either end.
    pub fn trimmed(&self) -> Range<usize> {
        self.range(0, self.tokens.len().saturating_sub(1)).unwrap_or(0..0)
    }

    /// Whether two texts differ in blanks and comments alone.
    pub fn is_like(&self, other: &Layout<'_>) -> bool {
        let words = |layout: &Layout<'_>| -> Vec<String> {
            let text = |index| layout.range(index, index).and_then(|range| layout.text.get(range)).map(str::to_owned);
            (0..layout.tokens.len()).filter_map(text).collect()
        };
        words(self) == words(other)
    }

    /// What the value of the text is made of: behind `let … in`, and in front of any annotation.
    pub fn body(&self) -> Vec<Part> {
        let mut first = 0;
        while self.word(first) == Some("let") {
            let mut lets = 0_usize;
            let end = self.depth_0(first, self.tokens.len()).find(|index| {
                match self.word(*index) {
                    Some("let") => lets += 1,
                    Some("in") => lets = lets.saturating_sub(1),
                    _ => {}
                }
                lets == 0
            });
            let Some(end) = end else { return Vec::new() };
            first = end + 1;
        }
        self.parts_of(first, self.tokens.len().saturating_sub(1))
    }

    /// What a value is made of: what `&` joins, each by itself.
    pub fn parts(&self, value: &Range<usize>) -> Vec<Part> {
        let first = self.tokens.partition_point(|token| token.start < value.start);
        let after = self.tokens.partition_point(|token| token.end <= value.end);
        if first < after { self.parts_of(first, after - 1) } else { Vec::new() }
    }

    /// The fields of the record that opens at a byte; none where that is not certain.
    pub fn fields(&self, opening: usize) -> Option<Vec<Field>> {
        let entries = self.entries(opening)?;
        entries.into_iter().map(|(first, last)| self.field(first, last)).collect()
    }

    /// The items of the array that opens at a byte; none where that is not certain.
    pub fn items(&self, opening: usize) -> Option<Vec<Range<usize>>> {
        self.entries(opening)?.into_iter().map(|(first, last)| self.range(first, last)).collect()
    }

    fn parts_of(&self, first: usize, last: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut start = first;
        let mut end = last + 1;
        for index in self.depth_0(first, last) {
            match self.sign(index) {
                Some("&") => {
                    parts.push((start, index));
                    start = index + 1;
                }
                Some("|" | ":") => {
                    end = index;
                    break;
                }
                _ => {}
            }
        }
        parts.push((start, end));
        parts
            .into_iter()
            .filter(|(start, end)| start < end)
            .flat_map(|(start, end)| self.part(start, end - 1))
            .collect()
    }

    fn part(&self, first: usize, last: usize) -> Vec<Part> {
        let Some(range) = self.range(first, last) else { return Vec::new() };
        let opens = |index: usize| match self.tokens.get(index) {
            Some(token) if token.kind == Kind::Open && self.closing(index) == Some(last) => {
                self.text.get(token.start..token.end).map(|bracket| (bracket, token.start))
            }
            _ => None,
        };
        let is_tagged = self.kind(first) == Some(Kind::Tag);
        if is_tagged && first == last {
            return vec![Part::Tag(range)];
        }
        match opens(if is_tagged { first + 1 } else { first }) {
            Some(("{", opening)) => vec![Part::Record(opening)],
            Some(("[", opening)) if !is_tagged => vec![Part::Array(opening)],
            Some(("(", _)) if !is_tagged => self.parts_of(first + 1, last - 1),
            Some(_) => vec![Part::Computed(range)],
            None if self.is_literal(&range) => vec![Part::Scalar(range)],
            None => vec![Part::Computed(range)],
        }
    }

    /// The first and the last token of each entry of a record or an array. The commas of a `let` end none.
    fn entries(&self, opening: usize) -> Option<Vec<(usize, usize)>> {
        let open = self.token_at(opening).filter(|index| self.kind(*index) == Some(Kind::Open))?;
        let close = self.closing(open)?;
        let (mut entries, mut first, mut lets) = (Vec::new(), open + 1, 0_usize);
        for index in self.depth_0(open + 1, close) {
            match (self.kind(index), self.word(index)) {
                (_, Some("let")) => lets += 1,
                (_, Some("in")) => lets = lets.checked_sub(1)?,
                (Some(Kind::Comma), _) if lets == 0 => {
                    entries.push((first, index));
                    first = index + 1;
                }
                _ => {}
            }
        }
        entries.push((first, close));
        let written = entries.into_iter().filter(|(first, end)| first < end).map(|(first, end)| (first, end - 1));
        (lets == 0).then(|| written.collect())
    }

    fn field(&self, first: usize, last: usize) -> Option<Field> {
        let mut names = Vec::new();
        let mut at = first;
        while let Some(name) = self.name(at).filter(|_| at <= last) {
            names.push(name);
            at += 1;
            if self.kind(at) != Some(Kind::Dot) {
                break;
            }
            at += 1;
        }
        let equals = self.depth_0(at, last).find(|index| self.kind(*index) == Some(Kind::Equals));
        let annotations = self.depth_0(at, equals.unwrap_or(last)).collect::<Vec<_>>();
        let is_default = annotations.windows(2).any(
            |pair| matches!(pair, [sign, word] if self.sign(*sign) == Some("|") && self.word(*word) == Some("default")),
        );
        let value = equals.filter(|equals| equals < &last).and_then(|equals| self.range(equals + 1, last));
        Some(Field { names, range: self.range(first, last)?, value, is_default })
    }

    /// The name that a token is; none where it is computed.
    fn name(&self, index: usize) -> Option<String> {
        let token = self.tokens.get(index)?;
        let text = self.text.get(token.start..token.end)?;
        match token.kind {
            Kind::Word if !text.contains('"') => Some(text.to_owned()),
            Kind::Text => unquoted(text),
            _ => None,
        }
    }

    fn sign(&self, index: usize) -> Option<&str> {
        let token = self.tokens.get(index).filter(|token| token.kind == Kind::Sign)?;
        self.text.get(token.start..token.end)
    }
}

/// What stands in double quotes; none where it has other escapes than the usual ones.
fn unquoted(text: &str) -> Option<String> {
    let mut inside = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut name = String::new();
    while let Some(character) = inside.next() {
        name.push(match character {
            '\\' => match inside.next()? {
                'n' => '\n',
                't' => '\t',
                escaped @ ('\\' | '"') => escaped,
                _ => return None,
            },
            character => character,
        });
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Tokens;

    fn with<T>(text: &str, look: impl FnOnce(&Layout<'_>) -> T) -> T {
        let tokens = Tokens::of(text);
        look(&Layout::new(text, &tokens))
    }

    #[test]
    fn the_body_of_a_text_is_what_it_joins() {
        let body = |text: &str| with(text, |layout| layout.body());
        assert_eq!(body("{}"), [Part::Record(0)]);
        assert_eq!(body("let a = import \"x\" in { b = 1 } | a.E"), [Part::Record(22)]);
        assert_eq!(body("let a = let b = 1 in b in\nlet c = 2 in { }"), [Part::Record(39)]);
        assert_eq!(body("(import \"x\") & { a = 1 } | E"), [Part::Computed(1..11), Part::Record(15)]);
        assert_eq!(body("({} & x) | E"), [Part::Record(1), Part::Computed(6..7)]);
        assert_eq!(body("f { }"), [Part::Computed(0..5)]);
        assert_eq!(body("{ } |> f"), [Part::Computed(0..8)]);
        assert_eq!(body("# nothing\n"), []);
    }

    #[test]
    fn fields_have_their_names_and_values() {
        let fields = |text: &str| {
            with(text, |layout| {
                let fields = layout.fields(0);
                fields.map(|fields| {
                    let shown = |field: Field| {
                        let value = field.value.map_or(String::new(), |value| text[value].to_owned());
                        format!("{}={value}{}", field.names.join("/"), if field.is_default { "!" } else { "" })
                    };
                    fields.into_iter().map(shown).collect::<Vec<_>>()
                })
            })
        };
        let some = |fields: &[&str]| Some(fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            fields("{ a.\"b.c\".d = 1, # no\n e | default = { f = 2, } }"),
            some(&["a/b.c/d=1", "e={ f = 2, }!"])
        );
        assert_eq!(fields("{ a = let b = 1, c = 2 in b, d = 3 }"), some(&["a=let b = 1, c = 2 in b", "d=3"]));
        assert_eq!(fields("{ a, \"%{b}\".c = 1, .. }"), some(&["a=", "=1", "="]));
        assert_eq!(fields("{}"), some(&[]));
    }
}
