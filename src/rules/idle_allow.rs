//! C016: an `allow` that silences nothing. What it was written for is gone, and the next fault of that kind would pass.

use crate::catalogue;
use crate::diagnostic::{Code, Diagnostic};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

/// The entries that let none of these findings pass. It looks at findings and not only at the environment, so that it
/// is no [`super::Rule`]: all others come before it.
pub(super) fn check(
    environment: &Environment,
    findings: &[Diagnostic],
    judged_elsewhere: fn(Code) -> bool,
) -> Vec<Finding> {
    let mut idle = Vec::new();
    for (index, allow) in environment.allow.iter().enumerate() {
        let Some(code) = catalogue::by_text(&allow.rule) else { continue };
        let repeated = environment.allow.iter().take(index).any(|before| before.rule == allow.rule);
        let used = findings.iter().any(|finding| finding.code == code && finding.allowed.is_some());
        // What is found between environments depends on which of them are at hand: another run may need the entry.
        if (used || judged_elsewhere(code)) && !repeated {
            continue;
        }
        let path = Path::of(["allow"]).index(index).field("rule");
        let finding = Finding::value(path, format!("this `allow` of `{code}` silences nothing"))
            .mended(Remedy::remove(Path::of(["allow"]).index(index)).safely());
        idle.push(match repeated {
            true => finding.label("allowed before").help("leave out one of the entries"),
            false => finding.label("nothing is found that it could silence").help("leave the entry out"),
        });
    }
    idle
}
