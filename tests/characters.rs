//! Characters that can't be seen: no text with one gets into an object, `verify` finds them in manifests, and no way out of
//! the program lets one through as it is.

mod common;

use agentos_cfg::catalogue::{DECEPTIVE_CHARACTER, finding};
use agentos_cfg::diagnostic::{Diagnostic, Permission};
use agentos_cfg::diff::{self, Side, Stack, compare};
use agentos_cfg::emit::{json, yaml};
use agentos_cfg::graph::{self, Level, graph};
use agentos_cfg::objects::object::Object;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::path::Path as At;
use agentos_cfg::policy::Policy;
use agentos_cfg::render::{Checked, Format, Report, human};
use agentos_cfg::source::{Sources, Span};
use agentos_cfg::{characters, smoke};
use clap::ValueEnum;
use common::{Memory, codes_and_lines, compile, compile_in, environment};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// One or more of each kind.
const UNSEEN: &[char] = &[
    '\u{0}',
    '\u{7}',
    '\u{8}',
    '\u{b}',
    '\u{1b}',
    '\u{7f}',
    '\u{80}',
    '\u{85}',
    '\u{9b}',
    '\u{9d}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{180b}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202b}',
    '\u{202c}',
    '\u{202d}',
    '\u{202e}',
    '\u{2060}',
    '\u{2064}',
    '\u{2066}',
    '\u{2067}',
    '\u{2068}',
    '\u{2069}',
    '\u{206a}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{fff9}',
    '\u{fffa}',
    '\u{fffb}',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e007f}',
    '\u{e0100}',
];

/// What people write, and what looks a little like it.
const WRITTEN: &[&str] = &["Müller & Söhne — 漢字", "👨‍👩‍👧 ❤️ 1️⃣ 🏳️‍🌈", "می‌خواهم", "क्‍ष", "葛󠄀城"];

/// That a way out shows nothing raw; `escaped` is how it may write the character.
fn shows_nothing_raw(way: &str, character: char, out: &str) {
    let found: Vec<_> = characters::find_all(out).collect();
    assert!(found.is_empty() && !out.contains('\r'), "{way} of U+{:04X}: {found:?}\n{out:?}", u32::from(character));
}

fn config_map(name: &str, text: &str) -> Json {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "c", "namespace": "n", "annotations": { name: text } },
        "data": { "a": text, "lines": format!("x\n{text}\ny\n") },
    })
}

#[test]
fn manifests_have_them_escaped_and_readers_read_them_back() {
    for character in UNSEEN {
        let text = format!("a{character}b");
        let object = Object::of(config_map(&text, &text));
        let written = yaml::stream(std::slice::from_ref(&object)).unwrap();
        shows_nothing_raw("YAML", *character, &written);
        for back in [serde_saphyr::from_str::<Json>(&written).unwrap(), serde_yaml::from_str(&written).unwrap()] {
            assert_eq!(back, object.body, "{written}");
        }
        let mut sources = Sources::default();
        let file = sources.add("m.yaml".to_owned(), written.clone(), false);
        let mut manifests = Manifests::default();
        manifests.read(&written, file, true);
        assert_eq!(manifests.objects()[0].body, object.body, "{written}");
        let written = json::list(&[&object]);
        shows_nothing_raw("JSON", *character, &written);
        assert_eq!(serde_json::from_str::<Json>(&written).unwrap()["items"][0], object.body);
    }
}

#[test]
fn findings_show_them_escaped_in_every_format() {
    for character in UNSEEN.iter().chain(&['\r']) {
        let text = format!("a{character}b");
        let mut sources = Sources::default();
        let source = format!("one = \"{text}\"\ntwo = \"{text}\"\n");
        let file = sources.add(format!("{text}.ncl"), source, false);
        let span = |start| Some(Span { file, start, end: start + 3 });
        let mut placed = finding(DECEPTIVE_CHARACTER, At::root().field(&text), text.clone())
            .at(span(0), text.clone())
            .and(span(14), text.clone())
            .note(text.clone())
            .help(text.clone());
        placed.allowed = Some(Permission::Environment { reason: text.clone() });
        let unplaced = finding(DECEPTIVE_CHARACTER, At::root(), text.clone());
        let environments = [Checked { name: format!("{text}.ncl"), findings: vec![placed, unplaced] }];
        let report = Report { environments: &environments, sources: &sources, policy: &Policy::default() };
        for &format in Format::value_variants() {
            let shown = format.render(&report, human::Style { color: false });
            shows_nothing_raw(&format!("{format:?}"), *character, &shown);
            if format == Format::Json {
                let report: Json = serde_json::from_str(&shown).unwrap();
                assert_eq!(report["findings"][0]["message"], text);
                assert_eq!(report["findings"][0]["file"], format!("{text}.ncl"));
            }
        }
    }
}

#[test]
fn places_stay_true_beside_them() {
    let mut sources = Sources::default();
    let file = sources.add("a.ncl".to_owned(), "a = \"\u{202e}\u{9b}x\", bad".to_owned(), false);
    let start = u32::try_from("a = \"\u{202e}\u{9b}x\", ".len()).unwrap();
    let finding = finding(DECEPTIVE_CHARACTER, At::root(), "t").at(Some(Span { file, start, end: start + 3 }), "");
    let shown = human::render([&finding], &sources, human::Style { color: false });
    assert!(shown.contains("a.ncl:1:12"), "{shown}");
    let lines: Vec<&str> = shown.lines().collect();
    let column = |line: &str, what: &str| line.split(what).next().unwrap().chars().count();
    let source = lines.iter().position(|line| line.contains("bad")).unwrap();
    assert_eq!(column(lines[source], "bad"), column(lines[source + 1], "^^^"), "{shown}");
}

#[test]
fn differences_show_them_escaped_in_every_format() {
    let formats = [diff::Format::Human, diff::Format::Json, diff::Format::Markdown];
    for character in UNSEEN.iter().chain(&['\r']) {
        let text = format!("a{character}b");
        let side = |object: Json, name: &str| Side {
            name: format!("{name}{text}"),
            stacks: vec![Stack { name: Some(text.clone()), objects: vec![Object::of(object)] }],
        };
        let mut other = config_map(&format!("{text}2"), &format!("{text}2"));
        other["metadata"]["labels"] = json!({ &text: &text });
        other["long"] = json!({ &text: text.repeat(80) });
        for (old, new) in [
            (config_map(&text, &text), other),
            (config_map("x", "x"), {
                let mut renamed = config_map(&text, &text);
                renamed["metadata"]["name"] = json!(text);
                renamed
            }),
        ] {
            let report = compare(&side(old, "old"), &side(new, "new")).unwrap();
            for format in formats {
                let shown = format.render(&report, diff::human::Style { color: false });
                shows_nothing_raw(&format!("{format:?}"), *character, &shown);
            }
        }
    }
}

#[test]
fn graphs_show_them_escaped_in_every_format() {
    for character in UNSEEN.iter().chain(&['\r']) {
        let (_, outcome) = compile(&environment("  tenancy.tenants.tnt_a = { name = \"A\", plan = \"p\" },"));
        let mut environment = outcome.environment.unwrap();
        let text = format!("a{character}b");
        environment.name.clone_from(&text);
        environment.namespace.clone_from(&text);
        environment.federation.stack.clone_from(&text);
        for level in [Level::Fleet, Level::Full] {
            let graph = graph(&[&environment], level);
            for format in [graph::Format::Mermaid, graph::Format::Dot, graph::Format::Svg] {
                shows_nothing_raw(&format!("{format:?}"), *character, &format.render(&graph));
            }
        }
    }
}

#[test]
fn outcomes_of_smoke_show_them_escaped() {
    for character in UNSEEN.iter().chain(&['\r']) {
        let text = format!("a{character}b");
        let outcome = smoke::Outcome {
            name: text.clone(),
            service: agentos_cfg::agentos::vocabulary::ServiceName::ALL[0],
            status: smoke::Status::Failed,
            detail: text.clone(),
            duration: Duration::ZERO,
            unreachable: false,
        };
        shows_nothing_raw("table", *character, &smoke::table(std::slice::from_ref(&outcome)));
        let shown = smoke::json(std::slice::from_ref(&outcome));
        shows_nothing_raw("json", *character, &shown);
        assert_eq!(serde_json::from_str::<Json>(&shown).unwrap()["checks"][0]["detail"], text);
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_and_arguments_are_printed_escaped() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("good.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n",
    )
    .unwrap();
    for character in UNSEEN.iter().filter(|character| **character != '\0') {
        let name = format!("a{character}b");
        let file = format!("{name}.ncl");
        std::fs::write(folder.path().join(&file), "{ x = }").unwrap();
        std::fs::write(folder.path().join("naming.ncl"), environment(&format!("  annotations.a = import \"{file}\",")))
            .unwrap();
        for arguments in [
            vec!["check", &file],
            vec!["check", "--format", "github", &file],
            vec!["check", "--format", "gitlab", &file],
            vec!["check", "--format", "json", &file],
            vec!["check", "--format", "junit", &file],
            vec!["check", "--format", "sarif", &file],
            vec!["build", &file],
            vec!["build", "naming.ncl"],
            vec!["eval", &name],
            vec!["graph", &name],
            vec!["verify", &name],
            vec!["diff", &name, "good.yaml"],
            vec!["verify", "good.yaml", "--external", &name],
            vec!["explain", &name],
            vec!["check", "--format", &name],
            vec![&name],
        ] {
            let output = common::binary().args(&arguments).current_dir(folder.path()).output().unwrap();
            for out in [output.stdout, output.stderr] {
                let out = String::from_utf8(out).unwrap();
                shows_nothing_raw(&format!("{arguments:?}"), *character, &out);
            }
        }
        std::fs::remove_file(folder.path().join(&file)).unwrap();
    }
}

#[test]
fn no_text_of_an_environment_has_one() {
    for character in UNSEEN {
        let escape = format!("\\u{{{:x}}}", u32::from(*character));
        let ways = [
            format!("  annotations.a = \"a{escape}b\","),
            format!("  annotations.\"a{escape}b\" = \"x\","),
            format!("  annotations.a = \"a\" ++ \"{escape}\" ++ \"b\","),
            format!("  tenancy.tenants.tnt_a = {{ name = \"a{escape}b\" }},"),
        ];
        for way in ways {
            let (compiler, outcome) = compile(&environment(&way));
            let found = codes_and_lines(&compiler, &outcome);
            // The contract of tenants' names refuses control characters by itself.
            let is_found = |code: &str| found.contains(&(code.to_owned(), 7));
            assert!(is_found("C023") || character.is_control() && is_found("C006"), "{way}: {found:?}");
            assert!(outcome.objects.is_empty(), "{way}");
        }
    }
}

#[test]
fn no_import_has_one() {
    for character in UNSEEN {
        let raw = format!("a{character}b");
        let mut escaped = String::new();
        character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped += &format!("\\u{unit:04x}"));
        let files = [
            ("x.txt", raw.clone(), "import \"x.txt\" as 'Text"),
            ("x.json", format!("\"{raw}\""), "import \"x.json\""),
            ("x.json", format!("\"a{escaped}b\""), "import \"x.json\""),
            ("x.yaml", format!("k: \"{raw}\"\n"), "(import \"x.yaml\").k"),
            ("x.toml", format!("k = \"{raw}\"\n"), "(import \"x.toml\").k"),
            ("x.ncl", format!("\"{raw}\""), "import \"x.ncl\""),
        ];
        for (name, text, import) in files {
            let main = environment(&format!("  annotations.a = {import},"));
            let (compiler, outcome) = compile_in(&Memory::of([("main.ncl", &main), (name, &text)]), "main.ncl");
            let found = codes_and_lines(&compiler, &outcome);
            assert!(found.iter().any(|(code, _)| code == "C023"), "{name} {text:?}: {found:?}");
        }
    }
}

/// The findings of `verify` on a text: code and line.
fn verified(text: &str) -> Vec<(String, usize)> {
    let mut sources = Sources::default();
    let file = sources.add("m.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let found = manifests.verify(&[], &sources);
    let line = |finding: &Diagnostic| finding.span().map_or(0, |span| sources.place(span).line);
    found.iter().map(|(_, finding)| (finding.code.to_string(), line(finding))).collect()
}

#[test]
fn verify_finds_them_in_names_values_and_texts() {
    for character in UNSEEN {
        let code = u32::from(*character);
        let escape = if code > 0xffff { format!("\\U{code:08x}") } else { format!("\\u{code:04x}") };
        let manifest = |name: &str, key: &str, value: &str| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: n\n  annotations:\n    \
                 \"{key}\": \"{value}\"\ndata:\n  \"{name}\": x\n"
            )
        };
        let with = format!("a{escape}b");
        for (text, line) in
            [(manifest(&with, "k", "v"), 9), (manifest("n", &with, "v"), 7), (manifest("n", "k", &with), 7)]
        {
            assert!(verified(&text).contains(&("C023".to_owned(), line)), "{text}: {:?}", verified(&text));
        }
    }
    let raw = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: n}\ndata:\n  a: |\n    x\n    pay\u{200b}ments\n";
    assert!(verified(raw).iter().any(|(code, _)| code == "C023"));
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: c, namespace: n}\nstringData: {a: \"x\\u202ey\"}\n";
    assert!(verified(secret).iter().any(|(code, _)| code == "C023"));
}

#[test]
fn what_people_write_is_compiled_and_verified() {
    for text in WRITTEN {
        let tenant =
            format!("  tenancy.tenants.tnt_a = {{ name = \"{text}\" }}, annotations.a = import \"x.txt\" as 'Text,");
        let main = environment(&tenant);
        let (compiler, outcome) = compile_in(&Memory::of([("main.ncl", &main), ("x.txt", text)]), "main.ncl");
        assert!(!outcome.objects.is_empty(), "{}", common::shown(&compiler, &outcome));
        let written = yaml::stream(&outcome.objects).unwrap();
        assert!(written.contains(text), "{text} is not shown as it is");
        assert!(!verified(&written).iter().any(|(code, _)| code == "C023"));
    }
}

#[cfg(unix)]
#[test]
fn no_name_begins_a_line_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let forged = "x\n::error::forged";
    std::fs::create_dir(folder.path().join("bytes")).unwrap();
    std::fs::write(folder.path().join(format!("bytes/{forged}.yaml")), b"\xff").unwrap();
    std::fs::write(folder.path().join(format!("{forged}.ncl")), "{ x = }").unwrap();
    let text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"x\\n::error::forged\", namespace: n}\ndata: {a: b}\n";
    std::fs::write(folder.path().join("names.yaml"), text).unwrap();
    std::fs::write(
        folder.path().join("other.yaml"),
        text.replace("x\\n", "y\\n").replace("a: b", "\"a\\n::error::\": b"),
    )
    .unwrap();
    for arguments in [
        &["verify", "bytes"][..],
        &["verify", "names.yaml"],
        &["check", "."],
        &["check", ".", "--format", "github"],
        &["build", "x\n::error::forged.ncl"],
        &["build", "none\n::error::forged.ncl"],
        &["diff", "names.yaml", "other.yaml"],
        &["diff", "names.yaml", "other.yaml", "--format", "markdown"],
    ] {
        let output = common::binary().args(arguments).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("forged"), "{arguments:?}: {said}");
        let forged = said.lines().find(|line| line.trim_start().starts_with("::error::"));
        assert_eq!(forged, None, "{arguments:?}: {said}");
    }
}
