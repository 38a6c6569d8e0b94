//! F008: a certificate, key or authority of mutual TLS under a name that cert-manager does not write. The rest of this
//! mistake can't be written: the runtime's variables are set all or not at all (fact 19).

use super::Rule;
use crate::catalogue::HALF_CONFIGURED_MTLS;
use crate::finding::Finding;
use crate::model::{Environment, Issuance};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: HALF_CONFIGURED_MTLS, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let Some(mtls) = environment.federation.mtls.as_ref().filter(|mtls| mtls.cert_manager.is_some()) else {
        return Vec::new();
    };
    let fields =
        [("certificate", &mtls.certificate), ("private_key", &mtls.private_key), ("authority", &mtls.authority)];
    fields
        .into_iter()
        .zip(Issuance::KEYS)
        .filter(|((_, key), written)| key != written)
        .map(|((field, key), written)| {
            Finding::value(
                Path::of(["federation", "mtls"]).field(field),
                format!("cert-manager's Secret has no key `{key}`"),
            )
            .label(format!("cert-manager writes `{written}`"))
            .note("without one of its files federation would serve plain HTTP or verify nobody; so the pod does not start")
            .help(format!("leave `{field}` out of the record of `federation.mtls`"))
            .removed()
        })
        .collect()
}
