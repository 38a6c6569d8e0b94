//! Findings as one JSON object, for programs.

use super::{Report, Summary};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Permission};
use crate::objects::object::External;
use crate::source::{Place, Sources};
use crate::{catalogue, characters};
use serde::Serialize;

/// The version of this format. It changes when a field goes away or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    /// What was not among the manifests and is expected from outside; only where there is some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected: Vec<Expected<'a>>,
    summary: Counts,
}

#[derive(Serialize)]
struct Expected<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    keys: &'a [String],
}

/// Lines and columns count from 1; all five are null where a finding has no place.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    path: String,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    /// What is wrong just there; empty where the message says it all.
    label: &'a str,
    related: Vec<Related<'a>>,
    /// Facts that explain the message.
    notes: &'a [String],
    help: String,
    /// The same advice, in pieces, the most likely first.
    helps: &'a [String],
    /// The change that mends it, all of it together; only where one is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fix: Vec<Change<'a>>,
    /// All that mends it, each by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Remedy<'a>>,
    url: String,
    allowed: bool,
    allowed_reason: Option<&'a str>,
}

/// A fix, as `check --fix` makes it where it is safe.
#[derive(Serialize)]
struct Remedy<'a> {
    title: &'a str,
    preferred: bool,
    safe: bool,
    edits: Vec<Change<'a>>,
}

/// A text in the place of another.
#[derive(Serialize)]
struct Change<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

/// Another place that matters, in the same file or another one; the embedded library's are left out.
#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    allowed: usize,
    files: usize,
    /// How many of the files in folders are modules, where there are folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    modules: Option<usize>,
}

/// The report as one object.
pub fn render(report: &Report<'_>) -> String {
    document(report, None, &[])
}

/// The report on manifests as one object, with what they expect from outside.
pub fn render_expecting(report: &Report<'_>, expected: &[External]) -> String {
    document(report, None, expected)
}

/// The same, with how many of the files in folders are modules.
pub fn render_with_modules(report: &Report<'_>, modules: usize) -> String {
    document(report, Some(modules), &[])
}

fn document(report: &Report<'_>, modules: Option<usize>, expected: &[External]) -> String {
    let Summary { errors, warnings, allowed } = report.summary();
    let document = Document {
        version: VERSION,
        findings: report.items().into_iter().map(|item| describe(item.finding, report.sources)).collect(),
        expected: expected
            .iter()
            .map(|External { kind, namespace, name, keys }| Expected { kind, namespace, name, keys })
            .collect(),
        summary: Counts { errors, warnings, allowed, files: report.environments.len(), modules },
    };
    // Numbers and strings always become JSON.
    characters::json(&serde_json::to_string_pretty(&document).unwrap_or_default()).into_owned() + "\n"
}

fn describe<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let place = finding.span().map(|span| sources.place(span));
    Finding {
        code: finding.code.0,
        name: catalogue::rule(finding.code).name,
        severity: finding.severity.as_str(),
        message: &finding.message,
        path: finding.path.to_string(),
        file: finding.span().map(|span| sources.name(span.file)),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        label: finding.primary.as_ref().map_or("", |label| &label.text),
        related: related(finding, sources),
        notes: &finding.notes,
        helps: &finding.help,
        help: finding.help.join("; "),
        fix: certain(finding).map(|fix| changes(&fix.edits, sources)).unwrap_or_default(),
        fixes: finding.fixes.iter().map(|fix| remedy(fix, sources)).collect(),
        url: catalogue::url(finding.code),
        allowed: finding.allowed.is_some(),
        allowed_reason: match &finding.allowed {
            Some(Permission::Environment { reason }) => Some(reason),
            Some(Permission::Caller) | None => None,
        },
    }
}

/// The fix that a program may make unasked: nothing is invented or dropped by it. Of mistakes in syntax it is the likely one.
fn certain(finding: &Diagnostic) -> Option<&Fix> {
    let is_certain = |fix: &&Fix| fix.preferred && (fix.safe || finding.code == catalogue::SYNTAX_ERROR);
    finding.fixes.iter().find(is_certain)
}

fn remedy<'a>(fix: &'a Fix, sources: &'a Sources) -> Remedy<'a> {
    let Fix { title, edits, preferred, safe } = fix;
    Remedy { title, preferred: *preferred, safe: *safe, edits: changes(edits, sources) }
}

fn changes<'a>(edits: &'a [Edit], sources: &'a Sources) -> Vec<Change<'a>> {
    edits.iter().map(|edit| change(edit, sources)).collect()
}

fn change<'a>(edit: &'a Edit, sources: &'a Sources) -> Change<'a> {
    let Place { line, column, end_line, end_column } = sources.place(edit.span);
    Change { file: sources.name(edit.span.file), line, column, end_line, end_column, text: &edit.text }
}

fn related<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Vec<Related<'a>> {
    let labels = finding.secondary.iter().filter(|label| !sources.is_library(label.span.file));
    let related = |label: &'a Label| {
        let place = sources.place(label.span);
        let file = sources.name(label.span.file);
        Related { file, line: place.line, column: place.column, message: &label.text }
    };
    labels.map(related).collect()
}
