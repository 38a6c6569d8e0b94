//! `data-loss`: runs, audit records or forward indexes are lost, or left where nobody reads them.

use super::{Pair, pods, quoted, text_at};
use crate::diff::words;
use crate::quantity;
use crate::settings::{self, Key};
use pods::Pods;
use serde_json::Value as Json;

/// The variables that say where a service keeps something, with what that is.
const STORES: &[(&str, &str)] = &[
    ("AGENTOS_AGENT_STORE_DIR", "agents"),
    ("AGENTOS_AUDIT_SINK", "audit records"),
    ("AGENTOS_FED_FORWARD_INDEX_FILE", "forward index"),
    ("AGENTOS_KV_STORE_DIR", "keys and values"),
    ("AGENTOS_MEMORY_STORE_DIR", "memories"),
    ("AGENTOS_RUN_STORE_FILE", "runs"),
];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    match pair.kind() {
        "Namespace" if pair.is_removed() => {
            vec!["everything in the namespace is deleted with it, claims and their data included".to_owned()]
        }
        "PersistentVolumeClaim" => of_claim(pair),
        "PersistentVolume" | "StorageClass" => of_reclaiming(pair),
        _ => pods::both(pair).map(|(old, new)| of_pods(old, new)).unwrap_or_default(),
    }
}

fn of_claim(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    if pair.is_removed() {
        return vec![format!("the claim {name} is deleted, and its data unless the storage class retains it")];
    }
    let mut found = Vec::new();
    let size = pair.differing("/spec/resources/requests/storage");
    if let Some((old, Some(new))) = size
        && let Some((Some(before), Some(after))) =
            text(old).zip(text(new)).map(|(old, new)| (quantity::parse(&old), quantity::parse(&new)))
        && after < before
    {
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

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_number().map(ToString::to_string))
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

fn of_pods(old: Pods<'_>, new: Pods<'_>) -> Vec<String> {
    let volumes = old.volumes().filter_map(|(name, before)| of_volume(name, before, new));
    let moves = of_backend(old, new);
    // What moves into a database or out of it was in no file before, or is in none after that.
    let is_moved = |variable: &str| moves.is_some() && IN_DATABASE.contains(&variable);
    let stores = STORES.iter().filter(|(variable, _)| !is_moved(variable));
    let stores: Vec<String> = stores.filter_map(|(variable, what)| of_store(variable, what, old, new)).collect();
    volumes.chain(moves.clone()).chain(stores).collect()
}

/// The stores that a database takes the place of.
const IN_DATABASE: [&str; 4] =
    ["AGENTOS_AGENT_STORE_DIR", "AGENTOS_KV_STORE_DIR", "AGENTOS_MEMORY_STORE_DIR", "AGENTOS_RUN_STORE_FILE"];

/// Agents, runs and their like in a database that were in files, or the other way.
fn of_backend(old: Pods<'_>, new: Pods<'_>) -> Option<String> {
    let uses_database = |pods: Pods<'_>| {
        let backend = name(Key::StorageBackend).and_then(|name| pods.setting(name));
        reads(pods, Key::StorageBackend) && backend.is_some_and(|backend| backend.eq_ignore_ascii_case("postgres"))
    };
    let (before, after) = match (uses_database(old), uses_database(new)) {
        (false, true) => ("files", "a database"),
        (true, false) => ("a database", "files"),
        (true, true) | (false, false) => return None,
    };
    Some(format!("agents, runs and their like move from {before} to {after}, and nothing copies those that are there"))
}

/// What any release calls a setting.
fn name(key: Key) -> Option<&'static str> {
    settings::candidates(None, key).next().map(|setting| setting.name)
}

/// Whether the release of some pods reads a setting, as far as it is known.
fn reads(pods: Pods<'_>, key: Key) -> bool {
    settings::candidates(pods.release(), key).next().is_some()
}

/// A volume on a claim that is on none any more, or on another.
fn of_volume(name: &str, before: &Json, new: Pods<'_>) -> Option<String> {
    let claim = text_at(before, "/persistentVolumeClaim/claimName")?;
    let (name, quoted_claim) = (words::quoted(name), words::quoted(claim));
    let Some((_, after)) = new.volumes().find(|(other, _)| words::quoted(other) == name) else {
        return Some(format!("the volume {name} goes: what is on the claim {quoted_claim} is no longer read"));
    };
    match text_at(after, "/persistentVolumeClaim/claimName") {
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
fn of_store(variable: &str, what: &str, old: Pods<'_>, new: Pods<'_>) -> Option<String> {
    let place =
        |pods: Pods<'_>| pods.setting(variable).map(|value| value.strip_prefix("file:").unwrap_or(value).to_owned());
    let before = place(old)?;
    if !old.volume_of(&before).is_some_and(pods::is_kept) {
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
    if before == after && old.volume_of(&before).is_some() && new.volume_of(&after).is_some() {
        return None;
    }
    let (before, shown) = (words::quoted(&before), words::quoted(&after));
    Some(if new.volume_of(&after).is_some_and(pods::is_kept) {
        format!("the {what} move from {before} to {shown}, and nothing moves those that are there")
    } else {
        format!("the {what} move from {before}, which is on a volume, to {shown}, which is not kept")
    })
}

#[cfg(test)]
mod tests {
    use super::{IN_DATABASE, STORES};

    #[test]
    fn stores_are_ordered() {
        assert!(STORES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(IN_DATABASE.iter().all(|variable| STORES.iter().any(|(name, _)| name == variable)));
    }
}
