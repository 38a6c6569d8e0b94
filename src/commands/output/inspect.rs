//! What differs between a folder and what belongs there. Reads, and never writes.

use super::Folder;
use crate::commands::directory::open_regular;
use crate::emit::folder::{File, HEADER};
use anyhow::{Context, Result};
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// One thing to do in a folder.
pub(super) enum Change {
    /// The file is missing.
    Add(&'static str),
    /// The file has another text.
    Rewrite(&'static str),
    /// The file was written by an earlier build and belongs there no more.
    Remove(OsString),
}

impl Change {
    /// The name of the file, without a folder.
    pub(super) fn name(&self) -> &OsStr {
        match self {
            Change::Add(name) | Change::Rewrite(name) => OsStr::new(name),
            Change::Remove(name) => name,
        }
    }
}

/// What there is of a folder, and what has to be done to it.
pub(super) struct Plan<'a> {
    /// What belongs there.
    pub folder: &'a Folder<'a>,
    /// Its path.
    pub path: PathBuf,
    /// What is there now.
    pub there: There,
    /// What to do; nothing where all is as it should be.
    pub changes: Vec<Change>,
}

/// What is at the path of a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    /// Nothing.
    Nothing,
    /// A folder with files of ours, or empty.
    Ours,
    /// A folder in which something is not ours.
    Shared,
}

/// Looks at an environment's folder. It is an error if something is in the way that must not be written to.
pub(super) fn inspect<'a>(directory: &Path, folder: &'a Folder<'a>) -> Result<Plan<'a>> {
    let (path, files) = (directory.join(folder.name), folder.files());
    let mut plan = Plan { folder, path, there: There::Nothing, changes: Vec::new() };
    let Some(metadata) = metadata(&plan.path)? else {
        plan.changes = files.iter().map(|file| Change::Add(file.name)).collect();
        return Ok(plan);
    };
    refuse_link(&plan.path, &metadata)?;
    anyhow::ensure!(metadata.is_dir(), "`{}` is there, but is not a folder", plan.path.display());
    for file in &files {
        plan.changes.extend(change(&plan.path, file)?);
    }
    let (stale, foreign) = others(&plan.path, &files)?;
    plan.changes.extend(stale.into_iter().map(Change::Remove));
    plan.there = if foreign { There::Shared } else { There::Ours };
    Ok(plan)
}

/// Whether a file begins as all do that this program writes. One that can't be read is none of ours.
pub(super) fn is_generated(path: &Path) -> bool {
    let head = open_regular(path).ok().and_then(|file| head(&file));
    head.is_some_and(|head| head == HEADER.as_bytes())
}

/// Whether a file is one of ours that a killed build may not have finished.
pub(super) fn is_generated_in_part(file: &std::fs::File) -> bool {
    head(file).is_some_and(|head| HEADER.as_bytes().starts_with(&head))
}

/// As many bytes of a file as the header has, or fewer where it is shorter.
fn head(file: &std::fs::File) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    file.take(HEADER.len() as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// What has to be done so that a file is as it should be.
fn change(folder: &Path, file: &File) -> Result<Option<Change>> {
    let path = folder.join(file.name);
    let Some(metadata) = metadata(&path)? else { return Ok(Some(Change::Add(file.name))) };
    refuse_link(&path, &metadata)?;
    anyhow::ensure!(metadata.is_file(), "`{}` is there, but is not a file", path.display());
    let there = read(&path)?;
    anyhow::ensure!(
        there.starts_with(HEADER.as_bytes()),
        "`{}` was not written by agentos-cfg; move it away or choose another folder",
        path.display()
    );
    Ok((there != file.text.as_bytes()).then_some(Change::Rewrite(file.name)))
}

/// What else is in a folder: the names of files that an earlier build wrote, and whether there is anything foreign.
fn others(folder: &Path, files: &[File]) -> Result<(Vec<OsString>, bool)> {
    let mut stale = Vec::new();
    let mut foreign = false;
    for name in names(folder).with_context(|| format!("the folder `{}` can't be read", folder.display()))? {
        if files.iter().any(|file| OsStr::new(file.name) == name) {
            continue;
        }
        if is_generated(&folder.join(&name)) {
            stale.push(name);
        } else {
            foreign = true;
        }
    }
    Ok((stale, foreign))
}

/// The names of what is in a folder, sorted: the order in which a file system lists them is its own.
pub(super) fn names(folder: &Path) -> std::io::Result<Vec<OsString>> {
    let mut names: Vec<OsString> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
    names.sort();
    Ok(names)
}

/// The bytes of a regular file. Another process may have put a link or a pipe in its place since it was looked at.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_regular(path).and_then(|mut file| file.read_to_end(&mut bytes));
    file.map(|_| bytes).with_context(|| format!("`{}` can't be read", path.display()))
}

/// What is at a path, links not followed; none where nothing is.
fn metadata(path: &Path) -> Result<Option<Metadata>> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("`{}` can't be read", path.display())),
    }
}

/// Refuses a symbolic link, if there is one.
pub(super) fn refuse_link_at(path: &Path) -> Result<()> {
    metadata(path)?.map_or(Ok(()), |metadata| refuse_link(path, &metadata))
}

/// Refuses a symbolic link: what is behind it may belong to anyone.
fn refuse_link(path: &Path, metadata: &Metadata) -> Result<()> {
    anyhow::ensure!(
        !metadata.is_symlink(),
        "`{}` is a symbolic link, and what it leads to would be overwritten; remove it or choose another folder",
        path.display()
    );
    Ok(())
}
