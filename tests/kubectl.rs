//! The program as a plugin of `kubectl`, by the real `kubectl`. Where there is none, a line says so.
#![cfg(unix)]

mod common;

use common::environment;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder with the plugin and an environment.
fn installed() -> Option<tempfile::TempDir> {
    let kubectl = Command::new("kubectl").args(["version", "--client"]).stdin(Stdio::null()).output();
    if !kubectl.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no `kubectl` here");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    symlink(env!("CARGO_BIN_EXE_agentos-cfg"), folder.path().join("kubectl-agentos")).unwrap();
    let script = common::binary().args(["completions", "kubectl"]).output().unwrap();
    assert!(script.status.success());
    let file = folder.path().join("kubectl_complete-agentos");
    std::fs::write(&file, script.stdout).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("good.ncl"), environment("")).unwrap();
    std::fs::write(folder.path().join("bad.ncl"), environment("  replicas = 1,")).unwrap();
    Some(folder)
}

fn kubectl(folder: &Path, arguments: &[&str]) -> Output {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&others))).unwrap();
    let mut command = Command::new("kubectl");
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("PATH", path).env("HOME", folder);
    command.env("AGENTOS_CFG_NO_CACHE", "1").env("NO_COLOR", "1").env_remove("KUBECONFIG");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn kubectl_finds_the_plugin_and_help_says_how_it_was_started() {
    let Some(folder) = installed() else { return };
    let list = kubectl(folder.path(), &["plugin", "list"]);
    assert!(text(&list.stdout).contains("/kubectl-agentos\n"), "{list:?}");
    assert!(!text(&list.stderr).contains("kubectl-agentos"), "{list:?}");
    let help = text(&kubectl(folder.path(), &["agentos", "--help"]).stdout);
    assert!(help.contains("Usage: kubectl agentos [OPTIONS] <COMMAND>"), "{help}");
    let help = text(&kubectl(folder.path(), &["agentos", "check", "--help"]).stdout);
    assert!(help.contains("Usage: kubectl agentos check [OPTIONS] <PATH>..."), "{help}");
    assert!(help.contains("see `kubectl agentos cache`") && !help.contains("agentos-cfg"), "{help}");
    let version = text(&kubectl(folder.path(), &["agentos", "--version"]).stdout);
    assert_eq!(version, concat!("agentos-cfg ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_plugin_checks_and_ends_as_the_program_does() {
    let Some(folder) = installed() else { return };
    let of = |arguments: &[&str]| {
        let output = kubectl(folder.path(), arguments);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let good = (Some(0), String::new(), "1 environment: no findings\n".to_owned());
    assert_eq!(of(&["agentos", "check", "good.ncl"]), good);
    let (status, found, _) = of(&["agentos", "check", "bad.ncl"]);
    assert!(status == Some(1) && found.contains("error[C002"), "{found}");
    let (status, _, said) = of(&["agentos", "check", "none.ncl"]);
    assert!(status == Some(2) && said.starts_with("kubectl agentos: `none.ncl` can't be read"), "{said}");
    let (status, _, said) = of(&["agentos", "chekc"]);
    assert!(status == Some(2) && said.contains("Usage: kubectl agentos"), "{said}");
    let (status, _, said) = of(&["agentos", "check"]);
    assert!(status == Some(2) && said.contains("Usage: kubectl agentos check"), "{said}");
    let (status, _, said) = of(&["agentos", "explain", "xyzzy"]);
    assert!(status == Some(2) && said.contains("`kubectl agentos explain docs`"), "{said}");
}

#[test]
fn kubectl_completes_the_plugin() {
    let Some(folder) = installed() else { return };
    let offered = |words: &[&str]| -> (Vec<String>, String) {
        let output = kubectl(folder.path(), &[&["__complete", "agentos"], words].concat());
        let mut lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
        let directive = lines.pop().unwrap_or_default();
        (lines, directive)
    };
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(offered(&["ch"]), (of(&["check"]), ":4".to_owned()));
    assert_eq!(offered(&["check", "--format", "g"]), (of(&["github", "gitlab"]), ":4".to_owned()));
    assert_eq!(offered(&["check", "--format=g"]), (of(&["github", "gitlab"]), ":4".to_owned()));
    assert_eq!(offered(&["build", "--out"]), (of(&["--output"]), ":4".to_owned()));
    let (fields, directive) = offered(&["explain", "services.federation.p"]);
    assert_eq!((fields, directive.as_str()), (of(&["services.federation.port"]), ":4"));
    // By cobra's directives: files with these endings, folders, any files.
    assert_eq!(offered(&["check", ""]), (of(&["ncl"]), ":8".to_owned()));
    assert_eq!(offered(&["build", "good.ncl", "-o", ""]), (of(&[]), ":16".to_owned()));
    assert_eq!(offered(&["verify", ""]), (of(&[]), ":0".to_owned()));
}
