//! The plain environment variables of a container: the release's table, filled in from the environment.

use super::{federation, secret, storage, tls};
use crate::agentos::settings::{self, Key, Kind, Setting};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Audit, Environment, SettingValue};
use k8s_openapi::api::core::v1::EnvVar;

/// What the runtime calls the model of its stub.
const STUB_MODEL: &str = "local-stub-llm";

/// Every variable of a service's container, in the order of the table; secrets last.
pub(super) fn variables(environment: &Environment, service: ServiceName) -> Vec<EnvVar> {
    let plain = settings::read_by(environment.runtime, service).filter_map(|setting| {
        let value = value_of(environment, service, setting)?;
        Some(EnvVar { name: setting.name.to_owned(), value: Some(value), value_from: None })
    });
    plain.chain(secret::variables(environment, service)).collect()
}

/// The value of a setting, as the runtime spells it; none where it is not to be set.
fn value_of(environment: &Environment, service: ServiceName, setting: &Setting) -> Option<String> {
    let own = environment.services.get(service);
    let federation = &environment.federation;
    let folder = storage::folder(service);
    let (database, oidc) = (environment.database.as_ref(), environment.authentication.as_ref());
    let model = environment.services.model_policy.model.as_ref();
    match setting.key {
        Key::Service => Some(service.as_str().to_owned()),
        Key::Profile => environment.profile.map(|profile| profile.as_str().to_owned()),
        Key::DefaultTenant => environment.tenancy.default.clone(),
        Key::MetricsRequireAuth => flag(setting.kind, environment.observability.metrics_auth),
        Key::AuditSink => Some(match environment.audit {
            Audit::File => format!("file:{}", storage::audit_log(service)),
            Audit::Stdout => "stdout".to_owned(),
            Audit::Stderr => "stderr".to_owned(),
        }),
        Key::RunStoreFile => Some(format!("{folder}/runs.json")),
        Key::AgentStoreDir => Some(format!("{folder}/agents")),
        Key::MemoryStoreDir => Some(format!("{folder}/memory")),
        Key::KvStoreDir => Some(format!("{folder}/kv")),
        Key::StorageBackend => Some(if database.is_some() { "postgres" } else { "file" }.to_owned()),
        Key::DatabaseHost => database.map(|database| database.host.clone()),
        Key::DatabasePort => database.map(|database| database.port.to_string()),
        Key::DatabaseName => database.map(|database| database.name.clone()),
        Key::DatabaseUser => database.map(|database| database.user.clone()),
        Key::DatabaseSslMode => database.map(|database| database.ssl_mode.as_str().to_owned()),
        Key::DatabasePoolSize => database.map(|database| database.pool_size.to_string()),
        Key::OidcIssuerUrl => oidc.map(|oidc| oidc.issuer_url.clone()),
        Key::OidcAudience => oidc.map(|oidc| oidc.audience.clone()),
        Key::OidcTenantClaim => oidc.map(|oidc| oidc.tenant_claim.clone()),
        Key::TlsCertificate => own.tls.as_ref().map(|tls| tls::path(&tls.certificate)),
        Key::TlsKey => own.tls.as_ref().map(|tls| tls::path(&tls.private_key)),
        Key::ModelProvider => Some(model.map_or("stub", |model| model.provider.as_str()).to_owned()),
        Key::ModelBaseUrl => model.map(|model| model.url().to_owned()),
        // Without one every run that names no model fails, also those of the stub, which takes any name.
        Key::ModelDefault => Some(model.map_or(STUB_MODEL, |model| &model.default).to_owned()),
        Key::ModelTimeout => model.map(|model| model.timeout.clone()),
        Key::QuotaRunCreateQps => own.quotas.run_create_qps.map(|quota| quota.to_string()),
        Key::QuotaConcurrentRuns => own.quotas.concurrent_runs.map(|quota| quota.to_string()),
        Key::QuotaInvokeQps => own.quotas.invoke_qps.map(|quota| quota.to_string()),
        Key::ForwardIndexFile => Some(format!("{folder}/forward-index.json")),
        Key::PeersFile => Some(federation::peers_path()),
        Key::StackId => Some(federation.stack.clone()),
        Key::EnvironmentName => Some(federation.environment.clone()),
        Key::Region => Some(federation.region.clone()),
        Key::ForwardMaxAttempts => Some(federation.max_attempts.to_string()),
        Key::ForwardBaseBackoff => Some(federation.base_backoff_ms.to_string()),
        Key::RequireMtls => federation.mtls.as_ref().and_then(|_| flag(setting.kind, true)),
        Key::ServerCertificate => federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.certificate)),
        Key::ServerKey => federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.private_key)),
        // With the pair set, forwards trust the private authority alone (fact 19).
        Key::ClientCertificate | Key::ClientKey => None,
        Key::Authority => federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.authority)),
        Key::JwtPublicKey => federation.jwt.as_ref().map(|jwt| federation::jwt_path(&jwt.key)),
        // A release that answers nobody without a key: production must have one (F010), elsewhere it goes without.
        Key::FederationAuthDisabled => {
            (federation.jwt.is_none() && !environment.is_prod()).then(|| flag(setting.kind, true)).flatten()
        }
        Key::AllowDevHeaders
        | Key::GoDebug
        | Key::GoGc
        | Key::GoMaxProcs
        | Key::GoMemLimit
        | Key::GoTraceback
        | Key::TimeZone
        | Key::ShutdownTimeout
        | Key::LogFormat
        | Key::RetentionRunsDays
        | Key::RetentionEventsDays
        | Key::RetentionAuditDays
        | Key::RetentionUsageDays => own.env.get(setting.name).and_then(|value| spelt(setting.kind, value)),
        Key::ServiceToken
        | Key::FederationSharedSecret
        | Key::SigningKey
        | Key::DatabasePassword
        | Key::ModelApiKey => None,
    }
}

/// For how long a service finishes requests when it is told to end, in seconds; none where its release ends at once.
pub(super) fn drain_seconds(environment: &Environment, service: ServiceName) -> Option<i64> {
    let setting = settings::get(environment.runtime, Key::ShutdownTimeout)?;
    let set = value_of(environment, service, setting);
    Some(seconds(set.as_deref().unwrap_or(setting.default)))
}

/// A length of time as [`Kind::Duration`] has it.
fn seconds(text: &str) -> i64 {
    let number = |text: &str| text.parse().unwrap_or(0);
    match text.strip_suffix('m') {
        Some(minutes) => number(minutes) * 60,
        None => number(text.trim_end_matches('s')),
    }
}

fn spelt(kind: Kind, value: &SettingValue) -> Option<String> {
    match value {
        SettingValue::Flag(on) => flag(kind, *on),
        SettingValue::Integer(number) => Some(number.to_string()),
        SettingValue::Text(text) => Some(text.clone()),
    }
}

/// The word for a switch. One that is off by itself is not set at all when it is off, because any word but one leaves it
/// off and invites a misreading; one that is on by itself is always set.
fn flag(kind: Kind, on: bool) -> Option<String> {
    match kind {
        Kind::Flag { on: word, comparison: _ } => on.then(|| word.to_owned()),
        Kind::Guard { off } => Some(if on { "1" } else { off }.to_owned()),
        Kind::Text
        | Kind::OneOf(_)
        | Kind::Integer { .. }
        | Kind::Days { .. }
        | Kind::Path
        | Kind::Duration
        | Kind::Memory
        | Kind::Switches
        | Kind::TimeZone
        | Kind::Sink => None,
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn lengths_of_time_are_counted_in_seconds() {
        assert_eq!(["30s", "1s", "2m", "9999m"].map(seconds), [30, 1, 120, 599_940]);
    }
}
