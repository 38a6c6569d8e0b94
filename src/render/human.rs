//! Findings as a person reads them: title, place, facts, remedy.

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

/// All findings, each followed by an empty line. Credentials in the lines they are about are masked.
pub fn render(findings: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let texts = redact::sources(findings, sources);
    findings.iter().map(|finding| renderer.render(&[report(finding, sources, &texts)]) + "\n\n").collect()
}

fn report<'a>(finding: &'a Diagnostic, sources: &'a Sources, texts: &'a BTreeMap<FileId, String>) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
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
            let annotation = kind.span(label.span.start as usize..label.span.end as usize);
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
