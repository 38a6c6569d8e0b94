//! The PrometheusRule: AgentOS's own alerts, narrowed to one stack, and those on what its deployment depends on.
//!
//! Each alert has a section of the same name in `docs/observability.md`, which its `runbook_url` leads to. Windows are
//! five minutes, in which the longest interval between scrapes still leaves two samples.

use super::custom_resource::CustomResource;
use super::{metadata, series};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Audit, Environment, Texts};
use serde::Serialize;

const RUNBOOK: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/observability.md");

/// The specification of a PrometheusRule.
#[derive(Serialize)]
pub(super) struct Spec {
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    name: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    alert: &'static str,
    annotations: Texts,
    expr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#for: Option<&'static str>,
    labels: Texts,
}

/// Who is told: the words that AgentOS's own alerts use.
#[derive(Clone, Copy)]
enum Severity {
    /// Somebody, at once.
    Page,
    /// Somebody, some time.
    Warn,
}

/// An alert that looks at one expression.
struct Alert {
    name: &'static str,
    severity: Severity,
    /// For how long the expression has to hold.
    wait: Option<&'static str>,
    expression: String,
    summary: &'static str,
    description: &'static str,
}

/// The rules; none where nobody wants alerts.
pub(super) fn prometheus_rule(environment: &Environment) -> Option<CustomResource<Spec>> {
    if !environment.observability.alerts {
        return None;
    }
    let mut metadata = metadata::of_stack(environment, "agentos-alerts");
    let selecting = environment.observability.scraper().map(|scraper| scraper.labels.clone());
    metadata.labels.get_or_insert_default().extend(selecting.unwrap_or_default());
    let groups = [
        ("agentos-availability", availability(environment)),
        ("agentos-requests", requests(environment)),
        ("agentos-storage", storage(environment)),
    ];
    let groups = groups.into_iter().filter(|(_, alerts)| !alerts.is_empty()).map(|(name, alerts)| Group {
        name,
        rules: alerts.into_iter().map(|alert| rule(environment, alert)).collect(),
    });
    let spec = Spec { groups: groups.collect() };
    Some(CustomResource::new("monitoring.coreos.com/v1", "PrometheusRule", metadata, spec))
}

fn rule(environment: &Environment, alert: Alert) -> Rule {
    let texts = |pairs: &[(&str, String)]| -> Texts {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
    };
    let severity = match alert.severity {
        Severity::Page => "page",
        Severity::Warn => "warn",
    };
    Rule {
        alert: alert.name,
        annotations: texts(&[
            ("description", alert.description.to_owned()),
            ("runbook_url", format!("{RUNBOOK}#{}", alert.name.to_lowercase())),
            ("summary", alert.summary.to_owned()),
        ]),
        expr: alert.expression,
        r#for: alert.wait,
        labels: texts(&[("environment", environment.name.clone()), ("severity", severity.to_owned())]),
    }
}

fn availability(environment: &Environment) -> Vec<Alert> {
    let services = series::of_services(environment);
    let absent = ServiceName::ALL.map(|service| format!("absent(up{{{}}})", series::of_service(environment, service)));
    vec![
        Alert {
            name: "AgentOSServiceDown",
            severity: Severity::Page,
            wait: Some("1m"),
            expression: format!("up{{{services}}} == 0"),
            summary: "{{ $labels.job }} does not answer",
            description: "{{ $labels.job }} in {{ $labels.namespace }} has not answered Prometheus for a minute: it is down, \
                          or it refuses the scrape token.",
        },
        Alert {
            name: "AgentOSServiceNotScraped",
            severity: Severity::Page,
            wait: Some("5m"),
            expression: format!("{}\n", absent.join("\nor\n")),
            summary: "{{ $labels.job }} is not scraped",
            description: "Prometheus has known no pod of {{ $labels.job }} in {{ $labels.namespace }} for five minutes. No \
                          other alert on it can fire.",
        },
        Alert {
            name: "AgentOSContainerRestarted",
            severity: Severity::Warn,
            wait: None,
            expression: format!(
                "increase(kube_pod_container_status_restarts_total{{{}}}[15m]) > 0",
                series::of_containers(environment)
            ),
            summary: "{{ $labels.pod }} was restarted",
            description: "The container of {{ $labels.pod }} in {{ $labels.namespace }} was restarted in the last 15 \
                          minutes. Calls under way were cut off, and the stores were read in again.",
        },
    ]
}

fn requests(environment: &Environment) -> Vec<Alert> {
    let services = series::of_services(environment);
    let federation = series::of_service(environment, ServiceName::Federation);
    vec![
        Alert {
            name: "AgentOSHighErrorRatio",
            severity: Severity::Page,
            wait: Some("5m"),
            expression: format!(
                "sum by (namespace, job) (rate(agentos_http_requests_total{{{services},code=~\"5..\"}}[5m]))\n/\n\
                 clamp_min(sum by (namespace, job) (rate(agentos_http_requests_total{{{services}}}[5m])), 1)\n> 0.05\n"
            ),
            summary: "{{ $labels.job }} answers with errors",
            description: "{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} in {{ $labels.namespace }} \
                          end in a 5xx status.",
        },
        Alert {
            name: "AgentOSHighLatency",
            severity: Severity::Warn,
            wait: Some("10m"),
            expression: format!(
                "histogram_quantile(\n  0.95,\n  sum by (namespace, job, le) \
                 (rate(agentos_http_request_duration_seconds_bucket{{{services}}}[5m]))\n) > 1\n"
            ),
            summary: "{{ $labels.job }} is slow",
            description: "One request in twenty to {{ $labels.job }} in {{ $labels.namespace }} takes longer than {{ $value \
                          | humanizeDuration }}.",
        },
        Alert {
            name: "AgentOSQuotaDenials",
            severity: Severity::Warn,
            wait: Some("10m"),
            expression: format!("sum by (namespace, job) (rate(agentos_quota_denied_total{{{services}}}[5m])) > 5"),
            summary: "{{ $labels.job }} turns callers away for their quota",
            description: "{{ $labels.job }} in {{ $labels.namespace }} denies {{ $value | humanize }} requests a second for \
                          a quota.",
        },
        Alert {
            name: "AgentOSForwardFailures",
            severity: Severity::Warn,
            wait: Some("5m"),
            expression: format!(
                "sum by (namespace, job) (rate(agentos_federation_forward_failures_total{{{federation}}}[5m])) > 0"
            ),
            summary: "Forwards to peers fail",
            description: "{{ $labels.job }} in {{ $labels.namespace }} has failed to forward runs for five minutes.",
        },
    ]
}

/// Only for volumes that there are: data that dies with the pod has none to fill.
fn storage(environment: &Environment) -> Vec<Alert> {
    let Some(claims) = series::of_claims(environment) else { return Vec::new() };
    let free_below = |share: &str| {
        format!(
            "kubelet_volume_stats_available_bytes{{{claims}}}\n/\nkubelet_volume_stats_capacity_bytes{{{claims}}}\n< {share}\n"
        )
    };
    let mut alerts = vec![Alert {
        name: "AgentOSVolumeFilling",
        severity: Severity::Warn,
        wait: Some("15m"),
        expression: free_below("0.15"),
        summary: "{{ $labels.persistentvolumeclaim }} is filling up",
        description: "{{ $value | humanizePercentage }} of the volume of {{ $labels.persistentvolumeclaim }} in {{ \
                      $labels.namespace }} is free.",
    }];
    match environment.audit {
        Audit::File => alerts.push(Alert {
            name: "AgentOSAuditVolumeNearlyFull",
            severity: Severity::Page,
            wait: Some("5m"),
            expression: free_below("0.05"),
            summary: "The audit log on {{ $labels.persistentvolumeclaim }} is about to stop",
            description: "{{ $value | humanizePercentage }} of the volume of {{ $labels.persistentvolumeclaim }} in {{ \
                          $labels.namespace }} is free. Once it is full, audit records are lost without an error.",
        }),
        Audit::Stdout | Audit::Stderr => {}
    }
    alerts
}
