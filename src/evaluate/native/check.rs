//! Holds data against the table of contracts, and makes the tree that Nickel would.

use super::read::{Datum, Entry, Fields, Kind};
use super::{Default, Field, Literal, Place, Reference, Shape};
use crate::evaluate::tree::{Node, Number, Value};
use crate::source::{FileId, Span};
use indexmap::IndexMap;
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;

/// How deep values may nest here. Environments reach about twelve.
const MAX_DEPTH: usize = 100;

/// How many references are followed in a row.
const MAX_STEPS: usize = 32;

/// The tree of a value that is without a doubt as `shape` wants it.
pub(super) fn check(datum: &Datum<'_>, shape: &'static Shape, library: &[FileId]) -> Option<Node> {
    Checker { library }.node(datum, shape, &Site { around: None, depth: 0, written_here: true })
}

struct Checker<'a> {
    library: &'a [FileId],
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
    Tag(&'static str),
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
                let (_, inner) = rows.iter().find(|(name, inner)| name == tag && inner.is_some())?;
                let payload = self.inside(payload, (*inner)?, site)?;
                // The contract makes the choice anew, and so it has no place.
                let value = Value::Choice { tag: (*tag).to_owned(), payload: Some(Box::new(payload)) };
                return Some(Node { value, span: None, key: None });
            }
            (Kind::Variant(tag, payload), Shape::Any) => {
                let payload = self.inside(payload, shape, site)?;
                Value::Choice { tag: (*tag).to_owned(), payload: Some(Box::new(payload)) }
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
            Scalar::Tag(tag) => Value::Choice { tag: tag.to_owned(), payload: None },
        };
        Some(Node { value, span, key: None })
    }

    fn array(&self, items: &[Datum<'_>], shape: &'static Shape, site: &Site<'_>) -> Option<Value> {
        Some(Value::Array(items.iter().map(|item| self.inside(item, shape, site)).collect::<Option<_>>()?))
    }

    fn dict(&self, fields: &Fields<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract: &[] };
        let site = Site { around: Some(&frame), ..*site };
        let node = |(name, entry): (&&str, &Entry<'_>)| {
            Some(((*name).to_owned(), Node { key: entry.key, ..self.inside(&entry.value, shape, &site)? }))
        };
        Some(Value::Record(fields.iter().map(node).collect::<Option<_>>()?))
    }

    /// A record is merged with its contract: first come the fields that only the contract has, then those of both.
    fn record(&self, fields: &Fields<'_>, contract: &'static [Field], site: &Site<'_>) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract };
        let site = Site { around: Some(&frame), depth: site.depth + 1, ..*site };
        let mut nodes = IndexMap::with_capacity(contract.len());
        let mut both = Vec::with_capacity(fields.len());
        for field in contract {
            match (fields.get(field.name), &field.default) {
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
            let key = if as_written { entry.key } else { self.span(field.key) };
            nodes.insert(field.name.to_owned(), Node { key, ..self.node(&entry.value, field.shape, &site)? });
        }
        Some(Value::Record(nodes))
    }

    /// What the library writes, as if it had been read.
    fn datum(&self, default: &'static Default) -> Datum<'static> {
        let kind = match &default.value {
            Literal::Text(text) => Kind::Text(Cow::Borrowed(text)),
            Literal::Number(text) => Kind::Number(Cow::Borrowed(text)),
            Literal::Bool(value) => Kind::Bool(*value),
            Literal::Tag(tag) => Kind::Tag(tag),
            Literal::Array(items) => Kind::Array(items.iter().map(|item| self.datum(item)).collect()),
            Literal::Record(fields) => Kind::Record(
                fields
                    .iter()
                    .map(|(name, key, value)| {
                        let priority = &MergePriority::Neutral;
                        (*name, Entry { key: self.span(*key), priority, value: self.datum(value) })
                    })
                    .collect(),
            ),
            Literal::Same(Reference(steps, name)) => Kind::Same(*steps, vec![name]),
        };
        Datum { kind, span: self.span(default.place) }
    }

    fn span(&self, Place(module, start, end): Place) -> Option<Span> {
        Some(Span { file: *self.library.get(module)?, start, end })
    }
}

/// The tag of a field nearby: what was written, else the default.
fn tag_of(Reference(steps, name): &Reference, around: Option<&Frame<'_>>) -> Option<&'static str> {
    let frame = around?.outward(*steps)?;
    if let Some(entry) = frame.fields.get(name) {
        return match settle(&entry.value, Some(frame), MAX_STEPS)?.0 {
            Scalar::Tag(tag) => Some(tag),
            Scalar::Bool(_) | Scalar::Number(_) | Scalar::Text(_) => None,
        };
    }
    let field = frame.contract.iter().find(|field| field.name == *name)?;
    match field.default.as_ref()?.value {
        Literal::Tag(tag) => Some(tag),
        _ => None,
    }
}

/// Follows references to a value without anything inside, and to where it was written.
fn settle<'d>(datum: &'d Datum<'_>, around: Option<&'d Frame<'d>>, steps: usize) -> Option<(Scalar<'d>, Option<Span>)> {
    let steps = steps.checked_sub(1)?;
    let scalar = match &datum.kind {
        Kind::Bool(value) => Scalar::Bool(*value),
        Kind::Number(text) => Scalar::Number(Cow::Borrowed(text)),
        Kind::Text(text) => Scalar::Text(Cow::Borrowed(text)),
        Kind::Tag(tag) => Scalar::Tag(tag),
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
    names: &[&'static str],
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
        match settle(piece, around, steps)? {
            // A break in what is put in would be indented as the text around it is.
            (Scalar::Text(text), _) if matches!(piece.kind, Kind::Text(_)) || !text.contains('\n') => {
                out.push_str(&text)
            }
            _ => return None,
        }
    }
    Some(out)
}

impl Scalar<'_> {
    fn detached<'d>(self) -> Scalar<'d> {
        match self {
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Number(text) => Scalar::Number(Cow::Owned(text.into_owned())),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Tag(tag) => Scalar::Tag(tag),
        }
    }
}

/// Whether a value is without a doubt as a contract wants it.
fn holds(scalar: &Scalar<'_>, shape: &Shape, around: Option<&Frame<'_>>) -> bool {
    match (scalar, shape) {
        (_, Shape::Any)
        | (Scalar::Number(_), Shape::Number | Shape::Scalar)
        | (Scalar::Text(_), Shape::String | Shape::Scalar)
        | (Scalar::Bool(_), Shape::Bool | Shape::Scalar) => true,
        (Scalar::Text(text), Shape::Text(pattern)) => pattern.matches(text),
        (Scalar::Text(text), Shape::KeyOf(Reference(steps, name))) => {
            let record = around.and_then(|frame| Some(&frame.outward(*steps)?.fields.get(name)?.value.kind));
            matches!(record, Some(Kind::Record(fields)) if fields.contains_key(text.as_ref()))
        }
        (Scalar::Number(text), Shape::Integer(low, high)) => {
            text.parse::<i64>().is_ok_and(|number| (*low..=*high).contains(&number))
        }
        (Scalar::Tag(tag), Shape::Choice(rows)) => rows.iter().any(|(name, inner)| name == tag && inner.is_none()),
        (_, Shape::All(shapes)) => shapes.iter().all(|shape| holds(scalar, shape, around)),
        (_, _) => false,
    }
}
