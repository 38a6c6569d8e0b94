//! The GitHub Action: its scripts, run by `bash` with commands that only note how they are called, and what it uses.
#![cfg(unix)]

mod common;

use common::root;
use serde_json::Value as Json;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn steps() -> Vec<Json> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let action: Json = serde_saphyr::from_str(&text).unwrap();
    action["runs"]["steps"].as_array().unwrap().clone()
}

/// The inputs as they are where the user sets none, with some set.
fn inputs(set: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let action: Json = serde_saphyr::from_str(&text).unwrap();
    let defaults = action["inputs"].as_object().unwrap().iter();
    let value = |name: &str, default: &Json| {
        let set = set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        set.unwrap_or_else(|| default["default"].as_str().unwrap().to_owned())
    };
    defaults.map(|(name, default)| (name.clone(), value(name, default))).collect()
}

struct Run {
    status: i32,
    called: String,
    stderr: String,
    outputs: String,
}

/// Runs the scripts one after the other, until one fails, as a runner does; `status` is what the commands exit with.
fn run(set: &[(&str, &str)], status: i32) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for command in ["cargo", "agentos-cfg"] {
        let exit = if command == "cargo" { 0 } else { status };
        std::fs::write(
            path(command),
            format!(
                "#!/bin/sh\n{{ printf '%s' {command}; printf ' <%s>' \"$@\"; echo; }} >> \"$CALLS\"\nexit {exit}\n"
            ),
        )
        .unwrap();
        std::fs::set_permissions(path(command), PermissionsExt::from_mode(0o755)).unwrap();
    }
    let inputs = inputs(set);
    let mut stderr = String::new();
    let mut ended = 0;
    for step in steps().iter().filter(|step| step["run"].is_string()) {
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-c", step["run"].as_str().unwrap()]);
        let search = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        bash.env("PATH", search).env("CALLS", path("calls")).env("GITHUB_OUTPUT", path("outputs"));
        for (name, value) in step["env"].as_object().unwrap() {
            bash.env(name, expanded(value.as_str().unwrap(), &inputs, folder.path()));
        }
        let output = bash.current_dir(folder.path()).output().unwrap();
        stderr += &String::from_utf8(output.stderr).unwrap();
        ended = output.status.code().unwrap();
        if ended != 0 {
            break;
        }
    }
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap_or_default();
    Run { status: ended, called: read("calls"), stderr, outputs: read("outputs") }
}

/// What an expression of the runner stands for, as far as the action has any.
fn expanded(text: &str, inputs: &[(String, String)], folder: &Path) -> String {
    let own = inputs.iter().find(|(name, value)| name == "path" && !value.is_empty());
    let source = own.map_or("/action", |(_, value)| value);
    let text = text.replace("${{ inputs.path || github.action_path }}", source);
    let text = text.replace("${{ runner.temp }}", &folder.display().to_string());
    let set =
        |text: String, (name, value): &(String, String)| text.replace(&format!("${{{{ inputs.{name} }}}}"), value);
    let text = inputs.iter().fold(text, set);
    assert!(!text.contains("${{"), "{text}");
    text
}

#[test]
fn defaults_install_the_source_and_annotate() {
    let run = run(&[], 0);
    let called =
        "cargo <install> <--locked> <--path> </action>\nagentos-cfg <check> <--format> <github> <--> <environments>\n";
    assert_eq!((run.status, run.called.as_str(), run.stderr.as_str()), (0, called, ""));
}

#[test]
fn inputs_become_arguments() {
    let run = run(
        &[("paths", "a  b\n$(id)"), ("deny-warnings", "true"), ("format", "sarif"), ("version", "1.2.3-rc.1+x")],
        1,
    );
    let called = "cargo <install> <--locked> <agentos-cfg> <--version> <1.2.3-rc.1+x>\n\
                  agentos-cfg <check> <--deny> <warnings> <--format> <sarif> <--> <a> <b> <$(id)>\n";
    assert_eq!((run.status, run.called.as_str()), (1, called), "{}", run.stderr);
    assert!(run.outputs.starts_with("report="), "{}", run.outputs);
    assert_eq!(self::run(&[("format", "sarif")], 2).outputs, "");
}

#[test]
fn an_input_that_is_not_what_it_has_to_be_is_refused_before_anything_is_installed() {
    let wrong = [
        ("deny-warnings", "True"),
        ("deny-warnings", "yes"),
        ("deny-warnings", "1"),
        ("deny-warnings", ""),
        ("deny-warnings", "true "),
        ("format", "json"),
        ("format", "GitHub"),
        ("format", ""),
        ("version", "latest"),
        ("version", "1"),
        ("version", "^1.2.3"),
        ("version", "1.2.3 --git https://example.com"),
        ("version", "1.2.3\n"),
        ("paths", " \n"),
        ("path", "nowhere"),
    ];
    for (name, value) in wrong {
        let run = run(&[(name, value)], 0);
        assert_eq!((run.status, run.called.as_str()), (2, ""), "{name}: {value}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("the input `{name}` is `")), "{}", run.stderr);
    }
    let both = run(&[("version", "1.2.3"), ("path", "/")], 0);
    assert_eq!((both.status, both.called.as_str()), (2, ""));
}

#[test]
fn the_check_refuses_them_by_itself() {
    let check = steps().into_iter().find(|step| step["id"] == "check").unwrap();
    for (deny, format) in [("True", "github"), ("false", "text")] {
        let mut bash = Command::new("bash");
        bash.args(["-c", check["run"].as_str().unwrap()]);
        bash.env("CHECK_PATHS", "a").env("CHECK_DENY", deny).env("CHECK_FORMAT", format).env("CHECK_REPORT", "r");
        assert_eq!(bash.output().unwrap().status.code(), Some(2), "{deny} {format}");
    }
}

#[test]
fn what_is_used_is_pinned_to_a_commit_with_its_version_beside_it() {
    let pages = ["action.yml", "docs/ci.md", "docs/diff.md"];
    let text: String = pages.map(|page| std::fs::read_to_string(root().join(page)).unwrap()).concat();
    let uses: Vec<&str> =
        text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")).collect();
    let others: Vec<&&str> = uses.iter().filter(|used| !used.starts_with("nexixai/agentos-cfg@")).collect();
    assert!(others.len() >= 4, "{uses:?}");
    for used in others {
        let (commit, version) =
            used.split_once('@').and_then(|(_, rest)| rest.split_once(" # v")).unwrap_or_else(|| panic!("{used}"));
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{used}");
        assert_eq!(version.split('.').count(), 3, "{used}");
    }
}
