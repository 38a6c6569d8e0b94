//! ServiceMonitors: how Prometheus scrapes the services.
//!
//! One a service, because federation may answer by TLS alone. A scraper needs a token (fact 4).

use super::custom_resource::CustomResource;
use super::metadata;
use super::service::PORT_NAME;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Mtls, Scraper};
use k8s_openapi::api::core::v1::SecretKeySelector;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Serialize;

/// The specification of a ServiceMonitor.
#[derive(Serialize)]
pub(super) struct Spec {
    endpoints: [Endpoint; 1],
    selector: LabelSelector,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    authorization: Authorization,
    interval: String,
    path: &'static str,
    port: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    scrape_timeout: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_config: Option<TlsConfig>,
}

#[derive(Serialize)]
struct Authorization {
    credentials: SecretKeySelector,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsConfig {
    ca: SecretOrConfigMap,
    cert: SecretOrConfigMap,
    key_secret: SecretKeySelector,
    server_name: String,
}

#[derive(Serialize)]
struct SecretOrConfigMap {
    secret: SecretKeySelector,
}

/// How long a scrape may take, in seconds: what Prometheus does by default.
const TIMEOUT: u32 = 10;

/// One monitor for each service; none where nobody scrapes.
pub(super) fn monitors(environment: &Environment) -> Vec<CustomResource<Spec>> {
    let scraper = environment.observability.scraper();
    scraper
        .map(|scraper| ServiceName::ALL.map(|service| monitor(environment, scraper, service)).into())
        .unwrap_or_default()
}

/// It stands beside the Secrets that it names: the operator looks for them in its own namespace only.
fn monitor(environment: &Environment, scraper: &Scraper, service: ServiceName) -> CustomResource<Spec> {
    let mut metadata = metadata::of_service(environment, service, service.object_name());
    metadata.labels.get_or_insert_default().extend(scraper.labels.clone());
    let spec = Spec { endpoints: [endpoint(environment, scraper, service)], selector: metadata::selector(service) };
    CustomResource::new("monitoring.coreos.com/v1", "ServiceMonitor", metadata, spec)
}

fn endpoint(environment: &Environment, scraper: &Scraper, service: ServiceName) -> Endpoint {
    let mtls = match service {
        ServiceName::Federation => environment.federation.mtls.as_ref(),
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => None,
    };
    Endpoint {
        authorization: Authorization {
            credentials: key_of(&scraper.token.secret, &scraper.token.key),
            r#type: "Bearer",
        },
        interval: scraper.interval.clone(),
        path: "/metrics",
        port: PORT_NAME,
        scheme: mtls.map(|_| "https"),
        // Prometheus refuses a timeout that is longer than the interval.
        scrape_timeout: format!("{}s", seconds(&scraper.interval).min(TIMEOUT)),
        tls_config: mtls.map(|mtls| tls(environment, mtls)),
    }
}

fn key_of(secret: &str, key: &str) -> SecretKeySelector {
    SecretKeySelector { name: secret.to_owned(), key: key.to_owned(), optional: None }
}

/// Prometheus shows federation's own certificate, and expects the name of its Service: it calls pods by their address,
/// which no certificate has (fact 19).
fn tls(environment: &Environment, mtls: &Mtls) -> TlsConfig {
    let of_secret = |key: &str| key_of(&mtls.secret, key);
    TlsConfig {
        ca: SecretOrConfigMap { secret: of_secret(&mtls.authority) },
        cert: SecretOrConfigMap { secret: of_secret(&mtls.certificate) },
        key_secret: of_secret(&mtls.private_key),
        server_name: format!("{}.{}.svc", ServiceName::Federation.object_name(), environment.namespace),
    }
}

/// An interval in seconds: the contract takes `30s`, `2m` and `1m30s`.
fn seconds(interval: &str) -> u32 {
    let number = |text: &str| text.trim_end_matches('s').parse().unwrap_or(0);
    match interval.split_once('m') {
        Some((minutes, rest)) => 60 * number(minutes) + number(rest),
        None => number(interval),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn intervals_are_read_as_prometheus_reads_them() {
        for (text, wanted) in [("5s", 5), ("120s", 120), ("1m", 60), ("1m05s", 65), ("1m30s", 90), ("2m", 120)] {
            assert_eq!(seconds(text), wanted, "{text}");
        }
    }
}
