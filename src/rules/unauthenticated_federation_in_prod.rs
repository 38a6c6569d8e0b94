//! F010: without a key for tokens and without client certificates federation believes every caller (facts 19 and 20).

use super::{Finding, Rule};
use crate::catalogue::UNAUTHENTICATED_FEDERATION_IN_PROD;
use crate::evaluate::tree::Path;
use crate::model::Environment;

pub(super) const RULE: Rule = Rule { code: UNAUTHENTICATED_FEDERATION_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let federation = &environment.federation;
    (environment.is_prod() && federation.jwt.is_none() && federation.mtls.is_none())
        .then(|| {
            Finding::name(Path::of(["federation"]), "production federation authenticates nobody")
                .label("neither `jwt` nor `mtls`")
                .note("whoever reaches the service can forward runs for any tenant")
                .help("add `jwt = { secret = \"…\" }`, or `mtls = 'Required { secret = \"…\" }`, or both")
        })
        .into_iter()
        .collect()
}
