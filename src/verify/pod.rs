//! Pod templates: their containers, ports, volumes and what is mounted where.

use super::index::{Stack, namespace};
use super::{at, list, text, texts};
use crate::lower::Object;
use serde_json::Value as Json;
use std::collections::HashMap;

/// A pod template with the object that it belongs to.
pub(super) struct Pod<'a> {
    /// The position of the object that it belongs to.
    pub owner: usize,
    /// That object.
    pub object: &'a Object,
    /// Its namespace; empty where the manifest does not say.
    pub namespace: &'a str,
    /// Its labels.
    pub labels: HashMap<&'a str, &'a str>,
    /// The template, with metadata and specification.
    pub template: &'a Json,
    /// The specification.
    pub spec: &'a Json,
}

/// The pod template of an object, if it has one.
pub(super) fn of(owner: usize, object: &Object) -> Option<Pod<'_>> {
    let template = match object.kind.as_str() {
        "Pod" => Some(&object.body),
        "CronJob" => at(&object.body, &["spec", "jobTemplate", "spec", "template"]),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            at(&object.body, &["spec", "template"])
        }
        _ => None,
    }?;
    let labels = texts(at(template, &["metadata", "labels"])).collect();
    Some(Pod { owner, object, namespace: namespace(object), labels, template, spec: template.get("spec")? })
}

impl<'a> Pod<'a> {
    /// All of its containers.
    pub fn containers(&self) -> impl Iterator<Item = &'a Json> {
        let spec = self.spec;
        ["initContainers", "containers", "ephemeralContainers"].into_iter().flat_map(move |kind| list(spec.get(kind)))
    }

    /// The ports that its containers declare.
    pub fn ports(&self) -> impl Iterator<Item = &'a Json> {
        self.containers().flat_map(|container| list(container.get("ports")))
    }

    /// The volume of this name.
    pub fn volume(&self, name: &str) -> Option<&'a Json> {
        list(self.spec.get("volumes")).find(|volume| text(volume, &["name"]) == Some(name))
    }

    /// Whether its StatefulSet makes a claim of this name for each pod.
    pub fn claims(&self, name: &str) -> bool {
        let claims = list(at(&self.object.body, &["spec", "volumeClaimTemplates"]));
        self.object.kind == "StatefulSet"
            && claims.into_iter().any(|claim| text(claim, &["metadata", "name"]) == Some(name))
    }
}

/// What is behind a path in a container.
pub(super) enum Behind<'a> {
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
pub(super) struct Mount<'a> {
    /// The entry under `volumeMounts`.
    pub body: &'a Json,
    /// Where it is mounted.
    pub path: &'a str,
    /// The volume; none for a claim that a StatefulSet makes, and where there is none.
    pub volume: Option<&'a Json>,
}

/// What is behind an absolute path in a container: the volume whose mount is nearest to it.
pub(super) fn behind<'a>(pod: &Pod<'a>, container: &'a Json, path: &str) -> Behind<'a> {
    let mounts = list(container.get("volumeMounts")).filter_map(|body| Some((body, text(body, &["mountPath"])?)));
    let nearest = mounts.filter(|(_, mounted)| is_below(path, mounted)).max_by_key(|(_, mounted)| mounted.len());
    let Some((body, mounted)) = nearest else { return Behind::Container };
    let name = text(body, &["name"]).unwrap_or("");
    let volume = pod.volume(name);
    let mount = Mount { body, path: mounted, volume };
    let is = |kind: &str| volume.is_some_and(|volume| volume.get(kind).is_some());
    if body.get("readOnly") == Some(&Json::Bool(true))
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
pub(super) fn given<'a>(stack: &Stack<'a>, pod: &Pod<'a>, container: &'a Json, path: &str) -> Given<'a> {
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
    match (stack.configured(pod.namespace, name, &key), stack.find("ConfigMap", pod.namespace, name)) {
        (Some(at), _) => Given::Text(at),
        (None, Some((_, map))) if at(&map.body, &["binaryData", &key]).is_none() => Given::Lacking(mount),
        (None, _) => Given::Maybe,
    }
}
