//! `textDocument/codeAction`: the fixes of the findings at a place.

use super::{Refusal, Scene};
use crate::diagnostic::Edit;
use crate::language_server::protocol;
use crate::language_server::texts::Document;
use gen_lsp_types as lsp;
use std::collections::HashMap;

/// The fixes of what was found in the lines of a range.
pub fn answer(scene: &Scene<'_>, params: lsp::CodeActionParams) -> Result<Vec<lsp::CodeAction>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let encoding = scene.client.encoding;
    let asked = protocol::bytes(&document.lines, &document.text, params.range, encoding);
    let lines = document.lines.line(asked.start)..=document.lines.line(asked.end);
    let sources = &scene.found.sources;
    let findings = scene.found.findings.iter().filter(|finding| {
        finding.span().is_some_and(|span| {
            let text = sources.get(span.file);
            let bytes = sources.range(span);
            let is_here = text.is_some_and(|text| text.path.as_ref() == Some(&document.path) && text.text == document.text);
            is_here && document.lines.line(bytes.start) <= *lines.end() && *lines.start() <= document.lines.line(bytes.end)
        })
    });
    let action = |finding: &crate::Diagnostic| {
        let edit = edit(scene, document, &finding.fix)?;
        Some(lsp::CodeAction {
            title: finding.help.first().cloned().unwrap_or_else(|| finding.message.clone()),
            kind: Some(lsp::CodeActionKind::QuickFix),
            is_preferred: Some(true),
            edit: Some(edit),
            ..lsp::CodeAction::default()
        })
    };
    Ok(findings.filter_map(action).collect())
}

/// The edits of a fix; none where it has none, or one in a text that is not as it was.
fn edit(scene: &Scene<'_>, document: &Document, edits: &[Edit]) -> Option<lsp::WorkspaceEdit> {
    let sources = &scene.found.sources;
    let mut changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
    for Edit { span, text } in edits {
        let source = sources.get(span.file)?;
        let is_here = source.path.as_ref() == Some(&document.path) && source.text == document.text;
        is_here.then_some(())?;
        let range = protocol::range(&document.lines, &document.text, sources.range(*span), scene.client.encoding);
        let edit = lsp::TextEdit { range, new_text: text.clone() };
        changes.entry(document.uri.as_str().into()).or_default().push(edit);
    }
    (!changes.is_empty()).then(|| lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() })
}
