//! Helps lead out: what they say to write can be written, at a path that exists from the root, and it ends the finding.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::evaluate::schema::{Schema, Shape};
use agentos_cfg::pages::examples;
use agentos_cfg::path::{Path as FieldPath, Segment};
use agentos_cfg::policy::Policy;
use agentos_cfg::source::Entry;
use common::{Memory, compile_in, environment, findings, production};
use std::collections::BTreeSet;
use std::path::Path;

/// The findings of all examples that fail, and of environments that have siblings of them.
fn all_findings() -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for example in CATALOGUE.iter().flat_map(|rule| examples(rule.page)) {
        if !example.fails || example.before.is_some() || ["sh", "yaml"].contains(&example.language) {
            continue;
        }
        let mut world = Memory::default();
        for (name, text) in example.texts.iter().chain(&example.files) {
            world.add(name, text.as_bytes());
        }
        let entries =
            example.texts.iter().map(|(name, _)| Entry::file(Path::new(name), Path::new("/project"))).collect();
        let outcomes = Compiler::new().compile_all(&world, entries, &Policy::default());
        all.extend(outcomes.into_iter().flat_map(|(_, outcome)| outcome.findings));
    }
    for text in SIBLINGS.iter().map(|more| environment(more)).chain(IN_PRODUCTION.iter().map(|more| production(more))) {
        all.extend(common::compile(&text).1.findings);
    }
    all
}

/// What the examples of the pages don't show.
const SIBLINGS: [&str; 11] = [
    "  storage | force = 'Persistent, federation.mtls = 'Required, image = 1,",
    "  storage | force = \"persistent\",",
    "  secrets.backend = 'Exist, observability.metrics_auth = \"yes\", pull_policy = 'Allways,",
    "  observability.metrics = 'PrometheusOperator { interval = \"30s\" },",
    "  services.federation.exposure = 'Gateway { hostname = \"a.example.com\" },",
    "  tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, hosts.federation = \"a.example.com\" },",
    "  tenancy.tenants.tnt_a = { name = \"A\", namespace = \"a\", database = 'Files, secrets.name = \"a\" },",
    "  services.federation.resources = { requests.memory = \"2Gi\", limits.memory = \"1Gi\" },",
    "  secrets = { backend = 'Csi { provider = 'Azure, parameters.tenantId = \"t\" } },",
    "  allow = [{ rule = \"T002\" }], federation.jwt = {},",
    "  federation.peers.stk_b = 'Remote { region = 3 },",
];

const IN_PRODUCTION: [&str; 4] = [
    "  observability.metrics_auth = false, network.policies = false, audit = 'Stdout,",
    "  secrets.backend = 'Placeholder, secrets.inject | force = 'Env,",
    "  tenancy.tenants.tnt_acme.quotas.run_create_qps = 3, allow = [{ rule = \"T001\", reason = \"r\" }],",
    "  services.federation.replicas = 2, services.model-policy.replicas = 2, services.federation.service_port = 1,",
];

/// What a help puts between back quotes.
fn quoted(help: &str) -> Vec<&str> {
    help.split('`').skip(1).step_by(2).collect()
}

/// The path that a quoted text begins with, if it is one: names with dots between them, alone or before `=` or `|`.
fn path_of(quoted: &str) -> Option<FieldPath> {
    let path = quoted.split([' ', '=']).next()?;
    let rest = quoted[path.len()..].trim_start();
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-<>[]".contains(c));
    let is_path =
        !path.ends_with(".ncl") && (rest.is_empty() || rest.starts_with(['=', '|'])) && path.split('.').all(is_name);
    is_path.then(|| parsed(path))
}

fn parsed(path: &str) -> FieldPath {
    let segment = |name: &str| name.parse().map_or_else(|_| Segment::Field(name.to_owned()), Segment::Index);
    FieldPath(path.replace('[', ".").replace(']', "").split('.').map(segment).collect())
}

fn names(shape: &Shape, all: &mut BTreeSet<String>) {
    match shape {
        Shape::Record(fields) => fields.iter().for_each(|field| {
            all.insert(field.name.clone());
            names(&field.shape, all);
        }),
        Shape::Dict(inner) | Shape::Array(inner) => names(inner, all),
        Shape::Choice(choices) => {
            choices.iter().filter_map(|choice| choice.payload.as_ref()).for_each(|shape| names(shape, all));
        }
        Shape::Scalar { .. } => {}
    }
}

/// Whether a path leads to a field from the root; `<service>` stands for any of the services.
fn exists(schema: &Schema, path: &FieldPath) -> bool {
    let text =
        path.to_string().replace('"', "").replace("<service>", "federation").replace("<name>", "AGENTOS_SIGNING_KEY");
    schema.shape(&parsed(&text)).is_some()
}

/// Words that are names of fields, but stand for something else in these helps: metadata of a Kubernetes object, the
/// parts of a setting, a name to correct beside the one that was written.
fn is_no_path(help: &str) -> bool {
    ["did you mean", "remove it, or choose a known one", "kubeseal", "leave `apiVersion`"]
        .iter()
        .any(|begin| help.starts_with(begin))
}

#[test]
fn paths_in_helps_are_whole() {
    let schema = Compiler::new().schema();
    let mut known = BTreeSet::new();
    names(&schema.root, &mut known);
    let (mut seen, mut wrong) = (0, BTreeSet::new());
    for finding in all_findings() {
        for help in finding.help.iter().filter(|help| !is_no_path(help)) {
            let paths: Vec<FieldPath> = quoted(help).into_iter().filter_map(path_of).collect();
            for path in paths.iter().filter(|path| known.contains(path.to_string().split('.').next().unwrap())) {
                seen += 1;
                let inside = |around: &FieldPath| {
                    let whole = around.0.iter().chain(&path.0).cloned().collect();
                    help.contains(&format!("the record of `{around}`")) && exists(&schema, &FieldPath(whole))
                };
                let is_whole = exists(&schema, path) || paths.iter().any(inside);
                if !is_whole {
                    wrong.insert(format!("{}: `{path}` is no path from the root, in: {help}", finding.code));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 30, "{seen}");
}

/// A help that is complete, `… = value` without an ellipsis, is applied as it stands.
#[test]
fn complete_helps_end_the_finding() {
    let applied = |text: &str, code: &str| {
        let (_, outcome) = common::compile(text);
        let finding = outcome.findings.iter().find(|finding| finding.code.0 == code).expect(code);
        let help = finding.help.iter().flat_map(|help| quoted(help)).find(|quoted| quoted.contains(" = ")).expect(code);
        let help = help.replace("\"…\"", "\"agentos-x\"");
        assert!(!help.contains('…'), "{code}: {help}");
        let (path, value) = help.split_once(" = ").unwrap();
        let mended = format!("({text}) & {{ {path} | force = {value} }}");
        let left = common::compile(&mended).1.findings;
        let again = left.iter().find(|finding| finding.code.0 == code);
        assert!(again.is_none(), "{help}\nleads to\n{again:?}");
    };
    for (text, code) in [
        (production("  storage | force = 'Ephemeral,"), "A001"),
        (production("  storage | force = 'Persistent {},"), "A006"),
        (production("  secrets.backend = 'Placeholder,"), "S002"),
        (production("  federation.jwt | force = null,").replace("jwt.secret = \"agentos-federation-jwt\"", ""), "F010"),
        (environment("  observability.alerts = true,"), "N010"),
        (environment("  tenancy.tenants.tnt_a = { name = \"A\", quotas.run_create_qps = 2 },"), "T006"),
        (environment("  tenancy.tenants.tnt_a = { name = \"A\", namespace = \"a\" },"), "T013"),
    ] {
        let text = text.replace("federation.jwt | force = null,", "");
        if common::compile(&text).1.findings.iter().any(|finding| finding.code.0 == code) {
            applied(&text, code);
        } else {
            panic!("{code} is not found\n{}", findings(&text));
        }
    }
}

#[test]
fn a_missing_choice_is_shown_with_what_comes_with_it_and_production_is_not_led_to_lose_its_data() {
    let without = |text: &str| text.lines().filter(|line| !line.contains("storage =")).collect::<Vec<_>>().join("\n");
    let shown = findings(&without(&environment("")));
    assert!(
        shown.contains("help: add `storage = 'Ephemeral` or `storage = 'Persistent { size = \"10Gi\" }`"),
        "{shown}"
    );
    let shown = findings(&without(&production("")));
    assert!(shown.contains("help: add `storage = 'Persistent { class = \"…\", size = \"20Gi\" }`"), "{shown}");
}

#[test]
fn a_code_in_the_place_of_an_entry_of_allow_is_answered_with_the_whole_entry() {
    let shown = findings(&environment("  allow = [\"N006\"],"));
    assert!(shown.contains("help: write `{ rule = \"…\", reason = \"…\" }` as `allow[0]`"), "{shown}");
}

#[test]
fn pages_don_t_advise_to_allow_what_production_can_not_allow() {
    for rule in CATALOGUE.iter().filter(|rule| rule.safety || rule.code.is_of_the_language()) {
        let (_, fix) = rule.page.split_once("## How to fix").unwrap();
        assert!(!fix.contains("allow the rule") && !fix.contains(&format!("allow {}", rule.code)), "{}", rule.code);
    }
}

#[test]
fn choices_show_what_they_need_at_once() {
    let shown = findings(&environment("  storage | force = 'Persistent, federation.mtls = 'Required,"));
    assert!(
        shown.contains("`'Persistent` needs something after it, as in `'Persistent { size = \"10Gi\" }`"),
        "{shown}"
    );
    assert!(shown.contains("help: write `federation.mtls = 'Required { secret = \"…\" }`"), "{shown}");
    let shown = findings(&environment("  storage | force = \"persistent\","));
    assert!(shown.contains("help: write `storage = 'Persistent { size = \"10Gi\" }`"), "{shown}");
    let shown = findings(&environment("  storage | force = 'Persistant { size = \"5Gi\" },"));
    assert!(shown.contains("help: did you mean `'Persistent`?"), "{shown}");
}

const OVERLAY: &str =
    "let agentos = import \"agentos/lib.ncl\" in\n(import \"base.ncl\") & {\n  OVER\n} | agentos.Environment";

fn overlaid(base: &str, over: &str) -> String {
    let base = format!(
        "{{\n  name = \"a\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\",\n  {base}\n}}\n"
    );
    let world = Memory::of([("base.ncl", &base), ("over.ncl", &OVERLAY.replace("OVER", over))]);
    let (compiler, outcome) = compile_in(&world, "over.ncl");
    common::shown(&compiler, &outcome)
}

#[test]
fn conflicts_name_both_lines_and_never_let_the_base_win() {
    let shown = overlaid("federation.region = \"eu\",", "federation.region = \"us\",");
    let expected = "help: keep one of them: remove `federation.region` from line 3 of `over.ncl` or from line 3 of `base.ncl`; or, for \
                    the value of this overlay to count, write `federation.region | force = …` in line 3 of `over.ncl`";
    assert!(shown.contains(expected), "{shown}");
    assert_eq!(overlaid("federation.region = \"eu\",", "federation.region | force = \"us\","), "");
    // Of two files of which none imports the other, none is the overlay.
    let world = Memory::of([
        ("one.ncl", "{ namespace = \"one\" }"),
        ("two.ncl", "{ namespace = \"two\" }"),
        ("both.ncl", &format!("(import \"one.ncl\") & (import \"two.ncl\") & ({})", environment(""))),
    ]);
    let (compiler, outcome) = compile_in(&world, "both.ncl");
    let shown = common::shown(&compiler, &outcome);
    assert!(shown.contains("remove `namespace` from line 1 of `two.ncl` or from line 1 of `one.ncl`\n"), "{shown}");
    assert!(!shown.contains("force"), "{shown}");
}

/// `| default` in a base is no way out where the library has a default: the two conflict wherever no overlay decides.
#[test]
fn a_default_of_the_users_beside_that_of_the_library_is_explained() {
    let shown = overlaid("namespace | default = \"base\",", "");
    assert!(shown.contains("the library has a default for it, `\"agentos\"`"), "{shown}");
    assert!(shown.contains("help: write `namespace = …`, without `| default`"), "{shown}");
    assert_eq!(overlaid("namespace = \"base\",", ""), "");
    assert_eq!(overlaid("namespace = \"base\",", "namespace | force = \"over\","), "");
}
