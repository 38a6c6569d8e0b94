//! Objects that controllers make when they run: the Secret of a Certificate, the copies that reflector keeps in other
//! namespaces, the Service of Knative. What is made has a name, and often keys, that stand in the object that asks for it.

use crate::objects::object::{EVERY_NAMESPACE, Object};
use crate::objects::view::json::{at, entries, list, text};
use crate::objects::view::{annotation, namespace};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The keys of a Secret or ConfigMap that a controller fills.
#[derive(Clone)]
pub(crate) enum Keys<'a> {
    /// Only the cluster knows them.
    Any,
    /// These.
    These(BTreeSet<&'a str>),
}

/// An object that a controller makes.
pub(crate) struct Made<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its keys.
    pub keys: Keys<'a>,
}

const CERTIFICATE: [&str; 3] = ["tls.crt", "tls.key", "ca.crt"];

/// All that is made of an object.
pub(crate) fn made(object: &Object) -> Vec<Made<'_>> {
    let namespace = namespace(object);
    let made = |kind, name, keys| Made { kind, namespace, name, keys };
    let mut found: Vec<Made<'_>> = Vec::new();
    found.extend(of_operator(object).into_iter().map(|(kind, name, keys)| made(kind, name, keys)));
    found.extend(synchronised(object).map(|(name, keys)| made("Secret", name, keys)));
    found.extend(everywhere(object));
    found.extend(annotated(object).into_iter().map(|(name, keys)| made("Secret", name, keys)));
    found.extend(endpoints(object).into_iter().map(|name| made("Endpoints", name, Keys::Any)));
    found.extend(copies(object));
    found
}

/// The object that one of an operator asks for.
pub(crate) fn of_operator(object: &Object) -> Option<(&'static str, &str, Keys<'_>)> {
    let spec = object.body.get("spec")?;
    let own = object.name.as_str();
    let secret = |name| ("Secret", name, Keys::Any);
    match (object.kind.as_str(), object.group()) {
        ("ExternalSecret", _) => Some(of_external_secret(object, spec)),
        ("SealedSecret", _) => {
            let name = text(spec, &["template", "metadata", "name"]).unwrap_or(own);
            let templated = entries(at(spec, &["template", "data"]));
            let keys: BTreeSet<&str> =
                entries(spec.get("encryptedData")).chain(templated).map(|(key, _)| key).collect();
            // The first version sealed all keys as one text.
            Some(("Secret", name, if keys.is_empty() { Keys::Any } else { Keys::These(keys) }))
        }
        ("Certificate", "cert-manager.io") => {
            Some(("Secret", text(spec, &["secretName"])?, Keys::These(of_certificate(spec))))
        }
        ("Issuer", "cert-manager.io") => Some((
            "Secret",
            text(spec, &["acme", "privateKeySecretRef", "name"])?,
            Keys::These(["tls.key"].into_iter().collect()),
        )),
        ("VaultStaticSecret" | "VaultDynamicSecret" | "VaultPKISecret" | "HCPVaultSecretsApp", _) => {
            Some(secret(text(spec, &["destination", "name"])?))
        }
        ("Service", "serving.knative.dev") => Some(("Service", own, Keys::Any)),
        ("OnePasswordItem" | "VaultSecret" | "StringSecret" | "BasicAuth" | "SSHKeyPair" | "KafkaUser", _) => {
            Some(secret(text(spec, &["output", "name"]).unwrap_or(own)))
        }
        ("InfisicalSecret", _) => Some(secret(text(spec, &["managedSecretReference", "secretName"])?)),
        ("DopplerSecret", _) => Some(secret(text(spec, &["managedSecret", "name"])?)),
        ("BitwardenSecret", _) => Some(secret(text(spec, &["secretName"])?)),
        ("AzureKeyVaultSecret", _) => Some(secret(text(spec, &["output", "secret", "name"])?)),
        ("DataVolume", _) => Some(("PersistentVolumeClaim", own, Keys::Any)),
        _ => None,
    }
}

/// The Service whose endpoints a slice has.
fn endpoints(object: &Object) -> Option<&str> {
    let has_some = object.kind == "EndpointSlice" && list(object.body.get("endpoints")).next().is_some();
    text(&object.body, &["metadata", "labels", "kubernetes.io/service-name"]).filter(|_| has_some)
}

/// A Certificate's Secret has more keys where it is to be written in other formats, too.
fn of_certificate(spec: &Json) -> BTreeSet<&str> {
    let mut keys: BTreeSet<&str> = CERTIFICATE.into_iter().collect();
    for format in list(spec.get("additionalOutputFormats")) {
        match text(format, &["type"]) {
            Some("CombinedPEM") => drop(keys.insert("tls-combined.pem")),
            Some("DER") => drop(keys.insert("key.der")),
            _ => {}
        }
    }
    let asks = |store: &str| at(spec, &["keystores", store, "create"]) == Some(&Json::Bool(true));
    if asks("jks") {
        keys.extend(["keystore.jks", "truststore.jks"]);
    }
    if asks("pkcs12") {
        keys.extend(["keystore.p12", "truststore.p12"]);
    }
    keys
}

fn of_external_secret<'a>(object: &'a Object, spec: &'a Json) -> (&'static str, &'a str, Keys<'a>) {
    let name = text(spec, &["target", "name"]).unwrap_or(&object.name);
    let kind = match text(spec, &["target", "manifest", "kind"]) {
        Some("ConfigMap") => "ConfigMap",
        _ => "Secret",
    };
    (kind, name, keys_of_external_secret(spec))
}

fn keys_of_external_secret(spec: &Json) -> Keys<'_> {
    let templated: BTreeSet<&str> = entries(at(spec, &["target", "template", "data"])).map(|(key, _)| key).collect();
    let templates_more = at(spec, &["target", "template", "templateFrom"]).is_some();
    let is_open = list(spec.get("dataFrom")).next().is_some() || templates_more;
    // The operator's predecessor calls the key `name`.
    let fetched = list(spec.get("data")).filter_map(|data| text(data, &["secretKey"]).or(text(data, &["name"])));
    // A template replaces what was fetched, unless it is to be merged with it.
    match (templated.is_empty(), text(spec, &["target", "template", "mergePolicy"])) {
        (false, None | Some("Replace")) if !templates_more => Keys::These(templated),
        _ if is_open => Keys::Any,
        _ => Keys::These(templated.into_iter().chain(fetched).collect()),
    }
}

/// The Secrets that the driver for mounted secrets keeps in step with what it mounts, and those of SOPS.
fn synchronised(object: &Object) -> impl Iterator<Item = (&str, Keys<'_>)> {
    let is = |kind| object.kind == kind;
    let secrets = list(at(&object.body, &["spec", "secretObjects"]).filter(|_| is("SecretProviderClass")));
    let secrets = secrets.filter_map(|secret| {
        let keys = list(secret.get("data")).filter_map(|data| text(data, &["key"]));
        Some((text(secret, &["secretName"])?, Keys::These(keys.collect())))
    });
    let templates = list(at(&object.body, &["spec", "secretTemplates"]).filter(|_| is("SopsSecret")));
    secrets.chain(templates.filter_map(|template| Some((text(template, &["name"])?, Keys::Any))))
}

/// What is made in every namespace, or in those that a selector of labels finds.
fn everywhere(object: &Object) -> Vec<Made<'_>> {
    let made = |kind, name, keys| Made { kind, namespace: EVERY_NAMESPACE, name, keys };
    let Some(spec) = object.body.get("spec") else {
        let is_copied = object.kind == "ClusterSecret";
        return is_copied.then(|| made("Secret", &object.name, Keys::Any)).into_iter().collect();
    };
    match object.kind.as_str() {
        "Bundle" | "ClusterBundle" => [("configMap", "ConfigMap"), ("secret", "Secret")]
            .into_iter()
            .filter_map(|(field, kind)| {
                let target = at(spec, &["target", field])?;
                let formats =
                    ["jks", "pkcs12"].map(|format| text(spec, &["target", "additionalFormats", format, "key"]));
                let keys = text(target, &["key"]).into_iter().chain(formats.into_iter().flatten());
                Some(made(kind, &object.name, Keys::These(keys.collect())))
            })
            .collect(),
        "ClusterExternalSecret" => {
            let Some(inner) = spec.get("externalSecretSpec") else { return Vec::new() };
            let name = text(spec, &["externalSecretName"]).unwrap_or(&object.name);
            let name = text(inner, &["target", "name"]).unwrap_or(name);
            vec![made("Secret", name, keys_of_external_secret(inner))]
        }
        "ClusterPolicy" | "Policy" => list(spec.get("rules"))
            .filter_map(|rule| rule.get("generate"))
            .filter_map(|generated| {
                let kinds = ["Secret", "ConfigMap", "ServiceAccount"];
                let kind = kinds.into_iter().find(|kind| text(generated, &["kind"]) == Some(kind))?;
                Some(made(kind, text(generated, &["name"])?, Keys::Any))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The Secrets that an annotation asks for: certificates of an Ingress or a Gateway, and of a Service of OpenShift.
fn annotated(object: &Object) -> Vec<(&str, Keys<'_>)> {
    let certificate = || Keys::These(CERTIFICATE.into_iter().collect());
    let annotation = |name: &str| annotation(&object.body, name);
    let issuers = ["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"];
    let is_issued = issuers.iter().any(|issuer| annotation(issuer).is_some());
    match object.kind.as_str() {
        "Ingress" if is_issued => list(at(&object.body, &["spec", "tls"]))
            .filter_map(|tls| Some((text(tls, &["secretName"])?, certificate())))
            .collect(),
        "Gateway" if is_issued => list(at(&object.body, &["spec", "listeners"]))
            .flat_map(|listener| list(at(listener, &["tls", "certificateRefs"])))
            .filter_map(|secret| Some((text(secret, &["name"])?, certificate())))
            .collect(),
        "Service" => {
            let serving = ["beta", "alpha"];
            let name = serving
                .iter()
                .find_map(|stage| annotation(&format!("service.{stage}.openshift.io/serving-cert-secret-name")));
            name.map(|name| (name, certificate())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The copies that reflector, replicator and kubed keep of a Secret or ConfigMap in other namespaces.
fn copies(object: &Object) -> Vec<Made<'_>> {
    let Some(source) = source(object) else { return Vec::new() };
    let annotation = |name: &str| source.annotations.and_then(|annotations| text(annotations, &[name]));
    let reflected = annotation("reflector.v1.k8s.emberstack.com/reflection-auto-enabled") == Some("true");
    let reflected = reflected
        .then(|| annotation("reflector.v1.k8s.emberstack.com/reflection-auto-namespaces").unwrap_or(EVERY_NAMESPACE));
    let replicated = annotation("replicator.v1.mittwald.de/replicate-to")
        .or(annotation("replicator.v1.mittwald.de/replicate-to-matching").map(|_| EVERY_NAMESPACE));
    let synchronised = annotation("kubed.appscode.com/sync").map(|_| EVERY_NAMESPACE);
    let namespaces = [reflected, replicated, synchronised];
    let namespaces = namespaces.into_iter().flatten().flat_map(|names| names.split(',')).map(str::trim);
    let copy = |namespace| Made { kind: source.kind, namespace, name: source.name, keys: source.keys.clone() };
    namespaces.map(named_or_every).map(copy).collect()
}

/// A pattern is taken to match: a namespace that it leaves out is one finding less.
fn named_or_every(namespace: &str) -> &str {
    let is_named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !namespace.is_empty() && namespace.chars().all(is_named);
    if is_name { namespace } else { EVERY_NAMESPACE }
}

/// A Secret or ConfigMap that may be copied, with the annotations that ask for it.
struct Source<'a> {
    kind: &'static str,
    name: &'a str,
    keys: Keys<'a>,
    annotations: Option<&'a Json>,
}

fn source(object: &Object) -> Option<Source<'_>> {
    let kind = ["Secret", "ConfigMap"].into_iter().find(|kind| *kind == object.kind);
    if let Some(kind) = kind {
        let fields = ["data", "stringData", "binaryData"];
        let keys = fields.iter().flat_map(|field| entries(object.body.get(field))).map(|(key, _)| key);
        let annotations = at(&object.body, &["metadata", "annotations"]);
        return Some(Source { kind, name: &object.name, keys: Keys::These(keys.collect()), annotations });
    }
    let template: &[&str] = match object.kind.as_str() {
        "Certificate" => &["spec", "secretTemplate", "annotations"],
        "ExternalSecret" => &["spec", "target", "template", "metadata", "annotations"],
        "SealedSecret" => &["spec", "template", "metadata", "annotations"],
        _ => return None,
    };
    let (kind, name, keys) = of_operator(object)?;
    Some(Source { kind, name, keys, annotations: at(&object.body, template) })
}

/// Whether a controller fills the keys of an object that stands among the others, beside those that it has: the token of
/// a service account, a bundle of authorities, a copy, generated values.
pub(crate) fn fills(object: &Object, key: &str) -> bool {
    let metadata = |field: &str, name: &str| text(&object.body, &["metadata", field, name]);
    let annotation = |name: &str| metadata("annotations", name);
    let is_token = || {
        text(&object.body, &["type"]) == Some("kubernetes.io/service-account-token")
            && annotation("kubernetes.io/service-account.name").is_some()
    };
    let copied = || {
        ["replicator.v1.mittwald.de/replicate-from", "reflector.v1.k8s.emberstack.com/reflects"]
            .iter()
            .any(|name| annotation(name).is_some())
    };
    let generated = || {
        let names = annotation("secret-generator.v1.mittwald.de/autogenerate");
        names.is_some_and(|names| names.split(',').any(|name| name.trim() == key))
    };
    let injects = |value: Option<&str>| value == Some("true");
    match key {
        "token" | "ca.crt" | "namespace" if object.kind == "Secret" && is_token() => true,
        "service-ca.crt" if injects(annotation("service.beta.openshift.io/inject-cabundle")) => true,
        "ca-bundle.crt" if injects(metadata("labels", "config.openshift.io/inject-trusted-cabundle")) => true,
        _ => copied() || generated(),
    }
}
