//! How much is read, how long work takes, and what happens where it is too much.
//!
//! Each bound on time is tens of times what the work takes without optimisation, and was passed many times over by work
//! that grew with the square of its input.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SLOWEST: Duration = Duration::from_secs(60);

fn agentos(folder: &Path, arguments: &[&str]) -> Output {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_agentos-cfg"));
    let output = command.args(arguments).current_dir(folder).env("NO_COLOR", "1").output().unwrap();
    assert!(begun.elapsed() < SLOWEST, "{arguments:?} took {:?}", begun.elapsed());
    output
}

fn written(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The findings' codes.
fn codes(output: &Output) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report.get("findings").and_then(|findings| findings.as_array()).unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn thousands_of_findings_are_rendered_in_every_format() {
    let object = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: é}\n";
    let folder = written("m.yaml", &object.repeat(4001));
    for (format, sign) in [
        ("junit", "<failure "),
        ("sarif", "\"ruleId\""),
        ("json", "\"code\": \"K005\""),
        ("github", "::error "),
        ("gitlab", "\"fingerprint\""),
    ] {
        let output = agentos(folder.path(), &["verify", "m.yaml", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(stdout(&output).matches(sign).count() >= 4000, "{format}");
    }
    let output = agentos(folder.path(), &["verify", "m.yaml"]);
    assert!(stdout(&output).contains("m.yaml:16004:18") || stdout(&output).contains("more findings"));
}

#[test]
fn findings_on_the_one_line_of_a_large_file_are_placed() {
    let item = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"é"}}"#;
    let text = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, vec![item; 4001].join(","));
    let folder = written("m.json", &text);
    let output = agentos(folder.path(), &["verify", "m.json", "--format", "junit"]);
    assert_eq!(stdout(&output).matches("<failure ").count(), 4000);
    // The second object: columns count characters.
    let column = text.chars().take_while(|c| *c != '[').count() + 1 + item.chars().count() + 1;
    let column = column + item.find("\"a\"").unwrap() + 1;
    assert!(stdout(&output).contains(&format!("--&gt; m.json:1:{column}")), "{column}");
    assert!(stdout(&output).contains("= note: the second one"));
}

#[test]
fn one_object_may_have_any_number_of_findings() {
    let variables = "    - {name: X, value: y}\n".repeat(6001);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec:\n  containers:\n  - name: c\n    image: x:1\n    env:\n";
    let folder = written("m.yaml", &format!("{pod}{variables}"));
    let output = agentos(folder.path(), &["verify", "m.yaml", "--format", "json"]);
    assert_eq!(codes(&output).iter().filter(|code| *code == "K005").count(), 6000);
}

#[test]
fn deep_records_are_refused_at_once() {
    let deep = 100_000;
    let folder = written("a.ncl", &format!("{}1{}", "{a=".repeat(deep), "}".repeat(deep)));
    for format in ["human", "json", "junit"] {
        let output = agentos(folder.path(), &["check", "a.ncl", "--format", format]);
        assert_eq!((output.status.code(), stdout(&output).contains("levels deep")), (Some(1), true), "{format}");
    }
}

#[test]
fn credentials_are_looked_for_in_linear_time() {
    for sign in ["token=", "password=", "sig=", "eyJ", "a://a:b", "sk-", "-----BEGIN PRIVATE KEY-----", "Q~", "Bearer "]
    {
        let text =
            format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{name: a}}\ndata: {{k: '{}'}}\n", sign.repeat(4_000));
        let folder = written("m.yaml", &format!("{text}---\n{text}"));
        let output = agentos(folder.path(), &["verify", "m.yaml", "--eval-timeout", "60", "--format", "junit"]);
        assert!(stdout(&output).contains("K005"), "{sign}: {}", stdout(&output));
    }
}

#[test]
fn many_unknown_fields_are_counted_and_not_all_told() {
    let fields: String = (0..20_000).map(|index| format!("  x{index} = 1,\n")).collect();
    let folder = written("a.ncl", &format!("{{\n{fields}}}\n"));
    let output = agentos(folder.path(), &["check", "a.ncl", "--eval-timeout", "60", "--format", "json"]);
    assert_eq!(codes(&output).len(), 1001);
}

#[test]
fn keys_that_stand_twice_are_reported_a_hundred_times() {
    let folder = written("m.yaml", &format!("{{{}", ":,".repeat(100_000)));
    let output = agentos(folder.path(), &["verify", "m.yaml", "--format", "json"]);
    assert_eq!(codes(&output), vec!["C024"; 100]);
}

#[test]
fn what_has_no_end_is_refused_by_its_size() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_agentos-cfg"))
        .args(["verify", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let endless = std::thread::spawn(move || {
        let piece = "y\n".repeat(1 << 19);
        (0..1000).take_while(|_| input.write_all(piece.as_bytes()).is_ok()).count()
    });
    let output = child.wait_with_output().unwrap();
    assert!(endless.join().unwrap() < 1000);
    assert_eq!((output.status.code(), codes(&output)), (Some(1), vec!["C022".to_owned()]));
}

#[test]
fn manifests_have_limits_of_time_and_memory() {
    let object = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: b, c: d, e: f, g: h}}\n";
    let folder = written("m.yaml", &object.repeat(100_000));
    let output =
        agentos(folder.path(), &["verify", "m.yaml", "--eval-timeout", "1", "--eval-memory", "16", "--format", "json"]);
    let limit = codes(&output);
    assert!(output.status.code() == Some(1) && (limit == ["C017"] || limit == ["C018"]), "{limit:?}");
    let output = agentos(folder.path(), &["diff", "m.yaml", "m.yaml", "--eval-timeout", "1", "--eval-memory", "16"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("work on `m.yaml` takes more than"));
}

#[test]
fn thousands_of_documents_are_read_by_every_command() {
    let objects: String = (0..10_000)
        .map(|index| {
            format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{index}, namespace: x}}\ndata: {{k: v}}\n"
            )
        })
        .collect();
    let folder = written("m.yaml", &objects);
    let output = agentos(folder.path(), &["verify", "m.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let output = agentos(folder.path(), &["diff", "m.yaml", "m.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn known_credentials_and_findings_may_be_many() {
    let secret = |index| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: x}}\nstringData: {{k: fake_token_{index:08}}}\n"
        )
    };
    let folder = written("m.yaml", &(0..8000).map(secret).collect::<String>());
    let output = agentos(folder.path(), &["verify", "m.yaml", "--eval-timeout", "60", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!stdout(&output).contains("fake_token"));
}
