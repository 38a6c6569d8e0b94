//! F003: two environments that claim one stack id, for themselves or for a dedicated tenant. Of two peers with one id the
//! runtime takes the last (fact 17).

use super::{Claim, Finding, Fleet, Rule, Said, dedicated_tenants};
use crate::catalogue::DUPLICATE_STACK;
use crate::model::{self, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: DUPLICATE_STACK, check };

fn claims(environment: &Environment) -> Vec<(String, Claim)> {
    let shared = (environment.federation.stack.clone(), Claim::of_shared(Path::of(["federation", "stack"])));
    let own = dedicated_tenants(environment).map(|(id, _)| {
        let claim = Claim::of_tenant(id, |tenant| tenant.field("isolation"));
        (model::dedicated_stack_id(environment, id), claim)
    });
    std::iter::once(shared).chain(own).collect()
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let contested = fleet.contested(claims);
    contested
        .into_iter()
        .map(|(one, other)| {
            let stack = match &one.claim.tenant {
                Some(tenant) => model::dedicated_stack_id(one.view.environment, tenant),
                None => one.view.environment.federation.stack.clone(),
            };
            let what = Said::value(one.claim.path.clone(), format!("two stacks are `{stack}`"))
                .label(format!("claimed by {}", one.name()))
                .note("of two peers with one id the runtime takes the last; runs end up in either")
                .help("give each stack an id of its own; a dedicated tenant's is that of its environment, `_` and the tenant's");
            let label = format!("and by {}", other.name());
            Finding::new(DUPLICATE_STACK, one.view.member, what).and_value(other.view.member, other.claim.path, label)
        })
        .collect()
}
