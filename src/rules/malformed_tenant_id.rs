//! T002: tenant ids are joined into file paths (fact 16), so that `x/../t1` reads another tenant's data.

use super::Rule;
use crate::catalogue::{MALFORMED_TENANT_ID, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::names::is_identity;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MALFORMED_TENANT_ID, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let ids = environment.tenancy.tenants.keys().filter(|id| !is_identity(id, "tnt_"));
    ids.map(|id| {
        let path = Path::of(["tenancy", "tenants"]).field(id);
        Finding::name(path, title(MALFORMED_TENANT_ID, [id])).label("malformed id")
    })
    .collect()
}
