//! What is mounted in a container, and what is behind its paths.

use super::json::{list, text};
use super::pod::Pod;
use serde_json::Value as Json;

/// What is behind a path in a container.
pub(crate) enum Behind<'a> {
    /// The container's own file system, which goes with it.
    Container,
    /// A volume that goes with the pod.
    Ephemeral(Mount<'a>),
    /// A volume that stays.
    Lasting(Mount<'a>),
    /// Files that Kubernetes puts there and nobody can write.
    Given(Mount<'a>),
}

/// A mount of a container with its volume.
#[derive(Clone, Copy)]
pub(crate) struct Mount<'a> {
    /// The entry under `volumeMounts`.
    pub body: &'a Json,
    /// Where it is mounted.
    pub path: &'a str,
    /// The volume; none for a claim that a StatefulSet makes, and where there is none.
    pub volume: Option<&'a Json>,
}

/// The mounts of a container.
pub(crate) fn mounts<'a>(pod: &Pod<'a>, container: &'a Json) -> impl Iterator<Item = Mount<'a>> {
    list(container.get("volumeMounts")).filter_map(|body| {
        let volume = pod.volume(text(body, &["name"]).unwrap_or(""));
        Some(Mount { body, path: text(body, &["mountPath"])?, volume })
    })
}

/// What is behind an absolute path in a container: the volume whose mount is nearest to it.
pub(crate) fn behind<'a>(pod: &Pod<'a>, container: &'a Json, path: &str) -> Behind<'a> {
    let above = mounts(pod, container).filter(|mount| is_below(path, mount.path));
    let Some(mount) = above.max_by_key(|mount| mount.path.len()) else { return Behind::Container };
    let is = |kind: &str| mount.volume.is_some_and(|volume| volume.get(kind).is_some());
    if mount.body.get("readOnly") == Some(&Json::Bool(true))
        || ["configMap", "secret", "projected", "downwardAPI"].iter().any(|kind| is(kind))
    {
        Behind::Given(mount)
    } else if is("emptyDir") || is("ephemeral") {
        Behind::Ephemeral(mount)
    } else {
        // A mount of a volume that does not exist is a fault of its own.
        Behind::Lasting(mount)
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
