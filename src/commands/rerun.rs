//! `--watch`: runs a command again when a file changes that it has asked for.
//!
//! Each run is a process of its own: Nickel keeps all that it has seen, and what passes a limit ends its process
//! ([`super::watch`]). A run tells this one which paths it asks for, each as it was just before, by what is its standard input.
//! This one looks at those paths again and again: that sees every kind of change, also in folders of containers and of other
//! machines, whose systems send no events.

use super::{Status, eprint_all, eprint_drawn, expand};
use crate::source::{Disk, Kind, Spot, World, display};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The word that a run is started by.
pub(super) const NAME: &str = "rerun";

/// How long it waits from one look to the next, at least.
const INTERVAL: Duration = Duration::from_millis(100);

/// Of its time so much at most is spent looking: one in so many.
const SHARE: u32 = 20;

/// A change counts once nothing else has changed for this long: editors and Git replace files in several steps.
const SETTLED: Duration = Duration::from_millis(100);

/// Where there is always another change, the command runs all the same after so many looks.
const MOST_LOOKS: usize = 40;

/// Clears a terminal and begins at its top; what has scrolled away stays.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// What there is at a path, in a text that is another one after each change.
type Stamp = String;

/// All that a command was made of, by path.
#[derive(Debug, Default, PartialEq, Eq)]
struct Look {
    /// What may be an environment in the folders that were named.
    listed: BTreeSet<PathBuf>,
    stamps: BTreeMap<PathBuf, Stamp>,
}

/// Runs the command that this process was started with, until the process is ended.
pub(super) fn run(paths: &[PathBuf]) -> Result<Status> {
    anyhow::ensure!(
        paths.iter().all(|path| path.as_os_str() != "-"),
        "standard input can't be watched; name a file or a folder, or leave out `--watch`"
    );
    let here = std::env::current_dir().context("the current folder can't be read")?;
    let program = std::env::current_exe().context("the program can't be found on the disk")?;
    let named: BTreeSet<PathBuf> = paths.iter().map(|path| here.join(path)).collect();
    loop {
        // Before the run: what changes while it goes on is seen after it.
        let mut seen = Look::at(paths, named.iter());
        seen.stamps.extend(once(&program)?);
        let count = seen.stamps.values().filter(|stamp| stamp.starts_with(FILE)).count();
        eprint_all(&format!("watching {count} file{}\n", if count == 1 { "" } else { "s" }))?;
        let changed = changed(paths, &seen);
        if io::stderr().is_terminal() {
            eprint_drawn(CLEAR)?;
        }
        eprint_all(&in_words(&changed, &here))?;
    }
}

/// Waits for a change, and says what has changed once nothing does any more.
fn changed(paths: &[PathBuf], seen: &Look) -> BTreeSet<PathBuf> {
    let look = || Look::at(paths, seen.stamps.keys());
    loop {
        let begun = Instant::now();
        let mut now = look();
        let cost = begun.elapsed();
        for _ in 0..MOST_LOOKS {
            if now == *seen {
                break;
            }
            std::thread::sleep(SETTLED);
            let later = look();
            if later == now {
                return now.different(seen);
            }
            now = later;
        }
        if now != *seen {
            return now.different(seen);
        }
        std::thread::sleep(INTERVAL.max(cost.saturating_mul(SHARE)));
    }
}

/// What has changed, for a person.
fn in_words(changed: &BTreeSet<PathBuf>, here: &Path) -> String {
    let shown = |path: &PathBuf| display(path.strip_prefix(here).unwrap_or(path));
    match (changed.first().map(shown), changed.len().saturating_sub(1)) {
        (Some(first), 0) => format!("`{first}` changed\n"),
        (Some(first), more) => format!("`{first}` and {more} more changed\n"),
        (None, _) => String::new(),
    }
}

/// Runs the command once, and says what it asked for, each path as it was just before.
fn once(program: &Path) -> Result<BTreeMap<PathBuf, Stamp>> {
    let (mut told, teller) = io::pipe().context("no pipe can be made")?;
    let mut command = Command::new(program);
    let mut words = std::env::args_os();
    let called = words.next();
    command.arg(NAME).args(words).stdin(teller);
    call(&mut command, called);
    let mut child = command.spawn().context("the program can't be started")?;
    // The end that this process holds would keep the pipe open.
    drop(command);
    let mut text = Vec::new();
    told.read_to_end(&mut text).context("what the run asks for can't be read")?;
    child.wait().context("the run can't be waited for")?;
    let mut stamps = BTreeMap::new();
    let text = String::from_utf8_lossy(&text);
    let mut pieces = text.split('\0');
    while let (Some(path), Some(stamp)) = (pieces.next(), pieces.next()) {
        stamps.entry(PathBuf::from(path)).or_insert_with(|| stamp.to_owned());
    }
    Ok(stamps)
}

/// Starts a program under the name that this one was started by, so that both call themselves the same.
#[cfg(unix)]
fn call(command: &mut Command, name: Option<OsString>) {
    use std::os::unix::process::CommandExt;
    if let Some(name) = name {
        command.arg0(name);
    }
}

#[cfg(not(unix))]
fn call(_command: &mut Command, _name: Option<OsString>) {}

impl Look {
    fn at<'a>(arguments: &[PathBuf], paths: impl Iterator<Item = &'a PathBuf>) -> Look {
        let folders = arguments.iter().filter(|path| path.is_dir());
        // A folder that can't be searched has nothing in it for now.
        let listed = folders.flat_map(|folder| expand::files_below(folder, &["ncl"]).unwrap_or_default());
        Look { listed: listed.collect(), stamps: paths.map(|path| (path.clone(), stamp(path))).collect() }
    }

    /// The paths at which the other look has seen something else.
    fn different(&self, other: &Look) -> BTreeSet<PathBuf> {
        let changed = self.stamps.iter().filter(|(path, stamp)| other.stamps.get(*path) != Some(stamp));
        let changed: BTreeSet<PathBuf> = changed.map(|(path, _)| path.clone()).collect();
        // A file of a folder that comes or goes is known by its name there, and most are known by their path as well.
        let listed = self.listed.symmetric_difference(&other.listed).cloned();
        let is_told = |path: &PathBuf| changed.iter().any(|known| known.ends_with(path));
        let listed: Vec<PathBuf> = listed.filter(|path| !is_told(path)).collect();
        changed.into_iter().chain(listed).collect()
    }
}

/// How the stamps of files begin.
const FILE: &str = "file ";

/// What there is at a path, behind any links. A folder is the same one with anything in it, and a pipe after any use.
fn stamp(path: &Path) -> Stamp {
    match std::fs::metadata(path) {
        Err(_) => "nothing".to_owned(),
        Ok(metadata) if metadata.is_dir() => "a folder".to_owned(),
        Ok(metadata) if !metadata.is_file() => "a pipe or a device".to_owned(),
        Ok(metadata) => format!("{FILE}{} {:?} {}", metadata.len(), metadata.modified().ok(), identity(&metadata)),
    }
}

/// Which file it is, and when anything of it was last changed: another file that takes its place may be as large and as old, and
/// one that can be read again is as old as before.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{} {} {}", metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> String {
    format!("{:?}", metadata.created().ok())
}

/// The disk, for a run: it tells the process that watches what is asked for.
pub(super) struct Told {
    state: Mutex<(BTreeSet<PathBuf>, File)>,
}

impl Told {
    /// Tells it by what is the standard input of this process.
    pub(super) fn new() -> io::Result<Told> {
        Ok(Told { state: Mutex::new((BTreeSet::new(), input()?)) })
    }

    fn tell(&self, path: &Path) {
        // A path that is no text can't be told, and is not watched.
        let Some(text) = path.to_str() else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, teller) = &mut *state;
        if told.insert(path.to_owned()) {
            // Where the one that watches has gone away, this run ends as it would have.
            let _ = teller.write_all(format!("{text}\0{}\0", stamp(path)).as_bytes());
        }
    }
}

#[cfg(unix)]
fn input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

impl World for Told {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.tell(path);
        Disk.read(path, limit)
    }

    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        self.tell(path);
        Disk.read_at(path, spot, limit)
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        self.tell(path);
        Disk.is_shared(path)
    }

    fn exists(&self, path: &Path) -> bool {
        self.tell(path);
        Disk.exists(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        self.tell(path);
        Disk.kind(path)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.tell(path);
        Disk.canonical(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_change_a_file_changes_its_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ncl");
        let mut seen = BTreeSet::from([stamp(&path)]);
        let mut changes = |what: &str, change: &dyn Fn()| {
            change();
            assert!(seen.insert(stamp(&path)), "{what}");
        };
        changes("made", &|| std::fs::write(&path, "a").unwrap());
        changes("longer", &|| std::fs::write(&path, "ab").unwrap());
        changes("replaced by one as large and as old", &|| {
            let other = folder.path().join("b.ncl");
            std::fs::write(&other, "cd").unwrap();
            let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
            File::options().write(true).open(&other).unwrap().set_modified(modified).unwrap();
            std::fs::rename(&other, &path).unwrap();
        });
        std::fs::remove_file(&path).unwrap();
        assert!(!seen.insert(stamp(&path)), "as before it was made");
    }

    #[test]
    fn what_changed_is_said_by_the_name_in_the_current_folder() {
        let of = |paths: &[&str]| in_words(&paths.iter().map(PathBuf::from).collect(), Path::new("/here"));
        assert_eq!(of(&["/here/a.ncl"]), "`a.ncl` changed\n");
        assert_eq!(of(&["/there/b.ncl", "c.ncl", "d.ncl"]), "`/there/b.ncl` and 2 more changed\n");
        let look = |listed: &[&str], stamps: &[(&str, &str)]| Look {
            listed: listed.iter().map(PathBuf::from).collect(),
            stamps: stamps.iter().map(|(path, stamp)| (PathBuf::from(path), (*stamp).to_owned())).collect(),
        };
        let before = look(&["e/a.ncl"], &[("/here/e/a.ncl", "1")]);
        let after = look(&["e/b.ncl"], &[("/here/e/a.ncl", "2")]);
        let different: Vec<PathBuf> = after.different(&before).into_iter().collect();
        assert_eq!(different, [PathBuf::from("/here/e/a.ncl"), PathBuf::from("e/b.ncl")]);
    }
}
