//! Where a text names what stands at a byte of it.

use super::files::File;
use super::mentions;
use super::{View, fields, files};
use crate::language_server::cursor::{Layout, Parts};
use std::ops::Range;

/// The places of the text that name the same tenant, stack or secret, or that set the same field; with whether they declare or
/// set it.
pub fn highlights(view: &View<'_>, offset: usize) -> Vec<(Range<usize>, bool)> {
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    for root in files::roots(view) {
        let file = File { path: view.path, text: view.text(), root };
        let here = match mentions::at(&file, offset) {
            Some(mention) => {
                let same = mentions::mentions(&file).into_iter().filter(|other| other.is_of(&mention));
                same.map(|other| (other.range, other.declares)).collect()
            }
            None => same_fields(&file, offset),
        };
        found.extend(here);
    }
    found.sort_by_key(|(range, _)| (range.start, range.end));
    found.dedup();
    found
}

fn same_fields(file: &File<'_>, offset: usize) -> Vec<(Range<usize>, bool)> {
    let parts = Parts::new(file.text);
    let layout = Layout::new(&parts, &file.root);
    let fields = fields::fields(file.text, &layout);
    let Some(field) = fields.iter().find(|field| field.is_at(offset)) else { return Vec::new() };
    let same = fields.iter().filter(|other| other.way == field.way);
    same.map(|other| (other.range.clone(), true)).collect()
}
