//! Environments held against each other → findings, each in one of them, with places in the others.
//!
//! Invariant: a rule sees sound environments only; what is broken has been said already. A finding is always in an
//! environment that somebody wants compiled. One file a rule, one ordered registry.

mod client_certificate_for_peer_edge;
mod duplicate_name;
mod duplicate_stack;
mod endpoint_not_served;
mod federation_secret_differs;
mod forwarded_tenant_unknown_to_peer;
mod host_exposed_twice;
mod mtls_on_one_side;
mod no_common_api_version;
mod one_sided_peering;
mod peer_description_drifts;
mod peer_refuses_tokens;
mod peer_without_guards;
mod plain_http_peer_in_prod;
mod shared_credential;
mod shared_database;
mod system_namespace;
mod tenant_namespace_collision;
mod tokens_valid_in_prod;

use super::links::Link;
use super::{Finding, Member, Places, peer_path, remote};
use crate::diagnostic::{Code, Diagnostic};
use crate::finding::Finding as Said;
use crate::model::{Environment, Isolation, Peer, RemotePeer, Tenant};
use crate::packed::Packed;
use crate::path::Path;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A rule: its code and what looks for it.
struct Rule {
    code: Code,
    check: fn(&Fleet<'_>) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    duplicate_stack::RULE,
    one_sided_peering::RULE,
    no_common_api_version::RULE,
    plain_http_peer_in_prod::RULE,
    endpoint_not_served::RULE,
    mtls_on_one_side::RULE,
    peer_description_drifts::RULE,
    client_certificate_for_peer_edge::RULE,
    peer_without_guards::RULE,
    peer_refuses_tokens::RULE,
    duplicate_name::RULE,
    system_namespace::RULE,
    host_exposed_twice::RULE,
    federation_secret_differs::RULE,
    shared_credential::RULE,
    tenant_namespace_collision::RULE,
    forwarded_tenant_unknown_to_peer::RULE,
    shared_database::RULE,
    tokens_valid_in_prod::RULE,
];

/// Whether a rule of this code looks at several environments.
pub fn judges(code: Code) -> bool {
    RULES.iter().any(|rule| rule.code == code)
}

/// What was found in one environment, by comparison with others.
#[derive(Default)]
pub(crate) struct Across {
    /// The findings, with places in the texts of the fleet.
    pub findings: Vec<Diagnostic>,
    /// Paths of addresses that the fleet has judged: the rule that can only guess, from one environment, is overruled.
    pub judged: Vec<Path>,
}

/// Applies every rule; the findings by the member that they are in.
pub(crate) fn check(places: &Places<'_>, links: &[Link]) -> BTreeMap<usize, Across> {
    let fleet = Fleet::of(places, links);
    let mut across: BTreeMap<usize, Across> = BTreeMap::new();
    for (member, path) in endpoint_not_served::judged(&fleet) {
        across.entry(member).or_default().judged.push(path);
    }
    for rule in RULES {
        for finding in (rule.check)(&fleet) {
            let member = finding.member;
            if fleet.wants(member) {
                across.entry(member).or_default().findings.extend(places.place(finding));
            }
        }
    }
    across
}

/// A sound environment of the fleet.
struct View<'a> {
    member: usize,
    environment: &'a Environment,
    /// The environment with what its peers' files say in place of their names, where they could be found.
    linked: &'a Environment,
    tree: &'a Packed,
    wanted: bool,
}

/// An environment that names another one as its peer.
struct Peering<'a> {
    from: &'a View<'a>,
    to: &'a View<'a>,
    /// How it describes the peer; none where it names the peer's file.
    remote: Option<&'a RemotePeer>,
}

impl Peering<'_> {
    /// Where the peer is named.
    fn path(&self) -> Path {
        peer_path(&self.to.environment.federation.stack)
    }

    /// The stacks of the peer that forwards go to, with their addresses, where it is named by its file: the one that
    /// tenants share, and those of tenants that are dedicated at both ends.
    fn dialled(&self) -> Vec<(String, String)> {
        let named_by_file = self.remote.is_none().then(|| remote(self.from.environment, self.to.environment).ok());
        let Some(remote) = named_by_file.flatten() else { return Vec::new() };
        let tenants = &self.from.environment.tenancy.tenants;
        let is_dedicated = |id: &String| tenants.get(id).is_some_and(|own| own.isolation == Isolation::Dedicated);
        let own = remote.dedicated.into_iter().filter(|(id, _)| is_dedicated(id));
        let own = own.filter_map(|(_, stack)| Some((stack.stack, stack.agent_orchestrator?)));
        let shared = (self.to.environment.federation.stack.clone(), remote.agent_orchestrator);
        std::iter::once(shared).chain(own).collect()
    }
}

/// The sound environments, those that somebody wants first.
struct Fleet<'a> {
    views: Vec<View<'a>>,
    by_stack: BTreeMap<&'a str, usize>,
    by_member: BTreeMap<usize, usize>,
}

impl<'a> Fleet<'a> {
    fn of(places: &Places<'a>, links: &'a [Link]) -> Fleet<'a> {
        let view = |(member, (of, link)): (usize, (&'a Member, &'a Link))| {
            let environment = of.environment.as_deref().filter(|_| of.is_sound())?;
            let (linked, tree) = (link.environment.as_deref().unwrap_or(environment), of.tree.as_ref()?);
            Some(View { member, environment, linked, tree, wanted: of.is_wanted() })
        };
        let views: Vec<View<'a>> = places.members.iter().zip(links).enumerate().filter_map(view).collect();
        let mut by_stack = BTreeMap::new();
        for (index, view) in views.iter().enumerate() {
            by_stack.entry(view.environment.federation.stack.as_str()).or_insert(index);
        }
        let by_member = views.iter().enumerate().map(|(index, view)| (view.member, index)).collect();
        Fleet { views, by_stack, by_member }
    }

    fn wants(&self, member: usize) -> bool {
        self.by_member.get(&member).and_then(|index| self.views.get(*index)).is_some_and(|view| view.wanted)
    }

    /// The environment with this stack id: the first, where several claim it.
    fn stack(&self, id: &str) -> Option<&View<'a>> {
        self.views.get(*self.by_stack.get(id)?)
    }

    /// Who names whom. Peers whose files can't be found are named by nobody: that is reported already.
    fn peerings(&self) -> Vec<Peering<'_>> {
        let mut peerings = Vec::new();
        for from in &self.views {
            for (stack, peer) in &from.environment.federation.peers {
                let Some(to) = self.stack(stack).filter(|to| to.member != from.member) else { continue };
                let remote = match (peer, from.linked.federation.peers.get(stack)) {
                    (Peer::Remote(remote), _) => Some(&**remote),
                    (Peer::Environment(_), Some(Peer::Remote(_))) => None,
                    (Peer::Environment(_), Some(Peer::Environment(_)) | None) => continue,
                };
                peerings.push(Peering { from, to, remote });
            }
        }
        peerings
    }

    /// Each two environments of which at least one names the other, once: the one that a finding belongs to, and the
    /// other.
    fn pairs(&self) -> Vec<(&View<'_>, &View<'_>)> {
        let mut pairs = BTreeMap::new();
        for Peering { from, to, .. } in self.peerings() {
            let (one, other) = if from.member < to.member { (from, to) } else { (to, from) };
            pairs.insert((one.member, other.member), if other.wanted { (other, one) } else { (one, other) });
        }
        pairs.into_values().collect()
    }

    /// Each claim to something that another environment has claimed before it, with the first that did: the one that a finding
    /// belongs to before the other. What collides within one environment its own rules say.
    fn contested<K: Ord>(
        &self,
        claims: impl Fn(&Environment) -> Vec<(K, Claim)>,
    ) -> Vec<(Contender<'_>, Contender<'_>)> {
        let mut first: BTreeMap<K, Contender<'_>> = BTreeMap::new();
        let mut contested = Vec::new();
        for view in &self.views {
            for (key, claim) in claims(view.environment) {
                let contender = Contender { view, claim };
                match first.entry(key) {
                    Entry::Vacant(free) => drop(free.insert(contender)),
                    Entry::Occupied(taken) if taken.get().view.member == view.member => {}
                    Entry::Occupied(taken) if view.wanted => contested.push((contender, taken.get().clone())),
                    Entry::Occupied(taken) => contested.push((taken.get().clone(), contender)),
                }
            }
        }
        contested
    }
}

/// A claim of a stack to something that it has to itself.
#[derive(Clone)]
struct Claim {
    /// The tenant whose stack it is; none for the stack that tenants share.
    tenant: Option<String>,
    /// Where the claim is made.
    path: Path,
    /// Where to point when the user has not written it.
    otherwise: Path,
}

impl Claim {
    /// A claim of the stack that tenants share.
    fn of_shared(path: Path) -> Claim {
        Claim { tenant: None, path, otherwise: Path::of(["name"]) }
    }

    /// A claim of a dedicated tenant's stack, by a field of the tenant.
    fn of_tenant(id: &str, path: impl FnOnce(Path) -> Path) -> Claim {
        let tenant = Path::of(["tenancy", "tenants"]).field(id);
        Claim { tenant: Some(id.to_owned()), otherwise: tenant.field("isolation"), path: path(tenant) }
    }
}

/// A claim with the environment that makes it.
#[derive(Clone)]
struct Contender<'a> {
    view: &'a View<'a>,
    claim: Claim,
}

impl Contender<'_> {
    /// How messages call the stack.
    fn name(&self) -> String {
        let environment = &self.view.environment.name;
        match &self.claim.tenant {
            Some(tenant) => format!("`{tenant}` of `{environment}`"),
            None => format!("`{environment}`"),
        }
    }
}

/// The dedicated tenants of an environment.
fn dedicated_tenants(environment: &Environment) -> impl Iterator<Item = (&String, &Tenant)> {
    let tenants = environment.tenancy.tenants.iter().map(|(id, tenant)| (id, &**tenant));
    tenants.filter(|(_, tenant)| tenant.isolation == Isolation::Dedicated)
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn rules_are_ordered_by_code() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
