//! `smoke`: the checks of an environment, run against a stack that behaves as AgentOS does, and as it must not.

mod common;
#[path = "common/stack.rs"]
mod stack;

use agentos_cfg::model::{Environment, ServiceName};
use agentos_cfg::smoke::{Options, Outcome, Status, checks, table};
use common::{compile, compile_shipped, environment, production, root};
use insta::assert_snapshot;
use serde_json::Value as Json;
use stack::{Described, Fault, Guard, Stack};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const TOKEN: &str = "smoke-test-token";

fn demo() -> Described {
    Described {
        tenants: vec!["tnt_acme", "tnt_bolt"],
        default: None,
        identity: ["stk_demo", "demo", "local"],
        peers: Vec::new(),
        guard: Guard::None,
    }
}

fn node_a() -> Described {
    Described {
        tenants: vec!["tnt_demo"],
        identity: ["stk_local_node_a", "local", "local"],
        peers: vec!["stk_local_node_b"],
        ..demo()
    }
}

/// A production stack with tokens and without mutual TLS.
fn production_stack() -> Described {
    Described {
        tenants: vec!["tnt_acme"],
        identity: ["stk_example", "example", "local"],
        peers: vec!["stk_peer"],
        guard: Guard::Token(TOKEN),
        ..demo()
    }
}

const PEER: &str = "  federation.peers.stk_peer = 'Remote {\n    environment = \"peer\",\n    region = \"local\",\n    \
                    endpoints = { agent-orchestrator = \"https://peer.example.com\", model-policy = \
                    \"https://models.peer.example.com\" },\n  },";

fn command(arguments: &[&str]) -> Command {
    let mut command = common::binary();
    command.arg("smoke").args(arguments).current_dir(root());
    // A proxy of the machine has no part in this.
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "KUBECONFIG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn against(stack: &Stack, file: &str, arguments: &[&str]) -> Output {
    let urls = stack.urls();
    let all: Vec<&str> =
        [file].into_iter().chain(urls.iter().map(String::as_str)).chain(arguments.iter().copied()).collect();
    command(&all).output().unwrap()
}

/// What a user sees, without times and ports, which differ.
fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let stdout: String = text(&output.stdout).lines().map(|line| timeless(line) + "\n").collect();
    let status = output.status.code().unwrap();
    portless(&format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{}", text(&output.stderr)))
}

fn timeless(line: &str) -> String {
    if let Some((name, _)) = line.split_once("_ms\": ") {
        return format!("{name}_ms\": <time>");
    }
    let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
    let is_time = |cell: &str| cell.strip_suffix(" ms").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let indent = line.len() - line.trim_start().len();
    let cells: Vec<&str> = cells.map(|cell| if is_time(cell) { "<time>" } else { cell }).collect();
    format!("{}{}", " ".repeat(indent), cells.join("  "))
}

fn portless(text: &str) -> String {
    let mut pieces = text.split("127.0.0.1:");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |all, piece| all + "127.0.0.1:<port>" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The rows of the checks that did not pass.
fn failures(output: &Output) -> String {
    let shown = shown(output);
    let rows = shown.lines().filter(|line| line.contains("  failed  ") || line.starts_with("status"));
    rows.collect::<Vec<_>>().join("\n")
}

fn written(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".ncl").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn plan(environment: &Environment, options: &Options) -> String {
    let mut lines = Vec::new();
    for check in checks(environment, options) {
        let ends = check.skip.map_or(check.proves, |why| format!("skipped: {why}"));
        lines.push(format!("{}: {ends}", check.name));
        for step in check.steps {
            let request = step.request;
            let tenant = request.tenant.map(|tenant| format!(" as {tenant}")).unwrap_or_default();
            let token = if request.with_token { " with the token" } else { "" };
            let path = request.path;
            lines.push(format!("  {} {path}{tenant}{token} -> {:?}", request.method.as_str(), step.expect.statuses));
        }
    }
    lines.join("\n")
}

#[test]
fn the_plan_follows_from_the_environment() {
    let of = |name: &str| compile_shipped(name).1.environment.unwrap();
    let everything = |environment: &Environment| Options {
        writes: true,
        token: false,
        tenant: None,
        peers: Options::all_peers(environment),
    };
    let node = of("environments/two-node/node-a.ncl");
    assert_snapshot!("plan_of_node_a", plan(&node, &everything(&node)));
    let prod = of("environments/prod/eu.ncl");
    let careful = Options { writes: false, ..everything(&prod) };
    assert_snapshot!("plan_of_prod_eu", plan(&prod, &careful));
    let local = of("environments/local-dev.ncl");
    assert_snapshot!("plan_of_local_dev", plan(&local, &everything(&local)));
}

#[test]
fn a_sound_stack_passes() {
    let stack = Stack::start(demo(), Fault::None);
    assert_snapshot!(shown(&against(&stack, "environments/demo.ncl", &[])));
    // Nothing is created but one run, and that is cancelled; tenants are looked for, never made.
    let posts: Vec<String> = stack.seen().into_iter().map(|s| s.line).filter(|line| line.starts_with("POST")).collect();
    assert_eq!(posts, ["POST /v1/agents/agt_agentos_cfg_smoke/runs", "POST /v1/runs/run_1:cancel"]);
}

#[test]
fn a_sound_stack_with_a_peer_passes() {
    let stack = Stack::start(node_a(), Fault::None);
    let output = against(&stack, "environments/two-node/node-a.ncl", &["--format", "json"]);
    assert_snapshot!(shown(&output));
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], 1);
}

#[test]
fn a_default_tenant_opens_the_metrics_and_the_report_says_so() {
    let described =
        Described { tenants: vec![], default: Some("tnt_demo"), identity: ["stk_local", "k8s", "local"], ..demo() };
    let stack = Stack::start(described, Fault::None);
    assert_snapshot!(shown(&against(&stack, "environments/local-dev.ncl", &["--only", "metrics"])));
}

#[test]
fn every_fault_fails_its_check() {
    let faults = [
        (Fault::MetricsOpen, "demo"),
        (Fault::NoTenants, "demo"),
        (Fault::SharedRuns, "demo"),
        (Fault::WrongIdentity, "demo"),
        (Fault::Unwritable, "demo"),
        (Fault::Redirects, "demo"),
        (Fault::ForwardFails, "two-node/node-a"),
        (Fault::NoTenants, "two-node/node-a"),
    ];
    let mut all = String::new();
    for (fault, name) in faults {
        let described = if name == "demo" { demo() } else { node_a() };
        let stack = Stack::start(described, fault);
        let output = against(&stack, &format!("environments/{name}.ncl"), &[]);
        assert_eq!(output.status.code(), Some(1), "{fault:?}");
        all += &format!("# {fault:?}, {name}\n{}\n\n", failures(&output));
    }
    assert!(!all.contains("s3cretPassw0rd"), "{all}");
    assert_snapshot!(all);
}

#[test]
fn a_run_is_cancelled_even_where_isolation_fails() {
    let stack = Stack::start(demo(), Fault::SharedRuns);
    against(&stack, "environments/demo.ncl", &["--only", "isolation"]);
    assert!(stack.seen().iter().any(|seen| seen.line == "POST /v1/runs/run_1:cancel"));
}

#[test]
fn a_service_that_hangs_fails_its_check_alone() {
    let stack = Stack::start(demo(), Fault::Hangs);
    assert_snapshot!(failures(&against(&stack, "environments/demo.ncl", &["--timeout", "1"])));
}

#[test]
fn the_deadline_ends_it_all() {
    let stack = Stack::start(demo(), Fault::Hangs);
    let begun = std::time::Instant::now();
    let output = against(&stack, "environments/demo.ncl", &["--deadline", "1", "--only", "health"]);
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert_snapshot!(failures(&output));
}

#[test]
fn a_stack_that_is_not_there_is_trouble_and_no_failed_check() {
    // A port that nobody listens on any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("federation=http://127.0.0.1:{port}");
    let output =
        command(&["environments/demo.ncl", "--timeout", "1", "--only", "identity", "--url", &url]).output().unwrap();
    assert_snapshot!(shown(&output));
}

#[test]
fn services_without_an_address_are_skipped() {
    let stack = Stack::start(demo(), Fault::None);
    let url = format!("model-policy=http://127.0.0.1:{}", stack.ports[1]);
    assert_snapshot!(shown(&command(&["environments/demo.ncl", "--url", &url]).output().unwrap()));
}

#[test]
fn production_is_not_written_to_unless_it_is_asked_for() {
    let file = written(&production(&format!("{PEER}\n  network.peers.stk_peer = [\"203.0.113.0/24\"],")));
    let path = file.path().to_string_lossy().into_owned();
    let stack = Stack::start(production_stack(), Fault::None);
    assert_snapshot!("production", shown(&against(&stack, &path, &[])));
    assert!(stack.seen().iter().all(|seen| seen.line.starts_with("GET ")));

    let token = written(&format!("{TOKEN}\n"));
    let token = token.path().to_string_lossy().into_owned();
    let output = against(&stack, &path, &["--write", "--token-file", &token]);
    assert_snapshot!("production_with_token_and_write", shown(&output));
    // The token goes to federation alone, and nowhere else.
    let carrying = stack.seen().into_iter().filter(|seen| seen.headers.contains_key("authorization"));
    assert!(carrying.clone().count() >= 5);
    assert!(carrying.clone().all(|seen| seen.service == 2));
}

#[test]
fn a_token_is_never_shown_and_never_sent_in_the_clear() {
    let file = written(&production(PEER));
    let path = file.path().to_string_lossy().into_owned();
    let token = written("not-the-right-token");
    let token = token.path().to_string_lossy().into_owned();
    let stack = Stack::start(production_stack(), Fault::None);
    let output = against(&stack, &path, &["--write", "--token-file", &token]);
    let shown = failures(&output);
    assert!(!shown.contains("not-the-right-token"), "{shown}");
    assert_snapshot!("wrong_token", shown);

    let output = command(&["environments/demo.ncl", "--token-file", &token]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("federation verifies no tokens"));

    let url = "federation=http://federation.example.com";
    let output = command(&[&path, "--url", url, "--token-file", &token]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("in the clear") && !stderr.contains("not-the-right-token"), "{stderr}");
}

#[test]
fn guards_that_are_silently_off_are_found() {
    let file = written(&production(""));
    let path = file.path().to_string_lossy().into_owned();
    let stack = Stack::start(production_stack(), Fault::FederationOpen);
    let tokens = failures(&against(&stack, &path, &["--only", "health"]));
    let described = Described { guard: Guard::Tls, tenants: vec!["tnt_acme", "tnt_bolt"], ..demo() };
    let stack = Stack::start(described.clone(), Fault::FederationOpen);
    let tls = failures(&against(&stack, "environments/prod/eu.ncl", &["--only", "health"]));
    assert_snapshot!(format!("{tokens}\n{tls}"));
    let stack = Stack::start(described, Fault::None);
    assert_eq!(against(&stack, "environments/prod/eu.ncl", &[]).status.code(), Some(0));
    let url = "federation=https://127.0.0.1:1";
    let output = command(&["environments/prod/eu.ncl", "--url", url, "--only", "health"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!("mutual_tls_at_an_https_address", shown(&output));
}

#[test]
fn checks_are_selected_by_name_and_by_kind() {
    let stack = Stack::start(demo(), Fault::None);
    let names = |arguments: &[&str]| {
        let output = against(&stack, "environments/demo.ncl", &[arguments, &["--format", "json"]].concat());
        let report: Json = serde_json::from_slice(&output.stdout).unwrap();
        report["checks"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["--only", "tenant", "--skip", "tenant/tnt_bolt"]), ["tenant/tnt_acme"]);
    assert_eq!(names(&["--only", "identity", "--only", "health/federation"]), ["health/federation", "identity"]);
}

#[test]
fn mistakes_on_the_command_line() {
    let demo = "environments/demo.ncl";
    let cases: &[&[&str]] = &[
        &[demo, "--only", "helth"],
        &[demo, "--peer", "stk_x"],
        &[demo, "--tenant", "tnt_acne"],
        &[demo, "--token-file", "README.md"],
        &[demo, "--kubectl", "/nowhere/kubectl"],
        &[demo, "--url", "orchestrator=http://127.0.0.1:1"],
        &[demo, "--url", "federation=127.0.0.1:1"],
        &[demo, "--url", "federation=http://user:pass@127.0.0.1"],
    ];
    let mut all = String::new();
    for arguments in cases {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        all += &format!("$ agentos-cfg smoke {}\n{}\n", arguments.join(" "), stderr.lines().next().unwrap_or_default());
    }
    assert_snapshot!(all);
}

#[test]
fn a_rejected_environment_is_reported_as_by_build_and_nobody_is_asked() {
    let stack = Stack::start(demo(), Fault::None);
    let file = written(&environment("  profil = 'Dev,"));
    let output = against(&stack, &file.path().to_string_lossy(), &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[C00"));
    assert!(stack.seen().is_empty());
}

#[test]
fn the_table_has_columns() {
    let outcome = |name: &str, status, milliseconds, detail: &str| Outcome {
        name: name.to_owned(),
        service: ServiceName::AgentOrchestrator,
        status,
        detail: detail.to_owned(),
        duration: Duration::from_millis(milliseconds),
        unreachable: false,
    };
    assert_snapshot!(table(&[
        outcome("health/agent-orchestrator", Status::Passed, 7, "answers 200"),
        outcome("tenant/tnt_acme", Status::Failed, 1234, "GET /v1/runs/x: expected 404, got 403"),
        outcome("isolation", Status::Skipped, 0, "the environment has no tenants"),
    ]));
}

#[cfg(unix)]
mod kubectl {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    /// A program that pretends to be kubectl: it says that it forwards from the ports of a stack, and notes its
    /// arguments and the numbers of its processes.
    struct Fake {
        folder: tempfile::TempDir,
    }

    impl Fake {
        fn new(script: &str) -> Fake {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("kubectl");
            std::fs::write(&path, script.replace("DIR", &folder.path().to_string_lossy())).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            Fake { folder }
        }

        fn forwarding_to(stack: &Stack) -> Fake {
            let [orchestrator, policy, federation] = stack.ports;
            Fake::new(&format!(
                "#!/bin/sh\necho \"$*\" >>DIR/calls\ncase \"$*\" in\n  *orchestrator*) port={orchestrator} ;;\n  \
                 *policy*) port={policy} ;;\n  *) port={federation} ;;\nesac\n\
                 sleep 600 &\necho $! >>DIR/pids\necho $$ >>DIR/pids\n\
                 echo \"Forwarding from 127.0.0.1:$port -> 8081\"\nwait\n"
            ))
        }

        fn path(&self) -> String {
            self.folder.path().join("kubectl").to_string_lossy().into_owned()
        }

        fn lines(&self, name: &str) -> Vec<String> {
            let text = std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        }

        /// Waits until every process that was noted is gone.
        fn assert_gone(&self) {
            let pids = self.lines("pids");
            assert!(!pids.is_empty());
            let since = Instant::now();
            let alive = |pid: &String| {
                let probe = Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap();
                probe.success()
            };
            while pids.iter().any(alive) {
                assert!(since.elapsed() < Duration::from_secs(20), "left behind: {pids:?}");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    #[test]
    fn forwards_to_each_service_and_leaves_nothing_behind() {
        let stack = Stack::start(demo(), Fault::None);
        let fake = Fake::forwarding_to(&stack);
        let output = command(&[
            "environments/demo.ncl",
            "--kubectl",
            &fake.path(),
            "--context",
            "kind-demo",
            "--kubeconfig",
            "some/config",
        ])
        .output()
        .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        assert_eq!(fake.lines("pids").len(), 6);
        fake.assert_gone();
        assert_snapshot!(fake.lines("calls").join("\n"));
    }

    #[test]
    fn only_what_is_asked_is_forwarded() {
        let stack = Stack::start(demo(), Fault::None);
        let fake = Fake::forwarding_to(&stack);
        let output =
            command(&["environments/demo.ncl", "--kubectl", &fake.path(), "--only", "identity"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(fake.lines("calls").len(), 1);
        fake.assert_gone();
    }

    #[test]
    fn nothing_is_left_behind_by_a_process_that_is_killed_or_interrupted() {
        for signal in ["-KILL", "-INT", "-TERM"] {
            let stack = Stack::start(demo(), Fault::Hangs);
            let fake = Fake::forwarding_to(&stack);
            let mut child =
                command(&["environments/demo.ncl", "--kubectl", &fake.path(), "--timeout", "60"]).spawn().unwrap();
            let since = Instant::now();
            while !stack.seen().iter().any(|seen| seen.line == "GET /v1/health") || fake.lines("pids").len() < 6 {
                assert!(since.elapsed() < Duration::from_secs(30), "{signal}: it never began");
                std::thread::sleep(Duration::from_millis(20));
            }
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
            assert!(child.wait().unwrap().code().is_none(), "{signal}");
            fake.assert_gone();
        }
    }

    #[test]
    fn what_kubectl_says_is_what_the_user_reads() {
        let stack = Stack::start(demo(), Fault::None);
        let pending =
            "echo 'error: unable to forward port because pod is not running. Current status=Pending' >&2; exit 1";
        let one = Fake::new(&format!(
            "#!/bin/sh\ncase \"$*\" in *policy*) {pending} ;; *orchestrator*) port={} ;; *) port={} ;; esac\n\
             echo \"Forwarding from 127.0.0.1:$port -> 8081\"\nexec sleep 600\n",
            stack.ports[0], stack.ports[2]
        ));
        let output = command(&["environments/demo.ncl", "--kubectl", &one.path()]).output().unwrap();
        assert_snapshot!("one_pod_pending", failures(&output));
        let all = Fake::new(&format!("#!/bin/sh\n{pending}\n"));
        let output =
            command(&["environments/demo.ncl", "--kubectl", &all.path(), "--only", "health"]).output().unwrap();
        assert_snapshot!("all_pods_pending", shown(&output));
    }

    #[test]
    fn a_kubectl_that_hangs_is_given_up_and_ended() {
        let fake = Fake::new("#!/bin/sh\necho $$ >>DIR/pids\nexec sleep 600\n");
        let output =
            command(&["environments/demo.ncl", "--kubectl", &fake.path(), "--deadline", "2"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        fake.assert_gone();
    }
}

mod job {
    use super::*;

    fn objects(text: &str) -> Vec<agentos_cfg::lower::Object> {
        let (compiler, outcome) = compile(text);
        assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
        outcome.objects
    }

    fn of_smoke(objects: &[agentos_cfg::lower::Object]) -> Vec<String> {
        let ours = objects.iter().filter(|object| object.name.starts_with("agentos-smoke"));
        ours.map(|object| format!("{} {}", object.kind, object.name)).collect()
    }

    fn data(objects: &[agentos_cfg::lower::Object]) -> Json {
        let map = objects.iter().find(|object| object.kind == "ConfigMap" && object.name == "agentos-smoke").unwrap();
        map.body["data"].clone()
    }

    const JOB: &str = "  smoke.job = true,";

    #[test]
    fn it_is_there_where_it_is_wanted() {
        assert!(of_smoke(&objects(&environment(""))).is_empty());
        let objects = objects(&environment(JOB));
        let job = objects.iter().find(|object| object.kind == "Job").unwrap();
        assert_snapshot!("objects", of_smoke(&objects).join("\n"));
        let own =
            objects.iter().filter(|object| object.name.starts_with("agentos-smoke") && object.kind != "ConfigMap");
        let own: Vec<_> = own.cloned().collect();
        assert_snapshot!("manifests", agentos_cfg::emit::yaml::stream(&own).unwrap());
        let pod = &job.body["spec"]["template"]["spec"];
        assert_eq!(pod["automountServiceAccountToken"], false);
        assert_eq!(pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"], true);
    }

    #[test]
    fn without_network_policies_it_has_none_either() {
        let text = environment(
            "  smoke.job = true,\n  network.policies = 'Off,\n  allow = [{ rule = \"N002\", reason = \"a test\" }],",
        );
        let (_, outcome) = compile(&text);
        assert!(outcome.objects.iter().any(|object| object.kind == "Job"));
        assert!(outcome.objects.iter().all(|object| object.kind != "NetworkPolicy"));
    }

    #[test]
    fn another_plan_is_another_job() {
        let name = |more: &str| {
            let objects = objects(&environment(&format!("{JOB}\n{more}")));
            objects.iter().find(|object| object.kind == "Job").unwrap().name.clone()
        };
        assert_eq!(name(""), name(""));
        assert_ne!(name(""), name("  tenancy.tenants.tnt_a = { name = \"A\" },"));
        assert_ne!(name(""), name("  image = \"ghcr.io/nexixai/agentos:1.0.2\","));
    }

    #[test]
    fn its_plan_in_production_only_reads() {
        let data = data(&objects(&production(JOB)));
        let plan = data["plan"].as_str().unwrap();
        assert!(!plan.contains("POST"), "{plan}");
        assert_snapshot!(plan);
    }

    #[test]
    fn nothing_that_a_user_writes_is_in_its_script() {
        let one = data(&objects(&environment(JOB)));
        let more = "  tenancy.tenants.tnt_reboot = { name = \"$(reboot)\" },\n  federation.region = \"reboot\",";
        let two = data(&objects(&environment(&format!("{JOB}\n{more}"))));
        assert_eq!(one["smoke.sh"], two["smoke.sh"]);
        assert!(two["plan"].as_str().unwrap().contains("tnt_reboot"));
    }

    /// Runs the script of the demo environment, with a stack in the place of its Services.
    fn run(stack: &Stack) -> Option<String> {
        let there = |program: &str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
        if !there("curl") || !Path::new("/bin/sh").exists() {
            eprintln!("SKIPPED: there is no curl or no /bin/sh here to run the Job's script with");
            return None;
        }
        let (_, outcome) = compile_shipped("environments/demo.ncl");
        let folder = tempfile::tempdir().unwrap();
        let names = ["agent-orchestrator", "model-policy", "federation"];
        for (file, text) in data(&outcome.objects).as_object().unwrap() {
            let mut text = text.as_str().unwrap().to_owned();
            for (index, name) in names.iter().enumerate() {
                let service = format!("http://agentos-{name}.agentos-demo.svc:5008{}", index + 1);
                text = text.replace(&service, &format!("http://127.0.0.1:{}", stack.ports[index]));
            }
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let script = folder.path().join("smoke.sh");
        let output = Command::new("/bin/sh").arg(script).arg(folder.path()).output().unwrap();
        Some(shown(&output))
    }

    #[test]
    fn its_script_passes_on_a_sound_stack() {
        let stack = Stack::start(demo(), Fault::None);
        let Some(shown) = run(&stack) else { return };
        assert_snapshot!("script", shown);
        assert!(stack.seen().iter().any(|seen| seen.line == "POST /v1/runs/run_1:cancel"));
    }

    #[test]
    fn its_script_fails_where_a_check_does() {
        let faults = [
            Fault::MetricsOpen,
            Fault::NoTenants,
            Fault::SharedRuns,
            Fault::WrongIdentity,
            Fault::Unwritable,
            Fault::Redirects,
        ];
        let mut all = String::new();
        for fault in faults {
            let stack = Stack::start(demo(), fault);
            let Some(shown) = run(&stack) else { return };
            let wrong = shown.lines().filter(|line| line.starts_with("failed ") || line.starts_with("status"));
            all += &format!("# {fault:?}\n{}\n\n", wrong.collect::<Vec<_>>().join("\n"));
        }
        assert_snapshot!("script_faults", all);
    }
}
