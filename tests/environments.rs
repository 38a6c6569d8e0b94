//! The environments that ship with the project: they compile, and what they compile to is what it must be.

mod common;

use agentos_cfg::agentos::vocabulary::Runtime;
use agentos_cfg::emit::yaml;
use agentos_cfg::objects::object::Object;
use common::{Memory, compile, compile_in, compile_shipped, environment, root, shipped};
use serde_json::Value as Json;

#[test]
fn every_shipped_environment_compiles_without_findings() {
    for name in shipped() {
        let (compiler, outcome) = compile_shipped(name);
        assert!(outcome.findings.is_empty(), "{name}: {}", common::shown(&compiler, &outcome));
        assert!(outcome.objects.len() >= 15, "{name}");
    }
}

#[test]
fn what_is_committed_under_deploy_is_current() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        let folder = root().join("deploy/k8s").join(outcome.environment.unwrap().name);
        for file in agentos_cfg::emit::folder::files(&yaml::stream(&outcome.objects).unwrap()) {
            let there = std::fs::read_to_string(folder.join(file.name)).unwrap_or_default();
            assert!(there == file.text, "{name}: {} is out of date; run `just generate`", file.name);
        }
    }
}

#[test]
fn the_objects_of_local_dev() {
    let (_, outcome) = compile_shipped("environments/local-dev.ncl");
    let listed: Vec<String> = outcome.objects.iter().map(|o| format!("{} {}", o.kind, o.name)).collect();
    insta::assert_snapshot!(listed.join("\n"));
}

#[test]
fn every_pod_is_one_that_pod_security_restricted_admits() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        for deployment in kind(&outcome.objects, "Deployment") {
            let pod = &deployment.body["spec"]["template"]["spec"];
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
            assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
            assert_eq!(pod["securityContext"]["fsGroup"], 10001);
            assert_eq!(pod["automountServiceAccountToken"], false);
            assert_eq!(pod["enableServiceLinks"], false);
            let container = &pod["containers"][0];
            assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
            assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
            assert_eq!(container["securityContext"]["capabilities"]["drop"][0], "ALL");
            assert_eq!(deployment.body["spec"]["strategy"]["type"], "Recreate");
            assert_eq!(deployment.body["spec"]["replicas"], 1);
        }
    }
}

#[test]
fn every_path_that_is_written_lies_on_the_data_volume() {
    for name in shipped() {
        let (_, outcome) = compile_shipped(name);
        for deployment in kind(&outcome.objects, "Deployment") {
            let container = &deployment.body["spec"]["template"]["spec"]["containers"][0];
            let mounts = container["volumeMounts"].as_array().unwrap();
            let data = mounts.iter().find(|mount| mount["name"] == "data").unwrap()["mountPath"].as_str().unwrap();
            let written = [
                "AGENTOS_AUDIT_SINK",
                "AGENTOS_RUN_STORE_FILE",
                "AGENTOS_AGENT_STORE_DIR",
                "AGENTOS_MEMORY_STORE_DIR",
                "AGENTOS_KV_STORE_DIR",
                "AGENTOS_FED_FORWARD_INDEX_FILE",
            ];
            let paths = variables(container).filter(|(name, _)| written.contains(name));
            for (variable, path) in paths {
                let path = path.strip_prefix("file:").unwrap_or(path);
                assert!(path.starts_with(&format!("{data}/")), "{name}: {variable} = {path}");
            }
        }
    }
}

#[test]
fn production_keeps_no_secret_in_its_manifests() {
    for name in ["environments/prod/eu.ncl", "environments/prod/us.ncl"] {
        let (_, outcome) = compile_shipped(name);
        assert_eq!(kind(&outcome.objects, "Secret").count(), 0);
        for deployment in kind(&outcome.objects, "Deployment") {
            let container = &deployment.body["spec"]["template"]["spec"]["containers"][0];
            let all = container["env"].as_array().unwrap();
            assert!(all.iter().all(|variable| variable.get("valueFrom").is_none()), "{name}");
            assert!(variables(container).any(|(name, _)| name == "AGENTOS_SIGNING_KEY_FILE"));
        }
    }
}

#[test]
fn federation_is_probed_by_tcp_where_it_answers_nobody_else() {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let federation = outcome.objects.iter().find(|o| o.kind == "Deployment" && o.name == "agentos-federation").unwrap();
    let container = &federation.body["spec"]["template"]["spec"]["containers"][0];
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        assert_eq!(container[probe]["tcpSocket"]["port"], "http");
    }
    let mtls: Vec<(&str, &str)> =
        variables(container).filter(|(name, _)| name.contains("CERT") || name.contains("MTLS")).collect();
    insta::assert_debug_snapshot!(mtls);
}

#[test]
fn a_moved_port_moves_all_that_follows_from_it() {
    let (_, outcome) = compile(&environment("  services.agent-orchestrator = { port = 9091, service_port = 59091 },"));
    let text = agentos_cfg::emit::yaml::stream(&outcome.objects).unwrap();
    assert!(!text.contains("8081") && !text.contains("50081"), "{text}");
    assert!(text.contains("http://agentos-agent-orchestrator.agentos.svc:59091"));
}

#[test]
fn nothing_that_a_user_writes_becomes_part_of_a_script() {
    let (_, outcome) = compile(&environment(
        "  tenancy.tenants.tnt_a = { name = \"$(reboot) `reboot` ' \\\" %{\"x\"}\", metadata.k = \"'; reboot\" },",
    ));
    let scripts: Vec<&str> = kind(&outcome.objects, "Deployment")
        .filter_map(|o| o.body.pointer("/spec/template/spec/containers/0/lifecycle/postStart/exec/command/2"))
        .filter_map(Json::as_str)
        .collect();
    assert_eq!(scripts.len(), 1);
    assert!(!scripts[0].contains("reboot"));
}

#[test]
fn settings_are_spelt_as_the_runtime_reads_them() {
    let (_, outcome) = compile(&environment(
        "  services.federation.env = { AGENTOS_ALLOW_DEV_HEADERS = true, GOMAXPROCS = 2 },\n  \
         services.model-policy.env = { AGENTOS_ALLOW_DEV_HEADERS = false },\n  audit = 'Stderr,",
    ));
    let all: Vec<String> = kind(&outcome.objects, "Deployment")
        .flat_map(|o| {
            variables(&o.body["spec"]["template"]["spec"]["containers"][0]).map(|(n, v)| format!("{}: {n}={v}", o.name))
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

fn kind<'a>(objects: &'a [Object], kind: &'a str) -> impl Iterator<Item = &'a Object> {
    objects.iter().filter(move |object| object.kind == kind)
}

fn variables(container: &Json) -> impl Iterator<Item = (&str, &str)> {
    container["env"].as_array().unwrap().iter().filter_map(|v| Some((v["name"].as_str()?, v["value"].as_str()?)))
}

#[test]
fn the_readme_shows_what_happens() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = |language: &str| -> Vec<&str> {
        let opening = format!("```{language}\n");
        let parts = readme.split(opening.as_str()).skip(1);
        parts.map(|part| part.split("```").next().unwrap()).collect()
    };
    let (compiler, outcome) = compile(blocks("nickel")[0]);
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    let manifests = yaml::stream(&outcome.objects).unwrap();
    for line in blocks("yaml")[0].lines() {
        assert!(manifests.lines().any(|written| written == line), "{line}");
    }
    let name = "environments/local-dev.ncl";
    let text = std::fs::read_to_string(root().join(name)).unwrap().replacen("'Dev", "'Prodd", 1);
    let (compiler, outcome) = compile_in(&Memory::of([(name, text.as_str())]), name);
    let shown = common::shown(&compiler, &outcome);
    assert!(shown.contains(blocks("text")[0].trim_end()), "{shown}");
}

/// An environment that names what only a newer release has can name no older one.
#[test]
fn the_shipped_environments_are_clean_under_every_release_that_they_can_name() {
    let text = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let modules =
        ["environments/platforms/common.ncl", "environments/prod/common.ncl", "environments/two-node/common.ncl"];
    for runtime in Runtime::ALL {
        let under = |path: &str| {
            let text = text(path).replace("agentos:1.0.2", &format!("agentos:{}", runtime.version()));
            // The line of the profile stands once in each environment, or in the module that it imports.
            let profile = text.lines().find(|line| line.trim_start().starts_with("profile = ")).map(str::to_owned);
            match profile {
                Some(line) => text.replace(&line, &format!("{line}\n  runtime = '{},", runtime.tag())),
                None => text,
            }
        };
        let mut world = common::Memory::default();
        let shipped: Vec<&str> = shipped().into_iter().filter(|path| !path.ends_with("next.ncl")).collect();
        for path in shipped.iter().chain(&modules) {
            world.add(path, under(path).as_bytes());
        }
        for path in shipped {
            let (compiler, outcome) = common::compile_in(&world, path);
            assert!(outcome.findings.is_empty(), "{path} {runtime:?}\n{}", common::shown(&compiler, &outcome));
            assert_eq!(outcome.environment.unwrap().runtime, runtime, "{path}");
        }
    }
}
