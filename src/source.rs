//! Where text comes from: files, standard input, the embedded library.
//!
//! Invariant: this is the only module of the core that may touch a file, and only through a [`World`]; everything
//! after it is a function of what was read.

mod disk;
pub mod git;
mod library;
mod overlay;
mod texts;

pub use library::{LIBRARY, LibraryModule};
pub use overlay::Overlay;
pub(crate) use texts::whole;
pub use texts::{FileId, Place, Relocation, SourceText, Sources, Span};

use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The name under which the library is imported: `import "agentos/lib.ncl"`.
pub const LIBRARY_FOLDER: &str = "agentos";

/// The module of the library that environments import, below that folder.
pub const LIBRARY_DOOR: &str = "lib.ncl";

/// What there is at a path, behind any symbolic links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with a text of its own.
    File,
    /// A folder.
    Folder,
    /// A pipe, a socket or a device: reading it may take for ever, or have effects.
    Special,
}

/// Where a file was when it was judged, and has to be when it is opened: no link may be on the way below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The folder; links on the way to it are followed.
    pub folder: PathBuf,
    /// The way from there to the file.
    pub below: PathBuf,
    /// Whether the file may have other names (hard links), which may be anywhere.
    pub may_be_shared: bool,
}

impl Spot {
    /// The spot of a file that the search of a folder has found: searches follow no links.
    pub fn found(path: &Path) -> Option<Spot> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Spot { folder: folder.to_owned(), below: path.file_name()?.into(), may_be_shared: true })
    }
}

/// What the compiler may see of the machine it runs on. Paths are absolute and have no `.` or `..`.
pub trait World {
    /// The bytes of a file, at most the first `limit`.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// The same of the plain file that `path` leads to by way of a spot. What was opened is judged, so that nothing else
    /// is read, also where another file or folder takes its place in the meantime. A world that does not change has
    /// nothing to judge.
    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        let _ = path;
        self.read(&spot.folder.join(&spot.below), limit)
    }
    /// Whether the file at this path has other names (hard links). A world without them has one name a file.
    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        self.kind(path).map(|_| false)
    }
    /// Whether there is anything at this path.
    fn exists(&self, path: &Path) -> bool;
    /// What there is at this path. A world without folders, pipes and devices has files only.
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        if self.exists(path) { Ok(Kind::File) } else { Err(io::ErrorKind::NotFound.into()) }
    }
    /// The path with all symbolic links followed. A world without them has nothing to follow.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }
}

/// The file system.
pub struct Disk;

impl World for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_at(&self, _path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        disk::read_at(spot, limit)
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        Ok(disk::is_shared(&std::fs::metadata(path)?))
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let metadata = std::fs::metadata(path)?;
        Ok(match (metadata.is_file(), metadata.is_dir()) {
            (true, _) => Kind::File,
            (false, true) => Kind::Folder,
            (false, false) => Kind::Special,
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }
}

/// What to compile.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How the user named it: this is what findings say.
    pub name: String,
    /// Its place, absolute and normal; relative imports start from its folder.
    pub path: PathBuf,
    /// Its text where it does not come from the file, as with standard input.
    pub text: Option<String>,
    /// Who wants it compiled.
    pub origin: Origin,
}

/// Who wants an environment compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user named its file: it is an environment, whatever it says.
    Named,
    /// It was found in this folder, which the user named: it is an environment if it says so, or if it is
    /// [presumed](Origin::Presumed) to be one.
    Found {
        /// How the user named the folder.
        folder: String,
    },
    /// It was found in this folder, does not say that it is an environment, and is taken for one: it imports the
    /// library and no other file imports it, or an environment names it as a peer.
    Presumed {
        /// How the user named the folder.
        folder: String,
    },
    /// An environment names it as a peer: it is looked at, and not compiled.
    Peer,
}

impl Entry {
    /// An entry that is read from the file at `path`, relative to the folder `here`.
    pub fn file(path: &Path, here: &Path) -> Entry {
        Entry { name: display(path), path: normal(&here.join(path)), text: None, origin: Origin::Named }
    }

    /// An entry whose text is at hand, as if it stood in the folder `here`.
    pub fn text(name: &str, text: String, here: &Path) -> Entry {
        Entry { name: name.to_owned(), path: normal(&here.join(name)), text: Some(text), origin: Origin::Named }
    }

    /// The same entry, wanted by somebody else.
    #[must_use]
    pub fn wanted_by(self, origin: Origin) -> Entry {
        Entry { origin, ..self }
    }
}

/// A path as findings show it: with forward slashes and without a leading `./`.
pub fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut shown = text.as_str();
    while let Some(rest) = shown.strip_prefix("./") {
        // The slashes after a dot are one: without this `.//a` would be shown as if it began at the root.
        shown = rest.trim_start_matches('/');
    }
    shown.to_owned()
}

/// The path without `.` and `..`, by its text alone: symbolic links are not followed.
pub fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let poppable = matches!(out.components().next_back(), Some(Component::Normal(_)));
                if poppable {
                    out.pop();
                } else if !out.has_root() {
                    out.push("..");
                }
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_dots_but_never_climb_above_the_root() {
        assert_eq!(normal(Path::new("/a/./b/../c")), PathBuf::from("/a/c"));
        assert_eq!(normal(Path::new("/../a")), PathBuf::from("/a"));
        assert_eq!(normal(Path::new("../a")), PathBuf::from("../a"));
        assert_eq!(normal(Path::new("../../a/..")), PathBuf::from("../.."));
    }

    #[test]
    fn paths_are_shown_without_dots_at_their_beginning() {
        for (path, shown) in [("./a", "a"), ("././a", "a"), (".//a", "a"), ("./.\\.//a", "a"), ("../a", "../a")] {
            assert_eq!(display(Path::new(path)), shown, "{path}");
        }
    }
}
