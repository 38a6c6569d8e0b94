//! The release of Rust that `Cargo.toml` promises is the one that the dependencies need, and the pages name no other. The
//! oldest Kubernetes that they promise is the oldest that the gates hold what is compiled against.

mod common;

use common::root;
use serde_json::Value as Json;
use std::process::Command;

/// What Cargo says of this package and of what it is built from.
fn packages() -> Vec<Json> {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Json = serde_json::from_slice(&cargo.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Major and minor.
fn release(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap())
}

fn promised() -> (u32, u32) {
    release(env!("CARGO_PKG_RUST_VERSION"))
}

#[test]
fn the_promised_rust_builds_every_dependency() {
    let packages = packages();
    let others = packages.iter().filter(|package| package["name"] != env!("CARGO_PKG_NAME"));
    let needs = others.filter_map(|package| Some((release(package["rust_version"].as_str()?), &package["name"])));
    let (newest, name) = needs.max_by_key(|(needed, _)| *needed).unwrap();
    assert_eq!(promised(), newest, "`rust-version` in Cargo.toml is not what {name} needs");
}

/// What follows each mark in a file.
fn named(file: &str, mark: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.match_indices(mark).map(|(at, mark)| text[at + mark.len()..].to_owned()).collect()
}

#[test]
fn the_pages_promise_the_same() {
    let (major, minor) = promised();
    for (page, mark) in [
        ("README.md", "(https://rustup.rs) "),
        ("CONTRIBUTING.md", "(https://rustup.rs) "),
        ("docs/install.md", "(https://rustup.rs) "),
    ] {
        let named = named(page, mark);
        assert!(!named.is_empty(), "{page} names no release of Rust");
        for rest in named {
            assert!(rest.starts_with(&format!("{major}.{minor}")), "{page} names another release of Rust");
        }
    }
}

/// Major and minor of the oldest Kubernetes that the gates hold compiled stacks against.
fn oldest_kubernetes() -> (u32, u32) {
    let named = named(".ci/gates", "OLDEST_KUBERNETES = (");
    let [rest] = &named[..] else { panic!(".ci/gates names {} oldest releases of Kubernetes", named.len()) };
    release(&rest.split(')').next().unwrap().replace(", ", "."))
}

#[test]
fn the_pages_promise_the_kubernetes_that_the_gates_hold() {
    let (major, minor) = oldest_kubernetes();
    for (page, mark, more) in [
        ("README.md", "for Kubernetes ", " or newer"),
        ("docs/getting-started.md", "for Kubernetes ", " or newer"),
        ("docs/hardening.md", "for every Kubernetes from ", ", the oldest"),
    ] {
        let named = named(page, mark);
        assert!(!named.is_empty(), "{page} names no release of Kubernetes");
        for rest in named {
            assert!(rest.starts_with(&format!("{major}.{minor}{more}")), "{page} names another release of Kubernetes");
        }
    }
}

/// What a cluster has to have, where the language says since when Kubernetes has it.
#[test]
fn nothing_is_compiled_that_the_oldest_kubernetes_does_not_have() {
    let since = named("lib/audit.ncl", "which Kubernetes does since ");
    assert_eq!(since.len(), 1);
    for rest in since {
        let digits = rest.find(". ").unwrap();
        assert!(release(&rest[..digits]) <= oldest_kubernetes(), "{}", &rest[..digits]);
    }
}
