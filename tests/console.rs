//! Pages with commands show what the commands print: each is run in a copy of what ships.
//!
//! A block `diff` is a change that the page asks for, and is applied. A block `console` has commands and what they print,
//! standard output and standard error as a terminal has them; a line `…` stands for any lines. A heading of the second
//! level begins anew. Commands that need a cluster stand in blocks `sh`, and are not run.

mod common;

use common::root;
use std::path::Path;
use std::process::{Command, Stdio};

/// The pages that are held to what they show.
const RUN: [&str; 3] = ["docs/edit.md", "docs/operations.md", "docs/upgrading.md"];

/// What a page has the reader do, in order.
#[derive(Debug, PartialEq)]
enum Step {
    /// Everything is as it ships.
    Begin,
    /// A change.
    Apply(String),
    /// A command, and what it prints.
    Run { command: String, shown: String },
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let block = |lines: &mut std::str::Lines<'_>| -> Vec<String> {
            lines.take_while(|line| *line != "```").map(str::to_owned).collect()
        };
        match line {
            "```diff" => steps.push(Step::Apply(block(&mut lines).join("\n") + "\n")),
            "```console" => {
                let first = steps.len();
                for line in block(&mut lines) {
                    if let Some(command) = line.strip_prefix("$ ") {
                        steps.push(Step::Run { command: command.to_owned(), shown: String::new() });
                    } else if let Some(Step::Run { shown, .. }) = steps.get_mut(first..).and_then(<[Step]>::last_mut) {
                        *shown += &format!("{line}\n");
                    }
                }
            }
            _ if line.starts_with("```") => drop(block(&mut lines)),
            _ if line.starts_with("## ") => steps.push(Step::Begin),
            _ => {}
        }
    }
    steps
}

/// Whether a command prints what is shown of it. Digests change with all that is compiled, and count for nothing.
fn is_shown(printed: &str, shown: &str) -> bool {
    fn fits(printed: &[String], shown: &[String]) -> bool {
        match shown.split_first() {
            None => printed.is_empty(),
            Some((line, rest)) if line == "…" => (0..=printed.len()).any(|skipped| fits(&printed[skipped..], rest)),
            Some((line, rest)) => printed.first() == Some(line) && fits(&printed[1..], rest),
        }
    }
    let lines = |text: &str| text.lines().map(without_digests).collect::<Vec<String>>();
    fits(&lines(printed), &lines(shown))
}

/// A line with `#` in the place of every run of eight or more hexadecimal digits, of which one is a digit.
fn without_digests(line: &str) -> String {
    let mut text = String::new();
    let mut digest = String::new();
    let settle = |digest: &mut String, text: &mut String| {
        let is_digest = digest.len() >= 8 && digest.bytes().any(|byte| byte.is_ascii_digit());
        text.push_str(if is_digest { "#" } else { digest });
        digest.clear();
    };
    for character in line.trim_end().chars() {
        if matches!(character, '0'..='9' | 'a'..='f') {
            digest.push(character);
        } else {
            settle(&mut digest, &mut text);
            text.push(character);
        }
    }
    settle(&mut digest, &mut text);
    text
}

/// A repository with the environments that ship and what they compile to. Nothing where there is no `git`.
fn project(page: &str) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("environments"), &folder.path().join("environments"));
    copy(&root().join("deploy"), &folder.path().join("deploy"));
    if page == "docs/upgrading.md" {
        make_older(&folder.path().join("deploy/k8s/demo"));
    }
    git(folder.path(), &["init", "--quiet"], "")?;
    git(folder.path(), &["add", "--all"], "")?;
    let commit = ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "All."];
    git(folder.path(), &commit, "")?;
    Some(folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// Makes a compiled folder look as an earlier version wrote it: it says so, and its hook asks for tenants through a proxy.
fn make_older(folder: &Path) {
    let change = |file: &str, edit: &dyn Fn(&str) -> String| {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let changed = edit(&text);
        assert_ne!(changed, text, "{file}");
        std::fs::write(folder.join(file), changed).unwrap();
    };
    let version = format!("agentos-cfg {}\n", env!("CARGO_PKG_VERSION"));
    change("kustomization.yaml", &|text| text.replace(&version, "agentos-cfg 0.0.9\n"));
    change("manifests.yaml", &|text| text.replace("$(curl --noproxy '*' --silent", "$(curl --silent"));
}

/// Runs `git`, and expects that it succeeds.
fn git(folder: &Path, arguments: &[&str], input: &str) -> Option<()> {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child = command.spawn().ok()?;
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}\n{input}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// What a terminal shows of a command.
fn printed(folder: &Path, command: &str) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_agentos-cfg")).parent().unwrap();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(binary.to_owned()).chain(std::env::split_paths(&others))).unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .env("PATH", path)
        .env("AGENTOS_CFG_NO_CACHE", "1")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn the_pages_show_what_is_printed() {
    let mut otherwise = String::new();
    for page in RUN {
        let Some(folder) = project(page) else { return };
        let folder = folder.path();
        let steps = steps(&std::fs::read_to_string(root().join(page)).unwrap());
        assert!(steps.iter().filter(|step| matches!(step, Step::Run { .. })).count() >= 3, "{page}");
        for step in steps {
            match step {
                Step::Begin => {
                    git(folder, &["reset", "--quiet", "--hard"], "").unwrap();
                    git(folder, &["clean", "--quiet", "-d", "--force"], "").unwrap();
                }
                Step::Apply(change) => git(folder, &["apply", "-"], &change).unwrap(),
                Step::Run { command, shown } => {
                    assert!(command.starts_with("agentos-cfg "), "{page}: `{command}` is not run; use a block `sh`");
                    let printed = printed(folder, &command);
                    if !is_shown(&printed, &shown) {
                        otherwise += &format!("{page}: $ {command}\n{printed}\n");
                    }
                }
            }
        }
    }
    assert!(otherwise.is_empty(), "{otherwise}");
}

#[test]
fn what_is_left_out_and_digests_may_be_anything() {
    assert!(is_shown("a\nb\nc\n", "a\n…\nc\n") && is_shown("a\n", "a\n…\n") && is_shown("", "…\n"));
    assert!(is_shown("x 0123456789abcdef\n", "x fedcba9876543210\n"));
    assert!(!is_shown("a\nb\n", "a\n") && !is_shown("a\n", "a\nb\n") && !is_shown("a\nb\n", "…\na\n"));
    assert!(!is_shown("1234567\n", "1234568\n") && !is_shown("deadbeef\n", "feedbeef\n"));
}

#[test]
fn blocks_become_steps() {
    let page =
        "## A\n```diff\n-a\n+b\n```\n```sh\n$ no\n```\n```console\n$ agentos-cfg a\nx\n\ny\n$ agentos-cfg b\n```\n";
    let run = |command: &str, shown: &str| Step::Run { command: command.to_owned(), shown: shown.to_owned() };
    let expected =
        [Step::Begin, Step::Apply("-a\n+b\n".to_owned()), run("agentos-cfg a", "x\n\ny\n"), run("agentos-cfg b", "")];
    assert_eq!(steps(page), expected);
}
