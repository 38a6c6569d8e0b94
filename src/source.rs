//! Where text comes from: files, standard input, the embedded library.
//!
//! Invariant: this is the only module of the core that may touch a file, and only through a [`World`]; everything
//! after it is a function of what was read.

mod disk;
pub mod git;

use std::collections::HashSet;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The name under which the library is imported: `import "agentos/lib.ncl"`.
pub const LIBRARY_FOLDER: &str = "agentos";

/// The module of the library that environments import, below that folder.
pub const LIBRARY_DOOR: &str = "lib.ncl";

/// One module of the embedded library: its path below [`LIBRARY_FOLDER`], and its text.
pub struct LibraryModule {
    /// The path below `agentos/`, with forward slashes.
    pub path: &'static str,
    /// The Nickel source.
    pub text: &'static str,
}

macro_rules! library {
    ($($path:literal),* $(,)?) => {
        &[$(LibraryModule { path: $path, text: include_str!(concat!("../", $path)) }),*]
    };
}

/// The library as it is compiled into this binary; its front door first.
pub const LIBRARY: &[LibraryModule] = library![
    "lib.ncl",
    "lib/amounts.ncl",
    "lib/audit.ncl",
    "lib/authentication.ncl",
    "lib/check.ncl",
    "lib/database.ncl",
    "lib/environment.ncl",
    "lib/federation.ncl",
    "lib/names.ncl",
    "lib/network.ncl",
    "lib/observability.ncl",
    "lib/provided.ncl",
    "lib/secret_key.ncl",
    "lib/secrets.ncl",
    "lib/service.ncl",
    "lib/settings.ncl",
    "lib/settings/v1_02.ncl",
    "lib/settings/v1_07.ncl",
    "lib/smoke.ncl",
    "lib/storage.ncl",
    "lib/tenancy.ncl",
];

/// What there is at a path, behind any symbolic links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with a text of its own.
    File,
    /// A folder.
    Folder,
    /// A pipe, a socket or a device: reading it may take for ever, or have effects.
    Special,
}

/// Where a file was when it was judged, and has to be when it is opened: no link may be on the way below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The folder; links on the way to it are followed.
    pub folder: PathBuf,
    /// The way from there to the file.
    pub below: PathBuf,
    /// Whether the file may have other names (hard links), which may be anywhere.
    pub may_be_shared: bool,
}

impl Spot {
    /// The spot of a file that the search of a folder has found: searches follow no links.
    pub fn found(path: &Path) -> Option<Spot> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Spot { folder: folder.to_owned(), below: path.file_name()?.into(), may_be_shared: true })
    }
}

/// What the compiler may see of the machine it runs on. Paths are absolute and have no `.` or `..`.
pub trait World {
    /// The bytes of a file, at most the first `limit`.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// The same of the plain file that `path` leads to by way of a spot. What was opened is judged, so that nothing else
    /// is read, also where another file or folder takes its place in the meantime. A world that does not change has
    /// nothing to judge.
    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        let _ = path;
        self.read(&spot.folder.join(&spot.below), limit)
    }
    /// Whether the file at this path has other names (hard links). A world without them has one name a file.
    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        self.kind(path).map(|_| false)
    }
    /// Whether there is anything at this path.
    fn exists(&self, path: &Path) -> bool;
    /// What there is at this path. A world without folders, pipes and devices has files only.
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        if self.exists(path) { Ok(Kind::File) } else { Err(io::ErrorKind::NotFound.into()) }
    }
    /// The path with all symbolic links followed. A world without them has nothing to follow.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }
}

/// The file system.
pub struct Disk;

impl World for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_at(&self, _path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        disk::read_at(spot, limit)
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        Ok(disk::is_shared(&std::fs::metadata(path)?))
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let metadata = std::fs::metadata(path)?;
        Ok(match (metadata.is_file(), metadata.is_dir()) {
            (true, _) => Kind::File,
            (false, true) => Kind::Folder,
            (false, false) => Kind::Special,
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }
}

/// What to compile.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How the user named it: this is what findings say.
    pub name: String,
    /// Its place, absolute and normal; relative imports start from its folder.
    pub path: PathBuf,
    /// Its text where it does not come from the file, as with standard input.
    pub text: Option<String>,
    /// Who wants it compiled.
    pub origin: Origin,
}

/// Who wants an environment compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user named its file: it is an environment, whatever it says.
    Named,
    /// It was found in this folder, which the user named: it is an environment if it says so, or if it is
    /// [presumed](Origin::Presumed) to be one.
    Found {
        /// How the user named the folder.
        folder: String,
    },
    /// It was found in this folder, does not say that it is an environment, and is taken for one: it imports the
    /// library and no other file imports it, or an environment names it as a peer.
    Presumed {
        /// How the user named the folder.
        folder: String,
    },
    /// An environment names it as a peer: it is looked at, and not compiled.
    Peer,
}

impl Entry {
    /// An entry that is read from the file at `path`, relative to the folder `here`.
    pub fn file(path: &Path, here: &Path) -> Entry {
        Entry { name: display(path), path: normal(&here.join(path)), text: None, origin: Origin::Named }
    }

    /// An entry whose text is at hand, as if it stood in the folder `here`.
    pub fn text(name: &str, text: String, here: &Path) -> Entry {
        Entry { name: name.to_owned(), path: normal(&here.join(name)), text: Some(text), origin: Origin::Named }
    }

    /// The same entry, wanted by somebody else.
    #[must_use]
    pub fn wanted_by(self, origin: Origin) -> Entry {
        Entry { origin, ..self }
    }
}

/// A path as findings show it: with forward slashes and without a leading `./`.
pub fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut shown = text.as_str();
    while let Some(rest) = shown.strip_prefix("./") {
        // The slashes after a dot are one: without this `.//a` would be shown as if it began at the root.
        shown = rest.trim_start_matches('/');
    }
    shown.to_owned()
}

/// The path without `.` and `..`, by its text alone: symbolic links are not followed.
pub fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let poppable = matches!(out.components().next_back(), Some(Component::Normal(_)));
                if poppable {
                    out.pop();
                } else if !out.has_root() {
                    out.push("..");
                }
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

/// A text that takes part in a compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Its place among the texts of its [`Sources`].
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// The text at a place.
    pub(crate) fn of(index: usize) -> Option<FileId> {
        u32::try_from(index).ok().map(FileId)
    }
}

/// A stretch of a text, in bytes; `end` is the first byte after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Whether `other` lies within this span.
    pub fn contains(&self, other: &Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A place that people can find: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The line of the character after the last.
    pub end_line: usize,
    /// Its column.
    pub end_column: usize,
}

/// One text and how it is called.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// How findings call it.
    pub name: String,
    /// Where it was read; none where it is not from a file.
    pub path: Option<PathBuf>,
    /// The text.
    pub text: String,
    /// Whether it belongs to the embedded library, not to the user.
    pub library: bool,
    /// Where its lines begin, once that was asked.
    lines: OnceLock<Lines>,
}

impl SourceText {
    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }
}

/// Where the lines of a text begin and how many characters stand before each of its blocks, so that a place is found
/// without reading the text again from its start.
#[derive(Clone, Debug)]
struct Lines {
    /// The first byte of each line.
    starts: Vec<usize>,
    /// The characters before each block of [`BLOCK`] bytes; none where each character is a byte.
    characters: Option<Vec<usize>>,
}

/// How many bytes are counted anew for a column.
const BLOCK: usize = 1024;

impl Lines {
    fn of(text: &str) -> Lines {
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline + 1));
        let characters = (!text.is_ascii()).then(|| {
            let blocks = text.as_bytes().chunks(BLOCK).scan(0, |before, block| {
                let here = *before;
                *before += characters(block);
                Some(here)
            });
            blocks.collect()
        });
        Lines { starts: starts.collect(), characters }
    }

    /// The line of a byte, from 0.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).copied()
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let Some(counted) = &self.characters else { return offset };
        let block = offset / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        counted.get(block).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters begin in these bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Where the texts of one [`Sources`] are in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// The first text that has moved; those before it are the library's, and the same in both.
    first: u32,
    /// How far.
    by: u32,
}

impl Relocation {
    /// Where a span is now.
    pub fn span(self, span: Span) -> Span {
        let FileId(file) = span.file;
        if file < self.first { span } else { Span { file: FileId(file.saturating_add(self.by)), ..span } }
    }

    /// Where a span was before; what did not come from there has no such place.
    pub(crate) fn origin(self, span: Span) -> Option<Span> {
        let FileId(file) = span.file;
        if file < self.first {
            return Some(span);
        }
        file.checked_sub(self.by).filter(|file| *file >= self.first).map(|file| Span { file: FileId(file), ..span })
    }
}

/// Every text of a compilation, the library's first. A copy shares the texts.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<Arc<SourceText>>,
}

impl Sources {
    /// Takes a text in.
    pub fn add(&mut self, name: String, text: String, library: bool) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::new(SourceText { name, path: None, text, library, lines: OnceLock::new() }));
        id
    }

    /// Takes in the text of a file of the user.
    pub fn add_file(&mut self, name: String, path: PathBuf, text: String) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::new(SourceText { name, path: Some(path), text, library: false, lines: OnceLock::new() }));
        id
    }

    /// The library's texts alone.
    pub fn library(&self) -> Sources {
        Sources { texts: self.texts.iter().take_while(|text| text.library).cloned().collect() }
    }

    /// Takes in the user's texts of another value that began with the same library.
    pub fn absorb(&mut self, other: &Sources) -> Relocation {
        let users = other.texts.iter().position(|text| !text.library).unwrap_or(other.texts.len());
        let (first, here) = (u32::try_from(users).unwrap_or(u32::MAX), u32::try_from(self.texts.len()));
        self.texts.extend(other.texts.iter().skip(users).cloned());
        Relocation { first, by: here.unwrap_or(u32::MAX).saturating_sub(first) }
    }

    /// The user's texts.
    pub(crate) fn own(&self) -> impl Iterator<Item = &SourceText> {
        self.texts.iter().map(Arc::as_ref).filter(|text| !text.library)
    }

    /// The text with this id; ids come from [`Sources::add`] of the same value.
    pub fn get(&self, id: FileId) -> Option<&SourceText> {
        self.texts.get(id.0 as usize).map(Arc::as_ref)
    }

    /// How many texts there are, for [`Sources::forget_after`].
    pub fn mark(&self) -> usize {
        self.texts.len()
    }

    /// Forgets the texts that were taken in after a mark; nothing may refer to them any more.
    pub fn forget_after(&mut self, mark: usize) {
        self.texts.truncate(mark);
    }

    /// How findings call the text.
    pub fn name(&self, id: FileId) -> &str {
        self.get(id).map_or("", |text| &text.name)
    }

    /// Whether the text belongs to the embedded library.
    pub fn is_library(&self, id: FileId) -> bool {
        self.get(id).is_some_and(|text| text.library)
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        let text = self.get(span.file).map_or("", |text| &text.text);
        text.get(whole(text, span)).unwrap_or("")
    }

    /// The bytes of a span in its text, widened to whole characters and cut at the end: readers of other formats count
    /// bytes, characters and one more, and any span can be shown.
    pub fn range(&self, span: Span) -> Range<usize> {
        whole(self.get(span.file).map_or("", |text| &text.text), span)
    }

    /// The first character of a span that runs over several lines, else all of it: what to point at in a record.
    pub fn opening(&self, span: Span) -> Span {
        match self.slice(span).contains('\n') {
            true => Span { end: span.start.saturating_add(1), ..span },
            false => span,
        }
    }

    /// Where a text stands in the user's files, letter for letter.
    pub fn occurrences(&self, text: &str) -> Vec<Span> {
        let in_file = |(index, source): (usize, &Arc<SourceText>)| -> Option<Vec<Span>> {
            let file = FileId(u32::try_from(index).ok()?);
            let offset = |bytes: usize| u32::try_from(bytes).ok();
            let found = source.text.match_indices(text);
            let span = |(start, text): (usize, &str)| {
                Some(Span { file, start: offset(start)?, end: offset(start + text.len())? })
            };
            Some(found.filter_map(span).collect())
        };
        let users = self.texts.iter().enumerate().filter(|(_, source)| !source.library && !text.is_empty());
        users.filter_map(in_file).flatten().collect()
    }

    /// Where pieces of a text stand in the user's files: all that is long enough to be no ordinary word, and shorter
    /// ones that are a literal by themselves.
    pub fn pieces(&self, text: &str) -> Vec<Span> {
        let is_of_words = |byte: &u8| byte.is_ascii_lowercase() || b" -_./".contains(byte);
        let windows = text.as_bytes().windows(PIECE).filter(|window| !window.iter().all(is_of_words));
        let windows: HashSet<&[u8]> = windows.collect();
        let in_file = |(index, source): (usize, &Arc<SourceText>)| -> Option<Vec<Span>> {
            let file = FileId(u32::try_from(index).ok()?);
            let offset = |bytes: usize| u32::try_from(bytes).ok();
            let span = |range: Range<usize>| Some(Span { file, start: offset(range.start)?, end: offset(range.end)? });
            let written = source.text.as_bytes().windows(PIECE).enumerate();
            let long = written.filter(|(_, window)| windows.contains(window)).map(|(start, _)| start..start + PIECE);
            let short = literals(&source.text).filter(|range| {
                (SHORTEST_PIECE..PIECE).contains(&range.len())
                    && source.text.get(range.clone()).is_some_and(|literal| text.contains(literal))
            });
            Some(joined(long).into_iter().chain(short).filter_map(span).collect())
        };
        let users = self.texts.iter().enumerate().filter(|(_, source)| !source.library);
        users.filter_map(in_file).flatten().collect()
    }

    /// Where a span starts and ends.
    pub fn place(&self, span: Span) -> Place {
        let range = self.range(span);
        let (line, column) = self.line_and_column(span.file, range.start);
        let (end_line, end_column) = self.line_and_column(span.file, range.end);
        Place { line, column, end_line, end_column }
    }

    /// The line of a byte, from 0.
    pub fn line(&self, file: FileId, offset: usize) -> usize {
        self.get(file).map_or(0, |text| text.lines().line(offset))
    }

    /// The bytes of some lines that follow each other, counted from 0, with their ends.
    pub fn lines(&self, file: FileId, lines: Range<usize>) -> Range<usize> {
        let Some(text) = self.get(file) else { return 0..0 };
        let start = |line| text.lines().start(line).unwrap_or(text.text.len());
        start(lines.start)..start(lines.end)
    }

    /// The line and the column of a character, from 1.
    fn line_and_column(&self, file: FileId, offset: usize) -> (usize, usize) {
        let Some(text) = self.get(file) else { return (1, 1) };
        let lines = text.lines();
        let line = lines.line(offset);
        let before = |offset| lines.characters_before(&text.text, offset);
        (line + 1, before(offset) - before(lines.start(line).unwrap_or(0)) + 1)
    }
}

/// The bytes of a span in a text: from the beginning of its first character to the end of its last.
fn whole(text: &str, span: Span) -> Range<usize> {
    let (first, after) = ((span.start as usize).min(text.len()), (span.end as usize).min(text.len()));
    let start = (0..=first).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = (after..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    start..end.max(start)
}

/// The length of a piece of a text that is found wherever it stands, in bytes, and of one that is a literal.
const PIECE: usize = 8;
const SHORTEST_PIECE: usize = 4;

/// What stands between quotes and interpolations, as far as one line has it.
fn literals(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split(['"', '{', '}', '%', '\n']).map(move |piece| {
        let at = start;
        start += piece.len() + 1;
        let trimmed = piece.trim();
        let from = at + (piece.len() - piece.trim_start().len());
        from..from + trimmed.len()
    })
}

/// Ranges in their order, with those that touch made one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_dots_but_never_climb_above_the_root() {
        assert_eq!(normal(Path::new("/a/./b/../c")), PathBuf::from("/a/c"));
        assert_eq!(normal(Path::new("/../a")), PathBuf::from("/a"));
        assert_eq!(normal(Path::new("../a")), PathBuf::from("../a"));
        assert_eq!(normal(Path::new("../../a/..")), PathBuf::from("../.."));
    }

    #[test]
    fn paths_are_shown_without_dots_at_their_beginning() {
        for (path, shown) in [("./a", "a"), ("././a", "a"), (".//a", "a"), ("./.\\.//a", "a"), ("../a", "../a")] {
            assert_eq!(display(Path::new(path)), shown, "{path}");
        }
    }

    #[test]
    fn any_span_has_a_text_and_a_place() {
        let mut sources = Sources::default();
        let file = sources.add("a".into(), "\u{feff}é\n“x”".into(), false);
        let slice = |start, end| sources.slice(Span { file, start, end });
        assert_eq!((slice(0, 1), slice(1, 2), slice(3, 4)), ("\u{feff}", "\u{feff}", "é"));
        assert_eq!((slice(7, 8), slice(9, 11), slice(12, u32::MAX), slice(40, 2)), ("“", "x”", "”", ""));
        for start in 0..15 {
            for end in 0..15 {
                let place = sources.place(Span { file, start, end });
                assert!((place.line, place.column) <= (place.end_line, place.end_column), "{start} {end}");
            }
        }
    }

    #[test]
    fn columns_count_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a".into(), "é = 1\n  ü = 2\n".into(), false);
        let start = u32::try_from("é = 1\n  ü = ".len()).unwrap();
        let place = sources.place(Span { file, start, end: start + 1 });
        assert_eq!((place.line, place.column, place.end_column), (2, 7, 8));
    }

    #[test]
    fn places_are_those_of_a_count_from_the_start() {
        let text = format!("{}\n\né{}ü\r\n{}", "a".repeat(3000), "•🙂".repeat(1000), "b\n".repeat(700));
        for text in [text.clone(), text.replace(|c: char| !c.is_ascii(), "c"), String::new(), "é".to_owned()] {
            let mut sources = Sources::default();
            let file = sources.add("a".into(), text.clone(), false);
            for offset in 0..=text.len() + 1 {
                let before = (0..=offset).rev().find_map(|at| text.get(..at)).unwrap();
                let expected =
                    (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1);
                let offset = u32::try_from(offset).unwrap();
                let place = sources.place(Span { file, start: offset, end: offset });
                assert_eq!((place.line, place.column), expected, "{offset}");
            }
        }
    }
}
