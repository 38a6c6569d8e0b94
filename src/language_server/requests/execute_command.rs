//! `workspace/executeCommand`: what an environment compiles to, its picture, the page of a code, and a check of all.

use super::{Refusal, Scene};
use crate::catalogue;
use crate::language_server::features::manifest::{Manifest, manifest};
use crate::language_server::texts::Document;
use gen_lsp_types as lsp;
use serde_json::{Value, json};

/// The manifests of an open environment: `{ name, yaml, current }`.
pub const MANIFEST: &str = "agentos.manifest";
/// The picture of an open environment: `{ name, svg, current }`.
pub const GRAPH: &str = "agentos.graph";
/// The page of a code: `{ code, page, url }`.
pub const EXPLAIN: &str = "agentos.explain";
/// Waits until the newest texts are checked, and counts: `{ environments, errors, warnings }`.
pub const CHECK: &str = "agentos.check";

/// All commands.
pub const COMMANDS: [&str; 4] = [MANIFEST, GRAPH, EXPLAIN, CHECK];

/// Runs a command with its first argument: an address, or a code.
pub fn answer(scene: &Scene<'_>, params: lsp::ExecuteCommandParams) -> Result<Value, Refusal> {
    let argument = params.arguments.iter().flatten().next().and_then(Value::as_str).unwrap_or("");
    match params.command.as_str() {
        MANIFEST => shown(scene, argument, |manifest| manifest.yaml.clone(), "yaml"),
        GRAPH => shown(scene, argument, |manifest| manifest.picture.clone(), "svg"),
        EXPLAIN => {
            let code = catalogue::by_text(argument);
            let code = code.ok_or_else(|| Refusal::new(format!("there is no code `{argument}`")))?;
            Ok(json!({"code": code.0, "page": catalogue::rule(code).page, "url": catalogue::url(code)}))
        }
        other => Err(Refusal::new(format!("there is no command `{other}`"))),
    }
}

/// Whether what is known of an environment is of its text as it is now.
fn is_of_newest(scene: &Scene<'_>, document: &Document) -> bool {
    let mut members = scene.found.known.members.iter().filter(|member| member.entry.path == document.path);
    members.any(|member| member.sources.text_of(&document.path) == Some(&document.text))
}

/// What an environment compiles to; where something rejects it now, what it compiled to last, and that it is old.
fn shown(
    scene: &Scene<'_>,
    address: &str,
    part: impl Fn(&Manifest) -> Option<String>,
    called: &str,
) -> Result<Value, Refusal> {
    let document = scene.document(&address.into())?;
    let now = manifest(&scene.found.known, &document.path, &scene.shared.policy);
    let is_current = now.as_ref().is_some_and(|manifest| part(manifest).is_some()) && is_of_newest(scene, document);
    let shown = match now.filter(|manifest| part(manifest).is_some()) {
        Some(manifest) => {
            scene.shared.keep_manifest(document.path.clone(), manifest.clone());
            manifest
        }
        None => scene.shared.kept_manifest(&document.path).ok_or_else(|| {
            Refusal::new("this file compiles to nothing: it is no environment, or something in it is rejected")
        })?,
    };
    Ok(json!({"name": shown.name, called: part(&shown), "current": is_current}))
}
