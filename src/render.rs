//! Findings → text. One file a format.

pub mod human;
pub mod json;

use crate::diagnostic::{Diagnostic, Severity};

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings that reject the build.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of(findings: &[Diagnostic]) -> Summary {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Summary { errors: count(Severity::Error), warnings: count(Severity::Warning) }
    }

    /// In words: `2 errors, 1 warning`.
    pub fn in_words(&self) -> String {
        let words = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        match (self.errors, self.warnings) {
            (errors, 0) => words(errors, "error"),
            (0, warnings) => words(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", words(errors, "error"), words(warnings, "warning")),
        }
    }
}
