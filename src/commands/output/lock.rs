//! One build at a time below a folder.

use anyhow::{Context, Result};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a build that waits looks again.
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until no other build writes below the folder; the lock is given back when the file is dropped, or the process
/// ends in whatever way. None where the file system has no locks: that must not stop a build, because each folder is
/// replaced as one all the same.
pub(super) fn acquire(directory: &Path, patience: Duration) -> Result<Option<File>> {
    let file = open(directory).with_context(|| format!("the folder `{}` can't be opened", directory.display()))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) => {}
        }
        anyhow::ensure!(
            start.elapsed() < patience,
            "another build has been writing below `{}` for {} seconds; try again when it has ended",
            directory.display(),
            patience.as_secs()
        );
        std::thread::sleep(PAUSE);
    }
}

/// On Unix the folder itself is locked, so that nothing is left behind, and a folder that is up to date need not be
/// writable. By this name only a folder can be opened: a pipe that takes its place would have the build wait.
#[cfg(unix)]
fn open(directory: &Path) -> std::io::Result<File> {
    File::open(directory.join("."))
}

/// Elsewhere folders can't be locked. The file stays: removing it while another build opens it would let both in.
#[cfg(not(unix))]
fn open(directory: &Path) -> std::io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(directory.join(".agentos-cfg.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_second_waits_and_gives_up_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let first = acquire(folder.path(), Duration::ZERO).unwrap();
        assert!(first.is_some());
        let error = acquire(folder.path(), Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("another build") && error.contains(&*folder.path().to_string_lossy()), "{error}");
        drop(first);
        assert!(acquire(folder.path(), Duration::ZERO).unwrap().is_some());
    }
}
