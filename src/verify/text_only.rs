//! K020: what has to be text is text. YAML makes numbers and booleans of bare words, and the API server rejects the
//! object.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, entries, list};
use crate::catalogue::NOT_A_TEXT;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, object) in stack.objects.iter().enumerate() {
        let metadata = object.body.get("metadata");
        faults.extend(of_metadata(position, metadata));
        let selectors: &[&[&str]] = match object.kind.as_str() {
            "Service" => &[&["spec", "selector"]],
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "PodDisruptionBudget" | "ServiceMonitor" => {
                &[&["spec", "selector", "matchLabels"]]
            }
            "NetworkPolicy" => &[&["spec", "podSelector", "matchLabels"]],
            "ConfigMap" => &[&["data"]],
            "Secret" => &[&["data"], &["stringData"]],
            _ => &[],
        };
        for fields in selectors {
            faults.extend(of_record(position, at(&object.body, fields)));
        }
    }
    for pod in &stack.pods {
        faults.extend(of_metadata(pod.owner, pod.template.get("metadata").filter(|_| pod.object.kind != "Pod")));
        for container in pod.containers() {
            let values = list(container.get("env")).filter_map(|variable| variable.get("value"));
            let words = list(container.get("args")).chain(list(container.get("command")));
            faults.extend(values.chain(words).filter_map(|value| of_value(pod.owner, value)));
        }
        let tolerations = list(pod.spec.get("tolerations"));
        let fields = tolerations
            .flat_map(|one| ["key", "operator", "value", "effect"].into_iter().filter_map(|field| one.get(field)));
        faults.extend(fields.filter_map(|value| of_value(pod.owner, value)));
    }
    faults
}

fn of_metadata<'a>(position: usize, metadata: Option<&'a Json>) -> Vec<Fault<'a>> {
    let fields = ["labels", "annotations"].into_iter();
    let records = fields.filter_map(|field| metadata.and_then(|metadata| metadata.get(field)));
    records.flat_map(|record| of_record(position, Some(record))).collect()
}

fn of_record<'a>(position: usize, record: Option<&'a Json>) -> Vec<Fault<'a>> {
    entries(record).filter_map(|(_, value)| of_value(position, value)).collect()
}

fn of_value<'a>(position: usize, value: &'a Json) -> Option<Fault<'a>> {
    let (what, shown) = match value {
        // The API server takes nothing for an empty text.
        Json::String(_) | Json::Null => return None,
        Json::Bool(word) => ("a boolean", word.to_string()),
        Json::Number(number) => ("a number", number.to_string()),
        Json::Array(_) => ("a list", "…".to_owned()),
        Json::Object(_) => ("a record", "…".to_owned()),
    };
    Some(
        Fault::new(NOT_A_TEXT, position, value, format!("a text is needed, and YAML reads {what}, {shown}"))
            .label(format!("{what}, not a text"))
            .note("the API server rejects the object")
            .help("put quotes around it"),
    )
}
