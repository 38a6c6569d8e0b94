//! Writes what a patched custom resource is held against, from the CustomResourceDefinitions of the operators:
//! `cargo run --example crds -- FOLDER`, from the root of the repository.
//!
//! FOLDER holds the definitions as the operators publish them, and `VERSIONS.txt`, one line a project: name, version,
//! commit. Of a definition the version that is compiled is kept, without its texts for people.

use serde_json::{Map, Value as Json, json};
use std::error::Error;
use std::path::Path;

/// What is compiled: kind, version, file of its definition, and the project that publishes it.
const KINDS: [[&str; 4]; 7] = [
    ["Certificate", "v1", "cert-manager.io_certificates.yaml", "cert-manager"],
    ["ExternalSecret", "v1", "external-secrets.io_externalsecrets.yaml", "external-secrets"],
    ["HTTPRoute", "v1", "gateway.networking.k8s.io_httproutes.yaml", "gateway-api"],
    ["PrometheusRule", "v1", "monitoring.coreos.com_prometheusrules.yaml", "prometheus-operator"],
    ["SealedSecret", "v1alpha1", "bitnami.com_sealedsecrets.yaml", "sealed-secrets"],
    ["SecretProviderClass", "v1", "secrets-store.csi.x-k8s.io_secretproviderclasses.yaml", "secrets-store-csi"],
    ["ServiceMonitor", "v1", "monitoring.coreos.com_servicemonitors.yaml", "prometheus-operator"],
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("the folder of the definitions is missing")?;
    let folder = Path::new(&folder);
    let versions = std::fs::read_to_string(folder.join("VERSIONS.txt"))?;
    for [kind, version, file, project] in KINDS {
        let definition: Json = serde_yaml::from_str(&std::fs::read_to_string(folder.join(file))?)?;
        let line = versions.lines().find(|line| line.split(' ').next() == Some(project));
        let origin = line.ok_or_else(|| format!("{project} is not in VERSIONS.txt"))?;
        let origin = origin.split(" files:").next().unwrap_or(origin);
        let kept = kept(&definition, version, origin).ok_or_else(|| format!("{file} has no {kind} {version}"))?;
        std::fs::write(format!("src/patch/crds/{kind}.json"), format!("{kept:#}\n"))?;
    }
    Ok(())
}

fn kept(definition: &Json, version: &str, origin: &str) -> Option<Json> {
    let versions = definition["spec"]["versions"].as_array()?;
    let schema = versions.iter().find(|it| it["name"] == version)?.pointer("/schema/openAPIV3Schema")?;
    let group = definition["spec"]["group"].as_str()?;
    Some(json!({
        "origin": origin,
        "apiVersion": format!("{group}/{version}"),
        "kind": definition["spec"]["names"]["kind"],
        "schema": without_texts(schema),
    }))
}

/// A schema without its texts for people. The fields of an object are called as they please, `description` among them.
fn without_texts(schema: &Json) -> Json {
    match schema {
        Json::Object(keywords) => keywords
            .iter()
            .filter(|(keyword, _)| !["description", "example", "title", "externalDocs"].contains(&keyword.as_str()))
            .map(|(keyword, value)| (keyword.clone(), keyword_without_texts(keyword, value)))
            .collect::<Map<_, _>>()
            .into(),
        Json::Array(schemas) => schemas.iter().map(without_texts).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => schema.clone(),
    }
}

fn keyword_without_texts(keyword: &str, value: &Json) -> Json {
    match (keyword, value) {
        ("properties", Json::Object(fields)) => {
            fields.iter().map(|(name, schema)| (name.clone(), without_texts(schema))).collect::<Map<_, _>>().into()
        }
        ("items" | "additionalProperties" | "not" | "allOf" | "anyOf" | "oneOf", schema) => without_texts(schema),
        (_, other) => other.clone(),
    }
}
