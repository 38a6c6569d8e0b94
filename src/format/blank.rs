//! What stands apart on one line.

use super::atoms::{Atom, Atoms, Gap, Shape, Sort};

/// Whether a blank stands between two atoms on one line, if no comma does. What is not known stays as it is.
pub(super) fn is_apart(atoms: &Atoms<'_>, before: &Atom, after: &Atom, gap: &Gap) -> bool {
    let text = |atom: &Atom| atoms.slice(&atom.range);
    match (before.sort, after.sort) {
        (Sort::Open(Shape::Brace), Sort::Close(Shape::Brace)) => false,
        (Sort::Open(Shape::Brace | Shape::Choices), _) | (_, Sort::Close(Shape::Brace | Shape::Choices)) => true,
        // Together they would be other brackets.
        (Sort::Open(Shape::Bracket), _) => text(after).starts_with('|'),
        (_, Sort::Close(Shape::Bracket)) => text(before).ends_with('|'),
        (Sort::Open(Shape::Parenthesis), _) | (_, Sort::Close(Shape::Parenthesis) | Sort::Semicolon) => false,
        (Sort::Dot, _) | (_, Sort::Dot) => !gap.range.is_empty(),
        (Sort::Prefix, _) => text(before) != "!" && !gap.range.is_empty(),
        (Sort::Ellipsis, _) => false,
        _ => true,
    }
}
