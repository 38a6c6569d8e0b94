//! What provides an object that others refer to, beside the objects themselves: controllers, operators, and what is outside.

use super::expected::{self, Believed, Expected};
use super::{namespace, operators, owned, permissions};
use crate::objects::makers::{self, Keys, Made};
use crate::objects::object::{EVERY_NAMESPACE, External, Object};
use crate::objects::view::index::Index;
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;

/// The objects that are checked together, and what they and others provide.
pub(super) struct Providers<'a> {
    index: Index<'a>,
    /// What somebody else provides.
    external: HashMap<(&'a str, &'a str, &'a str), &'a External>,
    made: HashMap<(&'a str, &'a str, &'a str), usize>,
    keys: Vec<Keys<'a>>,
    /// The names of custom resources whose operators make pods, by namespace.
    operated: HashMap<&'a str, BTreeSet<&'a str>>,
    /// What compiled stacks expect from outside, and where its keys are.
    expected: HashMap<(Believed, &'a str, &'a str, &'a str), usize>,
    expected_keys: Vec<Vec<&'a str>>,
    /// Namespaces in which pods may create Secrets.
    secret_makers: BTreeSet<&'a str>,
    /// Namespaces in which pods may create pods.
    pod_makers: BTreeSet<&'a str>,
    owned: BTreeSet<usize>,
}

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

impl<'a> Deref for Providers<'a> {
    type Target = Index<'a>;

    fn deref(&self) -> &Index<'a> {
        &self.index
    }
}

impl<'a> Providers<'a> {
    /// What there is of objects, with what is known to be outside.
    pub fn new(objects: &'a [Object], external: &'a [External]) -> Providers<'a> {
        let owned = owned::by_another(objects);
        let index = Index::new(objects, |position| !owned.contains(&position));
        let mut providers = Providers {
            external: external.iter().rev().map(|one| ((one.kind, &*one.namespace, &*one.name), one)).collect(),
            made: HashMap::new(),
            keys: Vec::new(),
            operated: HashMap::new(),
            expected: HashMap::new(),
            expected_keys: Vec::new(),
            secret_makers: permissions::makers(objects, &index.pods, "secrets"),
            pod_makers: permissions::makers(objects, &index.pods, "pods"),
            index,
            owned,
        };
        for object in objects {
            for Made { kind, namespace, name, keys } in makers::made(object) {
                providers.made.insert((kind, namespace, name), providers.keys.len());
                providers.keys.push(keys);
            }
            for Expected { kind, namespace, name, keys, believed } in expected::of(object) {
                providers.expected.insert((believed, kind, namespace, name), providers.expected_keys.len());
                providers.expected_keys.push(keys);
            }
            if operators::makes_pods(object) {
                // What an installer makes, in any namespace, is not called after it.
                let (scope, name) = match operators::installs_anywhere(object) {
                    true => (EVERY_NAMESPACE, None),
                    false => (namespace(object), Some(object.name.as_str())),
                };
                providers.operated.entry(scope).or_default().extend(name);
            }
        }
        providers
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

    /// Whether a controller keeps the object, and what it made it from is judged instead.
    pub fn is_owned(&self, position: usize) -> bool {
        self.owned.contains(&position)
    }
}
