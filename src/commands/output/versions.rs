//! Folders that another version of this program wrote: there a difference need not come from a change of the environment.

use super::inspect::Plan;
use crate::emit::folder::{KUSTOMIZATION, THIS_VERSION, version};
use std::collections::BTreeMap;

/// What to do about it.
const PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/upgrading.md");

/// A line for each other version that wrote folders which differ.
pub(super) fn others(plans: &[Plan<'_>]) -> String {
    let mut by_version: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for plan in plans.iter().filter(|plan| !plan.changes.is_empty()) {
        if let Some(writer) = writer(plan) {
            by_version.entry(writer).or_default().push(format!("`{}`", crate::source::display(&plan.path)));
        }
    }
    let line = |(writer, folders): (String, Vec<String>)| {
        format!(
            "{writer} wrote {}; this is agentos-cfg {THIS_VERSION}, which may compile the same environment otherwise: \
             see {PAGE}\n",
            folders.join(", ")
        )
    };
    by_version.into_iter().map(line).collect()
}

/// Which other version wrote a folder; none where it was this one, or where no build wrote it.
fn writer(plan: &Plan<'_>) -> Option<String> {
    let kustomization = plan.path.join(KUSTOMIZATION);
    if !super::inspect::is_generated(&kustomization) {
        return None;
    }
    let text = std::fs::read_to_string(kustomization).ok()?;
    match version(&text) {
        Some(THIS_VERSION) => None,
        Some(version) => Some(format!("agentos-cfg {version}")),
        None => Some("a version of agentos-cfg that does not say its number".to_owned()),
    }
}
