//! A fix mends its finding and brings no other: each kind on its own, and all of them on texts with random mistakes.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::catalogue::{CATALOGUE, FIXES, Fixable, SYNTAX_ERROR};
use agentos_cfg::diagnostic::{Diagnostic, Fix};
use agentos_cfg::fix::apply;
use agentos_cfg::pages::examples;
use agentos_cfg::policy::Policy;
use agentos_cfg::source::{Disk, Entry, Overlay, Sources};
use common::{Memory, binary, environment, production, root, shipped};
use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Files by their names, and which of them are environments.
#[derive(Clone)]
struct Project {
    files: BTreeMap<String, String>,
    entries: Vec<String>,
}

impl Project {
    fn of(text: &str) -> Project {
        let name = "environment.ncl".to_owned();
        Project { files: [(name.clone(), text.to_owned())].into(), entries: vec![name] }
    }

    fn compile(&self) -> (Compiler, Vec<Diagnostic>) {
        let mut world = Memory::default();
        self.files.iter().for_each(|(name, text)| world.add(name, text.as_bytes()));
        let entry = |name: &String| Entry::file(Path::new(name), Path::new("/project"));
        let mut compiler = Compiler::new();
        let outcomes = compiler.compile_all(&world, self.entries.iter().map(entry).collect(), &Policy::default());
        (compiler, outcomes.into_iter().flat_map(|(_, outcome)| outcome.findings).collect())
    }

    /// The files with one fix made.
    fn with(&self, finding: &Diagnostic, fix: &Fix, sources: &Sources) -> Project {
        let alone = Diagnostic { fixes: vec![Fix { preferred: true, ..fix.clone() }], ..finding.clone() };
        let mut fixed = self.clone();
        for (file, text) in apply([&alone], sources, true).texts {
            fixed.files.insert(file.strip_prefix("/project").unwrap().to_str().unwrap().to_owned(), text);
        }
        fixed
    }
}

/// What tells a finding from others.
fn keys(findings: &[Diagnostic]) -> Vec<(String, String)> {
    findings.iter().map(|finding| (finding.code.to_string(), finding.path.to_string())).collect()
}

/// The failing environments of a code's page.
fn failing(page: &str) -> Vec<Project> {
    let examples = examples(page);
    let failing =
        examples.iter().filter(|example| example.fails && example.language == "nickel" && example.before.is_none());
    let owned = |(name, text): &(&str, String)| ((*name).to_owned(), text.clone());
    failing
        .map(|example| Project {
            files: example.texts.iter().chain(&example.files).map(owned).collect(),
            entries: example.texts.iter().map(|(name, _)| (*name).to_owned()).collect(),
        })
        .collect()
}

const NO_PROFILE: &str = "the environment lacks the field `profile`";

/// Texts with one fault each, beside those of the pages: each kind of change, and how it is laid out.
fn faults() -> Vec<(&'static str, String)> {
    let of = |code, more: &str| (code, environment(more));
    let mut faults = vec![
        of("C002", "  services = { federation = { replcias = 1 } },"),
        of("C002", "  # why\n  colour = {\n    a = 1, # one\n  },\n  smoke.job = false,"),
        of("C003", "  tenancy.tenants.tnt_a = {},"),
        of("C003", "  tenancy.tenants = {\n    tnt_a = {\n      # no name yet\n    },\n  },"),
        of("C003", "  database = 'Postgres { },\n  secrets.keys.AGENTOS_DB_PASSWORD.placeholder = \"fake_a\","),
        of("C004", "  audit = 'file,"),
        of("C004", "  services.federation.storage = 'Persistant { size = \"1Gi\" },"),
        of("C005", "  audit = \"File\","),
        of("C005", "  audit = 'File {},"),
        of("C005", "  observability.metrics_auth = \"true\","),
        of("C005", "  labels.a = 5,"),
        of("C005", "  labels.a = true,"),
        of("C005", "  services.federation.replicas = \"1\","),
        of("C005", "  federation.api_versions = \"v1\","),
        of("C010", "  audit = File,"),
        of("C010", "  observability.metrics_auth = True,"),
        of("C010", "  services.federation.resources.limits.memory = 1Gi,"),
        of("K001", "  namespace = \"Team_A\","),
        of("K006", "  patches.Deploiment.agentos-federation.spec.minReadySeconds = 5,"),
        of("K010", "  services.federation.resources.limits.memory = \"512MiB\","),
        of("K010", "  services.federation.resources = { requests.cpu = \"2\", limits.cpu = \"1\" },"),
        of("N017", "  network.resolvers.cloud = { networks = [\"169.254.20.10/32\"], ports = [] },"),
        of(
            "S012",
            "  secrets = {\n    backend = 'Csi {\n      provider = 'Azure,\n      parameters = { keyvaultName = \"v\", tenantId = \"t\" },\n    },\n    \
             inject = 'File,\n    keys = {\n      AGENTOS_SERVICE_TOKEN.remote = { key = \"token\", property = \"p\" },\n      \
             AGENTOS_FED_SHARED_SECRET.remote = { key = \"shared\" },\n      AGENTOS_SIGNING_KEY.remote = { key = \"signing\" },\n    },\n  },",
        ),
        of("S007", "  runtime = 'V1_07,\n  secrets.backend = 'Existing,\n  database = 'Postgres { host = \"db\" },"),
    ];
    faults.push(("F001", environment("").replace("\"stk_example\"", "\"Example-EU\"")));
    faults.push(("C003", environment("").replace("  profile = 'Dev,\n", "")));
    faults.push(("C003", environment("").replace("  name = \"example\",\n", "")));
    faults.push(("C003", environment("").replace("  federation = { stack = \"stk_example\" },\n", "")));
    faults.push((
        "A006",
        production("").replace("'Persistent { class = \"ssd-retain\" }", "'Persistent { size = \"1Gi\" }"),
    ));
    faults.push(("S004", production("").replace("  secrets.inject = 'File,\n", "  secrets = {},\n")));
    faults
}

#[test]
fn each_fix_mends_its_finding_and_brings_no_other() {
    let mut wrong = Vec::new();
    for (rule, (code, fixable)) in CATALOGUE.iter().zip(FIXES) {
        let of_code = faults().into_iter().filter(|(of, _)| *of == code.0).map(|(_, text)| Project::of(&text));
        let mut kinds = BTreeSet::new();
        for project in failing(rule.page).into_iter().chain(of_code) {
            let (compiler, before) = project.compile();
            let mut of_code = before.iter().filter(|finding| finding.code == *code).peekable();
            assert!(of_code.peek().is_some(), "{code}: {:?}\n{:?}", keys(&before), project.files);
            for finding in of_code {
                // Which profile holds is for the author to say.
                let taken = usize::from(!finding.fixes.is_empty() && finding.message != NO_PROFILE);
                let preferred: Vec<bool> = finding.fixes.iter().map(|fix| fix.preferred).collect();
                assert_eq!(preferred.iter().filter(|preferred| **preferred).count(), taken, "{finding:?}");
                assert!(taken == 0 || preferred[0], "{finding:?}");
                for fix in &finding.fixes {
                    kinds.insert(fix.safe);
                    let fixed = project.with(finding, fix, compiler.sources());
                    let after = keys(&fixed.compile().1);
                    let known = keys(&before);
                    // What a value is that may be taken instead rules judge.
                    let may_come = |code: &str| !fix.preferred && !code.starts_with('C');
                    let is_known = |key: &(String, String)| known.contains(key) || may_come(&key.0);
                    let is_left = |key: &(String, String)| key.0 == code.0 && key.1 == finding.path.to_string();
                    let count = |keys: &[(String, String)]| keys.iter().filter(|key| is_left(key)).count();
                    if count(&after) >= count(&known) || !after.iter().all(is_known) {
                        wrong.push(format!("{code} {}: {known:?} → {after:?}\n{:?}", fix.title, fixed.files));
                    }
                }
            }
        }
        let expected = match fixable {
            Fixable::Safely => kinds.contains(&true),
            Fixable::Unsafely => kinds.contains(&false) && !kinds.contains(&true),
            Fixable::Not(why) => kinds.is_empty() && why.len() > 20,
        };
        if !expected {
            wrong.push(format!("{code}: the catalogue says {fixable:?}, and its findings have {kinds:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every fault of the texts above that needs another layout, as it is mended.
#[test]
fn comments_and_layout_stay() {
    let shown: Vec<String> = faults()
        .into_iter()
        .map(|(code, text)| {
            let project = Project::of(&text);
            let (compiler, findings) = project.compile();
            let of_code = findings.iter().filter(|finding| finding.code.0 == code);
            let fixes = of_code.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
            let diffs = fixes.map(|(finding, fix)| {
                let fixed = project.with(finding, fix, compiler.sources());
                let safe = if fix.safe { "safe" } else { "unsafe" };
                let diff = TextDiff::from_lines(&text, &fixed.files["environment.ncl"]);
                format!("{code}, {safe}: {}\n{}", fix.title, diff.unified_diff().context_radius(0))
            });
            diffs.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert_snapshot!(shown.join("\n"));
}

/// Makes fixes of a text in the place of a shipped environment until there are no more: the findings before and after, and the
/// text.
fn mended(name: &str, text: &str, also_unsafe: bool) -> (Vec<Diagnostic>, Vec<Diagnostic>, String) {
    let file = root().join(name);
    let mut overlay = Overlay { world: &Disk, texts: [(file.clone(), text.to_owned())].into() };
    let mut first = None;
    for _ in 0..10 {
        let mut compiler = Compiler::new();
        let found = compiler.compile(&overlay, &Entry::file(Path::new(name), root())).findings;
        let applied = apply(&found, compiler.sources(), also_unsafe);
        first.get_or_insert_with(|| found.clone());
        if applied.texts.is_empty() {
            return (first.unwrap(), found, overlay.texts.remove(&file).unwrap());
        }
        overlay.texts.extend(applied.texts);
    }
    panic!("{name}: there is always something left to fix in\n{text}");
}

/// Mistakes in one line: a name with two letters exchanged, a line that is lost, quotes that are lost, a tag of another case.
fn mistakes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.contains(" = ") && !line.trim_start().starts_with('#')) {
        let (name, value) = line.split_once(" = ").unwrap();
        let indentation = name.len() - name.trim_start().len();
        let exchanged: String = {
            let mut letters: Vec<char> = name.trim_start().chars().collect();
            let at = letters.len() / 2;
            letters.swap(at - usize::from(at > 0), at);
            letters.into_iter().collect()
        };
        let others = [
            format!("{}{exchanged} = {value}", &line[..indentation]),
            String::new(),
            line.replace('"', ""),
            line.replace(" = '", " = \"").replacen(',', "\",", usize::from(value.starts_with('\''))),
            format!("{name} = {}", value.to_lowercase()),
            format!("{name}: {value}"),
            line.trim_end_matches(',').to_owned(),
            line.replace(" = ", " == "),
            line.replace('}', ""),
        ];
        found.extend(others.into_iter().filter(|other| other != line).map(|other| text.replacen(line, &other, 1)));
    }
    found
}

#[test]
fn fixes_of_random_mistakes_leave_a_text_that_parses_with_no_new_finding() {
    let (mut changed, mut clean, mut tried) = (0, 0, 0);
    for (round, name) in shipped().into_iter().enumerate() {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let mistakes = mistakes(&text);
        for mistake in mistakes.iter().skip(round % 5).step_by(mistakes.len() / 6) {
            let (before, after, fixed) = mended(name, mistake, false);
            tried += 1;
            changed += usize::from(fixed != *mistake);
            clean += usize::from(after.is_empty() && !before.is_empty());
            let known = keys(&before);
            let came: Vec<_> = keys(&after).into_iter().filter(|key| !known.contains(key)).collect();
            // Of a text that was not evaluated it is not known what else is wrong.
            let was_evaluated = before.iter().all(|finding| finding.code != SYNTAX_ERROR);
            assert!(came.is_empty() || !was_evaluated, "{name}: {came:?}\n{}", patch(mistake, &fixed));
            let is_refused = |found: &[Diagnostic]| found.iter().any(|finding| finding.code == SYNTAX_ERROR);
            assert!(!is_refused(&after) || is_refused(&before), "{name}:\n{}", patch(mistake, &fixed));
            let (_, all, _) = mended(name, mistake, true);
            assert!(!is_refused(&all) || is_refused(&before), "{name}: unsafe fixes");
        }
    }
    println!("{tried} mistakes, {changed} texts changed, {clean} without a finding afterwards");
    assert!(changed * 2 > tried && clean * 3 > tried, "{changed} and {clean} of {tried}");
}

fn patch(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().to_string()
}

/// A folder with these files, and a marker of a project.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files.iter().chain(&[("agentos.toml", "")]) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What `check` says with these options, in a folder: its exit code, standard output and standard error.
fn check(folder: &tempfile::TempDir, options: &[&str]) -> (i32, String, String) {
    let output = binary().current_dir(folder).arg("check").args(options).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

/// A file with a safe fix, an unsafe one and none; another, and a module that both import.
const SHARED: &str = "# Shared.\n{\n  profile = 'dev, # by all\n  storage = 'Ephemeral,\n}\n";
const ONE: &str = "let agentos = import \"agentos/lib.ncl\" in\n((import \"shared.ncl\") & {\n  name = \"one\",\n  \
                   federation = { stack = \"stk_one\", regoin = \"eu\" },\n  colour = 1,\n}) | agentos.Environment\n";
const TWO: &str = "let agentos = import \"agentos/lib.ncl\" in\n((import \"shared.ncl\") & {\n  name = \"two\",\n  namespace = \"two\",\n  \
                   federation = { stack = \"stk_two\" },\n}) | agentos.Environment\n";

#[test]
fn safe_fixes_are_written_and_what_is_left_is_reported() {
    let folder = folder(&[("one.ncl", ONE), ("two.ncl", TWO), ("shared.ncl", SHARED)]);
    let (code, out, err) = check(&folder, &["--fix", "one.ncl", "two.ncl"]);
    assert!(err.starts_with("fixed 2 findings in 2 files\n"), "{err}");
    assert!(code == 1 && out.contains("`colour`") && !out.contains("regoin"), "{out}");
    assert_eq!(read(&folder, "shared.ncl"), SHARED.replace("'dev", "'Dev"));
    assert_eq!(read(&folder, "one.ncl"), ONE.replace("regoin", "region"));
    assert_eq!(read(&folder, "two.ncl"), TWO);
    let (code, _, err) = check(&folder, &["--fix", "one.ncl", "two.ncl"]);
    assert!(code == 1 && err.starts_with("fixed 0 findings in 0 files\n"), "{err}");
    let (code, out, err) = check(&folder, &["--fix", "--unsafe-fixes", "."]);
    assert!(code == 0 && out.is_empty() && err.starts_with("fixed 1 finding in 1 file\n"), "{out}{err}");
    assert_eq!(read(&folder, "one.ncl"), ONE.replace("regoin", "region").replace("  colour = 1,\n", ""));
}

#[test]
fn a_diff_shows_what_would_be_changed_and_writes_nothing() {
    let secret = format!("ghp_{}", "0123456789abcdefghij".repeat(2));
    let one = ONE.replace("  colour = 1,\n", &format!("  audit = 'file,\n  annotations.a = \"{secret}\",\n"));
    let files = [("one.ncl", one.as_str()), ("shared.ncl", SHARED)];
    let folder = folder(&files);
    let (code, out, err) = check(&folder, &["--fix", "--unsafe-fixes", "--diff", "one.ncl"]);
    assert_eq!(code, 1);
    assert_snapshot!(format!("{out}\n{err}"));
    assert!(!out.contains(&secret) && out.contains("annotations.a"), "{out}");
    files.iter().for_each(|(name, text)| assert_eq!(read(&folder, name), *text));
    let (code, out, err) = check(&folder, &["--diff", "one.ncl"]);
    assert!(code == 2 && out.is_empty() && err.contains("--fix"), "{err}");
}

#[test]
fn what_is_no_file_is_not_fixed() {
    let folder = folder(&[]);
    let (code, out, err) = check(&folder, &["--fix", "-"]);
    assert!(code == 2 && out.is_empty() && err.contains("standard input can't be fixed"), "{out}{err}");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("real.ncl", &environment("  audit = 'file,"))]);
    let real = folder.path().join("real.ncl");
    std::fs::set_permissions(&real, PermissionsExt::from_mode(0o600)).unwrap();
    symlink("real.ncl", folder.path().join("link.ncl")).unwrap();
    let (code, _, err) = check(&folder, &["--fix", "link.ncl"]);
    assert!(code == 0 && err.starts_with("fixed 1 finding in 1 file"), "{err}");
    assert_eq!(std::fs::read_to_string(&real).unwrap(), environment("  audit = 'File,"));
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::symlink_metadata(folder.path().join("link.ncl")).unwrap().is_symlink());
}

/// An environment that is only led to, as a peer, is another's to fix; and no fix lets a finding pass.
#[test]
fn peers_are_left_alone_and_nothing_is_allowed() {
    let peer = environment("  audit = 'file,").replace("example", "peer");
    let one = environment(
        "  federation.peers.stk_peer = 'Environment \"peer.ncl\",\n  allow = [{ rule = \"T020\", reason = \"why\" }],",
    );
    let folder = folder(&[("one.ncl", &one), ("peer.ncl", &peer)]);
    let (_, _, err) = check(&folder, &["--fix", "one.ncl"]);
    assert!(err.starts_with("fixed 0 findings"), "{err}");
    check(&folder, &["--fix", "--unsafe-fixes", "one.ncl"]);
    assert_eq!(read(&folder, "peer.ncl"), peer);
    assert!(!read(&folder, "one.ncl").contains("rule"), "{}", read(&folder, "one.ncl"));
}

/// The fixes stand in what programs read, each with its edits.
#[test]
fn programs_read_fixes() {
    let folder = folder(&[("one.ncl", &environment("  adit = 'File,"))]);
    let format =
        |format: &str| -> Json { serde_json::from_str(&check(&folder, &["--format", format, "one.ncl"]).1).unwrap() };
    let json = format("json");
    let finding = &json["findings"][0];
    assert_eq!(finding["fix"], finding["fixes"][0]["edits"]);
    let edit = json!({ "file": "one.ncl", "line": 7, "column": 3, "end_line": 7, "end_column": 7, "text": "audit" });
    let renaming = json!({ "title": "rename `adit` to `audit`", "preferred": true, "safe": true, "edits": [edit] });
    assert_eq!(finding["fixes"][0], renaming);
    assert_eq!((&finding["fixes"][1]["preferred"], &finding["fixes"][1]["safe"]), (&json!(false), &json!(false)));
    let fix = &format("sarif")["runs"][0]["results"][0]["fixes"][0];
    let replacement = json!({
        "deletedRegion": { "startLine": 7, "startColumn": 3, "endLine": 7, "endColumn": 7 },
        "insertedContent": { "text": "audit" },
    });
    let change = json!({ "artifactLocation": { "uri": "one.ncl" }, "replacements": [replacement] });
    assert_eq!(*fix, json!({ "description": { "text": "rename `adit` to `audit`" }, "artifactChanges": [change] }));
}
