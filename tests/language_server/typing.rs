//! What is typed: every request is answered, nothing crashes, and in the end the server says what `check` says.

use crate::client::{Client, Editor, Shown};
use crate::common::numbers::Numbers;
use crate::common::{binary, root};
use agentos_cfg::Compiler;
use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::pages::examples;
use agentos_cfg::policy::Policy;
use agentos_cfg::source::{Disk, Entry};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What `check` says of one file of a folder.
fn checked(folder: &Path, name: &str) -> Vec<Shown> {
    let mut compiler = Compiler::new();
    let outcomes = compiler.compile_all(&Disk, vec![Entry::file(Path::new(name), folder)], &Policy::default());
    let findings = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
    let shown = |finding: &agentos_cfg::Diagnostic| {
        let place = compiler.sources().place(finding.span()?);
        Some((finding.code.0.to_owned(), place.line as u64, finding.message.clone()))
    };
    findings.filter_map(shown).collect()
}

/// Types a text, letter by letter, into one that is open and empty.
fn type_into(client: &mut Client, name: &str, text: &str) {
    let (mut line, mut character) = (0, 0);
    for letter in text.chars() {
        let at = json!({"line": line, "character": character});
        client.edit(name, json!({"range": {"start": at, "end": at}, "text": letter}));
        (line, character) = if letter == '\n' { (line + 1, 0) } else { (line, character + letter.len_utf16()) };
    }
}

#[test]
fn a_faulty_environment_typed_letter_by_letter_ends_in_what_check_says() {
    let text = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap().replace("'Dev", "'Prod");
    let mut client = Client::new(Editor::Code, [("a.ncl", "")]);
    client.open_as("a.ncl", "");
    type_into(&mut client, "a.ncl", &text);
    let shown = client.settled();
    client.write("a.ncl", &text);
    assert_eq!(shown["a.ncl"], checked(client.folder.path(), "a.ncl"));
    client.shut_down();
}

#[test]
fn every_shipped_environment_typed_letter_by_letter_ends_without_a_finding() {
    let mut client = Client::with_environments(Editor::Code);
    for name in client.files() {
        let text = std::fs::read_to_string(client.folder.path().join(&name)).unwrap();
        client.open_as(&name, "");
        type_into(&mut client, &name, &text);
        assert_eq!(client.settled(), [].into(), "{name}");
        client.close(&name);
    }
    client.shut_down();
}

/// What the command line says of a folder: each file's findings, those without a place where their environment begins. None
/// where the folder has no environment.
fn checked_folder(folder: &Path) -> Option<BTreeMap<String, Vec<Shown>>> {
    let output = binary().current_dir(folder).args(["check", "--format", "json", "."]).output().unwrap();
    if String::from_utf8_lossy(&output.stderr).contains("has no environment") {
        return None;
    }
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let mut shown: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let place = (finding["file"].as_str().unwrap_or("?").to_owned(), finding["line"].as_u64().unwrap_or(1));
        shown.entry(place.0).or_default().push((text("code"), place.1, text("message")));
    }
    Some(shown)
}

fn sorted(shown: BTreeMap<String, Vec<Shown>>) -> BTreeMap<String, BTreeSet<Shown>> {
    shown.into_iter().map(|(name, shown)| (name, shown.into_iter().collect())).collect()
}

#[test]
fn the_examples_of_all_pages_typed_letter_by_letter_end_in_what_check_says() {
    let mut typed = 0;
    for rule in CATALOGUE {
        let examples = examples(rule.page);
        let written = examples.iter().filter(|example| example.language == "nickel" && example.before.is_none());
        for example in written {
            let files = || example.texts.iter().chain(&example.files);
            let mut client = Client::new(Editor::Code, files().map(|(name, text)| (*name, text.as_str())));
            for (name, text) in &example.texts {
                client.open_as(name, "");
                type_into(&mut client, name, text);
            }
            let shown = client.settled();
            if let Some(checked) = checked_folder(client.folder.path()) {
                assert_eq!(sorted(shown), sorted(checked), "{}: {:?}", rule.code, example.texts);
                typed += 1;
            }
            client.shut_down();
        }
    }
    assert!(typed > 150, "{typed}");
}

/// A byte of a text, as a position in UTF-16.
fn position(text: &str, byte: usize) -> serde_json::Value {
    let before = &text[..byte];
    let line = before.rsplit('\n').next().unwrap();
    json!({"line": before.matches('\n').count(), "character": line.encode_utf16().count()})
}

/// A text after a random edit, which the client is told of.
fn edited(client: &mut Client, text: &str, numbers: &mut Numbers) -> String {
    const PIECES: [&str; 14] = ["'", "\"", "{", "}", "[", ",", "=", ".", "\n", "é🙂", "# ", "m%\"", "%{", "name"];
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let start = bytes[numbers.below(bytes.len())];
    let deleted = numbers.below(12);
    let end = bytes.iter().copied().find(|at| *at >= start + deleted).unwrap_or(text.len());
    let piece = if numbers.below(3) == 0 { "" } else { PIECES[numbers.below(PIECES.len())] };
    let range = json!({"start": position(text, start), "end": position(text, end)});
    client.edit("a.ncl", json!({"range": range, "text": piece}));
    format!("{}{piece}{}", &text[..start], &text[end..])
}

#[test]
fn after_random_edits_all_is_as_if_the_text_had_just_been_opened() {
    let shipped = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap();
    for round in 0..4 {
        let mut numbers = Numbers::of_round(round);
        let mut client = Client::new(Editor::Code, [("a.ncl", shipped.as_str())]);
        client.open("a.ncl");
        let mut text = shipped.clone();
        let uri = client.uri("a.ncl");
        for _ in 0..12 {
            text = edited(&mut client, &text, &mut numbers);
            let at =
                (0..=text.len()).rev().find(|at| *at <= numbers.below(text.len() + 1) && text.is_char_boundary(*at));
            let params = json!({"textDocument": {"uri": uri}, "position": position(&text, at.unwrap_or(0))});
            for method in ["completion", "hover", "definition", "documentHighlight"] {
                client.request(&format!("textDocument/{method}"), params.clone()).unwrap();
            }
            for method in ["documentSymbol", "foldingRange", "documentLink", "semanticTokens/full"] {
                client.request(&format!("textDocument/{method}"), json!({"textDocument": {"uri": uri}})).unwrap();
            }
        }
        let shown = client.settled();
        let mut fresh = Client::new(Editor::Code, [("a.ncl", text.as_str())]);
        assert_eq!(shown, fresh.settled(), "round {round}: {text}");
        client.shut_down();
        fresh.shut_down();
    }
}
