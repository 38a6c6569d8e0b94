//! Which program this is: a hash of all bytes of its file.
//!
//! To hash the file at each start would take longer than a run that finds its results kept. So hashes are kept as well, each
//! under a fingerprint of the file: what the system says of it, and its first bytes, where linkers put the id of a build.
//! A file can be replaced by one of the same path, length and time; but the time of its last change is the system's own.

use super::{Access, PROGRAMS, Store};
use crate::cache::Digest;
use crate::source::LIBRARY;
use memchr::memmem::Finder;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, SystemTime};

/// How many programs are known at a time: debug and release, this version and the last.
const MOST: usize = 8;

/// A fingerprint and a hash.
const RECORD: usize = 64;

/// How many of the first bytes belong to the fingerprint.
const HEAD: u64 = 4096;

/// How many bytes are hashed at a time.
const CHUNK: usize = 256 << 10;

/// As exact as the times of any file system. A file that was changed later may change again without another time.
const EXACT: Duration = Duration::from_secs(2);

/// The hash of this program; none where its file can't be read.
pub(super) fn identity(store: &Store) -> io::Result<Digest> {
    let mut file = running()?;
    let there = file.metadata()?;
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    let fingerprint = fingerprint(&facts(&there)?, &head);
    let records = records(store).unwrap_or_default();
    if let Some(known) = find(&records, &fingerprint) {
        return Ok(known);
    }
    let digest = hash(&mut head.chain(file), library()?)?;
    if is_settled(changed(&there)?, SystemTime::now()) {
        // Where it can't be kept, it is hashed again next time.
        let _ = store.replace(&store.folder, OsStr::new(PROGRAMS), &with(&records, &fingerprint, &digest));
    }
    Ok(digest)
}

/// The file that runs, although another may be at its path by now.
#[cfg(target_os = "linux")]
fn running() -> io::Result<File> {
    File::open("/proc/self/exe")
}

#[cfg(not(target_os = "linux"))]
fn running() -> io::Result<File> {
    File::open(std::env::current_exe()?)
}

/// What the system says of a file. Where it is does not count: there may be other names for it.
#[cfg(unix)]
fn facts(there: &Metadata) -> io::Result<String> {
    use std::os::unix::fs::MetadataExt;
    let (device, number, length) = (there.dev(), there.ino(), there.size());
    let modified = (there.mtime(), there.mtime_nsec());
    let changed = (there.ctime(), there.ctime_nsec());
    Ok(format!("{device} {number} {length} {modified:?} {changed:?}"))
}

#[cfg(not(unix))]
fn facts(there: &Metadata) -> io::Result<String> {
    let path = std::env::current_exe()?;
    Ok(format!("{path:?} {} {:?} {:?}", there.len(), there.modified()?, there.created()?))
}

/// When a file was last changed, in whatever way.
#[cfg(unix)]
fn changed(there: &Metadata) -> io::Result<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = Duration::from_secs(u64::try_from(there.ctime()).unwrap_or_default());
    SystemTime::UNIX_EPOCH.checked_add(seconds).ok_or_else(|| ErrorKind::InvalidData.into())
}

#[cfg(not(unix))]
fn changed(there: &Metadata) -> io::Result<SystemTime> {
    there.modified()
}

/// Whether a change from now on would give a file another time of change.
fn is_settled(changed: SystemTime, now: SystemTime) -> bool {
    now.duration_since(changed).is_ok_and(|age| age >= EXACT)
}

fn fingerprint(facts: &str, head: &[u8]) -> Digest {
    *blake3::Hasher::new().update(blake3::hash(facts.as_bytes()).as_bytes()).update(head).finalize().as_bytes()
}

/// What has to be in the file of this program: a loader or an emulator that runs it is not the program.
fn library() -> io::Result<&'static [u8]> {
    LIBRARY.first().map(|module| module.text.as_bytes()).ok_or_else(|| ErrorKind::NotFound.into())
}

/// The hash of all that can be read; an error if `mark` is not in it.
fn hash(file: &mut impl Read, mark: &[u8]) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    let finder = Finder::new(mark);
    let mut window = Vec::new();
    let mut marked = false;
    loop {
        let known = window.len();
        if file.by_ref().take(CHUNK as u64).read_to_end(&mut window)? == 0 {
            break;
        }
        hasher.update(window.get(known..).unwrap_or_default());
        marked = marked || finder.find(&window).is_some();
        // The mark may begin in this chunk and end in the next.
        window.drain(..window.len().saturating_sub(mark.len()));
    }
    if marked { Ok(*hasher.finalize().as_bytes()) } else { Err(ErrorKind::NotFound.into()) }
}

fn records(store: &Store) -> io::Result<Vec<u8>> {
    let mut records = Vec::new();
    let file = store.folder.file(OsStr::new(PROGRAMS), Access::Read)?;
    file.take((MOST * RECORD) as u64).read_to_end(&mut records)?;
    Ok(records)
}

/// The hash that is kept under a fingerprint.
fn find(records: &[u8], fingerprint: &Digest) -> Option<Digest> {
    let mut found = records.chunks_exact(RECORD).filter_map(|record| record.strip_prefix(fingerprint));
    found.next()?.try_into().ok()
}

/// The records with one more; the oldest goes where there are too many.
fn with(records: &[u8], fingerprint: &Digest, digest: &Digest) -> Vec<u8> {
    let newest = [fingerprint.as_slice(), digest].concat();
    let kept = records.chunks_exact(RECORD).take(MOST - 1);
    std::iter::once(newest.as_slice()).chain(kept).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_every_byte_wherever_the_mark_is() {
        let mark = b"the library";
        for at in [0, 1, CHUNK - 11, CHUNK - 5, CHUNK - 1, CHUNK, 2 * CHUNK + 7] {
            let mut bytes = vec![b'.'; 3 * CHUNK];
            bytes[at..at + mark.len()].copy_from_slice(mark);
            let digest = hash(&mut bytes.as_slice(), mark).unwrap();
            assert_eq!(digest, *blake3::hash(&bytes).as_bytes(), "{at}");
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            assert_ne!(hash(&mut bytes.as_slice(), mark).unwrap(), digest, "{at}");
        }
    }

    #[test]
    fn a_file_without_the_library_is_not_this_program() {
        assert!(hash(&mut b"ld.so".as_slice(), b"the library").is_err());
        let mut exe = File::open(std::env::current_exe().unwrap()).unwrap();
        assert!(hash(&mut exe, library().unwrap()).is_ok());
    }

    #[test]
    fn fingerprints_are_of_what_the_system_says_and_of_the_head() {
        let one = fingerprint("1 2 3", b"head");
        assert_eq!(one, fingerprint("1 2 3", b"head"));
        assert_ne!(one, fingerprint("1 2 4", b"head"));
        assert_ne!(one, fingerprint("1 2 3", b"heaf"));
        assert_ne!(one, fingerprint("1 2 3h", b"ead"));
    }

    #[test]
    fn the_newest_programs_are_known() {
        let name = |number: usize| [u8::try_from(number).unwrap(); 32];
        let records =
            (0..MOST + 3).fold(Vec::new(), |records, number| with(&records, &name(number), &name(number + 100)));
        assert_eq!(records.len(), MOST * RECORD);
        assert_eq!(find(&records, &name(2)), None);
        assert_eq!(find(&records, &name(MOST + 2)), Some(name(MOST + 102)));
        assert_eq!(find(&records[1..], &name(3)), None, "damaged");
        assert_eq!(find(&[], &name(3)), None);
    }

    #[test]
    fn what_was_changed_just_now_may_change_unseen() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(is_settled(now - EXACT, now));
        assert!(!is_settled(now - EXACT / 2, now));
        assert!(!is_settled(now + EXACT, now), "a clock that was set back");
    }
}
