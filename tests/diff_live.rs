//! `diff` against objects as a cluster returns them: what the API server fills in is no difference, what was applied and
//! is no longer stated is one.

mod common;

use agentos_cfg::diff::manifests::objects;
use agentos_cfg::diff::{Format, Report, Side, Stack, compare, human::Style};
use agentos_cfg::objects::object::Object;
use common::root;
use serde_json::{Value, json};

fn fixture(name: &str) -> Vec<Object> {
    let path = root().join("tests/fixtures/diff/live").join(name);
    objects(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn diff(old: &[Object], new: &[Object]) -> Report {
    let side = |name: &str, objects: &[Object]| Side {
        name: name.to_owned(),
        stacks: vec![Stack { name: None, objects: objects.to_vec() }],
    };
    compare(&side("old", old), &side("new", new)).unwrap()
}

fn shown(report: &Report) -> String {
    Format::Human.render(report, Style { color: false })
}

/// The objects with one of them changed.
fn edited(objects: &[Object], kind: &str, edit: impl Fn(&mut Value)) -> Vec<Object> {
    let edit = |object: &Object| {
        let mut body = object.body.clone();
        if object.kind == kind {
            edit(&mut body);
        }
        Object::of(body)
    };
    objects.iter().map(edit).collect()
}

fn pod(deployment: &mut Value) -> &mut Value {
    &mut deployment["spec"]["template"]["spec"]
}

/// Live objects with the last-applied annotation of `kubectl apply`.
fn with_last_applied(live: &[Object], applied: &[Object]) -> Vec<Object> {
    let annotate = |object: &Object| {
        let is_it = |other: &&Object| (&other.kind, &other.name) == (&object.kind, &object.name);
        let mut body = object.body.clone();
        if let Some(applied) = applied.iter().find(is_it) {
            let name = "kubectl.kubernetes.io/last-applied-configuration";
            body["metadata"]["annotations"][name] = applied.body.to_string().into();
        }
        Object::of(body)
    };
    live.iter().map(annotate).collect()
}

/// What server-side apply writes of a value: its fields, and the items of shared lists by their keys.
fn managed(value: &Value, list: &str) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (format!("f:{name}"), managed(value, name))).collect()
        }
        Value::Array(items) if ["containers", "env", "volumes"].contains(&list) => {
            let item = |item: &Value| (format!("k:{}", json!({ "name": item["name"] })), managed(item, ""));
            items.iter().map(item).collect()
        }
        _ => json!({}),
    }
}

/// Live objects with the records of server-side apply, beside one of a controller.
fn with_managed_fields(live: &[Object], applied: &[Object]) -> Vec<Object> {
    let record = |object: &Object| {
        let is_it = |other: &&Object| (&other.kind, &other.name) == (&object.kind, &object.name);
        let mut body = object.body.clone();
        if let Some(applied) = applied.iter().find(is_it) {
            let controller =
                json!({ "manager": "kube-controller-manager", "operation": "Update", "fieldsV1": managed(&body, "") });
            let apply = json!({ "manager": "flux", "operation": "Apply", "fieldsV1": managed(&applied.body, "") });
            body["metadata"]["managedFields"] = json!([controller, apply]);
        }
        Object::of(body)
    };
    live.iter().map(record).collect()
}

/// The three ways in which a cluster may say what was applied: not at all, and by either record.
fn ways(live: &[Object], applied: &[Object]) -> [Vec<Object>; 3] {
    [live.to_vec(), with_last_applied(live, applied), with_managed_fields(live, applied)]
}

#[test]
fn an_unchanged_stack_is_quiet_both_ways() {
    let applied = fixture("applied.yaml");
    for live in ways(&fixture("live.yaml"), &applied) {
        for report in [diff(&live, &applied), diff(&applied, &live), diff(&live, &live)] {
            assert!(report.is_empty(), "{}", shown(&report));
        }
    }
}

#[test]
fn changes_are_seen_as_between_manifests() {
    let (live, applied) = (fixture("live.yaml"), fixture("applied.yaml"));
    type Edit = fn(&mut Value);
    let table: [(&str, Edit, &str); 14] = [
        (
            "Deployment",
            |body| pod(body)["hostNetwork"] = json!(true),
            "exposure: `web`: the pods share the node's network",
        ),
        (
            "Deployment",
            |body| pod(body)["containers"][0]["image"] = json!("b"),
            "restart: `web` restarts, with a short",
        ),
        ("Deployment", |body| pod(body)["containers"][0]["resources"]["limits"]["memory"] = json!("2Gi"), "restart: "),
        ("Deployment", |body| pod(body)["tolerations"] = json!([{ "key": "other" }]), "restart: "),
        (
            "Deployment",
            |body| pod(body)["containers"][0]["args"] = json!([]),
            "- spec.template.spec.containers[web].args",
        ),
        (
            "Deployment",
            |body| pod(body)["volumes"][0] = json!({ "name": "data", "emptyDir": {} }),
            "data-loss: the volume `data` becomes an `emptyDir`",
        ),
        (
            "Deployment",
            |body| pod(body)["containers"][0]["env"][1] = json!({ "name": "TOKEN", "value": "x" }),
            "secret: `TOKEN` no longer comes from",
        ),
        (
            "PersistentVolumeClaim",
            |body| body["spec"]["storageClassName"] = json!("fast"),
            "immutable [K009]: the API server refuses to change `spec.storageClassName`",
        ),
        (
            "NetworkPolicy",
            |body| drop(body["spec"]["ingress"][0].as_object_mut().unwrap().remove("ports")),
            "- spec.ingress[0].ports",
        ),
        (
            "NetworkPolicy",
            |body| drop(body["spec"]["ingress"][0]["from"][0].as_object_mut().unwrap().remove("podSelector")),
            "- spec.ingress[0].from[0].podSelector",
        ),
        (
            "NetworkPolicy",
            |body| body["spec"]["ingress"][0]["ports"] = json!([{ "protocol": "TCP" }]),
            "- spec.ingress[0].ports[0].port",
        ),
        ("NetworkPolicy", |body| body["spec"]["podSelector"] = json!({}), "- spec.podSelector.matchLabels"),
        ("Service", |body| body["spec"]["selector"] = json!({}), "surface: Service `web` leads to other pods"),
        (
            "Secret",
            |body| body["stringData"]["TOKEN"] = json!("fake_other"),
            "secret: `TOKEN` of Secret `web` has another",
        ),
    ];
    for (kind, edit, expected) in table {
        let changed = edited(&applied, kind, edit);
        for live in ways(&live, &applied) {
            let report = diff(&live, &changed);
            assert_eq!(report.objects().count(), 1, "{expected}: {}", shown(&report));
            assert!(shown(&report).contains(expected), "{expected}: {}", shown(&report));
        }
    }
}

/// What was applied inside a list that is written as a whole only the last-applied annotation says.
#[test]
fn a_field_inside_of_a_whole_list_is_seen_by_its_annotation() {
    let route = |parent: Value, uid: bool| {
        let mut body = json!({ "kind": "HTTPRoute", "metadata": { "name": "r", "annotations": {} }, "spec": { "parentRefs": [parent] } });
        if uid {
            body["metadata"]["uid"] = json!("1");
        }
        vec![Object::of(body)]
    };
    let applied = route(json!({ "name": "g", "namespace": "edge" }), false);
    let live = route(json!({ "name": "g", "namespace": "edge", "group": "g.k", "kind": "Gateway" }), true);
    let [unknown, last_applied, _] = ways(&live, &applied);
    let stated = route(json!({ "name": "g" }), false);
    assert!(diff(&last_applied, &applied).is_empty() && diff(&unknown, &stated).is_empty());
    assert!(shown(&diff(&last_applied, &stated)).contains("- spec.parentRefs[g].namespace"));
}

#[test]
fn the_class_that_a_claim_was_given_may_be_stated() {
    let (live, applied) = (fixture("live.yaml"), fixture("applied.yaml"));
    let stated = edited(&applied, "PersistentVolumeClaim", |body| body["spec"]["storageClassName"] = json!("standard"));
    assert!(diff(&live, &stated).is_empty());
}

#[test]
fn what_was_applied_and_is_no_longer_stated_is_seen() {
    let (live, applied) = (fixture("live.yaml"), fixture("applied.yaml"));
    type Edit = fn(&mut Value);
    let table: [(&str, Edit, &str); 5] = [
        ("Deployment", |body| pod(body)["hostNetwork"] = json!(true), "- spec.template.spec.hostNetwork: true"),
        (
            "Deployment",
            |body| pod(body)["containers"].as_array_mut().unwrap().push(json!({ "name": "sidecar", "image": "s" })),
            "- spec.template.spec.containers[sidecar]",
        ),
        (
            "Deployment",
            |body| pod(body)["containers"][0]["livenessProbe"] = json!({ "exec": { "command": ["true"] } }),
            "- spec.template.spec.containers[web].livenessProbe",
        ),
        ("ConfigMap", |body| body["data"]["more"] = json!("1"), "- data.more: \"1\""),
        ("Service", |body| body["metadata"]["annotations"]["a"] = json!("b"), "- metadata.annotations"),
    ];
    for (kind, edit, expected) in table {
        let before = edited(&applied, kind, edit);
        let [unknown, last_applied, managed] = ways(&edited(&live, kind, edit), &before);
        for live in [last_applied, managed] {
            let report = diff(&live, &applied);
            assert!(shown(&report).contains(expected), "{expected}: {}", shown(&report));
            assert!(report.notes.is_empty(), "{:?}", report.notes);
            assert!(shown(&diff(&applied, &live)).contains(&expected.replacen('-', "+", 1)));
        }
        let report = diff(&unknown, &applied);
        assert!(report.is_empty(), "{}", shown(&report));
        assert!(report.notes[0].contains("removed fields can't be seen"), "{:?}", report.notes);
    }
}

#[test]
fn what_others_write_into_an_applied_object_stays() {
    let (live, applied) = (fixture("live.yaml"), fixture("applied.yaml"));
    let before = edited(&applied, "Deployment", |body| body["metadata"]["labels"] = json!({ "ours": "1" }));
    let live = edited(&live, "Deployment", |body| {
        body["metadata"]["labels"] = json!({ "ours": "1", "theirs": "2" });
        pod(body)["containers"].as_array_mut().unwrap().insert(0, json!({ "name": "injected", "image": "i" }));
    });
    for live in ways(&live, &before).into_iter().skip(1) {
        let report = diff(&live, &applied);
        assert_eq!(shown(&report).lines().nth(1), Some("  - metadata.labels.ours: \"1\""), "{}", shown(&report));
        assert_eq!(report.objects().map(|object| object.fields.len()).sum::<usize>(), 1, "{}", shown(&report));
    }
}

#[test]
fn objects_that_only_the_cluster_has_are_removed_if_they_are_ours() {
    let marked = |kind: &str, name: &str, labels: Value, uid: bool| {
        let mut body = json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": name, "namespace": "n", "labels": labels } });
        if uid {
            body["metadata"]["uid"] = json!("1");
        }
        Object::of(body)
    };
    let ours = json!({ "app.kubernetes.io/managed-by": "agentos-cfg", "app.kubernetes.io/instance": "a" });
    let stated = [marked("ConfigMap", "a", ours.clone(), false)];
    let live = [
        marked("ConfigMap", "a", ours.clone(), true),
        marked("PersistentVolumeClaim", "old", ours.clone(), true),
        marked("ConfigMap", "kube-root-ca.crt", json!({}), true),
        marked("Service", "other", json!({ "app.kubernetes.io/managed-by": "helm" }), true),
    ];
    let report = diff(&live, &stated);
    let found: Vec<String> = report.objects().map(|object| object.identity.to_string()).collect();
    assert_eq!(found, ["PersistentVolumeClaim n/old"]);
    let note = report.notes.iter().find(|note| note.contains("`ConfigMap n/kube-root-ca.crt`"));
    assert!(note.is_some_and(|note| note.contains("`Service n/other`")), "{:?}", report.notes);
    // Where nothing is marked, everything that the cluster has counts.
    let unmarked = [marked("ConfigMap", "a", json!({}), true), marked("Service", "b", json!({}), true)];
    let report = diff(&unmarked, &[marked("ConfigMap", "a", json!({}), false)]);
    assert_eq!(report.objects().count(), 1);
    // And an empty side tells nothing apart.
    assert_eq!(diff(&live, &[]).objects().count(), 4);
}

#[test]
fn an_object_without_a_namespace_is_the_live_one_of_its_name() {
    let (live, applied) = (fixture("live.yaml"), fixture("applied.yaml"));
    let bare: Vec<Object> = applied
        .iter()
        .map(|object| {
            let mut body = object.body.clone();
            body["metadata"].as_object_mut().unwrap().remove("namespace");
            Object::of(body)
        })
        .collect();
    for report in [diff(&live, &bare), diff(&bare, &live)] {
        assert!(report.is_empty(), "{}", shown(&report));
    }
}
