//! Services: their ports, and the pods that they lead to.

use super::json::{at, list};
use super::selector::Selector;
use crate::objects::object::Object;
use serde_json::Value as Json;

/// The ports of a Service.
pub(crate) fn ports(service: &Object) -> impl Iterator<Item = &Json> {
    list(at(&service.body, &["spec", "ports"]))
}

/// What a Service selects its pods by; without a condition it selects none.
pub(crate) fn selector(service: &Object) -> Selector<'_> {
    Selector::from_labels(at(&service.body, &["spec", "selector"]))
}
