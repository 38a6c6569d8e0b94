//! Findings as one JSON object, for programs.

use super::Summary;
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use serde::Serialize;

/// The version of this format. It changes when a field goes away or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    summary: Counts,
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
    help: String,
    url: String,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    files: usize,
}

/// The findings of `files` environments.
pub fn render(findings: &[Diagnostic], sources: &Sources, files: usize) -> String {
    let Summary { errors, warnings } = Summary::of(findings);
    let report = Report {
        version: VERSION,
        findings: findings.iter().map(|finding| describe(finding, sources)).collect(),
        summary: Counts { errors, warnings, files },
    };
    // Numbers and strings always become JSON.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
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
        help: finding.help.join("; "),
        url: catalogue::url(finding.code),
    }
}
