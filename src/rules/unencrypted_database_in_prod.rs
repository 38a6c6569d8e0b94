//! N008: a connection without encryption carries every run, and the password, in the clear.

use super::{Finding, Rule};
use crate::catalogue::UNENCRYPTED_DATABASE_IN_PROD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, SslMode};

pub(super) const RULE: Rule = Rule { code: UNENCRYPTED_DATABASE_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let Some(database) = environment.database.as_ref().filter(|_| environment.is_prod()) else { return Vec::new() };
    match database.ssl_mode {
        SslMode::Disable => vec![
            Finding::value(Path::of(["database", "ssl_mode"]), "production talks to its database in the clear")
                .label("not encrypted")
                .note("runs, agents and the database's password cross the network readable by anybody on the way")
                .help("leave `ssl_mode` out, or write `'VerifyFull` where the certificate is publicly trusted"),
        ],
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Vec::new(),
    }
}
