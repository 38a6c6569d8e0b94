//! K005, across files: two environments of one name. Their folders would be one.

use super::{Claim, Finding, Fleet, Rule, Said};
use crate::catalogue::DUPLICATE_OBJECT;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: DUPLICATE_OBJECT, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let contested =
        fleet.contested(|environment| vec![(environment.name.clone(), Claim::of_shared(Path::of(["name"])))]);
    contested
        .into_iter()
        .map(|(one, other)| {
            let path = Path::of(["name"]);
            let what = Said::value(path.clone(), format!("two environments have the name {}", one.name()))
                .label("this name is taken")
                .note("an environment's folder has its name: the second would take the place of the first")
                .help("give each environment a name of its own");
            Finding::new(DUPLICATE_OBJECT, one.view.member, what).and_value(other.view.member, path, "the other one")
        })
        .collect()
}
