//! What is released: its names, its version and its description are the same wherever they stand. What is in it, and that it
//! starts, is held by `dist/check`, on what `dist/build` made.

mod common;

use common::root;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What Cargo.toml says of the package.
fn package() -> Json {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Json = serde_json::from_slice(&cargo.stdout).unwrap();
    metadata["packages"][0].clone()
}

/// The suffix of the archive for each platform of `dist/build`.
fn platforms() -> BTreeMap<String, &'static str> {
    let script = read("dist/build");
    let table = script.split_once("\nPLATFORMS = {\n").unwrap().1.split_once("\n}").unwrap().0;
    let platform = |row: &str| {
        let (target, how) = row.trim().strip_prefix('"')?.split_once("\": ")?;
        Some((target.to_owned(), if how.contains("archive=\".zip\"") { ".zip" } else { ".tar.gz" }))
    };
    table.lines().map(|row| platform(row).unwrap_or_else(|| panic!("{row}"))).collect()
}

/// A template of `cargo binstall`, filled in for a target.
fn filled(template: &str, target: &str) -> String {
    let program = if target.contains("windows") { ".exe" } else { "" };
    let values = [
        ("repo", env!("CARGO_PKG_REPOSITORY")),
        ("name", env!("CARGO_PKG_NAME")),
        ("version", VERSION),
        ("target", target),
        ("bin", "agentos-cfg"),
        ("binary-ext", program),
    ];
    let text =
        values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{ {name} }}"), value));
    assert!(!text.contains('{'), "{text}");
    text
}

#[test]
fn cargo_binstall_finds_what_is_built() {
    let binstall = package()["metadata"]["binstall"].clone();
    let platforms = platforms();
    assert!(platforms.len() >= 5, "{platforms:?}");
    for (target, suffix) in &platforms {
        let of = |key: &str| match &binstall["overrides"][target][key] {
            Json::String(text) => text.clone(),
            _ => binstall[key].as_str().unwrap().to_owned(),
        };
        let name = format!("agentos-cfg-{VERSION}-{target}");
        let url = format!("https://github.com/nexixai/agentos-cfg/releases/download/v{VERSION}/{name}{suffix}");
        assert_eq!(filled(&of("pkg-url"), target), url);
        assert_eq!(of("pkg-fmt"), if *suffix == ".zip" { "zip" } else { "tgz" });
        let program = if target.contains("windows") { "agentos-cfg.exe" } else { "agentos-cfg" };
        assert_eq!(filled(&of("bin-dir"), target), format!("{name}/{program}"));
    }
    for target in binstall["overrides"].as_object().unwrap().keys() {
        assert!(platforms.contains_key(target), "{target}");
    }
    // As dist/build names them.
    let script = read("dist/build");
    assert!(script.contains(r#"name = f"agentos-cfg-{version()}-{target}""#));
}

#[test]
fn the_action_and_the_workflow_have_the_same_platforms() {
    let (action, workflow, page) = (read("action.yml"), read(".github/workflows/release.yml"), read("docs/install.md"));
    let platforms = platforms();
    for (target, suffix) in &platforms {
        let case = format!(") target={target} suffix={} ;;", &suffix[1..]);
        assert!(action.contains(&case), "action.yml: {case}");
        assert!(page.contains(&format!("`{target}`")), "docs/install.md: {target}");
    }
    assert_eq!(action.matches(" target=").count(), platforms.len());
    let runners = workflow.split_once("runner: [").unwrap().1.split_once(']').unwrap().0;
    assert_eq!(runners.split(", ").count(), platforms.len(), "{runners}");
}

#[test]
fn the_oldest_c_library_is_that_of_the_page() {
    let script = read("dist/build");
    let promised: Vec<&str> = script.split("glibc=(").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(!promised.is_empty());
    for version in promised {
        let version = version.replace(", ", ".");
        assert!(read("docs/install.md").contains(&format!("glibc {version}")), "{version}");
    }
}

/// The value of a key of a `pyproject.toml`, which is a text or a list of texts on its line.
fn value(page: &str, key: &str) -> String {
    let text = read(page);
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
    line.unwrap_or_else(|| panic!("{page}: {key}")).to_owned()
}

#[test]
fn the_wheel_is_described_as_the_crate_is() {
    let package = package();
    let wheel = "dist/python/pyproject.toml";
    for (key, ours) in
        [("name", "name"), ("description", "description"), ("license", "license"), ("Homepage", "homepage")]
    {
        assert_eq!(value(wheel, key), package[ours].to_string(), "{key}");
    }
    assert_eq!(value(wheel, "Documentation"), package["documentation"].to_string());
    assert_eq!(value(wheel, "keywords").replace(' ', ""), package["keywords"].to_string());
    assert_eq!(value(wheel, "dynamic"), "[\"version\"]");
}

#[test]
fn pre_commit_installs_the_wheel_of_this_version() {
    assert_eq!(value("pyproject.toml", "dependencies"), format!("[\"agentos-cfg=={VERSION}\"]"));
    let hooks: Json = serde_saphyr::from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    let hooks = hooks.as_array().unwrap();
    assert!(hooks.len() >= 2);
    for hook in hooks {
        let entry = hook["entry"].as_str().unwrap();
        let arguments = entry.strip_prefix("agentos-cfg ").unwrap_or_else(|| panic!("{entry}"));
        assert!(common::binary().args([arguments, "--help"]).output().unwrap().status.success(), "{entry}");
        assert!(read("docs/ci.md").contains(&format!("`{}`", hook["id"].as_str().unwrap())), "{hook}");
    }
}

#[test]
fn tools_are_pinned_by_their_digests() {
    for file in ["build", "check", "publish"] {
        let (pins, asked) =
            (read(&format!("dist/requirements/{file}.txt")), read(&format!("dist/requirements/{file}.in")));
        let mut pinned = Vec::new();
        for block in pins.replace("\\\n", " ").lines().filter(|line| !line.starts_with('#')) {
            let (name, _) = block.split_once("==").unwrap_or_else(|| panic!("{file}: {block}"));
            assert!(block.contains("--hash=sha256:"), "{file}: {block}");
            pinned.push(name.to_owned());
        }
        for name in asked.lines() {
            assert!(pinned.iter().any(|pin| pin == name), "{file}: {name}");
            assert!(read("docs/dependencies.md").contains(&format!("| {name} | ")), "docs/dependencies.md: {name}");
        }
    }
}

#[test]
fn what_is_installed_is_this_version() {
    let marks = [
        "agentos-cfg==",
        "agentos-cfg@",
        "agentos-cfg:",
        "agentos-cfg --version ",
        "rev: v",
        "agentos-cfg-",
        "tags/v",
        "download/v",
    ];
    let mut named = 0;
    for page in ["docs/install.md", "docs/ci.md", "docs/gitops.md", "docs/upgrading.md"] {
        let text = read(page);
        let rests = marks.iter().flat_map(|mark| text.split(mark).skip(1));
        // `1.2.3` stands for any version.
        for rest in rests.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with("1.2.3")) {
            assert!(rest.starts_with(VERSION), "{page} installs another version: {}", rest.lines().next().unwrap());
            named += 1;
        }
    }
    assert!(named > 8, "{named}");
}

#[test]
fn the_page_of_argo_cd_shows_the_plugin_of_the_image() {
    assert!(read("docs/gitops.md").contains(&read("dist/argocd/plugin.yaml")));
}
