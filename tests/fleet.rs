//! Many environments as one: peers by their files, what is found between environments, and work shared over threads.

mod common;

use agentos_cfg::compile::{Jobs, Unobserved, Workers};
use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::fleet::{self, Observer};
use agentos_cfg::policy::Policy;
use agentos_cfg::render::human::{Style, render};
use agentos_cfg::render::{Checked, Format, Report};
use agentos_cfg::source::{Entry, Origin, World};
use agentos_cfg::{Compiler, Outcome, STACK};
use clap::ValueEnum;
use common::Memory;
use insta::assert_snapshot;
use serde_json::Value as Json;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A stack with a namespace of its own; `more` stands beside its fields, `federation` among those of its federation.
fn stack(name: &str, more: &str, federation: &str) -> String {
    format!(
        "let agentos = import \"agentos/lib.ncl\" in\n{{\n  name = \"{name}\",\n  profile = 'Dev,\n  \
         namespace = \"agentos-{name}\",\n  storage = 'Ephemeral,\n{more}  federation = {{\n    stack = \"stk_{name}\",\n    \
         {federation}\n  }},\n}} | agentos.Environment\n"
    )
}

fn names(peer: &str, file: &str) -> String {
    format!("peers.stk_{peer} = 'Environment \"{file}\",")
}

fn entry(name: &str) -> Entry {
    Entry::file(Path::new(name), Path::new("/project"))
}

fn compiled(world: &Memory, wanted: &[&str]) -> (Compiler, Vec<Outcome>) {
    let mut compiler = Compiler::new();
    let entries = wanted.iter().map(|name| entry(name)).collect();
    let outcomes = compiler.compile_all(world, entries, &Policy::default());
    (compiler, outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

fn shown(world: &Memory, wanted: &[&str]) -> String {
    let (compiler, outcomes) = compiled(world, wanted);
    let findings: Vec<&Diagnostic> = outcomes.iter().flat_map(|outcome| &outcome.findings).collect();
    render(findings, compiler.sources(), Style { color: false })
}

/// The peers file of an outcome.
fn peers_file(outcome: &Outcome) -> Json {
    let map =
        outcome.objects.iter().find(|object| object.kind == "ConfigMap" && object.name == "agentos-peers").unwrap();
    serde_json::from_str(map.body["data"]["peers.seed.json"].as_str().unwrap()).unwrap()
}

fn two(a_more: &str, a: &str, b_more: &str, b: &str) -> Memory {
    Memory::of([
        ("agentos.toml", ""),
        ("a.ncl", &stack("a", a_more, &(names("b", "b.ncl") + a))),
        ("b.ncl", &stack("b", b_more, &(names("a", "a.ncl") + b))),
    ])
}

#[test]
fn peers_in_one_cluster_reach_each_others_services() {
    let b = "  services.agent-orchestrator = { port = 9091, service_port = 59091 },\n";
    let world = two("", "", b, "region = \"eu-1\", build.version = \"1.0.3\",");
    let (compiler, outcomes) = compiled(&world, &["a.ncl"]);
    assert!(outcomes[0].findings.is_empty(), "{}", common::shown(&compiler, &outcomes[0]));
    assert_snapshot!(format!("{:#}", peers_file(&outcomes[0])["peers"]));
    let policy = outcomes[0].objects.iter().find(|o| o.kind == "NetworkPolicy" && o.name == "agentos-federation");
    assert_snapshot!(format!("{:#}", policy.unwrap().body["spec"]["egress"]));
}

#[test]
fn peers_name_each_other_and_whole_chains() {
    let world = Memory::of([
        ("a.ncl", &stack("a", "", &names("b", "b.ncl"))),
        ("b.ncl", &stack("b", "", &(names("a", "a.ncl") + &names("c", "c.ncl")))),
        ("c.ncl", &stack("c", "", &names("b", "b.ncl"))),
    ]);
    let (_, outcomes) = compiled(&world, &["a.ncl", "b.ncl", "c.ncl"]);
    assert!(outcomes.iter().all(|outcome| outcome.findings.is_empty() && !outcome.objects.is_empty()));
    let (_, alone) = compiled(&world, &["a.ncl"]);
    assert_eq!(alone.len(), 1, "environments that nobody asked for are not compiled");
    assert_eq!(alone[0].objects, outcomes[0].objects);
}

#[test]
fn a_peers_file_is_relative_to_the_file_that_says_it() {
    let world = Memory::of([
        ("agentos.toml", ""),
        ("shared/peers.ncl", "{ federation.peers.stk_b = 'Environment \"../b/b.ncl\" }"),
        ("a/a.ncl", &stack("a", "", "").replace("{\n  name", "(import \"../shared/peers.ncl\") & {\n  name")),
        ("b/b.ncl", &stack("b", "", &names("a", "../a/a.ncl"))),
    ]);
    assert_eq!(shown(&world, &["a/a.ncl", "b/b.ncl"]), "");
}

#[test]
fn files_that_are_no_peers() {
    let peers = [("missing", "bb.ncl"), ("outside", "../b.ncl"), ("absolute", "/etc/b.ncl"), ("module", "module.ncl")];
    let peers: Vec<String> = peers.iter().map(|(peer, file)| names(peer, file)).collect();
    let world = Memory::of([
        ("a.ncl", &stack("a", "", &(peers.join("\n    ") + &names("other", "b.ncl")))),
        ("b.ncl", &stack("b", "", &names("a", "a.ncl"))),
        ("module.ncl", "{ storage = 'Ephemeral }"),
    ]);
    assert_snapshot!(shown(&world, &["a.ncl"]));
}

#[test]
fn faults_of_a_peer_are_reported_once_and_at_their_place() {
    let world = Memory::of([
        ("a.ncl", &stack("a", "", &names("b", "b.ncl"))),
        ("c.ncl", &stack("c", "", &names("b", "b.ncl"))),
        ("b.ncl", &stack("b", "  colour = \"red\",\n", "")),
    ]);
    let alone = shown(&world, &["a.ncl", "c.ncl"]);
    assert_snapshot!(alone);
    assert_eq!(shown(&world, &["a.ncl", "b.ncl", "c.ncl"]), alone);
    let (_, outcomes) = compiled(&world, &["a.ncl", "c.ncl"]);
    assert!(outcomes.iter().all(|outcome| outcome.objects.is_empty()));
}

#[test]
fn what_a_peer_has_against_rules_of_its_own_is_its_own() {
    let world = two(
        "",
        "",
        "  audit = 'File,\n  tenancy.default = \"tnt_demo\",\n  tenancy.tenants.tnt_demo.name = \"D\",\n",
        "",
    );
    let (_, outcomes) = compiled(&world, &["a.ncl"]);
    assert!(outcomes[0].findings.is_empty());
    assert!(!compiled(&world, &["b.ncl"]).1[0].findings.is_empty());
}

#[test]
fn peers_in_other_clusters_need_an_address() {
    let world = two("  cluster = \"eu\",\n", "", "  cluster = \"us\",\n", "");
    assert_snapshot!(shown(&world, &["a.ncl"]));
}

#[test]
fn addresses_follow_from_cluster_and_exposure() {
    let gateway = "  services.agent-orchestrator.exposure = 'Gateway { host = \"b.example.com\", gateway = { name = \"g\", \
                   namespace = \"e\" }, authentication = 'External \"oidc\" },\n";
    let world = two("", "", gateway, "");
    let mut compiler = Compiler::new();
    let (a, b) = (compiler.examine(&world, entry("a.ncl")), compiler.examine(&world, entry("b.ncl")));
    let (mut a, mut b) = (a.environment.unwrap(), b.environment.unwrap());
    let near = fleet::remote(&a, &b).unwrap();
    assert_eq!(near.agent_orchestrator, "http://agentos-agent-orchestrator.agentos-b.svc:50081");
    a.profile = Some(agentos_cfg::agentos::vocabulary::Profile::Prod);
    assert_eq!(fleet::remote(&a, &b).unwrap().agent_orchestrator, "https://b.example.com");
    b.cluster = "elsewhere".to_owned();
    let far = fleet::remote(&a, &b).unwrap();
    assert_eq!((far.agent_orchestrator.as_str(), far.model_policy.as_str()), ("https://b.example.com", ""));
    assert_eq!(fleet::remote(&b, &a), Err(fleet::Unreachable));
}

#[test]
fn descriptions_of_members_are_held_against_them() {
    let remote = "peers.stk_b = 'Remote { environment = \"z\", region = \"r\", api_versions = [\"v1\", \"v2\"], endpoints = {\n    \
                  agent-orchestrator = \"http://agentos-agent-orchestrator.agentos-b.svc:50081\",\n    \
                  model-policy = \"http://agentos-federation.agentos-b.svc:50083\",\n    } },";
    let world = Memory::of([
        ("a.ncl", &stack("a", "", remote)),
        ("b.ncl", &stack("b", "  services.agent-orchestrator.service_port = 59081,\n", &names("a", "a.ncl"))),
    ]);
    assert_snapshot!(shown(&world, &["a.ncl", "b.ncl"]));
}

#[test]
fn a_moved_port_is_known_where_the_peer_is() {
    let remote = "peers.stk_b = 'Remote { environment = \"b\", region = \"local\", endpoints = {\n    \
                  agent-orchestrator = \"http://agentos-agent-orchestrator.agentos-b.svc:59081\",\n    \
                  model-policy = \"http://agentos-model-policy.agentos-b.svc:50082\",\n    } },";
    let world = Memory::of([
        ("a.ncl", &stack("a", "", remote)),
        ("b.ncl", &stack("b", "  services.agent-orchestrator.service_port = 59081,\n", &names("a", "a.ncl"))),
    ]);
    let codes = |wanted: &[&str]| -> Vec<String> {
        let (_, outcomes) = compiled(&world, wanted);
        outcomes.iter().flat_map(|outcome| &outcome.findings).map(|finding| finding.code.to_string()).collect()
    };
    assert_eq!(codes(&["a.ncl"]), ["F007"]);
    assert_eq!(codes(&["a.ncl", "b.ncl"]), ["N005"]);
}

#[test]
fn production_reaches_no_peer_in_the_clear() {
    let world = two("", "", "", "");
    let mut production = common::production("").replace("name = \"example\"", "name = \"p\", namespace = \"p\"");
    production =
        production.replace("stack = \"stk_example\",", "stack = \"stk_p\", peers.stk_b = 'Environment \"b.ncl\",");
    let mut world = world;
    world.add("p.ncl", production.as_bytes());
    let shown = shown(&world, &["p.ncl"]);
    assert!(shown.contains("F006") && shown.contains("agentos-agent-orchestrator.agentos-b.svc:50081"), "{shown}");
}

#[test]
fn versions_are_compared_across_files() {
    let shown = shown(&two("", "", "", "api_versions = [\"v2\"],"), &["a.ncl"]);
    assert_snapshot!(shown);
}

#[test]
fn remote_secrets_are_compared_by_place_and_placeholders_are_never_shown() {
    let remote = |key: &str| format!("  secrets.keys.AGENTOS_FED_SHARED_SECRET.remote = {{ key = \"{key}\" }},\n");
    let codes = |a: &str, b: &str| {
        let (_, outcomes) = compiled(&two(a, "", b, ""), &["a.ncl", "b.ncl"]);
        outcomes.iter().flat_map(|outcome| &outcome.findings).filter(|finding| finding.code.0 == "S009").count()
    };
    assert_eq!(codes(&remote("x"), &remote("x")), 0);
    assert_eq!(codes(&remote("x"), &remote("y")), 1);
    assert_eq!(codes(&remote("x"), ""), 0);
    let fake = |value: &str| {
        format!(
            "  secrets = {{ backend = 'Placeholder, keys = {{ AGENTOS_SERVICE_TOKEN.placeholder = \"fake_a\", \
             AGENTOS_SIGNING_KEY.placeholder = \"fake_b\", AGENTOS_FED_SHARED_SECRET.placeholder = \"{value}\" }} }},\n"
        )
    };
    let world = two(&fake("fake_shared_secret_of_a"), "", &fake("fake_shared_secret_of_b"), "");
    for &format in Format::value_variants() {
        let text = rendered(&world, &["a.ncl", "b.ncl"], 1, format);
        assert!(text.contains("S009") && !text.contains("fake_shared_secret_of"), "{text}");
    }
}

#[test]
fn an_environment_nobody_asked_for_gets_no_findings() {
    let world = Memory::of([
        ("a.ncl", &stack("a", "", &names("b", "b.ncl"))),
        ("b.ncl", &stack("b", "", &(names("a", "a.ncl") + &names("c", "c.ncl")))),
        ("c.ncl", &stack("c", "", "").replace("agentos-c", "agentos-b")),
    ]);
    assert_eq!(shown(&world, &["a.ncl"]), "", "b and c are at odds, which is no concern of a");
    assert!(shown(&world, &["b.ncl"]).contains("T009"));
}

#[test]
fn what_is_found_between_environments_can_be_allowed() {
    let allow = "  allow = [{ rule = \"F004\", reason = \"forwards go one way\" }],\n";
    let world = Memory::of([
        ("a.ncl", &stack("a", allow, &names("b", "b.ncl"))),
        ("b.ncl", &stack("b", "", "")),
        ("alone.ncl", &stack("alone", allow, "")),
    ]);
    let (_, outcomes) = compiled(&world, &["a.ncl", "alone.ncl"]);
    assert!(outcomes[0].findings[0].allowed.is_some() && !outcomes[0].objects.is_empty());
    assert!(outcomes[1].findings.is_empty(), "another run may need the entry");
    let world = Memory::of([("a.ncl", &stack("a", &allow.replace("F004", "F014"), &names("b", "b.ncl")))]);
    let (_, outcomes) = compiled(&world, &["a.ncl"]);
    let codes: Vec<&str> = outcomes[0].findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(codes, ["C014", "F014"], "without the peer there is nothing to compile");
    assert!(outcomes[0].objects.is_empty());
}

#[test]
fn findings_name_both_places_in_every_format() {
    let world = two("  cluster = \"eu\",\n", "", "  cluster = \"us\",\n", "");
    let json: Json = serde_json::from_str(&rendered(&world, &["a.ncl"], 1, Format::Json)).unwrap();
    assert_eq!(json["findings"][0]["file"], "a.ncl");
    assert_snapshot!(format!("{:#}", json["findings"][0]["related"]));
    let sarif: Json = serde_json::from_str(&rendered(&world, &["a.ncl"], 1, Format::Sarif)).unwrap();
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["artifactLocation"]["uri"], "b.ncl");
}

/// Twelve environments, of which some have faults, some lead to others, and some are at odds.
fn many() -> (Memory, Vec<String>) {
    let mut world = Memory::of([("common.ncl", "{ labels.team = \"a\" }")]);
    let mut wanted = Vec::new();
    for n in 0..12 {
        let name = format!("n{n}");
        let more = match n % 4 {
            0 => "  colour = \"red\",\n",
            1 => "  tenancy.tenants.tnt_a.name = \"A\",\n",
            2 => "  labels = (import \"common.ncl\").labels,\n",
            _ => "  annotations.a = std.string.uppercase \"b\",\n",
        };
        let peer = (n + 1) % 12;
        let text = stack(&name, more, &format!("peers.stk_n{peer} = 'Environment \"n{peer}.ncl\","));
        world.add(&format!("{name}.ncl"), text.replace("agentos-n7", "agentos-n6").as_bytes());
        wanted.push(format!("{name}.ncl"));
    }
    (world, wanted)
}

fn on_threads(
    world: &(dyn World + Sync),
    entries: Vec<Entry>,
    jobs: Jobs,
    observer: &dyn Observer,
) -> (Compiler, Vec<(Entry, Outcome)>) {
    let mut compiler = Compiler::new();
    let workers = Workers { jobs, stack: STACK, world, observer };
    let members = workers.run(|evaluate| fleet::gather(entries, evaluate)).unwrap();
    let outcomes = compiler.conclude(members, &Policy::default(), jobs);
    (compiler, outcomes)
}

fn rendered(world: &Memory, wanted: &[&str], jobs: usize, format: Format) -> String {
    let entries = wanted.iter().map(|name| entry(name)).collect();
    let (compiler, outcomes) = on_threads(world, entries, Jobs::Exactly(jobs), &Unobserved);
    let checked = |(entry, outcome): (Entry, Outcome)| Checked { name: entry.name, findings: outcome.findings };
    let environments: Vec<Checked> = outcomes.into_iter().map(checked).collect();
    let policy = Policy::default();
    let report = Report { environments: &environments, sources: compiler.sources(), policy: &policy };
    format.render(&report, Style { color: false })
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let (world, wanted) = many();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let all = |jobs| {
        let findings = rendered(&world, &wanted, jobs, Format::Json);
        let (_, outcomes) =
            on_threads(&world, wanted.iter().map(|name| entry(name)).collect(), Jobs::Exactly(jobs), &Unobserved);
        let objects: Vec<String> =
            outcomes.iter().map(|(_, outcome)| agentos_cfg::emit::yaml::stream(&outcome.objects).unwrap()).collect();
        (findings, objects)
    };
    let one = all(1);
    for jobs in [2, 8] {
        assert_eq!(all(jobs), one, "{jobs} jobs");
    }
    for _ in 0..2 {
        assert_eq!(all(2), one);
    }
    let (compiler, outcomes) = compiled(&world, &wanted);
    let findings: Vec<&Diagnostic> = outcomes.iter().flat_map(|outcome| &outcome.findings).collect();
    assert_eq!(
        render(findings, compiler.sources(), Style { color: false }),
        rendered(&world, &wanted, 2, Format::Human),
        "threads find what one compiler finds"
    );
}

#[test]
fn modules_among_the_files_of_a_folder_are_left_out() {
    let world = Memory::of([
        ("a.ncl", &stack("a", "", "")),
        (
            "named.ncl",
            &stack("named", "", "")
                .replace("in\n{", "in\nlet env = {")
                .replace("agentos.Environment\n", "agentos.Environment in env\n"),
        ),
        (
            "bound.ncl",
            "let agentos = import \"agentos/lib.ncl\" in\nlet env | agentos.Environment = { name = \"bound\", namespace = \"n\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_bound\" } in env",
        ),
        ("behind.ncl", "let it = import \"hidden/behind.ncl\" in it"),
        ("hidden/behind.ncl", &stack("behind", "", "")),
        ("module.ncl", "{ a = import \"nowhere.ncl\" }"),
        ("part.ncl", "(import \"a.ncl\") & { name = \"part\" }"),
        ("broken.ncl", "{ a = "),
    ]);
    let names = ["a.ncl", "behind.ncl", "bound.ncl", "broken.ncl", "module.ncl", "named.ncl", "part.ncl"];
    let (found, rejected) = in_folder(&world, &names);
    assert_eq!(found, ["a.ncl", "behind.ncl", "bound.ncl", "broken.ncl", "named.ncl"]);
    assert_eq!(rejected, [("broken.ncl".to_owned(), vec!["C001".to_owned(), "C001".to_owned()])]);
    // Whether something imports `part.ncl` is not known as long as a file can't be read.
    let (found, rejected) = in_folder(&world, &names.map(|name| if name == "broken.ncl" { "a.ncl" } else { name }));
    assert_eq!(found, ["a.ncl", "behind.ncl", "bound.ncl", "a.ncl", "named.ncl", "part.ncl"]);
    let conflicts = rejected.iter().map(|(name, codes)| (name.as_str(), codes[0].as_str()));
    assert!(conflicts.clone().any(|conflict| conflict == ("part.ncl", "C007")), "{rejected:?}");
}

/// The environments among the files of a folder, and those in which something is found, with its codes.
fn in_folder(world: &Memory, names: &[&str]) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let found = |name: &&str| entry(name).wanted_by(Origin::Found { folder: ".".to_owned() });
    let (_, outcomes) = on_threads(world, names.iter().map(found).collect(), Jobs::Exactly(2), &Unobserved);
    let codes = |outcome: &Outcome| outcome.findings.iter().map(|finding| finding.code.to_string()).collect();
    let rejected = outcomes.iter().filter(|(_, outcome)| !outcome.findings.is_empty());
    let rejected = rejected.map(|(entry, outcome)| (entry.name.clone(), codes(outcome))).collect();
    (outcomes.iter().map(|(entry, _)| entry.name.clone()).collect(), rejected)
}

/// A stack whose file ends otherwise than `| agentos.Environment`; `AGENTOS` stands for the library.
fn ending(name: &str, before: &str, after: &str) -> String {
    let text = stack(name, "", "").replace("let agentos = import \"agentos/lib.ncl\" in\n", before);
    text.replace("| agentos.Environment", after).replace("AGENTOS", "(import \"agentos/lib.ncl\")")
}

#[test]
fn what_reaches_the_library_and_is_imported_by_nothing_is_an_environment() {
    let files = [
        ("alias.ncl", ending("alias", "let agentos = AGENTOS in let E = agentos.Environment in ", "| E")),
        ("apart.ncl", ending("apart", "let { Environment = Env, .. } = AGENTOS in ", "| Env")),
        ("applied.ncl", ending("applied", "let stack = fun r => r | AGENTOS.Environment in stack ", "")),
        ("deleted.ncl", ending("deleted", "let agentos = AGENTOS in ", "")),
        ("through.ncl", "(import \"base.ncl\") & { name = \"through\", storage = 'Ephemeral }".to_owned()),
        (
            "base.ncl",
            ending("base", "let _ = AGENTOS in ", "")
                .replace("  storage = 'Ephemeral,\n", "")
                .replace("name = \"base\",", ""),
        ),
        ("data.ncl", "{ name = \"data\" }".to_owned()),
    ];
    let mut world = Memory::default();
    files.iter().for_each(|(name, text)| world.add(name, text.as_bytes()));
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let (found, rejected) = in_folder(&world, &names);
    assert_eq!(found, ["alias.ncl", "apart.ncl", "applied.ncl", "deleted.ncl", "through.ncl"]);
    assert_eq!(rejected, []);
}

#[test]
fn what_is_imported_is_a_module_unless_it_says_otherwise_or_is_a_peer() {
    let bare = |name: &str| ending(name, "let agentos = AGENTOS in ", "");
    let mut world = Memory::of([
        ("agentos.toml", ""),
        ("user.ncl", &stack("user", "", &names("peer", "peer.ncl"))),
        ("parts.ncl", "{ a = import \"module.ncl\", b = import \"alias.ncl\", c = import \"peer.ncl\" }"),
        ("module.ncl", &bare("module")),
        ("peer.ncl", &bare("peer")),
    ]);
    world.add("alias.ncl", ending("alias", "let E = AGENTOS.Environment in ", "| E").as_bytes());
    // Nothing imports `parts.ncl`, and it reaches the library: it is no environment, and says why it is taken for one.
    let files = ["alias.ncl", "module.ncl", "parts.ncl", "peer.ncl", "user.ncl"];
    let (found, rejected) = in_folder(&world, &files);
    assert_eq!(found, ["alias.ncl", "parts.ncl", "peer.ncl", "user.ncl"]);
    let one_sided = ("user.ncl".to_owned(), vec!["F004".to_owned()]);
    assert_eq!(rejected[1..], [one_sided]);
    let (compiler, outcomes) = {
        let found = |name: &&str| entry(name).wanted_by(Origin::Found { folder: ".".to_owned() });
        on_threads(&world, files.iter().map(found).collect(), Jobs::Exactly(1), &Unobserved)
    };
    let findings: Vec<&Diagnostic> = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings).collect();
    let shown = render(findings, compiler.sources(), Style { color: false });
    assert!(shown.contains("`parts.ncl` does not end with `| agentos.Environment`, and is taken for an"), "{shown}");
}

#[test]
fn a_module_that_nothing_imports_is_a_warning() {
    let values = ["fun r => r | agentos.Environment", "[agentos]", "\"x\"", "'Tag"];
    for value in values {
        let text = format!("let agentos = import \"agentos/lib.ncl\" in\n{value}");
        let world = Memory::of([("a.ncl", &stack("a", "", "")), ("b.ncl", &text)]);
        let (found, rejected) = in_folder(&world, &["a.ncl", "b.ncl"]);
        assert_eq!(found, ["a.ncl", "b.ncl"], "{value}");
        assert_eq!(rejected, [("b.ncl".to_owned(), vec!["C026".to_owned()])], "{value}");
        // A peer is none either.
        let names_it = stack("a", "", &names("b", "b.ncl"));
        let world = Memory::of([("agentos.toml", ""), ("a.ncl", &names_it), ("b.ncl", &text)]);
        let (_, rejected) = in_folder(&world, &["a.ncl", "b.ncl"]);
        assert_eq!(rejected[0], ("a.ncl".to_owned(), vec!["F014".to_owned()]), "{value}");
    }
}

/// A world in which one file has the compiler stumble.
struct Pit(Memory);

impl World for Pit {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        assert!(!path.ends_with("pit.ncl"), "a bug, for the test");
        self.0.read(path, limit)
    }

    fn exists(&self, path: &Path) -> bool {
        self.0.exists(path)
    }
}

#[test]
fn a_bug_in_one_environment_loses_no_other() {
    let (mut world, wanted) = many();
    world.add("pit.ncl", b"");
    let expected = rendered(&world, &wanted.iter().map(String::as_str).collect::<Vec<_>>(), 1, Format::Human);
    let mut entries: Vec<Entry> = wanted.iter().map(|name| entry(name)).collect();
    entries.insert(5, entry("pit.ncl"));
    for jobs in [1, 2] {
        let (compiler, outcomes) = on_threads(&Pit(many().0), entries.clone(), Jobs::Exactly(jobs), &Unobserved);
        let crashed: Vec<&str> =
            outcomes.iter().filter(|(_, outcome)| outcome.crashed).map(|(entry, _)| entry.name.as_str()).collect();
        assert_eq!(crashed, ["pit.ncl"]);
        let findings: Vec<&Diagnostic> = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings).collect();
        assert_eq!(render(findings, compiler.sources(), Style { color: false }), expected);
    }
}

/// Notes what workers say.
#[derive(Default)]
struct Notes(Mutex<Vec<(usize, PathBuf, bool)>>);

impl Observer for Notes {
    fn begin(&self, worker: usize, entry: &Entry) {
        self.0.lock().unwrap().push((worker, entry.path.clone(), true));
    }

    fn end(&self, worker: usize, member: &fleet::Member) {
        self.0.lock().unwrap().push((worker, member.entry.path.clone(), false));
    }
}

#[test]
fn every_environment_is_evaluated_once_and_observed() {
    let (world, wanted) = many();
    let notes = Notes::default();
    on_threads(&world, vec![entry(&wanted[0])], Jobs::Exactly(2), &notes);
    let notes = notes.0.into_inner().unwrap();
    let mut begun: Vec<&PathBuf> = notes.iter().filter(|(_, _, begins)| *begins).map(|(_, path, _)| path).collect();
    assert_eq!(begun.len(), 12, "the environments that it leads to, each once");
    begun.sort();
    begun.dedup();
    assert_eq!(begun.len(), 12);
    assert_eq!(notes.iter().filter(|(_, _, begins)| !begins).count(), 12);
}

/// A tenant that both stacks have, each with the isolation and more that is said, in one cluster or in two.
fn with_tenant(clusters: [&str; 2], a: &str, b: &str) -> Memory {
    let gateway = |host: &str| {
        format!(
            "  services.agent-orchestrator.exposure = 'Gateway {{ host = \"{host}\", gateway = {{ name = \"g\", namespace = \"e\" }}, \
             authentication = 'External \"the edge\" }},\n"
        )
    };
    let more = |name: &str, cluster: &str, tenant: &str| {
        format!(
            "  cluster = \"{cluster}\",\n{}  tenancy.tenants = {{\n    tnt_core = {{ name = \"Core\" }},\n    \
             tnt_bolt = {{ name = \"Bolt\", {tenant} }},\n  }},\n",
            gateway(&format!("{name}.example.com"))
        )
    };
    two(&more("a", clusters[0], a), "", &more("b", clusters[1], b), "")
}

const OWN: &str = "isolation = 'Dedicated";

/// The stacks that each stack of an outcome forwards to, by namespace, with the address that it dials.
fn dialled(outcome: &Outcome) -> Vec<(String, String, String)> {
    let maps = outcome.objects.iter().filter(|o| o.kind == "ConfigMap" && o.name == "agentos-peers");
    maps.flat_map(|map| {
        let file: Json = serde_json::from_str(map.body["data"]["peers.seed.json"].as_str().unwrap()).unwrap();
        let namespace = map.namespace.clone().unwrap();
        let peers = file["peers"].as_array().unwrap().clone();
        peers.into_iter().map(move |peer| {
            let text = |value: &Json| value.as_str().unwrap().to_owned();
            (namespace.clone(), text(&peer["stack_id"]), text(&peer["endpoints"]["agent-orchestrator_base_url"]))
        })
    })
    .collect()
}

#[test]
fn a_dedicated_stack_forwards_to_the_stack_that_knows_its_tenant() {
    let hosted = |name: &str| format!("{OWN}, hosts.agent-orchestrator = \"bolt.{name}.example.com\"");
    let apart = ["eu", "us"];
    let shared = ("agentos-a", "stk_b", "https://b.example.com");
    // What the tenant is here and there, and what its own stack dials.
    let table = [
        (hosted("a"), hosted("b"), vec![("agentos-a-tnt-bolt", "stk_b_bolt", "https://bolt.b.example.com")]),
        (hosted("a"), String::new(), vec![("agentos-a-tnt-bolt", "stk_b", "https://b.example.com")]),
        (String::new(), String::new(), vec![]),
    ];
    for (a, b, own) in table {
        let (compiler, outcomes) = compiled(&with_tenant(apart, &a, &b), &["a.ncl"]);
        assert!(outcomes[0].findings.is_empty(), "{}", common::shown(&compiler, &outcomes[0]));
        let wanted: Vec<_> =
            std::iter::once(shared).chain(own).map(|(n, s, u)| (n.into(), s.into(), u.into())).collect();
        assert_eq!(dialled(&outcomes[0]), wanted, "{a:?} {b:?}");
    }
}

#[test]
fn in_one_cluster_a_tenants_stacks_reach_each_other_and_no_others() {
    let near = ["one", "one"];
    let namespaces = |outcome: &Outcome, namespace: &str| -> Vec<String> {
        let policy = outcome.objects.iter().find(|o| {
            o.kind == "NetworkPolicy"
                && o.name == "agentos-agent-orchestrator"
                && o.namespace.as_deref() == Some(namespace)
        });
        let from = policy.unwrap().body["spec"]["ingress"][0]["from"].as_array().cloned().unwrap_or_default();
        let is_federation =
            |peer: &&Json| peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "federation";
        let name = |peer: &Json| peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"].clone();
        from.iter().filter(is_federation).map(|peer| name(peer).as_str().unwrap().to_owned()).collect()
    };
    let (_, both) = compiled(&with_tenant(near, OWN, OWN), &["a.ncl", "b.ncl"]);
    assert!(both[0].findings.is_empty() && both[1].findings.is_empty());
    assert_eq!(namespaces(&both[1], "agentos-b"), ["agentos-a"]);
    assert_eq!(namespaces(&both[1], "agentos-b-tnt-bolt"), ["agentos-a-tnt-bolt"]);
    assert!(dialled(&both[0]).contains(&(
        "agentos-a-tnt-bolt".to_owned(),
        "stk_b_bolt".to_owned(),
        "http://agentos-agent-orchestrator.agentos-b-tnt-bolt.svc:50081".to_owned()
    )));
    // Shared there: the stack that tenants share lets the tenant's own stack in.
    let (_, shared) = compiled(&with_tenant(near, OWN, ""), &["a.ncl", "b.ncl"]);
    assert_eq!(namespaces(&shared[1], "agentos-b"), ["agentos-a", "agentos-a-tnt-bolt"]);
    assert_eq!(namespaces(&shared[0], "agentos-a-tnt-bolt"), [""; 0]);
}

#[test]
fn tenants_whose_runs_a_peer_refuses_are_named() {
    let apart = ["eu", "us"];
    let found = |a: &str, b: &str| {
        let (compiler, outcomes) = compiled(&with_tenant(apart, a, b), &["a.ncl"]);
        common::shown(&compiler, &outcomes[0])
    };
    // Dedicated at both ends, without a way in: the peer is left out.
    let (_, outcomes) = compiled(&with_tenant(apart, OWN, OWN), &["a.ncl"]);
    assert_eq!(dialled(&outcomes[0]), [("agentos-a".into(), "stk_b".into(), "https://b.example.com".into())]);
    let unknown = with_tenant(apart, OWN, "");
    let b = String::from_utf8(unknown.read(Path::new("/project/b.ncl"), u64::MAX).unwrap()).unwrap();
    let mut world = with_tenant(apart, OWN, "");
    world.add("b.ncl", b.replace("tnt_bolt", "tnt_dyne").as_bytes());
    assert_snapshot!([found("", OWN), found(OWN, OWN), shown(&world, &["a.ncl"])].join("\n"));
}

#[test]
fn a_description_by_hand_is_that_of_the_shared_stack() {
    let remote = "peers.stk_b = 'Remote { environment = \"b\", region = \"local\", endpoints = {\n    \
                  agent-orchestrator = \"https://b.example.com\", model-policy = \"https://b.example.com\" } },";
    let world = with_tenant(["eu", "us"], OWN, OWN);
    let a = String::from_utf8(world.read(Path::new("/project/a.ncl"), u64::MAX).unwrap()).unwrap();
    let mut world = world;
    world.add("a.ncl", a.replace(&names("b", "b.ncl"), remote).as_bytes());
    let shown = shown(&world, &["a.ncl", "b.ncl"]);
    assert!(shown.contains("T012") && shown.contains("name the peer's file"), "{shown}");
}

#[test]
fn a_peer_with_a_certificate_of_its_service_is_named() {
    let newer = "  runtime = 'V1_07,\n  image = \"ghcr.io/nexixai/agentos:1.0.7\",\n";
    let tls = format!("{newer}  services.agent-orchestrator.tls = 'Required {{ secret = \"tls\" }},\n");
    let shown = shown(&two(newer, "", &tls, ""), &["a.ncl"]);
    assert!(shown.contains("warning[F013") && shown.contains("b.ncl"), "{shown}");
}

/// The codes of what is found in some environments together, with the file of each.
fn found(world: &Memory, wanted: &[&str]) -> Vec<(String, String)> {
    let (compiler, outcomes) = compiled(world, wanted);
    let findings = outcomes.iter().flat_map(|outcome| &outcome.findings);
    let file = |finding: &Diagnostic| {
        finding.span().map_or(String::new(), |span| compiler.sources().name(span.file).to_owned())
    };
    findings.map(|finding| (finding.code.to_string(), file(finding))).collect()
}

/// Two environments that are no peers, each with more.
fn strangers(a: &str, b: &str) -> Memory {
    Memory::of([("a.ncl", &stack("a", a, "")), ("b.ncl", &stack("b", b, ""))])
}

fn codes_of(world: &Memory) -> Vec<String> {
    found(world, &["a.ncl", "b.ncl"]).into_iter().map(|(code, _)| code).collect()
}

fn exposed(host: &str) -> String {
    format!(
        "  services.agent-orchestrator.exposure = 'Gateway {{ host = \"{host}\", gateway = {{ name = \"g\", namespace = \"e\" }}, \
         authentication = 'External \"the edge\" }},\n"
    )
}

const NEWER: &str =
    "  runtime = 'V1_07,\n  image = \"ghcr.io/nexixai/agentos:1.0.7\",\n  secrets.keys.AGENTOS_DB_PASSWORD = {},\n";

#[test]
fn what_can_belong_to_one_stack_only_is_claimed_by_one() {
    let bolt =
        |more: &str| format!("  tenancy.tenants.tnt_bolt = {{ name = \"B\", isolation = 'Dedicated, {more} }},\n");
    let database = |more: &str| format!("{NEWER}  database = 'Postgres {{ host = \"db.example.com\", {more} }},\n");
    let inside = |cluster: &str| {
        format!("{NEWER}  cluster = \"{cluster}\",\n  database = 'Postgres {{ host = \"db.data.svc\" }},\n")
    };
    let table: Vec<(String, String, &[&str])> = vec![
        (exposed("x.example.com").replace("namespace = \"e\"", "namespace = \"agentos-b\""), String::new(), &["K014"]),
        (String::new(), exposed("x.example.com") + &bolt("namespace = \"e\""), &["K014"]),
        (bolt("namespace = \"e\""), exposed("x.example.com"), &["K014"]),
        (exposed("x.example.com"), exposed("x.example.com"), &["N011"]),
        (exposed("x.example.com"), exposed("x.example.com") + "  cluster = \"other\",\n", &[]),
        (
            exposed("a.example.com"),
            exposed("b.example.com") + &bolt("hosts.agent-orchestrator = \"a.example.com\""),
            &["N011"],
        ),
        (
            exposed("a.example.com"),
            exposed("b.example.com") + &bolt("hosts.agent-orchestrator = \"c.example.com\""),
            &[],
        ),
        (String::new(), bolt("namespace = \"agentos-a\""), &["T009"]),
        (bolt("namespace = \"bolt\""), bolt("namespace = \"bolt\""), &["T009"]),
        (bolt(""), bolt(""), &[]),
        (database(""), database(""), &["T014"]),
        (database(""), database("name = \"b\""), &[]),
        (database(""), database("user = \"b\", pool_size = 3, ssl_mode = 'VerifyFull"), &["T014"]),
        (inside("one"), inside("one"), &["T014"]),
        (inside("one"), inside("two"), &[]),
        (
            database("name = \"a\""),
            database("") + &bolt("database = 'Postgres { host = \"db.example.com\", name = \"a\" }"),
            &["T014"],
        ),
    ];
    for (a, b, expected) in table {
        assert_eq!(codes_of(&strangers(&a, &b)), expected, "{a}\n{b}");
    }
    // A dedicated stack's id is that of another environment.
    let mut world = strangers(&bolt(""), "");
    world.add("b.ncl", stack("b", "", "").replace("stk_b", "stk_a_bolt").as_bytes());
    assert_eq!(codes_of(&world), ["F003"]);
}

fn from_store(store: &str, token: &str, signing: &str) -> String {
    format!(
        "  secrets = {{ backend = {store}, keys = {{ AGENTOS_SERVICE_TOKEN.remote = {{ key = \"{token}\" }}, \
         AGENTOS_SIGNING_KEY.remote = {{ key = \"{signing}\" }}, AGENTOS_FED_SHARED_SECRET.remote = {{ key = \"fed\" }} }} }},\n"
    )
}

#[test]
fn two_environments_sign_with_keys_of_their_own() {
    let cluster = "'ExternalSecrets { store = \"vault\", store_kind = 'ClusterSecretStore }";
    let local = "'ExternalSecrets { store = \"vault\" }";
    let severities = |a: &str, b: &str| {
        let (_, outcomes) = compiled(&strangers(a, b), &["a.ncl", "b.ncl"]);
        let findings = outcomes.iter().flat_map(|outcome| &outcome.findings);
        findings.map(|finding| format!("{:?} {}", finding.severity, finding.code)).collect::<Vec<_>>()
    };
    let (one, own) = (from_store(cluster, "t", "s"), from_store(cluster, "t2", "s2"));
    assert_eq!(severities(&one, &one), ["Error S015"], "one finding, whatever is shared");
    assert_eq!(severities(&one, &own), [""; 0], "the federation secret may be the same");
    assert_eq!(severities(&one, &from_store(cluster, "s", "t")), ["Error S015"], "under any name");
    assert_eq!(severities(&from_store(local, "t", "s"), &from_store(local, "t", "s")), ["Warning S015"]);
    assert_eq!(severities(&one, &(one.clone() + "  cluster = \"other\",\n")), ["Warning S015"]);
    assert_eq!(severities(&one, &one.replace("vault", "other")), [""; 0]);
    let bolt = "  tenancy.tenants.tnt_bolt = { name = \"B\", isolation = 'Dedicated, secrets.keys = { \
                AGENTOS_SERVICE_TOKEN.remote.key = \"b\", AGENTOS_SIGNING_KEY.remote.key = \"s\", \
                AGENTOS_FED_SHARED_SECRET.remote.key = \"f\" } },\n";
    assert_eq!(severities(&one, &(own + bolt)), ["Error S015"], "a dedicated tenant's, too");
}

#[test]
fn what_a_peering_assumes_of_the_other_end_is_held_against_it() {
    let prod = |world: &mut Memory, name: &str| {
        let text =
            common::production("").replace("name = \"example\"", &format!("name = \"{name}\", namespace = \"{name}\""));
        let peer = if name == "a" { "b" } else { "a" };
        let federation = format!("stack = \"stk_{name}\", peers.stk_{peer} = 'Environment \"{peer}.ncl\",");
        world.add(&format!("{name}.ncl"), text.replace("stack = \"stk_example\",", &federation).as_bytes());
    };
    let acme = "  tenancy.tenants.tnt_acme.name = \"Acme\",\n";
    let mut world = two(&exposed("a.example.com"), "", &(exposed("b.example.com") + acme), "");
    prod(&mut world, "a");
    let found_in = found(&world, &["a.ncl", "b.ncl"]);
    assert!(found_in.contains(&("F017".to_owned(), "a.ncl".to_owned())), "{found_in:?}");
    assert_eq!(found_in.iter().filter(|(code, _)| code == "F017").count(), 1, "one finding for a pair");
    let alone = found(&world, &["b.ncl"]);
    assert!(alone.contains(&("F017".to_owned(), "b.ncl".to_owned())), "{alone:?}");

    let oidc = |issuer: &str, audience: &str| {
        format!(
            "{}  authentication = 'Oidc {{ issuer_url = \"https://{issuer}\", audience = \"{audience}\" }},\n",
            NEWER.replace("  secrets.keys.AGENTOS_DB_PASSWORD = {},\n", "")
        )
    };
    let peers = |a: &str, b: &str| codes_of(&two(a, "", b, ""));
    assert_eq!(peers(&oidc("x.example.com", "agentos"), &oidc("y.example.com", "agentos")), ["F018"]);
    assert_eq!(peers(&oidc("x.example.com", "agentos"), &oidc("x.example.com", "other")), ["F018"]);
    assert_eq!(peers(&oidc("x.example.com", "agentos"), &oidc("x.example.com", "agentos")), [""; 0]);
    assert_eq!(peers("", "  services.agent-orchestrator.replicas = 0,\n"), ["F007"]);
    assert_eq!(
        peers("", "  federation.jwt.secret = \"jwt\",\n  federation.mtls = 'Required { secret = \"tls\" },\n"),
        ["F009"]
    );
}

#[test]
fn the_certificate_of_a_dedicated_stack_has_no_host_of_another() {
    let more = "  tenancy.tenants.tnt_bolt = { name = \"B\", isolation = 'Dedicated },\n  federation.mtls = 'Required { \
                secret = \"tls\", cert_manager = { issuer = \"ca\", hosts = [\"fed.example.com\"] } },\n";
    let (_, outcomes) = compiled(&Memory::of([("a.ncl", &stack("a", more, ""))]), &["a.ncl"]);
    let certificates: Vec<(&str, bool)> = outcomes[0]
        .objects
        .iter()
        .filter(|object| object.kind == "Certificate")
        .map(|o| (o.namespace.as_deref().unwrap(), o.body["spec"]["dnsNames"].to_string().contains("fed.example.com")))
        .collect();
    assert_eq!(certificates, [("agentos-a", true), ("agentos-a-tnt-bolt", false)]);
}
