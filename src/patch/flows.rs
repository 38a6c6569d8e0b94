//! What passes the pods is held against what the fields say: after a patch the policies let in and out exactly what they
//! let in and out before.

use crate::finding::Finding;
use crate::objects::object::Object;
use crate::objects::reach::{Direction, Policies, Reach, gained};
use crate::objects::view::pod::template_labels;
use crate::objects::view::{Labels, namespace};
use crate::path::Path;

/// What a patch changes of who may call the pods of any object, and of what they may call. `before` and `after` are all
/// objects.
pub(super) fn changed(before: &[&Object], after: &[&Object], path: &Path) -> Option<Finding> {
    let (old, new) = (Policies::new(before.iter().copied()), Policies::new(after.iter().copied()));
    before.iter().zip(after).find_map(|(was, is)| {
        let (home, labels) = pod(was)?;
        let (_, patched) = pod(is)?;
        let what = Direction::ALL.into_iter().find_map(|direction| {
            let reach_before = old.reach(home, &labels, direction);
            let what = difference(&reach_before, &new.reach(home, &patched, direction))?;
            Some((direction, what))
        });
        let at =
            if labels == patched { path.clone() } else { path.fields(&["spec", "template", "metadata", "labels"]) };
        what.map(|(direction, what)| explain(at, direction, words(direction, what), was))
    })
}

fn explain(at: Path, direction: Direction, what: &str, pods: &Object) -> Finding {
    let finding = Finding::value(at, format!("a patch {what} the pods of {} `{}`", pods.kind, pods.name))
        .label("no field says this");
    match direction {
        Direction::Ingress => finding
            .note("policies select pods by their labels, and whoever is let in is believed, whatever tenant it names (fact 5)")
            .help("name callers with `network.callers`, which is checked, and leave the labels that policies select by"),
        Direction::Egress => finding
            .note(
                "policies select pods by their labels: without a way to DNS and to peers forwards fail, and a wider one takes a \
                 caller's token to any host that a peer names (fact 18a)",
            )
            .help(
                "name what is called with `network.peers` or `network.resolvers`, which are checked, and leave the labels \
                 that policies select by",
            ),
    }
}

/// What became of a direction.
#[derive(Clone, Copy)]
enum Change {
    Closed,
    Opened,
    Wider,
    Narrower,
}

fn words(direction: Direction, change: Change) -> &'static str {
    match (direction, change) {
        (Direction::Ingress, Change::Closed) => "closes the way to",
        (Direction::Ingress, Change::Opened) => "opens to all callers",
        (Direction::Ingress, Change::Wider) => "lets others in to",
        (Direction::Ingress, Change::Narrower) => "keeps callers from",
        (Direction::Egress, Change::Closed) => "closes the way out of",
        (Direction::Egress, Change::Opened) => "opens every way out of",
        (Direction::Egress, Change::Wider) => "opens another way out of",
        (Direction::Egress, Change::Narrower) => "closes a way out of",
    }
}

fn difference(before: &Reach<'_>, after: &Reach<'_>) -> Option<Change> {
    match (before, after) {
        (Reach::Open, Reach::Open) => None,
        (Reach::Open, Reach::Rules(_)) => Some(Change::Closed),
        (Reach::Rules(_), Reach::Open) => Some(Change::Opened),
        (Reach::Rules(old), Reach::Rules(new)) => {
            if !gained(new, before).is_empty() {
                Some(Change::Wider)
            } else if !gained(old, after).is_empty() {
                Some(Change::Narrower)
            } else {
                None
            }
        }
    }
}

/// The namespace and labels of the pods that an object makes.
fn pod(object: &Object) -> Option<(&str, Labels<'_>)> {
    Some((namespace(object), template_labels(object)?))
}
