//! T014: two orchestrators on one database. Its tables know tenants and no stacks.

use super::fault::{At, Fault};
use super::stack::Stack;
use crate::agentos::behaviour;
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::SHARED_DATABASE;
use crate::names::service_host;
use crate::objects::view::agent::{Agent, Value};
use std::collections::BTreeMap;

/// A database: host, port and name.
type Identity<'a> = (String, &'a str, &'a str);

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut first: BTreeMap<Identity<'a>, (usize, At<'a>)> = BTreeMap::new();
    let mut faults = Vec::new();
    let orchestrators = stack.agents.iter().filter(|agent| agent.service == Some(ServiceName::AgentOrchestrator));
    for agent in orchestrators {
        let Some((identity, place)) = identity(agent) else { continue };
        match first.get(&identity) {
            Some((owner, other)) if *owner != agent.owner => faults.push(shared(place, *other)),
            Some(_) => {}
            None => drop(first.insert(identity, (agent.owner, place))),
        }
    }
    faults
}

/// The database of an orchestrator, as far as it can be seen, with the place of its host.
fn identity<'a>(agent: &Agent<'a>) -> Option<(Identity<'a>, At<'a>)> {
    let Value::Text(host, place) = agent.get(Key::DatabaseHost) else { return None };
    let is_used = agent.get(Key::StorageBackend).known().is_none_or(behaviour::in_database);
    let port = match agent.get(Key::DatabasePort).known()? {
        "" => "5432",
        port => port,
    };
    let name = agent.get(Key::DatabaseName).known()?;
    is_used.then(|| ((service_host(host, agent.namespace), port, name), place))
}

fn shared<'a>(place: At<'a>, other: At<'a>) -> Fault<'a> {
    Fault::new(SHARED_DATABASE, place.object, place.value, "two orchestrators keep their runs in one database")
        .label("the same host, port and name")
        .and(other, "and here")
        .help("give each stack a database of its own: another name, with a user and a password of its own")
}
