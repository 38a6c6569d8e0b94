//! K015: the API server takes every toleration of a pod.

use super::fault::Fault;
use super::stack::Stack;
use super::{list, text};
use crate::catalogue::INVALID_TOLERATION;
use crate::objects::toleration::{self, Refused, Toleration};
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let pods = stack.pods.iter();
    let tolerations = pods.flat_map(|pod| list(pod.spec.get("tolerations")).map(|one| (pod.owner, one)));
    // What has to be text and is none is another finding (K020).
    let readable = tolerations.filter(|(_, one)| TEXTS.iter().all(|field| one.get(field).is_none_or(is_text)));
    readable.flat_map(|(owner, one)| of_toleration(owner, one)).collect()
}

const TEXTS: [&str; 4] = ["key", "operator", "value", "effect"];

fn is_text(value: &Json) -> bool {
    value.is_string() || value.is_null()
}

fn of_toleration<'a>(owner: usize, body: &'a Json) -> Vec<Fault<'a>> {
    let field = |name: &str| text(body, &[name]).unwrap_or("");
    let refused = toleration::refused(Toleration {
        key: field("key"),
        operator: field("operator"),
        value: field("value"),
        effect: field("effect"),
        ends: body.get("tolerationSeconds").is_some_and(|seconds| !seconds.is_null()),
    });
    let fault = |Refused { field, title, help }: Refused| {
        Fault::new(INVALID_TOLERATION, owner, body.get(field).unwrap_or(body), title)
            .label("the API server rejects it")
            .note("it rejects the object, and no pod of it runs")
            .help(help)
    };
    refused.into_iter().map(fault).collect()
}
