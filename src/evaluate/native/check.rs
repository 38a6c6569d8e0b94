//! Holds data against the table of contracts, and makes the tree that Nickel would.

use super::datum::{self, Datum, Entry, Fields, Item, Kind};
use super::{Default, Field, Literal, Place, Reference, Shape};
use crate::source::{FileId, Span};
use crate::tree::{Node, Number, Value};
use indexmap::IndexMap;
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;

/// How deep values may nest here. Environments reach about twelve.
const MAX_DEPTH: usize = 100;

/// How many references are followed in a row.
const MAX_STEPS: usize = 32;

/// The tree of a value that is without a doubt as `shape` wants it.
pub(super) fn check(datum: &Datum<'_>, shape: &'static Shape, library: &[FileId]) -> Option<Node> {
    root(datum, shape, &Checker { library, computed: false })
}

/// The same of a value that was computed before the library's own records were merged into it.
pub(super) fn check_computed(datum: &Datum<'_>, shape: &'static Shape, library: &[FileId]) -> Option<Node> {
    root(datum, shape, &Checker { library, computed: true })
}

fn root(datum: &Datum<'_>, shape: &'static Shape, checker: &Checker<'_>) -> Option<Node> {
    checker.node(datum, shape, &Site { around: None, depth: 0, written_here: true })
}

struct Checker<'a> {
    library: &'a [FileId],
    /// Whether what the library has itself is not known to what was computed.
    computed: bool,
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Site<'f> {
    /// The record around it.
    around: Option<&'f Frame<'f>>,
    depth: usize,
    /// Whether the user wrote it. What the library says itself is as it wants it; a test holds it to that.
    written_here: bool,
}

/// A record that is being checked.
struct Frame<'f> {
    around: Option<&'f Frame<'f>>,
    fields: &'f Fields<'f>,
    contract: &'static [Field],
}

/// A value without anything inside.
enum Scalar<'d> {
    Bool(bool),
    Number(Cow<'d, str>),
    Text(Cow<'d, str>),
    Tag(Cow<'d, str>),
}

impl Field {
    /// Whether the library has a record of its own there, which the user's is merged with.
    fn has_base(&self) -> bool {
        self.default.as_ref().is_some_and(|default| matches!(default.value, Literal::Base))
    }
}

impl<'f> Frame<'f> {
    fn outward(&'f self, steps: usize) -> Option<&'f Frame<'f>> {
        let mut frame = self;
        for _ in 0..steps {
            frame = frame.around?;
        }
        Some(frame)
    }
}

impl Checker<'_> {
    fn node(&self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        if site.depth > MAX_DEPTH {
            return None;
        }
        if let Shape::Depends(reference, cases) = shape {
            let tag = tag_of(reference, site.around)?;
            let (_, shape) = cases.iter().find(|(case, _)| *case == tag)?;
            return self.node(datum, shape, site);
        }
        let value = match (&datum.kind, shape) {
            (_, Shape::Opaque) | (Kind::Null, _) if !matches!(shape, Shape::Any) => return None,
            (Kind::Null, _) => Value::Null,
            (Kind::Record(fields), Shape::Record(contract)) => self.record(fields, contract, site)?,
            (Kind::Record(fields), Shape::Dict(inner)) => self.dict(fields, inner, site)?,
            (Kind::Record(fields), Shape::Any) => self.dict(fields, shape, site)?,
            (Kind::Array(items), Shape::Array(inner)) => self.array(items, inner, site)?,
            (Kind::Array(items), Shape::Any) => self.array(items, shape, site)?,
            (Kind::Variant(tag, payload), Shape::Choice(rows)) => {
                let (_, inner) = rows.iter().find(|(name, inner)| tag == name && inner.is_some())?;
                let payload = self.inside(payload, (*inner)?, site)?;
                // The contract makes the choice anew, and so it has no place.
                let value = Value::Choice { tag: tag.to_string(), payload: Some(Box::new(payload)) };
                return Some(Node { value, span: None, key: None });
            }
            (Kind::Variant(tag, payload), Shape::Any) => {
                let payload = self.inside(payload, shape, site)?;
                Value::Choice { tag: tag.to_string(), payload: Some(Box::new(payload)) }
            }
            (Kind::Record(_) | Kind::Array(_) | Kind::Variant(..), _) => return None,
            (Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) | Kind::Same(..) | Kind::Joined(_), _) => {
                return self.scalar(datum, shape, site);
            }
        };
        Some(Node { value, span: datum.span, key: None })
    }

    fn inside(&self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        self.node(datum, shape, &Site { depth: site.depth + 1, ..*site })
    }

    fn scalar(&self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        let (scalar, span) = settle(datum, site.around, MAX_STEPS)?;
        let given = matches!(datum.kind, Kind::Same(..)) || site.written_here;
        if given && !holds(&scalar, shape, site.around) {
            return None;
        }
        let value = match scalar {
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Number(text) => Value::Number(Number::from_fraction(text.into_owned())),
            Scalar::Text(text) => Value::String(text.into_owned()),
            Scalar::Tag(tag) => Value::Choice { tag: tag.into_owned(), payload: None },
        };
        Some(Node { value, span, key: None })
    }

    fn array(&self, items: &[Item<'_>], shape: &'static Shape, site: &Site<'_>) -> Option<Value> {
        let element = |item: &Item<'_>| {
            let node = self.inside(&item.value, shape, site)?;
            Some(Node { span: node.span.or(item.written), ..node })
        };
        Some(Value::Array(items.iter().map(element).collect::<Option<_>>()?))
    }

    fn dict(&self, fields: &Fields<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract: &[] };
        let site = Site { around: Some(&frame), ..*site };
        let mut nodes = IndexMap::with_capacity(fields.len());
        for (name, entry) in fields {
            let node = self.inside(&entry.value, shape, &site)?;
            nodes.insert(name.to_string(), placed(node, entry));
        }
        Some(Value::Record(nodes))
    }

    /// A record is merged with its contract: first come the fields that only the contract has, then those of both.
    fn record(&self, fields: &Fields<'_>, contract: &'static [Field], site: &Site<'_>) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract };
        let site = Site { around: Some(&frame), depth: site.depth + 1, ..*site };
        let mut nodes = IndexMap::with_capacity(contract.len());
        let mut both = Vec::with_capacity(fields.len());
        for field in contract {
            match (entry_of(fields, field.name), &field.default) {
                (Some(entry), _) => both.push((field, entry)),
                (None, Some(default)) => {
                    let site = Site { written_here: false, ..site };
                    let node = self.node(&self.datum(default), field.shape, &site)?;
                    nodes.insert(field.name.to_owned(), Node { key: self.span(field.key), ..node });
                }
                (None, None) if field.optional => {}
                (None, None) => return None,
            }
        }
        if both.len() < fields.len() {
            return None;
        }
        // Of two records of one size the order and the names of the first remain, else those of the contract.
        let as_written = fields.len() >= contract.len();
        if as_written {
            both.sort_by_key(|(field, _)| fields.get_index_of(field.name));
        }
        for (field, entry) in both {
            // A default of the user's and one of the library's are merged, as equals.
            if field.default.is_some() && *entry.priority <= MergePriority::Bottom {
                return None;
            }
            // Only what has the priority of the library's own record is merged with it: anything else takes its place.
            if field.has_base() && (self.computed || *entry.priority != MergePriority::Neutral) {
                return None;
            }
            let mut node = self.node(&entry.value, field.shape, &site)?;
            // What is merged of two records stands in no one place.
            node.span = node.span.filter(|_| !field.has_base());
            let mut node = match site.written_here || as_written {
                true => placed(node, entry),
                false => Node { key: self.span(field.key), ..node },
            };
            // Data that is imported knows no places of names.
            node.key = node.key.or_else(|| self.span(field.key).filter(|_| !as_written));
            nodes.insert(field.name.to_owned(), node);
        }
        Some(Value::Record(nodes))
    }

    /// What the library writes, as if it had been read.
    fn datum(&self, default: &'static Default) -> Datum<'static> {
        let kind = match &default.value {
            Literal::Text(text) => Kind::Text(Cow::Borrowed(text)),
            Literal::Number(text) => Kind::Number(Cow::Borrowed(text)),
            Literal::Bool(value) => Kind::Bool(*value),
            Literal::Tag(tag) => Kind::Tag(Cow::Borrowed(tag)),
            Literal::Array(items) => {
                let item = |item| Item { value: self.datum(item), written: None };
                Kind::Array(items.iter().map(item).collect())
            }
            Literal::Record(fields) => Kind::Record(
                fields
                    .iter()
                    .map(|(name, key, value)| {
                        let site = datum::Site { key: self.span(*key), value: None };
                        let (priority, value) = (&MergePriority::Neutral, self.datum(value));
                        (Cow::Borrowed(*name), Entry { site, earlier: Vec::new(), priority, value })
                    })
                    .collect(),
            ),
            Literal::Base => Kind::Record(Fields::default()),
            Literal::Same(Reference(steps, name)) => Kind::Same(*steps, vec![Cow::Borrowed(name)]),
        };
        Datum { kind, span: self.span(default.place) }
    }

    fn span(&self, Place(module, start, end): Place) -> Option<Span> {
        Some(Span { file: *self.library.get(module)?, start, end })
    }
}

/// A value as the field that it was written for.
fn placed(node: Node, entry: &Entry<'_>) -> Node {
    let site = entry.site_of(node.span);
    Node { key: site.key, span: node.span.or(site.value), ..node }
}

/// Most records have few fields: to look at each is quicker than a hash.
fn entry_of<'f>(fields: &'f Fields<'f>, name: &str) -> Option<&'f Entry<'f>> {
    if fields.len() > 8 {
        return fields.get(name);
    }
    fields.iter().find(|(known, _)| *known == name).map(|(_, entry)| entry)
}

/// The tag of a field nearby: what was written, else the default.
fn tag_of<'f>(Reference(steps, name): &Reference, around: Option<&'f Frame<'f>>) -> Option<Cow<'f, str>> {
    let frame = around?.outward(*steps)?;
    if let Some(entry) = frame.fields.get(*name) {
        return match settle(&entry.value, Some(frame), MAX_STEPS)?.0 {
            Scalar::Tag(tag) => Some(tag),
            Scalar::Bool(_) | Scalar::Number(_) | Scalar::Text(_) => None,
        };
    }
    let field = frame.contract.iter().find(|field| field.name == *name)?;
    match field.default.as_ref()?.value {
        Literal::Tag(tag) => Some(Cow::Borrowed(tag)),
        Literal::Text(_) | Literal::Number(_) | Literal::Bool(_) => None,
        Literal::Array(_) | Literal::Record(_) | Literal::Base | Literal::Same(_) => None,
    }
}

/// Follows references to a value without anything inside, and to where it was written.
fn settle<'d>(datum: &'d Datum<'_>, around: Option<&'d Frame<'d>>, steps: usize) -> Option<(Scalar<'d>, Option<Span>)> {
    let steps = steps.checked_sub(1)?;
    let scalar = match &datum.kind {
        Kind::Bool(value) => Scalar::Bool(*value),
        Kind::Number(text) => Scalar::Number(Cow::Borrowed(text)),
        Kind::Text(text) => Scalar::Text(Cow::Borrowed(text)),
        Kind::Tag(tag) => Scalar::Tag(Cow::Borrowed(tag)),
        Kind::Joined(pieces) => Scalar::Text(Cow::Owned(joined(pieces, around, steps)?)),
        Kind::Same(outward, names) => {
            let frame = around?.outward(*outward)?;
            let (first, inner) = names.split_first()?;
            return follow(&frame.fields.get(first)?.value, inner, frame, steps);
        }
        Kind::Null | Kind::Variant(..) | Kind::Array(_) | Kind::Record(_) => return None,
    };
    Some((scalar, datum.span))
}

/// The value of a field inside a value.
fn follow<'d>(
    datum: &'d Datum<'d>,
    names: &[Cow<'_, str>],
    around: &'d Frame<'d>,
    steps: usize,
) -> Option<(Scalar<'d>, Option<Span>)> {
    let Some((first, inner)) = names.split_first() else { return settle(datum, Some(around), steps) };
    let Kind::Record(fields) = &datum.kind else { return None };
    let frame = Frame { around: Some(around), fields, contract: &[] };
    let (scalar, span) = follow(&fields.get(first)?.value, inner, &frame, steps)?;
    Some((scalar.detached(), span))
}

fn joined<'d>(pieces: &'d [Datum<'_>], around: Option<&'d Frame<'d>>, steps: usize) -> Option<String> {
    let mut out = String::new();
    for piece in pieces {
        let (Scalar::Text(text), _) = settle(piece, around, steps)? else { return None };
        // A break in what is put in would be indented as the text around it is.
        if text.contains('\n') && !matches!(piece.kind, Kind::Text(_)) {
            return None;
        }
        out.push_str(&text);
    }
    Some(out)
}

impl Scalar<'_> {
    fn detached<'d>(self) -> Scalar<'d> {
        match self {
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Number(text) => Scalar::Number(Cow::Owned(text.into_owned())),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Tag(tag) => Scalar::Tag(Cow::Owned(tag.into_owned())),
        }
    }
}

/// Whether a value is without a doubt as a contract wants it.
fn holds(scalar: &Scalar<'_>, shape: &Shape, around: Option<&Frame<'_>>) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Number => matches!(scalar, Scalar::Number(_)),
        Shape::String => matches!(scalar, Scalar::Text(_)),
        Shape::Bool => matches!(scalar, Scalar::Bool(_)),
        Shape::Scalar => !matches!(scalar, Scalar::Tag(_)),
        Shape::Text(pattern) => matches!(scalar, Scalar::Text(text) if pattern.matches(text)),
        Shape::Integer(low, high) => {
            let within = |text: &str| text.parse::<i64>().is_ok_and(|number| (*low..=*high).contains(&number));
            matches!(scalar, Scalar::Number(text) if within(text))
        }
        Shape::KeyOf(Reference(steps, name)) => {
            let record = around.and_then(|frame| Some(&frame.outward(*steps)?.fields.get(*name)?.value.kind));
            let has = |text: &str| matches!(record, Some(Kind::Record(fields)) if fields.contains_key(text));
            matches!(scalar, Scalar::Text(text) if has(text))
        }
        Shape::Choice(rows) => {
            let has = |tag: &str| rows.iter().any(|(name, inner)| *name == tag && inner.is_none());
            matches!(scalar, Scalar::Tag(tag) if has(tag))
        }
        Shape::All(shapes) => shapes.iter().all(|shape| holds(scalar, shape, around)),
        Shape::Record(_) | Shape::Dict(_) | Shape::Array(_) | Shape::Depends(..) | Shape::Opaque => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Pattern, table};
    use super::*;

    /// Every default of the table that has nothing inside is as its contract wants it: defaults are not checked later.
    #[test]
    fn the_defaults_of_the_library_are_sound() {
        let mut checked = 0;
        defaults(table::ENVIRONMENT, &mut checked);
        assert!(checked > 50, "{checked}");
    }

    fn defaults(shape: &'static Shape, checked: &mut usize) {
        match shape {
            Shape::Record(fields) => {
                for field in *fields {
                    if let Some(default) = &field.default {
                        *checked += sound(default, field.shape);
                    }
                    defaults(field.shape, checked);
                }
            }
            Shape::Dict(inner) | Shape::Array(inner) => defaults(inner, checked),
            Shape::Choice(rows) => {
                rows.iter().filter_map(|(_, inner)| *inner).for_each(|inner| defaults(inner, checked))
            }
            Shape::Depends(_, cases) => cases.iter().for_each(|(_, case)| defaults(case, checked)),
            Shape::All(_) | Shape::Any | Shape::Number | Shape::String | Shape::Bool | Shape::Scalar => {}
            Shape::Text(_) | Shape::Integer(..) | Shape::KeyOf(_) | Shape::Opaque => {}
        }
    }

    fn sound(default: &'static Default, shape: &'static Shape) -> usize {
        if let (Literal::Record(fields), Shape::Dict(inner)) = (&default.value, shape) {
            return fields.iter().map(|(_, _, value)| sound(value, inner)).sum();
        }
        if let (Literal::Array(items), Shape::Array(inner)) = (&default.value, shape) {
            return items.iter().map(|item| sound(item, inner)).sum();
        }
        if matches!(default.value, Literal::Record(_) | Literal::Base | Literal::Same(_)) {
            return 0;
        }
        let datum = Checker { library: &[], computed: false }.datum(default);
        let (scalar, _) = settle(&datum, None, MAX_STEPS).unwrap();
        assert!(holds(&scalar, shape, None), "{}", default.place.1);
        1
    }

    static WORD: Pattern = Pattern::new(3, "[a-z]", false);
    static NUMBER: Shape = Shape::Number;
    static TEXT: Shape = Shape::Text(&WORD);
    static KIND: Shape = Shape::Choice(&[("A", None), ("B", None)]);
    static VALUE: Shape = Shape::Depends(Reference(0, "kind"), &[("A", &NUMBER), ("B", &TEXT)]);
    static RECORD: Shape = Shape::Record(&[
        Field {
            name: "kind",
            key: Place(0, 0, 0),
            shape: &KIND,
            optional: false,
            default: Some(Default { value: Literal::Tag("A"), place: Place(0, 0, 0) }),
        },
        Field { name: "value", key: Place(0, 0, 0), shape: &VALUE, optional: false, default: None },
    ]);

    fn record<const N: usize>(fields: [(&'static str, Kind<'static>); N]) -> Datum<'static> {
        let priority = &MergePriority::Neutral;
        let site = datum::Site { key: None, value: None };
        let entry = |kind| Entry { site, earlier: Vec::new(), priority, value: Datum { kind, span: None } };
        let fields = fields.into_iter().map(|(name, kind)| (Cow::Borrowed(name), entry(kind))).collect();
        Datum { kind: Kind::Record(fields), span: None }
    }

    #[test]
    fn a_contract_may_depend_on_a_field_nearby() {
        let number = || Kind::Number(Cow::Borrowed("5"));
        let text = |text| Kind::Text(Cow::Borrowed(text));
        let tag = |tag| Kind::Tag(Cow::Borrowed(tag));
        let accepted = |datum| check(&datum, &RECORD, &[]).is_some();
        assert!(accepted(record([("value", number())])));
        assert!(accepted(record([("kind", tag("A")), ("value", number())])));
        assert!(accepted(record([("value", text("abc")), ("kind", tag("B"))])));
        assert!(!accepted(record([("value", text("abc")), ("kind", Kind::Same(0, vec![Cow::Borrowed("kind")]))])));
        assert!(!accepted(record([("value", text("abc"))])));
        assert!(!accepted(record([("kind", tag("B")), ("value", number())])));
        assert!(!accepted(record([("kind", tag("C")), ("value", number())])));
        assert!(!accepted(record([("kind", tag("A"))])));
    }

    #[test]
    fn characters_are_counted_and_matched_without_a_doubt() {
        assert!(WORD.matches("abc") && WORD.matches("ä a") && !WORD.matches("äöa"));
        assert!(!WORD.matches("abcd") && !WORD.matches("a\u{301}") && !WORD.matches("A"));
    }
}
