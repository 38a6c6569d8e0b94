//! Requests, one file each: parameters of the protocol → a feature → an answer of the protocol. One registry.

mod code_action;
mod code_lens;
mod completion;
mod definition;
mod document_highlight;
mod document_link;
mod document_symbol;
pub mod execute_command;
mod folding_range;
mod formatting;
mod hover;
mod inlay_hint;
mod places;
mod references;
mod rename;
mod selection_range;
mod semantic_tokens;
mod workspace_symbol;

use super::analysis::Findings;
use super::client::Client;
use super::features::View;
use super::shared::Shared;
use super::texts::{Document, Texts};
use crate::evaluate::schema::Schema;
use gen_lsp_types as lsp;
use lsp_server::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// What an answer is made of.
pub struct Scene<'a> {
    /// The texts as they were when the request came.
    pub texts: &'a Texts,
    /// What was last found in all environments.
    pub found: &'a Findings,
    /// What the client can do.
    pub client: &'a Client,
    /// The language.
    pub schema: &'a Schema,
    /// For what takes effect beyond the answer.
    pub shared: &'a Arc<Shared>,
}

impl<'a> Scene<'a> {
    /// What features see of a text.
    pub fn view(&self, document: &'a Document) -> View<'a> {
        View { parts: document.parts(), path: &document.path, schema: self.schema, known: Some(&self.found.known) }
    }

    /// The open text with this address.
    pub fn document(&self, uri: &lsp::Uri) -> Result<&'a Arc<Document>, Refusal> {
        self.texts.by_uri(uri.as_ref()).ok_or_else(|| Refusal::new(format!("`{uri}` is not open")))
    }
}

/// Why a request has no answer.
#[derive(Debug)]
pub struct Refusal {
    /// The kind of error.
    pub code: ErrorCode,
    /// Why, in words.
    pub message: String,
}

impl Refusal {
    /// A refusal for what was asked; the words are shown to the user.
    pub fn new(message: impl Into<String>) -> Refusal {
        Refusal { code: ErrorCode::RequestFailed, message: message.into() }
    }
}

type Handler = fn(&Scene<'_>, Value) -> Result<Value, Refusal>;

/// What asks a repository for its last commit: no other answer waits for that.
pub const CODE_LENS: &str = "textDocument/codeLens";

/// All requests that are answered, by their methods.
const REQUESTS: &[(&str, Handler)] = &[
    ("textDocument/codeAction", |scene, params| typed(scene, params, code_action::answer)),
    (CODE_LENS, |scene, params| typed(scene, params, code_lens::answer)),
    ("textDocument/completion", |scene, params| typed(scene, params, completion::answer)),
    ("textDocument/declaration", |scene, params| typed(scene, params, definition::declaration)),
    ("textDocument/definition", |scene, params| typed(scene, params, definition::answer)),
    ("textDocument/documentHighlight", |scene, params| typed(scene, params, document_highlight::answer)),
    ("textDocument/documentLink", |scene, params| typed(scene, params, document_link::answer)),
    ("textDocument/documentSymbol", |scene, params| typed(scene, params, document_symbol::answer)),
    ("textDocument/foldingRange", |scene, params| typed(scene, params, folding_range::answer)),
    ("textDocument/formatting", |scene, params| typed(scene, params, formatting::answer)),
    ("textDocument/hover", |scene, params| typed(scene, params, hover::answer)),
    ("textDocument/inlayHint", |scene, params| typed(scene, params, inlay_hint::answer)),
    ("textDocument/prepareRename", |scene, params| typed(scene, params, rename::prepare)),
    ("textDocument/rangeFormatting", |scene, params| typed(scene, params, formatting::answer_range)),
    ("textDocument/references", |scene, params| typed(scene, params, references::answer)),
    ("textDocument/rename", |scene, params| typed(scene, params, rename::answer)),
    ("textDocument/selectionRange", |scene, params| typed(scene, params, selection_range::answer)),
    ("textDocument/semanticTokens/full", |scene, params| typed(scene, params, semantic_tokens::answer)),
    ("textDocument/semanticTokens/full/delta", |scene, params| typed(scene, params, semantic_tokens::since)),
    ("textDocument/semanticTokens/range", |scene, params| typed(scene, params, semantic_tokens::in_range)),
    ("workspace/executeCommand", |scene, params| typed(scene, params, execute_command::answer)),
    ("workspace/symbol", |scene, params| typed(scene, params, workspace_symbol::answer)),
];

/// Answers a request.
pub fn answer(scene: &Scene<'_>, method: &str, params: Value) -> Result<Value, Refusal> {
    match REQUESTS.iter().find(|(known, _)| *known == method) {
        Some((_, handler)) => handler(scene, params),
        None => {
            let message = format!("`{method}` is not answered here");
            Err(Refusal { code: ErrorCode::MethodNotFound, message })
        }
    }
}

/// A handler of typed parameters, on untyped ones.
fn typed<P: DeserializeOwned, R: Serialize>(
    scene: &Scene<'_>,
    params: Value,
    handler: impl FnOnce(&Scene<'_>, P) -> Result<R, Refusal>,
) -> Result<Value, Refusal> {
    let refused = |code, error: serde_json::Error| Refusal { code, message: error.to_string() };
    let params = serde_json::from_value(params).map_err(|error| refused(ErrorCode::InvalidParams, error))?;
    serde_json::to_value(handler(scene, params)?).map_err(|error| refused(ErrorCode::InternalError, error))
}

/// What the server can do, for the client.
pub fn capabilities(client: &Client) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::Incremental),
        save: Some(lsp::Save::Bool(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let kinds = vec![lsp::CodeActionKind::QuickFix, lsp::CodeActionKind::SourceFixAll];
    let folders = lsp::WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
    };
    lsp::ServerCapabilities {
        position_encoding: Some(client.encoding_kind()),
        text_document_sync: Some(lsp::TextDocumentSync::Options(sync)),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
            code_action_kinds: Some(kinds),
            ..lsp::CodeActionOptions::default()
        })),
        code_lens_provider: Some(lsp::CodeLensOptions::default()),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some(["'", "\"", ".", "/", "="].map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
        document_range_formatting_provider: Some(lsp::DocumentRangeFormattingProvider::Bool(true)),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: execute_command::COMMANDS.map(str::to_owned).to_vec(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        declaration_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        document_link_provider: Some(lsp::DocumentLinkOptions::default()),
        document_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        inlay_hint_provider: client.inlay_hints.then_some(true.into()),
        references_provider: Some(true.into()),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            ..lsp::RenameOptions::default()
        })),
        selection_range_provider: Some(true.into()),
        semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(
            lsp::SemanticTokensOptions {
                legend: semantic_tokens::legend(),
                range: Some(true.into()),
                full: Some(lsp::SemanticTokensFullDelta { delta: Some(true) }.into()),
                ..lsp::SemanticTokensOptions::default()
            },
        )),
        workspace_symbol_provider: Some(true.into()),
        workspace: Some(lsp::WorkspaceOptions { workspace_folders: Some(folders), ..lsp::WorkspaceOptions::default() }),
        ..lsp::ServerCapabilities::default()
    }
}

#[cfg(test)]
mod tests;
