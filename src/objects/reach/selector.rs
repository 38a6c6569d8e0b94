//! What selects pods and namespaces by their labels.

use super::{Labels, list};
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
    pub fn of_labels(labels: Option<&'a Json>) -> Selector<'a> {
        let labels = labels.and_then(Json::as_object).into_iter().flatten();
        let equal = labels.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        Selector { equal: equal.collect(), expressions: Vec::new() }
    }

    /// One with `matchLabels` and `matchExpressions`.
    pub fn of(selector: &'a Json) -> Selector<'a> {
        let expressions = list(selector.get("matchExpressions")).collect();
        Selector { expressions, ..Selector::of_labels(selector.get("matchLabels")) }
    }

    /// The labels that it wants to have a value.
    pub fn equal(&self) -> &[(&'a str, &'a str)] {
        &self.equal
    }

    /// Whether it has no condition.
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.expressions.is_empty()
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
        let equal = self.equal.iter().find(|(name, _)| *name == key(condition));
        self.expressions.iter().any(|own| is_same(own, condition))
            || equal.is_some_and(|(name, value)| holds(condition, &Labels::from([(*name, *value)])))
    }

    /// The namespaces that it selects, where it names them.
    pub fn named_namespaces(&self) -> Option<Vec<&'a str>> {
        if let Some((_, value)) = self.equal.iter().find(|(name, _)| *name == NAMESPACE_NAME) {
            return Some(vec![value]);
        }
        let listing = self.expressions.iter().find(|one| key(one) == NAMESPACE_NAME && operator(one) == "In")?;
        Some(values(listing).collect())
    }
}

fn key(expression: &Json) -> &str {
    expression.get("key").and_then(Json::as_str).unwrap_or("")
}

fn operator(expression: &Json) -> &str {
    expression.get("operator").and_then(Json::as_str).unwrap_or("")
}

fn values(expression: &Json) -> impl Iterator<Item = &str> {
    list(expression.get("values")).filter_map(Json::as_str)
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
