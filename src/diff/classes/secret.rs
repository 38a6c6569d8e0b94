//! `secret`: a secret comes from elsewhere, goes elsewhere, or is another. Its value is never looked at for more than
//! whether it changed.

use super::pods;
use super::{Pair, quoted};
use crate::diff::words;
use crate::objects::object::Object;
use crate::objects::view::annotation;
use crate::objects::view::json::{at, list, strings, text};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that say where secrets come from, all of whose specification matters.
const SOURCES: [&str; 5] =
    ["ClusterSecretStore", "ExternalSecret", "SealedSecret", "SecretProviderClass", "SecretStore"];

/// What the operator's CRD fills into the references of an ExternalSecret.
const FILLED_IN: [(&str, &str); 3] =
    [("conversionStrategy", "Default"), ("decodingStrategy", "None"), ("metadataPolicy", "None")];

/// The annotation by which a rotation is said.
const ROTATION: &str = "agentos.nexixai.io/secrets-rotation";

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    match pair.kind() {
        "Secret" => of_secret(pair),
        kind if SOURCES.contains(&kind) => of_source(pair),
        "Certificate" => of_certificate(pair),
        kind if MONITORS.contains(&kind) => of_monitor(pair),
        _ => of_pods(pair),
    }
}

fn of_secret(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    if pair.is_added() || pair.is_removed() {
        let what = if pair.is_added() { "is made here now" } else { "is no longer made here" };
        return vec![format!("Secret {name} {what}")];
    }
    let mut found = Vec::new();
    for (key, old, new) in ["/data", "/stringData"].into_iter().flat_map(|pointer| pair.entries(pointer)) {
        let what = match (old, new) {
            (Some(_), None) => "is gone",
            (None, Some(_)) => "is new",
            (Some(old), Some(new)) if old != new => "has another value",
            (Some(_), Some(_)) | (None, None) => continue,
        };
        found.push(format!("{} of Secret {name} {what}", words::quoted(key)));
    }
    found
}

fn of_source(pair: &Pair<'_>) -> Vec<String> {
    let (kind, name) = (pair.kind(), pair.name());
    match (pair.is_added(), pair.is_removed()) {
        (true, _) => vec![format!("{kind} {name} is a new source of secrets")],
        (_, true) => vec![format!("{kind} {name} is a source of secrets no longer")],
        (false, false) if pair.changes_below(&["spec"]) && said(pair.at_old("/spec")) != said(pair.at_new("/spec")) => {
            vec![format!("{kind} {name} takes secrets from elsewhere, or gives them otherwise")]
        }
        (false, false) => Vec::new(),
    }
}

/// Kinds by which Prometheus scrapes, with a token or a certificate of a Secret.
const MONITORS: [&str; 2] = ["PodMonitor", "ServiceMonitor"];

/// A certificate of cert-manager: who issues it decides whom its authority makes trusted.
fn of_certificate(pair: &Pair<'_>) -> Vec<String> {
    let name = pair.name();
    let shown = |value: Option<&Json>| match value {
        Some(Json::Array(_)) => words::quoted(&strings(value).collect::<Vec<_>>().join(", ")),
        Some(Json::Object(_)) => {
            let field = |name: &str| value.and_then(|value| text(value, &[name])).unwrap_or("");
            let kind = if field("kind").is_empty() { "Issuer" } else { field("kind") };
            format!("{kind} {}", words::quoted(field("name")))
        }
        Some(value) => quoted(value),
        None => "nothing".to_owned(),
    };
    let mut found = Vec::new();
    for (pointer, what) in [
        ("/spec/issuerRef", "is issued, with its authority, by"),
        ("/spec/dnsNames", "is for the names"),
        ("/spec/secretName", "is kept in the Secret"),
    ] {
        let (old, new) = (pair.at_old(pointer), pair.at_new(pointer));
        if old != new && !pair.is_added() && !pair.is_removed() {
            found.push(format!("the certificate {name} {what} {} instead of {}", shown(new), shown(old)));
        }
    }
    found
}

/// What a scraper sends comes from another Secret.
fn of_monitor(pair: &Pair<'_>) -> Vec<String> {
    let keys = |object: Option<&Object>| -> BTreeSet<String> {
        let endpoints =
            object.map(|object| ["endpoints", "podMetricsEndpoints"].map(|field| at(&object.body, &["spec", field])));
        let endpoints: Vec<&Json> = endpoints.into_iter().flatten().flat_map(list).collect();
        let places = [
            "/authorization/credentials",
            "/bearerTokenSecret",
            "/tlsConfig/ca/secret",
            "/tlsConfig/cert/secret",
            "/tlsConfig/keySecret",
        ];
        let references =
            endpoints.iter().flat_map(|endpoint| places.iter().filter_map(|place| endpoint.pointer(place)));
        references.filter_map(|key| Some(key_of(text(key, &["name"])?, text(key, &["key"])?))).collect()
    };
    let (old, new) = (keys(pair.old), keys(pair.new));
    if pair.is_added() || pair.is_removed() {
        return Vec::new();
    }
    let name = format!("{} {}", pair.kind(), pair.name());
    new.difference(&old).map(|key| format!("{name} scrapes with {key}")).collect()
}

/// A specification without what the CRD of ExternalSecrets fills in where it is left out.
fn said(spec: Option<&Json>) -> Json {
    let mut spec = spec.cloned().unwrap_or_default();
    // How often a secret is read is not where from.
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("refreshInterval");
    }
    let entries = spec.get_mut("data").and_then(Json::as_array_mut).into_iter().flatten();
    for reference in entries.filter_map(|entry| entry.get_mut("remoteRef")?.as_object_mut()) {
        reference.retain(|name, value| !FILLED_IN.iter().any(|(field, default)| name == field && value == default));
    }
    spec
}

fn of_pods(pair: &Pair<'_>) -> Vec<String> {
    let Some((old, new)) = &pods::both(pair) else { return Vec::new() };
    let (before, after) = (references(old), references(new));
    let mut found = Vec::new();
    for (place, source) in &before {
        match after.get(place) {
            Some(other) if other == source => {}
            Some(other) => found.push(format!("{place} comes from {other} instead of {source}")),
            None => found.push(format!("{place} no longer comes from {source}")),
        }
    }
    let new_ones = after.iter().filter(|(place, _)| !before.contains_key(*place));
    found.extend(new_ones.map(|(place, source)| format!("{place} comes from {source}")));
    let rotation = |pods: &Pod<'_>| annotation(pods.template, ROTATION).map(str::to_owned);
    if rotation(old) != rotation(new) {
        found.push("the secrets are said to be rotated: the pods read them anew".to_owned());
    }
    found
}

/// Where a pod gets which secret: by the variable, the file or the use, what it comes from.
fn references(pods: &Pod<'_>) -> BTreeMap<String, String> {
    let variables = pods.variables().into_iter().filter_map(|(name, variable)| {
        let reference = at(variable, &["valueFrom", "secretKeyRef"])?;
        Some((words::quoted(name), key_of(text(reference, &["name"])?, text(reference, &["key"])?)))
    });
    let whole = pods.declared().flat_map(|container| list(container.get("envFrom"))).filter_map(|from| {
        let secret = text(from, &["secretRef", "name"])?;
        Some((format!("every variable of {}", words::quoted(secret)), format!("Secret {}", words::quoted(secret))))
    });
    let pulls = list(pods.spec.get("imagePullSecrets")).filter_map(|secret| {
        let secret = text(secret, &["name"])?;
        Some((
            format!("the right to pull images as {}", words::quoted(secret)),
            format!("Secret {}", words::quoted(secret)),
        ))
    });
    let mut files = BTreeMap::new();
    for (path, volume) in pods::mounted(pods) {
        files.extend(mounted(path, volume));
    }
    variables.chain(whole).chain(pulls).chain(files).collect()
}

/// The files of a volume of secrets.
fn mounted(path: &str, volume: &Json) -> Vec<(String, String)> {
    let of_driver = text(volume, &["csi", "volumeAttributes", "secretProviderClass"]);
    if let Some(class) = of_driver {
        return vec![(words::quoted(path), format!("SecretProviderClass {}", words::quoted(class)))];
    }
    let Some(secret) = text(volume, &["secret", "secretName"]) else { return Vec::new() };
    let item = |item: &Json| {
        let (key, file) = (text(item, &["key"])?, text(item, &["path"])?);
        Some((words::quoted(&format!("{path}/{file}")), key_of(secret, key)))
    };
    match at(volume, &["secret", "items"]) {
        Some(keys) => list(Some(keys)).filter_map(item).collect(),
        None => vec![(words::quoted(path), format!("Secret {}", words::quoted(secret)))],
    }
}

fn key_of(secret: &str, key: &str) -> String {
    format!("{} of Secret {}", words::quoted(key), words::quoted(secret))
}
