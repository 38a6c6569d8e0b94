//! K014: neither a Namespace object nor AgentOS is in a namespace of the cluster's own. In whose namespace a gateway's
//! proxies or a scraper run, manifests do not say.

use super::at;
use super::fault::Fault;
use super::stack::Stack;
use crate::catalogue::{SYSTEM_NAMESPACE, title};
use crate::names::is_system_namespace;
use crate::objects::object::Object;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut said = BTreeSet::new();
    let mut faults = Vec::new();
    // One that the API server has returned is in a dump of the cluster, and no stack's.
    let is_written = |object: &Object| at(&object.body, &["metadata", "uid"]).is_none();
    let namespaces = stack.of_kind("Namespace").filter(|(_, object)| is_written(object));
    for (position, object) in namespaces.filter(|(_, object)| is_system_namespace(&object.name)) {
        if let Some(name) = at(&object.body, &["metadata", "name"])
            && said.insert(object.name.as_str())
        {
            faults.push(fault(position, name, &object.name).note(
                "its labels, such as those of Pod Security, hold for the cluster's own pods once it is applied, and a tool \
                 that prunes the object deletes them all",
            ));
        }
    }
    for agent in stack.agents.iter().filter(|agent| is_system_namespace(agent.namespace)) {
        let owner = stack.objects.get(agent.owner);
        if let Some(namespace) = owner.and_then(|owner| at(&owner.body, &["metadata", "namespace"]))
            && said.insert(agent.namespace)
        {
            faults.push(fault(agent.owner, namespace, agent.namespace).note(
                "AgentOS believes every caller that reaches it, and policies that close the namespace for it close it for \
                 the cluster's own pods",
            ));
        }
    }
    faults
}

fn fault<'a>(position: usize, value: &'a Json, name: &str) -> Fault<'a> {
    Fault::new(SYSTEM_NAMESPACE, position, value, title(SYSTEM_NAMESPACE, [name])).label("not a stack's")
}
