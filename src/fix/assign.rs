//! Values for the fields at paths, in one text, found by how it is written: no value of it has to be known.
//!
//! Invariant: what is computed, and what is written in more than one place, is left alone, with the place as the reason.

use crate::layout::{Change, Field, Layout, Part, Tokens};
use crate::path::{Path, Segment};
use std::ops::Range;

/// Why a text can't be changed, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The value is computed.
    Computed(Range<usize>),
    /// The value is written in several places, of which this is one.
    InPieces(Range<usize>),
    /// The array at this place has only so many items.
    NoItem(Range<usize>, usize),
    /// The text has no record of its own.
    NoRecord,
}

/// What a text has of a path.
#[derive(Default)]
struct Search<'t> {
    /// The values at the path, each with all that goes with it.
    exact: Vec<Exact>,
    /// Fields further in, by names that lead past the path.
    inside: Vec<Field>,
    /// The innermost thing that may take a new field, and the way from there.
    around: Option<(usize, Around, &'t [Segment])>,
    obstacle: Option<Obstacle>,
}

struct Exact {
    range: Range<usize>,
    value: Option<Range<usize>>,
    is_default: bool,
}

enum Around {
    /// The bracket of a record or an array.
    Brackets(usize),
    /// A tag without a record.
    Tag(Range<usize>),
}

/// The text with a value for a field, in the place of the one that it has or as a new one.
///
/// # Errors
/// The value is not written as one piece that can be replaced.
pub fn assigned(source: &str, path: &Path, value: &str) -> Result<String, Obstacle> {
    let value =
        if source.contains("\r\n") { value.replace("\r\n", "\n").replace('\n', "\r\n") } else { value.to_owned() };
    let tokens = Tokens::of(source);
    let layout = Layout::new(source, &tokens);
    if layout.is_empty() {
        let blank = if source.is_empty() || source.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{source}{blank}{{\n  {},\n}}\n", entry(&path.0, &value)));
    }
    let search = Search::of(&layout, path);
    if let Some(obstacle) = search.obstacle {
        return Err(obstacle);
    }
    match (search.exact.as_slice(), search.inside.first()) {
        ([], None) => {}
        ([one], None) => return replaced(source, &layout, one, &value),
        ([], Some(field)) => return Err(Obstacle::InPieces(field.range.clone())),
        ([.., last], _) => return Err(Obstacle::InPieces(last.range.clone())),
    }
    let Some((_, around, rest)) = search.around else { return Err(Obstacle::NoRecord) };
    if rest.iter().any(|segment| matches!(segment, Segment::Index(1..))) {
        return Err(Obstacle::NoItem(around.range(), 0));
    }
    let entry = entry(rest, &value);
    match around {
        Around::Brackets(opening) => {
            layout.addition(opening, &entry).map(|changes| changed(source, changes)).ok_or(Obstacle::NoRecord)
        }
        Around::Tag(tag) => Ok(changed(source, vec![(tag.end..tag.end, format!(" {{ {entry} }}"))])),
    }
}

/// The text without the fields or the item at a path; none where it has none.
pub fn removed(source: &str, path: &Path) -> Option<String> {
    let mut left: Option<String> = None;
    loop {
        let text = left.as_deref().unwrap_or(source);
        let tokens = Tokens::of(text);
        let layout = Layout::new(text, &tokens);
        let search = Search::of(&layout, path);
        let first = search.exact.first().map(|exact| exact.range.start);
        let first = first.or(search.inside.first().map(|field| field.range.start));
        let Some(changes) = first.and_then(|first| layout.removal(first)) else { return left };
        let next = changed(text, changes);
        // An item is one alone, and another one takes its place.
        if matches!(path.0.last(), Some(Segment::Index(_))) {
            return Some(next);
        }
        left = Some(next);
    }
}

/// Whether a text has a value of its own at a path, or at one that leads further.
pub fn is_written(source: &str, path: &Path) -> bool {
    let tokens = Tokens::of(source);
    let search = Search::of(&Layout::new(source, &tokens), path);
    !search.exact.is_empty() || !search.inside.is_empty()
}

/// The end of a path at which a text, which is imported somewhere on the way, has the field whose name stands at a byte; and
/// whether its value gives way to one that is written elsewhere.
pub fn path_within(source: &str, path: &Path, name: usize) -> Option<(Path, bool)> {
    let tokens = Tokens::of(source);
    let layout = Layout::new(source, &tokens);
    (0..path.0.len()).find_map(|skipped| {
        let end = Path(path.0.get(skipped..)?.to_vec());
        let search = Search::of(&layout, &end);
        let is_it = |range: &Range<usize>| range.contains(&name);
        let exact = search.exact.iter().find(|exact| is_it(&exact.range)).map(|exact| exact.is_default);
        let is_default = exact.or_else(|| search.inside.iter().any(|field| is_it(&field.range)).then_some(false))?;
        Some((end.clone(), is_default))
    })
}

/// How many items the array at a path has; none where it has nothing there, or no array that is written out.
pub fn length(source: &str, path: &Path) -> usize {
    let tokens = Tokens::of(source);
    let layout = Layout::new(source, &tokens);
    let search = Search::of(&layout, path);
    let parts = search.exact.first().and_then(|exact| exact.value.as_ref()).map(|value| layout.parts(value));
    match parts.as_deref() {
        Some([Part::Array(opening)]) => layout.items(*opening).map_or(0, |items| items.len()),
        _ => 0,
    }
}

/// A field at the end of a path; items on the way to it are the first of their arrays.
fn entry(path: &[Segment], value: &str) -> String {
    let fields: Vec<Segment> =
        path.iter().take_while(|segment| matches!(segment, Segment::Field(_))).cloned().collect();
    let value = match path.get(fields.len()..).unwrap_or_default() {
        [] => value.to_owned(),
        [_, rest @ ..] => {
            let item = entry(rest, value);
            if matches!(rest.first(), Some(Segment::Field(_))) {
                format!("[{{ {item} }}]")
            } else {
                format!("[{item}]")
            }
        }
    };
    if fields.is_empty() { value } else { format!("{} = {value}", Path(fields)) }
}

fn replaced(source: &str, layout: &Layout<'_>, one: &Exact, value: &str) -> Result<String, Obstacle> {
    let Some(range) = one.value.clone().filter(|range| layout.is_literal(range)) else {
        return Err(Obstacle::Computed(one.value.clone().unwrap_or(one.range.clone())));
    };
    let old = source.get(range.clone()).unwrap_or("");
    let [old_tokens, new_tokens] = [old, value].map(Tokens::of);
    let is_same = Layout::new(old, &old_tokens).is_like(&Layout::new(value, &new_tokens));
    Ok(if is_same { source.to_owned() } else { changed(source, vec![(range, value.to_owned())]) })
}

fn changed(source: &str, mut changes: Vec<Change>) -> String {
    let mut text = source.to_owned();
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    changes.into_iter().for_each(|(range, with)| text.replace_range(range, &with));
    text
}

impl Around {
    fn range(&self) -> Range<usize> {
        match self {
            Around::Brackets(opening) => *opening..opening + 1,
            Around::Tag(range) => range.clone(),
        }
    }
}

impl<'t> Search<'t> {
    fn of(layout: &Layout<'_>, path: &'t Path) -> Search<'t> {
        let mut search = Search::default();
        search.enter(layout, &layout.body(), &path.0, 0);
        search
    }

    /// Looks into a value that so many steps have led to.
    fn enter(&mut self, layout: &Layout<'_>, parts: &[Part], path: &'t [Segment], depth: usize) {
        for part in parts {
            match (part, path.first()) {
                (Part::Record(opening), Some(Segment::Field(_))) => self.record(layout, *opening, path, depth),
                (Part::Array(opening), Some(Segment::Index(index))) => {
                    self.array(layout, *opening, (*index, path.get(1..).unwrap_or_default()), depth);
                }
                (Part::Tag(tag), Some(Segment::Field(_))) => self.offer(depth, Around::Tag(tag.clone()), path),
                (Part::Computed(range) | Part::Scalar(range) | Part::Tag(range), Some(Segment::Index(_))) => {
                    self.obstacle = Some(Obstacle::Computed(range.clone()));
                }
                _ => {}
            }
        }
    }

    fn record(&mut self, layout: &Layout<'_>, opening: usize, path: &'t [Segment], depth: usize) {
        let Some(fields) = layout.fields(opening) else { return };
        self.offer(depth, Around::Brackets(opening), path);
        for field in fields {
            let is_same =
                |(name, segment): &(&String, &Segment)| matches!(segment, Segment::Field(other) if other == *name);
            let common = field.names.iter().zip(path).take_while(is_same).count();
            let rest = path.get(common..).unwrap_or_default();
            if common == 0 || common < field.names.len() && !rest.is_empty() {
                continue;
            }
            match (common == field.names.len(), rest.is_empty()) {
                (true, true) => {
                    self.exact.push(Exact { range: field.range, value: field.value, is_default: field.is_default })
                }
                (true, false) => {
                    let parts = field.value.map_or_else(Vec::new, |value| layout.parts(&value));
                    self.enter(layout, &parts, rest, depth + common);
                }
                (false, _) => self.inside.push(field),
            }
        }
    }

    fn array(&mut self, layout: &Layout<'_>, opening: usize, (index, rest): (usize, &'t [Segment]), depth: usize) {
        let Some(items) = layout.items(opening) else { return };
        match (items.get(index), rest) {
            (Some(item), []) => {
                self.exact.push(Exact { range: item.clone(), value: Some(item.clone()), is_default: false })
            }
            (Some(item), rest) => self.enter(layout, &layout.parts(item), rest, depth + 1),
            // A new item: the last one of its array.
            (None, _) if index == items.len() => self.offer(depth + 1, Around::Brackets(opening), rest),
            (None, _) => self.obstacle = Some(Obstacle::NoItem(opening..opening + 1, items.len())),
        }
    }

    /// The innermost thing counts, and of several the last.
    fn offer(&mut self, depth: usize, around: Around, rest: &'t [Segment]) {
        if self.around.as_ref().is_none_or(|(known, ..)| *known <= depth) {
            self.around = Some((depth, around, rest));
        }
    }
}

/// A text where it is a value that is written out, without what stands around it.
pub fn literal(given: &str) -> Option<String> {
    let tokens = Tokens::of(given);
    let layout = Layout::new(given, &tokens);
    let range = layout.trimmed();
    let is_all = given.get(range.end..).is_some_and(|rest| rest.trim().is_empty());
    let literal = given.get(range.clone()).filter(|_| is_all && layout.is_literal(&range))?;
    // `1h` begins as a number does.
    let is_digit = |c: char| c.is_ascii_digit();
    let is_number =
        literal.starts_with(is_digit) || literal.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_digit));
    (!is_number || literal.parse::<f64>().is_ok()).then(|| literal.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap().0
    }

    fn set(text: &str, at: &str, value: &str) -> String {
        assigned(text, &path(at), value).unwrap()
    }

    #[test]
    fn a_value_goes_where_its_field_stands_or_into_the_nearest_record() {
        assert_eq!(set("{ a.b = 1, c = 2 }", "a.b", "3"), "{ a.b = 3, c = 2 }");
        assert_eq!(set("{ a = { b = 1 } }", "a.c.d", "3"), "{ a = { b = 1, c.d = 3 } }");
        assert_eq!(set("{ a.b = { c = 1 } }", "a.b.d", "3"), "{ a.b = { c = 1, d = 3 } }");
        assert_eq!(set("{ a.b.c = 1 }", "a.d", "3"), "{ a.b.c = 1, a.d = 3 }");
        assert_eq!(
            set("(import \"x\") & {\n  a = 1,\n} | E", "b.c", "3"),
            "(import \"x\") & {\n  a = 1,\n  b.c = 3,\n} | E"
        );
        assert_eq!(set("{ a = x & { b = 1 } }", "a.b", "3"), "{ a = x & { b = 3 } }");
        assert_eq!(set("{ a = 'T { b = 1 } }", "a.b", "3"), "{ a = 'T { b = 3 } }");
        assert_eq!(set("{ a = 'T }", "a.b", "3"), "{ a = 'T { b = 3 } }");
        assert_eq!(set("{ \"a.b\" = 1 }", "\"a.b\"", "3"), "{ \"a.b\" = 3 }");
        assert_eq!(set("{ }", "a.\"b/c\"", "3"), "{ a.\"b/c\" = 3 }");
        assert_eq!(set("", "a", "3"), "{\n  a = 3,\n}\n");
        assert_eq!(set("# none yet", "a.b", "3"), "# none yet\n{\n  a.b = 3,\n}\n");
        assert_eq!(set("{ a = import \"x\", b = 1 }", "a.c", "3"), "{ a = import \"x\", b = 1, a.c = 3 }");
        assert_eq!(set("{\r\n  a = 1,\r\n}", "b", "{\n  c = 1,\n}"), "{\r\n  a = 1,\r\n  b = {\r\n  c = 1,\r\n},\r\n}");
        assert_eq!(set("{ a = [ 1, 2 ] }", "a", "[1,2]"), "{ a = [ 1, 2 ] }");
    }

    #[test]
    fn items_are_found_by_their_index() {
        assert_eq!(set("{ a = [1, 2] }", "a[1]", "3"), "{ a = [1, 3] }");
        assert_eq!(set("{ a = [1, 2] }", "a[2]", "3"), "{ a = [1, 2, 3] }");
        assert_eq!(set("{ a = [] }", "a[0]", "3"), "{ a = [3] }");
        assert_eq!(set("{ a = [{ b = 1 }] }", "a[0].b", "3"), "{ a = [{ b = 3 }] }");
        assert_eq!(set("{ a = [{ b = 1 }] }", "a[0].c", "3"), "{ a = [{ b = 1, c = 3 }] }");
        assert_eq!(set("{ }", "a[0].c", "3"), "{ a = [{ c = 3 }] }");
        assert_eq!(length("{ a.b = [1, 2] }", &path("a.b")), 2);
        assert_eq!(length("{ }", &path("a.b")), 0);
    }

    #[test]
    fn what_is_not_one_piece_is_left_alone() {
        let refused = |text: &str, at: &str| assigned(text, &path(at), "3").unwrap_err();
        assert_eq!(refused("{ a = b }", "a"), Obstacle::Computed(6..7));
        assert_eq!(refused("{ a = \"%{b}\" }", "a"), Obstacle::Computed(6..12));
        assert_eq!(refused("{ a | default }", "a"), Obstacle::Computed(2..13));
        assert_eq!(refused("{ a.b = 1, a.c = 2 }", "a"), Obstacle::InPieces(2..9));
        assert_eq!(refused("{ a = {}, a = {} }", "a"), Obstacle::InPieces(10..16));
        assert_eq!(refused("{ a = [1] }", "a[3]"), Obstacle::NoItem(6..7, 1));
        assert_eq!(refused("{ a = b }", "a[0]"), Obstacle::Computed(6..7));
        assert_eq!(refused("import \"x\"", "a"), Obstacle::NoRecord);
    }

    #[test]
    fn fields_go_with_all_their_pieces() {
        assert_eq!(removed("{ a.b = 1, a.c = 2, d = 3 }", &path("a")).unwrap(), "{ d = 3 }");
        assert_eq!(removed("{ a = { b = 1, c = 2 } }", &path("a.b")).unwrap(), "{ a = { c = 2 } }");
        assert_eq!(removed("{ a = [1, 2, 3] }", &path("a[1]")).unwrap(), "{ a = [1, 3] }");
        assert_eq!(removed("{ a = 1 }", &path("b")), None);
    }

    #[test]
    fn only_what_is_written_out_is_a_literal() {
        for (given, expected) in [
            ("3", Some("3")),
            (" 'Prod \n", Some("'Prod")),
            ("'Prod # why", None),
            ("'Prod { a = 1 }", Some("'Prod { a = 1 }")),
            ("{ a = 1, # one\n}", Some("{ a = 1, # one\n}")),
            ("[\"a\"]", Some("[\"a\"]")),
            ("a", None),
            ("1, b = 2", None),
            ("ghcr.io/a/b:1@sha256:0", None),
            ("{ a = 1", None),
            ("1h", None),
            ("-1.5", Some("-1.5")),
        ] {
            assert_eq!(literal(given).as_deref(), expected, "{given}");
        }
    }
}
