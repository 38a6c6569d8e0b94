//! YAML or JSON text → Kubernetes objects.

use crate::objects::object::Object;
use crate::objects::yaml;
use serde_json::Value as Json;

/// A text that holds no objects, or something besides them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The text can't be read.
    #[error("{0}")]
    Syntax(String),
    /// A document is no object of Kubernetes.
    #[error("document {document} is no Kubernetes object: it has no `{lacks}`")]
    NoObject {
        /// Which, from 1.
        document: usize,
        /// What it lacks.
        lacks: &'static str,
    },
}

/// The values of a stream, as `verify` reads them; empty documents are left out.
pub fn values(text: &str) -> Result<Vec<Json>, ManifestError> {
    yaml::values(text).map_err(ManifestError::Syntax)
}

/// The objects of a stream; those of a `List` stand for themselves.
pub fn objects(text: &str) -> Result<Vec<Object>, ManifestError> {
    let mut objects = Vec::new();
    for (index, value) in values(text)?.into_iter().enumerate() {
        let is_list = value.get("kind").and_then(Json::as_str).is_some_and(|kind| kind.ends_with("List"));
        let items = match value.get("items") {
            Some(Json::Array(items)) if is_list => items.clone(),
            Some(_) | None => vec![value],
        };
        for item in items {
            objects.push(object(item, index + 1)?);
        }
    }
    Ok(objects)
}

fn object(value: Json, document: usize) -> Result<Object, ManifestError> {
    let object = Object::of(value);
    let lacks = [("apiVersion", &object.api_version), ("kind", &object.kind), ("metadata.name", &object.name)];
    let lacks = lacks.into_iter().find(|(_, text)| text.is_empty()).map(|(field, _)| field);
    match lacks {
        Some(lacks) => Err(ManifestError::NoObject { document, lacks }),
        None => Ok(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_for_what_is_in_them() {
        let text =
            "---\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n";
        let found = objects(text).unwrap();
        assert_eq!((found.len(), found[0].kind.as_str()), (1, "Secret"));
    }

    #[test]
    fn there_may_be_any_number_of_objects() {
        let text = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b, c: d}}\n".repeat(12_000);
        assert_eq!(objects(&text).unwrap().len(), 12_000);
        assert!(matches!(objects(&format!("a: {}", "[".repeat(300))), Err(ManifestError::Syntax(_))));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(objects("kind: A\n"), Err(ManifestError::NoObject { document: 1, lacks: "apiVersion" }));
        assert!(matches!(objects("a: [\n"), Err(ManifestError::Syntax(_))));
    }

    #[test]
    fn a_fault_beside_a_secret_does_not_show_it() {
        let error =
            objects("kind: Secret\ndata:\n  password: hunter2-hunter2\n  password: hunter3-hunter3\n").unwrap_err();
        assert!(!error.to_string().contains("hunter"), "{error}");
    }
}
