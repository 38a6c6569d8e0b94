//! T014: a dedicated tenant's stack on the database of another stack of its environment. The runtime's tables know tenants and
//! no stacks: each orchestrator reads and overwrites the runs of the other.

use super::Rule;
use crate::agentos::settings::{self, Key};
use crate::catalogue::SHARED_DATABASE;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{self, Environment, Isolation};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: SHARED_DATABASE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    // Of a release that knows no database R003 says it.
    if settings::name(environment.runtime, Key::StorageBackend).is_none() {
        return Vec::new();
    }
    let database = environment.database.as_ref();
    let own = database.map(|database| (database.identity(&environment.namespace), "the environment itself".to_owned()));
    let mut taken: BTreeMap<_, String> = own.into_iter().collect();
    let mut findings = Vec::new();
    let tenants = environment.tenancy.tenants.iter();
    for (id, tenant) in tenants.filter(|(_, tenant)| tenant.isolation == Isolation::Dedicated) {
        let path = Path::of(["tenancy", "tenants"]).field(id);
        if tenant.database.is_none() && database.is_some() {
            findings.push(missing(&path, id));
        }
        let Some(database) = tenant.own_database() else { continue };
        let identity = database.identity(&model::dedicated_namespace(environment, id, tenant));
        match taken.get(&identity) {
            Some(other) => findings.push(same(&path, id, other)),
            None => drop(taken.insert(identity, format!("`{id}`"))),
        }
    }
    findings
}

fn missing(path: &Path, id: &str) -> Finding {
    Finding::name(path.field("database"), format!("the stack of `{id}` has no database of its own"))
        .or_at(path.field("isolation"))
        .given(Path::of(["database"]))
        .label("it would use the environment's")
        .help(format!(
            "add `{path}.database = 'Postgres {{ host = \"…\", name = \"…\" }}` or `{path}.database = 'Files`"
        ))
        .mended(Remedy::set(path.field("database"), "'Files"))
}

fn same(path: &Path, id: &str, other: &str) -> Finding {
    Finding::value(path.field("database"), format!("the stack of `{id}` is on the database of {other}"))
        .given(Path::of(["database"]))
        .label("the same host, port and name")
        .help(format!("give the tenant a database of its own: another `name` in the record of `{path}.database`, with a user and a password of its own"))
}
