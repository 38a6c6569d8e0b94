//! F009: of two peers one demands client certificates, and the other has none to show. The client's side of mutual TLS
//! takes all its variables or silently none (fact 19).

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::MTLS_ON_ONE_SIDE;
use crate::evaluate::tree::Path;

pub(super) const RULE: Rule = Rule { code: MTLS_ON_ONE_SIDE, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let pairs = fleet.pairs().into_iter();
    pairs
        .filter(|(one, other)| one.environment.federation.mtls.is_some() != other.environment.federation.mtls.is_some())
        .map(|(one, other)| {
            let requires = one.environment.federation.mtls.is_some();
            let (with, without) = if requires { (one, other) } else { (other, one) };
            let (with, without) = (&with.environment.federation.stack, &without.environment.federation.stack);
            let says = |requires: bool| if requires { "mutual TLS is required here" } else { "no certificate here" };
            let path = Path::of(["federation", "mtls"]);
            let message = format!("`{with}` requires mutual TLS, and its peer `{without}` has no certificate to show");
            let what = Said::value(path.clone(), message)
                .label(says(requires))
                .note("the listener refuses callers without a certificate that its authority has signed")
                .help("require mutual TLS in both, with certificates of one authority; or in neither");
            Finding::new(MTLS_ON_ONE_SIDE, one.member, what).and_value(other.member, path, says(!requires))
        })
        .collect()
}
