//! S008: a SealedSecret that can be unsealed under another name or in another namespace.

use super::Rule;
use crate::catalogue::CLUSTER_WIDE_SEALED_SECRET;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, SecretBackend};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: CLUSTER_WIDE_SEALED_SECRET, check };

/// The annotations that widen the scope of a SealedSecret.
const WIDENING: [&str; 2] = ["sealedsecrets.bitnami.com/cluster-wide", "sealedsecrets.bitnami.com/namespace-wide"];

fn check(environment: &Environment) -> Vec<Finding> {
    let SecretBackend::Sealed { annotations } = &environment.secrets.backend else { return Vec::new() };
    let all = [
        (Path::of(["secrets", "backend", "annotations"]), annotations),
        (Path::of(["annotations"]), &environment.annotations),
    ];
    let widened = all.iter().flat_map(|(path, annotations)| {
        WIDENING.iter().filter(|name| annotations.contains_key(**name)).map(|name| path.field(name))
    });
    widened
        .map(|path| {
            Finding::name(path.clone(), "the scope of the SealedSecret is not strict")
                .label("widens the scope")
                .note("the sealed values are in the repository: who copies them into another SealedSecret has them unsealed")
                .help("remove the annotation, and seal the values with `kubeseal --scope strict`")
                .mended(Remedy::remove(path))
        })
        .collect()
}
