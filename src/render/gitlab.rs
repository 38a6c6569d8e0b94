//! Findings as GitLab's Code Quality report: one array, with the part of Code Climate's format that GitLab reads.

use super::{Item, Report, hash, permission_in_words, what_stays};
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::Policy;
use crate::source::git::Checkout;
use crate::{catalogue, characters};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// The report as one array. GitLab looks for files by their paths in the repository; without a checkout they are as the user
/// named them.
pub fn render(report: &Report<'_>, checkout: Option<&Checkout>) -> String {
    let mut seen = BTreeMap::new();
    let items = report.items().into_iter();
    let violations: Vec<Violation> = items.map(|item| violation(item, report, checkout, &mut seen)).collect();
    // Numbers and strings always become JSON.
    characters::json(&serde_json::to_string_pretty(&violations).unwrap_or_default()).into_owned() + "\n"
}

fn violation(
    item: Item<'_>,
    report: &Report<'_>,
    checkout: Option<&Checkout>,
    seen: &mut BTreeMap<String, usize>,
) -> Violation {
    let finding = item.finding;
    let (file, place) = report.location(item);
    let path = checkout.map_or_else(|| file.to_owned(), |checkout| checkout.path_of(file));
    Violation {
        description: description(finding),
        check_name: format!("{} {}", finding.code, catalogue::rule(finding.code).name),
        fingerprint: fingerprint(&path, item, report, seen),
        severity: severity(finding, report.policy),
        // What has no place is about its file as a whole, and GitLab asks for a line of each.
        location: Location { path, lines: Lines { begin: place.map_or(1, |place| place.line) } },
    }
}

/// All that a merge request shows of a finding is its severity, this line and its place.
fn description(finding: &Diagnostic) -> String {
    let permission = finding.allowed.as_ref().map_or(String::new(), |by| format!(" ({})", permission_in_words(by)));
    format!("{}: {}{permission}", finding.code, finding.message)
}

/// GitLab has five, from `info` to `blocker`: what is allowed, what is reported, what rejects because warnings are denied,
/// what rejects, and what no environment for production can allow.
fn severity(finding: &Diagnostic, policy: &Policy) -> &'static str {
    match (&finding.allowed, finding.severity) {
        (Some(_), Severity::Error | Severity::Warning) => "info",
        (None, Severity::Warning) if policy.rejects(finding) => "major",
        (None, Severity::Warning) => "minor",
        (None, Severity::Error) if catalogue::rule(finding.code).safety => "blocker",
        (None, Severity::Error) => "critical",
    }
}

/// What stays the same of a finding when lines move. GitLab shows one finding of each fingerprint: of several that agree in all
/// of it, each has another one.
fn fingerprint(path: &str, item: Item<'_>, report: &Report<'_>, seen: &mut BTreeMap<String, usize>) -> String {
    let Diagnostic { code, message, .. } = item.finding;
    let what = format!("{code}\0{path}\0{}\0{message}", what_stays(item, report));
    let before = *seen.entry(what.clone()).and_modify(|count| *count += 1).or_insert(0);
    if before == 0 { hash(&what) } else { hash(&format!("{what}\0{before}")) }
}
