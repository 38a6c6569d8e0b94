//! Names that are known for records that take any: of peers, of tenants, of objects.

use super::View;
use super::manifest::unpatched;
use super::spot::Home;
use crate::lower::needed;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::patch;
use crate::path::{Path, Segment};
use std::collections::BTreeSet;

/// The names that are known for the record at a path, each with where it comes from. `peers` are those of the text.
pub(super) fn keys(
    view: &View<'_>,
    home: Option<&Home<'_>>,
    path: &Path,
    peers: impl Fn() -> BTreeSet<String>,
) -> Vec<(String, String)> {
    let objects = || match (view.known, home) {
        (Some(known), Some(home)) => unpatched(known, &home.member.entry.path),
        _ => Vec::new(),
    };
    let own = || home.and_then(|home| home.member.environment.as_deref());
    match names(path).as_slice() {
        ["network", "peers"] => peers().into_iter().map(|name| (name, "a peer".to_owned())).collect(),
        ["federation", "peers"] => {
            let others = others(view).filter(|other| !other.federation.stack.is_empty());
            others.map(|other| (other.federation.stack.clone(), format!("the stack of `{}`", other.name))).collect()
        }
        ["tenancy", "tenants"] => others(view)
            .flat_map(|other| {
                let tenants = other.tenancy.tenants.keys();
                tenants.map(|tenant| (tenant.clone(), format!("a tenant of `{}`", other.name)))
            })
            .collect(),
        ["patches"] => {
            let kinds: BTreeSet<String> = objects().into_iter().map(|object| object.kind).collect();
            kinds.into_iter().map(|kind| (kind, "a kind of object".to_owned())).collect()
        }
        ["patches", kind] => {
            let of_kind = objects().into_iter().filter(|object| object.kind == *kind);
            let key = |object: Object| Some((patch::key(own()?, &object), "an object".to_owned()));
            of_kind.filter_map(key).collect()
        }
        ["provided", kind] => own().map(|environment| expected(environment, kind)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The fields on the way; those behind an element have no names that are known.
fn names(path: &Path) -> Vec<&str> {
    let names = path.0.iter().map(|segment| match segment {
        Segment::Field(name) => Some(name.as_str()),
        Segment::Item(_) | Segment::Index(_) => None,
    });
    names.collect::<Option<_>>().unwrap_or_default()
}

fn others<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Environment> {
    let path = view.path;
    let others = view.known.into_iter().flat_map(|known| &known.members).filter(move |other| other.entry.path != path);
    others.filter_map(|member| member.environment.as_deref())
}

/// What the stack needs of a kind and does not make itself.
fn expected(environment: &Environment, kind: &str) -> Vec<(String, String)> {
    let names: BTreeSet<String> =
        needed(environment).into_iter().filter(|object| object.kind == kind).map(|object| object.name).collect();
    names.into_iter().map(|name| (name, "what the stack needs".to_owned())).collect()
}
