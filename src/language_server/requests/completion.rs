//! `textDocument/completion`: what may be written at a place.

use super::{Refusal, Scene};
use crate::language_server::features::Listed;
use crate::language_server::features::completion::{Completion, CompletionKind, completions};
use crate::language_server::texts::Document;
use crate::source::display;
use gen_lsp_types as lsp;
use std::ops::Range;
use std::path::Path;

/// How many entries of a folder are offered.
const MOST_ENTRIES: usize = 500;

/// What may be written at a place, with places to fill in where the client has them.
pub fn answer(scene: &Scene<'_>, params: lsp::CompletionParams) -> Result<lsp::CompletionList, Refusal> {
    let (document, offset) = scene.at(&params.text_document_position_params)?;
    let found = completions(&scene.view(document), offset, &listed);
    let items = found.items.into_iter().map(|item| to_item(scene, document, item)).collect();
    Ok(lsp::CompletionList { items, ..lsp::CompletionList::default() })
}

fn to_item(scene: &Scene<'_>, document: &Document, item: Completion) -> lsp::CompletionItem {
    let Completion { label, kind, detail, documentation, edit, snippet, additional, sort, deprecated, preselect } =
        item;
    let change =
        |(bytes, new_text): (Range<usize>, String)| lsp::TextEdit { range: scene.range(document, bytes), new_text };
    let snippet = snippet.filter(|_| scene.client.snippets);
    let format = snippet.as_ref().map(|_| lsp::InsertTextFormat::Snippet);
    let (range, plain) = edit;
    // What is typed is compared with what it replaces, quotes and all.
    let filter = plain.lines().next().unwrap_or("").to_owned();
    let text_edit = change((range, snippet.unwrap_or(plain)));
    lsp::CompletionItem {
        filter_text: Some(if filter.starts_with(&label) { label.clone() } else { filter })
            .filter(|text| *text != label),
        label,
        kind: Some(to_kind(kind)),
        tags: deprecated.then(|| vec![lsp::CompletionItemTag::Deprecated]),
        detail: Some(detail).filter(|text| !text.is_empty()),
        documentation: Some(documentation).filter(|text| !text.is_empty()).map(|value| {
            lsp::Documentation::MarkupContent(lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value })
        }),
        preselect: preselect.then_some(true),
        sort_text: Some(sort),
        insert_text_format: format,
        insert_text_mode: Some(lsp::InsertTextMode::AsIs),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(text_edit)),
        additional_text_edits: Some(additional.into_iter().map(change).collect::<Vec<_>>())
            .filter(|edits| !edits.is_empty()),
        ..lsp::CompletionItem::default()
    }
}

fn to_kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Field => lsp::CompletionItemKind::Field,
        CompletionKind::Tag => lsp::CompletionItemKind::EnumMember,
        CompletionKind::Value => lsp::CompletionItemKind::Value,
        CompletionKind::Reference => lsp::CompletionItemKind::Reference,
        CompletionKind::File => lsp::CompletionItemKind::File,
        CompletionKind::Folder => lsp::CompletionItemKind::Folder,
        CompletionKind::Template => lsp::CompletionItemKind::Snippet,
    }
}

/// What there is in a folder, but for what is hidden.
fn listed(folder: &Path) -> Vec<Listed> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_ENTRIES);
    let listed =
        entries.map(|entry| Listed { name: display(Path::new(&entry.file_name())), is_folder: entry.path().is_dir() });
    let mut listed: Vec<Listed> = listed.filter(|entry| !entry.name.starts_with('.')).collect();
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    listed
}
