//! F018: a peer whose orchestrator verifies tokens of another issuer, or for another audience. A forward brings the token of
//! the caller that asked for it (fact 18).

use super::{Finding, Fleet, Rule, Said, View};
use crate::catalogue::PEER_REFUSES_TOKENS;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PEER_REFUSES_TOKENS, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    fleet.pairs().into_iter().filter_map(|(one, other)| finding(one, other)).collect()
}

fn finding(one: &View<'_>, other: &View<'_>) -> Option<Finding> {
    let (own, theirs) = (one.environment.authentication.as_ref()?, other.environment.authentication.as_ref()?);
    let (field, what) = match (own.issuer_url == theirs.issuer_url, own.audience == theirs.audience) {
        (false, _) => ("issuer_url", "issuers"),
        (true, false) => ("audience", "audiences"),
        (true, true) => return None,
    };
    let stacks = (&one.environment.federation.stack, &other.environment.federation.stack);
    let path = Path::of(["authentication", field]);
    let what = Said::value(
        path.clone(),
        format!("`{}` and its peer `{}` accept tokens of different {what}", stacks.0, stacks.1),
    )
    .label("this one's")
    .note("a forward brings the token of its caller: the peer's orchestrator answers 401, and the forward ends in 502")
    .help("say the same `authentication` in both, or have callers bring tokens that both accept");
    Some(Finding::new(PEER_REFUSES_TOKENS, one.member, what).and_value(other.member, path, "its peer's"))
}
