//! What a live object would be after something is applied to it, as the API server merges it.

use super::record::Record;
use crate::diff::fields;
use crate::path::{Path, Segment};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

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

/// The live object with what is stated applied.
pub(super) fn applied(stated: &Json, live: &Json, record: &Record<'_>) -> Json {
    of_values(&Path::root(), stated, live, record)
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
    matches!(path.0.as_slice(), [.., Segment::Field(name)] if WHOLE_MAPS.contains(&name.as_str()))
}

fn is_union(path: &Path) -> bool {
    match path.0.as_slice() {
        [.., Segment::Field(list), Segment::Item(_)] => UNION_ITEMS.contains(&list.as_str()),
        [.., Segment::Field(name)] => UNIONS.contains(&name.as_str()),
        [.., Segment::Item(_) | Segment::Index(_)] | [] => false,
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
    if fields::called(path) == Some("finalizers") {
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
        [.., Segment::Item(_), Segment::Field(list)] if list == "ports" => true,
        [Segment::Field(spec), Segment::Field(list)] if list == "ports" => spec == "spec",
        [.., Segment::Field(list)] => SHARED.contains(&list.as_str()),
        [.., Segment::Item(_) | Segment::Index(_)] | [] => false,
    }
}

/// The stated items, each completed, with those that others added to the live list in their places.
fn of_shared(path: &Path, key: &str, (stated, live): (&[Json], &[Json]), record: &Record<'_>) -> Vec<Json> {
    let named = |items: &[Json], name: &Option<String>| items.iter().any(|item| fields::name_of(item, key) == *name);
    let mut merged = Vec::new();
    for item in stated {
        let name = fields::name_of(item, key);
        let other = live.iter().find(|other| fields::name_of(other, key) == name);
        let step = path.item(&name.unwrap_or_default());
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
        let path = path.item(&name.unwrap_or_default());
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
        let path = path.index(index);
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
