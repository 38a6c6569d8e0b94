//! T012: tenants whose runs a peer refuses: it does not know them, or keeps them in a stack that the forward does not go to.
//! A run that is forwarded for one of them ends in 502 (fact 18).

use super::{Finding, Fleet, Peering, Rule, Said};
use crate::catalogue::{FORWARDED_TENANT_UNKNOWN_TO_PEER, title};
use crate::fleet::remote;
use crate::model::{self, Isolation};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: FORWARDED_TENANT_UNKNOWN_TO_PEER, check };

/// Why runs of a tenant don't get to where the peer knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    /// The peer has no such tenant.
    Unknown,
    /// The peer keeps it in a stack of its own, and the forward goes to the other one.
    Elsewhere,
    /// Its own stack has no address here.
    Unreachable,
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    fleet.peerings().iter().flat_map(of_peering).collect()
}

fn of_peering(peering: &Peering<'_>) -> Vec<Finding> {
    let obstacles: Vec<(&str, Obstacle)> = peering
        .from
        .environment
        .tenancy
        .tenants
        .iter()
        .filter_map(|(id, tenant)| Some((id.as_str(), obstacle(peering, id, tenant.isolation)?)))
        .collect();
    let of = |wanted: Obstacle| {
        obstacles.iter().filter(|(_, found)| *found == wanted).map(|(id, _)| *id).collect::<Vec<&str>>()
    };
    [
        unknown(peering, &of(Obstacle::Unknown)),
        elsewhere(peering, &of(Obstacle::Elsewhere)),
        unreachable(peering, &of(Obstacle::Unreachable)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn obstacle(peering: &Peering<'_>, id: &str, isolation: Isolation) -> Option<Obstacle> {
    let (from, to) = (peering.from.environment, peering.to.environment);
    let Some(theirs) = to.tenancy.tenants.get(id) else { return Some(Obstacle::Unknown) };
    match (isolation, theirs.isolation) {
        (Isolation::Shared | Isolation::Dedicated, Isolation::Shared) => None,
        (Isolation::Shared, Isolation::Dedicated) => Some(Obstacle::Elsewhere),
        // A description by hand is that of one stack.
        (Isolation::Dedicated, Isolation::Dedicated) if peering.remote.is_some() => Some(Obstacle::Elsewhere),
        (Isolation::Dedicated, Isolation::Dedicated) => {
            let own = remote(from, to).ok()?.dedicated.remove(id)?;
            own.agent_orchestrator.is_none().then_some(Obstacle::Unreachable)
        }
    }
}

fn listed(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn unknown(peering: &Peering<'_>, ids: &[&str]) -> Option<Finding> {
    if ids.is_empty() {
        return None;
    }
    let stack = &peering.to.environment.federation.stack;
    let what = Said::name(peering.path(), title(FORWARDED_TENANT_UNKNOWN_TO_PEER, [stack, &listed(ids)]))
        .label("runs can be forwarded to this peer")
        .help(format!(
            "declare the same tenants in `{}`, best in a file that both import",
            peering.to.environment.name
        ));
    let path = Path::of(["tenancy", "tenants"]);
    let found = Finding::new(FORWARDED_TENANT_UNKNOWN_TO_PEER, peering.from.member, what);
    Some(found.and_name(peering.to.member, path, "its tenants"))
}

fn elsewhere(peering: &Peering<'_>, ids: &[&str]) -> Option<Finding> {
    let id = ids.first()?;
    let (own, theirs) = (&peering.from.environment.name, peering.to.environment);
    let (stack, dedicated) = (&theirs.federation.stack, model::dedicated_stack_id(theirs, id));
    let message = match ids {
        [_] => format!("the peer `{stack}` keeps `{id}` in a dedicated stack, `{dedicated}`"),
        _ => format!("the peer `{stack}` keeps {} in dedicated stacks, such as `{dedicated}`", listed(ids)),
    };
    let what = Said::name(peering.path(), message)
        .label("runs are forwarded to the stack that its other tenants share")
        .note("that stack does not know the tenant: it answers 403, and the forward ends in 502");
    let what = match peering.remote {
        Some(_) => what
            .help("name the peer's file, as in `'Environment \"peer.ncl\"`: the tenant's own stack is read from there"),
        None => what.help(format!(
            "give the tenant `isolation = 'Dedicated` in `{own}`, too: its stack then forwards to `{dedicated}`"
        )),
    };
    let found = Finding::new(FORWARDED_TENANT_UNKNOWN_TO_PEER, peering.from.member, what);
    Some(found.and_name(peering.to.member, isolation_of(id), "a stack of its own there"))
}

fn unreachable(peering: &Peering<'_>, ids: &[&str]) -> Option<Finding> {
    let id = ids.first()?;
    let theirs = peering.to.environment;
    let (stack, listed) = (&theirs.federation.stack, listed(ids));
    let plural = if ids.len() == 1 { "" } else { "s" };
    let message = format!("at the peer `{stack}` the dedicated stack{plural} of {listed} can't be reached");
    let what = Said::name(peering.path(), message)
        .label("runs of the tenant can't be forwarded to this peer")
        .note(
            "the stack has no host, and a Service answers only in its own cluster: the peer is left out of the peers file of \
             the tenant's own stack, and the forward ends in 404",
        )
        .help(format!(
            "expose it: `tenancy.tenants.{id}.hosts.agent-orchestrator = \"…\"` in `{}`, whose orchestrator has a gateway",
            theirs.name
        ));
    let found = Finding::new(FORWARDED_TENANT_UNKNOWN_TO_PEER, peering.from.member, what);
    Some(found.and_name(peering.to.member, Path::of(["tenancy", "tenants"]).field(id), "no host here"))
}

fn isolation_of(id: &str) -> Path {
    Path::of(["tenancy", "tenants"]).field(id).field("isolation")
}
