//! What the classes have to know of pods.

use super::{Pair, items, text_at};
use crate::agentos::settings;
use crate::agentos::vocabulary::Runtime;
use crate::objects::object::Object;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A workload: the object with its pods.
#[derive(Clone, Copy)]
pub(super) struct Pods<'a> {
    /// The specification of each pod.
    pub spec: &'a Json,
    /// The pod's annotations.
    pub annotations: Option<&'a Json>,
    /// The version that the pod is labelled with.
    version: Option<&'a str>,
}

/// Where objects keep the template of their pods.
pub(super) fn template(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => Some(&["spec", "template"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
        "Pod" => Some(&[]),
        _ => None,
    }
}

/// The pods of an object, if it has any.
pub(super) fn of(object: Option<&Object>) -> Option<Pods<'_>> {
    let object = object?;
    let mut value = &object.body;
    for field in template(&object.kind)? {
        value = value.get(field)?;
    }
    Some(Pods {
        spec: value.get("spec")?,
        annotations: value.pointer("/metadata/annotations"),
        version: text_at(value, "/metadata/labels/app.kubernetes.io~1version"),
    })
}

/// A volume that is mounted.
pub(super) struct Mount<'a> {
    pub path: &'a str,
    pub volume: &'a Json,
}

impl<'a> Pods<'a> {
    pub(super) fn containers(self) -> impl Iterator<Item = &'a Json> {
        ["initContainers", "containers"].into_iter().flat_map(move |kind| items(self.spec.get(kind)))
    }

    /// The variables by name; of two with one name, the last counts.
    pub(super) fn variables(self) -> BTreeMap<&'a str, &'a Json> {
        let all = self.containers().flat_map(|container| items(container.get("env")));
        all.filter_map(|variable| Some((text_at(variable, "/name")?, variable))).collect()
    }

    /// The value of a variable that is written in place.
    pub(super) fn setting(self, name: &str) -> Option<&'a str> {
        text_at(self.variables().get(name)?, "/value")
    }

    /// The release of AgentOS that the image of a container names, where one does.
    pub(super) fn release(self) -> Option<Runtime> {
        let mut images = self.containers().filter_map(|container| text_at(container, "/image"));
        images.find_map(|image| settings::running(image, self.version))
    }

    pub(super) fn volumes(self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        items(self.spec.get("volumes")).filter_map(|volume| Some((text_at(volume, "/name")?, volume)))
    }

    pub(super) fn mounts(self) -> Vec<Mount<'a>> {
        let volumes: BTreeMap<&str, &Json> = self.volumes().collect();
        let all = self.containers().flat_map(|container| items(container.get("volumeMounts")));
        all.filter_map(|mount| {
            let volume = *volumes.get(text_at(mount, "/name")?)?;
            Some(Mount { path: text_at(mount, "/mountPath")?, volume })
        })
        .collect()
    }

    /// The volume that a path is on: of those mounted above it, the nearest.
    pub(super) fn volume_of(self, path: &str) -> Option<&'a Json> {
        let above = |mount: &Mount<'_>| std::path::Path::new(path).starts_with(mount.path);
        self.mounts().into_iter().filter(above).max_by_key(|mount| mount.path.len()).map(|mount| mount.volume)
    }
}

/// Whether a volume outlives the pod.
pub(super) fn is_kept(volume: &Json) -> bool {
    ["persistentVolumeClaim", "nfs", "hostPath", "csi"].iter().any(|source| volume.get(source).is_some())
}

/// The pods of both sides, where both have some.
pub(super) fn both<'a>(pair: &Pair<'a>) -> Option<(Pods<'a>, Pods<'a>)> {
    Some((of(pair.old)?, of(pair.new)?))
}

/// What people call the service of a workload: its component, else its name.
pub(super) fn service<'a>(pair: &Pair<'a>) -> &'a str {
    let component =
        pair.object().and_then(|object| text_at(&object.body, "/metadata/labels/app.kubernetes.io~1component"));
    component.or(pair.object().map(|object| object.name.as_str())).unwrap_or("")
}
