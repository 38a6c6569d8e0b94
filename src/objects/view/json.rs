//! JSON taken apart. What is not there, or is of another type, is passed over.

use crate::quantity;
use serde_json::Value as Json;

/// The value at a path of fields.
pub(crate) fn at<'a>(value: &'a Json, fields: &[&str]) -> Option<&'a Json> {
    fields.iter().try_fold(value, |value, field| value.get(field))
}

/// The text at a path of fields.
pub(crate) fn text<'a>(value: &'a Json, fields: &[&str]) -> Option<&'a str> {
    at(value, fields).and_then(Json::as_str)
}

/// The nearest value on the way along a path of fields.
pub(crate) fn nearest<'a>(value: &'a Json, fields: &[&str]) -> &'a Json {
    let mut nearest = value;
    for field in fields {
        match nearest.get(field) {
            Some(next) => nearest = next,
            None => break,
        }
    }
    nearest
}

/// The items of a list.
pub(crate) fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

/// The texts of a list.
pub(crate) fn strings(value: Option<&Json>) -> impl Iterator<Item = &str> {
    list(value).filter_map(Json::as_str)
}

/// The fields of a record.
pub(crate) fn entries(value: Option<&Json>) -> impl Iterator<Item = (&str, &Json)> {
    value.and_then(Json::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The texts of a record, by name.
pub(crate) fn texts(value: Option<&Json>) -> impl Iterator<Item = (&str, &str)> {
    entries(value).filter_map(|(name, value)| Some((name, value.as_str()?)))
}

/// The value of an amount, the same for each of its spellings.
pub(crate) fn amount(value: &Json) -> Option<i128> {
    match value {
        Json::String(text) => quantity::parse(text),
        Json::Number(number) => quantity::parse(&number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}
