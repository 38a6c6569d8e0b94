//! `textDocument/hover`: what a word means, and the value in force.

use super::{Refusal, Scene};
use crate::language_server::features::hover::{Format, hover};
use gen_lsp_types as lsp;

/// What there is to say of the word at a place.
pub fn answer(scene: &Scene<'_>, params: lsp::HoverParams) -> Result<Option<lsp::Hover>, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let (format, kind) = match scene.client.markdown {
        true => (Format::Markdown, lsp::MarkupKind::Markdown),
        false => (Format::Plain, lsp::MarkupKind::PlainText),
    };
    let found = hover(&scene.view(document), offset, format);
    Ok(found.map(|found| lsp::Hover {
        contents: lsp::Contents::MarkupContent(lsp::MarkupContent { kind, value: found.text }),
        range: Some(scene.range(document, found.range)),
    }))
}
