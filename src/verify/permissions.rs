//! Pods that may create Secrets or pods: a Job that generates certificates, a controller with Secrets of its own, a manager
//! that starts pods for each volume. Which ones they make, no manifest says.

use super::{at, list, namespace, strings, text};
use crate::objects::object::Object;
use crate::objects::view::pod::Pod;
use std::collections::BTreeSet;

/// The namespaces in which some of the pods may create objects of a resource of the core group, by a role that is bound to
/// their ServiceAccount there. Of roles that hold in every namespace, that of the pods counts.
pub(super) fn makers<'a>(objects: &'a [Object], pods: &[Pod<'a>], resource: &str) -> BTreeSet<&'a str> {
    let roles: BTreeSet<(&str, &str, &str)> = objects
        .iter()
        .filter(|object| matches!(object.kind.as_str(), "Role" | "ClusterRole") && creates(object, resource))
        .map(|role| (role.kind.as_str(), namespace(role), role.name.as_str()))
        .collect();
    if roles.is_empty() {
        return BTreeSet::new();
    }
    let running: BTreeSet<(&str, &str)> =
        pods.iter().map(|pod| (pod.namespace, text(pod.spec, &["serviceAccountName"]).unwrap_or("default"))).collect();
    let bindings = objects.iter().filter(|object| matches!(object.kind.as_str(), "RoleBinding" | "ClusterRoleBinding"));
    bindings
        .filter(|binding| is_to_one_of(binding, &roles))
        .flat_map(|binding| list(binding.body.get("subjects")).map(move |subject| (binding, subject)))
        .filter(|(_, subject)| text(subject, &["kind"]) == Some("ServiceAccount"))
        .filter_map(|(binding, subject)| {
            let of = text(subject, &["namespace"]).unwrap_or(namespace(binding));
            let is_running = running.contains(&(of, text(subject, &["name"])?));
            is_running.then(|| if binding.kind == "RoleBinding" { namespace(binding) } else { of })
        })
        .collect()
}

fn is_to_one_of(binding: &Object, roles: &BTreeSet<(&str, &str, &str)>) -> bool {
    let reference = at(&binding.body, &["roleRef"]);
    let named = reference.and_then(|role| Some((text(role, &["kind"])?, text(role, &["name"])?)));
    named
        .is_some_and(|(kind, name)| roles.contains(&(kind, if kind == "Role" { namespace(binding) } else { "" }, name)))
}

fn creates(role: &Object, resource: &str) -> bool {
    list(role.body.get("rules")).any(|rule| {
        let has = |field: &str, wanted: &str| strings(rule.get(field)).any(|one| one == wanted || one == "*");
        has("apiGroups", "") && has("resources", resource) && has("verbs", "create")
    })
}
