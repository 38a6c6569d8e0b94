//! How values of a shape may look.

use crate::evaluate::schema::{Choice, FieldSchema, Presence, Shape};

/// How a value of a shape may look.
pub(super) fn example(shape: &Shape) -> String {
    match shape {
        Shape::Record(fields) => {
            let required: Vec<String> = fields
                .iter()
                .filter(|field| field.presence == Presence::Required)
                .map(|field| format!("{} = {}", field.name, example(&field.shape)))
                .collect();
            let of_defaults = || fields.iter().find_map(plain_default);
            match required.is_empty().then(of_defaults) {
                None => format!("{{ {} }}", required.join(", ")),
                Some(Some(field)) => format!("{{ {field} }}"),
                Some(None) => "{}".to_owned(),
            }
        }
        Shape::Dict(_) => "{ … }".to_owned(),
        Shape::Array(_) => "[…]".to_owned(),
        Shape::Choice(choices) => choices.first().map_or("…".to_owned(), choice_example),
        Shape::Scalar { name, .. } => match name.as_str() {
            "Number" | "Count" | "Limit" => "1".to_owned(),
            "Port" | "UnprivilegedPort" => "8080".to_owned(),
            "Bool" => "true".to_owned(),
            _ => "\"…\"".to_owned(),
        },
    }
}

/// A tag, with an example of what comes with it.
pub(super) fn choice_example(choice: &Choice) -> String {
    match &choice.payload {
        Some(payload) => format!("'{} {}", choice.tag, example(payload)),
        None => format!("'{}", choice.tag),
    }
}

/// A field that has a text as its default, with it: a record in which nothing is required may be written so.
fn plain_default(field: &FieldSchema) -> Option<String> {
    let Presence::Default(default) = &field.presence else { return None };
    (default.starts_with('"') && matches!(field.shape, Shape::Scalar { .. }))
        .then(|| format!("{} = {default}", field.name))
}
