//! One node for each stack, and who forwards to whom.

use super::{
    ByStack, Edge, EdgeKind, Endpoint, Graph, Node, NodeKind, Stack, counted, endpoint, lines, port_label, profile,
};
use crate::agentos::vocabulary::ServiceName;
use crate::model::Environment;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn fleet(graph: &mut Graph, stacks: &[Stack<'_>], by_stack: &ByStack<'_, '_>) {
    for stack in stacks {
        let environment = &*stack.environment;
        let (kind, what) = match &environment.tenant {
            Some(tenant) => (NodeKind::Dedicated, format!("only {tenant}")),
            None => (NodeKind::Environment, counted(environment.tenancy.tenants.len(), "tenant")),
        };
        let place = format!("{} · {}", profile(environment), environment.federation.region);
        let mut lines = vec![environment.name.clone(), environment.federation.stack.clone(), place, what];
        lines.extend(hosts(environment));
        graph.nodes.push(Node { id: stack.id.clone(), cluster: None, kind, lines });
    }
    for own in stacks.iter().filter(|stack| stack.environment.tenant.is_some()) {
        let Some((environment, _)) = own.id.split_once("/stack/") else { continue };
        let (from, to) = (environment.to_owned(), own.id.clone());
        graph.edges.push(Edge { from, to, kind: EdgeKind::Own, label: String::new(), both: false });
    }
    let mut outside = BTreeMap::new();
    for stack in stacks {
        for (id, peer) in &stack.environment.federation.peers {
            let target = by_stack.get(id.as_str()).copied();
            let Endpoint { host, port, kind } = endpoint(peer, target.map(|target| &*target.environment));
            let to = match target {
                Some(target) => target.id.clone(),
                None => {
                    outside.entry(id.clone()).or_insert(host);
                    format!("peer/{id}")
                }
            };
            join(graph, Edge { from: stack.id.clone(), to, kind, label: port_label(port), both: false });
        }
    }
    for (id, host) in outside {
        let node_id = format!("peer/{id}");
        graph.nodes.push(Node { id: node_id, cluster: None, kind: NodeKind::Peer, lines: lines([id, host]) });
    }
}

/// The hosts under which gateways expose a stack.
fn hosts(environment: &Environment) -> BTreeSet<String> {
    let gateways =
        ServiceName::ALL.into_iter().filter_map(|service| environment.services.get(service).exposure.gateway());
    gateways.map(|gateway| gateway.host.clone()).collect()
}

/// Adds an edge; one that goes the other way and is the same otherwise goes both ways now.
fn join(graph: &mut Graph, edge: Edge) {
    let back = graph.edges.iter_mut().find(|other| {
        other.from == edge.to && other.to == edge.from && other.kind == edge.kind && other.label == edge.label
    });
    match back {
        Some(back) => back.both = true,
        None => graph.edges.push(edge),
    }
}
