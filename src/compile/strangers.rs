//! The faults of environments that are not compiled, and that those which are lead to.

use crate::diagnostic::Diagnostic;
use crate::fleet::Member;
use crate::fleet::links::{self, Link};
use crate::source::Relocation;
use std::collections::{BTreeMap, BTreeSet};

/// The faults of environments that nobody wants compiled, each with the first wanted one that leads to them: no build
/// passes over them, and none repeats them.
pub(super) fn of_strangers(
    members: &[Member],
    links: &[Link],
    relocations: &[Relocation],
) -> BTreeMap<usize, Vec<Diagnostic>> {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for (index, _) in members.iter().enumerate().filter(|(_, member)| member.is_wanted()) {
        let mut queue = vec![index];
        while let Some(link) = queue.pop().and_then(|next| links.get(next)) {
            for target in &link.targets {
                let stranger = members.get(*target).zip(relocations.get(*target));
                let Some((stranger, relocation)) = stranger.filter(|(member, _)| !member.is_wanted()) else { continue };
                if !seen.insert(*target) {
                    continue;
                }
                queue.push(*target);
                if !links::is_no_environment(stranger) {
                    // What is to be done about them is for those who want them compiled.
                    let unfixed = |fault: &Diagnostic| Diagnostic { fixes: Vec::new(), ..fault.clone() };
                    let faults = stranger.faults.iter().map(|fault| unfixed(fault).relocated(*relocation));
                    found.entry(index).or_default().extend(faults);
                }
            }
        }
    }
    found
}
