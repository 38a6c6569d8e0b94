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
    /// Two values that can't be merged, by their places.
    Conflict(Box<[Option<Span>; 2]>),
    /// What a mistake in the text leaves without a value.
    Broken,
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
    /// Where Nickel has its name from: of two that are merged it keeps one.
    pub name: Option<Span>,
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

impl Datum<'_> {
    /// Whether any contract of values without anything inside refuses it, at a place of its own.
    pub(super) fn is_broken_as_scalar(&self) -> bool {
        match &self.kind {
            Kind::Null | Kind::Variant(..) | Kind::Array(_) | Kind::Record(_) => self.span.is_some(),
            Kind::Conflict(places) => places.iter().all(Option::is_some),
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) => false,
            Kind::Same(..) | Kind::Joined(_) => false,
            Kind::Broken => true,
        }
    }
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

/// Two values as one, if they are records, or a conflict. An empty record leaves the other as it is, with its place. None
/// where both could be the same.
///
/// This and what is below follows nickel-lang-core's `eval/merge.rs`: the order of fields in what is merged, and the
/// places that are lost.
pub(super) fn merge<'a>(left: Datum<'a>, right: Datum<'a>, span: Option<Span>) -> Option<Datum<'a>> {
    let is_nothing = |datum: &Datum<'_>| matches!(&datum.kind, Kind::Record(fields) if fields.is_empty());
    match (is_nothing(&left), is_nothing(&right)) {
        // Which of two empty records remains depends on their contract.
        (true, true) => None,
        (true, false) if matches!(right.kind, Kind::Record(_)) => Some(right),
        (false, true) if matches!(left.kind, Kind::Record(_)) => Some(left),
        _ => match (left.kind, right.kind) {
            (Kind::Record(left), Kind::Record(right)) => {
                Some(Datum { kind: Kind::Record(merge_fields(left, right)?), span })
            }
            (one, other) => conflict([(one, left.span), (other, right.span)]),
        },
    }
}

/// Two values that can't be merged; none where that is not certain. What can't be merged already has no third value.
fn conflict<'a>([(left, left_at), (right, right_at)]: [(Kind<'a>, Option<Span>); 2]) -> Option<Datum<'a>> {
    let places = match (left, right) {
        (Kind::Conflict(places), _) => places,
        (left, Kind::Conflict(places)) if is_settled(&left) => places,
        (left, right) if differ(&left, &right) => Box::new([left_at, right_at]),
        _ => return None,
    };
    Some(Datum { kind: Kind::Conflict(places), span: None })
}

/// Whether two values can't be merged, whatever is inside them.
pub(super) fn differ(left: &Kind<'_>, right: &Kind<'_>) -> bool {
    let differ = match (left, right) {
        (Kind::Bool(left), Kind::Bool(right)) => left != right,
        (Kind::Number(left), Kind::Number(right)) => left != right,
        (Kind::Text(left), Kind::Text(right)) => left != right,
        (Kind::Tag(left), Kind::Tag(right)) => left != right,
        (Kind::Variant(left, _), Kind::Variant(right, _)) => left != right,
        (left, right) => std::mem::discriminant(left) != std::mem::discriminant(right),
    };
    differ && is_settled(left) && is_settled(right)
}

/// Whether all is known of a value that merging asks for.
fn is_settled(kind: &Kind<'_>) -> bool {
    match kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) => true,
        Kind::Variant(..) | Kind::Array(_) | Kind::Record(_) => true,
        Kind::Same(..) | Kind::Joined(_) | Kind::Conflict(_) | Kind::Broken => false,
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
    let of_the_right = left.len() < right.len();
    let (mut out, alone) = if of_the_right {
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
        let kept = if of_the_right { right.name } else { left.name };
        out.insert(name, Entry { name: kept, ..merge_entries(left, right)? });
    }
    Some(out)
}

/// The field of higher priority, or both as one. What is merged so has no place.
pub(super) fn merge_entries<'a>(left: Entry<'a>, right: Entry<'a>) -> Option<Entry<'a>> {
    let name = left.name;
    match left.priority.cmp(right.priority) {
        Ordering::Greater => Some(left),
        Ordering::Less => Some(Entry { name, ..right }),
        Ordering::Equal => {
            let mut earlier = left.earlier;
            earlier.push(left.site);
            earlier.extend(right.earlier);
            let value = merge(left.value, right.value, None)?;
            Some(Entry { name, site: right.site, earlier, priority: left.priority, value })
        }
    }
}
