//! Who reaches the services: through a gateway, and inside the cluster. The policies are applied, not read.

mod common;

use agentos_cfg::lower::lower;
use agentos_cfg::objects::object::Object;
use common::reach::{Party, flows, pod, strangers};
use common::{compile, compile_shipped, environment, findings, production, shipped};
use insta::assert_snapshot;
use serde_json::Value as Json;

const GATEWAY: &str = "  services.agent-orchestrator.exposure = 'Gateway {\n    host = \"agentos.example.com\",\n    \
                       gateway = { name = \"public\", namespace = \"edge\" },\n    \
                       authentication = 'External \"the edge verifies tokens of our issuer\",\n  },";

fn objects(more: &str) -> Vec<Object> {
    let (compiler, outcome) = compile(&environment(more));
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    outcome.objects
}

fn flows_of(more: &str) -> Vec<String> {
    flows(&objects(more), &with_neighbours())
}

/// Strangers, and the pods of a peer in the same cluster.
fn with_neighbours() -> Vec<Party> {
    let ours = |component| [("app.kubernetes.io/name", "agentos"), ("app.kubernetes.io/component", component)];
    let mut all = strangers();
    all.push(pod("agentos-b", "agent-orchestrator", &ours("agent-orchestrator")));
    all.push(pod("agentos-b", "federation", &ours("federation")));
    all.push(pod("agentos", "stranger", &[]));
    all
}

fn peers(list: &[(&str, &str)]) -> String {
    list.iter()
        .map(|(id, url)| {
            format!(
                "  federation.peers.{id} = 'Remote {{ environment = \"b\", region = \"r\", endpoints = {{ \
                 agent-orchestrator = \"{url}\", model-policy = \"https://models.example.org\" }} }},\n"
            )
        })
        .collect()
}

fn routes(objects: &[Object]) -> Vec<&Json> {
    objects.iter().filter(|object| object.kind == "HTTPRoute").map(|object| &object.body).collect()
}

/// Whether a route forwards requests of a path: the rule with the longest prefix decides, as the Gateway API says.
fn forwards(route: &Json, path: &str) -> bool {
    let rules = route["spec"]["rules"].as_array().unwrap().iter();
    let prefix = |rule: &Json| {
        let path = &rule["matches"][0]["path"];
        assert!(path["type"] == "PathPrefix" && rule["matches"].as_array().unwrap().len() == 1);
        path["value"].as_str().unwrap().to_owned()
    };
    let matching = rules.filter(|rule| path == prefix(rule) || path.starts_with(&format!("{}/", prefix(rule))));
    matching.max_by_key(|rule| prefix(rule).len()).is_some_and(|rule| rule.get("backendRefs").is_some())
}

#[test]
fn the_route_of_an_exposed_service() {
    let objects = objects(GATEWAY);
    let routes: Vec<Object> = objects.into_iter().filter(|object| object.kind == "HTTPRoute").collect();
    assert_snapshot!(agentos_cfg::emit::yaml::stream(&routes).unwrap());
}

#[test]
fn a_route_forwards_the_interface_and_neither_metrics_nor_admin() {
    let federation = GATEWAY.replace("agent-orchestrator", "federation");
    for (more, open) in [(GATEWAY, "/v1/agents/a/runs"), (&federation, "/v1/federation/runs:forward")] {
        let objects = objects(more);
        let route = routes(&objects)[0];
        assert!(forwards(route, open));
        for closed in ["/metrics", "/", "/v1/admin", "/v1/admin/tenants", "/debug/pprof", "/v10"] {
            assert!(!forwards(route, closed), "{closed}");
        }
    }
}

#[test]
fn whatever_is_forwarded_has_lost_the_headers_that_are_believed() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        for route in routes(&outcome.objects) {
            let rules = route["spec"]["rules"].as_array().unwrap().iter();
            for rule in rules.filter(|rule| rule.get("backendRefs").is_some()) {
                let removed = rule["filters"][0]["requestHeaderModifier"]["remove"].as_array().unwrap();
                let believed = ["X-Tenant-Id", "X-Scopes", "X-Principal-Id", "X-Subject-Type", "X-Api-Key-Id"];
                assert!(believed.iter().all(|header| removed.contains(&(*header).into())), "{name}");
            }
        }
    }
}

#[test]
fn further_headers_are_removed_once_each() {
    let objects = objects(
        &GATEWAY.replace("host =", "strip = [\"X-User\", \"x-scopes\", \"X-USER\", \"x-principal-id\"], host ="),
    );
    let removed = &routes(&objects)[0]["spec"]["rules"][1]["filters"][0]["requestHeaderModifier"]["remove"];
    assert_eq!(
        removed,
        &serde_json::json!(["X-Tenant-Id", "X-Scopes", "X-Principal-Id", "X-Subject-Type", "X-Api-Key-Id", "X-User"])
    );
}

#[test]
fn a_route_attaches_to_one_listener_where_it_is_named() {
    let objects = objects(&GATEWAY.replace("name = \"public\",", "name = \"public\", section = \"https\","));
    let parent = &routes(&objects)[0]["spec"]["parentRefs"][0];
    let attached = ["name", "namespace", "sectionName"].map(|field| parent[field].as_str().unwrap());
    assert_eq!(attached, ["public", "edge", "https"]);
}

#[test]
fn the_gateway_is_somebody_elses() {
    let (_, outcome) = compile(&environment(GATEWAY));
    let external = lower(&outcome.environment.unwrap()).external;
    assert!(external.iter().any(|e| (e.kind, &*e.namespace, &*e.name) == ("Gateway", "edge", "public")));
}

#[test]
fn there_is_no_other_way_in() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        for object in &outcome.objects {
            assert!(object.kind != "Ingress" && object.kind != "Gateway", "{name}");
            if object.kind == "Service" {
                assert_eq!(object.body["spec"]["type"], "ClusterIP", "{name}");
                assert!(object.body["spec"].get("externalIPs").is_none(), "{name}");
            }
        }
        let text = agentos_cfg::emit::yaml::stream(&outcome.objects).unwrap();
        assert!(!text.contains("nodePort:") && !text.contains("hostPort") && !text.contains("hostNetwork"), "{name}");
    }
}

#[test]
fn authentication_can_not_be_left_out() {
    assert_snapshot!(findings(&environment(
        "  services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" } },\n  \
         services.model-policy.exposure = 'LoadBalancer,"
    )));
}

#[test]
fn peers_are_told_the_host_of_the_gateway() {
    let objects = objects(GATEWAY);
    let file =
        objects.iter().find(|object| object.name == "agentos-peers").unwrap().body["data"]["peers.seed.json"].as_str();
    let file: Json = serde_json::from_str(file.unwrap()).unwrap();
    let endpoints = &file["local"]["endpoints"];
    assert_eq!(endpoints["agent-orchestrator_base_url"], "https://agentos.example.com");
    assert_eq!(endpoints["model-policy_base_url"], "http://agentos-model-policy.agentos.svc:50082");
}

#[test]
fn by_itself_a_stack_is_closed_both_ways() {
    assert_eq!(flows_of(""), Vec::<String>::new());
}

#[test]
fn without_policies_everything_is_open() {
    let flows = flows_of("  network.policies = 'Off,");
    assert!(flows.contains(&"default/stranger -> agentos/agent-orchestrator TCP/8081".to_owned()), "it can tell");
    assert!(flows.contains(&"agentos/model-policy -> 169.254.169.254 TCP/80".to_owned()), "it can tell");
}

#[test]
fn a_gateway_reaches_the_pod_port_of_the_exposed_service_and_nothing_else() {
    assert_eq!(
        flows_of(GATEWAY),
        ["edge/debug -> agentos/agent-orchestrator TCP/8081", "edge/proxy -> agentos/agent-orchestrator TCP/8081"]
    );
    let narrow = GATEWAY.replace("namespace = \"edge\"", "namespace = \"edge\", proxies.pods.app = \"proxy\"");
    assert_eq!(flows_of(&narrow), ["edge/proxy -> agentos/agent-orchestrator TCP/8081"]);
    let elsewhere = GATEWAY.replace("namespace = \"edge\"", "namespace = \"edge\", proxies.namespace = \"default\"");
    assert_eq!(
        flows_of(&elsewhere),
        [
            "default/impostor -> agentos/agent-orchestrator TCP/8081",
            "default/stranger -> agentos/agent-orchestrator TCP/8081"
        ]
    );
}

#[test]
fn prometheus_reaches_each_pod_port_and_its_neighbours_do_not() {
    let (_, outcome) = compile(&environment(
        "  observability.metrics = 'PrometheusOperator { scrape_token = { secret = \"agentos-scrape\" } },",
    ));
    let objects = lower(&outcome.environment.unwrap()).objects;
    assert_eq!(
        flows(&objects, &with_neighbours()),
        [
            "monitoring/prometheus -> agentos/agent-orchestrator TCP/8081",
            "monitoring/prometheus -> agentos/federation TCP/8083",
            "monitoring/prometheus -> agentos/model-policy TCP/8082",
        ]
    );
}

#[test]
fn named_callers_reach_their_service_on_the_port_of_its_pod() {
    assert_eq!(
        flows_of(
            "  services.model-policy.port = 8443,\n  \
             network.callers.model-policy.app = { namespace = \"default\", pods = { \"app.kubernetes.io/name\" = \"agentos\" } },"
        ),
        ["default/impostor -> agentos/model-policy TCP/8443"]
    );
}

const RESOLUTION: [&str; 2] =
    ["agentos/federation -> kube-system/dns TCP/53", "agentos/federation -> kube-system/dns UDP/53"];

#[test]
fn a_peer_in_the_same_cluster_is_reached_and_reaches_back() {
    let url = "http://agentos-agent-orchestrator.agentos-b.svc:50081";
    assert_eq!(
        flows_of(&peers(&[("stk_b", url)])),
        [
            "agentos-b/federation -> agentos/agent-orchestrator TCP/8081",
            "agentos/federation -> agentos-b/agent-orchestrator TCP/8081",
            RESOLUTION[0],
            RESOLUTION[1],
        ]
    );
}

#[test]
fn a_peer_at_an_address_is_one_address_and_needs_no_resolution() {
    let list = [("stk_b", "https://203.0.113.7"), ("stk_c", "https://[2001:db8::7]:8443")];
    assert_eq!(
        flows_of(&peers(&list)),
        ["agentos/federation -> 2001:db8::7 TCP/8443", "agentos/federation -> 203.0.113.7 TCP/443"]
    );
}

#[test]
fn a_peer_behind_a_name_is_any_public_address_and_no_private_one() {
    assert_eq!(
        flows_of(&peers(&[("stk_b", "https://b.example.org")])),
        [
            "agentos/federation -> 198.51.100.1 TCP/443",
            "agentos/federation -> 2001:db8::7 TCP/443",
            "agentos/federation -> 203.0.113.7 TCP/443",
            RESOLUTION[0],
            RESOLUTION[1],
        ]
    );
}

#[test]
fn a_peer_whose_networks_are_named_is_nowhere_else() {
    let networks = "  network.peers.stk_b = [\"10.20.0.0/16\", \"203.0.113.7/32\"],";
    assert_eq!(
        flows_of(&(peers(&[("stk_b", "https://b.example.org")]) + networks)),
        [
            "agentos/federation -> 10.20.30.40 TCP/443",
            "agentos/federation -> 203.0.113.7 TCP/443",
            RESOLUTION[0],
            RESOLUTION[1],
        ]
    );
}

#[test]
fn two_peers_behind_one_host_are_only_as_narrow_as_both() {
    let list = peers(&[("stk_b", "https://edge.example.org/b"), ("stk_c", "https://edge.example.org/c")]);
    let one = "  network.peers.stk_b = [\"203.0.113.7/32\"],";
    assert!(flows_of(&(list.clone() + one)).contains(&"agentos/federation -> 198.51.100.1 TCP/443".to_owned()));
    let both = "  network.peers = { stk_b = [\"203.0.113.7/32\"], stk_c = [\"203.0.113.0/24\"] },";
    assert_eq!(flows_of(&(list + both)), ["agentos/federation -> 203.0.113.7 TCP/443", RESOLUTION[0], RESOLUTION[1]]);
}

#[test]
fn no_list_of_networks_opens_everything() {
    let text = environment(&(peers(&[("stk_b", "https://b.example.org")]) + "  network.peers.stk_b = [],"));
    assert!(findings(&text).contains("error[N009 "));
    let (_, outcome) = compile(&text);
    let objects = lower(&outcome.environment.unwrap()).objects;
    assert_eq!(flows(&objects, &with_neighbours()), RESOLUTION);
}

#[test]
fn networks_that_open_nothing_are_found() {
    assert_snapshot!(findings(&environment(
        &(peers(&[("stk_b", "https://203.0.113.7"), ("stk_c", "https://c.example.org")])
            + "  network.peers = {\n    stk_a = [\"203.0.113.0/24\"],\n    stk_b = [\"203.0.113.0/24\"],\n    \
               stk_c = [\"203.0.113.7/24\", \"203.0.113.0/240\"],\n  },")
    )));
}

#[test]
fn the_flows_of_production() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    assert_snapshot!(flows(&outcome.objects, &strangers()).join("\n"));
}

#[test]
fn only_federation_ever_calls_out() {
    // The newer release has a database, a model provider and an issuer to call.
    for name in shipped().iter().filter(|name| !name.ends_with("next.ncl")) {
        let (_, outcome) = compile_shipped(name);
        for flow in flows(&outcome.objects, &with_neighbours()) {
            let (from, to) = flow.split_once(" -> ").unwrap();
            let out = from.starts_with("agentos") && !to.starts_with("agentos");
            assert!(!out || from.ends_with("/federation"), "{name}: {flow}");
            // Services' ports are no pods' ports.
            assert!(!to.contains("/5008"), "{name}: {flow}");
        }
    }
}

#[test]
fn in_production_a_peer_behind_a_name_has_networks() {
    let codes = |url: &str, more: &str| {
        let text = production(&format!("{}{more}", peers(&[("stk_b", url)])));
        let codes = compile(&text).1.findings.into_iter().map(|finding| finding.code.0).collect::<Vec<_>>();
        codes.into_iter().filter(|code| *code == "N013").count()
    };
    let named = "  network.peers.stk_b = [\"203.0.113.0/24\"],\n";
    assert_eq!(codes("https://b.example.org", ""), 1);
    assert_eq!(codes("https://b.example.org", named), 0);
    assert_eq!(codes("https://b.example.org", "  network.peers.stk_b = [\"203.0.113.0/24\", \"0.0.0.0/0\"],\n"), 1);
    assert_eq!(codes("https://b.example.org", "  network.peers.stk_b = [\"::/0\"],\n"), 1);
    assert_eq!(codes("https://203.0.113.7", ""), 0);
    let text = environment(&peers(&[("stk_b", "https://b.example.org")]));
    assert!(compile(&text).1.findings.is_empty(), "a warning of production");
}

#[test]
fn the_networks_of_a_peer_hold_for_the_dedicated_stacks_behind_its_gateway() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    for namespace in ["agentos-prod", "agentos-prod-tnt-bolt"] {
        let policy = outcome.objects.iter().find(|object| {
            object.kind == "NetworkPolicy"
                && object.name == "agentos-federation"
                && object.namespace.as_deref() == Some(namespace)
        });
        let to = &policy.unwrap().body["spec"]["egress"][1]["to"];
        assert_eq!(*to, serde_json::json!([{ "ipBlock": { "cidr": "198.51.100.0/24" } }]), "{namespace}");
    }
}
