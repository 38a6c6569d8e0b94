//! K008: the data of ConfigMaps and Secrets and the annotations of all objects stay below the API server's limits.

use super::{Stack, finding, texts};
use crate::catalogue::OBJECT_TOO_LARGE;
use crate::diagnostic::Diagnostic;
use crate::lower::Object;

const MAX_DATA: usize = 1024 * 1024;
/// What the annotations of an object may take, names and values together, in bytes.
pub const MAX_ANNOTATIONS: usize = 256 * 1024;

pub(super) fn check(stack: &Stack<'_>) -> Vec<Diagnostic> {
    stack.objects.iter().flat_map(of_object).collect()
}

fn of_object(object: &Object) -> Vec<Diagnostic> {
    let sum = |pointer: &str| -> usize {
        texts(object.body.pointer(pointer)).iter().map(|(name, value)| name.len() + value.len()).sum()
    };
    let limits = [("data", sum("/data"), MAX_DATA), ("annotations", sum("/metadata/annotations"), MAX_ANNOTATIONS)];
    limits
        .into_iter()
        .filter(|(_, size, limit)| size > limit)
        .map(|(what, size, limit)| {
            finding(OBJECT_TOO_LARGE, object, &format!("its {what} take {size} bytes, and {limit} are allowed"))
        })
        .collect()
}
