//! What becomes of a claim's size and class depends on what a cluster has: said as notes, and by the classes where a
//! side has the StorageClass.

use super::{Pair, at, quoted};
use crate::objects::object::Object;
use crate::objects::view::json::amount;
use serde_json::Value as Json;

/// Where a claim says how much it asks for, and of which class.
const SIZE: &str = "/spec/resources/requests/storage";
const CLASS: &str = "/spec/storageClassName";

/// How a claim's size changes, with both amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resize<'a> {
    Grows(&'a Json, &'a Json),
    Shrinks(&'a Json, &'a Json),
}

pub(super) fn resize<'a>(pair: &Pair<'a>) -> Option<Resize<'a>> {
    let (old, new) = (pair.at_old(SIZE)?, pair.at_new(SIZE)?);
    let (before, after) = (amount(old)?, amount(new)?);
    match after.cmp(&before) {
        _ if pair.kind() != "PersistentVolumeClaim" => None,
        std::cmp::Ordering::Less => Some(Resize::Shrinks(old, new)),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Resize::Grows(old, new)),
    }
}

/// Whether the claim's class lets claims grow, where a side says so.
pub(super) fn may_grow(pair: &Pair<'_>) -> Option<bool> {
    let class = class(pair)?;
    let is_it = |object: &&&Object| object.kind == "StorageClass" && object.name == class;
    let found = pair.after.iter().find(is_it).or_else(|| pair.before.iter().find(is_it))?;
    Some(at(found, "/allowVolumeExpansion") == Some(&Json::Bool(true)))
}

fn class<'a>(pair: &Pair<'a>) -> Option<&'a str> {
    pair.at_new(CLASS).or_else(|| pair.at_old(CLASS))?.as_str()
}

/// The class of a claim that had none: the API server takes a name where it had given none by itself.
pub(super) fn is_first_class(pair: &Pair<'_>) -> bool {
    pair.kind() == "PersistentVolumeClaim"
        && !pair.is_added()
        && pair.at_old(CLASS).is_none()
        && pair.at_new(CLASS).is_some()
}

pub(super) fn notes(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    let mut notes = Vec::new();
    if let (Some(Resize::Grows(old, new)), None) = (resize(pair), may_grow(pair)) {
        let class = class(pair).map_or("its storage class".to_owned(), |class| {
            format!("the storage class {}", quoted(&Json::from(class)))
        });
        notes.push(format!(
            "the claim {name} grows from {} to {}: the API server takes that only if {class} has `allowVolumeExpansion: \
             true`, and the claim can't shrink again",
            quoted(old),
            quoted(new)
        ));
    }
    if let Some(class) = pair.at_new(CLASS).filter(|_| is_first_class(pair)) {
        notes.push(format!(
            "the claim {name} gets the class {}: a claim without a class has that of the cluster since it was made, if \
             there was one, and the API server then takes no other",
            quoted(class)
        ));
    }
    notes
}
