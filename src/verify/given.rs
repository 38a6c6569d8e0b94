//! The files that Kubernetes puts into a container: whether they are there, and what is in them.

use super::{at, list, text};
use crate::objects::view::index::Index;
use crate::objects::view::mount::{Behind, Mount, behind};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

/// Whether a file that Kubernetes is to put at a path is there.
pub(super) enum Given<'a> {
    /// It is, or nobody can tell from here.
    Maybe,
    /// Nothing is mounted there.
    NotMounted,
    /// What is mounted there lacks the file.
    Lacking(Mount<'a>),
    /// It is, with this content.
    Text(super::fault::At<'a>),
}

/// The file at a path of a container, where Kubernetes puts it there.
pub(super) fn given<'a>(index: &Index<'a>, pod: &Pod<'a>, container: &'a Json, path: &str) -> Given<'a> {
    let mount = match behind(pod, container, path) {
        Behind::Container => return Given::NotMounted,
        Behind::Ephemeral(_) => return Given::Maybe,
        Behind::Lasting(mount) | Behind::Given(mount) => mount,
    };
    let file = path.strip_prefix(mount.path.trim_end_matches('/')).unwrap_or("").trim_start_matches('/');
    // A `subPath` may be a file of the volume or a folder in it.
    let sub_path = text(mount.body, &["subPath"]);
    let file = match (file, sub_path) {
        ("", Some(sub_path)) => sub_path.to_owned(),
        (file, Some(sub_path)) => format!("{sub_path}/{file}"),
        (file, None) => file.to_owned(),
    };
    let Some(volume) = mount.volume else { return Given::Maybe };
    let sources = [("configMap", "name"), ("secret", "secretName")];
    let Some((source, name)) =
        sources.iter().find_map(|(kind, name)| Some((volume.get(kind)?, text(volume.get(kind)?, &[name])?)))
    else {
        return Given::Maybe;
    };
    let key = match source.get("items") {
        Some(items) => match list(Some(items)).find(|item| text(item, &["path"]) == Some(&file)) {
            Some(item) => text(item, &["key"]).unwrap_or("").to_owned(),
            None => return Given::Lacking(mount),
        },
        None => file,
    };
    if volume.get("configMap").is_none() {
        return Given::Maybe;
    }
    match (index.configured(pod.namespace, name, &key), index.find("ConfigMap", pod.namespace, name)) {
        (Some(at), _) => Given::Text(at),
        (None, Some((_, map))) if at(&map.body, &["binaryData", &key]).is_none() => Given::Lacking(mount),
        (None, _) => Given::Maybe,
    }
}
