//! What the classes have to know of pods.

use super::Pair;
use crate::objects::view::json::text;
use crate::objects::view::mount::{Mount, mounts};
use crate::objects::view::pod::{Pod, of_workload};
use serde_json::Value as Json;

/// What is mounted in the containers of a pod, of its volumes.
pub(super) fn mounted<'a>(pod: &Pod<'a>) -> Vec<(&'a str, &'a Json)> {
    let all = pod.declared().flat_map(|container| mounts(pod, container));
    all.filter_map(|Mount { path, volume, .. }| Some((path, volume?))).collect()
}

/// The volume that a path is on: of those mounted above it, the nearest.
pub(super) fn volume_of<'a>(pod: &Pod<'a>, path: &str) -> Option<&'a Json> {
    let above = |(mounted, _): &(&str, &Json)| std::path::Path::new(path).starts_with(mounted);
    mounted(pod).into_iter().filter(above).max_by_key(|(mounted, _)| mounted.len()).map(|(_, volume)| volume)
}

/// Whether a volume outlives the pod.
pub(super) fn is_kept(volume: &Json) -> bool {
    ["persistentVolumeClaim", "nfs", "hostPath", "csi"].iter().any(|source| volume.get(source).is_some())
}

/// The pods of both sides, where both have some.
pub(super) fn both<'a>(pair: &Pair<'a>) -> Option<(Pod<'a>, Pod<'a>)> {
    Some((of_workload(pair.old?)?, of_workload(pair.new?)?))
}

/// What people call the service of a workload: its component, else its name.
pub(super) fn service<'a>(pair: &Pair<'a>) -> &'a str {
    let component =
        pair.object().and_then(|object| text(&object.body, &["metadata", "labels", "app.kubernetes.io/component"]));
    component.or(pair.object().map(|object| object.name.as_str())).unwrap_or("")
}
