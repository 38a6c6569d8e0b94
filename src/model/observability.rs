//! Metrics, alerts and dashboards.

use super::Texts;
use super::reader::Reader;
use super::secrets::{SecretReference, decode_reference};

/// Metrics, alerts and dashboards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observability {
    /// Who scrapes.
    pub metrics: Metrics,
    /// Whether `/metrics` asks for a tenant.
    pub metrics_auth: bool,
    /// Whether alerting rules are wanted.
    pub alerts: bool,
    /// Whether a dashboard is wanted.
    pub dashboards: bool,
}

impl Observability {
    /// The Prometheus that scrapes, if one does.
    pub fn scraper(&self) -> Option<&Scraper> {
        match &self.metrics {
            Metrics::Off => None,
            Metrics::PrometheusOperator(scraper) => Some(scraper),
        }
    }
}

/// Who scrapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Metrics {
    /// Nobody.
    #[default]
    Off,
    /// Prometheus, by its operator.
    PrometheusOperator(Scraper),
}

/// Prometheus, as its operator runs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scraper {
    /// The time between two scrapes, as Prometheus writes it.
    pub interval: String,
    /// The token that it brings (fact 4).
    pub token: SecretReference,
    /// The namespace that it runs in.
    pub namespace: String,
    /// Labels by which it selects monitors and rules.
    pub labels: Texts,
}

pub(super) fn decode_observability(observability: Reader<'_>) -> Observability {
    Observability {
        metrics: decode_metrics(observability.get("metrics")),
        metrics_auth: observability.get("metrics_auth").boolean().unwrap_or(true),
        alerts: observability.get("alerts").boolean().unwrap_or(false),
        dashboards: observability.get("dashboards").boolean().unwrap_or(false),
    }
}

pub(super) fn decode_metrics(metrics: Reader<'_>) -> Metrics {
    let Some(metrics) = metrics.tagged("PrometheusOperator") else { return Metrics::Off };
    Metrics::PrometheusOperator(Scraper {
        interval: metrics.get("interval").text(),
        token: decode_reference(metrics.get("scrape_token")),
        namespace: metrics.get("namespace").text(),
        labels: metrics.get("labels").texts(),
    })
}
