//! K004: AgentOS listens on the port that its container declares, and probes ask where somebody listens.

use super::fault::Fault;
use super::probes::{PROBES, asked_port};
use super::stack::Stack;
use super::{list, text};
use crate::catalogue::MISSING_TARGET_PORT;
use crate::objects::view::agent::Agent;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let declared = stack.agents.iter().filter_map(undeclared);
    let named = stack.pods.iter().flat_map(|pod| pod.containers().map(move |container| (pod.owner, container)));
    let named = named.flat_map(|(owner, container)| unknown_names(owner, container));
    let asked = stack.agents.iter().flat_map(deaf_probes);
    declared.chain(named).chain(asked).collect()
}

/// A declared port that is not the one AgentOS listens on.
fn undeclared<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let port = agent.port()?;
    let mut declared = list(agent.container.get("ports")).filter_map(|port| port.get("containerPort"));
    let first = declared.next()?;
    let is_it = |value: &Json| value.as_u64() == Some(u64::from(port));
    if is_it(first) || declared.any(is_it) {
        return None;
    }
    let title = format!("the container declares the port {first}, and {} listens on {port}", agent.called());
    let fault = Fault::new(MISSING_TARGET_PORT, agent.owner, first, title).label("nobody listens here");
    let fault = match agent.line.address {
        Some(address) => fault.and(agent.at(address), "this is the address"),
        None => fault.note(format!("without `--addr` every service listens on {port}")),
    };
    Some(fault.help("write one port in both places"))
}

/// Probes that ask a port by a name that the container does not declare.
fn unknown_names<'a>(owner: usize, container: &'a Json) -> impl Iterator<Item = Fault<'a>> {
    PROBES.iter().filter_map(move |probe| {
        let port = asked_port(container.get(probe)?)?;
        let name = port.as_str()?;
        let known = list(container.get("ports")).any(|port| text(port, &["name"]) == Some(name));
        let title = format!("its {probe} asks the port `{name}`, which the container does not declare");
        (!known).then(|| {
            Fault::new(MISSING_TARGET_PORT, owner, port, title)
                .label("no such port")
                .help("write the name or the number of a port of the container")
        })
    })
}

/// Probes that ask AgentOS on another port than the one it listens on.
fn deaf_probes<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let Some(port) = agent.port() else { return Vec::new() };
    let asked = PROBES.iter().filter_map(|probe| Some((probe, asked_port(agent.container.get(probe)?)?)));
    asked
        .filter(|(_, asked)| asked.as_u64().is_some_and(|number| number != u64::from(port)))
        .map(|(probe, asked)| {
            let title = format!("its {probe} asks the port {asked}, and {} listens on {port}", agent.called());
            Fault::new(MISSING_TARGET_PORT, agent.owner, asked, title)
                .label("nobody listens here")
                .help(format!("write {port}, or the name of the container's port"))
        })
        .collect()
}
