//! Lets Nickel compute what is more than plain data, without the library's contracts, and reads the values as data.

use super::datum::{Datum, Entry, Fields, Item, Kind, Site};
use crate::evaluate::mistakes::PLACEHOLDER;
use crate::evaluate::{Context, SpanMap};
use crate::source::Span;
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::error::{EvalError, EvalErrorKind};
use nickel_lang_core::eval::cache::CacheImpl;
use nickel_lang_core::eval::value::{Container, EnumVariantData, NickelValue, ValueContentRef};
use nickel_lang_core::eval::{Closure, VirtualMachine};
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::position::{PosIdx, PosTable};
use nickel_lang_core::term::MergePriority;
use nickel_lang_core::term::record::Field;
use std::borrow::Cow;

/// How deep values may nest.
const MAX_DEPTH: usize = 100;

/// A value that was evaluated, with all that is inside it.
pub(in crate::evaluate) struct Computed {
    value: NickelValue,
    written: PosIdx,
    inner: Inner,
}

enum Inner {
    /// It was never computed: a mistake in the text leaves it without a value.
    Broken,
    Nothing,
    Payload(Box<Computed>),
    Items(Vec<Computed>),
    Fields(Vec<(LocIdent, MergePriority, Computed)>),
}

/// Evaluates a value and all that is inside it; none where anything in it is no data, or fails.
pub(in crate::evaluate) fn compute(context: &mut Context, value: NickelValue) -> Option<Computed> {
    Walk { machine: VirtualMachine::new(context) }.value(value.into(), 0)
}

struct Walk<'c> {
    machine: VirtualMachine<'c, CacheHub, CacheImpl>,
}

impl Walk<'_> {
    fn value(&mut self, value: Closure, depth: usize) -> Option<Computed> {
        if depth > MAX_DEPTH {
            return None;
        }
        let written = value.value.pos_idx();
        let expression = value.value.clone();
        let Closure { value, env } = match self.machine.eval_closure(value) {
            Ok(evaluated) => evaluated,
            Err(error) if is_broken_by_a_mistake(&error) => {
                // What was to be done with the value is left behind.
                self.machine.reset();
                return Some(Computed { value: expression, written, inner: Inner::Broken });
            }
            Err(_) => return None,
        };
        let inner = match value.content_ref() {
            ValueContentRef::Null
            | ValueContentRef::Bool(_)
            | ValueContentRef::Number(_)
            | ValueContentRef::String(_)
            | ValueContentRef::EnumVariant(EnumVariantData { arg: None, .. }) => Inner::Nothing,
            ValueContentRef::EnumVariant(EnumVariantData { arg: Some(arg), .. }) => {
                // What comes with a tag has the names that are around it.
                let arg = Closure { value: arg.clone(), env };
                Inner::Payload(Box::new(self.value(arg, depth + 1)?))
            }
            ValueContentRef::Array(Container::Empty) => Inner::Items(Vec::new()),
            ValueContentRef::Array(Container::Alloc(data)) => {
                // Contracts of the user's own, that wait for someone to look.
                let elements: Vec<NickelValue> = data.array.iter().cloned().collect();
                if !data.pending_contracts.is_empty() {
                    return None;
                }
                Inner::Items(
                    elements.into_iter().map(|item| self.value(item.into(), depth + 1)).collect::<Option<_>>()?,
                )
            }
            ValueContentRef::Record(Container::Empty) => Inner::Fields(Vec::new()),
            ValueContentRef::Record(Container::Alloc(data)) => {
                let fields = data.fields.iter().map(|(name, field)| self.field(*name, field, depth + 1));
                Inner::Fields(fields.collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Computed { value, written, inner })
    }

    fn field(&mut self, name: LocIdent, field: &Field, depth: usize) -> Option<(LocIdent, MergePriority, Computed)> {
        if field.metadata.not_exported() {
            return None;
        }
        let value = field.value_with_pending_contracts()?;
        Some((name, field.metadata.priority().clone(), self.value(value.into(), depth)?))
    }
}

/// Whether a value fails because of what stands for one that a mistake has broken.
fn is_broken_by_a_mistake(error: &EvalError) -> bool {
    matches!(&error.error, EvalErrorKind::UnboundIdentifier(name, _) if name.label() == PLACEHOLDER)
}

impl Computed {
    /// Where the expression stands that it is the value of.
    pub(super) fn written(&self, table: &PosTable, spans: &SpanMap) -> Option<Span> {
        spans.position(table.get(self.written))
    }

    /// The value as data, with the places that Nickel knows.
    pub(super) fn datum<'a>(&'a self, table: &PosTable, spans: &SpanMap) -> Datum<'a> {
        let inside = |computed: &'a Computed| computed.datum(table, spans);
        let kind = match (self.value.content_ref(), &self.inner) {
            (_, Inner::Broken) => return Datum { kind: Kind::Broken, span: None },
            (ValueContentRef::Bool(value), _) => Kind::Bool(value),
            (ValueContentRef::Number(number), _) => Kind::Number(Cow::Owned(number.to_string())),
            (ValueContentRef::String(text), _) => Kind::Text(Cow::Owned(text.to_string())),
            (ValueContentRef::EnumVariant(variant), Inner::Payload(payload)) => {
                Kind::Variant(Cow::Borrowed(variant.tag.label()), Box::new(inside(payload)))
            }
            (ValueContentRef::EnumVariant(variant), _) => Kind::Tag(Cow::Borrowed(variant.tag.label())),
            (_, Inner::Items(items)) => Kind::Array(
                items.iter().map(|item| Item { value: inside(item), written: item.written(table, spans) }).collect(),
            ),
            (_, Inner::Fields(fields)) => {
                let entry = |(name, priority, value): &'a (LocIdent, MergePriority, Computed)| {
                    let site = Site { key: spans.position(name.pos), value: value.written(table, spans) };
                    let value = inside(value);
                    (Cow::Borrowed(name.label()), Entry { name: site.key, site, earlier: Vec::new(), priority, value })
                };
                Kind::Record(Fields::from_iter(fields.iter().map(entry)))
            }
            _ => Kind::Null,
        };
        Datum { kind, span: spans.position(table.get(self.value.pos_idx())) }
    }
}
