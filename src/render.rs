//! Findings → text. One file a format, one registry of them.

pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;

use crate::diagnostic::{Code, Diagnostic, Permission, Severity};
use crate::policy::Policy;
use crate::source::{Place, Sources};
use clap::ValueEnum;
use std::collections::HashMap;

/// How to print findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// GitLab's Code Quality report: one JSON array.
    Gitlab,
    /// JUnit's XML, one test case an environment.
    Junit,
}

/// An environment with what was found in it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// How the user named its file.
    pub name: String,
    /// All that was found.
    pub findings: Vec<Diagnostic>,
}

/// All that is printed together.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The environments, in order.
    pub environments: &'a [Checked],
    /// The texts that findings point into.
    pub sources: &'a Sources,
    /// What rejects.
    pub policy: &'a Policy,
}

/// A finding with the environment that it was found in.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// The name of the environment's file.
    pub environment: &'a str,
    /// The finding.
    pub finding: &'a Diagnostic,
}

impl Format {
    /// The report in this format.
    pub fn render(self, report: &Report<'_>, style: human::Style) -> String {
        match self {
            Format::Human => human::render(report.items().iter().map(|item| item.finding), report.sources, style),
            Format::Json => json::render(report),
            Format::Sarif => sarif::render(report),
            Format::Github => github::render(report),
            Format::Gitlab => gitlab::render(report, None),
            Format::Junit => junit::render(report),
        }
    }
}

impl<'a> Report<'a> {
    /// Every finding, in order. A fault in a file that several environments import is one fault, and stands here once.
    pub fn items(&self) -> Vec<Item<'a>> {
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut seen: HashMap<Sameness<'a>, &'a str> = HashMap::new();
        for checked in self.environments {
            for finding in &checked.findings {
                let first = sameness(finding, self.sources).map(|key| *seen.entry(key).or_insert(&checked.name));
                if first.is_none_or(|environment| environment == checked.name) {
                    items.push(Item { environment: &checked.name, finding });
                }
            }
        }
        items
    }

    /// How many findings there are of each kind.
    pub fn summary(&self) -> Summary {
        Summary::of(self.items().iter().map(|item| item.finding))
    }

    /// The file that an item is shown in, with its place there. What has no place in a file of the user is shown in
    /// its environment, as a whole.
    fn location(&self, item: Item<'a>) -> (&'a str, Option<Place>) {
        match item.finding.span().filter(|span| !self.sources.is_library(span.file)) {
            Some(span) => (self.sources.name(span.file), Some(self.sources.place(span))),
            None => (item.environment, None),
        }
    }
}

/// The place of a finding by name and bytes, and what it says there.
type Sameness<'a> = (&'a str, u32, u32, Code, &'a str, Option<&'a Permission>);

/// What findings of different environments have in common that are about one stretch of one file. The compiler reads a
/// file anew for each environment, so that it has several ids but one name.
fn sameness<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Option<Sameness<'a>> {
    let span = finding.span()?;
    let name = sources.name(span.file);
    Some((name, span.start, span.end, finding.code, &finding.message, finding.allowed.as_ref()))
}

/// How many characters of a line tell a finding from others. A file of one line has as many findings as it may.
const LONGEST_LINE: usize = 4096;

/// What stays the same of a finding when lines move, besides its code and its file: the value's path; the line's own text
/// where there is no path, as with text that does not parse.
fn what_stays(item: Item<'_>, report: &Report<'_>) -> String {
    let finding = item.finding;
    match (finding.path.0.is_empty(), finding.span(), report.location(item).1) {
        (true, Some(span), Some(place)) => {
            let lines = report.sources.lines(span.file, place.line.saturating_sub(1)..place.line);
            let text = report.sources.get(span.file).map_or("", |text| &text.text);
            text.get(lines).unwrap_or("").trim().chars().take(LONGEST_LINE).collect()
        }
        (true, _, _) => finding.message.clone(),
        (false, _, _) => finding.path.to_string(),
    }
}

/// A hash of what tells a finding from others.
fn hash(what: &str) -> String {
    blake3::hash(what.as_bytes()).to_hex().chars().take(32).collect()
}

/// The message of a finding with what to do, for formats that have one text.
fn in_full(finding: &Diagnostic) -> String {
    let mut text = finding.message.clone();
    for note in &finding.notes {
        text += &format!("\nnote: {note}");
    }
    for help in &finding.help {
        text += &format!("\nhelp: {help}");
    }
    if let Some(permission) = &finding.allowed {
        text += &format!("\n{}", permission_in_words(permission));
    }
    text
}

/// Who lets a finding pass, and why.
fn permission_in_words(permission: &Permission) -> String {
    match permission {
        Permission::Caller => "allowed on the command line".to_owned(),
        Permission::Environment { reason } => format!("allowed by the environment: {reason}"),
    }
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings that reject the build.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
    /// Findings of either severity that someone lets pass.
    pub allowed: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> Summary {
        let mut summary = Summary::default();
        for finding in findings {
            match (&finding.allowed, finding.severity) {
                (Some(_), Severity::Error | Severity::Warning) => summary.allowed += 1,
                (None, Severity::Error) => summary.errors += 1,
                (None, Severity::Warning) => summary.warnings += 1,
            }
        }
        summary
    }

    /// In words: `2 errors, 1 warning`.
    pub fn in_words(&self) -> String {
        let counted = |count: usize, what: &str| {
            (count > 0).then(|| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        };
        let allowed = (self.allowed > 0).then(|| format!("{} allowed", self.allowed));
        let parts: Vec<String> =
            [counted(self.errors, "error"), counted(self.warnings, "warning"), allowed].into_iter().flatten().collect();
        if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_summary_names_what_there_is() {
        let words = |errors, warnings, allowed| Summary { errors, warnings, allowed }.in_words();
        assert_eq!(words(0, 0, 0), "no findings");
        assert_eq!(words(2, 0, 0), "2 errors");
        assert_eq!(words(2, 1, 3), "2 errors, 1 warning, 3 allowed");
        assert_eq!(words(0, 0, 1), "1 allowed");
    }
}
