//! `textDocument/prepareRename` and `textDocument/rename`: other ids for tenants and stacks, in all files.

use super::places::LARGEST;
use super::{Refusal, Scene};
use crate::language_server::features::rename;
use crate::source::{World, display};
use gen_lsp_types as lsp;
use std::collections::HashMap;

/// What would be renamed at a position.
pub fn prepare(scene: &Scene<'_>, params: lsp::PrepareRenameParams) -> Result<lsp::PrepareRenamePlaceholder, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let (range, placeholder) = rename::prepare(&scene.view(document), offset).map_err(Refusal::new)?;
    Ok(lsp::PrepareRenamePlaceholder { range: scene.range(document, range), placeholder })
}

/// The edits of all files.
pub fn answer(scene: &Scene<'_>, params: lsp::RenameParams) -> Result<lsp::WorkspaceEdit, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let edits = rename::rename(&scene.view(document), offset, &params.new_name).map_err(Refusal::new)?;
    let mut changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
    for (path, edits) in edits {
        let newest = scene.texts.read(&path, LARGEST).unwrap_or_default();
        if scene.known_text(&path).map(str::as_bytes) != Some(newest.as_slice()) {
            return Err(Refusal::new(format!("`{}` has just changed; try again in a moment", display(&path))));
        }
        for (range, new_text) in edits {
            let unread = || Refusal::new(format!("`{}` can't be read", display(&path)));
            let lsp::Location { uri, range } = scene.location(&path, range).ok_or_else(unread)?;
            changes.entry(uri).or_default().push(lsp::TextEdit { range, new_text });
        }
    }
    Ok(lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() })
}
