//! `federation`: another stack is cut off, new, elsewhere or says that it is another; or this one does.

use super::{Pair, pods, quoted};
use crate::agentos::settings::{IDENTITY, Key, shared_name};
use crate::diff::words;
use crate::objects::view::json::{list, text};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The key of the peers file in its ConfigMap.
const FILE: &str = "peers.seed.json";

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    match pair.kind() {
        "ConfigMap" => of_peers_file(pair),
        _ => of_identity(pair),
    }
}

fn of_peers_file(pair: &Pair<'_>) -> Vec<String> {
    let file = |data: Option<&Json>| data?.get(FILE)?.as_str().map(str::to_owned);
    let (Some(old), new) = (file(pair.at_old("/data")), file(pair.at_new("/data"))) else { return Vec::new() };
    let Some(new) = new else {
        return vec![
            "the peers file is gone: every peer is cut off, and federation does not start in production".to_owned(),
        ];
    };
    if old == new {
        return Vec::new();
    }
    let Ok(old) = serde_json::from_str::<Json>(&old) else { return Vec::new() };
    let Ok(new) = serde_json::from_str::<Json>(&new) else {
        return vec!["the peers file is no JSON any more: federation starts, and answers 503".to_owned()];
    };
    of_peers(&old, &new)
}

fn of_peers(old: &Json, new: &Json) -> Vec<String> {
    let by_id = |file: &Json| -> BTreeMap<String, Json> {
        let named =
            list(file.get("peers")).filter_map(|peer| Some((text(peer, &["stack_id"])?.to_owned(), peer.clone())));
        named.collect()
    };
    let (before, after) = (by_id(old), by_id(new));
    let local = (old.get("local").unwrap_or(&Json::Null), new.get("local").unwrap_or(&Json::Null));
    let mut found: Vec<String> = entry("this stack", local.0, local.1);
    for (id, peer) in &before {
        let name = format!("the peer {}", words::quoted(id));
        match after.get(id) {
            Some(other) => found.extend(entry(&name, peer, other)),
            None => found.push(format!("{name} is cut off: nothing is forwarded to it any more")),
        }
    }
    let come = after.keys().filter(|id| !before.contains_key(*id));
    found.extend(come.map(|id| format!("the peer {} is new: runs can be forwarded to it", words::quoted(id))));
    found
}

/// In what the entries of one stack differ, field by field.
fn entry(name: &str, old: &Json, new: &Json) -> Vec<String> {
    let empty = serde_json::Map::new();
    let fields = |value: &Json| value.as_object().unwrap_or(&empty).keys().cloned().collect::<BTreeSet<_>>();
    let mut found = Vec::new();
    for field in fields(old).union(&fields(new)).filter(|field| old.get(*field) != new.get(*field)) {
        let (before, after) = (old.get(field).unwrap_or(&Json::Null), new.get(field).unwrap_or(&Json::Null));
        if before.is_object() && after.is_object() {
            found.extend(entry(name, before, after));
        } else {
            found.push(format!(
                "{name}: {} changes from {} to {}",
                words::quoted(field),
                quoted(before),
                quoted(after)
            ));
        }
    }
    found
}

fn of_identity(pair: &Pair<'_>) -> Vec<String> {
    let Some((old, new)) = &pods::both(pair) else { return Vec::new() };
    let changed = |(key, _): &(Key, &str)| {
        let name = shared_name(*key)?;
        let (before, after) = (old.setting(name)?, new.setting(name)?);
        let shown = (words::quoted(name), words::quoted(before), words::quoted(after));
        (before != after)
            .then(|| format!("the stack says it is another: {} changes from {} to {}", shown.0, shown.1, shown.2))
    };
    IDENTITY.iter().filter_map(changed).collect()
}
