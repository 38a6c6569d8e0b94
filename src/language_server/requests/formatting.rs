//! `textDocument/formatting` and `textDocument/rangeFormatting`: the layout of a text, or of some lines of it.

use super::{Refusal, Scene};
use crate::format::{Refused, format, format_range};
use crate::language_server::texts::Document;
use gen_lsp_types as lsp;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// The changes that lay out a text: none where it has a mistake, which the findings name.
pub fn answer(scene: &Scene<'_>, params: lsp::DocumentFormattingParams) -> Result<Vec<lsp::TextEdit>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let laid_out = format(&document.text).map_err(|refused| refusal(document, &refused))?;
    let edits = by_lines(&document.text, &laid_out);
    Ok(edits.into_iter().map(|(bytes, text)| to_edit(scene, document, bytes, text)).collect())
}

/// The same for some lines.
pub fn answer_range(
    scene: &Scene<'_>,
    params: lsp::DocumentRangeFormattingParams,
) -> Result<Vec<lsp::TextEdit>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let lines = params.range.start.line as usize..params.range.end.line as usize + 1;
    let edits = format_range(&document.text, lines).map_err(|refused| refusal(document, &refused))?;
    Ok(edits.into_iter().map(|edit| to_edit(scene, document, edit.range, edit.text)).collect())
}

fn refusal(document: &Document, refused: &Refused) -> Refusal {
    let line = document.lines.line(refused.at) + 1;
    Refusal::new(format!("this text can't be laid out before the mistake in line {line} is mended"))
}

fn to_edit(scene: &Scene<'_>, document: &Document, bytes: Range<usize>, new_text: String) -> lsp::TextEdit {
    lsp::TextEdit { range: scene.range(document, bytes), new_text }
}

/// The lines that differ: an editor keeps cursors and folds where nothing changes.
pub(super) fn by_lines(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let starts: Vec<usize> = std::iter::once(0)
        .chain(before.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }))
        .collect();
    let byte = |line: usize| starts.get(line).copied().unwrap_or(old.len());
    let operations = capture_diff_slices(Algorithm::Myers, &before, &after);
    let changes = operations.into_iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    changes
        .map(|operation| {
            let (old_lines, new_lines) = (operation.old_range(), operation.new_range());
            let text = after.get(new_lines).unwrap_or_default().concat();
            (byte(old_lines.start)..byte(old_lines.end), text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_differ_are_changed() {
        let (old, new) = ("a\n b\nc\nd", "a\nb\nc\nx\nd\n");
        let edits = by_lines(old, new);
        assert!(edits.len() > 1, "{edits:?}");
        let mut text = old.to_owned();
        for (bytes, with) in edits.into_iter().rev() {
            text.replace_range(bytes, &with);
        }
        assert_eq!(text, new);
        assert_eq!(by_lines(old, old), []);
    }
}
