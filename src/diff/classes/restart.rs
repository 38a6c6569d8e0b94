//! `restart`: pods end, and others start.

use super::{Pair, pods, quoted};
use crate::diff::words;
use crate::objects::object::Object;
use serde_json::Value as Json;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some(template) = pods::template(pair.kind()).filter(|_| !pair.is_added()) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    if pair.is_removed() && pair.kind() == "Job" {
        return of_job(pair);
    }
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

/// A job runs once: gone, it only ends before its time. One whose name has a digest is replaced by the next.
fn of_job(pair: &Pair<'_>) -> Vec<String> {
    let Some(old) = pair.old else { return Vec::new() };
    let is_next = |object: &&&Object| {
        object.kind == "Job"
            && object.namespace == old.namespace
            && stem(&object.name).is_some_and(|other| stem(&old.name) == Some(other))
    };
    let was_there = |object: &Object| pair.before.iter().any(|other| other.kind == "Job" && other.name == object.name);
    if pair.after.iter().filter(is_next).any(|object| !was_there(object)) {
        return Vec::new();
    }
    vec![format!("{} ends, if it still runs: nothing else of it stops", words::quoted(&old.name))]
}

/// A name without the digest at its end.
fn stem(name: &str) -> Option<&str> {
    let (stem, digest) = name.rsplit_once('-')?;
    let is_digest = digest.len() >= 5 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then_some(stem)
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
