//! One mistake, one finding.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::walk::{Fault, FaultKind};
use crate::path::Path;
use crate::source::Span;
use nickel_lang_core::error::EvalErrorKind;
use std::collections::BTreeSet;

/// Whether the contract that complains belongs to another field than the one that was evaluated.
pub(super) fn is_of_another_field(fault: &Fault) -> bool {
    let FaultKind::Failed(error) = &fault.kind else { return false };
    let EvalErrorKind::BlameError { label, .. } = &error.error else { return false };
    label.field_name.is_some_and(|name| Some(name.label()) != fault.path.last_field())
}

/// Where a field can't be evaluated because another one is broken, as every `env` is by a broken `runtime`, the finding on
/// that other field says it all.
pub(super) fn drop_borrowed(findings: &mut Vec<(bool, Diagnostic)>) {
    let own: BTreeSet<Span> =
        findings.iter().filter(|(borrowed, _)| !borrowed).filter_map(|(_, finding)| finding.span()).collect();
    findings.retain(|(borrowed, finding)| !borrowed || finding.span().is_none_or(|span| !own.contains(&span)));
}

/// One mistake, one finding. What depends on a broken value fails with it, at the same place; what needs a missing field
/// fails for want of it; and a misspelt field is not missing as well.
pub(super) fn drop_echoes(findings: &mut Vec<Diagnostic>) {
    // Of several findings at one place the one with the shortest path is about the value itself.
    findings.sort_by_key(|finding| finding.path.0.len());
    let mut places = BTreeSet::new();
    let mut missing = BTreeSet::new();
    let meant: BTreeSet<Path> = findings.iter().filter_map(meant).collect();
    findings.retain(|finding| match finding.code {
        catalogue::UNKNOWN_FIELD => true,
        catalogue::MISSING_FIELD => {
            !meant.contains(&finding.path) && missing.insert((finding.path.clone(), finding.span()))
        }
        code => finding.span().is_none_or(|span| places.insert((code, span))),
    });
}

/// The field that a misspelt name was meant for, where the finding says so.
pub(crate) fn meant(finding: &Diagnostic) -> Option<Path> {
    if ![catalogue::UNKNOWN_FIELD, catalogue::UNKNOWN_SECRET_KEY].contains(&finding.code) {
        return None;
    }
    let near = finding.help.first()?.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    Some(finding.path.parent().field(near))
}
