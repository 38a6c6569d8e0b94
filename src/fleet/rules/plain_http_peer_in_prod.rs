//! F006, across files: a production stack that reaches a peer by its file over the Service inside the cluster.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::{PLAIN_HTTP_PEER_IN_PROD, title};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PLAIN_HTTP_PEER_IN_PROD, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let peerings = fleet.peerings();
    let of_prod = peerings.iter().filter(|peering| peering.from.environment.is_prod());
    of_prod
        .filter_map(|peering| {
            let mut dialled = peering.dialled().into_iter();
            let (stack, url) = dialled.find(|(_, url)| url.starts_with("http://"))?;
            let address = url.trim_start_matches("http://");
            let what = Said::value(peering.path(), title(PLAIN_HTTP_PEER_IN_PROD, [&stack]))
                .label(format!("at `{address}`"))
                .help(
                    "give the peer's orchestrator `exposure = 'Gateway { … }`: production takes that way, over HTTPS",
                );
            let found = Finding::new(PLAIN_HTTP_PEER_IN_PROD, peering.from.member, what);
            Some(found.and_value(peering.to.member, Path::of(["cluster"]), "in the same cluster, and not exposed"))
        })
        .collect()
}
