//! T009: two environments in one namespace of one cluster, each by itself or with a dedicated tenant's stack.

use super::{Claim, Finding, Fleet, Rule, Said, dedicated_tenants};
use crate::catalogue::TENANT_NAMESPACE_COLLISION;
use crate::model::{self, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: TENANT_NAMESPACE_COLLISION, check };

fn claims(environment: &Environment) -> Vec<((String, String), Claim)> {
    let shared = (environment.namespace.clone(), Claim::of_shared(Path::of(["namespace"])));
    let own = dedicated_tenants(environment).map(|(id, tenant)| {
        let claim = Claim::of_tenant(id, |tenant| tenant.field("namespace"));
        (model::dedicated_namespace(environment, id, tenant), claim)
    });
    let all = std::iter::once(shared).chain(own);
    all.map(|(namespace, claim)| ((environment.cluster.clone(), namespace), claim)).collect()
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let contested = fleet.contested(claims);
    contested
        .into_iter()
        .map(|(one, other)| {
            let own = one.view.environment;
            let namespace = match one.claim.tenant.as_ref().and_then(|id| Some((id, own.tenancy.tenants.get(id)?))) {
                Some((id, tenant)) => model::dedicated_namespace(own, id, tenant),
                None => own.namespace.clone(),
            };
            let message = format!("{} and {} share the namespace `{namespace}`", one.name(), other.name());
            let what = Said::value(one.claim.path.clone(), message)
                .or_at(one.claim.otherwise.clone())
                .label(format!("in the cluster `{}`", own.cluster))
                .note("objects of one name overwrite each other: the tenants of one stack get the data of the other")
                .help("give each stack a namespace of its own; or, if they run in different clusters, say so with `cluster`");
            let found = Finding::new(TENANT_NAMESPACE_COLLISION, one.view.member, what);
            found.and_value(other.view.member, other.claim.path, "and here").or_there(other.claim.otherwise)
        })
        .collect()
}
