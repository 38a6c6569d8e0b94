//! What a stranger finds in the repository: pages that name what is there, workflows that are pinned, and a package with
//! what it needs.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::agentos::vocabulary::Runtime;
use agentos_cfg::diff::classes::Class;
use agentos_cfg::evaluate::schema::Shape;
use common::root;
use serde_yaml::Value as Yaml;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Texts between backticks, outside of blocks.
fn code_spans(page: &str) -> Vec<String> {
    let mut spans = Vec::new();
    for paragraph in prose(page).split("\n\n") {
        spans.extend(paragraph.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " ")));
    }
    spans
}

/// A page without its blocks of code.
fn prose(page: &str) -> String {
    let mut is_code = false;
    let mut prose = String::new();
    for line in page.lines() {
        let fence = line.trim_start().starts_with("```");
        is_code ^= fence;
        if !fence && !is_code {
            prose += line;
        }
        prose.push('\n');
    }
    prose
}

/// What is wrong with the paths and tests that a page names: `tests/cli.rs`, `src/rules.rs::name`.
fn wrongly_named(page: &str) -> Vec<String> {
    const FOLDERS: [&str; 8] = ["src/", "tests/", "docs/", "lib/", "environments/", "examples/", "fuzz/", ".ci/"];
    let mut wrong = Vec::new();
    for span in code_spans(page) {
        let is_pattern = span.contains(['<', '*', ' ']);
        if is_pattern || !FOLDERS.iter().any(|folder| span.starts_with(folder)) {
            continue;
        }
        let (file, test) = span.split_once("::").map_or((span.as_str(), None), |(file, test)| (file, Some(test)));
        let path = root().join(file);
        let text = || std::fs::read_to_string(&path).unwrap_or_default();
        if !path.exists() || test.is_some_and(|test| !text().contains(&format!("fn {test}("))) {
            wrong.push(span);
        }
    }
    wrong
}

#[test]
fn the_tests_that_hold_a_promise_exist() {
    let page = read("SECURITY.md");
    assert_eq!(wrongly_named(&page), [""; 0]);
    // Each row of a table of promises names at least one.
    let mut promises = 0;
    let mut is_promise = false;
    for line in page.lines() {
        is_promise = if line.starts_with('|') { is_promise || line == "| promise | held by |" } else { false };
        if is_promise && !line.starts_with("|---") && line != "| promise | held by |" {
            promises += 1;
            let held_by = line.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            assert!(held_by.contains("::"), "no test holds this: {line}");
        }
    }
    assert!(promises > 25, "{promises}");
}

#[test]
fn a_name_that_leads_nowhere_is_noticed() {
    assert_eq!(
        wrongly_named("`tests/repository.rs::read`, `tests/repository.rs`, `src/`, `src/rules/<name>.rs`"),
        [""; 0]
    );
    assert_eq!(
        wrongly_named("`tests/repository.rs::nothing`\n`tests/no.rs`"),
        ["tests/repository.rs::nothing", "tests/no.rs"]
    );
    assert_eq!(wrongly_named("```\n`tests/no.rs`\n```\n"), [""; 0]);
}

#[test]
fn the_places_that_an_addition_touches_exist() {
    assert_eq!(wrongly_named(&read("CONTRIBUTING.md")), [""; 0]);
}

/// Every page of the repository that people read, by its path from the root.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let is_ours = folder != Path::new("") || ["docs", ".github"].iter().any(|name| path.ends_with(name));
            if entry.file_type().unwrap().is_dir() {
                if is_ours {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    pages.sort();
    pages
}

/// Where the links of a page lead that are no addresses: the file from the root, and the anchor.
fn links(page: &str, text: &str) -> Vec<(String, String)> {
    let folder = Path::new(page).parent().unwrap();
    let without_code: String = prose(text).split('`').step_by(2).collect();
    let targets = without_code.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let ours = targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    ours.map(|target| {
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let path = if file.is_empty() { PathBuf::from(page) } else { folder.join(file) };
        (normal(&path), anchor.to_owned())
    })
    .collect()
}

fn normal(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.to_str().unwrap().split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchors of a page, as GitHub makes them of its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    let headings = headings.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let plain = |heading: &str| -> String {
        let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    headings.map(plain).collect()
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut wrong = Vec::new();
    let pages = pages();
    assert!(pages.len() > 100, "{pages:?}");
    for page in &pages {
        for (file, anchor) in links(page, &read(page)) {
            let is_there = root().join(&file).exists();
            if !is_there || !anchor.is_empty() && file.ends_with(".md") && !anchors(&read(&file)).contains(&anchor) {
                wrong.push(format!("{page}: {file}#{anchor}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_page_is_listed() {
    let listed: BTreeSet<String> =
        links("docs/README.md", &read("docs/README.md")).into_iter().map(|(file, _)| file).collect();
    let pages = pages().into_iter().filter(|page| page.starts_with("docs/"));
    let missing: Vec<String> = pages
        .filter(|page| !page.starts_with("docs/rules/") && page != "docs/README.md" && !listed.contains(page))
        .collect();
    assert_eq!(missing, [""; 0], "add them to docs/README.md");
    let root = read("README.md");
    for page in ["SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/README.md"] {
        assert!(links("README.md", &root).iter().any(|(file, _)| file == page), "README.md does not link to {page}");
    }
}

#[test]
fn the_readme_has_every_command() {
    let output = common::binary().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What a command does may take more lines, which stand further in.
    let name =
        |line: &str| Some(line.strip_prefix("  ")?.split_once(' ')?.0.to_owned()).filter(|name| !name.is_empty());
    let commands: Vec<String> = commands.filter_map(name).collect();
    assert!(commands.iter().any(|name| name == "build") && commands.len() > 10, "{help}");
    let readme = read("README.md");
    let is_in_the_table = |command: &str| readme.contains(&format!("`agentos-cfg {command}"));
    let missing: Vec<String> = commands.into_iter().filter(|name| name != "help" && !is_in_the_table(name)).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_pages_name_all_there_is_of_a_kind() {
    let schema = Compiler::new().schema();
    let Some(Shape::Choice(backends)) = schema.shape(&agentos_cfg::path::Path::of(["secrets", "backend"])) else {
        panic!()
    };
    let backends: Vec<String> = backends.iter().map(|backend| format!("`'{}", backend.tag)).collect();
    let releases = Runtime::ALL.map(|release| release.version().to_owned());
    let formats = common::formats().into_iter().map(|name| format!("`--format {name}`")).collect();
    let classes = Class::ALL.map(|class| format!("| `{}` |", class.as_str()));
    let mut missing = Vec::new();
    for (page, names) in [
        ("docs/secrets.md", backends),
        ("docs/releases.md", releases.to_vec()),
        ("docs/runtime.md", releases.to_vec()),
        ("docs/ci.md", formats),
        ("docs/diff.md", classes.to_vec()),
    ] {
        let text = read(page);
        assert!(!names.is_empty(), "{page}");
        missing.extend(names.into_iter().filter(|name| !text.contains(name)).map(|name| format!("{page}: {name}")));
    }
    assert_eq!(missing, [""; 0]);
}

fn yaml(path: &str) -> Yaml {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files in a folder of `.github`.
fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<String> =
        entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap())).collect();
    files.sort();
    files
}

fn list<'a>(value: &'a Yaml, key: &str) -> &'a [Yaml] {
    value[key].as_sequence().map_or(&[], Vec::as_slice)
}

fn steps(workflow: &Yaml) -> impl Iterator<Item = &Yaml> {
    workflow["jobs"].as_mapping().unwrap().values().flat_map(|job| list(job, "steps"))
}

#[test]
fn workflows_run_what_is_pinned_and_may_only_read() {
    for file in files(".github/workflows") {
        let (text, workflow) = (read(&file), yaml(&file));
        assert_eq!(workflow["permissions"], serde_yaml::from_str::<Yaml>("contents: read").unwrap(), "{file}");
        assert!(!workflow["concurrency"]["group"].is_null(), "{file}");
        for job in workflow["jobs"].as_mapping().unwrap().values() {
            assert!(job["timeout-minutes"].as_u64().is_some_and(|minutes| minutes <= 90), "{file}");
        }
        for step in steps(&workflow) {
            let Some(action) = step["uses"].as_str() else { continue };
            let (_, commit) = action.split_once('@').unwrap();
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            assert!(is_commit, "{file}: {action}");
            let line = text.lines().find(|line| line.contains(action)).unwrap();
            assert!(line.split_once(" # v").is_some_and(|(_, version)| version.contains('.')), "{file}: {line}");
            if action.starts_with("actions/checkout@") {
                assert_eq!(step["with"]["persist-credentials"], Yaml::Bool(false), "{file}");
            }
        }
        // A text that a pull request chooses is no part of a script.
        for script in steps(&workflow).filter_map(|step| step["run"].as_str()) {
            assert!(!script.contains("${{"), "{file}: {script}");
        }
    }
}

#[test]
fn continuous_integration_runs_what_just_ready_runs() {
    let workflow = yaml(".github/workflows/ci.yml");
    assert!(steps(&workflow).any(|step| step["run"].as_str().map(str::trim) == Some(".ci/run")));
    assert!(read("justfile").contains("ready:\n    .ci/run\n"));
    let on = &workflow["on"];
    assert!(on.get("pull_request").is_some() && on["push"]["branches"][0] == "main");
    assert!(on.get("pull_request_target").is_none());
}

#[test]
fn issue_forms_are_forms() {
    let kinds = ["markdown", "input", "textarea", "dropdown", "checkboxes"];
    for file in files(".github/ISSUE_TEMPLATE") {
        let form = yaml(&file);
        if file.ends_with("/config.yml") {
            assert_eq!(form["blank_issues_enabled"], Yaml::Bool(false));
            assert!(
                list(&form, "contact_links")
                    .iter()
                    .all(|link| ["name", "url", "about"].iter().all(|key| link[*key].is_string()))
            );
            continue;
        }
        assert!(form["name"].is_string() && form["description"].is_string(), "{file}");
        let mut ids = BTreeSet::new();
        for field in list(&form, "body") {
            let kind = field["type"].as_str().unwrap();
            assert!(kinds.contains(&kind), "{file}: {kind}");
            if kind == "markdown" {
                assert!(field["attributes"]["value"].is_string(), "{file}");
                continue;
            }
            assert!(ids.insert(field["id"].as_str().unwrap()), "{file}");
            assert!(field["attributes"]["label"].is_string(), "{file}");
            assert!(kind != "dropdown" || !list(&field["attributes"], "options").is_empty(), "{file}");
        }
        assert!(!ids.is_empty(), "{file}");
    }
    let bug = read(".github/ISSUE_TEMPLATE/bug.yml");
    for id in ["version", "command", "environment", "output"] {
        assert!(bug.contains(&format!("id: {id}\n")), "{id}");
    }
}

#[test]
fn updates_leave_alone_what_is_pinned_exactly() {
    let cargo: Vec<String> =
        read("Cargo.toml").lines().filter(|line| line.contains("version = \"=")).map(str::to_owned).collect();
    assert!(!cargo.is_empty());
    let updates = yaml(".github/dependabot.yml");
    for line in cargo {
        let (name, _) = line.split_once(' ').unwrap();
        for update in list(&updates, "updates").iter().filter(|update| update["package-ecosystem"] == "cargo") {
            let ignored = list(update, "ignore").iter().any(|entry| entry["dependency-name"] == *name);
            assert!(ignored, "{name}: {update:?}");
        }
    }
}

/// What a package of the crate has in it.
fn package() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root())
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_package_has_what_building_and_its_pages_need() {
    let package = package();
    let sources = ["src/main.rs", "src/lower/smoke.sh", "lib/environment.ncl", "src/commands/init/README.md"];
    let others =
        ["lib.ncl", "lib/settings/v1_07.ncl", "docs/rules/A001.md", "environments/local-dev.ncl", "Cargo.lock"];
    let legal = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md"];
    for file in sources.iter().chain(&others).chain(&legal) {
        assert!(package.contains(*file), "{file} is missing");
    }
    // What its pages link to is in it, too.
    for page in package.iter().filter(|file| {
        file.ends_with(".md") && Path::new(file).starts_with("docs") || !file.contains('/') && file.ends_with(".md")
    }) {
        for (file, _) in links(page, &read(page)) {
            let is_folder = || package.iter().any(|inside| inside.starts_with(&format!("{file}/")));
            assert!(package.contains(&file) || is_folder(), "{page} links to {file}");
        }
    }
    let known = ["src", "lib", "docs", "environments"];
    let strangers: Vec<&String> = package
        .iter()
        .filter(|file| file.split_once('/').map_or(file.starts_with('.'), |(folder, _)| !known.contains(&folder)))
        .filter(|file| *file != ".cargo_vcs_info.json")
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
