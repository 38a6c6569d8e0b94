//! What an evaluation asked of the world, and whether the world still answers the same.

use super::bytes::{Reader, Writer};
use super::{Digest, digest};
use crate::source::{Kind, Spot, World};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// Something that can be asked of a path. Reading comes last: what is no file any more may never end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Question {
    Exists,
    Kind,
    Canonical,
    Shared,
    Read,
}

/// What the world says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The bytes are so many, and these.
    Text(usize, Digest),
    Exists(bool),
    /// None where there is nothing.
    Kind(Option<Kind>),
    Canonical(Option<PathBuf>),
    /// None where there is nothing.
    Shared(Option<bool>),
}

/// All that was asked of the world, with its answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Inputs {
    answers: BTreeMap<(PathBuf, Question), Answer>,
    /// Whether a file could not be read, or changed between two looks at it.
    spoiled: bool,
}

impl Inputs {
    fn note(&mut self, path: &Path, question: Question, answer: Option<Answer>) {
        let Some(answer) = answer else { return self.spoiled = true };
        let known = self.answers.entry((path.to_owned(), question)).or_insert_with(|| answer.clone());
        self.spoiled |= *known != answer;
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        if self.spoiled {
            writer.spoil();
        }
        writer.list(self.answers.iter(), |writer, ((path, _), answer)| {
            writer.path(path);
            match answer {
                Answer::Text(length, digest) => {
                    writer.byte(0);
                    writer.number(*length);
                    writer.raw(digest);
                }
                Answer::Exists(there) => writer.byte(1 + u8::from(*there)),
                Answer::Kind(kind) => writer.byte(match kind {
                    None => 3,
                    Some(Kind::File) => 4,
                    Some(Kind::Folder) => 5,
                    Some(Kind::Special) => 6,
                }),
                Answer::Canonical(None) => writer.byte(7),
                Answer::Canonical(Some(target)) => {
                    writer.byte(8);
                    writer.path(target);
                }
                Answer::Shared(shared) => writer.byte(match shared {
                    None => 9,
                    Some(false) => 10,
                    Some(true) => 11,
                }),
            }
        });
    }

    /// Reads what was asked, and asks it again: none where any answer is another one.
    pub(super) fn confirm(reader: &mut Reader<'_>, seen: &Seen<'_>) -> Option<()> {
        let confirmed = reader.list(|reader| {
            let path = reader.path()?;
            let same = match reader.byte()? {
                0 => {
                    let length = reader.number()?;
                    let digest = reader.raw(digest(&[]).len())?;
                    let now = seen.text(&path)?;
                    now.bytes.len() == length && now.digest == digest
                }
                tag @ (1 | 2) => seen.exists(&path) == (tag == 2),
                3 => seen.kind(&path).is_none(),
                4 => seen.kind(&path) == Some(Kind::File),
                5 => seen.kind(&path) == Some(Kind::Folder),
                6 => seen.kind(&path) == Some(Kind::Special),
                7 => seen.canonical(&path).is_none(),
                8 => seen.canonical(&path) == Some(reader.path()?),
                9 => seen.is_shared(&path).is_none(),
                tag @ (10 | 11) => seen.is_shared(&path) == Some(tag == 11),
                _ => false,
            };
            same.then_some(())
        });
        confirmed.map(drop)
    }
}

/// A world that notes what is asked of it, by the thread that asks.
pub struct Recorder<'w> {
    world: &'w (dyn World + Sync),
    open: Mutex<HashMap<ThreadId, Inputs>>,
}

impl<'w> Recorder<'w> {
    pub(super) fn new(world: &'w (dyn World + Sync)) -> Recorder<'w> {
        Recorder { world, open: Mutex::default() }
    }

    /// Notes what this thread asks from here on.
    pub(super) fn begin(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(thread::current().id(), Inputs::default());
    }

    /// What this thread has asked.
    pub(super) fn end(&self) -> Option<Inputs> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&thread::current().id())
    }

    /// A hash of what this thread has asked so far.
    pub(super) fn asked(&self) -> Option<Digest> {
        let mut writer = Writer::default();
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let inputs = open.get(&thread::current().id())?;
        Inputs { spoiled: false, ..inputs.clone() }.write(&mut writer);
        writer.byte(u8::from(inputs.spoiled));
        Some(digest(&writer.finish()?))
    }

    fn note(&self, path: &Path, question: Question, answer: Option<Answer>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inputs) = open.get_mut(&thread::current().id()) {
            inputs.note(path, question, answer);
        }
    }

    fn note_read(&self, path: &Path, read: &io::Result<Vec<u8>>, limit: u64) {
        let all = read.as_ref().ok().filter(|bytes| (bytes.len() as u64) < limit);
        self.note(path, Question::Read, all.map(|bytes| Answer::Text(bytes.len(), digest(bytes))));
    }
}

impl World for Recorder<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let read = self.world.read(path, limit);
        self.note_read(path, &read, limit);
        read
    }

    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        let read = self.world.read_at(path, spot, limit);
        self.note_read(path, &read, limit);
        read
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        let shared = self.world.is_shared(path);
        self.note(path, Question::Shared, Some(Answer::Shared(shared.as_ref().ok().copied())));
        shared
    }

    fn exists(&self, path: &Path) -> bool {
        let there = self.world.exists(path);
        self.note(path, Question::Exists, Some(Answer::Exists(there)));
        there
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let kind = self.world.kind(path);
        self.note(path, Question::Kind, Some(Answer::Kind(kind.as_ref().ok().copied())));
        kind
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        let target = self.world.canonical(path);
        self.note(path, Question::Canonical, Some(Answer::Canonical(target.as_ref().ok().cloned())));
        target
    }
}

/// A file as it is now.
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    pub(super) digest: Digest,
}

/// A world of which each thing is asked once in a run: environments share modules and folders.
pub(super) struct Seen<'w> {
    world: &'w (dyn World + Sync),
    texts: Mutex<HashMap<PathBuf, Option<Arc<Text>>>>,
    exist: Mutex<HashMap<PathBuf, bool>>,
    kinds: Mutex<HashMap<PathBuf, Option<Kind>>>,
    targets: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    shared: Mutex<HashMap<PathBuf, Option<bool>>>,
}

impl<'w> Seen<'w> {
    pub(super) fn new(world: &'w (dyn World + Sync)) -> Seen<'w> {
        let (texts, exist) = (Mutex::default(), Mutex::default());
        let (kinds, targets, shared) = (Mutex::default(), Mutex::default(), Mutex::default());
        Seen { world, texts, exist, kinds, targets, shared }
    }

    pub(super) fn text(&self, path: &Path) -> Option<Arc<Text>> {
        once(&self.texts, path, || {
            let bytes = self.world.read(path, super::LARGEST as u64).ok()?;
            let digest = digest(&bytes);
            Some(Arc::new(Text { bytes, digest }))
        })
    }

    /// Whether there is a file with a text of its own.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(Kind::File)
    }

    fn exists(&self, path: &Path) -> bool {
        once(&self.exist, path, || self.world.exists(path))
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        once(&self.kinds, path, || self.world.kind(path).ok())
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        once(&self.targets, path, || self.world.canonical(path).ok())
    }

    fn is_shared(&self, path: &Path) -> Option<bool> {
        once(&self.shared, path, || self.world.is_shared(path).ok())
    }
}

/// What is known of a path, or is found out now. Two threads may find out the same; that is cheaper than to wait.
fn once<T: Clone>(known: &Mutex<HashMap<PathBuf, T>>, path: &Path, ask: impl FnOnce() -> T) -> T {
    let known_already = known.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
    known_already.unwrap_or_else(|| {
        let answer = ask();
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), answer.clone());
        answer
    })
}
