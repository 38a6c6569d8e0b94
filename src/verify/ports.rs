//! K004: a Service's target ports are ports of the pods that it selects.

use super::selectors::selects;
use super::{Pod, Stack, finding, list, texts};
use crate::catalogue::MISSING_TARGET_PORT;
use crate::diagnostic::Diagnostic;
use serde_json::Value as Json;

pub(super) fn check(stack: &Stack<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for service in stack.objects.iter().filter(|object| object.kind == "Service") {
        let selector = texts(service.body.pointer("/spec/selector"));
        let pods =
            stack.pods().filter(|pod| pod.owner.namespace == service.namespace && selects(&selector, &pod.labels));
        let pods: Vec<Pod<'_>> = pods.collect();
        for port in list(service.body.pointer("/spec/ports")) {
            let Some(target) = port.get("targetPort").or(port.get("port")) else { continue };
            if let Some(pod) = pods.iter().find(|pod| !has_port(pod, target)) {
                let message = format!("its target port {target} is no port of the pods of `{}`", pod.owner.name);
                findings.push(finding(MISSING_TARGET_PORT, service, &message));
            }
        }
    }
    findings
}

fn has_port(pod: &Pod<'_>, target: &Json) -> bool {
    pod.containers()
        .flat_map(|container| list(container.get("ports")))
        .any(|port| port.get("name") == Some(target) || port.get("containerPort") == Some(target))
}
