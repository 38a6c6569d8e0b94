//! What a user sees of faults: all of them in one run, each at its place, each with a remedy.

mod common;

use common::{Memory, codes_and_lines, compile, compile_in, environment, expected, findings, production, shown};
use insta::assert_snapshot;

#[test]
fn four_faults_in_one_run() {
    let (compiler, outcome) = compile(include_str!("fixtures/four-faults.ncl"));
    assert_eq!(codes_and_lines(&compiler, &outcome), expected(include_str!("fixtures/four-faults.ncl")));
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn twelve_faults_in_a_large_environment() {
    let text = include_str!("fixtures/twelve-faults.ncl");
    let (compiler, outcome) = compile(text);
    assert_eq!(codes_and_lines(&compiler, &outcome), expected(text));
    assert_eq!(outcome.findings.len(), 12);
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn every_finding_has_a_place_and_a_remedy() {
    for text in [include_str!("fixtures/four-faults.ncl"), include_str!("fixtures/twelve-faults.ncl")] {
        let (_, outcome) = compile(text);
        for finding in outcome.findings {
            assert!(finding.span().is_some() && !finding.help.is_empty(), "{}", finding.message);
        }
    }
}

#[test]
fn the_contract_is_applied_where_the_file_forgets_it() {
    let text = include_str!("fixtures/twelve-faults.ncl").replace(" | agentos.Environment", "");
    let (compiler, outcome) = compile(&text);
    assert_eq!(codes_and_lines(&compiler, &outcome), expected(&text));
}

#[test]
fn wrong_types() {
    assert_snapshot!(findings(&environment(
        "  labels = [],\n  observability.alerts = \"yes\",\n  network.policies = \"Off\",\n  \
         services.federation.replicas = 'One,\n  allow = { rule = \"N006\" },\n  annotations.\"a\" = 5,"
    )));
}

#[test]
fn choices() {
    assert_snapshot!(findings(&environment(
        "  audit = 'file,\n  runtime = 'V1_02 {},\n  secrets.backend = 'ExternalSecrets,\n  \
         federation.peers.stk_a = 'Local \"x\","
    )));
}

#[test]
fn faults_inside_what_comes_with_a_choice() {
    assert_snapshot!(findings(&environment(
        "  services.model-policy.storage = 'Persistent { sise = \"1Gi\", size = \"lots\", access_mode = 'ReadWriteMany },"
    )));
}

#[test]
fn a_value_that_two_files_give() {
    let world = Memory::of([
        ("base.ncl", "{ name = \"base\", storage = 'Ephemeral, profile = 'Dev, federation.stack = \"stk_a\" }"),
        ("over.ncl", "(import \"base.ncl\") & { name = \"over\", storage = 'Persistent {} }"),
    ]);
    let (compiler, outcome) = compile_in(&world, "over.ncl");
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn a_fault_in_an_imported_file_is_placed_there() {
    let world = Memory::of([
        (
            "lib/base.ncl",
            "{\n  storage = 'Ephemeral,\n  profile = 'Dev,\n  federation.stack = \"STK\",\n  colour = 1,\n}",
        ),
        ("over.ncl", "(import \"lib/base.ncl\") & { name = \"over\" }"),
    ]);
    let (compiler, outcome) = compile_in(&world, "over.ncl");
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn syntax_errors_are_reported_together() {
    assert_snapshot!(findings(
        "{\n  name = ,\n  profile = 'Dev\n  storage = 'Ephemeral,\n  labels = { a = = 1 },\n}\n"
    ));
}

#[test]
fn expressions_without_a_value() {
    assert_snapshot!(findings(&environment(
        "  namespace = nowhere,\n  image = image,\n  labels.a = 1 + \"x\",\n  annotations.b = {}.c,\n  \
         audit = (fun x => x),"
    )));
}

#[test]
fn what_is_not_an_environment() {
    assert_snapshot!(findings("5"));
}

#[test]
fn imports_that_lead_nowhere() {
    assert_snapshot!(findings("(import \"missing.ncl\") & (import \"agentos/libb.ncl\") & (import \"data.yaml\")"));
}

#[test]
fn a_file_that_would_hide_the_library() {
    let text = environment("");
    let world = Memory::of([("environment.ncl", &text), ("agentos/lib.ncl", "{ Environment = Dyn }")]);
    let (compiler, outcome) = compile_in(&world, "environment.ncl");
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn text_that_is_not_utf8() {
    let mut world = Memory::default();
    world.add("environment.ncl", b"\xff\xfe{}");
    let (compiler, outcome) = compile_in(&world, "environment.ncl");
    assert_snapshot!(shown(&compiler, &outcome));
}

/// Nickel has an assertion against it in text, and none in comments.
#[test]
fn a_carriage_return_that_ends_no_line() {
    assert_snapshot!(findings(&environment("  labels = { a = \"b\rc\" },")));
    assert!(findings(&environment("  # a\rcomment")).starts_with("error[C001 "));
    assert_eq!(findings(&environment("  labels = { a = \"b\" },").replace('\n', "\r\n")), "");
}

#[test]
fn what_is_not_supported_yet_is_said_at_its_line() {
    let text = "let agentos = import \"agentos/lib.ncl\" in\n{\n  name = \"example\",\n  profile = 'Dev,\n  storage = 'Ephemeral,\n  \
                federation = { stack = \"stk_example\", peers.stk_b = 'Environment \"b.ncl\" },\n  \
                patches.Deployment.agentos-federation = {},\n} | agentos.Environment\n";
    assert_snapshot!(findings(text));
}

#[test]
fn static_types_are_checked_where_a_file_has_them() {
    let text = environment("  labels = let f : Number -> Number = fun x => x ++ \"a\" in {},");
    assert_snapshot!(findings(&text));
}

fn codes(more: &str, prod: bool) -> Vec<String> {
    let text = if prod { production(more) } else { environment(more) };
    let (compiler, outcome) = compile(&text);
    codes_and_lines(&compiler, &outcome).into_iter().map(|(code, _)| code).collect()
}

/// What follows from a misspelt name is the same mistake: neither a contract nor a rule says it again.
#[test]
fn one_misspelt_name_is_one_finding() {
    let store =
        |keys: &str| format!("  secrets = {{ backend = 'ExternalSecrets {{ store = \"v\" }}, keys = {{ {keys} }} }},");
    let keys = "AGENTOS_SERVICE_TOKEN.remote.key = \"a\", AGENTOS_FED_SHARED_SECRET.remote.key = \"b\", \
                AGENTOS_SIGNING_KEY.remote.key = \"c\"";
    assert_eq!(codes(&store(keys), false), [""; 0]);
    for (from, to, found) in [
        ("SIGNING_KEY", "SIGNING_KEYS", "S010"),
        ("SIGNING_KEY", "SIGNIG_KEY", "S010"),
        ("SERVICE_TOKEN", "SERVICE_TOKN", "S010"),
        ("SIGNING_KEY.remote", "SIGNING_KEY.remot", "C002"),
    ] {
        assert_eq!(codes(&store(&keys.replace(from, to)), false), [found], "{to}");
    }
    // One misspelling hides only what it was meant for.
    let two = keys.replace("SIGNING_KEY", "SIGNIG_KEY").replace("AGENTOS_FED_SHARED_SECRET.remote.key = \"b\", ", "");
    let mut found = codes(&store(&two), false);
    found.sort();
    assert_eq!(found, ["S007", "S010"]);
    let both = "AGENTOS_SIGNING_KEY = {}, AGENTOS_SIGNIG_KEY.remote.key = \"c\"";
    let mut found = codes(&store(&format!("{}, {both}", keys.split(", AGENTOS_SIGNING").next().unwrap())), false);
    found.sort();
    assert_eq!(found, ["S007", "S010"], "one that is there as well, and has no source, is another mistake");
    for (more, prod) in [
        ("  tenancy.tenants.tnt_bolt = { name = \"B\", isolaton = 'Dedicated, namespace = \"bolt\" },", false),
        (
            "  services.federation.resources.limits = { memry = \"512Mi\" },\n  services.federation.resources.requests.memory = \"300Mi\",",
            false,
        ),
        ("  observability = { metrcs = 'PrometheusOperator { scrape_token.secret = \"t\" }, alerts = true },", false),
        ("  secrets.backend = 'ExternalSecrets { stor = \"vault\" },", false),
    ] {
        let found = codes(more, prod);
        assert!(found.iter().filter(|code| *code != "S007").eq(["C002"]), "{more}: {found:?}");
    }
    for (from, to) in [
        ("inject =", "injct ="),
        ("class =", "clas ="),
        ("jwt.secret =", "jwtt.secret ="),
        ("tenants.tnt_acme", "tenant.tnt_acme"),
        ("image =", "imag ="),
    ] {
        let text = production("").replacen(from, to, 1);
        let (compiler, outcome) = compile(&text);
        let found = codes_and_lines(&compiler, &outcome);
        assert_eq!(found.len(), 1, "{to}: {}", shown(&compiler, &outcome));
        assert_eq!(found[0].0, "C002");
    }
}

/// Amounts that Kubernetes reads and nothing can use, in every field that takes one.
#[test]
fn amounts_that_nothing_can_use_are_found() {
    let volume =
        |size: &str| codes(&format!("  services.federation.storage = 'Persistent {{ size = \"{size}\" }},"), false);
    for size in ["0", "0Gi", "0.0", "100m", "0.5", "20", "1e3", "512Ki", "1n"] {
        assert_eq!(volume(size), ["K010"], "{size}");
    }
    for size in ["1Mi", "20Gi", "1.5Gi", "1e9", "2000000", "20G"] {
        assert_eq!(volume(size), [""; 0], "{size}");
    }
    let prod = production("").replace("class = \"ssd-retain\"", "class = \"ssd-retain\", size = \"20\"");
    let (compiler, outcome) = compile(&prod);
    assert_eq!(codes_and_lines(&compiler, &outcome).len(), 1);
    assert!(shown(&compiler, &outcome).contains("did you mean `20Gi`?"));
    let limit = |field: &str, amount: &str| {
        codes(&format!("  services.federation.resources.limits.{field} = \"{amount}\","), false)
    };
    let request = |field: &str, amount: &str| {
        codes(&format!("  services.federation.resources.requests.{field} = \"{amount}\","), false)
    };
    for (field, amount) in [
        ("memory", "64"),
        ("memory", "512m"),
        ("memory", "0"),
        ("memory", "0Mi"),
        ("memory", "1Mi"),
        ("memory", "512k"),
        ("cpu", "0"),
        ("cpu", "0m"),
        ("cpu", "0.5m"),
        ("cpu", "0.0001"),
        ("cpu", "100u"),
        ("cpu", "256Mi"),
        ("ephemeral_storage", "0"),
        ("ephemeral_storage", "64"),
        ("ephemeral_storage", "64m"),
    ] {
        assert_eq!(limit(field, amount), ["K010"], "a limit: {field} {amount}");
        assert_eq!(request(field, amount), ["K010"], "a request: {field} {amount}");
    }
    for (field, amount) in [("memory", "1.5Gi"), ("memory", "536870912"), ("cpu", "0.5"), ("ephemeral_storage", "2G")] {
        assert_eq!(limit(field, amount), [""; 0], "{field} {amount}");
    }
    assert_eq!(request("cpu", "1m"), [""; 0]);
    assert_eq!(codes("  audit_shipping = 'Sidecar { resources.limits.memory = \"64\" },", false), ["K010"]);
}

#[test]
fn tolerations_that_the_api_server_refuses_are_found() {
    let with = |toleration: &str| {
        codes(&format!("  services.federation.scheduling.tolerations = [{{ {toleration} }}],"), false)
    };
    for good in [
        "key = \"pool\", value = \"agents\"",
        "key = \"pool\"",
        "key = \"example.com/pool\", operator = 'Exists, effect = 'NoExecute",
        "operator = 'Exists",
    ] {
        assert_eq!(with(good), [""; 0], "{good}");
    }
    for bad in [
        "key = \"pool\", operator = 'Exists, value = \"agents\"",
        "operator = 'Exists, value = \"agents\"",
        "value = \"agents\"",
        "effect = 'NoSchedule",
        "key = \"\", operator = 'Equal",
        "key = \"a b\", operator = 'Exists",
    ] {
        assert_eq!(with(bad), ["K015"], "{bad}");
    }
    assert_eq!(with("operator = 'Exist"), ["C004"], "what a contract has said is not said again");
}

#[test]
fn a_thousand_faults_are_capped() {
    let tenants: String = (0..1200).map(|n| format!("  tenancy.tenants.tnt_{n} = {{ nam = \"x\" }},\n")).collect();
    let (compiler, outcome) = compile(&environment(&tenants));
    // Both faults of a tenant, the misspelt name and the missing one, are one mistake.
    assert_eq!(outcome.findings.len(), 501);
    let shown = shown(&compiler, &outcome);
    assert!(
        shown.contains("more than 1000 faults")
            || shown.ends_with("and 401 more findings; `check --format json` lists them all\n\n")
    );
}
