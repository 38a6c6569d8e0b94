//! Where definitions, references, highlights and links lead.

use super::{Workspace, mark};
use crate::language_server::features::{definition, highlights, inlay_hints, links, references, workspace_symbols};

/// Two stacks that are peers, and a module that both import.
fn pair(name: &str, marked: &str) -> Workspace {
    let common = "{ profile = 'Dev, tenancy.tenants = { tnt_a = { name = \"A\" }, tnt_b = { name = \"B\" } }, \
                  secrets.keys.AGENTOS_SIGNING_KEY.placeholder = \"fake_key\", storage = 'Ephemeral }";
    let a = "let agentos = import \"agentos/lib.ncl\" in\n(import \"common.ncl\") & {\n  name = \"a\",\n  \
             namespace = \"a\",\n  tenancy.default = \"tnt_a\",\n  tenancy.tenants.tnt_a.plan = \"large\",\n  \
             federation = { stack = \"stk_a\", peers.stk_b = 'Environment \"b.ncl\" },\n  \
             network.peers.stk_b = [\"203.0.113.0/24\"],\n} | agentos.Environment\n";
    let b = "let agentos = import \"agentos/lib.ncl\" in\n(import \"common.ncl\") & {\n  name = \"b\",\n  \
             namespace = \"b\",\n  federation = { stack = \"stk_b\", peers.stk_a = 'Environment \"a.ncl\" },\n\
             } | agentos.Environment\n";
    let mut files = [("common.ncl", common), ("a.ncl", a), ("b.ncl", b)].map(|(name, text)| (name, text.to_owned()));
    for (_, text) in files.iter_mut().filter(|(known, _)| *known == name) {
        mark(text, marked);
    }
    Workspace::new(files.iter().map(|(name, text)| (*name, text.as_str())))
}

fn definitions(name: &str, marked: &str) -> Vec<String> {
    let workspace = pair(name, marked);
    let (view, offset) = workspace.marked();
    definition::definition(&view, offset).iter().map(|target| workspace.target(target)).collect()
}

fn named(name: &str, marked: &str) -> Vec<String> {
    let workspace = pair(name, marked);
    let (view, offset) = workspace.marked();
    let spots = references::references(&view, offset, true);
    spots.iter().map(|(path, range)| workspace.shown(path, range)).collect()
}

#[test]
fn definitions_lead_to_files_and_to_the_library() {
    let mut wrong = String::new();
    for (file, marked, expected) in [
        ("a.ncl", "import \"agentos/l‸ib.ncl", &["library lib.ncl "][..]),
        ("a.ncl", "import \"com‸mon", &["common.ncl:1 "]),
        ("a.ncl", "'Environment \"b‸.ncl", &["b.ncl:1 "]),
        ("a.ncl", "peers.stk_‸b = 'Env", &["b.ncl:5 stk_b"]),
        ("a.ncl", "network.peers.stk_‸b", &["a.ncl:7 stk_b", "b.ncl:5 stk_b"]),
        ("a.ncl", "default = \"tnt‸_a", &["a.ncl:6 tnt_a", "common.ncl:1 tnt_a"]),
        ("a.ncl", "tenants.tnt_‸a.plan", &["common.ncl:1 tnt_a"]),
        ("a.ncl", "ten‸ants.tnt_a.plan", &["common.ncl:1 tenants", "library lib/tenancy.ncl tenants"]),
        ("a.ncl", "tnt_a.pl‸an", &["library lib/tenancy.ncl plan"]),
        ("a.ncl", "name‸space = ", &["library lib/environment.ncl namespace"]),
        ("a.ncl", "| agentos.Envi‸ronment", &["library lib.ncl Environment"]),
        ("a.ncl", "| age‸ntos.Environment", &["a.ncl:1 agentos"]),
        ("a.ncl", "stack = \"stk‸_a", &["a.ncl:7 stk_a"]),
        ("common.ncl", "'De‸v", &["library lib/environment.ncl profile"]),
        ("common.ncl", "{ na‸me = \"A", &["library lib/tenancy.ncl name"]),
        ("common.ncl", "AGENTOS_SIGNING‸_KEY", &["library lib/settings/v1_02.ncl AGENTOS_SIGNING_KEY"]),
        ("common.ncl", "fake‸_key", &[]),
    ] {
        let found = definitions(file, marked);
        if found != expected {
            wrong += &format!("{marked}\n  {found:?}\n");
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn references_are_those_of_all_environments() {
    let tenant = ["a.ncl:5 tnt_a", "a.ncl:6 tnt_a", "common.ncl:1 tnt_a"];
    assert_eq!(named("a.ncl", "default = \"tnt‸_a"), tenant);
    assert_eq!(named("common.ncl", "tnt_‸a"), tenant);
    assert_eq!(named("b.ncl", "stack = \"stk‸_b"), ["a.ncl:7 stk_b", "a.ncl:8 stk_b", "b.ncl:5 stk_b"]);
    assert_eq!(named("common.ncl", "AGENTOS_SIGNING‸_KEY"), ["common.ncl:1 AGENTOS_SIGNING_KEY"]);
    assert_eq!(named("b.ncl", "name‸space"), ["a.ncl:4 namespace", "b.ncl:4 namespace"]);
    assert_eq!(named("b.ncl", "} | agentos‸"), [""; 0]);
    let workspace = pair("a.ncl", "default = \"tnt‸_a");
    let (view, offset) = workspace.marked();
    assert_eq!(
        references::references(&view, offset, false).len(),
        1,
        "declarations count only where they are asked for"
    );
}

#[test]
fn highlights_are_those_of_the_text() {
    let shown = |marked| {
        let workspace = pair("a.ncl", marked);
        let (view, offset) = workspace.marked();
        let found = highlights::highlights(&view, offset).into_iter();
        found.map(|(range, sets)| (workspace.shown(view.path, &range), sets)).collect::<Vec<_>>()
    };
    assert_eq!(shown("default = \"tnt_a‸"), [("a.ncl:5 tnt_a".to_owned(), false), ("a.ncl:6 tnt_a".to_owned(), true)]);
    assert_eq!(shown("‸tenancy.tenants").len(), 2);
    assert_eq!(shown("\"‸large").len(), 0);
}

#[test]
fn links_lead_to_files_and_to_pages() {
    let text = "let x = import \"agentos/lib.ncl\" in (import \"m.ncl\") & { ‸federation.peers.stk_b = 'Environment \
                \"b.ncl\", allow = [{ rule = \"N006\", reason = \"r\" }, { rule = \"X999\" }] } | x.Environment";
    let workspace = Workspace::new([("a.ncl", text)]);
    let (view, _) = workspace.marked();
    let shown = |link: links::Link| match link.to {
        links::To::Target(target) => format!("{} → {}", &view.text()[link.range], workspace.target(&target)),
        links::To::Page(page) => format!("{} → {}", &view.text()[link.range], page.rsplit('/').next().unwrap()),
    };
    let found: Vec<String> = links::links(&view).into_iter().map(shown).collect();
    assert_eq!(found, ["agentos/lib.ncl → library lib.ncl ", "m.ncl → m.ncl:1 ", "b.ncl → b.ncl:1 ", "N006 → N006.md"]);
}

#[test]
fn symbols_of_the_workspace_are_found_by_some_of_their_letters() {
    let workspace = pair("a.ncl", "‸name");
    let (view, _) = workspace.marked();
    let found = |query| {
        let symbols = workspace_symbols::workspace_symbols(&view, query).into_iter();
        symbols.map(|it| format!("{:?} {} {:?}", it.kind, it.name, it.around)).collect::<Vec<_>>()
    };
    assert_eq!(found("TNTB"), ["Tenant tnt_b None"]);
    assert_eq!(found("stk_b"), ["Stack stk_b Some(\"b\")", "Peer stk_b Some(\"a\")"]);
    assert_eq!(found("zz"), [""; 0]);
    assert_eq!(found("").len(), 9);
    assert!(found("").contains(&"Environment a Some(\"a\")".to_owned()));
}

#[test]
fn hints_are_of_what_is_left_out() {
    let workspace = pair("a.ncl", "‸name");
    let (view, _) = workspace.marked();
    let hints = inlay_hints::inlay_hints(&view, 0..view.text().len()).into_iter();
    let shown: Vec<String> = hints
        .map(|hint| format!("{}‸ {}", view.text()[..hint.offset].rsplit(['\n', ' ']).next().unwrap(), hint.label))
        .collect();
    assert_eq!(
        shown,
        ["{‸ region = \"local\", mtls = 'Off", "\"b.ncl\"‸ → http://agentos-agent-orchestrator.b.svc:50081"]
    );
}
