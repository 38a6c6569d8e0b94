//! The plain environment variables of a container: the release's table, filled in from the environment.

use super::{federation, secret, storage};
use crate::model::{Audit, Environment, ServiceName, SettingValue};
use crate::settings::{self, Key, Kind, Setting};
use k8s_openapi::api::core::v1::EnvVar;

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
        Key::ServerCertificate | Key::ClientCertificate => {
            federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.certificate))
        }
        Key::ServerKey | Key::ClientKey => federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.private_key)),
        Key::Authority => federation.mtls.as_ref().map(|mtls| federation::tls_path(&mtls.authority)),
        Key::JwtPublicKey => federation.jwt.as_ref().map(|jwt| federation::jwt_path(&jwt.key)),
        Key::AllowDevHeaders | Key::GoMaxProcs | Key::GoMemLimit => {
            own.env.get(setting.name).and_then(|value| spelt(setting.kind, value))
        }
        Key::ServiceToken | Key::FederationSharedSecret | Key::SigningKey => None,
    }
}

fn spelt(kind: Kind, value: &SettingValue) -> Option<String> {
    match value {
        SettingValue::Flag(on) => flag(kind, *on),
        SettingValue::Integer(number) => Some(number.to_string()),
        SettingValue::Text(text) => Some(text.clone()),
    }
}

/// The word that turns a switch on; a switch that is off is not set at all, because any other word leaves it off and
/// invites a misreading.
fn flag(kind: Kind, on: bool) -> Option<String> {
    match kind {
        Kind::Flag { on: word } if on => Some(word.to_owned()),
        Kind::Flag { .. }
        | Kind::Text
        | Kind::OneOf(_)
        | Kind::Integer { .. }
        | Kind::Path
        | Kind::Memory
        | Kind::Sink => None,
    }
}
