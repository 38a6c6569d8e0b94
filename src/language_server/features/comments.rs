//! Where the comments of a text are.

use crate::evaluate::outline::Token;
use std::ops::Range;

/// The comments between tokens, one a line, without the end of the line.
pub(super) fn comments(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let starts = tokens.iter().map(|token| token.start as usize).chain([text.len()]);
    let ends = std::iter::once(0).chain(tokens.iter().map(|token| token.end as usize));
    ends.zip(starts).flat_map(|(end, start)| of_gap(text, end..start)).collect()
}

/// The comments in a gap between two tokens.
fn of_gap(text: &str, gap: Range<usize>) -> Vec<Range<usize>> {
    let mut line = gap.start;
    let mut found = Vec::new();
    for piece in text.get(gap).unwrap_or_default().split_inclusive(['\n', '\r']) {
        if let Some(at) = piece.find('#') {
            found.push(line + at..line + piece.trim_end_matches(['\n', '\r']).len());
        }
        line += piece.len();
    }
    found
}
