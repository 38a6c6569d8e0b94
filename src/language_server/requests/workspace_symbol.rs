//! `workspace/symbol`: environments, stacks, tenants and peers by name.

use super::{Refusal, Scene};
use crate::language_server::cursor::Parts;
use crate::language_server::features::View;
use crate::language_server::features::workspace_symbols::{Kind, Symbol, workspace_symbols};
use gen_lsp_types as lsp;
use std::path::Path;

/// What has such a name.
pub fn answer(scene: &Scene<'_>, params: lsp::WorkspaceSymbolParams) -> Result<Vec<lsp::WorkspaceSymbol>, Refusal> {
    // No text is asked about: those of the last analysis are.
    let parts = Parts::new("");
    let view = View { parts: &parts, path: Path::new(""), schema: scene.schema, known: Some(&scene.found.known) };
    let symbol = |Symbol { name, kind, around, path, start, end }: Symbol| {
        let location = lsp::WorkspaceSymbolLocation::Location(scene.location(&path, start..end)?);
        let information = lsp::BaseSymbolInformation::new(name, shown_as(kind), None, around);
        Some(lsp::WorkspaceSymbol::new(location, None, information))
    };
    Ok(workspace_symbols(&view, &params.query).into_iter().filter_map(symbol).collect())
}

fn shown_as(kind: Kind) -> lsp::SymbolKind {
    match kind {
        Kind::Environment => lsp::SymbolKind::Package,
        Kind::Stack => lsp::SymbolKind::Class,
        Kind::Tenant => lsp::SymbolKind::Namespace,
        Kind::Peer => lsp::SymbolKind::Interface,
    }
}
