//! K001: the keys of labels and annotations, and names that grow, which contracts on values don't see.

use super::{Rule, storages};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::INVALID_NAME;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Provided, SecretBackend, Storage, Texts};
use crate::names::{QUALIFIED_NAME, is_dns_name, is_qualified_name, not_a_key};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: INVALID_NAME, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(bad_keys(&environment.labels, &Path::of(["labels"])));
    findings.extend(taken_labels(&environment.labels, &Path::of(["labels"])));
    findings.extend(bad_keys(&environment.annotations, &Path::of(["annotations"])));
    findings.extend(taken_annotations(&environment.annotations, &Path::of(["annotations"])));
    for service in ServiceName::ALL {
        let own = environment.services.get(service);
        let path = Path::of(["services", service.as_str()]);
        findings.extend(bad_keys(&own.labels, &path.field("labels")));
        findings.extend(taken_labels(&own.labels, &path.field("labels")));
        findings.extend(bad_keys(&own.annotations, &path.field("annotations")));
        findings.extend(taken_annotations(&own.annotations, &path.field("annotations")));
        findings.extend(bad_keys(&own.scheduling.node_selector, &path.field("scheduling").field("node_selector")));
        for (name, caller) in environment.network.callers.get(service) {
            let path = Path::of(["network", "callers", service.as_str()]).field(name).field("pods");
            findings.extend(bad_keys(&caller.pods, &path));
        }
        if let Some(gateway) = own.exposure.gateway() {
            let path = path.field("exposure").field("gateway").field("proxies").field("pods");
            findings.extend(bad_keys(&gateway.proxies.pods, &path));
        }
        for (id, tenant) in &environment.tenancy.tenants {
            let path = Path::of(["tenancy", "tenants"]).field(id).field("callers").field(service.as_str());
            for (name, caller) in tenant.callers.get(service) {
                findings.extend(bad_keys(&caller.pods, &path.field(name).field("pods")));
            }
        }
    }
    for (path, storage) in storages(environment) {
        if let Storage::Persistent(volume) = storage {
            findings.extend(bad_keys(&volume.annotations, &path.field("annotations")));
            findings.extend(taken_annotations(&volume.annotations, &path.field("annotations")));
        }
    }
    findings.extend(names_of_secrets(environment));
    if let Some(scraper) = environment.observability.scraper() {
        let path = Path::of(["observability", "metrics", "labels"]);
        findings.extend(bad_keys(&scraper.labels, &path));
        findings.extend(taken_labels(&scraper.labels, &path));
    }
    if let Some(dns) = &environment.network.dns {
        findings.extend(bad_keys(&dns.pods, &Path::of(["network", "dns", "pods"])));
    }
    for (name, resolver) in &environment.network.resolvers {
        let path = Path::of(["network", "resolvers"]).field(name).field("pods");
        findings.extend(bad_keys(&resolver.pods, &path));
    }
    findings.extend(names_of_provided(environment));
    findings
}

/// The names of what the platform makes stand as fields, where no contract looks at them.
fn names_of_provided(environment: &Environment) -> Vec<Finding> {
    let Provided { secrets, config_maps, service_accounts, claims } = &environment.provided;
    let provided = |kind: &str| Path::of(["provided", kind]);
    let of = |path: Path, names: Vec<&String>| {
        let bad = names.into_iter().filter(|name| !is_dns_name(name));
        bad.map(move |name| {
            Finding::name(path.field(name), format!("`{name}` can't be the name of an object"))
                .label("invalid name")
                .note("the API server rejects what refers to it")
                .help("use lower-case letters, digits, `-` and `.`, at most 253 characters")
        })
        .collect::<Vec<_>>()
    };
    let mut findings = of(Path::of(["pull_secrets"]), environment.pull_secrets.iter().collect());
    findings.extend(of(provided("Secret"), secrets.keys().collect()));
    findings.extend(of(provided("ConfigMap"), config_maps.keys().collect()));
    findings.extend(of(provided("ServiceAccount"), service_accounts.iter().collect()));
    findings.extend(of(provided("PersistentVolumeClaim"), claims.iter().collect()));
    findings
}

fn names_of_secrets(environment: &Environment) -> Vec<Finding> {
    match &environment.secrets.backend {
        SecretBackend::Sealed { annotations } => {
            let path = Path::of(["secrets", "backend", "annotations"]);
            bad_keys(annotations, &path).into_iter().chain(taken_annotations(annotations, &path)).collect()
        }
        SecretBackend::Csi(_) => too_long_for_classes(&environment.secrets.name).into_iter().collect(),
        SecretBackend::Placeholder | SecretBackend::Existing | SecretBackend::ExternalSecrets(_) => Vec::new(),
    }
}

/// A SecretProviderClass is called by the name of the Secret and that of a service.
fn too_long_for_classes(name: &str) -> Option<Finding> {
    let longest = ServiceName::ALL.iter().map(|service| service.as_str().len()).max().unwrap_or(0);
    (name.len() + 1 + longest > 253).then(|| {
        Finding::value(Path::of(["secrets", "name"]), "the name leaves no room for the names of the services")
            .label(format!("{} characters", name.len()))
            .note("with `'Csi` each service has a SecretProviderClass of this name, `-` and its own")
            .help(format!("use at most {} characters", 253 - 1 - longest))
    })
}

fn bad_keys(texts: &Texts, path: &Path) -> Vec<Finding> {
    texts
        .keys()
        .filter(|key| !is_qualified_name(key))
        .map(|key| Finding::name(path.field(key), not_a_key(key)).label("invalid key").help(QUALIFIED_NAME))
        .collect()
}

/// The prefixes of labels that the compiler sets itself: Services and policies find pods by them.
const TAKEN_LABELS: [&str; 3] = ["app.kubernetes.io/", "pod-security.kubernetes.io/", OWN];

/// The prefix of what the compiler writes for itself: `verify` believes it.
const OWN: &str = "agentos.nexixai.io/";

fn taken_labels(labels: &Texts, path: &Path) -> Vec<Finding> {
    taken_keys("label", &TAKEN_LABELS, labels, path)
}

fn taken_annotations(annotations: &Texts, path: &Path) -> Vec<Finding> {
    taken_keys("annotation", &[OWN], annotations, path)
}

fn taken_keys(what: &str, taken: &[&str], texts: &Texts, path: &Path) -> Vec<Finding> {
    let keys = texts.keys().filter(|key| taken.iter().any(|prefix| key.starts_with(prefix)));
    let found = keys.map(|key| {
        Finding::name(path.field(key), format!("the {what} `{key}` is set by the compiler"))
            .label(format!("this {what} is taken"))
            .help(format!("choose another {what}, with a prefix of your own"))
            .mended(Remedy::remove(path.field(key)))
    });
    found.collect()
}
