//! K014, across files: an environment in the namespace in which another one of the cluster says that its gateway, its
//! Prometheus or its name resolution runs.

use super::{Finding, Fleet, Rule, Said, View, dedicated_tenants};
use crate::catalogue::SYSTEM_NAMESPACE;
use crate::model;
use crate::path::Path;
use crate::rules::system_namespace::{Taken, explained, taken};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: SYSTEM_NAMESPACE, check };

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let mut by_namespace: BTreeMap<(&str, &str), Vec<(&View<'_>, Taken<'_>)>> = BTreeMap::new();
    for view in &fleet.views {
        for taken in taken(view.environment) {
            let key = (view.environment.cluster.as_str(), taken.namespace);
            by_namespace.entry(key).or_default().push((view, taken));
        }
    }
    let mut findings = Vec::new();
    for view in fleet.views.iter().filter(|view| view.wanted) {
        for (namespace, path, otherwise) in namespaces(view) {
            let others = by_namespace.get(&(view.environment.cluster.as_str(), namespace.as_str()));
            let other = others.into_iter().flatten().find(|(other, _)| other.member != view.member);
            findings.extend(other.map(|(other, taken)| finding(view, (&namespace, path, otherwise), other, taken)));
        }
    }
    findings
}

/// The namespaces of an environment's stacks, each with the field that says it and where to point without one.
fn namespaces(view: &View<'_>) -> Vec<(String, Path, Path)> {
    let environment = view.environment;
    let own = (environment.namespace.clone(), Path::of(["namespace"]), Path::of(["name"]));
    let of_tenants = dedicated_tenants(environment).map(|(id, tenant)| {
        let path = Path::of(["tenancy", "tenants"]).field(id);
        (model::dedicated_namespace(environment, id, tenant), path.field("namespace"), path.field("isolation"))
    });
    std::iter::once(own).chain(of_tenants).collect()
}

fn finding(
    view: &View<'_>,
    (namespace, path, otherwise): (&str, Path, Path),
    other: &View<'_>,
    taken: &Taken<'_>,
) -> Finding {
    let message = format!("`{namespace}` is the namespace of {} of `{}`", taken.by, other.environment.name);
    let what =
        explained(Said::value(path, message).or_at(otherwise).label("not a stack's"), view.environment.namespaces);
    let found = Finding::new(SYSTEM_NAMESPACE, view.member, what);
    found.and_value(other.member, taken.path.clone(), "named here")
}
