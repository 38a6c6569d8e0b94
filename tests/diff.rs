//! `diff`: which changes mean what, how it is shown, and where the two sides come from.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::diff::{Format, Side, Stack, compare, human::Style};
use agentos_cfg::objects::object::Object;
use agentos_cfg::source::{Disk, Entry};
use clap::ValueEnum;
use common::{compile, root};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const ENVIRONMENT: &str = include_str!("fixtures/diff/before.ncl");

/// The objects of the environment that most tests begin with.
fn compiled(text: &str) -> Vec<Object> {
    let (compiler, outcome) = compile(text);
    assert!(!outcome.objects.is_empty(), "{}", common::shown(&compiler, &outcome));
    outcome.objects
}

fn side(objects: Vec<Object>) -> Side {
    Side { name: "side".to_owned(), stacks: vec![Stack { name: None, objects }] }
}

/// What a change means, each as `class: sentence`.
fn meanings(old: Vec<Object>, new: Vec<Object>) -> Vec<String> {
    let report = compare(&side(old), &side(new)).unwrap();
    let all = report.objects().flat_map(|object| &object.meanings);
    all.map(|meaning| format!("{}: {}", meaning.class.as_str(), meaning.text)).collect()
}

fn classes(meanings: &[String]) -> BTreeSet<&str> {
    meanings.iter().map(|meaning| meaning.split(':').next().unwrap()).collect()
}

#[test]
fn changes_of_an_environment_mean_what_they_mean() {
    let table: &[(&str, &str, &[&str], &str)] = &[
        (r#"size = "20Gi""#, r#"size = "40Gi""#, &[], ""),
        (r#"size = "20Gi""#, r#"size = "5Gi""#, &["data-loss", "immutable"], "shrinks from `20Gi` to `5Gi`"),
        ("ssd-retain", "ssd-fast", &["data-loss", "immutable"], "takes a new, empty claim"),
        (
            r#"namespace = "agentos-prod""#,
            r#"namespace = "agentos""#,
            &["data-loss", "federation", "restart", "surface", "tenant"],
            "everything in the namespace is deleted",
        ),
        (
            r#"name = "Bolt", plan = "trial""#,
            r#"name = "Bolt", plan = "paid""#,
            &["restart", "tenant"],
            "`plan_tier` from `trial` to `paid`",
        ),
        (
            "tnt_bolt = {",
            "tnt_cove = {",
            &["restart", "tenant"],
            "`tnt_bolt` is removed: its requests are answered 403",
        ),
        ("stk_partner = 'Remote", "stk_other = 'Remote", &["federation", "restart"], "`stk_partner` is cut off"),
        (
            "https://us.agentos",
            "https://us2.agentos",
            &["federation", "restart"],
            "changes from `https://us.agentos.example.com` to",
        ),
        (
            r#"region = "eu-west-1""#,
            r#"region = "eu-west-2""#,
            &["federation", "restart"],
            "this stack: `region` changes",
        ),
        (
            "agentos-federation-jwt",
            "agentos-federation-tokens",
            &["restart", "secret"],
            "instead of `jwt.pub` of Secret `agentos-federation-jwt`",
        ),
        ("inject = 'File", "inject = 'File, rotation = \"2\"", &["restart", "secret"], "said to be rotated"),
        (
            "backend = 'Existing,",
            "backend = 'Existing, name = \"other\",",
            &["restart", "secret"],
            "instead of `AGENTOS_SIGNING_KEY` of Secret `agentos-secrets`",
        ),
        (
            "storage =",
            "network.callers.model-policy.x = { pods.app = \"x\" },\n  storage =",
            &["exposure"],
            "lets through callers: pods `app=x`, TCP 8082",
        ),
        (
            "storage =",
            "services.federation.service_port = 50090,\n  storage =",
            &["surface"],
            "no longer answers on port `50083`; it answers on `50090`",
        ),
        (
            "storage =",
            "services.model-policy.resources.limits.memory = \"1Gi\",\n  storage =",
            &["restart"],
            "`model-policy` restarts, with a short outage",
        ),
        ("storage =", "labels.team = \"a\",\n  storage =", &["restart"], "`federation` restarts"),
    ];
    let old = compiled(ENVIRONMENT);
    for (from, to, expected, sentence) in table {
        assert!(ENVIRONMENT.contains(from), "{from}");
        let found = meanings(old.clone(), compiled(&ENVIRONMENT.replacen(from, to, 1)));
        assert_eq!(classes(&found), expected.iter().copied().collect(), "{from} → {to}: {found:#?}");
        assert!(sentence.is_empty() || found.iter().any(|found| found.contains(sentence)), "{from} → {to}: {found:#?}");
    }
}

/// A change of one object: its kind and name, the place, and the value that it has then; none is taken out.
type Edit = (&'static str, &'static str, &'static str, Option<Value>);

fn edited(objects: &[Object], (kind, name, pointer, value): &Edit) -> Vec<Object> {
    let edit = |object: &Object| {
        if object.kind != *kind || object.name != *name {
            return object.clone();
        }
        let mut body = object.body.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let field = field.replace("~1", "/");
        match (body.pointer_mut(parent), value) {
            (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(field, value.clone())),
            (Some(Value::Object(fields)), None) => drop(fields.remove(&field)),
            (Some(Value::Array(items)), Some(value)) => items[field.parse::<usize>().unwrap()] = value.clone(),
            (Some(Value::Array(items)), None) => drop(items.remove(field.parse().unwrap())),
            _ => panic!("{kind} {name} has no {parent}"),
        }
        Object::of(body)
    };
    objects.iter().map(edit).collect()
}

const AO: &str = "agentos-agent-orchestrator";
const FED: &str = "agentos-federation";
const POD: &str = "/spec/template/spec";

#[test]
fn changes_of_objects_mean_what_they_mean() {
    let pod = |rest: &str| -> &'static str { format!("{POD}{rest}").leak() };
    let container = |rest: &str| -> &'static str { format!("{POD}/containers/0{rest}").leak() };
    let objects = compiled(ENVIRONMENT);
    let variable = |name: &str| -> &'static str {
        let deployment = objects.iter().find(|o| o.kind == "Deployment" && o.name == FED).unwrap();
        let env = deployment.body.pointer(container("/env")).unwrap().as_array().unwrap();
        let position = env.iter().position(|variable| variable["name"] == name).unwrap();
        container(&format!("/env/{position}"))
    };
    let set = |name: &str, value: &str| Some(json!({ "name": name, "value": value }));
    let table: Vec<(Edit, &[&str], &str)> = vec![
        (
            ("Deployment", FED, "/spec/selector/matchLabels/x", Some(json!("y"))),
            &["immutable"],
            "refuses to change `spec.selector`",
        ),
        (("Deployment", FED, "/spec/replicas", Some(json!(0))), &["restart"], "no pod of it is left"),
        (("Deployment", FED, "/spec/replicas", Some(json!(2))), &[], ""),
        (("Service", FED, "/spec/clusterIP", Some(json!("10.0.0.1"))), &["immutable"], "`spec.clusterIP`"),
        (("Service", FED, "/spec/type", Some(json!("NodePort"))), &["exposure"], "becomes a `NodePort`"),
        (("Service", FED, "/spec/ports/0/port", Some(json!(1))), &["surface"], "no longer answers on port `50083`"),
        (
            ("Namespace", "agentos-prod", "/metadata/labels/pod-security.kubernetes.io~1enforce", None),
            &["exposure"],
            "enforces nothing instead of `restricted`",
        ),
        (
            ("NetworkPolicy", "agentos-default-deny", "/spec/policyTypes/1", None),
            &["exposure"],
            "no longer restricts destinations",
        ),
        (("NetworkPolicy", FED, "/spec/egress/0/ports", None), &["exposure"], "lets through destinations"),
        (("NetworkPolicy", FED, "/spec/egress/0", None), &[], ""),
        (("ConfigMap", "agentos-peers", "/data/peers.seed.json", Some(json!("{"))), &["federation"], "answers 503"),
        (
            ("ConfigMap", "agentos-peers", "/data/peers.seed.json", None),
            &["federation", "surface"],
            "every peer is cut off",
        ),
        (
            ("Deployment", FED, pod("/volumes/0"), Some(json!({ "name": "data", "emptyDir": {} }))),
            &["data-loss", "restart"],
            "becomes an `emptyDir`",
        ),
        (
            ("Deployment", FED, pod("/volumes/0/persistentVolumeClaim/claimName"), Some(json!("other"))),
            &["data-loss", "restart"],
            "moves from the claim `agentos-federation-data` to `other`",
        ),
        (
            ("Deployment", FED, pod("/hostNetwork"), Some(json!(true))),
            &["exposure", "restart"],
            "share the node's network",
        ),
        (
            ("Deployment", FED, container("/securityContext/privileged"), Some(json!(true))),
            &["exposure", "restart"],
            "a container is privileged",
        ),
        (
            ("Deployment", FED, container("/securityContext/capabilities/add"), Some(json!(["NET_RAW"]))),
            &["exposure", "restart"],
            "the capability `NET_RAW` is added",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_METRICS_REQUIRE_AUTH"), set("AGENTOS_METRICS_REQUIRE_AUTH", "true")),
            &["exposure", "restart"],
            "`/metrics` is open",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_PROFILE"), set("AGENTOS_PROFILE", "production")),
            &["exposure", "restart"],
            "the guards of production are off",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_AUDIT_SINK"), set("AGENTOS_AUDIT_SINK", "stdout")),
            &["data-loss", "restart", "surface"],
            "which is on a volume, to `stdout`, which is not kept",
        ),
        (
            (
                "Deployment",
                FED,
                variable("AGENTOS_AUDIT_SINK"),
                set("AGENTOS_AUDIT_SINK", "file:/var/agentos/federation/a.log"),
            ),
            &["data-loss", "restart", "surface"],
            "nothing moves those that are there",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_FED_FORWARD_MAX_ATTEMPTS"), None),
            &["restart", "surface"],
            "`AGENTOS_FED_FORWARD_MAX_ATTEMPTS` is no longer set",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_PEERS_FILE"), set("AGENTOS_PEERS_FILE", "/etc/agentos/peers.json")),
            &["restart", "surface"],
            "`AGENTOS_PEERS_FILE` moves from",
        ),
        (
            ("Deployment", FED, variable("AGENTOS_STACK_ID"), set("AGENTOS_STACK_ID", "stk_x")),
            &["federation", "restart"],
            "the stack says it is another",
        ),
    ];
    for (edit, expected, sentence) in table {
        let found = meanings(objects.clone(), edited(&objects, &edit));
        assert_eq!(classes(&found), expected.iter().copied().collect(), "{edit:?}: {found:#?}");
        assert!(sentence.is_empty() || found.iter().any(|found| found.contains(sentence)), "{edit:?}: {found:#?}");
    }
}

/// The orchestrator and federation of a release, with some variables.
fn running(version: &str, variables: &[(&str, &str)]) -> Vec<Object> {
    let env: Vec<Value> = variables.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let image = format!("ghcr.io/nexixai/agentos:{version}");
    let container = json!({ "name": "agentos", "image": image, "env": env, "volumeMounts": [{ "name": "data", "mountPath": "/v" }] });
    let volumes = json!([{ "name": "data", "persistentVolumeClaim": { "claimName": "data" } }]);
    let template = json!({ "spec": { "containers": [container], "volumes": volumes } });
    let body = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "a" }, "spec": { "template": template } });
    vec![Object::of(body)]
}

#[test]
fn settings_mean_what_the_release_makes_of_them() {
    let metrics = "AGENTOS_METRICS_REQUIRE_AUTH";
    let (mtls, key, off) = ("AGENTOS_FED_REQUIRE_MTLS", "AGENTOS_FED_JWT_PUBLIC_KEY", "AGENTOS_FED_AUTH_DISABLED");
    let [service, orchestrator] = ["model-policy", "agent-orchestrator"].map(|name| ("AGENTOS_SERVICE", name));
    let (backend, kv) = ("AGENTOS_STORAGE_BACKEND", "AGENTOS_KV_STORE_DIR");
    type Pods<'a> = (&'a str, &'a [(&'a str, &'a str)]);
    let table: &[(Pods<'_>, Pods<'_>, &str)] = &[
        (("1.0.2", &[(metrics, "1")]), ("1.0.2", &[]), "`/metrics` is open"),
        (("1.0.7", &[(metrics, "1")]), ("1.0.7", &[]), ""),
        (("1.0.7", &[(metrics, "1")]), ("1.0.7", &[(metrics, "true")]), ""),
        (("1.0.7", &[(metrics, "1")]), ("1.0.7", &[(metrics, "0")]), "`/metrics` is open"),
        (("1.0.7", &[service]), ("1.0.2", &[service]), "`/metrics` is open"),
        (("1.0.2", &[]), ("1.0.7", &[]), ""),
        (("11.5", &[(metrics, "1")]), ("11.5", &[]), "`/metrics` is open"),
        (("1.0.2", &[(mtls, "true")]), ("1.0.2", &[(mtls, " TRUE")]), ""),
        (("1.0.7", &[(mtls, "true")]), ("1.0.7", &[(mtls, "1")]), "does not ask for client certificates"),
        (("1.0.2", &[(key, "/k")]), ("1.0.2", &[]), "does not verify callers' tokens"),
        (("1.0.7", &[(key, "/k")]), ("1.0.7", &[]), ""),
        (("1.0.7", &[(key, "/k")]), ("1.0.7", &[(key, "/k"), (off, "1")]), "takes forwards without a token"),
        (("1.0.2", &[(key, "/k")]), ("1.0.2", &[(key, "/k"), (off, "1")]), ""),
        (("1.0.7", &[(backend, "file")]), ("1.0.7", &[(backend, "postgres")]), "move from files to a database"),
        (("1.0.7", &[(backend, "Postgres")]), ("1.0.7", &[]), "move from a database to files"),
        (
            ("1.0.7", &[orchestrator, (metrics, "1"), (kv, "/v/kv")]),
            ("1.0.2", &[orchestrator, (metrics, "1"), (kv, "/v/kv")]),
            "release 1.0.2 does not read AGENTOS_KV_STORE_DIR",
        ),
    ];
    for (old, new, sentence) in table {
        let mut found = meanings(running(old.0, old.1), running(new.0, new.1));
        found.retain(|meaning| meaning.starts_with("exposure") || meaning.starts_with("data-loss"));
        let expected = usize::from(!sentence.is_empty());
        assert_eq!(found.len(), expected, "{old:?} {new:?}: {found:#?}");
        assert!(found.iter().all(|found| found.contains(sentence)), "{old:?} {new:?}: {found:#?}");
    }
}

fn route(host: &str, filters: Value) -> Object {
    Object::of(json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": { "name": AO, "namespace": "agentos-prod" },
        "spec": { "hostnames": [host], "rules": [{ "filters": filters, "backendRefs": [{ "name": AO, "port": 50081 }] }] },
    }))
}

/// The route that the compiler writes: one rule refuses the admin interface and leads nowhere, the other forwards.
fn compiled_route(edit: impl Fn(&mut Value)) -> Object {
    let objects = common::compile_shipped("environments/prod/eu.ncl").1.objects;
    let mut body = objects.into_iter().find(|object| object.kind == "HTTPRoute").unwrap().body;
    edit(body.pointer_mut("/spec/rules/1/filters/0/requestHeaderModifier").unwrap());
    Object::of(body)
}

#[test]
fn a_header_that_a_route_strips_no_longer_is_an_exposure() {
    for header in ["X-Tenant-Id", "X-Scopes", "X-Principal-Id", "X-Subject-Type", "X-Api-Key-Id"] {
        let without = |modifier: &mut Value| {
            modifier["remove"].as_array_mut().unwrap().retain(|removed| removed != header);
        };
        let set = |modifier: &mut Value| {
            without(modifier);
            modifier["set"] = json!([{ "name": header.to_lowercase(), "value": "x" }]);
        };
        let found = meanings(vec![compiled_route(|_| ())], vec![compiled_route(without)]);
        assert!(found.iter().any(|found| found.contains(&format!("no longer strips `{header}`"))), "{found:#?}");
        let found = meanings(vec![compiled_route(|_| ())], vec![compiled_route(set)]);
        assert!(
            !classes(&found).contains("exposure"),
            "a gateway that sets the header lets no caller set it: {found:#?}"
        );
    }
}

/// The objects before and after, the classes of what that means, and a part of a sentence of it.
type Row = (Vec<Object>, Vec<Object>, &'static [&'static str], &'static str);

#[test]
fn objects_that_come_and_go_mean_something_too() {
    let strip = json!([{ "type": "RequestHeaderModifier", "requestHeaderModifier": { "remove": ["X-Tenant-Id", "x-scopes"] } }]);
    let object = |kind: &str, more: Value| {
        let mut body =
            json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": "x", "namespace": "agentos-prod" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        vec![Object::of(body)]
    };
    let data = |value: &str| object("Secret", json!({ "data": { "A": value } }));
    let sealed = |value: &str| object("ConfigMap", json!({ "immutable": true, "data": { "a": value } }));
    let table: Vec<Row> = vec![
        (vec![], vec![route("a", strip.clone())], &["exposure"], "opens a way in"),
        (
            vec![route("a", strip.clone())],
            vec![route("b", strip.clone())],
            &["exposure", "surface"],
            "nothing answers as `a` any more",
        ),
        (vec![route("a", strip)], vec![route("a", json!([]))], &["exposure"], "no longer strips `X-Tenant-Id`"),
        (vec![], object("RoleBinding", json!({})), &["exposure"], "grants rights on the API server"),
        (object("PersistentVolumeClaim", json!({})), vec![], &["data-loss"], "is deleted, and its data unless"),
        (object("NetworkPolicy", json!({})), vec![], &["exposure"], "what it kept out can get in"),
        (vec![], object("NetworkPolicy", json!({ "spec": { "ingress": [{}] } })), &[], ""),
        (data("b25l"), data("dHdv"), &["secret"], "`A` of Secret `x` has another value"),
        (vec![], data("b25l"), &["secret"], "is made here now"),
        (sealed("1"), sealed("2"), &["immutable"], "refuses to change `data.a`"),
        (
            object("Job", json!({ "spec": { "template": { "a": 1 } } })),
            object("Job", json!({ "spec": { "template": { "a": 2 } } })),
            &["immutable"],
            "`spec.template`",
        ),
        (
            object("StatefulSet", json!({ "spec": { "serviceName": "a" } })),
            object("StatefulSet", json!({ "spec": { "serviceName": "b" } })),
            &["immutable"],
            "`spec.serviceName`",
        ),
    ];
    for (old, new, expected, sentence) in table {
        let found = meanings(old.clone(), new.clone());
        assert_eq!(classes(&found), expected.iter().copied().collect(), "{old:?} → {new:?}: {found:#?}");
        assert!(sentence.is_empty() || found.iter().any(|found| found.contains(sentence)), "{found:#?}");
    }
}

/// What a CRD fills in means nothing, whichever side has it; another strategy gives another value.
#[test]
fn an_external_secret_with_its_defaults_is_the_same() {
    let secret = |more: Value| {
        let mut reference = json!({ "key": "agentos", "property": "token" });
        reference.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        vec![Object::of(json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
            "metadata": { "name": "agentos-secrets", "namespace": "agentos" },
            "spec": { "data": [{ "secretKey": "TOKEN", "remoteRef": reference }] },
        }))]
    };
    let filled = json!({ "conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None" });
    assert_eq!(meanings(secret(json!({})), secret(filled.clone())), [""; 0]);
    assert_eq!(meanings(secret(filled.clone()), secret(json!({}))), [""; 0]);
    let decoded = secret(json!({ "decodingStrategy": "Base64" }));
    assert_eq!(classes(&meanings(secret(filled), decoded)), BTreeSet::from(["secret"]));
}

/// An object of a namespace, with some fields.
fn object(kind: &str, more: &Value) -> Vec<Object> {
    let mut body = json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": "x", "namespace": "n" } });
    let Value::Object(fields) = &mut body else { unreachable!() };
    fields.extend(more.as_object().unwrap().clone());
    vec![Object::of(body)]
}

/// What a change of an object means is said, and nothing where it means nothing.
fn assert_means(kind: &str, old: &Value, new: &Value, expected: &str, sentence: &str) {
    let found = meanings(object(kind, old), object(kind, new));
    let expected: BTreeSet<&str> = expected.split_whitespace().collect();
    assert_eq!(classes(&found), expected, "{kind}: {old} → {new}: {found:#?}");
    assert!(sentence.is_empty() || found.iter().any(|found| found.contains(sentence)), "{sentence}: {found:#?}");
}

#[test]
fn rights_that_a_role_did_not_grant_are_an_exposure() {
    let rules = |rules: Value| json!({ "rules": rules });
    let reader = json!({ "apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"] });
    let old = rules(json!([reader]));
    let wider: [(Value, &str); 7] = [
        (
            json!([{ "apiGroups": [""], "resources": ["pods", "secrets"], "verbs": ["get"] }]),
            "grants `get` on `secrets`",
        ),
        (
            json!([{ "apiGroups": [""], "resources": ["pods"], "verbs": ["get", "delete"] }]),
            "grants `delete` on `pods`",
        ),
        (json!([{ "apiGroups": ["apps"], "resources": ["pods"], "verbs": ["get"] }]), "on `pods` of `apps`"),
        (json!([{ "apiGroups": ["*"], "resources": ["pods"], "verbs": ["get"] }]), "on `pods` of `*`"),
        (json!([{ "apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get"] }]), "grants `get` on `pods/exec`"),
        (json!([reader, { "nonResourceURLs": ["/metrics"], "verbs": ["get"] }]), "grants `get` on `/metrics`"),
        (
            json!([reader, { "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"], "verbs": ["get"] }]),
            "named `a`",
        ),
    ];
    for (new, sentence) in wider {
        assert_means("Role", &old, &rules(new), "exposure", sentence);
    }
    let narrower = [
        json!([{ "apiGroups": [""], "resources": ["pods"], "verbs": ["list"] }]),
        json!([{ "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"], "verbs": ["get"] }]),
        json!([{ "apiGroups": [""], "resources": ["pods"], "verbs": ["list"] }, { "apiGroups": [""], "resources": ["pods"], "verbs": ["get"] }]),
        json!([]),
    ];
    for new in narrower {
        assert_means("ClusterRole", &old, &rules(new), "", "");
    }
    let all = rules(
        json!([{ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] }, { "nonResourceURLs": ["/healthz*"], "verbs": ["*"] }]),
    );
    assert_means(
        "ClusterRole",
        &all,
        &rules(json!([reader, { "nonResourceURLs": ["/healthz/etcd"], "verbs": ["get"] }])),
        "",
        "",
    );
    let selectors =
        |label: &str| json!({ "aggregationRule": { "clusterRoleSelectors": [{ "matchLabels": { "a": label } }] } });
    assert_means(
        "ClusterRole",
        &selectors("b"),
        &selectors("c"),
        "exposure",
        "takes in the rights of every ClusterRole",
    );
}

#[test]
fn who_has_the_rights_of_a_role_is_an_exposure() {
    let account = |name: &str| json!({ "kind": "ServiceAccount", "name": name, "namespace": "n" });
    let binding =
        |role: &str, subjects: Value| json!({ "roleRef": { "kind": "Role", "name": role }, "subjects": subjects });
    let old = binding("r", json!([account("a")]));
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        assert_means(
            kind,
            &old,
            &binding("r", json!([account("a"), account("b")])),
            "exposure",
            "`ServiceAccount` `n/b`, too",
        );
        assert_means(
            kind,
            &old,
            &binding("r", json!([{ "kind": "Group", "name": "system:authenticated" }])),
            "exposure",
            "`system:authenticated`",
        );
        assert_means(
            kind,
            &old,
            &binding("s", json!([account("a")])),
            "immutable exposure",
            "the rights of `Role` `s`",
        );
        assert_means(kind, &binding("r", json!([account("a"), account("b")])), &old, "", "");
    }
    let own =
        json!({ "roleRef": { "kind": "Role", "name": "r" }, "subjects": [{ "kind": "ServiceAccount", "name": "a" }] });
    assert_means("RoleBinding", &own, &old, "", "");
    let pods = |name: &str, token: bool| {
        let spec = json!({ "serviceAccountName": name, "automountServiceAccountToken": token });
        json!({ "spec": { "template": { "spec": spec } } })
    };
    assert_means("Deployment", &pods("a", true), &pods("b", true), "exposure restart", "as ServiceAccount `b`");
    assert_means("Deployment", &pods("a", false), &pods("b", false), "restart", "");
}

#[test]
fn callers_that_a_service_kept_out_are_an_exposure() {
    let balancer = |more: Value| {
        let mut spec = json!({ "type": "LoadBalancer", "ports": [{ "port": 443 }] });
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "spec": spec })
    };
    let ranges = |ranges: Value| balancer(json!({ "loadBalancerSourceRanges": ranges }));
    let narrow = ranges(json!(["10.0.0.0/8"]));
    assert_means("Service", &narrow, &balancer(json!({})), "exposure", "every address may call it");
    assert_means("Service", &narrow, &ranges(json!([])), "exposure", "every address may call it");
    assert_means(
        "Service",
        &narrow,
        &ranges(json!(["10.0.0.0/8", "192.0.2.0/24"])),
        "exposure",
        "callers from `192.0.2.0/24`",
    );
    assert_means("Service", &narrow, &ranges(json!(["0.0.0.0/0"])), "exposure", "callers from `0.0.0.0/0`");
    assert_means("Service", &narrow, &ranges(json!(["10.1.0.0/16"])), "", "");
    assert_means("Service", &balancer(json!({})), &narrow, "", "");
    let local = balancer(json!({ "externalTrafficPolicy": "Local" }));
    assert_means(
        "Service",
        &local,
        &balancer(json!({ "externalTrafficPolicy": "Cluster" })),
        "exposure",
        "hides callers' addresses",
    );
    assert_means("Service", &local, &balancer(json!({})), "exposure", "hides callers' addresses");
    assert_means("Service", &balancer(json!({})), &local, "", "");
    let two = balancer(json!({ "ports": [{ "port": 443 }, { "port": 8081 }] }));
    assert_means("Service", &balancer(json!({})), &two, "exposure", "opens port `8081`");
    let inside = |value: &str| {
        let mut service = balancer(json!({}));
        service["metadata"] =
            json!({ "name": "x", "namespace": "n", "annotations": { "networking.gke.io/load-balancer-type": value } });
        service
    };
    assert_means("Service", &inside("Internal"), &inside("External"), "exposure", "no longer an internal one");
    assert_means("Service", &inside("External"), &inside("Internal"), "", "");
    let selector = |app: &str| json!({ "spec": { "selector": { "app": app } } });
    assert_means("Service", &selector("a"), &selector("b"), "surface", "leads to other pods");
}

#[test]
fn other_labels_of_the_same_pods_are_no_other_pods() {
    let stack = |label: &str, selected: &str| {
        let template = json!({ "metadata": { "labels": { "app": label } }, "spec": {} });
        [
            object("Service", &json!({ "spec": { "selector": { "app": selected } } })),
            object("Deployment", &json!({ "spec": { "template": template } })),
        ]
        .concat()
    };
    assert_eq!(classes(&meanings(stack("a", "a"), stack("b", "b"))), BTreeSet::from(["restart"]));
    assert_eq!(classes(&meanings(stack("a", "a"), stack("b", "a"))), BTreeSet::from(["restart"]));
    assert_eq!(classes(&meanings(stack("a", "a"), stack("a", "b"))), BTreeSet::from(["surface"]));
}

#[test]
fn a_route_that_is_elsewhere_is_an_exposure() {
    let route = |spec: Value| json!({ "spec": spec });
    let parent = |parent: Value| route(json!({ "parentRefs": [parent], "hostnames": ["a"] }));
    let old = parent(json!({ "name": "inner", "namespace": "edge" }));
    assert_means(
        "HTTPRoute",
        &old,
        &parent(json!({ "name": "public", "namespace": "edge" })),
        "exposure",
        "attached to Gateway `edge/public`",
    );
    assert_means("HTTPRoute", &old, &parent(json!({ "name": "inner" })), "exposure", "attached to Gateway `n/inner`");
    assert_means(
        "HTTPRoute",
        &old,
        &parent(json!({ "name": "inner", "namespace": "edge", "sectionName": "s" })),
        "",
        "",
    );
    assert_means(
        "HTTPRoute",
        &parent(json!({ "name": "inner", "namespace": "edge", "sectionName": "s" })),
        &old,
        "exposure",
        "`edge/inner`",
    );
    assert_means(
        "HTTPRoute",
        &old,
        &route(json!({ "parentRefs": [{ "name": "inner", "namespace": "edge" }] })),
        "exposure surface",
        "answers as any host",
    );
    let rules = |rules: Value| route(json!({ "rules": rules }));
    let to = |path: &str| json!({ "matches": [{ "path": { "type": "PathPrefix", "value": path } }], "backendRefs": [{ "name": "b", "port": 1 }] });
    let refuse = json!({ "matches": [{ "path": { "type": "PathPrefix", "value": "/v1/admin" } }] });
    assert_means("HTTPRoute", &rules(json!([to("/v1/runs")])), &rules(json!([to("/")])), "exposure", "forwards `/`");
    assert_means("HTTPRoute", &rules(json!([to("/v1")])), &rules(json!([to("/v1/runs")])), "", "");
    assert_means(
        "HTTPRoute",
        &rules(json!([to("/v1"), refuse])),
        &rules(json!([to("/v1")])),
        "exposure",
        "no longer refuses `/v1/admin`",
    );
    let ingress = |class: &str, tls: Value| route(json!({ "ingressClassName": class, "tls": tls }));
    let tls = json!([{ "hosts": ["a"] }]);
    assert_means(
        "Ingress",
        &ingress("inner", tls.clone()),
        &ingress("public", tls.clone()),
        "exposure",
        "another controller: `public`",
    );
    assert_means("Ingress", &ingress("inner", tls), &ingress("inner", json!([])), "exposure", "without TLS");
}

#[test]
fn what_goes_with_an_object_is_said() {
    let crd = json!({ "spec": { "names": { "kind": "Foo" } } });
    let found = meanings(object("CustomResourceDefinition", &crd), vec![]);
    assert_eq!(
        found,
        ["data-loss: every object of the kind `Foo` in the cluster is deleted with CustomResourceDefinition `x`"]
    );
    let scope = |scope: &str| json!({ "spec": { "scope": scope } });
    assert_means("CustomResourceDefinition", &scope("Cluster"), &scope("Namespaced"), "immutable", "`spec.scope`");
    let kept =
        |annotations: Value| json!({ "metadata": { "name": "x", "namespace": "n", "annotations": annotations } });
    for (name, value) in [
        ("argocd.argoproj.io/sync-options", "Prune=false"),
        ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
        ("helm.sh/resource-policy", "keep"),
    ] {
        let keep = kept(json!({ name: value, "a": "b" }));
        assert_means("PersistentVolumeClaim", &keep, &kept(json!({ "a": "b" })), "data-loss", "is no longer kept");
        assert_means("PersistentVolumeClaim", &kept(json!({})), &keep, "", "");
        assert_means("Service", &keep, &kept(json!({})), "", "");
    }
    let policy = |when: &str| json!({ "spec": { "persistentVolumeClaimRetentionPolicy": { "whenDeleted": when } } });
    assert_means(
        "StatefulSet",
        &policy("Retain"),
        &policy("Delete"),
        "data-loss",
        "are deleted, and their data, when it goes",
    );
}

#[test]
fn a_claim_may_be_given_a_class_and_may_grow() {
    let claim = |class: Option<&str>, size: Value| json!({ "spec": { "storageClassName": class, "resources": { "requests": { "storage": size } } } });
    let notes = |old: &Value, new: &Value| -> Vec<String> {
        let kind = "PersistentVolumeClaim";
        let report = compare(&side(object(kind, old)), &side(object(kind, new))).unwrap();
        report.objects().flat_map(|object| object.notes.clone()).collect()
    };
    let unset = claim(None, json!("1Gi"));
    assert_means("PersistentVolumeClaim", &unset, &claim(Some("ssd"), json!("1Gi")), "", "");
    assert!(notes(&unset, &claim(Some("ssd"), json!("1Gi")))[0].contains("takes no other"));
    assert_means(
        "PersistentVolumeClaim",
        &claim(Some("ssd"), json!("1Gi")),
        &unset,
        "data-loss immutable",
        "`spec.storageClassName`",
    );
    assert_means("PersistentVolumeClaim", &unset, &claim(None, json!("2Gi")), "", "");
    assert!(notes(&unset, &claim(None, json!("2Gi")))[0].contains("`allowVolumeExpansion: true`"));
    assert_means(
        "PersistentVolumeClaim",
        &unset,
        &claim(None, json!(1_000_000)),
        "data-loss immutable",
        "which can only grow",
    );
    let spec = |field: &str, value: &str| json!({ "spec": { field: value } });
    assert_means("PersistentVolumeClaim", &json!({ "spec": {} }), &spec("volumeMode", "Filesystem"), "", "");
    assert_means(
        "PersistentVolumeClaim",
        &json!({ "spec": {} }),
        &spec("volumeMode", "Block"),
        "immutable",
        "`spec.volumeMode`",
    );
    assert_means("Secret", &json!({}), &json!({ "type": "Opaque" }), "", "");

    // Where a side says what the class allows, the answer is known.
    let with_class = |allows: bool, size: &str| {
        let class = json!({ "kind": "StorageClass", "metadata": { "name": "ssd" }, "allowVolumeExpansion": allows });
        [object("PersistentVolumeClaim", &claim(Some("ssd"), json!(size))), vec![Object::of(class)]].concat()
    };
    assert_eq!(meanings(with_class(true, "1Gi"), with_class(true, "2Gi")), [""; 0]);
    let refused = meanings(with_class(false, "1Gi"), with_class(false, "2Gi"));
    assert_eq!(classes(&refused), BTreeSet::from(["immutable"]), "{refused:?}");
}

#[test]
fn two_spellings_of_one_object_are_one() {
    let same = |kind: &str, old: Value, new: Value| {
        let report = compare(&side(object(kind, &old)), &side(object(kind, &new))).unwrap();
        assert!(report.is_empty(), "{}", Format::Human.render(&report, Style { color: false }));
    };
    same("Secret", json!({ "stringData": { "a": "one" } }), json!({ "data": { "a": "b25l" } }));
    same(
        "Secret",
        json!({ "data": { "a": "b2\n5l\n" }, "stringData": { "b": "x" } }),
        json!({ "data": { "a": "b25l", "b": "eA==" } }),
    );
    same(
        "Secret",
        json!({ "data": { "a": "eA==" }, "stringData": { "a": "one" } }),
        json!({ "stringData": { "a": "one" } }),
    );
    let quota = |memory: Value| json!({ "spec": { "hard": { "requests.memory": memory } } });
    same("ResourceQuota", quota(json!("1Gi")), quota(json!("1024Mi")));
    let pods = |cpu: Value, more: Value| {
        let container =
            json!({ "name": "a", "resources": { "limits": { "cpu": cpu } }, "env": [{ "name": "E", "value": "" }] });
        let mut pod = json!({ "containers": [container] });
        pod.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "spec": { "template": { "spec": pod } } })
    };
    same(
        "Deployment",
        pods(json!("500m"), json!({ "hostNetwork": false, "tolerations": [] })),
        pods(json!(0.5), json!({})),
    );
    let found = meanings(
        object("Secret", &json!({ "stringData": { "a": "one" } })),
        object("Secret", &json!({ "data": { "a": "eA==" } })),
    );
    assert_eq!(found, ["secret: `a` of Secret `x` has another value"]);
}

#[test]
fn a_job_that_is_replaced_stops_nothing() {
    let job = |name: &str| {
        vec![Object::of(
            json!({ "kind": "Job", "metadata": { "name": name, "namespace": "n" }, "spec": { "template": { "spec": {} } } }),
        )]
    };
    assert_eq!(meanings(job("agentos-smoke-4171a72e"), job("agentos-smoke-fc453ed4")), [""; 0]);
    assert_eq!(
        meanings(job("agentos-smoke-4171a72e"), vec![]),
        ["restart: `agentos-smoke-4171a72e` ends, if it still runs: nothing else of it stops"]
    );
    assert_eq!(meanings(job("agentos-smoke-4171a72e"), job("agentos-other-fc453ed4")).len(), 1);
}

#[test]
fn the_version_of_a_group_does_not_make_another_object() {
    let of = |version: &str| {
        vec![Object::of(json!({ "apiVersion": version, "kind": "Ingress", "metadata": { "name": "a" } }))]
    };
    let report = compare(&side(of("networking.k8s.io/v1beta1")), &side(of("networking.k8s.io/v1"))).unwrap();
    assert_eq!(report.objects().map(|object| object.fields.len()).collect::<Vec<_>>(), [1]);
}

#[test]
fn no_secret_is_shown_in_any_format() {
    let token = format!("ghp_{}", "aB3dE5fG7hJ9".repeat(3));
    let with = |value: &str| {
        let encoded = format!("aHVudGVy{value}");
        let texts = json!({ "note": value, "text": format!("a\ntoken {value}\nb\n") });
        vec![
            Object::of(
                json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "a" }, "data": { "K": encoded }, "stringData": { "S": value } }),
            ),
            Object::of(
                json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a", "annotations": texts }, "data": texts }),
            ),
            Object::of(
                json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a" }, "spec": { "containers": [
                { "name": "c", "args": [value], "env": [{ "name": "AGENTOS_STACK_ID", "value": value }, { "name": "AGENTOS_RUN_STORE_FILE", "value": format!("/var/agentos/{value}") }] },
            ] } }),
            ),
        ]
    };
    let report = compare(&side(with("none")), &side(with(&token))).unwrap();
    assert_eq!(report.objects().count(), 3);
    for format in Format::value_variants() {
        let text = format.render(&report, Style { color: false });
        assert!(!text.contains("aB3dE5") && !text.contains("aHVudGVy"), "{text}");
    }
}

/// Runs the binary and shows what a user would see.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = common::binary()
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("GIT_CEILING_DIRECTORIES", std::env::temp_dir())
        .output()
        .unwrap();
    shown(output, folder)
}

fn shown(output: Output, folder: &Path) -> String {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&*folder.to_string_lossy(), "<folder>");
    let (status, out) = (output.status.code().unwrap(), text(output.stdout));
    format!("status: {status}\n--- stdout\n{out}--- stderr\n{}", text(output.stderr))
}

fn run_fixtures(more: &[&str]) -> String {
    let mut arguments = vec!["diff", "before.ncl", "after.ncl"];
    arguments.extend(more);
    run(&root().join("tests/fixtures/diff"), &arguments)
}

#[test]
fn as_a_person_reads_it() {
    assert_snapshot!(run_fixtures(&[]));
}

#[test]
fn as_json() {
    assert_snapshot!(run_fixtures(&["--format", "json"]));
}

#[test]
fn as_markdown() {
    assert_snapshot!(run_fixtures(&["--format", "markdown"]));
}

#[test]
fn the_page_shows_what_is_printed() {
    let page = std::fs::read_to_string(root().join("docs/diff.md")).unwrap();
    let printed = run_fixtures(&[]);
    let printed = printed.split_once("--- stdout\n").unwrap().1.split_once("--- stderr\n").unwrap().0;
    assert!(page.contains(&format!("```text\n{printed}```")), "docs/diff.md is out of date; it has to show\n{printed}");
}

#[test]
fn colours_are_for_those_who_want_them() {
    assert!(run_fixtures(&["--color", "always"]).contains("\u{1b}[1;31mimmutable\u{1b}[0m [K009]: "));
    assert!(!run_fixtures(&[]).contains('\u{1b}'));
}

#[test]
fn the_exit_status_says_what_it_should() {
    let status = |shown: &str| shown.lines().next().unwrap().replace("status: ", "");
    let folder = root().join("tests/fixtures/diff");
    assert_eq!(
        run(&folder, &["diff", "before.ncl", "before.ncl"]),
        "status: 0\n--- stdout\n--- stderr\nno differences\n"
    );
    assert_eq!(status(&run_fixtures(&["--fail-on", "surface"])), "0");
    assert_eq!(status(&run_fixtures(&["--fail-on", "surface,data-loss"])), "1");
    assert_eq!(status(&run(&folder, &["diff", "before.ncl", "missing.ncl"])), "2");
}

/// A project with compiled environments, broken ones, and manifests.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let environment = |name: &str| {
        format!(
            "let agentos = import \"agentos/lib.ncl\" in\n(import \"../common.ncl\") & {{ name = \"{name}\", namespace = \"{name}\", federation.stack = \"stk_{name}\" }} | agentos.Environment\n"
        )
    };
    write("agentos.toml", "");
    write("common.ncl", "{ profile = 'Dev, storage = 'Ephemeral }\n");
    for name in ["one", "two"] {
        write(&format!("env/{name}.ncl"), &environment(name));
    }
    write("bad.ncl", &environment("bad").replace("../", "").replace("federation", "federatoin"));
    write("plain/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \"1\"}\n---\n");
    write("plain/b.json", r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b"}}"#);
    write("plain/notes.txt", "not YAML: [");
    write("overlay/kustomization.yaml", "resources: [../plain/a.yaml]\npatches: []\n");
    write("broken.yaml", "data: [\n");
    write("twice.yaml", &"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: n}\n".repeat(2));
    write("empty/README.md", "nothing");
    folder
}

#[test]
fn sides_are_found_wherever_they_are() {
    let folder = project();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let same = "status: 0\n--- stdout\n--- stderr\nno differences\n";
    assert_eq!(run(&["build", "env", "-o", "out"]), "status: 0\n--- stdout\n--- stderr\n");
    assert_eq!(run(&["diff", "env", "out"]), same);
    assert_eq!(run(&["diff", "env/one.ncl", "out/one"]), same);
    assert_eq!(run(&["diff", "out/one/manifests.yaml", "env/one.ncl"]), same);
    assert_eq!(run(&["diff", "plain", "plain"]), same);
    std::fs::remove_file(folder.path().join("env/two.ncl")).unwrap();
    assert_snapshot!("an_environment_is_gone", run(&["diff", "out", "env"]));
    assert_snapshot!("manifests_in_files", run(&["diff", "plain/a.yaml", "plain", "--format", "markdown"]));
}

#[cfg(unix)]
#[test]
fn pipes_and_standard_input_are_sides() {
    let folder = project();
    run(folder.path(), &["build", "env", "-o", "out"]);
    let shell = |script: &str| {
        let binary = env!("CARGO_BIN_EXE_agentos-cfg");
        let output = Command::new("bash")
            .args(["-c", &script.replace("agentos-cfg", binary)])
            .current_dir(folder.path())
            .output();
        output.ok().map(|output| shown(output, folder.path()))
    };
    let same = "status: 0\n--- stdout\n--- stderr\nno differences\n";
    for script in [
        "cat out/one/manifests.yaml | agentos-cfg diff - env/one.ncl",
        "cat out/one/manifests.yaml | agentos-cfg diff env/one.ncl -",
        "agentos-cfg diff <(cat out/one/manifests.yaml) env/one.ncl",
        "agentos-cfg diff <(cat out/one/manifests.yaml) <(cat out/one/manifests.yaml)",
        "cat out/one/manifests.yaml | agentos-cfg diff /dev/stdin out/one",
        "mkfifo pipe; (cat out/one/manifests.yaml > pipe &) ; agentos-cfg diff pipe out/one",
    ] {
        let Some(found) = shell(script) else { return eprintln!("skipped: there is no `bash` on this machine") };
        assert_eq!(found, same, "{script}");
    }
    for (script, why) in [
        ("true | agentos-cfg diff - env/one.ncl --fail-on data-loss", "nothing came from `<stdin>`"),
        ("agentos-cfg diff - - < /dev/null", "standard input can be one side only"),
        ("agentos-cfg diff /dev/null env/one.ncl", "neither a file, a folder nor a pipe"),
    ] {
        let found = shell(script).unwrap();
        assert!(found.starts_with("status: 2\n") && found.contains(why), "{script}: {found}");
    }
}

#[test]
fn what_can_not_be_compared_is_said() {
    let folder = project();
    run(folder.path(), &["build", "env", "-o", "out"]);
    let wrong = [
        ["env/one.ncl", "bad.ncl"],
        ["plain", "overlay"],
        ["plain", "broken.yaml"],
        ["plain", "empty"],
        ["plain", "twice.yaml"],
        ["plain", "env"],
        ["plain", "missing"],
        ["plain", "git:main"],
        ["plain", "git:main:plain"],
    ];
    let shown: String = wrong
        .iter()
        .map(|[old, new]| format!("$ diff {old} {new}\n{}", run(folder.path(), &["diff", old, new])))
        .collect();
    assert_snapshot!(shown);
}

/// A folder of a stranger names what is to be read, and nothing of it is fetched.
#[test]
fn what_a_kustomization_names_is_not_fetched() {
    let folder = project();
    let names = |resource: &str| {
        std::fs::create_dir_all(folder.path().join("foreign")).unwrap();
        let text = format!("kind: Kustomization\nresources: [\"{resource}\"]\n");
        std::fs::write(folder.path().join("foreign/kustomization.yaml"), text).unwrap();
        run(folder.path(), &["diff", "foreign", "foreign"])
    };
    for address in ["https://127.0.0.1:1/a.yaml", "git::https://127.0.0.1:1/a", "ssh://127.0.0.1:1/a"] {
        let shown = names(address);
        assert!(shown.starts_with("status: 2\n") && shown.contains("which is not fetched"), "{shown}");
    }
    for program in ["$(touch made)", "`touch made`", "|touch made", "a.yaml; touch made"] {
        assert!(names(program).starts_with("status: 2\n"), "{program}");
    }
    assert!(!folder.path().join("made").exists() && !folder.path().join("foreign/made").exists());
}

/// Runs Git as nobody in particular; none where there is no Git.
fn git(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .ok()?;
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output)
}

#[test]
fn a_revision_is_read_with_what_it_imports() {
    let folder = project();
    let path = folder.path();
    if git(path, &["init", "--quiet"]).is_none() {
        eprintln!("skipped: there is no `git` on this machine");
        return;
    }
    // From here on the repository marks the project, in a revision as on the disk.
    std::fs::remove_file(path.join("agentos.toml")).unwrap();
    run(path, &["build", "env", "-o", "out"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("env", path.join("link")).unwrap();
    git(path, &["add", "--all"]);
    git(path, &["commit", "--quiet", "--message", "All"]);
    // What is imported changes on the disk; in the revision it is as it was.
    std::fs::write(path.join("common.ncl"), "{ profile = 'Demo, storage = 'Ephemeral }\n").unwrap();
    let same = "status: 0\n--- stdout\n--- stderr\nno differences\n";
    assert_eq!(run(path, &["diff", "git:HEAD:env", "out"]), same);
    assert_eq!(run(path, &["diff", "git:main:env/one.ncl", "git:HEAD@{0}:out/one"]), same);
    assert_eq!(run(path, &["diff", "git:HEAD:plain", "plain"]), same);
    assert_eq!(run(&path.join("env"), &["diff", "git:HEAD:one.ncl", "../out/one"]), same);
    #[cfg(unix)]
    assert_eq!(run(path, &["diff", "git:HEAD:link/one.ncl", "out/one"]), same);
    assert_snapshot!("from_a_revision", run(path, &["diff", "git:HEAD:env/one.ncl", "env/one.ncl"]));
    // What a revision did not have yet is new, as on a first pull request; on the disk and as the new side it is a mistake.
    let first = run(path, &["diff", "git:HEAD:missing", "env/one.ncl", "--fail-on", "data-loss,immutable,exposure"]);
    assert!(first.starts_with("status: 0\n--- stdout\nenvironment `one` is added"), "{first}");
    assert!(
        first.ends_with(
            "note: there is no `git:HEAD:missing`: the old side is taken to be empty, and everything is new\n"
        ),
        "{first}"
    );
    for format in ["json", "markdown"] {
        let shown = run(path, &["diff", "git:HEAD:empty", "out", "--format", format]);
        assert!(shown.starts_with("status: 1\n") && shown.contains("everything is new"), "{shown}");
    }
    assert!(run(path, &["diff", "git:HEAD:missing", "plain/a.yaml"]).starts_with("status: 1\n"));
    assert!(run(path, &["diff", "out", "git:HEAD:missing"]).starts_with("status: 2\n"));
    let wrong = ["git:nowhere:env", "git:--help:env", "git:HEAD:bad.ncl"];
    let shown: String =
        wrong.iter().map(|side| format!("$ diff {side} out\n{}", run(path, &["diff", side, "out"]))).collect();
    assert_snapshot!("wrong_revisions", shown);
}

#[test]
fn what_is_shipped_is_what_it_compiles_to() {
    let mut compiler = Compiler::new();
    for name in ["local-dev", "demo"] {
        let entry = Entry::file(Path::new(&format!("environments/{name}.ncl")), root());
        let outcome = compiler.compile(&Disk, &entry);
        let text = std::fs::read_to_string(root().join(format!("deploy/k8s/{name}/manifests.yaml"))).unwrap();
        let report =
            compare(&side(agentos_cfg::diff::manifests::objects(&text).unwrap()), &side(outcome.objects)).unwrap();
        assert!(report.is_empty(), "{}", Format::Human.render(&report, Style { color: false }));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_shows_nothing_from_outside_its_project() {
    use std::os::unix::fs::symlink;
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {k: from-elsewhere}\n";
    std::fs::write(outside.path().join("a.yaml"), object).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("agentos.toml", "");
    write("old/a.yaml", &object.replace("from-elsewhere", "here"));
    write("base/a.yaml", &object.replace("from-elsewhere", "base"));
    write(".git/a.yaml", object);
    let elsewhere = outside.path().join("a.yaml").display().to_string();
    for resource in [elsewhere.as_str(), "../../../../../../../../../../..//a.yaml", "../.git/a.yaml", "link.yaml"] {
        write("new/kustomization.yaml", &format!("resources: [{resource}]\n"));
        let _ = std::fs::remove_file(folder.path().join("new/link.yaml"));
        symlink(outside.path().join("a.yaml"), folder.path().join("new/link.yaml")).unwrap();
        let output = common::binary().args(["diff", "old", "new"]).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(2), "{resource}: {said}");
        assert!(!said.contains("from-elsewhere"), "{resource}: {said}");
    }
    write("new/kustomization.yaml", "resources: [../base/a.yaml]\n");
    let output = common::binary().args(["diff", "old", "new"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
