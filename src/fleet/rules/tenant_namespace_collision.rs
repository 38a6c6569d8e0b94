//! T009: two environments in one namespace of one cluster.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::TENANT_NAMESPACE_COLLISION;
use crate::evaluate::tree::Path;

pub(super) const RULE: Rule = Rule { code: TENANT_NAMESPACE_COLLISION, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let repeats = fleet.repeats(|view| (view.environment.cluster.clone(), view.environment.namespace.clone()));
    repeats
        .into_iter()
        .map(|(view, other)| {
            let own = view.environment;
            let path = Path::of(["namespace"]);
            let message = format!("`{}` and `{}` share the namespace `{}`", own.name, other.environment.name, own.namespace);
            let what = Said::value(path.clone(), message)
                .or_at(Path::of(["name"]))
                .label(format!("in the cluster `{}`", own.cluster))
                .note("objects of one name overwrite each other: the tenants of one stack get the data of the other")
                .help("give each environment a namespace of its own; or, if they run in different clusters, say so with `cluster`");
            let found = Finding::new(TENANT_NAMESPACE_COLLISION, view.member, what);
            found.and_value(other.member, path, "and here").or_there(Path::of(["name"]))
        })
        .collect()
}
