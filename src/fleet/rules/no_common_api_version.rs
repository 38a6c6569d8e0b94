//! F005, across files: a peer by its file that speaks no version of the federation interface that this stack speaks.
//! Of a `'Remote` the rule on one environment says it.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::{NO_COMMON_API_VERSION, title};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: NO_COMMON_API_VERSION, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let peerings = fleet.peerings();
    let by_file = peerings.iter().filter(|peering| peering.remote.is_none());
    by_file
        .filter_map(|peering| {
            let own = &peering.from.environment.federation.api_versions;
            let theirs = &peering.to.environment.federation.api_versions;
            if own.iter().any(|version| theirs.contains(version)) {
                return None;
            }
            let stack = &peering.to.environment.federation.stack;
            let message = title(NO_COMMON_API_VERSION, [stack]);
            let what = Said::value(peering.path(), message).label(format!("this stack speaks [{}]", own.join(", ")));
            let path = Path::of(["federation", "api_versions"]);
            let label = format!("the peer speaks [{}]", theirs.join(", "));
            Some(Finding::new(NO_COMMON_API_VERSION, peering.from.member, what).and_value(
                peering.to.member,
                path,
                label,
            ))
        })
        .collect()
}
