//! S016: a value that was sealed for another SealedSecret than the one it ends up in, or for another cluster than the others.
//!
//! Only what `sealed_for` records is known: the text itself does not say. A controller that has renewed its key unseals
//! with the earlier ones, too, so that a second certificate may be right, and is a warning.

use super::Rule;
use crate::catalogue::SEALED_ELSEWHERE;
use crate::finding::Finding;
use crate::model::{self, Environment, Isolation, SealedFor, SecretBackend, SecretKey};
use crate::path::Path;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule { code: SEALED_ELSEWHERE, check };

/// A sealed value with its record, and the SealedSecret that it ends up in.
struct Sealed<'a> {
    path: Path,
    name: &'a str,
    of: &'a SealedFor,
    namespace: String,
    secret: &'a str,
}

fn check(environment: &Environment) -> Vec<Finding> {
    if !matches!(environment.secrets.backend, SecretBackend::Sealed { .. }) {
        return Vec::new();
    }
    let all = recorded(environment);
    all.iter().filter_map(of_place).chain(of_certificates(&all)).collect()
}

fn recorded(environment: &Environment) -> Vec<Sealed<'_>> {
    let secrets = &environment.secrets;
    let own = of_keys(&secrets.keys, Path::of(["secrets", "keys"]), &environment.namespace, &secrets.name);
    let dedicated = environment.tenancy.tenants.iter().filter(|(_, tenant)| tenant.isolation == Isolation::Dedicated);
    let of_tenants = dedicated.flat_map(|(id, tenant)| {
        let path = Path::of(["tenancy", "tenants"]).field(id).fields(&["secrets", "keys"]);
        let namespace = model::dedicated_namespace(environment, id, tenant);
        of_keys(&tenant.secrets.keys, path, &namespace, tenant.secrets.name.as_ref().unwrap_or(&secrets.name))
    });
    own.into_iter().chain(of_tenants).collect()
}

fn of_keys<'a>(keys: &'a BTreeMap<String, SecretKey>, path: Path, namespace: &str, secret: &'a str) -> Vec<Sealed<'a>> {
    let recorded = keys.iter().filter(|(_, key)| key.sealed.is_some());
    let recorded = recorded.filter_map(|(name, key)| Some((name, key.sealed_for.as_ref()?)));
    recorded
        .map(|(name, of)| Sealed { path: path.field(name), name, of, namespace: namespace.to_owned(), secret })
        .collect()
}

/// A finding on a value that is sealed for another name or another namespace.
fn of_place(sealed: &Sealed<'_>) -> Option<Finding> {
    let Sealed { path, name, of, namespace, secret } = sealed;
    if of.namespace == *namespace && of.name == **secret {
        return None;
    }
    let path = path.field("sealed_for");
    Some(
        Finding::value(path, format!("`{name}` is sealed for `{}/{}`, and stands in `{namespace}/{secret}`", of.namespace, of.name))
            .label("another SealedSecret")
            .given(Path::of(["namespace"]))
            .given(Path::of(["secrets", "name"]))
            .note(
                "a sealed value is bound to the namespace and the name of its SealedSecret: the controller can't unseal it, \
                 makes no Secret, and the pods wait for it",
            )
            .help("seal the value anew with `agentos-cfg seal`, or give namespace and Secret the names that they had"),
    )
}

/// Findings on values that are sealed with another certificate than most.
fn of_certificates(all: &[Sealed<'_>]) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sealed in all {
        *counts.entry(&sealed.of.certificate).or_default() += 1;
    }
    let most = counts.values().copied().max();
    // Of several the first that is written.
    let usual = all.iter().find(|sealed| counts.get(sealed.of.certificate.as_str()).copied() == most);
    let Some(usual) = usual else { return Vec::new() };
    let others = all.iter().filter(|sealed| sealed.of.certificate != usual.of.certificate);
    others
        .map(|sealed| {
            let path = sealed.path.fields(&["sealed_for", "certificate"]);
            Finding::value(path, format!("`{}` is sealed with another certificate than `{}`", sealed.name, usual.name))
                .label("another certificate")
                .as_warning()
                .note(
                    "the controller of one cluster unseals what was sealed with its certificate or an earlier one of its \
                     own; with the certificate of another cluster it makes no Secret, and the pods wait for it",
                )
                .help("seal all values with the certificate that `kubeseal --fetch-cert` prints for this cluster")
        })
        .collect()
}
