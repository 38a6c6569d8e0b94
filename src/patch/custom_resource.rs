//! What a custom resource may say: its fields and their types, after the schema of its CustomResourceDefinition.
//!
//! Invariant: as the API server does, an unknown field, a value of another type or outside an `enum`, and a required field
//! that is missing are faults, all of them at once; a `null` counts as absent. Lengths, patterns and validation rules are
//! not looked at.

use super::schema::Fault;
use crate::objects::object::Object;
use crate::objects::view::json::{strings, text};
use crate::path::Path;
use crate::suggest::nearest;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Map, Value as Json};

/// The schemas, by kind. `examples/crds.rs` writes them; each names the project and the version that it is of.
const SCHEMAS: [(&str, &str); 7] = [
    ("Certificate", include_str!("crds/Certificate.json")),
    ("ExternalSecret", include_str!("crds/ExternalSecret.json")),
    ("HTTPRoute", include_str!("crds/HTTPRoute.json")),
    ("PrometheusRule", include_str!("crds/PrometheusRule.json")),
    ("SealedSecret", include_str!("crds/SealedSecret.json")),
    ("SecretProviderClass", include_str!("crds/SecretProviderClass.json")),
    ("ServiceMonitor", include_str!("crds/ServiceMonitor.json")),
];

/// What is wrong with a custom resource; `None` where its kind has no schema here.
pub(super) fn faults(object: &Object) -> Option<Vec<Fault>> {
    let (_, text) = SCHEMAS.iter().find(|(kind, _)| *kind == object.kind)?;
    // The files are held against this reader by tests.
    let definition: Json = serde_json::from_str(text).unwrap_or_default();
    let mut faults = Vec::new();
    check(&object.body, definition.get("schema")?, &Path::root(), &mut faults);
    let metadata = object.body.get("metadata").unwrap_or(&Json::Null);
    faults.extend(super::schema::typed::<ObjectMeta>(metadata, &Path::of(["metadata"])));
    Some(faults)
}

fn check(value: &Json, schema: &Json, path: &Path, faults: &mut Vec<Fault>) {
    if let Some(expected) = mismatch(value, schema) {
        return faults.push(Fault::Type { path: path.clone(), expected });
    }
    if let Some(choices) = schema.get("enum").and_then(Json::as_array)
        && !choices.contains(value)
    {
        let choices = choices.iter().map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned));
        return faults.push(Fault::Choice { path: path.clone(), choices: choices.collect() });
    }
    match value {
        Json::Object(fields) => check_fields(fields, schema, path, faults),
        Json::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter().enumerate().for_each(|(index, item)| check(item, schema, &path.index(index), faults));
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn check_fields(fields: &Map<String, Json>, schema: &Json, path: &Path, faults: &mut Vec<Fault>) {
    let known = schema.get("properties").and_then(Json::as_object);
    let others = schema.get("additionalProperties").filter(|others| others.is_object());
    // The schema of a definition leaves metadata to Kubernetes.
    let open = schema.get("x-kubernetes-preserve-unknown-fields") == Some(&Json::Bool(true))
        || *path == Path::of(["metadata"]);
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        match known.and_then(|known| known.get(name)).or(others) {
            Some(schema) => check(value, schema, &path.field(name), faults),
            None if open => {}
            None => {
                let names: Vec<&str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
                let near = nearest(name, &names).map(str::to_owned);
                faults.push(Fault::Field { path: path.field(name), near });
            }
        }
    }
    let required = strings(schema.get("required"));
    for name in required {
        let defaulted = known.and_then(|known| known.get(name)?.get("default")).is_some();
        if !defaulted && fields.get(name).is_none_or(Json::is_null) {
            faults.push(Fault::Missing { path: path.clone(), name: name.to_owned() });
        }
    }
}

/// The type that the schema asks for, where the value is of another.
fn mismatch(value: &Json, schema: &Json) -> Option<&'static str> {
    if schema.get("x-kubernetes-int-or-string") == Some(&Json::Bool(true)) {
        return (!value.is_i64() && !value.is_string()).then_some("an integer or a string");
    }
    let expected = schema.get("type")?.as_str()?;
    let (fits, name) = match expected {
        "array" => (value.is_array(), "an array"),
        "boolean" => (value.is_boolean(), "a boolean"),
        "integer" => (is_integer(value, schema), "an integer"),
        "number" => (value.is_number(), "a number"),
        "object" => (value.is_object(), "an object"),
        _ => (value.is_string(), "a string"),
    };
    (!fits).then_some(name)
}

/// Whether a value is an integer that fits into the width which the schema names.
fn is_integer(value: &Json, schema: &Json) -> bool {
    let narrow = text(schema, &["format"]) == Some("int32");
    value.as_i64().is_some_and(|number| !narrow || i32::try_from(number).is_ok())
}
