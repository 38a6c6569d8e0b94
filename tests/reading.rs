//! What is imported or verified may be any text: it is read as `kubectl` reads it, or refused at a place, and never a
//! reason to panic.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::diff::manifests;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::policy::Policy;
use agentos_cfg::render::human::Style;
use agentos_cfg::render::{Checked, Format, Report};
use agentos_cfg::source::{Entry, Sources};
use clap::ValueEnum;
use common::{Memory, codes_and_lines, compile_in, environment, root};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::fs;
use std::path::{Path, PathBuf};

const FORMATS: [&str; 5] = ["json", "yaml", "toml", "ncl", "txt"];

/// What is put into texts: characters of one to four bytes, those that can't be seen, and numbers that are none.
const HOSTILE: &[&str] = &[
    "é",
    "“",
    "”",
    "🦀",
    "\u{301}",
    "\u{feff}",
    "\0",
    "\u{7}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}",
    "\u{2028}",
    "\u{2029}",
    "\u{fffe}",
    "\u{202e}",
    "\r",
    "\r\n",
    "\t",
    "\\ud800",
    "\\udc00\\ud800",
    "\\ud83e\\udd80",
    "\\u00",
    "\\x",
    "inf",
    "+inf",
    "-inf",
    "nan",
    ".inf",
    "-.INF",
    ".NaN",
    "1e309",
    "-1e400",
    "1e-400",
    "1e999999999",
    "1e-999999999",
    "1E+99999999999999999999",
    "0440",
    "0o440",
    "0_1",
    "0x",
    "1_000",
    "--1",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    ":",
    "- ",
    "&a",
    "*a",
    "!!int ",
    "<<: ",
    "---",
    "...",
    "%",
    "|",
    ">",
];

fn valid(format: &str) -> &'static str {
    match format {
        "json" => "{\"a\": \"é“🦀\\ud83e\\udd80\",\r\n \"b\": \"x\"}\n",
        "yaml" => "é: “🦀\r\nb: \"x\"\nc: [1, \"🦀\\u00e9\",\n é]\nd: |\n  “”\n",
        "toml" => "é = \"“🦀\"\r\nb = [1.5, '''🦀\n'''] # é\n[\"c“\"]\nd = 1979-05-27\n",
        "ncl" => "{ a = \"é“🦀%{\"x\"}\",\r\n b = m%\"\n 🦀\n\"%, c | String = \"“\" }\n",
        _ => "é“🦀\r\n",
    }
}

/// Compiles an environment that imports a text, prints what was found in every format, and says what is wrong with that.
fn misbehaviour(compiler: &mut Compiler, format: &str, text: &str) -> Option<String> {
    let import =
        if format == "txt" { "import \"x.txt\" as 'Text".to_owned() } else { format!("import \"x.{format}\"") };
    let main = environment(&format!("  annotations = {{ a = {import} }},"));
    let mut world = Memory::of([("main.ncl", &main)]);
    world.add(&format!("x.{format}"), text.as_bytes());
    let outcome = compiler.compile(&world, &Entry::file(Path::new("main.ncl"), Path::new("/project")));
    if outcome.crashed {
        return Some(format!("{format} {text:?}: a panic"));
    }
    if let Some(finding) = outcome.findings.iter().find(|finding| finding.span().is_none()) {
        return Some(format!("{format} {text:?}: no place: {}", finding.message));
    }
    let sources = compiler.sources();
    let policy = Policy::default();
    let environments = [Checked { name: "main.ncl".to_owned(), findings: outcome.findings }];
    let report = Report { environments: &environments, sources, policy: &policy };
    for &format in Format::value_variants() {
        assert!(!format.render(&report, Style { color: false }).contains("a bug of ours"));
    }
    None
}

/// Panics in `body` fail the test with the text at hand, whoever catches them.
fn tried(texts: impl IntoIterator<Item = (&'static str, String)>) {
    let mut compiler = Compiler::new();
    let mut wrong = Vec::new();
    for (format, text) in texts {
        let tried =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| misbehaviour(&mut compiler, format, &text)));
        match tried {
            Ok(found) => wrong.extend(found),
            Err(_) => {
                wrong.push(format!("{format} {text:?}: a panic"));
                std::mem::forget(std::mem::take(&mut compiler));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_file_may_end_anywhere() {
    let ends = |format: &'static str| {
        let text = valid(format);
        (0..=text.len()).filter(|at| text.is_char_boundary(*at)).map(move |at| (format, text[..at].to_owned()))
    };
    tried(FORMATS.into_iter().flat_map(ends));
}

#[test]
fn hostile_characters_and_numbers_may_stand_anywhere() {
    let around = |format: &'static str| {
        let frames: &[&str] = match format {
            "json" => &["@", "{\"a\": @}", "{\"é\": \"@\"}", "{\"a\": “@", "{\"é@\": [1, @"],
            "yaml" => &["@", "a: @", "é: \"@\"\nb: ]", "é@: x\n“: [@,\n]\n", "a: |\n é\n @\n- b"],
            "toml" => &["@", "a = @", "é = \"@\"\n= “", "a = [1, @, '''“'''\n]", "a = '''@'''\n[é@]"],
            "ncl" => &["@", "{ a = @ }", "{ a = \"é@\", b = “ }", "{ a = m%\"@\"%, \"é@\" = }"],
            _ => &["@", "é@“"],
        };
        // Numbers in Nickel's own texts are its lexer's, and stop at the limits of time and memory.
        let endless = move |text: &str| format == "ncl" && text.contains("999999");
        let texts = HOSTILE.iter().filter(move |text| !endless(text));
        texts.flat_map(move |text| frames.iter().map(move |frame| (format, frame.replace('@', text))))
    };
    tried(FORMATS.into_iter().flat_map(around));
}

#[test]
fn deep_data_is_refused_at_its_place() {
    let deep = |open: &str, count: usize| open.repeat(count);
    let texts = [
        ("json", deep("[", 100_000)),
        ("json", deep("{\"é\":", 100_000)),
        ("yaml", deep("- ", 100_000)),
        ("yaml", format!("é: {}", deep("{a: ", 100_000))),
        ("toml", format!("é = {}", deep("[", 100_000))),
        ("ncl", format!("{{ \"é\" = {}", deep("[", 100_000))),
    ];
    tried(texts);
}

/// The codes and lines of what is found where `x.FORMAT` is imported as annotations.
fn found(format: &str, text: &str) -> Vec<(String, usize)> {
    let main = environment(&format!("  annotations = import \"x.{format}\","));
    let mut world = Memory::of([("main.ncl", &main)]);
    world.add(&format!("x.{format}"), text.as_bytes());
    let (compiler, outcome) = compile_in(&world, "main.ncl");
    codes_and_lines(&compiler, &outcome)
}

#[test]
fn faults_of_data_are_found_where_they_are() {
    let cases: &[(&str, &str, &str, usize)] = &[
        ("json", "{\"é\": 1,\n \"b\": “x”}", "C010", 2),
        ("json", "{\"a\": \"x\"}\n{\"b\": \"y\"}", "C010", 2),
        ("json", "{\"a\": 1e999999999}", "C010", 1),
        ("json", "{\"a\":\n -1e-500}", "C010", 2),
        ("json", "{\"a\": \"\\ud800\"}", "C010", 1),
        ("yaml", "“é”: “é”\n“e”: ]", "C010", 2),
        ("yaml", "a: .inf", "C010", 1),
        ("yaml", "é: é\na: 0440", "C010", 2),
        ("yaml", "a: x\nb: [0_1]", "C010", 2),
        ("yaml", "a: 1_000", "C010", 1),
        ("toml", "é = 'x'\na = inf", "C010", 2),
        ("toml", "a = -nan", "C010", 1),
        ("toml", "a.b = [\n{ c = +inf }]", "C010", 2),
        ("toml", "a = 1e999", "C010", 1),
        ("json", "\u{feff}{}", "C023", 1),
        ("yaml", "\u{feff}a: x", "C023", 1),
        ("toml", "a = 'x'\n\u{feff}", "C023", 2),
        ("yaml", "a: x\nb: \"y\0\"\nc: z", "C023", 2),
        ("yaml", "a: x # \u{7}\nc: z", "C023", 1),
        ("json", "{\"a\":\n\"x\u{7f}\"}", "C023", 2),
        ("toml", "# \u{9b}", "C023", 1),
    ];
    for (format, text, code, line) in cases {
        assert_eq!(found(format, text), [((*code).to_owned(), *line)], "{format} {text:?}");
    }
}

#[test]
fn data_that_all_readers_read_alike_passes() {
    for (format, text) in [
        ("json", "{\"a\": \"\\ud83e\\udd80 1e999 0440\"}"),
        ("yaml", "a: \"0440\"\nb: 'inf'\nc: inf\nd: 1.0.2\n0440: x\ne: '1e999'\nf: 2001-01-01\ng: 1e999x\n"),
        ("toml", "inf = 'nan'\nb = \"inf\" # inf\nc = '''\n'inf'''\n"),
    ] {
        assert_eq!(found(format, text), [], "{format}");
    }
}

/// What `verify` reads as objects, and what it says of the rest: codes with lines.
fn verified(text: &str) -> (Vec<Json>, Vec<(String, usize)>) {
    let mut sources = Sources::default();
    let file = sources.add("x.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let findings = manifests.verify(&[], &sources);
    let line = |finding: &Diagnostic| finding.span().map_or(0, |span| sources.place(span).line);
    let unreadable = ["C012", "C019", "C023", "C024", "C025", "C030"];
    let found = findings.iter().map(|(_, finding)| (finding.code.to_string(), line(finding)));
    let found = found.filter(|(code, _)| unreadable.contains(&code.as_str())).collect();
    (manifests.objects().iter().map(|object| object.body.clone()).collect(), found)
}

fn config_map(name: &str, data: &Json) -> Json {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": data })
}

/// The files of a folder and those below it whose names end so.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = |path: PathBuf| match path.is_dir() {
        true => files(&path, end),
        false => vec![path].into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect(),
    };
    let mut all: Vec<PathBuf> = entries.flat_map(found).collect();
    all.sort();
    all
}

/// What is compiled, and the manifests of these tests, have nothing in them that readers of YAML take for different values.
#[test]
fn manifests_are_read_as_another_reader_reads_them() {
    let manifests = ["deploy/k8s", "tests/fixtures"].map(|folder| files(&root().join(folder), ".yaml")).concat();
    assert!(manifests.len() > 20, "{manifests:?}");
    for path in manifests {
        let text = fs::read_to_string(&path).unwrap();
        let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Json::deserialize(document).unwrap());
        let values: Vec<Json> = documents.filter(|value| !value.is_null()).collect();
        assert_eq!(manifests::values(&text).unwrap(), values, "{}", path.display());
        let own = |value: Json| match value["items"].as_array() {
            Some(items) if value["kind"] == "List" => items.clone(),
            _ => vec![value],
        };
        let objects = values.into_iter().flat_map(own).filter(|value| value["kind"] != "Kustomization");
        assert_eq!(verified(&text), (objects.collect(), Vec::new()), "{}", path.display());
    }
}

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn manifests_are_read_as_kubectl_reads_them() {
    let (a, b) = (config_map("a", &json!({ "k": "é🦀" })), config_map("b", &json!({})));
    let one = |data: Json| vec![config_map("a", &data)];
    let (a_text, b_text) = (a.to_string().replace("🦀", "\\ud83e\\udd80"), b.to_string());
    let pretty = serde_json::to_string_pretty(&b).unwrap().replace("  ", "\t");
    let both = vec![a.clone(), b.clone()];
    let cases: Vec<(String, Vec<Json>)> = vec![
        (format!("\u{feff}{HEAD}data: {{k: x}}"), one(json!({ "k": "x" }))),
        (format!("\u{feff}{a_text}"), vec![a.clone()]),
        (
            format!("{HEAD}data: {{k: x}}\n---\n\u{feff}{b_text}"),
            vec![config_map("a", &json!({ "k": "x" })), b.clone()],
        ),
        (format!("{a_text}\n{b_text}\n"), both.clone()),
        (format!("{a_text}{b_text}"), both.clone()),
        (format!(" \n{a_text}\r\n---\n{pretty}\n---\n"), both.clone()),
        (format!("{a_text}\n--- # é\n{HEAD}data: {{}}\n"), vec![a.clone(), config_map("a", &json!({}))]),
        (format!("---\n{a_text}\n---\n{b_text}"), both),
        (
            format!("{HEAD}data:\n  k: [\n    x,\n    é\n  ]\n  l: {{\n    m: q\n  }}\n"),
            one(json!({ "k": ["x", "é"], "l": { "m": "q" } })),
        ),
        (format!("{HEAD}data: {{\n  k: [\n  x\n]\n}}\n"), one(json!({ "k": ["x"] }))),
        (format!("{HEAD}data: {{k: \"\\ud83e\\udd80 \\u0007\\0\"}}"), one(json!({ "k": "🦀 \u{7}\0" }))),
        (
            format!("{HEAD}data: {{k: 0440, l: 0o440, m: 0_1, nn: '0440', o: 1e999}}"),
            one(json!({ "k": 288, "l": 288, "m": 1, "nn": "0440", "o": "1e999" })),
        ),
        (
            format!("{HEAD}data: {{.inf: x, k: inf, l: '.nan', m: .info}}"),
            one(json!({ ".inf": "x", "k": "inf", "l": ".nan", "m": ".info" })),
        ),
        (format!("{HEAD}data:\r\n  k: |\r\n    x\r\n    y"), one(json!({ "k": "x\ny" }))),
        (format!("{HEAD}data: {{k: \"\t\u{85}é\u{a0}\u{2028}\"}}\n# \u{fffd}🦀"), one(json!({ "k": "\t é\u{a0} " }))),
    ];
    for (text, objects) in cases {
        let (read, found) = verified(&text);
        let unseen = text.contains("\\u0007") || text.contains('\u{85}');
        let expected = if unseen { vec![("C023".to_owned(), 4)] } else { Vec::new() };
        assert_eq!(found, expected, "{text:?}");
        let differ = text.contains('\u{85}');
        assert!(differ || read == objects, "{text:?}\n{read:?}");
        assert_eq!(manifests::values(&text).unwrap(), read, "diff: {text:?}");
    }
}

#[test]
fn what_kubectl_refuses_is_refused() {
    let in_data = |value: &str| format!("{HEAD}data:\n  k: {value}\n  l: x\n");
    let cases = [
        (in_data("\"x\u{7}y\""), 5),
        (in_data("x\0"), 5),
        (in_data("x # \u{1b}[2K"), 5),
        (in_data("\u{7f}"), 5),
        (in_data("\u{9b}"), 5),
        (in_data("\u{fffe}"), 5),
        (format!("{HEAD}\0data: 1"), 4),
        (in_data(".inf"), 5),
        (in_data("[1, -.INF]"), 5),
        (in_data("{é: .NaN}"), 5),
        ("{\"apiVersion\": \"v1\",\n\"kind\": \"x\u{1}\"}".to_owned(), 2),
        ("{\"apiVersion\": \"v1\", \"kind\": \"x\",\n\"data\": 1e999}".to_owned(), 2),
        ("{\"apiVersion\": \"v1\",\n\"kind\": \"\\ud800\"}".to_owned(), 2),
        (in_data("]"), 5),
    ];
    for (text, line) in cases {
        let (_, found) = verified(&text);
        assert_eq!(found, [("C030".to_owned(), line)], "{text:?}");
        assert!(manifests::values(&text).is_err(), "diff: {text:?}");
    }
}

#[test]
fn no_manifest_is_a_reason_to_panic() {
    let whole = format!("\u{feff}{HEAD}data:\r\n  é: “🦀\r\n  b: [\n  \"🦀\\ud83e\\udd80\"\n  ]\n---\n");
    let json = "{\"é\": [1, -2.5e3, \"“\\ud83e\\udd80\"], \"b\": {}}\n---\n{\"c\": null}";
    let ends = |text: &'static str| {
        (0..=text.len()).filter(|at| text.is_char_boundary(*at)).map(move |at| text[..at].to_owned())
    };
    let frames = [
        "@",
        "a: @",
        "é: \"@\"\nb: ]",
        "é@: x\n“: [@,\n]\n",
        "{\"é\": @}\n{\"@\": 1}",
        "{\"a\": {\"@",
        "kind: Secret\ndata: {é: @",
    ];
    let hostile = HOSTILE.iter().flat_map(|text| frames.iter().map(move |frame| frame.replace('@', text)));
    for text in ends(whole.leak()).chain(ends(json)).chain(hostile) {
        let (objects, found) = verified(&text);
        assert!(found.iter().all(|(_, line)| *line > 0), "{text:?}: {objects:?} {found:?}");
        let _ = manifests::values(&text);
    }
}
