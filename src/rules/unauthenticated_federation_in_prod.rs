//! F010: without a key for tokens and without client certificates federation believes every caller (facts 19 and 20). A
//! release that can be told to go without tokens is never told so in production, not even beside client certificates: a
//! certificate says which stack calls, only a token says for which tenant.

use super::Rule;
use crate::agentos::behaviour::{Callers, EVERYBODY, Given, callers};
use crate::agentos::settings::{self, Key};
use crate::catalogue::{UNAUTHENTICATED_FEDERATION_IN_PROD, title};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNAUTHENTICATED_FEDERATION_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let federation = &environment.federation;
    if !environment.is_prod() {
        return Vec::new();
    }
    let given = Given { key: federation.jwt.is_some(), certificates: federation.mtls.is_some(), disabled: false };
    let path = Path::of(["federation"]);
    let place = |title: &str| Finding::name(path.clone(), title).given(path.field("jwt"));
    let finding = match callers(settings::release(environment.runtime), given) {
        Callers::Verified => return Vec::new(),
        Callers::Nobody => {
            let switch = settings::name(environment.runtime, Key::FederationAuthDisabled).unwrap_or_default();
            place("production federation has no key to verify tokens with")
                .given(Path::of(["runtime"]))
                .label("no `jwt`")
                .note(format!(
                    "release {} then answers 503 on everything; with `{switch}` it would answer whoever asks, for any tenant, \
                     and production never sets that",
                    environment.runtime.version()
                ))
                .help("add `federation.jwt = { secret = \"…\" }`; `federation.mtls` can stand beside it, not in its place")
        }
        Callers::Everybody => place(&title(UNAUTHENTICATED_FEDERATION_IN_PROD, []))
            .given(path.field("mtls"))
            .label("neither `jwt` nor `mtls`")
            .note(EVERYBODY)
            .help("add `federation.jwt = { secret = \"…\" }`, or `federation.mtls = 'Required { secret = \"…\" }`, or both"),
    };
    let key = Remedy::set(path.field("jwt"), "{ secret = \"agentos-federation-jwt\" }");
    vec![finding.mended(key)]
}
