//! F017: of two peers one is in production, and the other runs without its guards (facts 2 and 18).

use super::{Finding, Fleet, Rule, Said, View};
use crate::catalogue::PEER_WITHOUT_GUARDS;
use crate::fleet::peer_path;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PEER_WITHOUT_GUARDS, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let pairs = fleet.pairs().into_iter();
    let guarded_first =
        pairs.filter_map(|(one, other)| match (one.environment.is_prod(), other.environment.is_prod()) {
            (true, false) => Some((one, other)),
            (false, true) => Some((other, one)),
            (true, true) | (false, false) => None,
        });
    guarded_first.map(|(guarded, other)| finding(guarded, other)).collect()
}

/// It belongs to production where that is compiled, which can't allow it.
fn finding(guarded: &View<'_>, other: &View<'_>) -> Finding {
    let (prod, peer) = (&guarded.environment.federation, &other.environment.federation);
    let message = format!("`{}` is in production, and its peer `{}` is not", prod.stack, peer.stack);
    let (owner, theirs) = if guarded.wanted { (guarded, other) } else { (other, guarded) };
    let named = peer_path(&theirs.environment.federation.stack);
    let what = Said::name(named, message)
        .or_at(Path::of(["profile"]))
        .label("the peering")
        .note(
            "only production refuses a default tenant, development headers and open metrics: a caller of the other stack \
             forwards into production in the name of its tenants, and may read the runs that production forwards there",
        )
        .help("have production peer with production only; give development stacks peers of their own");
    let found = Finding::new(PEER_WITHOUT_GUARDS, owner.member, what);
    let label = if theirs.environment.is_prod() { "production" } else { "without the guards of production" };
    found.and_value(theirs.member, Path::of(["profile"]), label)
}
