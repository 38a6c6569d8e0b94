//! `textDocument/semanticTokens/full` and `…/range`: what each piece of a text is.

use super::{Refusal, Scene};
use crate::language_server::features::semantic_tokens::{LEGEND, semantic_tokens};
use crate::language_server::protocol;
use crate::language_server::texts::Document;
use gen_lsp_types as lsp;
use std::ops::Range;

/// The pieces of the whole text.
pub fn answer(scene: &Scene<'_>, params: lsp::SemanticTokensParams) -> Result<lsp::SemanticTokens, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    Ok(within(scene, document, &(0..document.text.len())))
}

/// The pieces that are in a range.
pub fn in_range(scene: &Scene<'_>, params: lsp::SemanticTokensRangeParams) -> Result<lsp::SemanticTokens, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let bytes = protocol::bytes(&document.lines, &document.text, params.range, scene.client.encoding);
    Ok(within(scene, document, &bytes))
}

/// How the pieces are called.
pub fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend { token_types: LEGEND.map(str::to_owned).to_vec(), token_modifiers: Vec::new() }
}

fn within(scene: &Scene<'_>, document: &Document, bytes: &Range<usize>) -> lsp::SemanticTokens {
    let pieces = semantic_tokens(&scene.view(document)).into_iter();
    let pieces = pieces.filter(|(range, _)| range.start < bytes.end && bytes.start < range.end);
    let mut last = lsp::Position { line: 0, character: 0 };
    let token = |(range, kind)| {
        let lsp::Range { start, end } = scene.range(document, range);
        let is_same_line = start.line == last.line;
        let token = lsp::SemanticToken {
            delta_line: start.line - last.line,
            delta_start: if is_same_line { start.character - last.character } else { start.character },
            length: end.character - start.character,
            token_type: kind as u32,
            token_modifiers_bitset: 0,
        };
        last = start;
        token
    };
    lsp::SemanticTokens { result_id: None, data: pieces.map(token).collect() }
}
