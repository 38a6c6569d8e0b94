//! Many entries in one file: what a run adds beyond its first few. To make a file takes longer than all else that is done
//! for an entry, and a fleet has thousands.
//!
//! ```text
//!  entries, one after the other │ a row each: key, where it begins, how long it is │ how many rows │ their hash
//! ```
//!
//! Invariants: a bundle is never changed once it has its name; of two with one key the later one counts, and which is the
//! later says its name, not a clock.

use crate::cache::{Digest, LARGEST};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

/// How the names of bundles begin. A number follows that is higher than those of earlier ones.
const PREFIX: &str = "bundle-";

/// How many bundles are looked at, and stay: twice as many as whole ones come below the limit, so that only many small
/// ones are too many, of which each run would have to read the tables.
const MOST: usize = 128;

/// The bytes of a row, and of what ends a bundle.
const ROW: usize = size_of::<Digest>() + 2 * size_of::<u64>();
const END: usize = size_of::<u64>() + size_of::<Digest>();

/// Where an entry is in a bundle.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    start: u64,
    length: u64,
}

/// A bundle that grows.
pub(super) struct Growing<F> {
    file: F,
    rows: Vec<(Digest, Spot)>,
    length: u64,
}

impl<F: Write> Growing<F> {
    pub(super) fn new(file: F) -> Growing<F> {
        Growing { file, rows: Vec::new(), length: 0 }
    }

    /// Adds an entry, and says how long the bundle is.
    pub(super) fn add(&mut self, key: &Digest, bytes: &[u8]) -> io::Result<u64> {
        self.file.write_all(bytes)?;
        let length = bytes.len() as u64;
        self.rows.push((*key, Spot { start: self.length, length }));
        self.length += length;
        Ok(self.length)
    }

    /// Ends the bundle, and hands back its file.
    pub(super) fn end(mut self) -> io::Result<F> {
        let mut rows = Vec::with_capacity(self.rows.len() * ROW + END);
        for (key, Spot { start, length }) in &self.rows {
            rows.extend_from_slice(key);
            rows.extend_from_slice(&start.to_le_bytes());
            rows.extend_from_slice(&length.to_le_bytes());
        }
        let hash = blake3::hash(&rows);
        rows.extend_from_slice(&(self.rows.len() as u64).to_le_bytes());
        rows.extend_from_slice(hash.as_bytes());
        self.file.write_all(&rows)?;
        Ok(self.file)
    }
}

/// The bundles of a folder, as they were when the run first asked.
#[derive(Default)]
pub(super) struct Known {
    spots: HashMap<Digest, (OsString, Spot)>,
    last: u64,
    surplus: Vec<OsString>,
}

impl Known {
    /// What there is in the bundles among these names. What can't be read is left out.
    pub(super) fn read(names: Vec<OsString>, open: impl Fn(&OsStr) -> io::Result<File>) -> Known {
        let mut bundles: Vec<(u64, OsString)> =
            names.into_iter().filter_map(|name| Some((number(&name)?, name))).collect();
        bundles.sort();
        let last = bundles.last().map_or(0, |(number, _)| *number);
        let newest = bundles.split_off(bundles.len().saturating_sub(MOST));
        let surplus = bundles.into_iter().map(|(_, name)| name).collect();
        let mut known = Known { last, surplus, ..Known::default() };
        for (_, name) in newest {
            let rows = open(&name).and_then(rows).unwrap_or_default();
            known.spots.extend(rows.into_iter().map(|(key, spot)| (key, (name.clone(), spot))));
        }
        known
    }

    /// The bundle that has an entry, and where in it.
    pub(super) fn find(&self, key: &Digest) -> Option<(&OsStr, Spot)> {
        self.spots.get(key).map(|(name, spot)| (name.as_os_str(), *spot))
    }

    /// The oldest bundles, where there are too many.
    pub(super) fn surplus(&self) -> &[OsString] {
        &self.surplus
    }

    /// The name of the bundle that comes so many after these.
    pub(super) fn next(&self, after: u64) -> OsString {
        format!("{PREFIX}{:016x}-{}", self.last.saturating_add(1).saturating_add(after), std::process::id()).into()
    }
}

impl Spot {
    /// All of a file that is so long.
    pub(super) fn all(length: u64) -> Spot {
        Spot { start: 0, length }
    }

    /// The entry at this place, as long as entries may be.
    pub(super) fn read(self, mut bundle: &File) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.length).unwrap_or(LARGEST).min(LARGEST);
        let mut bytes = Vec::with_capacity(length);
        bundle.seek(SeekFrom::Start(self.start))?;
        bundle.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Whether a file of this name is a bundle.
pub(super) fn is_bundle(name: &OsStr) -> bool {
    number(name).is_some()
}

/// How many entries a bundle has; none where it is damaged.
pub(super) fn count(bundle: File) -> u64 {
    rows(bundle).map_or(0, |rows| rows.len() as u64)
}

fn number(name: &OsStr) -> Option<u64> {
    let number = name.to_str()?.strip_prefix(PREFIX)?.get(..16)?;
    u64::from_str_radix(number, 16).ok()
}

/// The rows of a bundle, where they are as they were written.
fn rows(mut bundle: File) -> io::Result<Vec<(Digest, Spot)>> {
    let damaged = || io::Error::from(ErrorKind::InvalidData);
    let length = bundle.metadata()?.len();
    let end = length.checked_sub(END as u64).ok_or_else(damaged)?;
    bundle.seek(SeekFrom::Start(end))?;
    let (count, hash) = (array(&mut bundle)?, array::<32>(&mut bundle)?);
    // A count that lies leads before the beginning, or to bytes of another hash.
    let bytes = u64::from_le_bytes(count).checked_mul(ROW as u64).filter(|bytes| *bytes <= end).ok_or_else(damaged)?;
    bundle.seek(SeekFrom::Start(end - bytes))?;
    let mut rows = Vec::new();
    (&bundle).take(bytes).read_to_end(&mut rows)?;
    let is_whole = rows.len() as u64 == bytes && *blake3::hash(&rows).as_bytes() == hash;
    let rows = is_whole.then(|| rows.chunks_exact(ROW).map(row).collect::<io::Result<Vec<_>>>());
    rows.ok_or_else(damaged)?
}

fn row(mut bytes: &[u8]) -> io::Result<(Digest, Spot)> {
    let key = array(&mut bytes)?;
    let mut number = || array(&mut bytes).map(u64::from_le_bytes);
    Ok((key, Spot { start: number()?, length: number()? }))
}

fn array<const LENGTH: usize>(from: &mut impl Read) -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(entries: &[(u8, &[u8])]) -> Vec<u8> {
        let mut growing = Growing::new(Vec::new());
        for (key, bytes) in entries {
            growing.add(&[*key; 32], bytes).unwrap();
        }
        growing.end().unwrap()
    }

    fn known(bundles: &[(&str, &[u8])], folder: &std::path::Path) -> Known {
        for (name, bytes) in bundles {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        let names = bundles.iter().map(|(name, _)| OsString::from(name)).collect();
        Known::read(names, |name| File::open(folder.join(name)))
    }

    #[test]
    fn entries_are_found_and_the_later_bundle_counts() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (bundle(&[(1, b"one"), (2, b"two")]), bundle(&[(2, b"twice"), (3, b"")]));
        let names = ["bundle-000000000000000a-9", "bundle-0000000000000009-10"];
        let known = known(&[(names[0], &new), (names[1], &old), ("other", b"x")], folder.path());
        let read = |key: u8| {
            let (name, spot) = known.find(&[key; 32])?;
            Some(spot.read(&File::open(folder.path().join(name)).unwrap()).unwrap())
        };
        assert_eq!(
            [read(1), read(2), read(3), read(4)],
            [Some(b"one".into()), Some(b"twice".into()), Some(vec![]), None]
        );
        let next = known.next(0);
        assert!(next.to_str().unwrap().starts_with("bundle-000000000000000b-") && is_bundle(&next));
        assert!(!is_bundle(OsStr::new("bundle-")) && !is_bundle(OsStr::new(".new-1")));
    }

    #[test]
    fn of_many_bundles_the_newest_count() {
        let name = |number: usize| OsString::from(format!("bundle-{number:016x}-1"));
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<OsString> = (1..=MOST + 2).map(name).collect();
        for (key, name) in (0..).zip(&names) {
            std::fs::write(folder.path().join(name), bundle(&[(key, b"one")])).unwrap();
        }
        let known = Known::read(names, |name| File::open(folder.path().join(name)));
        assert_eq!(known.surplus(), [name(1), name(2)]);
        assert!(known.find(&[1; 32]).is_none() && known.find(&[2; 32]).is_some());
    }

    #[test]
    fn damaged_rows_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let whole = bundle(&[(1, b"one"), (2, b"two")]);
        let found = |bytes: &[u8]| known(&[("bundle-0000000000000001-1", bytes)], folder.path()).spots.len();
        assert_eq!(found(&whole), 2);
        for at in 6..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(found(&damaged), 0, "{at}");
        }
        for length in 0..whole.len() {
            assert_eq!(found(&whole[..length]), 0, "{length}");
        }
    }
}
