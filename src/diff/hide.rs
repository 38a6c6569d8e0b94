//! Fields without credentials: those of Secrets by their place, all others by their look.

use super::fields::{Change, FieldChange, called};
use super::{Fate, Field, Shown};
use crate::path::Path;
use crate::{redact, scan};
use serde_json::Value as Json;

/// Where there is nothing but secrets, or what they are encrypted to.
const PLACES: &[(&str, &[&str])] =
    &[("Secret", &["data"]), ("Secret", &["stringData"]), ("SealedSecret", &["spec", "encryptedData"])];

/// What stands for a text that is not shown.
const HIDDEN: &str = "<hidden>";

/// The field as it may be shown.
pub(super) fn field(kind: &str, field: &FieldChange) -> Field {
    let path = redact::text(&field.path.in_manifest());
    let of_secret = PLACES.iter().any(|(of, place)| *of == kind && field.path.is_below(place));
    let name = called(&field.path);
    let change = match &field.change {
        Change::Added(_) if of_secret => Shown::Hidden(Fate::Added),
        Change::Removed(_) if of_secret => Shown::Hidden(Fate::Removed),
        Change::Changed(..) if of_secret || holds_secrets(kind, &field.path) => Shown::Hidden(Fate::Changed),
        Change::Added(value) => Shown::Added(veiled(name, value)),
        Change::Removed(value) => Shown::Removed(veiled(name, value)),
        Change::Changed(old, new) => match (veiled(name, old), veiled(name, new)) {
            (old, new) if old == new => Shown::Hidden(Fate::Changed),
            (old, new) => Shown::Changed(old, new),
        },
        Change::Reordered => Shown::Reordered,
    };
    Field { path, change }
}

/// Whether a place of secrets is inside, as where a map becomes something else.
fn holds_secrets(kind: &str, path: &Path) -> bool {
    PLACES.iter().any(|(of, place)| {
        *of == kind && path.0.len() < place.len() && place.get(..path.0.len()).is_some_and(|start| path.is_below(start))
    })
}

/// A value without credentials; `name` is what it is called.
fn veiled(name: Option<&str>, value: &Json) -> Json {
    match value {
        Json::String(text) => Json::String(said(name, text)),
        Json::Array(items) => {
            // The value of an argument is called as the argument.
            let before = std::iter::once(None).chain(items.iter().map(|item| item.as_str().and_then(scan::argument)));
            items.iter().zip(before).map(|(item, argument)| veiled(argument.or(name), item)).collect()
        }
        Json::Object(fields) => {
            // The value of a variable is called as the variable.
            let own = fields.get("name").and_then(Json::as_str);
            let called = |field: &'_ str| {
                if field == "value" && own.is_some() { own.map(str::to_owned) } else { Some(field.to_owned()) }
            };
            fields.iter().map(|(field, value)| (redact::text(field), veiled(called(field).as_deref(), value))).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}

/// A text without credentials. One that is a credential only for its name is not shown at all.
fn said(name: Option<&str>, text: &str) -> String {
    let masked = redact::text(text);
    if masked == text && scan::find(name, text).is_some() { HIDDEN.to_owned() } else { masked }
}

#[cfg(test)]
mod tests {
    use super::super::fields::compare;
    use super::*;
    use serde_json::json;

    fn shown(kind: &str, old: &Json, new: &Json) -> Vec<Shown> {
        compare(old, new).iter().map(|change| field(kind, change).change).collect()
    }

    #[test]
    fn values_of_secrets_are_not_shown() {
        let (old, new) = (json!({ "data": { "A": "b25l" } }), json!({ "data": { "A": "dHdv", "B": "eA==" } }));
        assert_eq!(shown("Secret", &old, &new), [Shown::Hidden(Fate::Changed), Shown::Hidden(Fate::Added)]);
        assert_eq!(shown("Secret", &json!({}), &new), [Shown::Hidden(Fate::Added)]);
        assert_eq!(shown("Secret", &json!({ "data": 1 }), &new), [Shown::Hidden(Fate::Changed)]);
    }

    #[test]
    fn credentials_are_hidden_wherever_they_are() {
        let token = format!("ghp_{}", "aB3dE5fG7hJ9".repeat(3));
        let with = |value: &str| json!({ "env": [{ "name": "AGENTOS_SIGNING_KEY", "value": value }, { "name": "X", "value": "1" }] });
        for found in [shown("Deployment", &json!({}), &with(&token)), shown("Deployment", &with("x"), &with(&token))] {
            assert!(!format!("{found:?}").contains("aB3dE5"), "{found:?}");
        }
    }
}
