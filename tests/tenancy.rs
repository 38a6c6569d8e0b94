//! Tenants with a stack of their own: what they get, and that nothing of another tenant is in it or reaches it.

mod common;

use agentos_cfg::lower::{Lowered, lower};
use agentos_cfg::model;
use agentos_cfg::objects::object::Object;
use common::reach::{flows, pod, strangers};
use common::{codes_and_lines, compile, compile_shipped, environment, findings, shipped};
use insta::assert_snapshot;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Two tenants that share a stack and two that don't, one of them behind the gateway.
const TENANTS: &str = "  services.agent-orchestrator.exposure = 'Gateway {
    host = \"agentos.example.com\",
    gateway = { name = \"public\", namespace = \"edge\", proxies.pods.app = \"proxy\" },
    authentication = 'External \"the edge verifies tokens of our issuer\",
  },
  tenancy = {
    default = \"tnt_acme\",
    tenants = {
      tnt_acme = { name = \"Acme\" },
      tnt_core = { name = \"Core\" },
      tnt_bolt = {
        name = \"Bolt\",
        isolation = 'Dedicated,
        quotas = { concurrent_runs = 50, invoke_qps = 7 },
        hosts.agent-orchestrator = \"bolt.example.com\",
      },
      tnt_dyne = {
        name = \"Dyne\",
        isolation = 'Dedicated,
        namespace = \"dyne\",
        callers.model-policy.app = { namespace = \"default\", pods.\"app.kubernetes.io/component\" = \"federation\" },
        secrets.name = \"dyne-secrets\",
      },
    },
  },
  network.callers.agent-orchestrator.prometheus = { namespace = \"monitoring\" },
  federation.peers = {
    stk_b = 'Remote {
      environment = \"b\", region = \"r\",
      endpoints = { agent-orchestrator = \"https://203.0.113.7\", model-policy = \"https://203.0.113.7\" },
    },
    stk_c = 'Remote {
      environment = \"c\", region = \"r\",
      endpoints = {
        agent-orchestrator = \"http://agentos-agent-orchestrator.agentos-c.svc:50081\",
        model-policy = \"http://agentos-model-policy.agentos-c.svc:50082\",
      },
    },
  },";

const STACKS: [(&str, &str); 3] =
    [("agentos", "stk_example"), ("agentos-tnt-bolt", "stk_example_bolt"), ("dyne", "stk_example_dyne")];

fn objects(more: &str) -> Vec<Object> {
    let (compiler, outcome) = compile(&environment(more));
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    outcome.objects
}

/// What is lowered although something is found: for what another stage does not compile yet.
fn lowered(more: &str) -> Lowered {
    lower(&compile(&environment(more)).1.environment.unwrap())
}

fn codes(more: &str) -> Vec<String> {
    let (compiler, outcome) = compile(&environment(more));
    codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect()
}

/// The objects of a stack: its namespace, and all that is in it.
fn stack<'a>(objects: &'a [Object], namespace: &str) -> Vec<&'a Object> {
    let of = |object: &&Object| match &object.namespace {
        Some(own) => own == namespace,
        None => object.name == namespace,
    };
    objects.iter().filter(of).collect()
}

fn find<'a>(objects: &'a [Object], namespace: &str, kind: &str, name: &str) -> &'a Json {
    let of = |o: &&Object| o.kind == kind && o.name == name && o.namespace.as_deref() == Some(namespace);
    &objects.iter().find(of).unwrap_or_else(|| panic!("{kind} {namespace}/{name}")).body
}

/// The plain variables of a service's container.
fn variables(objects: &[Object], namespace: &str, service: &str) -> BTreeMap<String, String> {
    let deployment = find(objects, namespace, "Deployment", &format!("agentos-{service}"));
    let variables = deployment["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap().iter();
    variables.filter_map(|v| Some((v["name"].as_str()?.to_owned(), v["value"].as_str()?.to_owned()))).collect()
}

#[test]
fn a_dedicated_tenant_gets_every_object_of_a_stack_in_a_namespace_of_its_own() {
    let objects = objects(TENANTS);
    let kinds = |namespace| {
        let named = |o: &&Object| format!("{} {}", o.kind, if o.namespace.is_some() { &o.name } else { "" });
        stack(&objects, namespace).iter().map(named).collect::<Vec<_>>()
    };
    assert_snapshot!(kinds("agentos-tnt-bolt").join("\n"));
    let limits = ["ResourceQuota agentos-limits", "LimitRange agentos-limits"];
    let without_limits =
        |list: Vec<String>| list.into_iter().filter(|o| !limits.contains(&o.as_str())).collect::<Vec<_>>();
    assert_eq!(kinds("agentos"), without_limits(kinds("agentos-tnt-bolt")));
    assert_eq!(objects.len(), STACKS.iter().map(|(namespace, _)| stack(&objects, namespace).len()).sum::<usize>());
}

#[test]
fn no_object_of_a_stack_names_another_tenant_or_its_namespace() {
    let objects = objects(TENANTS);
    let theirs: [(&str, &[&str]); 3] = [
        ("agentos", &["tnt_bolt", "tnt_dyne", "tnt-bolt", "dyne", "bolt.example.com", "Bolt", "Dyne"]),
        (
            "agentos-tnt-bolt",
            &["tnt_acme", "tnt_core", "tnt_dyne", "dyne", "Acme", "//agentos.example.com", ".agentos.svc"],
        ),
        (
            "dyne",
            &["tnt_acme", "tnt_core", "tnt_bolt", "tnt-bolt", "Acme", "example.com", ".agentos.svc", "agentos-secrets"],
        ),
    ];
    for (namespace, foreign) in theirs {
        for object in stack(&objects, namespace) {
            let text = object.body.to_string();
            let found = foreign.iter().find(|name| text.contains(**name));
            assert_eq!(found, None, "{} {} in {namespace}", object.kind, object.name);
        }
    }
}

#[test]
fn each_registry_has_its_own_tenants_alone() {
    let objects = objects(TENANTS);
    let tenants = |namespace| {
        let data = find(&objects, namespace, "ConfigMap", "agentos-tenants")["data"].as_object().unwrap();
        data.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(tenants("agentos"), ["tnt_acme.json", "tnt_core.json"]);
    assert_eq!(tenants("agentos-tnt-bolt"), ["tnt_bolt.json"]);
    assert_eq!(tenants("dyne"), ["tnt_dyne.json"]);
}

#[test]
fn its_quotas_are_those_of_its_processes() {
    let objects = objects(TENANTS);
    let quota = |namespace, service, name: &str| variables(&objects, namespace, service).remove(name).unwrap();
    for (namespace, concurrent, invoke) in
        [("agentos", "25", "20"), ("agentos-tnt-bolt", "50", "7"), ("dyne", "25", "20")]
    {
        assert_eq!(quota(namespace, "agent-orchestrator", "AGENTOS_QUOTA_CONCURRENT_RUNS"), concurrent);
        assert_eq!(quota(namespace, "agent-orchestrator", "AGENTOS_QUOTA_RUN_CREATE_QPS"), "10");
        assert_eq!(quota(namespace, "model-policy", "AGENTOS_QUOTA_INVOKE_QPS"), invoke);
    }
    assert!(!codes(TENANTS).contains(&"T006".to_owned()));
}

#[test]
fn each_stack_has_an_id_of_its_own_and_says_the_same_in_its_peers_file() {
    let objects = objects(TENANTS);
    for (namespace, id) in STACKS {
        assert_eq!(variables(&objects, namespace, "federation")["AGENTOS_STACK_ID"], id);
        let file = find(&objects, namespace, "ConfigMap", "agentos-peers")["data"]["peers.seed.json"].as_str().unwrap();
        let file: Json = serde_json::from_str(file).unwrap();
        assert_eq!(file["local"]["stack_id"], id);
        let peers: Vec<&str> =
            file["peers"].as_array().unwrap().iter().map(|peer| peer["stack_id"].as_str().unwrap()).collect();
        assert_eq!(peers, ["stk_b", "stk_c"]);
    }
}

#[test]
fn the_default_tenant_is_only_where_its_record_is() {
    let objects = objects(TENANTS);
    let default = |objects: &[Object], namespace| {
        variables(objects, namespace, "agent-orchestrator").remove("AGENTOS_DEFAULT_TENANT")
    };
    assert_eq!(default(&objects, "agentos").as_deref(), Some("tnt_acme"));
    assert_eq!(default(&objects, "agentos-tnt-bolt"), None);
    let dedicated =
        self::objects("  tenancy = { default = \"tnt_a\", tenants.tnt_a = { name = \"A\", isolation = 'Dedicated } },");
    assert_eq!(default(&dedicated, "agentos"), None);
    assert_eq!(default(&dedicated, "agentos-tnt-a").as_deref(), Some("tnt_a"));
}

#[test]
fn it_is_exposed_where_it_has_a_host() {
    let objects = objects(TENANTS);
    let routes: Vec<(&str, &str)> = objects
        .iter()
        .filter(|object| object.kind == "HTTPRoute")
        .map(|o| (o.namespace.as_deref().unwrap(), o.body["spec"]["hostnames"][0].as_str().unwrap()))
        .collect();
    assert_eq!(routes, [("agentos", "agentos.example.com"), ("agentos-tnt-bolt", "bolt.example.com")]);
}

#[test]
fn the_policies_let_exactly_these_flows_pass() {
    let ours = |component| [("app.kubernetes.io/name", "agentos"), ("app.kubernetes.io/component", component)];
    let mut others = strangers();
    others.push(pod("agentos-c", "agent-orchestrator", &ours("agent-orchestrator")));
    others.push(pod("agentos-c", "federation", &ours("federation")));
    assert_snapshot!(flows(&objects(TENANTS), &others).join("\n"));
}

#[test]
fn nothing_passes_from_one_stack_to_another_or_within_one() {
    let all = shipped().into_iter().map(|name| compile_shipped(name).1.objects).chain([objects(TENANTS)]);
    for objects in all {
        assert_eq!(flows(&objects, &[]), Vec::<String>::new());
    }
}

#[test]
fn no_peer_in_the_cluster_calls_a_stack_that_it_does_not_know() {
    let objects = objects(TENANTS);
    for (namespace, known) in [("agentos", true), ("agentos-tnt-bolt", false), ("dyne", false)] {
        let policy = find(&objects, namespace, "NetworkPolicy", "agentos-agent-orchestrator");
        assert_eq!(policy.to_string().contains("\"agentos-c\""), known, "{namespace}");
    }
}

#[test]
fn what_somebody_else_provides_is_needed_in_each_namespace() {
    let more = TENANTS
        .replace("  federation.peers", "  federation.jwt.secret = \"agentos-federation-jwt\",\n  federation.peers");
    let external = lowered(&more).external;
    let secrets: Vec<String> =
        external.iter().filter(|e| e.kind == "Secret").map(|e| format!("{}/{}", e.namespace, e.name)).collect();
    assert_eq!(
        secrets,
        [
            "agentos/agentos-secrets",
            "agentos/agentos-federation-jwt",
            "agentos-tnt-bolt/agentos-secrets",
            "agentos-tnt-bolt/agentos-federation-jwt",
            "dyne/dyne-secrets",
            "dyne/agentos-federation-jwt",
        ]
    );
}

#[test]
fn a_stack_of_its_own_can_have_placeholders_of_its_own() {
    let objects = objects(
        "  secrets = { backend = 'Placeholder, keys = { AGENTOS_SERVICE_TOKEN.placeholder = \"fake_a\", \
         AGENTOS_FED_SHARED_SECRET.placeholder = \"fake_b\", AGENTOS_SIGNING_KEY.placeholder = \"fake_c\" } },\n  \
         tenancy.tenants.tnt_bolt = { name = \"Bolt\", isolation = 'Dedicated, \
         secrets.keys.AGENTOS_SIGNING_KEY.placeholder = \"fake_bolt\" },",
    );
    let data = |namespace| find(&objects, namespace, "Secret", "agentos-secrets")["data"].clone();
    assert_eq!(data("agentos")["AGENTOS_SIGNING_KEY"], "ZmFrZV9j");
    assert_eq!(data("agentos-tnt-bolt")["AGENTOS_SIGNING_KEY"], "ZmFrZV9ib2x0");
    assert_eq!(data("agentos-tnt-bolt")["AGENTOS_SERVICE_TOKEN"], data("agentos")["AGENTOS_SERVICE_TOKEN"]);
}

#[test]
fn a_long_name_still_makes_a_namespace() {
    let id = format!("tnt_{}", "x".repeat(60));
    let objects = objects(&format!("  tenancy.tenants.{id} = {{ name = \"X\", isolation = 'Dedicated }},"));
    let namespaces: Vec<&str> = objects.iter().filter(|o| o.kind == "Namespace").map(|o| o.name.as_str()).collect();
    assert_snapshot!(namespaces.join("\n"));
    let annotations = &objects.iter().filter(|o| o.kind == "Namespace").nth(1).unwrap().body["metadata"]["annotations"];
    assert_eq!(annotations["agentos.nexixai.io/tenant"], id.as_str());
}

#[test]
fn what_collides_or_has_no_effect_is_found() {
    assert_snapshot!(findings(&environment(
        "  tenancy.tenants = {
    tnt_a = { name = \"A\", namespace = \"a\", hosts.federation = \"a.example.com\", callers.federation.x = {}, secrets.name = \"a\" },
    tnt_b = { name = \"B\", isolation = 'Dedicated, namespace = \"agentos\" },
    tnt_c = { name = \"C\", isolation = 'Dedicated, namespace = \"agentos-tnt-d\", hosts.model-policy = \"c.example.com\" },
    tnt_d = { name = \"D\", isolation = 'Dedicated },
  },
  federation.peers.stk_example_d = 'Remote {
    environment = \"d\",
    region = \"r\",
    endpoints = { agent-orchestrator = \"https://d.example.org\", model-policy = \"https://d.example.org\" },
  },"
    )));
}

/// The namespaces that are not a stack's to take: by their names, and by what other fields say runs there.
#[test]
fn a_stack_is_in_no_namespace_of_the_cluster_or_of_what_it_depends_on() {
    let exposed = |more: &str| {
        format!(
            "  services.model-policy.exposure = 'Gateway {{ host = \"a.example.com\", gateway = {{ name = \"g\", \
             namespace = \"edge\"{more} }}, authentication = 'External \"the edge\" }},\n"
        )
    };
    let proxies = exposed(", proxies.namespace = \"proxies\"");
    let scraped = "  observability.metrics = 'PrometheusOperator { scrape_token.secret = \"t\" },\n";
    let dns = "  network.resolvers.cluster.namespace = \"dns\",\n";
    let bolt =
        |more: &str| format!("  tenancy.tenants.tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated{more} }},\n");
    let derived = exposed("").replace("\"edge\"", "\"agentos-tnt-bolt\"");
    for (more, namespace) in [("", "agentos"), (&*proxies, "elsewhere"), (scraped, "agentos"), (dns, "kubeflow")] {
        let text = format!("{more}  namespace = \"{namespace}\",\n{}", bolt(", namespace = \"bolt\""));
        assert_eq!(codes(&text), [""; 0], "{text}");
    }
    // Prometheus is not everywhere in `monitoring`.
    assert_eq!(codes("  namespace = \"monitoring\","), [""; 0]);
    for (more, namespace) in [
        ("", "kube-system"),
        ("", "kube-public"),
        ("", "kube-node-lease"),
        ("", "default"),
        ("", "openshift"),
        ("", "openshift-ingress"),
        (&exposed(""), "edge"),
        (&proxies, "edge"),
        (&proxies, "proxies"),
        (scraped, "monitoring"),
        (dns, "dns"),
    ] {
        assert_eq!(codes(&format!("{more}  namespace = \"{namespace}\",")), ["K014"], "{namespace}");
        let own = format!(", namespace = \"{namespace}\"");
        assert_eq!(codes(&format!("{more}{}", bolt(&own))), ["K014"], "{namespace} of a tenant");
    }
    assert_eq!(codes(&format!("{derived}{}", bolt(""))), ["K014"], "a derived namespace");
    assert_eq!(codes(&exposed("").replace("edge", "agentos")), ["K014"], "the default one");
    assert_eq!(codes(&format!("  namespace = \"kube-system\",\n{}", bolt(""))), ["K014"], "one mistake is one finding");
    assert_eq!(codes("  namespace = \"kube_system\","), ["K001"], "what is no name is that alone");
}

#[test]
fn one_host_for_two_stacks_is_found() {
    let same = TENANTS.replace("bolt.example.com", "agentos.example.com");
    assert_snapshot!(findings(&environment(&same)));
}

#[test]
fn federation_can_share_a_host_with_a_service_of_its_own_stack_only() {
    let exposed = |service: &str, host: &str| {
        format!(
            "  services.{service}.exposure = 'Gateway {{ host = \"{host}\", gateway = {{ name = \"g\", namespace = \"edge\" }}, \
             authentication = 'External \"the edge\" }},\n"
        )
    };
    let one = exposed("agent-orchestrator", "a.example.com") + &exposed("federation", "a.example.com");
    assert_eq!(codes(&one), Vec::<String>::new());
    let bolt = "  tenancy.tenants.tnt_bolt = { name = \"Bolt\", isolation = 'Dedicated, hosts.federation = \"a.example.com\" },";
    assert_eq!(codes(&(one + bolt)), ["N011"]);
}

fn from_a_store(backend: &str, source: &str, more: &str) -> String {
    let key = |name: &str| format!("AGENTOS_{name}.{source}");
    format!(
        "  secrets = {{ backend = {backend}, keys = {{ {}, {}, {} }} }},\n  \
         tenancy.tenants = {{\n    tnt_acme = {{ name = \"Acme\" }},\n    \
         tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated, secrets.keys = {{ {} }} }},\n    \
         tnt_dyne = {{ name = \"Dyne\", isolation = 'Dedicated, secrets.keys = {{ {} }} }},\n  }},\n{more}",
        key("SERVICE_TOKEN").replace('@', "service_token"),
        key("FED_SHARED_SECRET").replace('@', "fed"),
        key("SIGNING_KEY").replace('@', "signing_key"),
        "BOLT",
        "DYNE",
    )
}

#[test]
fn credentials_from_a_store_are_shared_with_no_other_stack() {
    let store = "'ExternalSecrets { store = \"vault\" }";
    let remote = "remote = { key = \"agentos\", property = \"@\" }";
    let own = |key: &str, names: &[&str]| {
        let one = |name: &&str| format!("AGENTOS_{name}.remote = {{ key = \"{key}\", property = \"{name}\" }}");
        names.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let all = ["SERVICE_TOKEN", "FED_SHARED_SECRET", "SIGNING_KEY"];
    let peer = "  federation.peers.stk_b = 'Remote { environment = \"b\", region = \"r\", endpoints = { \
                agent-orchestrator = \"https://b.example.org\", model-policy = \"https://b.example.org\" } },";
    let found = |bolt: &str, dyne: &str, more: &str| {
        let text = from_a_store(store, remote, more).replace("BOLT", bolt).replace("DYNE", dyne);
        codes(&text).into_iter().filter(|code| code == "T011").count()
    };
    assert_eq!(found("", "", ""), 2, "both use the environment's");
    assert_eq!(found(&own("bolt", &all), "", ""), 1);
    assert_eq!(found(&own("bolt", &all), &own("dyne", &all), ""), 0);
    assert_eq!(found(&own("bolt", &all), &own("bolt", &all), ""), 1, "one uses the other's");
    assert_eq!(found(&own("bolt", &all[..2]), &own("dyne", &all), ""), 1, "one of three is the environment's");
    let two = ["SERVICE_TOKEN", "SIGNING_KEY"];
    assert_eq!(found(&own("bolt", &two), &own("dyne", &two), ""), 2, "without peers nothing is shared by design");
    assert_eq!(found(&own("bolt", &two), &own("dyne", &two), peer), 0, "peers hold the federation secret, too");
    let version = own("bolt", &all)
        .replace("\"bolt\"", "\"agentos\", version = \"2\"")
        .replace("SIGNING_KEY\" }", "signing_key\" }");
    assert_eq!(found(&version, &own("dyne", &all), ""), 1, "a version of an entry is the same entry");
}

#[test]
fn a_misspelt_secret_of_a_tenant_is_one_finding() {
    let store = "'ExternalSecrets { store = \"vault\" }";
    let text = from_a_store(store, "remote = { key = \"agentos\", property = \"@\" }", "");
    let own = |tenant: &str| {
        ["SERVICE_TOKEN", "FED_SHARED_SECRET", "SIGNING_KEY"]
            .map(|name| format!("AGENTOS_{name}.remote = {{ key = \"{tenant}\", property = \"{name}\" }}"))
            .join(", ")
    };
    let with = |bolt: &str| codes(&text.replace("BOLT", bolt).replace("DYNE", &own("dyne")));
    assert_eq!(with(&own("bolt")), [""; 0]);
    assert_eq!(with(&own("bolt").replace("SIGNING_KEY.", "SIGNIN_KEY.")), ["S010"]);
    assert_eq!(
        with(&own("bolt").replace("SIGNING_KEY.", "SIGNIN_KEY.").replace("_TOKEN.", "_TOKE.")),
        ["S010", "S010"]
    );
    assert_eq!(with(&own("bolt").replace("KEY.remote", "KEY.remot")), ["C002"]);
    let without = own("bolt").split(", AGENTOS_SIGNING").next().unwrap().replace("SERVICE_TOKEN.", "SERVICE_TOKE.");
    assert_eq!(with(&without), ["T011", "S010"], "the key that is not there at all is another mistake");
}

/// Two keys with one source have one value (S014), in each stack by what it has in the end.
#[test]
fn two_secrets_of_one_stack_have_two_sources() {
    let with = |backend: &str, keys: [&str; 3], bolt: &str| {
        let names = ["AGENTOS_FED_SHARED_SECRET", "AGENTOS_SERVICE_TOKEN", "AGENTOS_SIGNING_KEY"];
        let keys: String = names.iter().zip(keys).map(|(name, key)| format!("{name}.{key}, ")).collect();
        codes(&format!("  secrets = {{ backend = {backend}, keys = {{ {keys} }} }},\n{bolt}"))
    };
    let store = "'ExternalSecrets { store = \"vault\" }";
    let vault = "'Csi { provider = 'Vault, parameters.roleName = \"a\" }";
    let azure = "'Csi { provider = 'Azure, parameters = { keyvaultName = \"a\", tenantId = \"b\" } }";
    let aws = "'Csi { provider = 'Aws }";
    let [a, b, c] = ["a", "b", "c"].map(|name| format!("remote = {{ key = \"e\", property = \"{name}\" }}"));
    let [a, b, c] = [a.as_str(), b.as_str(), c.as_str()];
    for backend in [store, vault, aws] {
        assert_eq!(with(backend, [a, b, c], ""), [""; 0], "{backend}");
    }
    for backend in [store, vault] {
        assert_eq!(with(backend, [a, b, b], ""), ["S014"], "{backend}");
        assert_eq!(with(backend, [a, a, a], ""), ["S014"], "{backend}");
    }
    assert_eq!(with(aws, [a, b, b], ""), ["S012"], "AWS mounts no value twice");
    let [whole, other] = ["remote.key = \"e\"", "remote.key = \"f\""];
    assert_eq!(with(store, [whole, other, whole], ""), ["S014"]);
    assert_eq!(with(azure, [whole, other, whole], ""), ["S014"]);
    assert_eq!(with(store, [whole, a, b], ""), [""; 0]);
    let version = |version: &str| format!("remote = {{ key = \"e\", property = \"b\", version = \"{version}\" }}");
    assert_eq!(with(store, [a, b, &version("3")], ""), [""; 0], "another version is another value");
    assert_eq!(with(store, [a, &version("3"), &version("3")], ""), ["S014"]);
    assert_eq!(with(store, [a, b, &version("AWSCURRENT")], ""), ["S014"]);
    let sealed = |letter: &str| format!("sealed = \"AgB{}==\"", letter.repeat(727));
    assert_eq!(with("'Sealed {}", [&sealed("a"), &sealed("b"), &sealed("c")], ""), [""; 0]);
    assert_eq!(with("'Sealed {}", [&sealed("a"), &sealed("b"), &sealed("b")], ""), ["S014"]);
    let fake = "placeholder = \"fake_secret\"";
    assert_eq!(with("'Placeholder", [fake, fake, fake], ""), [""; 0], "placeholders are no credentials");
    let tenant = |keys: &str| {
        format!("  tenancy.tenants.tnt_bolt = {{ name = \"B\", isolation = 'Dedicated, secrets.keys = {{ {keys} }} }},")
    };
    let own = |key: &str| {
        format!(
            "AGENTOS_FED_SHARED_SECRET.remote.key = \"x\", AGENTOS_SERVICE_TOKEN.remote.key = \"y\", \
             AGENTOS_SIGNING_KEY.remote.key = \"{key}\""
        )
    };
    assert_eq!(with(store, [a, b, c], &tenant(&own("z"))), [""; 0]);
    assert_eq!(with(store, [a, b, c], &tenant(&own("y"))), ["S014"], "a tenant's own");
    assert_eq!(with(store, [a, b, b], &tenant(&own("z"))), ["S014"], "the environment's, said once");
    let half = tenant("AGENTOS_SIGNING_KEY.remote = { key = \"e\", property = \"b\" }");
    assert_eq!(with(store, [a, b, c], &half), ["T011", "S014"], "a tenant's own and the environment's");
}

#[test]
fn what_is_sealed_for_one_namespace_is_of_no_use_in_another() {
    let text = from_a_store("'Sealed {}", "sealed = \"AgB@\"", "");
    let t011 = |text: &str| codes(text).into_iter().filter(|code| code == "T011").count();
    assert_eq!(t011(&text.replace("BOLT", "").replace("DYNE", "")), 2);
    let own = |name: &str| {
        ["SERVICE_TOKEN", "FED_SHARED_SECRET", "SIGNING_KEY"]
            .map(|key| format!("AGENTOS_{key}.sealed = \"AgB{name}{key}\""))
            .join(", ")
    };
    assert_eq!(t011(&text.replace("BOLT", &own("bolt")).replace("DYNE", &own("dyne"))), 0);
}

#[test]
fn a_secret_by_its_name_and_placeholders_are_no_shared_credentials() {
    assert!(!codes(TENANTS).contains(&"T011".to_owned()));
}

/// An amount in thousandths of a core or in bytes; only what is written here has to be understood.
fn amount(quantity: &Json) -> u64 {
    let text = quantity.as_str().unwrap();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..split].parse().unwrap();
    match &text[split..] {
        "" => number * 1000,
        "m" => number,
        "Mi" => number << 20,
        "Gi" => number << 30,
        unit => panic!("{unit}"),
    }
}

#[test]
fn the_limits_have_room_for_every_pod_twice_with_a_sidecar_in_each_and_for_a_job() {
    let large = "  services.federation.resources = { requests.cpu = \"3\", limits = { cpu = \"7\", memory = \"9Gi\" } },\n  \
                 services.model-policy.replicas = 0,\n  storage = 'Persistent { size = \"3Gi\" },";
    let large = environment(&(TENANTS.to_owned() + large)).replace("  storage = 'Ephemeral,\n", "");
    let (compiler, outcome) = compile(&large);
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    for objects in [outcome.objects, objects(TENANTS), compile_shipped("environments/prod/eu.ncl").1.objects] {
        let limited = objects.iter().filter(|object| object.kind == "ResourceQuota");
        for namespace in limited.map(|object| object.namespace.as_deref().unwrap()) {
            let hard = &find(&objects, namespace, "ResourceQuota", "agentos-limits")["spec"]["hard"];
            let range = &find(&objects, namespace, "LimitRange", "agentos-limits")["spec"]["limits"][0];
            let pods: Vec<&Json> = objects
                .iter()
                .filter(|o| o.kind == "Deployment" && o.namespace.as_deref() == Some(namespace))
                .map(|o| &o.body["spec"]["template"]["spec"])
                .collect();
            assert!(range.get("max").is_none() && range.get("min").is_none());
            for resource in ["cpu", "memory", "ephemeral-storage"] {
                for (kind, default) in [("requests", "defaultRequest"), ("limits", "default")] {
                    let sidecar = amount(&range[default][resource]);
                    let own = |pod: &&Json| amount(&pod["containers"][0]["resources"][kind][resource]);
                    let needed = 2 * pods.iter().map(|pod| own(pod) + sidecar).sum::<u64>() + 2 * sidecar;
                    let bound = amount(&hard[format!("{kind}.{resource}")]);
                    assert!(bound >= needed, "{namespace}: {kind}.{resource} {bound} {needed}");
                }
            }
            assert!(hard["pods"].as_str().unwrap().parse::<usize>().unwrap() > 2 * pods.len());
            let claims = objects
                .iter()
                .filter(|o| o.kind == "PersistentVolumeClaim" && o.namespace.as_deref() == Some(namespace));
            let sizes: Vec<u64> = claims.map(|o| amount(&o.body["spec"]["resources"]["requests"]["storage"])).collect();
            assert_eq!(sizes.is_empty(), hard.get("requests.storage").is_none());
            if !sizes.is_empty() {
                assert!(amount(&hard["requests.storage"]) >= 2 * sizes.iter().sum::<u64>());
                assert!(hard["persistentvolumeclaims"].as_str().unwrap().parse::<usize>().unwrap() >= 2 * sizes.len());
            }
        }
    }
}

#[test]
fn the_shared_namespace_is_limited_where_the_environment_asks() {
    let limited =
        |more: &str| objects(more).iter().filter(|o| o.kind == "ResourceQuota" || o.kind == "LimitRange").count();
    assert_eq!(limited(""), 0);
    assert_eq!(limited("  tenancy.limit_namespace = true,"), 2);
    let objects = objects("  tenancy.limit_namespace = true,");
    let limits: Vec<Object> =
        objects.into_iter().filter(|o| o.kind == "ResourceQuota" || o.kind == "LimitRange").collect();
    assert_snapshot!(agentos_cfg::emit::yaml::stream(&limits).unwrap());
}

#[test]
fn without_dedicated_tenants_there_is_one_stack() {
    let (_, outcome) = compile_shipped("environments/demo.ncl");
    let environment = outcome.environment.unwrap();
    let stacks = model::stacks(&environment);
    assert!(matches!(&stacks[..], [Cow::Borrowed(same)] if **same == *environment), "{stacks:?}");
}

#[test]
fn sixty_stacks_are_told_apart() {
    let tenants: String =
        (0..60).map(|n| format!("  tenancy.tenants.tnt_{n} = {{ name = \"T\", isolation = 'Dedicated }},\n")).collect();
    let environment = compile(&environment(&tenants)).1.environment.unwrap();
    let stacks = model::stacks(&environment);
    assert_eq!(stacks.len(), 61);
    assert_eq!(stacks[0].tenancy.tenants.len(), 0);
    assert!(stacks[1..].iter().all(|stack| stack.tenancy.tenants.keys().eq(&stack.tenant)));
    let namespaces: std::collections::BTreeSet<&str> = stacks.iter().map(|stack| stack.namespace.as_str()).collect();
    assert_eq!(namespaces.len(), 61);
}

/// An environment of the newer release whose runs are in a database, with one dedicated tenant.
fn on_a_database(tenant: &str, more: &str) -> String {
    environment(&format!(
        "  runtime = 'V1_07,\n  image = \"ghcr.io/nexixai/agentos:1.0.7\",\n  tenancy.tenants = {{\n    \
         tnt_acme = {{ name = \"Acme\" }},\n    tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated, {tenant} }},\n  }},\n{more}"
    ))
}

const POSTGRES: &str =
    "  database = 'Postgres { host = \"postgres.data.svc\" },\n  secrets.keys.AGENTOS_DB_PASSWORD = {},\n";

#[test]
fn a_dedicated_stack_has_a_database_of_its_own() {
    let codes = |tenant: &str, more: &str| {
        let (compiler, outcome) = compile(&on_a_database(tenant, more));
        codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let table: [(&str, &str, &[&str]); 9] = [
        ("", "", &[]),
        ("", POSTGRES, &["T014"]),
        ("database = 'Postgres { host = \"postgres.data.svc\", user = \"bolt\" }", POSTGRES, &["T014"]),
        ("database = 'Postgres { host = \"postgres.data.svc.cluster.local\" }", POSTGRES, &["T014"]),
        ("database = 'Postgres { host = \"postgres.data.svc\", name = \"bolt\" }", POSTGRES, &[]),
        ("database = 'Postgres { host = \"postgres.data.svc\", port = 5433 }", POSTGRES, &[]),
        ("database = 'Files", POSTGRES, &[]),
        // A Service of the tenant's own namespace.
        ("database = 'Postgres { host = \"postgres\" }", &POSTGRES.replace("postgres.data.svc", "postgres"), &[]),
        ("database = 'Postgres { host = \"db.example.com\" }", "", &["S007"]),
    ];
    for (tenant, more, expected) in table {
        assert_eq!(codes(tenant, more), expected, "{tenant} {more}");
    }
    let two = "database = 'Postgres { host = \"db.example.com\" } },\n    tnt_dyne = { name = \"D\", isolation = 'Dedicated, \
               database = 'Postgres { host = \"db.example.com\" }";
    assert_eq!(codes(two, POSTGRES), ["T014"], "two tenants on one database");
    assert_eq!(
        compile(&on_a_database("database = 'Files", "").replace("isolation = 'Dedicated, ", "")).1.findings[0].code.0,
        "T013"
    );
    let older = on_a_database("database = 'Postgres { host = \"db.example.com\" }", "")
        .replace("  runtime = 'V1_07,\n  image = \"ghcr.io/nexixai/agentos:1.0.7\",\n", "");
    let (compiler, outcome) = compile(&older);
    assert_eq!(codes_and_lines(&compiler, &outcome)[0].0, "R003");
}

#[test]
fn each_stack_is_given_its_own_database_and_no_password_without_one() {
    let compiled = |tenant: &str, more: &str| {
        let (compiler, outcome) = compile(&on_a_database(tenant, more));
        assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
        outcome.objects
    };
    let names = |objects: &[Object], namespace: &str| {
        let deployment = find(objects, namespace, "Deployment", "agentos-agent-orchestrator");
        let env = deployment["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
        let value = |name: &str| env.iter().find(|v| v["name"] == name).cloned();
        (value("AGENTOS_DB_NAME").map(|v| v["value"].clone()), value("AGENTOS_DB_PASSWORD").is_some())
    };
    let own = "database = 'Postgres { host = \"postgres.data.svc\", name = \"bolt\" }";
    let objects = compiled(own, POSTGRES);
    assert_eq!(names(&objects, "agentos"), (Some("agentos".into()), true));
    assert_eq!(names(&objects, "agentos-tnt-bolt"), (Some("bolt".into()), true));
    let objects = compiled("database = 'Files", POSTGRES);
    assert_eq!(names(&objects, "agentos-tnt-bolt"), (None, false));
    let objects = compiled(own, "  secrets.keys.AGENTOS_DB_PASSWORD = {},\n");
    assert_eq!(names(&objects, "agentos"), (None, false));
    assert_eq!(names(&objects, "agentos-tnt-bolt"), (Some("bolt".into()), true));
    let egress = find(&objects, "agentos", "NetworkPolicy", "agentos-agent-orchestrator").to_string();
    assert!(!egress.contains("5432"), "{egress}");
}

/// The hook is run as it is compiled, where a webhook has injected a proxy.
#[cfg(unix)]
#[test]
fn the_hook_creates_tenants_without_a_proxy() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: there is no curl here to run the hook with");
        return;
    }
    let lowered = lowered("  tenancy.tenants.tnt_acme = { name = \"Acme\" },");
    let hook =
        find(&lowered.objects, "agentos", "Deployment", "agentos-agent-orchestrator")["spec"]["template"]["spec"]["containers"]
            [0]["lifecycle"]["postStart"]["exec"]["command"][2]
            .clone();
    let tenant = find(&lowered.objects, "agentos", "ConfigMap", "agentos-tenants")["data"]["tnt_acme.json"].clone();
    let answering = |status: &'static str| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, requests) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut bytes = [0; 4096];
                let count = stream.read(&mut bytes).unwrap_or(0);
                let _ = asked.send(String::from_utf8_lossy(&bytes[..count]).into_owned());
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        (port, requests)
    };
    let ((port, requests), (proxy, leaked)) = (answering("201 Created"), answering("502 Bad Gateway"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tnt_acme.json"), tenant.as_str().unwrap()).unwrap();
    let script = hook.as_str().unwrap().replace("/etc/agentos/tenants", &folder.path().to_string_lossy());
    let script = script.replace("127.0.0.1:8081", &format!("127.0.0.1:{port}")).replace("-ge 60", "-ge 1");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]).env_remove("no_proxy").env_remove("NO_PROXY");
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, format!("http://127.0.0.1:{proxy}"));
    }
    assert!(command.status().unwrap().success());
    assert!(requests.try_recv().unwrap().starts_with("POST /v1/admin/tenants "));
    assert!(leaked.try_recv().is_err(), "the tenants went to the proxy");
}

#[test]
fn production_may_have_dedicated_tenants_alone() {
    let dedicated = "  tenancy.tenants.tnt_acme = { name = \"Acme\", isolation = 'Dedicated },";
    let text = common::production(dedicated).replace("  tenancy.tenants.tnt_acme = { name = \"Acme\" },\n", "");
    let (compiler, outcome) = compile(&text);
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    // Without the hook of the tenant's own stack nothing creates it.
    let patch = "  patches.Deployment.\"agentos-tnt-acme/agentos-agent-orchestrator\".spec.template.spec.containers = [{ name = \"agentos\" }],";
    let (_, outcome) = compile(&text.replace(dedicated, &format!("{dedicated}\n{patch}")));
    assert!(!outcome.findings.is_empty());
}

#[test]
fn a_tenants_own_secrets_are_held_to_the_rules_on_secrets() {
    let keys = |key: &str| {
        format!(
            "tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated, secrets.keys = {{ AGENTOS_SERVICE_TOKEN = {{ {key} }} }} }},"
        )
    };
    let found = |backend: &str, own: &str, key: &str| {
        let key_of = |name: &str| format!("AGENTOS_{name}.{}", own.replace('@', name));
        let more = format!(
            "  secrets = {{ backend = {backend}, keys = {{ {}, {}, {} }} }},\n  tenancy.tenants.{}",
            key_of("SERVICE_TOKEN"),
            key_of("FED_SHARED_SECRET"),
            key_of("SIGNING_KEY"),
            keys(key)
        );
        let (compiler, outcome) = compile(&environment(&more));
        let line = |code: &str| codes_and_lines(&compiler, &outcome).into_iter().any(|(found, _)| found == code);
        (line("S006"), line("S007"), line("S011"), line("S012"))
    };
    let store = "'ExternalSecrets { store = \"vault\" }";
    let remote = "remote = { key = \"agentos\", property = \"@\" }";
    let own = "remote = { key = \"bolt\", property = \"t\" }";
    assert_eq!(found(store, remote, own), (false, false, false, false));
    assert_eq!(found(store, remote, &format!("{own}, placeholder = \"fake_x\"")), (true, false, false, false));
    assert_eq!(found(store, remote, "placeholder = \"fake_x\""), (false, true, false, false));
    let sealed = format!("sealed = \"AgB{}\"", "x".repeat(365));
    assert_eq!(found("'Sealed {}", &sealed, "sealed = \"hunter2\""), (false, false, true, false));
    let google = "remote.key = \"projects/p/secrets/@\"";
    assert_eq!(found("'Csi { provider = 'Gcp }", google, "remote.key = \"bolt\""), (false, false, false, true));
}
