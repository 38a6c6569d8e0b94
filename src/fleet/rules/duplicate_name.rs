//! K005, across files: two environments of one name. Their folders would be one.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::DUPLICATE_OBJECT;
use crate::evaluate::tree::Path;

pub(super) const RULE: Rule = Rule { code: DUPLICATE_OBJECT, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let repeats = fleet.repeats(|view| view.environment.name.clone());
    repeats
        .into_iter()
        .map(|(view, other)| {
            let path = Path::of(["name"]);
            let what = Said::value(path.clone(), format!("two environments have the name `{}`", view.environment.name))
                .label("this name is taken")
                .note("an environment's folder has its name: the second would take the place of the first")
                .help("give each environment a name of its own");
            Finding::new(DUPLICATE_OBJECT, view.member, what).and_value(other.member, path, "the other one")
        })
        .collect()
}
