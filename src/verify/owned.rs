//! Objects that a controller keeps, as a dump of a cluster has them: the ReplicaSets of a Deployment and their pods are
//! copies of its template, and no services of their own.

use super::{at, namespace, text};
use crate::objects::object::Object;
use crate::objects::view::controller;
use crate::objects::view::pod;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a controller makes copies of its template as.
const COPIES: [&str; 5] = ["Pod", "ReplicaSet", "ReplicationController", "Job", "Configuration"];

/// The controllers that do. A pod of another's may be like no second one.
const COPYING: [&str; 9] = [
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Rollout",
    "DeploymentConfig",
];

/// An object by kind, namespace and name.
type Name<'a> = (&'a str, &'a str, &'a str);

/// The positions of objects that are not judged: their owner is among the objects and has the template that they were
/// made from, or it is not, and another copy is judged in its place.
pub(super) fn by_another(objects: &[Object]) -> BTreeSet<usize> {
    let copies = objects.iter().enumerate().filter(|(_, object)| COPIES.contains(&object.kind.as_str()));
    let owned: Vec<(usize, &Object, &Json)> =
        copies.filter_map(|(position, object)| Some((position, object, controller(object)?))).collect();
    if owned.is_empty() {
        return BTreeSet::new();
    }
    let judged: HashMap<Name<'_>, &Object> = objects
        .iter()
        .filter(|object| !pod::all(0, object).is_empty())
        .map(|object| ((object.kind.as_str(), namespace(object), object.name.as_str()), object))
        .collect();
    let mut skipped = BTreeSet::new();
    let mut siblings: BTreeMap<Name<'_>, Vec<(usize, &Object)>> = BTreeMap::new();
    for (position, object, controller) in owned {
        let Some(owner) = text(controller, &["kind"]).zip(text(controller, &["name"])) else { continue };
        let owner = (owner.0, namespace(object), owner.1);
        match judged.get(&owner) {
            Some(known) if is_same(known, controller) => drop(skipped.insert(position)),
            Some(_) => {}
            None if !COPYING.contains(&owner.0) => {}
            None => siblings.entry(owner).or_default().push((position, object)),
        }
    }
    for copies in siblings.into_values() {
        // Of the copies of an absent owner the first that runs is judged: a ReplicaSet that was replaced has no pods.
        let runs = |object: &Object| at(&object.body, &["spec", "replicas"]).and_then(Json::as_u64) != Some(0);
        let kept = copies.iter().position(|(_, object)| runs(object)).unwrap_or(0);
        skipped
            .extend(copies.iter().enumerate().filter(|(index, _)| *index != kept).map(|(_, (position, _))| *position));
    }
    skipped
}

/// Whether a reference is to this very object, not to an earlier one of its name.
fn is_same(owner: &Object, reference: &Json) -> bool {
    let known = text(&owner.body, &["metadata", "uid"]).zip(text(reference, &["uid"]));
    known.is_none_or(|(owner, referred)| owner == referred)
}
