//! The releases of AgentOS: one environment under each of them, and what tells them apart.

mod common;

use agentos_cfg::agentos::settings::{self, Key, SetBy, Setting};
use agentos_cfg::agentos::vocabulary::{Runtime, ServiceName};
use agentos_cfg::diagnostic::Severity;
use agentos_cfg::diff::classes::Class;
use agentos_cfg::diff::{Side, Stack, compare};
use agentos_cfg::objects::object::Object;
use agentos_cfg::verify::verify;
use common::{compile, environment, findings, production};
use insta::assert_snapshot;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// An environment without faults, for a release.
fn running(runtime: Runtime, more: &str) -> String {
    environment(&format!("  runtime = '{},\n{more}", runtime.tag()))
}

/// An environment for production without faults, for a release.
fn running_in_prod(runtime: Runtime, more: &str) -> String {
    let text = production(&format!("  runtime = '{},\n{more}", runtime.tag()));
    text.replace("agentos:1.0.2@", &format!("agentos:{}@", runtime.version()))
}

fn codes(text: &str) -> Vec<&'static str> {
    compile(text).1.findings.iter().map(|finding| finding.code.0).collect()
}

/// Everything that a user can have the compiler derive something from.
const EVERYTHING: &str = "  database = 'Postgres { host = \"db.example.com\" },\n  \
    authentication = 'Oidc { issuer_url = \"https://login.example.com\", audience = \"agentos\" },\n  \
    services.agent-orchestrator.tls = 'Required { secret = \"tls\" },\n  \
    services.model-policy = {\n    tls = 'Required { secret = \"tls\" },\n    \
      model = 'Anthropic { base_url = \"https://models.example.com\", default = \"m\" },\n  },\n  \
    secrets.keys = { AGENTOS_DB_PASSWORD = {}, AGENTOS_MODEL_API_KEY = {} },";

#[test]
fn what_one_environment_becomes_under_each_release() {
    let tenants = "  tenancy.tenants.tnt_a = { name = \"A\" },";
    assert_snapshot!(difference(&running(Runtime::V1_02, tenants), &running(Runtime::V1_07, tenants)));
}

#[test]
fn what_becomes_of_all_that_only_the_newer_release_can_do() {
    let newer = |more| running_in_prod(Runtime::V1_07, more);
    assert_snapshot!(difference(&newer(""), &newer(EVERYTHING)));
}

/// What two environments compile to differently, line by line.
fn difference(one: &str, other: &str) -> String {
    let compiled = |text| {
        let (compiler, outcome) = compile(text);
        assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
        lines(&outcome.objects)
    };
    let (one, other) = (compiled(one), compiled(other));
    let gone = one.iter().filter(|line| !other.contains(line)).map(|line| format!("- {line}"));
    let come = other.iter().filter(|line| !one.contains(line)).map(|line| format!("+ {line}"));
    let mut difference: Vec<String> = gone.chain(come).collect();
    difference.sort_by_key(|line| line[2..].to_owned());
    difference.join("\n")
}

/// Every value in some objects, with the path to it.
fn lines(objects: &[Object]) -> Vec<String> {
    fn walk(path: &str, value: &serde_json::Value, lines: &mut Vec<String>) {
        match value {
            // What has a name is found by it, not by its place in the list.
            serde_json::Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                let name = item.get("name").and_then(|name| name.as_str()).map_or(index.to_string(), str::to_owned);
                walk(&format!("{path}.{name}"), item, lines);
            }),
            serde_json::Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| walk(&format!("{path}.{name}"), field, lines));
            }
            scalar => lines.push(format!("{path}: {scalar}")),
        }
    }
    let mut all = Vec::new();
    objects.iter().for_each(|object| walk(&format!("{} {}", object.kind, object.name), &object.body, &mut all));
    // Versions differ everywhere, and the names of variables stand in the paths.
    all.retain(|line| {
        !(line.contains("app.kubernetes.io/version") || line.contains(".env.") && line.contains(".name: "))
    });
    all
}

#[test]
fn every_setting_that_a_field_sets_has_a_lowering() {
    for runtime in Runtime::ALL {
        let newer = settings::name(runtime, Key::StorageBackend).is_some();
        let more = "  federation.jwt.secret = \"jwt\",\n  federation.mtls = 'Required { secret = \"mtls\" },\n  \
                    tenancy = { default = \"tnt_a\", tenants.tnt_a = { name = \"A\" } },";
        let all = if newer { format!("{more}\n{EVERYTHING}") } else { more.to_owned() };
        let set: BTreeSet<String> =
            [all.as_str(), ""].iter().flat_map(|more| variables(&running(runtime, more))).collect();
        for setting in settings::of(runtime) {
            match setting.set_by {
                SetBy::Field(_) | SetBy::Secret | SetBy::SecretFor(_) => {
                    assert!(set.contains(setting.name), "{runtime:?}: nothing sets {}", setting.name);
                }
                SetBy::User | SetBy::Never(_) => {
                    assert!(!set.contains(setting.name), "{runtime:?}: {} is not the compiler's", setting.name)
                }
            }
        }
    }
}

#[test]
fn no_release_is_given_a_variable_that_it_does_not_read() {
    for runtime in Runtime::ALL {
        let known: BTreeSet<&str> = settings::of(runtime).map(|setting| setting.name).collect();
        for variable in variables(&running(runtime, "")) {
            assert!(known.contains(variable.as_str()), "{runtime:?} does not read {variable}");
        }
    }
}

/// The names of all variables of all containers.
fn variables(text: &str) -> Vec<String> {
    let (compiler, outcome) = compile(text);
    assert!(!outcome.objects.is_empty(), "{}", common::shown(&compiler, &outcome));
    let containers = outcome.objects.iter().filter_map(|o| o.body.pointer("/spec/template/spec/containers/0/env"));
    let names = containers.filter_map(|env| env.as_array()).flatten();
    names.filter_map(|variable| variable["name"].as_str()).map(str::to_owned).collect()
}

#[test]
fn every_store_is_known_to_diff_and_verify() {
    let mut forgotten = Vec::new();
    for runtime in Runtime::ALL {
        let objects = compile(&running_in_prod(runtime, "")).1.objects;
        let mut tried = objects.clone();
        let stores: Vec<Json> = stores(&mut tried).map(|variable| variable["name"].clone()).collect();
        assert!(stores.len() > 3, "{stores:?}");
        for store in stores {
            let mut moved = objects.clone();
            for variable in self::stores(&mut moved).filter(|variable| variable["name"] == store) {
                variable["value"] = variable["value"].as_str().unwrap().replace(VOLUME, "/elsewhere").into();
            }
            let side = |objects: &[Object]| Side {
                name: "side".to_owned(),
                stacks: vec![Stack { name: None, objects: objects.to_vec() }],
            };
            if !compare(&side(&objects), &side(&moved)).unwrap().counts().contains_key(&Class::DataLoss) {
                forgotten.push(format!("{store} of {runtime:?}: src/diff/classes/data_loss.rs"));
            }
            if verify(&moved, &[]).len() <= verify(&objects, &[]).len() {
                forgotten.push(format!("{store} of {runtime:?}: src/verify/stores.rs"));
            }
        }
    }
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

/// Where the volume of a service is mounted.
const VOLUME: &str = "/var/agentos";

/// The variables that name a place on the volume.
fn stores(objects: &mut [Object]) -> impl Iterator<Item = &mut Json> {
    let containers = objects.iter_mut().filter_map(|o| o.body.pointer_mut("/spec/template/spec/containers/0/env"));
    let variables = containers.filter_map(Json::as_array_mut).flatten();
    variables.filter(|variable| variable["value"].as_str().is_some_and(|value| value.contains(VOLUME)))
}

#[test]
fn a_setting_of_one_release_is_refused_under_every_other() {
    let mut tried = 0;
    for runtime in Runtime::ALL {
        for other in Runtime::ALL.into_iter().filter(|other| *other != runtime) {
            for setting in settings::of(other) {
                if settings::of(runtime).any(|known| known.name == setting.name) {
                    continue;
                }
                tried += 1;
                let service = setting.services[0].as_str();
                let text = running(runtime, &format!("  services.{service}.env.{} = \"x\",", setting.name));
                assert_eq!(codes(&text), ["R003"], "{} under {runtime:?}", setting.name);
                if setting.is_secret() {
                    let text = running(runtime, &format!("  secrets.keys.{} = {{}},", setting.name));
                    assert_eq!(codes(&text), ["S010"], "{} under {runtime:?}", setting.name);
                    let text = running(runtime, &of_tenant(&format!("{} = {{}}", setting.name)));
                    assert_eq!(codes(&text), ["S010"], "{} of a tenant under {runtime:?}", setting.name);
                }
            }
        }
    }
    assert!(tried > 20);
}

/// A dedicated tenant with these secrets.
fn of_tenant(keys: &str) -> String {
    format!("  tenancy.tenants.tnt_a = {{ name = \"A\", isolation = 'Dedicated, secrets.keys = {{ {keys} }} }},")
}

#[test]
fn what_is_said_of_secrets_of_tenants() {
    let said = |runtime, keys: &str| findings(&running(runtime, &of_tenant(keys)));
    let parts = [
        said(Runtime::V1_02, "AGENTOS_SIGNING_KEYS = {}, AGENTOS_DB_PASSWORD = {}"),
        said(Runtime::V1_07, "AGENTOS_MODEL_API_KEYS = {}, AGENTOS_DB_PASSWORD.placeholder = \"fake_x\""),
    ];
    assert_snapshot!(parts.join("\n"));
}

#[test]
fn what_is_said_of_settings_and_fields_of_another_release() {
    assert_snapshot!(findings(&running(
        Runtime::V1_02,
        "  database = 'Postgres { host = \"db\" },\n  \
         authentication = 'Oidc { issuer_url = \"https://login.example.com\", audience = \"agentos\" },\n  \
         services.agent-orchestrator.tls = 'Required { secret = \"tls\" },\n  \
         services.model-policy.model = 'Anthropic { default = \"m\" },\n  \
         services.agent-orchestrator.env.AGENTOS_STORAGE_BACKEND = \"postgres\",\n  \
         services.federation.env.AGENTOS_SHUTDOWN_TIMEOUT = \"30s\",\n  secrets.keys.AGENTOS_DB_PASSWORD = {},"
    )));
}

#[test]
fn what_is_said_of_settings_of_the_newer_release() {
    assert_snapshot!(findings(&running(
        Runtime::V1_07,
        "  services.agent-orchestrator.env = {\n    AGENTOS_DB_HOST = \"db\",\n    AGENTOS_DB_PASSWORD_FILE = \"/x\",\n    \
         AGENTOS_RETENTION_AUDIT_DAYS = 30,\n    AGENTOS_SHUTDOWN_TIMEOUT = \"0s\",\n    AGENTOS_LOG_FORMAT = 'JSON,\n    \
         AGENTOS_LOG_FORMATS = 'json,\n  },\n  services.federation.env.AGENTOS_RETENTION_AUDIT_DAYS = 90,\n  \
         secrets.keys.AGENTOS_DB_PASSWORD = {},\n  services.model-policy.model = 'Anthropic { default = \"m\" },"
    )));
}

/// Contracts of `env` and `secrets.keys` depend on the release: a wrong one must not be reported four times more.
#[test]
fn a_wrong_release_is_one_finding() {
    let text = environment(
        "  runtime = 'V1_O7,\n  database = 'Postgres { host = \"db\" },\n  services.federation.env.GOMAXPROCS = 2,\n  \
         secrets.keys.AGENTOS_DB_PASSWORD = {},\n  \
         tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, secrets.keys.AGENTOS_DB_PASSWORD = {} },\n  image = \"ghcr.io/nexixai/agentos:1.0.7\",",
    );
    assert_snapshot!(findings(&text));
    assert_eq!(codes(&environment("  runtime = \"1.0.7\",")), ["C005"]);
    assert_eq!(codes(&environment("  runtime = 'V1_07 { },")), ["C005"]);
}

#[test]
fn federation_without_a_key_goes_without_only_outside_production() {
    let set = |text: &str| variables(text).contains(&"AGENTOS_FED_AUTH_DISABLED".to_owned());
    assert!(set(&running(Runtime::V1_07, "")));
    assert!(!set(&running(Runtime::V1_07, "  federation.jwt.secret = \"jwt\",")));
    assert!(!set(&running(Runtime::V1_02, "")));
    assert!(!set(&running_in_prod(Runtime::V1_07, "")));
    let without =
        |runtime, more: &str| running_in_prod(runtime, more).replace(", jwt.secret = \"agentos-federation-jwt\"", "");
    assert_eq!(codes(&without(Runtime::V1_07, "  federation.mtls = 'Required { secret = \"mtls\" },")), ["F010"]);
    assert_eq!(codes(&without(Runtime::V1_02, "  federation.mtls = 'Required { secret = \"mtls\" },")), [""; 0]);
    assert_eq!(codes(&without(Runtime::V1_07, "")), ["F010"]);
}

#[test]
fn metrics_stay_guarded_however_the_release_spells_it() {
    let spelt = |runtime, more: &str| {
        let (_, outcome) = compile(&running(runtime, more));
        let all: BTreeSet<String> =
            lines(&outcome.objects).into_iter().filter(|line| line.contains("METRICS")).collect();
        all.into_iter().filter_map(|line| Some(line.split_once("value: ")?.1.to_owned())).collect::<BTreeSet<_>>()
    };
    let one = |text: &str| BTreeSet::from([text.to_owned()]);
    let open = "  observability.metrics_auth = false,";
    assert_eq!(spelt(Runtime::V1_02, ""), one("\"1\""));
    assert_eq!(spelt(Runtime::V1_07, ""), one("\"1\""));
    assert_eq!(spelt(Runtime::V1_02, open), BTreeSet::new());
    assert_eq!(spelt(Runtime::V1_07, open), one("\"0\""));
}

#[test]
fn a_pod_outlives_what_its_process_still_does() {
    let grace = |runtime, more: &str| {
        let (_, outcome) = compile(&running(runtime, more));
        let seconds = |o: &Object| {
            Some((o.name.clone(), o.body.pointer("/spec/template/spec/terminationGracePeriodSeconds")?.as_i64()?))
        };
        outcome.objects.iter().filter_map(seconds).collect::<BTreeMap<_, _>>()
    };
    assert!(grace(Runtime::V1_02, "").values().all(|seconds| *seconds == 10));
    let newer = grace(Runtime::V1_07, "  services.federation.env.AGENTOS_SHUTDOWN_TIMEOUT = \"2m\",");
    assert_eq!(newer["agentos-agent-orchestrator"], 40);
    assert_eq!(newer[ServiceName::Federation.object_name()], 130);
}

#[test]
fn what_each_table_says_is_said_of_every_release() {
    let readable = |setting: &Setting| setting.name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    for runtime in Runtime::ALL {
        assert!(settings::of(runtime).all(readable));
        assert!(settings::release(runtime).behaviour.iter().all(|line| !line.is_empty()));
    }
}

/// The pods of a service, as YAML-like lines.
fn lines_of(text: &str, kind: &str, service: &str) -> Vec<String> {
    let (compiler, outcome) = compile(text);
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    let begin = format!("{kind} agentos-{service}.");
    lines(&outcome.objects).into_iter().filter(|line| line.starts_with(&begin)).collect()
}

fn models(provider: &str) -> String {
    let more = format!("  services.model-policy.model = {provider},\n  secrets.keys.AGENTOS_MODEL_API_KEY = {{}},");
    running(Runtime::V1_07, &more)
}

/// Model policy answers with its stub: a key in its pod, or a way out of it, would be of no use to it.
#[test]
fn only_the_orchestrator_has_the_models_key_settings_and_way_out() {
    let provider = "'OpenAi { base_url = \"http://203.0.113.7:8000/v1\", default = \"m\" }";
    for inject in ["Env", "File"] {
        let text = models(&format!("{provider}, secrets.inject = '{inject}"));
        let has = |kind, service, what: &str| lines_of(&text, kind, service).iter().any(|line| line.contains(what));
        assert!(has("Deployment", "agent-orchestrator", "AGENTOS_MODEL_API_KEY"));
        assert!(has("Deployment", "agent-orchestrator", "AGENTOS_MODEL_PROVIDER"));
        assert!(has("NetworkPolicy", "agent-orchestrator", "203.0.113.7"));
        for service in ["model-policy", "federation"] {
            assert!(!has("Deployment", service, "AGENTOS_MODEL_"), "{service}");
            assert!(!has("NetworkPolicy", service, "203.0.113.7"), "{service}");
        }
    }
}

#[test]
fn what_the_runtime_has_no_default_for_is_always_set() {
    let value = |text: &str, name: &str| {
        let own = lines_of(text, "Deployment", "agent-orchestrator");
        let ending = format!(".env.{name}.value: ");
        own.into_iter().find_map(|line| Some(line.split_once(&ending)?.1.trim_matches('"').to_owned()))
    };
    let anthropic = models("'Anthropic { default = \"m\" }");
    assert_eq!(value(&anthropic, "AGENTOS_MODEL_BASE_URL").as_deref(), Some("https://api.anthropic.com"));
    assert_eq!(value(&anthropic, "AGENTOS_MODEL_DEFAULT").as_deref(), Some("m"));
    let stub = running(Runtime::V1_07, "");
    assert_eq!(value(&stub, "AGENTOS_MODEL_PROVIDER").as_deref(), Some("stub"));
    assert_eq!(value(&stub, "AGENTOS_MODEL_DEFAULT").as_deref(), Some("local-stub-llm"));
    for runtime in Runtime::ALL {
        let text = running(runtime, "");
        assert_eq!(value(&text, "AGENTOS_QUOTA_RUN_CREATE_QPS").as_deref(), Some("10"));
        assert_eq!(value(&text, "AGENTOS_QUOTA_CONCURRENT_RUNS").as_deref(), Some("25"));
    }
    for provider in ["'OpenAi { base_url = \"https://m.example.com/v1\" }", "'Anthropic {}"] {
        assert_eq!(codes(&models(provider)), ["C003"], "{provider}");
    }
}

/// It keeps events below its working folder, and would not start under a read-only root.
#[test]
fn the_orchestrator_works_on_its_volume_where_its_release_writes_there() {
    let folder = |runtime, service| {
        let lines = lines_of(&running(runtime, ""), "Deployment", service);
        lines.into_iter().find_map(|line| Some(line.split_once("workingDir: ")?.1.to_owned()))
    };
    assert_eq!(folder(Runtime::V1_07, "agent-orchestrator").as_deref(), Some("\"/var/agentos/agent-orchestrator\""));
    for service in ServiceName::ALL {
        assert_eq!(folder(Runtime::V1_02, service.as_str()), None);
    }
    assert_eq!(folder(Runtime::V1_07, "federation"), None);
}

#[test]
fn an_image_says_which_release_it_is() {
    let with = |runtime, image: &str| codes(&running(runtime, &format!("  image = \"{image}\",")));
    for (tag, old, new) in [
        ("1.0.2", None, Some("R007")),
        ("v1.0.7", Some("R007"), None),
        ("1.0.7-alpine", Some("R007"), None),
        ("v1.07", Some("R007"), None),
        ("11.5", Some("R007"), Some("R007")),
        ("v10.0", Some("R007"), Some("R007")),
        ("1.0.8-rc.1", Some("R007"), Some("R007")),
        ("latest", None, None),
        ("main-20261101", None, None),
    ] {
        let image = format!("ghcr.io/nexixai/agentos:{tag}");
        assert_eq!(with(Runtime::V1_02, &image), Vec::from_iter(old), "{tag}");
        assert_eq!(with(Runtime::V1_07, &image), Vec::from_iter(new), "{tag}");
    }
}

/// A mirror that counts builds in a way of its own is warned at most, and what is compiled for it verifies as it is.
#[test]
fn tags_of_another_name_may_count_other_things() {
    let prod = |runtime: Runtime, image: &str, tag: &str| {
        let upstream = format!("ghcr.io/nexixai/agentos:{}@", runtime.version());
        let text = running_in_prod(runtime, "");
        assert!(text.contains(&upstream));
        let (_, outcome) = compile(&text.replace(&upstream, &format!("{image}:{tag}@")));
        let found: Vec<_> =
            outcome.findings.iter().map(|finding| (finding.code.to_string(), finding.severity)).collect();
        (found, !outcome.objects.is_empty())
    };
    let mirror = "harbor.example.com/ghcr/nexixai/agentos";
    let own = "registry.example.com/platform/agentos";
    for runtime in Runtime::ALL {
        let other = Runtime::ALL.into_iter().find(|other| *other != runtime).unwrap().version();
        for tag in [runtime.version().to_owned(), format!("v{}-corp.3", runtime.version())] {
            assert_eq!(prod(runtime, mirror, &tag), (vec![], true), "{tag}");
            assert_eq!(prod(runtime, own, &tag), (vec![], true), "{tag}");
        }
        for tag in [other.to_owned(), format!("v{other}-corp.3")] {
            let said = |severity| vec![("R007".to_owned(), severity)];
            assert_eq!(prod(runtime, mirror, &tag), (said(Severity::Error), false), "{tag}");
            assert_eq!(prod(runtime, own, &tag), (said(Severity::Warning), true), "{tag}");
        }
        for tag in ["2024.11.3", "11.5", "42", "main"] {
            assert_eq!(prod(runtime, own, tag), (vec![], true), "{tag}");
        }
    }
}

#[test]
fn what_is_said_of_images_of_no_known_release() {
    let demo = |image: &str| {
        let text = environment(&format!("  image = \"ghcr.io/nexixai/agentos:{image}\","));
        findings(&text.replace("'Dev", "'Demo"))
    };
    assert_snapshot!([demo("11.5"), demo("latest")].join("\n"));
    let own = environment("  image = \"registry.example.com/platform/agentos:v1.0.7-corp.3\",");
    assert_snapshot!("what_is_said_of_a_tag_of_another_name", findings(&own));
}
