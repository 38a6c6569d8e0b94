//! Findings without credentials: neither what they say nor the lines they show repeat one.
//!
//! A credential is hidden by its place where a finding knows it, and by its look everywhere else, so that no fault on
//! the same line shows it, and none that keeps the file from being evaluated.

use crate::diagnostic::{Diagnostic, Edit, Label};
use crate::path::{Path, Segment};
use crate::scan;
use crate::source::{FileId, Sources, Span, whole};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// The shortest text that is hidden wherever it is repeated, in bytes: below, it would be part of ordinary words.
const SHORTEST: usize = 8;

/// Takes credentials out of what findings say: titles, paths, labels, notes and remedies.
pub fn findings(findings: &mut [Diagnostic], sources: &Sources) {
    let spans = findings.iter().flat_map(|finding| &finding.sensitive);
    let secrets = spans
        .map(|span| sources.slice(*span))
        .map(|written| written.get(inside(written)).unwrap_or(written))
        .filter(|secret| secret.len() >= SHORTEST);
    let secrets = Secrets::of(secrets.collect());
    let mut places = Places::of(findings);
    let mut known: HashMap<String, String> = HashMap::new();
    for finding in findings {
        let labels = finding.primary.iter_mut().chain(&mut finding.secondary).map(|label: &mut Label| &mut label.text);
        let texts = labels.chain(&mut finding.notes).chain(&mut finding.help).chain([&mut finding.message]);
        for text in texts {
            // Most of what findings say many of them say.
            let hidden = known.entry(text.clone()).or_insert_with_key(|text| said(text, &secrets));
            text.clone_from(hidden);
        }
        finding.path = path(&finding.path, &secrets);
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| !places.touches(edit, sources)));
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| said(&edit.text, &secrets) == edit.text));
        finding.fixes.iter_mut().for_each(|fix| fix.title = said(&fix.title, &secrets));
    }
}

/// Where credentials stand in the texts that fixes change: no fix changes one.
struct Places {
    known: BTreeMap<FileId, Vec<Span>>,
    found: BTreeMap<FileId, Vec<Range<usize>>>,
}

impl Places {
    fn of(findings: &[Diagnostic]) -> Places {
        let mut known: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in findings.iter().flat_map(|finding| &finding.sensitive) {
            known.entry(span.file).or_default().push(*span);
        }
        Places { known, found: BTreeMap::new() }
    }

    fn touches(&mut self, Edit { span, .. }: &Edit, sources: &Sources) -> bool {
        let known = self.known.get(&span.file).map(Vec::as_slice).unwrap_or_default();
        let found = self.found.entry(span.file).or_insert_with(|| {
            let text = sources.get(span.file).map_or("", |source| source.text.as_str());
            let known = known.iter().map(|span| sources.range(*span));
            scan::find_all(text).into_iter().chain(known).collect()
        });
        let edit = sources.range(*span);
        found.iter().any(|secret| edit.start < secret.end && secret.start < edit.end)
    }
}

/// The texts that findings point into, with as many bytes, lines and columns as they have, but without credentials.
pub fn sources(findings: &[&Diagnostic], sources: &Sources) -> BTreeMap<FileId, String> {
    let labels = findings.iter().flat_map(|finding| finding.primary.iter().chain(&finding.secondary));
    let mut sensitive: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for span in findings.iter().flat_map(|finding| &finding.sensitive) {
        sensitive.entry(span.file).or_default().push(*span);
    }
    let mut texts = BTreeMap::new();
    for file in labels.map(|label| label.span.file) {
        let sensitive = || sensitive.get(&file).map(Vec::as_slice).unwrap_or_default();
        texts.entry(file).or_insert_with(|| source(file, sensitive(), sources));
    }
    texts
}

/// The credentials that findings are about, as they are written.
pub fn credentials<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> BTreeSet<String> {
    findings.into_iter().flat_map(|finding| &finding.sensitive).map(|span| sources.slice(*span).to_owned()).collect()
}

/// Where a credential is written in the user's files: letter for letter, or else in pieces that an expression joins.
pub fn written(secret: &str, sources: &Sources) -> Vec<Span> {
    let whole = sources.occurrences(secret);
    if !whole.is_empty() {
        return whole;
    }
    let found = scan::find_all(secret);
    let parts = found.iter().filter_map(|range| secret.get(range.clone()));
    let parts: Vec<&str> = if found.is_empty() { vec![secret] } else { parts.collect() };
    parts.into_iter().flat_map(|part| sources.pieces(part)).collect()
}

/// An argument of the command line as a message may repeat it: what was given for an address may be a password, and
/// look like none.
pub fn argument(argument: &str) -> String {
    let Some(start) = argument.find("://").map(|at| at + "://".len()) else { return text(argument) };
    let user = argument.rfind('@').filter(|end| *end > start).map(|end| start..end);
    let after = user.as_ref().map_or(start, |user| user.end);
    let query = argument.get(after..).and_then(|rest| rest.find(['?', '#'])).map(|at| after + at + 1..argument.len());
    text(&mask(argument, &user.into_iter().chain(query).collect::<Vec<_>>()))
}

fn source(file: FileId, sensitive: &[Span], sources: &Sources) -> String {
    let text = sources.get(file).map_or("", |source| source.text.as_str());
    if sources.is_library(file) {
        return text.to_owned();
    }
    let known = sensitive.iter().map(|span| {
        let (start, inside) = (sources.range(*span).start, inside(sources.slice(*span)));
        start + inside.start..start + inside.end
    });
    mask(text, &known.chain(scan::find_all(text)).collect::<Vec<_>>())
}

/// A text without what looks like a credential in it.
pub fn text(text: &str) -> String {
    said(text, &Secrets::default())
}

/// A text without the credentials that are known as they are written, and without what looks like one. Lines, columns and
/// bytes stay where they were.
pub fn known(text: &str, written: &BTreeSet<String>) -> String {
    let repeated = written.iter().filter(|written| !written.is_empty()).flat_map(|written| {
        let inside = inside(written);
        text.match_indices(written.as_str()).map(move |(start, _)| start + inside.start..start + inside.end)
    });
    let secrets = written.iter().filter_map(|written| written.get(inside(written)));
    let secrets = Secrets::of(secrets.filter(|secret| secret.len() >= SHORTEST).collect());
    mask(text, &repeated.chain(secrets.find_all(text)).chain(scan::find_all(text)).collect::<Vec<_>>())
}

/// What a finding says, without credentials.
fn said(text: &str, secrets: &Secrets<'_>) -> String {
    mask(text, &secrets.find_all(text).chain(scan::find_all(text)).collect::<Vec<_>>())
}

/// Credentials that are known, for any number of texts: there may be as many of the one as of the other.
#[derive(Default)]
struct Secrets<'a> {
    /// All of them, sorted, each with the position of the longest other one that it begins with.
    sorted: Vec<(&'a str, Option<usize>)>,
}

impl<'a> Secrets<'a> {
    fn of(mut secrets: Vec<&'a str>) -> Secrets<'a> {
        secrets.sort_unstable();
        secrets.dedup();
        let mut sorted: Vec<(&str, Option<usize>)> = Vec::with_capacity(secrets.len());
        for secret in secrets {
            let mut before = sorted.len().checked_sub(1);
            while let Some((other, shorter)) = before.and_then(|before| sorted.get(before))
                && !secret.starts_with(other)
            {
                before = *shorter;
            }
            sorted.push((secret, before));
        }
        Secrets { sorted }
    }

    /// Where they stand in a text.
    fn find_all(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let text = if self.sorted.is_empty() { "" } else { text };
        let starts = text.char_indices();
        starts.filter_map(move |(start, _)| Some(start..start + self.longest_before(text.get(start..)?)?.len()))
    }

    /// The longest one that a text begins with: it sorts before the text, and whatever sorts between the two begins
    /// with it.
    fn longest_before(&self, text: &str) -> Option<&'a str> {
        let mut before = self.sorted.partition_point(|(secret, _)| *secret <= text).checked_sub(1);
        loop {
            let (secret, shorter) = self.sorted.get(before?)?;
            if text.starts_with(secret) {
                return Some(secret);
            }
            before = *shorter;
        }
    }
}

fn path(path: &Path, secrets: &Secrets<'_>) -> Path {
    let step = |segment: &Segment| match segment {
        Segment::Field(name) if scan::find(None, name).is_some() => Segment::Field(name.chars().map(veil).collect()),
        Segment::Field(name) => Segment::Field(said(name, secrets)),
        Segment::Item(name) => Segment::Item(said(name, secrets)),
        Segment::Index(index) => Segment::Index(*index),
    };
    Path(path.0.iter().map(step).collect())
}

/// What stands between the quotes of a string; all of it where it is none.
fn inside(written: &str) -> Range<usize> {
    let all = 0..written.len();
    if !written.starts_with('"') && !written.starts_with("m%") {
        return all;
    }
    match (written.find('"'), written.rfind('"')) {
        (Some(first), Some(last)) if first < last => first + 1..last,
        _ => all,
    }
}

/// A text with some of its bytes hidden. Lines, columns and bytes stay where they were, so that places do.
fn mask(text: &str, hidden: &[Range<usize>]) -> String {
    // A character of which a part is hidden is hidden as a whole.
    let mut hidden: Vec<Range<usize>> = hidden.iter().map(|range| whole(text, range.clone())).collect();
    hidden.sort_unstable_by_key(|range| range.start);
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for range in hidden {
        let (start, end) = (range.start.max(done), range.end.max(done));
        masked.push_str(text.get(done..start).unwrap_or(""));
        masked.extend(text.get(start..end).unwrap_or("").chars().map(veil));
        done = end;
    }
    masked.push_str(text.get(done..).unwrap_or(""));
    masked
}

/// A character of as many bytes that says nothing; white space says nothing already.
fn veil(c: char) -> char {
    match c.len_utf8() {
        _ if c.is_whitespace() => c,
        1 => '*',
        2 => '·',
        3 => '•',
        _ => '🞄',
    }
}

/// Findings by place, without what must not be shown.
pub fn arranged(mut findings: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    self::findings(&mut findings, sources);
    crate::diagnostic::arrange(&mut findings, sources);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_bytes_characters_and_lines() {
        let text = "a = \"é•🙂 x\ny\" b";
        let masked = mask(text, &[5..8, 8..text.len() - 3]);
        assert_eq!(masked, "a = \"·•🞄 *\n*\" b");
        assert_eq!(masked.len(), text.len());
        assert_eq!(mask(text, &[10..11, 15..16, 5..6, 0..0, 40..50]), "a = \"·•🞄 *\ny\" b");
        assert_eq!(mask("aéb", &[2..3, 0..0]), "a·b");
    }

    #[test]
    fn every_known_credential_is_found_whatever_else_is_known() {
        let secrets = ["abcdefgh", "abcdefghij", "abcdefghijk", "abcdefgz", "zzzzzzzz", "bcdefghi"];
        let known = Secrets::of(secrets.to_vec());
        for text in ["abcdefghijkl", "xabcdefghizzzzzzzz", "abcdefg", "abcdefgzabcdefgh", "éabcdefgh•bcdefghi"] {
            let one_by_one = secrets.iter().flat_map(|secret| text.match_indices(secret));
            let one_by_one: Vec<_> = one_by_one.map(|(start, secret)| start..start + secret.len()).collect();
            let found: Vec<_> = known.find_all(text).collect();
            assert_eq!(mask(text, &found), mask(text, &one_by_one), "{text}");
        }
    }

    #[test]
    fn quotes_stay() {
        assert_eq!(inside("\"ab\""), 1..3);
        assert_eq!(inside("m%\"ab\"%"), 3..5);
        assert_eq!(inside("a ++ b"), 0..6);
        assert_eq!(inside("\""), 0..1);
    }
}
