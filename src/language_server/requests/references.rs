//! `textDocument/references`: where what stands at a position is named.

use super::{Refusal, Scene};
use crate::language_server::features::references;
use gen_lsp_types as lsp;

/// The places in all environments.
pub fn answer(scene: &Scene<'_>, params: lsp::ReferenceParams) -> Result<Vec<lsp::Location>, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let spots = references::references(&scene.view(document), offset, params.context.include_declaration);
    Ok(spots.into_iter().filter_map(|(path, range)| scene.location(&path, range)).collect())
}
