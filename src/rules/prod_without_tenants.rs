//! T004: the tenant registry starts empty, and every request is refused until a tenant is created (fact 14).

use super::Rule;
use crate::catalogue::PROD_WITHOUT_TENANTS;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PROD_WITHOUT_TENANTS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    (environment.is_prod() && environment.tenancy.tenants.is_empty())
        .then(|| {
            Finding::name(Path::of(["tenancy", "tenants"]), "production declares no tenants")
                .or_at(Path::of(["profile"]))
                .label("there is nobody to serve")
                .help("declare them, as in `tenancy.tenants.tnt_acme = { name = \"Acme\" }`")
        })
        .into_iter()
        .collect()
}
