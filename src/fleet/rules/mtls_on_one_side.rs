//! F009: of two peers one asks the callers of its federation for a certificate. Forwards pass neither listener: they go to
//! the peer's orchestrator, which asks for none (facts 18 and 19). So the guard is as strong as the weaker of the two.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::MTLS_ON_ONE_SIDE;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: MTLS_ON_ONE_SIDE, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let pairs = fleet.pairs().into_iter();
    pairs
        .filter(|(one, other)| one.environment.federation.mtls.is_some() != other.environment.federation.mtls.is_some())
        .map(|(one, other)| {
            let requires = one.environment.federation.mtls.is_some();
            let (with, without) = if requires { (one, other) } else { (other, one) };
            let (with, without) = (&with.environment.federation.stack, &without.environment.federation.stack);
            let says = |requires: bool| if requires { "mutual TLS is required here" } else { "no certificate is asked for here" };
            let path = Path::of(["federation", "mtls"]);
            let message = format!("`{with}` requires mutual TLS of federation's callers, and its peer `{without}` does not");
            let what = Said::value(path.clone(), message)
                .label(says(requires))
                .note(format!(
                    "forwards go to the peer's orchestrator, past its federation: a caller without a certificate is refused \
                     by `{with}`, and forwards runs to it through `{without}`"
                ))
                .help("require mutual TLS in both, or in neither");
            Finding::new(MTLS_ON_ONE_SIDE, one.member, what).and_value(other.member, path, says(!requires))
        })
        .collect()
}
