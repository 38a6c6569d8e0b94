//! Completion and hover, at a `‸` in texts.

use super::completion::{Completion, CompletionKind, completions};
use super::hover::{Format, hover};
use super::spot::at;
use super::*;
use crate::agentos::settings::{Key, shared_name};
use crate::catalogue::{BROKEN_CONTRACT, SYNTAX_ERROR, UNKNOWN_CHOICE, UNKNOWN_FIELD, WRONG_TYPE};
use crate::compile::Compiler;
use crate::diagnostic::Code;
use crate::evaluate::Spot;
use crate::evaluate::outline::{Kind, tokens};
use crate::evaluate::schema::Shape;
use crate::language_server::cursor::{Layout, Part, Parts, Place};
use crate::source::{Disk, Entry};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Syntax, and what contracts say.
const CODES: [Code; 5] = [SYNTAX_ERROR, UNKNOWN_FIELD, UNKNOWN_CHOICE, WRONG_TYPE, BROKEN_CONTRACT];

const FOLDER: &str = "/project/environments";

/// The environments that ship with the project, by path.
fn shipped() -> Vec<(PathBuf, String)> {
    let mut folders = vec![FilePath::new(env!("CARGO_MANIFEST_DIR")).join("environments")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ncl") {
                found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn list(_folder: &FilePath) -> Vec<Listed> {
    let file = |name: &str| Listed { name: name.to_owned(), is_folder: false };
    vec![file("common.ncl"), file("notes.md"), file("us.ncl"), Listed { name: "parts".to_owned(), is_folder: true }]
}

fn view<'a>(parts: &'a Parts, schema: &'a Schema) -> View<'a> {
    View { parts, path: FilePath::new("/project/environments/eu.ncl"), schema, known: None }
}

/// What is offered at the mark: for each item its label, and the text with it.
fn offered(marked: &str) -> Vec<Completion> {
    let (offset, text) = (marked.find('‸').unwrap(), marked.replace('‸', ""));
    let mut items = completions(&view(&Parts::new(text), &Schema::embedded()), offset, &list).items;
    items.sort_by(|a, b| a.sort.cmp(&b.sort));
    items
}

fn labels(marked: &str) -> String {
    offered(marked).into_iter().map(|item| item.label).collect::<Vec<_>>().join(" ")
}

/// A text after an item was taken.
fn applied(text: &str, item: &Completion) -> String {
    let mut edits = item.additional.clone();
    edits.push(item.edit.clone());
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, with) in edits {
        text.replace_range(range, &with);
    }
    text
}

/// The text with the item of this label taken at the mark.
fn taken(marked: &str, label: &str) -> String {
    let item = offered(marked).into_iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| panic!("{label} is not offered: {}", labels(marked)));
    applied(&marked.replace('‸', ""), &item)
}

/// Findings that the language itself has on a text at a path, of those codes.
fn faults(path: &FilePath, text: &str, codes: &[Code]) -> Vec<String> {
    let entry = Entry { text: Some(text.to_owned()), ..Entry::file(path, FilePath::new(FOLDER)) };
    let faults = Compiler::new().examine(&Disk, entry).faults;
    faults.into_iter().filter(|fault| codes.contains(&fault.code)).map(|fault| fault.message).collect()
}

#[test]
fn fields_are_offered_by_the_record_the_tag_and_the_release() {
    insta::assert_snapshot!(labels("{\n  profile = 'Dev,\n  ‸\n}"));
    assert_eq!(labels("{ storage = 'Ephemeral { ‸ } }"), "");
    assert_eq!(
        labels("{ storage = 'Persistent { class = \"x\", ‸ } }"),
        "size access_mode retention backup annotations"
    );
    assert_eq!(
        labels("{ services.federation.exposure = 'Gateway { ‸ } }"),
        "all required fields host gateway authentication strip"
    );
    let log_format = shared_name(Key::LogFormat).unwrap();
    assert!(!labels("{ services.federation.env = { ‸ } }").contains(log_format));
    assert!(labels("{ runtime = 'V1_07, services.federation.env = { ‸ } }").contains(log_format));
    let password = shared_name(Key::DatabasePassword).unwrap();
    assert!(!labels("{ secrets.keys.‸ }").contains(password));
    assert!(labels("{ secrets.keys.‸, runtime = 'V1_07 }").contains(password));
}

#[test]
fn fields_are_written_as_their_place_wants_them() {
    assert_eq!(taken("{\n  name = \"x\"\n  pro‸\n}", "profile"), "{\n  name = \"x\",\n  profile = 'Dev,\n}");
    assert_eq!(taken("{ name = \"x\", pro‸file = 'Dev }", "profile"), "{ name = \"x\", profile = 'Dev }");
    assert_eq!(taken("{ tenancy.‸ }", "tenants"), "{ tenancy.tenants }");
    assert_eq!(taken("{ tenancy.‸ }", "limit_namespace"), "{ tenancy.limit_namespace = true }");
    insta::assert_snapshot!(taken("{\n  ‸\n}", "all required fields"));
    insta::assert_snapshot!(taken("‸", "environment"));
}

#[test]
fn tags_come_with_what_they_need() {
    assert_eq!(labels("{ profile = '‸ }"), "'Dev 'Demo 'Prod");
    assert_eq!(taken("{ profile = '‸, name = \"x\" }", "'Prod"), "{ profile = 'Prod, name = \"x\" }");
    assert_eq!(taken("{ storage = ‸ }", "'Persistent"), "{ storage = 'Persistent {} }");
    insta::assert_snapshot!(taken("{\n  services.federation.exposure = ‸\n}", "'Gateway"));
    insta::assert_snapshot!(
        offered("{\n  services.federation.exposure = '‸\n}")
            .into_iter()
            .filter_map(|item| item.snippet)
            .collect::<String>()
    );
    assert_eq!(labels("{ storage = 'Per‸ { size = \"1Gi\" } }"), "'Persistent");
}

#[test]
fn values_are_those_that_the_contract_takes() {
    assert_eq!(labels("{ smoke.job = ‸ }"), "false true");
    assert_eq!(labels("{ tenancy = { default = \"‸\", tenants = { tnt_a = {}, tnt_b = {} } } }"), "tnt_a tnt_b");
    assert_eq!(labels("{ services.federation.resources.limits.cpu = \"300‸\" }"), "1 100m 2 250m 300m 500m");
    assert!(labels("{ services.federation.port = ‸ }").contains("8083"));
    assert!(labels("{ allow = [{ rule = \"‸\" }] }").contains("N006"));
    assert!(!labels("{ allow = [{ rule = \"‸\" }] }").contains("C001"));
    assert_eq!(labels("{ name = \"eu-1\", federation.stack = ‸ }"), "\"stk_eu_1\"");
}

#[test]
fn files_are_offered_beside_the_text() {
    assert_eq!(labels("(import \"‸\") & {}"), "common.ncl us.ncl parts");
    assert_eq!(labels("let agentos = import \"‸\" in {}"), "agentos/lib.ncl common.ncl us.ncl parts");
    assert_eq!(taken("(import \"com‸) & {}", "common.ncl"), "(import \"common.ncl\"");
    assert_eq!(labels("{ federation.peers.stk_us = 'Environment \"‸\" }"), "common.ncl us.ncl parts");
    assert_eq!(
        taken("{ federation.peers.stk_us = 'Environment ‸ }", "us.ncl"),
        "{ federation.peers.stk_us = 'Environment \"us.ncl\" }"
    );
}

#[test]
fn nothing_panics_on_any_prefix_of_an_environment() {
    let schema = Schema::embedded();
    for (path, text) in shipped() {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let parts = Parts::new(&text[..end]);
            let view = View { parts: &parts, path: &path, schema: &schema, known: None };
            completions(&view, end, &list);
            hover(&view, end.saturating_sub(1), Format::Markdown);
        }
    }
}

#[test]
fn nothing_panics_without_any_of_the_tokens() {
    let schema = Schema::embedded();
    for (path, text) in shipped() {
        for token in tokens(&text) {
            let mut broken = text.clone();
            broken.replace_range(token.range(), "");
            let parts = Parts::new(broken.as_str());
            let view = View { parts: &parts, path: &path, schema: &schema, known: None };
            for offset in [token.range().start, token.range().start + 1, broken.len() / 2] {
                completions(&view, offset, &list);
                hover(&view, offset, Format::Plain);
            }
        }
    }
}

/// A field that the contract names is offered at its own name, where it is not set a second time.
#[test]
fn each_field_of_an_environment_is_offered_where_it_stands() {
    let (schema, root) = (Schema::embedded(), crate::path::Path::root());
    let mut fields = 0;
    for (path, text) in shipped() {
        let all = Parts::new(text.as_str());
        let view = View { parts: &all, path: &path, schema: &schema, known: None };
        let layout = Layout::new(&all, &root);
        let spot = Spot::root(&schema, layout.tag(&[Part::Field("runtime")]));
        for written in layout.written() {
            let first = written.place.steps.len() - written.names.len();
            for (index, name) in written.names.iter().enumerate() {
                let (around, tail) = written.place.steps.split_at(first + index);
                let tag = tail.first().unwrap().0;
                let record = Place { steps: around.to_vec(), tag };
                let Shape::Record(_) = at(spot, &record).unwrap().shape else { continue };
                let word = &text[name.clone()];
                let parts: Vec<Part<'_>> = record.parts().collect();
                if layout.fields(&parts).into_iter().filter(|(other, _)| *other == word).count() == 1 {
                    let items = completions(&view, name.end, &list).items;
                    assert!(items.iter().any(|item| item.label == word), "{}: {word}", path.display());
                    fields += 1;
                }
            }
        }
    }
    assert!(fields > 300, "{fields}");
}

/// What is offered in place of a word of a sound text leaves it Nickel.
#[test]
fn what_is_taken_leaves_a_text_sound() {
    let schema = Schema::embedded();
    let mut taken = 0;
    for (path, text) in shipped() {
        let words = tokens(&text)
            .into_iter()
            .filter(|token| matches!(token.kind, Kind::Name | Kind::Tag | Kind::Literal | Kind::True));
        for (number, token) in words.enumerate() {
            let parts = Parts::new(text.as_str());
            let view = View { parts: &parts, path: &path, schema: &schema, known: None };
            let items = completions(&view, token.range().end, &list).items;
            // One of those that are offered at each place; all of them in turn over all places.
            if let Some(item) = items.get(number % items.len().max(1)) {
                let after = applied(&text, item);
                let is_module = path.ends_with("common.ncl");
                let codes: &[Code] = if is_module || item.kind == CompletionKind::Field { &CODES[..1] } else { &CODES };
                assert_eq!(faults(&path, &after, codes), [""; 0], "{} in\n{after}", item.label);
                taken += 1;
            }
        }
    }
    assert!(taken > 100, "{taken}");
}

/// What is taken of a record's fields, one after the other, is what the contracts want.
#[test]
fn skeletons_are_accepted_by_the_contracts() {
    let base = "let agentos = import \"agentos/lib.ncl\" in\n{ name = \"x\", profile = 'Dev, storage = 'Ephemeral, \
                federation.stack = \"stk_x\", MARK } | agentos.Environment";
    for inside in [
        "‸",
        "runtime = 'V1_07, ‸",
        "services.agent-orchestrator = { ‸ }",
        "services.model-policy = { ‸ }",
        "services.federation = { ‸ }",
        "services.federation.exposure = 'Gateway { host = \"a.b\", authentication = 'External \"x\", ‸ }",
        "services.federation.env = { ‸ }",
        "runtime = 'V1_07, services.agent-orchestrator.env = { ‸ }",
        "federation = { ‸ }",
        "federation.peers.stk_y = ‸",
        "federation.mtls = ‸",
        "tenancy.tenants.tnt_a = { ‸ }",
        "secrets = { ‸ }",
        "secrets.keys.AGENTOS_SERVICE_TOKEN = { ‸ }",
        "secrets.backend = ‸",
        "network = { ‸ }",
        "observability = { ‸ }",
        "observability.metrics = ‸",
        "database = ‸",
        "authentication = ‸",
        "audit_shipping = ‸",
        "provided = { ‸ }",
        "allow = [‸]",
    ] {
        let marked = base.replace("MARK", inside);
        let (text, items) = (marked.replace('‸', ""), offered(&marked));
        assert!(!items.is_empty(), "{inside}");
        for item in items {
            let after = applied(&text, &item);
            let found = faults(FilePath::new("environment.ncl"), &after, &CODES);
            assert_eq!(found, [""; 0], "{} in\n{after}", item.label);
        }
    }
}

/// What is shown at the mark in a shipped environment, of which all is known; `mark` is followed by the byte at hand.
fn shown(name: &str, mark: &str) -> String {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("environments").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let offset = text.find(mark).unwrap() + mark.len();
    let home = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let mut compiler = Compiler::new();
    let files = ["environments/prod/eu.ncl", "environments/demo.ncl"];
    let examine = |file: &str| Entry::file(FilePath::new(file), home);
    let members = files.map(|file| Arc::new(compiler.examine(&Disk, examine(file))));
    let known = Known { members: members.into(), ..Known::default() };
    let schema = Schema::embedded();
    let parts = Parts::new(text.as_str());
    let view = View { parts: &parts, path: &path, schema: &schema, known: Some(&known) };
    let shown = hover(&view, offset, Format::Markdown).map(|hover| format!("[{}] {}", &text[hover.range], hover.text));
    shown.unwrap_or_default().replace(&home.display().to_string(), "")
}

#[test]
fn hover_says_what_holds_and_where_it_comes_from() {
    let pages = [
        shown("prod/eu.ncl", "  nam"),
        shown("prod/eu.ncl", "exposure = 'Gat"),
        shown("prod/eu.ncl", "    ho"),
        shown("prod/eu.ncl", "tenants.tnt"),
        shown("prod/eu.ncl", "(import \"com"),
        shown("prod/eu.ncl", "import \"agen"),
        shown("prod/eu.ncl", "{ key = \"prod"),
        shown("prod/common.ncl", "class = \"ssd"),
        shown("prod/common.ncl", "isola"),
        shown("prod/common.ncl", "run_create_q"),
        shown("demo.ncl", "smoke.jo"),
    ];
    insta::assert_snapshot!(pages.join("\n\n--------\n\n"));
}

#[test]
fn hover_shows_no_secret() {
    for mark in ["AGENTOS_SERVICE_TOKEN.place", "placeholder = \"fake"] {
        let page = shown("demo.ncl", mark);
        assert!(page.contains("In force: `…`, from this file."), "{page}");
        assert!(!page.split_once("] ").unwrap().1.contains("fake_service"), "{page}");
    }
}

#[test]
fn hover_explains_rules_and_stays_silent_elsewhere() {
    let text = "{ allow = [{ rule = \"N006\", reason = \"x\" }] } # end";
    let schema = Schema::embedded();
    let page = |offset, format| hover(&view(&Parts::new(text), &schema), offset, format).map(|hover| hover.text);
    insta::assert_snapshot!(page(23, Format::Plain).unwrap());
    assert!(page(23, Format::Markdown).unwrap().contains("[N006.md](https://"));
    assert_eq!(page(text.len() - 1, Format::Plain), None);
}

#[test]
fn what_an_import_sets_is_not_offered_again() {
    let home = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let path = home.join("environments/prod/eu.ncl");
    let text = std::fs::read_to_string(&path).unwrap().replace("  name = \"prod-eu\",", "  ");
    let entry = Entry::file(FilePath::new("environments/prod/eu.ncl"), home);
    let known = Known { members: vec![Arc::new(Compiler::new().examine(&Disk, entry))], ..Known::default() };
    let schema = Schema::embedded();
    let parts = Parts::new(text.as_str());
    let view = View { parts: &parts, path: &path, schema: &schema, known: Some(&known) };
    let items = completions(&view, text.find("  \n  cluster").unwrap() + 2, &list).items;
    let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
    assert!(labels.contains(&"name") && labels.contains(&"observability"), "{labels:?}");
    assert!(!labels.contains(&"profile") && !labels.contains(&"cluster") && !labels.contains(&"storage"), "{labels:?}");
}

/// What is offered at the mark that takes the place of a piece of the demonstration, of which all is known.
fn offered_in_demo(piece: &str, marked: &str) -> BTreeSet<String> {
    let home = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let path = home.join("environments/demo.ncl");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(piece));
    let marked = text.replacen(piece, marked, 1);
    let (offset, text) = (marked.find('‸').unwrap(), marked.replace('‸', ""));
    let member = Compiler::new().examine(&Disk, Entry::file(FilePath::new("environments/demo.ncl"), home));
    let known = Known { members: vec![Arc::new(member)], ..Known::default() };
    let (schema, parts) = (Schema::embedded(), Parts::new(text));
    let view = View { parts: &parts, path: &path, schema: &schema, known: Some(&known) };
    completions(&view, offset, &list).items.into_iter().map(|item| item.label).collect()
}

#[test]
fn patches_are_offered_the_objects_that_are_compiled() {
    let kinds = offered_in_demo("  profile = ", "  patches = { ‸ },\n  profile = ");
    assert!(kinds.contains("Deployment") && kinds.contains("ConfigMap"), "{kinds:?}");
    let names = offered_in_demo("  profile = ", "  patches.Deployment.‸\n  profile = ");
    assert!(names.contains("agentos-federation"), "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("agentos-")), "{names:?}");
}
