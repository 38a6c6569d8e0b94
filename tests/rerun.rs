//! `--watch`: a command runs again when a file changes, goes on where files come, go or can't be read, and ends on a signal.
//!
//! Each test waits for lines, as long as it takes on a machine with much to do.
#![cfg(unix)]

mod common;

use common::environment;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const SLOWEST: Duration = Duration::from_secs(90);

/// A command that watches, in a process group of its own as a shell starts one.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn begin(mut command: Command, folder: &Path, arguments: &[&str]) -> Watching {
        command.args(arguments).current_dir(folder).process_group(0).env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        read(child.stdout.take().unwrap(), sender.clone());
        read(child.stderr.take().unwrap(), sender);
        Watching { child, lines }
    }

    /// What is printed up to the end of a run, which has to have these texts in it.
    fn expect(&self, texts: &[&str]) -> String {
        let begun = Instant::now();
        let mut printed = String::new();
        // Of two streams the last line of one may come after that of the other.
        let is_done = |printed: &str| {
            printed.lines().any(|line| line.starts_with("watching ")) && texts.iter().all(|text| printed.contains(text))
        };
        while !is_done(&printed) {
            let left = SLOWEST.saturating_sub(begun.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) => printed += &format!("{line}\n"),
                Err(error) => panic!("{error}: not all of {texts:?} in:\n{printed}"),
            }
        }
        printed
    }

    /// Sends a signal to all processes of the group, as a terminal does.
    fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        let status = Command::new("kill").args(["-s", name, "--", &group]).stderr(Stdio::null()).status();
        assert!(status.unwrap().success());
    }

    /// Interrupts it, and says by which signal it ended.
    fn interrupt(mut self) -> Option<i32> {
        self.signal("INT");
        self.child.wait().unwrap().signal()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.signal("KILL");
            let _ = self.child.wait();
        }
    }
}

fn read(stream: impl Read + Send + 'static, lines: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Project {
        Project(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes as most editors do: beside the file, and then in its place.
    fn save(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = path.with_extension("swp");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(beside, path).unwrap();
    }

    fn watch(&self, arguments: &[&str]) -> Watching {
        Watching::begin(common::binary(), self.0.path(), arguments)
    }
}

/// An environment of its own name and stack, with `more` in it.
fn named(name: &str, more: &str) -> String {
    let text = environment(&format!("  namespace = \"{name}\",\n{more}"));
    text.replace("\"example\"", &format!("\"{name}\"")).replace("stk_example", &format!("stk_{name}"))
}

const CLEAN: &str = "1 environment: no findings";

#[test]
fn check_runs_again_for_each_change() {
    let project = Project::new();
    project.save("a.ncl", &environment(""));
    let watching = project.watch(&["check", "--watch", "a.ncl"]);
    let first = watching.expect(&[CLEAN, "watching 1 file"]);
    assert!(!first.contains("changed"), "{first}");
    project.save("a.ncl", &environment("  replicas = 1,"));
    let second = watching.expect(&["`a.ncl` changed", "error[C002", "1 environment: 1 error", "watching 1 file"]);
    assert!(!second.contains('\u{1b}'), "no terminal is cleared that is none: {second}");
    // In place, without another file.
    std::fs::write(project.path("a.ncl"), environment("  labels.a = \"b\",")).unwrap();
    watching.expect(&["`a.ncl` changed", CLEAN]);
    assert_eq!(watching.interrupt(), Some(2), "a shell sees 130");
}

#[test]
fn all_that_an_environment_is_made_of_is_watched() {
    let project = Project::new();
    let peer = "federation.peers.stk_b = 'Environment \"peers/b.ncl\",";
    let text = environment(&format!("  labels = (import \"lib/labels.ncl\") & (import \"labels.json\"),\n  {peer}"));
    project
        .save("a.ncl", &text.replace("federation = { stack = \"stk_example\" }", "federation.stack = \"stk_example\""));
    project.save("lib/labels.ncl", "{ one = \"1\" }");
    project.save("labels.json", "{\"two\": \"2\"}");
    let of_peer = |more: &str| {
        let back = "federation.peers.stk_example = 'Environment \"../a.ncl\",";
        named("b", &format!("{back}{more}"))
            .replace("federation = { stack = \"stk_b\" }", "federation.stack = \"stk_b\"")
    };
    project.save("peers/b.ncl", &of_peer(""));
    let watching = project.watch(&["check", "--watch", "a.ncl", "--no-cache"]);
    let first = watching.expect(&["watching 4 files"]);
    assert!(!first.contains("error["), "{first}");
    project.save("labels.json", "{\"two\": 2}");
    watching.expect(&["`labels.json` changed", "error["]);
    project.save("labels.json", "{\"two\": \"2\"}");
    watching.expect(&["`labels.json` changed", "watching 4 files"]);
    project.save("lib/labels.ncl", "{ one = \"1\", two = \"3\" }");
    watching.expect(&["`lib/labels.ncl` changed", "error["]);
    project.save("lib/labels.ncl", "{ one = \"1\" }");
    watching.expect(&["`lib/labels.ncl` changed", "watching 4 files"]);
    project.save("peers/b.ncl", &of_peer("\n  replicas = 1,"));
    watching.expect(&["`peers/b.ncl` changed"]);
    std::fs::remove_file(project.path("lib/labels.ncl")).unwrap();
    watching.expect(&["`lib/labels.ncl` changed", "error[C009"]);
    project.save("lib/labels.ncl", "{ one = \"1\" }");
    watching.expect(&["`lib/labels.ncl` changed", "watching 4 files"]);
}

/// A run that takes an environment from the cache evaluates nothing, and watches as much.
#[test]
fn what_is_recalled_is_watched_as_well() {
    let project = Project::new();
    project.save("a.ncl", &environment("  labels = import \"labels.ncl\","));
    project.save("labels.ncl", "{ one = \"1\" }");
    let status = common::binary().args(["check", "a.ncl"]).current_dir(project.0.path()).stderr(Stdio::null()).status();
    assert!(status.unwrap().success());
    let watching = project.watch(&["check", "--watch", "a.ncl"]);
    watching.expect(&[CLEAN, "watching 2 files"]);
    project.save("labels.ncl", "{ one = 1 }");
    watching.expect(&["`labels.ncl` changed", "error["]);
}

#[test]
fn environments_of_a_folder_come_and_go() {
    let project = Project::new();
    project.save("all/a.ncl", &named("a", ""));
    let watching = project.watch(&["check", "--watch", "all"]);
    watching.expect(&["1 environment, 0 modules: no findings"]);
    project.save("all/inner/b.ncl", &named("b", ""));
    watching.expect(&["`all/inner/b.ncl` changed", "2 environments, 0 modules: no findings"]);
    std::fs::write(project.path("all/.gitignore"), "inner\n").unwrap();
    watching.expect(&["1 environment, 0 modules: no findings"]);
    std::fs::remove_file(project.path("all/.gitignore")).unwrap();
    watching.expect(&["2 environments, 0 modules: no findings"]);
    std::fs::remove_file(project.path("all/a.ncl")).unwrap();
    watching.expect(&["`all/a.ncl` changed", "1 environment, 0 modules: no findings"]);
    std::fs::rename(project.path("all"), project.path("gone")).unwrap();
    watching.expect(&["agentos-cfg: `all` can't be read", "watching 0 files"]);
    std::fs::rename(project.path("gone"), project.path("all")).unwrap();
    watching.expect(&["1 environment, 0 modules: no findings"]);
}

#[test]
fn files_that_are_gone_or_unreadable_for_a_while_do_not_end_it() {
    let project = Project::new();
    let watching = project.watch(&["check", "--watch", "a.ncl"]);
    watching.expect(&["agentos-cfg: `a.ncl` can't be read", "watching 0 files"]);
    project.save("a.ncl", &environment("  labels = import \"later.ncl\","));
    watching.expect(&["`a.ncl` changed", "error[C009"]);
    project.save("later.ncl", "{}");
    watching.expect(&["`later.ncl` changed", CLEAN]);
    std::fs::set_permissions(project.path("a.ncl"), std::fs::Permissions::from_mode(0o000)).unwrap();
    watching.expect(&["`a.ncl` changed"]);
    std::fs::set_permissions(project.path("a.ncl"), std::fs::Permissions::from_mode(0o644)).unwrap();
    watching.expect(&["`a.ncl` changed", CLEAN]);
    std::fs::remove_file(project.path("a.ncl")).unwrap();
    watching.expect(&["`a.ncl` changed", "agentos-cfg: `a.ncl` can't be read"]);
    std::fs::create_dir(project.path("a.ncl")).unwrap();
    watching.expect(&["`a.ncl` has no environment"]);
    std::fs::remove_dir(project.path("a.ncl")).unwrap();
    project.save("a.ncl", &environment(""));
    watching.expect(&[CLEAN]);
}

#[test]
fn what_has_no_end_ends_its_run_and_nothing_else() {
    let project = Project::new();
    project.save("a.ncl", &environment("  labels.a = let rec f = fun x => f (x + 1) in f 0,"));
    let watching = project.watch(&["check", "--watch", "--eval-timeout", "1", "a.ncl"]);
    watching.expect(&["error[C01", "watching 1 file"]);
    project.save("a.ncl", &environment(""));
    watching.expect(&["`a.ncl` changed", CLEAN]);
}

#[test]
fn a_rejected_build_leaves_the_last_good_output() {
    let project = Project::new();
    let manifests = || std::fs::read_to_string(project.path("out/example/manifests.yaml")).unwrap();
    project.save("a.ncl", &environment(""));
    let watching = project.watch(&["build", "--watch", "a.ncl", "-o", "out"]);
    watching.expect(&["watching 1 file"]);
    let first = manifests();
    project.save("a.ncl", &environment("  replicas = 1,"));
    watching.expect(&["error[C002", "1 error"]);
    assert_eq!(manifests(), first);
    project.save("a.ncl", &environment("  labels.team = \"b\","));
    watching.expect(&["`a.ncl` changed"]);
    assert!(manifests().contains("team: b"));
}

#[test]
fn builds_to_standard_output_follow_each_other() {
    let project = Project::new();
    project.save("a.ncl", &environment(""));
    let watching = project.watch(&["build", "--watch", "a.ncl"]);
    watching.expect(&["kind: Namespace"]);
    project.save("a.ncl", &environment("  labels.team = \"b\","));
    watching.expect(&["`a.ncl` changed", "team: b"]);
}

/// A good output after each interruption: that of the text before or that of the text after.
#[test]
fn an_interrupted_build_leaves_nothing_half_written() {
    let project = Project::new();
    let text = |round: usize| environment(&format!("  labels.round = \"r{round}\",\n  labels.other = \"o{round}\","));
    let mut outputs = Vec::new();
    for round in 0..14 {
        project.save("a.ncl", &text(round));
        let built = common::binary().args(["build", "a.ncl"]).current_dir(project.0.path()).output().unwrap();
        outputs.push(String::from_utf8(built.stdout).unwrap());
    }
    let manifests = || std::fs::read_to_string(project.path("out/example/manifests.yaml")).unwrap();
    let is_of = |there: &str, round: usize| there.contains(outputs[round].trim_start_matches("---\n"));
    let mut seen = [0, 0];
    for round in 1..outputs.len() {
        project.save("a.ncl", &text(round - 1));
        let watching = project.watch(&["build", "--watch", "a.ncl", "-o", "out"]);
        watching.expect(&["watching 1 file"]);
        assert!(is_of(&manifests(), round - 1), "round {round}");
        project.save("a.ncl", &text(round));
        // Some are interrupted while they wait for the text to settle, some while they compile or write, some behind that.
        if round % 3 > 0 {
            let printed = watching.lines.recv_timeout(SLOWEST).unwrap();
            assert_eq!(printed, "`a.ncl` changed");
            std::thread::sleep(Duration::from_millis(17 * (round as u64)));
        }
        assert_eq!(watching.interrupt(), Some(2));
        let there = manifests();
        let (old, new) = (is_of(&there, round - 1), is_of(&there, round));
        assert!(old != new, "round {round} left a mix");
        seen[usize::from(new)] += 1;
        let left = std::fs::read_dir(project.path("out/example")).unwrap().count();
        assert_eq!(left, 2, "round {round}");
    }
    println!("old and new: {seen:?}");
}

#[test]
fn each_run_calls_itself_as_it_was_started() {
    let project = Project::new();
    let plugin = project.path("kubectl-agentos");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_agentos-cfg"), &plugin).unwrap();
    let watching = Watching::begin(Command::new(plugin), project.0.path(), &["check", "--watch", "a.ncl"]);
    watching.expect(&["kubectl agentos: `a.ncl` can't be read"]);
}

#[test]
fn what_can_not_be_watched_is_refused() {
    let project = Project::new();
    project.save("a.ncl", &environment(""));
    let refused = |arguments: &[&str]| {
        let output =
            common::binary().args(arguments).current_dir(project.0.path()).stdin(Stdio::null()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for command in ["check", "build"] {
        let said = refused(&[command, "--watch", "a.ncl", "-"]);
        assert!(said.starts_with("agentos-cfg: standard input can't be watched"), "{said}");
    }
    assert!(refused(&["check", "--watch", "--fix", "a.ncl"]).contains("cannot be used with"));
}
