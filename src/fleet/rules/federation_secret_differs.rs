//! S009: the two ends of a peering have different shared secrets. What is compared is never shown.

use super::{Finding, Fleet, Rule, Said, View};
use crate::agentos::settings::{self, Key};
use crate::catalogue::FEDERATION_SECRET_DIFFERS;
use crate::path::Path;
use crate::tree::{Node, Value};
use serde_json::Value as Json;

pub(super) const RULE: Rule = Rule { code: FEDERATION_SECRET_DIFFERS, check };

/// Where an environment says that the secret comes from.
#[derive(PartialEq)]
enum Origin {
    Placeholder(String),
    /// The place in a store: its key, property and version.
    Remote(Json),
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let pairs = fleet.pairs().into_iter();
    pairs
        .filter_map(|(one, other)| {
            let (own, theirs) = (origin(one)?, origin(other)?);
            (own.0 != theirs.0).then(|| finding((one, own), (other, theirs)))
        })
        .collect()
}

/// Where the secret comes from, with the path of what says so. Nobody can tell of two encrypted values whether they are
/// of one secret, nor what is in a Secret that somebody else makes.
fn origin(view: &View<'_>) -> Option<(Origin, Path)> {
    let shared = settings::name(view.environment.runtime, Key::FederationSharedSecret)?;
    let path = Path::of(["secrets", "keys", shared]);
    let tree = view.tree.tree()?;
    let field = |name: &str| {
        let path = path.field(name);
        let (node, reached) = tree.nearest(&path);
        reached.then_some((node, path))
    };
    let placeholder = |(node, path): (&Node, Path)| {
        let text = node.value.as_text()?.to_owned();
        Some((Origin::Placeholder(text), path))
    };
    let remote = |(node, path): (&Node, Path)| {
        let is_sound = node.value != Value::Broken;
        is_sound.then(|| (Origin::Remote(node.to_json()), path))
    };
    field("remote").and_then(remote).or_else(|| field("placeholder").and_then(placeholder))
}

fn finding((one, own): (&View<'_>, (Origin, Path)), (other, theirs): (&View<'_>, (Origin, Path))) -> Finding {
    let stacks = (&one.environment.federation.stack, &other.environment.federation.stack);
    let message = format!("`{}` and its peer `{}` have different shared secrets", stacks.0, stacks.1);
    let what = Said::value(own.1, message)
        .label("this one's")
        .note("each end proves itself to the other by this secret: neither believes the other")
        .help("take it from one place: a file that both import, or one entry of the secret store");
    let what = match own.0 {
        Origin::Placeholder(text) => what.sensitive(text),
        Origin::Remote(_) => what,
    };
    let found = Finding::new(FEDERATION_SECRET_DIFFERS, one.member, what);
    let secret = match theirs.0 {
        Origin::Placeholder(text) => Some(text),
        Origin::Remote(_) => None,
    };
    found.and_value(other.member, theirs.1, "its peer's").hiding(secret)
}
