//! Folders on the disk: written file by file, each atomically, or compared with what is there.

use super::{Status, eprint_all, print_all};
use crate::emit::folder::{File, HEADER};
use anyhow::{Context, Result};
use similar::TextDiff;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder with the files that belong into it.
type Folder = (PathBuf, Vec<File>);

/// Refuses two environments with one name: the second would take the first one's folder.
pub(super) fn distinct(folders: &[Folder]) -> Result<()> {
    for (index, (path, _)) in folders.iter().enumerate() {
        let taken = folders.iter().take(index).any(|(other, _)| other == path);
        anyhow::ensure!(!taken, "two environments have the name of the folder `{}`", path.display());
    }
    Ok(())
}

/// Writes the folders. A file that is as it should be is left alone; one that we did not write is never touched.
pub(super) fn write(folders: &[Folder]) -> Result<Status> {
    for (path, files) in folders {
        for file in files {
            refuse_foreign(&path.join(file.name))?;
        }
    }
    for (path, files) in folders {
        std::fs::create_dir_all(path).with_context(|| format!("the folder `{}` can't be made", path.display()))?;
        for file in files {
            write_file(&path.join(file.name), &file.text)?;
        }
    }
    Ok(Status::Clean)
}

/// Prints how the folders differ from what is on the disk.
pub(super) fn compare(folders: &[Folder]) -> Result<Status> {
    let mut stale = 0;
    for (path, files) in folders {
        for file in files {
            let target = path.join(file.name);
            let there = match std::fs::read_to_string(&target) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(error).with_context(|| format!("`{}` can't be read", target.display())),
            };
            if there != file.text {
                stale += 1;
                let name = crate::source::display(&target);
                let diff = TextDiff::from_lines(&there, &file.text);
                print_all(
                    &diff.unified_diff().context_radius(3).header(&name, &format!("{name} (compiled)")).to_string(),
                )?;
            }
        }
    }
    if stale == 0 {
        return Ok(Status::Clean);
    }
    eprint_all(&format!(
        "{stale} file{} out of date; build again without --check\n",
        if stale == 1 { " is" } else { "s are" }
    ))?;
    Ok(Status::Findings)
}

/// Writes a file so that readers see the old text or the new one, never a part.
pub(super) fn write_file(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let failed = || format!("`{}` can't be written", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.prefix(".agentos-cfg-").tempfile_in(folder).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.persist(path).map_err(|error| error.error).with_context(failed)?;
    Ok(())
}

fn refuse_foreign(path: &Path) -> Result<()> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            anyhow::ensure!(
                text.starts_with(HEADER),
                "`{}` was not written by agentos-cfg; move it away or choose another folder",
                path.display()
            );
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("`{}` can't be read", path.display())),
    }
}
