//! Objects that are looked at together, by what they are looked up by: made once.

use super::controllers::is_controllers;
use super::json::at;
use super::pod::{self, Pod};
use super::selector::Selector;
use super::{At, labels, namespace, service};
use crate::objects::object::Object;
use std::collections::HashMap;

/// Objects that are looked at together, and what they are looked up by.
pub(crate) struct Index<'a> {
    /// The objects.
    pub objects: &'a [Object],
    /// Their pod templates.
    pub pods: Vec<Pod<'a>>,
    by_kind: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<(&'a str, &'a str, &'a str), usize>,
    /// Further objects of one name, as an overlay has them that is not rendered.
    again: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Where an object of this kind and name is first, in any namespace.
    anywhere: HashMap<(&'a str, &'a str), usize>,
    /// Services by a label of their own.
    services_by_label: HashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
}

/// How many further objects of one name are looked into: more than an overlay has, and few enough to look into for each
/// reference.
const MOST_OF_ONE_NAME: usize = 16;

/// The kind under which an object is looked up: another group's, such as a Service of Knative or a NetworkPolicy of
/// Calico, is none of Kubernetes' own, whose kind it shares.
fn indexed_kind(object: &Object) -> &str {
    let group = object.group();
    let is_own = match object.kind.as_str() {
        "Service" | "Secret" | "ConfigMap" | "ServiceAccount" | "PersistentVolumeClaim" => group.is_empty(),
        "NetworkPolicy" | "Ingress" => matches!(group, "networking.k8s.io" | "extensions"),
        _ => true,
    };
    if is_own { &object.kind } else { "" }
}

impl<'a> Index<'a> {
    /// Indexes objects, and the pod templates of those at the positions that count.
    pub fn new(objects: &'a [Object], counts: impl Fn(usize) -> bool) -> Index<'a> {
        let mut index = Index {
            objects,
            pods: Vec::new(),
            by_kind: HashMap::new(),
            by_name: HashMap::new(),
            again: HashMap::new(),
            by_label: HashMap::new(),
            by_namespace: HashMap::new(),
            anywhere: HashMap::new(),
            services_by_label: HashMap::new(),
        };
        for (position, object) in objects.iter().enumerate() {
            let kind = indexed_kind(object);
            index.by_kind.entry(kind).or_default().push(position);
            let name = (kind, namespace(object), object.name.as_str());
            if *index.by_name.entry(name).or_insert(position) != position {
                let again = index.again.entry(name).or_default();
                again.extend((again.len() < MOST_OF_ONE_NAME).then_some(position));
            }
            index.anywhere.entry((kind, &object.name)).or_insert(position);
            for (name, value) in labels(&object.body).into_iter().filter(|_| kind == "Service") {
                index.services_by_label.entry((namespace(object), name, value)).or_default().push(position);
            }
            if counts(position) {
                index.pods.extend(pod::all(position, object));
            }
        }
        for (position, pod) in index.pods.iter().enumerate() {
            index.by_namespace.entry(pod.namespace).or_default().push(position);
            for (name, value) in &pod.labels {
                index.by_label.entry((pod.namespace, name, value)).or_default().push(position);
            }
        }
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

    /// The pods of a namespace that are selected.
    pub fn select<'s>(
        &'s self,
        namespace: &str,
        selector: &Selector<'_>,
    ) -> impl Iterator<Item = &'s Pod<'a>> + use<'s, 'a> {
        // The rarest of the labels: that many others have some of them need cost nothing. Those that a controller adds are
        // in no template.
        let own = selector.equal().iter().filter(|(name, _)| !is_controllers(name));
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
        let rarest =
            selector.equal().iter().map(|(name, value)| self.services_by_label.get(&(namespace, *name, *value)));
        let rarest = rarest.min_by_key(|services| services.map_or(0, Vec::len));
        let all = || self.by_kind.get("Service");
        let candidates = rarest.unwrap_or_else(all).map(Vec::as_slice).unwrap_or_default();
        let candidates = candidates.iter().filter_map(|position| Some((*position, self.objects.get(*position)?)));
        candidates
            .filter(|(_, service)| super::namespace(service) == namespace)
            .filter(|(_, service)| selector.selects(&labels(&service.body)))
            .collect()
    }

    /// The pods that a Service selects; none for one without a selector.
    pub fn behind(&self, service: &'a Object) -> impl Iterator<Item = &Pod<'a>> {
        let selector = service::selector(service);
        self.select(namespace(service), &selector).filter(move |_| !selector.is_empty())
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
