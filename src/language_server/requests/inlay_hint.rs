//! `textDocument/inlayHint`: defaults that hold, and addresses of peers; where the client has asked for them at its start.

use super::{Refusal, Scene};
use crate::language_server::features::inlay_hints::{Hint, inlay_hints};
use crate::language_server::protocol;
use gen_lsp_types as lsp;

/// The hints in a range.
pub fn answer(scene: &Scene<'_>, params: lsp::InlayHintParams) -> Result<Vec<lsp::InlayHint>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let bytes = protocol::bytes(&document.lines, &document.text, params.range, scene.client.encoding);
    let hint = |Hint { offset, label, tooltip }: Hint| {
        let position = scene.range(document, offset..offset).start;
        let tooltip = tooltip.map(lsp::Tooltip::String);
        lsp::InlayHint::new(position, lsp::Label::String(label), None, None, tooltip, Some(true), None, None)
    };
    let is_wanted = scene.client.inlay_hints;
    let hints = if is_wanted { inlay_hints(&scene.view(document), bytes) } else { Vec::new() };
    Ok(hints.into_iter().map(hint).collect())
}
