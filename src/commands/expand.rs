//! Arguments → the environments that they name: files as they are, folders by what is in them.

use super::entry;
use crate::Compiler;
use crate::evaluate::Role;
use crate::source::{Disk, Entry, display};
use anyhow::{Context, Result};
use ignore::WalkBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The environments that arguments name, sorted by path, each once however often it is named.
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
        for entry in environments_below(folder, &here)? {
            found.entry(entry.path.clone()).or_insert(entry);
        }
    }
    Ok(found.into_values().collect())
}

fn is_folder(argument: &Path) -> bool {
    argument.as_os_str() != "-" && argument.is_dir()
}

/// The environments of a folder. What can't be read as Nickel counts as one, so that compiling it says what is wrong:
/// nobody can tell what it was meant to be, and passing over it would hide the fault.
fn environments_below(folder: &Path, here: &Path) -> Result<Vec<Entry>> {
    let files = files_below(folder, &["ncl"])?;
    let count = files.len();
    let entries: Vec<Entry> = files
        .into_iter()
        .map(|path| Entry::file(&path, here))
        .filter(|entry| match Compiler::role(&Disk, entry) {
            Role::Environment | Role::Unreadable => true,
            Role::Module => false,
        })
        .collect();
    let name = display(folder);
    anyhow::ensure!(count > 0, "`{name}` has no environment: there is no `.ncl` file in it");
    anyhow::ensure!(
        !entries.is_empty(),
        "`{name}` has no environment: no `.ncl` file in it ends with `| agentos.Environment`; a file that is named is \
         taken for one in any case"
    );
    Ok(entries)
}

/// The files of a folder and those below it whose names end so. Hidden ones and what `.gitignore` names are passed over, with or
/// without a repository around them; links are not followed, and nothing of the user's own Git configuration counts, so
/// that the answer is the same on every machine.
pub(super) fn files_below(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut walk = WalkBuilder::new(folder);
    walk.follow_links(false).require_git(false).git_global(false).git_exclude(false).ignore(false);
    let mut files = Vec::new();
    for found in walk.build() {
        let found = found.with_context(|| format!("`{}` can't be searched", display(folder)))?;
        let is_wanted =
            found.path().extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension));
        if is_wanted && found.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(found.into_path());
        }
    }
    Ok(files)
}
