//! F007, across files: an address in a `'Remote` that is one of this fleet, on a port that its environment does not
//! serve. What one environment alone can only guess from the stable ports is known here.

use super::{Finding, Fleet, Peering, Rule, Said, View};
use crate::agentos::surface::{Address, address_of_another};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::ENDPOINT_NOT_SERVED;
use crate::model::Exposure;
use crate::names::qualified_service;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ENDPOINT_NOT_SERVED, check };

/// The port of a gateway.
const HTTPS: u16 = 443;

/// An address that is one of the fleet's.
struct Known<'a> {
    member: usize,
    path: Path,
    stack: &'a str,
    /// What the address is for.
    wanted: ServiceName,
    port: u16,
    /// Whose it is.
    owner: usize,
    served: Served,
}

/// What answers at a host.
struct Served {
    service: ServiceName,
    port: u16,
    /// The field that says so.
    path: Path,
}

/// The paths of all addresses that are judged here.
pub(super) fn judged(fleet: &Fleet<'_>) -> Vec<(usize, Path)> {
    known(fleet).into_iter().map(|known| (known.member, known.path)).collect()
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let peerings = fleet.peerings();
    known(fleet).into_iter().filter_map(finding).chain(peerings.iter().filter_map(stopped)).collect()
}

/// A peer whose orchestrator is stopped.
fn stopped(peering: &Peering<'_>) -> Option<Finding> {
    let service = ServiceName::AgentOrchestrator;
    if peering.to.environment.services.get(service).replicas != 0 {
        return None;
    }
    let stack = &peering.to.environment.federation.stack;
    let what = Said::name(peering.path(), format!("the orchestrator of the peer `{stack}` is stopped"))
        .label("nothing answers here")
        .note("a Service without pods refuses connections: every forward to the peer ends in 502")
        .help("start it, or remove the peer for as long as it is stopped")
        .as_warning();
    let path = Path::of(["services", service.as_str(), "replicas"]);
    Some(Finding::new(ENDPOINT_NOT_SERVED, peering.from.member, what).and_value(peering.to.member, path, "no pods"))
}

fn finding(known: Known<'_>) -> Option<Finding> {
    let Known { member, path, stack, wanted, port, owner, served } = known;
    let (is_another, name) = (served.service != wanted, served.service.as_str());
    if !is_another && served.port == port {
        return None;
    }
    let message = match is_another {
        true => format!("`{stack}`: {}", address_of_another(wanted, served.service)),
        false => format!("`{stack}`: {name} is served on {}, not on {port}", served.port),
    };
    let what = Said::value(path, message)
        .label("nobody answers here")
        .help("name the peer's file, as in `'Environment \"peer.ncl\"`: its addresses are read from there");
    Some(Finding::new(ENDPOINT_NOT_SERVED, member, what).and_value(owner, served.path, "its own environment"))
}

fn known<'a>(fleet: &'a Fleet<'_>) -> Vec<Known<'a>> {
    let mut known = Vec::new();
    for from in &fleet.views {
        for (stack, remote) in from.environment.federation.remotes() {
            for (wanted, url) in remote.endpoints() {
                let Some(Address { host, port }) = Address::of(url) else { continue };
                let Some((owner, served)) = owner(fleet, from, host) else { continue };
                let path = super::peer_path(stack).field("endpoints").field(wanted.as_str());
                known.push(Known { member: from.member, path, stack, wanted, port, owner, served });
            }
        }
    }
    known
}

/// The environment that answers at a host, as seen from another one.
fn owner(fleet: &Fleet<'_>, from: &View<'_>, host: &str) -> Option<(usize, Served)> {
    fleet.views.iter().find_map(|view| Some((view.member, gateway(view, host).or_else(|| service(from, view, host))?)))
}

fn gateway(view: &View<'_>, host: &str) -> Option<Served> {
    let exposes = |service: &ServiceName| match &view.environment.services.get(*service).exposure {
        Exposure::Gateway(gateway) => gateway.host == host,
        Exposure::Internal => false,
    };
    let service = ServiceName::ALL.into_iter().find(exposes)?;
    let path = Path::of(["services", service.as_str(), "exposure"]);
    Some(Served { service, port: HTTPS, path })
}

fn service(from: &View<'_>, view: &View<'_>, host: &str) -> Option<Served> {
    let (name, namespace) = qualified_service(host)?;
    let is_theirs = namespace == view.environment.namespace && from.environment.cluster == view.environment.cluster;
    let service = ServiceName::ALL.into_iter().find(|service| service.object_name() == name)?;
    is_theirs.then(|| Served {
        service,
        port: view.environment.services.get(service).service_port,
        path: Path::of(["services", service.as_str(), "service_port"]),
    })
}
