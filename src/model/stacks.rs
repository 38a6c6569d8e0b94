//! One environment → the stacks that it stands for: the one that tenants share, and one for each dedicated tenant.
//!
//! Invariant: a dedicated tenant's stack is an environment like any other, so that it is compiled by the same code, and
//! nothing of another tenant is in it. Whatever a field of the environment says of all tenants, it says of this one;
//! what lets somebody in, it does not.

use super::{Environment, Exposure, Isolation, Peer, Quotas, RemotePeer, SecretKey, Service, ServiceName, Tenant};
use std::borrow::Cow;
use std::collections::BTreeMap;

type Tenants = BTreeMap<String, Box<Tenant>>;

/// The longest label of DNS, and so the longest name of a namespace.
const LABEL_LIMIT: usize = 63;

/// The longest stack id.
const STACK_LIMIT: usize = 64;

/// Every stack of an environment: the shared one first, then the dedicated ones by tenant. Where no tenant is dedicated
/// the environment is its only stack, as it is.
pub fn stacks(environment: &Environment) -> Vec<Cow<'_, Environment>> {
    let tenants = &environment.tenancy.tenants;
    let is_shared = |tenant: &Tenant| tenant.isolation == Isolation::Shared;
    let has_default = environment.tenancy.default.as_ref().is_none_or(|id| tenants.contains_key(id));
    if has_default && tenants.values().all(|tenant| is_shared(tenant)) {
        return vec![Cow::Borrowed(environment)];
    }
    let (shared, own): (Tenants, Tenants) = tenants.clone().into_iter().partition(|(_, tenant)| is_shared(tenant));
    // To copy all tenants for each of them would take long where there are many.
    let mut common = environment.clone();
    common.tenancy.tenants.clear();
    let dedicated: Vec<Environment> = own.iter().map(|(id, tenant)| dedicated(&common, id, tenant)).collect();
    std::iter::once(having(common, shared)).chain(dedicated).map(Cow::Owned).collect()
}

/// The stack of a tenant's own.
pub fn dedicated(environment: &Environment, id: &str, tenant: &Tenant) -> Environment {
    let mut stack = having(environment.clone(), Tenants::from([(id.to_owned(), Box::new(tenant.clone()))]));
    stack.tenant = Some(id.to_owned());
    stack.name = label(&environment.name, id);
    stack.namespace = dedicated_namespace(environment, id, tenant);
    stack.federation.stack = dedicated_stack_id(environment, id);
    forward_to_own_stacks(&mut stack, id);
    stack.network.callers = tenant.callers.clone();
    // A certificate with the hosts of the stack that tenants share would let this one pass for it.
    if let Some(issuance) = stack.federation.mtls.as_mut().and_then(|mtls| mtls.cert_manager.as_mut()) {
        issuance.hosts.clear();
    }
    if tenant.database.is_some() {
        stack.database = tenant.own_database().cloned();
    }
    stack.secrets.name = tenant.secrets.name.clone().unwrap_or_else(|| environment.secrets.name.clone());
    stack.secrets.keys = secrets(environment, tenant);
    for service in ServiceName::ALL {
        let own = stack.services.get_mut(service);
        own.exposure = exposure(own, tenant.hosts.get(service).as_ref());
        own.quotas = quotas(own.quotas, tenant.quotas);
    }
    stack
}

/// The namespace of a tenant's own stack.
pub fn dedicated_namespace(environment: &Environment, id: &str, tenant: &Tenant) -> String {
    tenant.namespace.clone().unwrap_or_else(|| label(&environment.namespace, id))
}

/// The id of a tenant's own stack.
pub fn dedicated_stack_id(environment: &Environment, id: &str) -> String {
    stack_id(&environment.federation.stack, id)
}

/// Puts the tenant's own stacks of peers in the place of those that their other tenants share, and which don't know it: a
/// forward to those would end in 502 (fact 18). A peer whose stack of this tenant can't be reached is left out.
fn forward_to_own_stacks(stack: &mut Environment, id: &str) {
    let mut peers = BTreeMap::new();
    for (peer_id, peer) in std::mem::take(&mut stack.federation.peers) {
        let own = match &peer {
            Peer::Remote(remote) => remote.dedicated.get(id).map(|own| (remote, own)),
            Peer::Environment(_) => None,
        };
        let Some((remote, own)) = own else {
            peers.insert(peer_id, peer);
            continue;
        };
        let Some(agent_orchestrator) = own.agent_orchestrator.clone() else { continue };
        // It is reached through the same gateway, so that it lies in the same networks.
        if let Some(networks) = stack.network.peers.get(&peer_id).cloned() {
            stack.network.peers.insert(own.stack.clone(), networks);
        }
        let remote = RemotePeer {
            agent_orchestrator,
            model_policy: own.model_policy.clone(),
            tenant: Some(id.to_owned()),
            dedicated: BTreeMap::new(),
            ..RemotePeer::clone(remote)
        };
        peers.insert(own.stack.clone(), Peer::Remote(Box::new(remote)));
    }
    stack.federation.peers = peers;
}

/// The secrets of a tenant's own stack: its own, and the environment's where it has none.
fn secrets(environment: &Environment, tenant: &Tenant) -> BTreeMap<String, SecretKey> {
    let mut keys = environment.secrets.keys.clone();
    keys.extend(tenant.secrets.keys.clone());
    keys
}

/// A stack with these tenants.
fn having(mut stack: Environment, tenants: Tenants) -> Environment {
    // A default tenant that has no record would be refused on every request, or worse.
    stack.tenancy.default = stack.tenancy.default.filter(|id| tenants.contains_key(id));
    stack.tenancy.tenants = tenants;
    stack
}

/// Through the environment's gateway, under the tenant's own host; without one nobody comes in from outside.
fn exposure(service: &Service, host: Option<&String>) -> Exposure {
    match (&service.exposure, host) {
        (Exposure::Gateway(gateway), Some(host)) => {
            Exposure::Gateway(super::Gateway { host: host.clone(), ..gateway.clone() })
        }
        (Exposure::Gateway(_) | Exposure::Internal, _) => Exposure::Internal,
    }
}

/// The tenant's quotas over the service's; only those that the service has (fact 15).
fn quotas(service: Quotas, tenant: Quotas) -> Quotas {
    let pick = |service: Option<i64>, tenant: Option<i64>| service.map(|quota| tenant.unwrap_or(quota));
    Quotas {
        run_create_qps: pick(service.run_create_qps, tenant.run_create_qps),
        concurrent_runs: pick(service.concurrent_runs, tenant.concurrent_runs),
        invoke_qps: pick(service.invoke_qps, tenant.invoke_qps),
    }
}

/// A DNS label of a name and a tenant's id. Ids have `_`, which labels may not; what is too long, or ends as no label
/// may, is cut and ends in a digest of the whole, so that no two tenants get one label.
fn label(name: &str, id: &str) -> String {
    let whole = format!("{name}-{}", id.replace('_', "-"));
    if whole.len() <= LABEL_LIMIT && !whole.ends_with('-') { whole } else { cut(&whole, '-', LABEL_LIMIT) }
}

/// A stack id of the environment's and the tenant's.
fn stack_id(stack: &str, id: &str) -> String {
    let whole = format!("{stack}_{}", id.strip_prefix("tnt_").unwrap_or(id));
    if whole.len() <= STACK_LIMIT { whole } else { cut(&whole, '_', STACK_LIMIT) }
}

fn cut(whole: &str, joint: char, limit: usize) -> String {
    let digest: String = blake3::hash(whole.as_bytes()).to_hex().chars().take(8).collect();
    let kept: String = whole.chars().take(limit - digest.len() - 1).collect();
    format!("{}{joint}{digest}", kept.trim_end_matches(joint))
}

#[cfg(test)]
mod tests {
    use super::{label, stack_id};

    #[test]
    fn a_label_says_whose_it_is() {
        assert_eq!(label("agentos-prod", "tnt_bolt"), "agentos-prod-tnt-bolt");
        assert_eq!(label("agentos", "tnt_a_b"), "agentos-tnt-a-b");
    }

    #[test]
    fn no_two_tenants_get_one_label_and_every_label_is_one() {
        let long = |last: &str| format!("tnt_{}{last}", "x".repeat(58));
        let ids = [long("a"), long("b"), "tnt_a".to_owned(), "tnt_a_".to_owned(), "tnt_a__".to_owned()];
        let labels: Vec<String> = ids.iter().map(|id| label("agentos", id)).collect();
        for (n, one) in labels.iter().enumerate() {
            assert!(one.len() <= 63 && one.ends_with(|c: char| c.is_ascii_alphanumeric()), "{one}");
            assert!(!labels[n + 1..].contains(one), "{one}");
        }
    }

    #[test]
    fn a_stack_id_follows_the_pattern() {
        assert_eq!(stack_id("stk_prod_eu", "tnt_bolt"), "stk_prod_eu_bolt");
        let long = stack_id(&format!("stk_{}", "s".repeat(60)), "tnt_bolt");
        assert!(long.len() <= 64 && long.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    }
}
