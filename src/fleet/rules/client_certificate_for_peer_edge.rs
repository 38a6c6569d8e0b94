//! F013, across files: a peer by its file whose orchestrator has TLS of its own and is reached by its Service's name, for
//! which no public authority signs (fact 19). Of a `'Remote` the rule on one environment says it.

use super::{Finding, Fleet, Rule};
use crate::catalogue::CLIENT_CERTIFICATE_FOR_PEER_EDGE;
use crate::path::Path;
use crate::rules::untrusted_peer;

pub(super) const RULE: Rule = Rule { code: CLIENT_CERTIFICATE_FOR_PEER_EDGE, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for peering in fleet.peerings() {
        let untrusted =
            peering.dialled().into_iter().find_map(|(stack, url)| untrusted_peer(peering.path(), &stack, &url));
        findings.extend(untrusted.map(|what| {
            let path = Path::of(["services", "agent-orchestrator", "tls"]);
            Finding::new(CLIENT_CERTIFICATE_FOR_PEER_EDGE, peering.from.member, what).and_value(
                peering.to.member,
                path,
                "its certificate is that of a Service",
            )
        }));
    }
    findings
}
