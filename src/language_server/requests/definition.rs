//! `textDocument/definition` and `textDocument/declaration`: where what stands at a position is declared.

use super::{Refusal, Scene};
use crate::language_server::features::{Target, definition};
use gen_lsp_types as lsp;

/// All places that define what stands at a position: those that are merged, then the library.
pub fn answer(scene: &Scene<'_>, params: lsp::DefinitionParams) -> Result<Vec<lsp::Location>, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    Ok(locations(scene, &definition::definition(&scene.view(document), offset)))
}

/// The place in the library alone.
pub fn declaration(scene: &Scene<'_>, params: lsp::DeclarationParams) -> Result<Vec<lsp::Location>, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    Ok(locations(scene, &definition::declaration(&scene.view(document), offset)))
}

fn locations(scene: &Scene<'_>, targets: &[Target]) -> Vec<lsp::Location> {
    targets.iter().filter_map(|target| scene.target(target)).collect()
}
