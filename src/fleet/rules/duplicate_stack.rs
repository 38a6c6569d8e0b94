//! F003: two environments that claim one stack id. Of two peers with one id the runtime takes the last (fact 17).

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::DUPLICATE_STACK;
use crate::evaluate::tree::Path;

pub(super) const RULE: Rule = Rule { code: DUPLICATE_STACK, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let repeats = fleet.repeats(|view| view.environment.federation.stack.clone());
    repeats
        .into_iter()
        .map(|(view, other)| {
            let path = Path::of(["federation", "stack"]);
            let what =
                Said::value(path.clone(), format!("two environments are `{}`", view.environment.federation.stack))
                    .label(format!("claimed by `{}`", view.environment.name))
                    .note("of two peers with one id the runtime takes the last; runs end up in either")
                    .help("give each stack an id of its own");
            let label = format!("and by `{}`", other.environment.name);
            Finding::new(DUPLICATE_STACK, view.member, what).and_value(other.member, path, label)
        })
        .collect()
}
