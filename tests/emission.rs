//! Every scalar survives, as a value and as a key, whoever reads it.

mod common;

use agentos_cfg::emit::yaml;
use common::numbers::seed;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value as Json};
use std::process::Command;

/// Strings that a reader of YAML 1.1 or 1.2 takes for something else, or chokes on.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "~",
    "null",
    "Null",
    "NULL",
    "true",
    "True",
    "TRUE",
    "false",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "0",
    "-0",
    "1",
    "+1",
    "-1",
    "1_000",
    "0x1F",
    "0o17",
    "017",
    "0b1",
    "1.0",
    "1.",
    ".5",
    "1e3",
    "1E+3",
    ".inf",
    "-.inf",
    ".nan",
    ".NaN",
    "22:22",
    "1:2:3",
    "190:20:30.15",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "-",
    "- a",
    "?",
    "? a",
    ":",
    ": a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "!!str",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "|-",
    "[",
    "]",
    "[a]",
    "{",
    "}",
    "{a: b}",
    ",",
    "\"",
    "'",
    "\"a\"",
    "'a'",
    "a'b",
    "a\"b",
    "\\",
    "a\\nb",
    "---",
    "--- a",
    "...",
    "\n",
    "a\n",
    "a\nb",
    "\na",
    "a\n\n",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\n b",
    "  a\nb",
    "a\r\nb",
    "\r",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{feff}a",
    "é",
    "😀",
    "\u{7f}",
    "\u{1}",
    "\u{b}",
    "0777",
    "08",
    "1__0",
    "0.1.2",
    "12e03",
    "-2E+05",
    "0o7",
    "0xg",
    "1,000",
    "1'000",
    "$HOME",
    "${x}",
    "{{ x }}",
    "%{x}",
    "a: |\n  b",
    "key: >-",
    "<<: *a",
    "- - -",
    "!<tag> a",
    "? : -",
];

#[test]
fn hostile_scalars_survive_as_values_and_as_keys() {
    let mut all: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    if let Ok(more) = std::fs::read_to_string(common::root().join("../shared/data/hostile-scalars.json")) {
        all.extend(strings(&serde_json::from_str(&more).unwrap()));
    }
    for text in all {
        survives(&text);
    }
}

#[test]
fn the_reader_of_kubectl_agrees() {
    let Ok(version) = Command::new("kubectl").args(["version", "--client"]).output() else { return };
    assert!(version.status.success());
    // Of these kubectl reads what we write, but its own output breaks or refuses them: nothing can be compared.
    let broken_by_its_writer = ['\u{1}', '\u{b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}'];
    let texts: Vec<&str> = HOSTILE.iter().copied().filter(|text| !text.contains(broken_by_its_writer)).collect();
    let data: Map<String, Json> =
        texts.iter().enumerate().map(|(index, text)| (format!("k{index}"), Json::String((*text).to_owned()))).collect();
    let object = serde_json::json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "hostile", "annotations": data }, "data": data,
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifests.yaml"), yaml::document(&object).unwrap()).unwrap();
    std::fs::write(folder.path().join("kustomization.yaml"), "resources: [manifests.yaml]\n").unwrap();
    let output = Command::new("kubectl").arg("kustomize").arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let back: Json = serde_yaml::from_slice(&output.stdout).unwrap();
    for (index, text) in texts.iter().enumerate() {
        let key = format!("k{index}");
        assert_eq!(back["data"][&key], **text, "{key}");
        assert_eq!(back["metadata"]["annotations"][&key], **text, "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(seed()), ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn any_printable_text_survives(text in "[ -~\\n\\t]{0,60}") {
        survives(&text);
    }

    #[test]
    fn any_object_survives(value in json(4)) {
        let text = yaml::document(&value).unwrap();
        let back: Json = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(back, value);
    }
}

/// Read back by an independent reader, and by one of YAML 1.2, a text is what it was.
fn survives(text: &str) {
    let value =
        serde_json::json!({ "value": text, text: "key", "list": [text], "nested": { "again": { "value": text } } });
    let written = yaml::document(&value).unwrap();
    let independent: Json =
        serde_yaml::from_str(&written).unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
    assert_eq!(independent, value, "{written}");
    let own: Json = serde_saphyr::from_str(&written).unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
    assert_eq!(own, value, "{written}");
}

fn strings(value: &Json) -> Vec<String> {
    match value {
        Json::String(text) => vec![text.clone()],
        Json::Array(items) => items.iter().flat_map(strings).collect(),
        Json::Object(fields) => {
            fields.iter().flat_map(|(name, value)| [vec![name.clone()], strings(value)].concat()).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}

fn json(depth: u32) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        proptest::sample::select(HOSTILE).prop_map(Json::from),
    ];
    leaf.prop_recursive(depth, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}
