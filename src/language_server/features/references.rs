//! Where what stands at a byte is named, in all environments.

use super::View;
use super::fields;
use super::files::{self, File};
use super::mentions::{self, Mention};
use crate::language_server::cursor::{Layout, Parts};
use crate::path::Path;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

/// A place in a file.
pub type Spot = (PathBuf, Range<usize>);

/// What is looked for.
enum Subject {
    Named(Mention),
    /// A field by its path.
    Field(Path),
}

/// The places that name the tenant, the stack or the secret at a byte, or that set the field; by file, in the order of the
/// text. `declarations` says whether those count that declare it.
pub fn references(view: &View<'_>, offset: usize, declarations: bool) -> Vec<Spot> {
    let subjects: Vec<Subject> = files::roots(view).iter().filter_map(|root| subject(view, root, offset)).collect();
    let files = files::of_members(view, files::all_members(view));
    let mut spots: BTreeSet<(PathBuf, usize, usize)> = BTreeSet::new();
    for (subject, file) in subjects.iter().flat_map(|subject| files.iter().map(move |file| (subject, file))) {
        let places = places(file, subject, declarations);
        spots.extend(places.into_iter().map(|range| (file.path.to_owned(), range.start, range.end)));
    }
    spots.into_iter().map(|(path, start, end)| (path, start..end)).collect()
}

fn subject(view: &View<'_>, root: &Path, offset: usize) -> Option<Subject> {
    let file = File { path: view.path, text: view.text(), root: root.clone() };
    let layout = Layout::new(view.parts, root);
    let field = || fields::at(view.text(), &layout, offset).map(|field| Subject::Field(field.path()));
    mentions::at(&file, offset).map(Subject::Named).or_else(field)
}

fn places(file: &File<'_>, subject: &Subject, declarations: bool) -> Vec<Range<usize>> {
    match subject {
        Subject::Named(mention) => {
            let same = mentions::mentions(file).into_iter().filter(|other| other.is_of(mention));
            same.filter(|other| declarations || !other.declares).map(|other| other.range).collect()
        }
        Subject::Field(path) => {
            let parts = Parts::new(file.text);
            let layout = Layout::new(&parts, &file.root);
            let same = fields::fields(file.text, &layout).into_iter().filter(|field| field.path() == *path);
            same.map(|field| field.range).collect()
        }
    }
}
