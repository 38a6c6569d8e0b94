//! The folder that results of earlier runs are kept in, in the user's cache folder: one file an entry, and bundles of many.
//!
//! Invariants: nothing is believed that others than the user and root could have put there (`directory`); an entry is
//! or a bundle is written beside its place and renamed, so that parallel runs see it whole or not at all; only the user can read it; and
//! the folder stays below its limit. A fault of the folder costs time, and nothing else: a run without a cache
//! gives the same.

mod bundle;
mod program;

use super::directory::{Access, Directory, Item, Missing, Obstacle, believed};
use crate::cache::{Digest, Shelf};
use anyhow::{Context, Result};
use bundle::{Growing, Known, Spot};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
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

/// How the names of files begin that are being written.
const UNFINISHED: &str = ".new-";

/// Has a byte for each [`STEP`] that was written since the folder was last swept.
const TALLY: &str = "written";
const STEP: u64 = 64 << 10;

/// How many entries of a run have files of their own; those that follow share some. So a change of a few environments makes
/// few files, and a fleet does not make thousands.
const SINGLE: u64 = 4;

/// The part of the limit that a bundle has at most, before its last entry: 4 MiB by default.
const BUNDLE: u64 = 64;

/// Tells programs that make backups that nothing here is worth one: see bford.info/cachedir.
const TAG: (&str, &str) = ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");

/// How long an entry is taken for used since it was last marked so, and an unfinished one for one that another run still
/// writes.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether the user wants no cache.
pub(super) fn is_off() -> bool {
    variable(OFF).is_some()
}

/// Where the folder is to be.
pub(super) struct Place {
    folder: PathBuf,
    limit: u64,
}

impl Place {
    /// The place that the user or the system names; none where neither does.
    pub(super) fn locate() -> Result<Option<Place>> {
        let limit = match variable(LIMIT) {
            None => DEFAULT_LIMIT,
            Some(text) => {
                let number = text.to_str().and_then(|text| text.parse::<u64>().ok()).filter(|limit| *limit > 0);
                number.with_context(|| format!("`{LIMIT}` has to be a number of mebibytes, from 1"))?
            }
        };
        let limit = limit.saturating_mul(1 << 20);
        Ok(folder().map(|folder| Place { folder, limit }))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Opens the folder, unless others could have put anything there.
    pub(super) fn open(&self, missing: Missing) -> Result<Store, Obstacle> {
        let folder = believed(&self.folder, missing)?;
        let entries = folder.below(ENTRIES, &self.folder, missing)?;
        if missing == Missing::Make {
            // What is there already stays, be it a link; and without one the cache works as well.
            let tag = folder.file(OsStr::new(TAG.0), Access::New);
            let _ = tag.and_then(|mut tag| tag.write_all(TAG.1.as_bytes()));
        }
        Ok(Store::new(folder, entries, self.limit))
    }

    /// Removes all entries and what else the cache has made, and nothing else. `besides` removes what other commands keep in
    /// the folder. Other runs may be at it, too.
    pub(super) fn clear(&self, besides: impl FnOnce(&Path)) -> Result<Contents, Obstacle> {
        let folder = match believed(&self.folder, Missing::Leave) {
            Err(Obstacle::Missing) => return Ok(Contents::default()),
            folder => folder?,
        };
        let removed = match folder.below(ENTRIES, &self.folder, Missing::Leave) {
            Ok(entries) => empty(&entries).map_err(Obstacle::Failed)?,
            Err(Obstacle::Missing) => Contents::default(),
            Err(obstacle) => return Err(obstacle),
        };
        besides(&self.folder);
        // Folders in which something else is stay.
        let _ = folder.remove_folder(OsStr::new(ENTRIES));
        for name in [TALLY, TAG.0] {
            let _ = folder.remove_file(OsStr::new(name));
        }
        let _ = std::fs::remove_dir(&self.folder);
        Ok(removed)
    }
}

/// What there is in the folder.
#[derive(Default)]
pub(super) struct Contents {
    pub entries: u64,
    pub bytes: u64,
}

/// The folder, open.
pub(super) struct Store {
    folder: Directory,
    entries: Directory,
    limit: u64,
    /// How many bytes were written and are not yet on the tally.
    pending: AtomicU64,
    /// How many files were begun, which their names are made of.
    begun: AtomicU64,
    /// How many entries were written.
    written: AtomicU64,
    /// What the bundles have, once that was asked.
    known: OnceLock<Known>,
    /// The entries with files of their own that were read.
    singles: Mutex<HashSet<Digest>>,
    bundles: Mutex<Bundles>,
}

/// The bundles that a run writes.
#[derive(Default)]
struct Bundles {
    /// The one that grows, with its name until it is done.
    growing: Option<(OsString, Growing<File>)>,
    /// How many are done.
    done: u64,
}

impl Store {
    fn new(folder: Directory, entries: Directory, limit: u64) -> Store {
        let (pending, begun, written) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let (known, singles, bundles) = (OnceLock::new(), Mutex::default(), Mutex::default());
        Store { folder, entries, limit, pending, begun, written, known, singles, bundles }
    }

    /// What tells this program from any other.
    pub(super) fn program(&self) -> Option<Digest> {
        program::identity().ok()
    }

    /// Sees whether the folder can be written to.
    pub(super) fn try_out(&self) -> io::Result<()> {
        self.begin().and_then(|(name, _)| self.entries.remove_file(&name))
    }

    /// Counts the entries.
    pub(super) fn contents(&self) -> Contents {
        let mut contents = Contents::default();
        for item in ours(&self.entries).unwrap_or_default().iter().filter(|item| is_kept(&item.name)) {
            contents.entries += count(&self.entries, &item.name);
            contents.bytes += item.length;
        }
        contents
    }

    /// Begins a file among the entries, under a name that no other has.
    fn begin(&self) -> io::Result<(OsString, File)> {
        loop {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            let name = OsString::from(format!("{UNFINISHED}{}-{number}", std::process::id()));
            match self.entries.file(&name, Access::New) {
                // Of a process that had this number before, or in another container.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                file => return Ok((name, file?)),
            }
        }
    }

    /// Writes an entry.
    fn write(&self, key: &Digest, bytes: &[u8]) -> io::Result<()> {
        if self.written.fetch_add(1, Ordering::Relaxed) < SINGLE {
            let (name, mut file) = self.begin()?;
            let written = file.write_all(bytes);
            self.finish(&name, written, &name_of(key))?;
        } else {
            self.add(key, bytes)?;
        }
        let pending = self.pending.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if pending >= self.limit / 16 {
            self.settle();
        }
        Ok(())
    }

    /// Adds an entry to the bundle of this run.
    fn add(&self, key: &Digest, bytes: &[u8]) -> io::Result<()> {
        let mut bundles = self.bundles();
        let (name, mut growing) = match bundles.growing.take() {
            Some(growing) => growing,
            None => self.begin().map(|(name, file)| (name, Growing::new(file)))?,
        };
        // One in a file of its own would be found first.
        if self.singles().remove(key) {
            let _ = self.entries.remove_file(&name_of(key));
        }
        match growing.add(key, bytes) {
            Ok(length) => {
                bundles.growing = Some((name, growing));
                if length < self.limit / BUNDLE { Ok(()) } else { self.close(&mut bundles) }
            }
            Err(error) => self.finish(&name, Err(error), &name),
        }
    }

    /// Ends the bundle that grows, and gives it its name.
    fn close(&self, bundles: &mut Bundles) -> io::Result<()> {
        let Some((name, growing)) = bundles.growing.take() else { return Ok(()) };
        let place = self.known().next(bundles.done);
        bundles.done += 1;
        self.finish(&name, growing.end().map(drop), &place)?;
        for name in self.known().surplus() {
            // What another run has removed is gone, too.
            let _ = self.entries.remove_file(name);
        }
        Ok(())
    }

    /// Moves a file to its place, if all of it was written; else it goes away. Not through to the disk: what a power cut
    /// has damaged is as good as nothing.
    fn finish(&self, name: &OsStr, written: io::Result<()>, place: &OsStr) -> io::Result<()> {
        let finished = written.and_then(|()| self.entries.rename(name, &self.entries, place));
        if finished.is_err() {
            // What stays is swept away after a day.
            let _ = self.entries.remove_file(name);
        }
        finished
    }

    fn bundles(&self) -> MutexGuard<'_, Bundles> {
        self.bundles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn singles(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.singles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let names = self.entries.names().unwrap_or_default();
            Known::read(names, |name| self.entries.file(name, Access::Read))
        })
    }

    /// An entry, from a file of its own or else from a bundle.
    fn read(&self, key: &Digest) -> io::Result<Vec<u8>> {
        let single = self.entries.file(&name_of(key), Access::Read).map(|file| {
            self.singles().insert(*key);
            (file, None)
        });
        let (file, spot) = single.or_else(|error| {
            let (bundle, spot) = self.known().find(key).ok_or(error)?;
            Ok::<_, io::Error>((self.entries.file(bundle, Access::Read)?, Some(spot)))
        })?;
        let there = file.metadata()?;
        let bytes = spot.unwrap_or(Spot::all(there.len())).read(&file)?;
        if there.modified().is_ok_and(|modified| age(modified) > DAY) {
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
        let steps = vec![b'.'; usize::try_from(pending.div_ceil(STEP)).unwrap_or(usize::MAX).min(1 << 20)];
        let tally = self.folder.file(OsStr::new(TALLY), Access::Append).and_then(|mut tally| {
            tally.write_all(&steps)?;
            Ok((tally.metadata()?.len(), tally))
        });
        match tally {
            Ok((written, tally)) if written.saturating_mul(STEP) >= self.limit / 16 => {
                self.sweep();
                let _ = tally.set_len(0);
            }
            Ok(_) => {}
            // Without a tally, the limit has to be held by looking.
            Err(_) => self.sweep(),
        }
    }

    /// Removes what was not used for the longest, until there is room again.
    fn sweep(&self) {
        let mut items = ours(&self.entries).unwrap_or_default();
        items.sort_by(|one, other| (one.modified, &one.name).cmp(&(other.modified, &other.name)));
        let mut bytes: u64 = items.iter().map(|item| item.length).sum();
        for item in items {
            let abandoned = !is_kept(&item.name) && age(item.modified) > DAY;
            let too_much = is_kept(&item.name) && bytes > self.limit / 4 * 3;
            // What another run has removed is gone, too.
            if (abandoned || too_much) && self.entries.remove_file(&item.name).is_ok() {
                bytes -= item.length;
            }
        }
    }
}

/// The files among the entries that are ours.
fn ours(entries: &Directory) -> io::Result<Vec<Item>> {
    let mut items = match entries.items() {
        // Another run has removed the folder.
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        items => items?,
    };
    items.retain(|item| item.is_file && (is_kept(&item.name) || is_unfinished(&item.name)));
    Ok(items)
}

/// Removes the entries, also those that are not finished.
fn empty(entries: &Directory) -> io::Result<Contents> {
    let mut removed = Contents::default();
    for item in ours(entries)? {
        let count = count(entries, &item.name);
        match entries.remove_file(&item.name) {
            Ok(()) => {
                removed.entries += count;
                removed.bytes += item.length;
            }
            // Another run was faster.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
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
        let _ = self.close(&mut self.bundles());
        self.settle();
    }
}

fn name_of(key: &Digest) -> OsString {
    key.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

fn is_entry(name: &OsStr) -> bool {
    name.len() == 64 && name.as_encoded_bytes().iter().all(u8::is_ascii_hexdigit)
}

/// Whether a file of this name has an entry, or several.
fn is_kept(name: &OsStr) -> bool {
    is_entry(name) || bundle::is_bundle(name)
}

/// How many entries a file has.
fn count(entries: &Directory, name: &OsStr) -> u64 {
    match bundle::is_bundle(name) {
        true => entries.file(name, Access::Read).map_or(0, bundle::count),
        false => u64::from(is_entry(name)),
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes())
}

fn age(modified: SystemTime) -> Duration {
    modified.elapsed().unwrap_or_default()
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
