//! K016: a field that bounds a namespace, where the namespaces are the platform's.

use super::Rule;
use crate::catalogue::IDLE_NAMESPACE_FIELD;
use crate::finding::Finding;
use crate::model::{Environment, Namespaces};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: IDLE_NAMESPACE_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let is_idle = environment.tenancy.limit_namespace && environment.namespaces == Namespaces::Existing;
    let finding = || {
        let path = Path::of(["tenancy", "limit_namespace"]);
        Finding::value(path, "`limit_namespace` bounds a namespace that the platform makes")
            .given(Path::of(["namespaces"]))
            .label("nothing is compiled of it")
            .note("with `namespaces = 'Existing` neither a ResourceQuota nor a LimitRange is compiled: the namespace would have no bound")
            .help("remove it, and have the platform bound the namespace; or write `namespaces = 'Managed`")
            .removed()
    };
    is_idle.then(finding).into_iter().collect()
}
