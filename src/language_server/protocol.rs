//! Plain data ↔ the types of the protocol.

use super::lines::{Encoding, Lines, Position};
use gen_lsp_types as lsp;
use std::ops::Range;

/// A position of the protocol, as a [`Position`].
pub fn from_position(position: lsp::Position) -> Position {
    Position { line: position.line, character: position.character }
}

/// A [`Position`], as the protocol's.
pub fn to_position(position: Position) -> lsp::Position {
    lsp::Position { line: position.line, character: position.character }
}

/// Bytes of a text, as a range of the protocol.
pub fn range(lines: &Lines, text: &str, bytes: Range<usize>, encoding: Encoding) -> lsp::Range {
    let position = |offset| to_position(lines.position(text, offset, encoding));
    lsp::Range { start: position(bytes.start), end: position(bytes.end) }
}

/// A range of the protocol, as bytes of a text.
pub fn bytes(lines: &Lines, text: &str, range: lsp::Range, encoding: Encoding) -> Range<usize> {
    let offset = |position| lines.offset(text, from_position(position), encoding);
    let start = offset(range.start);
    start..offset(range.end).max(start)
}
