//! What `build --output` guarantees: whole folders or nothing, and nobody else's files.
#![cfg(unix)]

mod common;

use common::environment;
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const HEADER: &str = agentos_cfg::emit::folder::HEADER;

/// All files below a folder, by their path in it.
type Tree = BTreeMap<String, Vec<u8>>;

/// Two environments of one name, `a.ncl` and `b.ncl`, and the target `out`.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Project {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.ncl"), environment("")).unwrap();
        std::fs::write(folder.path().join("b.ncl"), environment("  labels = { team = \"b\" },")).unwrap();
        let other = environment("  namespace = \"another\",").replace("name = \"example\"", "name = \"another\"");
        let other = other.replace("stk_example", "stk_another");
        std::fs::write(folder.path().join("other.ncl"), other).unwrap();
        Project { folder }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.path(below)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = common::binary();
        command.arg("build").args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn build(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn build_well(&self, arguments: &[&str]) {
        let output = self.build(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    /// What `out` holds after a build of one of the environments into nothing.
    fn result_of(&self, environment: &str) -> Tree {
        self.build_well(&[environment, "-o", "fresh"]);
        let tree = tree(&self.path("fresh"));
        std::fs::remove_dir_all(self.path("fresh")).unwrap();
        tree
    }

    /// Has `out` be exactly a tree.
    fn lay(&self, tree: &Tree) {
        let out = self.path("out");
        if out.exists() {
            std::fs::remove_dir_all(&out).unwrap();
        }
        for (name, bytes) in tree {
            self.write(&format!("out/{name}"), std::str::from_utf8(bytes).unwrap());
        }
    }

    /// Builds, expects trouble that the text describes, and expects that nothing has changed.
    fn refuses(&self, arguments: &[&str], expected: &[&str]) {
        let before = tree(self.folder.path());
        let output = self.build(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        for text in expected {
            assert!(stderr(&output).contains(text), "{text}: {}", stderr(&output));
        }
        assert_eq!(tree(self.folder.path()), before);
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All files below a folder; a link by what it says, an empty folder by its name.
fn tree(folder: &Path) -> Tree {
    fn walk(folder: &Path, prefix: &str, tree: &mut Tree) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().unwrap();
            if kind.is_symlink() {
                let link = std::fs::read_link(entry.path()).unwrap();
                tree.insert(name, format!("-> {}", link.display()).into_bytes());
            } else if kind.is_dir() {
                let before = tree.len();
                walk(&entry.path(), &format!("{name}/"), tree);
                if tree.len() == before {
                    tree.insert(format!("{name}/"), Vec::new());
                }
            } else {
                tree.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut found = Tree::new();
    walk(folder, "", &mut found);
    found
}

/// The part of a tree that is no staging folder of a killed build.
fn without_debris(tree: Tree) -> Tree {
    tree.into_iter().filter(|(name, _)| !name.starts_with(".agentos-cfg-build-")).collect()
}

fn is_staging(folder: &Path) -> bool {
    let Ok(mut entries) = std::fs::read_dir(folder) else { return false };
    entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(".agentos-cfg-build-")))
}

/// A tree in which more than one file differs from what a build makes: one that only replaced files would leave a mix.
fn with_stale_file(mut tree: Tree) -> Tree {
    tree.insert("example/old.yaml".into(), format!("{HEADER}old: true\n").into_bytes());
    tree
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[test]
fn a_killed_build_leaves_the_old_folder_or_the_new_one() {
    let project = Project::new();
    let new = project.result_of("b.ncl");
    let other = project.result_of("a.ncl");
    // In turn: nothing of the environment there, one file to replace, a folder to exchange.
    let mut olds = [Tree::from([("keep".into(), Vec::new())]), other.clone(), with_stale_file(other)];
    for index in 0..250 {
        // Removed one by one they would take long enough for a kill to come in between.
        olds[2].insert(format!("example/old-{index}.yaml"), HEADER.into());
    }
    let mut seen = BTreeMap::<&str, usize>::new();
    for round in 0..48 {
        let old = &olds[round % 3];
        project.lay(old);
        let mut child = project.command(&["b.ncl", "-o", "out"]).spawn().unwrap();
        // Most of the time goes into compiling; the moments that matter begin with the staging folder.
        while !is_staging(&project.path("out")) && child.try_wait().unwrap().is_none() {}
        for _ in 0..(round / 3) * 40_000 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let there = tree(&project.path("out"));
        if is_staging(&project.path("out")) {
            *seen.entry("with a staging folder left").or_default() += 1;
        }
        let there = without_debris(there);
        let which = if there == *old {
            "the old"
        } else if there.iter().filter(|(name, _)| *name != "keep").eq(&new) {
            "the new"
        } else {
            panic!("round {round} left a mix: {:?}", there.keys().collect::<Vec<_>>());
        };
        *seen.entry(which).or_default() += 1;
    }
    println!("{seen:?}");
    project.build_well(&["b.ncl", "-o", "out"]);
    assert_eq!(tree(&project.path("out")), new, "the next build removes what killed ones have left");
}

#[test]
fn what_a_killed_build_left_is_removed_but_nothing_else() {
    let project = Project::new();
    project.write("out/.agentos-cfg-build-dead/example/manifests.yaml", &HEADER[..10]);
    project.write("out/.agentos-cfg-build-dead/example/kustomization.yaml", "");
    project.write("out/.agentos-cfg-build-held/example/manifests.yaml", HEADER);
    project.write("out/.agentos-cfg-build-held/example/notes.txt", "mine\n");
    project.build_well(&["a.ncl", "-o", "out"]);
    assert!(!project.path("out/.agentos-cfg-build-dead").exists());
    assert_eq!(project.read("out/.agentos-cfg-build-held/example/notes.txt"), "mine\n");
}

#[test]
fn of_builds_at_the_same_time_one_wins_whole() {
    let project = Project::new();
    let results = [project.result_of("a.ncl"), project.result_of("b.ncl")];
    project.lay(&with_stale_file(Tree::new()));
    let children: Vec<_> =
        (0..16).map(|index| project.command(&[["a.ncl", "b.ncl"][index % 2], "-o", "out"]).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(results.contains(&tree(&project.path("out"))));
}

#[test]
fn an_unchanged_folder_is_not_written() {
    let project = Project::new();
    let state = || {
        let of = |name: &str| {
            let metadata = std::fs::metadata(project.path(name)).unwrap();
            (metadata.ino(), metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec())
        };
        ["out", "out/example", "out/example/manifests.yaml", "out/example/kustomization.yaml"].map(of)
    };
    project.build_well(&["a.ncl", "-o", "out"]);
    let before = state();
    project.build_well(&["a.ncl", "-o", "out"]);
    assert_eq!(state(), before);
}

#[test]
fn files_of_others_are_kept() {
    let project = Project::new();
    project.write("out/README.md", "mine\n");
    project.write("out/example/notes.txt", "mine\n");
    project.write("out/example/more/manifests.yaml", HEADER);
    project.write("out/example/kustomization.yaml", &format!("{HEADER}old\n"));
    project.write("out/example/old.yaml", &format!("{HEADER}old\n"));
    symlink("notes.txt", project.path("out/example/link.yaml")).unwrap();
    let mut expected = project.result_of("a.ncl");
    project.build_well(&["a.ncl", "-o", "out"]);
    expected.insert("README.md".into(), b"mine\n".into());
    expected.insert("example/notes.txt".into(), b"mine\n".into());
    expected.insert("example/more/manifests.yaml".into(), HEADER.into());
    expected.insert("example/link.yaml".into(), b"-> notes.txt".into());
    assert_eq!(tree(&project.path("out")), expected);
}

#[test]
fn permissions_of_a_folder_outlive_its_replacement() {
    let project = Project::new();
    project.lay(&with_stale_file(Tree::new()));
    let mode = || std::fs::metadata(project.path("out/example")).unwrap().permissions().mode() & 0o7777;
    std::fs::set_permissions(project.path("out/example"), PermissionsExt::from_mode(0o2750)).unwrap();
    project.build_well(&["a.ncl", "-o", "out"]);
    assert_eq!(tree(&project.path("out")), project.result_of("a.ncl"));
    assert_eq!(mode(), 0o2750);
}

#[test]
fn check_tells_what_is_stale_missing_or_too_much() {
    let project = Project::new();
    project.build_well(&["a.ncl", "-o", "out"]);
    project.write("out/example/old.yaml", &format!("{HEADER}old: true\n"));
    project.write("out/example/notes.txt", "mine\n");
    std::fs::remove_file(project.path("out/example/kustomization.yaml")).unwrap();
    let output = project.build(&["a.ncl", "-o", "out", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(format!("{}---\n{}", String::from_utf8_lossy(&output.stdout), stderr(&output)));
    project.build_well(&["a.ncl", "-o", "out"]);
    project.build_well(&["a.ncl", "-o", "out", "--check"]);
}

/// Only a folder that differs is told of: one that another version wrote the same would be as it should be.
#[test]
fn check_names_the_version_that_wrote_what_differs() {
    let project = Project::new();
    project.build_well(&["a.ncl", "other.ncl", "-o", "out"]);
    let this = format!("# Version: agentos-cfg {}\n", env!("CARGO_PKG_VERSION"));
    let said = |name: &str, line: &str| {
        let file = format!("out/{name}/kustomization.yaml");
        let current = project.read(&file);
        assert!(current.contains(&this), "{current}");
        project.write(&file, &current.replace(&this, line));
        let output = project.build(&["a.ncl", "other.ncl", "-o", "out", "--check"]);
        project.build_well(&["a.ncl", "other.ncl", "-o", "out"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        stderr(&output)
    };
    let newer = said("example", "# Version: agentos-cfg 99.1.0\n");
    assert!(newer.starts_with("agentos-cfg 99.1.0 wrote `out/example`; this is agentos-cfg "), "{newer}");
    assert!(newer.ends_with("1 file is out of date; build again without --check\n"), "{newer}");
    let before_there_was_one = said("another", "");
    let expected = "a version of agentos-cfg that does not say its number wrote `out/another`; ";
    assert!(before_there_was_one.starts_with(expected), "{before_there_was_one}");
    let hostile = said("example", "# Version: agentos-cfg \u{1b}[2Jx\n");
    assert!(hostile.starts_with("a version of agentos-cfg that") && !hostile.contains('\u{1b}'), "{hostile}");
    let edited = said("example", &format!("{this}# edited by hand\n"));
    assert_eq!(edited, "1 file is out of date; build again without --check\n");
}

#[test]
fn check_writes_nothing() {
    let project = Project::new();
    let before = tree(project.folder.path());
    assert_eq!(project.build(&["a.ncl", "-o", "out", "--check"]).status.code(), Some(1));
    assert_eq!(tree(project.folder.path()), before);
}

/// Faults of all kinds: of the language, of a rule, of the fleet, of what is compiled.
#[test]
fn nothing_is_written_where_the_last_of_many_environments_is_rejected() {
    let of = |name: &str, more: &str| {
        let text = environment(more).replace("\"example\"", &format!("\"{name}\""));
        text.replace("stk_example", &format!("stk_{name}")).replace("'Dev,", &format!("'Dev, namespace = \"{name}\","))
    };
    let last = [
        of("z", "  nmae = 1,\n"),
        of("z", "  profile = 'Prod,\n").replacen("profile = 'Dev, ", "", 1),
        of("z", "").replace("stk_z", "stk_env0"),
        of("z", "  patches.Deployment.agentos-federation.spec.template.spec.hostNetwork = true,\n"),
    ];
    for text in last {
        let project = Project::new();
        (0..24).for_each(|number| project.write(&format!("e/env{number}.ncl"), &of(&format!("env{number}"), "")));
        project.build_well(&["e", "-o", "out", "--no-cache"]);
        let good = tree(&project.path("out"));
        project.write("e/z.ncl", &text);
        let before = tree(project.folder.path());
        for more in [&["--no-cache"][..], &[]] {
            for target in [&[][..], &["-o", "out"], &["-o", "new"], &["-o", "out", "--check"]] {
                let rejected = project.build(&[&["e"], target, more].concat());
                assert_eq!(rejected.status.code(), Some(1), "{text}");
                assert_eq!(rejected.stdout, b"", "{text}");
                assert_eq!(tree(project.folder.path()), before, "{text}");
            }
        }
        assert_eq!(good.len(), 48);
    }
}

#[test]
fn what_is_in_the_way_is_refused_before_any_environment_is_written() {
    for arguments in [&["other.ncl", "a.ncl", "-o", "out"][..], &["other.ncl", "a.ncl", "-o", "out", "--check"]] {
        let project = Project::new();
        project.write("out/example/kustomization.yaml", "mine\n");
        project.refuses(arguments, &["`out/example/kustomization.yaml` was not written by agentos-cfg"]);

        let project = Project::new();
        project.write("out/example", "a file\n");
        project.refuses(arguments, &["`out/example` is there, but is not a folder"]);

        let project = Project::new();
        project.write("out/example/manifests.yaml/x", "in a folder\n");
        project.refuses(arguments, &["`out/example/manifests.yaml` is there, but is not a file"]);

        let project = Project::new();
        project.write("elsewhere/x", "x\n");
        project.write("out/x", "x\n");
        symlink("../elsewhere", project.path("out/example")).unwrap();
        project.refuses(arguments, &["`out/example` is a symbolic link"]);

        let project = Project::new();
        project.write("elsewhere.yaml", HEADER);
        project.write("out/example/x", "x\n");
        symlink("../../elsewhere.yaml", project.path("out/example/manifests.yaml")).unwrap();
        project.refuses(arguments, &["`out/example/manifests.yaml` is a symbolic link"]);
    }
}

#[test]
fn a_target_that_is_a_file_is_refused() {
    let project = Project::new();
    project.write("out", "a file\n");
    project.refuses(&["a.ncl", "-o", "out"], &["the folder `out` can't be made"]);
    project.refuses(&["a.ncl", "-o", "out/below"], &["the folder `out/below` can't be made"]);
}

#[test]
fn the_target_itself_may_be_a_link() {
    let project = Project::new();
    let expected = project.result_of("a.ncl");
    std::fs::create_dir(project.path("elsewhere")).unwrap();
    symlink("elsewhere", project.path("out")).unwrap();
    project.build_well(&["a.ncl", "-o", "out"]);
    assert_eq!(tree(&project.path("elsewhere")), expected);
}

/// Runs as nobody where the tests run as root, who may write anywhere.
#[test]
fn without_permission_nothing_is_changed() {
    let project = Project::new();
    let old = with_stale_file(project.result_of("a.ncl"));
    for (closed, expected) in [
        ("out", "the folder `out` can't be written to: permission denied"),
        ("out/example", "`out/example/manifests.yaml` can't be written: Permission denied"),
    ] {
        project.lay(&old);
        let mut command = project.command(&["b.ncl", "-o", "out"]);
        if is_root() {
            const NOBODY: u32 = 65_534;
            for path in ["", "out", "out/example"] {
                std::os::unix::fs::chown(project.path(path), Some(NOBODY), Some(NOBODY)).unwrap();
                std::fs::set_permissions(project.path(path), PermissionsExt::from_mode(0o755)).unwrap();
            }
            command.uid(NOBODY).gid(NOBODY);
        }
        std::fs::set_permissions(project.path(closed), PermissionsExt::from_mode(0o555)).unwrap();
        let output = match command.output() {
            Ok(output) => output,
            Err(error) => {
                println!("skipped: the command can't be run as another user: {error}");
                return;
            }
        };
        std::fs::set_permissions(project.path(closed), PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert_eq!(tree(&project.path("out")), old);
    }
}

/// Where others can write to the target, they may put links there under the names of staging folders.
#[test]
fn a_link_with_the_name_of_a_staging_folder_is_not_followed() {
    let project = Project::new();
    project.write("victim/folder/empty", "");
    project.write("victim/folder/ours.yaml", HEADER);
    project.write("out/.agentos-cfg-build-real/own/empty", "");
    std::fs::create_dir_all(project.path("out/.agentos-cfg-build-half")).unwrap();
    symlink(project.path("victim"), project.path("out/.agentos-cfg-build-link")).unwrap();
    symlink(project.path("victim/folder"), project.path("out/.agentos-cfg-build-half/link")).unwrap();
    symlink(project.path("victim/folder/empty"), project.path("out/.agentos-cfg-build-real/own/link")).unwrap();
    let before = tree(&project.path("victim"));
    project.build_well(&["a.ncl", "-o", "out"]);
    assert_eq!(tree(&project.path("victim")), before);
    assert!(project.path("out/.agentos-cfg-build-link").is_symlink());
    assert!(!project.path("out/.agentos-cfg-build-real/own/empty").exists(), "what a killed build has left goes");
}

#[test]
fn a_target_that_is_a_link_is_swept_as_well() {
    let project = Project::new();
    project.write("real/.agentos-cfg-build-old/own/empty", "");
    symlink("real", project.path("out")).unwrap();
    project.build_well(&["a.ncl", "-o", "out"]);
    assert_eq!(std::fs::read_dir(project.path("real")).unwrap().count(), 1, "the environment alone");
}

#[test]
fn no_output_waits_for_the_other_end_of_a_pipe() {
    let limit = std::time::Duration::from_secs(60);
    for (pipe, arguments) in [
        ("out", &["build", "a.ncl", "-o", "out"][..]),
        ("out/example", &["build", "a.ncl", "-o", "out"]),
        ("out/example/manifests.yaml", &["build", "a.ncl", "-o", "out"]),
        ("out/example/manifests.yaml", &["build", "a.ncl", "-o", "out", "--check"]),
        ("out/example/other.yaml", &["build", "a.ncl", "-o", "out"]),
        ("out/.agentos-cfg-build-old/own/file", &["build", "a.ncl", "-o", "out"]),
        ("out/agentos/lib.ncl", &["lib", "export", "out"]),
        ("out/agentos", &["lib", "export", "out"]),
        ("graph.svg", &["graph", "a.ncl", "--format", "svg", "-o", "graph.svg"]),
    ] {
        let project = Project::new();
        let path = project.path(pipe);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let mut command = common::binary();
        command.args(arguments).current_dir(project.folder.path());
        let output = common::output_within(&mut command, limit);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn the_library_is_not_exported_through_links() {
    for link in ["out/agentos", "out/agentos/lib", "out/agentos/lib/settings"] {
        let project = Project::new();
        project.write("victim/file", "precious");
        let path = project.path(link);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(project.path("victim"), &path).unwrap();
        let output =
            common::binary().args(["lib", "export", "out"]).current_dir(project.folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(&format!("`{link}` is a symbolic link")), "{}", stderr(&output));
        assert_eq!(tree(&project.path("victim")).len(), 1);
    }
}

/// A limit on the size of files stands for the full disk: it needs no rights, and fails in the middle of a file too.
#[test]
fn a_file_that_can_not_be_written_whole_changes_nothing() {
    let project = Project::new();
    project.lay(&with_stale_file(project.result_of("a.ncl")));
    let before = tree(&project.path("out"));
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" build other.ncl b.ncl -o out";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_agentos-cfg")])
        .current_dir(project.folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("/manifests.yaml` can't be written: "), "{}", stderr(&output));
    assert_eq!(tree(&project.path("out")), before);
}

/// Needs the right to mount; without it the test above has to do.
#[test]
fn a_full_disk_changes_nothing() {
    let project = Project::new();
    let old = with_stale_file(project.result_of("a.ncl"));
    std::fs::create_dir(project.path("disk")).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=256k", "tmpfs", "disk"]);
    let Ok(output) = mount.current_dir(project.folder.path()).output() else { return };
    if !output.status.success() {
        println!("skipped: no file system can be mounted here: {}", stderr(&output).trim());
        return;
    }
    for (name, bytes) in &old {
        project.write(&format!("disk/out/{name}"), std::str::from_utf8(bytes).unwrap());
    }
    // Fills the disk and frees a little, so that the second file of two does not fit.
    let mut filler = vec![0_u8; 1 << 18];
    while std::fs::write(project.path("disk/filler"), &filler).is_err() {
        filler.truncate(filler.len().saturating_sub(4096));
    }
    filler.truncate(filler.len() - 12 * 1024);
    std::fs::write(project.path("disk/filler"), &filler).unwrap();
    let output = project.build(&["b.ncl", "-o", "disk/out"]);
    let there = tree(&project.path("disk/out"));
    Command::new("umount").arg("disk").current_dir(project.folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("`disk/out/example/"), "{}", stderr(&output));
    assert!(stderr(&output).contains("No space left on device"), "{}", stderr(&output));
    assert_eq!(there, old);
}
