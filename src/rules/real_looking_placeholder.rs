//! S003: a placeholder must be plainly fake, so that nobody takes a credential for one.

use super::{Finding, Rule};
use crate::catalogue::REAL_LOOKING_PLACEHOLDER;
use crate::evaluate::tree::Path;
use crate::model::{Environment, SecretKey};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: REAL_LOOKING_PLACEHOLDER, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let of_all = real(&environment.secrets.keys, &Path::of(["secrets", "keys"]));
    let of_one = environment.tenancy.tenants.iter().flat_map(|(id, tenant)| {
        real(&tenant.secrets.keys, &Path::of(["tenancy", "tenants"]).field(id).field("secrets").field("keys"))
    });
    of_all.into_iter().chain(of_one).collect()
}

fn real(keys: &BTreeMap<String, SecretKey>, path: &Path) -> Vec<Finding> {
    let real = keys.iter().filter(|(_, key)| key.placeholder.as_ref().is_some_and(|value| !value.starts_with("fake_")));
    real.map(|(name, key)| {
        let path = path.field(name).field("placeholder");
        Finding::value(path, format!("the placeholder of `{name}` is not plainly fake"))
            .label("may be a credential")
            .sensitive(key.placeholder.as_deref().unwrap_or_default())
            .note("what is not plainly fake may be real, and would be in the repository for ever")
            .help("write `fake_` and anything after it; if the value was real, replace it where it is used")
    })
    .collect()
}
