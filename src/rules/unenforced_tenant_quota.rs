//! T006: only the services' own quotas are enforced, the same for every tenant (fact 15).

use super::Rule;
use crate::catalogue::UNENFORCED_TENANT_QUOTA;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Isolation, Quotas};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNENFORCED_TENANT_QUOTA, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let shared = environment.tenancy.tenants.iter().filter(|(_, tenant)| tenant.isolation == Isolation::Shared);
    shared
        .filter(|(_, tenant)| tenant.quotas != Quotas::default())
        .map(|(id, _)| {
            let tenant = Path::of(["tenancy", "tenants"]).field(id);
            Finding::name(tenant.field("quotas"), format!("the quotas of `{id}` are stored, but not enforced"))
                .label("no effect in a shared stack")
                .note("a stack enforces one quota for all its tenants, that of `services.<service>.quotas`")
                .help(format!(
                    "give the tenant a stack of its own with `{tenant}.isolation = 'Dedicated`, or remove its quotas"
                ))
                .mended(Remedy::remove(tenant.field("quotas")))
        })
        .collect()
}
