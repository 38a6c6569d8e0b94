//! Which patch a finding on compiled objects came with.

use crate::diagnostic::Diagnostic;
use crate::lower::Lowered;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::patch;
use crate::path::Path;
use crate::verify::verify;

/// The patch that each finding came with: the first after which it is there. None for those that are there without any.
pub fn causes(
    environment: &Environment,
    unpatched: impl FnOnce() -> Lowered,
    findings: &[Diagnostic],
) -> Vec<Option<Path>> {
    let mut causes = vec![None; findings.len()];
    if findings.is_empty() || environment.patches.is_empty() {
        return causes;
    }
    let Lowered { objects, external } = unpatched();
    let look = |objects: &[Object]| verify(objects, &external);
    let is_in =
        |all: &[Diagnostic], one: &Diagnostic| all.iter().any(|it| (it.code, &it.message) == (one.code, &one.message));
    let mut before = look(&objects);
    patch::one_by_one(environment, objects, |path, objects| {
        let after = look(objects);
        for (cause, finding) in causes.iter_mut().zip(findings) {
            if !is_in(&before, finding) && is_in(&after, finding) {
                cause.get_or_insert_with(|| path.clone());
            }
        }
        before = after;
    });
    causes
}
