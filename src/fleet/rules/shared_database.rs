//! T014, across files: two environments on one database.

use super::{Claim, Finding, Fleet, Rule, Said, dedicated_tenants};
use crate::catalogue::SHARED_DATABASE;
use crate::model::{self, Database, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SHARED_DATABASE, check };

/// A database: the cluster, where its host is a Service, host, port and name.
type Identity = (Option<String>, String, u16, String);

fn claims(environment: &Environment) -> Vec<(Identity, Claim)> {
    let shared = environment.database.iter().map(|database| {
        (identity(environment, database, &environment.namespace), Claim::of_shared(Path::of(["database"])))
    });
    let own = dedicated_tenants(environment).filter_map(|(id, tenant)| {
        let namespace = model::dedicated_namespace(environment, id, tenant);
        let claim = Claim::of_tenant(id, |tenant| tenant.field("database"));
        Some((identity(environment, tenant.own_database()?, &namespace), claim))
    });
    shared.chain(own).collect()
}

fn identity(environment: &Environment, database: &Database, namespace: &str) -> Identity {
    let (host, port, name) = database.identity(namespace);
    let cluster = host.ends_with(".svc").then(|| environment.cluster.clone());
    (cluster, host, port, name.to_owned())
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let contested = fleet.contested(claims);
    contested
        .into_iter()
        .map(|(one, other)| {
            let message = format!("{} and {} keep their runs in one database", one.name(), other.name());
            let what = Said::value(one.claim.path.clone(), message)
                .label("the same host, port and name")
                .help("give each a database of its own: another `name` in the record of `database`, with a user and a password of its own");
            let found = Finding::new(SHARED_DATABASE, one.view.member, what);
            found.and_value(other.view.member, other.claim.path, "and here")
        })
        .collect()
}
