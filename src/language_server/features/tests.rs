//! What features say of texts with a `‸` at the byte that is asked about.

mod library;
mod navigation;
mod outline;
mod prefixes;
mod renaming;

use super::{Known, Target, View};
use crate::compile::Compiler;
use crate::evaluate::schema::Schema;
use crate::fleet;
use crate::language_server::Texts;
use crate::language_server::cursor::Parts;
use crate::source::{Entry, LIBRARY, Origin};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A workspace of open texts, in a folder that is not there.
struct Workspace {
    schema: Schema,
    known: Known,
    files: Vec<(PathBuf, String)>,
    parts: BTreeMap<PathBuf, Parts>,
    /// The file with the mark, and the byte that it is at.
    mark: Option<(PathBuf, usize)>,
}

const FOLDER: &str = "/nowhere";

impl Workspace {
    /// Evaluates the environments among some files.
    fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Workspace {
        let mut mark = None;
        let mut read = Vec::new();
        for (name, text) in files {
            let path = Path::new(FOLDER).join(name);
            mark = text.find('‸').map(|at| (path.clone(), at)).or(mark);
            read.push((path, text.replace('‸', "")));
        }
        let known = known(&read);
        let parts = read.iter().map(|(path, text)| (path.clone(), Parts::new(text.as_str()))).collect();
        Workspace { schema: Schema::embedded(), known, files: read, parts, mark }
    }

    /// The environments of a folder that is shipped, with the marked text in the place of one of them.
    fn shipped(folder: &str, marked: Option<(&str, &str)>) -> Workspace {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("environments").join(folder);
        let paths = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "ncl"));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let read = |path: PathBuf| (name(&path), std::fs::read_to_string(path).unwrap());
        let mut files: Vec<(String, String)> = paths.map(read).collect();
        files.sort();
        assert!(!files.is_empty());
        if let Some((name, marked)) = marked {
            mark(&mut files.iter_mut().find(|(known, _)| known == name).unwrap().1, marked);
        }
        Workspace::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    fn view(&self, path: &Path) -> View<'_> {
        let (path, parts) = self.parts.get_key_value(path).unwrap();
        View { parts, path, schema: &self.schema, known: Some(&self.known) }
    }

    /// What is seen at the mark.
    fn marked(&self) -> (View<'_>, usize) {
        let (path, offset) = self.mark.as_ref().unwrap();
        (self.view(path), *offset)
    }

    /// A place as its file, its line from 1, and its text.
    fn shown(&self, path: &Path, range: &Range<usize>) -> String {
        let text = self.files.iter().find(|(known, _)| known == path).map_or("", |(_, text)| text);
        let line = text[..range.start].matches('\n').count() + 1;
        format!("{}:{line} {}", path.strip_prefix(FOLDER).unwrap().display(), &text[range.clone()])
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::File { path, range } => self.shown(path, range),
            Target::Library { module, range } => {
                let module = &LIBRARY[*module];
                format!("library {} {}", module.path, &module.text[range.clone()])
            }
        }
    }
}

/// Puts the mark where a marked piece of a text has it.
fn mark(text: &mut String, marked: &str) {
    let (before, after) = marked.split_once('‸').unwrap();
    let at = text.find(&format!("{before}{after}")).expect("the text is there") + before.len();
    text.insert(at, '‸');
}

/// What the analysis finds in files.
fn known(files: &[(PathBuf, String)]) -> Known {
    let mut texts = Texts::default();
    for (path, text) in files {
        texts.open(format!("file://{}", path.display()), 1, text.clone(), Path::new(FOLDER));
    }
    let mut compiler = Compiler::new();
    let entry = |(path, _): &(PathBuf, String)| {
        let found = Origin::Found { folder: "nowhere".to_owned() };
        Entry::file(path.strip_prefix(FOLDER).unwrap(), Path::new(FOLDER)).wanted_by(found)
    };
    let entries = files.iter().map(entry).collect();
    let mut examine =
        |entries: Vec<Entry>| entries.into_iter().map(|entry| compiler.examine(&texts, entry)).collect::<Vec<_>>();
    let members = fleet::gather(entries, &mut examine).into_iter().map(std::sync::Arc::new).collect();
    Known { members, ..Known::default() }
}
