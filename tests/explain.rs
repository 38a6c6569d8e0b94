//! `explain`: pages that findings and other pages name are read without the repository.

mod common;

use agentos_cfg::catalogue::{self, CATALOGUE};
use agentos_cfg::guides::{self, GUIDES};
use common::root;
use std::path::{Path, PathBuf};

fn explain(arguments: &[&str]) -> (i32, String, String) {
    let output = common::binary().arg("explain").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// All pages that are embedded, with their paths.
fn pages() -> impl Iterator<Item = (String, &'static str)> {
    let rules = CATALOGUE.iter().map(|rule| (catalogue::path_of(rule.code), rule.page));
    rules.chain(GUIDES.iter().map(|guide| (guide.path.to_owned(), guide.text)))
}

/// Whether `explain` prints a page of this path.
fn is_explained(path: &str) -> bool {
    let code = path.strip_prefix("docs/rules/").and_then(|file| file.strip_suffix(".md"));
    guides::find(path).is_some() || code.is_some_and(|code| catalogue::by_text(code).is_some())
}

/// A heading as GitHub makes an anchor of it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn relative_links_lead_to_files_and_headings() {
    let mut seen = 0;
    for (path, text) in pages() {
        for (_, target) in guides::links(text) {
            seen += 1;
            let target =
                if target.starts_with('#') { format!("{path}{target}") } else { guides::resolve(&path, target) };
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            assert!(root().join(file).exists(), "{path} links to {target}");
            if !heading.is_empty() {
                let there = std::fs::read_to_string(root().join(file)).unwrap();
                let headings = there.lines().filter(|line| line.starts_with('#'));
                let has =
                    headings.map(|line| anchor(line.trim_start_matches('#').trim())).any(|known| known == heading);
                assert!(has, "{path} links to {target}");
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn printed_pages_have_no_relative_links() {
    for (path, text) in pages() {
        let shown = guides::with_addresses(text, &path);
        let left: Vec<&str> =
            guides::links(&shown).map(|(_, target)| target).filter(|to| !to.starts_with('#')).collect();
        assert!(left.is_empty(), "{path}: {left:?}");
        assert_eq!(shown.lines().count(), text.lines().count(), "{path}");
    }
}

/// `docs/….md` in a text, and what is to be written after `agentos-cfg explain`.
fn mentions(text: &str) -> Vec<String> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let from = |start: &str| -> Vec<String> {
        let found = text.match_indices(start).map(|(at, _)| &text[at + start.len()..]);
        found.map(|rest| rest.chars().take_while(|c| is_path(*c)).collect()).collect()
    };
    let paths = from("docs/").into_iter().filter(|rest| rest.ends_with(".md")).map(|rest| format!("docs/{rest}"));
    let names = from("agentos-cfg explain ")
        .into_iter()
        .filter(|name| !name.is_empty() && !name.starts_with('-') && !name.starts_with("CODE"));
    paths.chain(names).collect()
}

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "ncl") {
            all.push(path);
        }
    }
}

#[test]
fn pages_that_messages_and_pages_name_are_printed_or_addresses() {
    let mut all = Vec::new();
    sources(&root().join("src"), &mut all);
    sources(&root().join("lib"), &mut all);
    // What these name is where they write to, or that they read from.
    all.retain(|path| !["reference.rs", "catalogue.rs", "guides.rs"].iter().any(|name| path.ends_with(name)));
    let mut seen = 0;
    let read = |path: &PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    let texts = all.iter().map(read).chain(pages().map(|(path, text)| (path, text.to_owned())));
    for (path, text) in texts {
        let is_code = path.ends_with(".rs");
        for line in text.lines().filter(|line| !is_code || !line.trim_start().starts_with("//")) {
            let without_addresses: String =
                line.split_whitespace().filter(|word| !word.contains("/blob/main/")).collect::<Vec<_>>().join(" ");
            for mention in mentions(&without_addresses) {
                seen += 1;
                let is_known = is_explained(&mention) || catalogue::by_text(&mention).is_some();
                let is_field = || !mention.ends_with(".md") && explain(&[&mention]).0 == 0;
                assert!(is_known || is_of_this_repository(&mention) || is_field(), "{path} names {mention}");
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// Pages for those who change the compiler, which guides mention as files of the repository.
fn is_of_this_repository(path: &str) -> bool {
    ["docs/errors.md", "docs/architecture.md", "docs/performance.md"].contains(&path)
}

#[test]
fn guides_are_printed_under_every_name_that_texts_give_them() {
    let (_, by_name, _) = explain(&["secrets"]);
    assert!(by_name.starts_with("# Secrets\n"), "{by_name}");
    for name in ["docs/secrets.md", "../secrets.md", "secrets.md#rotation", "./docs/secrets.md"] {
        assert_eq!(explain(&[name]), (0, by_name.clone(), String::new()), "{name}");
    }
    assert_eq!(explain(&["docs/rules/T002.md"]), explain(&["T002"]));
    for guide in GUIDES {
        assert_eq!(guides::find(guide.name), Some(guide));
        assert_eq!(guides::find(guide.path), Some(guide));
    }
}

#[test]
fn a_page_says_how_to_read_those_that_it_names() {
    let (_, shown, _) = explain(&["S012"]);
    assert!(shown.contains("](https://github.com/nexixai/agentos-cfg/blob/main/docs/secrets.md"), "{shown}");
    assert!(shown.ends_with("\n## See also\n`agentos-cfg explain secrets`\n"), "{shown}");
    let (_, shown, _) = explain(&["T021"]);
    assert!(shown.contains("`agentos-cfg explain runtime`"), "facts are named by number: {shown}");
    let (status, _, said) = explain(&["secretz"]);
    assert_eq!((status, said.contains("did you mean `secrets`?")), (2, true), "{said}");
}

#[test]
fn guides_as_json() {
    let page = |name| serde_json::from_str::<serde_json::Value>(&explain(&[name, "--format", "json"]).1).unwrap();
    let secrets = page("secrets");
    assert_eq!((secrets["version"].as_u64(), secrets["rules"].as_array().map(Vec::len)), (Some(1), Some(0)));
    assert_eq!(secrets["pages"][0]["title"], "Secrets");
    assert!(page("T002").get("pages").is_none());
}

/// What is printed of a field, for people.
fn field(arguments: &[&str]) -> String {
    let (status, shown, said) = explain(arguments);
    assert_eq!((status, said.as_str()), (0, ""), "{arguments:?}");
    shown
}

#[test]
fn fields_are_explained_as_kubectl_explains_them() {
    for (name, arguments) in [
        ("a_field", &["services.federation.port"][..]),
        ("a_choice", &["storage"]),
        ("a_record", &["storage.Persistent"]),
        ("a_field_of_one_release", &["services.federation.env.AGENTOS_SHUTDOWN_TIMEOUT"]),
        ("any_name", &["tenancy.tenants"]),
        ("a_page_has_the_name", &[".network"]),
        ("all_that_is_inside", &[".network", "--recursive"]),
    ] {
        insta::assert_snapshot!(format!("field__{name}"), field(arguments));
    }
    for line in field(&["."]).lines().chain(field(&[".", "--recursive"]).lines()) {
        assert!(line.chars().count() <= 80 && line == line.trim_end(), "{line}");
    }
}

/// Paths as findings, the language reference and users write them.
#[test]
fn a_field_has_one_page_under_every_path_that_leads_to_it() {
    for ways in [
        &["storage.Persistent.size", ".storage.Persistent.size", "storage.'Persistent.size", "storage.size"][..],
        &["allow[].rule", "allow.rule", "allow[0].rule", "allow[12].rule"],
        &["tenancy.tenants.<name>.name", "tenancy.tenants.NAME.name", "tenancy.tenants.tnt_a.name"],
        &["tenancy.tenants.<id>.name", "tenancy.tenants.\"a.b c\".name"],
        &["services.agent-orchestrator.port", "services.\"agent-orchestrator\".port"],
        &[".", "environment", "Environment"],
    ] {
        let first = field(&ways[..1]);
        for way in ways {
            assert_eq!(field(&[way]), first, "{way}");
        }
    }
    let both = field(&["services.model-policy.model.base_url"]);
    let heads: Vec<&str> = both.lines().filter_map(|line| line.strip_prefix("FIELD:      ")).collect();
    assert_eq!(
        heads,
        ["services.model-policy.model.OpenAi.base_url", "services.model-policy.model.Anthropic.base_url"]
    );
}

/// Each row of the language reference is a field that is explained, with the type and the text of its row.
#[test]
fn fields_say_what_the_language_reference_says() {
    let (_, shown, _) = explain(&[".", "--recursive", "--format", "json"]);
    let mut known = std::collections::BTreeMap::new();
    fn collect(field: &serde_json::Value, known: &mut std::collections::BTreeMap<String, (String, String)>) {
        let text = |key: &str| field[key].as_str().unwrap().to_owned();
        known.insert(text("path"), (text("type"), text("doc")));
        let of_tags = field["values"].as_array().into_iter().flatten().flat_map(|value| value["fields"].as_array());
        let inner = field["fields"].as_array().into_iter().chain(of_tags).flatten();
        inner.for_each(|field| collect(field, known));
    }
    collect(&serde_json::from_str::<serde_json::Value>(&shown).unwrap()["fields"][0], &mut known);
    // In the reference the fields of a tag stand below its field.
    let without_tags = |path: &str| {
        let parts = path
            .split('.')
            .filter(|part| !part.starts_with(|first: char| first.is_ascii_uppercase()) || part.contains('_'));
        parts.collect::<Vec<_>>().join(".")
    };
    let known: std::collections::BTreeSet<(String, String)> =
        known.into_iter().map(|(path, (_, doc))| (without_tags(&path), doc)).collect();
    let page = std::fs::read_to_string(root().join("docs/reference/language.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 3);
    let mut seen = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).splitn(4, " | ").collect();
        let path = without_tags(cells[0].trim_matches('`'));
        let doc = cells[3].trim_end_matches(" |");
        seen += 1;
        let is_said =
            known.iter().any(|(way, text)| *way == path && text.replace('\n', " ") == doc.replace("\\|", "|"));
        assert!(is_said, "{path}: {doc}");
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn an_unknown_field_has_a_suggestion_with_its_path() {
    for (wanted, suggested) in [
        ("services.federation.prot", "`services.federation.port`"),
        ("sevices.federation.port", "`services.federation.port`"),
        ("storage.Persistent.sise", "`storage.Persistent.size`"),
        ("storage.sise", "`storage.Persistent.size`"),
        ("tenancy.tenants.tnt_a.nam", "`tenancy.tenants.<name>.name`"),
        (".secretz", "`.secrets`"),
        ("tenents", "`tenancy.tenants`"),
        ("federation.port", "`services.federation.port`"),
        ("replicas", "`services.agent-orchestrator.replicas`, "),
        ("profile.Prodd", "`profile.Prod`"),
    ] {
        let (status, shown, said) = explain(&[wanted]);
        assert_eq!((status, shown.as_str()), (2, ""), "{wanted}");
        assert!(said.contains(&format!("`{wanted}`; did you mean {suggested}")), "{said}");
    }
    for wanted in ["services.", "a..b", "name.x", "allow[x].rule", "storage.Persistent.size.x", "xyzzy.port9"] {
        let (status, _, said) = explain(&[wanted]);
        assert_eq!(status, 2, "{said}");
        assert!(said.starts_with("agentos-cfg: there is no field"), "{said}");
    }
    let (status, _, said) = explain(&["T002", "--recursive"]);
    assert_eq!((status, said.contains("`--recursive` is for fields")), (2, true), "{said}");
}

/// A page keeps the name that messages give it, and says how to read of the field.
#[test]
fn a_page_that_has_the_name_of_a_field_leads_there_and_back() {
    let (_, page, _) = explain(&["secrets"]);
    assert!(page.ends_with("`agentos-cfg explain .secrets`\n"), "{page}");
    assert_eq!(field(&["secrets", "--recursive"]), field(&[".secrets", "--recursive"]));
    assert!(field(&[".secrets"]).ends_with("SEE ALSO:\n    `agentos-cfg explain secrets`: Secrets\n"));
}

#[test]
fn fields_as_json() {
    let shown = field(&["storage.Persistent.size", "--format", "json"]);
    insta::assert_snapshot!("field__json", shown);
    let page: serde_json::Value = serde_json::from_str(&field(&["storage", "--format", "json"])).unwrap();
    assert_eq!((page["version"].as_u64(), page["rules"].as_array().map(Vec::len)), (Some(1), Some(0)));
    assert_eq!(page["fields"][0]["presence"], "required");
    assert_eq!(page["fields"][0]["values"][1]["tag"], "'Persistent");
}

#[test]
fn the_guide_shows_what_is_printed_of_a_field() {
    let page = std::fs::read_to_string(root().join("docs/getting-started.md")).unwrap();
    let (_, shown) = page.split_once("$ agentos-cfg explain services.federation.port\n").unwrap();
    assert!(shown.starts_with(&(field(&["services.federation.port"]) + "```\n")), "{shown}");
    // What stands in the table between ticks is a field, an option or a command.
    let (_, table) = page.split_once("| to look up | write |\n|---|---|\n").unwrap();
    let cells: Vec<&str> = table.lines().take_while(|line| line.starts_with("| ")).collect();
    let written = cells.iter().flat_map(|row| row.split('`').skip(1).step_by(2));
    let words = written.filter(|word| !word.contains("--")).map(|word| word.trim_matches('\''));
    assert!(words.map(|word| assert_eq!(explain(&[word]).0, 0, "{word}")).count() >= 10);
}
