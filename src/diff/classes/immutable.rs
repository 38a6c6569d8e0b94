//! `immutable` (K009): the API server refuses the change of a field.

use super::Pair;
use crate::diff::fields::{FieldChange, Path, Step};
use crate::diff::words;
use crate::quantity;
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
    let changed = pair.fields.iter().filter(|change| is_fixed(pair, change));
    let mut fields: Vec<String> = changed.map(|change| shown(&change.path)).collect();
    fields.dedup();
    if is_shrinking(pair) {
        fields.push("`spec.resources.requests.storage`, which can only grow".to_owned());
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

fn is_shrinking(pair: &Pair<'_>) -> bool {
    let size = |value: Option<&Json>| quantity::parse(value?.as_str()?);
    let pointer = "/spec/resources/requests/storage";
    let sizes = size(pair.at_old(pointer)).zip(size(pair.at_new(pointer)));
    pair.kind() == "PersistentVolumeClaim" && sizes.is_some_and(|(old, new)| new < old)
}

/// The field as far as it is worth naming: the first two steps.
fn shown(path: &Path) -> String {
    let fields = path.0.iter().take_while(|step| matches!(step, Step::Field(_))).take(2).cloned().collect();
    words::quoted(&Path(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_ordered() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
