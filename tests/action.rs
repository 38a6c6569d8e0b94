//! The GitHub Action: its scripts, run by `bash` with commands that only note how they are called, and what it uses.
#![cfg(unix)]

mod common;

use common::root;
use serde_json::Value as Json;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

fn steps() -> Vec<Json> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let action: Json = serde_saphyr::from_str(&text).unwrap();
    action["runs"]["steps"].as_array().unwrap().clone()
}

/// The inputs as they are where the user sets none, with some set.
fn inputs(set: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let action: Json = serde_saphyr::from_str(&text).unwrap();
    let defaults = action["inputs"].as_object().unwrap().iter();
    let value = |name: &str, default: &Json| {
        let set = set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        set.unwrap_or_else(|| default["default"].as_str().unwrap().to_owned())
    };
    defaults.map(|(name, default)| (name.clone(), value(name, default))).collect()
}

/// What a runner has before the action runs: commands that note how they are called, and files that a release has.
struct Runner {
    folder: tempfile::TempDir,
    /// What `github.action_ref` is.
    reference: &'static str,
    /// What `runner.os` and `runner.arch` are.
    system: &'static str,
    /// What `agentos-cfg` exits with for everything but `--version`.
    status: i32,
}

struct Run {
    status: i32,
    called: String,
    stderr: String,
    outputs: String,
    summary: String,
}

const NAME: &str = concat!("agentos-cfg-", env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-gnu");
const ARCHIVE: &str = concat!("agentos-cfg-", env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-gnu.tar.gz");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const COMMIT: &str = "0123456789012345678901234567890123456789";

/// What each command does besides noting how it is called.
const COMMANDS: [(&str, &str); 5] = [
    // `--root DIR` is where it installs to.
    ("cargo", r#"while [ "$1" != --root ]; do shift; done; mkdir -p "$2/bin"; cp "$FAKES/agentos-cfg" "$2/bin""#),
    // `--output FILE`, of the files that the release has.
    ("curl", r#"while [ "$1" != --output ]; do shift; done; [ -f "$RELEASE/$2" ] || exit 22; cp "$RELEASE/$2" "$2""#),
    (
        "gh",
        r#"case "$*" in *comments*--jq*) cat "$RELEASE/comments" ;; attestation\ verify*) exit "${ATTESTED:-0}" ;; esac"#,
    ),
    ("git", r#"case "$1" in ls-remote) cat "$RELEASE/tags" ;; cat-file) exit 1 ;; esac"#),
    (
        "agentos-cfg",
        r#"case "$1" in --version) ;; diff) echo "changed: $5"; exit "$STATUS" ;; *) exit "$STATUS" ;; esac"#,
    ),
];

impl Runner {
    /// One without a release to download.
    fn new() -> Runner {
        let folder = tempfile::tempdir().unwrap();
        let runner = Runner { folder, reference: "main", system: "Linux-X64", status: 0 };
        for folder in ["fakes", "release", "home"] {
            std::fs::create_dir(runner.path(folder)).unwrap();
        }
        for (name, does) in COMMANDS {
            let note = format!("{{ printf '%s' {name}; printf ' <%s>' \"$@\"; echo; }} >> \"$CALLS\"");
            runner.script(&format!("fakes/{name}"), &format!("{note}\n{does}"));
        }
        runner.write("release/tags", "");
        runner.write("release/comments", "");
        runner
    }

    /// One with the release of this version, its digests, and a tag on this commit.
    fn with_release() -> Runner {
        let runner = Runner { reference: COMMIT, ..Runner::new() };
        runner.release(&std::fs::read_to_string(runner.path("fakes/agentos-cfg")).unwrap());
        runner.write("release/tags", &format!("{COMMIT}\trefs/tags/v{VERSION}\n"));
        runner
    }

    /// Packs a release with this script as its program.
    fn release(&self, program: &str) {
        std::fs::create_dir(self.path(NAME)).unwrap();
        self.script(&format!("{NAME}/agentos-cfg"), program);
        let pack = format!(
            "tar -czf release/{ARCHIVE} {NAME} && cd release && \
             if command -v sha256sum > /dev/null; then sha256sum {ARCHIVE}; else shasum -a 256 {ARCHIVE}; fi > SHA256SUMS"
        );
        let packed = Command::new("bash").args(["-c", &pack]).current_dir(self.folder.path()).status().unwrap();
        assert!(packed.success());
        std::fs::remove_dir_all(self.path(NAME)).unwrap();
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn script(&self, name: &str, text: &str) {
        self.write(name, &format!("#!/bin/bash\n{text}\n"));
        std::fs::set_permissions(self.path(name), PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn digest(&self) -> String {
        let sums = std::fs::read_to_string(self.path("release/SHA256SUMS")).unwrap();
        sums.split(' ').next().unwrap().to_owned()
    }

    /// Runs the scripts one after the other, until one fails, as a runner does on a pull request.
    fn run(&self, set: &[(&str, &str)]) -> Run {
        self.run_with(set, &[])
    }

    fn run_with(&self, set: &[(&str, &str)], variables: &[(&str, &str)]) -> Run {
        let inputs = inputs(set);
        let mut stderr = String::new();
        let mut ended = 0;
        let is_due = |step: &Json| match step["if"].as_str() {
            Some(condition) => {
                assert_eq!(condition, "${{ inputs.comment == 'true' && github.event.pull_request.number != '' }}");
                set.contains(&("comment", "true"))
            }
            None => true,
        };
        for step in steps().iter().filter(|step| step["run"].is_string() && is_due(step)) {
            let mut bash = Command::new("bash");
            bash.args(["--noprofile", "--norc", "-c", step["run"].as_str().unwrap()]);
            let search = format!("{}:{}", self.path("fakes").display(), std::env::var("PATH").unwrap());
            bash.env("PATH", search).env("CALLS", self.path("calls")).env("GITHUB_OUTPUT", self.path("outputs"));
            bash.env("GITHUB_STEP_SUMMARY", self.path("summary")).env("FAKES", self.path("fakes"));
            bash.env("RELEASE", self.path("release")).env("STATUS", self.status.to_string());
            for (name, value) in step["env"].as_object().unwrap() {
                bash.env(name, self.expanded(value.as_str().unwrap(), &inputs));
            }
            let output = bash.envs(variables.iter().copied()).current_dir(self.path("home")).output().unwrap();
            stderr += &String::from_utf8(output.stderr).unwrap();
            ended = output.status.code().unwrap();
            if ended != 0 {
                break;
            }
        }
        let read = |name: &str| std::fs::read_to_string(self.path(name)).unwrap_or_default();
        let called = read("calls").replace(&self.folder.path().display().to_string(), "");
        Run { status: ended, called, stderr, outputs: read("outputs"), summary: read("summary") }
    }

    /// What an expression of the runner stands for, as far as the action has any.
    fn expanded(&self, text: &str, inputs: &[(String, String)]) -> String {
        let (system, architecture) = self.system.split_once('-').unwrap();
        let outputs = std::fs::read_to_string(self.path("outputs")).unwrap_or_default();
        let program = outputs.lines().find_map(|line| line.strip_prefix("program=")).unwrap_or_default();
        let known = [
            ("github.action_path", root().display().to_string()),
            ("github.action_ref", self.reference.to_owned()),
            ("github.event.pull_request.base.sha", "ba5e".to_owned()),
            ("github.event.pull_request.number", "7".to_owned()),
            ("github.repository", "acme/stacks".to_owned()),
            ("github.token", "secret".to_owned()),
            ("runner.arch", architecture.to_owned()),
            ("runner.os", system.to_owned()),
            ("runner.temp", self.folder.path().display().to_string()),
            ("steps.install.outputs.program", program.to_owned()),
        ];
        let inputs = inputs.iter().map(|(name, value)| (format!("inputs.{name}"), value.clone()));
        let all = known.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(inputs);
        let text = all.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{{ {name} }}}}"), &value));
        assert!(!text.contains("${{"), "{text}");
        text
    }
}

/// The commands that were called, without their arguments.
fn commands(run: &Run) -> Vec<&str> {
    run.called.lines().map(|line| line.split(" <").next().unwrap()).collect()
}

#[test]
fn a_release_is_downloaded_verified_and_run() {
    let run = Runner::with_release().run(&[]);
    let base = format!("https://github.com/nexixai/agentos-cfg/releases/download/v{VERSION}");
    let curl = "curl <--fail> <--location> <--proto> <=https> <--silent> <--show-error> <--retry> <3> <--output>";
    let called = format!(
        "git <ls-remote> <https://github.com/nexixai/agentos-cfg> <refs/tags/v{VERSION}> <refs/tags/v{VERSION}^{{}}>\n\
         {curl} <{ARCHIVE}> <{base}/{ARCHIVE}>\n\
         {curl} <SHA256SUMS> <{base}/SHA256SUMS>\n\
         gh <attestation> <--help>\n\
         gh <attestation> <verify> <{ARCHIVE}> <--repo> <nexixai/agentos-cfg> <--source-ref> <refs/tags/v{VERSION}> \
         <--signer-workflow> <nexixai/agentos-cfg/.github/workflows/release.yml>\n\
         agentos-cfg <--version>\n\
         agentos-cfg <check> <--format> <github> <--> <environments>\n"
    );
    assert_eq!((run.status, run.called, run.stderr.as_str()), (0, called, ""));
    assert!(run.outputs.ends_with(&format!("/agentos-cfg/{NAME}/agentos-cfg\n")), "{}", run.outputs);
}

#[test]
fn a_release_is_found_by_its_tag_by_what_an_annotated_tag_names_and_by_its_number() {
    let tagged = Runner { reference: concat!("v", env!("CARGO_PKG_VERSION")), ..Runner::with_release() };
    assert_eq!(commands(&tagged.run(&[]))[0], "curl");
    let annotated = Runner::with_release();
    annotated.write("release/tags", &format!("beef\trefs/tags/v{VERSION}\n{COMMIT}\trefs/tags/v{VERSION}^{{}}\n"));
    assert!(!commands(&annotated.run(&[])).contains(&"cargo"));
    let numbered = Runner { reference: "main", ..Runner::with_release() };
    let run = numbered.run(&[("version", VERSION), ("sha256", &numbered.digest())]);
    assert_eq!((run.status, commands(&run)), (0, vec!["curl", "gh", "gh", "agentos-cfg", "agentos-cfg"]));
}

#[test]
fn where_there_is_no_release_cargo_builds() {
    let source = format!("cargo <install> <--locked> <--root> </agentos-cfg> <--path> <{}>", root().display());
    let published = "cargo <install> <--locked> <--root> </agentos-cfg> <agentos-cfg> <--version> <1.2.3-rc.1+x>";
    let other = Runner { reference: "main", ..Runner::with_release() };
    let alpine = Runner::with_release();
    let unknown = Runner { system: "Linux-ARM", ..Runner::with_release() };
    let set = [("version", "1.2.3-rc.1+x")];
    alpine.release("exit 127");
    for (name, runner, set, cargo) in [
        ("another commit", other, &[][..], &source[..]),
        ("another processor", unknown, &[], &source),
        ("no such release", Runner::with_release(), &set, published),
        ("a program that does not start", alpine, &[], &source),
    ] {
        let run = runner.run(set);
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        assert!(run.called.lines().any(|line| line == cargo), "{name}: {}", run.called);
        assert!(run.called.ends_with("agentos-cfg <check> <--format> <github> <--> <environments>\n"), "{name}");
        assert!(run.outputs.ends_with("/agentos-cfg/bin/agentos-cfg\n"), "{name}: {}", run.outputs);
    }
}

#[test]
fn a_file_that_is_not_what_the_release_says_is_not_run() {
    let changed = Runner::with_release();
    changed.write(&format!("release/{ARCHIVE}"), "something else");
    let unnamed = Runner::with_release();
    unnamed.write("release/SHA256SUMS", &format!("{}  another.tar.gz\n", unnamed.digest()));
    let unsummed = Runner::with_release();
    std::fs::remove_file(unsummed.path("release/SHA256SUMS")).unwrap();
    let other_digest = "0".repeat(64);
    for (runner, set, variables, says) in [
        (changed, &[][..], &[][..], "the digest of agentos-cfg-"),
        (unnamed, &[], &[], "does not name agentos-cfg-"),
        (unsummed, &[], &[], "can't be downloaded"),
        (Runner::with_release(), &[("sha256", &other_digest[..])], &[], "and has to be 000"),
        (Runner::with_release(), &[], &[("ATTESTED", "1")], "has no attestation"),
        // A digest is of a release's file, which Cargo has not.
        (
            Runner { system: "Linux-ARM", ..Runner::with_release() },
            &[("sha256", &other_digest)],
            &[],
            "is set, and no release",
        ),
    ] {
        let run = runner.run_with(set, variables);
        assert_eq!(run.status, 2, "{says}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
        let ran = commands(&run);
        assert!(!ran.contains(&"cargo") && !ran.contains(&"agentos-cfg"), "{says}: {ran:?}");
    }
}

#[test]
fn inputs_become_arguments() {
    let runner = Runner { status: 1, ..Runner::new() };
    let run = runner.run(&[
        ("paths", "a  b\n$(id)"),
        ("deny-warnings", "true"),
        ("format", "sarif"),
        ("path", root().to_str().unwrap()),
    ]);
    let called = format!(
        "cargo <install> <--locked> <--root> </agentos-cfg> <--path> <{}>\n\
         agentos-cfg <check> <--deny> <warnings> <--format> <sarif> <--> <a> <b> <$(id)>\n",
        root().display()
    );
    assert_eq!((run.status, run.called), (1, called), "{}", run.stderr);
    assert!(run.outputs.contains("\nreport="), "{}", run.outputs);
    let broken = Runner { status: 2, ..Runner::new() };
    assert!(!broken.run(&[("format", "sarif")]).outputs.contains("report="));
}

#[test]
fn a_comment_says_what_the_pull_request_changes() {
    let set = [("comment", "true"), ("paths", "environments more"), ("category", "two words")];
    let mark = "<!-- agentos-cfg diff: two-words -->";
    let runner = Runner { reference: "v0.0.0", ..Runner::with_release() };
    let run = runner.run(&set);
    let called = "git <cat-file> <-e> <ba5e^{commit}>\n\
         git <fetch> <--quiet> <--no-tags> <--depth=1> <origin> <ba5e>\n\
         agentos-cfg <diff> <--format> <markdown> <--> <git:ba5e:environments> <environments>\n\
         agentos-cfg <diff> <--format> <markdown> <--> <git:ba5e:more> <more>\n\
         gh <api> <--paginate> <repos/acme/stacks/issues/7/comments> <--jq> <.[] | select(.body | startswith(\"";
    let (_, commented) = run.called.split_once(" <--> <environments> <more>\n").unwrap();
    assert!(commented.starts_with(&format!("{called}{mark}\")) | .id>\n")), "{}", run.called);
    let wrote = "gh <api> <--silent> <--method> <POST> <repos/acme/stacks/issues/7/comments> <--field> <body=@/agentos-cfg-diff.md>\n";
    assert!(run.called.ends_with(wrote), "{}", run.called);
    let text = format!("{mark}\nchanged: git:ba5e:environments\n\nchanged: git:ba5e:more\n\n");
    assert_eq!((run.status, run.summary.as_str()), (0, text.as_str()));
    assert_eq!(std::fs::read_to_string(runner.path("agentos-cfg-diff.md")).unwrap(), text);
    // A later push writes into the same comment.
    runner.write("release/comments", "41\n42\n");
    assert!(runner.run(&set).called.contains("<--method> <PATCH> <repos/acme/stacks/issues/comments/41>"));
}

#[test]
fn a_comment_that_is_too_long_points_to_the_summary() {
    let runner = Runner::new();
    runner.script("fakes/agentos-cfg", "[ \"$1\" != diff ] || head -c 70000 /dev/zero | tr '\\0' x");
    let run = runner.run(&[("comment", "true")]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.summary.len() > 70000);
    let comment = std::fs::read_to_string(runner.path("agentos-cfg-diff.md")).unwrap();
    assert!(comment.contains("stands in the summary") && comment.len() < 300, "{comment}");
}

#[test]
fn an_input_that_is_not_what_it_has_to_be_is_refused_before_anything_is_installed() {
    let wrong = [
        ("deny-warnings", "True"),
        ("deny-warnings", "yes"),
        ("deny-warnings", "1"),
        ("deny-warnings", ""),
        ("deny-warnings", "true "),
        ("comment", "yes"),
        ("comment", ""),
        ("format", "json"),
        ("format", "GitHub"),
        ("format", ""),
        ("version", "latest"),
        ("version", "1"),
        ("version", "^1.2.3"),
        ("version", "1.2.3 --git https://example.com"),
        ("version", "1.2.3\n"),
        ("version", "../../../x"),
        ("sha256", "abc"),
        ("sha256", "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"),
        ("paths", " \n"),
        ("path", "nowhere"),
    ];
    for (name, value) in wrong {
        let run = Runner::with_release().run(&[(name, value)]);
        assert_eq!((run.status, run.called.as_str()), (2, ""), "{name}: {value}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("the input `{name}` is `")), "{}", run.stderr);
    }
    let both = Runner::new().run(&[("version", "1.2.3"), ("path", root().to_str().unwrap())]);
    assert_eq!((both.status, both.called.as_str()), (2, ""));
}

#[test]
fn the_check_refuses_them_by_itself() {
    let check = steps().into_iter().find(|step| step["id"] == "check").unwrap();
    for (deny, format) in [("True", "github"), ("false", "text")] {
        let mut bash = Command::new("bash");
        bash.args(["-c", check["run"].as_str().unwrap()]);
        bash.env("CHECK_PATHS", "a").env("CHECK_DENY", deny).env("CHECK_FORMAT", format).env("CHECK_REPORT", "r");
        assert_eq!(bash.output().unwrap().status.code(), Some(2), "{deny} {format}");
    }
}

#[test]
fn what_is_used_is_pinned_to_a_commit_with_its_version_beside_it() {
    let pages = ["action.yml", "docs/ci.md", "docs/diff.md"];
    let text: String = pages.map(|page| std::fs::read_to_string(root().join(page)).unwrap()).concat();
    let uses: Vec<&str> =
        text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")).collect();
    let others: Vec<&&str> = uses.iter().filter(|used| !used.starts_with("nexixai/agentos-cfg@")).collect();
    assert!(others.len() >= 4, "{uses:?}");
    for used in others {
        let (commit, version) =
            used.split_once('@').and_then(|(_, rest)| rest.split_once(" # v")).unwrap_or_else(|| panic!("{used}"));
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{used}");
        assert_eq!(version.split('.').count(), 3, "{used}");
    }
}
