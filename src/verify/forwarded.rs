//! T012: of stacks that are verified together, each knows the tenants whose runs a peer forwards to it (fact 18).

use super::fault::Fault;
use super::stack::Stack;
use super::{peers, tenants};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{FORWARDED_TENANT_UNKNOWN_TO_PEER, title};
use crate::objects::view::agent::Agent;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let of = |service| stack.agents.iter().filter(move |agent| agent.service == Some(service));
    let mut by_namespace: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for agent in of(ServiceName::AgentOrchestrator) {
        if let Some(declared) = tenants::declared(stack, agent) {
            by_namespace.entry(agent.namespace).or_default().extend(declared);
        }
    }
    let federations: Vec<&Agent<'a>> = of(ServiceName::Federation).collect();
    let known =
        federations.iter().filter_map(|agent| Some((peers::own_id(stack, agent)?, by_namespace.get(agent.namespace)?)));
    let by_stack: BTreeMap<String, &BTreeSet<String>> = known.collect();
    let mut faults = Vec::new();
    for agent in federations {
        let Some(own) = by_namespace.get(agent.namespace) else { continue };
        for (file, id, _) in peers::dialled(stack, agent) {
            let Some(theirs) = by_stack.get(&id) else { continue };
            let unknown: Vec<String> = own.difference(theirs).map(|tenant| format!("`{tenant}`")).collect();
            if unknown.is_empty() {
                continue;
            }
            let title = title(FORWARDED_TENANT_UNKNOWN_TO_PEER, [&id, &unknown.join(", ")]);
            faults.push(
                Fault::new(FORWARDED_TENANT_UNKNOWN_TO_PEER, file.object, file.value, title)
                    .inside(["\"peers\"", &id])
                    .label("forwards go to this peer")
                    .help("create the same tenants at both"),
            );
        }
    }
    faults
}
