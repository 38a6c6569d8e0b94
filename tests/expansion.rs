//! The kubelet expands `$(NAME)` in values of variables, arguments and commands: what an environment says is what the
//! process sees, and foreign manifests are judged by what it sees.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::{Disk, Entry, Sources};
use std::collections::BTreeMap;
use std::path::Path;

/// What a process sees, after the kubelet's `expansion.Expand`, over bytes.
fn seen(input: &str, known: &BTreeMap<String, String>) -> String {
    let (bytes, mut out, mut at) = (input.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'$', b'$', ..] => {
                out.push(b'$');
                at += 2;
            }
            [b'$', b'(', rest @ ..] if rest.contains(&b')') => {
                let end = rest.iter().position(|byte| *byte == b')').unwrap();
                let name = String::from_utf8(rest[..end].to_vec()).unwrap();
                out.extend(known.get(&name).cloned().unwrap_or(format!("$({name})")).into_bytes());
                at += end + 3;
            }
            // The kubelet makes a character of the byte behind a lone `$`.
            [b'$', byte, ..] => {
                out.extend(format!("${}", char::from(*byte)).into_bytes());
                at += 2;
            }
            [byte, ..] => {
                out.push(*byte);
                at += 1;
            }
            [] => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn every_text_of_an_environment_reaches_the_process_as_it_is_written() {
    for text in
        ["api$(AGENTOS_PROFILE)-$$1", "$", "$$", "$$$(A)$", "$(", "$é", "a$b", "${A}", "$()", "%$(AGENTOS_SERVICE)"]
    {
        let environment = format!(
            "let agentos = import \"agentos/lib.ncl\" in {{ name = \"t\", profile = 'Dev, storage = 'Ephemeral, \
             federation.stack = \"stk_t\", runtime = 'V1_07, \
             authentication = 'Oidc {{ issuer_url = \"https://id.example.com\", audience = \"{text}\" }} }} \
             | agentos.Environment"
        );
        let mut compiler = Compiler::new();
        let outcome = compiler.compile(&Disk, &Entry::text("t.ncl", environment, Path::new("/")));
        let containers =
            outcome.objects.iter().filter_map(|object| object.body.pointer("/spec/template/spec/containers/0"));
        let mut found = 0;
        for container in containers {
            let mut known = BTreeMap::new();
            for variable in container["env"].as_array().unwrap() {
                let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) else {
                    continue;
                };
                let value = seen(value, &known);
                if name == "AGENTOS_OIDC_AUDIENCE" {
                    assert_eq!(value, text);
                    found += 1;
                }
                known.insert(name.to_owned(), value);
            }
        }
        assert!(found > 0, "{text}: {:?}", outcome.findings);
    }
}

/// The findings' codes on a Deployment of the orchestrator with variables, the command line and whatever else there is.
fn codes(variables: &str, arguments: &str, others: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, namespace: x}}\nspec:\n  replicas: 1\n  \
         selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      \
         enableServiceLinks: false\n      volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]\n      \
         containers:\n      - name: agentos\n        image: ghcr.io/nexixai/agentos:1.0.2\n        \
         volumeMounts: [{{name: data, mountPath: /var/agentos}}]\n{arguments}\n        env:\n        \
         - {{name: AGENTOS_SERVICE, value: agent-orchestrator}}\n{variables}---\napiVersion: v1\n\
         kind: PersistentVolumeClaim\nmetadata: {{name: data, namespace: x}}\nspec: {{}}\n{others}"
    );
    let mut sources = Sources::default();
    let file = sources.add("m.yaml".into(), text.clone(), false);
    let mut manifests = Manifests::default();
    manifests.read(&text, file, true);
    manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding.code.0.to_owned()).collect()
}

const SERVE: &str = "        args: [serve, --addr, ':8081', agent-orchestrator]";

fn variables(variables: &[(&str, &str)]) -> String {
    variables.iter().map(|(name, value)| format!("        - {{name: {name}, value: '{value}'}}\n")).collect()
}

#[test]
fn references_in_variables_lead_to_earlier_ones() {
    let outside = |given: &[(&str, &str)]| codes(&variables(given), SERVE, "").contains(&"A002".to_owned());
    let sink = ("AGENTOS_AUDIT_SINK", "file:$(DIR)/audit.log");
    assert!(!outside(&[("DIR", "/var/agentos"), sink]));
    assert!(outside(&[sink]), "an unresolved reference stays as it is");
    assert!(outside(&[sink, ("DIR", "/var/agentos")]), "a later variable is none");
    assert!(outside(&[("DIR", "/tmp"), sink]));
    assert!(!outside(&[("ROOT", "/var"), ("DIR", "$(ROOT)/agentos"), sink]));
    assert!(
        outside(&[("DIR", "/var/agentos"), ("AGENTOS_AUDIT_SINK", "file:$$(DIR)/audit.log")]),
        "a text, no reference"
    );
    assert!(!outside(&[("DIR", "/tmp"), ("AGENTOS_AUDIT_SINK", "file:/var/agentos/$$(DIR)/audit.log")]));
    assert!(outside(&[("DIR", "/var/agentos"), ("AGENTOS_AUDIT_SINK", "file:$(dir)/audit.log")]), "names have a case");
    assert!(!outside(&[("AGENTOS_AUDIT_SINK", "file:$(KUBERNETES_SERVICE_HOST)/audit.log")]), "which can't be seen");
}

#[test]
fn references_lead_to_whole_maps_too() {
    let poured = "        envFrom: [{configMapRef: {name: map}, prefix: P_}]";
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: map, namespace: x}\ndata: {DIR: /var/agentos, RAW: '$(DIR)'}\n";
    let outside = |sink: &str, map: &str| {
        let variables = variables(&[("DIR", "/tmp"), ("AGENTOS_AUDIT_SINK", sink)]);
        codes(&variables, &format!("{SERVE}\n{poured}"), map).contains(&"A002".to_owned())
    };
    assert!(!outside("file:$(P_DIR)/audit.log", map));
    assert!(outside("file:$(DIR)/audit.log", map));
    assert!(outside("file:$(P_RAW)/audit.log", map), "values of maps are not expanded");
    assert!(!outside("file:$(OTHER)/audit.log", ""), "a map that is not there may have any variable");
}

#[test]
fn what_refers_to_a_secret_is_no_text_of_the_manifest() {
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: x}\nstringData: {k: fake_token}\n";
    let given = "        - {name: T, valueFrom: {secretKeyRef: {name: s, key: k}}}\n        - {name: AGENTOS_SERVICE_TOKEN, value: $(T)}\n";
    assert!(!codes(given, SERVE, secret).contains(&"S005".to_owned()));
    let plain = variables(&[("T", "fake_token"), ("AGENTOS_SERVICE_TOKEN", "$(T)")]);
    assert!(codes(&plain, SERVE, secret).contains(&"S005".to_owned()));
}

#[test]
fn the_command_line_is_read_as_the_process_sees_it() {
    let misread = |arguments: &str| {
        let given = variables(&[("PORT", "8081"), ("NAME", "agent-orchestrator"), ("LINE", "serve federation")]);
        codes(&given, &format!("        {arguments}"), "").contains(&"R020".to_owned())
    };
    for fine in [
        "args: [serve, --addr, ':8081', agent-orchestrator]",
        "args: [serve, --addr, ':$(PORT)', $(NAME)]",
        "args: [serve, '--addr=:$(PORT)', agent-orchestrator]",
        "args: [serve, --addr, ':8081', $(KUBERNETES_SERVICE_HOST)]",
        "command: [/bin/sh, -c, 'exec agentos serve --addr :8081 agent-orchestrator']",
        "command: [agentos, serve, --addr, ':8081', agent-orchestrator]",
    ] {
        assert!(!misread(fine), "{fine}");
    }
    for wrong in [
        "args: ['serve --addr :8081 agent-orchestrator']",
        "args: ['serve --addr :8081', agent-orchestrator]",
        "args: ['agentos serve --addr :8081 agent-orchestrator']",
        "command: ['agentos serve --addr :8081 agent-orchestrator']",
        "command: ['/usr/local/bin/agentos serve', '--addr', ':8081', agent-orchestrator]",
        "command: [agentos, 'serve --addr :8081 agent-orchestrator']",
        "args: [$(LINE)]",
        "args: [serve, '--addr :8081', agent-orchestrator]",
        "args: [serve, --addr, ':8081 agent-orchestrator']",
        "args: [serve, --addr, ':$(MISSING)', agent-orchestrator]",
        "args: [serve, --addr, ':8081', $$(NAME)]",
        "args: [serve, --addr, ':8081', $(MISSING)]",
    ] {
        assert!(misread(wrong), "{wrong}");
    }
}
