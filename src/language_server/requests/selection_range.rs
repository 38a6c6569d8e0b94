//! `textDocument/selectionRange`: what a selection grows to.

use super::{Refusal, Scene};
use crate::language_server::features::selection;
use crate::language_server::protocol;
use gen_lsp_types as lsp;

/// For each position the ranges around it.
pub fn answer(scene: &Scene<'_>, params: lsp::SelectionRangeParams) -> Result<Vec<lsp::SelectionRange>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let offset =
        |position| document.lines.offset(&document.text, protocol::from_position(position), scene.client.encoding);
    let offsets: Vec<usize> = params.positions.into_iter().map(offset).collect();
    let chains = selection::selections(&scene.view(document), &offsets).into_iter().zip(offsets);
    let nested = |(chain, offset): (Vec<std::ops::Range<usize>>, usize)| {
        let outward = |parent: Option<lsp::SelectionRange>, range| {
            Some(lsp::SelectionRange { range: scene.range(document, range), parent: parent.map(Box::new) })
        };
        let nothing = || lsp::SelectionRange { range: scene.range(document, offset..offset), parent: None };
        chain.into_iter().rev().fold(None, outward).unwrap_or_else(nothing)
    };
    Ok(chains.map(nested).collect())
}
