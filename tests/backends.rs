//! Where secrets come from and how they get in, where data is kept, and who issues federation's certificate: what is
//! compiled of each choice, and what is refused.

mod common;

use agentos_cfg::Outcome;
use agentos_cfg::emit::yaml;
use agentos_cfg::objects::object::Object;
use common::{compile, compile_shipped, environment, findings, patch_object, production, shipped, shown};
use serde_json::{Value as Json, json};

const NAMES: [&str; 3] = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"];

const EXTERNAL: &str = "'ExternalSecrets { store = \"vault\", store_kind = 'ClusterSecretStore, refresh = \"30m\" }";
const VAULT: &str =
    "'Csi { provider = 'Vault, parameters = { roleName = \"agentos\", vaultAddress = \"https://vault:8200\" } }";
const AWS: &str = "'Csi { provider = 'Aws, parameters.region = \"eu-west-1\" }";
const AZURE: &str = "'Csi { provider = 'Azure, parameters = { keyvaultName = \"agentos\", tenantId = \"example\" } }";
const GCP: &str = "'Csi { provider = 'Gcp }";
const SEALED: &str = "'Sealed { annotations.\"example.com/team\" = \"platform\" }";

/// Fields of an environment that take the three secrets from a backend; `sources` are the fields of the keys.
fn secrets(backend: &str, inject: &str, sources: [&str; 3]) -> String {
    let keys: String = NAMES
        .iter()
        .zip(sources)
        .filter(|(_, source)| !source.is_empty())
        .map(|(name, source)| format!("      {name}.{source},\n"))
        .collect();
    format!("  secrets = {{\n    backend = {backend},\n    inject = '{inject},\n    keys = {{\n{keys}    }},\n  }},")
}

fn remotes(keys: [&str; 3]) -> [String; 3] {
    keys.map(|key| format!("remote = {{ {key} }}"))
}

fn of_one_entry(key: &str) -> [String; 3] {
    let properties = ["service_token", "fed_shared_secret", "signing-key"];
    properties.map(|property| format!("remote = {{ key = \"{key}\", property = \"{property}\" }}"))
}

/// Text that looks like what `kubeseal --raw` prints; each of another letter.
fn sealed() -> [String; 3] {
    ["a", "b", "c"].map(|letter| format!("sealed = \"AgB{}==\"", letter.repeat(727)))
}

fn compiled(more: &str) -> Outcome {
    let (compiler, outcome) = compile(&environment(more));
    assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
    outcome
}

fn compiled_with(backend: &str, inject: &str, sources: &[String; 3]) -> Outcome {
    compiled(&secrets(backend, inject, [&sources[0], &sources[1], &sources[2]]))
}

fn kind<'a>(outcome: &'a Outcome, kind: &'a str) -> impl Iterator<Item = &'a Object> {
    outcome.objects.iter().filter(move |object| object.kind == kind)
}

fn deployment<'a>(outcome: &'a Outcome, name: &str) -> &'a Json {
    &kind(outcome, "Deployment").find(|object| object.name == name).unwrap().body
}

fn named<'a>(list: &'a Json, name: &str) -> Option<&'a Json> {
    list.as_array()?.iter().find(|item| item["name"] == name)
}

/// The objects that provide secrets, those of the orchestrator where each service has one, and how its container gets
/// the values.
fn injection(outcome: &Outcome) -> String {
    let providers = ["Secret", "ExternalSecret", "SealedSecret", "SecretProviderClass"];
    let mine = |object: &&Object| object.kind != "SecretProviderClass" || object.name.ends_with("agent-orchestrator");
    let objects: Vec<Object> =
        outcome.objects.iter().filter(|o| providers.contains(&o.kind.as_str())).filter(mine).cloned().collect();
    let pod = &deployment(outcome, "agentos-agent-orchestrator")["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let is_secret = |variable: &&Json| NAMES.iter().any(|name| variable["name"].as_str().unwrap().starts_with(name));
    let injected = json!({
        "env": container["env"].as_array().unwrap().iter().filter(is_secret).collect::<Vec<_>>(),
        "mount": named(&container["volumeMounts"], "secrets"),
        "volume": named(&pod["volumes"], "secrets"),
    });
    format!("{}---\n{}", yaml::stream(&objects).unwrap(), yaml::document(&injected).unwrap())
}

/// The object as it is compiled is one that its operator's schema takes: no field is misspelt or misplaced.
fn fits_its_schema(outcome: &Outcome, object: &Object) {
    let patched = patch_object(outcome, object, json!({}));
    assert!(patched.findings.is_empty(), "{:?}", patched.findings);
}

#[test]
fn placeholders() {
    let fake = ["a", "b", "c"].map(|letter| format!("placeholder = \"fake_{letter}\""));
    insta::assert_snapshot!("placeholder_env", injection(&compiled_with("'Placeholder", "Env", &fake)));
    insta::assert_snapshot!("placeholder_file", injection(&compiled_with("'Placeholder", "File", &fake)));
}

#[test]
fn a_secret_that_exists() {
    insta::assert_snapshot!("existing_env", injection(&compiled(&secrets("'Existing", "Env", [""; 3]))));
    insta::assert_snapshot!("existing_file", injection(&compiled(&secrets("'Existing", "File", [""; 3]))));
}

#[test]
fn external_secrets() {
    let sources = remotes([
        "key = \"dev/agentos\", property = \"service_token\", version = \"3\"",
        "key = \"dev/agentos\", property = \"fed_shared_secret\"",
        "key = \"dev/signing-key\"",
    ]);
    for inject in ["Env", "File"] {
        let outcome = compiled_with(EXTERNAL, inject, &sources);
        kind(&outcome, "ExternalSecret").for_each(|object| fits_its_schema(&outcome, object));
        assert_eq!(kind(&outcome, "ExternalSecret").count(), 1);
        insta::assert_snapshot!(format!("external_secrets_{}", inject.to_lowercase()), injection(&outcome));
    }
}

#[test]
fn sealed_secrets() {
    for inject in ["Env", "File"] {
        let outcome = compiled_with(SEALED, inject, &sealed());
        kind(&outcome, "SealedSecret").for_each(|object| fits_its_schema(&outcome, object));
        assert_eq!(kind(&outcome, "SealedSecret").count(), 1);
        let shown = injection(&outcome).replace(&"a".repeat(700), "a…").replace(&"b".repeat(700), "b…");
        insta::assert_snapshot!(format!("sealed_{}", inject.to_lowercase()), shown.replace(&"c".repeat(700), "c…"));
    }
}

#[test]
fn the_csi_driver() {
    let azure = remotes(["key = \"service-token\"", "key = \"fed-secret\", version = \"0a1b\"", "key = \"signing\""]);
    let google = remotes([
        "key = \"projects/p/secrets/token\"",
        "key = \"projects/p/secrets/agentos\", property = \"fed\", version = \"7\"",
        "key = \"projects/p/locations/europe-west1/secrets/signing\"",
    ]);
    let aws = remotes([
        "key = \"prod/agentos\", property = \"service-token\", version = \"AWSCURRENT\"",
        "key = \"prod/agentos\", property = \"federation.secret\", version = \"AWSCURRENT\"",
        "key = \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing\", version = \"uuid/0a1b-2c\"",
    ]);
    let vault = remotes([
        "key = \"secret/data/agentos\", property = \"service_token\"",
        "key = \"secret/data/agentos\", property = \"fed\", version = \"3\"",
        "key = \"secret/data/signing\", property = \"key\"",
    ]);
    for (name, backend, sources) in
        [("vault", VAULT, vault), ("aws", AWS, aws), ("azure", AZURE, azure), ("gcp", GCP, google)]
    {
        for inject in ["Env", "File"] {
            let outcome = compiled_with(backend, inject, &sources);
            kind(&outcome, "SecretProviderClass").for_each(|object| fits_its_schema(&outcome, object));
            assert_eq!(kind(&outcome, "SecretProviderClass").count(), 3);
            for class in kind(&outcome, "SecretProviderClass") {
                assert_eq!(class.body["spec"].get("secretObjects").is_some(), inject == "Env");
            }
            insta::assert_snapshot!(format!("csi_{name}_{}", inject.to_lowercase()), injection(&outcome));
        }
    }
}

#[test]
fn each_pod_mounts_its_own_class() {
    for inject in ["Env", "File"] {
        let outcome = compiled_with(VAULT, inject, &of_one_entry("secret/data/agentos"));
        for service in ["agent-orchestrator", "model-policy", "federation"] {
            let name = format!("agentos-secrets-{service}");
            let pod = &deployment(&outcome, &format!("agentos-{service}"))["spec"]["template"]["spec"];
            let volume = named(&pod["volumes"], "secrets").unwrap();
            assert_eq!(volume["csi"]["volumeAttributes"]["secretProviderClass"], name.as_str());
            assert!(kind(&outcome, "SecretProviderClass").any(|class| class.name == name));
        }
    }
}

#[test]
fn what_lists_secrets_for_a_provider_is_yaml_that_says_the_same() {
    let outcome = compiled_with(VAULT, "File", &of_one_entry("secret/data/it's \\\"odd\\\": #1"));
    let class = kind(&outcome, "SecretProviderClass").next().unwrap();
    let text = class.body["spec"]["parameters"]["objects"].as_str().unwrap();
    let list: Vec<Json> = serde_yaml::from_str(text).unwrap();
    assert_eq!(list.len(), 3);
    assert!(list.iter().all(|entry| entry["secretPath"] == "secret/data/it's \"odd\": #1"));
    assert!(list.iter().all(|entry| NAMES.contains(&entry["objectName"].as_str().unwrap())));
    let azure = remotes(["key = \"a\"", "key = \"b\"", "key = \"c\""]);
    let outcome = compiled_with(AZURE, "File", &azure);
    let class = kind(&outcome, "SecretProviderClass").next().unwrap();
    let outer: Json = serde_yaml::from_str(class.body["spec"]["parameters"]["objects"].as_str().unwrap()).unwrap();
    let inner: Vec<Json> =
        outer["array"].as_array().unwrap().iter().map(|s| serde_yaml::from_str(s.as_str().unwrap()).unwrap()).collect();
    assert!(inner.iter().all(|object| object["objectType"] == "secret"), "{inner:?}");
}

#[test]
fn rotation_rolls_every_pod_whatever_the_backend() {
    let cases = [
        secrets("'Existing", "File", [""; 3]),
        secrets(EXTERNAL, "File", of_one_entry("dev").each_ref().map(String::as_str)),
        secrets(VAULT, "File", of_one_entry("dev").each_ref().map(String::as_str)),
        secrets(SEALED, "Env", sealed().each_ref().map(String::as_str)),
    ];
    for case in cases {
        for (before, after) in templates(&case).zip(templates(&format!("{case}\n  secrets.rotation = \"2026-02\","))) {
            assert_ne!(before, after);
            assert_eq!(after["metadata"]["annotations"]["agentos.nexixai.io/secrets-rotation"], "2026-02");
        }
    }
}

#[test]
fn what_the_driver_mounts_rolls_the_pods_by_itself() {
    let of = |entry| secrets(VAULT, "File", of_one_entry(entry).each_ref().map(String::as_str));
    for (before, after) in templates(&of("old")).zip(templates(&of("new"))) {
        let hash = |template: &Json| template["metadata"]["annotations"]["agentos.nexixai.io/config-hash"].clone();
        assert!(hash(&before).is_string());
        assert_ne!(hash(&before), hash(&after));
    }
}

fn templates(more: &str) -> impl Iterator<Item = Json> {
    let outcome = compiled(more);
    let templates: Vec<Json> = kind(&outcome, "Deployment").map(|o| o.body["spec"]["template"].clone()).collect();
    assert_eq!(templates.len(), 3);
    templates.into_iter()
}

#[test]
fn what_no_backend_can_use_is_refused() {
    let with = |backend: &str, sources: [&str; 3]| findings(&environment(&secrets(backend, "File", sources)));
    let one = "remote = { key = \"a\", property = \"b\" }";
    let whole = "remote.key = \"a\"";
    let text = [
        with(EXTERNAL, [one, one, "placeholder = \"fake_c\""]),
        with("'Sealed {}", [one, "sealed = \"hunter2\"", "sealed = \"fake_value_of_the_key\""]),
        with("'Existing", [one, "placeholder = \"fake_b\",\n      AGENTOS_FED_SHARED_SECRET.remote.key = \"b\"", ""]),
        with(
            "'Csi { provider = 'Vault, parameters.objects = \"\" }",
            [one, whole, "remote = { key = \"a\", property = \"c\" }"],
        ),
        with("'Csi { provider = 'Aws }", [one, whole, "remote = { key = \"a\", property = \"b\", version = \"1\" }"]),
        with("'Csi { provider = 'Aws }", [whole, whole, one]),
        with("'Csi { provider = 'Azure, parameters.tenantId = \"t\" }", [one, whole, whole]),
        with(
            "'Csi { provider = 'Gcp, parameters.secrets = \"\" }",
            [one, "remote.key = \"projects/p/secrets/s/versions/1\"", "remote.key = \"projects/p/secrets/s\""],
        ),
        with("'Csi { provider = 'Conjur }", [one, one, one]),
    ]
    .join("\n");
    assert!(!text.contains("hunter2") && !text.contains("fake_value_of_the_key"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn annotations_can_t_widen_the_scope_of_a_sealed_secret() {
    let secrets = secrets(
        "'Sealed { annotations.\"sealedsecrets.bitnami.com/namespace-wide\" = \"true\" }",
        "Env",
        sealed().each_ref().map(String::as_str),
    );
    let all = "  annotations.\"sealedsecrets.bitnami.com/cluster-wide\" = \"true\",";
    let (_, outcome) = compile(&environment(&format!("{secrets}\n{all}")));
    let codes: Vec<&str> = outcome.findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(codes, ["S008", "S008"]);
}

#[test]
fn names_and_keys_that_kubernetes_refuses() {
    let long = "a".repeat(240);
    let csi = secrets(VAULT, "File", of_one_entry("dev").each_ref().map(String::as_str));
    let codes = |text: &str| -> Vec<&'static str> {
        compile(&environment(text)).1.findings.iter().map(|finding| finding.code.0).collect()
    };
    assert_eq!(codes(&format!("{csi}\n  secrets.name = \"{long}\",")), ["K001"]);
    let sealed = secrets("'Sealed { annotations.\"a b\" = \"\" }", "Env", sealed().each_ref().map(String::as_str));
    assert_eq!(codes(&sealed), ["K001"]);
    assert_eq!(codes("  services.federation.storage = 'Persistent { annotations.\"a b\" = \"\" },"), ["K001"]);
}

#[test]
fn claims_are_kept_and_backed_up_as_the_environment_says() {
    let outcome = compiled(
        "  services.agent-orchestrator.storage = 'Persistent { backup = 'Velero {}, annotations.\"example.com/tier\" = \"1\" },\n  \
           services.model-policy.storage = 'Persistent { backup = 'Velero { method = 'Snapshot }, retention = 'Prune },\n  \
           services.federation.storage = 'Persistent {},",
    );
    let of_claims =
        kind(&outcome, "PersistentVolumeClaim").map(|claim| (claim, claim.body["metadata"].get("annotations")));
    let of_pods = kind(&outcome, "Deployment").map(|d| (d, d.body.pointer("/spec/template/metadata/annotations")));
    let lines: Vec<String> = of_claims
        .chain(of_pods)
        .map(|(object, annotations)| format!("{} {}: {}", object.kind, object.name, json!(annotations)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_audit_log_lies_on_a_claim_that_the_service_can_write_to() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        let ephemeral = kind(&outcome, "PersistentVolumeClaim").count() == 0;
        for object in kind(&outcome, "Deployment") {
            let pod = &object.body["spec"]["template"]["spec"];
            let container = &pod["containers"][0];
            let sink = named(&container["env"], "AGENTOS_AUDIT_SINK").unwrap()["value"].as_str().unwrap();
            let log = sink.strip_prefix("file:").unwrap();
            let mount = container["volumeMounts"]
                .as_array()
                .unwrap()
                .iter()
                .find(|mount| log.starts_with(&format!("{}/", mount["mountPath"].as_str().unwrap())))
                .unwrap();
            assert!(mount.get("readOnly").is_none() && mount.get("subPath").is_none(), "{name}");
            let volume = named(&pod["volumes"], mount["name"].as_str().unwrap()).unwrap();
            let claim = volume.pointer("/persistentVolumeClaim/claimName");
            assert_eq!(claim.is_none(), ephemeral, "{name}: {volume}");
            assert!(ephemeral || kind(&outcome, "PersistentVolumeClaim").any(|one| Some(&json!(one.name)) == claim));
        }
    }
}

#[test]
fn the_audit_log_is_shipped_by_a_hardened_sidecar() {
    let outcome = compiled("  audit_shipping = 'Sidecar {},");
    for object in kind(&outcome, "Deployment") {
        let pod = &object.body["spec"]["template"]["spec"];
        let (main, sidecar) = (&pod["containers"][0], &pod["initContainers"][0]);
        assert_eq!(sidecar["securityContext"], main["securityContext"]);
        assert_eq!(sidecar["image"], main["image"]);
        assert_eq!(sidecar["volumeMounts"].as_array().unwrap().len(), 1);
        assert_eq!(sidecar["volumeMounts"][0]["readOnly"], true);
        let log = sidecar["command"][4].as_str().unwrap();
        assert_eq!(named(&main["env"], "AGENTOS_AUDIT_SINK").unwrap()["value"], format!("file:{log}"));
    }
    let pod = &deployment(&outcome, "agentos-federation")["spec"]["template"]["spec"];
    insta::assert_snapshot!(yaml::document(&pod["initContainers"]).unwrap());
}

#[test]
fn a_sidecar_is_held_to_the_same_rules() {
    let shipping = |text: &str| format!("  audit_shipping = 'Sidecar {{ {text} }},");
    let findings = [
        findings(&production(&shipping("image = \"docker.io/library/busybox:1.37\""))),
        findings(&environment(&shipping("resources.requests.memory = \"1Gi\""))),
        findings(&environment("  audit = 'Stdout,\n  audit_shipping = 'Sidecar {},")),
    ];
    insta::assert_snapshot!(findings.join("\n"));
}

/// What the sidecar runs is run here: the file comes late, grows, and is moved away.
#[cfg(unix)]
#[test]
fn shipping_survives_a_missing_file_and_rotation() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let outcome = compiled("  audit_shipping = 'Sidecar {},");
    let command =
        &deployment(&outcome, "agentos-federation")["spec"]["template"]["spec"]["initContainers"][0]["command"];
    let words: Vec<&str> = command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.log");
    let mut child = Command::new(words[0])
        .args(&words[1..4])
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::fs::write(&log, "one\ntwo\n").unwrap();
    assert_eq!((next(), next()), ("one".to_owned(), "two".to_owned()));
    std::fs::rename(&log, folder.path().join("audit.log.1")).unwrap();
    std::fs::write(&log, "three\n").unwrap();
    assert_eq!(next(), "three");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(lines);
}

#[test]
fn cert_manager_issues_the_certificate_of_federation() {
    let mtls = |more: &str| {
        format!(
            "  federation.mtls = 'Required {{\n    secret = \"agentos-federation-tls\",\n    \
             cert_manager = {{ issuer = \"federation\", issuer_kind = 'ClusterIssuer, hosts = [\"fed.example.com\"] }},\n    {more}\n  }},"
        )
    };
    let outcome = compiled(&mtls(""));
    kind(&outcome, "Certificate").for_each(|object| fits_its_schema(&outcome, object));
    let certificates: Vec<Object> = kind(&outcome, "Certificate").cloned().collect();
    insta::assert_snapshot!(yaml::stream(&certificates).unwrap());
    // cert-manager decides what the keys of its Secret are called.
    insta::assert_snapshot!(findings(&environment(&mtls("authority = \"authority.crt\","))));
}

#[test]
fn without_cert_manager_something_else_makes_the_secret() {
    let outcome = compiled("  federation.mtls = 'Required { secret = \"tls\", authority = \"authority.crt\" },");
    assert_eq!(kind(&outcome, "Certificate").count(), 0);
}

/// Defaults in the CRDs of what is compiled: the kind, the way to the field (`[]` is every element), and the value that
/// the API server fills in where the record around the field is there and the field is not. Of Gateway API 1, External
/// Secrets 0.16 to 2, the Prometheus operator 0.93; cert-manager, Sealed Secrets and the CSI driver have none.
#[rustfmt::skip]
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("HTTPRoute", "spec.parentRefs[].group", "gateway.networking.k8s.io"),
    ("HTTPRoute", "spec.parentRefs[].kind", "Gateway"),
    ("HTTPRoute", "spec.rules", "a rule for `/`"),
    ("HTTPRoute", "spec.rules[].matches", "the path `/`"),
    ("HTTPRoute", "spec.rules[].matches[].path", "the path `/`"),
    ("HTTPRoute", "spec.rules[].matches[].path.type", "PathPrefix"),
    ("HTTPRoute", "spec.rules[].matches[].path.value", "/"),
    ("HTTPRoute", "spec.rules[].matches[].headers[].type", "Exact"),
    ("HTTPRoute", "spec.rules[].matches[].queryParams[].type", "Exact"),
    ("HTTPRoute", "spec.rules[].filters[].cors.maxAge", "5"),
    ("HTTPRoute", "spec.rules[].filters[].requestMirror.backendRef.group", ""),
    ("HTTPRoute", "spec.rules[].filters[].requestMirror.backendRef.kind", "Service"),
    ("HTTPRoute", "spec.rules[].filters[].requestRedirect.statusCode", "302"),
    ("HTTPRoute", "spec.rules[].backendRefs[].group", ""),
    ("HTTPRoute", "spec.rules[].backendRefs[].kind", "Service"),
    ("HTTPRoute", "spec.rules[].backendRefs[].weight", "1"),
    ("ExternalSecret", "spec.refreshInterval", "1h"),
    ("ExternalSecret", "spec.target", "the policies"),
    ("ExternalSecret", "spec.target.creationPolicy", "Owner"),
    ("ExternalSecret", "spec.target.deletionPolicy", "Retain"),
    ("ExternalSecret", "spec.target.template.engineVersion", "v2"),
    ("ExternalSecret", "spec.target.template.mergePolicy", "Replace"),
    ("ExternalSecret", "spec.data[].remoteRef.conversionStrategy", "Default"),
    ("ExternalSecret", "spec.data[].remoteRef.decodingStrategy", "None"),
    ("ExternalSecret", "spec.data[].remoteRef.metadataPolicy", "None"),
    ("ExternalSecret", "spec.data[].sourceRef.generatorRef.apiVersion", "generators.external-secrets.io/v1alpha1"),
    ("ExternalSecret", "spec.dataFrom[].extract.conversionStrategy", "Default"),
    ("ExternalSecret", "spec.dataFrom[].extract.decodingStrategy", "None"),
    ("ExternalSecret", "spec.dataFrom[].extract.metadataPolicy", "None"),
    ("ServiceMonitor", "spec.endpoints[].authorization.credentials.name", ""),
    ("ServiceMonitor", "spec.endpoints[].basicAuth.password.name", ""),
    ("ServiceMonitor", "spec.endpoints[].basicAuth.username.name", ""),
    ("ServiceMonitor", "spec.endpoints[].bearerTokenSecret.name", ""),
    ("ServiceMonitor", "spec.endpoints[].metricRelabelings[].action", "replace"),
    ("ServiceMonitor", "spec.endpoints[].relabelings[].action", "replace"),
    ("ServiceMonitor", "spec.endpoints[].tlsConfig.ca.configMap.name", ""),
    ("ServiceMonitor", "spec.endpoints[].tlsConfig.ca.secret.name", ""),
    ("ServiceMonitor", "spec.endpoints[].tlsConfig.cert.configMap.name", ""),
    ("ServiceMonitor", "spec.endpoints[].tlsConfig.cert.secret.name", ""),
    ("ServiceMonitor", "spec.endpoints[].tlsConfig.keySecret.name", ""),
];

/// The records around a field, in all places where it can be.
fn around<'a>(body: &'a Json, way: &str) -> Vec<&'a Json> {
    let Some((records, _)) = way.rsplit_once('.') else { return vec![body] };
    records.split('.').fold(vec![body], |around, step| {
        let (name, many) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        let inside = around.into_iter().filter_map(|record| record.get(name));
        if many { inside.filter_map(Json::as_array).flatten().collect() } else { inside.collect() }
    })
}

/// With `kubectl apply` a default that is not written is a change each time, and for Argo CD a difference for ever.
#[test]
fn what_the_crds_fill_in_is_written() {
    let exposed = "  services.agent-orchestrator.exposure = 'Gateway {
    host = \"a.example.com\",
    gateway = { name = \"g\", namespace = \"edge\" },
    authentication = 'External \"the edge\",
  },\n";
    let watched = "  observability = {
    metrics = 'PrometheusOperator { scrape_token.secret = \"scrape\" },
    alerts = true,
  },
  federation.mtls = 'Required { secret = \"tls\", cert_manager = { issuer = \"ca\" } },\n";
    let external = secrets(EXTERNAL, "File", of_one_entry("agentos").each_ref().map(String::as_str));
    let mut objects = compiled(&format!("{exposed}{watched}{external}")).objects;
    for environment in shipped() {
        objects.extend(compile_shipped(environment).1.objects);
    }
    let mut held = 0;
    for object in &objects {
        for (_, way, default) in DEFAULTS.iter().filter(|(kind, ..)| *kind == object.kind) {
            let name = way.rsplit('.').next().unwrap();
            for record in around(&object.body, way) {
                assert!(record.get(name).is_some(), "{} {}: {way} would be {default}", object.kind, object.name);
                held += 1;
            }
        }
    }
    assert!(held > 150, "{held}");
}
