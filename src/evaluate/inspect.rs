//! What is found in a text before it is parsed: characters that deceive, and nesting that would eat the stack.

use super::outline::MAX_NESTING;
use crate::catalogue;
use crate::characters::{self, Unseen};
use crate::diagnostic::{Diagnostic, Edit};
use crate::fix;
use crate::path::Path;
use crate::source::{FileId, Span};

/// How many lines with deceptive characters are reported.
const MAX_DECEPTIVE: usize = 1000;

/// The finding on a text that nests too deep at this span.
pub(super) fn nesting(span: Span) -> Diagnostic {
    catalogue::finding(
        catalogue::NESTING_TOO_DEEP,
        Path::root(),
        format!("the text nests more than {MAX_NESTING} levels deep"),
    )
    .at(Some(span), "too deep from here")
    .help("if a program writes this, let it write a list, or bind parts of it to names of their own")
}

/// The finding on a number that can't be written out.
pub(super) fn huge_number(span: Span) -> Diagnostic {
    catalogue::finding(catalogue::SYNTAX_ERROR, Path::root(), "a number has too many digits")
        .at(Some(span), "too large an exponent")
        .help("write the number without an exponent; no field takes one of more than a few digits")
}

/// The findings on characters that make a text look other than it is: one for each line.
pub(super) fn deceptive_characters(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut reported = 0;
    for unseen in characters::find_all(text) {
        if findings.len() >= MAX_DECEPTIVE {
            break;
        }
        // What follows on the line of the last one is not reported.
        if findings.is_empty() || text.get(reported..unseen.at).is_some_and(|between| between.contains('\n')) {
            reported = unseen.end();
            findings.push(deceptive(unseen, file));
        }
    }
    findings
}

/// The same of an imported text that is data.
pub(super) fn deceptive_data(text: &str, file: FileId) -> Vec<Diagnostic> {
    let ends_reading = |finding: &Diagnostic| finding.message.contains("control") || finding.message.contains("mark");
    let mut findings = deceptive_characters(text, file);
    findings.iter_mut().for_each(|finding| finding.fixes.clear());
    for finding in findings.iter_mut().filter(|finding| ends_reading(finding)) {
        finding.notes.push("readers disagree on what follows: some stop there, others refuse the text".to_owned());
    }
    findings
}

/// The finding on a character that can't be seen.
fn deceptive(unseen: Unseen, file: FileId) -> Diagnostic {
    let span = Span { file, start: offset(unseen.at), end: offset(unseen.end()) };
    let title = format!("the text has {}", unseen.in_words());
    let finding =
        catalogue::finding(catalogue::DECEPTIVE_CHARACTER, Path::root(), title).at(Some(span), "it can't be seen here");
    finding
        .help(match (unseen.character, unseen.at) {
            ('\u{feff}', 0) => "save the file as UTF-8 without a byte-order mark",
            _ => "remove it",
        })
        .fix(fix::fix("remove the character", vec![Edit { span, text: String::new() }], true))
}

/// An offset as spans have it; no text is longer than they can say.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
