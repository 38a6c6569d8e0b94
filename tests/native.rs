//! The quick way to evaluate and Nickel agree: where the quick one answers, Nickel reports the same findings, and makes the
//! same tree, places and the order of fields included.

mod common;

use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::evaluate::Evaluator;
use agentos_cfg::pages::examples;
use agentos_cfg::source::{Disk, Entry, Sources, World};
use common::faults::FAULTS;
use common::numbers::Numbers;
use common::{Memory, environment, production, root, shipped};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The two ways, each with the texts that it has read.
struct Pair {
    quick: (Evaluator, Sources),
    nickel: (Evaluator, Sources),
}

impl Pair {
    fn new() -> Pair {
        let start = || {
            let mut sources = Sources::default();
            (Evaluator::new(&mut sources), sources)
        };
        Pair { quick: start(), nickel: start() }
    }

    /// What the quick way answers. Whatever that is, Nickel agrees.
    fn agree(&mut self, world: &dyn World, entry: &Entry) -> Answer {
        stacker::grow(agentos_cfg::STACK, || self.agree_here(world, entry))
    }

    fn agree_here(&mut self, world: &dyn World, entry: &Entry) -> Answer {
        let (evaluator, sources) = &mut self.quick;
        let Some(quick) = evaluator.quickly(world, entry, sources) else { return Answer::LeftToNickel };
        let (evaluator, sources) = &mut self.nickel;
        let nickel = evaluator.thoroughly(world, entry, sources);
        assert_eq!(quick.role, nickel.role, "{}", entry.name);
        let answer = match (&quick.tree, quick.findings.is_empty()) {
            (None, _) => Answer::NoEnvironment,
            (Some(_), true) => Answer::Sound,
            (Some(_), false) => Answer::Faulty,
        };
        // As text, because that has the order of fields, too.
        let [quick, nickel] =
            [quick, nickel].map(|evaluated| format!("{:#?}\n{:#?}", evaluated.findings, evaluated.tree));
        let equal = quick.lines().zip(nickel.lines()).take_while(|(quick, nickel)| quick == nickel).count();
        let around = |text: &str| text.lines().skip(equal.saturating_sub(8)).take(24).collect::<Vec<_>>().join("\n");
        assert!(quick == nickel, "{}: the quick way\n{}\nNickel\n{}", entry.name, around(&quick), around(&nickel));
        answer
    }
}

/// What the quick way answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// A tree without faults.
    Sound,
    /// A tree, and what is wrong with it.
    Faulty,
    /// That the file is no environment.
    NoEnvironment,
    /// Nothing.
    LeftToNickel,
}

impl Drop for Pair {
    fn drop(&mut self) {
        let nickel = &mut self.nickel.0;
        stacker::grow(agentos_cfg::STACK, || nickel.clear());
    }
}

/// Whether the quick way finds `main.ncl` of these files sound.
fn answers<const N: usize>(files: [(&str, &str); N]) -> bool {
    Pair::new().agree(&Memory::of(files), &main_file()) == Answer::Sound
}

fn main_file() -> Entry {
    Entry::file(Path::new("main.ncl"), Path::new("/project"))
}

#[test]
fn every_shipped_environment_is_evaluated_the_quick_way() {
    let mut pair = Pair::new();
    for name in shipped() {
        assert_eq!(pair.agree(&Disk, &Entry::file(Path::new(name), root())), Answer::Sound, "{name}");
    }
}

#[test]
fn no_contract_of_the_library_is_unknown_to_the_table() {
    let table = include_str!("../src/evaluate/native/table.rs");
    assert!(
        !table.contains("Shape::Opaque"),
        "the table can't say what the library asks for: see `Not known` at its end, and `KNOWN` in native/write.rs"
    );
}

/// What may be written in an environment, and is left to nobody else.
const DATA: &[&str] = &[
    "",
    "namespace = \"agentos-x\",",
    "namespace | default = \"x\" & \"x\",",
    "labels = {}, annotations = { \"a.b/c\" = \"é ü 😀\", plain = \"\" },",
    "labels = { team = \"a\" }, labels.tier = \"b\", labels.app = \"c\",",
    "labels.tier = \"b\", labels = { team = \"a\", app = \"c\" },",
    "services.agent-orchestrator.quotas.run_create_qps = 5,",
    "services.agent-orchestrator = { port = 9000, quotas = { concurrent_runs = 7 } }, services.model-policy = {},",
    "services.agent-orchestrator.resources = { limits.cpu = \"2\", requests = { memory = \"1Gi\", cpu = \"1\", ephemeral_storage = \"2Gi\" } },",
    "services.federation.scheduling = { tolerations = [{ key = \"a\", effect = 'NoSchedule }, { operator = 'Exists }], node_selector.\"a/b\" = \"c\" },",
    "services.federation = { storage = 'Persistent { size = \"1Gi\", backup = 'Velero { method = 'Snapshot } }, labels = { a = \"b\" } },",
    "services.federation.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"n\" }, authentication = 'External \"a proxy\" },",
    "services.federation.env = { GOMAXPROCS = 2.0, GOMEMLIMIT = \"2GiB\" }, services.model-policy.env.GOMAXPROCS = 0x10,",
    "tenancy = { default = \"tnt_a\", tenants.tnt_a = { name = \"Ünïcode, Öl & 東京\", plan = \"p\" } },",
    "tenancy.tenants = { tnt_a = { name = \"A\", entitlements = { a = 1, b = \"x\", c = true, d = 1.5, e = 3e2 } }, tnt_b.name = \"B\" },",
    "tenancy.tenants.tnt_a = { name = \"A\", entitlements.a = -1 },",
    "tenancy.tenants = { tnt_a = { name = \"A\" } } & { tnt_b = { name = \"B\" } },",
    "tenancy.tenants = { a = { name = \"A\" }, b = { name = \"B\" }, c = { name = \"C\" } } & { b = { plan = \"p\" }, d = { name = \"D\" } },",
    "tenancy.tenants = { b = { plan = \"p\" } } & { a = { name = \"A\" }, b = { name = \"B\" }, c = { name = \"C\" } },",
    "tenancy.tenants = { b | default = { plan = \"p\" } } & { b = { name = \"B\" } },",
    "tenancy.tenants = {} & { b = { name = \"B\" } }, labels = { a = \"b\" } & {},",
    "secrets = { backend = 'Placeholder, keys.AGENTOS_SERVICE_TOKEN.placeholder = \"fake_x\", inject = 'Env },",
    "secrets.backend = 'ExternalSecrets { store = \"vault\" }, secrets.keys.AGENTOS_SIGNING_KEY = { remote.key = \"a\" },",
    "secrets.backend = 'Csi { provider = 'Vault, parameters = { a = \"b\" } }, secrets.backend | priority 1 = 'Existing,",
    "audit = 'Stdout, audit_shipping = 'Sidecar { resources.limits.cpu = \"1\" }, pull_policy = 'Never,",
    "audit_shipping = 'Sidecar {}, observability = { metrics = 'PrometheusOperator { scrape_token.secret = \"s\" }, alerts = true },",
    "federation.peers.stk_b = 'Environment \"b.ncl\", federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", endpoints = { model-policy = \"https://a\", agent-orchestrator = \"http://[::1]:80/x\" } },",
    "federation.environment = \"other\", federation.region = \"r\", federation.retry.max_attempts = 1,",
    "federation = { api_versions = [\"v1\", \"v2\"], build = { version = \"1\" }, mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", hosts = [\"a.b\"] } } },",
    "network = { callers.federation.gw = { pods = { a = \"b\" } }, dns.pods = {}, policies = 'Off },",
    "allow = [{ rule = \"N006\", reason = \"because\" }, { reason = \"é…\" , rule = \"N007\" }],",
    "allow = [{ rule = \"N006\", reason = \"because\" }], patches.Deployment.x = { a = [1, null, { b = 'C, d = 'D { e = true } }], f = {} },",
    "runtime = 'V1_02, services = {},",
    "runtime = 'V1_07, services = { agent-orchestrator.env.AGENTOS_RETENTION_RUNS_DAYS = 30, federation.env = { AGENTOS_LOG_FORMAT = 'json } },",
    "runtime = 'V1_07, secrets = { backend = 'ExternalSecrets { store = \"v\" }, keys = { AGENTOS_SIGNING_KEY.remote = { version = \"1\", key = \"k\" } } },",
    "runtime = 'V1_07, tenancy.tenants.tnt_a = { name = \"A\", secrets = { name = \"s\", keys = { AGENTOS_DB_PASSWORD.remote.key = \"k\", AGENTOS_SIGNING_KEY = {} } } },",
    "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, secrets.keys.AGENTOS_SIGNING_KEY.placeholder = \"fake_x\" },",
    "secrets.keys = { AGENTOS_SIGNING_KEY = { sealed = \"x\" }, AGENTOS_SERVICE_TOKEN = {}, AGENTOS_FED_SHARED_SECRET.placeholder = \"fake_x\" },",
    "federation.region = name, namespace = name,",
    "labels = { a = name, b = \"x-%{name}\", c = a }, services.federation.labels.d = labels.a,",
    "labels = let n = \"x\" in { a = n, b = n }, annotations = let x = { y = { z = \"1\" } } in { a = x.y.z, b = let k = name in k },",
    "labels.a = namespace, namespace = \"n\",",
    "labels = { name = \"inner\", x = name },",
    "labels.name = \"inner\", labels.x = name,",
    "annotations.text = m%\"\n    one\n      two %{name} three\n  \"%, annotations.more = \"a\\nb\\t\\\"%{\"x\"}\\u{e9}\",",
    "network.resolvers = {},",
    "network.resolvers.node = {},",
    "network.resolvers.node.networks = [\"10.0.0.10/32\"],",
    "network.resolvers.cluster.namespace = \"dns\",",
    "network.resolvers.cluster.ports = [5353],",
    "network.resolvers.cluster = { namespace = \"openshift-dns\", pods = { a = \"b\" }, ports = [5353] },",
    "network.resolvers.cluster = { ports = [5353], networks = [], pods = {}, namespace = \"openshift-dns\" },",
    "network.resolvers = { node = { networks = [] }, cluster.pods = { a = \"b\", c = \"d\" } },",
    "network.resolvers.node = { networks | default = [] },",
    "network = { resolvers | default = { node.networks = [] } },",
    "network.resolvers | force = {},",
    "network = { resolvers | priority 2 = { node.networks = [] } } & { resolvers.cluster.pods = {} },",
    "network.resolvers | default = 5,",
    "network.resolvers.more.networks = [\"10.0.0.10/32\"],",
    "network = { resolvers = { node.networks = [] } } & { resolvers.cluster.pods = {} },",
    "pull_secrets.registry = {}, provided = { Secret = { ca.keys = [\"ca.crt\"], b = {} }, ServiceAccount.a = {} },",
    "provided.ConfigMap.ca = {}, provided.PersistentVolumeClaim.data = {}, namespaces = 'Existing,",
    "services.federation.replicas | default = 1 & 1,",
    "services.federation.replicas | force = 1,",
    "services.agent-orchestrator.storage | default = 'Ephemeral,",
];

#[test]
fn data_is_evaluated_as_nickel_does() {
    let mut pair = Pair::new();
    let mut left_to_nickel = Vec::new();
    for more in DATA {
        let text = environment(&format!("  {more}"));
        if pair.agree(&Memory::of([("main.ncl", &text)]), &main_file()) != Answer::Sound {
            left_to_nickel.push(*more);
        }
    }
    insta::assert_snapshot!(left_to_nickel.join("\n"));
}

#[test]
fn files_are_merged_as_nickel_does() {
    let base = "let common = import \"sub/common.ncl\" in common & { profile = 'Dev, storage | default = 'Ephemeral, federation.stack = \"stk_a\", labels = { a = \"1\", b | default = \"2\" } }";
    let common = "let x = \"common\" in { namespace | default = x, federation = { region | default = x, peers = {} }, tenancy.tenants = (import \"tenants.ncl\") }";
    let tenants = "{ tnt_a = { name = \"A\" }, tnt_b = { name = \"B\", plan = other }, other = { name = \"O\" } }";
    let right = tenants.replace("plan = other", "plan = \"p\"").replace("other = {", "tnt_o = {");
    let main = |more: &str| {
        format!(
            "let agentos = import \"agentos/lib.ncl\" in (import \"base.ncl\") & {{ name = \"x\", {more} }} | agentos.Environment"
        )
    };
    let files = |main: &str, tenants: &str| {
        answers([("main.ncl", main), ("base.ncl", base), ("sub/common.ncl", common), ("sub/tenants.ncl", tenants)])
    };
    assert!(files(&main("namespace = \"n\", federation.region = \"r\", labels.b = \"3\", labels.c = \"4\""), &right));
    assert!(files(
        &main("namespace = \"n\", federation = { region = name }, tenancy.tenants.tnt_c = { name = \"C\" }"),
        &right
    ));
    assert!(files(&main("namespace = \"n\", federation.region = \"r\", storage = 'Persistent {}"), &right));
    // A default of the user's where the library has one, too.
    assert!(!files(&main("federation.region = \"r\""), &right));
    // A record where text is wanted.
    assert!(!files(&main("namespace = \"n\", federation.region = \"r\""), tenants));
    // Without an annotation: the command applies the contract.
    let plain = "(import \"base.ncl\") & { name = \"x\", namespace = \"n\", federation.region = \"r\" }";
    assert!(files(plain, &right));
}

#[test]
fn values_that_refer_to_others_follow_them() {
    let main = |name: &str, more: &str| {
        format!(
            "let x = \"one\" in {{ name = {name}, profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" }} & {{ {more} }}"
        )
    };
    for (name, more) in [
        ("x", ""),
        ("\"a-%{x}\"", "namespace = \"b\""),
        ("m%\"%{x}\"%", "federation = {}"),
        ("let y = x in \"%{y}-%{x}\"", "federation.region = \"r\""),
        ("namespace, namespace = \"%{labels.a}-n\", labels = { a | default = \"1\", b = a }", "labels.a = \"2\""),
        ("\"n\", labels = { a = \"1\", b.c = a } & {}", ""),
        ("\"n\", labels = { a = \"1\", b = a }", "labels = { c = \"3\", d = c }"),
    ] {
        let text = main(name, more);
        assert_eq!(answers([("main.ncl", &text)]), !text.contains("b.c"), "{text}");
    }
}

/// Whole texts with what is wrong without a doubt, each as several files may give it.
const FAULTY: &[&[(&str, &str)]] = &[
    &[("main.ncl", include_str!("fixtures/four-faults.ncl"))],
    &[("main.ncl", "{}")],
    &[("main.ncl", "5")],
    &[("main.ncl", "let x = 5 in x")],
    &[("main.ncl", "let agentos = import \"agentos/lib.ncl\" in [] | agentos.Environment")],
    &[("main.ncl", "let agentos = import \"agentos/lib.ncl\" in {} | agentos.Environment")],
    &[("main.ncl", "{ profile = 'Prod, nam = \"x\" }")],
    &[("main.ncl", "{ profile = 'Prod, name = 5, federation = {} }")],
    &[("main.ncl", "{ profile = 'Prod, name = {}, federation = { stack = \"stk_a\" }, storage = 'Ephemeral }")],
    &[("main.ncl", "{ profile = 'Prod, name = \"A\", federation = { environment = name }, storage = 'Ephemeral }")],
    &[("main.ncl", "{ profile = 'Prod, federation.stack = \"stk_a\", storage = 'Ephemeral }")],
    &[(
        "main.ncl",
        "{ profile = 'Prod, name = \"a\", name = \"b\", federation.stack = \"stk_a\", storage = 'Ephemeral }",
    )],
    &[
        ("main.ncl", "(import \"base.ncl\") & { name = \"over\", storage = 'Persistent {} }"),
        ("base.ncl", "{ name = \"base\", storage = 'Ephemeral, profile = 'Dev, federation.stack = \"stk_a\" }"),
    ],
    &[
        ("main.ncl", "(import \"lib/base.ncl\") & { name = \"over\" }"),
        (
            "lib/base.ncl",
            "{\n  storage = 'Ephemeral,\n  profile = 'Dev,\n  federation.stack = \"STK\",\n  colour = 1,\n}",
        ),
    ],
    &[
        (
            "main.ncl",
            "{ name = \"over\", labels = import \"labels.ncl\", federation.stack = \"stk_a\" } & (import \"base.ncl\")",
        ),
        ("labels.ncl", "{ a = \"b\", c = 5, d.e = 1 }"),
        ("base.ncl", "{ labels = { c = 6, d = 7 }, profile = 'Dev, storage = \"Ephemeral\", federation.region = 5 }"),
    ],
    &[
        (
            "main.ncl",
            "let p = import \"peer.ncl\" in { name = \"over\", federation = { stack = \"stk_a\", peers = { stk_b = p, stk_c = p } } }",
        ),
        ("peer.ncl", "'Remote { environment = \"e\", region = \"A\", endpoint.agent-orchestrator = \"x\" }"),
    ],
];

#[test]
fn faults_are_reported_as_nickel_does() {
    let mut pair = Pair::new();
    let mut left_to_nickel = Vec::new();
    for more in FAULTS {
        for text in [environment(&format!("  {more}")), production(&format!("  {more}"))] {
            if pair.agree(&Memory::of([("main.ncl", &text)]), &main_file()) != Answer::Faulty {
                left_to_nickel.push(*more);
            }
        }
    }
    for files in FAULTY {
        let mut world = Memory::default();
        files.iter().for_each(|(name, text)| world.add(name, text.as_bytes()));
        if pair.agree(&world, &main_file()) != Answer::Faulty {
            left_to_nickel.extend(files.iter().map(|(_, text)| *text));
        }
    }
    insta::assert_snapshot!(left_to_nickel.join("\n"));
}

/// What is computed, or about contracts.
const NOT_DATA: &[&str] = &[
    "namespace,",
    "namespace = nowhere,",
    "namespace = region,",
    "namespace = federation.region,",
    "namespace = namespace,",
    "namespace = labels.a, labels.a = namespace,",
    "namespace | String = \"a\",",
    "namespace | doc \"x\" | optional = \"a\",",
    "namespace | not_exported = \"a\",",
    "namespace = \"a\" ++ \"b\",",
    "namespace = (fun x => x) \"a\",",
    "namespace = if true then \"a\" else \"b\",",
    "namespace = agentos,",
    "namespace = \"x%{5}\",",
    "namespace = let rec a = \"b\" in a,",
    "namespace = let { a } = { a = \"b\" } in a,",
    "labels.\"%{name}\" = \"a\",",
    "labels = { a = \"b\", .. },",
    "services = services & {},",
    "services.federation = labels,",
    "services.federation.labels = services.model-policy.labels, services.model-policy.labels = {},",
    "patches.Deployment.x = fun x => x,",
    "patches.Deployment.x = std,",
    "namespace = labels.b, labels.b = 5,",
    "labels.a = namespace, namespace = 5,",
];

#[test]
fn what_is_not_plain_data_is_left_to_nickel() {
    let mut pair = Pair::new();
    for more in NOT_DATA {
        let text = environment(&format!("  {more}"));
        assert_eq!(pair.agree(&Memory::of([("main.ncl", &text)]), &main_file()), Answer::LeftToNickel, "{more}");
    }
    for text in [
        "import \"main.ncl\"",
        "let x = import \"main.ncl\" in x",
        "{ name = \"x\", profile = 'Dev, storage = 'Ephemeral } | { .. }",
        "let agentos = import \"agentos/lib.ncl\" in { name = \"x\", labels | agentos.Environment = {} } | agentos.Environment",
        "({ name = \"x\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } : _)",
    ] {
        let answer = Pair::new().agree(&Memory::of([("main.ncl", text)]), &main_file());
        assert_eq!(answer, Answer::LeftToNickel, "{text}");
    }
}

#[test]
fn examples_on_the_pages_of_rules() {
    let mut pair = Pair::new();
    let (mut passing, mut answered) = (0, 0);
    let mut left_to_nickel = BTreeSet::new();
    for rule in CATALOGUE {
        for example in examples(rule.page).iter().filter(|example| example.language == "nickel") {
            let mut world = Memory::default();
            for (name, text) in example.texts.iter().chain(&example.files) {
                world.add(name, text.as_bytes());
            }
            for (name, _) in &example.texts {
                let answer = pair.agree(&world, &Entry::file(Path::new(name), Path::new("/project")));
                if !example.fails {
                    passing += 1;
                    answered += usize::from(answer == Answer::Sound);
                } else if answer == Answer::LeftToNickel {
                    left_to_nickel.insert(rule.code.0);
                }
            }
        }
    }
    println!("{answered} of {passing} passing examples are plain data");
    assert!(answered * 10 >= passing * 9, "{answered} of {passing}");
    // What can't be loaded, and what is computed.
    assert_eq!(Vec::from_iter(left_to_nickel).join(" "), "C001 C009 C010 C011 C020 C023 C024 C025 K008 N017");
}

/// What takes the place of values in mutated environments, besides values of other places.
const VALUES: &[&str] = &[
    "\"\"",
    "5",
    "null",
    "true",
    "{}",
    "[]",
    "'None",
    "name",
    "\"A b\"",
    "\"x\"",
    "labels.a",
    "{ a = \"x\" }",
    "'Persistent {}",
    "'Prod",
    "1.5",
    "\"%{name}\"",
    "namespace",
    "'Remote {}",
    "[\"v1\"]",
    "\"tnt_a\"",
    "\"é\"",
    "8081",
];

/// The words of a text, each with the blank or the line end behind it.
fn words(text: &str) -> Vec<String> {
    text.split_inclusive([' ', '\n']).map(str::to_owned).collect()
}

/// A text with a line lost or doubled, a value replaced, a priority put in, or two pieces merged.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut words = words(text);
    let line = numbers.below(lines.len());
    let values: Vec<usize> = (2..words.len()).filter(|index| words[index - 1] == "= ").collect();
    let value = values[numbers.below(values.len())];
    match numbers.below(8) {
        0 => drop(lines.remove(line)),
        1 => lines.insert(numbers.below(line + 1), lines[line].clone()),
        2 => {
            words[value - 1] =
                ["| default = ", "| force = ", "| priority 2 = ", "| doc \"x\" = "][numbers.below(4)].to_owned()
        }
        3 => words[value] = words[values[numbers.below(values.len())]].clone(),
        4 => words[value - 1] = "= {} & ".to_owned(),
        5 => words[value - 2] = words[values[numbers.below(values.len())] - 2].clone(),
        _ => {
            let end = words[value].trim_start_matches(|c: char| c != ',' && !c.is_whitespace()).to_owned();
            words[value] = format!("{}{end}", VALUES[numbers.below(VALUES.len())]);
        }
    }
    if words.concat() == text { lines.concat() } else { words.concat() }
}

#[test]
fn mutated_environments_are_answered_as_nickel_does() {
    let mut bases: Vec<String> = ["environments/demo.ncl", "environments/local-dev.ncl"]
        .iter()
        .map(|name| std::fs::read_to_string(root().join(name)).unwrap())
        .collect();
    bases.push(production(""));
    bases.extend(DATA.iter().map(|more| environment(&format!("  {more}"))));
    let mut pair = Pair::new();
    let mut answers = BTreeMap::new();
    for round in 0..600_u64 {
        let mut numbers = Numbers::of_round(round);
        let base = &bases[numbers.below(bases.len())];
        let mut text = mutated(base, &mut numbers);
        if numbers.below(3) == 0 {
            text = mutated(&text, &mut numbers);
        }
        let agrees = std::panic::AssertUnwindSafe(|| pair.agree(&Memory::of([("main.ncl", &text)]), &main_file()));
        let Ok(answer) = std::panic::catch_unwind(agrees) else { panic!("{text}") };
        *answers.entry(answer).or_insert(0) += 1;
    }
    println!("{answers:?} of 600");
    assert!(answers[&Answer::Sound] > 60, "{answers:?}");
    // About two thirds of those that have faults; most others do not parse.
    assert!(answers[&Answer::Faulty] > 120, "{answers:?}");
}
