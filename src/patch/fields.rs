//! What a patch must leave alone: what the fields of the environment say, because rules have judged the fields and see
//! nothing of the patch.

use crate::evaluate::tree::Path;
use crate::lower::Object;
use crate::rules::Finding;
use serde_json::Value as Json;

/// A part of an object that follows from fields.
struct Part {
    kind: &'static str,
    /// The way to it, by names.
    at: &'static [&'static str],
    /// The field that says it; none where it is the same in every environment.
    field: Option<&'static str>,
    /// What goes wrong when a patch says it.
    otherwise: &'static str,
}

const PARTS: &[Part] = &[
    Part {
        kind: "ConfigMap",
        at: &["data"],
        field: None,
        otherwise: "it follows from fields, and the pods would not roll when it changes",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "replicas"],
        field: Some("services.<service>.replicas"),
        otherwise: "every store has a single writer, and quotas count once a pod",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "strategy"],
        field: None,
        otherwise: "a second pod during an update loses runs",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "template", "spec", "enableServiceLinks"],
        field: None,
        otherwise: "Kubernetes would set variables that look like settings",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "template", "spec", "securityContext", "fsGroup"],
        field: None,
        otherwise: "the volume could not be written, and health would stay green all the same",
    },
    Part {
        kind: "Namespace",
        at: &["metadata", "labels", "pod-security.kubernetes.io/enforce"],
        field: None,
        otherwise: "the namespace would admit pods that may take over their node",
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "ingress"],
        field: Some("network.callers"),
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "podSelector"],
        field: None,
        otherwise: "pods that no policy selects are open to all",
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "policyTypes"],
        field: None,
        otherwise: "a direction that no policy is for is open to all",
    },
    Part {
        kind: "PersistentVolumeClaim",
        at: &["spec"],
        field: Some("storage"),
        otherwise: "no rule on volumes would see it",
    },
    Part {
        kind: "Service",
        at: &["spec", "externalIPs"],
        field: Some("services.<service>.exposure"),
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
    Part {
        kind: "Service",
        at: &["spec", "ports"],
        field: Some("services.<service>.service_port"),
        otherwise: "peers are told another port than the Service's",
    },
    Part { kind: "Service", at: &["spec", "selector"], field: None, otherwise: "the Service would lead to other pods" },
    Part {
        kind: "Service",
        at: &["spec", "type"],
        field: Some("services.<service>.exposure"),
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
];

/// What follows from fields and is another after a patch.
pub(super) fn overridden(before: &Object, after: &Object, path: &Path) -> Vec<Finding> {
    let parts = PARTS.iter().filter(|part| part.kind == before.kind);
    let mut findings: Vec<Finding> = parts
        .filter(|part| at(&before.body, part.at) != at(&after.body, part.at))
        .map(|part| {
            explain(&part.at.iter().fold(path.clone(), |path, name| path.field(name)), part.field, part.otherwise)
        })
        .collect();
    if let (Some(before), Some(after)) = (pod(&before.body), pod(&after.body)) {
        let path = ["spec", "template", "spec"].iter().fold(path.clone(), |path, name| path.field(name));
        findings.extend(overridden_in_pod(before, after, &path));
    }
    findings
}

fn explain(at: &Path, field: Option<&str>, otherwise: &str) -> Finding {
    let (message, help) = match field {
        Some(field) => {
            (format!("a patch changes what `{field}` says"), format!("say it with `{field}`, which is checked"))
        }
        None => ("a patch changes what has to stay as it is".to_owned(), "leave it out of the patch".to_owned()),
    };
    Finding::value(at.clone(), message).label("no rule would see this").note(otherwise).help(help)
}

/// A patch may add volumes, mounts, containers and variables of others; ours have to stay as they are.
fn overridden_in_pod(before: &Json, after: &Json, path: &Path) -> Vec<Finding> {
    let (ours, theirs) = (container(before), container(after));
    let settings =
        |container| -> Vec<&Json> { entries(container, "env").filter(|variable| is_setting(variable)).collect() };
    let kept =
        |before, after, list: &str| entries(before, list).all(|one| entries(after, list).any(|other| other == one));
    let containers = path.field("containers");
    let same = |name: &str| ours.and_then(|one| one.get(name)) == theirs.and_then(|one| one.get(name));
    let checks = [
        (
            kept(Some(before), Some(after), "volumes"),
            path.field("volumes"),
            "storage` or `secrets",
            "data or credentials would come from elsewhere",
        ),
        (same("image"), containers.clone(), "image", "no rule would see whether the image is pinned"),
        (
            same("args") && same("command"),
            containers.clone(),
            "services.<service>.port",
            "the runtime ignores flags that stand in another order",
        ),
        (
            settings(ours) == settings(theirs) && same("envFrom"),
            containers.clone(),
            "services.<service>.env",
            "the runtime takes settings that it does not understand for their defaults",
        ),
        (
            kept(ours, theirs, "volumeMounts"),
            containers,
            "storage` or `secrets",
            "what is written elsewhere dies with the pod",
        ),
    ];
    let broken = checks.into_iter().filter(|(holds, ..)| !holds);
    broken.map(|(_, at, field, otherwise)| explain(&at, Some(field), otherwise)).collect()
}

fn pod(body: &Json) -> Option<&Json> {
    at(body, &["spec", "template", "spec"])
}

fn container(pod: &Json) -> Option<&Json> {
    entries(Some(pod), "containers").find(|container| container.get("name").is_some_and(|name| name == "agentos"))
}

fn is_setting(variable: &Json) -> bool {
    variable.get("name").and_then(Json::as_str).is_some_and(|name| name.starts_with("AGENTOS_"))
}

fn entries<'a>(value: Option<&'a Json>, list: &str) -> impl Iterator<Item = &'a Json> {
    value.and_then(|value| value.get(list)).and_then(Json::as_array).into_iter().flatten()
}

fn at<'a>(body: &'a Json, names: &[&str]) -> Option<&'a Json> {
    names.iter().try_fold(body, |value, name| value.get(name))
}
