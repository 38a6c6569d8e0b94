//! Findings on the objects of manifests, each at its value in the text.

use super::{Found, Place};
use crate::diagnostic::Diagnostic;
use crate::objects::object::External;
use crate::objects::yaml::{Manifests, first_of};
use crate::redact;
use crate::source::{FileId, Sources, Span};
use crate::tree::Value;
use std::collections::BTreeMap;

impl Manifests {
    /// What is found in the objects, each with its file and place. Where a file can't be read only that is said:
    /// whatever it was to provide would seem to be missing.
    pub fn verify(&self, external: &[External], sources: &Sources) -> Vec<(FileId, Diagnostic)> {
        let mut findings = self.unreadable.clone();
        if findings.is_empty() {
            let external = [external, &self.generated].concat();
            let found = super::find(&self.objects, &external);
            findings.extend(found.into_iter().filter_map(|found| self.placed(found, sources)));
        }
        // What is hidden for one finding of a file is hidden for all that show it.
        if let Some((_, first)) = findings.first_mut() {
            first.sensitive.extend(&self.secrets);
        }
        let mut diagnostics: Vec<Diagnostic> = findings.iter().map(|(_, finding)| finding.clone()).collect();
        redact::findings(&mut diagnostics, sources);
        let mut arranged: Vec<(FileId, Diagnostic)> = findings.iter().map(|(file, _)| *file).zip(diagnostics).collect();
        arranged.sort_by_cached_key(|(file, finding)| (*file, finding.span(), finding.code, finding.message.clone()));
        arranged.dedup();
        arranged
    }

    fn placed(&self, found: Found, sources: &Sources) -> Option<(FileId, Diagnostic)> {
        let file = *self.files.get(found.place.object)?;
        let span = self.span(&found.place, sources);
        let mut diagnostic = found.diagnostic.at(span, found.label);
        for (place, label) in &found.related {
            diagnostic = diagnostic.and(self.span(place, sources), label.as_str());
        }
        if found.secret {
            diagnostic.sensitive.extend(span);
        }
        Some((file, diagnostic))
    }

    fn span(&self, place: &Place, sources: &Sources) -> Option<Span> {
        let (node, _) = self.nodes.get(place.object)?.nearest(&place.path);
        if place.name && node.key.is_some() {
            return node.key;
        }
        let span = node.span?;
        if !place.inside.is_empty() {
            return Some(inside(span, &place.inside, sources).unwrap_or_else(|| sources.opening(span)));
        }
        if matches!(node.value, Value::Record(_) | Value::Array(_)) {
            return first_of(node);
        }
        let block = sources.slice(span).contains('\n');
        node.key.filter(|_| block).or_else(|| Some(sources.opening(span)))
    }
}

/// The last of several texts that follow each other in a span, as far as they do.
fn inside(span: Span, texts: &[String], sources: &Sources) -> Option<Span> {
    let written = sources.slice(span);
    let (mut from, mut found) = (0, None);
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let Some(at) = written.get(from..).and_then(|rest| rest.find(text.as_str())) else { break };
        found = Some((from + at, from + at + text.len()));
        from += at + text.len();
    }
    let (start, end) = found?;
    let offset = |bytes: usize| u32::try_from(bytes).ok();
    Some(Span { start: span.start + offset(start)?, end: span.start + offset(end)?, ..span })
}

/// The findings of each file out of those of all, in their order.
pub fn by_file(findings: Vec<(FileId, Diagnostic)>) -> BTreeMap<FileId, Vec<Diagnostic>> {
    let mut files: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
    for (file, finding) in findings {
        files.entry(file).or_default().push(finding);
    }
    files
}
