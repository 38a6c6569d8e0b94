//! A tree of values in which every node knows where it was written: what evaluation yields, and what manifests are read as.

use crate::path::{Path, Segment};
use crate::source::{Relocation, Span};
use indexmap::IndexMap;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where the value was written; none for what was computed.
    pub span: Option<Span>,
    /// Where its name was written, for the field of a record.
    pub key: Option<Span>,
}

/// A value of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exactly.
    Number(Number),
    /// Text.
    String(String),
    /// A choice, `'Tag` or `'Tag payload`.
    Choice {
        /// The tag, without the quote.
        tag: String,
        /// What comes with it.
        payload: Option<Box<Node>>,
    },
    /// A list.
    Array(Vec<Node>),
    /// Named fields, in the order in which they were written.
    Record(IndexMap<String, Node>),
    /// A value that broke its contract; a finding says how.
    Broken,
}

/// A rational number, kept exactly as text: `42`, `-1` or `3/2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Takes a number in the form `numerator` or `numerator/denominator`.
    pub fn from_fraction(text: String) -> Number {
        Number(text)
    }

    /// The number in that form.
    pub fn as_fraction(&self) -> &str {
        &self.0
    }

    /// The number where it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The nearest number of JSON: whole where it is whole, else a floating point number.
    pub fn to_json(&self) -> serde_json::Value {
        if let Some(whole) = self.as_i64() {
            return whole.into();
        }
        if let Ok(whole) = self.0.parse::<u64>() {
            return whole.into();
        }
        let (numerator, denominator) = self.0.split_once('/').unwrap_or((&self.0, "1"));
        let parse = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
        serde_json::Number::from_f64(parse(numerator) / parse(denominator))
            .map_or(serde_json::Value::Null, serde_json::Value::Number)
    }
}

impl Value {
    /// The text of a string.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::String(text) = self { Some(text) } else { None }
    }

    /// A number.
    pub fn as_number(&self) -> Option<&Number> {
        if let Value::Number(number) = self { Some(number) } else { None }
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self { Some(*value) } else { None }
    }

    /// The tag of a choice, and what comes with it.
    pub fn as_choice(&self) -> Option<(&str, Option<&Node>)> {
        if let Value::Choice { tag, payload } = self { Some((tag, payload.as_deref())) } else { None }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Node]> {
        if let Value::Array(items) = self { Some(items) } else { None }
    }

    /// The fields of a record.
    pub fn as_record(&self) -> Option<&IndexMap<String, Node>> {
        if let Value::Record(fields) = self { Some(fields) } else { None }
    }
}

impl Node {
    /// The field of a record, or of the record that comes with a choice.
    pub fn field(&self, name: &str) -> Option<&Node> {
        let payload = || self.value.as_choice().and_then(|(_, payload)| payload);
        match self.value.as_record() {
            Some(fields) => fields.get(name),
            None => payload()?.field(name),
        }
    }

    /// The node at a path, or the last one on the way to it, with whether it was reached.
    pub fn nearest(&self, path: &Path) -> (&Node, bool) {
        let mut node = self;
        for segment in &path.0 {
            let next = match segment {
                Segment::Field(name) => node.field(name),
                Segment::Index(index) => node.value.as_array().and_then(|items| items.get(*index)),
                Segment::Item(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => return (node, false),
            }
        }
        (node, true)
    }

    /// The way to the record around the outermost fields whose names are at such places.
    pub fn outermost(&self, is_here: impl Fn(Span) -> bool) -> Option<Path> {
        let mut level = vec![(Path::root(), self)];
        while !level.is_empty() {
            let mut next = Vec::new();
            for (path, node) in &level {
                for (segment, child) in node.children() {
                    if child.key.is_some_and(&is_here) {
                        return Some(path.clone());
                    }
                    let mut below = path.clone();
                    below.0.push(segment);
                    next.push((below, child));
                }
            }
            level = next;
        }
        None
    }

    /// The values inside of it, each with the step that leads to it.
    fn children(&self) -> Vec<(Segment, &Node)> {
        if let Some(fields) = self.value.as_record() {
            return fields.iter().map(|(name, node)| (Segment::Field(name.clone()), node)).collect();
        }
        if let Some(items) = self.value.as_array() {
            return items.iter().enumerate().map(|(index, node)| (Segment::Index(index), node)).collect();
        }
        self.value.as_choice().and_then(|(_, payload)| payload).map(Node::children).unwrap_or_default()
    }

    /// Whether any part of the value is written, and broken.
    pub fn has_broken_parts(&self) -> bool {
        let is_written = |node: &Node| node.key.is_some() || node.span.is_some();
        let is_broken = |node: &Node| node.value == Value::Broken && is_written(node) || node.has_broken_parts();
        match &self.value {
            Value::Choice { payload, .. } => payload.as_deref().is_some_and(is_broken),
            Value::Array(items) => items.iter().any(is_broken),
            Value::Record(fields) => fields.values().any(is_broken),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Broken => false,
        }
    }

    /// Makes the value at a path a broken one, also where there is none; the record around it has to be there.
    pub fn break_at(&mut self, path: &Path) {
        let Some((name, around)) = path.0.split_last() else { return };
        let mut node = self;
        for segment in around {
            let next = match segment {
                Segment::Field(name) => node.fields_mut().and_then(|fields| fields.get_mut(name)),
                Segment::Index(index) => node.items_mut().and_then(|items| items.get_mut(*index)),
                Segment::Item(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => return,
            }
        }
        if let (Segment::Field(name), Some(fields)) = (name, node.fields_mut()) {
            fields.insert(name.clone(), Node { value: Value::Broken, span: None, key: None });
        }
    }

    fn fields_mut(&mut self) -> Option<&mut IndexMap<String, Node>> {
        match &mut self.value {
            Value::Record(fields) => Some(fields),
            Value::Choice { payload, .. } => payload.as_mut()?.fields_mut(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Broken => {
                None
            }
        }
    }

    fn items_mut(&mut self) -> Option<&mut Vec<Node>> {
        if let Value::Array(items) = &mut self.value { Some(items) } else { None }
    }

    /// Moves all places to where they are in the texts of a fleet.
    pub fn relocate(&mut self, relocation: Relocation) {
        for span in self.span.iter_mut().chain(&mut self.key) {
            *span = relocation.span(*span);
        }
        match &mut self.value {
            Value::Choice { payload, .. } => payload.iter_mut().for_each(|node| node.relocate(relocation)),
            Value::Array(items) => items.iter_mut().for_each(|node| node.relocate(relocation)),
            Value::Record(fields) => fields.values_mut().for_each(|node| node.relocate(relocation)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Broken => {}
        }
    }

    /// The value as JSON: a choice is its tag, or a record of the tag and what comes with it.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null | Value::Broken => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => number.to_json(),
            Value::String(text) => Json::String(text.clone()),
            Value::Choice { tag, payload: None } => Json::String(tag.clone()),
            Value::Choice { tag, payload: Some(payload) } => {
                Json::Object([(tag.clone(), payload.to_json())].into_iter().collect())
            }
            Value::Array(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Record(fields) => {
                Json::Object(fields.iter().map(|(name, node)| (name.clone(), node.to_json())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_exact() {
        assert_eq!(Number::from_fraction("9007199254740993".into()).to_json().to_string(), "9007199254740993");
        assert_eq!(Number::from_fraction("18446744073709551615".into()).to_json().to_string(), "18446744073709551615");
        assert_eq!(Number::from_fraction("3/2".into()).to_json().to_string(), "1.5");
        assert_eq!(Number::from_fraction("3/2".into()).as_i64(), None);
    }
}
