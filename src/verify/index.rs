//! The index that every check looks things up in, made once: objects by name, pods by label, what provides a Secret.

use super::expected::{self, Believed, Expected};
use super::fault::At;
use super::makers::{self, Keys, Made};
use super::pod::{self, Pod};
use super::{at, list, operators, owned, permissions, text, texts};
use crate::objects::object::{EVERY_NAMESPACE, External, Object};
use crate::verify::namespace;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};

/// The objects that are checked together, and what they are looked up by.
pub(super) struct Index<'a> {
    /// The objects.
    pub objects: &'a [Object],
    /// What somebody else provides.
    external: HashMap<(&'a str, &'a str, &'a str), &'a External>,
    /// Every pod template.
    pub pods: Vec<Pod<'a>>,
    by_kind: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<(&'a str, &'a str, &'a str), usize>,
    /// Further objects of one name, as an overlay has them that is not rendered.
    again: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    made: HashMap<(&'a str, &'a str, &'a str), usize>,
    /// The names of custom resources whose operators make pods, by namespace.
    operated: HashMap<&'a str, BTreeSet<&'a str>>,
    keys: Vec<Keys<'a>>,
    /// What compiled stacks expect from outside, and where its keys are.
    expected: HashMap<(Believed, &'a str, &'a str, &'a str), usize>,
    expected_keys: Vec<Vec<&'a str>>,
    /// Namespaces in which pods may create Secrets.
    secret_makers: BTreeSet<&'a str>,
    /// Namespaces in which pods may create pods.
    pod_makers: BTreeSet<&'a str>,
    owned: BTreeSet<usize>,
    /// Where an object of this kind and name is first, in any namespace.
    anywhere: HashMap<(&'a str, &'a str), usize>,
    /// Services by a label of their own.
    services_by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
}

/// How many further objects of one name are looked into: more than an overlay has, and few enough to look into for each
/// reference.
const MOST_OF_ONE_NAME: usize = 16;

/// What a reference leads to.
pub(super) enum Target<'a> {
    /// Nothing provides it.
    Nothing,
    /// It is among the objects.
    Object,
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

    /// The value that a label has to have.
    pub fn value(&self, label: &str) -> Option<&'a str> {
        self.equal.iter().find(|(name, _)| *name == label).map(|(_, value)| *value)
    }

    /// Whether pods of a template are selected, by its labels and those that its controller adds.
    pub fn selects_pod(&self, pod: &Pod<'_>) -> bool {
        let has = |name: &str, value: &str| match pod.labels.get(name) {
            Some(own) => *own == value,
            None => pod.is_given(name, Some(value)),
        };
        self.equal.iter().all(|(name, value)| has(name, value))
            && self.expressions.iter().all(|expression| holds(expression, &pod.labels) || is_given(expression, pod))
    }

    /// Whether something with these labels is selected.
    pub fn selects(&self, labels: &HashMap<&str, &str>) -> bool {
        self.equal.iter().all(|(name, value)| labels.get(name) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, labels))
    }
}

/// Whether a label that a controller adds to pods of this template can meet a condition.
fn is_given(expression: &Json, pod: &Pod<'_>) -> bool {
    let Some(key) = text(expression, &["key"]) else { return false };
    let values = || list(expression.get("values")).filter_map(Json::as_str);
    match text(expression, &["operator"]) {
        Some("In") => values().any(|value| pod.is_given(key, Some(value))),
        Some("Exists") => pod.is_given(key, None),
        _ => false,
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

/// The kind under which an object is looked up: another group's, such as a Service of Knative or a NetworkPolicy of
/// Calico, is none of Kubernetes' own, whose kind it shares.
fn indexed_kind(object: &Object) -> &str {
    let group = object.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let is_own = match object.kind.as_str() {
        "Service" | "Secret" | "ConfigMap" | "ServiceAccount" | "PersistentVolumeClaim" => group.is_empty(),
        "NetworkPolicy" | "Ingress" => matches!(group, "networking.k8s.io" | "extensions"),
        _ => true,
    };
    if is_own { &object.kind } else { "" }
}

impl<'a> Index<'a> {
    /// Indexes objects.
    pub fn of(objects: &'a [Object], external: &'a [External]) -> Index<'a> {
        let mut index = Index {
            objects,
            external: external.iter().rev().map(|one| ((one.kind, &*one.namespace, &*one.name), one)).collect(),
            pods: Vec::new(),
            by_kind: HashMap::new(),
            by_name: HashMap::new(),
            again: HashMap::new(),
            by_label: HashMap::new(),
            by_namespace: HashMap::new(),
            anywhere: HashMap::new(),
            services_by_label: HashMap::new(),
            made: HashMap::new(),
            operated: HashMap::new(),
            keys: Vec::new(),
            expected: HashMap::new(),
            expected_keys: Vec::new(),
            secret_makers: BTreeSet::new(),
            pod_makers: BTreeSet::new(),
            owned: BTreeSet::new(),
        };
        let owned = owned::by_another(objects);
        for (position, object) in objects.iter().enumerate() {
            let kind = indexed_kind(object);
            index.by_kind.entry(kind).or_default().push(position);
            let name = (kind, namespace(object), object.name.as_str());
            if *index.by_name.entry(name).or_insert(position) != position {
                let again = index.again.entry(name).or_default();
                again.extend((again.len() < MOST_OF_ONE_NAME).then_some(position));
            }
            index.anywhere.entry((kind, &object.name)).or_insert(position);
            for (name, value) in super::labels(&object.body).into_iter().filter(|_| kind == "Service") {
                index.services_by_label.entry((namespace(object), name, value)).or_default().push(position);
            }
            for Made { kind, namespace, name, keys } in makers::made(object) {
                index.made.insert((kind, namespace, name), index.keys.len());
                index.keys.push(keys);
            }
            for Expected { kind, namespace, name, keys, believed } in expected::of(object) {
                index.expected.insert((believed, kind, namespace, name), index.expected_keys.len());
                index.expected_keys.push(keys);
            }
            if operators::makes_pods(object) {
                // What an installer makes, in any namespace, is not called after it.
                let (scope, name) = match operators::installs_anywhere(object) {
                    true => (EVERY_NAMESPACE, None),
                    false => (namespace(object), Some(object.name.as_str())),
                };
                index.operated.entry(scope).or_default().extend(name);
            }
            if !owned.contains(&position) {
                index.pods.extend(pod::of(position, object));
            }
        }
        for (position, pod) in index.pods.iter().enumerate() {
            index.by_namespace.entry(pod.namespace).or_default().push(position);
            for (name, value) in &pod.labels {
                index.by_label.entry((pod.namespace, name, value)).or_default().push(position);
            }
        }
        index.owned = owned;
        index.secret_makers = permissions::makers(objects, &index.pods, "secrets");
        index.pod_makers = permissions::makers(objects, &index.pods, "pods");
        index
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

    /// All objects of this kind and name.
    pub fn find_all(&self, kind: &str, namespace: &str, name: &str) -> Vec<&'a Object> {
        let name = (kind, namespace, name);
        let again = self.again.get(&name).map(Vec::as_slice).unwrap_or_default();
        let objects = self.objects;
        self.by_name.get(&name).into_iter().chain(again).filter_map(|position| objects.get(*position)).collect()
    }

    /// What a reference to an object of this kind and name leads to.
    pub fn target<'s>(&'s self, kind: &str, namespace: &str, name: &str) -> Target<'s> {
        if self.find(kind, namespace, name).is_some() {
            return Target::Object;
        }
        if let Some(keys) = self.made(kind, namespace, name) {
            return Target::Made(keys);
        }
        if kind == "PersistentVolumeClaim" && self.is_claimed(namespace, name) || self.is_operated(namespace, name) {
            return Target::Made(&Keys::Any);
        }
        let external = [namespace, EVERY_NAMESPACE].iter().find_map(|within| self.external.get(&(kind, *within, name)));
        external.map_or(Target::Nothing, |external| Target::External(external))
    }

    /// The keys that a compiled stack expects of an object from outside; none of an object that it does not expect.
    pub fn expected(&self, believed: Believed, kind: &str, namespace: &str, name: &str) -> Option<&[&'a str]> {
        let position = *self.expected.get(&(believed, kind, namespace, name))?;
        self.expected_keys.get(position).map(Vec::as_slice)
    }

    /// What a controller makes of another object under this name, by its keys.
    fn made(&self, kind: &str, namespace: &str, name: &str) -> Option<&Keys<'a>> {
        let made = self.made.get(&(kind, namespace, name)).or(self.made.get(&(kind, EVERY_NAMESPACE, name)));
        self.keys.get(*made?)
    }

    /// Whether a controller makes this object of another.
    pub fn is_made(&self, kind: &str, namespace: &str, name: &str) -> bool {
        self.made(kind, namespace, name).is_some()
    }

    /// Whether a controller adds a key to this object.
    pub fn makes_key(&self, kind: &str, namespace: &str, name: &str, key: &str) -> bool {
        match self.made(kind, namespace, name) {
            None => false,
            Some(Keys::Any) => true,
            Some(Keys::These(keys)) => keys.contains(key),
        }
    }

    /// Whether a StatefulSet makes a claim of this name, for one of its pods.
    fn is_claimed(&self, namespace: &str, name: &str) -> bool {
        let numbered = name.rsplit_once('-').filter(|(_, number)| number.parse::<u32>().is_ok());
        let Some((name, _)) = numbered else { return false };
        name.match_indices('-').any(|(dash, _)| {
            let (claim, set) = (name.get(..dash), name.get(dash + 1..).unwrap_or(""));
            let set = self.find("StatefulSet", namespace, set).and_then(|(position, _)| self.pod_of(position));
            set.zip(claim).is_some_and(|(pod, claim)| pod.claims(claim))
        })
    }

    /// Whether the operator of a custom resource may make an object of this name: it is called after the resource.
    fn is_operated(&self, namespace: &str, name: &str) -> bool {
        let scopes = [namespace, EVERY_NAMESPACE].into_iter().filter_map(|scope| self.operated.get(scope));
        let ends = || name.match_indices(['-', '.']).map(|(end, _)| end).chain([name.len()]);
        let starts = || [0].into_iter().chain(name.match_indices('.').map(|(dot, _)| dot + 1));
        let parts = |names: &BTreeSet<&str>| {
            starts().any(|start| ends().filter_map(|end| name.get(start..end)).any(|part| names.contains(part)))
        };
        scopes.into_iter().any(parts)
    }

    /// Whether some pod may create pods in a namespace.
    pub fn has_pod_maker(&self, namespace: &str) -> bool {
        self.pod_makers.contains(namespace)
    }

    /// Whether some pod may create Secrets in a namespace.
    pub fn has_secret_maker(&self, namespace: &str) -> bool {
        self.secret_makers.contains(namespace)
    }

    /// Whether an operator makes pods and Services in a namespace, with labels that only it knows.
    pub fn has_operator(&self, namespace: &str) -> bool {
        // A custom resource without a namespace may belong to the cluster.
        [namespace, "", EVERY_NAMESPACE].iter().any(|scope| self.operated.contains_key(scope))
    }

    /// The pods of a namespace that are selected.
    pub fn select<'s>(
        &'s self,
        namespace: &str,
        selector: &Selector<'_>,
    ) -> impl Iterator<Item = &'s Pod<'a>> + use<'s, 'a> {
        // The rarest of the labels: that many others have some of them need cost nothing. Those that a controller adds are
        // in no template.
        let own = selector.equal.iter().filter(|(name, _)| !pod::is_controllers(name));
        let rarest = own.map(|(name, value)| self.by_label.get(&(namespace, *name, *value)));
        let rarest = rarest.min_by_key(|pods| pods.map_or(0, Vec::len));
        let candidates = rarest.unwrap_or_else(|| self.by_namespace.get(namespace));
        let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
        let candidates = candidates.iter().filter_map(|pod| self.pods.get(*pod));
        candidates.filter(|pod| selector.selects_pod(pod)).collect::<Vec<_>>().into_iter()
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
            .filter(|(_, service)| super::namespace(service) == namespace)
            .filter(|(_, service)| selector.selects(&super::labels(&service.body)))
            .collect()
    }

    /// The pods that a Service selects; none for one without a selector.
    pub fn behind(&self, service: &'a Object) -> impl Iterator<Item = &Pod<'a>> {
        let selector = Selector::of_labels(at(&service.body, &["spec", "selector"]));
        self.select(namespace(service), &selector).filter(move |_| !selector.is_empty())
    }

    /// Whether a controller keeps the object, and what it made it from is judged instead.
    pub fn is_owned(&self, position: usize) -> bool {
        self.owned.contains(&position)
    }

    /// The pod template of the object at a position, the first where there are several.
    pub fn pod_of(&self, owner: usize) -> Option<&Pod<'a>> {
        let position = self.pods.partition_point(|pod| pod.owner < owner);
        self.pods.get(position).filter(|pod| pod.owner == owner)
    }

    /// The value of a key of a ConfigMap, with its place.
    pub fn configured(&self, namespace: &str, name: &str, key: &str) -> Option<At<'a>> {
        let (object, map) = self.find("ConfigMap", namespace, name)?;
        Some(At { object, value: at(&map.body, &["data", key])? })
    }
}
