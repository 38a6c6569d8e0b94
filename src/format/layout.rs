//! Puts atoms together again: what stands in each gap.

use super::WIDTH;
use super::atoms::{Atom, Atoms, Comment, Gap, Shape, Sort};
use super::scope::Scopes;

/// A level of indentation.
const LEVEL: &str = "  ";

/// Gives what belongs into each gap of a text, in order; the last is at its end.
pub(super) fn lay_out(parts: &Atoms<'_>, write: &mut dyn FnMut(usize, &str)) {
    let line_break = match parts.source.split_once('\n') {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let mut layout = Layout { parts, line_break, scopes: Scopes::new(), column: 0, written: String::new() };
    for index in 0..=parts.atoms.len() {
        let starts = layout.gap(index);
        write(index, &layout.written);
        layout.atom(index, starts);
    }
}

struct Layout<'a, 't> {
    parts: &'a Atoms<'t>,
    line_break: &'static str,
    scopes: Scopes,
    /// How many characters stand before the next atom on its line.
    column: usize,
    /// What belongs into the current gap.
    written: String,
}

impl Layout<'_, '_> {
    /// Fills the gap before an atom, and says whether that begins a line.
    fn gap(&mut self, index: usize) -> bool {
        self.written.clear();
        let parts = self.parts;
        let Some(gap) = parts.gap(index) else { return false };
        let before = index.checked_sub(1).and_then(|before| parts.atoms.get(before));
        let after = parts.atoms.get(index);
        let sort = after.map(|after| after.sort);
        let opened = before.is_some_and(|before| matches!(before.sort, Sort::Open(_)));
        let closed = matches!(sort, Some(Sort::Close(_)));
        let breaks = self.is_broken(index, gap, opened, closed);
        self.commas(gap, opened, closed);
        for (position, comment) in gap.comments.iter().enumerate() {
            let is_first = position == 0 && (opened || index == 0);
            self.comment(comment, sort, is_first, index > 0);
        }
        let Some(after) = after else {
            let is_empty = before.is_none() && gap.comments.is_empty();
            self.written.push_str(if is_empty { "" } else { self.line_break });
            return true;
        };
        if breaks {
            let is_first = gap.comments.is_empty() && opened;
            self.begin_line(gap.is_apart && !closed && !is_first, self.scopes.indentation(sort));
        } else if before.is_some_and(|before| gap.commas > 0 && !closed || parts.is_apart(before, after, gap)) {
            self.written.push(' ');
        }
        breaks || index == 0
    }

    /// Whether a line ends in a gap.
    fn is_broken(&self, index: usize, gap: &Gap, opened: bool, closed: bool) -> bool {
        let has_items = self.scopes.has_items();
        let ends_item = gap.commas > 0 && self.scopes.is_at_item();
        if !gap.comments.is_empty() {
            return true;
        }
        if has_items && (opened || closed) {
            return self.scopes.is_broken();
        }
        has_items && ends_item && self.scopes.is_broken() || index > 0 && gap.breaks && !self.is_joined(index)
    }

    /// Whether an atom is put behind the one before it, though another line begins with it.
    fn is_joined(&self, index: usize) -> bool {
        let atom = |index: usize| self.parts.atoms.get(index);
        let sort = |index: usize| atom(index).map(|atom| atom.sort);
        match sort(index) {
            Some(Sort::Semicolon) => true,
            // Brackets that are all of a value.
            Some(Sort::Open(Shape::Brace | Shape::Bracket | Shape::Choices)) => {
                let behind = atom(index).and_then(|atom| atom.partner).map_or(index, |partner| partner + 1);
                let is_whole = matches!(sort(behind), None | Some(Sort::Close(_) | Sort::In))
                    || self.parts.gap(behind).is_some_and(|gap| gap.commas > 0);
                is_whole && sort(index - 1) == Some(Sort::Equals)
            }
            _ => false,
        }
    }

    /// Writes the commas of a gap: none before brackets that close on the same line, one before those that close on a line
    /// of their own.
    fn commas(&mut self, gap: &Gap, opened: bool, closed: bool) {
        let is_broken = self.scopes.is_broken();
        let is_last = closed && self.scopes.has_items();
        let commas = match gap.commas {
            0 => usize::from(is_last && is_broken && !opened && self.scopes.may_end_with_comma()),
            _ if is_last && !is_broken => 0,
            there => there,
        };
        if commas > 0 {
            self.written.extend(std::iter::repeat_n(',', commas));
            self.scopes.comma();
        }
    }

    /// Writes a comment: on the line of what stands before it, where it is written there.
    fn comment(&mut self, comment: &Comment, after: Option<Sort>, is_first: bool, follows: bool) {
        if comment.starts_line && (follows || !self.written.is_empty()) {
            self.begin_line(comment.is_apart && !is_first, self.scopes.indentation_of_comment(after));
        } else if follows {
            self.written.push(' ');
        }
        self.written.push_str(self.parts.slice(&comment.range));
    }

    fn begin_line(&mut self, is_apart: bool, indentation: usize) {
        self.written.push_str(self.line_break);
        if is_apart {
            self.written.push_str(self.line_break);
        }
        self.written.extend(std::iter::repeat_n(LEVEL, indentation));
    }

    /// Goes past an atom, before which a gap was filled.
    fn atom(&mut self, index: usize, starts: bool) {
        let Some(atom) = self.parts.atoms.get(index) else { return };
        self.column = match self.written.rsplit_once('\n') {
            Some((_, line)) => line.chars().count(),
            None => self.column + self.written.chars().count(),
        };
        let is_broken = self.stands_on_several_lines(index, atom);
        self.scopes.take(atom.sort, starts, is_broken);
        let last_line = self.parts.text(index).rsplit_once('\n');
        self.column = match last_line {
            Some((_, line)) => line.chars().count(),
            None => self.column + atom.end_column - atom.column,
        };
    }

    /// Whether what is in these brackets stands on several lines: where it does already, and where a record does not fit.
    fn stands_on_several_lines(&self, index: usize, opening: &Atom) -> bool {
        let Some((at, closing)) = opening.partner.and_then(|at| Some((at, self.parts.atoms.get(at)?))) else {
            return false;
        };
        if at == index + 1 && self.parts.gap(at).is_none_or(|gap| gap.comments.is_empty()) {
            return false;
        }
        let is_record = opening.sort == Sort::Open(Shape::Brace) || opening.holds_record;
        let comma = self.parts.gap(at + 1).map_or(0, |gap| gap.commas);
        let end = self.column + closing.end_column - opening.column + comma;
        opening.line != closing.line || is_record && end > WIDTH
    }
}
