//! Files of the disk that are judged by what was opened, not by what their paths led to a moment before.

use super::Spot;
use std::fs::{File, Metadata};
use std::io::{self, Read};

/// The bytes of the plain file at a spot, at most the first `limit`.
pub(super) fn read_at(spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
    let file = open(spot)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || is_shared(&metadata) && !spot.may_be_shared {
        return Err(replaced());
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file has other names.
#[cfg(unix)]
pub(super) fn is_shared(metadata: &Metadata) -> bool {
    metadata.is_file() && std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

/// Whether a file has other names, which can't be asked here.
#[cfg(not(unix))]
pub(super) fn is_shared(_metadata: &Metadata) -> bool {
    false
}

/// The error on what is not any more what was judged.
fn replaced() -> io::Error {
    io::Error::other("a link or another file took its place while it was looked at")
}

/// Opens what is at a spot, one step of the way after the other, without following a link and without waiting for a
/// writer: a pipe may never have one.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn open(spot: &Spot) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::Errno;
    // Of a folder on the way only the right to pass through it is needed, where the system knows that right.
    #[cfg(target_os = "linux")]
    let pass = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    #[cfg(target_os = "macos")]
    let pass = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let read = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut folder = openat(CWD, &spot.folder, pass, Mode::empty())?;
    let mut steps = spot.below.iter().peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        let flags = if is_last { read } else { pass };
        folder = openat(&folder, step, flags | OFlags::NOFOLLOW, Mode::empty()).map_err(|error| match error {
            Errno::LOOP | Errno::NOTDIR => replaced(),
            other => other.into(),
        })?;
    }
    Ok(File::from(folder))
}

/// Opens what is at a spot, and then asks once more where that leads: the system has no way to open it without links.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn open(spot: &Spot) -> io::Result<File> {
    let path = spot.folder.join(&spot.below);
    let file = File::open(&path)?;
    let still_there = std::fs::canonicalize(&path)? == std::fs::canonicalize(&spot.folder)?.join(&spot.below);
    if still_there { Ok(file) } else { Err(replaced()) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    fn spot(folder: &Path, below: &str) -> Spot {
        Spot { folder: folder.canonicalize().unwrap(), below: below.into(), may_be_shared: false }
    }

    #[test]
    fn only_a_plain_file_without_links_on_the_way_is_read() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("sub")).unwrap();
        std::fs::write(path("sub/plain"), "plain").unwrap();
        std::fs::write(outside.path().join("plain"), "secret").unwrap();
        symlink(outside.path(), path("away")).unwrap();
        symlink("plain", path("sub/link")).unwrap();
        std::fs::write(path("one"), "shared").unwrap();
        std::fs::hard_link(path("one"), path("two")).unwrap();
        let read = |below: &str| read_at(&spot(folder.path(), below), 100).map_err(|error| error.to_string());
        assert_eq!(read("sub/plain").unwrap(), b"plain");
        assert_eq!(read_at(&spot(folder.path(), "sub/plain"), 2).unwrap(), b"pl");
        for below in ["away/plain", "sub/link", "two", "sub", ""] {
            assert_eq!(read(below), Err(replaced().to_string()), "{below}");
        }
        let shared = Spot { may_be_shared: true, ..spot(folder.path(), "two") };
        assert_eq!(read_at(&shared, 100).unwrap(), b"shared");
        assert!(read("sub/none").unwrap_err().contains("No such file"));
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(read_at(&spot(folder.path(), "pipe"), 100).is_err());
    }
}
