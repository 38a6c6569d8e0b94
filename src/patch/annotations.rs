//! Annotations that a patch must leave alone: our own, and those by which tools keep claims and back them up.

use super::fields::explain;
use crate::agentos::surface::DATA_VOLUME;
use crate::finding::Finding;
use crate::objects::annotations::{
    BACKUP_EXCLUDES, BACKUP_VOLUMES, FLUX_FORCE, FLUX_PRUNE, PREFIX, SYNC_OPTIONS, contrary, items, removal,
};
use crate::objects::object::Object;
use crate::objects::view::json::{at, text};
use crate::path::Path;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The annotations of an object.
const OF_OBJECT: &[&str] = &["metadata", "annotations"];

/// The annotations of its pods.
const OF_PODS: &[&str] = &["spec", "template", "metadata", "annotations"];

/// Those that `storage` is about, each with where it stands.
const OF_STORAGE: [(&[&str], &str); 5] = [
    (OF_OBJECT, SYNC_OPTIONS),
    (OF_OBJECT, FLUX_PRUNE),
    (OF_OBJECT, FLUX_FORCE),
    (OF_PODS, BACKUP_VOLUMES),
    (OF_PODS, BACKUP_EXCLUDES),
];

/// What a patch changes of these annotations.
pub(super) fn overridden(before: &Object, after: &Object, path: &Path) -> Vec<Finding> {
    let own = [OF_OBJECT, OF_PODS].into_iter().flat_map(|place| changed(before, after, place, path));
    own.chain(against_storage(before, after, path)).collect()
}

/// Annotations of our own that a patch changes, removes or adds.
fn changed(before: &Object, after: &Object, place: &'static [&str], path: &Path) -> Vec<Finding> {
    let all = |object: &Object| at(&object.body, place).and_then(Json::as_object).cloned().unwrap_or_default();
    let (before, after) = (all(before), all(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let is_other = |name: &&String| before.get(*name) != after.get(*name);
    let own = names.into_iter().filter(is_other).filter_map(|name| {
        let (fields, otherwise) = meaning(name.strip_prefix(PREFIX)?.strip_prefix('/')?);
        Some(explain(&path.fields(place).field(name), fields, otherwise))
    });
    own.collect()
}

/// The fields that one of our own annotations follows from, and what goes wrong when a patch says it.
fn meaning(name: &str) -> (&'static [&'static str], &'static str) {
    const ROLLS: &str = "pods would no longer start anew when what they read at their start changes";
    const BELIEVED: &str = "`agentos-cfg verify` and those who review a cluster believe what this says";
    match name {
        "authentication" | "proxies" => (&["services.<service>.exposure"], BELIEVED),
        "config-hash" => (&[], ROLLS),
        "provided" => (&["provided"], BELIEVED),
        "secrets-rotation" => (&["secrets.rotation"], ROLLS),
        "tenant" => (&["tenancy.tenants"], BELIEVED),
        _ => (&[], BELIEVED),
    }
}

/// What a patch says against `storage`: items that it takes out of these annotations, and the contrary of what they say.
fn against_storage(before: &Object, after: &Object, path: &Path) -> Vec<Finding> {
    let is_kept = annotation(before, OF_OBJECT, FLUX_PRUNE) == "disabled";
    let lists_data = |list: &str| items(list).any(|item| item == DATA_VOLUME);
    let is_against = |place: &[&str], name: &str| {
        let (was, is) = (annotation(before, place, name), annotation(after, place, name));
        let is_lost = items(was).any(|item| !items(is).any(|other| other == item));
        // What is against it before has been judged with the fields.
        let is_contrary = |value: &str| match contrary(name) {
            Some(other) => lists_data(value) && lists_data(annotation(before, place, other)),
            None => is_kept && removal(name, value).is_some(),
        };
        is_lost || is_contrary(is) && !is_contrary(was)
    };
    let holds_data = ["Namespace", "PersistentVolumeClaim"].contains(&before.kind.as_str());
    let of_kind = OF_STORAGE.iter().filter(|(place, _)| *place == OF_PODS || holds_data);
    let against = of_kind.filter(|(place, name)| is_against(place, name)).map(|(place, name)| {
        let otherwise = "a deployment tool may remove the claim, or a backup may leave it out";
        explain(&path.fields(place).field(name), &["storage"], otherwise)
    });
    against.collect()
}

fn annotation<'a>(object: &'a Object, place: &[&str], name: &str) -> &'a str {
    at(&object.body, place).and_then(|all| text(all, &[name])).unwrap_or("")
}
