//! `textDocument/documentSymbol`: the outline of a text.

use super::{Refusal, Scene};
use crate::language_server::features::symbols::{self, Kind, Symbol};
use crate::language_server::texts::Document;
use gen_lsp_types as lsp;

/// The fields of the text, as a tree.
pub fn answer(scene: &Scene<'_>, params: lsp::DocumentSymbolParams) -> Result<Vec<lsp::DocumentSymbol>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let symbols = symbols::symbols(&scene.view(document));
    Ok(symbols.into_iter().map(|symbol| written(scene, document, symbol)).collect())
}

fn written(scene: &Scene<'_>, document: &Document, symbol: Symbol) -> lsp::DocumentSymbol {
    let Symbol { name, detail, kind, range, selection, children } = symbol;
    let range = scene.range(document, range);
    let children = children.into_iter().map(|symbol| written(scene, document, symbol)).collect();
    let selection = scene.range(document, selection);
    lsp::DocumentSymbol::new(name, detail, shown_as(kind), None, None, range, selection, Some(children))
}

fn shown_as(kind: Kind) -> lsp::SymbolKind {
    match kind {
        Kind::Tenant => lsp::SymbolKind::Namespace,
        Kind::Peer => lsp::SymbolKind::Interface,
        Kind::Service => lsp::SymbolKind::Module,
        Kind::Secret => lsp::SymbolKind::Key,
        Kind::Record => lsp::SymbolKind::Object,
        Kind::Array => lsp::SymbolKind::Array,
        Kind::Tag => lsp::SymbolKind::EnumMember,
        Kind::Text => lsp::SymbolKind::String,
        Kind::Number => lsp::SymbolKind::Number,
        Kind::Boolean => lsp::SymbolKind::Boolean,
        Kind::Other => lsp::SymbolKind::Field,
    }
}
