//! Folders as paths, where the system has nothing better that is used here.

use super::{Access, Item, Missing, Obstacle};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder that was there.
pub(in crate::commands) struct Directory {
    path: PathBuf,
}

/// Finds a folder. Who else can put anything there is not looked at, but for the folder of entries itself.
pub(in crate::commands) fn believed(path: &Path, missing: Missing) -> Result<Directory, Obstacle> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::Make => {
            make(path).map_err(Obstacle::Failed)?;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Obstacle::Missing),
        Err(error) => return Err(Obstacle::Failed(error)),
        Ok(there) if there.is_dir() => {}
        Ok(_) => return Err(Obstacle::Failed(ErrorKind::NotADirectory.into())),
    }
    Ok(Directory { path: path.to_owned() })
}

/// Finds a folder that the user named, be it by a link.
pub(in crate::commands) fn open_folder(path: &Path) -> io::Result<Directory> {
    folder_at(path.to_owned(), &fs::metadata(path)?)
}

fn folder_at(path: PathBuf, there: &Metadata) -> io::Result<Directory> {
    if there.is_dir() { Ok(Directory { path }) } else { Err(ErrorKind::NotADirectory.into()) }
}

/// Opens a regular file to be read, if there is one and no link to it.
pub(in crate::commands) fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    File::open(path)
}

impl Directory {
    /// Finds a folder of entries in this one, which is at `path`, if others can't write to it.
    pub(in crate::commands) fn below(&self, name: &str, path: &Path, missing: Missing) -> Result<Directory, Obstacle> {
        let below = self.path.join(name);
        match fs::symlink_metadata(&below) {
            Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::Make => {
                make(&below).map_err(Obstacle::Failed)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Obstacle::Missing),
            Err(error) => return Err(Obstacle::Failed(error)),
            Ok(there) if there.is_dir() && !is_open_to_others(&there) => {}
            Ok(_) => {
                let path = path.join(name);
                return Err(Obstacle::Doubt(format!(
                    "`{}` is not a folder that you alone can write to",
                    path.display()
                )));
            }
        }
        Ok(Directory { path: below })
    }

    /// Finds a folder in this one.
    pub(in crate::commands) fn folder(&self, name: &OsStr) -> io::Result<Directory> {
        let path = self.path.join(name);
        let there = fs::symlink_metadata(&path)?;
        folder_at(path, &there)
    }

    /// Opens a regular file to be read.
    pub(in crate::commands) fn regular(&self, name: &OsStr) -> io::Result<File> {
        open_regular(&self.path.join(name))
    }

    /// Opens a file.
    pub(in crate::commands) fn file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let path = self.path.join(name);
        let there = fs::symlink_metadata(&path);
        match access {
            Access::New => File::create_new(path),
            Access::Append if there.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) => {
                File::options().create_new(true).append(true).open(path)
            }
            _ if !there?.is_file() => Err(ErrorKind::InvalidInput.into()),
            Access::Append => File::options().append(true).open(path),
            Access::Read => File::open(path),
        }
    }

    /// What is in the folder; what goes away meanwhile is left out.
    pub(in crate::commands) fn items(&self) -> io::Result<Vec<Item>> {
        let items = self.names()?.into_iter().filter_map(|name| {
            let there = fs::symlink_metadata(self.path.join(&name)).ok()?;
            let modified = there.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            Some(Item { name, is_file: there.is_file(), length: there.len(), modified })
        });
        Ok(items.collect())
    }

    /// The names of what is in the folder, in the order of the file system.
    pub(in crate::commands) fn names(&self) -> io::Result<Vec<OsString>> {
        fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    /// Moves a file to a folder, in the place of what has that name there now.
    pub(in crate::commands) fn rename(&self, from: &OsStr, into: &Directory, to: &OsStr) -> io::Result<()> {
        fs::rename(self.path.join(from), into.path.join(to))
    }

    /// Removes what is no folder.
    pub(in crate::commands) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    /// Removes an empty folder.
    pub(in crate::commands) fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_dir(self.path.join(name))
    }
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn is_open_to_others(there: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&there.permissions()) & 0o022 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_there: &Metadata) -> bool {
    false
}
