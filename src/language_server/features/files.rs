//! The files that environments are made of, each with the path at which its value ends up.

use super::View;
use crate::evaluate::outline::{Kind, tokens};
use crate::fleet::Member;
use crate::language_server::cursor::{Layout, Parts};
use crate::path::Path;
use crate::source::normal;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};

/// At how many paths of an environment the value of one file is followed.
const MOST_ROOTS: usize = 8;

/// A file of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Where it is.
    pub path: &'a FilePath,
    /// Its newest text.
    pub text: &'a str,
    /// Where its value ends up.
    pub root: Path,
}

/// An import of a file, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path, between the quotes.
    pub range: Range<usize>,
    /// The path of the environment at which the value of the file ends up, where that is known.
    pub place: Option<Path>,
}

/// The imports of a text whose value ends up at `root`.
pub fn imports(text: &str, root: &Path) -> Vec<Import> {
    let tokens = tokens(text);
    let parts = Parts::new(text);
    let layout = Layout::new(&parts, root);
    let imports = tokens.windows(3).filter_map(|window| match window {
        [import, quote, path]
            if (import.kind, quote.kind, path.kind) == (Kind::Import, Kind::Quote, Kind::Literal)
                && quote.end == path.start =>
        {
            Some(path.range())
        }
        _ => None,
    });
    let place = |range: Range<usize>| {
        let place = layout.cursor(range.start).place.map(|place| place.path());
        Import { range, place }
    };
    imports.map(place).collect()
}

/// The file that a path leads to which is written in another file.
pub fn resolve(from: &FilePath, written: &str) -> PathBuf {
    normal(&from.parent().unwrap_or(FilePath::new("")).join(written))
}

/// The environments that a file is part of.
pub fn members<'a>(view: &View<'a>, path: &FilePath) -> Vec<&'a Member> {
    let is_part = |member: &&Member| {
        member.entry.path == path || member.sources.own().any(|text| text.path.as_deref() == Some(path))
    };
    all_members(view).filter(is_part).collect()
}

/// All environments.
pub fn all_members<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Member> {
    view.known.into_iter().flat_map(|known| &known.members).map(AsRef::as_ref)
}

/// The files of an environment; one whose value ends up at several paths is there for each.
pub fn of_member<'a>(view: &View<'a>, member: &'a Member) -> Vec<File<'a>> {
    let own = member.sources.own().filter_map(|text| Some((text.path.as_deref()?, text.text.as_str())));
    let newest = |(path, text): (&'a FilePath, &'a str)| (path, if path == view.path { view.text() } else { text });
    let texts: BTreeMap<&FilePath, &str> = own.map(newest).collect();
    let mut files: Vec<File<'a>> = Vec::new();
    let mut due = vec![(member.entry.path.as_path(), Path::root())];
    while let Some((path, root)) = due.pop() {
        let Some((path, text)) = texts.get_key_value(path) else { continue };
        let known = files.iter().filter(|file| file.path == *path);
        if known.clone().count() >= MOST_ROOTS || known.clone().any(|file| file.root == root) {
            continue;
        }
        for Import { range, place } in imports(text, &root) {
            let target = resolve(path, text.get(range).unwrap_or_default());
            let imported = texts.get_key_value(target.as_path()).map(|(path, _)| *path);
            due.extend(imported.zip(place));
        }
        files.push(File { path, text, root });
    }
    // What is imported to be computed with is taken for a part of the whole.
    for (path, text) in texts {
        if files.iter().all(|file| file.path != path) {
            files.push(File { path, text, root: Path::root() });
        }
    }
    files
}

/// The files of some environments, each once for each path at which its value ends up, by path.
pub fn of_members<'a>(view: &View<'a>, members: impl IntoIterator<Item = &'a Member>) -> Vec<File<'a>> {
    let mut files: BTreeMap<(&FilePath, Path), &str> = BTreeMap::new();
    for file in members.into_iter().flat_map(|member| of_member(view, member)) {
        files.insert((file.path, file.root), file.text);
    }
    if !files.keys().any(|(path, _)| *path == view.path) {
        files.insert((view.path, Path::root()), view.text());
    }
    files.into_iter().map(|((path, root), text)| File { path, text, root }).collect()
}

/// The paths at which the value of the text at hand ends up.
pub fn roots(view: &View<'_>) -> Vec<Path> {
    let files = of_members(view, members(view, view.path));
    files.into_iter().filter(|file| file.path == view.path).map(|file| file.root).collect()
}
