//! T015: a stack outside of production whose callers' tokens are valid in production: one issuer, and one audience.

use super::{Finding, Fleet, Rule, Said, View};
use crate::catalogue::TOKENS_VALID_IN_PROD;
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: TOKENS_VALID_IN_PROD, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let accepts = |view: &View<'_>| {
        let oidc = view.environment.authentication.as_ref()?;
        Some((oidc.issuer_url.clone(), oidc.audience.clone()))
    };
    let (prod, others): (Vec<&View<'_>>, Vec<&View<'_>>) =
        fleet.views.iter().partition(|view| view.environment.is_prod());
    let mut by_token = BTreeMap::new();
    for view in prod {
        if let Some(token) = accepts(view) {
            by_token.entry(token).or_insert(view);
        }
    }
    others.into_iter().filter_map(|view| Some(finding(view, by_token.get(&accepts(view)?)?))).collect()
}

fn finding(view: &View<'_>, prod: &View<'_>) -> Finding {
    let (owner, other) = if view.wanted { (view, prod) } else { (prod, view) };
    let message = format!(
        "tokens for `{}` are valid in `{}`, which is in production",
        view.environment.name, prod.environment.name
    );
    let path = Path::of(["authentication", "audience"]);
    let what = Said::value(path.clone(), message)
        .label("one issuer, and one audience")
        .note("a token that was handed out for development acts in production for the tenant that it names")
        .help("give each its own `authentication.audience`, and have the issuer hand out tokens for one of them");
    Finding::new(TOKENS_VALID_IN_PROD, owner.member, what).and_value(other.member, path, "the same here")
}
