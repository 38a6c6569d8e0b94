//! The embedded library as files in the cache's folder, which editors open.
//!
//! Invariants: a version of the library has a folder of its own, whole or not there; its files are read-only, and where they are
//! others than the library's the folder is not used.

use super::directory::{Missing, believed};
use super::store::{self, Place};
use super::{expand, output};
use crate::source::{LIBRARY, LIBRARY_FOLDER};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of all versions, below the cache's folder.
const VERSIONS: &str = "library";

/// How the names of folders begin that are being written.
const UNFINISHED: &str = ".new-";

/// The folder that holds `agentos/lib.ncl` of this version of the library. None where nothing is to be cached, or can be.
pub(super) fn folder() -> Option<PathBuf> {
    if store::is_off() {
        return None;
    }
    let place = Place::locate().ok()??;
    believed(place.folder(), Missing::Make).ok()?;
    let versions = place.folder().join(VERSIONS);
    let folder = versions.join(version());
    if !is_whole(&folder) {
        // If another process is faster, or what is there has been changed, the folder that is there stays.
        let _ = write(&versions, &folder);
    }
    is_whole(&folder).then_some(folder)
}

/// Removes the files of all versions, and the folders in which there is nothing else.
pub(super) fn clear(cache: &Path) {
    let versions = cache.join(VERSIONS);
    let files = expand::files_below(&versions, &["ncl"]).unwrap_or_default();
    let mut folders = BTreeSet::from([versions.clone()]);
    for file in files {
        folders.extend(file.ancestors().skip(1).take_while(|above| above.starts_with(&versions)).map(Path::to_owned));
        let _ = fs::remove_file(file);
    }
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// What tells this version of the library from any other.
fn version() -> String {
    let mut hasher = blake3::Hasher::new();
    for module in LIBRARY {
        hasher.update(blake3::hash(module.path.as_bytes()).as_bytes());
        hasher.update(blake3::hash(module.text.as_bytes()).as_bytes());
    }
    format!("{}-{}", env!("CARGO_PKG_VERSION"), hasher.finalize().to_hex().chars().take(16).collect::<String>())
}

fn is_whole(folder: &Path) -> bool {
    let folder = folder.join(LIBRARY_FOLDER);
    LIBRARY.iter().all(|module| fs::read(folder.join(module.path)).is_ok_and(|bytes| bytes == module.text.as_bytes()))
}

/// Writes a version beside its place, and moves it there.
fn write(versions: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(versions)?;
    let staging = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(versions)?;
    for module in LIBRARY {
        let staged = staging.path().join(LIBRARY_FOLDER);
        output::write_below(&staged, module.path, module.text).map_err(io::Error::other)?;
        let file = staged.join(module.path);
        let mut permissions = fs::metadata(&file)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions)?;
    }
    fs::rename(staging.path(), folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_once_and_read_only() {
        let cache = tempfile::tempdir().unwrap();
        let versions = cache.path().join(VERSIONS);
        let folder = versions.join(version());
        write(&versions, &folder).unwrap();
        assert!(is_whole(&folder));
        let door = folder.join("agentos/lib.ncl");
        assert!(fs::metadata(&door).unwrap().permissions().readonly());
        assert!(write(&versions, &folder).is_err() && is_whole(&folder));
        assert_eq!(fs::read_dir(&versions).unwrap().count(), 1, "what was staged is left behind");
        fs::remove_file(&door).unwrap();
        fs::write(&door, "other").unwrap();
        assert!(!is_whole(&folder));
        clear(cache.path());
        assert!(!versions.exists());
    }

    #[test]
    fn what_is_not_of_the_library_is_not_removed() {
        let cache = tempfile::tempdir().unwrap();
        let versions = cache.path().join(VERSIONS);
        write(&versions, &versions.join(version())).unwrap();
        fs::write(versions.join("notes.txt"), "mine").unwrap();
        clear(cache.path());
        assert_eq!(fs::read_dir(&versions).unwrap().count(), 1);
    }
}
