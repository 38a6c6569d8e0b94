//! The pages under `docs/rules` are true: every code has one, and every example on it does what the page says.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::diagnostic::{Diagnostic, Severity};
use agentos_cfg::diff::{Side, Stack, compare};
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::pages::{Example, examples};
use agentos_cfg::policy::Policy;
use agentos_cfg::render::human::{Style, render};
use agentos_cfg::source::{Entry, Sources};
use common::{Memory, expected, root};
use std::path::Path;
use std::process::Command;

#[test]
fn every_code_has_a_page_that_begins_as_the_catalogue_says() {
    for rule in CATALOGUE {
        let severity = if rule.severity == Severity::Error { "Error" } else { "Warning" };
        let begins = format!("# {} {}\n\n{severity}: {}", rule.code, rule.name, rule.summary);
        let unwrapped = rule
            .page
            .replacen("\n\n", "\u{0}", 1)
            .split("\n\n")
            .next()
            .unwrap_or("")
            .replace('\n', " ")
            .replace('\u{0}', "\n\n");
        assert!(unwrapped.starts_with(&begins), "{}: begins with\n{unwrapped}\nnot with\n{begins}", rule.code);
    }
}

#[test]
fn every_page_belongs_to_a_code_and_is_in_the_index() {
    let index = std::fs::read_to_string(root().join("docs/rules/README.md")).unwrap();
    for file in std::fs::read_dir(root().join("docs/rules")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let code = name.strip_suffix(".md").unwrap();
        if code != "README" {
            assert!(CATALOGUE.iter().any(|rule| rule.code.0 == code), "{name} belongs to no code");
            assert!(index.contains(&format!("[{code}]({name})")), "{name} is not in the index");
        }
    }
}

#[test]
fn failing_examples_fail_with_their_code_at_the_marked_line() {
    for rule in CATALOGUE {
        for example in examples(rule.page).iter().filter(|example| example.fails) {
            if example.language == "sh" {
                assert_eq!(codes_of_script(example.first()), [rule.code.0], "{}", rule.code);
                continue;
            }
            if let Some(before) = &example.before {
                assert_eq!(codes_of_change(before, example.first()), [rule.code.0], "{}", rule.code);
                continue;
            }
            if example.language == "yaml" {
                let found = verified(example.first(), rule.code.0);
                assert!(!found.is_empty(), "{}: its failing example has no such finding", rule.code);
                let marks = expected(example.first());
                assert!(marks.is_empty() || found == marks, "{}: {found:?}, marked {marks:?}", rule.code);
                continue;
            }
            let (found, shown) = compiled(example);
            let marks: Vec<(String, String, usize)> = example
                .texts
                .iter()
                .flat_map(|(name, text)| {
                    expected(text).into_iter().map(|(code, line)| ((*name).to_owned(), code, line))
                })
                .collect();
            assert_eq!(marks.len(), 1, "{}: one line is marked", rule.code);
            assert_eq!(found, marks, "{}\n{shown}", rule.code);
            assert_eq!(marks[0].1, rule.code.0);
        }
    }
}

#[test]
fn passing_examples_pass() {
    for rule in CATALOGUE {
        for example in examples(rule.page).iter().filter(|example| !example.fails) {
            if example.language == "sh" {
                assert_eq!(codes_of_script(example.first()), Vec::<String>::new(), "{}", rule.code);
                continue;
            }
            if let Some(before) = &example.before {
                assert_eq!(codes_of_change(before, example.first()), [""; 0], "{}", rule.code);
                continue;
            }
            if example.language == "yaml" {
                assert_eq!(verified(example.first(), rule.code.0), [], "{}", rule.code);
                continue;
            }
            let (found, shown) = compiled(example);
            assert!(found.is_empty(), "{}\n{shown}", rule.code);
        }
    }
}

#[test]
fn almost_every_page_has_examples_of_both_kinds() {
    let exempt: [&str; 0] = [];
    for rule in CATALOGUE.iter().filter(|rule| !exempt.contains(&rule.code.0)) {
        let examples = examples(rule.page);
        for fails in [true, false] {
            assert!(examples.iter().any(|example| example.fails == fails), "{} lacks an example", rule.code);
        }
    }
}

/// Compiles the environments of an example together: file, code and line of each finding, and what is shown of them.
fn compiled(example: &Example<'_>) -> (Vec<(String, String, usize)>, String) {
    let mut world = Memory::default();
    for (name, text) in example.texts.iter().chain(&example.files) {
        world.add(name, text.as_bytes());
    }
    let entries = example.texts.iter().map(|(name, _)| Entry::file(Path::new(name), Path::new("/project"))).collect();
    let mut compiler = Compiler::new();
    let outcomes = compiler.compile_all(&world, entries, &Policy::default());
    let findings: Vec<_> = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings).collect();
    let sources = compiler.sources();
    // The mark of a file that can hold no comment stands in the environment that imports it.
    let alone = example.texts.first().filter(|_| example.texts.len() == 1).map(|(name, _)| *name);
    let place = |finding: &&Diagnostic| {
        let (file, line) = finding.span().map_or(("", 0), |span| (sources.name(span.file), sources.place(span).line));
        (alone.unwrap_or(file).to_owned(), finding.code.to_string(), line)
    };
    (findings.iter().map(place).collect(), render(findings.iter().copied(), sources, Style { color: false }))
}

/// Runs a script in a folder of its own and yields the codes that its last command reports.
fn codes_of_script(script: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_agentos-cfg")).parent().unwrap();
    let mut path = vec![binary.to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let output = Command::new("sh")
        .args(["-euc", script])
        .env("PATH", std::env::join_paths(path).unwrap())
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let code = |line: &str| {
        let (_, code) = line.split_once('[').filter(|(severity, _)| ["error", "warning"].contains(severity))?;
        Some(code.split([' ', ']']).next()?.to_owned())
    };
    let codes: Vec<String> = said.lines().filter_map(code).collect();
    assert_eq!(output.status.code(), Some(i32::from(!codes.is_empty())), "{script}\n{said}");
    codes
}

/// The codes of what a change means.
fn codes_of_change(before: &str, after: &str) -> Vec<&'static str> {
    let side = |text: &str| Side {
        name: String::new(),
        stacks: vec![Stack { name: None, objects: agentos_cfg::diff::manifests::objects(text).unwrap() }],
    };
    let report = compare(&side(before), &side(after)).unwrap();
    assert!(!report.is_empty());
    report.objects().flat_map(|object| &object.meanings).filter_map(|found| Some(found.class.code()?.0)).collect()
}

/// Where a code is found in manifests. Examples are cut down to what they are about, and other codes are found, too.
fn verified(text: &str, code: &str) -> Vec<(String, usize)> {
    let mut sources = Sources::default();
    let file = sources.add("example.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let line = |span| sources.place(span).line;
    let found = manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding);
    found
        .filter(|finding| finding.code.0 == code)
        .map(|finding| (code.to_owned(), finding.span().map_or(0, line)))
        .collect()
}
