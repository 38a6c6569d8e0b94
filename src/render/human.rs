//! Findings as a person reads them: title, place, facts, remedy.

use super::permission_in_words;
use crate::characters::{printable_line, stand_ins};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, Sources};
use crate::{catalogue, redact};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::BTreeMap;
use std::ops::Range;

/// How findings are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
}

/// How many findings are drawn; a person reads no more, and programs have other formats.
const MAX_SHOWN: usize = 100;

/// How far apart in bytes two labels may be to be drawn in one piece of the text, and how long that may be. It is read
/// for each finding: without a limit, findings on the one line of a large file would take the square of its length.
const LONGEST_PIECE: usize = 16 << 10;

/// The findings, each followed by an empty line; after the first hundred only how many there are. Credentials in the
/// lines they are about are masked.
pub fn render<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources, style: Style) -> String {
    let findings: Vec<&Diagnostic> = findings.into_iter().collect();
    Canvas::new(&findings, sources, style).render(&findings)
}

/// The texts of a report without credentials, for findings that are drawn in several places.
pub(super) struct Canvas<'a> {
    renderer: Renderer,
    sources: &'a Sources,
    texts: BTreeMap<FileId, String>,
}

impl<'a> Canvas<'a> {
    /// Takes credentials out of the texts that findings point into.
    pub fn new(findings: &[&Diagnostic], sources: &'a Sources, style: Style) -> Canvas<'a> {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let texts = redact::sources(findings, sources);
        // What can't be seen would also turn or hide the rest of its line.
        let texts = texts.into_iter().map(|(file, text)| (file, stand_ins(&text).into_owned())).collect();
        Canvas { renderer, sources, texts }
    }

    /// Some of the findings that the texts were prepared for.
    pub fn render(&self, findings: &[&Diagnostic]) -> String {
        let first = findings.iter().take(MAX_SHOWN);
        let mut shown: String = first.map(|finding| self.renderer.render(&[self.report(finding)]) + "\n\n").collect();
        if let Some(more @ 1..) = findings.len().checked_sub(MAX_SHOWN) {
            shown.push_str(&format!("and {more} more findings; `check --format json` lists them all\n\n"));
        }
        shown
    }

    fn report<'b>(&'b self, finding: &'b Diagnostic) -> Group<'b> {
        let level = match (&finding.allowed, finding.severity) {
            (Some(_), Severity::Error | Severity::Warning) => Level::NOTE.with_name("allowed"),
            (None, Severity::Error) => Level::ERROR,
            (None, Severity::Warning) => Level::WARNING,
        };
        let title = level.primary_title(printable_line(&finding.message)).id(format!(
            "{} {}",
            finding.code,
            catalogue::rule(finding.code).name
        ));
        let mut group = Group::with_title(title);
        for (file, labels) in by_file(finding) {
            let Some(text) = self.texts.get(&file) else { continue };
            for labels in self.pieces(labels) {
                group = self.piece(group, file, text, labels);
            }
        }
        for note in &finding.notes {
            group = group.element(Level::NOTE.message(printable_line(note)));
        }
        for help in &finding.help {
            group = group.element(Level::HELP.message(printable_line(help)));
        }
        if let Some(permission) = &finding.allowed {
            group = group.element(Level::NOTE.message(printable_line(&permission_in_words(permission))));
        }
        group
    }

    /// The labels in one file, those that are close together in one piece; the piece of the finding itself first.
    fn pieces<'b>(&self, labels: Vec<Marked<'b>>) -> Vec<Vec<Marked<'b>>> {
        let mut by_place = labels.clone();
        by_place.sort_by_key(|(_, label)| (label.span.start, label.span.end));
        let mut ends: Vec<u32> = Vec::new();
        let mut piece: Vec<Marked<'b>> = Vec::new();
        for marked in by_place {
            if self.lines(&piece, &marked).len() > LONGEST_PIECE {
                ends.extend(piece.drain(..).map(|(_, label)| label.span.start).max());
            }
            piece.push(marked);
        }
        // In each piece they stay in their order.
        let mut pieces = vec![Vec::new(); ends.len() + 1];
        for marked in labels {
            let piece = ends.partition_point(|end| *end < marked.1.span.start);
            pieces.get_mut(piece).into_iter().for_each(|piece| piece.push(marked));
        }
        pieces.sort_by_key(|piece| !piece.iter().any(|(kind, _)| *kind == AnnotationKind::Primary));
        pieces
    }

    /// The bytes of the lines in which labels are, those of one more among them.
    fn lines(&self, labels: &[Marked<'_>], more: &Marked<'_>) -> Range<usize> {
        let file = more.1.span.file;
        let ranges = || labels.iter().chain([more]).map(|(_, label)| self.sources.range(label.span));
        let start = ranges().map(|range| range.start).min().unwrap_or(0);
        let end = ranges().map(|range| range.end).max().unwrap_or(0);
        // The end of a text belongs to its last line, also behind a line break.
        let length = self.texts.get(&file).map_or(0, String::len);
        let start = start.min(length.saturating_sub(1));
        let lines = self.sources.line(file, start)..self.sources.line(file, end) + 1;
        self.sources.lines(file, lines)
    }

    /// Draws the lines of some labels; where they are too long, only says where they are.
    fn piece<'b>(&'b self, group: Group<'b>, file: FileId, text: &'b str, labels: Vec<Marked<'b>>) -> Group<'b> {
        let Some(first) = labels.first().copied() else { return group };
        let bytes = self.lines(&labels, &first);
        let name = printable_line(self.sources.name(file));
        let Some(lines) = text.get(bytes.clone()).filter(|lines| lines.len() <= LONGEST_PIECE) else {
            return labels.into_iter().fold(group, |group, (_, label)| {
                let place = self.sources.place(label.span);
                let group = group.element(Origin::path(name.clone()).line(place.line).char_column(place.column));
                if label.text.is_empty() {
                    group
                } else {
                    group.element(Level::NOTE.message(printable_line(&label.text)))
                }
            });
        };
        let inside = |offset: usize| offset.saturating_sub(bytes.start);
        let annotations = labels.into_iter().map(|(kind, label)| {
            let range = self.sources.range(label.span);
            let annotation = kind.span(inside(range.start)..inside(range.end));
            if label.text.is_empty() { annotation } else { annotation.label(printable_line(&label.text)) }
        });
        let line = self.sources.line(file, bytes.start);
        group.element(Snippet::source(lines).line_start(line + 1).path(name).annotations(annotations))
    }
}

type Marked<'a> = (AnnotationKind, &'a Label);

/// The labels of a finding by file; the file of the finding itself first.
fn by_file(finding: &Diagnostic) -> Vec<(FileId, Vec<Marked<'_>>)> {
    let primary = finding.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let secondary = finding.secondary.iter().map(|label| (AnnotationKind::Context, label));
    let mut files: Vec<(FileId, Vec<Marked<'_>>)> = Vec::new();
    for (kind, label) in primary.chain(secondary) {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push((kind, label)),
            None => files.push((label.span.file, vec![(kind, label)])),
        }
    }
    files
}
