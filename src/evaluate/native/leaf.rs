//! What contracts say of values that have nothing inside, or that they can't have anything inside.

use super::datum::{Datum, Kind};
use super::scalar::{Frame, Scalar};
use super::{Match, Reference, Shape, Words};
use crate::evaluate::faults::Found;

/// What a contract says of a value.
pub(super) enum Verdict {
    /// It is as the contract wants it.
    Sound,
    /// It is not, for this reason.
    Unfit(Reason),
    /// Nickel is to decide.
    Unsure,
}

/// The words in which a contract refuses a value.
#[derive(Default)]
pub(super) struct Reason {
    pub message: String,
    pub notes: Vec<String>,
}

impl Reason {
    fn of(message: &str) -> Reason {
        Reason { message: message.to_owned(), notes: Vec::new() }
    }
}

impl Words {
    fn reason(&self, value: &str) -> Reason {
        let text = |text: &str| text.replace("%{}", value);
        Reason { message: text(self.message), notes: self.notes.iter().map(|note| text(note)).collect() }
    }
}

/// What a contract says of a value without anything inside.
pub(super) fn judge(scalar: &Scalar<'_>, shape: &Shape, around: Option<&Frame<'_>>) -> Verdict {
    let sound = match (shape, scalar) {
        (Shape::Any, _) => true,
        (Shape::Number, _) => matches!(scalar, Scalar::Number(_)),
        (Shape::String, _) => matches!(scalar, Scalar::Text(_)),
        (Shape::Bool, _) => matches!(scalar, Scalar::Bool(_)),
        (Shape::Scalar(_), _) => !matches!(scalar, Scalar::Tag(_)),
        (Shape::Text(pattern, [_, unlike]), Scalar::Text(text)) => {
            return match pattern.matches(text) {
                Match::Yes => Verdict::Sound,
                Match::No => Verdict::Unfit(unlike.reason(text)),
                Match::Unsure => Verdict::Unsure,
            };
        }
        (Shape::Integer(low, high, [_, fraction, beyond]), Scalar::Number(text)) => {
            return match text.parse::<i64>() {
                Ok(number) if (*low..=*high).contains(&number) => Verdict::Sound,
                Ok(_) => Verdict::Unfit(beyond.reason(text)),
                Err(_) if text.contains('/') => Verdict::Unfit(fraction.reason(text)),
                Err(_) => Verdict::Unsure,
            };
        }
        (Shape::KeyOf(reference, [undeclared]), Scalar::Text(text)) => {
            return match has_field(reference, text, around) {
                Some(true) => Verdict::Sound,
                Some(false) => Verdict::Unfit(undeclared.reason(text)),
                None => Verdict::Unsure,
            };
        }
        (Shape::KeyOf(..), _) => return Verdict::Unsure,
        (Shape::Choice(rows), Scalar::Tag(tag)) => rows.iter().any(|(name, inner)| name == tag && inner.is_none()),
        (Shape::All(shapes), _) => {
            let mut verdicts = shapes.iter().map(|shape| judge(scalar, shape, around));
            return verdicts.find(|verdict| !matches!(verdict, Verdict::Sound)).unwrap_or(Verdict::Sound);
        }
        (Shape::Text(..) | Shape::Integer(..) | Shape::Choice(_), _) => false,
        (Shape::Record(_) | Shape::Dict(_) | Shape::Array(_), _) => false,
        (Shape::Depends(..) | Shape::Opaque, _) => return Verdict::Unsure,
    };
    if sound { Verdict::Sound } else { of_another_kind(shape, matches!(scalar, Scalar::Tag(_))) }
}

/// What a contract says of a value of a kind that it does not take; of a choice, that it is none of its own.
pub(super) fn of_another_kind(shape: &Shape, is_choice: bool) -> Verdict {
    let reason = match shape {
        Shape::Number | Shape::String | Shape::Bool => Reason::default(),
        Shape::Record(_) => Reason::of("expected a Record"),
        Shape::Dict(_) => Reason::of("not a record"),
        Shape::Array(_) => Reason::of("expected an array"),
        Shape::Choice(_) if is_choice => Reason::of("tag not in the enum type"),
        Shape::Choice(_) => Reason::of("expected an enum"),
        Shape::Scalar([words]) | Shape::Text(_, [words, _]) | Shape::Integer(_, _, [words, ..]) => words.reason(""),
        Shape::All([first, ..]) => return of_another_kind(first, is_choice),
        Shape::Any | Shape::KeyOf(..) | Shape::All([]) | Shape::Depends(..) | Shape::Opaque => return Verdict::Unsure,
    };
    Verdict::Unfit(reason)
}

/// Whether a record nearby has a field.
fn has_field(Reference(steps, name): &Reference, field: &str, around: Option<&Frame<'_>>) -> Option<bool> {
    match around?.outward(*steps)?.fields.get(*name) {
        None => Some(false),
        Some(entry) => match &entry.value.kind {
            Kind::Record(fields) => Some(fields.contains_key(field)),
            _ => None,
        },
    }
}

/// What is found where a contract refuses a value.
pub(super) fn found(datum: &Datum<'_>) -> Option<Found> {
    match &datum.kind {
        Kind::Null => Some(Found::Other),
        Kind::Variant(tag, _) => Some(Found::Variant(tag.to_string())),
        Kind::Array(_) => Some(Found::Array),
        Kind::Record(_) => Some(Found::Record),
        Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) => None,
        Kind::Same(..) | Kind::Joined(_) | Kind::Conflict(_) | Kind::Broken => None,
    }
}

impl Scalar<'_> {
    /// What is found where a contract refuses it.
    pub(super) fn found(&self) -> Found {
        match self {
            Scalar::Bool(_) => Found::Bool,
            Scalar::Number(_) => Found::Number,
            Scalar::Text(text) => Found::String(text.to_string()),
            Scalar::Tag(tag) => Found::Tag(tag.to_string()),
        }
    }
}
