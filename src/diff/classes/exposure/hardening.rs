//! Pod Security: what pods may do on their node.

use crate::diff::classes::pods;
use crate::diff::classes::{Pair, quoted};
use crate::diff::words;
use crate::objects::view::json::{at, list, strings, text};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The label by which a namespace enforces a level, and the levels, the strictest first.
const ENFORCE: &str = "/metadata/labels/pod-security.kubernetes.io~1enforce";
const LEVELS: [&str; 3] = ["restricted", "baseline", "privileged"];

/// What weakens a pod, by what it says of itself: `true` where it holds.
type Weakness = (&'static str, fn(&Pod<'_>) -> bool);

const WEAKNESSES: &[Weakness] = &[
    ("a process may gain privileges", |pods| {
        any(pods, |c| flag(c, "/securityContext/allowPrivilegeEscalation") != Some(false))
    }),
    ("the root file system can be written", |pods| {
        any(pods, |c| flag(c, "/securityContext/readOnlyRootFilesystem") != Some(true))
    }),
    ("a container is privileged", |pods| any(pods, |c| flag(c, "/securityContext/privileged") == Some(true))),
    ("not every capability is dropped", |pods| {
        any(pods, |c| !strings(at(c, &["securityContext", "capabilities", "drop"])).any(|c| c == "ALL"))
    }),
    ("a process may run as root", |pods| any(pods, |c| may_be_root(pods, c))),
    ("system calls are not filtered", |pods| any(pods, |c| is_unconfined(pods, c))),
    ("a port is opened on the node", |pods| {
        any(pods, |c| list(c.get("ports")).any(|port| port.get("hostPort").is_some()))
    }),
    ("the pods share the node's network", |pods| flag(pods.spec, "/hostNetwork") == Some(true)),
    ("the pods see the node's processes", |pods| flag(pods.spec, "/hostPID") == Some(true)),
    ("the pods share the node's memory", |pods| flag(pods.spec, "/hostIPC") == Some(true)),
    ("a folder of the node is mounted", |pods| pods.volumes().any(|(_, volume)| volume.get("hostPath").is_some())),
    ("the pods get a token for the API server", |pods| flag(pods.spec, "/automountServiceAccountToken") != Some(false)),
];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    if pair.kind() == "Namespace" {
        return of_namespace(pair);
    }
    let Some((old, new)) = &pods::both(pair) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    let came = WEAKNESSES.iter().filter(|(_, holds)| !holds(old) && holds(new));
    let weaker = came.map(|(what, _)| format!("{service}: {what}"));
    let added = |pods: &Pod<'_>| -> BTreeSet<String> {
        let all = pods.declared().flat_map(|c| strings(at(c, &["securityContext", "capabilities", "add"])));
        all.map(words::quoted).collect()
    };
    let (before, after) = (added(old), added(new));
    weaker.chain(after.difference(&before).map(|name| format!("{service}: the capability {name} is added"))).collect()
}

fn of_namespace(pair: &Pair<'_>) -> Vec<String> {
    let level = |value: Option<&Json>| {
        LEVELS.iter().position(|level| value == Some(&Json::from(*level))).unwrap_or(LEVELS.len())
    };
    let (old, new) = (pair.at_old(ENFORCE), pair.at_new(ENFORCE));
    if pair.is_added() || pair.is_removed() || level(new) <= level(old) {
        return Vec::new();
    }
    let new = new.map_or("nothing".to_owned(), quoted);
    vec![format!("Pod Security enforces {new} instead of {}", old.map_or("nothing".to_owned(), quoted))]
}

fn any(pods: &Pod<'_>, holds: impl Fn(&Json) -> bool) -> bool {
    pods.declared().any(holds)
}

fn flag(value: &Json, pointer: &str) -> Option<bool> {
    value.pointer(pointer).and_then(Json::as_bool)
}

/// A container's own word counts before the pod's.
fn may_be_root(pods: &Pod<'_>, container: &Json) -> bool {
    let non_root = "/securityContext/runAsNonRoot";
    let user = "/securityContext/runAsUser";
    let user = container.pointer(user).or_else(|| pods.spec.pointer(user)).and_then(Json::as_i64);
    flag(container, non_root).or_else(|| flag(pods.spec, non_root)) != Some(true) || user == Some(0)
}

fn is_unconfined(pods: &Pod<'_>, container: &Json) -> bool {
    let profile = ["securityContext", "seccompProfile", "type"];
    let profile = text(container, &profile).or_else(|| text(pods.spec, &profile));
    profile.is_none_or(|profile| profile == "Unconfined")
}
