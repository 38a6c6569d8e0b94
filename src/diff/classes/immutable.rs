//! `immutable` (K009): the API server refuses the change of a field.

use super::Pair;
use super::claims::{self, Resize};
use crate::diff::fields::FieldChange;
use crate::diff::words;
use crate::path::{Path, Segment};
use serde_json::Value as Json;

/// Which fields of a kind can't change.
enum Fixed {
    /// These, and all that is below them.
    Fields(&'static [&'static [&'static str]]),
    /// All that is below this, but for these.
    AllBut(&'static [&'static str], &'static [&'static [&'static str]]),
}

const KINDS: &[(&str, Fixed)] = &[
    ("ClusterRoleBinding", Fixed::Fields(&[&["roleRef"]])),
    (
        "CustomResourceDefinition",
        Fixed::Fields(&[
            &["spec", "group"],
            &["spec", "names", "kind"],
            &["spec", "names", "plural"],
            &["spec", "scope"],
        ]),
    ),
    ("DaemonSet", Fixed::Fields(&[&["spec", "selector"]])),
    ("Deployment", Fixed::Fields(&[&["spec", "selector"]])),
    ("IngressClass", Fixed::Fields(&[&["spec", "controller"]])),
    ("Job", Fixed::Fields(&[&["spec", "completionMode"], &["spec", "selector"], &["spec", "template"]])),
    (
        "PersistentVolumeClaim",
        Fixed::AllBut(&["spec"], &[&["spec", "resources", "requests"], &["spec", "volumeAttributesClassName"]]),
    ),
    ("PriorityClass", Fixed::Fields(&[&["preemptionPolicy"], &["value"]])),
    ("ReplicaSet", Fixed::Fields(&[&["spec", "selector"]])),
    ("RoleBinding", Fixed::Fields(&[&["roleRef"]])),
    ("RuntimeClass", Fixed::Fields(&[&["handler"]])),
    ("Secret", Fixed::Fields(&[&["type"]])),
    (
        "StatefulSet",
        Fixed::AllBut(
            &["spec"],
            &[
                &["spec", "minReadySeconds"],
                &["spec", "ordinals"],
                &["spec", "persistentVolumeClaimRetentionPolicy"],
                &["spec", "replicas"],
                &["spec", "revisionHistoryLimit"],
                &["spec", "template"],
                &["spec", "updateStrategy"],
            ],
        ),
    ),
    ("StorageClass", Fixed::Fields(&[&["parameters"], &["provisioner"], &["reclaimPolicy"], &["volumeBindingMode"]])),
];

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let changed = pair.fields.iter().filter(|change| is_fixed(pair, change) && !is_filled_in(pair, &change.path));
    let mut fields: Vec<String> = changed.map(|change| shown(&change.path)).collect();
    fields.dedup();
    match claims::resize(pair) {
        Some(Resize::Shrinks(..)) => fields.push("`spec.resources.requests.storage`, which can only grow".to_owned()),
        Some(Resize::Grows(..)) if claims::may_grow(pair) == Some(false) => {
            fields.push(
                "`spec.resources.requests.storage`, whose storage class has no `allowVolumeExpansion: true`".to_owned(),
            );
        }
        Some(Resize::Grows(..)) | None => {}
    }
    if fields.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "the API server refuses to change {}: {} {} has to be deleted and made again",
        fields.join(" and "),
        pair.kind(),
        pair.name()
    )]
}

fn is_fixed(pair: &Pair<'_>, change: &FieldChange) -> bool {
    let path = &change.path;
    let sealed = matches!(pair.kind(), "ConfigMap" | "Secret") && pair.at_old("/immutable") == Some(&Json::Bool(true));
    if sealed && [["data"], ["binaryData"], ["stringData"], ["immutable"]].iter().any(|field| path.is_below(field)) {
        return true;
    }
    if pair.kind() == "Service" {
        return is_new_address(pair, path);
    }
    match KINDS.iter().find(|(kind, _)| *kind == pair.kind()) {
        Some((_, Fixed::Fields(fields))) => fields.iter().any(|fields| path.is_below(fields)),
        Some((_, Fixed::AllBut(all, but))) => path.is_below(all) && !but.iter().any(|fields| path.is_below(fields)),
        None => false,
    }
}

/// An address that is left out stays what it was; one that is written has to be the one that it was.
fn is_new_address(pair: &Pair<'_>, path: &Path) -> bool {
    path.is_below(&["spec", "clusterIP"])
        && pair.at_new("/spec/clusterIP").is_some_and(|new| new != "")
        && pair.at_old("/spec/type") != Some(&Json::from("ExternalName"))
}

/// What the API server makes of a field that is left out: to state it changes nothing.
const FILLED_IN: [(&str, &str, &str); 7] = [
    ("Job", "/spec/completionMode", "NonIndexed"),
    ("PersistentVolumeClaim", "/spec/volumeMode", "Filesystem"),
    ("PriorityClass", "/preemptionPolicy", "PreemptLowerPriority"),
    ("Secret", "/type", "Opaque"),
    ("StatefulSet", "/spec/podManagementPolicy", "OrderedReady"),
    ("StorageClass", "/reclaimPolicy", "Delete"),
    ("StorageClass", "/volumeBindingMode", "Immediate"),
];

/// Whether a field was or is left out, and says elsewhere what the API server makes of that.
fn is_filled_in(pair: &Pair<'_>, path: &Path) -> bool {
    let step = |segment: &Segment| match segment {
        Segment::Field(name) | Segment::Item(name) => format!("/{name}"),
        Segment::Index(index) => format!("/{index}"),
    };
    let pointer: String = path.0.iter().map(step).collect();
    let is_so = |value: Option<&Json>, other: Option<&Json>, default: &str| {
        value.is_none() && other.and_then(Json::as_str) == Some(default)
    };
    let mut fields = FILLED_IN.iter().filter(|(kind, field, _)| *kind == pair.kind() && *field == pointer);
    let is_default = fields.any(|(_, field, default)| {
        let (old, new) = (pair.at_old(field), pair.at_new(field));
        is_so(old, new, default) || is_so(new, old, default)
    });
    is_default || (pointer == "/spec/storageClassName" && claims::is_first_class(pair))
}

/// The field as far as it is worth naming: the first two steps.
fn shown(path: &Path) -> String {
    let fields = path.0.iter().take_while(|step| matches!(step, Segment::Field(_))).take(2).cloned().collect();
    words::quoted(&Path(fields).in_manifest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_ordered() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
