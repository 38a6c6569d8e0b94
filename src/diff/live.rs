//! Objects as a cluster returns them: what the API server and its controllers filled in is no difference.
//!
//! Invariant: no defaults are listed here. A field that only the live object has stays as it is when the other side is
//! applied, unless a record in the live object says that it was applied.

use super::fields::{self, Path, Step};
use super::{Identity, words};
use crate::lower::Object;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// Where `kubectl apply` keeps what it applied last.
const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// Labels by which tools tell the objects of an application.
const MARKS: [&str; 2] =
    ["/metadata/labels/app.kubernetes.io~1managed-by", "/metadata/labels/app.kubernetes.io~1instance"];

/// Lists that several writers share, item by item; all others are written as a whole. For `ports` see [`is_shared`].
const SHARED: &[&str] = &[
    "containers",
    "env",
    "ephemeralContainers",
    "hostAliases",
    "imagePullSecrets",
    "initContainers",
    "secrets",
    "topologySpreadConstraints",
    "volumeDevices",
    "volumeMounts",
    "volumes",
    "webhooks",
];

/// Maps that are written as a whole: an entry that is not stated goes.
const WHOLE_MAPS: [&str; 6] =
    ["labelSelector", "matchLabels", "namespaceSelector", "nodeSelector", "podSelector", "selector"];

/// Where one field takes the place of another: in items of these lists, and in these maps.
const UNION_ITEMS: [&str; 2] = ["env", "volumes"];
const UNIONS: [&str; 7] =
    ["livenessProbe", "postStart", "preStop", "readinessProbe", "startupProbe", "strategy", "updateStrategy"];

/// Maps whose entries have writers of their own.
const SHARED_MAPS: [&str; 2] = ["annotations", "labels"];

/// How many items a list may have in which an item is looked for in every place.
const MAX_MATCHED: usize = 64;

/// How many objects a note names.
const MAX_NAMED: usize = 5;

pub(super) type Raw<'a> = BTreeMap<Identity, &'a Object>;
pub(super) type Whole = BTreeMap<Identity, Object>;

/// Two sides of which each live object is compared with what it would be after applying the other side.
#[derive(Debug, Default)]
pub(super) struct Sides {
    pub old: Whole,
    pub new: Whole,
    pub notes: Vec<String>,
}

/// Whether a cluster returned an object.
fn is_live(object: &Object) -> bool {
    ["/metadata/uid", "/metadata/resourceVersion"].iter().any(|field| object.body.pointer(field).is_some())
}

/// Completes what one side states with what the live object of the other side has besides.
pub(super) fn sides((old_name, old): (&str, Raw<'_>), (new_name, new): (&str, Raw<'_>)) -> Sides {
    let (old, new) = (placed(&old, &new), placed(&new, &old));
    let mut sides = Sides::default();
    let mut unrecorded = [0_usize; 2];
    for (identity, object) in &old {
        match new.get(identity) {
            Some(other) => {
                let (before, after) = pair(object, other, &mut unrecorded);
                sides.old.insert(identity.clone(), before);
                sides.new.insert(identity.clone(), after);
            }
            None => drop(sides.old.insert(identity.clone(), spelt(object))),
        }
    }
    let come = new.iter().filter(|(identity, _)| !old.contains_key(*identity));
    sides.new.extend(come.map(|(identity, object)| (identity.clone(), spelt(object))));
    let left_out = [strangers(&old, &new), strangers(&new, &old)];
    for (whole, left_out) in [&mut sides.old, &mut sides.new].into_iter().zip(&left_out) {
        whole.retain(|identity, _| !left_out.made.contains(identity) && !left_out.foreign.contains(identity));
    }
    for (position, (live, other)) in [(old_name, new_name), (new_name, old_name)].into_iter().enumerate() {
        sides.notes.extend(unrecorded.get(position).and_then(|count| of_unrecorded(live, other, *count)));
        sides.notes.extend(left_out.get(position).and_then(|left_out| of_foreign(live, &left_out.foreign)));
    }
    sides
}

fn of_unrecorded(live: &str, other: &str, count: usize) -> Option<String> {
    let (live, other) = (words::quoted(live), words::quoted(other));
    let objects = if count == 1 { "one live object".to_owned() } else { format!("{count} live objects") };
    (count > 0).then(|| {
        format!(
            "{objects} of {live} record neither by server-side apply in `managedFields` nor by the last-applied \
             annotation what was applied: a field that they have and {other} does not state is taken for a default, \
             and removed fields can't be seen; `kubectl get --show-managed-fields -o yaml` prints the former"
        )
    })
}

fn of_foreign(live: &str, foreign: &BTreeSet<Identity>) -> Option<String> {
    let named: Vec<String> =
        foreign.iter().take(MAX_NAMED).map(|identity| words::quoted(&identity.to_string())).collect();
    let more = foreign.len().saturating_sub(named.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let live = words::quoted(live);
    (!foreign.is_empty()).then(|| {
        format!(
            "of {live}, {}{more} are not compared: the cluster has them, and no label says that they belong to what is \
             compared",
            named.join(", ")
        )
    })
}

/// The objects of a side; one without a namespace has that of the only live one with its kind and name.
fn placed<'a>(side: &Raw<'a>, other: &Raw<'_>) -> Raw<'a> {
    let namespaces = namespaces(other);
    let place = |(identity, object): (&Identity, &&'a Object)| {
        let key = (identity.kind.as_str(), identity.group.as_str(), identity.name.as_str());
        let only = namespaces.get(&key).and_then(Option::as_ref).filter(|_| identity.namespace.is_none());
        let moved = only.map(|namespace| Identity { namespace: Some((*namespace).to_owned()), ..identity.clone() });
        (moved.filter(|moved| !side.contains_key(moved)).unwrap_or_else(|| identity.clone()), *object)
    };
    side.iter().map(place).collect()
}

type Key<'a> = (&'a str, &'a str, &'a str);

/// The namespace of each kind and name that only one has.
fn namespaces<'a>(side: &'a Raw<'_>) -> BTreeMap<Key<'a>, Option<&'a str>> {
    let mut namespaces = BTreeMap::new();
    for identity in side.iter().filter(|(_, object)| is_live(object)).map(|(identity, _)| identity) {
        let key = (identity.kind.as_str(), identity.group.as_str(), identity.name.as_str());
        namespaces.entry(key).and_modify(|only| *only = None).or_insert(identity.namespace.as_deref());
    }
    namespaces
}

/// Two versions of an object, the stated one completed where the other is live; counts live ones without a record.
fn pair(old: &Object, new: &Object, unrecorded: &mut [usize; 2]) -> (Object, Object) {
    let (old_spelt, new_spelt) = (spelt(old), spelt(new));
    let [of_old, of_new] = unrecorded;
    match (is_live(old), is_live(new)) {
        (true, false) => {
            let completed = completed(&new_spelt, old, &old_spelt, of_old);
            (old_spelt, completed)
        }
        (false, true) => (completed(&old_spelt, new, &new_spelt, of_new), new_spelt),
        (true, true) | (false, false) => (old_spelt, new_spelt),
    }
}

/// What a live object would be with this applied.
fn completed(stated: &Object, live: &Object, live_spelt: &Object, unrecorded: &mut usize) -> Object {
    let applied = live.body.pointer(LAST_APPLIED).and_then(Json::as_str);
    let applied = applied.and_then(|text| serde_json::from_str(text).ok()).map(|body| spelt(&Object::of(body)).body);
    let record = Record { applied: applied.as_ref(), fields: server_side(&live.body) };
    *unrecorded += usize::from(!record.is_there());
    Object::of(of_values(&Path::default(), &stated.body, &live_spelt.body, &record))
}

/// What server-side apply says was applied. The records of other writes hold defaults, too, and say nothing.
fn server_side(live: &Json) -> Vec<&Json> {
    let entries = live.pointer("/metadata/managedFields").and_then(Json::as_array).into_iter().flatten();
    let applied = entries.filter(|entry| {
        entry.get("operation").and_then(Json::as_str) == Some("Apply") && entry.get("subresource").is_none()
    });
    applied.filter_map(|entry| entry.get("fieldsV1")).collect()
}

/// An object in the one spelling in which both sides are compared.
fn spelt(object: &Object) -> Object {
    let mut body = fields::own(&object.body);
    if object.kind == "Secret" {
        fields::encode(&mut body);
    }
    Object { body, ..object.clone() }
}

/// The part of a record that is about one value.
#[derive(Clone, Debug, Default)]
struct Record<'a> {
    /// The value as it was applied by `kubectl apply`.
    applied: Option<&'a Json>,
    /// What server-side apply says of it.
    fields: Vec<&'a Json>,
}

impl<'a> Record<'a> {
    fn is_there(&self) -> bool {
        self.applied.is_some_and(|value| !value.is_null()) || !self.fields.is_empty()
    }

    fn field(&self, name: &str) -> Record<'a> {
        let key = format!("f:{name}");
        Record {
            applied: self.applied.and_then(|value| value.get(name)),
            fields: self.fields.iter().filter_map(|fields| fields.get(&key)).collect(),
        }
    }

    fn item(&self, key: &str, item: &Json) -> Record<'a> {
        let name = fields::name_of(item, key);
        let mut items = self.applied.and_then(Json::as_array).into_iter().flatten();
        Record {
            applied: items.find(|other| name.is_some() && fields::name_of(other, key) == name),
            fields: self.entries().filter(|(key, _)| is_key_of(key, item)).map(|(_, fields)| fields).collect(),
        }
    }

    /// The record of an item by its place, if the list was applied with as many items.
    fn at(&self, index: usize, length: usize) -> Record<'a> {
        let items = self.applied.and_then(Json::as_array).filter(|items| items.len() == length);
        Record { applied: items.and_then(|items| items.get(index)), fields: Vec::new() }
    }

    fn has_text(&self, text: &Json) -> bool {
        let in_applied = self.applied.and_then(Json::as_array).is_some_and(|items| items.contains(text));
        in_applied || self.entries().any(|(key, _)| key.strip_prefix("v:") == Some(text.to_string().as_str()))
    }

    fn entries(&self) -> impl Iterator<Item = (&'a String, &'a Json)> {
        let maps: Vec<&'a Map<String, Json>> = self.fields.iter().filter_map(|fields| fields.as_object()).collect();
        maps.into_iter().flatten()
    }
}

/// Whether a key of `managedFields`, such as `k:{"name":"a"}`, is that of an item.
fn is_key_of(key: &str, item: &Json) -> bool {
    let key = key.strip_prefix("k:").and_then(|key| serde_json::from_str::<Json>(key).ok());
    key.as_ref()
        .and_then(Json::as_object)
        .is_some_and(|key| key.iter().all(|(name, value)| item.get(name) == Some(value)))
}

fn of_values(path: &Path, stated: &Json, live: &Json, record: &Record<'_>) -> Json {
    match (stated, live) {
        (Json::Object(_), Json::Object(_)) if is_whole(path) => stated.clone(),
        (Json::Object(stated), Json::Object(live)) => Json::Object(of_maps(path, stated, live, record)),
        (Json::Array(stated), Json::Array(live)) => Json::Array(of_lists(path, stated, live, record)),
        _ => stated.clone(),
    }
}

fn of_maps(
    path: &Path,
    stated: &Map<String, Json>,
    live: &Map<String, Json>,
    record: &Record<'_>,
) -> Map<String, Json> {
    let there = stated.iter().filter(|(_, value)| !value.is_null());
    let completed = there.map(|(name, value)| {
        let of_live = live.get(name).map(|live| of_values(&path.field(name), value, live, &record.field(name)));
        (name.clone(), of_live.unwrap_or_else(|| value.clone()))
    });
    let mut merged: Map<String, Json> = completed.collect();
    let is_replaced = is_union(path) && replaces(stated, live);
    let others = live.iter().filter(|(name, _)| stated.get(*name).is_none_or(Json::is_null));
    for (name, value) in others.filter(|(name, value)| !is_replaced || !is_member(name, value)) {
        if let Some(value) = kept(name, value, &record.field(name)) {
            merged.insert(name.clone(), value);
        }
    }
    merged
}

fn is_whole(path: &Path) -> bool {
    matches!(path.0.as_slice(), [.., Step::Field(name)] if WHOLE_MAPS.contains(&name.as_str()))
}

fn is_union(path: &Path) -> bool {
    match path.0.as_slice() {
        [.., Step::Field(list), Step::Item(_)] => UNION_ITEMS.contains(&list.as_str()),
        [.., Step::Field(name)] => UNIONS.contains(&name.as_str()),
        [.., Step::Item(_) | Step::Index(_)] | [] => false,
    }
}

/// Whether what is stated is of another kind than what is there.
fn replaces(stated: &Map<String, Json>, live: &Map<String, Json>) -> bool {
    let mut there = stated.iter().filter(|(_, value)| !value.is_null());
    there.any(|(name, value)| live.get(name).is_none_or(|live| name == "type" && live != value))
}

/// Whether a field of a union is one of those of which only one may be there.
fn is_member(name: &str, value: &Json) -> bool {
    value.is_object() || name == "value"
}

/// What is left of a value that is no longer stated: all of it, if it was never applied.
fn kept(name: &str, live: &Json, record: &Record<'_>) -> Option<Json> {
    if !record.is_there() {
        return Some(live.clone());
    }
    let entries = live.as_object().filter(|_| SHARED_MAPS.contains(&name))?;
    let others = entries.iter().filter(|(name, _)| !record.field(name).is_there());
    let others: Map<String, Json> = others.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!others.is_empty()).then_some(Json::Object(others))
}

fn of_lists(path: &Path, stated: &[Json], live: &[Json], record: &Record<'_>) -> Vec<Json> {
    if path.name() == Some("finalizers") {
        let others = live.iter().filter(|text| !stated.contains(text) && !record.has_text(text));
        return live.iter().filter(|text| stated.contains(text)).chain(others).cloned().collect();
    }
    match fields::key(path, stated, live) {
        Some(key) if is_shared(path) => of_shared(path, key, (stated, live), record),
        Some(key) => of_named(path, key, (stated, live), record),
        None => of_whole(path, stated, live, record),
    }
}

/// Whether a list is merged item by item. The ports of policies have no name of their own, and are not.
fn is_shared(path: &Path) -> bool {
    match path.0.as_slice() {
        [.., Step::Item(_), Step::Field(list)] if list == "ports" => true,
        [Step::Field(spec), Step::Field(list)] if list == "ports" => spec == "spec",
        [.., Step::Field(list)] => SHARED.contains(&list.as_str()),
        [.., Step::Item(_) | Step::Index(_)] | [] => false,
    }
}

/// The stated items, each completed, with those that others added to the live list in their places.
fn of_shared(path: &Path, key: &str, (stated, live): (&[Json], &[Json]), record: &Record<'_>) -> Vec<Json> {
    let named = |items: &[Json], name: &Option<String>| items.iter().any(|item| fields::name_of(item, key) == *name);
    let mut merged = Vec::new();
    for item in stated {
        let name = fields::name_of(item, key);
        let other = live.iter().find(|other| fields::name_of(other, key) == name);
        let step = path.then(Step::Item(name.unwrap_or_default()));
        merged.push(match other {
            Some(other) => of_values(&step, item, other, &record.item(key, other)),
            None => item.clone(),
        });
    }
    let mut before = None;
    for item in live {
        let name = fields::name_of(item, key);
        if !named(stated, &name) && !record.item(key, item).is_there() {
            let position = merged.iter().position(|other| before.is_some() && fields::name_of(other, key) == before);
            merged.insert(position.map_or(0, |position| position + 1), item.clone());
        }
        before = if named(&merged, &name) { name } else { before };
    }
    merged
}

/// A list that is written as a whole, whose items have names: those that are not stated go.
fn of_named(path: &Path, key: &str, (stated, live): (&[Json], &[Json]), record: &Record<'_>) -> Vec<Json> {
    let completed = |item: &Json| {
        let name = fields::name_of(item, key);
        let other = live.iter().find(|other| fields::name_of(other, key) == name);
        let path = path.then(Step::Item(name.unwrap_or_default()));
        other.map_or_else(|| item.clone(), |other| of_item(&path, item, other, &record.item(key, other)))
    };
    stated.iter().map(completed).collect()
}

/// A list that is written as a whole: an item is that of the live list which says all that it says, else that in its
/// place.
fn of_whole(path: &Path, stated: &[Json], live: &[Json], record: &Record<'_>) -> Vec<Json> {
    let mut used = BTreeSet::new();
    let mut merged = Vec::new();
    for (index, item) in stated.iter().enumerate() {
        let path = path.then(Step::Index(index));
        let completed = |other: usize| {
            live.get(other).map(|live_item| of_item(&path, item, live_item, &record.at(other, live.len())))
        };
        let covers = |other: usize, used: &BTreeSet<usize>| {
            let other_item = live.get(other).filter(|_| !used.contains(&other))?;
            let completed = completed(other)?;
            fields::is_same(&path, &completed, other_item).then_some((other, completed))
        };
        // Long lists are compared in their places only.
        let anywhere = |used: &BTreeSet<usize>| {
            let all = if live.len() <= MAX_MATCHED { 0..live.len() } else { 0..0 };
            all.into_iter().find_map(|other| covers(other, used))
        };
        let found = covers(index, &used).or_else(|| anywhere(&used));
        merged.push(match found {
            Some((other, completed)) => {
                used.insert(other);
                completed
            }
            None if stated.len() == live.len() => completed(index).unwrap_or_else(|| item.clone()),
            None => item.clone(),
        });
    }
    merged
}

/// An item of a list that is written as a whole. By server-side apply no field in it has a record of its own.
fn of_item(path: &Path, stated: &Json, live: &Json, record: &Record<'_>) -> Json {
    let (Json::Object(stated_fields), Json::Object(live_fields)) = (stated, live) else {
        return of_values(path, stated, live, record);
    };
    let mut merged = Map::new();
    for (name, value) in stated_fields.iter().filter(|(_, value)| !value.is_null()) {
        let (path, record) = (path.field(name), record.field(name));
        let value = match (value, live_fields.get(name)) {
            (Json::Object(_), Some(live @ Json::Object(_))) if !is_whole(&path) => of_item(&path, value, live, &record),
            (_, Some(live)) => of_values(&path, value, live, &record),
            (_, None) => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    let filled = live_fields.iter().filter(|(name, _)| {
        let is_stated = stated_fields.get(*name).is_some_and(|value| !value.is_null());
        !is_stated && may_be_filled_in(path, name) && !record.field(name).is_there()
    });
    merged.extend(filled.map(|(name, value)| (name.clone(), value.clone())));
    Json::Object(merged)
}

/// Whether the API server may have filled in a field. In the rules of policies and roles a field means more by not
/// being there, and it fills in the protocol alone.
fn may_be_filled_in(path: &Path, name: &str) -> bool {
    let is_rule = [&["spec", "ingress"][..], &["spec", "egress"], &["rules"]].iter().any(|list| path.is_below(list));
    !is_rule || name == "protocol"
}

/// Objects that only one side has, for a reason that is not that side's.
#[derive(Debug, Default)]
struct LeftOut {
    /// Their controllers make them and take them away.
    made: BTreeSet<Identity>,
    /// Nothing says that they belong to what is compared.
    foreign: BTreeSet<Identity>,
}

fn strangers(side: &Raw<'_>, other: &Raw<'_>) -> LeftOut {
    let marks = |object: &Object| MARKS.map(|mark| object.body.pointer(mark).and_then(Json::as_str).map(str::to_owned));
    let matched = side.iter().filter(|(identity, _)| other.contains_key(*identity)).map(|(_, object)| marks(object));
    let ours: BTreeSet<[Option<String>; 2]> = matched.chain(other.values().map(|object| marks(object))).collect();
    let inhabited: BTreeSet<&str> = side.keys().filter_map(|identity| identity.namespace.as_deref()).collect();
    let mut left_out = LeftOut::default();
    for (identity, object) in side.iter().filter(|(identity, object)| !other.contains_key(*identity) && is_live(object))
    {
        let is_empty = identity.kind == "Namespace" && !inhabited.contains(identity.name.as_str());
        if has_controller(object) {
            left_out.made.insert(identity.clone());
        } else if !ours.is_empty() && (is_empty || !ours.contains(&marks(object))) {
            left_out.foreign.insert(identity.clone());
        }
    }
    left_out
}

fn has_controller(object: &Object) -> bool {
    let owners = object.body.pointer("/metadata/ownerReferences").and_then(Json::as_array).into_iter().flatten();
    owners.filter_map(|owner| owner.get("controller")).any(|is_one| is_one == &Json::Bool(true))
}
