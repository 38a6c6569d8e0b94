//! Typed views of objects, which every client shares: what several have to know of how manifests are written, once.
//!
//! Invariant: a view borrows from its object, so that what it shows is the very value, and it judges nothing.

pub(crate) mod agent;
pub(crate) mod controllers;
pub(crate) mod expansion;
pub(crate) mod index;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod mount;
pub(crate) mod pod;
pub(crate) mod seen;
pub(crate) mod selector;
pub(crate) mod service;

use crate::objects::object::Object;
use json::{at, list, text, texts};
use serde_json::Value as Json;
use std::collections::HashMap;

/// Labels by name.
pub type Labels<'a> = HashMap<&'a str, &'a str>;

/// A value of one of several objects.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    /// The object, by its position.
    pub object: usize,
    /// The value.
    pub value: &'a Json,
}

/// The namespace of an object, empty where it does not say.
pub(crate) fn namespace(object: &Object) -> &str {
    object.namespace.as_deref().unwrap_or("")
}

/// The labels of an object, or of a pod template.
pub(crate) fn labels(body: &Json) -> Labels<'_> {
    texts(at(body, &["metadata", "labels"])).collect()
}

/// An annotation of an object, or of a pod template.
pub(crate) fn annotation<'a>(body: &'a Json, name: &str) -> Option<&'a str> {
    text(body, &["metadata", "annotations", name])
}

/// The reference to the controller of an object.
pub(crate) fn controller(object: &Object) -> Option<&Json> {
    list(at(&object.body, &["metadata", "ownerReferences"]))
        .find(|reference| reference.get("controller") == Some(&Json::Bool(true)))
}
