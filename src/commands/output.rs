//! Folders on the disk: each replaced as one, or compared with what is there.
//!
//! Invariants: of an environment's folder there is, whenever this process is killed, what was there before or what
//! belongs there now; and a file that this program did not write is neither changed nor lost. They hold folder by
//! folder. Before the first folder is changed all of them have been looked at, and all that goes into them is written
//! and on the disk, so that a foreign file or a full disk changes nothing at all.
//!
//! - `inspect` finds out what differs, and refuses what must not be written to.
//! - `stage` writes whole folders beside the places where they belong.
//! - `replace` puts a staged folder in its place.
//! - `lock` lets one build at a time into the target.
//! - `versions` tells folders that another version of this program wrote.

mod inspect;
mod lock;
mod replace;
mod stage;
mod versions;

use super::{Status, eprint_all, print_all};
use crate::compile::Text;
use crate::emit::folder::{self, File};
use crate::source::{Disk, World};
use crate::{characters, redact};
use anyhow::{Context, Result};
use inspect::{Change, Plan};
pub(super) use replace::exchange;
use similar::TextDiff;
use stage::Staging;
use std::collections::BTreeSet;
use std::fs::Permissions;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// How long a build waits for another one that writes below the same folder.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a patch says where there is no file.
const NO_FILE: &str = "/dev/null";

/// An environment's folder: its name below the target, and what belongs into it.
pub(super) struct Folder<'a> {
    /// The name of the environment.
    pub name: &'a str,
    /// Its manifests. Those of a fleet are not all at hand as texts at once.
    pub manifests: &'a Text,
}

impl Folder<'_> {
    /// The files, in the order in which they may be replaced one after the other.
    fn files(&self) -> Vec<File> {
        folder::files(&self.manifests.read())
    }

    /// The text of a file.
    fn text(&self, name: &str) -> String {
        self.files().into_iter().find(|file| file.name == name).map_or_else(String::new, |file| file.text)
    }
}

/// Refuses two environments with one name: the second would take the first one's folder.
pub(super) fn distinct(directory: &Path, folders: &[Folder<'_>]) -> Result<()> {
    let mut names = BTreeSet::new();
    for Folder { name, .. } in folders {
        anyhow::ensure!(
            names.insert(name),
            "two environments have the name of the folder `{}`",
            directory.join(name).display()
        );
    }
    Ok(())
}

/// Brings the folders below `directory` up to date. One that is as it should be is left alone.
pub(super) fn write(directory: &Path, folders: &[Folder<'_>]) -> Result<Status> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("the folder `{}` can't be made", directory.display()))?;
    let lock = lock::acquire(directory, PATIENCE)?;
    let plans = inspect_all(directory, folders)?;
    if lock.is_some() {
        // Whoever else stages folders here holds the lock, so these are of builds that were killed.
        stage::sweep(directory);
    }
    let due: Vec<&Plan> = plans.iter().filter(|plan| !plan.changes.is_empty()).collect();
    if due.is_empty() {
        return Ok(Status::Clean);
    }
    let staging = Staging::new(directory)?;
    for plan in &due {
        staging.write(plan)?;
    }
    for plan in &due {
        replace::replace(plan, &staging)?;
    }
    Ok(Status::Clean)
}

/// Prints how the folders differ from what is on the disk, as patches.
pub(super) fn compare(directory: &Path, folders: &[Folder<'_>]) -> Result<Status> {
    let plans = inspect_all(directory, folders)?;
    let changes = || plans.iter().flat_map(|plan| plan.changes.iter().map(move |change| (plan, change)));
    let differences = changes().count();
    if differences == 0 {
        return Ok(Status::Clean);
    }
    for (plan, change) in changes() {
        print_all(&characters::printable(&difference(plan, change)?))?;
    }
    eprint_all(&versions::others(&plans))?;
    eprint_all(&format!(
        "{differences} file{} out of date; build again without --check\n",
        if differences == 1 { " is" } else { "s are" }
    ))?;
    Ok(Status::Findings)
}

fn inspect_all<'a>(directory: &Path, folders: &'a [Folder<'a>]) -> Result<Vec<Plan<'a>>> {
    folders.iter().map(|folder| inspect::inspect(directory, folder)).collect()
}

fn difference(plan: &Plan<'_>, change: &Change) -> Result<String> {
    let path = plan.path.join(change.name());
    let name = crate::source::display(&path);
    let there = || -> Result<String> { Ok(String::from_utf8_lossy(&inspect::read(&path)?).into_owned()) };
    let (old, new) = (name.clone(), format!("{name} (compiled)"));
    Ok(match change {
        Change::Add(file) => patch("", &plan.folder.text(file), NO_FILE, &new),
        Change::Rewrite(file) => patch(&there()?, &plan.folder.text(file), &old, &new),
        Change::Remove(_) => patch(&there()?, "", &old, NO_FILE),
    })
}

/// How one text differs from another, as a patch.
pub(super) fn patch(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(old_name, new_name).to_string()
}

/// Prints how a text that a user wrote is changed, without the credentials in it.
pub(super) fn print_patch([old, new]: [&str; 2], name: &str, done: &str, secrets: &BTreeSet<String>) -> Result<()> {
    let [old, new] = [old, new].map(|text| redact::known(text, secrets));
    print_all(&characters::printable(&patch(&old, &new, name, &format!("{name} ({done})"))))
}

/// Writes a file below a folder, with the folders that lead there. Links among these are refused; `directory` is as the
/// user wants it.
pub(super) fn write_below(directory: &Path, name: &str, text: &str) -> Result<()> {
    let failed = |folder: &Path| format!("the folder `{}` can't be made", folder.display());
    std::fs::create_dir_all(directory).with_context(|| failed(directory))?;
    let path = directory.join(name);
    let folders: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| *folder != directory).collect();
    for folder in folders.into_iter().rev() {
        inspect::refuse_link_at(folder)?;
        std::fs::create_dir_all(folder).with_context(|| failed(folder))?;
    }
    write_file(&path, text)
}

/// Writes a file so that readers see the old text or the new one, never a part.
pub(super) fn write_file(path: &Path, text: &str) -> Result<()> {
    if inspect::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    put(path, text, None)
}

/// Puts a text in the place of another that the user wrote, likewise; the file keeps its permissions. What is not a file
/// that the user can write to, or has another text by now, is refused.
pub(super) fn rewrite_file(path: &Path, name: &str, old: &str, new: &str) -> Result<()> {
    let metadata = std::fs::symlink_metadata(path).with_context(|| format!("`{name}` can't be read"))?;
    anyhow::ensure!(
        !metadata.is_symlink(),
        "`{name}` is a symbolic link, and a file would take its place; name the file that it leads to"
    );
    anyhow::ensure!(!metadata.permissions().readonly(), "`{name}` is read-only");
    anyhow::ensure!(
        inspect::read(path)? == old.as_bytes(),
        "`{name}` was changed meanwhile, and was not written; run the command again"
    );
    put(path, new, Some(metadata.permissions()))
}

/// The same of the file behind a symbolic link, and the link stays.
pub(super) fn rewrite_behind(path: &Path, name: &str, old: &str, new: &str) -> Result<()> {
    rewrite_file(&Disk.canonical(path).unwrap_or_else(|_| path.to_owned()), name, old, new)
}

/// Puts a file in its place, in one step; without permissions it has those of a new file.
fn put(path: &Path, text: &str, permissions: Option<Permissions>) -> Result<()> {
    let failed = || format!("`{}` can't be written", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.prefix(".agentos-cfg-").tempfile_in(folder).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions).with_context(failed)?;
    }
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).map_err(|error| error.error).with_context(failed)?;
    Ok(())
}
