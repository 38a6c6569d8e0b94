//! Pod templates: their containers, ports, volumes and what is mounted where.

use super::seen::Expansions;
use super::{at, line, list, namespace, text, texts};
use crate::objects::object::Object;
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

/// Where a pod template stands in an object, by its kind. An object of any other kind that has a list of containers at
/// `spec.template.spec` runs them as a Deployment does: a Rollout, a CloneSet, a Service of Knative.
fn templates(object: &Object) -> Vec<&Json> {
    const PLACES: [&[&str]; 5] = [
        &["spec", "template"],
        &["spec", "jobTemplate", "spec", "template"],
        // KEDA's ScaledJob.
        &["spec", "jobTargetRef", "template"],
        // Workloads inside of a template: AdvancedCronJob, and what is distributed to several clusters.
        &["spec", "template", "jobTemplate", "spec", "template"],
        &["spec", "template", "spec", "template"],
    ];
    let body = &object.body;
    let template = match object.kind.as_str() {
        "Pod" => Some(body),
        "PodTemplate" => body.get("template"),
        "CronJob" => at(body, &["spec", "jobTemplate", "spec", "template"]),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            at(body, &["spec", "template"])
        }
        _ => PLACES.iter().filter_map(|place| at(body, place)).find(|template| has_containers(template)),
    };
    match template {
        Some(template) => vec![template],
        None => body.get("spec").map_or(Vec::new(), agentos_below),
    }
}

fn has_containers(template: &Json) -> bool {
    list(at(template, &["spec", "containers"])).any(Json::is_object)
}

/// Pod templates with AgentOS in them, wherever a custom resource keeps them. Others may be fragments, which an operator
/// completes.
fn agentos_below(value: &Json) -> Vec<&Json> {
    if list(at(value, &["spec", "containers"])).any(|container| line::is_agent(container, &Expansions::default())) {
        return vec![value];
    }
    match value {
        Json::Array(items) => items.iter().flat_map(agentos_below).collect(),
        Json::Object(fields) => fields.values().flat_map(agentos_below).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    }
}

/// The pod templates of an object: one at most, but for custom resources that describe several workloads.
pub(super) fn of(owner: usize, object: &Object) -> Vec<Pod<'_>> {
    let pod = |template| {
        let labels = texts(at(template, &["metadata", "labels"])).collect();
        Some(Pod { owner, object, namespace: namespace(object), labels, template, spec: template.get("spec")? })
    };
    templates(object).into_iter().filter_map(pod).collect()
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

    /// The names of the claims that its StatefulSet makes for each pod.
    pub fn claim_templates(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(at(&self.object.body, &["spec", "volumeClaimTemplates"]))
            .filter_map(|claim| text(claim, &["metadata", "name"]))
    }

    /// Whether its StatefulSet makes a claim of this name for each pod.
    pub fn claims(&self, name: &str) -> bool {
        self.claim_templates().any(|claim| claim == name)
    }
}

/// Labels that controllers add to the pods that they make.
const CONTROLLERS: [&str; 13] = [
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "batch.kubernetes.io/job-name",
    "job-name",
    "batch.kubernetes.io/controller-uid",
    "controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "deployment",
    "deploymentconfig",
];

/// The domains of labels that controllers of custom resources add.
const CONTROLLERS_DOMAINS: [&str; 6] = [
    "serving.knative.dev/",
    "leaderworkerset.sigs.k8s.io/",
    "jobset.sigs.k8s.io/",
    "apps.kruise.io/",
    "scaledjob.keda.sh/",
    "batch.volcano.sh/",
];

/// Whether some controller adds a label of this name.
pub(super) fn is_controllers(label: &str) -> bool {
    CONTROLLERS.contains(&label) || CONTROLLERS_DOMAINS.iter().any(|domain| label.starts_with(domain))
}

impl Pod<'_> {
    /// Whether the controller adds a label to pods of this template, with a value where one is asked for.
    pub fn is_given(&self, label: &str, value: Option<&str>) -> bool {
        let owner = self.object.name.as_str();
        let is_kind = |kinds: &[&str]| kinds.contains(&self.object.kind.as_str());
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let numbered =
            |text: &str| text.strip_prefix(owner).and_then(|rest| rest.strip_prefix('-')).is_some_and(is_number);
        match label {
            "statefulset.kubernetes.io/pod-name" => is_kind(&["StatefulSet"]) && value.is_none_or(numbered),
            "apps.kubernetes.io/pod-index" => is_kind(&["StatefulSet"]) && value.is_none_or(is_number),
            "pod-template-hash" => is_kind(&["Deployment", "ReplicaSet"]),
            "rollouts-pod-template-hash" => is_kind(&["Deployment", "ReplicaSet", "Rollout"]),
            "controller-revision-hash" => is_kind(&["StatefulSet", "DaemonSet", "CloneSet"]),
            "pod-template-generation" => is_kind(&["DaemonSet"]),
            "batch.kubernetes.io/job-name" | "job-name" => {
                let is_it = |value: &str| {
                    is_kind(&["Job"]) && value == owner || is_kind(&["CronJob"]) && value.starts_with(owner)
                };
                is_kind(&["Job", "CronJob"]) && value.is_none_or(is_it)
            }
            "batch.kubernetes.io/controller-uid" | "controller-uid" => is_kind(&["Job", "CronJob"]),
            "batch.kubernetes.io/job-completion-index" => is_kind(&["Job", "CronJob"]) && value.is_none_or(is_number),
            "deployment" => is_kind(&["DeploymentConfig"]) && value.is_none_or(numbered),
            "deploymentconfig" => is_kind(&["DeploymentConfig"]) && value.is_none_or(|value| value == owner),
            _ => is_controllers(label) && self.object.api_version.contains('.'),
        }
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
