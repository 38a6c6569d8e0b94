//! Whether a patched object is still one of its kind: it is read as the type of its kind, and each field that the type has no
//! place for is lost on the way. What custom resources may say is in `custom_resource`.

use crate::finding::Finding;
use crate::fix::Remedy;
use crate::objects::object::Object;
use crate::path::{Path, Segment};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{
    ConfigMap, LimitRange, Namespace, PersistentVolumeClaim, ResourceQuota, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Error, Value as Json};

/// What keeps an object from being one of its kind.
pub(super) enum Fault {
    /// A value is of another type than its field.
    Type { path: Path, expected: &'static str },
    /// A value is none of those that its field takes.
    Choice { path: Path, choices: Vec<String> },
    /// There is no such field; perhaps one that is called nearly so.
    Field { path: Path, near: Option<String> },
    /// The object at the path lacks a field.
    Missing { path: Path, name: String },
}

impl Fault {
    /// The finding on the patch at `patch`.
    pub(super) fn explain(self, kind: &str, patch: &Path) -> Finding {
        let whole = |path: &Path| Path(patch.0.iter().chain(&path.0).cloned().collect());
        match self {
            Fault::Type { path, expected } => {
                Finding::value(whole(&path), format!("`{path}` of {kind} takes {expected}"))
                    .label("a value of another type than its field")
                    .note("the API server refuses the object")
                    .help(format!("write {expected}"))
            }
            Fault::Choice { path, choices } => {
                Finding::value(whole(&path), format!("`{path}` of {kind} does not take this value"))
                    .label("none of the values that the field takes")
                    .note("the API server refuses the object")
                    .help(format!("write one of `{}`", choices.join("`, `")))
            }
            Fault::Field { path, near } => {
                let finding = Finding::name(whole(&path), format!("{kind} has no field `{path}`"))
                    .label("no such field")
                    .note("the API server would drop it, or refuse the object");
                match near {
                    Some(near) => {
                        let name = Path::of([near.as_str()]).to_string();
                        finding.help(format!("did you mean `{near}`?")).renamed(name)
                    }
                    None => finding
                        .help(
                            "look for it in Kubernetes' reference of the kind; names tell capitals from small letters",
                        )
                        .mended(Remedy::remove(whole(&path))),
                }
            }
            Fault::Missing { path, name } => {
                let field = path.field(&name);
                Finding::name(whole(&path), format!("{kind} needs `{field}`"))
                    .label(format!("`{name}` is missing"))
                    .note("the API server refuses the object")
                    .help(format!(
                        "add `{name}`; a list in a patch replaces the whole list, so each item has to be complete"
                    ))
            }
        }
    }
}

/// What is wrong with an object of Kubernetes' own kinds; nothing where the kind is another.
pub(super) fn faults(object: &Object) -> Vec<Fault> {
    let (body, root) = (&object.body, &Path::root());
    match object.kind.as_str() {
        "ConfigMap" => typed::<ConfigMap>(body, root),
        "Deployment" => typed::<Deployment>(body, root),
        "Job" => typed::<Job>(body, root),
        "LimitRange" => typed::<LimitRange>(body, root),
        "Namespace" => typed::<Namespace>(body, root),
        "NetworkPolicy" => typed::<NetworkPolicy>(body, root),
        "PersistentVolumeClaim" => typed::<PersistentVolumeClaim>(body, root),
        "ResourceQuota" => typed::<ResourceQuota>(body, root),
        "Secret" => typed::<Secret>(body, root),
        "Service" => typed::<Service>(body, root),
        "ServiceAccount" => typed::<ServiceAccount>(body, root),
        _ => Vec::new(),
    }
}

/// What keeps a value from being of a type; `path` is where it stands in its object.
pub(super) fn typed<K: DeserializeOwned + Serialize>(value: &Json, path: &Path) -> Vec<Fault> {
    match read::<K>(value).and_then(serde_json::to_value) {
        Err(error) => vec![unreadable::<K>(value, &error.to_string(), path.clone())],
        Ok(typed) => {
            let mut fields = Vec::new();
            lost(value, &typed, path, &mut fields);
            fields.into_iter().map(|path| Fault::Field { path, near: None }).collect()
        }
    }
}

fn read<K: DeserializeOwned>(value: &Json) -> Result<K, Error> {
    serde_json::from_value(value.clone())
}

/// The innermost value without which reading would not fail as it does. serde stops at the first fault, and does not say
/// where; the types take an absent field for its default.
fn unreadable<K: DeserializeOwned>(whole: &Json, error: &str, mut path: Path) -> Fault {
    let mut pointer = String::new();
    loop {
        let steps = whole.pointer(&pointer).map(steps).unwrap_or_default();
        let cures = |(step, _): &(String, Segment)| {
            let mut rest = whole.clone();
            remove(&mut rest, &pointer, step);
            read::<K>(&rest).err().is_none_or(|other| other.to_string() != error)
        };
        let Some((step, segment)) = steps.into_iter().find(cures) else { break };
        pointer = format!("{pointer}/{}", escaped(&step));
        path.0.push(segment);
    }
    Fault::Type { path, expected: expected(error) }
}

/// The ways to the values inside a value.
fn steps(value: &Json) -> Vec<(String, Segment)> {
    match value {
        Json::Object(fields) => fields.keys().map(|name| (name.clone(), Segment::Field(name.clone()))).collect(),
        Json::Array(items) => (0..items.len()).map(|index| (index.to_string(), Segment::Index(index))).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    }
}

fn remove(whole: &mut Json, pointer: &str, step: &str) {
    match whole.pointer_mut(pointer) {
        Some(Json::Object(fields)) => {
            fields.shift_remove(step);
        }
        Some(Json::Array(items)) => {
            if let Some(index) = step.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) | None => {}
    }
}

/// A step as a JSON pointer writes it (RFC 6901).
fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// What serde expected, in Kubernetes' words. What it found is left out: it may be a secret.
fn expected(error: &str) -> &'static str {
    match error.rsplit_once(", expected ").map(|(_, expected)| expected) {
        Some("i32" | "i64" | "u16" | "u32" | "u64") => "an integer",
        Some("f64") => "a number",
        Some("a boolean") => "a boolean",
        Some("a map") => "an object",
        Some("a sequence") => "an array",
        Some("a string") => "a string",
        Some("IntOrString") => "an integer or a string",
        Some("Quantity") => "an amount, as a string",
        // A type of Kubernetes, by its name.
        Some(name) if name.starts_with(|first: char| first.is_ascii_uppercase()) => "an object",
        Some(_) | None => "another value",
    }
}

/// The fields that are in `value` and not in what was read of it.
fn lost(value: &Json, typed: &Json, path: &Path, fields: &mut Vec<Path>) {
    let mut inside = |value: &Json, again: Option<&Json>, path: Path| match again {
        Some(again) => lost(value, again, &path, fields),
        None => fields.push(path),
    };
    match value {
        Json::Object(values) => values
            .iter()
            .filter(|(_, value)| !value.is_null())
            .for_each(|(name, value)| inside(value, typed.get(name), path.field(name))),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| inside(item, typed.get(index), path.index(index)));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
