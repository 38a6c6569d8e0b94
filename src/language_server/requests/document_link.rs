//! `textDocument/documentLink`: what leads to other files and to pages.

use super::{Refusal, Scene};
use crate::language_server::features::links::{self, Link, To};
use gen_lsp_types as lsp;

/// The links of the text. One that leads nowhere is none.
pub fn answer(scene: &Scene<'_>, params: lsp::DocumentLinkParams) -> Result<Vec<lsp::DocumentLink>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let link = |Link { range, to }: Link| {
        let target = match to {
            To::Target(target) => scene.target(&target)?.uri,
            To::Page(address) => address.into(),
        };
        Some(lsp::DocumentLink {
            range: scene.range(document, range),
            target: Some(target),
            ..lsp::DocumentLink::default()
        })
    };
    Ok(links::links(&scene.view(document)).into_iter().filter_map(link).collect())
}
