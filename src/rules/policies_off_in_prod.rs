//! N007: the services believe whoever reaches them (fact 5), so that the network must be closed.

use super::Rule;
use crate::catalogue::POLICIES_OFF_IN_PROD;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: POLICIES_OFF_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    (environment.is_prod() && !environment.network.default_deny)
        .then(|| {
            Finding::value(Path::of(["network", "policies"]), "production leaves its namespace open")
                .label("no network policies")
                .note("the services authenticate nobody: any pod of the cluster could read every tenant and create new ones")
                .help("leave `network.policies` out, and name who may call under `network.callers`")
                .replaced("'DefaultDeny")
        })
        .into_iter()
        .collect()
}
