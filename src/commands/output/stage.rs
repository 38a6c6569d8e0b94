//! Folders as they will be, complete and on the disk, beside the places where they belong.

use super::inspect::{self, Plan};
use crate::commands::directory::{Directory, open_folder};
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How the names of staging folders begin. The environments' own folders have names of DNS, which never start so.
const PREFIX: &str = ".agentos-cfg-build-";

/// A folder below the target in which folders are made ready. It goes away with this value, but never with anything in
/// it that is not ours.
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Makes an empty one.
    pub(super) fn new(directory: &Path) -> Result<Staging> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(directory)
            // The error of `tempfile` names a path of its own making; what went wrong is enough.
            .map_err(|error| std::io::Error::from(error.kind()))
            .with_context(|| format!("the folder `{}` can't be written to", directory.display()))?;
        // Kept, because the removal that comes with it would not ask whose files it removes.
        Ok(Staging { path: folder.keep() })
    }

    /// Where a folder is made ready.
    pub(super) fn folder(&self, plan: &Plan<'_>) -> PathBuf {
        self.path.join(plan.folder.name)
    }

    /// Writes all files of a folder, through to the disk: a file that is renamed before it is there could be empty
    /// after a power cut.
    pub(super) fn write(&self, plan: &Plan<'_>) -> Result<()> {
        let folder = self.folder(plan);
        std::fs::create_dir(&folder)
            .with_context(|| format!("the folder `{}` can't be written", plan.path.display()))?;
        for file in plan.folder.files() {
            write_through(&folder.join(file.name), &file.text)
                .with_context(|| format!("`{}` can't be written", plan.path.join(file.name).display()))?;
        }
        sync_folder(&folder);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if let (Some(directory), Some(name)) = (self.path.parent(), self.path.file_name()) {
            let _ = open_folder(directory).map(|directory| discard(&directory, name));
        }
    }
}

/// Removes what killed builds have left below the target. What can't be removed is in nobody's way.
pub(super) fn sweep(directory: &Path) {
    let Ok(directory) = open_folder(directory) else { return };
    for name in directory.names().unwrap_or_default() {
        if name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            discard(&directory, &name);
        }
    }
}

/// Removes a staging folder, but only what is ours: should anything else have got there, it stays where it is. Links are
/// not followed: where others can write to the target, they may have put one there.
fn discard(directory: &Directory, staging: &OsStr) {
    let Ok(folder) = directory.folder(staging) else { return };
    for name in folder.names().unwrap_or_default() {
        if let Ok(environment) = folder.folder(&name) {
            empty(&environment);
            // One in which something has stayed stays as well, for the next build to try again.
            let _ = folder.remove_folder(&name);
        }
    }
    let _ = directory.remove_folder(staging);
}

/// Removes the files that this program wrote in a folder.
fn empty(folder: &Directory) {
    for name in folder.names().unwrap_or_default() {
        if folder.regular(&name).is_ok_and(|file| inspect::is_generated_in_part(&file)) {
            let _ = folder.remove_file(&name);
        }
    }
}

fn write_through(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Has the names in a folder reach the disk, where the system can be asked for that. It is about power cuts alone, and
/// some file systems refuse it.
pub(super) fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}
