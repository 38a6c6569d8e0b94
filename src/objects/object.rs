//! An object of Kubernetes, as its manifest has it.

use serde_json::Value as Json;

/// Stands for every namespace: no namespace has this name.
pub const EVERY_NAMESPACE: &str = "*";

/// What the data of a ConfigMap or Secret may take, keys and values together, in bytes.
pub const MAX_DATA: usize = 1024 * 1024;
/// What the annotations of an object may take, names and values together, in bytes.
pub const MAX_ANNOTATIONS: usize = 256 * 1024;

/// One object of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, unless it belongs to the cluster.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// All of it.
    pub body: Json,
}

impl Object {
    /// The object with this content.
    pub fn of(body: Json) -> Object {
        let text = |pointer: &str| body.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        Object {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name").unwrap_or_default(),
            body,
        }
    }

    /// The group of its kind; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }
}

/// An object that others need and that comes from outside: it is neither among them nor made of one of them by an operator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct External {
    /// The kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The keys that are used of it.
    pub keys: Vec<String>,
}
