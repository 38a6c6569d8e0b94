//! Selectors: what selects pods, namespaces and Services by their labels.

use super::Labels;
use super::json::{list, strings, text, texts};
use super::pod::Pod;
use serde_json::Value as Json;

/// The label that every namespace has: its name.
pub const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// What selects by labels.
#[derive(Clone, Debug)]
pub struct Selector<'a> {
    equal: Vec<(&'a str, &'a str)>,
    expressions: Vec<&'a Json>,
}

impl<'a> Selector<'a> {
    /// A Service's: labels and their values.
    pub fn from_labels(labels: Option<&'a Json>) -> Selector<'a> {
        Selector { equal: texts(labels).collect(), expressions: Vec::new() }
    }

    /// One with `matchLabels` and `matchExpressions`.
    pub fn new(selector: &'a Json) -> Selector<'a> {
        let expressions = list(selector.get("matchExpressions")).collect();
        Selector { expressions, ..Selector::from_labels(selector.get("matchLabels")) }
    }

    /// The labels that it wants to have a value.
    pub fn equal(&self) -> &[(&'a str, &'a str)] {
        &self.equal
    }

    /// Whether it has no condition.
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.expressions.is_empty()
    }

    /// The value that a label has to have.
    pub fn value(&self, label: &str) -> Option<&'a str> {
        self.equal.iter().find(|(name, _)| *name == label).map(|(_, value)| *value)
    }

    /// Whether pods of a template are selected, by its labels and those that its controller adds.
    pub(crate) fn selects_pod(&self, pod: &Pod<'_>) -> bool {
        let has = |name: &str, value: &str| match pod.labels.get(name) {
            Some(own) => *own == value,
            None => pod.is_given(name, Some(value)),
        };
        self.equal.iter().all(|(name, value)| has(name, value))
            && self.expressions.iter().all(|expression| holds(expression, &pod.labels) || is_given(expression, pod))
    }

    /// Whether something with these labels is selected.
    pub fn selects(&self, labels: &Labels<'_>) -> bool {
        self.equal.iter().all(|(name, value)| labels.get(name) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, labels))
    }

    /// Whether something that has these labels and perhaps others may be selected.
    pub fn may_select(&self, labels: &Labels<'_>) -> bool {
        let known = |expression: &&&Json| labels.contains_key(key(expression));
        self.equal.iter().all(|(name, value)| labels.get(name).is_none_or(|own| own == value))
            && self.expressions.iter().filter(known).all(|expression| holds(expression, labels))
    }

    /// Whether it selects everything but what it names.
    pub fn is_of_almost_any(&self) -> bool {
        self.equal.is_empty() && self.expressions.iter().all(|expression| is_negative(expression))
    }

    /// Whether it selects every namespace but those that it names.
    pub fn is_of_any_namespace(&self) -> bool {
        let is_any = |expression: &&Json| match operator(expression) {
            "Exists" => key(expression) == NAMESPACE_NAME,
            "DoesNotExist" => key(expression) != NAMESPACE_NAME,
            _ => is_negative(expression),
        };
        self.equal.is_empty() && self.expressions.iter().all(is_any)
    }

    /// Whether it has every condition of another one, so that it selects nothing else than that.
    pub fn is_within(&self, other: &Selector<'_>) -> bool {
        other.equal.iter().all(|condition| self.equal.contains(condition))
            && other.expressions.iter().all(|condition| self.implies(condition))
    }

    fn implies(&self, condition: &Json) -> bool {
        let name = key(condition);
        self.expressions.iter().any(|own| is_same(own, condition))
            || self.value(name).is_some_and(|value| holds(condition, &Labels::from([(name, value)])))
    }

    /// The namespaces that it selects, where it names them.
    pub fn named_namespaces(&self) -> Option<Vec<&'a str>> {
        if let Some(value) = self.value(NAMESPACE_NAME) {
            return Some(vec![value]);
        }
        let listing = self.expressions.iter().find(|one| key(one) == NAMESPACE_NAME && operator(one) == "In")?;
        Some(values(listing).collect())
    }
}

fn key(expression: &Json) -> &str {
    text(expression, &["key"]).unwrap_or("")
}

fn operator(expression: &Json) -> &str {
    text(expression, &["operator"]).unwrap_or("")
}

fn values(expression: &Json) -> impl Iterator<Item = &str> {
    strings(expression.get("values"))
}

/// Whether a condition is met by what lacks the label.
fn is_negative(expression: &Json) -> bool {
    matches!(operator(expression), "NotIn" | "DoesNotExist")
}

/// Whether two conditions say the same: the order of their values does not count.
fn is_same(one: &Json, other: &Json) -> bool {
    let sorted = |expression| {
        let mut values: Vec<&str> = values(expression).collect();
        values.sort_unstable();
        values
    };
    (key(one), operator(one), sorted(one)) == (key(other), operator(other), sorted(other))
}

/// Whether a label that a controller adds to pods of this template can meet a condition.
fn is_given(expression: &Json, pod: &Pod<'_>) -> bool {
    match operator(expression) {
        "In" => values(expression).any(|value| pod.is_given(key(expression), Some(value))),
        "Exists" => pod.is_given(key(expression), None),
        _ => false,
    }
}

fn holds(expression: &Json, labels: &Labels<'_>) -> bool {
    let value = labels.get(key(expression));
    let listed = || value.is_some_and(|value| values(expression).any(|one| one == *value));
    match operator(expression) {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        // The API server rejects any other, so that it can't be known what it was meant to select.
        _ => true,
    }
}
