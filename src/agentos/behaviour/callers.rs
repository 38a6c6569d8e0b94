//! Whose requests are answered (facts 3, 4, 19, 20).

use crate::agentos::settings::{Keyless, Release};

/// What federation can tell callers apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// A key that tokens are verified with.
    pub key: bool,
    /// Client certificates that are asked for and verified.
    pub certificates: bool,
    /// Whether it is told to verify no tokens.
    pub disabled: bool,
}

/// Whose requests federation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// Of callers that are verified.
    Verified,
    /// Of everybody, for any tenant.
    Everybody,
    /// Of nobody: every request is answered 503.
    Nobody,
}

/// What it comes to where federation answers everybody.
pub const EVERYBODY: &str = "whoever reaches the service can forward runs for any tenant";

/// Whose requests the federation of a release answers. A certificate says which stack calls, and a token for which tenant:
/// with tokens switched off any stack forwards for any tenant.
pub fn callers(release: &Release, given: Given) -> Callers {
    match release.keyless {
        Keyless::BelievesEverybody if given.key || given.certificates => Callers::Verified,
        Keyless::BelievesEverybody => Callers::Everybody,
        Keyless::AnswersNobody if given.disabled => Callers::Everybody,
        Keyless::AnswersNobody if given.key => Callers::Verified,
        Keyless::AnswersNobody => Callers::Nobody,
    }
}

/// Who reads `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// Everybody.
    Open,
    /// Everybody, although it is guarded: every request has the default tenant (fact 4).
    OpenToDefaultTenant,
    /// Callers that name a tenant; others are answered 401.
    Guarded,
}

/// Who reads `/metrics` of a service, by whether that is guarded and whether there is a default tenant.
pub fn metrics(guarded: bool, default_tenant: bool) -> Metrics {
    match (guarded, default_tenant) {
        (false, _) => Metrics::Open,
        (true, true) => Metrics::OpenToDefaultTenant,
        (true, false) => Metrics::Guarded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agentos::settings::release;
    use crate::agentos::vocabulary::Runtime;

    #[test]
    fn federation_without_a_key_is_open_or_closed_by_release() {
        let (nothing, key) = (Given::default(), Given { key: true, ..Given::default() });
        let certificates = Given { certificates: true, ..Given::default() };
        let callers = |runtime, given| callers(release(runtime), given);
        assert_eq!(callers(Runtime::V1_02, nothing), Callers::Everybody);
        assert_eq!(callers(Runtime::V1_02, certificates), Callers::Verified);
        assert_eq!(callers(Runtime::V1_07, nothing), Callers::Nobody);
        assert_eq!(callers(Runtime::V1_07, certificates), Callers::Nobody);
        assert_eq!(callers(Runtime::V1_07, Given { disabled: true, ..key }), Callers::Everybody);
        assert!(Runtime::ALL.iter().all(|runtime| callers(*runtime, key) == Callers::Verified));
    }
}
