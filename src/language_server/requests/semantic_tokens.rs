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
    Ok(kept(scene, document, within(scene, document, &(0..document.text.len()))))
}

/// What has changed since an answer that the client has; all pieces where that one is not known any more.
pub fn since(
    scene: &Scene<'_>,
    params: lsp::SemanticTokensDeltaParams,
) -> Result<lsp::SemanticTokensDeltaResponse, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let before = scene.shared.kept_pieces(&document.uri, &params.previous_result_id);
    let now = kept(scene, document, within(scene, document, &(0..document.text.len())));
    let Some(before) = before else { return Ok(now.into()) };
    let edits = difference(&before, &now.data).into_iter().collect();
    Ok(lsp::SemanticTokensDelta { result_id: now.result_id, edits }.into())
}

/// The pieces that are in a range.
pub fn in_range(scene: &Scene<'_>, params: lsp::SemanticTokensRangeParams) -> Result<lsp::SemanticTokens, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let bytes = protocol::bytes(&document.lines, &document.text, params.range, scene.client.encoding);
    Ok(lsp::SemanticTokens { result_id: None, data: within(scene, document, &bytes) })
}

/// How the pieces are called.
pub fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend { token_types: LEGEND.map(str::to_owned).to_vec(), token_modifiers: Vec::new() }
}

/// Keeps pieces, for a client that asks what has changed since.
fn kept(scene: &Scene<'_>, document: &Document, data: Vec<lsp::SemanticToken>) -> lsp::SemanticTokens {
    let name = scene.shared.keep_pieces(&document.uri, data.clone());
    lsp::SemanticTokens { result_id: Some(name), data }
}

/// The one stretch in which two lists of pieces differ, counted in numbers as the protocol does.
fn difference(before: &[lsp::SemanticToken], now: &[lsp::SemanticToken]) -> Option<lsp::SemanticTokensEdit> {
    let same = |(one, other): &(&lsp::SemanticToken, &lsp::SemanticToken)| one == other;
    let start = before.iter().zip(now).take_while(same).count();
    let (before, now) = (before.get(start..).unwrap_or_default(), now.get(start..).unwrap_or_default());
    let end = before.iter().rev().zip(now.iter().rev()).take_while(same).count();
    let (old, new) = (before.len() - end, now.len() - end);
    let count = |pieces: usize| u32::try_from(pieces * 5).unwrap_or(u32::MAX);
    let numbers = |piece: &lsp::SemanticToken| {
        [piece.delta_line, piece.delta_start, piece.length, piece.token_type, piece.token_modifiers_bitset]
    };
    let data = now.get(..new).map(|new| new.iter().flat_map(numbers).collect());
    (old + new > 0).then(|| lsp::SemanticTokensEdit { start: count(start), delete_count: count(old), data })
}

fn within(scene: &Scene<'_>, document: &Document, bytes: &Range<usize>) -> Vec<lsp::SemanticToken> {
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
    pieces.map(token).collect()
}
