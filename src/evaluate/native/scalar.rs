//! Values without anything inside, with references followed.

use super::datum::{Datum, Fields, Kind};
use super::fault::Target;
use super::trail::Trail;
use super::{Field, Literal, Reference};
use crate::source::Span;
use crate::tree::{Number, Value};
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;

/// How many references are followed in a row.
pub(super) const MAX_STEPS: usize = 32;

/// A record that is being checked.
pub(super) struct Frame<'f> {
    pub around: Option<&'f Frame<'f>>,
    pub fields: &'f Fields<'f>,
    pub contract: &'static [Field],
    /// Where it was written.
    pub span: Option<Span>,
    pub trail: &'f Trail<'f>,
}

/// A value without anything inside.
pub(super) enum Scalar<'d> {
    Bool(bool),
    Number(Cow<'d, str>),
    Text(Cow<'d, str>),
    Tag(Cow<'d, str>),
}

impl<'f> Frame<'f> {
    pub(super) fn outward(&'f self, steps: usize) -> Option<&'f Frame<'f>> {
        let mut frame = self;
        for _ in 0..steps {
            frame = frame.around?;
        }
        Some(frame)
    }
}

/// Follows references to a value without anything inside, and to where it was written.
pub(super) fn settle<'d>(
    datum: &'d Datum<'_>,
    around: Option<&'d Frame<'d>>,
    steps: usize,
) -> Option<(Scalar<'d>, Option<Span>)> {
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
        Kind::Conflict(_) | Kind::Broken => return None,
    };
    Some((scalar, datum.span))
}

/// Notes what a value refers to.
pub(super) fn targets(datum: &Datum<'_>, around: Option<&Frame<'_>>, out: &mut Vec<Target>) -> Option<()> {
    match &datum.kind {
        Kind::Same(outward, names) => {
            let record = around?.outward(*outward)?.trail.path();
            out.push(Target { path: names.iter().fold(record.clone(), |path, name| path.field(name)), record });
        }
        Kind::Joined(pieces) => pieces.iter().try_for_each(|piece| targets(piece, around, out))?,
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) => {}
        Kind::Variant(..) | Kind::Array(_) | Kind::Record(_) | Kind::Conflict(_) | Kind::Broken => {}
    }
    Some(())
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
    let frame = Frame { around: Some(around), fields, contract: &[], span: None, trail: around.trail };
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
    pub(super) fn into_value(self) -> Value {
        match self {
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Number(text) => Value::Number(Number::from_fraction(text.into_owned())),
            Scalar::Text(text) => Value::String(text.into_owned()),
            Scalar::Tag(tag) => Value::Choice { tag: tag.into_owned(), payload: None },
        }
    }

    fn detached<'d>(self) -> Scalar<'d> {
        match self {
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Number(text) => Scalar::Number(Cow::Owned(text.into_owned())),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Tag(tag) => Scalar::Tag(Cow::Owned(tag.into_owned())),
        }
    }
}

/// The tag of a field nearby: what was written, else the default. None of the inner kind is where the field holds what
/// its contract refuses.
pub(super) fn tag_of<'f>(
    Reference(steps, name): &Reference,
    around: Option<&'f Frame<'f>>,
) -> Option<Option<Cow<'f, str>>> {
    let frame = around?.outward(*steps)?;
    if let Some(entry) = frame.fields.get(*name) {
        // A default of the user's is merged with the library's.
        if *entry.priority <= MergePriority::Bottom {
            return None;
        }
        if entry.value.is_broken_as_scalar() {
            return Some(None);
        }
        return match settle(&entry.value, Some(frame), MAX_STEPS)?.0 {
            Scalar::Tag(tag) => Some(Some(tag)),
            Scalar::Bool(_) | Scalar::Number(_) | Scalar::Text(_) => Some(None),
        };
    }
    let field = frame.contract.iter().find(|field| field.name == *name)?;
    match field.default.as_ref()?.value {
        Literal::Tag(tag) => Some(Some(Cow::Borrowed(tag))),
        Literal::Text(_) | Literal::Number(_) | Literal::Bool(_) => None,
        Literal::Array(_) | Literal::Record(_) | Literal::Base | Literal::Same(_) => None,
    }
}
