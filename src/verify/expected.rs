//! What a stack that the compiler wrote has from outside, as its Namespace says. It is believed only beside the label of the
//! compiler: what the stack expects, of AgentOS and its scrapers; what is provided, of the pods that the compiler made.

use super::{list, namespace, text};
use crate::objects::annotations::{EXPECTS, PROVIDED, TENANT};
use crate::objects::object::Object;
use crate::objects::view::annotation;
use serde_json::Value as Json;

/// An object that is expected.
pub(super) struct Expected<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The keys that are used of it; none where any may be.
    pub keys: Vec<&'a str>,
    /// Whose references it excuses.
    pub believed: Believed,
}

/// Whose references to an object are excused: an annotation excuses no other manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Believed {
    /// Those of AgentOS, of its scrapers and of routes.
    OfAgentos,
    /// Those of all containers of pods that the compiler made: a patch may have added some.
    OfCompiledPods,
}

/// The ConfigMap of peers, which every stack has.
const PEERS: &str = "agentos-peers";

/// The kinds that a stack can expect.
const KINDS: [&str; 5] = ["ConfigMap", "Gateway", "PersistentVolumeClaim", "Secret", "ServiceAccount"];

/// What an object expects, if it speaks for a compiled stack: its Namespace, or its ConfigMap of peers where the platform
/// makes the namespace.
pub(super) fn of(object: &Object) -> Vec<Expected<'_>> {
    let own = match object.kind.as_str() {
        "Namespace" => object.name.as_str(),
        "ConfigMap" if object.name == PEERS => namespace(object),
        _ => return Vec::new(),
    };
    let said = [(EXPECTS, Believed::OfAgentos), (PROVIDED, Believed::OfCompiledPods)];
    let written = said
        .into_iter()
        .filter(|_| is_compiled(&object.body))
        .filter_map(|(name, believed)| Some((annotation(&object.body, name)?, believed)));
    let all = written.flat_map(|(text, believed)| text.split_whitespace().map(move |one| (one, believed)));
    all.filter_map(|(one, believed)| parse(own, one, believed)).collect()
}

/// The tenant that has the stack of an object to itself, as far as the object says it.
pub(super) fn tenant(object: &Object) -> Option<&str> {
    let speaks = matches!(object.kind.as_str(), "Namespace" | "ConfigMap");
    annotation(&object.body, TENANT).filter(|_| speaks)
}

/// Whether the labels of an object or a pod say that the compiler made it.
pub(super) fn is_compiled(body: &Json) -> bool {
    text(body, &["metadata", "labels", "app.kubernetes.io/managed-by"]) == Some("agentos-cfg")
}

/// `KIND/NAME` or `KIND/NAMESPACE/NAME`, with `:KEY,KEY` or without.
fn parse<'a>(own: &'a str, text: &'a str, believed: Believed) -> Option<Expected<'a>> {
    let (called, keys) = text.split_once(':').unwrap_or((text, ""));
    let (kind, name) = called.split_once('/')?;
    let (namespace, name) = name.split_once('/').unwrap_or((own, name));
    let kind = KINDS.into_iter().find(|known| *known == kind)?;
    // What a stack's pods refer to is in their own namespace.
    let is_possible = kind == "Gateway" || namespace == own;
    let keys = keys.split(',').filter(|key| !key.is_empty()).collect();
    is_possible.then_some(Expected { kind, namespace, name, keys, believed })
}

/// The Gateways that the routes of a compiled stack attach to.
pub(super) fn gateways(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    let parents = list(super::at(&object.body, &["spec", "parentRefs"]).filter(|_| object.kind == "HTTPRoute"));
    let is_gateway = |parent: &&Json| text(parent, &["kind"]).is_none_or(|kind| kind == "Gateway");
    parents.filter(is_gateway).filter_map(|parent| {
        Some((text(parent, &["namespace"]).unwrap_or(namespace(object)), text(parent, &["name"])?))
    })
}
