//! K008: the data of ConfigMaps and Secrets and the annotations of all objects stay below the API server's limits.

use super::fault::Fault;
use super::index::Stack;
use super::{at, texts};
use crate::catalogue::OBJECT_TOO_LARGE;
use crate::lower::Object;

const MAX_DATA: usize = 1024 * 1024;
/// What the annotations of an object may take, names and values together, in bytes.
pub const MAX_ANNOTATIONS: usize = 256 * 1024;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    stack.objects.iter().enumerate().flat_map(|(position, object)| of_object(position, object)).collect()
}

fn of_object<'a>(position: usize, object: &'a Object) -> Vec<Fault<'a>> {
    let sum = |fields: &[&str]| -> usize {
        texts(at(&object.body, fields)).map(|(name, value)| name.len() + value.len()).sum()
    };
    let is_data = matches!(object.kind.as_str(), "ConfigMap" | "Secret");
    let data = sum(&["data"]) + sum(&["stringData"]) + sum(&["binaryData"]);
    let limits = [
        ("data", if is_data { data } else { 0 }, MAX_DATA, object.body.get("data")),
        (
            "annotations",
            sum(&["metadata", "annotations"]),
            MAX_ANNOTATIONS,
            at(&object.body, &["metadata", "annotations"]),
        ),
    ];
    limits
        .into_iter()
        .filter(|(_, size, limit, _)| size > limit)
        .map(|(what, size, limit, value)| {
            let title = format!("its {what} take {size} bytes, and {limit} are allowed");
            Fault::new(OBJECT_TOO_LARGE, position, value.unwrap_or(&object.body), title)
                .at_name()
                .label("too large")
                .note("the API server rejects the object")
                .help("split it, or keep the text elsewhere")
        })
        .collect()
}
