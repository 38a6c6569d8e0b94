//! Nickel's own words, where there are none better.

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::SpanMap;
use crate::evaluate::walk::MAX_FAULTS;
use crate::path::Path;
use crate::source::{Span, whole};
use crate::{catalogue, words};
use nickel_lang_core::error::{Error, IntoDiagnostics, ParseErrors};
use nickel_lang_core::files::Files;

/// Findings of a file that does not parse.
pub(in crate::evaluate) fn from_parse_errors(
    errors: ParseErrors,
    files: &mut Files,
    spans: &SpanMap,
) -> Vec<Diagnostic> {
    errors
        .errors
        .into_iter()
        .take(MAX_FAULTS)
        .map(|error| translated(catalogue::SYNTAX_ERROR, error, files, spans))
        .collect()
}

/// Findings of a file that can't be prepared for evaluation.
pub(in crate::evaluate) fn from_error(error: Error, files: &mut Files, spans: &SpanMap) -> Vec<Diagnostic> {
    match error {
        Error::ParseErrors(errors) => from_parse_errors(errors, files, spans),
        Error::TypecheckError(_) => vec![translated(catalogue::WRONG_TYPE, error, files, spans)],
        _ => vec![translated(catalogue::FAILED_EVALUATION, error, files, spans)],
    }
}

/// Nickel's own words, where there are none better.
pub(super) fn translated(code: Code, error: impl IntoDiagnostics, files: &mut Files, spans: &SpanMap) -> Diagnostic {
    let Some(theirs) = error.into_diagnostics(files).into_iter().next() else {
        return catalogue::finding(code, Path::root(), "the file can't be evaluated");
    };
    let mut labels: Vec<(bool, Span, String)> = theirs
        .labels
        .iter()
        .filter_map(|label| {
            // Nickel's lexer counts bytes after a backslash, whatever stands there.
            let range = whole(files.source(label.file_id), label.range.clone());
            let primary = format!("{:?}", label.style) == "Primary";
            Some((!primary, spans.place(label.file_id, range)?, label.message.clone()))
        })
        .collect();
    labels.sort_by_key(|(secondary, ..)| *secondary);
    // Nickel names the file by its absolute path, and the reader of TOML repeats the line; the place says it better.
    let message = theirs.message.split(" when parsing /").next().unwrap_or_default();
    let message = match message.split_once(": TOML parse error at line ") {
        Some((format, told)) => format!("{format}: {}", told.trim_end().lines().next_back().unwrap_or_default()),
        None => message.to_owned(),
    };
    let (title, unknown) = title_of(code, &message);
    let mut finding = catalogue::finding(code, Path::root(), title);
    let mut labels = labels.into_iter();
    if let Some((_, span, text)) = labels.next() {
        finding = finding.at(Some(span), text);
    }
    for (_, span, text) in labels {
        finding = finding.and(Some(span), text);
    }
    let notes: Vec<String> = unknown.into_iter().chain(theirs.notes).map(|note| one_line(&note)).collect();
    if !notes.is_empty() {
        finding = finding.note(format!("Nickel says: {}", notes.join("; ")));
    }
    finding.help(if code == catalogue::SYNTAX_ERROR {
        "look just before it: a comma, a bracket or a value may be missing"
    } else {
        "change the expression, so that it has a value that the field takes"
    })
}

/// The title for what Nickel says, and its own words where there are none better.
fn title_of(code: Code, message: &str) -> (String, Option<String>) {
    if let Some((format, told)) = message.split_once(" parse error: ") {
        let format = format.to_uppercase();
        let told = match words::yaml(told).filter(|_| format == "YAML") {
            Some(known) => known.title.to_owned(),
            // The place is in a text that only the expression knows.
            None => one_line(told.split(" at line ").next().unwrap_or(told)),
        };
        return (format!("the text is not {format}: {told}"), None);
    }
    match words::nickel(message) {
        // What is wrong with a regular expression stands in the last line, below a picture of it.
        Some(known) if message.contains('\n') => (known.to_owned(), message.lines().next_back().map(str::to_owned)),
        Some(known) => (known.to_owned(), None),
        None if code == catalogue::SYNTAX_ERROR => ("this is not Nickel".to_owned(), Some(message.to_owned())),
        None => ("the expression can't be evaluated".to_owned(), Some(message.to_owned())),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
