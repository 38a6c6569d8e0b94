//! T007: entitlements are stored on the tenant; this runtime enforces none (fact 15).

use super::Rule;
use crate::catalogue::UNENFORCED_ENTITLEMENT;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNENFORCED_ENTITLEMENT, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let entitled = environment.tenancy.tenants.iter().filter(|(_, tenant)| !tenant.entitlements.is_empty());
    entitled
        .map(|(id, _)| {
            let path = Path::of(["tenancy", "tenants"]).field(id).field("entitlements");
            Finding::name(path.clone(), format!("the entitlements of `{id}` are stored, but not enforced"))
                .label("no effect in this release")
                .note("the tenant can do what every tenant can do, whatever is written here")
                .help("enforce them in front of the services, and keep them here only as a record; or remove them")
                .mended(Remedy::remove(path))
        })
        .collect()
}
