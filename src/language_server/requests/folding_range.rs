//! `textDocument/foldingRange`: what can be folded.

use super::{Refusal, Scene};
use crate::language_server::features::folding::{self, Fold};
use gen_lsp_types as lsp;

/// The ranges of lines.
pub fn answer(scene: &Scene<'_>, params: lsp::FoldingRangeParams) -> Result<Vec<lsp::FoldingRange>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let line = |offset| u32::try_from(document.lines.line(offset)).unwrap_or(u32::MAX);
    let range = |Fold { range, is_comment }: Fold| lsp::FoldingRange {
        start_line: line(range.start),
        end_line: line(range.end),
        kind: is_comment.then_some(lsp::FoldingRangeKind::Comment),
        ..lsp::FoldingRange::default()
    };
    Ok(folding::folding(&scene.view(document)).into_iter().map(range).collect())
}
