//! ServiceMonitors: how Prometheus scrapes the services.
//!
//! One a service, because federation may answer by TLS alone. A scraper needs a token (fact 4).

use super::metadata;
use super::service::PORT_NAME;
use crate::model::{Environment, Mtls, Scraper, ServiceName};
use kcr_monitoring_coreos_com::v1::servicemonitors::{
    ServiceMonitor, ServiceMonitorEndpoints, ServiceMonitorEndpointsAuthorization,
    ServiceMonitorEndpointsAuthorizationCredentials, ServiceMonitorEndpointsScheme, ServiceMonitorEndpointsTlsConfig,
    ServiceMonitorEndpointsTlsConfigCa, ServiceMonitorEndpointsTlsConfigCaSecret, ServiceMonitorEndpointsTlsConfigCert,
    ServiceMonitorEndpointsTlsConfigCertSecret, ServiceMonitorEndpointsTlsConfigKeySecret, ServiceMonitorSelector,
    ServiceMonitorSpec,
};

/// How long a scrape may take, in seconds: what Prometheus does by default.
const TIMEOUT: u32 = 10;

/// One monitor for each service; none where nobody scrapes.
pub(super) fn monitors(environment: &Environment) -> Vec<ServiceMonitor> {
    let scraper = environment.observability.scraper();
    scraper
        .map(|scraper| ServiceName::ALL.map(|service| monitor(environment, scraper, service)).into())
        .unwrap_or_default()
}

/// It stands beside the Secrets that it names: the operator looks for them in its own namespace only.
fn monitor(environment: &Environment, scraper: &Scraper, service: ServiceName) -> ServiceMonitor {
    let mut metadata = metadata::of_service(environment, service, service.object_name());
    metadata.labels.get_or_insert_default().extend(scraper.labels.clone());
    ServiceMonitor {
        metadata,
        spec: ServiceMonitorSpec {
            selector: ServiceMonitorSelector {
                match_labels: Some(metadata::selecting_labels(service)),
                match_expressions: None,
            },
            endpoints: vec![endpoint(environment, scraper, service)],
            ..ServiceMonitorSpec::default()
        },
        status: None,
    }
}

fn endpoint(environment: &Environment, scraper: &Scraper, service: ServiceName) -> ServiceMonitorEndpoints {
    let credentials = ServiceMonitorEndpointsAuthorizationCredentials {
        name: Some(scraper.token.secret.clone()),
        key: scraper.token.key.clone(),
        optional: None,
    };
    let mtls = match service {
        ServiceName::Federation => environment.federation.mtls.as_ref(),
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => None,
    };
    ServiceMonitorEndpoints {
        port: Some(PORT_NAME.to_owned()),
        path: Some("/metrics".to_owned()),
        interval: Some(scraper.interval.clone()),
        // Prometheus refuses a timeout that is longer than the interval.
        scrape_timeout: Some(format!("{}s", seconds(&scraper.interval).min(TIMEOUT))),
        scheme: mtls.map(|_| ServiceMonitorEndpointsScheme::Https),
        tls_config: mtls.map(|mtls| tls(environment, mtls)),
        authorization: Some(ServiceMonitorEndpointsAuthorization {
            r#type: Some("Bearer".to_owned()),
            credentials: Some(credentials),
        }),
        ..ServiceMonitorEndpoints::default()
    }
}

/// Prometheus shows federation's own certificate, and expects the name of its Service: it calls pods by their address,
/// which no certificate has (fact 19).
fn tls(environment: &Environment, mtls: &Mtls) -> ServiceMonitorEndpointsTlsConfig {
    let secret = Some(mtls.secret.clone());
    ServiceMonitorEndpointsTlsConfig {
        ca: Some(ServiceMonitorEndpointsTlsConfigCa {
            secret: Some(ServiceMonitorEndpointsTlsConfigCaSecret {
                name: secret.clone(),
                key: mtls.authority.clone(),
                optional: None,
            }),
            config_map: None,
        }),
        cert: Some(ServiceMonitorEndpointsTlsConfigCert {
            secret: Some(ServiceMonitorEndpointsTlsConfigCertSecret {
                name: secret.clone(),
                key: mtls.certificate.clone(),
                optional: None,
            }),
            config_map: None,
        }),
        key_secret: Some(ServiceMonitorEndpointsTlsConfigKeySecret {
            name: secret,
            key: mtls.private_key.clone(),
            optional: None,
        }),
        server_name: Some(format!("{}.{}.svc", ServiceName::Federation.object_name(), environment.namespace)),
        ..ServiceMonitorEndpointsTlsConfig::default()
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
