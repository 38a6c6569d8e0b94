//! The folder that results of earlier runs are kept in: one file an entry, in the user's cache folder.
//!
//! Invariants: an entry is written beside its place and renamed, so that parallel runs see it whole or not at all; only
//! the user can read it; and the folder stays below its limit. Whatever is wrong with the folder costs time, and nothing
//! else: a run without a cache gives the same.

use crate::cache::{Digest, LARGEST, Shelf};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Where the user wants the folder.
const FOLDER: &str = "AGENTOS_CFG_CACHE_DIR";

/// How large it may become, in mebibytes.
const LIMIT: &str = "AGENTOS_CFG_CACHE_LIMIT";

/// Set to anything but nothing, there is no cache.
const OFF: &str = "AGENTOS_CFG_NO_CACHE";

const DEFAULT_LIMIT: u64 = 256;

/// The folder of the entries, below the cache folder.
const ENTRIES: &str = "entries";

/// How the names of entries begin that are being written.
const UNFINISHED: &str = ".new-";

/// Has a byte for each [`STEP`] that was written since the folder was last swept.
const TALLY: &str = "written";
const STEP: u64 = 64 << 10;

/// Tells programs that make backups that nothing here is worth one: see bford.info/cachedir.
const TAG: (&str, &str) = ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");

/// How long an entry is taken for used since it was last marked so, and an unfinished one for one that somebody still
/// writes.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder.
pub(super) struct Store {
    folder: PathBuf,
    limit: u64,
    /// How many bytes were written and are not yet on the tally.
    pending: AtomicU64,
}

/// What there is in the folder.
#[derive(Default)]
pub(super) struct Contents {
    pub entries: u64,
    pub bytes: u64,
}

/// Whether the user wants no cache.
pub(super) fn is_off() -> bool {
    variable(OFF).is_some()
}

impl Store {
    /// The folder, wherever the user wants it; none where there is no place for one.
    pub(super) fn locate() -> Result<Option<Store>> {
        let limit = match variable(LIMIT) {
            None => DEFAULT_LIMIT,
            Some(text) => {
                let number = text.to_str().and_then(|text| text.parse::<u64>().ok()).filter(|limit| *limit > 0);
                number.with_context(|| format!("`{LIMIT}` has to be a number of mebibytes, from 1"))?
            }
        };
        let limit = limit.saturating_mul(1 << 20);
        Ok(folder().map(|folder| Store { folder, limit, pending: AtomicU64::new(0) }))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether nobody but the user can put anything there.
    pub(super) fn is_private(&self) -> bool {
        fs::symlink_metadata(self.entries()).map_or(true, |there| there.is_dir() && !is_open_to_others(&there))
    }

    /// Makes the folder, and sees whether it can be written to.
    pub(super) fn try_out(&self) -> std::io::Result<()> {
        self.make()?;
        self.unfinished().map(drop)
    }

    /// Counts the entries.
    pub(super) fn contents(&self) -> Contents {
        let sum = |sum: Contents, (_, there): &(PathBuf, Metadata)| Contents {
            entries: sum.entries + 1,
            bytes: sum.bytes + there.len(),
        };
        self.list().iter().filter(|(path, _)| is_entry(path)).fold(Contents::default(), sum)
    }

    /// Removes all entries and what else is ours, and nothing that is not.
    pub(super) fn clear(&self) -> std::io::Result<Contents> {
        let mut removed = Contents::default();
        for (path, there) in self.list() {
            fs::remove_file(&path)?;
            removed.entries += u64::from(is_entry(&path));
            removed.bytes += there.len();
        }
        // Folders in which somebody else has put something stay.
        let _ = fs::remove_dir(self.entries());
        let _ = fs::remove_file(self.folder.join(TALLY));
        let _ = fs::remove_file(self.folder.join(TAG.0));
        let _ = fs::remove_dir(&self.folder);
        Ok(removed)
    }

    fn entries(&self) -> PathBuf {
        self.folder.join(ENTRIES)
    }

    fn path(&self, key: &Digest) -> PathBuf {
        let name: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.entries().join(name)
    }

    fn make(&self) -> std::io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(self.entries())?;
        let tag = self.folder.join(TAG.0);
        if !tag.exists() {
            fs::write(tag, TAG.1)?;
        }
        Ok(())
    }

    fn unfinished(&self) -> std::io::Result<tempfile::NamedTempFile> {
        // Only the user can read it, as all that this crate makes.
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(self.entries())
    }

    fn write(&self, key: &Digest, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = match self.unfinished() {
            Ok(file) => file,
            Err(_) => {
                self.make()?;
                self.unfinished()?
            }
        };
        // Not through to the disk: an entry that a power cut has damaged is as good as none.
        file.write_all(bytes)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        let pending = self.pending.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if pending >= self.limit / 16 {
            self.settle();
        }
        Ok(())
    }

    fn read(&self, key: &Digest) -> std::io::Result<Vec<u8>> {
        let file = File::open(self.path(key))?;
        let there = file.metadata()?;
        let mut bytes = Vec::with_capacity(usize::try_from(there.len()).unwrap_or(0).min(LARGEST));
        (&file).take(LARGEST as u64).read_to_end(&mut bytes)?;
        if age(&there) > DAY {
            // Where this can't be said, it is removed sooner.
            let _ = file.set_modified(SystemTime::now());
        }
        Ok(bytes)
    }

    /// Puts what was written on the tally, and sweeps the folder where that has become enough: so rarely, and without
    /// looking at what is there, the limit is held all the same.
    fn settle(&self) {
        let pending = self.pending.swap(0, Ordering::Relaxed);
        if pending == 0 {
            return;
        }
        let tally = self.folder.join(TALLY);
        let steps = vec![b'.'; usize::try_from(pending.div_ceil(STEP)).unwrap_or(usize::MAX).min(1 << 20)];
        let file = File::options().create(true).append(true).open(&tally);
        let written = file.and_then(|mut file| file.write_all(&steps).and_then(|()| file.metadata()));
        if written.is_ok_and(|written| written.len().saturating_mul(STEP) >= self.limit / 16) {
            self.sweep();
            let _ = File::create(&tally);
        }
    }

    /// Removes what was not used for the longest, until there is room again.
    fn sweep(&self) {
        let mut there = self.list();
        there.sort_by_key(|(path, there)| (there.modified().ok(), path.clone()));
        let mut bytes: u64 = there.iter().map(|(_, there)| there.len()).sum();
        for (path, there) in there {
            let abandoned = !is_entry(&path) && age(&there) > DAY;
            let too_much = is_entry(&path) && bytes > self.limit / 4 * 3;
            // What another run has removed is gone, too.
            if (abandoned || too_much) && fs::remove_file(path).is_ok() {
                bytes -= there.len();
            }
        }
    }

    /// The files that are ours.
    fn list(&self) -> Vec<(PathBuf, Metadata)> {
        let files = fs::read_dir(self.entries()).into_iter().flatten().flatten();
        let with_metadata = |file: fs::DirEntry| Some((file.path(), file.metadata().ok()?));
        let ours = |(path, there): &(PathBuf, Metadata)| there.is_file() && (is_entry(path) || is_unfinished(path));
        files.filter_map(with_metadata).filter(ours).collect()
    }
}

impl Shelf for Store {
    fn get(&self, key: &Digest) -> Option<Vec<u8>> {
        self.read(key).ok()
    }

    fn put(&self, key: &Digest, bytes: &[u8]) {
        // A folder that can't be written to is no reason to fail; `cache info` says so.
        let _ = self.write(key, bytes);
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.settle();
    }
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or("")
}

fn is_entry(path: &Path) -> bool {
    name(path).len() == 64 && name(path).bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_unfinished(path: &Path) -> bool {
    name(path).starts_with(UNFINISHED)
}

fn age(there: &Metadata) -> Duration {
    there.modified().ok().and_then(|modified| modified.elapsed().ok()).unwrap_or_default()
}

#[cfg(unix)]
fn is_open_to_others(there: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&there.permissions()) & 0o022 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_there: &Metadata) -> bool {
    false
}

/// A variable of the process; one without a value is none.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn folder() -> Option<PathBuf> {
    variable(FOLDER).map(PathBuf::from).or_else(|| Some(users_folder()?.join("agentos-cfg")))
}

#[cfg(target_os = "macos")]
fn users_folder() -> Option<PathBuf> {
    Some(std::env::home_dir()?.join("Library/Caches"))
}

#[cfg(windows)]
fn users_folder() -> Option<PathBuf> {
    variable("LOCALAPPDATA").map(PathBuf::from)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn users_folder() -> Option<PathBuf> {
    // A relative path is none, says the standard.
    let given = variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    given.or_else(|| Some(std::env::home_dir().filter(|home| home.is_absolute())?.join(".cache")))
}

/// What tells this program from any other build of it, released or not.
pub(super) fn program() -> Option<Vec<u8>> {
    let path = std::env::current_exe().ok()?;
    let there = fs::metadata(&path).ok()?;
    let built = there.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{path:?} {} {}", there.len(), built.as_nanos()).into_bytes())
}
