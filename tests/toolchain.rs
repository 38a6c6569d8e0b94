//! The release of Rust that `Cargo.toml` promises is the one that the dependencies need, and the pages name no other.

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

#[test]
fn the_pages_promise_the_same() {
    let (major, minor) = promised();
    for (page, marks) in [
        ("README.md", "(https://rustup.rs) "),
        ("CONTRIBUTING.md", "(https://rustup.rs) "),
        ("docs/ci.md", "image: rust:"),
    ] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let named: Vec<&str> = text.match_indices(marks).map(|(at, mark)| &text[at + mark.len()..]).collect();
        assert!(!named.is_empty(), "{page} names no release of Rust");
        for rest in named {
            assert!(rest.starts_with(&format!("{major}.{minor}")), "{page} names another release of Rust");
        }
    }
}
