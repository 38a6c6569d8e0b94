//! T012: tenants of a stack that its peer does not know. A run that is forwarded for one of them ends in 502 (fact 18).

use super::{Finding, Fleet, Peering, Rule, Said};
use crate::catalogue::FORWARDED_TENANT_UNKNOWN_TO_PEER;
use crate::evaluate::tree::Path;
use crate::model::Isolation;

pub(super) const RULE: Rule = Rule { code: FORWARDED_TENANT_UNKNOWN_TO_PEER, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    fleet.peerings().iter().filter_map(finding).collect()
}

fn finding(peering: &Peering<'_>) -> Option<Finding> {
    let (own, theirs) = (&peering.from.environment.tenancy, &peering.to.environment.tenancy);
    // A tenant with a stack of its own is not forwarded by this one.
    let shared = own.tenants.iter().filter(|(_, tenant)| tenant.isolation == Isolation::Shared);
    let unknown: Vec<String> =
        shared.filter(|(id, _)| !theirs.tenants.contains_key(*id)).map(|(id, _)| format!("`{id}`")).collect();
    if unknown.is_empty() {
        return None;
    }
    let stack = &peering.to.environment.federation.stack;
    let message = format!("the peer `{stack}` does not know {}", unknown.join(", "));
    let what = Said::name(peering.path(), message)
        .label("runs can be forwarded to this peer")
        .note("the peer answers 403 for a tenant that it does not know, and the forward ends in 502")
        .help(format!(
            "declare the same tenants in `{}`, best in a file that both import",
            peering.to.environment.name
        ));
    let path = Path::of(["tenancy", "tenants"]);
    let found = Finding::new(FORWARDED_TENANT_UNKNOWN_TO_PEER, peering.from.member, what);
    Some(found.and_name(peering.to.member, path, "its tenants"))
}
