//! What a stack expects from outside, as its Namespace says it: from the other manifests
//! a Secret that is made in the cluster can't be told from one that is missing.

use super::External;
use std::collections::{BTreeMap, BTreeSet};

/// The annotation of a Namespace: objects as `KIND/NAME`, those of another namespace as `KIND/NAMESPACE/NAME`, each with
/// `:KEY,KEY` where only some keys are used. Blanks stand between them.
pub(crate) const EXPECTS: &str = "agentos.nexixai.io/expects";

/// The annotation of the Namespace of a stack, where something is expected.
pub(super) fn annotation(namespace: &str, external: &[External]) -> Option<(String, String)> {
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
    (!text.is_empty()).then(|| (EXPECTS.to_owned(), text))
}
