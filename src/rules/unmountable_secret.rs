//! S012: what the provider of the Secrets Store CSI driver refuses when it is to mount a secret. Kubernetes then keeps the
//! pod from starting, and tries for ever.

use super::{Rule, declared_secrets};
use crate::catalogue::UNMOUNTABLE_SECRET;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{CsiProvider, CsiStore, Environment, Remote, SecretBackend};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: UNMOUNTABLE_SECRET, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let SecretBackend::Csi(store) = &environment.secrets.backend else { return Vec::new() };
    let Some(provider) = store.provider else { return Vec::new() };
    let mut findings = of_parameters(provider, store);
    // What one stack mounts: the secrets of one record.
    let mut mounted: BTreeMap<Path, Vec<Reference<'_>>> = BTreeMap::new();
    for (path, name, key) in declared_secrets(environment) {
        let Some(remote) = &key.remote else { continue };
        mounted.entry(path.parent()).or_default().push(Reference { path: path.field("remote"), name, remote });
    }
    for references in mounted.values() {
        findings.extend(references.iter().filter_map(|reference| of_reference(provider, reference)));
        if provider == CsiProvider::Aws {
            findings.extend(used_twice(references));
        }
    }
    findings
        .into_iter()
        .map(|finding| finding.note("a volume that can't be mounted keeps the pod from starting"))
        .collect()
}

/// A secret of a stack, and where it comes from.
struct Reference<'a> {
    path: Path,
    name: &'a str,
    remote: &'a Remote,
}

fn of_parameters(provider: CsiProvider, store: &CsiStore) -> Vec<Finding> {
    let path = Path::of(["secrets", "backend", "parameters"]);
    let needed: &[&str] = match provider {
        CsiProvider::Vault => &["roleName"],
        CsiProvider::Azure => &["keyvaultName", "tenantId"],
        CsiProvider::Aws | CsiProvider::Gcp => &[],
    };
    let missing = needed.iter().filter(|name| !store.parameters.contains_key(**name)).map(|name| {
        Finding::value(path.clone(), format!("the provider `{}` needs the parameter `{name}`", provider.as_str()))
            .or_at(path.parent())
            .label(format!("no `{name}`"))
            .help(format!("add `parameters.{name} = \"…\"` in the record of `secrets.backend`"))
    });
    let list = provider.list_parameter();
    let derived = store.parameters.contains_key(list).then(|| {
        Finding::name(path.field(list), format!("the parameter `{list}` follows from `secrets.keys`"))
            .label("set by the compiler")
            .help("remove it, and say under `secrets.keys.<name>.remote` where the values are")
            .mended(Remedy::remove(path.field(list)))
    });
    missing.chain(derived).collect()
}

/// What is wrong with one reference for a provider.
fn of_reference(provider: CsiProvider, reference: &Reference<'_>) -> Option<Finding> {
    let Reference { path, name, remote } = reference;
    match provider {
        CsiProvider::Vault if remote.property.is_none() => Some(
            Finding::value(
                path.clone(),
                format!("`{name}` would be Vault's whole answer, with all that is around the value"),
            )
            .given(path.field("property"))
            .label("no `property`")
            .help(format!("name the property of the entry that holds the value: `{path}.property = \"…\"`")),
        ),
        CsiProvider::Azure if remote.property.is_some() => Some(
            Finding::value(path.field("property"), "Azure Key Vault can't take a property out of a secret")
                .label("no such thing there")
                .help(format!("keep each value in a secret of its own, and leave `{path}.property` out"))
                .mended(Remedy::remove(path.field("property"))),
        ),
        CsiProvider::Gcp if !is_google_name(&remote.key) => Some(
            Finding::value(path.field("key"), "this is not the name of a secret of Google Secret Manager")
                .label("not a whole name")
                .help(format!("write `projects/<project>/secrets/<secret>`, and the version in `{path}.version`")),
        ),
        CsiProvider::Vault | CsiProvider::Aws | CsiProvider::Azure | CsiProvider::Gcp => None,
    }
}

/// `projects/P/secrets/S`, or with a location between them.
fn is_google_name(key: &str) -> bool {
    let parts: Vec<&str> = key.split('/').collect();
    match parts.as_slice() {
        ["projects", project, "secrets", secret] => [project, secret].iter().all(|part| !part.is_empty()),
        ["projects", project, "locations", location, "secrets", secret] => {
            [project, location, secret].iter().all(|part| !part.is_empty())
        }
        _ => false,
    }
}

/// AWS reads each entry once, in one version, and makes one file of the whole.
fn used_twice(references: &[Reference<'_>]) -> Vec<Finding> {
    let clash = |index: usize, reference: &Reference<'_>| {
        let Reference { path, name, remote } = reference;
        let mut earlier = references.iter().take(index).filter(|other| other.remote.key == remote.key);
        let same =
            |other: &&Reference<'_>| other.remote.version != remote.version || other.remote.property == remote.property;
        let Reference { name: other, remote: known, .. } = earlier.find(same)?;
        let path = path.clone();
        let finding = if known.version != remote.version {
            Finding::value(path, format!("`{other}` and `{name}` are of one entry in different versions"))
                .label("another version")
                .help("use one version, or keep the values in entries of their own")
        } else {
            Finding::value(path, format!("`{other}` and `{name}` have one and the same value"))
                .label("the same place")
                .help("name the property of each, as in `secrets.keys.<name>.remote.property = \"…\"`, or keep the values in entries of their own")
        };
        Some(finding)
    };
    references.iter().enumerate().filter_map(|(index, reference)| clash(index, reference)).collect()
}

#[cfg(test)]
mod tests {
    use super::is_google_name;

    #[test]
    fn google_names_are_whole_and_without_a_version() {
        assert!(is_google_name("projects/p/secrets/s"));
        assert!(is_google_name("projects/p/locations/l/secrets/s"));
        for name in ["s", "projects//secrets/s", "projects/p/secrets/s/versions/1", "projects/p/secrets/"] {
            assert!(!is_google_name(name), "{name}");
        }
    }
}
