//! K003: the selectors of Services, workloads and policies match a pod.

use super::{Stack, finding, texts};
use crate::catalogue::SELECTS_NOTHING;
use crate::diagnostic::Diagnostic;
use crate::lower::Object;
use std::collections::BTreeMap;

pub(super) fn check(stack: &Stack<'_>) -> Vec<Diagnostic> {
    let selecting = stack.objects.iter().filter_map(|object| Some((object, selector(object)?)));
    selecting
        .filter(|(object, selector)| {
            !stack.pods().any(|pod| {
                let own = object.kind != "Deployment" || std::ptr::eq(pod.owner, *object);
                own && pod.owner.namespace == object.namespace && selects(selector, &pod.labels)
            })
        })
        .map(|(object, _)| finding(SELECTS_NOTHING, object, "its selector matches no pod"))
        .collect()
}

/// The labels that an object selects pods by; none where it selects all of them.
fn selector(object: &Object) -> Option<BTreeMap<&str, &str>> {
    let pointer = match object.kind.as_str() {
        "Service" => "/spec/selector",
        "Deployment" => "/spec/selector/matchLabels",
        "NetworkPolicy" => "/spec/podSelector/matchLabels",
        _ => return None,
    };
    let selector = texts(object.body.pointer(pointer));
    (!selector.is_empty()).then_some(selector)
}

/// Whether a pod with these labels is selected.
pub(super) fn selects(selector: &BTreeMap<&str, &str>, labels: &BTreeMap<&str, &str>) -> bool {
    selector.iter().all(|(name, value)| labels.get(name) == Some(value))
}
