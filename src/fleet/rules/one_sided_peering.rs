//! F004: a stack that names a peer which does not name it.

use super::{Finding, Fleet, Rule, Said};
use crate::catalogue::ONE_SIDED_PEERING;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ONE_SIDED_PEERING, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let peerings = fleet.peerings();
    let one_sided = peerings.iter().filter(|peering| {
        let own = &peering.from.environment.federation.stack;
        !peering.to.environment.federation.peers.contains_key(own)
    });
    one_sided
        .map(|peering| {
            let (from, to) = (peering.from.environment, peering.to.environment);
            let (own, theirs) = (&from.federation.stack, &to.federation.stack);
            let what =
                Said::name(peering.path(), format!("`{own}` names `{theirs}` as a peer, but not the other way round"))
                    .label("named here")
                    .note(match from.cluster == to.cluster {
                        true => {
                            "the peer's network policy lets in the federation of its own peers only: forwards time out"
                        }
                        false => "the peer forwards nothing back",
                    })
                    .help(format!("name `{own}` among the peers of `{}`, or remove this one", to.name));
            let path = Path::of(["federation", "peers"]);
            Finding::new(ONE_SIDED_PEERING, peering.from.member, what).and_name(
                peering.to.member,
                path,
                format!("no `{own}` here"),
            )
        })
        .collect()
}
