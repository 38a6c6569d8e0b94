//! `restart`: pods end, and others start.

use super::{Pair, pods};
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::view::pod::{of_workload, place};
use serde_json::Value as Json;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some(template) = place(pair.kind()).filter(|_| !pair.is_added()) else { return Vec::new() };
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
    let Some(old) = pair.old.and_then(of_workload) else { return String::new() };
    let mut mounted = pods::mounted(&old).into_iter();
    let is_lost = |(path, volume): &(&str, &Json)| volume.get("emptyDir").is_some() && path.starts_with("/var/agentos");
    match mounted.find(is_lost) {
        Some((path, _)) => format!("; what is in {} is gone with the old pod", words::quoted(path)),
        None => String::new(),
    }
}
