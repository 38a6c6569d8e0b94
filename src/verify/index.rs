//! The index that every check looks things up in, made once: objects by name, pods by label, what provides a Secret.

use super::agent::{self, Agent};
use super::expansion::Expansions;
use super::fault::At;
use super::pod::{self, Pod};
use super::{at, entries, list, text, texts};
use crate::lower::{External, Object};
use crate::model::{Profile, ServiceName};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};

/// All that is checked together.
pub(super) struct Stack<'a> {
    /// The objects.
    pub objects: &'a [Object],
    /// The texts that processes see otherwise than they are written.
    pub expansions: &'a Expansions,
    /// Every pod template.
    pub pods: Vec<Pod<'a>>,
    /// Every container that runs AgentOS.
    pub agents: Vec<Agent<'a>>,
    by_kind: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<(&'a str, &'a str, &'a str), usize>,
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Where an object of this kind and name is first, in whichever namespace.
    anywhere: HashMap<(&'a str, &'a str), usize>,
    /// Services by a label of their own.
    services_by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_external: HashMap<(&'a str, &'a str, &'a str), &'a External>,
    made: HashMap<(&'a str, &'a str), usize>,
    keys: Vec<Keys<'a>>,
    prod: BTreeSet<&'a str>,
    /// The namespaces in which AgentOS runs not only for development.
    beyond_dev: BTreeSet<&'a str>,
    /// The namespaces in which AgentOS runs.
    running: BTreeSet<&'a str>,
}

/// The keys of a Secret that something makes when it runs.
pub(super) enum Keys<'a> {
    /// Only the cluster knows them.
    Any,
    /// These.
    These(BTreeSet<&'a str>),
}

/// What a reference leads to.
pub(super) enum Target<'a> {
    /// Nothing provides it.
    Nothing,
    /// It is among the objects.
    Object(usize),
    /// Something among the objects makes it.
    Made(&'a Keys<'a>),
    /// Somebody else provides it.
    External(&'a External),
}

/// What selects pods.
pub(super) struct Selector<'a> {
    equal: Vec<(&'a str, &'a str)>,
    expressions: Vec<&'a Json>,
}

impl<'a> Selector<'a> {
    /// A Service's: labels and their values.
    pub fn of_labels(labels: Option<&'a Json>) -> Selector<'a> {
        Selector { equal: texts(labels).collect(), expressions: Vec::new() }
    }

    /// One with `matchLabels` and `matchExpressions`.
    pub fn of(selector: &'a Json) -> Selector<'a> {
        Selector {
            equal: texts(selector.get("matchLabels")).collect(),
            expressions: list(selector.get("matchExpressions")).collect(),
        }
    }

    /// Whether it has no condition.
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.expressions.is_empty()
    }

    /// Whether something with these labels is selected.
    pub fn selects(&self, labels: &HashMap<&str, &str>) -> bool {
        self.equal.iter().all(|(name, value)| labels.get(name) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, labels))
    }
}

fn holds(expression: &Json, labels: &HashMap<&str, &str>) -> bool {
    let value = text(expression, &["key"]).and_then(|key| labels.get(key));
    let listed = || value.is_some_and(|value| list(expression.get("values")).any(|one| one.as_str() == Some(value)));
    match text(expression, &["operator"]) {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        // The API server rejects any other; nobody can tell what it was meant to select.
        _ => true,
    }
}

/// The namespace of an object, empty where it does not say.
pub(super) fn namespace(object: &Object) -> &str {
    object.namespace.as_deref().unwrap_or("")
}

impl<'a> Stack<'a> {
    /// Indexes objects.
    pub fn of(objects: &'a [Object], external: &'a [External], expansions: &'a Expansions) -> Stack<'a> {
        let mut stack = Stack {
            objects,
            expansions,
            pods: Vec::new(),
            agents: Vec::new(),
            by_kind: HashMap::new(),
            by_name: HashMap::new(),
            by_label: HashMap::new(),
            by_namespace: HashMap::new(),
            anywhere: HashMap::new(),
            services_by_label: HashMap::new(),
            by_external: HashMap::new(),
            made: HashMap::new(),
            keys: Vec::new(),
            prod: BTreeSet::new(),
            beyond_dev: BTreeSet::new(),
            running: BTreeSet::new(),
        };
        for one in external {
            stack.by_external.entry((one.kind, &one.namespace, &one.name)).or_insert(one);
        }
        for (position, object) in objects.iter().enumerate() {
            stack.by_kind.entry(&object.kind).or_default().push(position);
            stack.by_name.entry((&object.kind, namespace(object), &object.name)).or_insert(position);
            stack.anywhere.entry((&object.kind, &object.name)).or_insert(position);
            for (name, value) in agent::labels(&object.body).into_iter().filter(|_| object.kind == "Service") {
                stack.services_by_label.entry((namespace(object), name, value)).or_default().push(position);
            }
            let synchronised = synchronised(object).map(|(name, keys)| (name, Keys::These(keys)));
            for (name, keys) in makes_secret(object).into_iter().chain(synchronised) {
                stack.made.insert((namespace(object), name), stack.keys.len());
                stack.keys.push(keys);
            }
            stack.pods.extend(pod::of(position, object));
        }
        for (position, pod) in stack.pods.iter().enumerate() {
            stack.by_namespace.entry(pod.namespace).or_default().push(position);
            for (name, value) in &pod.labels {
                stack.by_label.entry((pod.namespace, name, value)).or_default().push(position);
            }
        }
        stack.agents = agent::all(&stack);
        let beyond_dev = stack.agents.iter().filter(|agent| agent.profile() != Profile::Dev);
        stack.beyond_dev = beyond_dev.map(|agent| agent.namespace).collect();
        stack.running = stack.agents.iter().map(|agent| agent.namespace).collect();
        stack.prod = stack.agents.iter().filter(|agent| agent.is_prod()).map(|agent| agent.namespace).collect();
        stack
    }

    /// The objects of a kind, with their positions.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (usize, &'a Object)> {
        let objects = self.objects;
        let positions = self.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(move |position| Some((*position, objects.get(*position)?)))
    }

    /// The object of this kind and name.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<(usize, &'a Object)> {
        let position = *self.by_name.get(&(kind, namespace, name))?;
        Some((position, self.objects.get(position)?))
    }

    /// What a reference to an object of this kind and name leads to.
    pub fn target<'s>(&'s self, kind: &str, namespace: &str, name: &str) -> Target<'s> {
        if let Some((position, _)) = self.find(kind, namespace, name) {
            return Target::Object(position);
        }
        let made = self.made.get(&(namespace, name)).filter(|_| kind == "Secret");
        if let Some(keys) = made.and_then(|position| self.keys.get(*position)) {
            return Target::Made(keys);
        }
        self.by_external.get(&(kind, namespace, name)).map_or(Target::Nothing, |external| Target::External(external))
    }

    /// The pods of a namespace that are selected.
    pub fn select<'s>(
        &'s self,
        namespace: &str,
        selector: &Selector<'_>,
    ) -> impl Iterator<Item = &'s Pod<'a>> + use<'s, 'a> {
        // The rarest of the labels: that many others have some of them need cost nothing.
        let rarest = selector.equal.iter().map(|(name, value)| self.by_label.get(&(namespace, *name, *value)));
        let rarest = rarest.min_by_key(|pods| pods.map_or(0, Vec::len));
        let candidates = rarest.unwrap_or_else(|| self.by_namespace.get(namespace));
        let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
        let candidates = candidates.iter().filter_map(|pod| self.pods.get(*pod));
        candidates.filter(|pod| selector.selects(&pod.labels)).collect::<Vec<_>>().into_iter()
    }

    /// Whether any pod of a namespace has this label.
    pub fn has_label(&self, namespace: &str, name: &str, value: &str) -> bool {
        self.by_label.contains_key(&(namespace, name, value))
    }

    /// The first object of this kind and name in any namespace.
    pub fn find_anywhere(&self, kind: &str, name: &str) -> Option<&'a Object> {
        self.objects.get(*self.anywhere.get(&(kind, name))?)
    }

    /// The Services of a namespace that are selected by their own labels.
    pub fn select_services<'s>(&'s self, namespace: &str, selector: &Selector<'_>) -> Vec<(usize, &'a Object)> {
        let rarest = selector.equal.iter().map(|(name, value)| self.services_by_label.get(&(namespace, *name, *value)));
        let rarest = rarest.min_by_key(|services| services.map_or(0, Vec::len));
        let all = || self.by_kind.get("Service");
        let candidates = rarest.unwrap_or_else(all).map(Vec::as_slice).unwrap_or_default();
        let candidates = candidates.iter().filter_map(|position| Some((*position, self.objects.get(*position)?)));
        candidates
            .filter(|(_, service)| self::namespace(service) == namespace)
            .filter(|(_, service)| selector.selects(&agent::labels(&service.body)))
            .collect()
    }

    /// The pods that a Service selects; none for one without a selector.
    pub fn behind(&self, service: &'a Object) -> impl Iterator<Item = &Pod<'a>> {
        let selector = Selector::of_labels(at(&service.body, &["spec", "selector"]));
        self.select(namespace(service), &selector).filter(move |_| !selector.is_empty())
    }

    /// The pod template of the object at a position.
    pub fn pod_of(&self, owner: usize) -> Option<&Pod<'a>> {
        let position = self.pods.binary_search_by_key(&owner, |pod| pod.owner).ok()?;
        self.pods.get(position)
    }

    /// The containers of a pod that run AgentOS.
    pub fn agents_of(&self, pod: &Pod<'a>) -> impl Iterator<Item = &Agent<'a>> {
        let owner = pod.owner;
        let first = self.agents.partition_point(|agent| agent.owner < owner);
        self.agents.iter().skip(first).take_while(move |agent| agent.owner == owner)
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

    /// The value of a key of a ConfigMap, with its place.
    pub fn configured(&self, namespace: &str, name: &str, key: &str) -> Option<At<'a>> {
        let (object, map) = self.find("ConfigMap", namespace, name)?;
        Some(At { object, value: at(&map.body, &["data", key])? })
    }
}

/// The Secret that an object of an operator makes, with its keys.
fn makes_secret(object: &Object) -> Option<(&str, Keys<'_>)> {
    let spec = object.body.get("spec")?;
    match object.kind.as_str() {
        "ExternalSecret" => Some((text(spec, &["target", "name"]).unwrap_or(&object.name), of_external_secret(spec))),
        "SealedSecret" => {
            let name = text(spec, &["template", "metadata", "name"]).unwrap_or(&object.name);
            let templated = entries(at(spec, &["template", "data"]));
            let keys = entries(spec.get("encryptedData")).chain(templated).map(|(key, _)| key);
            Some((name, Keys::These(keys.collect())))
        }
        "Certificate" => {
            Some((text(spec, &["secretName"])?, Keys::These(["tls.crt", "tls.key", "ca.crt"].into_iter().collect())))
        }
        _ => None,
    }
}

fn of_external_secret(spec: &Json) -> Keys<'_> {
    let templated: BTreeSet<&str> = entries(at(spec, &["target", "template", "data"])).map(|(key, _)| key).collect();
    let is_open =
        list(spec.get("dataFrom")).next().is_some() || at(spec, &["target", "template", "templateFrom"]).is_some();
    let fetched = list(spec.get("data")).filter_map(|data| text(data, &["secretKey"]));
    // A template replaces what was fetched, unless it is to be merged with it.
    match (templated.is_empty(), text(spec, &["target", "template", "mergePolicy"])) {
        (false, None | Some("Replace")) => Keys::These(templated),
        _ if is_open => Keys::Any,
        _ => Keys::These(templated.into_iter().chain(fetched).collect()),
    }
}

/// The Secrets that the driver for mounted secrets keeps in step with what it mounts.
fn synchronised(object: &Object) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
    let is_class = object.kind == "SecretProviderClass";
    let secrets = list(at(&object.body, &["spec", "secretObjects"]).filter(|_| is_class));
    secrets.filter_map(|secret| {
        let keys = list(secret.get("data")).filter_map(|data| text(data, &["key"]));
        Some((text(secret, &["secretName"])?, keys.collect()))
    })
}
