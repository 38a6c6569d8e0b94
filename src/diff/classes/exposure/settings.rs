//! Settings of the runtime that guard something.

use crate::diff::classes::Pair;
use crate::diff::classes::pods;
use crate::diff::words;

/// A setting, the value that guards, and what is open with any other.
struct Guard {
    variable: &'static str,
    guards: fn(Option<&str>) -> bool,
    open: &'static str,
}

/// In the order of their names.
const GUARDS: &[Guard] = &[
    Guard {
        variable: "AGENTOS_ALLOW_DEV_HEADERS",
        guards: |value| value != Some("1"),
        open: "development headers are believed",
    },
    Guard {
        variable: "AGENTOS_DEFAULT_TENANT",
        guards: |value| value.is_none_or(str::is_empty),
        open: "requests without a tenant are given one, and `/metrics` answers everybody",
    },
    Guard {
        variable: "AGENTOS_FED_AUTH_DISABLED",
        guards: |value| value != Some("1"),
        open: "federation takes forwards without a token",
    },
    Guard {
        variable: "AGENTOS_FED_JWT_PUBLIC_KEY",
        guards: |value| value.is_some_and(|value| !value.is_empty()),
        open: "federation does not verify callers' tokens",
    },
    Guard {
        variable: "AGENTOS_FED_REQUIRE_MTLS",
        guards: |value| value == Some("true"),
        open: "federation does not ask for client certificates",
    },
    Guard { variable: "AGENTOS_METRICS_REQUIRE_AUTH", guards: |value| value == Some("1"), open: "`/metrics` is open" },
    Guard {
        variable: "AGENTOS_PROFILE",
        guards: |value| value.is_some_and(|value| value.trim().eq_ignore_ascii_case("prod")),
        open: "the guards of production are off",
    },
];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some((old, new)) = pods::both(pair) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    let lost = GUARDS
        .iter()
        .filter(|guard| (guard.guards)(old.setting(guard.variable)) && !(guard.guards)(new.setting(guard.variable)));
    lost.map(|guard| {
        let value = new.setting(guard.variable).map_or("unset".to_owned(), words::quoted);
        format!("{service}: {}, because {} is {value}", guard.open, guard.variable)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::GUARDS;

    #[test]
    fn guards_are_ordered() {
        assert!(GUARDS.windows(2).all(|pair| pair[0].variable < pair[1].variable));
    }
}
