//! The fields that a text writes: each part of each name, with the path that it completes.

use crate::language_server::cursor::{Layout, Part};
use crate::path::{Path, Segment};
use std::ops::Range;

/// A part of the name of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'t> {
    /// The way to the field, itself included.
    pub way: Vec<Part<'t>>,
    /// Where the part is written, between any quotes.
    pub range: Range<usize>,
    /// The item that it is of, by its number.
    pub item: usize,
}

impl Field<'_> {
    /// The path of the field.
    pub fn path(&self) -> Path {
        let segment = |part: &Part<'_>| match part {
            Part::Field(name) => Segment::Field((*name).to_owned()),
            Part::Element(index) => Segment::Index(*index),
        };
        Path(self.way.iter().map(segment).collect())
    }

    /// Whether a byte is in the name, or touches it.
    pub fn is_at(&self, offset: usize) -> bool {
        self.range.start <= offset && offset <= self.range.end
    }
}

/// The fields of a text that are part of an environment, in the order of the text.
pub fn fields<'t>(text: &'t str, layout: &'t Layout<'t>) -> Vec<Field<'t>> {
    let mut fields = Vec::new();
    for written in layout.written().filter(|written| !layout.is_binding(written.item)) {
        let parts: Vec<Part<'t>> = written.place.parts().collect();
        let before = parts.len().saturating_sub(written.names.len());
        for (number, range) in written.names.into_iter().enumerate() {
            let way = parts.get(..=before + number).map(<[_]>::to_vec);
            fields.extend(way.map(|way| Field { way, range: unquoted(text, range), item: written.item }));
        }
    }
    fields
}

/// The field whose name is at a byte.
pub fn at<'t>(text: &'t str, layout: &'t Layout<'t>, offset: usize) -> Option<Field<'t>> {
    fields(text, layout).into_iter().find(|field| field.is_at(offset))
}

/// The bytes between the quotes around some bytes, or all of them where there are none.
pub(super) fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    let written = text.get(range.clone()).unwrap_or_default();
    match written.strip_prefix('"') {
        Some(rest) => range.start + 1..range.start + 1 + rest.strip_suffix('"').unwrap_or(rest).len(),
        None => range,
    }
}
