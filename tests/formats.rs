//! Findings in every format: what programs read is well formed, complete and stable.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::catalogue::{self, CATALOGUE, finding};
use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::pages::examples;
use agentos_cfg::path::Path as At;
use agentos_cfg::policy::Policy;
use agentos_cfg::render::human::Style;
use agentos_cfg::render::{Checked, Format, Report};
use agentos_cfg::source::{Entry, Sources, Span};
use clap::ValueEnum;
use common::{Memory, environment};
use insta::assert_snapshot;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;

/// Checks files of a world under a policy, and renders what is found.
fn render(world: &Memory, names: &[&str], policy: &Policy, format: Format) -> String {
    let mut compiler = Compiler::new();
    let environments: Vec<Checked> = names
        .iter()
        .map(|name| {
            let entry = Entry::file(Path::new(name), Path::new("/project"));
            let findings = compiler.compile_under(world, &entry, policy).findings;
            Checked { name: (*name).to_owned(), findings }
        })
        .collect();
    let report = Report { environments: &environments, sources: compiler.sources(), policy };
    format.render(&report, Style { color: false })
}

/// Four faults; characters of several bytes before one; a conflict of two places; a finding that is allowed.
fn faulty() -> Memory {
    let allowed = "  tenancy.tenants.\"tnt-u\" = { name = \"Ü\" }, # °\n  \
                   allow = [{ rule = \"T002\", reason = \"An \\\"old\\\" id, <kept> & used.\" }],";
    Memory::of([
        ("four faults, ü.ncl", include_str!("fixtures/four-faults.ncl")),
        ("allowed.ncl", &environment(allowed)),
        ("base.ncl", "{ name = \"base\", storage = 'Ephemeral, profile = 'Dev, federation.stack = \"stk_a\" }"),
        ("over.ncl", "(import \"base.ncl\") & { name = \"over\" }"),
        ("wide.ncl", &environment("  labels.a = \"ü\", annotations.\"ü\" = 5,")),
        ("clean.ncl", &environment("")),
    ])
}

const NAMES: [&str; 5] = ["allowed.ncl", "clean.ncl", "four faults, ü.ncl", "over.ncl", "wide.ncl"];

fn rendered(format: Format) -> String {
    render(&faulty(), &NAMES, &Policy::default(), format)
}

#[test]
fn human() {
    assert_snapshot!(rendered(Format::Human));
}

/// For people a finding has a title, labels at places, notes and helps; programs get each of them, whole and apart.
#[test]
fn nothing_that_people_read_is_lost_in_json() {
    let examples = CATALOGUE.iter().flat_map(|rule| examples(rule.page));
    let mut counted = [0; 4];
    for example in examples.filter(|example| example.fails && !["sh", "yaml"].contains(&example.language)) {
        let mut world = Memory::default();
        for (name, text) in example.texts.iter().chain(&example.files) {
            world.add(name, text.as_bytes());
        }
        let mut compiler = Compiler::new();
        let outcome = compiler.compile(&world, &Entry::file(Path::new(example.texts[0].0), Path::new("/project")));
        let environments = [Checked { name: "a".to_owned(), findings: outcome.findings.clone() }];
        let policy = Policy::default();
        let report = Report { environments: &environments, sources: compiler.sources(), policy: &policy };
        let json: Json = serde_json::from_str(&Format::Json.render(&report, Style { color: false })).unwrap();
        for (finding, json) in outcome.findings.iter().zip(json["findings"].as_array().unwrap()) {
            assert_eq!(json["notes"], serde_json::json!(finding.notes));
            assert_eq!(json["helps"], serde_json::json!(finding.help));
            assert_eq!(json["help"], finding.help.join("; "));
            assert_eq!(json["label"], finding.primary.as_ref().map_or("", |label| &label.text));
            let related: Vec<&str> = finding
                .secondary
                .iter()
                .filter(|label| !compiler.sources().is_library(label.span.file))
                .map(|label| label.text.as_str())
                .collect();
            let there = json["related"].as_array().unwrap();
            assert_eq!(there.iter().map(|place| place["message"].as_str().unwrap()).collect::<Vec<_>>(), related);
            for (count, more) in counted.iter_mut().zip([finding.notes.len(), finding.help.len(), related.len(), 1]) {
                *count += more;
            }
        }
    }
    assert!(counted.iter().all(|count| *count > 5), "{counted:?}");
}

#[test]
fn json() {
    assert_snapshot!(rendered(Format::Json));
}

#[test]
fn github() {
    assert_snapshot!(rendered(Format::Github));
}

#[test]
fn gitlab() {
    assert_snapshot!(rendered(Format::Gitlab));
}

/// What GitLab's documentation asks of a Code Quality report.
#[test]
fn gitlab_has_all_that_is_required_and_nothing_else() {
    let keys = |json: &Json| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut fingerprints = BTreeSet::new();
    let shown = rendered(Format::Gitlab);
    assert!(shown.starts_with('['), "no byte order mark");
    let report: Json = serde_json::from_str(&shown).unwrap();
    for violation in report.as_array().unwrap() {
        assert_eq!(keys(violation), ["description", "check_name", "fingerprint", "severity", "location"]);
        assert_eq!(keys(&violation["location"]), ["path", "lines"]);
        assert_eq!(keys(&violation["location"]["lines"]), ["begin"]);
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&violation["severity"].as_str().unwrap()));
        assert!(!violation["description"].as_str().unwrap().contains('\n'));
        assert!(violation["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(NAMES.contains(&violation["location"]["path"].as_str().unwrap()));
        assert!(fingerprints.insert(violation["fingerprint"].as_str().unwrap().to_owned()));
    }
    assert!(fingerprints.len() > 5);
}

#[test]
fn severities_of_gitlab() {
    let severities = |inner: &str, deny_warnings| -> Vec<(String, String)> {
        let world = Memory::of([("a.ncl", &environment(inner))]);
        let policy = Policy { allow: Vec::new(), deny_warnings };
        let report: Json = serde_json::from_str(&render(&world, &["a.ncl"], &policy, Format::Gitlab)).unwrap();
        let text = |violation: &Json, key: &str| violation[key].as_str().unwrap().to_owned();
        let violations = report.as_array().unwrap().iter();
        violations.map(|violation| (text(violation, "check_name"), text(violation, "severity"))).collect()
    };
    let of = |code: &str, severity: &str| {
        (
            format!("{code} {}", catalogue::by_text(code).map(|code| catalogue::rule(code).name).unwrap()),
            severity.into(),
        )
    };
    let idle = "  allow = [{ rule = \"T002\", reason = \"None.\" }],";
    let warned = severities(idle, false);
    assert_eq!((warned.len(), warned[0].1.as_str(), severities(idle, true)[0].1.as_str()), (1, "minor", "major"));
    assert_eq!(severities("  replicas = 1,", false), [of("C002", "critical")]);
    let unsafe_id = "  tenancy.tenants.\"tnt-u\" = { name = \"U\" },";
    assert!(catalogue::rule(catalogue::by_text("T002").unwrap()).safety);
    assert_eq!(severities(unsafe_id, false), [of("T002", "blocker")]);
    let allowed = format!("{unsafe_id} allow = [{{ rule = \"T002\", reason = \"It is old.\" }}],");
    assert_eq!(severities(&allowed, false), [of("T002", "info")]);
}

#[test]
fn two_equal_findings_of_one_file_have_two_fingerprints() {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml".to_owned(), "a: 1\na: 1\n".to_owned(), false);
    let at = |start| Some(Span { file, start, end: start + 4 });
    let found = |start| finding(catalogue::WRONG_TYPE, At::root(), "the same").at(at(start), "");
    let of = |findings: Vec<Diagnostic>| -> Vec<String> {
        let environments = [Checked { name: "a.yaml".to_owned(), findings }];
        let report = Report { environments: &environments, sources: &sources, policy: &Policy::default() };
        let json: Json = serde_json::from_str(&Format::Gitlab.render(&report, Style { color: false })).unwrap();
        let all = json.as_array().unwrap().iter();
        all.map(|violation| violation["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let both = of(vec![found(0), found(5)]);
    assert_ne!(both[0], both[1]);
    assert_eq!(of(vec![found(5)]), both[..1], "the one that is left is one that was known");
}

/// In a job the current folder need not be the root of the repository, and a path may be absolute.
#[test]
fn paths_for_gitlab_begin_at_the_root_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = std::fs::canonicalize(folder.path()).unwrap();
    std::fs::create_dir_all(root.join("deploy/environments")).unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    std::fs::write(root.join("deploy/environments/a.ncl"), environment("  replicas = 1,")).unwrap();
    std::fs::write(root.join("deploy/m.yaml"), "a: [").unwrap();
    let paths = |here: &str, arguments: &[&str]| -> BTreeSet<String> {
        let output =
            common::binary().args(arguments).args(["--format", "gitlab"]).current_dir(root.join(here)).output();
        let report: Json = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let all = report.as_array().unwrap().iter();
        all.map(|violation| violation["location"]["path"].as_str().unwrap().to_owned()).collect()
    };
    let expected = BTreeSet::from(["deploy/environments/a.ncl".to_owned()]);
    assert_eq!(paths("deploy", &["check", "./environments/a.ncl"]), expected);
    assert_eq!(paths("deploy/environments", &["check", "../environments"]), expected);
    assert_eq!(paths("", &["check", "./deploy"]), expected);
    let absolute = root.join("deploy/environments/a.ncl");
    assert_eq!(paths("deploy", &["check", absolute.to_str().unwrap()]), expected);
    assert_eq!(paths("deploy", &["verify", "m.yaml"]), BTreeSet::from(["deploy/m.yaml".to_owned()]));
    std::fs::remove_dir(root.join(".git")).unwrap();
    assert_eq!(paths("deploy", &["check", "./environments"]), BTreeSet::from(["environments/a.ncl".to_owned()]));
}

#[test]
fn junit() {
    assert_snapshot!(rendered(Format::Junit));
}

#[test]
fn sarif() {
    let mut log: Json = serde_json::from_str(&rendered(Format::Sarif)).unwrap();
    // The catalogue has its own tests, and the version changes with each release.
    log["runs"][0]["tool"]["driver"]["rules"] =
        Json::String(format!("<{} rules>", CATALOGUE.len()).replace(|c: char| c.is_ascii_digit(), "n"));
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = Json::from("<version>");
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result["ruleIndex"] = Json::from("<index>");
    }
    assert_snapshot!(format!("{log:#}"));
}

/// What the schema requires, and what GitHub's code scanning does besides.
#[test]
fn sarif_has_all_that_is_required() {
    let log: Json = serde_json::from_str(&rendered(Format::Sarif)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(run["tool"]["driver"]["name"], "agentos-cfg");
    assert_eq!(rules.len(), CATALOGUE.len());
    for (descriptor, rule) in rules.iter().zip(CATALOGUE) {
        assert_eq!(descriptor["id"], rule.code.0);
        assert_eq!(descriptor["name"], rule.name);
        assert_eq!(descriptor["shortDescription"]["text"], rule.summary);
        assert_eq!(descriptor["helpUri"], catalogue::url(rule.code));
        assert_eq!(descriptor["defaultConfiguration"]["level"], rule.severity.as_str());
        for text in ["fullDescription", "help"] {
            assert!(!descriptor[text]["text"].as_str().unwrap().is_empty());
        }
    }
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && !uri.contains([' ', '/', ',']), "{uri}");
        for bound in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(location["region"][bound].as_u64().unwrap() >= 1);
        }
        assert!(result["suppressions"].is_array(), "some are suppressed, so that each says whether it is");
        assert!(fingerprints.insert(result["partialFingerprints"]["agentosFinding/v1"].as_str().unwrap().to_owned()));
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let fingerprints = |text: &str| -> Vec<String> {
        let world = Memory::of([("a.ncl", text)]);
        let of = |format| render(&world, &["a.ncl"], &Policy::default(), format);
        let log: Json = serde_json::from_str(&of(Format::Sarif)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let of_sarif = results.iter().map(|result| result["partialFingerprints"].to_string());
        let report: Json = serde_json::from_str(&of(Format::Gitlab)).unwrap();
        let of_gitlab = report.as_array().unwrap().iter().map(|violation| violation["fingerprint"].to_string());
        of_sarif.chain(of_gitlab).collect()
    };
    for text in [include_str!("fixtures/four-faults.ncl"), "{\n  name = ,\n  profile == 'Dev,\n}"] {
        let before = fingerprints(text);
        assert!(!before.is_empty());
        assert_eq!(before, fingerprints(&format!("# A line more.\n\n{text}")));
    }
}

#[test]
fn columns_count_characters_in_every_format() {
    // `ü` is two bytes and one column: a count of bytes would be larger.
    let text = environment("  annotations.\"üüü\" = 5,");
    let world = Memory::of([("a.ncl", &text)]);
    let of = |format| render(&world, &["a.ncl"], &Policy::default(), format);
    let json: Json = serde_json::from_str(&of(Format::Json)).unwrap();
    assert_eq!(
        (json["findings"][0]["column"].as_u64(), json["findings"][0]["end_column"].as_u64()),
        (Some(23), Some(24))
    );
    let sarif: Json = serde_json::from_str(&of(Format::Sarif)).unwrap();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startColumn"].as_u64(), region["endColumn"].as_u64()), (Some(23), Some(24)));
    assert!(of(Format::Github).contains(",col=23,endColumn=24,"));
}

#[test]
fn a_fault_in_a_shared_file_is_shown_once_and_fails_each_environment() {
    let over = |name: &str| {
        format!(
            "let agentos = import \"agentos/lib.ncl\" in (import \"base.ncl\") & {{ name = \"{name}\" }} | agentos.Environment"
        )
    };
    let base = "{ storage = 'Ephemeral, profile = 'Deev, federation.stack = \"stk_a\" }";
    let world = Memory::of([("a.ncl", &over("a")), ("b.ncl", &over("b")), ("base.ncl", base)]);
    let of = |format| render(&world, &["a.ncl", "b.ncl"], &Policy::default(), format);
    assert_eq!(of(Format::Github).lines().count(), 1);
    let json: Json = serde_json::from_str(&of(Format::Json)).unwrap();
    assert_eq!((json["summary"]["errors"].as_u64(), json["summary"]["files"].as_u64()), (Some(1), Some(2)));
    assert_eq!(of(Format::Junit).matches("<failure ").count(), 2);
}

/// A reader of XML that knows just enough to find what is not well formed.
fn is_well_formed(xml: &str) -> bool {
    let Some(body) = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else { return false };
    let mut open = Vec::new();
    for piece in body.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { return false };
        let name = tag.split(' ').next().unwrap_or("").trim_end_matches('/');
        match (tag.strip_prefix('/'), tag.ends_with('/')) {
            (Some(closed), _) if open.pop() != Some(closed) => return false,
            (Some(_), _) | (None, true) => {}
            (None, false) => open.push(name),
        }
        let forbidden = |c: char| c < ' ' && c != '\n';
        if text.contains(forbidden) || tag.contains(forbidden) || tag.matches('"').count() % 2 == 1 {
            return false;
        }
    }
    open.is_empty()
}

#[test]
fn junit_is_well_formed_whatever_is_in_the_file() {
    let text = environment("  labels.\"]]>\u{1b}\u{0}<&'\" = '\"\u{7}\t\u{c}\",\n  profile = 'Dev,");
    let world = Memory::of([("<&\"\u{1b}.ncl", &text)]);
    let xml = render(&world, &["<&\"\u{1b}.ncl"], &Policy::default(), Format::Junit);
    assert!(is_well_formed(&xml), "{xml}");
    assert!(xml.contains("<failure "), "{xml}");
    assert!(is_well_formed(&rendered(Format::Junit)));
}

#[test]
fn denied_warnings_fail_and_allowed_findings_do_not() {
    let idle = environment("  allow = [{ rule = \"T002\", reason = \"None.\" }],");
    let world = Memory::of([("a.ncl", &idle)]);
    let failures = |deny_warnings| {
        let policy = Policy { allow: Vec::new(), deny_warnings };
        render(&world, &["a.ncl"], &policy, Format::Junit).matches("<failure ").count()
    };
    assert_eq!((failures(false), failures(true)), (0, 1));
    assert!(!render(&faulty(), &["allowed.ncl"], &Policy::default(), Format::Junit).contains("<failure "));
}

#[test]
fn a_clean_report_in_every_format() {
    for &format in Format::value_variants() {
        let shown = render(&faulty(), &["clean.ncl"], &Policy::default(), format);
        match format {
            Format::Human | Format::Github => assert_eq!(shown, ""),
            Format::Json => assert!(shown.contains("\"findings\": []")),
            Format::Gitlab => assert_eq!(shown, "[]\n"),
            Format::Sarif => assert!(shown.contains("\"results\": []")),
            Format::Junit => assert!(shown.contains("failures=\"0\"") && is_well_formed(&shown)),
        }
    }
}
