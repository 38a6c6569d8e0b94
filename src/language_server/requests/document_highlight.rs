//! `textDocument/documentHighlight`: where the text names what stands at a position.

use super::{Refusal, Scene};
use crate::language_server::features::highlights;
use gen_lsp_types as lsp;

/// The places in the text.
pub fn answer(scene: &Scene<'_>, params: lsp::DocumentHighlightParams) -> Result<Vec<lsp::DocumentHighlight>, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let highlights = highlights::highlights(&scene.view(document), offset).into_iter();
    let highlight = |(range, sets)| {
        let kind = if sets { lsp::DocumentHighlightKind::Write } else { lsp::DocumentHighlightKind::Read };
        lsp::DocumentHighlight { range: scene.range(document, range), kind: Some(kind) }
    };
    Ok(highlights.map(highlight).collect())
}
