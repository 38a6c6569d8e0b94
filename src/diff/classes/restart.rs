//! `restart`: pods end, and others start.

use super::{Pair, pods, quoted};
use crate::diff::words;
use serde_json::Value as Json;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some(template) = pods::template(pair.kind()).filter(|_| !pair.is_added()) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    if pair.is_removed() {
        return vec![format!("{service} stops: nothing starts its pods any more")];
    }
    if replicas(pair.at_new("/spec/replicas")) == 0 && replicas(pair.at_old("/spec/replicas")) > 0 {
        return vec![format!("{service} stops: no pod of it is left")];
    }
    // The pods of jobs that have begun go on as they are.
    if matches!(pair.kind(), "CronJob" | "Job" | "ReplicaSet") || !pair.changes_below(template) {
        return Vec::new();
    }
    vec![format!("{service} restarts{}{}", outage(pair), forgotten(pair))]
}

fn replicas(value: Option<&Json>) -> u64 {
    value.and_then(Json::as_u64).unwrap_or(1)
}

fn outage(pair: &Pair<'_>) -> &'static str {
    let strategy = pair.at_new("/spec/strategy/type").and_then(Json::as_str);
    match (pair.kind(), strategy) {
        ("Pod", _) | ("Deployment", Some("Recreate")) => {
            ", with a short outage: the old pod ends before the new one starts"
        }
        _ => ", one pod after the other",
    }
}

/// What the old pods keep to themselves and take with them.
fn forgotten(pair: &Pair<'_>) -> String {
    let Some(old) = pods::of(pair.old) else { return String::new() };
    let mut paths = old.mounts();
    paths.retain(|mount| mount.volume.get("emptyDir").is_some() && mount.path.starts_with("/var/agentos"));
    match paths.first() {
        Some(mount) => format!("; what is in {} is gone with the old pod", quoted(&Json::from(mount.path))),
        None => String::new(),
    }
}
