//! Objects as one JSON list, as `kubectl` takes it.

use crate::characters;
use crate::objects::object::Object;
use serde::Serialize;
use serde_json::Value as Json;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<&'a Json>,
}

/// A `v1/List` of the objects.
pub fn list(objects: &[&Object]) -> String {
    let items = objects.iter().map(|object| &object.body).collect();
    // Only maps whose keys are no strings can't become JSON, and JSON has none.
    let list = serde_json::to_string_pretty(&List { api_version: "v1", kind: "List", items });
    characters::json(&list.unwrap_or_default()).into_owned() + "\n"
}
