//! A rename leaves environments as sound as before, and is undone by its opposite.

use super::{FOLDER, Workspace};
use crate::compile::Compiler;
use crate::language_server::Texts;
use crate::language_server::cursor::Parts;
use crate::language_server::features::rename::{Edits, prepare, rename};
use crate::policy::Policy;
use crate::source::Entry;
use std::path::{Path, PathBuf};

fn applied(files: &[(PathBuf, String)], edits: &Edits) -> Vec<(PathBuf, String)> {
    let mut files = files.to_vec();
    for (path, edits) in edits {
        let (_, text) = files.iter_mut().find(|(known, _)| known == path).unwrap();
        for (range, new) in edits.iter().rev() {
            text.replace_range(range.clone(), new);
        }
    }
    files
}

/// What `check` finds in the environments among some files: the codes.
fn findings(files: &[(PathBuf, String)]) -> Vec<String> {
    let mut texts = Texts::default();
    for (path, text) in files {
        texts.open(format!("file://{}", path.display()), 1, text.clone(), Path::new(FOLDER));
    }
    let environments = files.iter().filter(|(_, text)| text.contains("| agentos.Environment"));
    let entries = environments.map(|(path, _)| Entry::file(path, Path::new(FOLDER))).collect();
    let outcomes = Compiler::new().compile_all(&texts, entries, &Policy::default());
    outcomes.into_iter().flat_map(|(_, outcome)| outcome.findings).map(|it| it.code.0.to_owned()).collect()
}

fn reopened(files: &[(PathBuf, String)], path: &Path, offset: usize) -> Workspace {
    let named: Vec<(String, String)> = files
        .iter()
        .map(|(known, text)| {
            let mut text = text.clone();
            if known == path {
                text.insert(offset, '‸');
            }
            (known.strip_prefix(FOLDER).unwrap().to_str().unwrap().to_owned(), text)
        })
        .collect();
    Workspace::new(named.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// Renames there and back, and gives how many places were edited.
fn there_and_back(folder: &str, marked: (&str, &str), new: &str) -> usize {
    let workspace = Workspace::shipped(folder, Some(marked));
    let before = findings(&workspace.files);
    let (view, offset) = workspace.marked();
    let (range, old) = prepare(&view, offset).unwrap();
    let edits = rename(&view, offset, new).unwrap();
    let renamed = applied(&workspace.files, &edits);
    assert_eq!(findings(&renamed), before);
    let is_left = |(_, text): &(PathBuf, String)| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        text.split(|c| !is_word(c)).any(|word| word == old)
    };
    assert!(!renamed.iter().any(is_left), "{old} is left");
    // The mark is in the same line, before the end of the name.
    let own = edits[view.path].iter().take_while(|(edit, _)| edit.start < range.start).count();
    let start = range.start + own * new.len() - own * old.len();
    let again = reopened(&renamed, view.path, start);
    let (view, offset) = again.marked();
    let back = rename(&view, offset, &old).unwrap();
    assert_eq!(applied(&again.files, &back), workspace.files);
    edits.values().map(Vec::len).sum()
}

#[test]
fn a_rename_reaches_all_files_and_can_be_undone() {
    assert_eq!(there_and_back("prod", ("common.ncl", "tnt‸_bolt"), "tnt_nut"), 3);
    assert_eq!(there_and_back("prod", ("us.ncl", "tnt_bolt‸"), "tnt_a_much_longer_name"), 3);
    assert_eq!(there_and_back("prod", ("common.ncl", "‸tnt_acme"), "tnt_a"), 1);
    assert_eq!(there_and_back("prod", ("eu.ncl", "stack = \"stk‸_prod_eu"), "stk_europe"), 3);
    assert_eq!(there_and_back("prod", ("us.ncl", "network.peers.stk_prod‸_eu"), "stk_e"), 3);
    assert_eq!(there_and_back("two-node", ("node-a.ncl", "peers.stk_local‸_node_b"), "stk_b"), 2);
}

#[test]
fn what_can_not_be_renamed_is_refused_with_a_reason() {
    let refused = |marked: (&str, &str), new: &str| {
        let workspace = Workspace::shipped("prod", Some(marked));
        let (view, offset) = workspace.marked();
        prepare(&view, offset).err().unwrap_or_else(|| rename(&view, offset, new).unwrap_err())
    };
    let mut said = String::new();
    for (marked, new) in [
        (("eu.ncl", "na‸mespace ="), "tnt_x"),
        (("eu.ncl", "AGENTOS_SERVICE‸_TOKEN"), "tnt_x"),
        (("eu.ncl", "\"eu.agentos‸.example"), "tnt_x"),
        (("eu.ncl", "tnt‸_bolt"), "bolt"),
        (("eu.ncl", "tnt‸_bolt"), "tnt_Bolt"),
        (("eu.ncl", "tnt‸_bolt"), "tnt_acme"),
        (("eu.ncl", "tnt‸_bolt"), "stk_bolt"),
        (("eu.ncl", "stk‸_prod_eu"), "stk_prod_us"),
        (("eu.ncl", "stk‸_prod_eu"), "stk_"),
    ] {
        said += &format!("{} → {new}: {}\n", marked.1, refused(marked, new));
    }
    insta::assert_snapshot!("refusals", said);
}

const COMPUTED: &str = "let agentos = import \"agentos/lib.ncl\" in
let id = \"tnt_a\" in
{
  name = \"a\",
  profile = 'Dev,
  storage = 'Ephemeral,
  tenancy = { default = \"tnt_‸a\", tenants.\"%{id}\" = { name = \"A\" } },
  federation.stack = \"stk_a\",
} | agentos.Environment
";

#[test]
fn a_name_that_is_computed_is_renamed_nowhere() {
    let workspace = Workspace::new([("a.ncl", COMPUTED)]);
    let (view, offset) = workspace.marked();
    assert!(view.known.unwrap().members[0].environment.is_some());
    let why = rename(&view, offset, "tnt_b").unwrap_err();
    assert_eq!(why, "`tnt_a` is computed in `/nowhere/a.ncl`, where it can't be edited");
}

#[test]
fn a_tenant_of_another_fleet_is_another_one() {
    let of = |name: &str| {
        format!(
            "let agentos = import \"agentos/lib.ncl\" in {{ name = \"{name}\", profile = 'Dev, storage = 'Ephemeral, \
             tenancy.tenants.tnt_a.name = \"A\", federation.stack = \"stk_{name}\" }} | agentos.Environment"
        )
    };
    let (one, other) = (of("one").replace("tnt_a", "tnt‸_a"), of("other"));
    let workspace = Workspace::new([("one.ncl", one.as_str()), ("other.ncl", &other)]);
    let (view, offset) = workspace.marked();
    let edits = rename(&view, offset, "tnt_b").unwrap();
    assert_eq!(edits.keys().collect::<Vec<_>>(), [view.path]);
}

#[test]
fn a_text_that_is_newer_than_the_analysis_is_not_renamed_by_it() {
    let workspace = Workspace::shipped("prod", Some(("common.ncl", "tnt‸_bolt")));
    let (view, offset) = workspace.marked();
    let newer = format!("{}\n", view.text());
    assert!(rename(&super::View { parts: &Parts::new(newer), ..view }, offset, "tnt_nut").is_err());
}
