//! What is known of all environments → what the editor shows at each file.

use super::analysis::Findings;
use super::lines::{Encoding, Lines};
use super::protocol;
use super::texts::Texts;
use crate::catalogue;
use crate::diagnostic::{Diagnostic, Permission, Severity};
use crate::source::{Sources, Span};
use gen_lsp_types as lsp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The findings at each file, by path. What several environments say alike of a module that they import is said once.
pub fn by_file(found: &Findings, texts: &Texts, encoding: Encoding) -> BTreeMap<PathBuf, Vec<lsp::Diagnostic>> {
    let places = Places { sources: &found.sources, texts, encoding };
    let mut files: BTreeMap<PathBuf, Vec<lsp::Diagnostic>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (file, finding) in &found.findings {
        let (path, diagnostic) = places.diagnostic(file, finding);
        let range = diagnostic.range;
        let place = (range.start.line, range.start.character, range.end.line, range.end.character);
        if seen.insert((path.clone(), place, finding.code, finding.message.clone())) {
            files.entry(path).or_default().push(diagnostic);
        }
    }
    files
}

/// Where places in texts are in the protocol.
struct Places<'a> {
    sources: &'a Sources,
    texts: &'a Texts,
    encoding: Encoding,
}

impl Places<'_> {
    /// What has no place in a file of the user is said at the first place beside it that has one, else where the
    /// environment begins.
    fn diagnostic(&self, file: &Path, finding: &Diagnostic) -> (PathBuf, lsp::Diagnostic) {
        let labels = finding.primary.iter().chain(&finding.secondary);
        let place = |span: Span| Some((self.path(span)?.clone(), self.range(span)?));
        let place = labels.map(|label| label.span).find_map(place);
        let (path, range) = place.unwrap_or_else(|| (file.to_owned(), lsp::Range::default()));
        let rule = catalogue::rule(finding.code);
        let related = finding.secondary.iter().filter_map(|label| {
            let text = if label.text.is_empty() { "see also".to_owned() } else { label.text.clone() };
            Some(lsp::DiagnosticRelatedInformation { location: self.location(label.span)?, message: text })
        });
        let diagnostic = lsp::Diagnostic {
            range,
            severity: Some(severity(finding)),
            code: Some(lsp::Code::String(finding.code.0.to_owned())),
            code_description: Some(lsp::CodeDescription { href: catalogue::url(finding.code).into() }),
            source: Some("agentos-cfg".to_owned()),
            message: lsp::Message::String(message(finding)),
            tags: tags(rule.name),
            related_information: Some(related.collect()),
            ..lsp::Diagnostic::default()
        };
        (path, diagnostic)
    }

    fn path(&self, span: Span) -> Option<&PathBuf> {
        self.sources.get(span.file)?.path.as_ref()
    }

    fn location(&self, span: Span) -> Option<lsp::Location> {
        let uri = self.texts.uri_of(self.path(span)?);
        Some(lsp::Location { uri: uri.into(), range: self.range(span)? })
    }

    fn range(&self, span: Span) -> Option<lsp::Range> {
        let text = self.sources.get(span.file)?;
        let bytes = self.sources.range(span);
        // The same text as in the editor has its lines counted already.
        let open = text.path.as_ref().and_then(|path| self.texts.by_path(path));
        let range = match open.filter(|open| *open.text == *text.text) {
            Some(open) => protocol::range(&open.lines, &open.text, bytes, self.encoding),
            None => protocol::range(&Lines::new(&text.text), &text.text, bytes, self.encoding),
        };
        Some(range)
    }
}

/// What the environment or the caller lets pass is still shown, and as a fact.
fn severity(finding: &Diagnostic) -> lsp::DiagnosticSeverity {
    match (finding.severity, &finding.allowed) {
        (_, Some(_)) => lsp::DiagnosticSeverity::Information,
        (Severity::Error, None) => lsp::DiagnosticSeverity::Error,
        (Severity::Warning, None) => lsp::DiagnosticSeverity::Warning,
    }
}

/// Title, facts and advice, a line each.
fn message(finding: &Diagnostic) -> String {
    let label = finding.primary.iter().map(|label| label.text.clone()).filter(|text| !text.is_empty());
    let notes = finding.notes.iter().map(|note| format!("note: {note}"));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let allowed = finding.allowed.as_ref().map(|permission| match permission {
        Permission::Caller => "allowed by the caller".to_owned(),
        Permission::Environment { reason } => format!("allowed: {reason}"),
    });
    let lines = std::iter::once(finding.message.clone()).chain(label).chain(notes).chain(help).chain(allowed);
    lines.collect::<Vec<_>>().join("\n")
}

/// How the editor draws it: what has no effect is faded, what is deprecated is struck through.
fn tags(name: &str) -> Option<Vec<lsp::DiagnosticTag>> {
    match name {
        _ if name.starts_with("idle-") || name.starts_with("unused-") => Some(vec![lsp::DiagnosticTag::Unnecessary]),
        "deprecated-field" => Some(vec![lsp::DiagnosticTag::Deprecated]),
        _ => None,
    }
}
