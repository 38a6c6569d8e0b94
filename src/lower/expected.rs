//! What a stack has from outside, as its Namespace says it: from the other manifests a Secret that is made in the cluster
//! can't be told from one that is missing. Where the platform makes the namespace, the ConfigMap of peers says it.

use super::Outside;
use crate::model::{Environment, Texts};
use crate::objects::annotations::{EXPECTS, PROVIDED, TENANT};
use crate::objects::object::External;
use std::collections::{BTreeMap, BTreeSet};

/// The annotations of a stack, as far as there is something to say.
pub(super) fn annotations(environment: &Environment, outside: &Outside) -> Texts {
    let Outside { needed, provided } = outside;
    let said = [
        (TENANT, environment.tenant.clone()),
        (EXPECTS, listed(&environment.namespace, needed)),
        (PROVIDED, listed(&environment.namespace, provided)),
    ];
    said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
}

fn listed(namespace: &str, external: &[External]) -> Option<String> {
    let mut objects: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for External { kind, namespace: of, name, keys } in external {
        let called = if of == namespace { format!("{kind}/{name}") } else { format!("{kind}/{of}/{name}") };
        objects.entry(called).or_default().extend(keys.iter().map(String::as_str));
    }
    let objects = objects.into_iter().map(|(called, keys)| {
        let keys = keys.into_iter().collect::<Vec<_>>().join(",");
        if keys.is_empty() { called } else { format!("{called}:{keys}") }
    });
    let text = objects.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
