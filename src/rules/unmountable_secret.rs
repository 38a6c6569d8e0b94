//! S012: what the provider of the Secrets Store CSI driver refuses when it is to mount a secret. Kubernetes then keeps the
//! pod from starting, and tries for ever.

use super::{Finding, Rule};
use crate::catalogue::UNMOUNTABLE_SECRET;
use crate::evaluate::tree::Path;
use crate::model::{CsiProvider, CsiStore, Environment, Remote, SecretBackend};

pub(super) const RULE: Rule = Rule { code: UNMOUNTABLE_SECRET, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let SecretBackend::Csi(store) = &environment.secrets.backend else { return Vec::new() };
    let Some(provider) = store.provider else { return Vec::new() };
    let remotes: Vec<(&str, &Remote)> =
        environment.secrets.keys.iter().filter_map(|(name, key)| Some((name.as_str(), key.remote.as_ref()?))).collect();
    let mut findings = of_parameters(provider, store);
    findings.extend(remotes.iter().filter_map(|(name, remote)| of_reference(provider, name, remote)));
    if provider == CsiProvider::Aws {
        findings.extend(used_twice(&remotes));
    }
    findings
        .into_iter()
        .map(|finding| finding.note("a volume that can't be mounted keeps the pod from starting"))
        .collect()
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
            .help(format!("add `parameters.{name}`"))
    });
    let list = provider.list_parameter();
    let derived = store.parameters.contains_key(list).then(|| {
        Finding::name(path.field(list), format!("the parameter `{list}` follows from `secrets.keys`"))
            .label("set by the compiler")
            .help("remove it, and say under `secrets.keys.*.remote` where the values are")
    });
    missing.chain(derived).collect()
}

/// What is wrong with one reference for a provider.
fn of_reference(provider: CsiProvider, name: &str, remote: &Remote) -> Option<Finding> {
    let path = Path::of(["secrets", "keys"]).field(name).field("remote");
    match provider {
        CsiProvider::Vault if remote.property.is_none() => Some(
            Finding::value(
                path.clone(),
                format!("`{name}` would be Vault's whole answer, with all that is around the value"),
            )
            .given(path.field("property"))
            .label("no `property`")
            .help("name the property of the entry that holds the value"),
        ),
        CsiProvider::Azure if remote.property.is_some() => Some(
            Finding::value(path.field("property"), "Azure Key Vault can't take a property out of a secret")
                .label("no such thing there")
                .help("keep each value in a secret of its own, and leave `property` out"),
        ),
        CsiProvider::Gcp if !is_google_name(&remote.key) => Some(
            Finding::value(path.field("key"), "this is not the name of a secret of Google Secret Manager")
                .label("not a whole name")
                .help("write `projects/<project>/secrets/<secret>`, and the version in `version`"),
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
fn used_twice(remotes: &[(&str, &Remote)]) -> Vec<Finding> {
    let clash = |index: usize, name: &str, remote: &Remote| {
        let mut earlier = remotes.iter().take(index).filter(|(_, other)| other.key == remote.key);
        let path = Path::of(["secrets", "keys"]).field(name).field("remote");
        let (other, known) =
            earlier.find(|(_, other)| other.version != remote.version || other.property == remote.property)?;
        let finding = if known.version != remote.version {
            Finding::value(path, format!("`{other}` and `{name}` are of one entry in different versions"))
                .label("another version")
                .help("use one version, or keep the values in entries of their own")
        } else {
            Finding::value(path, format!("`{other}` and `{name}` have one and the same value"))
                .label("the same place")
                .help("name the `property` of each, or keep the values in entries of their own")
        };
        Some(finding)
    };
    remotes.iter().enumerate().filter_map(|(index, (name, remote))| clash(index, name, remote)).collect()
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
