//! What the check finds wrong, as data, and the findings that are made of it.

use crate::diagnostic::Diagnostic;
use crate::evaluate::faults::{Complaint, Reporter, conclude};
use crate::path::Path;
use crate::source::Span;
use std::collections::HashMap;

/// What is wrong at a path.
pub(super) struct Fault {
    pub path: Path,
    /// Where the last name of the path was written.
    pub key: Option<Span>,
    pub kind: FaultKind,
}

pub(super) enum FaultKind {
    /// A field that the contract does not know.
    Unknown,
    /// A field without a value, in the record at a place.
    Missing { record: Option<Span> },
    /// A value that needs a field without a value, in the record at a place.
    Needs { name: &'static str, record: Option<Span> },
    /// A value that breaks its contract, and whether that is the contract of another field.
    Broken { complaint: Complaint, borrowed: Option<bool> },
    /// Two values that can't be merged, at these places.
    Conflict([Option<Span>; 2]),
}

/// A value that another one refers to.
pub(super) struct Target {
    pub path: Path,
    /// The record around the other value in which the path is looked up.
    pub record: Path,
}

impl Fault {
    /// Whether what refers to a value fails, too, or could.
    pub(super) fn breaks(&self, target: &Target) -> bool {
        if self.path.leads_to(&target.path) || target.path.leads_to(&self.path) {
            return true;
        }
        // A record with an unknown field has no fields for those who look from outside.
        let record = self.path.parent();
        matches!(self.kind, FaultKind::Unknown)
            && record.0.len() > target.record.0.len()
            && record.leads_to(&target.path)
    }
}

/// The findings of these faults; none where it is uncertain which of two at one place remains.
pub(super) fn findings(faults: Vec<Fault>, reporter: &Reporter<'_>) -> Option<Vec<Diagnostic>> {
    let (mut findings, mut places, mut contested) = (Vec::with_capacity(faults.len()), HashMap::new(), false);
    for fault in faults {
        let borrowed = match &fault.kind {
            FaultKind::Broken { borrowed, .. } => *borrowed,
            FaultKind::Unknown | FaultKind::Missing { .. } | FaultKind::Needs { .. } | FaultKind::Conflict(_) => {
                Some(false)
            }
        };
        let finding = finding(fault, reporter);
        let known = finding.span().and_then(|span| places.insert(span, borrowed.is_some()));
        contested |= known.is_some_and(|is_certain| !is_certain || borrowed.is_none());
        findings.push((borrowed.unwrap_or(false), finding));
    }
    (!contested).then(|| conclude(findings))
}

fn finding(Fault { path, key, kind }: Fault, reporter: &Reporter<'_>) -> Diagnostic {
    match kind {
        FaultKind::Unknown => reporter.unknown(path, key),
        FaultKind::Missing { record } => reporter.missing(path, record),
        FaultKind::Needs { name, record } => reporter.missing_elsewhere(path, name, record),
        FaultKind::Broken { complaint, .. } => reporter.blame(path, key, complaint),
        FaultKind::Conflict(places) => reporter.conflict(path, key, places),
    }
}
