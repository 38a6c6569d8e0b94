//! `init`: into which folder, what it keeps, and that the project builds at once.

mod common;

use insta::assert_snapshot;
use std::path::Path;

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = common::binary().args(arguments).current_dir(folder).output().unwrap();
    assert!(output.stdout.is_empty() || arguments[0] != "init");
    format!("status: {}\n{}", output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn namespace(project: &Path) -> String {
    let output = common::binary().args(["eval", "environments/local-dev.ncl"]).current_dir(project).output().unwrap();
    let environment: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(run(project, &["check", "."]), "status: 0\n1 environment, 0 modules: no findings\n");
    environment["namespace"].as_str().unwrap().to_owned()
}

/// A folder of this name.
fn folder(name: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    (root, folder)
}

#[test]
fn a_folder_is_made_and_the_project_in_it_builds() {
    let root = tempfile::tempdir().unwrap();
    assert_snapshot!(run(root.path(), &["init", "a/my shop"]));
    let project = root.path().join("a/my shop");
    assert!(run(&project, &["build", "environments/local-dev.ncl", "-o", "deploy"]).starts_with("status: 0\n"));
    assert_eq!(namespace(&project), "my-shop");
}

#[test]
fn the_current_folder_is_the_default() {
    for arguments in [&["init"][..], &["init", "."], &["init", "./"], &["init", "../shop"]] {
        let (_root, project) = folder("shop");
        assert_snapshot!("in_the_current_folder", run(&project, arguments));
        assert_eq!(namespace(&project), "shop");
    }
}

#[test]
fn folders_whose_name_no_namespace_can_have() {
    let long = "long".repeat(20);
    for (name, expected) in [
        ("Shop_1", "shop-1"),
        ("kube-system", "agentos"),
        ("..dots..", "dots"),
        ("日本", "agentos"),
        (&long, &long[..63]),
    ] {
        let (_root, project) = folder(name);
        assert!(run(&project, &["init"]).starts_with("status: 0\n"));
        assert_eq!(namespace(&project), expected, "{name}");
    }
}

#[test]
fn what_is_there_is_kept() {
    let (_root, project) = folder("shop");
    std::fs::write(project.join("README.md"), "mine\n").unwrap();
    std::fs::write(project.join(".gitignore"), "/target\n").unwrap();
    assert_snapshot!("kept", run(&project, &["init"]));
    let read = |name: &str| std::fs::read_to_string(project.join(name)).unwrap();
    assert_eq!((read("README.md").as_str(), read(".gitignore").as_str()), ("mine\n", "/target\n"));
    std::fs::write(project.join("environments/local-dev.ncl"), "mine\n").unwrap();
    assert_snapshot!("twice", run(&project, &["init"]));
    assert_eq!(read("environments/local-dev.ncl"), "mine\n");
}

#[test]
fn a_file_is_no_folder() {
    let (_root, project) = folder("shop");
    std::fs::write(project.join("file"), "").unwrap();
    let shown = run(&project, &["init", "file"]);
    assert!(shown.starts_with("status: 2\nagentos-cfg: the folder `file/environments` can't be made"), "{shown}");
}
