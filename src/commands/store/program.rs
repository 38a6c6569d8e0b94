//! Which program this is: what tells one build from another without reading all of it at each start.
//!
//! A rebuilt program may have the path, the length and the time of the last one. It has another id of its build, which linkers
//! put at the front of the file, and the system notes when a file was last changed, which no program can set.

use crate::cache::Digest;
use std::fs::{File, Metadata};
use std::io::{self, Read};

/// How many of the first bytes count: the headers, and the id of the build.
const HEAD: u64 = 4096;

/// What tells this program from any other; an error where its file can't be read.
pub(super) fn identity() -> io::Result<Digest> {
    let file = running()?;
    let facts = facts(&file.metadata()?)?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(fingerprint(&facts, &head))
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

fn fingerprint(facts: &str, head: &[u8]) -> Digest {
    *blake3::Hasher::new().update(blake3::hash(facts.as_bytes()).as_bytes()).update(head).finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_of_what_the_system_says_and_of_the_head() {
        let one = fingerprint("1 2 3", b"head");
        assert_eq!(one, fingerprint("1 2 3", b"head"));
        assert_ne!(one, fingerprint("1 2 4", b"head"));
        assert_ne!(one, fingerprint("1 2 3", b"heaf"));
        assert_ne!(one, fingerprint("1 2 3h", b"ead"));
    }
}
