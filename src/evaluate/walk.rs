//! Evaluates a value field by field, each against its contracts, and goes on after a fault.
//!
//! Stock evaluation stops at the first error, and a record with an unknown field hides all that is inside it. Here
//! each field is evaluated by itself; an unknown field is taken out of its record, noted, and the contract is applied
//! to the rest.
//!
//! Most faults are found without the contracts (`native/check.rs`). A value that can't be computed is not, and brings all
//! other faults with it: without the repair of records, the unknown field of `tests/fixtures/twelve-faults.ncl`, which also
//! merges two values that differ, would be lost.

use super::{CacheHub, CacheImpl, Context, NickelValue, RuntimeContract, VirtualMachine};
use crate::path::{Path, Segment};
use nickel_lang_core::error::{EvalError, EvalErrorKind};
use nickel_lang_core::eval::value::{Container, EnumVariantData, ValueContentRef};
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::position::{PosIdx, TermPos};
use nickel_lang_core::term::record::{Field, RecordData};
use std::collections::HashSet;

type Machine<'a> = VirtualMachine<'a, CacheHub, CacheImpl>;

/// How deep values may nest. Environments reach about twelve.
const MAX_DEPTH: usize = 128;

/// How many faults are collected before the walk ends.
pub(super) const MAX_FAULTS: usize = 1000;

/// How often what comes with a tag is repaired: once for its own unknown fields, and for those of what it merges.
const MAX_REPAIRS: usize = 8;

/// A node whose places are still Nickel's.
pub(super) struct RawNode {
    pub value: RawValue,
    pub position: PosIdx,
    pub key: TermPos,
}

/// As [`super::tree::Value`], over raw nodes.
pub(super) enum RawValue {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Choice { tag: String, payload: Option<Box<RawNode>> },
    Array(Vec<RawNode>),
    Record(Vec<(String, RawNode)>),
    Broken,
}

/// What went wrong at a path.
pub(super) struct Fault {
    pub path: Path,
    /// Where the path's last name was written.
    pub key: TermPos,
    pub kind: FaultKind,
}

pub(super) enum FaultKind {
    /// Nickel's own error.
    Failed(EvalError),
    /// A field that the contract does not know.
    Unknown,
    /// A field without a value, in the record at this position.
    Missing { record: PosIdx },
    /// A value that is not data.
    NotData { what: &'static str, position: PosIdx },
    /// Values nest deeper than [`MAX_DEPTH`].
    TooDeep { position: PosIdx },
}

/// What the walk found.
pub(super) struct Walked {
    pub root: RawNode,
    pub faults: Vec<Fault>,
    /// Whether the walk ended early, at [`MAX_FAULTS`].
    pub capped: bool,
}

/// Walks `value` under `contract`; `annotated` says that the value applies the contract itself.
pub(super) fn walk(context: &mut Context, value: NickelValue, contract: RuntimeContract, annotated: bool) -> Walked {
    let mut walk = Walk { machine: VirtualMachine::new(context), path: Path::root(), faults: Vec::new(), annotated };
    let root = walk.node(value, &[contract], TermPos::None);
    let mut faults = walk.faults;
    let capped = faults.len() > MAX_FAULTS;
    faults.truncate(MAX_FAULTS);
    Walked { root, faults, capped }
}

struct Walk<'a> {
    machine: Machine<'a>,
    path: Path,
    faults: Vec<Fault>,
    annotated: bool,
}

impl Walk<'_> {
    /// Evaluates one value under its contracts, and all that is inside it.
    fn node(&mut self, value: NickelValue, contracts: &[RuntimeContract], key: TermPos) -> RawNode {
        let position = value.pos_idx();
        if self.path.0.len() > MAX_DEPTH {
            self.fault(key, FaultKind::TooDeep { position });
            return broken(position, key);
        }
        match self.settle(value, contracts, key) {
            Some(value) => self.inside(value, contracts, key),
            None => broken(position, key),
        }
    }

    /// Evaluates a value to its outermost constructor and applies its contracts, one after the other. Unknown fields
    /// are noted and taken out.
    fn settle(&mut self, value: NickelValue, contracts: &[RuntimeContract], key: TermPos) -> Option<NickelValue> {
        let origin = value.pos_idx();
        let mut value = match self.machine.eval(value) {
            // What the value has done itself need not be done again.
            Ok(value) if self.annotated && self.path.0.is_empty() => return Some(value),
            Ok(value) => value,
            Err(error) => {
                // The file's own annotation may be what complains: then go on with the record it complains about.
                let Some((record, extra)) = extra_fields(&error).filter(|_| self.path.0.is_empty()) else {
                    return self.failed(key, error);
                };
                self.machine.reset();
                self.unknown(&record, &extra);
                without(&record, &extra)
            }
        };
        for contract in contracts {
            loop {
                match self.machine.eval(contract.clone().apply(value.clone(), origin)) {
                    Ok(checked) => {
                        value = checked;
                        break;
                    }
                    Err(error) => match extra_fields(&error) {
                        Some((record, extra)) if same_record(&record, &value) => {
                            self.machine.reset();
                            self.unknown(&record, &extra);
                            value = without(&value, &extra);
                        }
                        Some(_) | None => return self.failed(key, error),
                    },
                }
            }
        }
        Some(value)
    }

    /// Descends into an evaluated value.
    fn inside(&mut self, value: NickelValue, contracts: &[RuntimeContract], key: TermPos) -> RawNode {
        let position = value.pos_idx();
        let inner = match value.content_ref() {
            ValueContentRef::Null => RawValue::Null,
            ValueContentRef::Bool(value) => RawValue::Bool(value),
            ValueContentRef::Number(number) => RawValue::Number(number.to_string()),
            ValueContentRef::String(text) => RawValue::String(text.to_string()),
            ValueContentRef::Array(Container::Empty) => RawValue::Array(Vec::new()),
            ValueContentRef::Array(Container::Alloc(data)) => {
                let elements: Vec<NickelValue> = data.array.iter().cloned().collect();
                RawValue::Array(self.elements(elements, &data.pending_contracts))
            }
            ValueContentRef::Record(Container::Empty) => RawValue::Record(Vec::new()),
            ValueContentRef::Record(Container::Alloc(data)) => RawValue::Record(self.fields(data, position)),
            ValueContentRef::EnumVariant(EnumVariantData { tag, arg: None }) => {
                RawValue::Choice { tag: tag.label().to_owned(), payload: None }
            }
            ValueContentRef::EnumVariant(EnumVariantData { tag, arg: Some(arg) }) => {
                let payload = self.payload(*tag, arg.clone(), contracts, position);
                RawValue::Choice { tag: tag.label().to_owned(), payload: Some(Box::new(payload)) }
            }
            ValueContentRef::Thunk(_)
            | ValueContentRef::Term(_)
            | ValueContentRef::Label(_)
            | ValueContentRef::ForeignId(_)
            | ValueContentRef::SealingKey(_)
            | ValueContentRef::CustomContract(_)
            | ValueContentRef::Type(_) => {
                let what = value.type_of().unwrap_or("expression");
                self.fault(key, FaultKind::NotData { what, position });
                RawValue::Broken
            }
        };
        RawNode { value: inner, position, key }
    }

    fn elements(&mut self, elements: Vec<NickelValue>, contracts: &[RuntimeContract]) -> Vec<RawNode> {
        let mut nodes = Vec::with_capacity(elements.len());
        for (index, element) in elements.into_iter().enumerate() {
            if self.faults.len() > MAX_FAULTS {
                break;
            }
            self.path.0.push(Segment::Index(index));
            nodes.push(self.node(element, contracts, TermPos::None));
            self.path.0.pop();
        }
        nodes
    }

    fn fields(&mut self, record: &RecordData, position: PosIdx) -> Vec<(String, RawNode)> {
        let mut nodes = Vec::with_capacity(record.fields.len());
        for (name, field) in &record.fields {
            if self.faults.len() > MAX_FAULTS {
                break;
            }
            self.path.0.push(Segment::Field(name.label().to_owned()));
            nodes.extend(self.field(*name, field, position).map(|node| (name.label().to_owned(), node)));
            self.path.0.pop();
        }
        nodes
    }

    fn field(&mut self, name: LocIdent, field: &Field, record: PosIdx) -> Option<RawNode> {
        match &field.value {
            Some(value) => Some(self.node(value.clone(), &field.pending_contracts, name.pos)),
            None if field.metadata.opt() => None,
            None => {
                self.fault(TermPos::None, FaultKind::Missing { record });
                Some(broken(PosIdx::NONE, TermPos::None))
            }
        }
    }

    /// Evaluates what comes with a tag. Its contract is part of the choice's, so that a repaired payload is given back
    /// to the choice's contracts.
    fn payload(&mut self, tag: LocIdent, arg: NickelValue, contracts: &[RuntimeContract], at: PosIdx) -> RawNode {
        let position = arg.pos_idx();
        let mut arg = arg;
        for _ in 0..MAX_REPAIRS {
            let error = match self.machine.eval(arg) {
                Ok(value) => return self.inside(value, &[], TermPos::None),
                Err(error) => error,
            };
            let Some((record, extra)) = extra_fields(&error) else {
                self.failed::<()>(TermPos::None, error);
                return broken(position, TermPos::None);
            };
            self.machine.reset();
            self.unknown(&record, &extra);
            let repaired = NickelValue::enum_variant(tag, Some(without(&record, &extra)), at);
            let checked = self.settle(repaired, contracts, TermPos::None);
            let next = checked.as_ref().and_then(NickelValue::as_enum_variant).and_then(|variant| variant.arg.clone());
            match next {
                Some(next) => arg = next,
                None => return broken(position, TermPos::None),
            }
        }
        broken(position, TermPos::None)
    }

    fn failed<T>(&mut self, key: TermPos, error: EvalError) -> Option<T> {
        self.machine.reset();
        self.fault(key, FaultKind::Failed(error));
        None
    }

    fn fault(&mut self, key: TermPos, kind: FaultKind) {
        self.faults.push(Fault { path: self.path.clone(), key, kind });
    }

    fn unknown(&mut self, record: &NickelValue, extra: &HashSet<String>) {
        let Some(Container::Alloc(data)) = record.as_record() else { return };
        for name in data.fields.keys().filter(|name| extra.contains(name.label())) {
            let path = self.path.field(name.label());
            self.faults.push(Fault { path, key: name.pos, kind: FaultKind::Unknown });
        }
    }
}

fn broken(position: PosIdx, key: TermPos) -> RawNode {
    RawNode { value: RawValue::Broken, position, key }
}

/// The record that a closed record contract refused, and the names of the fields it refused it for.
fn extra_fields(error: &EvalError) -> Option<(NickelValue, HashSet<String>)> {
    let EvalErrorKind::BlameError { evaluated_arg: Some(record), label } = &error.error else { return None };
    let message = label.diagnostics.last()?.message.as_deref()?;
    let listed = message.strip_prefix("extra field")?;
    let Container::Alloc(data) = record.as_record()? else { return None };
    // The message lists names between backticks; a name may hold a backtick itself, so that the record decides.
    let mut plain: HashSet<&str> = listed.split('`').collect();
    // A record type puts all names between one pair of backticks.
    if let Some(joined) = listed.strip_prefix("s `").and_then(|rest| rest.strip_suffix('`'))
        && !joined.contains('`')
    {
        plain.extend(joined.split(", "));
    }
    let is_listed = |name: &str| match name.contains('`') {
        true => listed.contains(&format!("`{name}`")),
        false => plain.contains(name),
    };
    let names = data.fields.keys().map(|name| name.label());
    let extra: HashSet<String> = names.filter(|name| is_listed(name)).map(str::to_owned).collect();
    (!extra.is_empty()).then(|| (record.clone(), extra))
}

fn without(record: &NickelValue, extra: &HashSet<String>) -> NickelValue {
    let position = record.pos_idx();
    let Some(Container::Alloc(data)) = record.as_record() else { return record.clone() };
    let mut data = data.clone();
    data.fields.retain(|name, _| !extra.contains(name.label()));
    NickelValue::record(data, position)
}

/// Whether the refused record is the value at hand, not one that it depends on.
fn same_record(refused: &NickelValue, value: &NickelValue) -> bool {
    match (refused.as_record(), value.as_record()) {
        (Some(Container::Alloc(refused)), Some(Container::Alloc(value))) => {
            refused.fields.keys().eq(value.fields.keys())
        }
        _ => false,
    }
}
