//! A staged folder takes its place.
//!
//! Nothing there: it is renamed. One file differs: that file is replaced or removed, which is one step. More than one
//! differs, and all of the folder is ours: old and new are exchanged, which is one step on Linux and macOS. What is left
//! is a folder with foreign files in it, or a system that can't exchange folders: there the files are replaced one
//! after the other, so that a build killed in between leaves some of each, which the next build mends.

use super::inspect::{self, Change, Plan, There};
use super::stage::{Staging, sync_folder};
use super::write_file;
use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::path::Path;

/// Puts a staged folder in its place.
pub(super) fn replace(plan: &Plan<'_>, staging: &Staging) -> Result<()> {
    let staged = staging.folder(plan);
    match plan.there {
        There::Nothing => {
            std::fs::rename(&staged, &plan.path)
                .with_context(|| format!("the folder `{}` can't be made", plan.path.display()))?;
        }
        There::Ours if plan.changes.len() > 1 && exchange(&staged, &plan.path).is_ok() => {
            return_foreign(&staged, &plan.path)?;
        }
        There::Ours | There::Shared => {
            for change in &plan.changes {
                apply(change, &staged, plan)?;
            }
            sync_folder(&plan.path);
        }
    }
    if let Some(directory) = plan.path.parent() {
        sync_folder(directory);
    }
    Ok(())
}

/// Does one thing in a folder, in one step.
fn apply(change: &Change, staged: &Path, plan: &Plan<'_>) -> Result<()> {
    let path = plan.path.join(change.name());
    match change {
        Change::Add(file) | Change::Rewrite(file) => match std::fs::rename(staged.join(file), &path) {
            // The folder is another file system's, mounted there: then the file has to be written inside it.
            Err(error) if error.kind() == ErrorKind::CrossesDevices => write_file(&path, &plan.folder.text(file)),
            other => other.with_context(|| format!("`{}` can't be written", path.display())),
        },
        Change::Remove(_) => {
            std::fs::remove_file(&path).with_context(|| format!("`{}` can't be removed", path.display()))
        }
    }
}

/// Swaps two folders in one step; the new one gets the permissions of the old.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(in crate::commands) fn exchange(staged: &Path, folder: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let permissions = std::fs::metadata(folder)?.permissions();
    if permissions.readonly() {
        // With these the staged folder could not even be removed again.
        return Err(ErrorKind::PermissionDenied.into());
    }
    std::fs::set_permissions(staged, permissions)?;
    Ok(renameat_with(CWD, staged, CWD, folder, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(in crate::commands) fn exchange(_staged: &Path, _folder: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Brings back what someone put into the old folder after it was looked at and before it was exchanged.
fn return_foreign(old: &Path, folder: &Path) -> Result<()> {
    let unread = || format!("the folder `{}` can't be read", old.display());
    for name in inspect::names(old).with_context(unread)? {
        let (from, to) = (old.join(&name), folder.join(&name));
        if !inspect::is_generated(&from) && std::fs::symlink_metadata(&to).is_err() {
            std::fs::rename(&from, &to)
                .with_context(|| format!("`{}` can't be moved to `{}`", from.display(), to.display()))?;
        }
    }
    Ok(())
}
