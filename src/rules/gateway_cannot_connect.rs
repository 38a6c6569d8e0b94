//! N012: a gateway in front of a listener that asks it for a client certificate (fact 19).

use super::Rule;
use crate::catalogue::GATEWAY_CANNOT_CONNECT;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: GATEWAY_CANNOT_CONNECT, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let exposed = environment.services.federation.exposure.gateway().is_some();
    let mutual = environment.federation.mtls.is_some();
    (exposed && mutual)
        .then(|| {
            Finding::value(
                Path::of(["services", "federation", "exposure"]),
                "the gateway can't connect to federation, which asks for a client certificate",
            )
            .label("`federation.mtls` is `'Required`")
            .note("the route forwards plain HTTP, which a listener with mutual TLS refuses")
            .note("peers don't call federation: forwards dial the orchestrator, which is what to expose for them")
            .help("write `services.federation.exposure = 'Internal`, or verify callers by `federation.jwt` instead of `federation.mtls`")
            .mended(Remedy::replace(Path::of(["services", "federation", "exposure"]), "'Internal"))
        })
        .into_iter()
        .collect()
}
