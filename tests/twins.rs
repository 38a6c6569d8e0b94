//! A code that both a rule on environments and a check on manifests have is one truth: `verify` finds in what an environment
//! would compile to what the rule finds in the environment.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::lower::lower;
use agentos_cfg::objects::object::Object;
use agentos_cfg::pages::{Example, examples};
use agentos_cfg::path::Segment;
use agentos_cfg::policy::Policy;
use agentos_cfg::source::Entry;
use agentos_cfg::{patch, verify};
use common::{Memory, root};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Codes of which `verify` finds nothing in what the page's example becomes, each with the reason.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("F008", "the key that cert-manager does not write is missing in its Secret: that is K002 in the manifests"),
    ("K005", "two environments of one name share a folder, of which the manifests say nothing"),
    ("S006", "of the sources of a secret one is compiled, and the others are in no manifest"),
];

/// The sources below a folder of `src`, and the file beside it.
fn sources(room: &str) -> Vec<String> {
    let mut found = vec![fs::read_to_string(root().join(format!("src/{room}.rs"))).unwrap()];
    let mut folders = vec![root().join("src").join(room)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(fs::read_to_string(path).unwrap()),
            }
        }
    }
    found.into_iter().map(|text| text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned()).collect()
}

/// The codes that are made in rooms, by the names of their constants.
fn codes(rooms: &[&str]) -> BTreeSet<&'static str> {
    let catalogue = fs::read_to_string(root().join("src/catalogue.rs")).unwrap();
    let constant = |line: &str| {
        let (name, rest) = line.trim().split_once(" = \"")?;
        Some((rest.split('"').next()?.to_owned(), name.to_owned()))
    };
    let constants: BTreeMap<String, String> = catalogue.lines().filter_map(constant).collect();
    let texts: Vec<String> = rooms.iter().flat_map(|room| sources(room)).collect();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: BTreeSet<&str> = texts.iter().flat_map(|text| text.split(|c| !is_word(c))).collect();
    CATALOGUE.iter().map(|rule| rule.code.0).filter(|code| words.contains(constants[*code].as_str())).collect()
}

/// A variable that the contract refuses is set all the same.
fn set_variable(path: &agentos_cfg::path::Path, objects: &mut [Object]) {
    let fields: Vec<&str> = path.0.iter().filter_map(field).collect();
    let ["services", service, "env", name] = fields.as_slice() else { return };
    let runs = |object: &&mut Object| object.kind == "Deployment" && object.name.ends_with(service);
    let deployment = objects.iter_mut().find(runs).unwrap();
    let variables = deployment.body.pointer_mut("/spec/template/spec/containers/0/env").unwrap();
    variables.as_array_mut().unwrap().push(json!({ "name": name, "value": "1" }));
}

fn field(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Field(name) => Some(name),
        Segment::Index(_) | Segment::Item(_) => None,
    }
}

/// What `verify` finds in the manifests of an example's environments, rules or not.
fn found_past_the_rules(example: &Example<'_>) -> BTreeSet<&'static str> {
    let mut world = Memory::default();
    for (name, text) in example.texts.iter().chain(&example.files) {
        world.add(name, text.as_bytes());
    }
    let entries = example.texts.iter().map(|(name, _)| Entry::file(Path::new(name), Path::new("/project"))).collect();
    let outcomes = Compiler::new().compile_all(&world, entries, &Policy::default());
    let (mut objects, mut external) = (Vec::new(), Vec::new());
    for outcome in outcomes.into_iter().map(|(_, outcome)| outcome) {
        let Some(environment) = outcome.environment else { continue };
        let lowered = lower(&environment);
        let mut compiled = patch::apply(&environment, lowered.objects).objects;
        for finding in &outcome.findings {
            set_variable(&finding.path, &mut compiled);
        }
        objects.extend(compiled);
        external.extend(lowered.external);
    }
    verify::verify(&objects, &external).into_iter().map(|finding| finding.code.0).collect()
}

#[test]
fn verify_finds_what_a_rule_finds() {
    let checks = codes(&["verify"]);
    let twins: Vec<&str> = codes(&["rules", "fleet"]).into_iter().filter(|code| checks.contains(code)).collect();
    assert!(twins.len() > 30, "{twins:?}");
    let mut missed = Vec::new();
    for code in twins {
        let page = CATALOGUE.iter().find(|rule| rule.code.0 == code).unwrap().page;
        let of_rule = examples(page);
        let mut of_rule = of_rule.iter().filter(|example| example.fails && example.language == "nickel");
        assert!(of_rule.clone().next().is_some(), "{code}: its page has no environment that fails");
        let excused = EXCEPTIONS.iter().any(|(excused, _)| *excused == code);
        missed.extend((of_rule.any(|example| found_past_the_rules(example).contains(code)) == excused).then_some(code));
    }
    assert_eq!(missed, [""; 0]);
}

/// The texts in quotes of a source, as long as a sentence is.
fn sentences(source: &str) -> BTreeSet<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let (mut found, mut inside, mut text) = (BTreeSet::new(), false, String::new());
    let mut chars = code.chars();
    while let Some(character) = chars.next() {
        match character {
            // A quote as a character.
            '\'' if !inside && is_quoted_quote(chars.as_str()) => drop(chars.nth(1)),
            '"' if inside => {
                inside = false;
                let sentence = text.split_whitespace().collect::<Vec<_>>().join(" ");
                found.extend((sentence.len() >= 30 && sentence.contains(' ')).then_some(sentence));
            }
            '"' => (inside, text) = (true, String::new()),
            '\\' if inside => text.extend(chars.next().filter(|next| *next != '\n')),
            _ => text.push(character),
        }
    }
    found
}

fn is_quoted_quote(rest: &str) -> bool {
    rest.starts_with("\"'")
}

/// What twins share stands in the catalogue's row, or with the fact of the runtime that it tells.
#[test]
fn no_sentence_stands_both_in_a_rule_and_in_a_check() {
    let of = |rooms: &[&str]| -> BTreeSet<String> {
        rooms.iter().flat_map(|room| sources(room)).flat_map(|source| sentences(&source)).collect()
    };
    let (rules, checks) = (of(&["rules", "fleet"]), of(&["verify"]));
    assert!(rules.len() > 200 && checks.len() > 200);
    assert_eq!(rules.intersection(&checks).collect::<Vec<_>>(), [""; 0]);
}
