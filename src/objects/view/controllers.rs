//! Labels that controllers add to the pods that they make, so that no template has them.

use super::pod::Pod;

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
pub(crate) fn is_controllers(label: &str) -> bool {
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
