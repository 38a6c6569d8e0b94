//! T002: tenant ids are joined into file paths (fact 16), so that `x/../t1` reads another tenant's data.

use super::Rule;
use crate::catalogue::{MALFORMED_TENANT_ID, title};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::names::{is_identity, nearest_identity};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MALFORMED_TENANT_ID, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let ids = environment.tenancy.tenants.keys().filter(|id| !is_identity(id, "tnt_"));
    ids.map(|id| {
        let path = Path::of(["tenancy", "tenants"]).field(id);
        let finding = Finding::name(path.clone(), title(MALFORMED_TENANT_ID, [id])).label("malformed id");
        match nearest_identity(id, "tnt_") {
            Some(meant) => finding.mended(Remedy::rename(path, meant)),
            None => finding,
        }
    })
    .collect()
}
