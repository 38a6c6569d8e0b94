//! `data-loss`: runs, audit records or forward indexes are lost, or left where nobody reads them.

use super::claims::{self, Resize};
use super::{Pair, pods, quoted};
use crate::agentos::behaviour::{self, STORES};
use crate::agentos::settings::{self, Key, shared_name};
use crate::diff::words;
use crate::objects::annotations::{BACKUP_EXCLUDES, BACKUP_VOLUMES, FLUX_PRUNE, SYNC_OPTIONS, items};
use crate::objects::view::annotation;
use crate::objects::view::json::text;
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let mut found = match pair.kind() {
        "Namespace" if pair.is_removed() => vec![format!(
            "everything in the namespace is deleted with it, claims and their data included{}",
            unless_kept(pair)
        )],
        "CustomResourceDefinition" if pair.is_removed() => vec![of_definition(pair)],
        "PersistentVolumeClaim" => of_claim(pair),
        "PersistentVolume" | "StorageClass" => of_reclaiming(pair),
        _ => pods::both(pair).map(|(old, new)| of_pods(&old, &new)).unwrap_or_default(),
    };
    found.extend(of_stateful_set(pair));
    found.extend(of_retention(pair));
    found
}

/// A definition takes all objects of its kind with it.
fn of_definition(pair: &Pair<'_>) -> String {
    let kind =
        pair.at_old("/spec/names/kind").map_or("its kind".to_owned(), |kind| format!("the kind {}", quoted(kind)));
    format!("every object of {kind} in the cluster is deleted with CustomResourceDefinition {}", pair.name())
}

/// Claims of a StatefulSet that go with it, or with its last pods.
fn of_stateful_set(pair: &Pair<'_>) -> Vec<String> {
    let place = "/spec/persistentVolumeClaimRetentionPolicy";
    let deletes = |object: Option<&Json>, when: &str| object.and_then(|policy| text(policy, &[when])) == Some("Delete");
    let (old, new) = (pair.at_old(place), pair.at_new(place));
    let name = pair.name();
    let mut found = Vec::new();
    if pair.kind() != "StatefulSet" || pair.is_added() {
        return found;
    }
    if pair.is_removed() && deletes(old, "whenDeleted") {
        found.push(format!("the claims of StatefulSet {name} are deleted with it, and their data"));
    }
    for (when, what) in [("whenDeleted", "goes"), ("whenScaled", "has fewer replicas")] {
        if !pair.is_removed() && deletes(new, when) && !deletes(old, when) {
            found.push(format!("the claims of StatefulSet {name} are deleted, and their data, when it {what}"));
        }
    }
    found
}

/// Annotations by which tools keep an object that their input no longer has, with the value that does it.
const KEEPS: [(&str, &str); 5] = [
    (SYNC_OPTIONS, "Delete=false"),
    (SYNC_OPTIONS, "Prune=false"),
    ("helm.sh/resource-policy", "keep"),
    (FLUX_PRUNE, "disabled"),
    ("kustomize.toolkit.fluxcd.io/ssa", "Ignore"),
];

/// Kinds that take data with them.
const HOLDERS: [&str; 5] =
    ["CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet"];

const ANNOTATIONS: &str = "/metadata/annotations";

/// The annotations that keep an object.
fn kept(annotations: Option<&Json>) -> Vec<String> {
    let keeps = |(name, value): &(&str, &str)| {
        let text = annotations.and_then(|annotations| text(annotations, &[name])).unwrap_or("");
        text.split(',').any(|part| part.trim().eq_ignore_ascii_case(value))
    };
    KEEPS.iter().filter(|keep| keeps(keep)).map(|(name, value)| words::quoted(&format!("{name}: {value}"))).collect()
}

/// Who does not delete an object that is gone.
fn unless_kept(pair: &Pair<'_>) -> String {
    match kept(pair.at_old(ANNOTATIONS)).as_slice() {
        [] => String::new(),
        keeps => format!("; tools that obey {} leave it behind", keeps.join(" and ")),
    }
}

fn of_retention(pair: &Pair<'_>) -> Vec<String> {
    if !HOLDERS.contains(&pair.kind()) || pair.is_removed() || pair.is_added() {
        return Vec::new();
    }
    let still = kept(pair.at_new(ANNOTATIONS));
    let lost: Vec<String> = kept(pair.at_old(ANNOTATIONS)).into_iter().filter(|keep| !still.contains(keep)).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "{} {} is no longer kept: without {} it goes, and its data, when it leaves what is applied",
        pair.kind(),
        pair.name(),
        lost.join(" and ")
    )]
}

fn of_claim(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    if pair.is_removed() {
        return vec![format!(
            "the claim {name} is deleted, and its data unless the storage class retains it{}",
            unless_kept(pair)
        )];
    }
    let mut found = Vec::new();
    if let Some(Resize::Shrinks(old, new)) = claims::resize(pair) {
        found.push(format!(
            "the claim {name} shrinks from {} to {}: only a new, empty one can be smaller",
            quoted(old),
            quoted(new)
        ));
    }
    for (pointer, what) in [("/spec/storageClassName", "storage class"), ("/spec/volumeName", "volume")] {
        if let Some((old, new)) = pair.differing(pointer) {
            let new = new.map_or("the default one".to_owned(), quoted);
            found.push(format!(
                "the {what} of the claim {name} changes from {} to {new}: that takes a new, empty claim",
                quoted(old)
            ));
        }
    }
    found
}

fn of_reclaiming(pair: &Pair<'_>) -> Vec<String> {
    let pointer = if pair.kind() == "StorageClass" { "/reclaimPolicy" } else { "/spec/persistentVolumeReclaimPolicy" };
    match pair.differing(pointer) {
        Some((Json::String(old), new)) if old == "Retain" => {
            let new = new.map_or("the default".to_owned(), quoted);
            vec![format!("data is no longer retained when its claim goes: {pointer} changes from `Retain` to {new}")]
        }
        Some(_) | None => Vec::new(),
    }
}

fn of_pods(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    let volumes = old.volumes().filter_map(|(name, before)| of_volume(name, before, new));
    let moves = of_backend(old, new);
    // What moves into a database or out of it was in no file before, or is in none after that.
    let stores = STORES.iter().filter(|store| !(moves.is_some() && store.in_database));
    let stores: Vec<String> =
        stores.filter_map(|store| of_store(shared_name(store.key)?, store.holds, old, new)).collect();
    volumes.chain(moves.clone()).chain(stores).chain(of_backup(old, new)).chain(of_purge(old, new)).collect()
}

/// Volumes that Velero no longer copies, and does not snapshot instead.
fn of_backup<'a>(old: &Pod<'a>, new: &Pod<'a>) -> Vec<String> {
    let listed = |pods: &Pod<'a>, name| items(annotation(pods.template, name).unwrap_or(""));
    let still: Vec<&str> = listed(new, BACKUP_VOLUMES).chain(listed(new, BACKUP_EXCLUDES)).collect();
    let lost = listed(old, BACKUP_VOLUMES).filter(|volume| !still.contains(volume));
    lost.map(|volume| format!("Velero no longer backs up the volume {}", words::quoted(volume))).collect()
}

/// Settings that say for how many days something is kept.
const KEPT_FOR: [(Key, &str); 4] = [
    (Key::RetentionAuditDays, "audit records"),
    (Key::RetentionEventsDays, "events"),
    (Key::RetentionRunsDays, "runs"),
    (Key::RetentionUsageDays, "records of usage"),
];

/// A purge takes more than it did.
fn of_purge(old: &Pod<'_>, new: &Pod<'_>) -> Vec<String> {
    let days = |pods: &Pod<'_>, key: Key| pods.setting(shared_name(key)?)?.trim().parse::<u64>().ok();
    let of_one = |(key, what): (Key, &str)| {
        let (before, after) = (days(old, key)?, days(new, key)?);
        (after < before)
            .then(|| format!("{what} are kept for {after} days instead of {before}: a purge takes the older ones"))
    };
    KEPT_FOR.into_iter().filter_map(of_one).collect()
}

/// Agents, runs and their like in a database that were in files, or the other way.
fn of_backend(old: &Pod<'_>, new: &Pod<'_>) -> Option<String> {
    let uses_database = |pods: &Pod<'_>| {
        let backend = shared_name(Key::StorageBackend).and_then(|name| pods.setting(name));
        reads(pods, Key::StorageBackend) && backend.is_some_and(behaviour::in_database)
    };
    let (before, after) = match (uses_database(old), uses_database(new)) {
        (false, true) => ("files", "a database"),
        (true, false) => ("a database", "files"),
        (true, true) => return of_database(old, new),
        (false, false) => return None,
    };
    Some(format!("agents, runs and their like move from {before} to {after}, and nothing copies those that are there"))
}

/// Another database: its host, port or name.
fn of_database(old: &Pod<'_>, new: &Pod<'_>) -> Option<String> {
    let place = |pods: &Pod<'_>| {
        let value = |key| shared_name(key).and_then(|name| pods.setting(name)).filter(|value| !value.is_empty());
        // The port that is meant where none is set.
        let port = value(Key::DatabasePort).unwrap_or("5432");
        format!("{}:{port}/{}", value(Key::DatabaseHost).unwrap_or(""), value(Key::DatabaseName).unwrap_or(""))
    };
    let (before, after) = (place(old), place(new));
    (before != after).then(|| {
        format!(
            "agents, runs and their like are read from the database {} instead of {}, and nothing copies those that are there",
            words::quoted(&after),
            words::quoted(&before)
        )
    })
}

/// Whether the release of some pods reads a setting, as far as it is known.
fn reads(pods: &Pod<'_>, key: Key) -> bool {
    settings::candidates(pods.release(), key).next().is_some()
}

/// A volume on a claim that is on none any more, or on another.
fn of_volume(name: &str, before: &Json, new: &Pod<'_>) -> Option<String> {
    let claim = text(before, &["persistentVolumeClaim", "claimName"])?;
    let (name, quoted_claim) = (words::quoted(name), words::quoted(claim));
    let Some((_, after)) = new.volumes().find(|(other, _)| words::quoted(other) == name) else {
        return Some(format!("the volume {name} goes: what is on the claim {quoted_claim} is no longer read"));
    };
    match text(after, &["persistentVolumeClaim", "claimName"]) {
        Some(same) if same == claim => None,
        Some(other) => Some(format!(
            "the volume {name} moves from the claim {quoted_claim} to {}, and nothing copies its data",
            words::quoted(other)
        )),
        None if after.get("emptyDir").is_some() => Some(format!(
            "the volume {name} becomes an `emptyDir`: what is on the claim {quoted_claim} is no longer read, and what is written dies with the pod"
        )),
        None => Some(format!("the volume {name} is no longer the claim {quoted_claim}, and nothing copies its data")),
    }
}

/// A store whose path moves. One that was not kept before can't be lost.
fn of_store(variable: &str, what: &str, old: &Pod<'_>, new: &Pod<'_>) -> Option<String> {
    let place =
        |pods: &Pod<'_>| pods.setting(variable).map(|value| value.strip_prefix("file:").unwrap_or(value).to_owned());
    let before = place(old)?;
    if !pods::volume_of(old, &before).is_some_and(pods::is_kept) {
        return None;
    }
    if let Some(release) = new.release().filter(|release| !settings::reads(*release, variable)) {
        let version = release.version();
        return Some(format!("release {version} does not read {variable}: the {what} stay where they are, unread"));
    }
    let Some(after) = place(new) else {
        return Some(format!("{variable} is unset: the {what} go to a path of the container, which dies with the pod"));
    };
    // A volume that changes under the same path was reported as such.
    if before == after && pods::volume_of(old, &before).is_some() && pods::volume_of(new, &after).is_some() {
        return None;
    }
    let (before, shown) = (words::quoted(&before), words::quoted(&after));
    Some(if pods::volume_of(new, &after).is_some_and(pods::is_kept) {
        format!("the {what} move from {before} to {shown}, and nothing moves those that are there")
    } else {
        format!("the {what} move from {before}, which is on a volume, to {shown}, which is not kept")
    })
}
