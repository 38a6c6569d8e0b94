//! `smoke`: the checks of an environment, run against a stack that behaves as AgentOS does, and as it must not.

mod common;
#[path = "common/stack.rs"]
mod stack;

use agentos_cfg::agentos::vocabulary::ServiceName;
use agentos_cfg::model::Environment;
use agentos_cfg::smoke::{Options, Outcome, Status, Way, checks, table};
use common::{compile, compile_shipped, environment, production, root};
use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use stack::{Described, Fault, Guard, Stack, jwt};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A token of the tenant that production has.
static TOKEN: LazyLock<&str> = LazyLock::new(|| jwt(&json!({ "tenant_id": "tnt_acme", "exp": 4_102_444_800_u64 })));

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
        guard: Guard::Token(*TOKEN),
        ..demo()
    }
}

const PEER: &str = "  federation.peers.stk_peer = 'Remote {\n    environment = \"peer\",\n    region = \"local\",\n    \
                    endpoints = { agent-orchestrator = \"https://peer.example.com\", model-policy = \
                    \"https://models.peer.example.com\" },\n  },";

/// Production with the peer, and with the networks that it asks for.
fn peering_in_production() -> String {
    production(&format!("{PEER}\n  network.peers.stk_peer = [\"203.0.113.0/24\"],"))
}

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
        let ends = check.skip.or(check.from_inside).map_or(check.proves, |why| format!("skipped: {why}"));
        lines.push(format!("{}: {ends}", check.name));
        for step in check.steps {
            let request = step.request;
            let tenant = request.tenant.map(|tenant| format!(" as {tenant}")).unwrap_or_default();
            let token = request.bearer.map(|bearer| format!(" {}", bearer.as_str())).unwrap_or_default();
            let peer = request.peer.map(|peer| format!(" at {peer}")).unwrap_or_default();
            let way = match request.way {
                Way::AsServed => "",
                Way::Plain => " by plain HTTP",
                Way::WithoutCertificate => " without a certificate",
            };
            let path = request.path;
            let method = request.method.as_str();
            lines.push(format!("  {method} {path}{tenant}{peer}{token}{way} -> {:?}", step.expect.statuses));
        }
    }
    lines.join("\n")
}

#[test]
fn the_plan_follows_from_the_environment() {
    let of = |name: &str| compile_shipped(name).1.environment.unwrap();
    let everything = |environment: &Environment| Options {
        writes: true,
        token: None,
        key: false,
        certificate: false,
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
    assert_eq!(stack.taken(), 0);
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
        (Fault::Swapped, "demo"),
        (Fault::NotAgentOs, "demo"),
        (Fault::OtherTenants, "demo"),
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

/// Fact 27: a run that nothing cancels takes one of its tenant's until it is read, more than 5 s after it was made.
#[test]
fn no_run_is_left_behind() {
    let stack = Stack::start(demo(), Fault::NoCancel);
    let begun = Instant::now();
    let output = against(&stack, "environments/demo.ncl", &["--only", "isolation"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(begun.elapsed() > Duration::from_secs(5));
    assert_eq!((stack.taken(), stack.seen().last().unwrap().line.as_str()), (0, "GET /v1/runs/run_1"));

    let stack = Stack::start(demo(), Fault::NoCancelNoRead);
    let output = against(&stack, "environments/demo.ncl", &["--only", "isolation"]);
    assert_snapshot!(shown(&output));

    // What can be cancelled is not waited for, however often.
    let stack = Stack::start(node_a(), Fault::None);
    let peer = format!("stk_local_node_b:agent-orchestrator=http://127.0.0.1:{}", stack.ports[0]);
    let begun = Instant::now();
    let output = against(&stack, "environments/two-node/node-a.ncl", &["--url", &peer, "--only", "forward"]);
    assert_eq!((output.status.code(), stack.taken()), (Some(0), 0), "{}", shown(&output));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let cancelled = stack.seen().into_iter().find(|seen| seen.line == "POST /v1/runs/run_remote_7:cancel").unwrap();
    assert_eq!((cancelled.service, cancelled.headers["x-tenant-id"].as_str()), (0, "tnt_demo"));
}

#[test]
fn a_gateway_in_front_of_the_orchestrator_hides_the_tenants() {
    let mut all = String::new();
    for fault in [Fault::AdminClosed, Fault::AdminPage] {
        let stack = Stack::start(demo(), fault);
        let output = against(&stack, "environments/demo.ncl", &["--only", "tenant", "--only", "tenants"]);
        all += &(shown(&output) + "\n");
    }
    assert_snapshot!(all);
}

/// Fact 18: a peer that drops packets costs federation half a minute, whatever the caller allows other requests.
#[test]
fn a_forward_may_take_as_long_as_federation_tries() {
    let stack = Stack::start(node_a(), Fault::SlowForward);
    let file = "environments/two-node/node-a.ncl";
    let output = against(&stack, file, &["--timeout", "1", "--only", "forward"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let environment = compile_shipped(file).1.environment.unwrap();
    let options = Options { writes: true, peers: Options::all_peers(&environment), ..Options::default() };
    let check = checks(&environment, &options).into_iter().find(|check| check.kind() == "forward").unwrap();
    assert_eq!(check.steps[0].request.patience, Some(Duration::from_secs(35)));
    // The time for all of it ends this, too.
    let output = against(&stack, file, &["--deadline", "1", "--only", "forward"]);
    assert!(shown(&output).contains("raise `--deadline`"), "{}", shown(&output));
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
fn a_host_without_an_address_is_trouble_and_no_failed_check() {
    // No name system knows what ends in `.invalid`.
    let url = "federation=http://stack.invalid:8083";
    let arguments = ["environments/demo.ncl", "--timeout", "10", "--only", "identity", "--url", url];
    let output = command(&arguments).output().unwrap();
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
    let file = written(&peering_in_production());
    let path = file.path().to_string_lossy().into_owned();
    let stack = Stack::start(production_stack(), Fault::None);
    assert_snapshot!("production", shown(&against(&stack, &path, &[])));
    assert!(stack.seen().iter().all(|seen| seen.line.starts_with("GET ")));

    let token = written(&format!("{}\n", *TOKEN));
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
    let file = written(&peering_in_production());
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
    let described = Described { guard: Guard::TlsAndToken(*TOKEN), tenants: vec!["tnt_acme"], ..demo() };
    let stack = Stack::start(described.clone(), Fault::FederationOpen);
    let tls = failures(&against(&stack, "environments/prod/eu.ncl", &["--only", "health"]));
    assert_snapshot!(format!("{tokens}\n{tls}"));
    let stack = Stack::start(described, Fault::None);
    assert_eq!(against(&stack, "environments/prod/eu.ncl", &["--skip", "identity"]).status.code(), Some(0));
    let url = "federation=https://127.0.0.1:1";
    let output = command(&["environments/prod/eu.ncl", "--url", url, "--only", "health"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!("mutual_tls_at_an_https_address", shown(&output));
}

/// The material of the tests' authority, as arguments.
fn material(certificate: &str) -> Vec<String> {
    let path = |name: &str| format!("tests/fixtures/tls/{name}");
    let (certificate, key) = (path(&format!("{certificate}.crt")), path(&format!("{certificate}.key")));
    ["--cert", &certificate, "--key", &key, "--cacert", &path("ca.crt")].map(str::to_owned).to_vec()
}

fn prod_eu() -> Described {
    Described {
        tenants: vec!["tnt_acme"],
        identity: ["stk_prod_eu", "prod", "eu-west-1"],
        peers: vec!["stk_prod_us"],
        guard: Guard::TlsAndToken(*TOKEN),
        ..demo()
    }
}

/// Checks the stack that tenants share of production, with certificate, token and writes.
fn mutual(stack: &Stack, certificate: &str, more: &[&str]) -> Output {
    let token = written(*TOKEN);
    let token = token.path().to_string_lossy().into_owned();
    let material = material(certificate);
    let peer = format!("stk_prod_us:agent-orchestrator=http://127.0.0.1:{}", stack.ports[0]);
    let own = ["--stack", "stk_prod_eu", "--write", "--token-file", &token, "--url", &peer];
    let all: Vec<&str> =
        own.into_iter().chain(material.iter().map(String::as_str)).chain(more.iter().copied()).collect();
    against(stack, "environments/prod/eu.ncl", &all)
}

#[test]
fn federation_with_mutual_tls_is_asked_with_a_certificate() {
    let stack = Stack::start(prod_eu(), Fault::None);
    let output = mutual(&stack, "client", &[]);
    assert_snapshot!("mutual_tls", shown(&output));
    assert_eq!((output.status.code(), stack.taken()), (Some(0), 0));
    // Neither the token nor the identity of a caller goes the plain way.
    let seen = stack.seen();
    let plain: Vec<_> = seen.iter().filter(|seen| seen.service == 2 && seen.line.ends_with("/health")).collect();
    assert!(!plain[0].headers.contains_key("authorization"));

    // Another name of the same listener: a port that the user forwards.
    let url = format!("federation=https://localhost:{}", stack.ports[2]);
    let mut arguments = material("client");
    arguments.extend(["--stack", "stk_prod_eu", "--only", "health/federation", "--url", &url].map(str::to_owned));
    let arguments: Vec<&str> =
        ["environments/prod/eu.ncl"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let output = command(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));

    // Without the token.
    let arguments = material("client");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--stack", "stk_prod_eu"]).collect();
    let output = against(&stack, "environments/prod/eu.ncl", &arguments);
    assert_snapshot!("mutual_tls_without_a_token", shown(&output));
}

/// A dedicated stack at given addresses, and tokens that have no place.
#[test]
fn a_dedicated_stack_is_asked_at_its_addresses() {
    let described = Described {
        tenants: vec!["tnt_bolt"],
        identity: ["stk_prod_eu_bolt", "prod", "eu-west-1"],
        guard: Guard::Tls,
        ..demo()
    };
    let stack = Stack::start(described, Fault::None);
    let named = |url: String| url.replace("agent-orchestrator=", "stk_prod_eu_bolt:agent-orchestrator=");
    let urls: Vec<String> = stack.urls().into_iter().take(2).map(named).collect();
    let file = "environments/prod/eu.ncl";
    let of = |more: &[&str]| {
        let all = [file].into_iter().chain(urls.iter().map(String::as_str)).chain(more.iter().copied());
        command(&all.collect::<Vec<_>>()).output().unwrap()
    };
    let output = of(&["--only", "tenants", "--only", "health/agent-orchestrator"]);
    assert_snapshot!(shown(&output));
    let token = written(*TOKEN);
    let token = token.path().to_string_lossy().into_owned();
    let output = of(&["--only", "tenants", "--token-file", &token, "--token-file", &token, "--token-file", &token]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("more tokens than there are stacks"));
    // One that is for a stack that is not asked is let be.
    let output = of(&["--only", "tenants", "--token-file", &token, "--stack", "stk_prod_eu_bolt"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

/// Without tokens a certificate is all that is asked for.
#[test]
fn mutual_tls_without_tokens() {
    let file = written(&environment(
        "  tenancy.tenants.tnt_acme = { name = \"Acme\" },\n  \
                                     federation.mtls = 'Required { secret = \"agentos-federation-tls\" },",
    ));
    let described = Described {
        tenants: vec!["tnt_acme"],
        identity: ["stk_example", "example", "local"],
        guard: Guard::Tls,
        ..demo()
    };
    let stack = Stack::start(described, Fault::None);
    let material = material("client");
    let arguments: Vec<&str> = material.iter().map(String::as_str).collect();
    let output = against(&stack, &file.path().to_string_lossy(), &arguments);
    let shown = shown(&output);
    assert!(output.status.code() == Some(0) && shown.contains("10 passed, 0 failed, 1 skipped"), "{shown}");
    let output = against(&stack, &file.path().to_string_lossy(), &[]);
    assert!(self::shown(&output).contains("8 passed, 0 failed, 3 skipped"), "{}", self::shown(&output));
}

#[test]
fn mutual_tls_that_does_not_hold_is_found() {
    let only = &["--only", "health/federation"];
    let faults = [
        ("federation without TLS", Stack::start(prod_eu(), Fault::FederationOpen), "client"),
        ("TLS that asks for no certificate", Stack::start(prod_eu(), Fault::NoClientCertificate), "client"),
        ("a certificate of another authority", Stack::start(prod_eu(), Fault::None), "other"),
    ];
    let mut all = String::new();
    for (what, stack, certificate) in faults {
        let output = mutual(&stack, certificate, only);
        assert_eq!(output.status.code(), Some(1), "{what}");
        all += &format!("# {what}\n{}\n\n", failures(&output));
    }
    let stack = Stack::start(prod_eu(), Fault::None);
    let output = mutual(&stack, "client", &[only[0], only[1], "--cacert", "tests/fixtures/tls/other.crt"]);
    assert_eq!(output.status.code(), Some(2), "--cacert twice");
    let paths = ["--cert", "tests/fixtures/tls/client.crt", "--key", "tests/fixtures/tls/client.key"];
    let arguments = [only, &paths[..], &["--cacert", "tests/fixtures/tls/other.crt"]].concat();
    all +=
        &format!("# an authority of another\n{}\n", failures(&against(&stack, "environments/prod/eu.ncl", &arguments)));
    assert_snapshot!(all);
}

#[test]
fn tokens_are_looked_at_and_forged_ones_tried() {
    let file = written(&peering_in_production());
    let path = file.path().to_string_lossy().into_owned();
    let claims = |claims: Json| {
        let token = jwt(&claims);
        let stack = Stack::start(Described { guard: Guard::Token(token), ..production_stack() }, Fault::None);
        let file = written(token);
        let output = against(
            &stack,
            &path,
            &["--only", "token", "--token-file", &file.path().to_string_lossy(), "--tenant", "tnt_acme"],
        );
        let all = String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap();
        assert!(!token.split('.').any(|part| all.contains(part)), "{all}");
        failures(&output)
    };
    let all = [
        claims(json!({ "tenant_id": "tnt_acme", "exp": 4_102_444_800_u64 })),
        claims(json!({ "exp": 4_102_444_800_u64 })),
        claims(json!({ "tenant_id": "tnt_acme" })),
        claims(json!({ "tenant_id": "tnt_acme", "exp": 1_000_000_000 })),
        claims(json!({ "tenant_id": "tnt_bolt", "exp": 4_102_444_800_u64 })),
    ];
    let stack = Stack::start(production_stack(), Fault::AnyToken);
    let token = written(*TOKEN);
    let output = against(&stack, &path, &["--only", "token", "--token-file", &token.path().to_string_lossy()]);
    assert_snapshot!(format!("{}\n\n# any token is accepted\n{}", all.join("\n"), failures(&output)));
}

/// Fact 20: with the issuer's key, what federation does not miss in a token is tried.
#[test]
fn a_key_signs_tokens_that_lack_what_they_must_have() {
    let file = written(&peering_in_production());
    let path = file.path().to_string_lossy().into_owned();
    let stack = Stack::start(Described { guard: Guard::Key, ..production_stack() }, Fault::None);
    let key = "tests/fixtures/tls/jwt.key";
    let output = against(&stack, &path, &["--signing-key-file", key, "--only", "token", "--only", "identity"]);
    assert_snapshot!(shown(&output));
    let other = ["--signing-key-file", "tests/fixtures/tls/other.key"];
    let output = against(&stack, &path, &other);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let stack = Stack::start(production_stack(), Fault::None);
    let output = against(&stack, &path, &["--signing-key-file", key, "--only", "token/minted"]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
}

#[test]
fn advice_is_that_of_the_release() {
    let newer = |more: &str| {
        let text = production(&format!(
            "  runtime = 'V1_07,\n{more}\n  services.model-policy.model = 'OpenAi {{ default = \"m\" }},"
        ));
        text.replace("1.0.2", "1.0.7")
    };
    let of = |text: &str| {
        let (compiler, outcome) = compile(text);
        outcome.environment.clone().unwrap_or_else(|| panic!("{}", common::shown(&compiler, &outcome)))
    };
    let advice = |environment: &Environment| {
        let all = checks(environment, &Options { writes: true, ..Options::default() });
        let steps =
            all.into_iter().flat_map(|check| check.steps.into_iter().map(move |step| (check.name.clone(), step)));
        let lines = steps
            .flat_map(|(name, step)| step.advice.into_iter().map(move |(s, advice)| format!("{name} {s}: {advice}")));
        let mut lines: Vec<String> = lines.filter(|line| line.contains("AGENTOS_")).collect();
        lines.dedup();
        lines.join("\n")
    };
    let older = advice(&of(&production("")));
    let newer = advice(&of(&newer("")));
    assert!(!newer.contains("exactly `1`"), "{newer}");
    assert_snapshot!(format!("# 1.0.2\n{older}\n\n# 1.0.7\n{newer}"));
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

/// A namespace that is not compiled may enforce any level of Pod Security, or none.
#[test]
fn the_labels_of_a_namespace_are_judged() {
    use agentos_cfg::smoke::pod_security::{Namespace, check, judged, labels, unread};
    let of = |namespace: &Namespace| {
        let check = judged(check("agentos-shared"), "agentos-shared", namespace);
        assert_eq!((check.kind(), check.steps.len()), ("pod-security", 0));
        match (check.skip, check.fault) {
            (None, None) => format!("passed: {}", check.proves),
            (None, Some(fault)) => format!("failed: {fault}"),
            (Some(reason), None) => format!("skipped: {reason}"),
            (Some(_), Some(_)) => panic!("skipped and failed"),
        }
    };
    let labelled = |level: &str| {
        let text = json!({ "metadata": { "labels": { "pod-security.kubernetes.io/enforce": level } } });
        Namespace::Labels(labels(&text.to_string()).unwrap())
    };
    let bare = Namespace::Labels(labels(r#"{"metadata": {"name": "agentos-shared"}}"#).unwrap());
    let warned = Namespace::Labels([("pod-security.kubernetes.io/warn".to_owned(), "restricted".to_owned())].into());
    let levels = ["restricted", "baseline", "privileged"].map(labelled);
    let others = [bare, warned, Namespace::Forbidden, Namespace::Missing];
    let refused = unread(Some("The connection to the server 10.0.0.1:6443 was refused"));
    let all: Vec<String> = levels.iter().chain(&others).chain([&refused, &unread(None)]).map(of).collect();
    // Until it is known, nothing has passed.
    let asked = check("agentos-shared");
    assert_snapshot!(format!("{}\nunasked: {}", all.join("\n"), asked.skip.unwrap()));
    for text in ["", "[]", "null", "{}", r#"{"metadata": {"labels": []}}"#, r#"{"metadata": {"labels": {"a": 1}}}"#] {
        assert_eq!(labels(text), None, "{text}");
    }
}

/// A forwarded port goes past network policies: whether they are applied shows to the Job alone.
#[test]
fn policies_are_left_to_the_job() {
    let stack = Stack::start(demo(), Fault::None);
    let only = |text: &str| shown(&against(&stack, &written(text).path().to_string_lossy(), &["--only", "policies"]));
    let shipped = shown(&against(&stack, "environments/demo.ncl", &["--only", "policies"]));
    let off = environment("  network.policies = 'Off,");
    assert_snapshot!(format!("{shipped}\n{}\n{}", only(&environment("")), only(&off)));
    assert!(stack.seen().is_empty());
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
        &[demo, "--url", "stk_demo_x:federation=http://127.0.0.1:1"],
        &[demo, "--stack", "stk_dem"],
        &[demo, "--cert", "tests/fixtures/tls/client.crt"],
        &[demo, "--cert", "tests/fixtures/tls/client.crt", "--key", "tests/fixtures/tls/client.key"],
        &[
            "environments/prod/eu.ncl",
            "--cert",
            "tests/fixtures/tls/client.crt",
            "--key",
            "tests/fixtures/tls/other.key",
        ],
        &["environments/prod/eu.ncl", "--cert", "README.md", "--key", "tests/fixtures/tls/client.key"],
        &[
            "environments/prod/eu.ncl",
            "--cert",
            "tests/fixtures/tls/client.crt",
            "--key",
            "tests/fixtures/tls/client.crt",
        ],
        &["environments/prod/eu.ncl", "--cacert", "nowhere.crt"],
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

/// The page of the guide shows what is printed.
#[test]
fn the_guide_shows_what_is_printed() {
    let page = std::fs::read_to_string(root().join("docs/smoke.md")).unwrap();
    let blocks =
        page.split("\n```console\n").skip(1).filter_map(|rest| rest.split_once("\n```")).map(|(block, _)| block);
    let mut shown = 0;
    for block in blocks {
        let (line, printed) = block.split_once('\n').unwrap_or((block, ""));
        let Some(line) = line.strip_prefix("$ agentos-cfg smoke ").filter(|_| !printed.is_empty()) else { continue };
        let (described, fault) = match line {
            line if line.contains("prod/eu") => (prod_eu(), Fault::None),
            line if line.contains("--only tenant/") => (demo(), Fault::NoTenants),
            _ => (demo(), Fault::None),
        };
        let stack = Stack::start(described, fault);
        let token = written(*TOKEN);
        let files = [
            ("tls.crt", "tests/fixtures/tls/client.crt".to_owned()),
            ("tls.key", "tests/fixtures/tls/client.key".to_owned()),
            ("ca.crt", "tests/fixtures/tls/ca.crt".to_owned()),
            ("token", token.path().to_string_lossy().into_owned()),
        ];
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for index in 1..words.len() {
            let file = files.iter().find(|(name, _)| words[index] == *name && words[index - 1] != "--only");
            words[index] = file.map_or(words[index].clone(), |(_, path)| path.clone());
        }
        let rest: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let output = String::from_utf8(against(&stack, &words[0], &rest).stdout).unwrap();
        let timeless = |text: &str| text.lines().map(timeless).collect::<Vec<_>>().join("\n");
        assert_eq!(timeless(printed), timeless(output.trim_end()), "{line}\n{output}");
        shown += 1;
    }
    assert_eq!(shown, 4);
    let stack = Stack::start(demo(), Fault::MetricsOpen);
    let arguments = ["--only", "metrics/model-policy", "--format", "json"];
    let output = String::from_utf8(against(&stack, "environments/demo.ncl", &arguments).stdout).unwrap();
    let (_, rest) = page.split_once("\n```json\n").unwrap();
    let lines = |text: &str| text.lines().map(timeless).collect::<Vec<_>>();
    assert_eq!(lines(rest.split_once("\n```").unwrap().0), lines(output.trim_end()));
    let objects = compile_shipped("environments/demo.ncl").1.objects;
    if let Some(log) = job::run_objects(&Stack::start(demo(), Fault::None), &objects, "agentos-demo", "") {
        let log: Vec<&str> = log.lines().filter(|line| line.starts_with("passed ")).collect();
        assert!(page.contains(&format!("\n```text\n{}\n```\n", log.join("\n"))), "{}", log.join("\n"));
    }
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

    /// A program that answers for namespaces as their labels say, or refuses to.
    fn namespaces(answer: &str) -> Fake {
        Fake::new(&format!(
            "#!/bin/sh\necho \"$*\" >>DIR/calls\ncase \"$*\" in\n  *get\\ namespace*) {answer} ;;\nesac\n"
        ))
    }

    #[test]
    fn namespaces_of_the_platform_are_asked_for_the_level_that_they_enforce() {
        let asked = |answer: &str| {
            let fake = namespaces(answer);
            let file = "environments/platforms/existing-namespaces.ncl";
            let output = command(&[file, "--kubectl", &fake.path(), "--only", "pod-security"]).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap(), fake.lines("calls"))
        };
        let labelled = |level: &str| {
            let labels = format!("{{\"pod-security.kubernetes.io/enforce\":\"{level}\"}}");
            format!("echo '{{\"metadata\":{{\"labels\":{labels}}}}}'")
        };
        let (code, shown, calls) = asked(&labelled("restricted"));
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("pod-security") && shown.contains("stk_team_bolt:pod-security"), "{shown}");
        assert_eq!(calls.len(), 2);
        assert!(calls[0].contains("get namespace team-agents") && calls[1].contains("team-agents-bolt"), "{calls:?}");
        for other in [labelled("baseline"), "echo '{\"metadata\":{}}'".to_owned()] {
            let (code, shown, _) = asked(&other);
            assert_eq!(code, Some(1), "{shown}");
            assert!(shown.contains("kubectl label namespace team-agents-bolt pod-security"), "{shown}");
        }
        let forbidden = "echo 'Error from server (Forbidden): namespaces is forbidden' >&2; exit 1";
        let (code, shown, _) = asked(forbidden);
        // Nothing was checked.
        assert_eq!(code, Some(2), "{shown}");
    }

    #[test]
    fn namespaces_that_are_compiled_are_not_asked() {
        let fake = namespaces("echo '{}'");
        let output =
            command(&["environments/demo.ncl", "--kubectl", &fake.path(), "--only", "pod-security"]).output().unwrap();
        assert_eq!((output.status.code(), fake.lines("calls").len()), (Some(2), 0));
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

    /// Each stack in its own namespace, each with its own token; federation under its Service's name.
    #[test]
    fn dedicated_stacks_are_checked_in_their_namespaces() {
        let shared = Stack::start(prod_eu(), Fault::None);
        let token = jwt(&json!({ "tenant_id": "tnt_bolt", "exp": 4_102_444_800_u64 }));
        let described = Described {
            tenants: vec!["tnt_bolt"],
            identity: ["stk_prod_eu_bolt", "prod", "eu-west-1"],
            guard: Guard::TlsAndToken(token),
            ..prod_eu()
        };
        let own = Stack::start(described, Fault::None);
        let ports = |stack: &Stack| stack.ports.map(|port| port.to_string()).join(" ");
        let fake = Fake::new(&format!(
            "#!/bin/sh\necho \"$*\" >>DIR/calls\ncase \"$*\" in\n  *'agentos-prod-tnt-bolt port-forward'*) set -- \"$*\" {} ;;\n  \
             *'agentos-prod port-forward'*) set -- \"$*\" {} ;;\n  *) exit 1 ;;\nesac\n\
             case \"$1\" in *orchestrator*) port=$2 ;; *policy*) port=$3 ;; *) port=$4 ;; esac\n\
             echo $$ >>DIR/pids\necho \"Forwarding from 127.0.0.1:$port -> 8081\"\nexec sleep 600\n",
            ports(&own),
            ports(&shared)
        ));
        let (one, two) = (written(*TOKEN), written(token));
        let tokens = [&two, &one].map(|file| file.path().to_string_lossy().into_owned());
        let mut arguments = material("client");
        let more = ["--kubectl", &fake.path(), "--token-file", &tokens[0], "--token-file", &tokens[1]];
        arguments.extend(more.map(str::to_owned));
        let run = |more: &[&str]| {
            let all = ["environments/prod/eu.ncl"].into_iter().chain(arguments.iter().map(String::as_str));
            command(&all.chain(more.iter().copied()).collect::<Vec<_>>()).output().unwrap()
        };
        let output = run(&[]);
        assert_snapshot!("dedicated", shown(&output));
        assert_eq!((output.status.code(), fake.lines("calls").len()), (Some(0), 6));
        let output = run(&["--stack", "stk_prod_eu_bolt", "--only", "tenant"]);
        assert_snapshot!("one_dedicated_stack", shown(&output));
        assert_eq!(fake.lines("calls").len(), 7);
        fake.assert_gone();
    }

    /// A newer release's own TLS can be verified only with its authority.
    #[test]
    fn a_service_with_tls_of_its_own_needs_an_authority() {
        let tls = "  runtime = 'V1_07,\n  services.agent-orchestrator.tls = 'Required { secret = \"tls\" },";
        let file = written(&environment(tls));
        let stack = Stack::start(demo(), Fault::None);
        let fake = Fake::forwarding_to(&stack);
        let path = file.path().to_string_lossy().into_owned();
        let run = |more: &[&str]| {
            let all = [path.as_str(), "--kubectl", &fake.path(), "--timeout", "1", "--only", "health"];
            shown(&command(&[&all[..], more].concat()).output().unwrap())
        };
        let without = run(&[]);
        let skipped = "skipped  -  agent-orchestrator is served with TLS; bring its authority with `--cacert`";
        assert!(without.contains(skipped) && without.contains("2 passed, 0 failed"), "{without}");
        // What answers there speaks no TLS.
        let with = run(&["--cacert", "tests/fixtures/tls/ca.crt"]);
        assert!(with.contains("health/agent-orchestrator  agent-orchestrator  failed"), "{with}");
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

    fn objects(text: &str) -> Vec<agentos_cfg::objects::object::Object> {
        let (compiler, outcome) = compile(text);
        assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
        outcome.objects
    }

    fn of_smoke(objects: &[agentos_cfg::objects::object::Object]) -> Vec<String> {
        let ours = objects.iter().filter(|object| object.name.starts_with("agentos-smoke"));
        ours.map(|object| format!("{} {}", object.kind, object.name)).collect()
    }

    fn data(objects: &[agentos_cfg::objects::object::Object]) -> Json {
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
        let node = json!([{ "name": "NODE_ADDRESS", "valueFrom": { "fieldRef": { "fieldPath": "status.hostIP" } } }]);
        assert_eq!(pod["containers"][0]["env"], node);
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
        run_objects(stack, &compile_shipped("environments/demo.ncl").1.objects, "agentos-demo", "")
    }

    /// Runs the script of objects in a namespace, with `more` lines in its plan.
    pub fn run_objects(
        stack: &Stack,
        objects: &[agentos_cfg::objects::object::Object],
        namespace: &str,
        more: &str,
    ) -> Option<String> {
        script(stack, objects, namespace, more, &Pod::default())
    }

    /// Where the script runs.
    pub struct Pod<'a> {
        /// `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`.
        api_server: Option<(&'a str, u16)>,
        /// `NODE_ADDRESS`.
        node: Option<&'a str>,
        /// A folder whose programs come before the machine's.
        programs: Option<&'a Path>,
        /// Texts of the script with others in their place: how long it waits.
        hurry: &'a [(&'a str, &'a str)],
    }

    impl Default for Pod<'_> {
        /// One that policies are applied to.
        fn default() -> Self {
            Pod { api_server: Some(("127.0.0.1", 1)), node: None, programs: None, hurry: &[] }
        }
    }

    fn script(
        stack: &Stack,
        objects: &[agentos_cfg::objects::object::Object],
        namespace: &str,
        more: &str,
        pod: &Pod<'_>,
    ) -> Option<String> {
        let there = |program: &str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
        if !there("curl") || !Path::new("/bin/sh").exists() {
            eprintln!("SKIPPED: there is no curl or no /bin/sh here to run the Job's script with");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let names = ["agent-orchestrator", "model-policy", "federation"];
        for (file, text) in data(objects).as_object().unwrap() {
            let mut text = text.as_str().unwrap().to_owned();
            if file == "plan" {
                text += more;
            }
            for (index, name) in names.iter().enumerate() {
                let service = format!("http://agentos-{name}.{namespace}.svc:5008{}", index + 1);
                text = text.replace(&service, &format!("http://127.0.0.1:{}", stack.ports[index]));
            }
            if file == "smoke.sh" {
                for (patient, hasty) in pod.hurry {
                    assert!(text.contains(patient), "{patient}");
                    text = text.replace(patient, hasty);
                }
            }
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let mut shell = Command::new("/bin/sh");
        shell.arg(folder.path().join("smoke.sh")).arg(folder.path());
        for name in ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "NODE_ADDRESS"] {
            shell.env_remove(name);
        }
        if let Some((host, port)) = pod.api_server {
            shell.env("KUBERNETES_SERVICE_HOST", host).env("KUBERNETES_SERVICE_PORT", port.to_string());
        }
        if let Some(node) = pod.node {
            shell.env("NODE_ADDRESS", node);
        }
        if let Some(programs) = pod.programs {
            let path = std::env::var("PATH").unwrap_or_default();
            shell.env("PATH", format!("{}:{path}", programs.display()));
        }
        Some(shown(&shell.output().unwrap()))
    }

    /// What the script says of policies.
    fn policies(stack: &Stack, pod: &Pod<'_>) -> Option<String> {
        let objects = compile_shipped("environments/demo.ncl").1.objects;
        let all = script(stack, &objects, "agentos-demo", "", pod)?;
        let said = all.lines().find(|line| line.split([' ', ':']).nth(1) == Some("policies"));
        Some(said.unwrap_or_else(|| panic!("{all}")).to_owned())
    }

    /// A plug-in that stores policies and ignores them leaves the API server open to the Job.
    #[test]
    fn its_script_finds_policies_that_are_not_applied() {
        let stack = Stack::start(demo(), Fault::None);
        let hasty = Pod { hurry: &[("grace=30", "grace=1"), ("time 5", "time 1")], ..Pod::default() };
        let at = |port| Pod { api_server: Some(("127.0.0.1", port)), ..hasty };
        let Some(closed) = policies(&stack, &hasty) else { return };
        assert_eq!(closed, "passed policies");
        // What answers is nothing that was asked for, and answers.
        let Some(open) = policies(&stack, &at(stack.ports[2])) else { return };
        assert_snapshot!("script_policies_are_not_applied", open);
        // A connection is enough.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let Some(said) = policies(&stack, &at(silent.local_addr().unwrap().port())) else { return };
        assert!(said.starts_with("failed policies: the API server at 127.0.0.1:<port> is open"), "{said}");
        // Of IPv6, where this machine has it.
        let Ok(six) = std::net::TcpListener::bind("[::1]:0") else { return };
        let open = Pod { api_server: Some(("::1", six.local_addr().unwrap().port())), ..hasty };
        let Some(said) = policies(&stack, &open) else { return };
        assert!(said.starts_with("failed policies: the API server at [::1]:"), "{said}");
        let Some(said) = policies(&stack, &Pod { api_server: Some(("::1", 1)), ..hasty }) else { return };
        assert_eq!(said, "passed policies");
    }

    /// Policies need not close a pod's own node to it, so that an API server there may be open although they are applied.
    #[test]
    fn its_script_draws_nothing_from_an_api_server_on_its_own_node() {
        let stack = Stack::start(demo(), Fault::None);
        let says = |host: &str, node: Option<&str>, port: u16, serving: &str| {
            let serving = format!("serving='{serving}'");
            let hurry =
                [("grace=30", "grace=0"), ("time 5", "time 1"), ("serving='6443 8443 16443'", serving.as_str())];
            policies(&stack, &Pod { api_server: Some((host, port)), node, hurry: &hurry, ..Pod::default() })
        };
        let on = |host: &str| std::net::TcpListener::bind((host, 0)).ok();
        let port = |listener: &std::net::TcpListener| listener.local_addr().unwrap().port();
        let (server, local) = ("127.0.0.1", Some("127.0.0.1"));
        let (api_server, usual) = (on(server).unwrap(), on(server).unwrap());
        // The port on the node need not be that of the Service.
        let open = format!("1 {} 2", port(&usual));
        let Some(said) = says(server, local, port(&api_server), &open) else { return };
        let page = std::fs::read_to_string(root().join("docs/smoke.md")).unwrap();
        let (_, advice) = said.rsplit_once("<port>: ").unwrap();
        assert!(page.contains(advice), "{advice}");
        assert_snapshot!("script_policies_beside_an_api_server", said);
        let Some(said) = says(server, local, port(&api_server), "1 2 3") else { return };
        assert_snapshot!("script_policies_apart_from_an_api_server", said);
        // Without its address the node can't be asked, whatever is open there.
        for unset in [None, Some("")] {
            let Some(said) = says(server, unset, port(&api_server), &open) else { return };
            assert!(said.starts_with("failed policies: ") && said.contains("NODE_ADDRESS does not say"), "{said}");
        }
        // What the node has open is no matter where the API server is closed.
        let Some(said) = says(server, local, 1, &open) else { return };
        assert_eq!(said, "passed policies");
        // Of IPv6, where this machine has it.
        let Some(six) = on("::1") else { return };
        let Some(said) = says(server, Some("::1"), port(&api_server), &port(&six).to_string()) else { return };
        assert!(said.starts_with("skipped policies: ") && said.contains("node at [::1]:"), "{said}");
        let Some(said) = says("::1", Some("::1"), port(&six), "1") else { return };
        assert!(said.starts_with("failed policies: the API server at [::1]:"), "{said}");
    }

    /// Policies may be applied a moment after the pod has started.
    #[test]
    fn its_script_waits_for_policies() {
        let stack = Stack::start(demo(), Fault::None);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepted = std::thread::spawn(move || listener.incoming().take(3).flatten().count());
        let Some(said) = policies(&stack, &Pod { api_server: Some(("127.0.0.1", port)), ..Pod::default() }) else {
            return;
        };
        assert_eq!((said.as_str(), accepted.join().unwrap()), ("passed policies", 3));
    }

    /// A way that is closed proves nothing where none is open, or where it is not known which it is.
    #[test]
    fn its_script_passes_nothing_that_is_not_proved() {
        let stack = Stack::start(demo(), Fault::None);
        let hasty = Pod { hurry: &[("patience=120", "patience=0")], ..Pod::default() };
        let Some(unnamed) = policies(&stack, &Pod { api_server: None, ..hasty }) else { return };
        let mut nowhere = Stack::start(demo(), Fault::None);
        nowhere.ports = [1; 3];
        let Some(cut_off) = policies(&nowhere, &hasty) else { return };
        let Some(unresolved) = policies(&stack, &Pod { api_server: Some(("nowhere.invalid", 443)), ..hasty }) else {
            return;
        };
        assert_snapshot!("script_policies_are_not_known", format!("{unnamed}\n{cut_off}\n{unresolved}"));
    }

    /// What curl says of a connection: one that was dropped, and one to a server that keeps silent.
    #[cfg(unix)]
    #[test]
    fn its_script_reads_what_curl_says_of_a_connection() {
        use std::os::unix::fs::PermissionsExt;
        let stack = Stack::start(demo(), Fault::None);
        let real = std::env::var("PATH").unwrap_or_default();
        let real = real.split(':').map(|folder| Path::new(folder).join("curl")).find(|curl| curl.exists());
        let Some(real) = real else { return };
        let says = |connected: &str, ended: u8| {
            let folder = tempfile::tempdir().unwrap();
            let curl = folder.path().join("curl");
            let fake = format!(
                "#!/bin/sh\ncase $* in *time_connect*) printf '{connected}'; exit {ended} ;; esac\nexec '{}' \"$@\"\n",
                real.display()
            );
            std::fs::write(&curl, fake).unwrap();
            std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755)).unwrap();
            let pod = Pod { programs: Some(folder.path()), hurry: &[("grace=30", "grace=0")], ..Pod::default() };
            let said = policies(&stack, &pod)?;
            Some(said.split(' ').next().unwrap_or_default().to_owned())
        };
        let cases = [
            ("0.000000", 28, "passed"),
            ("0,000000", 7, "passed"),
            ("0.000357", 28, "failed"),
            ("0,000357", 56, "failed"),
            ("0.000357", 0, "failed"),
            ("0.000000", 6, "skipped"),
            ("0.000000", 0, "skipped"),
            ("", 127, "skipped"),
        ];
        for (connected, ended, expected) in cases {
            let Some(said) = says(connected, ended) else { return };
            assert_eq!(said, expected, "{connected} {ended}");
        }
    }

    /// Without policies there is nothing to be closed.
    #[test]
    fn its_plan_asks_for_policies_where_there_are_some() {
        let plan = |more: &str| {
            let text = environment(&format!("{JOB}\n{more}"));
            data(&compile(&text).1.objects)["plan"].as_str().unwrap().to_owned()
        };
        assert!(plan("").ends_with("\ncheck policies\nshut kubernetes\n"), "{}", plan(""));
        let off = plan("  network.policies = 'Off,");
        assert!(!off.contains("policies") && !off.contains("shut"), "{off}");
    }

    #[test]
    fn its_script_is_sound_to_shellcheck() {
        let script = root().join("src/lower/smoke.sh");
        match Command::new("shellcheck").args(["--shell", "sh"]).arg(script).output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
            Err(_) => eprintln!("SKIPPED: there is no shellcheck here"),
        }
    }

    #[test]
    fn its_script_passes_on_a_sound_stack() {
        let stack = Stack::start(demo(), Fault::None);
        let Some(shown) = run(&stack) else { return };
        assert_snapshot!("script", shown);
        assert!(stack.seen().iter().any(|seen| seen.line == "POST /v1/runs/run_1:cancel"));
    }

    #[test]
    fn its_script_leaves_no_run_behind() {
        let stack = Stack::start(demo(), Fault::NoCancel);
        let Some(_) = run(&stack) else { return };
        assert_eq!((stack.taken(), stack.seen().last().unwrap().line.as_str()), (0, "GET /v1/runs/run_1"));
        let stack = Stack::start(demo(), Fault::NoCancelNoRead);
        let Some(shown) = run(&stack) else { return };
        assert!(
            shown.contains(
                "left http://127.0.0.1:<port>/v1/runs/run_1: it stays one of the concurrent runs of tnt_acme"
            )
        );
    }

    /// A field that a release may leave out, a guard, and answers that are none of AgentOS.
    #[test]
    fn its_script_judges_as_the_command_does() {
        let mtls = "  tenancy.tenants.tnt_acme = { name = \"Acme\" },\n  \
                    federation.mtls = 'Required { secret = \"agentos-federation-tls\" },";
        let objects = objects(&environment(&format!("{JOB}\n{mtls}")));
        let described = Described {
            tenants: vec!["tnt_acme"],
            identity: ["stk_example", "example", "local"],
            guard: Guard::Tls,
            ..demo()
        };
        let of = |service: &str| format!("http://agentos-{service}.agentos.svc:5008");
        let (orchestrator, policy) = (of("agent-orchestrator") + "1", of("model-policy") + "2");
        let more = format!(
            "check may-be-missing\nGET {policy}/v1/health - - 200 - missing?=x\n\
             check is-another\nGET {policy}/v1/health - - 200 - service?=federation\n\
             check is-missing\nGET {policy}/v1/health - - 200 - missing=x\n\
             check no-error\nGET {policy}/nothing - - 404 - @error\n\
             check an-error\nGET {orchestrator}/v1/runs/x tnt_other - 403 - @error\n\
             check no-metrics\nGET {policy}/v1/health - - 200 - @metrics=model-policy\n\
             check says-nothing\nGET {policy}/v1/health - - 200 - @says=Client?sent\n"
        );
        let stack = Stack::start(described.clone(), Fault::None);
        let Some(shown) = run_objects(&stack, &objects, "agentos", &more) else { return };
        assert_snapshot!("script_words", shown);
        let stack = Stack::start(described, Fault::FederationOpen);
        let Some(shown) = run_objects(&stack, &objects, "agentos", "") else { return };
        assert!(shown.contains("failed health/federation: GET "), "{shown}");
    }

    #[test]
    fn its_script_skips_what_a_gateway_hides() {
        for fault in [Fault::AdminClosed, Fault::AdminPage] {
            let stack = Stack::start(demo(), fault);
            let Some(shown) = run(&stack) else { return };
            assert!(shown.contains("status: 0") && shown.contains("skipped tenants: GET "), "{shown}");
        }
    }

    /// Each stack has its Job, in its own namespace.
    #[test]
    fn a_dedicated_stack_has_a_job_of_its_own() {
        let tenants = "  tenancy.tenants = {\n    tnt_acme = { name = \"Acme\" },\n    \
                       tnt_bolt = { name = \"Bolt\", isolation = 'Dedicated },\n  },";
        let objects = objects(&environment(&format!("{JOB}\n{tenants}")));
        let of = |namespace: &str| {
            let ours = objects.iter().filter(|object| {
                object.namespace.as_deref() == Some(namespace) && object.name.starts_with("agentos-smoke")
            });
            ours.cloned().collect::<Vec<_>>()
        };
        let (shared, own) = (of("agentos"), of("agentos-tnt-bolt"));
        assert_eq!((shared.len(), own.len()), (7, 7));
        let plan =
            |objects: &[agentos_cfg::objects::object::Object]| data(objects)["plan"].as_str().unwrap().to_owned();
        assert!(!plan(&shared).contains("bolt"));
        let plan = plan(&own);
        assert!(!plan.contains("acme") && plan.contains("stack_id=stk_example_bolt"), "{plan}");
        assert!(plan.lines().filter(|line| line.contains("http")).all(|line| line.contains(".agentos-tnt-bolt.svc:")));
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
            Fault::Swapped,
            Fault::NotAgentOs,
            Fault::OtherTenants,
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
