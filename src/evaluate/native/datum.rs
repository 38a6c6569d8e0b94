//! Data that has no contract yet: literals, merged as Nickel merges them, each with the places that define it.

use crate::source::Span;
use indexmap::IndexMap;
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value, and where it was written; what was merged of two has no place.
pub(super) struct Datum<'a> {
    pub kind: Kind<'a>,
    pub span: Option<Span>,
}

/// What a value is.
pub(super) enum Kind<'a> {
    Null,
    Bool(bool),
    /// As Nickel writes it.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    Tag(Cow<'a, str>),
    Variant(Cow<'a, str>, Box<Datum<'a>>),
    Array(Vec<Item<'a>>),
    Record(Fields<'a>),
    /// The value of a field of a record around, so many records further out; then of fields inside it. What it is
    /// comes to light when all is merged.
    Same(usize, Vec<Cow<'a, str>>),
    /// Text in pieces, some of which come to light when all is merged.
    Joined(Vec<Datum<'a>>),
}

/// An element of a list, and the expression that stands for it.
pub(super) struct Item<'a> {
    pub value: Datum<'a>,
    pub written: Option<Span>,
}

/// The fields of a record, in Nickel's order.
pub(super) type Fields<'a> = IndexMap<Cow<'a, str>, Entry<'a>>;

/// A field.
pub(super) struct Entry<'a> {
    /// Where it is defined last.
    pub site: Site,
    /// Where it is defined before that, in order.
    pub earlier: Vec<Site>,
    pub priority: &'a MergePriority,
    pub value: Datum<'a>,
}

/// One place that defines a field.
#[derive(Clone, Copy)]
pub(super) struct Site {
    /// Its name; none for what the library defines.
    pub key: Option<Span>,
    /// The expression that stands for its value; none where the name is the beginning of a path, as `a` is in `a.b = 1`.
    pub value: Option<Span>,
}

impl<'a> Entry<'a> {
    /// Where the field is said to be whose value was written at a place: of several definitions the one that holds the
    /// value counts, else the last, an overlay's.
    pub(super) fn site_of(&self, value: Option<Span>) -> Site {
        let holds = |site: &Site| site.value.zip(value).is_some_and(|(outer, inner)| outer.contains(&inner));
        if self.earlier.is_empty() || holds(&self.site) {
            return self.site;
        }
        self.earlier.iter().rev().copied().find(holds).unwrap_or(self.site)
    }
}

/// Two values as one, if they are records. An empty record leaves the other as it is, with its place.
///
/// This and what is below follows nickel-lang-core's `eval/merge.rs`: the order of fields in what is merged, and the
/// places that are lost.
pub(super) fn merge<'a>(left: Datum<'a>, right: Datum<'a>, span: Option<Span>) -> Option<Datum<'a>> {
    let is_nothing = |datum: &Datum<'_>| matches!(&datum.kind, Kind::Record(fields) if fields.is_empty());
    match (is_nothing(&left), is_nothing(&right)) {
        // Which of two empty records remains depends on their contract.
        (true, true) => None,
        (true, false) => matches!(right.kind, Kind::Record(_)).then_some(right),
        (false, true) => matches!(left.kind, Kind::Record(_)).then_some(left),
        (false, false) => {
            let (Kind::Record(left), Kind::Record(right)) = (left.kind, right.kind) else { return None };
            Some(Datum { kind: Kind::Record(merge_fields(left, right)?), span })
        }
    }
}

/// The fields of two records: first those of the left alone, then of the right alone, then of both. What is taken out
/// of a record leaves its place to the last one.
fn merge_fields<'a>(left: Fields<'a>, right: Fields<'a>) -> Option<Fields<'a>> {
    // Nearly always the pieces of one record: without this, ten thousand of them would be copied ten thousand times.
    if right.keys().all(|name| !left.contains_key(name)) {
        let mut out = left;
        out.extend(right);
        return Some(out);
    }
    let mut both = Vec::new();
    let (mut out, alone) = if left.len() < right.len() {
        let (mut left, mut alone) = (left, Fields::new());
        for (name, entry) in right {
            match left.swap_remove(&name) {
                Some(known) => both.push((name, known, entry)),
                None => {
                    alone.insert(name, entry);
                }
            }
        }
        (left, alone)
    } else {
        let (mut right, mut alone) = (right, Fields::new());
        for (name, entry) in left {
            match right.swap_remove(&name) {
                Some(more) => both.push((name, entry, more)),
                None => {
                    alone.insert(name, entry);
                }
            }
        }
        (alone, right)
    };
    out.extend(alone);
    for (name, left, right) in both {
        out.insert(name, merge_entries(left, right)?);
    }
    Some(out)
}

/// The field of higher priority, or both as one. What is merged so has no place.
pub(super) fn merge_entries<'a>(left: Entry<'a>, right: Entry<'a>) -> Option<Entry<'a>> {
    match left.priority.cmp(right.priority) {
        Ordering::Greater => Some(left),
        Ordering::Less => Some(right),
        Ordering::Equal => {
            let mut earlier = left.earlier;
            earlier.push(left.site);
            earlier.extend(right.earlier);
            let value = merge(left.value, right.value, None)?;
            Some(Entry { site: right.site, earlier, priority: left.priority, value })
        }
    }
}
