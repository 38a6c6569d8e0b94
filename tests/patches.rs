//! Patches: they change what they are for, and what comes of them is verified.

mod common;

use agentos_cfg::objects::object::Object;
use agentos_cfg::{Compiler, Outcome};
use common::{
    Memory, codes_and_lines, compile, compile_in, compile_shipped, environment, findings, patch_object, production,
    schema_faults, shown,
};
use serde_json::{Value as Json, json};

/// What a patch may not change, and what Kubernetes itself says of an object.
const IDENTITY: [&str; 3] = ["apiVersion", "kind", "metadata"];

fn patched(patches: &str) -> Outcome {
    let (compiler, outcome) = compile(&environment(&format!("  patches = {{\n{patches}\n  }},")));
    assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
    outcome
}

fn found(patches: &str) -> String {
    findings(&environment(&format!("  patches = {{\n{patches}\n  }},")))
}

fn body<'a>(outcome: &'a Outcome, kind: &str, name: &str) -> &'a Json {
    &outcome.objects.iter().find(|object| object.kind == kind && object.name == name).unwrap().body
}

#[test]
fn records_are_merged_null_removes_and_lists_are_replaced() {
    let outcome = patched(
        "    Deployment.agentos-federation = {\n      spec = { minReadySeconds = 5, revisionHistoryLimit = null },\n      \
         spec.template.spec.tolerations = [{ key = \"a\", operator = \"Exists\" }],\n    },\n    \
         Namespace.agentos.metadata.labels.team = \"platform\",",
    );
    let (_, plain) = compile(&environment(""));
    let mut wanted = body(&plain, "Deployment", "agentos-federation").clone();
    wanted["spec"]["minReadySeconds"] = json!(5);
    wanted["spec"].as_object_mut().unwrap().shift_remove("revisionHistoryLimit").unwrap();
    wanted["spec"]["template"]["spec"]["tolerations"] = json!([{ "key": "a", "operator": "Exists" }]);
    assert_eq!(*body(&outcome, "Deployment", "agentos-federation"), wanted);
    assert_eq!(body(&outcome, "Namespace", "agentos")["metadata"]["labels"]["team"], "platform");
    for object in plain.objects.iter().filter(|o| o.name != "agentos-federation" && o.kind != "Namespace") {
        assert_eq!(*body(&outcome, &object.kind, &object.name), object.body);
    }
}

#[test]
fn a_name_may_have_its_namespace() {
    let outcome = patched("    Service.\"agentos/agentos-federation\".metadata.annotations.a = \"b\",");
    assert_eq!(body(&outcome, "Service", "agentos-federation")["metadata"]["annotations"]["a"], "b");
}

#[test]
fn an_overlay_adds_to_the_patches_of_its_base() {
    let base = "{ patches.Service.agentos-federation.metadata.annotations.a = \"1\" }";
    let main = environment("  patches.Service.agentos-federation.metadata.annotations.b = \"2\",").replacen(
        "in\n",
        "in\n(import \"base.ncl\") &\n",
        1,
    );
    let (compiler, outcome) = compile_in(&Memory::of([("base.ncl", base), ("main.ncl", &main)]), "main.ncl");
    assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
    let annotations = &body(&outcome, "Service", "agentos-federation")["metadata"]["annotations"];
    assert_eq!(*annotations, json!({ "a": "1", "b": "2" }));
}

#[test]
fn a_patch_may_repeat_what_the_object_is_called() {
    patched(
        "    Service.agentos-federation = {\n      apiVersion = \"v1\",\n      kind = \"Service\",\n      \
         metadata = { name = \"agentos-federation\", namespace = \"agentos\" },\n      \
         spec.sessionAffinity = \"ClientIP\",\n    },",
    );
}

#[test]
fn patches_without_a_target() {
    insta::assert_snapshot!(found(
        "    Deploymnt.agentos-federation = {},\n    StatefulSet.agentos-federation = {},\n    \
         Deployment.agentos-federaton = {},\n    Deployment.other = {},\n    Service.\"other/agentos-federation\" = {},\n    \
         Service.\"agentos/agentos-model-policy\" = {},\n    Service.agentos-model-policy = {},"
    ));
}

#[test]
fn patches_that_move_their_object() {
    insta::assert_snapshot!(found(
        "    Service.agentos-federation.metadata.name = \"federation\",\n    \
         Service.agentos-model-policy.metadata.namespace = null,\n    \
         Service.agentos-agent-orchestrator = \"gone\",\n    \
         Deployment.agentos-federation = { kind = \"DaemonSet\" },\n    \
         ConfigMap.agentos-peers.apiVersion = \"v2\","
    ));
}

#[test]
fn patches_that_no_object_comes_of() {
    insta::assert_snapshot!(found(
        "    Deployment.agentos-federation.spec.template.spec.nodeselector.disk = \"ssd\",\n    \
         Deployment.agentos-model-policy.spec.template.spec.tolerations = [\n      { key = \"a\" },\n      { keys = \"b\" },\n    ],\n    \
         Deployment.agentos-agent-orchestrator.spec.minReadySeconds = \"five\",\n    \
         ServiceAccount.agentos-federation.secret = [],"
    ));
}

/// Whatever is compiled from a type is read as that type: a field that no kind has is found on every object.
#[test]
fn every_kind_that_is_compiled_is_held_against_its_type() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let (_, placeholder) = compile_shipped("environments/local-dev.ncl");
    for (outcome, file) in [(&outcome, "environments/prod/eu.ncl"), (&placeholder, "environments/local-dev.ncl")] {
        for object in &outcome.objects {
            let patched = patch_object(outcome, object, json!({ "bogus": "x" }));
            assert_eq!(patched.findings.len(), 1, "{file}: {} {}", object.kind, object.name);
            assert_eq!(schema_faults(&patched), 1, "{file}: {} {}", object.kind, object.name);
            assert_eq!(patched.objects, outcome.objects, "a patch that does not fit changes nothing");
        }
    }
}

/// A value that a schema takes, with each of its fields; `path` is where it stands.
fn valid(schema: &Json) -> Json {
    if let Some(choice) = schema["enum"].get(0) {
        return choice.clone();
    }
    match schema["type"].as_str() {
        Some("object") => match (schema["properties"].as_object(), &schema["additionalProperties"]) {
            (Some(fields), _) => fields.iter().map(|(name, schema)| (name.clone(), valid(schema))).collect(),
            (None, Json::Object(others)) => json!({ "any.name/of-a_key": valid(&json!(others)) }),
            (None, _) => json!({}),
        },
        Some("array") => json!([valid(&schema["items"])]),
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        _ => json!("text"),
    }
}

/// Every path that a schema has a field for, with the schema of the field.
fn fields(schema: &Json) -> Vec<(Vec<String>, &Json)> {
    let mut all = Vec::new();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        all.push((vec![name.clone()], inner));
        all.extend(fields(inner).into_iter().map(|(path, schema)| ([vec![name.clone()], path].concat(), schema)));
    }
    all
}

/// The fields that a patch may set.
fn patchable(schema: &Json) -> Vec<(Vec<String>, &Json)> {
    fields(schema).into_iter().filter(|(path, _)| !IDENTITY.contains(&path[0].as_str())).collect()
}

/// A patch that sets one value.
fn at(path: &[String], value: Json) -> Json {
    path.iter().rev().fold(value, |value, name| json!({ name: value }))
}

/// An object of each custom resource that is compiled, with the schema of its definition.
fn custom_resources() -> Vec<(Outcome, Object, Json)> {
    let keys = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"];
    let secrets = |backend: &str, source: &dyn Fn(usize) -> String| {
        let keys: String = keys.iter().enumerate().map(|(n, key)| format!("{key}.{}, ", source(n))).collect();
        compile(&environment(&format!("  secrets = {{ backend = {backend}, keys = {{ {keys} }} }},"))).1
    };
    let sealed = |n: usize| format!("sealed = \"AgB{}==\"", ["a", "b", "c"][n].repeat(727));
    let remote = |n: usize| format!("remote.key = \"projects/a/secrets/b{n}\"");
    let outcomes = [
        compile_shipped("environments/prod/eu.ncl").1,
        compile(&environment("  federation.mtls = 'Required { secret = \"tls\", cert_manager.issuer = \"ca\" },")).1,
        secrets("'Sealed {}", &sealed),
        secrets("'Csi { provider = 'Gcp }", &remote),
    ];
    let mut found = Vec::new();
    for file in std::fs::read_dir(common::root().join("src/patch/crds")).unwrap() {
        let definition: Json = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        let mine =
            |object: &&Object| object.api_version == definition["apiVersion"] && object.kind == definition["kind"];
        let (outcome, object) = outcomes
            .iter()
            .find_map(|outcome| Some((outcome, outcome.objects.iter().find(mine)?)))
            .unwrap_or_else(|| panic!("no {} is compiled", definition["kind"]));
        found.push((outcome.clone(), object.clone(), definition["schema"].clone()));
    }
    found
}

#[test]
fn every_field_of_a_custom_resource_may_be_patched() {
    let resources = custom_resources();
    assert_eq!(resources.len(), 7);
    for (outcome, object, schema) in &resources {
        for (path, schema) in patchable(schema) {
            let around = patch_object(outcome, object, at(&path, json!(null)));
            let patched = patch_object(outcome, object, at(&path, valid(schema)));
            // The objects around it may need more fields than this one.
            assert!(
                schema_faults(&patched) <= schema_faults(&around),
                "{} {}: {:?}",
                object.kind,
                path.join("."),
                patched.findings
            );
        }
    }
}

/// Next to each field that there is, one that there is not; and in each, a value of another type.
#[test]
fn no_other_field_of_a_custom_resource_may_be_patched() {
    for (outcome, object, schema) in &custom_resources() {
        for (path, schema) in patchable(schema) {
            let wrong = match schema["type"].as_str() {
                Some("string") => json!(["a"]),
                Some(_) => json!("text"),
                None => json!(true),
            };
            let patched = patch_object(outcome, object, at(&path, wrong));
            assert_ne!(schema_faults(&patched), 0, "{} {}: a wrong type", object.kind, path.join("."));
            if schema["properties"].is_object() && schema["x-kubernetes-preserve-unknown-fields"] != true {
                let patched = patch_object(outcome, object, at(&path, json!({ "noSuchField": "x" })));
                assert_ne!(schema_faults(&patched), 0, "{} {}: an unknown field", object.kind, path.join("."));
            }
        }
    }
}

/// What is wrong is said at its line, all at once.
#[test]
fn patches_that_no_custom_resource_comes_of() {
    let (compiler, outcome) = compile(&production(
        "  services.agent-orchestrator.exposure = 'Gateway {\n    host = \"a.example.com\",\n    gateway = { name = \"a\", namespace = \"b\" },\n    \
         authentication = 'External \"the edge verifies tokens\",\n  },\n  patches = {\n    HTTPRoute.agentos-agent-orchestrator.spec = {\n      hostname = [\"a\"],\n      \
         parentRefs = [{ namespace = \"b\", port = \"80\" }],\n      rules = [{ matches = [{ path.type = \"Glob\" }] }],\n    },\n  },",
    ));
    insta::assert_snapshot!(shown(&compiler, &outcome));
}

/// What a patch breaks is reported at the patch, also where another object shows it.
#[test]
fn what_a_patch_breaks_is_reported_at_the_patch() {
    insta::assert_snapshot!(found(
        "    Deployment.agentos-federation.spec.template.spec.imagePullSecrets = [{ name = \"nobody\" }],\n    \
         Deployment.agentos-agent-orchestrator = {\n      spec.template.metadata.labels.\"app.kubernetes.io/component\" = \"ao\",\n    },"
    ));
}

/// Amounts that nothing can use and tolerations that the API server refuses, also where a patch brings them.
#[test]
fn a_patch_is_held_to_the_rules_on_amounts_and_tolerations() {
    let codes = |patch: &str| {
        let (compiler, outcome) =
            compile(&environment(&format!("  tenancy.limit_namespace = true,\n  patches.{patch},")));
        codes_and_lines(&compiler, &outcome)
    };
    let pod = "Deployment.agentos-federation.spec.template.spec";
    for (patch, code) in [
        (format!("{pod}.tolerations = [{{ key = \"a\", operator = \"Exists\", value = \"b\" }}]"), "K015"),
        (format!("{pod}.tolerations = [{{ operator = \"Equal\" }}]"), "K015"),
        (format!("{pod}.tolerations = [{{ key = \"a\", effect = \"NoSchedule\", tolerationSeconds = 5 }}]"), "K015"),
        (format!("{pod}.tolerations = [{{ key = \"a\", effect = \"noSchedule\" }}]"), "K015"),
        (
            "LimitRange.agentos-limits.spec.limits = [{ type = \"Container\", \"default\" = { memory = \"512m\" } }]"
                .into(),
            "K010",
        ),
        ("ResourceQuota.agentos-limits.spec.hard.\"limits.memory\" = \"512\"".into(), "K010"),
        ("ResourceQuota.agentos-limits.spec.hard.pods = \"500m\"".into(), "K010"),
    ] {
        let found = codes(&patch);
        assert_eq!(found.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), [code], "{patch}");
        assert_eq!(found[0].1, 8, "{patch}");
    }
    for patch in [
        format!(
            "{pod}.tolerations = [{{ key = \"a\", operator = \"Exists\", effect = \"NoExecute\", tolerationSeconds = 5 }}]"
        ),
        "ResourceQuota.agentos-limits.spec.hard.\"services.nodeports\" = \"0\"".into(),
        "ResourceQuota.agentos-limits.spec.hard.\"requests.nvidia.com/gpu\" = \"0\"".into(),
    ] {
        assert_eq!(codes(&patch), [], "{patch}");
    }
}

#[test]
fn what_a_field_says_is_not_for_patches() {
    insta::assert_snapshot!(found(
        "    Service.agentos-agent-orchestrator.spec = { type = \"LoadBalancer\", externalIPs = [\"192.0.2.1\"] },\n    \
         Deployment.agentos-agent-orchestrator.spec = { replicas = 2, strategy = null },\n    \
         Deployment.agentos-model-policy.spec.template.spec.containers = [\n      { name = \"agentos\", image = \"other\" },\n    ],\n    \
         Deployment.agentos-federation.spec.template.spec.volumes = null,\n    \
         NetworkPolicy.agentos-default-deny.spec.podSelector.matchLabels.a = \"b\",\n    \
         NetworkPolicy.agentos-agent-orchestrator.spec.ingress = [{}],\n    \
         Namespace.agentos.metadata.labels.\"pod-security.kubernetes.io/enforce\" = \"privileged\",\n    \
         ConfigMap.agentos-peers.data.\"peers.seed.json\" = \"{}\","
    ));
}

#[test]
fn a_patch_may_add_what_no_field_says() {
    let (_, plain) = compile(&environment(""));
    let mut spec = body(&plain, "Deployment", "agentos-federation")["spec"]["template"]["spec"].clone();
    spec["volumes"].as_array_mut().unwrap().push(json!({ "name": "cache", "emptyDir": {} }));
    let ours = &mut spec["containers"][0];
    ours["env"].as_array_mut().unwrap().insert(0, json!({ "name": "HTTPS_PROXY", "value": "http://proxy:3128" }));
    ours["volumeMounts"].as_array_mut().unwrap().push(json!({ "name": "cache", "mountPath": "/cache" }));
    let patch = json!({ "containers": spec["containers"], "volumes": spec["volumes"] });
    let world = Memory::of([
        ("pod.json", patch.to_string().as_str()),
        ("main.ncl", &environment("  patches.Deployment.agentos-federation.spec.template.spec = import \"pod.json\",")),
    ]);
    let (compiler, outcome) = compile_in(&world, "main.ncl");
    assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
    assert_eq!(body(&outcome, "Deployment", "agentos-federation")["spec"]["template"]["spec"], spec);
}

/// What comes of an environment in whose pods of one object a patch makes a change; `more` is the environment's.
fn with_pod(text: Text<'_>, kind: &str, name: &str, change: &dyn Fn(&mut Json)) -> (Compiler, Outcome) {
    let (_, plain) = compile(&text(""));
    let (namespace, name) = name.split_once('/').unwrap_or(("agentos", name));
    let is_it = |object: &&Object| {
        object.kind == kind && object.namespace.as_deref() == Some(namespace) && object.name.starts_with(name)
    };
    let object = plain.objects.iter().find(is_it).unwrap_or_else(|| panic!("no {kind}"));
    let before = object.body["spec"]["template"]["spec"].clone();
    let name = format!("\"{namespace}/{}\"", object.name);
    let mut after = before.clone();
    change(&mut after);
    for (name, value) in before.as_object().unwrap() {
        // What a merge patch leaves out stays as it is.
        match after.get(name) {
            None => after[name] = Json::Null,
            Some(same) if same == value => drop(after.as_object_mut().unwrap().shift_remove(name)),
            Some(_) => {}
        }
    }
    let text = text(&format!("  patches.{kind}.{name}.spec.template.spec = import \"pod.json\","));
    compile_in(&Memory::of([("pod.json", after.to_string().as_str()), ("main.ncl", &text)]), "main.ncl")
}

fn codes((compiler, outcome): &(Compiler, Outcome)) -> Vec<String> {
    codes_and_lines(compiler, outcome).into_iter().map(|(code, _)| code).collect()
}

const PEERING: &str = "  federation.peers.stk_b = 'Remote {\n    environment = \"b\",\n    region = \"b\",\n    \
     endpoints = { agent-orchestrator = \"https://b.example.com\", model-policy = \"https://b.example.com\" },\n    \
     build = { version = \"1.0.2\" },\n  },\n  \
     network.peers.stk_b = [\"192.0.2.0/24\"],\n";

/// What leaves is guarded as what comes in, in the policies of services, of the smoke Job and of dedicated tenants.
#[test]
fn no_patch_changes_what_pods_may_call() {
    let open = "spec.egress = [{}]";
    let https = "spec.egress = [{ ports = [{ port = 443 }], to = [{ ipBlock.cidr = \"192.0.2.0/24\" }] }]";
    for (policy, change) in [
        ("agentos-default-deny", open),
        ("agentos-model-policy", open),
        ("agentos-federation", open),
        // The list loses DNS.
        ("agentos-federation", https),
        ("agentos-federation", "spec.egress = null"),
        ("agentos-federation", "spec.policyTypes = [\"Ingress\"]"),
        ("agentos-smoke", open),
        ("agentos-smoke", "spec.policyTypes = null"),
        ("agentos-smoke-to-federation", "spec.ingress = [{}]"),
        ("agentos-smoke-to-federation", "spec = { egress = [{}], policyTypes = [\"Egress\"] }"),
        ("\"agentos-tnt-bolt/agentos-default-deny\"", open),
        ("\"agentos-tnt-bolt/agentos-smoke\"", "spec.egress = null"),
    ] {
        let text = production(&format!(
            "{PEERING}  smoke.job = true,\n  tenancy.tenants.tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated }},\n  \
             patches.NetworkPolicy.{policy}.{change},"
        ));
        let (compiler, outcome) = compile(&text);
        let found = codes_and_lines(&compiler, &outcome);
        let found: Vec<_> = found.into_iter().filter(|(code, _)| code != "K002").collect();
        assert!(found.iter().all(|(code, _)| code == "K013") && !found.is_empty(), "{policy} {change}: {found:?}");
        assert!(outcome.objects.is_empty(), "{policy} {change}");
    }
}

#[test]
fn a_patch_of_what_pods_may_call_is_explained() {
    insta::assert_snapshot!(findings(&environment(&format!(
        "{PEERING}  patches = {{\n    NetworkPolicy.agentos-default-deny.spec.egress = [{{}}],\n    \
         NetworkPolicy.agentos-federation.spec.egress = [],\n    \
         NetworkPolicy.agentos-agent-orchestrator.spec.egress = [{{}}],\n    \
         Deployment.agentos-federation.spec = {{\n      selector.matchLabels.\"app.kubernetes.io/component\" = \"fed\",\n      \
         template.metadata.labels.\"app.kubernetes.io/component\" = \"fed\",\n    }},\n  }},"
    ))));
}

/// A label by which policies select pods takes away what they may call, also where nobody may call them.
#[test]
fn labels_are_guarded_in_both_directions() {
    let label = "app.kubernetes.io/component";
    for (from, to) in [("federation", "fed"), ("federation", "model-policy"), ("model-policy", "federation")] {
        let text = environment(&format!(
            "{PEERING}  patches.Deployment.agentos-{from}.spec = {{\n    selector.matchLabels.\"{label}\" = \"{to}\",\n    \
             template.metadata.labels.\"{label}\" = \"{to}\",\n  }},"
        ));
        let (compiler, outcome) = compile(&text);
        let found = codes_and_lines(&compiler, &outcome);
        assert!(found.iter().any(|(code, _)| code == "K013"), "{from} to {to}: {found:?}");
    }
}

/// What makes an environment of some fields, and what changes a pod.
type Text<'a> = &'a dyn Fn(&str) -> String;
type Change = Box<dyn Fn(&mut Json)>;

/// What of ours a patch changes that a check sees afterwards has that check's code; what none sees has K013.
#[test]
fn containers_of_ours_stay_as_they_are() {
    let audit = |more: &str| production(&format!("  audit_shipping = 'Sidecar {{}},\n{more}"));
    let sidecar = json!({ "name": "proxy", "image": "example.com/proxy:1@sha256:".to_owned() + &"0".repeat(64),
        "restartPolicy": "Always", "resources": { "limits": { "cpu": "1", "memory": "1Gi" } },
        "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } } });
    let only = |list: &'static str, one: Json| move |spec: &mut Json| spec[list] = json!([one]);
    let (audit, plain): (Text<'_>, Text<'_>) = (&audit, &production);
    let first = |field: &'static str, value: Json| move |spec: &mut Json| spec["containers"][0][field] = value.clone();
    let cases: Vec<(&str, Text<'_>, Change, &[&str])> = vec![
        ("only another native sidecar", audit, Box::new(only("initContainers", sidecar.clone())), &["K013"]),
        (
            "no native sidecar",
            audit,
            Box::new(|spec| drop(spec.as_object_mut().unwrap().remove("initContainers"))),
            &["K013"],
        ),
        ("a changed one", audit, Box::new(|spec| spec["initContainers"][0]["command"] = json!(["true"])), &["K013"]),
        (
            "another beside ours",
            audit,
            Box::new({
                let sidecar = sidecar.clone();
                move |spec| spec["initContainers"].as_array_mut().unwrap().insert(0, sidecar.clone())
            }),
            &[],
        ),
        ("a native sidecar", plain, Box::new(only("initContainers", sidecar.clone())), &[]),
        ("ours is left out", plain, Box::new(only("containers", sidecar.clone())), &["K013"]),
        ("no start hook", plain, Box::new(first("lifecycle", json!({}))), &["K013"]),
        (
            "another start hook",
            plain,
            Box::new(first("lifecycle", json!({ "postStart": { "exec": { "command": ["true"] } } }))),
            &["K013"],
        ),
        (
            "a stop hook beside ours",
            plain,
            Box::new(|spec| spec["containers"][0]["lifecycle"]["preStop"] = json!({ "sleep": { "seconds": 3 } })),
            &[],
        ),
        ("a working folder", plain, Box::new(first("workingDir", json!("/srv"))), &["K013"]),
        ("no ports", plain, Box::new(first("ports", json!([]))), &["K004"]),
        ("no probes", plain, Box::new(first("livenessProbe", Json::Null)), &["K021"]),
        ("no limits", plain, Box::new(first("resources", json!({}))), &["K023"]),
        ("no security context", plain, Box::new(first("securityContext", json!({}))), &["K007", "K024"]),
    ];
    for (what, text, change, wanted) in cases {
        let result = with_pod(text, "Deployment", "agentos-agent-orchestrator", &*change);
        let mut found = codes(&result);
        found.retain(|code| code != "K002");
        found.dedup();
        for code in wanted {
            assert!(found.iter().any(|one| one == code), "{what}: {found:?}\n{}", shown(&result.0, &result.1));
        }
        assert_eq!(found.is_empty(), wanted.is_empty(), "{what}: {found:?}\n{}", shown(&result.0, &result.1));
    }
}

#[test]
fn the_smoke_job_is_guarded_as_services_are() {
    let text = |more: &str| environment(&format!("  smoke.job = true,\n{more}"));
    for (what, change) in [
        ("another command", Box::new(|spec: &mut Json| spec["containers"][0]["command"] = json!(["true"])) as Change),
        ("another container", Box::new(|spec| spec["containers"][0]["name"] = json!("other"))),
        ("a token", Box::new(|spec| spec["automountServiceAccountToken"] = json!(true))),
        ("an account", Box::new(|spec| spec["serviceAccountName"] = json!("agentos-federation"))),
        ("service links", Box::new(|spec| spec["enableServiceLinks"] = json!(true))),
    ] {
        assert_eq!(codes(&with_pod(&text, "Job", "agentos-smoke-", &*change)), ["K013"], "{what}");
    }
}

/// A production stack with a dedicated tenant's beside it, for which a patch has the namespace before the name.
fn with_dedicated(more: &str) -> String {
    production(&format!(
        "  smoke.job = true,\n  tenancy.tenants.tnt_bolt = {{ name = \"Bolt\", isolation = 'Dedicated }},\n{more}"
    ))
}

const STACKS: [&str; 2] = ["agentos", "agentos-tnt-bolt"];

/// What is found of a patch, in the shared stack and in a dedicated tenant's alike.
fn in_stacks(text: Text<'_>, kind: &str, name: &str, change: &str) -> Vec<String> {
    let [shared, dedicated] = STACKS.map(|namespace| {
        // A Namespace is in none.
        let name = if kind == "Namespace" { namespace.to_owned() } else { format!("{namespace}/{name}") };
        codes(&compile(&text(&format!("  patches.{kind}.\"{name}\".{change},"))))
    });
    assert_eq!(shared, dedicated, "{kind} {name} {change}");
    shared
}

#[test]
fn no_patch_mounts_over_what_is_compiled() {
    let mounted = |object: &str, container: usize, path: &str| {
        let change = |spec: &mut Json| {
            spec["volumes"].as_array_mut().unwrap().push(json!({ "name": "more", "emptyDir": {} }));
            let sidecar = json!({ "name": "proxy", "image": "example.com/proxy@sha256:".to_owned() + &"0".repeat(64),
                "resources": { "limits": { "cpu": "1", "memory": "1Gi" } }, "volumeMounts": [],
                "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } } });
            spec["containers"].as_array_mut().unwrap().push(sidecar);
            let mounts = spec["containers"][container]["volumeMounts"].as_array_mut().unwrap();
            mounts.push(json!({ "name": "more", "mountPath": path, "subPath": "a" }));
        };
        codes(&with_pod(&with_dedicated, "Deployment", object, &change))
    };
    let (federation, orchestrator) = ("agentos-federation", "agentos-agent-orchestrator");
    for (name, path) in [
        (federation, "/etc/agentos/peers/peers.seed.json"),
        (federation, "/etc/agentos/peers"),
        (federation, "/etc/agentos/peers/"),
        (federation, "etc//agentos/./peers"),
        (federation, "/etc/agentos/other/../jwt/jwt.pub"),
        (federation, "/etc/agentos/secrets/AGENTOS_SERVICE_TOKEN"),
        (federation, "/etc/agentos"),
        (federation, "/etc"),
        (federation, "/"),
        (federation, "/var/agentos/federation/audit.log"),
        (federation, "/tmp"),
        (orchestrator, "/etc/agentos/tenants/tnt_acme.json"),
    ] {
        for namespace in STACKS {
            assert_eq!(mounted(&format!("{namespace}/{name}"), 0, path), ["K013"], "{namespace}/{name} {path}");
        }
    }
    for path in ["/cache", "/etc/agentos-more", "/etc/ssl/certs", "/etc/agentos/more", "/var/agentos/federations"] {
        assert_eq!(mounted(federation, 0, path), [""; 0], "{path}");
    }
    assert_eq!(mounted(federation, 1, "/etc/agentos/peers"), [""; 0], "a sidecar's own");
}

#[test]
fn no_patch_changes_what_follows_from_fields() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("Service", "spec.clusterIP = \"None\"", &["K013"]),
        ("Service", "spec.clusterIPs = [\"None\"]", &["K013"]),
        ("Service", "spec = { clusterIP = \"10.96.0.50\", clusterIPs = [\"10.96.0.50\"] }", &[]),
        ("Service", "spec.internalTrafficPolicy = \"Local\"", &["K013"]),
        ("Service", "spec.externalName = \"example.com\"", &["K013"]),
        ("Deployment", "spec.template.spec.restartPolicy = \"OnFailure\"", &["K013"]),
        ("Deployment", "spec.template.spec.dnsPolicy = \"Default\"", &["K013"]),
        ("Deployment", "spec.template.spec.dnsConfig.nameservers = [\"192.0.2.1\"]", &["K013"]),
        ("Deployment", "spec.template.spec.dnsConfig.nameservers = [\"169.254.20.10\", \"::1\"]", &["K013"]),
        (
            "Deployment",
            "spec.template.spec = { dnsPolicy = \"None\", dnsConfig = { nameservers = [\"169.254.20.10\"], searches = [\"svc.cluster.local\"] } }",
            &[],
        ),
        ("Deployment", "spec.template.spec.dnsConfig.options = [{ name = \"ndots\", value = \"2\" }]", &[]),
        ("Namespace", "metadata.labels.\"pod-security.kubernetes.io/enforce-version\" = \"v1.20\"", &["K013"]),
        ("Namespace", "metadata.labels.\"pod-security.kubernetes.io/enforce-version\" = null", &["K013"]),
        ("Namespace", "metadata.labels.\"pod-security.kubernetes.io/warn-version\" = \"v1.20\"", &[]),
    ];
    for (kind, change, wanted) in cases {
        assert_eq!(in_stacks(&with_dedicated, kind, "agentos-federation", change), *wanted, "{kind} {change}");
    }
    // Without policies nothing is closed.
    let open = "  network.default_deny = false, allow = [{ rule = \"N007\", reason = \"tried\" }],\n  \
                patches.Deployment.agentos-federation.spec.template.spec.dnsConfig.nameservers = [\"192.0.2.1\"],";
    assert_eq!(findings(&environment(open)).matches("K013").count(), 0);
    // A named resolver may be asked.
    let named = "  network.resolvers.own.networks = [\"192.0.2.0/30\"],\n  \
                 patches.Deployment.agentos-federation.spec.template.spec.dnsConfig.nameservers = [\"192.0.2.1\"],";
    assert_eq!(findings(&environment(named)), "");
}

#[test]
fn no_patch_changes_our_own_annotations() {
    let text = |more: &str| {
        with_dedicated(&format!(
            "  secrets.rotation = \"2026-11\",\n  provided.Secret.extra = {{}},\n  \
             services.agent-orchestrator.exposure = 'Gateway {{\n    host = \"a.example.com\",\n    \
             gateway = {{ name = \"a\", namespace = \"b\", proxies.namespace = \"c\" }},\n    \
             authentication = 'External \"the edge verifies tokens\",\n  }},\n{more}"
        ))
    };
    let pods = "spec.template.metadata.annotations";
    for (kind, name, place, annotation, value) in [
        ("Deployment", "agentos-federation", pods, "config-hash", "\"0\""),
        ("Deployment", "agentos-federation", pods, "config-hash", "null"),
        ("Deployment", "agentos-model-policy", pods, "config-hash", "\"added\""),
        ("Deployment", "agentos-model-policy", pods, "secrets-rotation", "\"2026-12\""),
        ("Namespace", "", "metadata.annotations", "provided", "\"Secret/extra Secret/more\""),
        ("Namespace", "", "metadata.annotations", "expects", "null"),
        ("Namespace", "", "metadata.annotations", "tenant", "\"tnt_other\""),
        ("Service", "agentos-federation", "metadata.annotations", "provided", "\"Secret/more\""),
    ] {
        let change = format!("{place}.\"agentos.nexixai.io/{annotation}\" = {value}");
        assert_eq!(in_stacks(&text, kind, name, &change), ["K013"], "{kind} {change}");
    }
    for annotation in ["authentication", "proxies"] {
        let route = "HTTPRoute.agentos-agent-orchestrator.metadata.annotations";
        let patch = format!("  patches.{route}.\"agentos.nexixai.io/{annotation}\" = \"x\",");
        assert_eq!(codes(&compile(&text(&patch))), ["K013"], "{annotation}");
    }
    let all = "spec.template.metadata.annotations = null";
    assert_eq!(in_stacks(&text, "Deployment", "agentos-federation", all), ["K013", "K013"]);
    let others = "metadata.annotations = { \"example.com/provided\" = \"x\", \"agentos.nexixai.iot/a\" = \"x\" }";
    assert_eq!(in_stacks(&text, "Service", "agentos-federation", others), [""; 0]);
    // Where the platform makes the namespaces, a ConfigMap has them.
    let existing = "  namespaces = 'Existing,\n  \
                    patches.ConfigMap.agentos-peers.metadata.annotations.\"agentos.nexixai.io/provided\" = \"Secret/x\",";
    assert_eq!(codes(&compile(&production(existing))), ["K013"]);
}

#[test]
fn settings_of_go_are_not_for_patches() {
    let with = |name: &str, value: &str| {
        let change = |spec: &mut Json| {
            spec["containers"][0]["env"].as_array_mut().unwrap().push(json!({ "name": name, "value": value }));
        };
        let [shared, dedicated] = STACKS.map(|namespace| {
            codes(&with_pod(&with_dedicated, "Deployment", &format!("{namespace}/agentos-federation"), &change))
        });
        assert_eq!(shared, dedicated, "{name}");
        shared
    };
    for name in ["GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK", "TZ"] {
        assert_eq!(with(name, "1"), ["K013"], "{name}");
    }
    for name in ["HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GOFLAGS", "LANG"] {
        assert_eq!(with(name, "x"), [""; 0], "{name}");
    }
    // Of a field's variable, too, nothing else is made.
    let text = |more: &str| production(&format!("  services.federation.env.GOGC = 50,\n{more}"));
    let change = |spec: &mut Json| {
        let variables = spec["containers"][0]["env"].as_array_mut().unwrap();
        variables.iter_mut().find(|variable| variable["name"] == "GOGC").unwrap()["value"] = json!("off");
    };
    assert_eq!(codes(&with_pod(&text, "Deployment", "agentos-federation", &change)), ["K013"]);
}

#[test]
fn no_patch_brings_a_start_hook() {
    for name in ["agentos/agentos-model-policy", "agentos/agentos-federation", "agentos-tnt-bolt/agentos-federation"] {
        let with = |hook: &str| {
            let change = |spec: &mut Json| {
                spec["containers"][0]["lifecycle"] = json!({ hook: { "exec": { "command": ["true"] } } });
            };
            codes(&with_pod(&with_dedicated, "Deployment", name, &change))
        };
        assert_eq!(with("postStart"), ["K013"], "{name}");
        assert_eq!(with("preStop"), [""; 0], "{name}");
    }
}

#[test]
fn routes_stay_at_their_host_and_gateway() {
    let gateway =
        "gateway = { name = \"a\", namespace = \"b\" }, authentication = 'External \"the edge verifies tokens\"";
    let text = |more: &str| {
        production(&format!(
            "  services.agent-orchestrator.exposure = 'Gateway {{ host = \"a.example.com\", {gateway} }},\n  \
             tenancy.tenants.tnt_bolt = {{\n    name = \"Bolt\",\n    isolation = 'Dedicated,\n    \
             hosts.agent-orchestrator = \"bolt.example.com\",\n  }},\n{more}"
        ))
    };
    for (change, wanted) in [
        ("spec.hostnames = [\"c.example.com\"]", &["K013"][..]),
        ("spec.hostnames = null", &["K013"]),
        ("spec.parentRefs = [{ name = \"public\", namespace = \"b\" }]", &["K013"]),
        ("metadata.labels.team = \"a\"", &[]),
    ] {
        assert_eq!(in_stacks(&text, "HTTPRoute", "agentos-agent-orchestrator", change), wanted, "{change}");
    }
    let taken =
        "  patches.HTTPRoute.\"agentos-tnt-bolt/agentos-agent-orchestrator\".spec.hostnames = [\"a.example.com\"],";
    insta::assert_snapshot!("a_route_stays_at_its_host", findings(&text(taken)));
}

/// What operators make Secrets of is said by fields; what no field says of a certificate is for patches.
#[test]
fn no_patch_changes_where_credentials_come_from() {
    let found = |object: &Object, outcome: &Outcome, change: &Json| {
        let patched = patch_object(outcome, object, change.clone());
        patched.findings.iter().map(|(code, _)| code.to_string()).collect::<Vec<_>>()
    };
    let reference = json!({ "group": "awspca.cert-manager.io", "kind": "AWSPCAClusterIssuer" });
    let cases: &[(&str, Json, bool)] = &[
        ("ExternalSecret", json!({ "data": [] }), true),
        ("ExternalSecret", json!({ "dataFrom": [{ "extract": { "key": "a" } }] }), true),
        ("ExternalSecret", json!({ "secretStoreRef": { "name": "other" } }), true),
        ("ExternalSecret", json!({ "target": { "name": "other" } }), true),
        ("ExternalSecret", json!({ "target": { "template": { "data": { "a": "b" } } } }), true),
        ("ExternalSecret", json!({ "refreshPolicy": "Periodic" }), false),
        ("SealedSecret", json!({ "encryptedData": { "AGENTOS_SIGNING_KEY": null } }), true),
        ("SealedSecret", json!({ "template": { "data": { "a": "b" } } }), true),
        ("SealedSecret", json!({ "template": { "metadata": { "annotations": { "a": "b" } } } }), false),
        ("SecretProviderClass", json!({ "provider": "vault" }), true),
        ("SecretProviderClass", json!({ "parameters": { "a": "b" } }), true),
        ("Certificate", json!({ "dnsNames": ["a.example.com"] }), true),
        ("Certificate", json!({ "issuerRef": { "name": "other" } }), true),
        ("Certificate", json!({ "secretName": "other" }), true),
        ("Certificate", json!({ "usages": ["server auth"] }), true),
        ("Certificate", json!({ "isCA": true }), true),
        ("Certificate", json!({ "issuerRef": reference }), false),
        ("Certificate", json!({ "duration": "720h", "renewBefore": "240h" }), false),
        ("Certificate", json!({ "privateKey": { "algorithm": "RSA", "size": 3072 } }), false),
    ];
    let resources = custom_resources();
    for (kind, spec, is_refused) in cases {
        let (outcome, object, _) = resources.iter().find(|(_, object, _)| object.kind == *kind).unwrap();
        let wanted: &[&str] = if *is_refused { &["K013"] } else { &[] };
        assert_eq!(found(object, outcome, &json!({ "spec": spec })), wanted, "{kind} {spec}");
    }
}

#[test]
fn what_a_patch_must_leave_alone_is_explained() {
    let (compiler, outcome) = with_pod(&production, "Deployment", "agentos-federation", &|spec| {
        spec["volumes"].as_array_mut().unwrap().push(json!({ "name": "more", "emptyDir": {} }));
        let ours = &mut spec["containers"][0];
        let mount = json!({ "name": "more", "mountPath": "/etc/agentos/peers/peers.seed.json", "subPath": "a" });
        ours["volumeMounts"].as_array_mut().unwrap().push(mount);
        ours["lifecycle"] = json!({ "postStart": { "sleep": { "seconds": 1 } } });
        spec["dnsConfig"] = json!({ "nameservers": ["192.0.2.1"] });
    });
    insta::assert_snapshot!(shown(&compiler, &outcome));
    insta::assert_snapshot!(
        "what_a_patch_must_leave_alone_in_objects_is_explained",
        found(
            "    Service.agentos-federation.spec = { clusterIP = \"None\", internalTrafficPolicy = \"Local\" },\n    \
             Deployment.agentos-federation.spec.template = {\n      spec = { restartPolicy = \"Never\", dnsPolicy = \"Default\" },\n      \
             metadata.annotations.\"agentos.nexixai.io/config-hash\" = null,\n    },\n    \
             Namespace.agentos.metadata.annotations.\"agentos.nexixai.io/provided\" = \"Secret/a\","
        )
    );
}

/// A token for somebody else builds, with a warning; one that the API server takes does not.
#[test]
fn no_patch_brings_a_token_of_the_cluster() {
    let token = |audience: Json| {
        move |spec: &mut Json| {
            let source = json!({ "serviceAccountToken": { "path": "token", "audience": audience } });
            let volume = json!({ "name": "identity", "projected": { "sources": [source] } });
            spec["volumes"].as_array_mut().unwrap().push(volume);
            let mounts = spec["containers"][0]["volumeMounts"].as_array_mut().unwrap();
            mounts.push(json!({ "name": "identity", "mountPath": "/var/run/identity", "readOnly": true }));
        }
    };
    let with = |change: &dyn Fn(&mut Json)| with_pod(&environment, "Deployment", "agentos-model-policy", change);
    for audience in
        [json!(null), json!("https://kubernetes.default.svc"), json!("kubernetes.default.svc.cluster.local")]
    {
        assert_eq!(codes(&with(&token(audience.clone()))), ["K013"], "{audience}");
    }
    let (compiler, outcome) = with(&token(json!("vault")));
    assert_eq!(codes(&(compiler, outcome.clone())), ["K024"]);
    assert!(outcome.findings[0].message.contains("`vault`"), "{}", outcome.findings[0].message);
    assert!(!outcome.objects.is_empty());
    for field in
        ["automountServiceAccountToken = true", "automountServiceAccountToken = null", "serviceAccount = \"x\""]
    {
        let patch = format!("    Deployment.agentos-federation.spec.template.spec.{field},");
        let found = codes(&compile(&environment(&format!("  patches = {{\n{patch}\n  }},"))));
        // The older name counts only where the newer one is not there.
        assert_eq!(found, if field.starts_with("serviceAccount ") { vec![] } else { vec!["K013"] }, "{field}");
    }
    let older =
        "    Deployment.agentos-federation.spec.template.spec = { serviceAccountName = null, serviceAccount = \"x\" },";
    assert_eq!(codes(&compile(&environment(&format!("  patches = {{\n{older}\n  }},")))), ["K013"]);
    let account = "    ServiceAccount.agentos-federation.automountServiceAccountToken = true,";
    assert_eq!(codes(&compile(&environment(&format!("  patches = {{\n{account}\n  }},")))), ["K013"]);
}

/// What is said of accounts, tokens and containers of ours.
#[test]
fn what_pods_run_as_is_not_for_patches() {
    insta::assert_snapshot!(found(
        "    Deployment.agentos-federation.spec.template.spec = { serviceAccountName = \"nobody\", automountServiceAccountToken = true },\n    \
         Deployment.agentos-model-policy.spec.template.spec.containers = [{ name = \"proxy\", image = \"example.com/proxy:1\" }],\n    \
         Deployment.agentos-agent-orchestrator.spec.template.spec.serviceAccountName = null,\n    \
         ServiceAccount.agentos-model-policy.automountServiceAccountToken = true,"
    ));
    let audit = |more: &str| {
        environment(&format!("  storage | force = 'Persistent {{}},\n  audit_shipping = 'Sidecar {{}},\n{more}"))
    };
    let (compiler, outcome) = with_pod(&audit, "Deployment", "agentos-federation", &|spec| {
        spec["initContainers"] = json!([{ "name": "proxy", "image": "example.com/proxy:1" }]);
        let token =
            json!({ "name": "api", "projected": { "sources": [{ "serviceAccountToken": { "path": "token" } }] } });
        spec["volumes"].as_array_mut().unwrap().push(token);
    });
    insta::assert_snapshot!("what_pods_have_is_not_for_patches", shown(&compiler, &outcome));
}

#[test]
fn what_is_broken_without_patches_is_not_blamed_on_one() {
    let text = production("  patches.Service.agentos-federation.metadata.annotations.a = \"b\",");
    let (_, outcome) = compile(&text);
    let environment = outcome.environment.unwrap();
    let mut lowered = agentos_cfg::lower::lower(&environment);
    lowered.objects.retain(|object| object.kind != "ServiceAccount");
    let patched = agentos_cfg::patch::apply(&environment, lowered.objects.clone());
    let broken = agentos_cfg::verify::verify(&patched.objects, &lowered.external);
    assert_eq!(broken.len(), 3);
    assert_eq!(agentos_cfg::compile::causes(&environment, || lowered, &broken), [None, None, None]);
}

#[test]
fn a_patch_that_breaks_something_yields_no_objects() {
    for patch in ["Deployment.other = {}", "Service.agentos-federation.spec.selector.a = \"b\""] {
        let (_, outcome) = compile(&environment(&format!("  patches.{patch},")));
        assert!(!outcome.findings.is_empty() && outcome.objects.is_empty(), "{patch}");
    }
}

/// A credential is put together here, so that none stands in this file.
#[test]
fn credentials_in_patches_are_found() {
    let token = ["gh", "p_", "A1b2C3d4E5f6G7h8I9j0", "K1l2M3n4O5p6Q7r8"].concat();
    let encoded = base64(&token);
    let cases = [
        (format!("ConfigMap.agentos-peers.data.x = \"{token}\""), vec!["S001"]),
        (format!("ConfigMap.agentos-peers.data.x = \"{encoded}\""), vec!["S001"]),
        (format!("Deployment.agentos-federation.metadata.annotations.a = \"x {token} y\""), vec!["S001"]),
        (format!("Secret.agentos-secrets.data.AGENTOS_SIGNING_KEY = \"{encoded}\""), vec!["S001", "S013"]),
        ("Secret.agentos-secrets.stringData.AGENTOS_SIGNING_KEY = \"hunter2\"".to_owned(), vec!["S013"]),
    ];
    for (patch, wanted) in cases {
        let (compiler, outcome) = compile(&environment(&format!("  patches.{patch},")));
        let mut codes: Vec<String> = codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect();
        codes.sort();
        assert_eq!(codes, wanted, "{patch}");
        let shown = shown(&compiler, &outcome);
        assert!(!shown.contains(&token) && !shown.contains(&encoded), "{shown}");
        assert!(outcome.objects.is_empty());
    }
}

fn base64(text: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        out.extend((0..=chunk.len()).map(|n| alphabet[(bits >> (18 - 6 * n) & 63) as usize]));
        out.extend((chunk.len()..3).map(|_| '='));
    }
    out
}
