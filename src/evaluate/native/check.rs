//! Holds data against the table of contracts, and makes the tree that Nickel would, and what is wrong with it.

use super::datum::{self, Datum, Entry, Fields, Item, Kind};
use super::fault::{Fault, FaultKind, Target};
use super::leaf::{Reason, Verdict, found, judge, of_another_kind};
use super::scalar::{Frame, MAX_STEPS, settle, tag_of, targets};
use super::trail::Trail;
use super::{Default, Field, Literal, Place, Reference, Shape};
use crate::evaluate::faults::{Complaint, Found};
use crate::source::{FileId, Span};
use crate::tree::{Node, Value};
use indexmap::IndexMap;
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;

/// How deep values may nest here. Environments reach about twelve.
const MAX_DEPTH: usize = 100;

/// The tree of a value, and all that is without a doubt wrong with it; none where there is a doubt. One that was `computed`
/// was so before the library's own records were merged into it.
pub(super) fn check(
    datum: &Datum<'_>,
    shape: &'static Shape,
    library: &[FileId],
    computed: bool,
) -> Option<(Node, Vec<Fault>)> {
    let mut checker = Checker { library, computed, faults: Vec::new(), targets: Vec::new() };
    let root = checker.root(datum, shape)?;
    // What refers to a broken value breaks with it.
    let breaks = |target: &Target| checker.faults.iter().any(|fault| fault.breaks(target));
    (!checker.targets.iter().any(breaks)).then_some((root, checker.faults))
}

struct Checker<'a> {
    library: &'a [FileId],
    /// Whether what the library has itself is not known to what was computed.
    computed: bool,
    faults: Vec<Fault>,
    /// What values of the user's refer to.
    targets: Vec<Target>,
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Site<'f> {
    /// The record around it.
    around: Option<&'f Frame<'f>>,
    trail: &'f Trail<'f>,
    /// Where its name was written.
    key: Option<Span>,
    depth: usize,
    /// Whether the user wrote it. What the library says itself is as it wants it; a test holds it to that.
    written_here: bool,
    /// Which field's contract the value is under.
    owner: Owner,
    /// Whether the fields of the value are under two contracts, of which the table has one.
    twofold: bool,
}

/// The field whose contract a value is under: not its own, if it is one of many under any name.
#[derive(Clone, Copy)]
enum Owner {
    None,
    Field(&'static str),
    /// Its own, or one around it.
    Unsure,
}

impl Field {
    /// Whether the library has a record of its own there, which the user's is merged with.
    fn has_base(&self) -> bool {
        self.default.as_ref().is_some_and(|default| matches!(default.value, Literal::Base))
    }
}

impl Checker<'_> {
    fn root(&mut self, datum: &Datum<'_>, shape: &'static Shape) -> Option<Node> {
        let (trail, owner) = (Trail::root(), Owner::None);
        let site = Site { around: None, trail: &trail, key: None, depth: 0, written_here: true, owner, twofold: false };
        self.node(datum, shape, &site)
    }

    fn node(&mut self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        if site.depth > MAX_DEPTH {
            return None;
        }
        if let (Shape::Depends(reference, cases), false) = (shape, matches!(datum.kind, Kind::Broken)) {
            let tag = tag_of(reference, site.around)?;
            return match cases.iter().find(|(case, _)| tag.as_deref() == Some(*case)) {
                Some((_, shape)) => self.node(datum, shape, &Site { twofold: true, ..*site }),
                // What is wrong with that other field is said there.
                None if matches!(datum.kind, Kind::Record(_)) => Some(broken()),
                None => None,
            };
        }
        let value = match (&datum.kind, shape) {
            (Kind::Conflict(places), _) => return Some(self.broken(site, FaultKind::Conflict(**places))),
            (Kind::Null, Shape::Any) => Value::Null,
            (Kind::Record(fields), Shape::Record(contract)) => self.record(fields, contract, datum.span, site)?,
            (Kind::Record(fields), Shape::Dict(inner)) => self.dict(fields, inner, datum.span, site)?,
            (Kind::Record(fields), Shape::Any) => self.dict(fields, shape, datum.span, site)?,
            (Kind::Array(items), Shape::Array(inner)) => self.array(items, inner, site)?,
            (Kind::Array(items), Shape::Any) => self.array(items, shape, site)?,
            (Kind::Variant(tag, payload), Shape::Choice(rows)) => {
                let Some((_, Some(inner))) = rows.iter().find(|(name, inner)| tag == name && inner.is_some()) else {
                    return self.of_another_kind(datum, shape, site);
                };
                let payload = self.inside(payload, inner, &Site { key: None, ..*site })?;
                // The contract makes the choice anew, and so it has no place.
                let value = Value::Choice { tag: tag.to_string(), payload: Some(Box::new(payload)) };
                return Some(Node { value, span: None, key: None });
            }
            (Kind::Variant(tag, payload), Shape::Any) => {
                let payload = self.inside(payload, shape, &Site { key: None, ..*site })?;
                Value::Choice { tag: tag.to_string(), payload: Some(Box::new(payload)) }
            }
            // What is wrong with it is said of the text.
            (Kind::Broken, _) => return Some(broken()),
            (Kind::Null | Kind::Record(_) | Kind::Array(_) | Kind::Variant(..), _) => {
                return self.of_another_kind(datum, shape, site);
            }
            (Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Tag(_) | Kind::Same(..) | Kind::Joined(_), _) => {
                return self.scalar(datum, shape, site);
            }
        };
        // The contract without fields makes an empty record anew.
        let is_anew =
            matches!(shape, Shape::Record([])) && !matches!(&datum.kind, Kind::Record(fields) if fields.is_empty());
        Some(Node { value, span: datum.span.filter(|_| !is_anew), key: None })
    }

    fn inside(&mut self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        self.node(datum, shape, &Site { depth: site.depth + 1, ..*site })
    }

    fn scalar(&mut self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        if let (false, Kind::Same(steps, names)) = (site.written_here, &datum.kind) {
            let node = self.default_of_another(*steps, names.first()?, shape, site)?;
            return Some(Node { span: node.span.or(datum.span), ..node });
        }
        targets(datum, site.around, &mut self.targets)?;
        let (scalar, span) = settle(datum, site.around, MAX_STEPS)?;
        if site.written_here {
            match judge(&scalar, shape, site.around) {
                Verdict::Sound => {}
                Verdict::Unfit(reason) => return self.unfit(span, Some(scalar.found()), reason, site),
                Verdict::Unsure => return None,
            }
        }
        Some(Node { value: scalar.into_value(), span, key: None })
    }

    /// The value of another field, which is a default of the library's.
    fn default_of_another(
        &mut self,
        outward: usize,
        name: &str,
        shape: &'static Shape,
        site: &Site<'_>,
    ) -> Option<Node> {
        let frame = site.around?.outward(outward)?;
        let Some(entry) = frame.fields.get(name) else {
            let field = frame.contract.iter().find(|field| field.name == name && field.default.is_none())?;
            return Some(self.broken(site, FaultKind::Needs { name: field.name, record: frame.span }));
        };
        if entry.value.is_broken_as_scalar() {
            return Some(broken());
        }
        let (scalar, span) = settle(&entry.value, Some(frame), MAX_STEPS)?;
        match judge(&scalar, shape, site.around) {
            Verdict::Sound => Some(Node { value: scalar.into_value(), span, key: None }),
            // What is wrong with that other field is said there.
            Verdict::Unfit(_) => span.map(|_| broken()),
            Verdict::Unsure => None,
        }
    }

    fn array(&mut self, items: &[Item<'_>], shape: &'static Shape, site: &Site<'_>) -> Option<Value> {
        let mut nodes = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let trail = site.trail.index(index);
            let node = self.inside(&item.value, shape, &Site { trail: &trail, key: None, ..*site })?;
            nodes.push(Node { span: node.span.or(item.written), ..node });
        }
        Some(Value::Array(nodes))
    }

    fn dict(
        &mut self,
        fields: &Fields<'_>,
        shape: &'static Shape,
        span: Option<Span>,
        site: &Site<'_>,
    ) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract: &[], span, trail: site.trail };
        let mut nodes = IndexMap::with_capacity(fields.len());
        for (name, entry) in fields {
            let trail = site.trail.field(name);
            let site = Site { around: Some(&frame), trail: &trail, key: entry.name, twofold: false, ..*site };
            let node = self.inside(&entry.value, shape, &site)?;
            nodes.insert(name.to_string(), placed(node, entry));
        }
        Some(Value::Record(nodes))
    }

    /// A record is merged with its contract: first come the fields that only the contract has, then those of both.
    /// Fields that the contract does not know are taken out before.
    fn record(
        &mut self,
        fields: &Fields<'_>,
        contract: &'static [Field],
        span: Option<Span>,
        site: &Site<'_>,
    ) -> Option<Value> {
        let frame = Frame { around: site.around, fields, contract, span, trail: site.trail };
        let twofold = site.twofold;
        let owner = |field: &Field| if twofold { Owner::Unsure } else { Owner::Field(field.name) };
        let site = Site { around: Some(&frame), depth: site.depth + 1, twofold: false, ..*site };
        let mut nodes = IndexMap::with_capacity(contract.len());
        let mut both = Vec::with_capacity(fields.len());
        let known = contract.iter().filter(|field| entry_of(fields, field.name).is_some()).count();
        if known < fields.len() {
            self.unknown(fields, contract, &site);
        }
        for field in contract {
            match entry_of(fields, field.name) {
                Some(entry) => both.push((field, entry)),
                None => {
                    let node = self.absent(field, span, &Site { owner: owner(field), ..site })?;
                    nodes.extend(node.map(|node| (field.name.to_owned(), node)));
                }
            }
        }
        // Of two records of one size the order and the names of the first remain, else those of the contract.
        let as_written = known >= contract.len();
        if as_written {
            both.sort_by_key(|(field, _)| fields.get_index_of(field.name));
        }
        for (field, entry) in both {
            let trail = site.trail.field(field.name);
            let key = if as_written { entry.name } else { self.span(field.key) };
            let site = Site { trail: &trail, key, owner: owner(field), ..site };
            let node = self.field(field, entry, &site)?;
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

    /// The value of a field that only the contract has, if that has one: its default, or the fault that there is none.
    fn absent(&mut self, field: &'static Field, record: Option<Span>, site: &Site<'_>) -> Option<Option<Node>> {
        let trail = site.trail.field(field.name);
        let Some(default) = &field.default else {
            let site = Site { trail: &trail, key: None, ..*site };
            return Some((!field.optional).then(|| self.broken(&site, FaultKind::Missing { record })));
        };
        let key = self.span(field.key);
        let site = Site { trail: &trail, key, written_here: false, ..*site };
        let node = self.node(&self.datum(default), field.shape, &site)?;
        Some(Some(Node { key, ..node }))
    }

    /// The value of a field that both a record and its contract have.
    fn field(&mut self, field: &'static Field, entry: &Entry<'_>, site: &Site<'_>) -> Option<Node> {
        // A default of the user's and one of the library's are merged, as equals.
        let default = field.default.as_ref().filter(|_| !field.has_base());
        if let Some(default) = default.filter(|_| *entry.priority <= MergePriority::Bottom) {
            let places = [entry.value.span, self.span(default.place)];
            let conflict = datum::differ(&entry.value.kind, &self.datum(default).kind);
            return conflict.then(|| self.broken(site, FaultKind::Conflict(places)));
        }
        if !field.has_base() {
            return self.node(&entry.value, field.shape, site);
        }
        // Only what has the priority of the library's own record is merged with it: anything else takes its place. Names
        // that it does not have are no fault.
        if self.computed || *entry.priority != MergePriority::Neutral {
            return None;
        }
        let (Kind::Record(fields), Shape::Record(contract)) = (&entry.value.kind, field.shape) else {
            let differs = datum::differ(&entry.value.kind, &Kind::Record(Fields::default()));
            return differs.then(|| self.broken(site, FaultKind::Conflict([entry.value.span, None])));
        };
        if fields.keys().any(|name| !contract.iter().any(|field| field.name == *name)) {
            return None;
        }
        let node = self.node(&entry.value, field.shape, &Site { twofold: true, ..*site })?;
        // What is merged of two records stands in no one place.
        Some(Node { span: None, ..node })
    }

    fn unknown(&mut self, fields: &Fields<'_>, contract: &'static [Field], site: &Site<'_>) {
        for (name, entry) in fields {
            if !contract.iter().any(|field| field.name == *name) {
                let trail = site.trail.field(name);
                self.fault(&Site { trail: &trail, key: entry.name, ..*site }, FaultKind::Unknown);
            }
        }
    }

    /// Notes that a value can't be of a shape, whatever is inside it.
    fn of_another_kind(&mut self, datum: &Datum<'_>, shape: &'static Shape, site: &Site<'_>) -> Option<Node> {
        match of_another_kind(shape, matches!(datum.kind, Kind::Variant(..))) {
            Verdict::Unfit(reason) => self.unfit(datum.span, found(datum), reason, site),
            Verdict::Sound | Verdict::Unsure => None,
        }
    }

    fn unfit(&mut self, span: Option<Span>, found: Option<Found>, reason: Reason, site: &Site<'_>) -> Option<Node> {
        let Reason { message, notes } = reason;
        let borrowed = match site.owner {
            Owner::None => Some(false),
            Owner::Field(name) => Some(site.trail.last_field() != Some(name)),
            Owner::Unsure => None,
        };
        let complaint = Complaint { span, found, message, notes };
        Some(self.broken(site, FaultKind::Broken { complaint, borrowed }))
    }

    fn broken(&mut self, site: &Site<'_>, kind: FaultKind) -> Node {
        self.fault(site, kind);
        broken()
    }

    fn fault(&mut self, site: &Site<'_>, kind: FaultKind) {
        self.faults.push(Fault { path: site.trail.path(), key: site.key, kind });
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
                        (Cow::Borrowed(*name), Entry { name: site.key, site, earlier: Vec::new(), priority, value })
                    })
                    .collect(),
            ),
            Literal::Base => Kind::Record(Fields::default()),
            Literal::Same(Reference(steps, name)) => Kind::Same(*steps, vec![Cow::Borrowed(name)]),
        };
        Datum { kind, span: self.span(default.place) }
    }

    fn span(&self, place: Place) -> Option<Span> {
        place.span(self.library)
    }
}

/// A value with a fault; where it stands its field says.
fn broken() -> Node {
    Node { value: Value::Broken, span: None, key: None }
}

/// A value as the field that it was written for.
fn placed(node: Node, entry: &Entry<'_>) -> Node {
    // A value that was never made has the place of its expression; what would have been merged has none.
    let written = || entry.site.value.or(entry.value.span).filter(|_| entry.earlier.is_empty());
    let node = match node.value {
        Value::Broken => Node { span: node.span.or_else(written), ..node },
        _ => node,
    };
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

#[cfg(test)]
mod tests {
    use super::super::{Pattern, Words, table};
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
            Shape::All(_) | Shape::Any | Shape::Number | Shape::String | Shape::Bool | Shape::Scalar(_) => {}
            Shape::Text(..) | Shape::Integer(..) | Shape::KeyOf(..) | Shape::Opaque => {}
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
        let datum = Checker { library: &[], computed: false, faults: Vec::new(), targets: Vec::new() }.datum(default);
        let (scalar, _) = settle(&datum, None, MAX_STEPS).unwrap();
        assert!(matches!(judge(&scalar, shape, None), Verdict::Sound), "{}", default.place.1);
        1
    }

    static WORD: Pattern = Pattern::new(3, "[a-z]", false);
    static NUMBER: Shape = Shape::Number;
    static TEXT: Shape = Shape::Text(&WORD, &[WORDS, WORDS]);
    const WORDS: Words = Words { message: "", notes: &[] };
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
        let entry = |kind| Entry { name: None, site, earlier: Vec::new(), priority, value: Datum { kind, span: None } };
        let fields = fields.into_iter().map(|(name, kind)| (Cow::Borrowed(name), entry(kind))).collect();
        Datum { kind: Kind::Record(fields), span: None }
    }

    #[test]
    fn a_contract_may_depend_on_a_field_nearby() {
        let number = || Kind::Number(Cow::Borrowed("5"));
        let text = |text| Kind::Text(Cow::Borrowed(text));
        let tag = |tag| Kind::Tag(Cow::Borrowed(tag));
        let accepted = |datum| check(&datum, &RECORD, &[], false).is_some_and(|(_, faults)| faults.is_empty());
        assert!(accepted(record([("value", number())])));
        assert!(accepted(record([("kind", tag("A")), ("value", number())])));
        assert!(accepted(record([("value", text("abc")), ("kind", tag("B"))])));
        assert!(!accepted(record([("value", text("abc")), ("kind", Kind::Same(0, vec![Cow::Borrowed("kind")]))])));
        assert!(!accepted(record([("value", text("abc"))])));
        assert!(!accepted(record([("kind", tag("B")), ("value", number())])));
        assert!(!accepted(record([("kind", tag("C")), ("value", number())])));
        assert!(!accepted(record([("kind", tag("A"))])));
    }
}
