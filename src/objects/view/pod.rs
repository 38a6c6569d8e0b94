//! Pod templates: where objects keep them, their containers, ports, volumes and variables.

use super::json::{at, list, text, texts};
use super::seen::Expansions;
use super::{Labels, labels, line, namespace};
use crate::agentos::settings;
use crate::agentos::vocabulary::Runtime;
use crate::objects::object::Object;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The label with the version of what a pod runs.
const VERSION: &str = "app.kubernetes.io/version";

/// A pod template with the object that it belongs to.
pub(crate) struct Pod<'a> {
    /// The position of the object that it belongs to.
    pub owner: usize,
    /// That object.
    pub object: &'a Object,
    /// Its namespace; empty where the manifest does not say.
    pub namespace: &'a str,
    /// Its labels.
    pub labels: Labels<'a>,
    /// The template, with metadata and specification.
    pub template: &'a Json,
    /// The specification.
    pub spec: &'a Json,
}

/// Where a kind that runs pods keeps their template.
pub(crate) fn place(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&[]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => Some(&["spec", "template"]),
        _ => None,
    }
}

/// The pod templates in an object, by its kind. An object of any other kind that has a list of containers at
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
    let template = match (object.kind.as_str(), place(&object.kind)) {
        (_, Some(place)) => at(body, place),
        ("PodTemplate", None) => body.get("template"),
        ("ReplicationController", None) => at(body, &["spec", "template"]),
        (_, None) => PLACES.iter().filter_map(|place| at(body, place)).find(|template| has_containers(template)),
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
pub(crate) fn all(owner: usize, object: &Object) -> Vec<Pod<'_>> {
    templates(object).into_iter().filter_map(|template| pod(owner, object, template)).collect()
}

/// The pod template of an object of a kind that runs pods.
pub(crate) fn of_workload(object: &Object) -> Option<Pod<'_>> {
    pod(0, object, at(&object.body, place(&object.kind)?)?)
}

/// The labels of the pods that an object makes as a Deployment does; none where it has no record of them.
pub(crate) fn template_labels(object: &Object) -> Option<Labels<'_>> {
    let own = at(&object.body, &["spec", "template", "metadata", "labels"]).filter(|labels| labels.is_object())?;
    Some(texts(Some(own)).collect())
}

fn pod<'a>(owner: usize, object: &'a Object, template: &'a Json) -> Option<Pod<'a>> {
    let (namespace, labels) = (namespace(object), labels(template));
    Some(Pod { owner, object, namespace, labels, template, spec: template.get("spec")? })
}

impl<'a> Pod<'a> {
    /// All of its containers.
    pub fn containers(&self) -> impl Iterator<Item = &'a Json> + use<'a> {
        self.declared().chain(list(self.spec.get("ephemeralContainers")))
    }

    /// Its containers without those that are added to a pod that runs.
    pub fn declared(&self) -> impl Iterator<Item = &'a Json> + use<'a> {
        let spec = self.spec;
        ["initContainers", "containers"].into_iter().flat_map(move |kind| list(spec.get(kind)))
    }

    /// The ports that its containers declare.
    pub fn ports(&self) -> impl Iterator<Item = &'a Json> {
        self.containers().flat_map(|container| list(container.get("ports")))
    }

    /// Its volumes, by name.
    pub fn volumes(&self) -> impl Iterator<Item = (&'a str, &'a Json)> + use<'a> {
        list(self.spec.get("volumes")).filter_map(|volume| Some((text(volume, &["name"])?, volume)))
    }

    /// The volume of this name.
    pub fn volume(&self, name: &str) -> Option<&'a Json> {
        self.volumes().find(|(own, _)| *own == name).map(|(_, volume)| volume)
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

    /// The variables by name; of two with one name, the last counts.
    pub fn variables(&self) -> BTreeMap<&'a str, &'a Json> {
        let all = self.declared().flat_map(|container| list(container.get("env")));
        all.filter_map(|variable| Some((text(variable, &["name"])?, variable))).collect()
    }

    /// The value of a variable that is written in place.
    pub fn setting(&self, name: &str) -> Option<&'a str> {
        text(self.variables().get(name)?, &["value"])
    }

    /// The version that it is labelled with.
    pub fn version(&self) -> Option<&'a str> {
        self.labels.get(VERSION).copied()
    }

    /// The release of AgentOS that an image names, beside the pod's labels.
    pub fn running(&self, image: &str) -> Option<Runtime> {
        settings::running(image, self.version())
    }

    /// The release of AgentOS that the image of a container names, where one does.
    pub fn release(&self) -> Option<Runtime> {
        self.declared().filter_map(|container| text(container, &["image"])).find_map(|image| self.running(image))
    }
}
