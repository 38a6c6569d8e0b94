//! `textDocument/codeLens`: above an environment, what it becomes and what that means against the last commit.

use super::execute_command::MANIFEST;
use super::{Refusal, Scene};
use crate::language_server::features::effects::{effects, objects_in};
use crate::source::git::Revision;
use gen_lsp_types as lsp;
use serde_json::json;

/// One line above an environment, which shows its manifests.
pub fn answer(scene: &Scene<'_>, params: lsp::CodeLensParams) -> Result<Vec<lsp::CodeLens>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let known = &scene.found.known;
    if known.members.iter().all(|member| member.entry.path != document.path) {
        return Ok(Vec::new());
    }
    let folder = document.path.parent();
    let head = folder.and_then(|folder| Revision::open("HEAD", folder).ok());
    let before = head.and_then(|head| objects_in(&head, &document.path));
    let title = effects(known, &document.path, &scene.shared.policy, before);
    let lens = title.map(|title| lsp::CodeLens {
        range: lsp::Range::default(),
        command: Some(lsp::Command {
            title,
            command: MANIFEST.to_owned(),
            arguments: Some(vec![json!(document.uri)]),
            ..lsp::Command::default()
        }),
        ..lsp::CodeLens::default()
    });
    Ok(lens.into_iter().collect())
}
