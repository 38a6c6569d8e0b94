//! `tenant`: tenants come, go or change, as the ConfigMap of their records says.

use super::{Pair, quoted};
use crate::diff::fields::{Change, compare};
use crate::diff::words;
use serde_json::Value as Json;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let is_tenants = pair.kind() == "ConfigMap" && pair.object().is_some_and(|object| object.name == "agentos-tenants");
    if !is_tenants {
        return Vec::new();
    }
    pair.entries("/data").into_iter().filter_map(|(key, old, new)| of_tenant(key, old, new)).collect()
}

fn of_tenant(key: &str, old: Option<&Json>, new: Option<&Json>) -> Option<String> {
    let tenant = format!("the tenant {}", words::quoted(key.strip_suffix(".json").unwrap_or(key)));
    match (old, new) {
        (Some(_), None) => Some(format!("{tenant} is removed: its requests are answered 403, and its data stays")),
        (None, Some(_)) => Some(format!("{tenant} is new")),
        (Some(old), Some(new)) if old != new => Some(format!("{tenant} changes: {}", fields(old, new))),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// The fields of a record that differ, with their values where they are short.
fn fields(old: &Json, new: &Json) -> String {
    let record = |text: &Json| serde_json::from_str::<Json>(text.as_str()?).ok();
    let (Some(old), Some(new)) = (record(old), record(new)) else { return "its record is no JSON".to_owned() };
    let shown = |change: crate::diff::fields::FieldChange| {
        let path = words::quoted(&change.path.in_manifest());
        match change.change {
            Change::Changed(old, new) => format!("{path} from {} to {}", quoted(&old), quoted(&new)),
            Change::Added(new) => format!("{path} is {} now", quoted(&new)),
            Change::Removed(old) => format!("{path} is no longer {}", quoted(&old)),
            Change::Reordered => format!("the order of {path}"),
        }
    };
    compare(&old, &new).into_iter().map(shown).collect::<Vec<_>>().join(", ")
}
