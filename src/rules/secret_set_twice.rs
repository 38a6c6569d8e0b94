//! S006: a secret with two sources: whoever changes the one that does not count changes nothing.

use super::missing_required_secret::source_field;
use super::{Rule, declared_secrets};
use crate::catalogue::SECRET_SET_TWICE;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, SecretKey};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SECRET_SET_TWICE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let used = source_field(&environment.secrets.backend).map(|(field, _)| field);
    declared_secrets(environment).filter_map(|(path, name, key)| finding(&path, name, &sources(key), used)).collect()
}

/// The fields of a key that say where its value is.
fn sources(key: &SecretKey) -> Vec<&'static str> {
    let all = [
        ("placeholder", key.placeholder.is_some()),
        ("remote", key.remote.is_some()),
        ("sealed", key.sealed.is_some()),
    ];
    all.into_iter().filter(|(_, is_set)| *is_set).map(|(field, _)| field).collect()
}

fn finding(path: &Path, name: &str, sources: &[&str], used: Option<&str>) -> Option<Finding> {
    if sources.len() < 2 {
        return None;
    }
    let idle: Vec<&str> = sources.iter().copied().filter(|source| Some(*source) != used).collect();
    let listed = sources.iter().map(|source| format!("`{source}`")).collect::<Vec<_>>().join(" and ");
    let counts = used.map_or("none of them counts".to_owned(), |used| format!("`{used}` is the one that counts"));
    let idle = path.field(idle.first()?);
    Some(
        Finding::name(idle.clone(), format!("the secret `{name}` has several sources: {listed}"))
            .label("a source that does not count")
            .note(format!("with this `secrets.backend`, {counts}; who changes another changes nothing"))
            .help("keep the source that the backend reads, and remove the others")
            .mended(Remedy::remove(idle)),
    )
}
