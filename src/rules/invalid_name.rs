//! K001: the keys of labels and annotations, which contracts on values don't see.

use super::{Finding, Rule};
use crate::catalogue::INVALID_NAME;
use crate::evaluate::tree::Path;
use crate::model::{Environment, ServiceName, Texts};
use crate::names::is_qualified_name;

pub(super) const RULE: Rule = Rule { code: INVALID_NAME, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(bad_keys(&environment.labels, &Path::of(["labels"])));
    findings.extend(taken_keys(&environment.labels, &Path::of(["labels"])));
    findings.extend(bad_keys(&environment.annotations, &Path::of(["annotations"])));
    for service in ServiceName::ALL {
        let own = environment.services.get(service);
        let path = Path::of(["services", service.as_str()]);
        findings.extend(bad_keys(&own.labels, &path.field("labels")));
        findings.extend(taken_keys(&own.labels, &path.field("labels")));
        findings.extend(bad_keys(&own.annotations, &path.field("annotations")));
        findings.extend(bad_keys(&own.scheduling.node_selector, &path.field("scheduling").field("node_selector")));
        for (name, caller) in environment.network.callers.get(service) {
            let path = Path::of(["network", "callers", service.as_str()]).field(name).field("pods");
            findings.extend(bad_keys(&caller.pods, &path));
        }
    }
    findings.extend(bad_keys(&environment.network.dns.pods, &Path::of(["network", "dns", "pods"])));
    findings
}

fn bad_keys(texts: &Texts, path: &Path) -> Vec<Finding> {
    texts
        .keys()
        .filter(|key| !is_qualified_name(key))
        .map(|key| {
            Finding::name(path.field(key), format!("`{key}` can't be the key of a label or annotation"))
                .label("invalid key")
                .help("use letters, digits, `-`, `_` and `.`, at most 63 characters, after an optional DNS prefix and `/`")
        })
        .collect()
}

/// Labels that the compiler sets itself: Services and policies find pods by them.
fn taken_keys(labels: &Texts, path: &Path) -> Vec<Finding> {
    let taken = ["app.kubernetes.io/", "pod-security.kubernetes.io/"];
    let keys = labels.keys().filter(|key| taken.iter().any(|prefix| key.starts_with(prefix)));
    keys.map(|key| {
        Finding::name(path.field(key), format!("the label `{key}` is set by the compiler"))
            .label("this label is taken")
            .help("choose another label, with a prefix of your own")
    })
    .collect()
}
