//! F011: a `'Remote` that says of a stack of this fleet what its own environment does not.

use super::{Finding, Fleet, Peering, Rule, Said};
use crate::catalogue::PEER_DESCRIPTION_DRIFTS;
use crate::fix;
use crate::path::Path;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule { code: PEER_DESCRIPTION_DRIFTS, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    fleet.peerings().iter().flat_map(differences).collect()
}

fn differences(peering: &Peering<'_>) -> Vec<Finding> {
    let Some(remote) = peering.remote else { return Vec::new() };
    let own = &peering.to.environment.federation;
    let set = |versions: &[String]| versions.iter().cloned().collect::<BTreeSet<_>>();
    let list = |versions: &[String]| format!("[{}]", versions.join(", "));
    let mut findings = Vec::new();
    let mut compare = |field: &str, same: bool, said: String, is: String, value: String| {
        if !same {
            findings.push(finding(peering, field, [&said, &is], &value));
        }
    };
    let quoted = |text: &str| format!("`{text}`");
    compare(
        "environment",
        remote.environment == own.environment,
        quoted(&remote.environment),
        quoted(&own.environment),
        fix::text(&own.environment),
    );
    compare("region", remote.region == own.region, quoted(&remote.region), quoted(&own.region), fix::text(&own.region));
    let same_versions = set(&remote.api_versions) == set(&own.api_versions);
    let texts: Vec<String> = own.api_versions.iter().map(|version| fix::text(version)).collect();
    let texts = format!("[{}]", texts.join(", "));
    compare("api_versions", same_versions, list(&remote.api_versions), list(&own.api_versions), texts);
    findings
}

fn finding(peering: &Peering<'_>, field: &str, [said, is]: [&str; 2], value: &str) -> Finding {
    let stack = &peering.to.environment.federation.stack;
    let what = Said::value(peering.path().field(field), format!("the `{field}` of `{stack}` is {is}, not {said}"))
        .label(format!("{said} here"))
        .note("the peers file would describe a stack that is not so; selectors by it miss the peer")
        .help("name the peer's file instead, as in `'Environment \"peer.ncl\"`: it is read from there")
        .set(value);
    let path = Path::of(["federation", field]);
    Finding::new(PEER_DESCRIPTION_DRIFTS, peering.from.member, what).and_value(
        peering.to.member,
        path,
        format!("{is} in its own environment"),
    )
}
