//! The cache: the same bytes as without, nothing old, nothing that is secret, and nothing that can be broken by it.

mod common;

use common::{environment, production, root, shipped};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A project with a cache of its own.
struct Project {
    folder: TempDir,
    cache: TempDir,
}

impl Project {
    fn of(files: &[(&str, &str)]) -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = common::binary();
        command.args(arguments).current_dir(self.folder.path());
        command.env("AGENTOS_CFG_CACHE_DIR", self.cache.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The entries by their names.
    fn entries(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let Ok(files) = fs::read_dir(self.cache.path().join("entries")) else { return BTreeMap::new() };
        files.map(|file| file.unwrap().path()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    /// Whether a run evaluates nothing: it works although the memory of what it would have to keep is taken from it.
    fn hits(&self, arguments: &[&str]) -> bool {
        let before = self.entries();
        // An environment that is evaluated is kept again, by a new file in the place of the old.
        let touched = || {
            let inode = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
            self.entries().keys().map(|path| (path.clone(), inode(path))).collect::<BTreeMap<_, _>>()
        };
        let times = touched();
        self.run(arguments);
        assert!(!before.is_empty(), "nothing was kept");
        touched() == times
    }
}

/// That a run with the cache, empty or full, is in nothing different from one without.
fn assert_same(project: &Project, arguments: &[&str]) {
    let without = project.run(&[arguments, &["--no-cache"]].concat());
    for turn in ["cold", "warm", "warm again"] {
        let with = project.run(arguments);
        assert_eq!(with, without, "{turn}: {arguments:?}\n{}", String::from_utf8_lossy(&with.stderr));
    }
}

fn clean(more: &str) -> String {
    environment(more)
}

fn named(name: &str) -> String {
    environment("")
        .replace("\"example\"", &format!("\"{name}\""))
        .replace("stk_example", &format!("stk_{name}"))
        .replace("profile = 'Dev,", &format!("profile = 'Dev, namespace = \"{name}\","))
}

#[test]
fn what_comes_of_shipped_environments_is_the_same() {
    let project = Project::of(&[]);
    let there = |path: &str| root().join(path).to_str().unwrap().to_owned();
    let all: Vec<String> = shipped().into_iter().map(there).collect();
    let folder = there("environments");
    for command in [vec!["check"], vec!["check", "--format", "json"], vec!["build"], vec!["build", "--format", "json"]]
    {
        for path in all.iter().chain([&folder]) {
            assert_same(&project, &[command.as_slice(), &[path]].concat());
        }
    }
    for command in ["eval", "graph"] {
        assert_same(&project, &[command, &all[0]]);
    }
    assert_same(&project, &["diff", &all[5], &all[6]]);
    assert!(!project.entries().is_empty());
}

#[test]
fn what_is_a_module_depends_on_the_other_files_of_a_folder() {
    let own = named("own");
    let base = named("base").replace("| agentos.Environment", "");
    let maker = "let agentos = import \"agentos/lib.ncl\" in fun r => r | agentos.Environment";
    let user = |file: &str| format!("let _ = import \"{file}\" in {}", named("user"));
    let project = Project::of(&[("own.ncl", &own), ("base.ncl", &base), ("user.ncl", &user("base.ncl"))]);
    let ends = |told: &str| {
        assert_same(&project, &["check", "."]);
        assert_same(&project, &["check", ".", "--format", "json"]);
        let shown = String::from_utf8(project.run(&["check", "."]).stderr).unwrap();
        assert_eq!(shown, told);
    };
    ends("2 environments, 1 module: no findings\n");
    project.write("user.ncl", &user("own.ncl"));
    ends("3 environments, 0 modules: no findings\n");
    project.write("maker.ncl", maker);
    ends("3 environments, 1 module: 1 warning\n");
    project.write("user.ncl", &user("maker.ncl"));
    ends("3 environments, 1 module: no findings\n");
    project.write("base.ncl", &named("base"));
    project.write("user.ncl", &user("base.ncl"));
    ends("3 environments, 1 module: 1 warning\n");
}

#[test]
fn findings_are_the_same_and_so_is_what_is_let_pass() {
    let warned = production("  patches = [],\n");
    let project = Project::of(&[
        ("agentos.toml", ""),
        ("a.ncl", &clean("  metrics = { access = 'Open },\n")),
        ("warned.ncl", &warned),
        ("open.ncl", &clean("  image = \"ghcr.io/nexixai/agentos:latest\",\n")),
        ("faulty.ncl", &clean("  nmae = 1,\n")),
        ("broken.ncl", "{ a = "),
        ("peer.ncl", &named("peer")),
        (
            "names.ncl",
            &named("names").replace("\"stk_names\"", "\"stk_names\", peers.stk_peer = 'Environment \"peer.ncl\""),
        ),
        ("lost.ncl", &clean("  federation.peers.stk_x = 'Environment \"nowhere.ncl\",\n")),
    ]);
    let options: [&[&str]; 4] = [&[], &["--deny", "warnings"], &["--allow", "K001"], &["--format", "json"]];
    for more in options {
        assert_same(&project, &[&["check", "."], more].concat());
        for file in ["warned.ncl", "open.ncl", "names.ncl", "lost.ncl", "faulty.ncl"] {
            assert_same(&project, &[&["check", file], more].concat());
        }
    }
    for file in ["open.ncl", "names.ncl", "warned.ncl"] {
        assert_same(&project, &["build", file]);
    }
}

#[test]
fn findings_of_every_rule_are_the_same() {
    let mut kept = 0;
    for page in fs::read_dir(root().join("docs/rules")).unwrap() {
        let page = page.unwrap().path();
        let text = fs::read_to_string(&page).unwrap();
        let blocks = text.split("```nickel fails\n").skip(1).filter_map(|rest| rest.split_once("```"));
        for (example, _) in blocks {
            let project = Project::of(&[("agentos.toml", ""), ("main.ncl", example)]);
            let without = project.run(&["check", "main.ncl", "--no-cache"]);
            for turn in ["cold", "warm"] {
                assert_eq!(project.run(&["check", "main.ncl"]), without, "{turn}: {}", page.display());
            }
            kept += usize::from(!project.entries().is_empty());
        }
    }
    assert!(kept > 20, "of {kept} environments with findings anything was kept");
}

#[test]
fn folders_are_written_and_compared_as_without() {
    let project = Project::of(&[("e/a.ncl", &named("a")), ("e/b.ncl", &named("b")), ("e/module.ncl", "{ a = 1 }")]);
    project.run(&["build", "e", "-o", "without", "--no-cache"]);
    assert!(project.entries().is_empty());
    for target in ["cold", "warm"] {
        assert!(project.run(&["build", "e", "-o", target]).status.success());
        for file in ["a/manifests.yaml", "a/kustomization.yaml", "b/manifests.yaml"] {
            let read = |target: &str| fs::read(project.folder.path().join(target).join(file)).unwrap();
            assert_eq!(read(target), read("without"), "{target}/{file}");
        }
    }
    assert!(project.run(&["build", "e", "-o", "without", "--check"]).status.success());
    assert!(project.hits(&["build", "e"]), "modules and environments of a folder are kept");
}

#[test]
fn every_input_counts() {
    let importing = "let agentos = import \"agentos/lib.ncl\" in\n(import \"base.ncl\") & { runtime = (import \"data.json\").r } | \
                     agentos.Environment\n";
    let base = "{ name = \"example\", profile = 'Dev, storage = 'Ephemeral, federation = { stack = \"stk_example\", peers.stk_peer \
                = 'Environment \"peer.ncl\" } }";
    let base = base.replace("runtime", "");
    let importing = importing
        .replace("runtime = (import \"data.json\").r", "tenancy.tenants.tnt_acme.name = (import \"data.json\").r");
    let files: [(&str, &str); 5] = [
        ("project/agentos.toml", ""),
        ("project/e/main.ncl", &importing),
        ("project/e/base.ncl", &base),
        ("project/e/data.json", "{ \"r\": \"Acme\" }"),
        ("project/e/peer.ncl", &named("peer")),
    ];
    let change = |project: &Project, name: &str, from: &str, to: &str| {
        let path = project.folder.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    type Change<'c> = (&'c str, &'c dyn Fn(&Project));
    let changes: [Change<'_>; 10] = [
        ("the entry", &|project| change(project, "project/e/main.ncl", "tnt_acme", "tnt_acmf")),
        ("an import", &|project| change(project, "project/e/base.ncl", "stk_example", "stk_examplf")),
        ("a space", &|project| change(project, "project/e/base.ncl", "{ name", "{  name")),
        ("data", &|project| change(project, "project/e/data.json", "Acme", "Acmf")),
        ("a peer", &|project| change(project, "project/e/peer.ncl", "'Dev", "'Dev, cluster = \"x\"")),
        ("a peer's stack", &|project| change(project, "project/e/peer.ncl", "stk_peer", "stk_pear")),
        ("a peer that goes", &|project| fs::remove_file(project.folder.path().join("project/e/peer.ncl")).unwrap()),
        ("an import that goes", &|project| fs::remove_file(project.folder.path().join("project/e/data.json")).unwrap()),
        ("a library beside it", &|project| project.write("project/e/agentos/lib.ncl", "{}")),
        ("a marker that comes", &|project| project.write("project/e/agentos.toml", "")),
    ];
    let check = ["check", "project/e/main.ncl"];
    for (what, change) in changes {
        let project = Project::of(&files);
        assert_same(&project, &check);
        assert_same(&project, &["build", "project/e/main.ncl"]);
        assert!(project.hits(&check), "{what}");
        change(&project);
        let entries = project.entries();
        assert_same(&project, &check);
        assert_same(&project, &["build", "project/e/main.ncl"]);
        let is_fault = ["an import that goes", "a library beside it"].contains(&what);
        assert!(is_fault || project.entries() != entries, "{what} makes no difference");
    }
}

#[test]
fn what_was_absent_may_appear() {
    let project = Project::of(&[
        ("agentos.toml", ""),
        ("a.ncl", &named("a").replace("\"stk_a\"", "\"stk_a\", peers.stk_b = 'Environment \"b.ncl\"")),
    ]);
    assert_same(&project, &["check", "a.ncl"]);
    assert_eq!(project.run(&["check", "a.ncl"]).status.code(), Some(1));
    project.write("b.ncl", &named("b").replace("\"stk_b\"", "\"stk_b\", peers.stk_a = 'Environment \"a.ncl\""));
    assert_same(&project, &["check", "a.ncl"]);
    assert_eq!(project.run(&["check", "a.ncl"]).status.code(), Some(0));
}

#[test]
fn damaged_entries_are_as_good_as_none() {
    let project = Project::of(&[("a.ncl", &clean(""))]);
    let expected = project.run(&["build", "a.ncl"]);
    let entries = project.entries();
    let assert_unharmed = |what: &str| {
        assert_eq!(project.run(&["build", "a.ncl"]), expected, "{what}");
        assert_eq!(project.entries(), entries, "{what}: mended");
    };
    for (path, bytes) in &entries {
        let steps = (0..bytes.len()).step_by((bytes.len() / 24).max(1)).chain(0..20).chain([bytes.len() - 1]);
        for at in steps {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(path, &damaged).unwrap();
            assert_unharmed(&format!("byte {at}"));
        }
        for length in [0, 1, 19, 40, 83, 84, bytes.len() - 1] {
            fs::write(path, &bytes[..length]).unwrap();
            assert_unharmed(&format!("{length} bytes"));
        }
        fs::write(path, [bytes.as_slice(), b"x"].concat()).unwrap();
        assert_unharmed("one byte more");
    }
    // One entry in the place of another.
    let (one, other) = (entries.keys().next().unwrap(), entries.values().last().unwrap());
    fs::write(one, other).unwrap();
    assert_unharmed("another entry");
    fs::remove_file(one).unwrap();
    fs::create_dir(one).unwrap();
    assert_eq!(project.run(&["build", "a.ncl"]), expected, "a folder in its place");
}

#[test]
fn parallel_runs_do_not_meet() {
    let project = Project::of(&[("e/a.ncl", &named("a")), ("e/b.ncl", &named("b"))]);
    let expected = project.run(&["build", "e", "--no-cache"]);
    let start = |_| {
        project
            .command(&["build", "e"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
    };
    let runs: Vec<_> = (0..16).map(start).collect();
    for run in runs {
        assert_eq!(run.unwrap().wait_with_output().unwrap(), expected);
    }
    let unfinished = |path: &&PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with('.');
    assert_eq!(project.entries().keys().filter(unfinished).count(), 0);
    assert!(project.hits(&["build", "e"]));
}

#[test]
fn the_folder_stays_below_its_limit() {
    let project = Project::of(&[]);
    let names: Vec<String> = (0..48).map(|number| format!("env{number}")).collect();
    names.iter().for_each(|name| project.write(&format!("{name}.ncl"), &named(name)));
    let size = || project.entries().values().map(Vec::len).sum::<usize>();
    for chunk in names.chunks(12) {
        let files: Vec<String> = chunk.iter().map(|name| format!("{name}.ncl")).collect();
        let mut command = project.command(&["build", "-o", "out"]);
        let output = command.args(&files).env("AGENTOS_CFG_CACHE_LIMIT", "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(size() <= 1 << 20, "{}", size());
    }
    let written: usize = 48 * (size() / project.entries().len()) * 2;
    assert!(written > 1 << 20, "the limit was never met: {written}");
    assert!(project.hits(&["build", "env47.ncl"]), "the newest are still there");
}

/// A folder `e` of so many environments, `e/env0.ncl` and so on.
fn fleet(count: usize) -> Project {
    let project = Project::of(&[("agentos.toml", "")]);
    (0..count).for_each(|number| project.write(&format!("e/env{number}.ncl"), &named(&format!("env{number}"))));
    project
}

fn is_bundle(path: &Path) -> bool {
    path.file_name().unwrap().to_str().unwrap().starts_with("bundle-")
}

#[test]
fn a_fleet_makes_few_files_and_each_environment_is_found_in_them() {
    let project = fleet(40);
    assert_same(&project, &["build", "e"]);
    let entries = project.entries();
    assert!(entries.len() < 12, "{} files", entries.len());
    assert!(entries.keys().any(|path| is_bundle(path)));
    let info = project.run(&["cache", "info", "--format", "json"]);
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["entries"], 80);
    for file in ["e", "e/env0.ncl", "e/env7.ncl", "e/env39.ncl"] {
        let made = if file == "e" { "folder" } else { "file" };
        project.run(&["build", file]);
        assert!(project.hits(&["build", file]), "{made} {file}");
        assert!(project.hits(&["check", file]), "{made} {file}");
    }
    // One that has changed gets a file of its own, which counts before what a bundle says; all of them, a bundle that does.
    let changed = |name: &str, cluster: &str| named(name).replace("'Dev,", &format!("'Dev, cluster = \"{cluster}\","));
    for cluster in ["one", "two"] {
        project.write("e/env20.ncl", &changed("env20", cluster));
        assert_same(&project, &["build", "e"]);
        assert!(project.hits(&["build", "e"]), "{cluster}");
    }
    for cluster in ["three", "four"] {
        (0..40).for_each(|number| {
            project.write(&format!("e/env{number}.ncl"), &changed(&format!("env{number}"), cluster))
        });
        assert_same(&project, &["build", "e"]);
        assert!(project.hits(&["build", "e"]), "{cluster}");
    }
    let cleared = String::from_utf8(project.run(&["cache", "clear"]).stdout).unwrap();
    assert!(project.entries().is_empty(), "{cleared}");
}

#[test]
fn a_damaged_bundle_is_as_good_as_none() {
    let project = fleet(12);
    let expected = project.run(&["build", "e"]);
    let (path, bytes) = project.entries().into_iter().find(|(path, _)| is_bundle(path)).unwrap();
    for at in (0..bytes.len()).step_by(bytes.len() / 12).chain([bytes.len() - 1]) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).unwrap();
        assert_eq!(project.run(&["build", "e"]), expected, "byte {at}");
        assert!(project.hits(&["build", "e"]), "byte {at}: what it had is kept again");
    }
    for length in [0, 39, 40, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        assert_eq!(project.run(&["build", "e"]), expected, "{length} bytes");
    }
}

#[test]
fn without_a_cache_nothing_is_kept() {
    let project = Project::of(&[("a.ncl", &clean(""))]);
    project.run(&["build", "a.ncl", "--no-cache"]);
    project.command(&["build", "a.ncl"]).env("AGENTOS_CFG_NO_CACHE", "1").output().unwrap();
    let input = fs::File::open(project.folder.path().join("a.ncl")).unwrap();
    assert!(project.command(&["build", "-"]).stdin(input).output().unwrap().status.success());
    assert!(project.entries().is_empty());
}

#[test]
fn faults_are_not_kept() {
    let project = Project::of(&[("a.ncl", &clean("  nmae = 1,\n"))]);
    assert_eq!(project.run(&["check", "a.ncl"]).status.code(), Some(1));
    assert!(project.entries().is_empty());
}

#[test]
fn it_says_what_it_has_and_forgets_it() {
    let project = Project::of(&[("a.ncl", &clean(""))]);
    project.run(&["build", "a.ncl"]);
    let info = project.run(&["cache", "info", "--format", "json"]);
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["folder"], project.cache.path().to_str().unwrap());
    assert_eq!(info["entries"], project.entries().len());
    assert_eq!(info["bytes"], project.entries().values().map(Vec::len).sum::<usize>());
    assert_eq!((&info["limit"], &info["unused"]), (&(256_u64 << 20).into(), &serde_json::Value::Null));
    fs::write(project.cache.path().join("mine"), "").unwrap();
    fs::write(project.cache.path().join("entries/mine"), "").unwrap();
    assert!(project.run(&["cache", "clear"]).status.success());
    assert_eq!(project.entries().len(), 1, "what others have put there stays");
    assert!(project.cache.path().join("mine").exists());
    let human = String::from_utf8(project.run(&["cache", "info"]).stdout).unwrap();
    assert!(human.contains("entries: 0\nbytes: 0\nlimit: 268435456\n"), "{human}");
    let off = project.command(&["cache", "info"]).env("AGENTOS_CFG_NO_CACHE", "1").output().unwrap();
    assert!(String::from_utf8(off.stdout).unwrap().ends_with("not used: `AGENTOS_CFG_NO_CACHE` is set\n"));
    let wrong = project.command(&["cache", "info"]).env("AGENTOS_CFG_CACHE_LIMIT", "much").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_folder_that_cannot_be_written_costs_nothing_but_time() {
    let project = Project::of(&[("a.ncl", &clean("")), ("file", "")]);
    let expected = project.run(&["build", "a.ncl", "--no-cache"]);
    // Below a file no folder can be made, whoever runs the tests.
    let below = project.folder.path().join("file/cache");
    let run = |arguments: &[&str]| project.command(arguments).env("AGENTOS_CFG_CACHE_DIR", &below).output().unwrap();
    assert_eq!(run(&["build", "a.ncl"]), expected);
    let info = run(&["cache", "info"]);
    let text = String::from_utf8(info.stdout).unwrap();
    assert!(info.status.success() && text.contains("not used: the folder can't be written to: "), "{text}");
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it_and_what_others_can_write_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::of(&[("a.ncl", &clean(""))]);
    project.run(&["build", "a.ncl"]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = project.cache.path().join("entries");
    assert_eq!(mode(&folder), 0o700);
    project.entries().keys().for_each(|path| assert_eq!(mode(path), 0o600));
    project.run(&["cache", "clear"]);
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(project.run(&["build", "a.ncl"]).status.success());
    assert!(project.entries().is_empty());
    let info = String::from_utf8(project.run(&["cache", "info"]).stdout).unwrap();
    let expected =
        format!("not used: `{}` can be written to by others (mode 0777): `chmod go-w` it\n", folder.display());
    assert!(info.ends_with(&expected), "{info}");
}

/// Every value of a placeholder in a text.
fn placeholders(text: &str) -> Vec<String> {
    let after = text.split("placeholder = \"").skip(1);
    after.filter_map(|rest| rest.split_once('"')).map(|(value, _)| value.to_owned()).collect()
}

#[test]
fn no_value_of_a_secret_is_kept() {
    let project = Project::of(&[]);
    let mut values = Vec::new();
    for file in ["local-dev.ncl", "demo.ncl", "two-node/node-a.ncl", "two-node/node-b.ncl", "two-node/common.ncl"] {
        let path = root().join("environments").join(file);
        values.extend(placeholders(&fs::read_to_string(&path).unwrap()));
        for command in ["build", "check", "eval"] {
            project.run(&[command, path.to_str().unwrap()]);
        }
    }
    // What is the fifth and later entry of a run is in a bundle.
    project.run(&["build", root().join("environments").to_str().unwrap()]);
    assert!(values.len() >= 9, "{values:?}");
    let entries = project.entries();
    assert!(entries.keys().any(|path| is_bundle(path)));
    assert!(entries.len() >= 8, "{}", entries.len());
    for value in values {
        let secret = k8s_openapi::ByteString(value.clone().into_bytes());
        let base64 = serde_json::to_value(&secret).unwrap().as_str().unwrap().to_owned();
        for bytes in entries.values() {
            let has = |form: &str| bytes.windows(form.len()).any(|window| window == form.as_bytes());
            assert!(!has(&value) && !has(&base64), "{value}");
        }
    }
}

#[test]
fn what_cannot_be_left_out_safely_is_not_kept() {
    let secrets = |value: &str| {
        clean(&format!("  secrets = {{ backend = 'Placeholder, keys.AGENTOS_SIGNING_KEY.placeholder = {value} }},\n"))
    };
    for value in ["\"fake_\" ++ \"joined_value\"", "\"fake_quoted\\\\value\"", "\"fake_%{\"x\"}_value\""] {
        let project = Project::of(&[("a.ncl", &secrets(value))]);
        assert_same(&project, &["build", "a.ncl"]);
        assert!(project.entries().is_empty(), "{value}");
    }
    let project = Project::of(&[("a.ncl", &secrets("\"fake_plain_value\""))]);
    assert_same(&project, &["build", "a.ncl"]);
    assert!(!project.entries().is_empty());
    let token = ["ghp", "_0123456789abcdefghijABCDEFGHIJ456789"].concat();
    let project =
        Project::of(&[("a.ncl", &clean(&format!("  services.agent-orchestrator.env.EXTRA = \"{token}\",\n")))]);
    assert_same(&project, &["check", "a.ncl"]);
    assert!(project.entries().is_empty(), "a credential was found in it");
}

/// Who can plant what.
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod planted {
    use super::*;
    use common::output_within;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::time::Duration;

    const SAFE: &str = "allowPrivilegeEscalation: false";
    const UNSAFE: &str = "allowPrivilegeEscalation: true ";

    /// Longer than anything here takes on a busy machine.
    const LIMIT: Duration = Duration::from_secs(60);

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A project, and a cache two folders below one of its own.
    struct Attack {
        project: Project,
        parent: PathBuf,
        cache: PathBuf,
    }

    impl Attack {
        /// The cache knows the environment `a.ncl`.
        fn new() -> Attack {
            let project = Project::of(&[("a.ncl", &clean(""))]);
            let parent = project.cache.path().join("parent");
            let cache = parent.join("cache");
            let attack = Attack { project, parent, cache };
            attack.build();
            attack
        }

        /// What it knows of it was changed to something unsafe.
        fn prepared() -> Attack {
            let attack = Attack::new();
            attack.reseal();
            attack
        }

        fn entries(&self) -> PathBuf {
            self.cache.join("entries")
        }

        fn command(&self, arguments: &[&str]) -> Command {
            let mut command = self.project.command(arguments);
            command.env("AGENTOS_CFG_CACHE_DIR", &self.cache);
            command
        }

        fn build(&self) -> String {
            let output = output_within(&mut self.command(&["build", "a.ncl"]), LIMIT);
            assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
            String::from_utf8(output.stdout).unwrap()
        }

        fn info(&self) -> String {
            let output = output_within(&mut self.command(&["cache", "info"]), LIMIT);
            assert_eq!(output.status.code(), Some(0));
            String::from_utf8(output.stdout).unwrap()
        }

        fn files(&self) -> Vec<PathBuf> {
            fs::read_dir(self.entries()).unwrap().map(|file| file.unwrap().path()).collect()
        }

        /// Changes what the entries say, and gives them the hash that belongs to it.
        fn reseal(&self) {
            let mut changed = 0;
            for path in self.files() {
                let bytes = fs::read(&path).unwrap();
                let head = "agentos-cfg cache 1\n".len() + 32;
                let (head, payload) = (&bytes[..head], &bytes[head + 32..]);
                let payload = replaced(payload, SAFE.as_bytes(), UNSAFE.as_bytes());
                changed += usize::from(payload != bytes[head.len() + 32..]);
                let seal = *blake3::hash(&payload).as_bytes();
                fs::write(&path, [head, &seal, &payload].concat()).unwrap();
            }
            assert!(changed > 0, "no entry has manifests in it");
        }
    }

    /// Bytes with every occurrence of some others replaced by as many.
    fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        let mut result = bytes.to_vec();
        for at in 0..bytes.len().saturating_sub(from.len()) {
            if bytes[at..].starts_with(from) {
                result[at..at + to.len()].copy_from_slice(to);
            }
        }
        result
    }

    /// Whether tests may give files away.
    fn is_root(folder: &Path) -> bool {
        let probe = folder.join("probe");
        fs::write(&probe, "").unwrap();
        let given = chown(&probe, Some(4711), None).is_ok();
        fs::remove_file(probe).unwrap();
        given
    }

    #[test]
    fn entries_of_the_user_are_believed() {
        let attack = Attack::prepared();
        assert!(attack.build().contains(UNSAFE), "the others of these tests could not fail");
        assert!(!attack.info().contains("not used"), "{}", attack.info());
    }

    #[test]
    fn folders_that_others_can_write_to_are_not_believed() {
        for mode in [0o777, 0o775, 0o757, 0o722] {
            let folders: [fn(&Attack) -> PathBuf; 3] =
                [Attack::entries, |attack| attack.cache.clone(), |attack| attack.parent.clone()];
            for folder in folders {
                let attack = Attack::prepared();
                let folder = folder(&attack);
                set_mode(&folder, mode);
                let built = attack.build();
                assert!(built.contains(SAFE) && !built.contains(UNSAFE), "{mode:o} {}", folder.display());
                let info = attack.info();
                let expected = format!("not used: `{}` can be written to by ", folder.display());
                assert!(info.contains(&expected) && info.contains(&format!("(mode {mode:04o})")), "{info}");
                let before = attack.files().len();
                let clear = output_within(&mut attack.command(&["cache", "clear"]), LIMIT);
                assert_eq!(clear.status.code(), Some(0));
                let said = String::from_utf8(clear.stderr).unwrap();
                assert!(said.contains(&folder.display().to_string()), "{said}");
                assert_eq!(attack.files().len(), before, "what is not used is not touched");
            }
        }
    }

    #[test]
    fn a_sticky_folder_on_the_way_is_enough_but_not_for_entries() {
        let attack = Attack::prepared();
        set_mode(&attack.parent, 0o1777);
        assert!(attack.build().contains(UNSAFE));
        set_mode(&attack.entries(), 0o1777);
        assert!(!attack.build().contains(UNSAFE));
    }

    #[test]
    fn what_belongs_to_another_user_is_not_believed() {
        let attack = Attack::prepared();
        if !is_root(attack.project.cache.path()) {
            println!("skipped: files can't be given away; the unit tests of `trust` have the rule");
            return;
        }
        for folder in [attack.entries(), attack.cache.clone(), attack.parent.clone()] {
            chown(&folder, Some(4711), None).unwrap();
            let built = attack.build();
            assert!(built.contains(SAFE) && !built.contains(UNSAFE), "{}", folder.display());
            let expected = format!("not used: `{}` belongs to another user (uid 4711)\n", folder.display());
            assert!(attack.info().ends_with(&expected), "{}", attack.info());
            chown(&folder, Some(0), None).unwrap();
        }
        for file in attack.files() {
            chown(&file, Some(4711), None).unwrap();
        }
        assert!(!attack.build().contains(UNSAFE));
        assert!(attack.build().contains(SAFE), "they are written anew");
    }

    #[test]
    fn an_entry_that_others_can_write_to_or_name_is_not_believed() {
        type Plant = fn(&Attack, &Path);
        let plants: [(&str, Plant); 4] = [
            ("writable", |_, file| set_mode(file, 0o666)),
            ("writable by the group", |_, file| set_mode(file, 0o660)),
            ("with another name", |attack, file| {
                let name = file.file_name().unwrap();
                fs::hard_link(file, attack.project.folder.path().join(name)).unwrap();
            }),
            ("a link", |attack, file| {
                let target = attack.project.folder.path().join(file.file_name().unwrap());
                fs::rename(file, &target).unwrap();
                symlink(target, file).unwrap();
            }),
        ];
        for (what, plant) in plants {
            let attack = Attack::prepared();
            attack.files().iter().for_each(|file| plant(&attack, file));
            assert!(!attack.build().contains(UNSAFE), "{what}");
            for file in attack.files() {
                let there = fs::symlink_metadata(&file).unwrap();
                assert!(there.is_file() && there.permissions().mode() & 0o777 == 0o600, "{what}: written anew");
            }
        }
    }

    #[test]
    fn a_link_in_the_place_of_the_entries_is_not_followed() {
        let attack = Attack::prepared();
        let elsewhere = attack.project.folder.path().join("elsewhere");
        fs::rename(attack.entries(), &elsewhere).unwrap();
        symlink(&elsewhere, attack.entries()).unwrap();
        let files = attack.files().len();
        assert!(!attack.build().contains(UNSAFE));
        assert!(attack.info().contains("entries` is not a folder"), "{}", attack.info());
        assert!(attack.command(&["cache", "clear"]).output().unwrap().status.success());
        assert_eq!(attack.files().len(), files);
    }

    #[test]
    fn links_to_the_folder_are_followed_if_others_can_not_change_them() {
        let mut attack = Attack::prepared();
        let links = attack.project.cache.path().join("links");
        fs::create_dir(&links).unwrap();
        let link = links.join("link");
        symlink("../parent", &link).unwrap();
        attack.cache = link.join("cache");
        assert!(attack.build().contains(UNSAFE), "{}", attack.info());
        set_mode(&links, 0o777);
        assert!(!attack.build().contains(UNSAFE));
        assert!(attack.info().contains(&format!("not used: `{}` can be", links.display())), "{}", attack.info());
        set_mode(&links, 0o1777);
        assert!(attack.build().contains(UNSAFE));
        if is_root(attack.project.cache.path()) {
            std::os::unix::fs::lchown(&link, Some(4711), None).unwrap();
            assert!(!attack.build().contains(UNSAFE));
            assert!(attack.info().contains(&format!("`{}` belongs to another user", link.display())));
        }
        fs::remove_file(&link).unwrap();
        symlink("link", &link).unwrap();
        assert!(!attack.build().contains(UNSAFE), "a link to itself");
    }

    #[test]
    fn no_folder_is_made_where_others_can_write() {
        let attack = Attack::prepared();
        fs::remove_dir_all(&attack.cache).unwrap();
        set_mode(&attack.parent, 0o777);
        attack.build();
        attack.info();
        assert!(!attack.cache.exists());
    }

    #[test]
    fn links_in_the_folder_lead_nowhere() {
        for name in ["written", "CACHEDIR.TAG"] {
            let attack = Attack::prepared();
            let (victim, missing) =
                (attack.project.folder.path().join("victim"), attack.project.folder.path().join("missing"));
            fs::write(&victim, "precious").unwrap();
            let place = attack.cache.join(name);
            for target in [&victim, &missing] {
                let _ = fs::remove_file(&place);
                symlink(target, &place).unwrap();
                // Something new is written, and more of it than the limit allows.
                for limit in ["1", "256"] {
                    attack.project.write("a.ncl", &clean(&format!("  labels = {{ x = \"{limit}\" }},\n")));
                    let text = format!("{}# {}\n", clean(""), "x".repeat(1 << 20));
                    attack.project.write("large.ncl", &text);
                    for file in ["a.ncl", "large.ncl"] {
                        let mut command = attack.command(&["build", file]);
                        assert!(command.env("AGENTOS_CFG_CACHE_LIMIT", limit).output().unwrap().status.success());
                    }
                    attack.info();
                }
                assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{name}");
                assert!(!missing.exists(), "{name}");
            }
            assert!(attack.command(&["cache", "clear"]).output().unwrap().status.success());
            assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{name}");
        }
    }

    fn make_pipe(path: &Path) {
        let _ = fs::remove_file(path);
        let _ = fs::remove_dir_all(path);
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn nothing_waits_for_the_other_end_of_a_pipe() {
        let places: [fn(&Attack) -> Vec<PathBuf>; 5] = [
            |attack| attack.files(),
            |attack| vec![attack.cache.join("written")],
            |attack| vec![attack.cache.join("CACHEDIR.TAG")],
            |attack| vec![attack.entries()],
            |attack| vec![attack.cache.clone()],
        ];
        for places in places {
            let attack = Attack::new();
            let expected = attack.project.run(&["build", "a.ncl", "--no-cache"]);
            let paths = places(&attack);
            let path = &paths[0];
            for arguments in [["build", "a.ncl"], ["cache", "info"], ["cache", "clear"], ["build", "a.ncl"]] {
                paths.iter().filter(|path| path.parent().unwrap().is_dir()).for_each(|path| make_pipe(path));
                let output = output_within(&mut attack.command(&arguments), LIMIT);
                if arguments == ["build", "a.ncl"] {
                    assert!(output == expected, "{path:?}");
                } else if arguments == ["cache", "info"] {
                    assert!(output.status.success(), "{path:?}");
                }
            }
        }
    }

    #[test]
    fn runs_that_clear_at_the_same_time_do_not_meet() {
        let project = Project::of(&[("a.ncl", &clean(""))]);
        let expected = project.run(&["build", "a.ncl", "--no-cache"]);
        let outside = project.folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("0".repeat(64)), "precious").unwrap();
        for round in 0..4 {
            let entries = project.cache.path().join("entries");
            fs::create_dir_all(&entries).unwrap();
            set_mode(&entries, 0o700);
            (0..2000).for_each(|number| fs::write(entries.join(format!("{number:064x}")), "entry").unwrap());
            symlink(outside.join("0".repeat(64)), entries.join("f".repeat(64))).unwrap();
            symlink(&outside, entries.join("e".repeat(64))).unwrap();
            let start = |number: usize| {
                let arguments: &[&str] = if number % 3 == 2 { &["build", "a.ncl"] } else { &["cache", "clear"] };
                let mut command = project.command(arguments);
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
            };
            let runs: Vec<_> = (0..9).map(start).collect();
            for (number, run) in runs.into_iter().enumerate() {
                let output = run.wait_with_output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert_eq!((output.status.code(), &*said), (Some(0), ""), "round {round}, run {number}");
                assert!(number % 3 != 2 || output.stdout == expected.stdout, "round {round}, run {number}");
            }
            assert_eq!(fs::read_to_string(outside.join("0".repeat(64))).unwrap(), "precious");
            assert!(entries.join("f".repeat(64)).is_symlink(), "what is no entry stays");
            fs::remove_file(entries.join("f".repeat(64))).unwrap();
            fs::remove_file(entries.join("e".repeat(64))).unwrap();
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn entries_are_for_one_build_of_the_program() {
    let project = Project::of(&[("a.ncl", &clean(""))]);
    let copy = project.folder.path().join("agentos-cfg");
    fs::copy(env!("CARGO_BIN_EXE_agentos-cfg"), &copy).unwrap();
    let build = || {
        let mut command = Command::new(&copy);
        command.args(["build", "a.ncl"]).current_dir(project.folder.path());
        command.env("AGENTOS_CFG_CACHE_DIR", project.cache.path());
        // A process that another test starts has the copy open for writing until it is the other program.
        let output = loop {
            match command.output() {
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                output => break output.unwrap(),
            }
        };
        assert!(output.status.success());
    };
    build();
    let entries = project.entries();
    // Another program at the same place, as long as this one and of the same time.
    let modified = fs::metadata(&copy).unwrap().modified().unwrap();
    for round in 1..=3 {
        let mut bytes = fs::read(env!("CARGO_BIN_EXE_agentos-cfg")).unwrap();
        let text = b"please report it, with the input";
        let at = bytes.windows(text.len() - 1).position(|window| window == &text[1..]).unwrap();
        bytes[at - 1] ^= round;
        // In place, so that it keeps its inode as well.
        fs::write(&copy, &bytes).unwrap();
        let file = fs::File::options().write(true).open(&copy).unwrap();
        file.set_modified(modified).unwrap();
        drop(file);
        let before = project.entries().len();
        build();
        assert_eq!(project.entries().len(), before + entries.len(), "round {round}");
        build();
        assert_eq!(project.entries().len(), before + entries.len(), "round {round}: its own are found again");
    }
}
