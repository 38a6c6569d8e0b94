//! Findings as a person reads them: title, place, facts, remedy.

use super::permission_in_words;
use crate::catalogue;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::redact;
use crate::source::{FileId, Sources};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;

/// How findings are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
}

/// How many findings are drawn; a person reads no more, and programs have other formats.
const MAX_SHOWN: usize = 100;

/// The findings, each followed by an empty line; after the first hundred only how many there are. Credentials in the
/// lines they are about are masked.
pub fn render<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let findings: Vec<&Diagnostic> = findings.into_iter().collect();
    let texts = redact::sources(&findings, sources);
    let first = findings.iter().take(MAX_SHOWN);
    let mut shown: String =
        first.map(|finding| renderer.render(&[report(finding, sources, &texts)]) + "\n\n").collect();
    if let Some(more @ 1..) = findings.len().checked_sub(MAX_SHOWN) {
        shown.push_str(&format!("and {more} more findings; `check --format json` lists them all\n\n"));
    }
    shown
}

fn report<'a>(finding: &'a Diagnostic, sources: &'a Sources, texts: &'a BTreeMap<FileId, String>) -> Group<'a> {
    let level = match (&finding.allowed, finding.severity) {
        (Some(_), Severity::Error | Severity::Warning) => Level::NOTE.with_name("allowed"),
        (None, Severity::Error) => Level::ERROR,
        (None, Severity::Warning) => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(format!(
        "{} {}",
        finding.code,
        catalogue::rule(finding.code).name
    ));
    let mut group = Group::with_title(title);
    for (file, labels) in by_file(finding) {
        let Some(text) = texts.get(&file) else { continue };
        let annotations = labels.into_iter().map(|(kind, label)| {
            let annotation = kind.span(sources.range(label.span));
            if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
        });
        group = group.element(Snippet::source(text.as_str()).path(sources.name(file)).annotations(annotations));
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(permission) = &finding.allowed {
        group = group.element(Level::NOTE.message(permission_in_words(permission)));
    }
    group
}

/// The labels of a finding by file; the file of the finding itself first.
fn by_file(finding: &Diagnostic) -> Vec<(FileId, Vec<(AnnotationKind, &Label)>)> {
    let primary = finding.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let secondary = finding.secondary.iter().map(|label| (AnnotationKind::Context, label));
    let mut files: Vec<(FileId, Vec<(AnnotationKind, &Label)>)> = Vec::new();
    for (kind, label) in primary.chain(secondary) {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push((kind, label)),
            None => files.push((label.span.file, vec![(kind, label)])),
        }
    }
    files
}
