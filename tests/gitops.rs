//! What deployment and backup tools are told by annotations: ours and the user's, together.

mod common;

use agentos_cfg::Outcome;
use common::{codes_and_lines, compile, compile_shipped, environment, findings, production, shipped, shown};
use serde_json::Value as Json;

const SYNC: &str = "argocd.argoproj.io/sync-options";
const COMPARE: &str = "argocd.argoproj.io/compare-options";
const PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";
const FORCE: &str = "kustomize.toolkit.fluxcd.io/force";
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";
const VOLUMES: &str = "backup.velero.io/backup-volumes";
const EXCLUDES: &str = "backup.velero.io/backup-volumes-excludes";

fn compiled(text: &str) -> Outcome {
    let (compiler, outcome) = compile(text);
    assert!(!outcome.objects.is_empty(), "{}", shown(&compiler, &outcome));
    outcome
}

/// An annotation of an object at a place in it.
fn annotation(outcome: &Outcome, kind: &str, name: &str, place: &str, annotation: &str) -> String {
    let object = outcome.objects.iter().find(|object| object.kind == kind && object.name == name).unwrap();
    let all = object.body.pointer(&format!("{place}/metadata/annotations"));
    all.and_then(|all| all.get(annotation)).and_then(Json::as_str).unwrap_or("").to_owned()
}

#[test]
fn options_of_argo_cd_are_joined_with_ours() {
    let text = production(&format!(
        "  annotations.\"{SYNC}\" = \"ServerSideApply=true\",\n  annotations.\"{COMPARE}\" = \"IgnoreExtraneous\",\n  \
         services.federation.annotations = {{ \"{SYNC}\" = \"Validate=false, ServerSideApply=false\", \"{COMPARE}\" = \"ServerSideDiff=true\" }},\n  \
         storage = 'Persistent {{ annotations.\"{SYNC}\" = \"PruneLast=true,Delete=false\" }},"
    ))
    .replacen("storage = 'Persistent { class = \"ssd-retain\" },", "storage | default = 'Persistent { class = \"ssd-retain\" },", 1);
    let outcome = compiled(&text.replace("'Persistent { annotations", "'Persistent { class = \"a\", annotations"));
    let at = |kind: &str, name: &str, annotation: &str| self::annotation(&outcome, kind, name, "", annotation);
    let keep = "Prune=false,Delete=false";
    assert_eq!(at("Namespace", "agentos", SYNC), format!("{keep},ServerSideApply=true"));
    let claim = "PersistentVolumeClaim";
    assert_eq!(at(claim, "agentos-model-policy-data", SYNC), format!("{keep},PruneLast=true,ServerSideApply=true"));
    let federation = format!("{keep},PruneLast=true,Validate=false,ServerSideApply=false");
    assert_eq!(at(claim, "agentos-federation-data", SYNC), federation);
    assert_eq!(at("Service", "agentos-federation", SYNC), "Validate=false,ServerSideApply=false");
    assert_eq!(at("Service", "agentos-federation", COMPARE), "ServerSideDiff=true,IgnoreExtraneous");
    assert_eq!(at("Service", "agentos-model-policy", SYNC), "ServerSideApply=true");
    assert_eq!(at(claim, "agentos-federation-data", PRUNE), "disabled");
}

#[test]
fn volumes_of_velero_are_joined_with_ours() {
    for (method, name) in [("'FileSystem", VOLUMES), ("'Snapshot", EXCLUDES)] {
        let outcome = compiled(&environment(&format!(
            "  storage | force = 'Persistent {{ backup = 'Velero {{ method = {method} }} }},\n  \
             services.federation.annotations.\"{name}\" = \"tmp\","
        )));
        let at = |name: &str, key: &str| annotation(&outcome, "Deployment", name, "/spec/template", key);
        assert_eq!(at("agentos-federation", name), "data,tmp");
        assert_eq!(at("agentos-model-policy", name), "data");
    }
}

#[test]
fn what_is_against_storage_is_found() {
    let found = |more: &str| {
        let (compiler, outcome) = compile(&environment(more));
        codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let persistent = "storage | force = 'Persistent";
    let files = "backup = 'Velero { method = 'FileSystem }";
    for (name, value, more) in [
        (SYNC, "Prune=true", ""),
        (SYNC, "ServerSideApply=true, Delete = true", ""),
        (SYNC, "Prune=confirm", ""),
        (SYNC, "Force=true,Replace=true", ""),
        (PRUNE, "enabled", ""),
        (FORCE, "enabled", ""),
        (EXCLUDES, "tmp, data", files),
        (VOLUMES, "data", "backup = 'Velero { method = 'Snapshot }"),
    ] {
        let places = [
            format!("annotations.\"{name}\" = \"{value}\", {persistent} {{ {more} }},"),
            format!("services.federation.annotations.\"{name}\" = \"{value}\", {persistent} {{ {more} }},"),
            format!("{persistent} {{ annotations.\"{name}\" = \"{value}\", {more} }},"),
        ];
        for place in places {
            assert_eq!(found(&format!("  {place}")), ["A009"], "{place}");
        }
        assert_eq!(found(&format!("  annotations.\"{name}\" = \"{value}\",")), [""; 0], "no claims: {name}");
        let pruned = format!("  annotations.\"{name}\" = \"{value}\", {persistent} {{ retention = 'Prune }},");
        assert_eq!(found(&pruned), [""; 0], "{pruned}");
    }
    for (name, value) in
        [(SYNC, "Prune=false,Delete=false"), (SYNC, "Force=false"), (PRUNE, "disabled"), (EXCLUDES, "tmp")]
    {
        let same = format!("  {persistent} {{ {files} }}, annotations.\"{name}\" = \"{value}\",");
        assert_eq!(found(&same), [""; 0], "{same}");
    }
}

/// What was allowed is still not compiled: `storage` counts.
#[test]
fn an_allowed_annotation_changes_no_retention() {
    let outcome = compiled(&environment(&format!(
        "  storage | force = 'Persistent {{ annotations.\"{SYNC}\" = \"Prune=true,Validate=false\" }},\n  \
         allow = [{{ rule = \"A009\", reason = \"tried\" }}],"
    )));
    let claim = annotation(&outcome, "PersistentVolumeClaim", "agentos-federation-data", "", SYNC);
    assert_eq!(claim, "Prune=false,Delete=false,Validate=false");
}

#[test]
fn no_patch_takes_away_what_keeps_claims() {
    let found = |patch: &str| {
        let text =
            environment(&format!("  storage | force = 'Persistent {{ backup = 'Velero {{}} }},\n  patches.{patch},"));
        let (compiler, outcome) = compile(&text);
        codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let claim = "PersistentVolumeClaim.agentos-federation-data.metadata.annotations";
    let pod = "Deployment.agentos-federation.spec.template.metadata.annotations";
    for patch in [
        format!("{claim}.\"{SYNC}\" = \"Prune=true\""),
        format!("{claim}.\"{SYNC}\" = \"Prune=false\""),
        format!("{claim}.\"{PRUNE}\" = null"),
        format!("Namespace.agentos.metadata.annotations.\"{SYNC}\" = null"),
        format!("{pod}.\"{VOLUMES}\" = \"tmp\""),
        // What a field may not say, a patch may not.
        format!("{claim}.\"{SYNC}\" = \"Prune=false,Delete=false,Force=true\""),
        format!("{claim}.\"{SYNC}\" = \"Prune=false,Delete=false,Prune=true\""),
        format!("{claim}.\"{FORCE}\" = \"enabled\""),
        format!("Namespace.agentos.metadata.annotations.\"{FORCE}\" = \"enabled\""),
        format!("{pod}.\"{EXCLUDES}\" = \"tmp,data\""),
    ] {
        assert_eq!(found(&patch), ["K013"], "{patch}");
    }
    for patch in [
        format!(
            "Namespace.agentos.metadata.annotations.\"{SYNC}\" = \"ServerSideApply=true,Delete=false,Prune=false\""
        ),
        format!("{pod}.\"{VOLUMES}\" = \"tmp,data\""),
        format!("Service.agentos-federation.metadata.annotations.\"{SYNC}\" = \"Prune=true\""),
        format!("{claim}.\"{SYNC}\" = \"Prune=false,Delete=false,Force=false,ServerSideApply=true\""),
        format!("{pod}.\"{EXCLUDES}\" = \"tmp\""),
        format!("Deployment.agentos-federation.metadata.annotations.\"{FORCE}\" = \"enabled\""),
    ] {
        assert_eq!(found(&patch), [""; 0], "{patch}");
    }
    let with = |storage: &str, patch: &str| {
        let dedicated = "tenancy.tenants.tnt_bolt = { name = \"Bolt\", isolation = 'Dedicated },";
        let allow = "allow = [{ rule = \"A009\", reason = \"tried\" }],";
        let text =
            format!("  {dedicated}\n  storage | force = 'Persistent {{ {storage} }},\n  {allow}\n  patches.{patch},");
        findings(&environment(&text)).matches("K013").count()
    };
    let snapshots = "backup = 'Velero { method = 'Snapshot }";
    assert_eq!(with(snapshots, &format!("{pod}.\"{VOLUMES}\" = \"data\"")), 1);
    assert_eq!(with("", &format!("{pod}.\"{VOLUMES}\" = \"data\"")), 0);
    let forced = format!("\"{SYNC}\" = \"Prune=false,Delete=false,Force=true\"");
    let of_tenant = "PersistentVolumeClaim.\"agentos-tnt-bolt/agentos-federation-data\".metadata.annotations";
    assert_eq!(with("", &format!("{of_tenant}.{forced}")), 1);
    assert_eq!(with("retention = 'Prune", &format!("{of_tenant}.{forced}")), 0);
    // What a field says of it has A009.
    let said = format!("annotations.\"{SYNC}\" = \"Force=true\", annotations.\"{FORCE}\" = \"enabled\"");
    assert_eq!(with(&said, &format!("{claim}.\"example.com/a\" = \"b\"")), 0);
}

#[test]
fn what_is_against_storage_is_explained() {
    insta::assert_snapshot!(findings(&environment(&format!(
        "  annotations.\"{FORCE}\" = \"enabled\",\n  services.federation.annotations.\"{EXCLUDES}\" = \"data\",\n  \
         storage | force = 'Persistent {{\n    backup = 'Velero {{}},\n    annotations.\"{SYNC}\" = \"Prune=true\",\n  }},"
    ))));
}

/// Flux replaces `${…}` where it is told to: no text of ours that has it may be without the annotation that keeps it off,
/// and no other object has that.
#[test]
fn no_text_of_ours_is_for_flux_to_substitute() {
    let mut held = 0;
    let all = environment(
        "  smoke.job = true,\n  observability = { metrics = 'PrometheusOperator { scrape_token.secret = \"t\" }, alerts = true, dashboards = true },\n  \
         annotations.\"example.com/cluster\" = \"a\",\n  audit_shipping = 'Sidecar {},\n  storage | force = 'Persistent {},\n  \
         tenancy.tenants = { tnt_a = { name = \"A\" }, tnt_b = { name = \"B\", isolation = 'Dedicated } },",
    );
    let outcomes = shipped().into_iter().map(|file| compile_shipped(file).1).chain([compiled(&all)]);
    for object in outcomes.flat_map(|outcome| outcome.objects) {
        let is_held = object.body["metadata"]["annotations"][SUBSTITUTE] == "disabled";
        assert_eq!(is_held, object.body.to_string().contains("${"), "{} {}", object.kind, object.name);
        held += usize::from(is_held);
    }
    assert!(held > 4, "{held}");
}
