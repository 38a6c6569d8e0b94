//! Who gets in is held against what the fields say: after a patch the policies let in exactly what they let in before.

use crate::evaluate::tree::Path;
use crate::lower::Object;
use crate::reach::{Direction, Labels, Policies, Reach, gained};
use crate::rules::Finding;
use serde_json::Value as Json;

/// What a patch changes of who may call the pods of any object. `before` and `after` are all objects.
pub(super) fn changed(before: &[&Object], after: &[&Object], path: &Path) -> Option<Finding> {
    let (old, new) = (Policies::new(before.iter().copied()), Policies::new(after.iter().copied()));
    before.iter().zip(after).find_map(|(was, is)| {
        let (home, labels) = pod(was)?;
        let (_, patched) = pod(is)?;
        let reach_before = old.reach(home, &labels, Direction::Ingress);
        let what = difference(&reach_before, &new.reach(home, &patched, Direction::Ingress))?;
        let at = if labels == patched { path.clone() } else { labels_of(path) };
        Some(
            Finding::value(at, format!("a patch {what} the pods of {} `{}`", was.kind, was.name))
                .label("no field says this")
                .note("policies select pods by their labels, and whoever is let in is believed, whatever tenant it names (fact 5)")
                .help("name callers with `network.callers`, which is checked, and leave the labels that policies select by"),
        )
    })
}

fn labels_of(path: &Path) -> Path {
    ["spec", "template", "metadata", "labels"].iter().fold(path.clone(), |path, name| path.field(name))
}

fn difference(before: &Reach<'_>, after: &Reach<'_>) -> Option<&'static str> {
    match (before, after) {
        (Reach::Open, Reach::Open) => None,
        (Reach::Open, Reach::Rules(_)) => Some("closes the way to"),
        (Reach::Rules(_), Reach::Open) => Some("opens to all callers"),
        (Reach::Rules(old), Reach::Rules(new)) => {
            if !gained(new, before).is_empty() {
                Some("lets others in to")
            } else if !gained(old, after).is_empty() {
                Some("keeps callers from")
            } else {
                None
            }
        }
    }
}

/// The namespace and labels of the pods that an object makes.
fn pod(object: &Object) -> Option<(&str, Labels<'_>)> {
    let labels = object.body.pointer("/spec/template/metadata/labels").and_then(Json::as_object)?;
    let labels = labels.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    Some((object.namespace.as_deref().unwrap_or(""), labels))
}
