//! A003: an audit log on standard output is rotated away with the container's output.

use super::Rule;
use crate::catalogue::AUDIT_NOT_A_FILE_IN_PROD;
use crate::finding::Finding;
use crate::model::{Audit, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: AUDIT_NOT_A_FILE_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let elsewhere = match environment.audit {
        Audit::File => false,
        Audit::Stdout | Audit::Stderr => true,
    };
    (environment.is_prod() && elsewhere)
        .then(|| {
            Finding::value(Path::of(["audit"]), "production writes its audit log to the container's output")
                .label("not a file")
                .help("leave `audit` out, or write `audit = 'File`: records then go to the service's volume")
                .replaced("'File")
        })
        .into_iter()
        .collect()
}
