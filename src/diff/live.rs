//! Objects as a cluster returns them: what the API server and its controllers filled in is no difference.
//!
//! Invariant: there is no list of defaults here. A field that only the live object has stays as it is when the other side is
//! applied, unless a record in the live object says that it was applied.
//!
//! - `record` reads what a live object says of what was applied.
//! - `merge` applies one side to the live object of the other.

mod merge;
mod record;

use super::{Identity, fields, words};
use crate::objects::object::Object;
use crate::objects::view::controller;
use crate::objects::view::json::{at, text};
use record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Labels by which tools tell the objects of an application.
const MARKS: [&str; 2] = ["app.kubernetes.io/managed-by", "app.kubernetes.io/instance"];

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
    ["uid", "resourceVersion"].iter().any(|field| at(&object.body, &["metadata", field]).is_some())
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
    let applied = record::last_applied(&live.body).map(|body| spelt(&Object::of(body)).body);
    let record = Record::new(applied.as_ref(), &live.body);
    *unrecorded += usize::from(!record.is_there());
    Object::of(merge::applied(&stated.body, &live_spelt.body, &record))
}

/// An object in the one spelling in which both sides are compared.
fn spelt(object: &Object) -> Object {
    let mut body = fields::own(&object.body);
    if object.kind == "Secret" {
        fields::encode(&mut body);
    }
    Object { body, ..object.clone() }
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
    let marks =
        |object: &Object| MARKS.map(|mark| text(&object.body, &["metadata", "labels", mark]).map(str::to_owned));
    let matched = side.iter().filter(|(identity, _)| other.contains_key(*identity)).map(|(_, object)| marks(object));
    let ours: BTreeSet<[Option<String>; 2]> = matched.chain(other.values().map(|object| marks(object))).collect();
    let inhabited: BTreeSet<&str> = side.keys().filter_map(|identity| identity.namespace.as_deref()).collect();
    let mut left_out = LeftOut::default();
    for (identity, object) in side.iter().filter(|(identity, object)| !other.contains_key(*identity) && is_live(object))
    {
        let is_empty = identity.kind == "Namespace" && !inhabited.contains(identity.name.as_str());
        if controller(object).is_some() {
            left_out.made.insert(identity.clone());
        } else if !ours.is_empty() && (is_empty || !ours.contains(&marks(object))) {
            left_out.foreign.insert(identity.clone());
        }
    }
    left_out
}
