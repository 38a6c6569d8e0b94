//! The layout of a Nickel text: the same tokens and comments, in the style of the environments that ship with the program.
//!
//! Invariant: only what stands between tokens changes: blanks, line breaks and the comma before a closing bracket. So the
//! meaning stays, comments keep their place among the tokens, and what is inside of quotes stays byte for byte.
//!
//! - `atoms` takes a text apart, and says what stands apart on one line.
//! - `scope` says how far a line is indented.
//! - `layout` puts the atoms together again.

mod atoms;
mod layout;
mod scope;

use atoms::Atoms;
use std::ops::Range;

/// How wide a record may be that stands on one line.
const WIDTH: usize = 120;

/// Why a text has no layout: it is not tokens to its end, or its brackets do not pair up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at} of the text is where its tokens or brackets end")]
pub struct Refused {
    /// The first byte that does not fit.
    pub at: usize,
}

/// A stretch of a text, in bytes, and what to put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The stretch.
    pub range: Range<usize>,
    /// Its new text.
    pub text: String,
}

/// The text as it is laid out.
pub fn format(text: &str) -> Result<String, Refused> {
    let atoms = Atoms::of(text)?;
    let mut formatted = String::with_capacity(text.len() + text.len() / 16);
    layout::lay_out(&atoms, &mut |index, gap| {
        formatted.push_str(gap);
        formatted.push_str(atoms.text(index));
    });
    Ok(formatted)
}

/// What to change so that these lines of a text, counted from 0, are laid out: each edit by itself keeps the meaning.
pub fn format_range(text: &str, lines: Range<usize>) -> Result<Vec<Edit>, Refused> {
    let atoms = Atoms::of(text)?;
    let mut edits = Vec::new();
    layout::lay_out(&atoms, &mut |index, gap| {
        let Some(there) = atoms.gap(index) else { return };
        let is_wanted = there.first_line < lines.end && lines.start <= there.last_line;
        if is_wanted && text.get(there.range.clone()) != Some(gap) {
            edits.push(Edit { range: there.range.clone(), text: gap.to_owned() });
        }
    });
    Ok(edits)
}
