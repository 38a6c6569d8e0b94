//! Folders as open file descriptors.

use super::trust::{Doubt, Facts, Part, doubt};
use super::{Access, Item, Missing, Obstacle};
use rustix::fs::{self, AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A folder need not be readable to lead to others; macOS has no flag for that.
#[cfg(target_os = "linux")]
const WAY: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const WAY: OFlags = OFlags::RDONLY;

/// How many links may lead to a folder, as for the system itself.
const MOST_LINKS: usize = 40;

/// An open folder.
pub(in crate::commands) struct Directory {
    handle: OwnedFd,
}

/// Opens a folder if neither it nor any on the way to it lets others put anything there. Links on the way are followed if
/// they are the user's own, or root's.
pub(in crate::commands) fn believed(path: &Path, missing: Missing) -> Result<Directory, Obstacle> {
    let path = std::path::absolute(path).map_err(Obstacle::Failed)?;
    let mut due = Names(Vec::new());
    due.put_before(&path);
    let mut way = Way::start(missing)?;
    let mut links = 0;
    while let Some(name) = due.0.pop() {
        if let Some(target) = way.step(&name)? {
            links += 1;
            if links > MOST_LINKS {
                return Err(Obstacle::Failed(Errno::LOOP.into()));
            }
            if target.is_absolute() {
                way = Way::start(missing)?;
            }
            due.put_before(&target);
        }
    }
    Ok(Directory { handle: way.here })
}

/// Opens a folder that the user named, be it by a link.
pub(in crate::commands) fn open_folder(path: &Path) -> io::Result<Directory> {
    Ok(Directory { handle: fs::openat(CWD, path, WAY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())? })
}

/// Opens a regular file to be read, if there is one and no link to it.
pub(in crate::commands) fn open_regular(path: &Path) -> io::Result<File> {
    open_at(CWD, path.as_os_str(), OFlags::RDONLY).map(|(file, _)| file)
}

/// Names that are to be gone through, the next one last.
struct Names(Vec<OsString>);

impl Names {
    /// Those of a path come first, then what there is already.
    fn put_before(&mut self, path: &Path) {
        let names = path.components().rev().filter_map(|component| match component {
            Component::Normal(_) | Component::ParentDir => Some(component.as_os_str().to_owned()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
        });
        self.0.extend(names);
    }
}

/// The folders from the root to here, all of them believed.
struct Way {
    here: OwnedFd,
    path: PathBuf,
    missing: Missing,
}

impl Way {
    fn start(missing: Missing) -> Result<Way, Obstacle> {
        let path = PathBuf::from("/");
        let here = open_way(CWD, path.as_os_str()).map_err(failed)?;
        judge(Part::Way, &facts_of(&here)?, &path)?;
        Ok(Way { here, path, missing })
    }

    /// Goes on to a folder, or says where the link of that name leads.
    fn step(&mut self, name: &OsStr) -> Result<Option<PathBuf>, Obstacle> {
        let path = self.path.join(name);
        match open_or_make(&self.here, name, self.missing) {
            Ok(folder) => {
                self.path = if name == ".." { parent(&self.path) } else { path };
                judge(Part::Way, &facts_of(&folder)?, &self.path)?;
                self.here = folder;
                Ok(None)
            }
            // Linux says the one of a link, macOS the other.
            Err(error @ (Errno::NOTDIR | Errno::LOOP)) => {
                let there = facts(&fs::statat(&self.here, name, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?);
                if there.kind != FileType::Symlink {
                    return Err(failed(error));
                }
                judge(Part::Link, &there, &path)?;
                let target = fs::readlinkat(&self.here, name, Vec::new()).map_err(failed)?;
                Ok(Some(PathBuf::from(OsString::from_vec(target.into_bytes()))))
            }
            Err(Errno::NOENT) => Err(Obstacle::Missing),
            Err(error) => Err(failed(error)),
        }
    }
}

impl Directory {
    /// Opens a folder of entries in this one, which is at `path`, if others can't put anything there.
    pub(in crate::commands) fn below(&self, name: &str, path: &Path, missing: Missing) -> Result<Directory, Obstacle> {
        let path = path.join(name);
        let handle = open_or_make(&self.handle, OsStr::new(name), missing).map_err(|error| match error {
            Errno::NOENT => Obstacle::Missing,
            Errno::NOTDIR | Errno::LOOP => unbelieved(&path, Doubt::Kind),
            other => failed(other),
        })?;
        judge(Part::Folder, &facts_of(&handle)?, &path)?;
        Ok(Directory { handle })
    }

    /// Opens a folder in this one, of any owner.
    pub(in crate::commands) fn folder(&self, name: &OsStr) -> io::Result<Directory> {
        Ok(Directory { handle: open_way(self.handle.as_fd(), name)? })
    }

    /// Opens a regular file to be read, of any owner.
    pub(in crate::commands) fn regular(&self, name: &OsStr) -> io::Result<File> {
        open_at(self.handle.as_fd(), name, OFlags::RDONLY).map(|(file, _)| file)
    }

    /// Opens a file, if others can't have written it.
    pub(in crate::commands) fn file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let flags = match access {
            Access::Read => OFlags::RDONLY,
            Access::Append => OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE,
            Access::New => OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
        };
        let (file, facts) = open_at(self.handle.as_fd(), name, flags)?;
        match doubt(Part::File, &facts, user()) {
            None => Ok(file),
            Some(_) => Err(io::ErrorKind::PermissionDenied.into()),
        }
    }

    /// What is in the folder; what goes away meanwhile is left out.
    pub(in crate::commands) fn items(&self) -> io::Result<Vec<Item>> {
        let items = self.names()?.into_iter().filter_map(|name| {
            let stat = fs::statat(&self.handle, &name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            let is_file = facts(&stat).kind == FileType::RegularFile;
            let length = u64::try_from(stat.st_size).unwrap_or_default();
            Some(Item { name, is_file, length, modified: modified(&stat) })
        });
        Ok(items.collect())
    }

    /// The names of what is in the folder, in the order of the file system.
    pub(in crate::commands) fn names(&self) -> io::Result<Vec<OsString>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut names = Vec::new();
        for item in Dir::new(fs::openat(&self.handle, ".", flags, Mode::empty())?)? {
            let item = item?;
            let name = item.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.push(OsStr::from_bytes(name).to_owned());
            }
        }
        Ok(names)
    }

    /// Moves a file to a folder, in the place of what has that name there now.
    pub(in crate::commands) fn rename(&self, from: &OsStr, into: &Directory, to: &OsStr) -> io::Result<()> {
        Ok(fs::renameat(&self.handle, from, &into.handle, to)?)
    }

    /// Removes what is no folder.
    pub(in crate::commands) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::unlinkat(&self.handle, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(in crate::commands) fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::unlinkat(&self.handle, name, AtFlags::REMOVEDIR)?)
    }
}

fn open_way(folder: BorrowedFd<'_>, name: &OsStr) -> rustix::io::Result<OwnedFd> {
    fs::openat(folder, name, WAY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
}

fn open_or_make(folder: &OwnedFd, name: &OsStr, missing: Missing) -> rustix::io::Result<OwnedFd> {
    match open_way(folder.as_fd(), name) {
        Err(Errno::NOENT) if missing == Missing::Make => match fs::mkdirat(folder, name, Mode::RWXU) {
            // Another run may have been the first.
            Ok(()) | Err(Errno::EXIST) => open_way(folder.as_fd(), name),
            Err(error) => Err(error),
        },
        opened => opened,
    }
}

/// Opens a regular file, without waiting and without following a link. What else is opened is closed unread.
fn open_at(folder: BorrowedFd<'_>, name: &OsStr, flags: OFlags) -> io::Result<(File, Facts)> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = fs::openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?;
    let facts = facts(&fs::fstat(&file)?);
    if facts.kind != FileType::RegularFile {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok((File::from(file), facts))
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn judge(part: Part, facts: &Facts, path: &Path) -> Result<(), Obstacle> {
    doubt(part, facts, user()).map_or(Ok(()), |doubt| Err(unbelieved(path, doubt)))
}

fn unbelieved(path: &Path, doubt: Doubt) -> Obstacle {
    Obstacle::Doubt(format!("`{}` {doubt}", path.display()))
}

fn failed(error: Errno) -> Obstacle {
    Obstacle::Failed(error.into())
}

fn facts_of(handle: &OwnedFd) -> Result<Facts, Obstacle> {
    fs::fstat(handle).map(|stat| facts(&stat)).map_err(failed)
}

fn facts(stat: &Stat) -> Facts {
    Facts {
        kind: FileType::from_raw_mode(stat.st_mode),
        owner: stat.st_uid,
        mode: Mode::from_raw_mode(stat.st_mode),
        sole: stat.st_nlink == 1,
    }
}

fn modified(stat: &Stat) -> SystemTime {
    let seconds = u64::try_from(stat.st_mtime).unwrap_or_default();
    let nanoseconds = u32::try_from(stat.st_mtime_nsec).unwrap_or_default();
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds)).unwrap_or(SystemTime::UNIX_EPOCH)
}
