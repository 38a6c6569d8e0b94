//! What a finding is: a code, a title, a place, and what to do.

use crate::path::Path;
use crate::source::{Relocation, Sources, Span};
use std::fmt;

/// The code of a rule: a letter for its area and three digits. Codes are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// Whether its findings are about the language, not about what an environment says in it.
    pub fn is_of_the_language(self) -> bool {
        self.0.starts_with('C')
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Who lets a finding pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Whoever runs the compiler.
    Caller,
    /// The environment, for this reason.
    Environment {
        /// Its words.
        reason: String,
    },
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Rejects the build.
    Error,
    /// Is reported; rejects the build only where warnings are denied.
    Warning,
}

impl Severity {
    /// As the findings' JSON spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A stretch of a text with what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; may be empty.
    pub text: String,
}

/// A text to be put in the place of what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The place.
    pub span: Span,
    /// The text.
    pub text: String,
}

/// A change that keeps what was meant and mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in one line, as an editor offers it.
    pub title: String,
    /// What to change, all of it together.
    pub edits: Vec<Edit>,
    /// Whether it is the one to take where a finding has several.
    pub preferred: bool,
    /// Whether no more is changed than the value that the finding is on: nothing is invented, dropped or decided.
    pub safe: bool,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code in the catalogue.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The title: what is wrong, in one line, without a final stop.
    pub message: String,
    /// The value's path in the environment.
    pub path: Path,
    /// The value's place.
    pub primary: Option<Label>,
    /// Other places that matter, such as the other end of a conflict.
    pub secondary: Vec<Label>,
    /// Facts that explain the title.
    pub notes: Vec<String>,
    /// What to do; the first is the most likely.
    pub help: Vec<String>,
    /// What mends it, each by itself; the most likely first.
    pub fixes: Vec<Fix>,
    /// Who lets it pass; none where it counts.
    pub allowed: Option<Permission>,
    /// What must not be shown, wherever a line of it is: no finding, of whatever code, repeats a credential.
    pub sensitive: Vec<Span>,
}

impl Diagnostic {
    /// A finding that is not yet placed. What severity a code has, the catalogue knows.
    pub fn new(code: Code, severity: Severity, path: Path, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message,
            path,
            primary: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
            allowed: None,
            sensitive: Vec::new(),
        }
    }

    /// Puts the finding at a place.
    #[must_use]
    pub fn at(mut self, span: Option<Span>, label: impl Into<String>) -> Diagnostic {
        self.primary = span.map(|span| Label { span, text: label.into() });
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn and(mut self, span: Option<Span>, label: impl Into<String>) -> Diagnostic {
        self.secondary.extend(span.map(|span| Label { span, text: label.into() }));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds a fix, where there is one; the first is the one to take.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Diagnostic {
        let preferred = self.fixes.is_empty();
        self.fixes.extend(fix.map(|fix| Fix { preferred, ..fix }));
        self
    }

    /// The edits of the fix to take; none where there is none.
    pub fn preferred_edits(&self) -> &[Edit] {
        self.fixes.iter().find(|fix| fix.preferred).map_or(&[], |fix| &fix.edits)
    }

    /// The same finding, in the texts of a fleet.
    #[must_use]
    pub fn relocated(mut self, relocation: Relocation) -> Diagnostic {
        let labels = self.primary.iter_mut().chain(&mut self.secondary).map(|label| &mut label.span);
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
        labels.chain(edits).chain(&mut self.sensitive).for_each(|span| *span = relocation.span(*span));
        self
    }

    /// Where the value is, if that is known.
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|label| label.span)
    }
}

/// Whether no error stands against going on: those that are left are warnings, or let pass.
pub fn is_sound(findings: &[Diagnostic]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error || finding.allowed.is_some())
}

/// Sorts findings by place and drops repetitions.
pub fn arrange(findings: &mut Vec<Diagnostic>, sources: &Sources) {
    findings.sort_by_cached_key(|finding| {
        let span = finding.span();
        let library = span.is_none_or(|span| sources.is_library(span.file));
        (library, span, finding.code, finding.path.clone(), finding.message.clone())
    });
    findings.dedup();
}
