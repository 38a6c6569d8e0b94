//! Arguments → the environments that they name: files as they are, folders by what is in them.

use super::entry;
use crate::source::{Entry, Origin, display};
use crate::{Outcome, words};
use anyhow::{Context, Result};
use ignore::WalkBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files that arguments name, sorted by path, each once however often it is named; of those in folders it is not yet
/// known which are environments.
pub(super) fn entries(arguments: &[PathBuf]) -> Result<Vec<Entry>> {
    let here = std::env::current_dir().context("the current folder can't be read")?;
    let arguments: BTreeSet<&PathBuf> = arguments.iter().collect();
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = arguments.into_iter().partition(|path| is_folder(path));
    let mut found = BTreeMap::new();
    // Files first: one that is named keeps the name that the user gave it, and is an environment whatever it says.
    for file in files {
        let entry = entry(file)?;
        found.insert(entry.path.clone(), entry);
    }
    for folder in folders {
        for entry in candidates_below(folder, &here)? {
            found.entry(entry.path.clone()).or_insert(entry);
        }
    }
    Ok(found.into_values().collect())
}

fn is_folder(argument: &Path) -> bool {
    argument.as_os_str() != "-" && argument.is_dir()
}

/// The files of a folder that may be environments: only their texts say which ones are.
fn candidates_below(folder: &Path, here: &Path) -> Result<Vec<Entry>> {
    let files = files_below(folder, &["ncl"])?;
    let folder = display(folder);
    anyhow::ensure!(!files.is_empty(), "`{folder}` has no environment: there is no `.ncl` file in it");
    let found = |path: PathBuf| Entry::file(&path, here).wanted_by(Origin::Found { folder: folder.clone() });
    Ok(files.into_iter().map(found).collect())
}

/// Refuses folders in which nothing turned out to be an environment: a check that checks nothing must not pass.
pub(super) fn ensure_environments(wanted: &BTreeSet<String>, compiled: &[(Entry, Outcome)]) -> Result<()> {
    let environments = compiled.iter().filter(|(_, outcome)| !outcome.is_module());
    let with: BTreeSet<&String> = environments.filter_map(|(entry, _)| folder_of(entry)).collect();
    if let Some(without) = wanted.iter().find(|folder| !with.contains(folder)) {
        anyhow::bail!(
            "`{without}` has no environment: each `.ncl` file in it is imported by another, does not reach \
             `agentos/lib.ncl`, or is no record; a file that is named is taken for one in any case"
        );
    }
    Ok(())
}

/// The folder that an entry was found in.
pub(super) fn folder_of(entry: &Entry) -> Option<&String> {
    match &entry.origin {
        Origin::Found { folder } | Origin::Presumed { folder } => Some(folder),
        Origin::Named | Origin::Peer => None,
    }
}

/// The files of a folder and those below it whose names end so. Hidden ones and what `.gitignore` names are passed over, with or
/// without a repository around them; links are not followed, and nothing of the user's own Git configuration counts, so
/// that the answer is the same on every machine.
pub(super) fn files_below(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut walk = WalkBuilder::new(folder);
    walk.follow_links(false).require_git(false).git_global(false).git_exclude(false).ignore(false);
    let mut files = Vec::new();
    for found in walk.build() {
        let found = found.map_err(|error| unsearchable(folder, &error))?;
        let is_wanted =
            found.path().extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension));
        if is_wanted && found.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(found.into_path());
        }
    }
    Ok(files)
}

/// Why a folder, or one below it, can't be searched.
fn unsearchable(folder: &Path, error: &ignore::Error) -> anyhow::Error {
    match error {
        ignore::Error::WithPath { path, err } => unsearchable(path, err),
        ignore::Error::WithDepth { err, .. } => unsearchable(folder, err),
        other => {
            let why = other.io_error().map_or_else(|| format!("the search says: {other}"), words::file);
            anyhow::anyhow!("`{}` can't be searched: {why}", display(folder))
        }
    }
}
