//! `get` and `set`, as a script runs them.

mod common;

use agentos_cfg::fix::assign;
use agentos_cfg::path::Path;
use agentos_cfg::source::{Disk, Entry, Sources, Span};
use agentos_cfg::tree::Node;
use common::{binary, environment, output_with, root};
use insta::assert_snapshot;
use std::fmt::Write as _;
use std::path::Path as FilePath;

/// Runs the binary in a folder: the exit status, standard output, standard error.
fn run(folder: &FilePath, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = output_with(binary().args(arguments).current_dir(folder), input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What a user sees of some commands, one after the other.
fn session(folder: &FilePath, commands: &[&[&str]]) -> String {
    let mut shown = String::new();
    for arguments in commands {
        let (status, out, err) = run(folder, arguments, "");
        writeln!(shown, "$ agentos-cfg {}\n{out}{err}→ {status}\n", arguments.join(" ")).unwrap();
    }
    shown
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "dev.ncl",
        &environment("  # Why it is so.\n  labels = { a = \"b\" }, # and no more\n  services.federation.replicas = 1,"),
    );
    write(
        "computed.ncl",
        &environment(
            "  labels = { a = \"b-%{namespace}\" },\n  namespace = \"dev\",\n  tenancy.tenants.tnt_a.name = \"A\",\n  tenancy.tenants.tnt_b.name = \"B\",",
        ),
    );
    let shared = root().join("environments/prod");
    for name in ["common.ncl", "eu.ncl", "us.ncl"] {
        write(&format!("prod/{name}"), &std::fs::read_to_string(shared.join(name)).unwrap());
    }
    write("lone/common.ncl", "{ profile = 'Dev }\n");
    write("broken.ncl", "{ a = , }\n");
    write("empty.ncl", "# nothing yet\n");
    folder
}

#[test]
fn values_are_printed_for_scripts() {
    assert_snapshot!(session(
        project().path(),
        &[
            &["get", "dev.ncl", "labels.a"],
            &["get", "dev.ncl", "profile"],
            &["get", "dev.ncl", "profile", "--json"],
            &["get", "dev.ncl", "services.federation.replicas"],
            &["get", "dev.ncl", "smoke.job"],
            &["get", "dev.ncl", "labels"],
            &["get", "prod/eu.ncl", "storage.size"],
            &["get", "dev.ncl", "labels.b"],
            &["get", "dev.ncl", "federation.jwt"],
            &["get", "dev.ncl", "federation.stak"],
            &["get", "dev.ncl", "federation..stack"],
            &["get", "broken.ncl", "name"],
        ]
    ));
}

#[test]
fn values_are_changed_added_and_removed() {
    assert_snapshot!(session(
        project().path(),
        &[
            &["set", "dev.ncl", "labels.a=c", "labels.\"example.com/n\"=3", "--diff"],
            &["set", "dev.ncl", "services.federation.replicas=2", "storage=Ephemeral", "audit='Stdout", "--diff"],
            &["set", "dev.ncl", "tenancy.tenants.tnt_a={ name = \"A\" }", "tenancy.default=tnt_a", "--diff"],
            &["set", "dev.ncl", "network.peers.stk_a[+]=10.0.0.0/8", "network.peers.stk_b=[\"10.1.0.0/16\"]", "--diff"],
            &["set", "dev.ncl", "--remove", "labels.a", "--remove", "services", "--diff"],
            &["set", "dev.ncl", "labels.a=b", "--remove", "smoke"],
            &[
                "set",
                "prod/common.ncl",
                "storage.size=30Gi",
                "tenancy.tenants.tnt_bolt.quotas.concurrent_runs=60",
                "--diff"
            ],
            &["set", "prod/eu.ncl", "secrets.keys.AGENTOS_SIGNING_KEY.remote.version=4", "--diff"],
        ]
    ));
}

#[test]
fn what_can_not_be_changed_is_refused_with_its_place() {
    assert_snapshot!(session(
        project().path(),
        &[
            &["set", "computed.ncl", "labels.a=c"],
            &["set", "computed.ncl", "tenancy.tenants={}"],
            &["set", "prod/eu.ncl", "image=x"],
            &["set", "prod/eu.ncl", "storage.size=1Gi"],
            &["set", "prod/eu.ncl", "--remove", "observability.alerts"],
            &["set", "lone/common.ncl", "profile=Demo"],
            &["set", "broken.ncl", "a=1"],
            &["set", "dev.ncl", "labels.a"],
            &["set", "dev.ncl", "=1"],
            &["set", "dev.ncl", "labels.a=1", "labels={}"],
            &["set", "dev.ncl", "profile=Production"],
            &["set", "dev.ncl", "tenancy.tenants.tnt_a={ name = "],
            &["set", "dev.ncl", "profil=Prod"],
            &["set", "dev.ncl", "namespace=Team_A"],
            &["set", "dev.ncl", "allow[3].rule=N006"],
            &["set", "dev.ncl", "--remove", "smok.job"],
            &["set", "dev.ncl"],
        ]
    ));
}

#[test]
fn a_change_is_made_as_a_whole_or_not_at_all() {
    let folder = project();
    let file = folder.path().join("dev.ncl");
    let read = || std::fs::read_to_string(&file).unwrap();
    let before = read();
    let (status, _, said) = run(folder.path(), &["set", "dev.ncl", "labels.a=c", "namespace=Team_A"], "");
    assert_eq!((status, read()), (1, before.clone()), "{said}");
    let (status, _, said) = run(folder.path(), &["set", "dev.ncl", "labels.a=c", "namespace=team-a"], "");
    assert_eq!((status, said.as_str()), (0, "`dev.ncl`: set `labels.a`, set `namespace`\n"));
    assert!(read().contains("# Why it is so.\n  labels = { a = \"c\" }, # and no more\n"), "{}", read());
    // A change that is made already touches nothing.
    let (modified, text) = (std::fs::metadata(&file).unwrap().modified().unwrap(), read());
    let (status, _, said) = run(folder.path(), &["set", "dev.ncl", "labels.a=c", "namespace=team-a"], "");
    assert_eq!((status, said.as_str()), (0, "`dev.ncl` has these values already, and was not changed\n"));
    assert_eq!((std::fs::metadata(&file).unwrap().modified().unwrap(), read()), (modified, text));
    // What was found before does not stand against a change.
    std::fs::write(&file, before.replace("stk_example", "Example")).unwrap();
    let (status, _, said) = run(folder.path(), &["set", "dev.ncl", "labels.a=c"], "");
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_module_is_checked_in_the_environments_that_import_it() {
    let folder = project();
    let read = || std::fs::read_to_string(folder.path().join("prod/common.ncl")).unwrap();
    let before = read();
    let (status, _, said) = run(folder.path(), &["set", "prod/common.ncl", "image=ghcr.io/nexixai/agentos:1.0.2"], "");
    assert_eq!((status, read()), (1, before), "{said}");
    assert_eq!(said.matches("error[N006").count(), 1, "{said}");
    let (status, _, said) = run(folder.path(), &["set", "prod/common.ncl", "tenancy.tenants.tnt_acme.plan=gold"], "");
    assert_eq!(status, 0, "{said}");
    assert!(read().contains("tnt_acme = { name = \"Acme\", plan = \"gold\" },"), "{}", read());
    // Environments of another folder are named.
    std::fs::write(
        folder.path().join("x.ncl"),
        environment("").replace("  profile = 'Dev,\n", "").replacen('{', "(import \"lone/common.ncl\") & {", 1),
    )
    .unwrap();
    let (status, _, said) =
        run(folder.path(), &["set", "lone/common.ncl", "profile=Demo", "--with", "x.ncl", "--diff"], "");
    assert_eq!(status, 1, "{said}");
}

#[test]
fn an_empty_module_gets_a_record() {
    let folder = project();
    std::fs::write(folder.path().join("lone/y.ncl"), environment("  labels = import \"../empty.ncl\",")).unwrap();
    let (status, _, said) = run(folder.path(), &["set", "empty.ncl", "a=b", "--with", "lone/y.ncl"], "");
    assert_eq!(status, 0, "{said}");
    let text = std::fs::read_to_string(folder.path().join("empty.ncl")).unwrap();
    assert_eq!(text, "# nothing yet\n{\n  a = \"b\",\n}\n");
}

#[test]
fn standard_input_becomes_standard_output() {
    let folder = project();
    let text = environment("  labels.a = \"b\",");
    let (status, out, _) = run(folder.path(), &["set", "-", "labels.a=c"], &text);
    assert_eq!((status, out), (0, text.replace("\"b\"", "\"c\"")));
    let (status, out, _) = run(folder.path(), &["set", "-", "labels.a=b"], &text);
    assert_eq!((status, out.as_str()), (0, text.as_str()));
    let (status, out, _) = run(folder.path(), &["set", "-", "namespace=A_B"], &text);
    assert_eq!((status, out.as_str()), (1, ""));
}

#[test]
fn no_secret_is_taken_from_the_command_line_or_shown() {
    let folder = project();
    let key = "secrets.keys.AGENTOS_SIGNING_KEY";
    for (argument, expected) in [
        (format!("{key}.placeholder=hunter2secret"), 2),
        (format!("{key}.sealed=hunter2secret"), 2),
        (format!("{key}={{ placeholder = \"hunter2secret\" }}"), 1),
        (format!("{key}={{ sealed = \"hunter2secret\" }}"), 1),
        ("tenancy.tenants.tnt_a.secrets.keys.AGENTOS_SIGNING_KEY.placeholder=hunter2secret".to_owned(), 2),
    ] {
        for more in [&[][..], &["--diff"]] {
            let (status, out, said) = run(folder.path(), &[&["set", "dev.ncl", &argument], more].concat(), "");
            assert_eq!(status, expected, "{argument}: {said}");
            assert!(!format!("{out}{said}").contains("hunter2"), "{argument}: {out}{said}");
        }
    }
    let (status, _, said) = run(
        folder.path(),
        &["set", "dev.ncl", &format!("{key}.placeholder=fake_key"), "secrets.backend=Placeholder", "--diff"],
        "",
    );
    assert_eq!(status, 1, "{said}");
}

/// Every field that the environments which ship have written, with its path in them.
fn written(node: &Node, path: &Path, file: &FilePath, sources: &Sources, found: &mut Vec<Path>) {
    let is_here = |span: Span| sources.get(span.file).and_then(|source| source.path.as_deref()) == Some(file);
    if node.key.is_some_and(is_here) {
        found.push(path.clone());
    }
    let payload = node.value.as_choice().and_then(|(_, payload)| payload);
    for (name, child) in payload.unwrap_or(node).value.as_record().into_iter().flatten() {
        written(child, &path.field(name), file, sources, found);
    }
    for (index, child) in node.value.as_array().unwrap_or_default().iter().enumerate() {
        written(child, &path.index(index), file, sources, found);
    }
}

#[test]
fn every_field_that_is_written_is_found_and_what_is_left_without_it_parses() {
    let mut count = 0;
    for name in common::shipped() {
        let (mut compiler, outcome) = common::compile_shipped(name);
        let file = root().join(name);
        let text = std::fs::read_to_string(&file).unwrap();
        let mut paths = Vec::new();
        written(&outcome.tree.unwrap(), &Path::root(), &file, compiler.sources(), &mut paths);
        assert!(paths.len() > 5, "{name}");
        for path in paths {
            assert!(assign::is_written(&text, &path), "{name}: {path}");
            assert_eq!(Path::parse(&path.to_string()).unwrap(), (path.clone(), ""), "{name}");
            let texts = [assign::removed(&text, &path).unwrap()].into_iter();
            for changed in texts.chain(assign::assigned(&text, &path, "'Another { a = [1] }").ok()) {
                assert_ne!(changed, text, "{name}: {path}");
                let entry = Entry::text("changed.ncl", changed.clone(), root());
                assert!(compiler.read(&Disk, &entry).is_ok(), "{name}: {path}\n{changed}");
                assert_eq!(changed.matches('#').count(), text.matches('#').count(), "{name}: {path}\n{changed}");
            }
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}
