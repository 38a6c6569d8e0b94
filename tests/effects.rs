//! Policies are judged by their effects: who gets in and out of each pod, by all of them together.

mod common;

use agentos_cfg::diagnostic::Severity;
use agentos_cfg::diff::classes::Class;
use agentos_cfg::diff::{Side, Stack, compare};
use agentos_cfg::emit::yaml;
use agentos_cfg::lower::lower;
use agentos_cfg::objects::object::{External, Object};
use agentos_cfg::objects::reach::{Direction, Party, Policies, Socket};
use agentos_cfg::objects::view::Labels;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::Sources;
use common::{compile, compile_shipped, environment, production, reach, shipped, shown};
use std::net::IpAddr;

/// Compiled manifests with what others provide.
struct Compiled {
    text: String,
    external: Vec<External>,
}

fn manifests(text: &str) -> Compiled {
    let (compiler, outcome) = compile(text);
    assert!(!outcome.objects.is_empty(), "{}", shown(&compiler, &outcome));
    let external = lower(&outcome.environment.unwrap()).external;
    Compiled { text: yaml::stream(&outcome.objects).unwrap(), external }
}

fn shipped_manifests(name: &str) -> Compiled {
    let (_, outcome) = compile_shipped(name);
    let external = lower(outcome.environment.as_ref().unwrap()).external;
    Compiled { text: yaml::stream(&outcome.objects).unwrap(), external }
}

impl Compiled {
    /// The same with a text of one object replaced; without one the object goes.
    fn with(&self, object: &str, from: &str, to: &str) -> Compiled {
        let (kind, name) = object.split_once(' ').unwrap();
        let is_it = |document: &&str| {
            document.contains(&format!("\nkind: {kind}\n")) && document.contains(&format!("\n  name: {name}\n"))
        };
        let document = self.text.split_inclusive("---\n").find(is_it).unwrap();
        assert!(document.contains(from), "{object} has no {from:?}");
        let changed = if from.is_empty() { String::new() } else { document.replacen(from, to, 1) };
        Compiled { text: self.text.replacen(document, &changed, 1), external: self.external.clone() }
    }

    fn without(&self, object: &str) -> Compiled {
        self.with(object, "", "")
    }

    fn and(&self, more: &str) -> Compiled {
        Compiled { text: format!("{}\n---\n{more}", self.text), external: self.external.clone() }
    }

    /// What is found, as severity and code, with what the line says.
    fn found(&self) -> Vec<(String, String)> {
        let mut sources = Sources::default();
        let file = sources.add("manifests.yaml".to_owned(), self.text.clone(), false);
        let mut manifests = Manifests::default();
        manifests.read(&self.text, file, true);
        let lines: Vec<&str> = self.text.lines().collect();
        let findings = manifests.verify(&self.external, &sources);
        let shown = findings.iter().map(|(_, finding)| {
            let line = finding.span().map_or(0, |span| sources.place(span).line);
            let severity = if finding.severity == Severity::Error { "" } else { "~" };
            (format!("{severity}{}", finding.code), lines.get(line - 1).map_or("", |line| line.trim()).to_owned())
        });
        shown.collect()
    }

    fn codes(&self) -> Vec<String> {
        self.found().into_iter().map(|(code, _)| code).collect()
    }
}

fn policy(body: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: extra, namespace: agentos-prod}}\nspec: {body}\n"
    )
}

const AO: &str = "podSelector: {matchLabels: {app.kubernetes.io/component: agent-orchestrator}}";
const FED: &str = "podSelector: {matchLabels: {app.kubernetes.io/component: federation}}";

#[test]
fn a_second_policy_that_opens_what_the_first_closes() {
    let compiled = shipped_manifests("environments/prod/eu.ncl");
    for opening in [
        format!("{{{AO}, ingress: [{{}}]}}"),
        format!("{{{AO}, policyTypes: [Ingress], ingress: [{{from: []}}]}}"),
        format!("{{{AO}, ingress: [{{from: }}]}}"),
        "{podSelector: {}, ingress: [{ports: [{port: 8081}]}]}".to_owned(),
        "{ingress: [{ports: [{port: http}]}]}".to_owned(),
        format!("{{{AO}, ingress: [{{ports: [{{port: 8000, endPort: 9000}}]}}]}}"),
        format!("{{{AO}, ingress: [{{ports: [{{protocol: TCP}}]}}]}}"),
        format!("{{{AO}, ingress: [{{from: [{{namespaceSelector: {{}}}}]}}]}}"),
        format!("{{{AO}, ingress: [{{from: [{{namespaceSelector: {{}}, podSelector: {{}}}}]}}]}}"),
        format!("{{{AO}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{}}}}}}]}}]}}"),
        format!(
            "{{{AO}, ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{{key: kubernetes.io/metadata.name, operator: Exists}}]}}}}]}}]}}"
        ),
        format!(
            "{{{AO}, ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{{key: team, operator: NotIn, values: [a]}}]}}}}]}}]}}"
        ),
        format!(
            "{{{AO}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: a}}}}}}, {{namespaceSelector: {{}}}}]}}]}}"
        ),
        format!("{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]}}"),
        format!("{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}}}]}}]}}"),
        format!("{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: '::/0'}}}}]}}]}}"),
        format!(
            "{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/1}}}}, {{ipBlock: {{cidr: 128.0.0.0/1}}}}]}}]}}"
        ),
        format!(
            "{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/2}}}}]}}, {{from: [{{ipBlock: {{cidr: 64.0.0.0/2}}}}]}}]}}"
        ),
        "{podSelector: {}, policyTypes: [Egress], egress: [{}]}".to_owned(),
        format!("{{{FED}, egress: [{{to: []}}]}}"),
        format!(
            "{{{FED}, policyTypes: [Egress], egress: [{{to: [{{namespaceSelector: {{}}}}], ports: [{{port: 443}}]}}]}}"
        ),
        format!("{{{FED}, egress: [{{to: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}], ports: [{{port: 443}}]}}]}}"),
        format!("{{{FED}, egress: [{{to: [{{ipBlock: {{cidr: '::/1'}}}}, {{ipBlock: {{cidr: '8000::/1'}}}}]}}]}}"),
        format!(
            "{{{AO}, egress: [{{to: [{{ipBlock: {{cidr: 0.0.0.0/1}}}}], ports: [{{port: 443}}]}}, {{to: [{{ipBlock: {{cidr: 128.0.0.0/1}}}}], ports: [{{port: 400, endPort: 500}}]}}]}}"
        ),
    ] {
        let found = compiled.and(&policy(&opening)).codes();
        assert!(!found.is_empty() && found.iter().all(|code| code == "N014"), "{opening}: {found:?}");
    }
}

#[test]
fn what_is_narrow_opens_nothing() {
    let compiled = shipped_manifests("environments/prod/eu.ncl");
    for narrow in [
        format!("{{{AO}, ingress: []}}"),
        format!("{{{AO}, ingress: [{{from: [{{podSelector: {{}}}}]}}]}}"),
        format!(
            "{{{AO}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: portal}}}}}}]}}]}}"
        ),
        format!(
            "{{{AO}, ingress: [{{from: [{{namespaceSelector: {{}}, podSelector: {{matchLabels: {{app: portal}}}}}}]}}]}}"
        ),
        format!(
            "{{{AO}, ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}, {{ipBlock: {{cidr: 'fd00::/8'}}}}]}}]}}"
        ),
        // No service of AgentOS listens there.
        format!("{{{AO}, ingress: [{{ports: [{{port: 9100, endPort: 9200}}, {{port: 8081, protocol: UDP}}]}}]}}"),
        "{podSelector: {matchLabels: {app.kubernetes.io/component: other}}, ingress: [{}]}".to_owned(),
        // DNS may be anywhere.
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]}"
            .to_owned(),
        format!("{{{FED}, egress: [{{to: [{{namespaceSelector: {{}}}}], ports: [{{port: 53, protocol: UDP}}]}}]}}"),
        format!("{{{FED}, egress: [{{to: [{{ipBlock: {{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}}}]}}]}}"),
        format!(
            "{{{FED}, egress: [{{to: [{{ipBlock: {{cidr: 0.0.0.0/1}}}}], ports: [{{port: 443}}]}}, {{to: [{{ipBlock: {{cidr: 128.0.0.0/1}}}}], ports: [{{port: 444}}]}}]}}"
        ),
    ] {
        let found = compiled.and(&policy(&narrow)).found();
        let found: Vec<_> = found.into_iter().filter(|(code, _)| !["K003", "N004"].contains(&code.as_str())).collect();
        assert_eq!(found, [], "{narrow}");
    }
}

#[test]
fn directions_that_no_policy_is_for() {
    let prod = shipped_manifests("environments/prod/eu.ncl");
    let (deny, ao, fed) = (
        "NetworkPolicy agentos-default-deny",
        "NetworkPolicy agentos-agent-orchestrator",
        "NetworkPolicy agentos-federation",
    );
    let types = "  policyTypes:\n  - Ingress\n  - Egress\n";
    let of = |compiled: Compiled| compiled.found();
    assert_eq!(of(prod.without(deny)), [("N007".to_owned(), "name: agentos-prod".to_owned())]);
    let name = |name: &str| ("N007".to_owned(), format!("name: {name}"));
    assert_eq!(of(prod.with(deny, types, "  policyTypes:\n  - Ingress\n")), [name("agentos-prod")]);
    // A policy without types is for egress where it has a rule for it.
    assert_eq!(of(prod.with(deny, types, "")), [name("agentos-prod")]);
    assert_eq!(of(prod.with(fed, types, "")), []);
    assert_eq!(
        of(prod.without(deny).with(ao, types, "  policyTypes:\n  - Ingress\n")),
        [name("agentos-agent-orchestrator")]
    );
    assert_eq!(
        of(prod.without(deny).with(ao, types, "  policyTypes:\n  - Egress\n")),
        [name("agentos-agent-orchestrator")]
    );
    // Outside production, where there are none, they are off.
    let dev = manifests(&environment("network.policies = 'Off,"));
    assert_eq!(of(Compiled { text: dev.text.clone(), external: dev.external.clone() }), []);
    let dev = manifests(&environment(""));
    assert_eq!(dev.found(), []);
    assert_eq!(dev.without(deny).codes(), ["~N014"]);
    assert_eq!(
        dev.and(&policy("{podSelector: {}, egress: [{}]}").replace("agentos-prod", "agentos")).codes(),
        ["~N014"]
    );
}

#[test]
fn what_objects_need_is_let_through() {
    let prod = shipped_manifests("environments/prod/eu.ncl");
    let (ao, mp, fed) = (
        "NetworkPolicy agentos-agent-orchestrator",
        "NetworkPolicy agentos-model-policy",
        "NetworkPolicy agentos-federation",
    );
    let edge = "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: edge\n      podSelector: {}\n";
    let prometheus = "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: monitoring\n      podSelector:\n        matchLabels:\n          app.kubernetes.io/name: prometheus\n";
    let only = |compiled: &Compiled, line: &str| {
        assert_eq!(compiled.found(), [("N015".to_owned(), line.to_owned())]);
    };
    only(&prod.with(ao, edge, ""), "name: public");
    only(&prod.with(ao, "metadata.name: edge", "metadata.name: egde"), "name: public");
    only(&prod.with(mp, prometheus, "    - podSelector: {}\n"), "port: http");
    only(
        &prod.with(
            mp,
            &format!("  ingress:\n  - from:\n{prometheus}    ports:\n    - port: 8082\n      protocol: TCP\n"),
            "",
        ),
        "port: http",
    );
    only(
        &prod.with(fed, "    - port: 53\n      protocol: UDP\n", ""),
        "\"agent-orchestrator_base_url\": \"https://us.agentos.example.com\",",
    );
    only(
        &prod.with(fed, "  - ports:\n    - port: 443\n", "  - ports:\n    - port: 8443\n"),
        "\"agent-orchestrator_base_url\": \"https://us.agentos.example.com\",",
    );
    let elsewhere = prod.text.replace("https://us.agentos.example.com\"", "https://203.0.113.9:8443\"");
    let elsewhere = Compiled { text: elsewhere, external: prod.external.clone() };
    only(&elsewhere, "\"agent-orchestrator_base_url\": \"https://203.0.113.9:8443\",");
    let there = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.9/32}}], ports: [{port: 8443}]}]}";
    assert_eq!(elsewhere.and(&policy(there)).found(), []);
    let wrong = there.replace("203.0.113.9/32", "203.0.113.8/32");
    only(&elsewhere.and(&policy(&wrong)), "\"agent-orchestrator_base_url\": \"https://203.0.113.9:8443\",");
    // A scraper may be anything outside the namespace, and pods in it that are not among the objects.
    assert_eq!(prod.with(mp, prometheus, "    - podSelector: {matchLabels: {app: scraper}}\n").found(), []);
    assert_eq!(prod.with(mp, prometheus, "    - ipBlock: {cidr: 10.0.0.0/24}\n").found(), []);
}

#[test]
fn a_route_says_where_the_pods_of_its_gateway_are() {
    let gateway = |proxies: &str| {
        production(&format!(
            "services.agent-orchestrator.exposure = 'Gateway {{ host = \"a.example.com\", gateway = {{ name = \"public\", \
             namespace = \"edge\"{proxies} }}, authentication = 'External \"oidc\" }},"
        ))
    };
    let elsewhere = manifests(&gateway(", proxies = { namespace = \"envoy\", pods.app = \"envoy\" }"));
    assert_eq!(elsewhere.found(), []);
    assert!(elsewhere.text.contains("agentos.nexixai.io/proxies: envoy"));
    let same = manifests(&gateway(", proxies.pods.app = \"envoy\""));
    assert_eq!(same.found(), []);
    assert!(!same.text.contains("/proxies"));
    // Who else wrote the route may mean the pods of another namespace.
    let foreign = Compiled {
        text: elsewhere
            .text
            .replace("    agentos.nexixai.io/proxies: envoy\n", "")
            .replace("managed-by: agentos-cfg", "managed-by: us"),
        external: elsewhere.external.clone(),
    };
    assert_eq!(foreign.codes(), ["~N015"]);
}

/// Two stacks in one cluster, in one call.
#[test]
fn peers_among_the_objects_reach_each_other() {
    let [a, b] = ["a", "b"].map(|node| shipped_manifests(&format!("environments/two-node/node-{node}.ncl")));
    let both = a.and(&b.text);
    assert_eq!(both.found(), []);
    let (ao, fed) = ("NetworkPolicy agentos-agent-orchestrator", "NetworkPolicy agentos-federation");
    // The first object of a name is that of node-a.
    let closed = both.with(ao, "  ingress:\n", "  ingress: []\n  x:\n");
    let codes = closed.codes();
    assert!(codes.contains(&"~N015".to_owned()), "{codes:?}");
    let open = both.with(fed, "port: 8081", "port: 50081");
    assert_eq!(open.codes(), ["N004"]);
    // The same of a peer that is not among them.
    assert_eq!(a.found(), []);
    assert_eq!(a.with(fed, "port: 8081", "port: 50081").codes(), ["N004"]);
    assert_eq!(a.with(fed, "metadata.name: agentos-node-b", "metadata.name: agentos-node-c").codes(), ["~N015"]);
}

#[test]
fn databases_and_providers_are_reached_too() {
    let (compiler, outcome) = compile(&common::production(
        "runtime = 'V1_07,\n  secrets.keys.AGENTOS_DB_PASSWORD = {},\n  database = 'Postgres { host = \"db.example.com\", name = \"agentos\", user = \"agentos\", ssl_mode = 'VerifyFull },\n  \
         authentication = 'Oidc { issuer_url = \"https://issuer.example.com:8443\", audience = \"agentos\" },",
    ).replace("agentos:1.0.2@", "agentos:1.0.7@"));
    if outcome.objects.is_empty() {
        panic!("{}", shown(&compiler, &outcome));
    }
    let external = lower(outcome.environment.as_ref().unwrap()).external;
    let compiled = Compiled { text: yaml::stream(&outcome.objects).unwrap(), external };
    assert_eq!(compiled.found(), []);
    let ao = "NetworkPolicy agentos-agent-orchestrator";
    assert_eq!(compiled.with(ao, "port: 5432", "port: 5433").codes(), ["N015"]);
    assert_eq!(compiled.with(ao, "port: 8443", "port: 443").codes(), ["N015"]);
    assert_eq!(compiled.with(ao, "    - port: 53\n      protocol: UDP\n", "").codes(), ["N015"]);
}

/// One of our parties, made anew from what the independent check makes its own of.
struct Known {
    party: reach::Party,
    address: IpAddr,
    pod: Option<(String, Vec<(String, String)>)>,
}

fn known_pod(namespace: &str, name: &str, labels: &[(&str, &str)]) -> Known {
    let party = reach::pod(namespace, name, labels);
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Known { party, address: IpAddr::from([10, 1, 2, 3]), pod: Some((namespace.to_owned(), labels)) }
}

fn parties(objects: &[Object]) -> Vec<Known> {
    let deployments = objects.iter().filter(|object| object.kind == "Deployment");
    let ours = deployments.map(|object| {
        let labels = object.body["spec"]["template"]["metadata"]["labels"].as_object().unwrap();
        let labels: Vec<(&str, &str)> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
        known_pod(object.namespace.as_ref().unwrap(), &object.name, &labels)
    });
    let host = |address: &str| Known { party: reach::host(address), address: address.parse().unwrap(), pod: None };
    let pods = [
        known_pod("default", "stranger", &[]),
        known_pod("edge", "proxy", &[("app", "proxy")]),
        known_pod("monitoring", "prometheus", &[("app.kubernetes.io/name", "prometheus")]),
        known_pod("monitoring", "grafana", &[("app.kubernetes.io/name", "grafana")]),
        known_pod("kube-system", "dns", &[("k8s-app", "kube-dns")]),
        known_pod("agentos-prod", "other", &[("app", "other")]),
    ];
    let hosts = ["203.0.113.7", "10.20.30.40", "169.254.169.254", "2001:db8::7", "fd00::1"].map(host);
    ours.chain(pods).chain(hosts).collect()
}

/// `tests/common/reach.rs` and the library have no code in common, and say the same.
#[test]
fn the_independent_check_says_the_same() {
    let mut compared = 0;
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        let objects = outcome.objects;
        let policies = Policies::new(&objects);
        let parties = parties(&objects);
        for from in &parties {
            for to in parties.iter().filter(|to| to.party.name != from.party.name) {
                for (protocol, port) in [
                    ("TCP", 53),
                    ("UDP", 53),
                    ("TCP", 443),
                    ("TCP", 8081),
                    ("TCP", 8082),
                    ("TCP", 8083),
                    ("TCP", 50081),
                ] {
                    let socket = Socket { protocol, port, names: Some(Vec::new()) };
                    let end = |own: &Known, other: &Known, direction| {
                        let Some((namespace, labels)) = &own.pod else { return true };
                        let labels: Labels<'_> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                        let reach = policies.reach(namespace, &labels, direction);
                        match &other.pod {
                            Some((namespace, labels)) => {
                                let labels: Labels<'_> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                                let party =
                                    Party::Pod { namespace, labels: Some(&labels), address: Some(other.address) };
                                policies.passes(&reach, &party, &socket)
                            }
                            None => policies.passes(&reach, &Party::Host(other.address), &socket),
                        }
                    };
                    let ours = end(from, to, Direction::Egress) && end(to, from, Direction::Ingress);
                    let theirs = reach::passes(&objects, &from.party, &to.party, protocol, port);
                    assert_eq!(ours, theirs, "{name}: {} -> {} {protocol}/{port}", from.party.name, to.party.name);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000);
}

/// What policies of a network plug-in open and close can't be told here.
#[test]
fn policies_of_plug_ins_are_no_policies_of_kubernetes() {
    let prod = shipped_manifests("environments/prod/eu.ncl");
    let open = prod.without("NetworkPolicy agentos-default-deny");
    assert_eq!(open.codes(), ["N007"]);
    for (version, kind) in [("projectcalico.org/v3", "NetworkPolicy"), ("cilium.io/v2", "CiliumNetworkPolicy")] {
        let other = format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: agentos-prod}}\nspec: {{ingress: [{{}}]}}\n"
        );
        assert_eq!(open.and(&other).found(), [], "{kind}");
    }
}

/// A route to a service of the stack, with rules of its own.
fn route(name: &str, rules: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: n}}\nspec:\n  \
         parentRefs: [{{name: public, namespace: edge}}]\n  hostnames: [a.example.com]\n  rules: [{rules}]\n---\n"
    )
}

const SERVICES: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: agentos-agent-orchestrator, namespace: n}\nspec: {ports: [{port: 50081}]}\n---\n\
                        apiVersion: v1\nkind: Service\nmetadata: {name: agentos-federation, namespace: n}\nspec: {ports: [{port: 50083}]}\n---\n\
                        apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: n}\nspec: {ports: [{port: 80}]}\n---\n";

#[test]
fn routes_forward_neither_the_admin_interface_nor_metrics() {
    let codes = |routes: String| {
        let compiled = Compiled { text: format!("{SERVICES}{routes}"), external: Vec::new() };
        compiled.codes().into_iter().filter(|code| code == "N016").count()
    };
    let ao = "backendRefs: [{name: agentos-agent-orchestrator, port: 50081}]";
    let path = |kind: &str, value: &str| format!("matches: [{{path: {{type: {kind}, value: '{value}'}}}}]");
    let one = |matches: &str, more: &str| codes(route("r", &format!("{{{matches}, {ao}{more}}}")));
    let prefix = |value: &str| one(&path("PathPrefix", value), "");
    for (value, count) in [
        ("/", 1),
        ("/v1", 1),
        ("/v1/", 1),
        ("/v1/admin", 1),
        ("/v1/admin/tenants", 1),
        ("/v1/admin/audit-log", 1),
        ("/metrics", 1),
        ("/v1/agents", 0),
        ("/v1/administrator", 0),
        ("/v", 0),
        ("/metricsx", 0),
    ] {
        assert_eq!(prefix(value), count, "{value}");
    }
    for (value, count) in [("/", 0), ("/metrics", 1), ("/v1/admin/tenants", 1), ("/v1/runs", 0)] {
        assert_eq!(one(&path("Exact", value), ""), count, "{value}");
    }
    for (value, count) in [(".*", 1), ("/v1/.*", 1), ("/(v1|metrics)(/.*)?", 1), ("/v1/(agents|runs)/.*", 0), ("(", 0)]
    {
        assert_eq!(one(&path("RegularExpression", value), ""), count, "{value}");
    }
    // No matches, none of paths, and conditions that anybody can meet.
    assert_eq!(codes(route("r", &format!("{{{ao}}}"))), 1);
    assert_eq!(codes(route("r", &format!("{{matches: [], {ao}}}"))), 1);
    assert_eq!(one("matches: [{headers: [{name: a, value: b}]}]", ""), 1);
    assert_eq!(one("matches: [{path: {value: /v1}, method: POST}]", ""), 1);
    // Rules that refuse, or lead elsewhere, and win.
    let beside = |rules: &str| codes(route("r", &format!("{rules}, {{{}, {ao}}}", path("PathPrefix", "/v1"))));
    let refuse = format!("{{{}}}", path("PathPrefix", "/v1/admin"));
    assert_eq!(beside(&refuse), 0);
    assert_eq!(beside(&format!("{{{}, backendRefs: []}}", path("PathPrefix", "/v1/admin/"))), 0);
    assert_eq!(
        beside(&format!("{{{}, backendRefs: [{{name: other, port: 80}}]}}", path("PathPrefix", "/v1/admin"))),
        0
    );
    assert_eq!(beside(&format!("{{{}}}", path("RegularExpression", "/v1/admin.*"))), 0);
    assert_eq!(beside(&format!("{{{}}}", path("Exact", "/v1/admin"))), 1, "what is below it passes");
    assert_eq!(beside(&format!("{{{}}}", path("PathPrefix", "/v1/admin/tenants"))), 1, "the rest passes");
    assert_eq!(beside("{matches: [{path: {value: /v1/admin}, method: POST}]}"), 1, "other methods pass");
    assert_eq!(beside(&format!("{{{}}}", path("PathPrefix", "/v1"))), 0, "the first of two equal ones wins");
    let after =
        codes(route("r", &format!("{{{}, {ao}}}, {{{}}}", path("PathPrefix", "/v1"), path("PathPrefix", "/v1"))));
    assert_eq!(after, 1);
    // A rule of another route for the same host, or for another one.
    let forwarding = route("z", &format!("{{{}, {ao}}}", path("PathPrefix", "/v1")));
    assert_eq!(codes(forwarding.clone() + &route("a", &refuse)), 0);
    assert_eq!(codes(forwarding.clone() + &route("a", &refuse).replace("a.example.com", "b.example.com")), 1);
    assert_eq!(codes(forwarding + &route("a", &refuse).replace("name: public", "name: private")), 1);
    // What is rewritten.
    let rewritten = |own: &str, rewrite: &str| {
        one(&path("PathPrefix", own), &format!(", filters: [{{type: URLRewrite, urlRewrite: {{path: {rewrite}}}}}]"))
    };
    assert_eq!(rewritten("/agentos", "{type: ReplacePrefixMatch, replacePrefixMatch: /}"), 1);
    assert_eq!(rewritten("/agentos", "{type: ReplacePrefixMatch, replacePrefixMatch: /v1/admin}"), 1);
    assert_eq!(rewritten("/agentos", "{type: ReplacePrefixMatch, replacePrefixMatch: /v1/agents}"), 0);
    assert_eq!(rewritten("/scrape", "{type: ReplaceFullPath, replaceFullPath: /metrics}"), 1);
    assert_eq!(rewritten("/v1/admin", "{type: ReplaceFullPath, replaceFullPath: /v1/health}"), 0);
    // Federation has no admin interface; what has no weight gets nothing; others may have either.
    let to = |backend: &str, value: &str| {
        codes(route("r", &format!("{{{}, backendRefs: [{{{backend}}}]}}", path("PathPrefix", value))))
    };
    assert_eq!(to("name: agentos-federation, port: 50083", "/v1"), 0);
    assert_eq!(to("name: agentos-federation, port: 50083", "/"), 1);
    assert_eq!(to("name: agentos-agent-orchestrator, port: 50081, weight: 0", "/"), 0);
    assert_eq!(to("name: other, port: 80", "/"), 0);
}

/// The code and line of what is found in an environment with a patch in its line 8.
fn patched(patch: &str) -> Vec<(String, usize)> {
    let peer = "federation.peers.stk_b = 'Remote { environment = \"e\", region = \"r\", endpoints = { agent-orchestrator = \
                \"https://b.example.com\", model-policy = \"https://m.example.com\" } }, network.callers.agent-orchestrator.portal.namespace = \"portal\",";
    let (compiler, outcome) = compile(&environment(&format!("  {peer}\n  patches.{patch},")));
    common::codes_and_lines(&compiler, &outcome)
}

#[test]
fn a_patch_opens_and_closes_nothing() {
    let policy = |name: &str, rest: &str| patched(&format!("NetworkPolicy.agentos-{name}.spec.{rest}"));
    let labels =
        |kind: &str, name: &str, rest: &str| patched(&format!("{kind}.{name}.spec.template.metadata.labels.{rest}"));
    let component = "\"app.kubernetes.io/component\"";
    for found in [
        policy("agent-orchestrator", "ingress = [{}]"),
        policy("agent-orchestrator", "ingress = null"),
        policy("default-deny", "policyTypes = [\"Ingress\"]"),
        policy("default-deny", "egress = [{}]"),
        policy("federation", "egress = [{ to = [{ namespaceSelector = {} }] }]"),
        // What federation needs would be gone: DNS, or the peer.
        policy("federation", "egress = [{ ports = [{ port = 53, protocol = \"UDP\" }] }]"),
        policy("federation", "egress = null"),
        policy(
            "model-policy",
            "egress = [{ to = [{ ipBlock.cidr = \"169.254.20.10/32\" }], ports = [{ port = 53, protocol = \"UDP\" }] }]",
        ),
        labels("Deployment", "agentos-model-policy", &format!("{component} = \"agent-orchestrator\"")),
        labels("Deployment", "agentos-agent-orchestrator", &format!("{component} = \"model-policy\"")),
        labels("Deployment", "agentos-federation", &format!("{component} = \"agent-orchestrator\"")),
        labels("Deployment", "agentos-agent-orchestrator", &format!("{component} = null")),
    ] {
        assert_eq!(found, [("K013".to_owned(), 8)]);
    }
    // A label that no policy selects by is for patches.
    assert_eq!(labels("Deployment", "agentos-federation", "team = \"a\""), []);
}

/// What a change of manifests means, of the class `exposure`.
fn exposures(before: &str, after: &str) -> Vec<String> {
    let side = |text: &str| Side {
        name: String::new(),
        stacks: vec![Stack { name: None, objects: agentos_cfg::diff::manifests::objects(text).unwrap() }],
    };
    let report = compare(&side(before), &side(after)).unwrap();
    let meanings = report.objects().flat_map(|object| object.meanings.clone());
    meanings.filter(|meaning| meaning.class == Class::Exposure).map(|meaning| meaning.text).collect()
}

#[test]
fn a_change_of_policies_is_judged_by_what_passes() {
    let policy = |name: &str, spec: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: n}}\nspec: {spec}\n---\n"
        )
    };
    let workload = |name: &str, app: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: n}}\nspec: {{selector: {{matchLabels: {{app: {app}}}}}, \
             template: {{metadata: {{labels: {{app: {app}}}}}, spec: {{containers: []}}}}}}\n---\n"
        )
    };
    let deny = policy("deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}");
    let pods = workload("a", "a") + &workload("b", "b");
    let base = format!("{pods}{deny}");
    let ingress = |app: &str, rules: &str| {
        format!("{{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [Ingress], ingress: [{rules}]}}")
    };
    let (one, two) = (
        "{from: [{podSelector: {matchLabels: {app: x}}}], ports: [{port: 1}]}",
        "{from: [{podSelector: {matchLabels: {app: y}}}], ports: [{port: 2}]}",
    );
    let whole = format!("{base}{}", policy("p", &ingress("a", &format!("{one}, {two}"))));
    let split = format!("{base}{}{}", policy("p", &ingress("a", one)), policy("q", &ingress("a", two)));
    let renamed = format!("{base}{}{}", policy("r", &ingress("a", one)), policy("s", &ingress("a", two)));
    // One in two, two in one, other names, another order: nothing changes.
    for (before, after) in [(&whole, &split), (&split, &whole), (&split, &renamed), (&whole, &renamed)] {
        assert_eq!(exposures(before, after), [""; 0]);
    }
    let both = format!("{base}{}", policy("p", &ingress("a", &format!("{two}, {one}"))));
    assert_eq!(exposures(&whole, &both), [""; 0]);
    // What is narrower, and what is written in another way.
    let networks = |cidrs: &str| format!("{base}{}", policy("p", &ingress("a", &format!("{{from: [{cidrs}]}}"))));
    let (eight, halves) = (
        networks("{ipBlock: {cidr: 10.0.0.0/8}}"),
        networks("{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/9}}"),
    );
    assert_eq!(exposures(&eight, &halves), [""; 0]);
    assert_eq!(exposures(&halves, &eight), [""; 0]);
    assert_eq!(exposures(&eight, &networks("{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}")), [""; 0]);
    assert_eq!(exposures(&eight, &networks("{ipBlock: {cidr: 10.0.0.0/7}}")).len(), 1);
    // A default-deny that goes opens pods that no other policy selects, and none that one does.
    let covered = format!(
        "{pods}{}",
        policy(
            "all",
            "{podSelector: {matchExpressions: [{key: app, operator: Exists}]}, policyTypes: [Ingress, Egress]}"
        )
    );
    assert_eq!(exposures(&format!("{covered}{deny}"), &covered).len(), 2, "pods without the label");
    let twice = format!("{base}{}", policy("again", "{podSelector: {}, policyTypes: [Ingress, Egress]}"));
    assert_eq!(exposures(&twice, &base), [""; 0]);
    assert_eq!(exposures(&base, &pods).len(), 2);
    assert_eq!(
        exposures(&base, &format!("{pods}{}", policy("deny", "{podSelector: {}}"))),
        ["NetworkPolicy `deny` no longer restricts destinations"]
    );
    // A policy that opens pods of its own, beside one that closes them.
    let opened = exposures(&base, &format!("{base}{}", policy("p", &ingress("a", one))));
    assert_eq!(opened, ["NetworkPolicy `p` lets through callers: pods `app=x`, TCP 1"]);
    // What it selects is not there, and what it selects is.
    let moved = format!("{base}{}", policy("p", &ingress("b", one)));
    assert_eq!(exposures(&format!("{base}{}", policy("p", &ingress("a", one))), &moved).len(), 1);
    // Labels of pods decide, too.
    let relabelled = |app: &str| format!("{}{deny}{}", workload("a", app), policy("p", &ingress("b", one)));
    assert_eq!(
        exposures(&relabelled("a"), &relabelled("b")),
        ["other policies select the pods of `a`: they have more callers"]
    );
    assert_eq!(exposures(&relabelled("b"), &relabelled("a")), [""; 0]);
}

/// Manifests of production, broken in one place, with the codes that are found.
#[test]
fn further_misses_are_found() {
    let prod = shipped_manifests("environments/prod/eu.ncl");
    let ao = "Deployment agentos-agent-orchestrator";
    let only = |compiled: &Compiled, code: &str, line: &str| {
        assert_eq!(compiled.found(), [(code.to_owned(), line.to_owned())]);
    };
    // The image is root: without a user the pod never starts. On OpenShift the namespace gives one.
    let without = prod.with(ao, "        runAsUser: 10001\n", "");
    only(&without, "K025", "runAsNonRoot: true");
    let route = "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {name: x}\n";
    assert_eq!(without.and(route).found(), []);
    let own = prod.with(ao, "        runAsUser: 10001\n", "").with(
        ao,
        "          privileged: false",
        "          runAsUser: 10001\n          privileged: false",
    );
    assert_eq!(own.found(), []);
    // Namespaces that admit pods which may take over their node.
    let namespace = "Namespace agentos-prod";
    let enforce = "    pod-security.kubernetes.io/enforce: restricted\n";
    only(&prod.with(namespace, enforce, ""), "K007", "name: agentos-prod");
    only(
        &prod.with(namespace, enforce, &enforce.replace("restricted", "baseline")),
        "K007",
        "pod-security.kubernetes.io/enforce: baseline",
    );
    let dev = manifests(&environment(""));
    assert_eq!(dev.with("Namespace agentos", enforce, "").codes(), ["~K007"]);
    assert_eq!(dev.and("apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n").found(), []);
    // No tenant in what tenants are created from.
    let tenants = "ConfigMap agentos-tenants";
    only(&prod.with(tenants, "\"tenant_id\"", "\"id\""), "T004", "data:");
    only(&prod.with(tenants, "data:\n  tnt_acme.json: |\n", "data: {}\nx:\n  y: |\n"), "T004", "data: {}");
    // Scrapers that speak otherwise than the listener.
    let monitor = "ServiceMonitor agentos-federation";
    only(&prod.with(monitor, "    scheme: https\n", ""), "N003", "port: http");
    only(&prod.with(monitor, "    scheme: https\n", "    scheme: HTTP\n"), "N003", "scheme: HTTP");
    only(&prod.with(monitor, "      cert:\n", "      x:\n"), "N003", "tlsConfig:");
    only(
        &prod.with("ServiceMonitor agentos-model-policy", "    port: http\n", "    port: http\n    scheme: https\n"),
        "N003",
        "scheme: https",
    );
    // A peer that is this stack.
    let peers = "ConfigMap agentos-peers";
    let url = "\"agent-orchestrator_base_url\": \"https://us.agentos.example.com\"";
    for own in ["https://eu.agentos.example.com", "https://EU.agentos.example.com:443/"] {
        let own = format!("\"agent-orchestrator_base_url\": \"{own}\"");
        only(&prod.with(peers, url, &own), "F002", &format!("{own},"));
    }
    for own in ["http://agentos-agent-orchestrator:50081", "http://agentos-agent-orchestrator.agentos-prod.svc:50081"] {
        let codes = prod.with(peers, url, &format!("\"agent-orchestrator_base_url\": \"{own}\"")).codes();
        assert!(codes.contains(&"F002".to_owned()), "{codes:?}");
    }
}

/// The same where the environment is known: at the peer.
#[test]
fn a_peer_is_another_stack() {
    let peer = |url: &str| {
        format!(
            "  services.agent-orchestrator.exposure = 'Gateway {{ host = \"a.example.com\", gateway = {{ name = \"public\", namespace = \"edge\" }}, \
             authentication = 'External \"oidc\" }},\n  federation.peers.stk_b = 'Remote {{ environment = \"e\", region = \"r\", \
             endpoints = {{ agent-orchestrator = \"{url}\", model-policy = \"https://m.example.com\" }} }},"
        )
    };
    for (url, codes) in [
        ("https://a.example.com", &["F002"][..]),
        ("https://a.example.com:443", &["F002"]),
        ("http://agentos-agent-orchestrator.agentos.svc:50081", &["F002"]),
        ("https://b.example.com", &[]),
        ("http://agentos-agent-orchestrator.other.svc:50081", &[]),
    ] {
        let (compiler, outcome) = compile(&environment(&peer(url)));
        let found: Vec<String> =
            common::codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, codes, "{url}");
    }
}

#[test]
fn tenants_that_a_peer_does_not_know_are_found_over_several_stacks() {
    let [a, b] = ["a", "b"].map(|node| shipped_manifests(&format!("environments/two-node/node-{node}.ncl")));
    assert_eq!(a.and(&b.text).found(), []);
    let tenants = "ConfigMap agentos-tenants";
    let more = a.with(tenants, "\"tenant_id\": \"tnt_demo\"", "\"tenant_id\": \"tnt_other\"");
    assert_eq!(more.and(&b.text).codes(), ["~T012", "~T012"], "each lacks a tenant of the other");
    assert_eq!(more.found(), [], "alone nothing is known of the peer");
}

/// A credential is put together here, so that none stands in this file.
#[test]
fn secrets_that_stand_in_manifests_are_found() {
    let prod = shipped_manifests("environments/prod/eu.ncl");
    let dev = manifests(&environment(""));
    let token = ["gh", "p_", "A1b2C3d4E5f6G7h8I9j0", "K1l2M3n4O5p6Q7r8"].concat();
    let encoded = "SXQgaXMgYSBsb25nIG9uZQ=="; // It is a long one
    let secret = |namespace: &str, name: &str, data: &str| {
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: {namespace}}}\n{data}\n")
    };
    let of = |compiled: &Compiled, secret: String| {
        let found = compiled.and(&secret).codes();
        found.into_iter().filter(|code| code.starts_with('S')).collect::<Vec<_>>()
    };
    // What looks like one is found anywhere.
    for namespace in ["agentos-prod", "elsewhere"] {
        assert_eq!(of(&prod, secret(namespace, "x", &format!("stringData: {{a: {token}}}"))), ["S001"]);
    }
    assert_eq!(of(&dev, secret("agentos", "x", &format!("stringData: {{a: {token}}}"))), ["S001"]);
    // In production, any value of a key that AgentOS reads.
    let value = |value: &str| format!("stringData: {{AGENTOS_SIGNING_KEY: {value}}}");
    assert_eq!(of(&prod, secret("agentos-prod", "x", &value("summer"))), ["S001"]);
    assert_eq!(
        of(&prod, secret("agentos-prod", "x", &format!("data: {{AGENTOS_SERVICE_TOKEN: {encoded}}}"))),
        ["S001"]
    );
    assert_eq!(of(&prod, secret("agentos-prod", "x", &value("fake_key"))), ["S002"]);
    assert_eq!(of(&prod, secret("agentos-prod", "x", &value("\"${KEY}\""))), [""; 0]);
    assert_eq!(of(&prod, secret("agentos-prod", "x", &value("\"\""))), [""; 0]);
    assert_eq!(of(&prod, secret("agentos-prod", "x", "stringData: {COLOUR: summer}")), [""; 0]);
    assert_eq!(of(&dev, secret("agentos", "x", &value("fake_key"))), [""; 0]);
    assert_eq!(of(&dev, secret("agentos", "x", &value("summer"))), [""; 0]);
    // Nothing of it is shown.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.yaml");
    std::fs::write(&file, secret("n", "x", &format!("stringData:\n  a: {token}\n"))).unwrap();
    let output = common::binary().arg("verify").arg(&file).output().unwrap();
    let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(shown.contains("S001") && !shown.contains(&token), "{shown}");
}
