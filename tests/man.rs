//! Manual pages: where they are installed, what they refer to, and whether groff understands them.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn install(folder: &Path, to: &str) -> Output {
    common::binary().args(["man", "--install", to]).current_dir(folder).output().unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name().into_string().unwrap();
    std::fs::read_dir(folder).unwrap().map(name).collect()
}

#[test]
fn a_page_for_each_command_is_installed_and_none_refers_to_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let output = install(folder.path(), "share/man");
    assert!(output.status.success(), "{output:?}");
    let pages = folder.path().join("share/man/man1");
    let there = names(&pages);
    for page in ["agentos-cfg.1", "agentos-cfg-build.1", "agentos-cfg-cache.1", "agentos-cfg-cache-info.1"] {
        assert!(there.contains(page), "{page}: {there:?}");
    }
    let printed: BTreeSet<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(printed, there.iter().map(|name| format!("share/man/man1/{name}")).collect());
    let mut references = 0;
    for name in &there {
        let text = std::fs::read_to_string(pages.join(name)).unwrap().replace("\\-", "-");
        for line in text.lines().filter_map(|line| line.strip_suffix("(1)")) {
            references += 1;
            assert!(there.contains(&format!("{line}.1")), "{name} refers to {line}");
        }
        assert!(text.contains(concat!("agentos-cfg ", env!("CARGO_PKG_VERSION"))), "{name} names no version");
    }
    assert!(references > 12, "{references}");
}

#[test]
fn pages_are_replaced_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("man/man1/agentos-cfg-build.1");
    assert!(install(folder.path(), "man").status.success());
    let first = std::fs::read_to_string(&page).unwrap();
    let header = first.lines().next().unwrap();
    std::fs::write(&page, format!("{header}\nof an earlier version\n")).unwrap();
    assert!(install(folder.path(), "man/man1").status.success());
    assert_eq!(std::fs::read_to_string(&page).unwrap(), first);
    assert_eq!(names(&folder.path().join("man")).len(), 1, "`man/man1` was taken for the folder itself");

    std::fs::write(&page, "mine\n").unwrap();
    std::fs::remove_file(folder.path().join("man/man1/agentos-cfg.1")).unwrap();
    let output = install(folder.path(), "man");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("man1/agentos-cfg-build.1` is not a page"));
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "mine\n");
    assert!(!folder.path().join("man/man1/agentos-cfg.1").exists());
}

#[test]
fn pages_of_commands_below_commands_are_printed() {
    let print = |words: &[&str]| common::binary().arg("man").args(words).output().unwrap();
    let text = String::from_utf8(print(&["cache", "info"]).stdout).unwrap();
    assert!(text.contains(".TH agentos-cfg-cache-info 1"), "{text}");
    let wrong = print(&["cache", "inof"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        String::from_utf8(wrong.stderr).unwrap().contains("there is no command `cache inof`; did you mean `info`?")
    );
}

#[test]
fn groff_has_no_warnings() {
    if Command::new("groff").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: there is no `groff` here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(install(folder.path(), ".").status.success());
    for name in names(&folder.path().join("man1")) {
        let mut command = Command::new("groff");
        let output = command.args(["-man", "-ww", "-Tutf8", "-z"]).arg(folder.path().join("man1").join(&name)).output();
        assert_eq!(String::from_utf8(output.unwrap().stderr).unwrap(), "", "{name}");
    }
}
