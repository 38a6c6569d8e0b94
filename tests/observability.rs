//! Monitors, alerts and the dashboard: what they ask for is there, and nothing else is asked for.

mod common;

use agentos_cfg::Outcome;
use agentos_cfg::emit::yaml;
use agentos_cfg::objects::object::Object;
use common::{codes_and_lines, compile, compile_shipped, environment, findings, production, root};
use serde_json::Value as Json;

const SCRAPED: &str = "  observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token.secret = \"agentos-scrape\", \
                       labels.release = \"prometheus\" },";
const ALL: &str = "  observability = {\n    metrics = 'PrometheusOperator { scrape_token.secret = \"agentos-scrape\" },\n    \
                   alerts = true,\n    dashboards = true,\n  },";
const KEPT: &str = "  services.model-policy.storage = 'Persistent {},";

fn of_kind<'a>(outcome: &'a Outcome, kind: &'a str) -> impl Iterator<Item = &'a Object> {
    outcome.objects.iter().filter(move |object| object.kind == kind)
}

fn named<'a>(outcome: &'a Outcome, kind: &str, name: &str) -> &'a Object {
    outcome.objects.iter().find(|object| object.kind == kind && object.name == name).unwrap()
}

fn yaml_of<'a>(objects: impl Iterator<Item = &'a Object>) -> String {
    yaml::stream(&objects.cloned().collect::<Vec<_>>()).unwrap()
}

/// Every alert of an outcome.
fn alerts(outcome: &Outcome) -> Vec<Json> {
    // Those of the stack that tenants share: a dedicated tenant's has the same, of its own.
    let own = outcome.environment.as_ref().map(|environment| environment.namespace.clone());
    let rules = of_kind(outcome, "PrometheusRule")
        .filter(|object| object.namespace == own)
        .flat_map(|object| object.body["spec"]["groups"].as_array().unwrap());
    rules.flat_map(|group| group["rules"].as_array().unwrap()).cloned().collect()
}

fn dashboard(outcome: &Outcome) -> Json {
    let data = named(outcome, "ConfigMap", "agentos-dashboard").body["data"].as_object().unwrap();
    assert_eq!(data.len(), 1);
    let (file, text) = data.iter().next().unwrap();
    let dashboard: Json = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(*file, format!("{}.json", dashboard["uid"].as_str().unwrap()));
    dashboard
}

/// Every expression of an outcome, as Prometheus gets it.
fn expressions(outcome: &Outcome) -> Vec<String> {
    let panels = dashboard(outcome)["panels"].as_array().unwrap().clone();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let asked = targets.map(|target| target["expr"].as_str().unwrap().replace("$__rate_interval", "1m"));
    alerts(outcome).iter().map(|alert| alert["expr"].as_str().unwrap().to_owned()).chain(asked).collect()
}

#[test]
fn a_monitor_for_each_service() {
    let (_, outcome) = compile(&environment(SCRAPED));
    insta::assert_snapshot!(yaml_of(of_kind(&outcome, "ServiceMonitor")));
}

#[test]
fn monitors_select_the_services_and_name_their_ports() {
    for more in [environment(SCRAPED), production(SCRAPED)] {
        let (_, outcome) = compile(&more);
        let monitors: Vec<&Object> = of_kind(&outcome, "ServiceMonitor").collect();
        assert_eq!(monitors.len(), 3);
        for monitor in monitors {
            let labels = monitor.body["spec"]["selector"]["matchLabels"].as_object().unwrap();
            let selected: Vec<&Object> = of_kind(&outcome, "Service")
                .filter(|service| {
                    labels.iter().all(|(key, value)| service.body["metadata"]["labels"].get(key) == Some(value))
                })
                .collect();
            assert_eq!(selected.len(), 1);
            // The job of a series is the name of the Service, and alerts ask for it.
            assert_eq!((&selected[0].name, &selected[0].namespace), (&monitor.name, &monitor.namespace));
            let endpoint = &monitor.body["spec"]["endpoints"][0];
            assert_eq!(endpoint["port"], selected[0].body["spec"]["ports"][0]["name"]);
        }
    }
}

#[test]
fn federation_with_mutual_tls_is_scraped_by_tls_with_its_certificate() {
    let mtls = format!("{SCRAPED}\n  federation.mtls = 'Required {{ secret = \"agentos-federation-tls\" }},");
    let (_, outcome) = compile(&environment(&mtls));
    for name in ["agentos-agent-orchestrator", "agentos-model-policy"] {
        let endpoint = &named(&outcome, "ServiceMonitor", name).body["spec"]["endpoints"][0];
        assert!(endpoint.get("scheme").is_none() && endpoint.get("tlsConfig").is_none());
    }
    let federation = named(&outcome, "ServiceMonitor", "agentos-federation");
    insta::assert_snapshot!(yaml::document(&federation.body["spec"]["endpoints"]).unwrap());
}

#[test]
fn a_scrape_never_takes_longer_than_the_interval() {
    for (interval, timeout) in [("3s", "3s"), ("10s", "10s"), ("1m30s", "10s"), ("2m", "10s")] {
        let (_, outcome) = compile(&environment(&SCRAPED.replace("15s", interval)));
        let endpoint = &named(&outcome, "ServiceMonitor", "agentos-federation").body["spec"]["endpoints"][0];
        assert_eq!((&endpoint["interval"], &endpoint["scrapeTimeout"]), (&interval.into(), &timeout.into()));
    }
    for interval in ["0s", "121s", "3m", "5m", "1h", "500ms", "1m60s", "1s1m", "30"] {
        let (compiler, outcome) = compile(&environment(&SCRAPED.replace("15s", interval)));
        assert_eq!(codes_and_lines(&compiler, &outcome), [("C006".to_owned(), 7)], "{interval}");
    }
}

#[test]
fn the_token_is_named_and_never_made() {
    let (_, outcome) = compile(&production(ALL));
    assert_eq!(of_kind(&outcome, "Secret").count(), 0);
    let environment = outcome.environment.unwrap();
    let external = agentos_cfg::lower::lower(&environment).external;
    let token = external.iter().find(|secret| secret.name == "agentos-scrape").unwrap();
    assert_eq!((token.kind, token.keys.as_slice()), ("Secret", &["token".to_owned()][..]));
    assert_eq!(token.namespace, environment.namespace);
}

#[test]
fn nothing_is_made_that_nobody_asked_for() {
    let (_, outcome) = compile(&environment(""));
    assert_eq!(of_kind(&outcome, "ServiceMonitor").count() + of_kind(&outcome, "PrometheusRule").count(), 0);
    assert!(!outcome.objects.iter().any(|object| object.name == "agentos-dashboard"));
}

#[test]
fn the_alerts_of_production() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    insta::assert_snapshot!(yaml_of(of_kind(&outcome, "PrometheusRule")));
}

#[test]
fn alerts_on_volumes_are_for_volumes_that_there_are() {
    let claims = |more: &str| -> Vec<String> {
        let (_, outcome) = compile(&environment(&format!("{ALL}\n{more}")));
        let all = alerts(&outcome).into_iter().filter(|alert| alert["expr"].as_str().unwrap().contains("kubelet_"));
        all.map(|alert| alert["alert"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(claims(""), [""; 0]);
    assert_eq!(claims(KEPT), ["AgentOSVolumeFilling", "AgentOSAuditVolumeNearlyFull"]);
    assert_eq!(claims(&format!("{KEPT}\n  audit = 'Stdout,")), ["AgentOSVolumeFilling"]);
    let (_, outcome) = compile(&environment(&format!("{ALL}\n{KEPT}")));
    let asked = expressions(&outcome).join("\n");
    assert!(asked.contains("persistentvolumeclaim=~\"agentos-model-policy-data\""));
    assert!(!asked.contains("agentos-federation-data"));
}

#[test]
fn every_alert_says_what_to_do() {
    let page = std::fs::read_to_string(root().join("docs/observability.md")).unwrap();
    let (_, outcome) = compile_shipped("environments/prod/us.ncl");
    let alerts = alerts(&outcome);
    assert_eq!(alerts.len(), 9);
    for alert in &alerts {
        let name = alert["alert"].as_str().unwrap();
        let (document, section) = alert["annotations"]["runbook_url"].as_str().unwrap().split_once('#').unwrap();
        assert!(document.ends_with("/docs/observability.md") && section == name.to_lowercase());
        assert!(page.contains(&format!("\n## {name}\n")), "{name} has no section in the runbook");
        assert!(["page", "warn"].contains(&alert["labels"]["severity"].as_str().unwrap()));
        assert_eq!(alert["labels"]["environment"], "prod-us");
        for text in ["summary", "description"] {
            assert!(!alert["annotations"][text].as_str().unwrap().is_empty());
        }
    }
    let sections = page.split_once("# Runbook").unwrap().1.matches("\n## ").count();
    assert_eq!(sections, alerts.len(), "the runbook is about alerts that there are");
}

#[test]
fn expressions_ask_for_this_stack_and_for_series_that_exist() {
    let known = [
        "up",
        "agentos_http_requests_total",
        "agentos_http_request_duration_seconds_bucket",
        "agentos_quota_denied_total",
        "agentos_federation_forward_failures_total",
        "kube_pod_container_status_restarts_total",
        "kubelet_volume_stats_available_bytes",
        "kubelet_volume_stats_capacity_bytes",
    ];
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let mut seen = std::collections::BTreeSet::new();
    for expression in expressions(&outcome) {
        assert!(is_balanced(&expression), "{expression}");
        for (before, rest) in expression.match_indices('{').map(|(at, _)| expression.split_at(at)) {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let metric = before.rsplit(|c| !word(c)).next().unwrap();
            seen.insert(
                known.iter().find(|known| **known == metric).unwrap_or_else(|| panic!("{metric}: {expression}")),
            );
            assert!(rest.starts_with("{namespace=\"agentos-prod\","), "{expression}");
            // A counter means something by its rate alone.
            let rated =
                ["rate(", "increase("].iter().any(|function| before.strip_suffix(metric).unwrap().ends_with(function));
            let counts = metric.ends_with("_total") || metric.ends_with("_bucket");
            assert_eq!(rated, counts, "{expression}");
        }
    }
    assert_eq!(seen.len(), known.len());
}

fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' | '[' => open.push(c),
            ')' | '}' | ']' => {
                let wanted = if c == ')' {
                    '('
                } else if c == '}' {
                    '{'
                } else {
                    '['
                };
                if open.pop() != Some(wanted) {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty() && !quoted
}

#[test]
fn the_dashboard_of_production() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let dashboard = dashboard(&outcome);
    insta::assert_snapshot!(format!("{dashboard:#}"));
    assert_eq!(named(&outcome, "ConfigMap", "agentos-dashboard").body["metadata"]["labels"]["grafana_dashboard"], "1");
}

#[test]
fn panels_have_their_own_places_and_ask_the_chosen_source() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let dashboard = dashboard(&outcome);
    let panels = dashboard["panels"].as_array().unwrap();
    let mut taken = std::collections::BTreeSet::new();
    let mut ids = std::collections::BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()));
        assert_eq!(panel["datasource"]["uid"], "${datasource}");
        assert_eq!(panel["targets"][0]["datasource"]["uid"], "${datasource}");
        assert_eq!(panel["targets"][0]["interval"], "30s");
        let number = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(number("x") + number("w") <= 24);
        for x in number("x")..number("x") + number("w") {
            for y in number("y")..number("y") + number("h") {
                assert!(taken.insert((x, y)), "two panels at {x}, {y}");
            }
        }
    }
    assert_eq!(dashboard["templating"]["list"][0]["name"], "datasource");
}

#[test]
fn each_stack_has_a_dashboard_of_its_own_and_always_the_same() {
    let uid = |text: &str| dashboard(&compile(text).1)["uid"].as_str().unwrap().to_owned();
    let one = uid(&environment(ALL));
    assert_eq!(one, uid(&environment(&format!("{ALL}\n  labels.team = \"platform\","))));
    assert_ne!(one, uid(&environment(&format!("{ALL}\n  namespace = \"other\","))));
    assert_ne!(one, uid(&environment(ALL).replace("stk_example", "stk_other")));
    assert!(one.len() <= 40 && one.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
}

#[test]
fn what_is_wrong_is_said_at_its_line() {
    let text = environment(
        "  observability = {\n    metrics = 'PrometheusOperator {\n      interval = \"5m\",\n      \
         scrape_token = { secret = \"Agentos_Scrape\" },\n      labels = { \"app.kubernetes.io/name\" = \"x\", \"a b\" = \"y\" },\n    },\n  },",
    );
    insta::assert_snapshot!(findings(&text));
}

#[test]
fn alerts_and_dashboards_without_metrics_are_reported() {
    insta::assert_snapshot!(findings(&environment("  observability = { alerts = true, dashboards = true },")));
}
