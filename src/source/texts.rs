//! Texts and places in them. A text is read once; a place is two bytes of it, and becomes a line and a column where it is shown.

use crate::layout::{Layout, Tokens};
use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

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
    fn bytes(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

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
    /// Its tokens, once a fix was made for it.
    tokens: OnceLock<Tokens>,
}

impl SourceText {
    /// How it is laid out.
    pub(crate) fn layout(&self) -> Layout<'_> {
        Layout::new(&self.text, self.tokens.get_or_init(|| Tokens::of(&self.text)))
    }

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
        self.texts.push(Arc::new(SourceText {
            name,
            path: None,
            text,
            library,
            lines: OnceLock::new(),
            tokens: OnceLock::new(),
        }));
        id
    }

    /// Takes in the text of a file of the user.
    pub fn add_file(&mut self, name: String, path: PathBuf, text: String) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::new(SourceText {
            name,
            path: Some(path),
            text,
            library: false,
            lines: OnceLock::new(),
            tokens: OnceLock::new(),
        }));
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

    /// The text of a file of the user's, as it was read.
    pub fn text_of(&self, file: &std::path::Path) -> Option<&str> {
        self.own().find(|source| source.path.as_deref() == Some(file)).map(|source| source.text.as_str())
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
        text.get(whole(text, span.bytes())).unwrap_or("")
    }

    /// The bytes of a span in its text, widened to whole characters and cut at the end: readers of other formats count
    /// bytes, characters and one more, and any span can be shown.
    pub fn range(&self, span: Span) -> Range<usize> {
        whole(self.get(span.file).map_or("", |text| &text.text), span.bytes())
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

/// Bytes of a text, widened so that they cut no character: from the beginning of the first to the end of the last.
pub(crate) fn whole(text: &str, bytes: Range<usize>) -> Range<usize> {
    let (first, after) = (bytes.start.min(text.len()), bytes.end.min(text.len()));
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
