//! Texts of libraries never reach a user as titles: odd YAML for `verify`, odd data and expressions for `check`.

mod common;

use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::Sources;
use common::{Memory, compile_in};

/// What libraries call their own types, options and stages.
const THEIRS: [&str; 22] = [
    "weak recursion",
    "DuplicateKeyPolicy",
    "Options",
    "while scanning",
    "while parsing a",
    "did not find expected",
    "unexpected character",
    "scalar",
    "recursion limit",
    "dynamic type error",
    "non serializable",
    "unmatched pattern",
    "destructuring failed",
    "parse error",
    "unexpected token",
    "invalid type:",
    "os error",
    "utf-8 sequence",
    "contract broken by",
    "IO error",
    "at line ",
    "incompatible types",
];

fn assert_ours(shown: &str, of: &str) {
    for theirs in THEIRS {
        assert!(!shown.contains(theirs), "{of:?} shows `{theirs}`: {shown}");
    }
}

/// What is said of a finding, without what is quoted after the name of a library.
fn own_words(finding: &Diagnostic) -> String {
    let quoted = |text: &&String| text.starts_with("Nickel says: ") || text.starts_with("its reader says: ");
    let notes: Vec<&str> = finding.notes.iter().filter(|note| !quoted(note)).map(String::as_str).collect();
    format!("{}; {}; {}", finding.message, notes.join("; "), finding.help.join("; "))
}

fn verified(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let file = sources.add("odd.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding).collect()
}

/// Texts that no reader takes, with a word of what is said of each.
const MANIFESTS: [(&str, &str); 22] = [
    ("a: *nope\n", "no anchor"),
    ("a: & b\n", "no name follows"),
    ("a:\n\tb: 1\n", "a tab"),
    ("a: b: c\n", "`: `"),
    ("a: @b\n", "without quotes"),
    ("a: `b`\n", "without quotes"),
    ("a: %b\n", "without quotes"),
    ("a: \"\\q\"\n", "escape"),
    ("a: \"\\ud800\"\n", "escape"),
    ("a: \"x\n", "quote"),
    ("a: 'x\n", "quote"),
    ("a: \"x\" y\n", "follows"),
    ("a: [1, 2\n", "bracket"),
    ("a: {b: 1\nc: 2}\n", "bracket"),
    ("a: |9x\n  b\n", "`|`"),
    ("a:\n    b: 1\n  c: 2\n", "indentation"),
    ("- a\n b\n- c\n  - d: 1\n e: 2\n", "YAML"),
    ("%YAML 3.0\n---\na: 1\n", "`%`"),
    ("%TAG ! tag:x\n%TAG ! tag:y\n---\na: 1\n", "`%`"),
    ("a: !foo!bar b\n", "tag"),
    ("a: 1\n...\nb\n... x\n", "document"),
    ("a: &a\n  b: *a\n", ""),
];

#[test]
fn odd_manifests_are_refused_in_our_words() {
    for (text, word) in MANIFESTS {
        let findings = verified(text);
        assert!(!findings.is_empty() || word.is_empty(), "{text:?} has no finding");
        let shown: String = findings.iter().map(own_words).collect();
        assert!(shown.contains(word), "{text:?}: {shown}");
        assert_ours(&shown, text);
        let unreadable = findings.iter().filter(|finding| finding.message.starts_with("the text is not YAML"));
        unreadable.for_each(|finding| assert!(!finding.help.is_empty() || !finding.notes.is_empty(), "{text:?}"));
    }
    let twice = verified("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, name: b}\n");
    assert!(twice.iter().any(|finding| finding.message == "the key `name` stands twice in one record"), "{twice:?}");
}

/// Data that an environment imports, and a word of what is said of it.
const DATA: [(&str, &str, &str); 17] = [
    ("data.yaml", "labels: &a\n  x: *a\n", "anchors and aliases"),
    ("data.yaml", "labels: *nope\n", "no anchor"),
    ("data.yaml", "labels: {a: b, a: c}\n", "twice"),
    ("data.yaml", "labels:\n\ta: b\n", "a tab"),
    ("data.yaml", "labels: {a: .nan}\n", "`.nan`"),
    ("data.yaml", "labels: {1: b, [a]: c}\n", "a key is not a text"),
    ("data.yaml", "labels: [a\n", "bracket"),
    ("data.yaml", "", "a value is of another type"),
    ("data.json", "{\"labels\": {\"a\": \"b\", \"a\": \"c\"}}", "twice"),
    ("data.json", "{\"labels\": {\"a\": \"b\"},}", "a comma or a colon stands before the end"),
    ("data.json", "{\"labels\": {a: \"b\"}}", "not JSON"),
    ("data.json", "{\"labels\": {", "not JSON"),
    ("data.json", "{\"labels\": {\"a\": 1e999}}", "out of range"),
    ("data.json", "{\"labels\": {\"a\": \"\\ud800\"}}", "not JSON"),
    ("data.toml", "labels = {a = }\n", "not TOML"),
    ("data.toml", "[labels]\na = \"b\"\na = \"c\"\n", "not TOML"),
    ("data.toml", "labels = {a = nan}\n", "which no field takes"),
];

#[test]
fn odd_data_is_refused_in_our_words() {
    for (name, text, word) in DATA {
        let environment = common::environment(&format!("  labels = (import \"{name}\").labels,"));
        let world = Memory::of([("environment.ncl", environment.as_str()), (name, text)]);
        let (_, outcome) = compile_in(&world, "environment.ncl");
        let shown: String = outcome.findings.iter().map(own_words).collect();
        assert!(shown.contains(word), "{text:?}: {shown}");
        assert_ours(&shown, text);
    }
}

const EXPRESSIONS: [(&str, &str); 20] = [
    ("labels.a = labels.b, labels.b = labels.a,", "is defined by itself"),
    ("labels = let rec x = { a = x } in x,", "expected a label value"),
    ("services.federation.replicas = 1 / 0,", "divided by zero"),
    ("labels.a = 1 + \"a\",", "another type"),
    ("labels.a = \"x\" 3,", "no function"),
    ("labels.a = ('A |> match { 'B => \"x\" }),", "no case of the `match`"),
    ("labels.a = (fun {x} => x) {x = \"a\", y = 3},", "does not fit the pattern"),
    ("labels.a = if (fun x => x) == (fun y => y) then \"a\" else \"b\",", "can't be compared"),
    ("labels.a = std.serialize 'Json (fun x => x),", "can't be written as text"),
    ("labels.a = std.fail_with \"boom\",", "breaks the contract"),
    ("labels.a = if std.string.is_match \"(\" \"x\" then \"a\" else \"b\",", "regular expression"),
    ("labels.a = (let f : Number -> String = fun x => x in f 3),", "not of the type that is declared"),
    ("labels = std.deserialize 'Json \"{a\",", "not JSON"),
    ("labels = std.deserialize 'Yaml \"a: [\",", "not YAML"),
    ("labels = std.deserialize 'Toml \"a = \",", "not TOML"),
    ("labels.a = \"%{ {} }\",", "another type"),
    ("labels.a = std.nope,", "has no field `nope`"),
    ("labels.a = nope,", "nothing is called `nope`"),
    ("labels.a = 3 4 5 =,", "something else has to stand here"),
    ("services.federation.replicas = 1e400,", "expected a count"),
];

#[test]
fn odd_expressions_are_refused_in_our_words() {
    for (expression, word) in EXPRESSIONS {
        let (_, outcome) = common::compile(&common::environment(&format!("  {expression}")));
        let shown: String = outcome.findings.iter().map(own_words).collect();
        assert!(shown.contains(word), "{expression}: {shown}");
        assert_ours(&shown, expression);
    }
}

#[test]
fn patches_of_a_wrong_type_are_explained_in_our_words() {
    let patch = "  patches.Deployment.agentos-federation.spec.replicas = \"two\",";
    let (_, outcome) = common::compile(&common::environment(patch));
    let shown: Vec<&str> = outcome.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(shown.contains(&"`spec.replicas` of Deployment takes an integer"), "{shown:?}");
}

#[cfg(unix)]
#[test]
fn trouble_with_files_is_told_in_our_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wide.yaml"), b"\xff\xfea\0").unwrap();
    std::fs::write(folder.path().join("wide.ncl"), b"\xff\xfea\0").unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let run = |arguments: &[&str]| {
        let output = common::binary().args(arguments).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
    };
    for (arguments, word) in [
        (&["check", "missing.ncl"][..], "can't be read: No such file or directory\n"),
        (&["verify", "missing.yaml"], "can't be read: No such file or directory\n"),
        (&["verify", "wide.yaml"], "byte 0 begins no character; save it as UTF-8"),
        (&["diff", "wide.yaml", "wide.yaml"], "UTF-8"),
        (&["check", "wide.ncl"], "UTF-8"),
        (&["check", "wide.ncl/x.ncl"], "can't be read: Not a directory\n"),
        (&["graph", "missing.ncl"], "can't be read: No such file or directory\n"),
        (&["init", "wide.ncl"], "can't be made"),
    ] {
        let shown = run(arguments);
        assert!(shown.contains(word), "{arguments:?}: {shown}");
        assert_ours(&shown, &arguments.join(" "));
    }
}
