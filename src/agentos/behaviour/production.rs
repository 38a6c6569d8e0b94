//! The profile, and what services of production refuse to start with (facts 1 and 2).

use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::{Profile, Runtime};

/// The text of the guard of `/metrics` that the profile `prod` asks for, whatever else a release takes for on.
pub const PRODUCTION: &str = "1";

/// The profile that a service runs with: it is told in any case of letters, and any word but two means `dev` (fact 1).
pub fn profile(text: &str) -> Profile {
    let word = text.trim().to_lowercase();
    [Profile::Demo, Profile::Prod].into_iter().find(|profile| profile.as_str() == word).unwrap_or(Profile::Dev)
}

/// Whether the services refuse to start in production with a setting at this text, empty where it is not set (fact 2). Where
/// the release is not known, a switch is on that is on under each.
pub fn stops_production(runtime: Option<Runtime>, key: Key, text: &str) -> bool {
    match key {
        Key::DefaultTenant => !text.is_empty(),
        Key::AllowDevHeaders => settings::is_surely_on(runtime, key, text),
        Key::MetricsRequireAuth => text.trim() != PRODUCTION,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_but_two_is_development() {
        assert_eq!([" PROD\n", "Demo", "dev"].map(profile), [Profile::Prod, Profile::Demo, Profile::Dev]);
        assert!(["", "production", "prod2", "p rod"].iter().all(|word| profile(word) == Profile::Dev));
    }

    #[test]
    fn production_starts_without_a_default_tenant_and_with_guarded_metrics() {
        for runtime in [None, Some(Runtime::V1_02), Some(Runtime::V1_07)] {
            let stops = |key, text| stops_production(runtime, key, text);
            assert!(stops(Key::DefaultTenant, "tnt_demo") && !stops(Key::DefaultTenant, ""));
            assert!(stops(Key::AllowDevHeaders, "1") && !stops(Key::AllowDevHeaders, "true"));
            assert!(stops(Key::MetricsRequireAuth, "") && stops(Key::MetricsRequireAuth, "true"));
            assert!(!stops(Key::MetricsRequireAuth, "1"));
        }
    }
}
