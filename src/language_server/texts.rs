//! The texts that are open in the editor, laid over what is on the disk.

use super::cursor::Parts;
use super::lines::{Encoding, Lines, Position};
use super::uri;
use crate::source::{Disk, Kind, Spot, World, normal};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A text as it is open in the editor.
#[derive(Debug)]
pub struct Document {
    /// The address, as the client writes it.
    pub uri: String,
    /// Its file; what is not yet saved has a place of its own in the first folder.
    pub path: PathBuf,
    /// The version that the client gave.
    pub version: i32,
    /// The text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: Lines,
    /// Its parts, from when they are asked for.
    parts: OnceLock<Parts>,
}

impl Document {
    fn new(uri: String, path: PathBuf, version: i32, text: String, lines: Lines) -> Document {
        Document { uri, path, version, text: text.into(), lines, parts: OnceLock::new() }
    }

    /// The text, taken apart: once, however many ask.
    pub fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts::new(Arc::clone(&self.text)))
    }
}

/// A change of a text: what stands between two positions, or all of it, is replaced.
#[derive(Clone, Debug)]
pub struct Change {
    /// From where to where; all of the text where there is none.
    pub range: Option<(Position, Position)>,
    /// What takes its place.
    pub text: String,
}

/// All texts that are open. A copy shares the texts, and does not change with them.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    documents: BTreeMap<PathBuf, Arc<Document>>,
    /// The same by where the links in their paths lead: an import may name a file otherwise than the editor does.
    targets: BTreeMap<PathBuf, PathBuf>,
}

impl Texts {
    /// Takes in a text that was opened; `here` is the folder for those that have no file yet.
    pub fn open(&mut self, uri: String, version: i32, text: String, here: &Path) {
        let path = path(&uri, here);
        if let Ok(target) = std::fs::canonicalize(&path).map(|target| normal(&target)) {
            self.targets.insert(target, path.clone());
        }
        let lines = Lines::new(&text);
        self.documents.insert(path.clone(), Arc::new(Document::new(uri, path, version, text, lines)));
    }

    /// Applies changes, one after the other, as the client made them.
    pub fn change(&mut self, uri: &str, version: i32, changes: Vec<Change>, encoding: Encoding) {
        let Some(document) = self.by_uri(uri) else { return };
        let mut text = document.text.to_string();
        let mut lines = document.lines.clone();
        for change in changes {
            match change.range {
                Some((start, end)) => {
                    let start = lines.offset(&text, start, encoding);
                    let end = lines.offset(&text, end, encoding).max(start);
                    text.replace_range(start..end, &change.text);
                }
                None => text = change.text,
            }
            lines = Lines::new(&text);
        }
        let (uri, path) = (document.uri.clone(), document.path.clone());
        self.documents.insert(path.clone(), Arc::new(Document::new(uri, path, version, text, lines)));
    }

    /// Forgets a text: from now on the file counts.
    pub fn close(&mut self, uri: &str) {
        let Some(path) = self.by_uri(uri).map(|document| document.path.clone()) else { return };
        self.documents.remove(&path);
        self.targets.retain(|_, open| *open != path);
    }

    /// The text with this address.
    pub fn by_uri(&self, uri: &str) -> Option<&Arc<Document>> {
        let by_path = uri::path(uri).and_then(|path| self.documents.get(&normal(&path)));
        by_path.or_else(|| self.documents.values().find(|document| document.uri == uri))
    }

    /// The text of the file at this path.
    pub fn by_path(&self, path: &Path) -> Option<&Arc<Document>> {
        self.documents.get(path).or_else(|| self.documents.get(self.targets.get(path)?))
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// The address of a file: the client's own where it is open.
    pub fn uri_of(&self, path: &Path) -> String {
        self.by_path(path).map_or_else(|| uri::uri(path), |document| document.uri.clone())
    }
}

/// Where a text is, or would be if it were saved.
fn path(uri: &str, here: &Path) -> PathBuf {
    match uri::path(uri) {
        Some(path) => normal(&path),
        None => {
            let name: String = uri.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
            here.join(name)
        }
    }
}

/// The world as the editor shows it: open texts take the place of their files.
impl World for Texts {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.by_path(path) {
            Some(document) => Ok(cut(&document.text, limit)),
            None => Disk.read(path, limit),
        }
    }

    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        match self.by_path(path) {
            Some(document) => Ok(cut(&document.text, limit)),
            None => Disk.read_at(path, spot, limit),
        }
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        Disk.is_shared(path).or_else(|error| self.by_path(path).map(|_| false).ok_or(error))
    }

    fn exists(&self, path: &Path) -> bool {
        self.by_path(path).is_some() || Disk.exists(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        Disk.kind(path).or_else(|error| self.by_path(path).map(|_| Kind::File).ok_or(error))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.canonical(path).or_else(|error| self.by_path(path).map(|open| open.path.clone()).ok_or(error))
    }
}

fn cut(text: &str, limit: u64) -> Vec<u8> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    text.as_bytes().iter().take(limit).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Texts {
        let mut texts = Texts::default();
        texts.open("file:///nowhere/a.ncl".to_owned(), 1, text.to_owned(), Path::new("/nowhere"));
        texts
    }

    #[test]
    fn changes_build_on_each_other() {
        let mut texts = opened("a\nbc\n");
        let at = |line, character| Position { line, character };
        let change = |from, to, text: &str| Change { range: Some((from, to)), text: text.to_owned() };
        let changes = vec![change(at(0, 0), at(0, 1), "x\ny"), change(at(2, 1), at(9, 9), "!")];
        texts.change("file:///nowhere/a.ncl", 2, changes, Encoding::Utf16);
        let document = texts.by_uri("file:///nowhere/a.ncl").unwrap();
        assert_eq!((&*document.text, document.version), ("x\ny\nb!", 2));
    }

    #[test]
    fn an_open_text_is_there_without_a_file() {
        let mut texts = opened("text");
        let path = Path::new("/nowhere/a.ncl");
        assert!(texts.exists(path) && !texts.exists(Path::new("/nowhere/b.ncl")));
        assert_eq!(texts.read(path, 2).unwrap(), b"te");
        assert_eq!(texts.kind(path).unwrap(), Kind::File);
        assert_eq!(texts.canonical(path).unwrap(), path);
        texts.close("file:///nowhere/a.ncl");
        assert!(!texts.exists(path));
    }

    #[test]
    fn a_text_that_was_never_saved_has_a_place() {
        let mut texts = Texts::default();
        texts.open("untitled:Untitled-1".to_owned(), 1, "x".to_owned(), Path::new("/here"));
        assert_eq!(texts.by_uri("untitled:Untitled-1").unwrap().path, Path::new("/here/untitled-Untitled-1"));
    }
}
