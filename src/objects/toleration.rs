//! Tolerations, as the API server takes them: what of one it refuses, wherever it is written.

use crate::names::{QUALIFIED_NAME, is_label_value, is_qualified_name};

/// A toleration, as far as it is text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Toleration<'a> {
    /// The key of the taint; empty for every taint.
    pub key: &'a str,
    /// How the value is compared; empty for `Equal`.
    pub operator: &'a str,
    /// The value of the taint.
    pub value: &'a str,
    /// The effect; empty for every effect.
    pub effect: &'a str,
    /// Whether it ends after a time.
    pub ends: bool,
}

/// What the API server refuses of a toleration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The field that is at fault.
    pub field: &'static str,
    /// What is wrong with it.
    pub title: String,
    /// What to write instead.
    pub help: &'static str,
}

/// All that the API server refuses of a toleration.
pub(crate) fn refused(toleration: Toleration<'_>) -> Vec<Refused> {
    [of_key(toleration), of_value(toleration), of_effect(toleration), of_time(toleration)]
        .into_iter()
        .flatten()
        .collect()
}

fn of_key(Toleration { key, operator, .. }: Toleration<'_>) -> Option<Refused> {
    if key.is_empty() {
        return (operator != "Exists").then(|| Refused {
            field: "key",
            title: "the toleration has no `key`".to_owned(),
            help: "name the `key` of the taint, or tolerate every taint with the operator `Exists`",
        });
    }
    (!is_qualified_name(key)).then(|| Refused {
        field: "key",
        title: format!("`{key}` can't be the key of a taint"),
        help: QUALIFIED_NAME,
    })
}

fn of_value(Toleration { operator, value, .. }: Toleration<'_>) -> Option<Refused> {
    let refused = |title: String, help| Some(Refused { field: "value", title, help });
    match operator {
        "" | "Equal" if !is_label_value(value) => refused(
            format!("`{value}` can't be the value of a taint"),
            "use letters, digits, `-`, `_` and `.`, at most 63 characters, a letter or digit at both ends",
        ),
        "" | "Equal" => None,
        "Exists" if !value.is_empty() => refused(
            format!("the operator `Exists` takes no value, and `{value}` is one"),
            "remove `value`, or compare it with the operator `Equal`",
        ),
        "Exists" => None,
        // Newer clusters compare numbers.
        "Lt" | "Gt" if value.parse::<i64>().is_err() => {
            refused(format!("`{value}` is no whole number to compare with"), "write a whole number, in quotes")
        }
        "Lt" | "Gt" => None,
        _ => Some(Refused {
            field: "operator",
            title: format!("a toleration has no operator `{operator}`"),
            help: "write `Equal` or `Exists`",
        }),
    }
}

fn of_effect(Toleration { effect, .. }: Toleration<'_>) -> Option<Refused> {
    let is_known = matches!(effect, "" | "NoSchedule" | "PreferNoSchedule" | "NoExecute");
    (!is_known).then(|| Refused {
        field: "effect",
        title: format!("a taint has no effect `{effect}`"),
        help: "write `NoSchedule`, `PreferNoSchedule` or `NoExecute`, or leave it out for every effect",
    })
}

fn of_time(Toleration { effect, ends, .. }: Toleration<'_>) -> Option<Refused> {
    (ends && effect != "NoExecute").then(|| Refused {
        field: "tolerationSeconds",
        title: "`tolerationSeconds` is for the effect `NoExecute` alone".to_owned(),
        help: "set `effect: NoExecute`, which evicts pods that run, or remove `tolerationSeconds`",
    })
}

#[cfg(test)]
mod tests {
    use super::{Toleration, refused};

    fn fields(toleration: Toleration<'_>) -> Vec<&'static str> {
        refused(toleration).into_iter().map(|refused| refused.field).collect()
    }

    #[test]
    fn what_the_api_server_takes_is_let_be() {
        let some = Toleration::default();
        for good in [
            Toleration { operator: "Exists", ..some },
            Toleration { operator: "Exists", key: "example.com/gpu", effect: "NoSchedule", ..some },
            Toleration { key: "pool", value: "agents", ..some },
            Toleration { key: "pool", operator: "Equal", ..some },
            Toleration { key: "pool", operator: "Equal", value: "a", effect: "NoExecute", ends: true },
            Toleration { key: "sla", operator: "Gt", value: "950", ..some },
        ] {
            assert_eq!(fields(good), Vec::<&str>::new(), "{good:?}");
        }
    }

    #[test]
    fn what_it_refuses_is_named_by_its_field() {
        let some = Toleration { key: "pool", ..Toleration::default() };
        let cases: [(Toleration<'_>, &[&str]); 9] = [
            (Toleration { operator: "Exists", value: "agents", ..some }, &["value"]),
            (Toleration { key: "", operator: "Equal", value: "agents", ..some }, &["key"]),
            (Toleration { key: "", ..some }, &["key"]),
            (Toleration { key: "a b", operator: "Exists", ..some }, &["key"]),
            (Toleration { operator: "exists", ..some }, &["operator"]),
            (Toleration { effect: "Noschedule", ..some }, &["effect"]),
            (Toleration { effect: "NoSchedule", ends: true, ..some }, &["tolerationSeconds"]),
            (Toleration { value: "a b", ends: true, ..some }, &["value", "tolerationSeconds"]),
            (Toleration { operator: "Lt", value: "many", ..some }, &["value"]),
        ];
        for (bad, wanted) in cases {
            assert_eq!(fields(bad), wanted, "{bad:?}");
        }
    }
}
