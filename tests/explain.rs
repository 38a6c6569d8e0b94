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
                assert!(is_known || is_of_this_repository(&mention), "{path} names {mention}");
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
