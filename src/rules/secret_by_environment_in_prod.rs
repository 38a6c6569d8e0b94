//! S004: variables show up in crash reports, in `kubectl describe` and in child processes; a product requirement.

use super::Rule;
use crate::catalogue::SECRET_BY_ENVIRONMENT_IN_PROD;
use crate::finding::Finding;
use crate::model::{Environment, Inject};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SECRET_BY_ENVIRONMENT_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    (environment.is_prod() && environment.secrets.inject == Inject::Env)
        .then(|| {
            Finding::value(Path::of(["secrets", "inject"]), "production passes secrets as environment variables")
                .or_at(Path::of(["profile"]))
                .label("asks for secrets as files")
                .help("add `secrets.inject = 'File`")
                .set("'File")
        })
        .into_iter()
        .collect()
}
