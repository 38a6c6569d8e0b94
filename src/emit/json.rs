//! Objects as one JSON list, as `kubectl` takes it.

use crate::lower::Object;
use serde_json::{Value as Json, json};

/// A `v1/List` of the objects.
pub fn list(objects: &[Object]) -> String {
    let items: Vec<&Json> = objects.iter().map(|object| &object.body).collect();
    format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}
