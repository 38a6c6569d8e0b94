//! What a stack that the compiler wrote expects from outside, as its Namespace says. It is believed of AgentOS and its
//! scrapers alone, and beside the label of the compiler: an annotation excuses no other manifest.

use super::index::namespace;
use super::{list, text};
use crate::lower::Object;
use crate::lower::expected::EXPECTS;

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
}

/// The kinds that a stack can expect.
const KINDS: [&str; 2] = ["Secret", "Gateway"];

/// What an object expects, if it is the Namespace of a compiled stack.
pub(super) fn of(object: &Object) -> Vec<Expected<'_>> {
    let managed = text(&object.body, &["metadata", "labels", "app.kubernetes.io/managed-by"]);
    let is_compiled = object.kind == "Namespace" && managed == Some("agentos-cfg");
    let written = text(&object.body, &["metadata", "annotations", EXPECTS]).filter(|_| is_compiled);
    written.into_iter().flat_map(str::split_whitespace).filter_map(|one| parse(&object.name, one)).collect()
}

/// `KIND/NAME` or `KIND/NAMESPACE/NAME`, with `:KEY,KEY` or without.
fn parse<'a>(own: &'a str, text: &'a str) -> Option<Expected<'a>> {
    let (called, keys) = text.split_once(':').unwrap_or((text, ""));
    let (kind, name) = called.split_once('/')?;
    let (namespace, name) = name.split_once('/').unwrap_or((own, name));
    let kind = KINDS.into_iter().find(|known| *known == kind)?;
    // A stack's Secrets are in its own namespace.
    let is_possible = kind == "Gateway" || namespace == own;
    let keys = keys.split(',').filter(|key| !key.is_empty()).collect();
    is_possible.then_some(Expected { kind, namespace, name, keys })
}

/// The Gateways that the routes of a compiled stack attach to.
pub(super) fn gateways(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    let parents = list(super::at(&object.body, &["spec", "parentRefs"]).filter(|_| object.kind == "HTTPRoute"));
    let is_gateway = |parent: &&serde_json::Value| text(parent, &["kind"]).is_none_or(|kind| kind == "Gateway");
    parents.filter(is_gateway).filter_map(|parent| {
        Some((text(parent, &["namespace"]).unwrap_or(namespace(object)), text(parent, &["name"])?))
    })
}
