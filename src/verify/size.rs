//! K008: the data of ConfigMaps and Secrets and the annotations of all objects stay below the API server's limits. An object
//! that `kubectl apply` can't remember in an annotation is a warning.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, texts};
use crate::catalogue::OBJECT_TOO_LARGE;
use crate::objects::object::{MAX_ANNOTATIONS, MAX_DATA, Object};
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let objects = || stack.objects.iter().enumerate();
    let faults: Vec<Fault<'a>> = objects().flat_map(|(position, object)| of_object(position, object)).collect();
    if !faults.is_empty() {
        return faults;
    }
    objects().filter_map(|(position, object)| too_large_to_remember(position, object)).collect()
}

/// An object that client-side apply can't keep as a whole in an annotation of itself.
fn too_large_to_remember<'a>(position: usize, object: &'a Object) -> Option<Fault<'a>> {
    if at_most(&object.body) <= MAX_ANNOTATIONS {
        return None;
    }
    let size = written(&object.body);
    (size > MAX_ANNOTATIONS).then(|| {
        let value = object.body.get("data").unwrap_or(&object.body);
        let title = format!("it takes {size} bytes, too many for `kubectl apply` without `--server-side`");
        Fault::new(OBJECT_TOO_LARGE, position, value, title)
            .at_name()
            .label("too large for an annotation")
            .note(format!(
                "client-side apply keeps the object in an annotation, and all annotations together have {MAX_ANNOTATIONS} bytes: \
                 the API server rejects it"
            ))
            .help("apply with `kubectl apply --server-side`; Argo CD and Flux have an option for it, too")
            .into_warning()
    })
}

/// More than a value takes as JSON, known without a look at its texts: no byte of them takes more than six.
fn at_most(value: &Json) -> usize {
    const AROUND: usize = 32;
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => AROUND,
        Json::String(text) => AROUND + 6 * text.len(),
        Json::Array(items) => AROUND + items.iter().map(at_most).sum::<usize>(),
        Json::Object(fields) => {
            AROUND + fields.iter().map(|(name, value)| AROUND + 6 * name.len() + at_most(value)).sum::<usize>()
        }
    }
}

/// How many bytes a value takes as JSON without blanks.
fn written(value: &Json) -> usize {
    match value {
        Json::Null => 4,
        Json::Bool(_) | Json::Number(_) => value.to_string().len(),
        Json::String(text) => quoted(text),
        Json::Array(items) => 1 + items.len().max(1) + items.iter().map(written).sum::<usize>(),
        Json::Object(fields) => {
            let fields_size: usize = fields.iter().map(|(name, value)| quoted(name) + 1 + written(value)).sum();
            1 + fields.len().max(1) + fields_size
        }
    }
}

/// How many bytes a text takes in quotes, with what is escaped in it.
fn quoted(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..0x20 => 5,
        _ => 0_u8,
    };
    // Chunks so short that their sum is a byte: their bytes are added up many at once.
    let of_chunk = |bytes: &[u8]| usize::from(bytes.iter().fold(0_u8, |sum, byte| sum + escaped(*byte)));
    2 + text.len() + text.as_bytes().chunks(32).map(of_chunk).sum::<usize>()
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

#[cfg(test)]
mod tests {
    use super::{at_most, written};

    #[test]
    fn sizes_are_those_of_what_is_written() {
        let value = serde_json::json!({ "a": [1, null, true, "x\"\n\u{1}é"], "b": {}, "c": [], "d": { "e": -1.5 } });
        for value in [value.clone(), value["a"].clone(), value["b"].clone(), value["c"].clone()] {
            assert_eq!(written(&value), value.to_string().len(), "{value}");
            assert!(at_most(&value) >= written(&value), "{value}");
        }
    }
}
