//! `textDocument/codeAction`: the fixes of the findings at a place, and of all findings of a text.

use super::formatting::by_lines;
use super::{Refusal, Scene};
use crate::catalogue::MISSING_FIELD;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix};
use crate::fix::{self, Remedy};
use crate::language_server::lines::Lines;
use crate::language_server::protocol;
use crate::language_server::texts::Document;
use crate::path::Path;
use crate::policy;
use crate::source::{Sources, Span};
use crate::tree::Node;
use gen_lsp_types as lsp;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What `allow` says before the user has given a reason.
const REASON: &str = "TODO: say why";

/// What can be done about the findings in the lines of a range.
pub fn answer(scene: &Scene<'_>, params: lsp::CodeActionParams) -> Result<Vec<lsp::CodeAction>, Refusal> {
    let document = scene.document(&params.text_document.uri)?;
    let sought = Sought { scene, document };
    let all: Vec<&Diagnostic> =
        scene.found.findings.iter().map(|(_, finding)| finding).filter(|finding| sought.is_of_text(finding)).collect();
    let asked = protocol::bytes(&document.lines, &document.text, params.range, scene.client.encoding);
    let lines = document.lines.line(asked.start)..=document.lines.line(asked.end);
    let here = all.iter().filter(|finding| sought.is_in_lines(finding, *lines.start(), *lines.end()));
    let mut actions: Vec<lsp::CodeAction> = Vec::new();
    for finding in here {
        actions.extend(finding.fixes.iter().filter_map(|fix| sought.quick_fix(fix)));
        actions.extend(sought.allow(finding));
    }
    actions.extend(sought.fill(&all));
    actions.extend(sought.fix_all(&all));
    let wanted = params.context.only.unwrap_or_default();
    let is_wanted = |action: &lsp::CodeAction| {
        let kind = action.kind.clone().map(String::from).unwrap_or_default();
        wanted.is_empty() || wanted.iter().any(|one| kind.starts_with(&String::from(one.clone())))
    };
    actions.retain(is_wanted);
    Ok(actions)
}

/// The change that lets a rule be broken: an entry more in `allow`.
fn allowed(code: Code, tree: &Node, sources: &Sources) -> Option<Fix> {
    let entry = format!("{{ rule = {}, reason = {} }}", fix::text(code.0), fix::text(REASON));
    let title = format!("allow {code}, with a reason");
    let path = Path::of(["allow"]);
    let (node, _) = tree.nearest(&path);
    let span = node.span.filter(|span| !sources.is_library(span.file));
    let Some(inside) = span.and_then(|span| sources.slice(span).strip_suffix(']').zip(Some(span))) else {
        let fix = Remedy::set(path, format!("[{entry}]")).in_texts(tree, sources)?;
        return Some(Fix { title, ..fix });
    };
    let (inside, span) = inside;
    let kept = inside.trim_end();
    let comma = if kept.ends_with([',', '[']) { "" } else { "," };
    let start = span.start + u32::try_from(kept.len()).ok()?;
    fix::fix(title, vec![Edit { span: Span { start, ..span }, text: format!("{comma} {entry}]") }], false)
}

struct Sought<'a> {
    scene: &'a Scene<'a>,
    document: &'a Arc<Document>,
}

impl Sought<'_> {
    /// Whether a finding is on this text as it is now.
    fn is_of_text(&self, finding: &Diagnostic) -> bool {
        let text = finding.span().and_then(|span| self.scene.found.sources.get(span.file));
        text.is_some_and(|text| text.path.as_ref() == Some(&self.document.path) && *text.text == *self.document.text)
    }

    fn is_in_lines(&self, finding: &Diagnostic, first: usize, last: usize) -> bool {
        finding.span().is_some_and(|span| {
            let bytes = self.scene.found.sources.range(span);
            let line = |byte| self.document.lines.line(byte);
            line(bytes.start) <= last && first <= line(bytes.end)
        })
    }

    fn quick_fix(&self, fix: &Fix) -> Option<lsp::CodeAction> {
        Some(lsp::CodeAction {
            title: fix.title.clone(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            is_preferred: Some(fix.preferred),
            edit: Some(self.edit(fix)?),
            ..lsp::CodeAction::default()
        })
    }

    /// Lets a finding pass, with a reason that the user has to write. No other action does that.
    fn allow(&self, finding: &Diagnostic) -> Option<lsp::CodeAction> {
        let member = self.scene.found.known.members.iter().find(|member| member.entry.path == self.document.path)?;
        let environment = member.environment.as_ref()?;
        let may_pass = finding.allowed.is_none() && policy::obstacle(finding.code, environment.profile).is_none();
        let tree = may_pass.then(|| member.tree.as_ref()?.tree().map(Cow::into_owned)).flatten()?;
        let fix = allowed(finding.code, &tree, &member.sources)?;
        let edits = fix.edits.iter().map(|edit| {
            let text = member.sources.get(edit.span.file)?;
            let is_here = text.path.as_ref() == Some(&self.document.path) && *text.text == *self.document.text;
            let bytes = member.sources.range(edit.span);
            is_here.then(|| self.text_edit(bytes, edit.text.clone()))
        });
        let edits: Vec<lsp::TextEdit> = edits.collect::<Option<_>>()?;
        Some(lsp::CodeAction {
            title: fix.title,
            kind: Some(lsp::CodeActionKind::QuickFix),
            edit: Some(self.here(edits)),
            ..lsp::CodeAction::default()
        })
    }

    /// Sets all fields that are missing, where there are several.
    fn fill(&self, all: &[&Diagnostic]) -> Option<lsp::CodeAction> {
        let missing: Vec<&Diagnostic> = all.iter().copied().filter(|finding| finding.code == MISSING_FIELD).collect();
        (missing.len() > 1).then_some(())?;
        let title = format!("fill in {} missing fields", missing.len());
        self.all_at_once(title, lsp::CodeActionKind::QuickFix, &missing, true)
    }

    /// Makes every fix that is safe.
    fn fix_all(&self, all: &[&Diagnostic]) -> Option<lsp::CodeAction> {
        self.all_at_once("make all safe fixes".to_owned(), lsp::CodeActionKind::SourceFixAll, all, false)
    }

    fn all_at_once(
        &self,
        title: String,
        kind: lsp::CodeActionKind,
        findings: &[&Diagnostic],
        also_unsafe: bool,
    ) -> Option<lsp::CodeAction> {
        let applied = fix::apply(findings.iter().copied(), &self.scene.found.sources, also_unsafe);
        let new = applied.texts.get(&self.document.path)?;
        let edits = by_lines(&self.document.text, new);
        let edits = edits.into_iter().map(|(bytes, text)| self.text_edit(bytes, text)).collect();
        Some(lsp::CodeAction { title, kind: Some(kind), edit: Some(self.here(edits)), ..lsp::CodeAction::default() })
    }

    /// The edits of a fix, in any files; none where a text is not as it was, or is not the user's.
    fn edit(&self, fix: &Fix) -> Option<lsp::WorkspaceEdit> {
        let (scene, sources) = (self.scene, &self.scene.found.sources);
        let mut changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
        for edit in &fix.edits {
            let source = sources.get(edit.span.file)?;
            let path = source.path.as_ref()?;
            let open = scene.texts.by_path(path);
            open.is_none_or(|open| *open.text == *source.text).then_some(())?;
            let lines = Lines::new(&source.text);
            let range = protocol::range(&lines, &source.text, sources.range(edit.span), scene.client.encoding);
            let change = lsp::TextEdit { range, new_text: edit.text.clone() };
            changes.entry(scene.texts.uri_of(path).into()).or_default().push(change);
        }
        (!changes.is_empty()).then(|| lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() })
    }

    fn here(&self, edits: Vec<lsp::TextEdit>) -> lsp::WorkspaceEdit {
        let changes = HashMap::from([(self.document.uri.as_str().into(), edits)]);
        lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
    }

    fn text_edit(&self, bytes: Range<usize>, new_text: String) -> lsp::TextEdit {
        lsp::TextEdit { range: self.scene.range(self.document, bytes), new_text }
    }
}
