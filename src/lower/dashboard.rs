//! The Grafana dashboard, as a ConfigMap that Grafana's sidecar loads.

use super::{metadata, series};
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;
use crate::objects::annotations::unsubstituted;
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::{Value as Json, json};

/// The label by which the sidecar knows dashboards.
const SIDECAR_LABEL: &str = "grafana_dashboard";

/// The version of the dashboard's format: Grafana 10.3, which newer ones read too.
const SCHEMA_VERSION: u32 = 39;

/// Grafana's grid is this many units wide.
const GRID_WIDTH: usize = 24;

/// Two graphs stand side by side.
const GRAPH_WIDTH: usize = GRID_WIDTH / 2;
const GRAPH_HEIGHT: usize = 8;
const STATE_HEIGHT: usize = 4;

/// What one panel shows.
struct Graph {
    title: &'static str,
    description: &'static str,
    unit: &'static str,
    expression: String,
    legend: &'static str,
}

/// The ConfigMap with the dashboard; none where nobody wants it.
pub(super) fn config_map(environment: &Environment) -> Option<ConfigMap> {
    if !environment.observability.dashboards {
        return None;
    }
    let uid = uid(environment);
    let mut metadata = metadata::of_stack(environment, "agentos-dashboard");
    metadata.labels.get_or_insert_default().insert(SIDECAR_LABEL.to_owned(), "1".to_owned());
    // Grafana's variables are written as Flux's.
    metadata.annotations.get_or_insert_default().extend([unsubstituted()]);
    // Strings and numbers always become JSON.
    let text = serde_json::to_string_pretty(&dashboard(environment, &uid)).unwrap_or_default() + "\n";
    // The sidecar puts all dashboards into one folder, by these names.
    Some(ConfigMap { metadata, data: Some([(format!("{uid}.json"), text)].into()), ..ConfigMap::default() })
}

/// By this Grafana knows the dashboard, and links lead to it: at most 40 letters, the same in every build.
fn uid(environment: &Environment) -> String {
    let identity = format!("{}/{}", environment.federation.stack, environment.namespace);
    let digest = blake3::hash(identity.as_bytes()).to_hex();
    format!("agentos-{}", digest.chars().take(16).collect::<String>())
}

fn dashboard(environment: &Environment, uid: &str) -> Json {
    let graphs = graphs(environment).into_iter().enumerate();
    let panels: Vec<Json> =
        std::iter::once(state(environment)).chain(graphs.map(|(index, one)| graph(environment, index, &one))).collect();
    let mut dashboard = json!({
        "id": null,
        "uid": uid,
        "title": format!("AgentOS / {}", environment.name),
        "description": format!("The stack {} in the namespace {}.", environment.federation.stack, environment.namespace),
        "tags": ["agentos"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": false,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": { "from": "now-6h", "to": "now" },
        "timezone": "",
        "annotations": { "list": [] },
        "links": [],
        "templating": { "list": [{
            "name": "datasource",
            "label": "Data source",
            "type": "datasource",
            "query": "prometheus",
            "refresh": 1,
            "hide": 0,
            "multi": false,
            "includeAll": false,
            "regex": "",
            "options": [],
            "current": {},
        }] },
    });
    // `json!` copies what it is given, and this is most of it.
    if let Some(fields) = dashboard.as_object_mut() {
        fields.insert("panels".to_owned(), Json::Array(panels));
    }
    dashboard
}

fn state(environment: &Environment) -> Json {
    let value = |text: &str, color: &str| json!({ "text": text, "color": color });
    json!({
        "id": 1,
        "type": "stat",
        "title": "Services",
        "description": "Whether each service answers Prometheus.",
        "datasource": datasource(),
        "gridPos": { "x": 0, "y": 0, "w": GRID_WIDTH, "h": STATE_HEIGHT },
        "targets": [target(environment, format!("up{{{}}}", series::of_services(environment)), "{{job}}")],
        "fieldConfig": {
            "defaults": {
                "mappings": [{
                    "type": "value",
                    "options": { "0": value("down", "red"), "1": value("up", "green") },
                }],
                "thresholds": thresholds(&[(None, "red"), (Some(1.0), "green")]),
            },
            "overrides": [],
        },
        "options": {
            "colorMode": "background",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            "textMode": "value_and_name",
        },
    })
}

fn graphs(environment: &Environment) -> Vec<Graph> {
    let services = series::of_services(environment);
    let federation = series::of_service(environment, ServiceName::Federation);
    let containers = series::of_containers(environment);
    let rate =
        |matchers: &str| format!("sum by (job) (rate(agentos_http_requests_total{{{matchers}}}[$__rate_interval]))");
    let (all, failed) = (rate(&services), rate(&format!("{services},code=~\"5..\"")));
    let mut graphs = vec![
        Graph {
            title: "Requests",
            description: "Requests a second, by service and status.",
            unit: "reqps",
            expression: format!(
                "sum by (job, code) (rate(agentos_http_requests_total{{{services}}}[$__rate_interval]))"
            ),
            legend: "{{job}} {{code}}",
        },
        Graph {
            title: "Error ratio",
            description: "The share of requests that end in a 5xx status.",
            unit: "percentunit",
            // A service that has never failed has no series of failures, and its ratio is 0 all the same.
            expression: format!("({failed} or 0 * {all}) / {all}"),
            legend: "{{job}}",
        },
        Graph {
            title: "Latency, 95th percentile",
            description: "How long all but the slowest twentieth of the requests take.",
            unit: "s",
            expression: format!(
                "histogram_quantile(0.95, sum by (job, le) \
                 (rate(agentos_http_request_duration_seconds_bucket{{{services}}}[$__rate_interval])))"
            ),
            legend: "{{job}}",
        },
        Graph {
            title: "Quota denials",
            description: "Requests a second that are turned away for a quota.",
            unit: "reqps",
            expression: format!(
                "sum by (job, kind) (rate(agentos_quota_denied_total{{{services}}}[$__rate_interval]))"
            ),
            legend: "{{job}} {{kind}}",
        },
        Graph {
            title: "Forward failures",
            description: "Runs a second that could not be forwarded to a peer.",
            unit: "ops",
            expression: format!(
                "sum by (reason) (rate(agentos_federation_forward_failures_total{{{federation}}}[$__rate_interval]))"
            ),
            legend: "{{reason}}",
        },
        Graph {
            title: "Restarts",
            description: "Restarts of the containers in 15 minutes.",
            unit: "none",
            expression: format!("increase(kube_pod_container_status_restarts_total{{{containers}}}[15m])"),
            legend: "{{pod}}",
        },
    ];
    graphs.extend(series::of_claims(environment).map(|claims| Graph {
        title: "Volumes",
        description: "How full the services' volumes are.",
        unit: "percentunit",
        expression: format!(
            "1 - kubelet_volume_stats_available_bytes{{{claims}}} / kubelet_volume_stats_capacity_bytes{{{claims}}}"
        ),
        legend: "{{persistentvolumeclaim}}",
    }));
    graphs
}

fn graph(environment: &Environment, index: usize, graph: &Graph) -> Json {
    let (row, column) = (index / 2, index % 2);
    let place = json!({
        "x": column * GRAPH_WIDTH,
        "y": STATE_HEIGHT + row * GRAPH_HEIGHT,
        "w": GRAPH_WIDTH,
        "h": GRAPH_HEIGHT,
    });
    json!({
        "id": index + 2,
        "type": "timeseries",
        "title": graph.title,
        "description": graph.description,
        "datasource": datasource(),
        "gridPos": place,
        "targets": [target(environment, graph.expression.clone(), graph.legend)],
        "fieldConfig": {
            "defaults": {
                "unit": graph.unit,
                "min": 0,
                "color": { "mode": "palette-classic" },
                "custom": { "drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never" },
                "thresholds": thresholds(&[(None, "green")]),
            },
            "overrides": [],
        },
        "options": {
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
            "tooltip": { "mode": "multi", "sort": "desc" },
        },
    })
}

fn target(environment: &Environment, expression: String, legend: &str) -> Json {
    // Without a minimal step Grafana would look at windows that are shorter than the time between two scrapes.
    let step = environment.observability.scraper().map_or("30s", |scraper| scraper.interval.as_str());
    json!({
        "refId": "A",
        "datasource": datasource(),
        "expr": expression,
        "legendFormat": legend,
        "interval": step,
        "range": true,
    })
}

fn datasource() -> Json {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

fn thresholds(steps: &[(Option<f64>, &str)]) -> Json {
    let steps: Vec<Json> = steps.iter().map(|(value, color)| json!({ "value": value, "color": color })).collect();
    json!({ "mode": "absolute", "steps": steps })
}
