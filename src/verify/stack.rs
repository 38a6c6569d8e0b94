//! All that is checked together: the objects, and the containers that run AgentOS.

use super::providers::Providers;
use crate::agentos::vocabulary::{Profile, ServiceName};
use crate::objects::object::Object;
use crate::objects::view::agent::{self, Agent};
use crate::objects::view::pod::Pod;
use crate::objects::view::seen::Expansions;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::rc::Rc;

/// The objects, by what they are looked up by, and the containers that run AgentOS.
pub(super) struct Stack<'a> {
    providers: Providers<'a>,
    /// The texts that processes see otherwise than they are written.
    pub expansions: &'a Expansions,
    /// Every container that runs AgentOS.
    pub agents: Vec<Agent<'a>>,
    /// The namespaces in which AgentOS runs for production.
    prod: BTreeSet<&'a str>,
    /// The namespaces in which AgentOS runs not only for development.
    beyond_dev: BTreeSet<&'a str>,
    /// The namespaces in which AgentOS runs.
    running: BTreeSet<&'a str>,
    /// What texts say that several checks read.
    read: RefCell<HashMap<(*const u8, usize), Rc<Json>>>,
}

impl<'a> Deref for Stack<'a> {
    type Target = Providers<'a>;

    fn deref(&self) -> &Providers<'a> {
        &self.providers
    }
}

impl<'a> Stack<'a> {
    /// Finds the containers that run AgentOS, by the texts that processes see.
    pub fn new(providers: Providers<'a>, expansions: &'a Expansions) -> Stack<'a> {
        let agents = agent::all(&providers, expansions);
        let namespaces = |is_one: fn(&Agent<'a>) -> bool| -> BTreeSet<&'a str> {
            agents.iter().filter(|agent| is_one(agent)).map(|agent| agent.namespace).collect()
        };
        Stack {
            prod: namespaces(Agent::is_prod),
            beyond_dev: namespaces(|agent| agent.profile() != Profile::Dev),
            running: namespaces(|_| true),
            providers,
            expansions,
            agents,
            read: RefCell::default(),
        }
    }

    /// What a text of an object says as JSON: read once, whoever asks.
    pub fn json(&self, text: &'a str) -> Result<Rc<Json>, serde_json::Error> {
        // The objects outlast the stack, so that no other text ever stands there.
        let place = (text.as_ptr(), text.len());
        if let Some(known) = self.read.borrow().get(&place) {
            return Ok(Rc::clone(known));
        }
        let said: Rc<Json> = Rc::new(serde_json::from_str(text)?);
        self.read.borrow_mut().insert(place, Rc::clone(&said));
        Ok(said)
    }

    /// The containers of a pod that run AgentOS.
    pub fn agents_of(&self, pod: &Pod<'a>) -> impl Iterator<Item = &Agent<'a>> {
        let (owner, template) = (pod.owner, pod.template);
        let first = self.agents.partition_point(|agent| agent.owner < owner);
        let of_owner = self.agents.iter().skip(first).take_while(move |agent| agent.owner == owner);
        // A custom resource may have several pod templates.
        of_owner.filter(move |agent| self.pods.get(agent.pod).is_some_and(|of| std::ptr::eq(of.template, template)))
    }

    /// The service of AgentOS that stands behind a Service, if one does.
    pub fn agent_behind(&self, service: &'a Object) -> Option<ServiceName> {
        let pods: Vec<&Pod<'a>> = self.behind(service).collect();
        let running = pods.iter().flat_map(|pod| self.agents_of(pod)).find_map(|agent| agent.service);
        running.or_else(|| ServiceName::ALL.into_iter().find(|name| name.object_name() == service.name))
    }

    /// Whether AgentOS runs in a namespace for production.
    pub fn is_prod(&self, namespace: &str) -> bool {
        self.prod.contains(namespace)
    }

    /// Whether AgentOS runs in a namespace, and only for development.
    pub fn is_dev(&self, namespace: &str) -> bool {
        self.running.contains(namespace) && !self.beyond_dev.contains(namespace)
    }
}
