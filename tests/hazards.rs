//! Nothing that a user feeds the compiler may crash it, hang it or fool it.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::source::Entry;
use common::numbers::Numbers;
use common::{Memory, environment, root, shipped};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A hostile input: files, of which `main.ncl` is compiled, and the codes of which at least one has to be found. None
/// stands for an input that looks bad and is fine.
struct Hazard {
    name: &'static str,
    files: Vec<(String, Vec<u8>)>,
    codes: &'static [&'static str],
}

fn hazard(name: &'static str, codes: &'static [&'static str], text: impl Into<String>) -> Hazard {
    Hazard { name, files: vec![("main.ncl".to_owned(), text.into().into_bytes())], codes }
}

fn importing(name: &'static str, codes: &'static [&'static str], file: &str, text: impl Into<Vec<u8>>) -> Hazard {
    let main = environment(&format!("  labels = import \"{file}\","));
    Hazard { name, files: vec![("main.ncl".to_owned(), main.into_bytes()), (file.to_owned(), text.into())], codes }
}

const ENDLESS: &[&str] = &["C017", "C018"];
const DEEP: &[&str] = &["C019"];
const NO_ENVIRONMENT: &[&str] = &["C003", "C005", "C010", "C013"];

fn endless() -> Vec<Hazard> {
    let doubled = |step: &dyn Fn(usize) -> String| (1..=40).map(step).collect::<String>();
    vec![
        hazard("a function that calls itself", ENDLESS, "let rec f = fun x => f x in f 1"),
        hazard("a function that counts up", ENDLESS, "let rec f = fun x => f (x + 1) in f 0"),
        hazard(
            "a function that calls itself before it is done",
            ENDLESS,
            "let rec f = fun x => 1 + f x in {name = f 1}",
        ),
        hazard("a string that doubles", ENDLESS, "let rec f = fun x => f (x ++ x) in {name = f \"abc\"}"),
        hazard("a record that grows", ENDLESS, "let rec f = fun x => f {a = x} in {name = f 1}"),
        hazard("an array of a hundred million", ENDLESS, "{name = %array/generate% 100000000 (fun n => n)}"),
        hazard(
            "forty doublings of a list",
            ENDLESS,
            format!(
                "let a0 = [\"x\"] in {}{{name = a40}}",
                doubled(&|n| format!("let a{n} = a{} @ a{} in ", n - 1, n - 1))
            ),
        ),
    ]
}

fn deep() -> Vec<Hazard> {
    let nested = |open: &str, middle: &str, close: &str, n: usize| {
        format!("{{name = {}{middle}{}}}", open.repeat(n), close.repeat(n))
    };
    vec![
        hazard("10,000 arrays", DEEP, nested("[", "", "]", 10_000)),
        hazard("100,000 arrays", DEEP, nested("[", "", "]", 100_000)),
        hazard("a million arrays, never closed", DEEP, "[".repeat(1_000_000)),
        hazard("10,000 records", DEEP, nested("{a=", "1", "}", 10_000)),
        hazard("100,000 records", DEEP, nested("{a=", "1", "}", 100_000)),
        hazard("10,000 parentheses", DEEP, nested("(", "1", ")", 10_000)),
        hazard("100,000 parentheses", DEEP, nested("(", "1", ")", 100_000)),
        hazard("10,000 additions", DEEP, nested("1+", "1", "", 10_000)),
        hazard("100,000 additions", DEEP, nested("1+", "1", "", 100_000)),
        hazard("10,000 interpolations", DEEP, nested("\"%{", "\"x\"", "}\"", 10_000)),
        hazard("100,000 interpolations", DEEP, nested("\"%{", "\"x\"", "}\"", 100_000)),
        hazard("10,000 lets", DEEP, nested("let a = 1 in ", "a", "", 10_000)),
        hazard("100,000 lets of two", DEEP, nested("let a = 1, b = 2 in ", "a", "", 100_000)),
        hazard("100,000 functions", DEEP, nested("fun a => ", "a", "", 100_000)),
        hazard("100,000 conditions", DEEP, nested("if true then ", "1", " else 2", 100_000)),
        hazard("100,000 names in one path", DEEP, format!("{{name{} = 1}}", ".a".repeat(100_000))),
        hazard("10,000 contracts", DEEP, format!("{{name = 1{}}}", " | Number".repeat(10_000))),
        importing("100,000 arrays of JSON", DEEP, "x.json", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        importing("100,000 lists of YAML", DEEP, "x.yaml", format!("{}a", "- ".repeat(100_000))),
        importing("100,000 lists of TOML", &["C010"], "x.toml", format!("a={}", "[".repeat(100_000))),
        hazard("a record in itself", NO_ENVIRONMENT, "let rec x = {a = x} in x"),
        hazard("a field that is itself", &["C010"], environment("  namespace = namespace,")),
        hazard("a long list is not deep", &["C005"], environment(&format!("  labels = [{}],", "1, ".repeat(20_000)))),
    ]
}

fn texts() -> Vec<Hazard> {
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                  d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
    let raw =
        |name, codes, bytes: &[u8]| Hazard { name, files: vec![("main.ncl".to_owned(), bytes.to_owned())], codes };
    vec![
        hazard("nothing at all", &["C001"], ""),
        raw("bytes that are no text", &["C012"], b"{a = \"\xff\xfe\"}"),
        hazard("NUL", &["C023"], "{name = \"a\0b\"}"),
        hazard("escape", &["C023"], "{name = \"a\u{1b}[2Kb\"}"),
        hazard("text from right to left", &["C023"], "{name = \"a\u{202e}b\"}"),
        hazard("an isolate in a comment", &["C023"], "{name = \"a\"} # \u{2067}"),
        hazard("a key with a space without width", &["C023"], "{\"\u{200b}name\" = \"a\"}"),
        hazard("a byte-order mark", &["C023"], format!("\u{feff}{}", environment(""))),
        hazard("accents, dashes and pictures are text", &[], environment("  annotations.a = \"é — 漢字 🦀\",")),
        hazard("an escape of what can't be seen", &["C023"], environment("  annotations.a = \"\\u{202e}\",")),
        hazard("a field twice", &["C007"], environment("  name = \"other\",")),
        hazard("numbers of any size", &["C005"], environment("  namespace = 123456789012345678901234567890,")),
        importing("a key of JSON twice", &["C024"], "x.json", "{\"a\": \"1\",\n \"a\": \"1\"}"),
        importing("a key of YAML twice", &["C024"], "x.yaml", "é: x\nb: y\né: x\n"),
        importing("equal keys of different records", &[], "x.json", "{\"a\": \"1\", \"b\": \"1\"}"),
        importing("a billion laughs", &["C025"], "x.yaml", laughs),
        importing("an alias in itself", &["C025"], "x.yaml", "a: &a\n  b: *a\n"),
        importing("aliases that Nickel can't evaluate", &["C025"], "x.yaml", "a: &a x\nb: *a\nc: *a\n"),
        importing("plain YAML", &[], "x.yaml", "a: x\nb: 'y'\n"),
        importing("a file of 17 MiB", &["C022"], "x.json", vec![b' '; 17 << 20]),
        hazard("an environment of 17 MiB", &["C022"], " ".repeat(17 << 20)),
        hazard("a file that imports itself", &["C010", "C013", "C003"], "import \"main.ncl\""),
    ]
}

fn imports() -> Vec<Hazard> {
    let import = |name, codes, what: &str| hazard(name, codes, environment(&format!("  annotations.a = {what},")));
    vec![
        import("an absolute path", &["C020"], "import \"/etc/passwd\" as 'Text"),
        import("an absolute path of Windows", &["C020"], "import \"C:\\\\secret.txt\" as 'Text"),
        import("out of the project", &["C020"], "import \"../../../../../../etc/passwd\" as 'Text"),
        import("out of the project and back", &["C020", "C009"], "import \"../x/../../etc/passwd\" as 'Text"),
        import("the kernel", &["C020"], "import \"/proc/self/environ\" as 'Text"),
        import("out through the library", &["C009"], "import \"agentos/../../etc/passwd\" as 'Text"),
        import("the library as text", &["C009"], "import \"agentos/lib.ncl\" as 'Text"),
        import("in the pattern of a let", &["C020"], "let { a ? import \"/etc/passwd\" as 'Text } = {} in a"),
        import("in the pattern of a function", &["C020"], "(fun { a ? import \"/etc/passwd\" as 'Text } => a) {}"),
        import("in the pattern of a match", &["C020"], "{} |> match { { a ? import \"/etc/passwd\" as 'Text } => a }"),
        import("in a contract of a pattern", &["C020"], "let { a | (import \"/etc/passwd\") } = { a = 1 } in a"),
        import("in a string", &["C020"], "\"%{import \"/etc/passwd\" as 'Text}\""),
        import("in a name", &["C020"], "{ \"%{import \"/etc/passwd\" as 'Text}\" = 1 }"),
        import("in a type", &["C020"], "(1 | { _ : (import \"/etc/passwd\") })"),
        import("a folder", &["C021"], "import \".\" as 'Text"),
        import("a hidden file as text", &["C020"], "import \".env\" as 'Text"),
        import("a hidden file as code", &["C020"], "import \".hidden.ncl\""),
        import("a hidden file as data", &["C020"], "import \".secrets.json\""),
        import("what Git keeps", &["C020"], "import \".git/config\" as 'Text"),
        import("a hidden folder further down", &["C020"], "import \"./sub/.ssh/id_rsa\" as 'Text"),
        import("a hidden folder on the way back", &["C020"], "import \".git/../labels.json\""),
        import("a hidden file in a pattern", &["C020"], "let { a ? import \".env\" as 'Text } = {} in a"),
        import("a package", &["C009"], "import package"),
    ]
}

/// Runs the binary on a hazard and says what is wrong with how it took it.
fn misbehaviour(hazard: &Hazard) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &hazard.files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let wrong = misbehaviour_in(&folder, hazard.codes)?;
    Some(format!("{}: {wrong}", hazard.name))
}

fn misbehaviour_in(folder: &TempDir, codes: &[&str]) -> Option<String> {
    let started = Instant::now();
    let output = common::binary()
        .args(["check", "--format", "json", "--eval-timeout", "2", "main.ncl"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if started.elapsed() > Duration::from_secs(10) {
        return Some(format!("took {:?}", started.elapsed()));
    }
    let wanted = i32::from(!codes.is_empty());
    if output.status.code() != Some(wanted) {
        return Some(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let report: serde_json::Value = match serde_json::from_slice(&output.stdout) {
        Ok(report) => report,
        Err(error) => return Some(format!("not one JSON object: {error}")),
    };
    let findings = report["findings"].as_array().unwrap();
    let found = |code: &&str| findings.iter().any(|finding| finding["code"] == **code);
    let unplaced = findings.iter().find(|finding| finding["file"].is_null() || finding["line"].is_null());
    match unplaced {
        Some(finding) => Some(format!("no place: {finding}")),
        None if !codes.is_empty() && !codes.iter().any(found) => Some(format!("none of {codes:?}: {report:#}")),
        None => None,
    }
}

fn expect_all_well(hazards: &[Hazard]) {
    let wrong: Vec<String> = hazards.iter().filter_map(misbehaviour).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_never_ends_is_ended() {
    expect_all_well(&endless());
}

#[test]
fn what_nests_deep_is_followed_or_refused() {
    expect_all_well(&deep());
}

#[test]
fn texts_that_deceive_are_refused() {
    expect_all_well(&texts());
}

#[test]
fn imports_stay_inside_the_project() {
    expect_all_well(&imports());
}

#[cfg(unix)]
#[test]
fn links_pipes_and_sockets_are_not_imported() {
    let secrets = tempfile::tempdir().unwrap();
    std::fs::write(secrets.path().join("secret.json"), "{\"a\": \"secret\"}").unwrap();
    let project = |prepare: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.ncl"), environment("  labels = import \"sub/x.json\",")).unwrap();
        prepare(folder.path());
        folder
    };
    let in_sub = |prepare: &dyn Fn(&Path)| {
        project(&|folder| {
            std::fs::create_dir(folder.join("sub")).unwrap();
            prepare(&folder.join("sub/x.json"));
        })
    };
    let link = in_sub(&|path| std::os::unix::fs::symlink(secrets.path().join("secret.json"), path).unwrap());
    assert_eq!(misbehaviour_in(&link, &["C020"]), None);
    let folder_link = project(&|folder| std::os::unix::fs::symlink(secrets.path(), folder.join("sub")).unwrap());
    std::fs::write(secrets.path().join("x.json"), "{}").unwrap();
    assert_eq!(misbehaviour_in(&folder_link, &["C020"]), None);
    let loop_of_links = in_sub(&|path| std::os::unix::fs::symlink(path, path).unwrap());
    assert_eq!(misbehaviour_in(&loop_of_links, &["C009"]), None);
    let device = in_sub(&|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap());
    assert_eq!(misbehaviour_in(&device, &["C020"]), None);
    let pipe = in_sub(&|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()));
    assert_eq!(misbehaviour_in(&pipe, &["C021"]), None);
    let socket = in_sub(&|path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()));
    assert_eq!(misbehaviour_in(&socket, &["C021"]), None);
    let inside = in_sub(&|path| {
        std::fs::write(path.with_file_name("y.json"), "{\"a\": \"b\"}").unwrap();
        std::os::unix::fs::symlink("y.json", path).unwrap();
    });
    assert_eq!(misbehaviour_in(&inside, &[]), None);
}

#[cfg(unix)]
#[test]
fn nothing_hidden_is_imported_and_nothing_by_a_hard_link() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path(".git")).unwrap();
    std::fs::create_dir(path("sub")).unwrap();
    std::fs::write(path(".git/config"), "{\"a\": \"token\"}").unwrap();
    symlink("../.git/config", path("sub/x.json")).unwrap();
    std::fs::write(path("main.ncl"), environment("  labels = import \"sub/x.json\",")).unwrap();
    assert_eq!(misbehaviour_in(&folder, &["C020"]), None);
    std::fs::remove_file(path("sub/x.json")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("key"), "{\"a\": \"token\"}").unwrap();
    std::fs::hard_link(outside.path().join("key"), path("sub/x.json")).unwrap();
    assert_eq!(misbehaviour_in(&folder, &["C020"]), None);
    // With the other name gone it is the project's own.
    std::fs::remove_file(outside.path().join("key")).unwrap();
    assert_eq!(misbehaviour_in(&folder, &[]), None);
}

#[test]
fn an_environment_may_stand_in_a_hidden_folder_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".deploy")).unwrap();
    std::fs::write(folder.path().join(".deploy/labels.json"), "{\"a\": \"b\"}").unwrap();
    let text = environment("  labels = import \"labels.json\",");
    std::fs::write(folder.path().join(".deploy/main.ncl"), text).unwrap();
    let run = || {
        let mut command = common::binary();
        command.args(["check", ".deploy/main.ncl"]).current_dir(folder.path()).output().unwrap().status.code()
    };
    assert_eq!(run(), Some(0));
    // In a larger project the folder is a hidden one, until it is a project of its own.
    std::fs::write(folder.path().join("agentos.toml"), "").unwrap();
    assert_eq!(run(), Some(1));
    std::fs::write(folder.path().join(".deploy/agentos.toml"), "").unwrap();
    assert_eq!(run(), Some(0));
}

#[cfg(unix)]
#[test]
fn peers_are_neither_hidden_nor_hard_links() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let peer = environment("").replace("stk_example", "stk_peer").replace("\"example\"", "\"peer\"");
    std::fs::create_dir(path(".peers")).unwrap();
    std::fs::write(path(".peers/peer.ncl"), &peer).unwrap();
    let text = |file: &str| environment(&format!("  federation.peers.stk_peer = 'Environment \"{file}\","));
    std::fs::write(path("main.ncl"), text(".peers/peer.ncl")).unwrap();
    assert_eq!(misbehaviour_in(&folder, &["F014"]), None);
    std::fs::write(path("main.ncl"), text("peer.ncl")).unwrap();
    std::fs::hard_link(path(".peers/peer.ncl"), path("peer.ncl")).unwrap();
    assert_eq!(misbehaviour_in(&folder, &["F014"]), None);
}

/// Puts now one thing and now another at a path, each in one step, while an environment is loaded that imports it.
#[cfg(unix)]
fn never_leaves_the_project(folder: &Path, path: &str, put: [&(dyn Fn(&Path) + Sync); 2]) {
    let done = std::sync::atomic::AtomicBool::new(false);
    let swaps = AtomicUsize::new(0);
    put[0](&folder.join(path));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                put[swaps.fetch_add(1, Ordering::Relaxed) % 2](&folder.join("aside"));
                std::fs::rename(folder.join("aside"), folder.join(path)).unwrap();
            }
        });
        let mut compiler = Compiler::new();
        let (mut loads, mut refused) = (0, 0);
        while swaps.load(Ordering::Relaxed) < 800 || loads < 1000 {
            let member = compiler.examine(&agentos_cfg::source::Disk, Entry::file(Path::new("main.ncl"), folder));
            let leaked = format!("{member:?}").contains("outside-marker");
            // The other thread ends first: the scope waits for it.
            done.store(leaked, Ordering::Relaxed);
            assert!(!leaked, "after {loads} loads");
            loads += 1;
            refused += usize::from(!member.faults.is_empty());
        }
        done.store(true, Ordering::Relaxed);
        assert!(0 < refused && refused < loads, "{refused} of {loads}: nothing was swapped");
    });
}

#[cfg(unix)]
#[test]
fn what_is_swapped_between_the_look_and_the_reading_is_not_read() {
    use std::os::unix::fs::symlink;
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    let (inside, secret) = ("{\"a\": \"inside\"}", "{\"a\": \"outside-marker\"}");
    std::fs::write(outside.path().join("x.json"), secret).unwrap();
    std::fs::create_dir(path("sub")).unwrap();
    std::fs::write(path("sub/x.json"), inside).unwrap();
    // A file, and a link out of the project in its place.
    std::fs::write(path("main.ncl"), environment("  labels = import \"y.json\",")).unwrap();
    let file = |path: &Path| std::fs::write(path, inside).unwrap();
    let link = |path: &Path| symlink(outside.path().join("x.json"), path).unwrap();
    never_leaves_the_project(folder.path(), "y.json", [&file, &link]);
    // A link to a folder of the project, and to another one.
    std::fs::write(path("main.ncl"), environment("  labels = import \"link/x.json\",")).unwrap();
    let here = |path: &Path| symlink("sub", path).unwrap();
    let away = |path: &Path| symlink(outside.path(), path).unwrap();
    never_leaves_the_project(folder.path(), "link", [&here, &away]);
}

#[test]
fn a_marked_project_may_import_from_above() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("labels.json"), "{\"a\": \"b\"}").unwrap();
    std::fs::write(folder.path().join("sub/main.ncl"), environment("  labels = import \"../labels.json\",")).unwrap();
    let run = || {
        let mut command = common::binary();
        let output = command.args(["check", "sub/main.ncl"]).current_dir(folder.path()).output().unwrap();
        output.status.code()
    };
    assert_eq!(run(), Some(1));
    std::fs::write(folder.path().join("agentos.toml"), "").unwrap();
    assert_eq!(run(), Some(0));
}

#[test]
fn what_was_found_before_the_end_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("bad.ncl", &environment("  labels = 1,"));
    write("endless.ncl", "let rec f = fun x => f x in f 1");
    write("good.ncl", &environment(""));
    let run = |arguments: &[&str]| {
        let mut command = common::binary();
        let output = command.args(arguments).args(["--eval-timeout", "1"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (stdout, _) = run(&["check", "--format", "json", "bad.ncl", "endless.ncl", "good.ncl"]);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(|one| (&one["code"], &one["file"])).collect();
    assert_eq!(found.len(), 2, "{report:#}");
    assert_eq!((found[0].0, found[0].1), (&"C005".into(), &"bad.ncl".into()));
    assert_eq!(found[1].1, "endless.ncl");
    assert!(found[1].0 == "C017" || found[1].0 == "C018");
    assert_eq!(report["summary"]["errors"], 2);
    for verb in ["build", "eval"] {
        let (stdout, stderr) = run(&[verb, "endless.ncl"]);
        assert!(stdout.is_empty() && stderr.starts_with("error[C01") && stderr.contains("endless.ncl"), "{stderr}");
    }
}

#[test]
fn the_memory_of_an_evaluation_is_limited() {
    if cfg!(target_os = "linux") {
        let folder = tempfile::tempdir().unwrap();
        let text = "let rec f = fun x => f (x ++ x) in {name = f \"abc\"}";
        std::fs::write(folder.path().join("main.ncl"), text).unwrap();
        let mut command = common::binary();
        let arguments = ["check", "main.ncl", "--eval-memory", "64", "--eval-timeout", "60"];
        let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.code() == Some(1) && stdout.contains("C018"), "{stdout}");
    }
}

#[test]
fn the_hazards_that_were_collected_do_no_harm() {
    let folder = root().join("../shared/data/hazards");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ncl") {
            let mut command = common::binary();
            let output = command.arg("check").arg(&path).args(["--eval-timeout", "2"]).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", path.display());
        }
    }
}

/// The text with one to three changes: a byte lost, doubled or replaced, or a token put in.
fn mutated(text: &str, numbers: &mut Numbers) -> Vec<u8> {
    const TOKENS: [&str; 24] = [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "%{",
        ",",
        "=",
        "|",
        "&",
        ".",
        "'",
        "let x = 1 in ",
        "fun x => ",
        "null",
        "import ",
        " 5 ",
        "\u{202e}",
        "\0",
        "true",
        "std.",
        "rec ",
    ];
    let mut bytes = text.as_bytes().to_owned();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, bytes[at]),
            2 => bytes[at] = b' ' + u8::try_from(numbers.below(95)).unwrap(),
            3 => drop(bytes.drain(at..(at + numbers.below(30)).min(bytes.len()))),
            _ => drop(bytes.splice(at..at, TOKENS[numbers.below(TOKENS.len())].bytes())),
        }
    }
    bytes
}

/// Compiles mutated environments, and counts findings, and those with a file and a line.
fn compile_mutated(rounds: std::ops::Range<usize>, progress: &AtomicUsize) -> (usize, usize) {
    let files = shipped();
    let mut compiler = Compiler::new();
    let (mut all, mut placed) = (0, 0);
    for round in rounds {
        let name = files[round % files.len()];
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let mut numbers = Numbers::of_round(u64::try_from(round).unwrap());
        let mut world = Memory::default();
        world.add("main.ncl", &mutated(&text, &mut numbers));
        if let Ok(common) = std::fs::read(root().join(name).with_file_name("common.ncl")) {
            world.add("common.ncl", &common);
        }
        let outcome = compiler.compile(&world, &Entry::file(Path::new("main.ncl"), Path::new("/project")));
        all += outcome.findings.len();
        placed += outcome.findings.iter().filter(|finding| finding.span().is_some()).count();
        progress.fetch_add(1, Ordering::Relaxed);
    }
    (all, placed)
}

#[test]
fn five_hundred_mutated_environments() {
    let progress = AtomicUsize::new(0);
    let counts = std::thread::scope(|scope| {
        let workers = [0..250, 250..500].map(|rounds| scope.spawn(|| compile_mutated(rounds, &progress)));
        let mut seen = (0, Instant::now());
        while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(50));
            let now = progress.load(Ordering::Relaxed);
            if now != seen.0 {
                seen = (now, Instant::now());
            } else if seen.1.elapsed() > Duration::from_secs(30) {
                eprintln!("a mutated environment hangs: {now} are done");
                std::process::abort();
            }
        }
        workers.map(|worker| worker.join().unwrap())
    });
    let [(all, placed), (more, more_placed)] = counts;
    let (all, placed) = (all + more, placed + more_placed);
    println!("{placed} of {all} findings have a place");
    assert!(all > 400, "{all}");
    assert!(placed * 100 >= all * 95, "{placed} of {all} findings have a place");
}
