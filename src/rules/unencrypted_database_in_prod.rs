//! N008: a connection without encryption carries every run, and the password, in the clear.

use super::Rule;
use crate::catalogue::UNENCRYPTED_DATABASE_IN_PROD;
use crate::finding::Finding;
use crate::model::{Database, Environment, SslMode};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNENCRYPTED_DATABASE_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    if !environment.is_prod() {
        return Vec::new();
    }
    let own = environment.database.iter().map(|database| (Path::of(["database"]), database));
    let of_tenants = environment.tenancy.tenants.iter().filter_map(|(id, tenant)| {
        Some((Path::of(["tenancy", "tenants"]).field(id).field("database"), tenant.own_database()?))
    });
    own.chain(of_tenants).filter_map(|(path, database)| finding(&path, database)).collect()
}

fn finding(path: &Path, database: &Database) -> Option<Finding> {
    match database.ssl_mode {
        SslMode::Disable => Some(
            Finding::value(path.field("ssl_mode"), "production talks to its database in the clear")
                .label("not encrypted")
                .note("runs, agents and the database's password cross the network readable by anybody on the way")
                .help("leave `ssl_mode` out of the record of `database`, or write `ssl_mode = 'VerifyFull` there, where the certificate is publicly trusted")
                .removed(),
        ),
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => None,
    }
}
