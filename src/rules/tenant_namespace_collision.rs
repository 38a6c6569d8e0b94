//! T009: two stacks in one namespace. Their objects have the same names, so that the later one replaces the earlier one,
//! and pods of the one are reached by whoever may reach the other.

use super::Rule;
use crate::catalogue::TENANT_NAMESPACE_COLLISION;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{self, Environment};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: TENANT_NAMESPACE_COLLISION, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for stack in model::stacks(environment) {
        let whose = match &stack.tenant {
            Some(tenant) => format!("`{tenant}`"),
            None => "the environment itself".to_owned(),
        };
        match (taken.get(&stack.namespace), &stack.tenant) {
            (Some(other), Some(tenant)) => findings.push(collision(&stack.namespace, tenant, other)),
            (Some(_) | None, _) => drop(taken.insert(stack.namespace.clone(), whose)),
        }
    }
    findings
}

fn collision(namespace: &str, tenant: &str, other: &str) -> Finding {
    let path = Path::of(["tenancy", "tenants"]).field(tenant);
    Finding::value(path.field("namespace"), format!("the stack of `{tenant}` is in the namespace of {other}"))
        .or_at(path.field("isolation"))
        .label(format!("the namespace `{namespace}` is taken"))
        .note("one stack would replace the other, and run with its tenants, secrets and volumes")
        .help("give the tenant a namespace of its own; without `namespace` it gets one")
        .mended(Remedy::remove(path.field("namespace")))
}
