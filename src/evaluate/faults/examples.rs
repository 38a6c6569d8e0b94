//! How values of a shape may look.

use crate::evaluate::schema::{Choice, FieldSchema, Presence, Shape};

/// How a value of a shape may look.
pub(super) fn example(shape: &Shape) -> String {
    written(shape, &|_| "\"…\"".to_owned())
}

/// A value of a shape that its contract takes; texts are invented, after a name.
pub(super) fn invented(shape: &Shape, name: &str) -> String {
    match shape {
        Shape::Dict(_) => "{}".to_owned(),
        Shape::Array(_) => "[]".to_owned(),
        Shape::Record(_) | Shape::Choice(_) | Shape::Scalar { .. } => written(shape, &|contract| {
            let text = match contract {
                "StackId" => format!("stk_{}", name.replace(['-', '.'], "_")),
                "Host" => format!("{name}.example.com"),
                "Url" => format!("https://{name}.example.com"),
                "RuleCode" => "N006".to_owned(),
                "Region" => "local".to_owned(),
                _ => name.to_owned(),
            };
            format!("\"{text}\"")
        }),
    }
}

fn written(shape: &Shape, text: &dyn Fn(&str) -> String) -> String {
    match shape {
        Shape::Record(fields) => {
            let required: Vec<String> = fields
                .iter()
                .filter(|field| field.presence == Presence::Required)
                .map(|field| format!("{} = {}", field.name, written(&field.shape, text)))
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
        Shape::Choice(choices) => choices.first().map_or("…".to_owned(), |choice| with_tag(choice, text)),
        Shape::Scalar { name, .. } => match name.as_str() {
            "Number" | "Count" | "Limit" => "1".to_owned(),
            "Port" | "UnprivilegedPort" => "8080".to_owned(),
            "Bool" => "true".to_owned(),
            contract => text(contract),
        },
    }
}

/// A tag, with an example of what comes with it.
pub(super) fn choice_example(choice: &Choice) -> String {
    with_tag(choice, &|_| "\"…\"".to_owned())
}

fn with_tag(choice: &Choice, text: &dyn Fn(&str) -> String) -> String {
    match &choice.payload {
        Some(payload) => format!("'{} {}", choice.tag, written(payload, text)),
        None => format!("'{}", choice.tag),
    }
}

/// A field that has a text as its default, with it: a record in which nothing is required may be written so.
fn plain_default(field: &FieldSchema) -> Option<String> {
    let Presence::Default(default) = &field.presence else { return None };
    (default.starts_with('"') && matches!(field.shape, Shape::Scalar { .. }))
        .then(|| format!("{} = {default}", field.name))
}
