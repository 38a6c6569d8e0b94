//! The preset for Renovate: what its regular expression finds in the environments that ship, and what becomes of that.
//!
//! Renovate matches with RE2, whose syntax is that of the crate, and writes the template with Handlebars.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::policy::Policy;
use agentos_cfg::source::{Disk, Entry, Overlay};
use common::{root, shipped};
use regex_automata::meta::Regex;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What one match has found: where, and the groups by their names.
struct Found {
    range: std::ops::Range<usize>,
    groups: BTreeMap<String, String>,
}

fn manager() -> Json {
    let preset = std::fs::read_to_string(root().join("renovate/default.json")).unwrap();
    let preset: Json = serde_json::from_str(&preset).unwrap();
    assert_eq!(preset["customManagers"].as_array().unwrap().len(), 1);
    preset["customManagers"][0].clone()
}

fn regex(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

fn found(text: &str) -> Vec<Found> {
    let manager = manager();
    let regex = regex(manager["matchStrings"][0].as_str().unwrap());
    let names: Vec<String> =
        regex.group_info().pattern_names(regex_automata::PatternID::ZERO).flatten().map(str::to_owned).collect();
    assert_eq!(names, ["depName", "currentValue", "currentDigest"]);
    let group = |captures: &regex_automata::util::captures::Captures, name: &str| {
        Some((name.to_owned(), text[captures.get_group_by_name(name)?.range()].to_owned()))
    };
    regex
        .captures_iter(text)
        .map(|captures| Found {
            range: captures.get_match().unwrap().range(),
            groups: names.iter().filter_map(|name| group(&captures, name)).collect(),
        })
        .collect()
}

/// The template, written with these values.
fn written(fields: &[(&str, Option<&str>)]) -> String {
    let mut text = manager()["autoReplaceStringTemplate"].as_str().unwrap().to_owned();
    for (name, value) in fields {
        let (opening, closing) = (format!("{{{{#if {name}}}}}"), "{{/if}}");
        if let Some(start) = text.find(&opening) {
            let end = start + text[start..].find(closing).unwrap();
            let inside = text[start + opening.len()..end].to_owned();
            text.replace_range(start..end + closing.len(), if value.is_some() { &inside } else { "" });
        }
        text = text.replace(&format!("{{{{{{{name}}}}}}}"), value.unwrap_or(""));
    }
    assert!(!text.contains("{{"), "{text}");
    text
}

/// Every Nickel file below `environments`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "ncl") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn every_image_of_an_environment_is_found_and_nothing_else() {
    let pattern = manager()["managerFilePatterns"][0].as_str().unwrap().trim_matches('/').to_owned();
    let mut count = 0;
    for file in files(&root().join("environments")) {
        assert!(regex(&pattern).is_match(file.to_str().unwrap()));
        let text = std::fs::read_to_string(&file).unwrap();
        let images: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("image = ")).collect();
        let found = found(&text);
        let matched: Vec<String> =
            found.iter().map(|found| format!("{},", &text[found.range.clone()]["image = ".len()..])).collect();
        assert_eq!(matched, images, "{}", file.display());
        for found in &found {
            // As it is, the template writes what it has found.
            let group = |name: &str| found.groups.get(name).map(String::as_str);
            let fields = [
                ("depName", group("depName")),
                ("newValue", group("currentValue")),
                ("newDigest", group("currentDigest")),
            ];
            assert_eq!(written(&fields), &text[found.range.clone()]);
            assert_eq!(group("currentValue"), Some(if file.ends_with("next.ncl") { "1.0.7" } else { "1.0.2" }));
        }
        count += found.len();
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn another_digest_is_accepted_by_check() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let mut overlay = Overlay { world: &Disk, texts: BTreeMap::new() };
    for file in files(&root().join("environments")) {
        let mut text = std::fs::read_to_string(&file).unwrap();
        for found in found(&text).into_iter().rev() {
            let group = |name: &str| found.groups.get(name).map(String::as_str);
            let fields =
                [("depName", group("depName")), ("newValue", group("currentValue")), ("newDigest", Some(&*digest))];
            text.replace_range(found.range.clone(), &written(&fields));
        }
        overlay.texts.insert(file, text);
    }
    let mut compiler = Compiler::new();
    let entries = shipped().into_iter().map(|name| Entry::file(Path::new(name), root())).collect();
    for (entry, outcome) in compiler.compile_all(&overlay, entries, &Policy::default()) {
        let errors: Vec<&String> = outcome.findings.iter().map(|finding| &finding.message).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", entry.name);
        let image = outcome.environment.unwrap().image;
        assert!(entry.name.ends_with("local-dev.ncl") || image.ends_with(&digest), "{}: {image}", entry.name);
    }
}

#[test]
fn registries_with_ports_and_images_without_tags_are_taken_apart() {
    for (text, expected) in [
        ("image = \"r:5000/a/b:1.0\"", vec!["r:5000/a/b", "1.0"]),
        ("image = \"r:5000/a/b\"", vec!["r:5000/a/b"]),
        ("'Sidecar { image = \"a/b:1\" }", vec!["a/b", "1"]),
        ("audit_image = \"a:1\"", vec![]),
        ("image = common.image", vec![]),
        ("image = \"a:%{tag}\"", vec![]),
    ] {
        let found = found(text);
        let group = |name: &str| found.first()?.groups.get(name).cloned();
        let groups: Vec<String> = ["depName", "currentValue", "currentDigest"].into_iter().filter_map(group).collect();
        assert_eq!(groups, expected, "{text}");
    }
}
