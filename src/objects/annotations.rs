//! Annotations that deployment and backup tools read, and what two layers of annotations are together.
//!
//! Invariant: it knows names and texts only. The tools split a list at its commas, and trim what stands between them.

use std::collections::BTreeMap;

/// The prefix of our own annotations.
pub const PREFIX: &str = "agentos.nexixai.io";

/// The annotation with what the references of a stack lead to: objects as `KIND/NAME`, those of another namespace as
/// `KIND/NAMESPACE/NAME`, each with `:KEY,KEY` where only some keys are used. Blanks stand between them.
pub(crate) const EXPECTS: &str = "agentos.nexixai.io/expects";

/// The annotation with what the environment says the platform makes in the namespace, written likewise.
pub(crate) const PROVIDED: &str = "agentos.nexixai.io/provided";

/// The annotation with the tenant that has the stack to itself. Not every tenant's id can be the value of a label.
pub(crate) const TENANT: &str = "agentos.nexixai.io/tenant";

/// Which namespace the pods of a route's gateway are in, where it is another than the Gateway's.
pub const PROXIES_ANNOTATION: &str = "agentos.nexixai.io/proxies";

/// How Argo CD applies and removes an object.
pub(crate) const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";

/// How Argo CD compares an object.
const COMPARE_OPTIONS: &str = "argocd.argoproj.io/compare-options";

/// Whether Flux removes an object that is no longer among the manifests.
pub(crate) const FLUX_PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";

/// Whether Flux deletes an object and makes it again where it can't be changed.
pub(crate) const FLUX_FORCE: &str = "kustomize.toolkit.fluxcd.io/force";

/// Whether Flux replaces `${…}` in an object, where it is told what by.
const FLUX_SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// The annotation of an object whose `${…}` are not for Flux: those of a shell, or of Grafana.
pub(crate) fn unsubstituted() -> (String, String) {
    (FLUX_SUBSTITUTE.to_owned(), "disabled".to_owned())
}

/// The volumes of a pod whose files Velero copies.
pub(crate) const BACKUP_VOLUMES: &str = "backup.velero.io/backup-volumes";

/// The volumes of a pod whose files Velero does not copy.
pub(crate) const BACKUP_EXCLUDES: &str = "backup.velero.io/backup-volumes-excludes";

/// Those whose value is a list.
const LISTS: [&str; 4] = [SYNC_OPTIONS, COMPARE_OPTIONS, BACKUP_VOLUMES, BACKUP_EXCLUDES];

/// The items of a list.
pub(crate) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// What an item says something of: `Prune` of `Prune=false`.
pub(crate) fn subject(item: &str) -> &str {
    item.split_once('=').map_or(item, |(name, _)| name.trim())
}

/// What of an annotation has a deployment tool remove an object, or delete it and make it again: an item of a list, or the
/// whole value.
pub(crate) fn removal<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    match name {
        SYNC_OPTIONS => items(value).find(|item| removes(item)),
        FLUX_PRUNE => (value != "disabled").then_some(value),
        FLUX_FORCE => (value == "enabled").then_some(value),
        _ => None,
    }
}

/// Whether an option has Argo CD remove an object, or delete it and make it again.
fn removes(item: &str) -> bool {
    match subject(item) {
        "Prune" | "Delete" => item.split_once('=').is_none_or(|(_, value)| value.trim() != "false"),
        "Force" => item.ends_with("true"),
        _ => false,
    }
}

/// The annotation by which Velero is told the contrary of a volume.
pub(crate) fn contrary(name: &str) -> Option<&'static str> {
    match name {
        BACKUP_VOLUMES => Some(BACKUP_EXCLUDES),
        BACKUP_EXCLUDES => Some(BACKUP_VOLUMES),
        _ => None,
    }
}

/// Two layers of annotations. Of two with one name the upper one counts; lists are joined, the upper one first, and of two items
/// on one subject the upper one counts.
pub(crate) fn layered(
    mut lower: BTreeMap<String, String>,
    upper: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    for (name, value) in upper {
        let value = match lower.get(&name).filter(|_| LISTS.contains(&name.as_str())) {
            Some(under) => joined(&value, under),
            None => value,
        };
        lower.insert(name, value);
    }
    lower
}

fn joined(upper: &str, lower: &str) -> String {
    let mut all: Vec<&str> = Vec::new();
    for item in items(upper).chain(items(lower)) {
        if !all.iter().any(|known| subject(known) == subject(item)) {
            all.push(item);
        }
    }
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn together(name: &str, lower: &str, upper: &str) -> String {
        let layer = |value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        layered(layer(lower), layer(upper)).remove(name).unwrap()
    }

    #[test]
    fn lists_are_joined_and_other_values_replaced() {
        let ours = "Prune=false,Delete=false";
        for (lower, wanted) in [
            ("ServerSideApply=true", "Prune=false,Delete=false,ServerSideApply=true"),
            (" Delete=false , Validate=false,", "Prune=false,Delete=false,Validate=false"),
            ("Prune=true", ours),
            ("", ours),
        ] {
            assert_eq!(together(SYNC_OPTIONS, lower, ours), wanted, "{lower}");
        }
        assert_eq!(together(BACKUP_VOLUMES, "tmp,data", "data"), "data,tmp");
        assert_eq!(
            together(COMPARE_OPTIONS, "IgnoreExtraneous", "ServerSideDiff=true"),
            "ServerSideDiff=true,IgnoreExtraneous"
        );
        assert_eq!(together(FLUX_PRUNE, "enabled", "disabled"), "disabled");
        assert_eq!(together("example.com/a", "x,y", "z"), "z");
    }
}
