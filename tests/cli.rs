//! The binary, as a user runs it: standard output, standard error, exit status.

mod common;

use common::{environment, root};
use insta::assert_snapshot;
use std::path::Path;

/// Runs the binary in a folder and shows what a user would see.
fn run_in(folder: &Path, arguments: &[&str]) -> String {
    run_with(folder, arguments, "")
}

fn run_with(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = common::binary();
    let output = common::output_with(command.args(arguments).current_dir(folder).env_remove("NO_COLOR"), input);
    let folder = folder.to_string_lossy();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&*folder, "<folder>");
    format!(
        "status: {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr)
    )
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.ncl"), environment("")).unwrap();
    std::fs::write(folder.path().join("bad.ncl"), include_str!("fixtures/four-faults.ncl")).unwrap();
    folder
}

#[test]
fn check_prints_findings_and_exits_1() {
    assert_snapshot!(run_in(project().path(), &["check", "bad.ncl", "good.ncl"]));
}

#[test]
fn check_of_a_clean_environment_exits_0() {
    assert_snapshot!(run_in(project().path(), &["check", "good.ncl"]));
}

#[test]
fn check_as_json() {
    assert_snapshot!(run_in(project().path(), &["check", "bad.ncl", "--format", "json"]));
}

#[test]
fn build_of_a_rejected_environment_prints_nothing_on_stdout() {
    let shown = run_in(project().path(), &["build", "bad.ncl"]);
    assert!(shown.starts_with("status: 1\n--- stdout\n--- stderr\nerror[C004"), "{shown}");
}

#[test]
fn build_reads_standard_input() {
    let shown = run_with(project().path(), &["build", "-"], &environment(""));
    assert!(shown.starts_with("status: 0\n--- stdout\n---\napiVersion: v1\nkind: Namespace"), "{shown}");
}

#[test]
fn build_as_a_list() {
    let shown = run_in(project().path(), &["build", "good.ncl", "--format", "json"]);
    let json = shown.strip_prefix("status: 0\n--- stdout\n").unwrap().strip_suffix("--- stderr\n").unwrap();
    let list: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!((list["kind"].as_str(), list["apiVersion"].as_str()), (Some("List"), Some("v1")));
    assert!(list["items"].as_array().unwrap().len() > 10);
}

#[test]
fn build_into_a_folder_then_check_it() {
    let folder = project();
    assert_snapshot!(run_in(folder.path(), &["build", "good.ncl", "-o", "out"]), @"
    status: 0
    --- stdout
    --- stderr
    ");
    assert_eq!(
        run_in(folder.path(), &["build", "good.ncl", "-o", "out", "--check"]),
        "status: 0\n--- stdout\n--- stderr\n"
    );
    let manifests = folder.path().join("out/example/manifests.yaml");
    let changed = std::fs::read_to_string(&manifests).unwrap().replace("replicas: 1", "replicas: 2");
    std::fs::write(&manifests, changed).unwrap();
    assert_snapshot!(run_in(folder.path(), &["build", "good.ncl", "-o", "out", "--check"]));
}

#[test]
fn build_never_touches_what_it_did_not_write() {
    let folder = project();
    std::fs::create_dir_all(folder.path().join("out/example")).unwrap();
    std::fs::write(folder.path().join("out/example/kustomization.yaml"), "mine\n").unwrap();
    assert_snapshot!(run_in(folder.path(), &["build", "good.ncl", "-o", "out"]));
    assert_eq!(std::fs::read_to_string(folder.path().join("out/example/kustomization.yaml")).unwrap(), "mine\n");
    assert!(!folder.path().join("out/example/manifests.yaml").exists());
}

#[test]
fn two_environments_of_one_name_are_refused() {
    let folder = project();
    std::fs::copy(folder.path().join("good.ncl"), folder.path().join("twin.ncl")).unwrap();
    assert_snapshot!(run_in(folder.path(), &["build", "good.ncl", "twin.ncl", "-o", "out"]));
}

#[test]
fn eval_prints_the_resolved_environment() {
    assert_snapshot!(run_in(project().path(), &["eval", "good.ncl"]));
}

/// A folder with environments, modules, what Git ignores, and a link that leads out.
fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("all/b/one.ncl", &environment("").replace("example", "one"));
    write("all/a/two.ncl", &environment("  namespace = \"two\",").replace("example", "two"));
    write("all/a/common.ncl", "{ profile = 'Dev }");
    write("all/a/function.ncl", "fun x => x");
    write("all/a/README.md", "not Nickel");
    write("all/.hidden/env.ncl", "{ broken");
    write("all/.gitignore", "/ignored/\n*.tmp.ncl\n");
    write("all/ignored/env.ncl", "{ broken");
    write("all/a/env.tmp.ncl", "{ broken");
    write("outside/env.ncl", "{ broken");
    write("modules/common.ncl", "{ profile = 'Dev }");
    write("empty/README.md", "nothing");
    write("mixed/good.ncl", &environment(""));
    write("mixed/broken.ncl", "{ name = ,\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("outside"), folder.path().join("all/linked")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("outside/env.ncl"), folder.path().join("all/link.ncl")).unwrap();
    }
    folder
}

#[test]
fn in_folders_the_environments_are_found_and_the_modules_are_not_checked() {
    let folder = tree();
    let clean = |arguments: &[&str]| {
        let shown = run_in(folder.path(), arguments);
        shown.strip_prefix("status: 0\n--- stdout\n--- stderr\n").unwrap_or(&shown).to_owned()
    };
    assert_eq!(clean(&["check", "all"]), "2 environments, 0 modules: no findings\n");
    assert_eq!(clean(&["check", "all", "--jobs", "1"]), "2 environments, 0 modules: no findings\n");
    let again = ["check", "all", "./all/a/", "all/b/one.ncl", "all"];
    assert_eq!(clean(&again), "2 environments, 0 modules: no findings\n");
    assert_eq!(clean(&["check", "all/b/one.ncl"]), "1 environment: no findings\n");
    let named: serde_json::Value = {
        let shown = run_in(folder.path(), &["check", "--format", "junit", "all"]);
        let names = shown.lines().filter_map(|line| line.split("file=\"").nth(1)?.split('"').next());
        names.collect::<Vec<_>>().into()
    };
    assert_eq!(named, serde_json::json!(["all/a/two.ncl", "all/b/one.ncl"]), "sorted by path");
}

#[test]
fn a_file_that_is_named_is_an_environment_whatever_it_says() {
    let folder = tree();
    assert!(run_in(folder.path(), &["check", "modules/common.ncl"]).contains("error[C003 missing-field]"));
    assert!(run_in(folder.path(), &["check", "all", "all/a/common.ncl"]).contains("3 environments, 0 modules: "));
}

#[test]
fn modules_of_a_folder_are_counted_and_those_that_nothing_imports_are_reported() {
    let folder = tree();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("all/a/two.ncl", &format!("(import \"common.ncl\") & (import \"own.ncl\") | {LIBRARY}.Environment"));
    write(
        "all/a/own.ncl",
        "{ name = \"two\", namespace = \"two\", storage = 'Ephemeral, federation.stack = \"stk_two\" }",
    );
    write("all/a/maker.ncl", &format!("fun name => {{ name }} | {LIBRARY}.Environment"));
    let shown = run_in(folder.path(), &["check", "all"]);
    assert!(shown.starts_with("status: 0\n") && shown.contains("warning[C026 unused-module]"), "{shown}");
    assert!(shown.ends_with("2 environments, 3 modules: 1 warning\n"), "{shown}");
    for arguments in [["check", "all"], ["build", "all"]] {
        let denied = run_in(folder.path(), &[arguments[0], arguments[1], "--deny", "warnings"]);
        assert!(denied.starts_with("status: 1\n"), "{denied}");
    }
    let json = run_in(folder.path(), &["check", "all", "--format", "json"]);
    assert!(json.contains("\"version\": 1") && json.contains("\"modules\": 3"), "{json}");
    assert!(!run_in(folder.path(), &["check", "all/b/one.ncl", "--format", "json"]).contains("\"modules\""));
    assert!(run_in(folder.path(), &["build", "all", "-o", "out"]).starts_with("status: 0\n"));
    assert_eq!(
        std::fs::read_dir(folder.path().join("out"))
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().is_dir())
            .count(),
        2
    );
    let alone = run_in(folder.path(), &["check", "all/b", "modules"]);
    assert!(alone.starts_with("status: 2\n"), "{alone}");
    write("modules/common.ncl", &format!("fun name => {{ name }} | {LIBRARY}.Environment"));
    assert!(run_in(folder.path(), &["check", "modules"]).starts_with("status: 2\n"));
}

/// The library as an expression.
const LIBRARY: &str = "(import \"agentos/lib.ncl\")";

#[test]
fn what_does_not_parse_in_a_folder_is_reported() {
    assert_snapshot!(run_in(tree().path(), &["check", "mixed"]));
}

#[test]
fn a_folder_without_environments_is_trouble() {
    let folder = tree();
    assert_snapshot!("modules_alone", run_in(folder.path(), &["check", "all", "modules"]));
    assert_snapshot!("no_nickel", run_in(folder.path(), &["build", "empty"]));
}

#[test]
fn folders_are_built_too() {
    let folder = tree();
    assert_eq!(run_in(folder.path(), &["build", "all", "-o", "out"]), "status: 0\n--- stdout\n--- stderr\n");
    assert!(folder.path().join("out/one/manifests.yaml").exists());
    assert!(folder.path().join("out/two/manifests.yaml").exists());
    assert!(run_in(folder.path(), &["build", "mixed", "-o", "none"]).starts_with("status: 1\n"));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn formats_exit_as_findings_demand() {
    let folder = project();
    for format in common::formats() {
        let status = |file| run_in(folder.path(), &["check", file, "--format", &format])[..10].to_owned();
        assert_eq!((status("bad.ncl"), status("good.ncl")), ("status: 1\n".into(), "status: 0\n".into()), "{format}");
    }
}

#[test]
fn warnings_can_be_denied() {
    let folder = project();
    let idle = environment("  allow = [{ rule = \"T002\", reason = \"Old.\" }],");
    std::fs::write(folder.path().join("idle.ncl"), idle).unwrap();
    assert!(run_in(folder.path(), &["check", "idle.ncl"]).starts_with("status: 0\n"));
    assert!(run_in(folder.path(), &["build", "idle.ncl"]).starts_with("status: 0\n--- stdout\n---\n"));
    assert_snapshot!(run_in(folder.path(), &["check", "idle.ncl", "--deny", "warnings"]));
    let built = run_in(folder.path(), &["build", "idle.ncl", "--deny", "warnings"]);
    assert!(built.starts_with("status: 1\n--- stdout\n--- stderr\nwarning[C016"), "{built}");
}

#[test]
fn findings_can_be_allowed() {
    let folder = project();
    let malformed = environment("  tenancy.tenants.\"tnt-a\" = { name = \"A\" },");
    std::fs::write(folder.path().join("malformed.ncl"), malformed).unwrap();
    assert!(run_in(folder.path(), &["check", "malformed.ncl"]).starts_with("status: 1\n"));
    assert_snapshot!(run_in(folder.path(), &["check", "malformed.ncl", "--allow", "T002", "--allow", "S007"]));
    let built = run_in(folder.path(), &["build", "malformed.ncl", "--allow", "T002"]);
    assert!(built.starts_with("status: 0\n--- stdout\n---\n"), "{built}");
    assert_snapshot!("allow_of_an_unknown_code", run_in(folder.path(), &["check", "good.ncl", "--allow", "T0002"]));
    assert_snapshot!("allow_of_a_contract", run_in(folder.path(), &["build", "good.ncl", "--allow", "C001"]));
}

#[test]
fn trouble_exits_2() {
    let folder = project();
    assert_snapshot!(run_in(folder.path(), &["check", "missing.ncl"]));
    assert!(run_in(folder.path(), &["eval", "."]).starts_with("status: 2\n"));
    assert!(run_in(folder.path(), &["build"]).starts_with("status: 2\n"));
    assert!(run_in(folder.path(), &["frobnicate"]).starts_with("status: 2\n"));
    assert!(run_in(folder.path(), &["man", "frobnicate"]).starts_with("status: 2\n"));
}

#[test]
fn lib_export_writes_the_library() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_in(folder.path(), &["lib", "export", "out"]), "status: 0\n--- stdout\n--- stderr\n");
    for module in agentos_cfg::source::LIBRARY {
        let there = std::fs::read_to_string(folder.path().join("out/agentos").join(module.path)).unwrap();
        assert_eq!(there, module.text);
    }
}

#[test]
fn help_version_completions_and_manual() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(run_in(folder.path(), &["--help"]));
    let version = format!("status: 0\n--- stdout\nagentos-cfg {}\n--- stderr\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run_in(folder.path(), &["--version"]), version);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "kubectl"] {
        assert!(run_in(folder.path(), &["completions", shell]).contains("agentos-cfg"));
    }
    for page in [&["man"][..], &["man", "build"]] {
        assert!(run_in(folder.path(), page).contains(".TH agentos-cfg"), "{page:?}");
    }
}

#[test]
fn color_follows_the_option() {
    let folder = project();
    assert!(run_in(folder.path(), &["check", "bad.ncl", "--color", "always"]).contains('\u{1b}'));
    assert!(!run_in(folder.path(), &["check", "bad.ncl"]).contains('\u{1b}'));
}

/// Fifty builds in different folders, locales and orders of environment variables: one output.
#[test]
fn the_output_depends_on_the_environment_file_alone() {
    let mut outputs = std::collections::BTreeSet::new();
    for round in 0..50 {
        let folder = tempfile::Builder::new().prefix(&format!("round {round} ü")).tempdir().unwrap();
        let name = format!("environment-{round}.ncl");
        std::fs::copy(root().join("environments/demo.ncl"), folder.path().join(&name)).unwrap();
        let mut command = common::binary();
        command.args(["build", &name]).current_dir(folder.path());
        command.env("LC_ALL", ["C", "de_DE.UTF-8", "tr_TR.UTF-8", "ja_JP.eucJP"][round % 4]);
        command.env("TZ", ["UTC", "Asia/Tokyo"][round % 2]);
        command.env(format!("AGENTOS_{round}"), "x").env("NICKEL_IMPORT_PATH", folder.path());
        let output = command.output().unwrap();
        assert!(output.status.success());
        outputs.insert(output.stdout);
    }
    assert_eq!(outputs.len(), 1);
}

#[test]
fn a_limit_that_one_of_several_passes_loses_no_finding_of_the_others() {
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.ncl", &environment("  colour = \"red\","));
    write("endless.ncl", "let rec f = fun x => f x in f 1");
    for jobs in ["1", "2"] {
        let shown = run_in(
            folder.path(),
            &["check", "a.ncl", "endless.ncl", "--jobs", jobs, "--eval-timeout", "1", "--format", "json"],
        );
        assert!(shown.starts_with("status: 1\n"), "{shown}");
        let (colour, endless) = (shown.find("\"C002\"").unwrap(), shown.find("\"C017\"").unwrap());
        assert!(colour < endless, "in the order of paths, with {jobs} jobs: {shown}");
    }
}

/// As many bytes of the program as a number of this size has, from here.
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    bytes[at..at + size].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The program parses what others have written: neither it nor its tables may be at an address that can be foretold, or
/// be written to once it runs.
#[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
#[test]
fn the_binary_is_position_independent_with_full_relro() {
    const ET_DYN: u64 = 3;
    const PT_DYNAMIC: u64 = 2;
    const PT_GNU_RELRO: u64 = 0x6474_e552;
    const DT_FLAGS: u64 = 30;
    const DF_BIND_NOW: u64 = 0x8;
    const DT_FLAGS_1: u64 = 0x6fff_fffb;
    const DF_1_NOW: u64 = 0x1;
    const DF_1_PIE: u64 = 0x0800_0000;
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_agentos-cfg")).unwrap();
    let at = |place: u64| usize::try_from(place).unwrap();
    assert_eq!(&bytes[..5], b"\x7fELF\x02");
    assert_eq!(number(&bytes, 16, 2), ET_DYN);
    let (table, size, count) = (number(&bytes, 32, 8), number(&bytes, 54, 2), number(&bytes, 56, 2));
    let headers: Vec<usize> = (0..count).map(|index| at(table + index * size)).collect();
    let segment = |kind: u64| headers.iter().copied().find(|header| number(&bytes, *header, 4) == kind);
    let relro = segment(PT_GNU_RELRO).expect("no part becomes read-only");
    assert!(number(&bytes, relro + 40, 8) > 0);
    let dynamic = segment(PT_DYNAMIC).unwrap();
    let (start, length) = (number(&bytes, dynamic + 8, 8), number(&bytes, dynamic + 32, 8));
    let entry = |tag: u64| {
        let mut entries = (0..length / 16).map(|index| at(start + index * 16));
        entries.find(|entry| number(&bytes, *entry, 8) == tag).map_or(0, |entry| number(&bytes, entry + 8, 8))
    };
    assert!(entry(DT_FLAGS) & DF_BIND_NOW != 0 || entry(DT_FLAGS_1) & DF_1_NOW != 0, "functions are bound late");
    assert!(entry(DT_FLAGS_1) & DF_1_PIE != 0);
}
