//! Settings of the runtime that guard something, read as the release of the pods reads them.

use crate::agentos::behaviour::{Callers, Given, callers, profile};
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::{Profile, Runtime, ServiceName};
use crate::diff::classes::Pair;
use crate::diff::classes::pods;
use crate::diff::words;
use crate::objects::view::pod::Pod;

/// A setting, whether a value of it guards under a release, and what is open where it does not.
struct Guard {
    key: Key,
    guards: fn(Option<Runtime>, &str) -> bool,
    open: &'static str,
}

/// In the order of their names. Where the release is not known, what guards has to do so under every one.
const GUARDS: &[Guard] = &[
    Guard {
        key: Key::AllowDevHeaders,
        guards: |release, value| !settings::is_surely_on(release, Key::AllowDevHeaders, value),
        open: "development headers are allowed, which the guard of production refuses",
    },
    Guard {
        key: Key::DefaultTenant,
        guards: |_, value| value.trim().is_empty(),
        open: "requests without a tenant are given one, and `/metrics` answers everybody",
    },
    Guard {
        key: Key::FederationAuthDisabled,
        guards: |release, value| !settings::is_surely_on(release, Key::FederationAuthDisabled, value),
        open: "federation takes forwards without a token",
    },
    Guard {
        key: Key::JwtPublicKey,
        guards: |release, value| !answers_everybody(release, !value.is_empty()),
        open: "federation does not verify callers' tokens",
    },
    Guard {
        key: Key::RequireMtls,
        guards: |release, value| settings::is_surely_on(release, Key::RequireMtls, value),
        open: "federation does not ask for client certificates",
    },
    Guard {
        key: Key::MetricsRequireAuth,
        guards: |release, value| settings::is_surely_on(release, Key::MetricsRequireAuth, value),
        open: "`/metrics` is open",
    },
    Guard { key: Key::OidcIssuerUrl, guards: |_, value| !value.is_empty(), open: "no token of an issuer is asked for" },
    Guard {
        key: Key::Profile,
        guards: |_, value| profile(value) == Profile::Prod,
        open: "the guards of production are off",
    },
    Guard {
        key: Key::TlsCertificate,
        guards: |_, value| !value.is_empty(),
        open: "calls, and the tokens in them, are not encrypted",
    },
];

/// Whether federation answers everybody, by whether it has a key for tokens.
fn answers_everybody(release: Option<Runtime>, key: bool) -> bool {
    let answered = |release| callers(settings::release(release), Given { key, ..Given::default() });
    let mut releases = Runtime::ALL.into_iter().filter(|known| release.is_none_or(|release| release == *known));
    releases.any(|release| answered(release) == Callers::Everybody)
}

impl Guard {
    fn name(&self) -> &'static str {
        settings::shared_name(self.key).unwrap_or("")
    }

    /// Whether the service in some pods reads it, as far as they say which that is.
    fn concerns(&self, pods: &Pod<'_>) -> bool {
        let word = settings::candidates(None, Key::Service).find_map(|setting| pods.setting(setting.name));
        let service = ServiceName::ALL.into_iter().find(|service| Some(service.as_str()) == word);
        service.is_none_or(|service| settings::candidates(None, self.key).any(|setting| setting.is_read_by(service)))
    }

    /// Whether it guards some pods.
    fn is_on(&self, pods: &Pod<'_>) -> bool {
        (self.guards)(pods.release(), pods.setting(self.name()).unwrap_or(""))
    }
}

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let Some((old, new)) = &pods::both(pair) else { return Vec::new() };
    let service = words::quoted(pods::service(pair));
    let lost = GUARDS.iter().filter(|guard| guard.concerns(new) && guard.is_on(old) && !guard.is_on(new));
    lost.map(|guard| {
        let name = guard.name();
        let value = new.setting(name).map_or("unset".to_owned(), words::quoted);
        format!("{service}: {}, because {name} is {value}", guard.open)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_ordered() {
        assert!(GUARDS.windows(2).all(|pair| pair[0].name() < pair[1].name()));
    }

    #[test]
    fn a_guard_is_read_as_its_release_reads_it() {
        let on = |key, release, value| {
            let guard = GUARDS.iter().find(|guard| guard.key == key).unwrap();
            (guard.guards)(release, value)
        };
        let (old, new) = (Some(Runtime::V1_02), Some(Runtime::V1_07));
        for (value, guards) in [("1", [true; 3]), ("", [false, true, false]), ("true", [false, true, false])] {
            assert_eq!(
                [old, new, None].map(|release| on(Key::MetricsRequireAuth, release, value)),
                guards,
                "{value:?}"
            );
        }
        assert_eq!([old, new, None].map(|release| on(Key::MetricsRequireAuth, release, "0")), [false; 3]);
        assert_eq!([old, new, None].map(|release| on(Key::RequireMtls, release, " TRUE")), [true; 3]);
        assert_eq!([old, new, None].map(|release| on(Key::JwtPublicKey, release, "")), [false, true, false]);
        assert_eq!([old, new, None].map(|r| on(Key::FederationAuthDisabled, r, "1 ")), [true, false, false]);
        assert_eq!([old, new, None].map(|release| on(Key::AllowDevHeaders, release, " 1")), [false; 3]);
    }
}
