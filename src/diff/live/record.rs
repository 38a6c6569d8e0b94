//! What a live object says of what was applied: the last-applied annotation, and the records of server-side apply.

use crate::diff::fields;
use crate::objects::view::annotation;
use crate::objects::view::json::{at, list, text};
use serde_json::{Map, Value as Json};

/// Where `kubectl apply` keeps what it applied last.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What `kubectl apply` applied last, where the object says it.
pub(super) fn last_applied(live: &Json) -> Option<Json> {
    serde_json::from_str(annotation(live, LAST_APPLIED)?).ok()
}

/// What server-side apply says was applied. The records of other writes hold defaults, too, and say nothing.
fn server_side(live: &Json) -> Vec<&Json> {
    let entries = list(at(live, &["metadata", "managedFields"]));
    let applied =
        entries.filter(|entry| text(entry, &["operation"]) == Some("Apply") && entry.get("subresource").is_none());
    applied.filter_map(|entry| entry.get("fieldsV1")).collect()
}

/// The part of a record that is about one value.
#[derive(Clone, Debug, Default)]
pub(super) struct Record<'a> {
    /// The value as it was applied by `kubectl apply`.
    applied: Option<&'a Json>,
    /// What server-side apply says of it.
    fields: Vec<&'a Json>,
}

impl<'a> Record<'a> {
    /// The records of a live object, beside what `kubectl apply` applied last.
    pub(super) fn new(applied: Option<&'a Json>, live: &'a Json) -> Record<'a> {
        Record { applied, fields: server_side(live) }
    }

    pub(super) fn is_there(&self) -> bool {
        self.applied.is_some_and(|value| !value.is_null()) || !self.fields.is_empty()
    }

    pub(super) fn field(&self, name: &str) -> Record<'a> {
        let key = format!("f:{name}");
        Record {
            applied: self.applied.and_then(|value| value.get(name)),
            fields: self.fields.iter().filter_map(|fields| fields.get(&key)).collect(),
        }
    }

    pub(super) fn item(&self, key: &str, item: &Json) -> Record<'a> {
        let name = fields::name_of(item, key);
        let mut items = list(self.applied);
        Record {
            applied: items.find(|other| name.is_some() && fields::name_of(other, key) == name),
            fields: self.entries().filter(|(key, _)| is_key_of(key, item)).map(|(_, fields)| fields).collect(),
        }
    }

    /// The record of an item by its place, if the list was applied with as many items.
    pub(super) fn at(&self, index: usize, length: usize) -> Record<'a> {
        let items = self.applied.and_then(Json::as_array).filter(|items| items.len() == length);
        Record { applied: items.and_then(|items| items.get(index)), fields: Vec::new() }
    }

    pub(super) fn has_text(&self, text: &Json) -> bool {
        let in_applied = self.applied.and_then(Json::as_array).is_some_and(|items| items.contains(text));
        in_applied || self.entries().any(|(key, _)| key.strip_prefix("v:") == Some(text.to_string().as_str()))
    }

    fn entries(&self) -> impl Iterator<Item = (&'a String, &'a Json)> {
        let maps: Vec<&'a Map<String, Json>> = self.fields.iter().filter_map(|fields| fields.as_object()).collect();
        maps.into_iter().flatten()
    }
}

/// Whether a key of `managedFields`, such as `k:{"name":"a"}`, is that of an item.
fn is_key_of(key: &str, item: &Json) -> bool {
    let key = key.strip_prefix("k:").and_then(|key| serde_json::from_str::<Json>(key).ok());
    key.as_ref()
        .and_then(Json::as_object)
        .is_some_and(|key| key.iter().all(|(name, value)| item.get(name) == Some(value)))
}
