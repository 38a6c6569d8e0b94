//! What of a text can be folded: brackets over several lines, indented strings, comments.

use super::View;
use super::brackets;
use super::comments::comments;
use crate::evaluate::outline::{Kind, Token, tokens};
use std::ops::Range;

/// What can be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first byte of the line that stays to the last one that is hidden.
    pub range: Range<usize>,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// What can be folded, by where it begins.
pub fn folding(view: &View<'_>) -> Vec<Fold> {
    let tokens = tokens(view.text());
    let pairs = brackets::pairs(&tokens).into_iter().chain(indented(&tokens));
    let code = pairs.map(|(open, close)| open.start as usize..close.start as usize);
    let code = code.filter(|range| spans_lines(view.text(), range)).map(|range| {
        // The line of the closing bracket stays.
        let inside = view.text().get(range.clone()).unwrap_or_default();
        let end = inside.rfind('\n').map_or(range.end, |at| range.start + at);
        Fold { range: range.start..end, is_comment: false }
    });
    let comments = blocks(view.text(), comments(view.text(), &tokens)).into_iter();
    let comments = comments.map(|range| Fold { range, is_comment: true });
    let mut folds: Vec<Fold> = code.chain(comments).filter(|fold| spans_lines(view.text(), &fold.range)).collect();
    folds.sort_by_key(|fold| (fold.range.start, std::cmp::Reverse(fold.range.end)));
    folds
}

fn spans_lines(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|inside| inside.contains('\n'))
}

/// The ends of indented strings.
fn indented(tokens: &[Token]) -> impl Iterator<Item = (Token, Token)> {
    let ends = |window: &[Token]| match window {
        [open, literal, close]
            if matches!(open.kind, Kind::Indented | Kind::Symbolic)
                && literal.kind == Kind::Literal
                && close.kind == Kind::IndentedEnd =>
        {
            Some((*open, *close))
        }
        _ => None,
    };
    tokens.windows(3).filter_map(ends)
}

/// Comments of lines that follow each other, as one; those behind code stand alone.
fn blocks(text: &str, comments: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for comment in comments {
        let gap = |block: &Range<usize>| text.get(block.end..comment.start).unwrap_or("#");
        let is_next = |gap: &str| gap.trim().is_empty() && gap.matches('\n').count() == 1;
        match blocks.last_mut() {
            Some(block) if is_next(gap(block)) && begins_line(text, block.start) => block.end = comment.end,
            _ => blocks.push(comment),
        }
    }
    blocks
}

/// Whether nothing but blanks stands before a byte in its line.
fn begins_line(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
}
