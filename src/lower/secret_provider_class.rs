//! SecretProviderClasses: what the Secrets Store CSI driver mounts into a service's pod.

use super::custom_resource::CustomResource;
use super::metadata;
use crate::agentos::vocabulary::ServiceName;
use crate::lower::secret_keys;
use crate::model::{CsiProvider, CsiStore, Environment, Inject, Remote, Texts};
use k8s_openapi::api::core::v1::{CSIVolumeSource, Volume};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

const DRIVER: &str = "secrets-store.csi.k8s.io";

/// The specification of a SecretProviderClass.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    parameters: Texts,
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_objects: Option<[SecretObject; 1]>,
}

/// A Secret that the driver makes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretObject {
    data: Vec<SecretObjectData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Texts>,
    secret_name: String,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretObjectData {
    key: String,
    object_name: String,
}

/// A secret that is wanted: the name of its file, and where the provider finds the value.
type Wanted<'a> = (&'a str, &'a Remote);

/// The name of a service's class, and of the Secret that the driver makes of it where it makes one. Each service has its
/// own: the Secret is written from one class, and a class lists what one service reads.
pub(super) fn name(environment: &Environment, service: ServiceName) -> String {
    format!("{}-{}", environment.secrets.name, service.as_str())
}

/// The class of a service; none where it reads no secrets.
pub(super) fn class(environment: &Environment, store: &CsiStore, service: ServiceName) -> Option<CustomResource<Spec>> {
    let provider = store.provider?;
    let wanted: Vec<Wanted<'_>> = secret_keys::needed(environment, service)
        .filter_map(|setting| Some((setting.name, environment.secrets.keys.get(setting.name)?.remote.as_ref()?)))
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let name = name(environment, service);
    let meta = metadata::of_service(environment, service, &name);
    let mut parameters = store.parameters.clone();
    parameters.insert(provider.list_parameter().to_owned(), list(provider, &wanted));
    let synced = SecretObject {
        data: wanted.iter().map(|(name, _)| copied(name)).collect(),
        labels: meta.labels.clone(),
        secret_name: name,
        r#type: "Opaque",
    };
    let spec = Spec {
        parameters,
        provider: provider.as_str(),
        // A Secret is one copy more of every value: there is none where files are enough.
        secret_objects: match environment.secrets.inject {
            Inject::Env => Some([synced]),
            Inject::File => None,
        },
    };
    Some(CustomResource::new("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", meta, spec))
}

fn copied(name: &str) -> SecretObjectData {
    SecretObjectData { key: name.to_owned(), object_name: name.to_owned() }
}

/// The volume with a service's secrets. The driver's files belong to root and are readable for all processes of the pod,
/// which are the only ones that see them; it knows no `fsGroup`.
pub(super) fn volume(environment: &Environment, service: ServiceName, volume: &str) -> Volume {
    let class = ("secretProviderClass".to_owned(), name(environment, service));
    Volume {
        name: volume.to_owned(),
        csi: Some(CSIVolumeSource {
            driver: DRIVER.to_owned(),
            read_only: Some(true),
            volume_attributes: Some([class].into()),
            ..CSIVolumeSource::default()
        }),
        ..Volume::default()
    }
}

/// The list as the provider wants it: a text that it reads as YAML.
fn list(provider: CsiProvider, wanted: &[Wanted<'_>]) -> String {
    match provider {
        CsiProvider::Vault => wanted.iter().map(|(name, remote)| vault(name, remote)).collect(),
        CsiProvider::Aws => aws(wanted),
        CsiProvider::Azure => azure(wanted),
        CsiProvider::Gcp => wanted.iter().map(|(name, remote)| gcp(name, remote)).collect(),
    }
}

/// Vault takes the version of an entry from the address.
fn vault(name: &str, remote: &Remote) -> String {
    let version = remote.version.as_ref().map(|version| format!("?version={version}")).unwrap_or_default();
    item(&[
        ("objectName", Some(name)),
        ("secretPath", Some(&format!("{}{version}", remote.key))),
        ("secretKey", remote.property.as_deref()),
    ])
}

/// AWS wants each entry once, with all that is taken from it.
fn aws(wanted: &[Wanted<'_>]) -> String {
    let mut entries: BTreeMap<&str, Vec<Wanted<'_>>> = BTreeMap::new();
    for (name, remote) in wanted {
        entries.entry(&remote.key).or_default().push((name, remote));
    }
    entries.into_iter().map(|(key, uses)| aws_entry(key, &uses)).collect()
}

fn aws_entry(key: &str, uses: &[Wanted<'_>]) -> String {
    // An ARN says of which service it is.
    let kind = (!key.starts_with("arn:")).then_some("secretsmanager");
    let version = uses.iter().find_map(|(_, remote)| remote.version.as_deref());
    let (id, stage) = match version.map(|version| (version.strip_prefix("uuid/"), version)) {
        Some((Some(id), _)) => (Some(id), None),
        Some((None, stage)) => (None, Some(stage)),
        None => (None, None),
    };
    let whole = uses.iter().find(|(_, remote)| remote.property.is_none()).map(|(name, _)| *name);
    let mut text = item(&[
        ("objectName", Some(key)),
        ("objectType", kind),
        ("objectAlias", whole),
        ("objectVersion", id),
        ("objectVersionLabel", stage),
    ]);
    let parts: Vec<String> = uses
        .iter()
        .filter_map(|(name, remote)| {
            let path = jmes_path(remote.property.as_deref()?);
            Some(indented(&item(&[("path", Some(&path)), ("objectAlias", Some(name))]), 4))
        })
        .collect();
    if !parts.is_empty() {
        text.push_str("  jmesPath:\n");
        text.extend(parts);
    }
    text
}

/// A property as JMESPath writes it: names with anything but letters, digits and `_` stand in quotes there. What has other
/// signs is JMESPath already.
fn jmes_path(property: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !property.chars().all(|c| plain(c) || matches!(c, '-' | '.')) {
        return property.to_owned();
    }
    let quoted = |name: &str| {
        if name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
            name.to_owned()
        } else {
            format!("\"{name}\"")
        }
    };
    property.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// Azure wants a list of texts, each of which is YAML again.
fn azure(wanted: &[Wanted<'_>]) -> String {
    let entries = wanted.iter().map(|(name, remote)| {
        let fields = [
            ("objectName", Some(remote.key.as_str())),
            ("objectType", Some("secret")),
            ("objectAlias", Some(*name)),
            ("objectVersion", remote.version.as_deref()),
        ];
        format!("  - |\n{}", indented(&lines(&fields), 4))
    });
    format!("array:\n{}", entries.collect::<String>())
}

/// Google wants the version as part of the name.
fn gcp(name: &str, remote: &Remote) -> String {
    let version = remote.version.as_deref().unwrap_or("latest");
    let resource = format!("{}/versions/{version}", remote.key);
    item(&[("resourceName", Some(&resource)), ("path", Some(name)), ("extractJSONKey", remote.property.as_deref())])
}

/// One item of a YAML list.
fn item(fields: &[(&str, Option<&str>)]) -> String {
    indented(&lines(fields), 2).replacen("  ", "- ", 1)
}

/// Fields in YAML, those that there are, each in a line of its own. A text in JSON is one in YAML.
fn lines(fields: &[(&str, Option<&str>)]) -> String {
    fields.iter().filter_map(|(name, text)| Some(format!("{name}: {}\n", Json::from((*text)?)))).collect()
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(key: &str, property: Option<&str>, version: Option<&str>) -> Remote {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Remote { key: key.to_owned(), property: owned(property), version: owned(version) }
    }

    #[test]
    fn properties_are_jmes_paths() {
        assert_eq!(jmes_path("a_b.c1"), "a_b.c1");
        assert_eq!(jmes_path("service-token"), "\"service-token\"");
        assert_eq!(jmes_path("a.b-c.1"), "a.\"b-c\".\"1\"");
        assert_eq!(jmes_path("list[0].\"x y\""), "list[0].\"x y\"");
    }

    #[test]
    fn aws_entries_are_listed_once_with_all_that_is_taken_from_them() {
        let (whole, part) = (remote("app", None, Some("uuid/1-2")), remote("app", Some("t"), Some("uuid/1-2")));
        let text = aws(&[("WHOLE", &whole), ("PART", &part)]);
        let entry = "- objectName: \"app\"\n  objectType: \"secretsmanager\"\n  objectAlias: \"WHOLE\"\n  \
                     objectVersion: \"1-2\"\n  jmesPath:\n    - path: \"t\"\n      objectAlias: \"PART\"\n";
        assert_eq!(text, entry);
    }

    #[test]
    fn texts_stay_texts_whatever_is_in_them() {
        let odd = remote("a: \"b\"\n- c", Some("'%#"), None);
        assert_eq!(
            vault("X", &odd),
            "- objectName: \"X\"\n  secretPath: \"a: \\\"b\\\"\\n- c\"\n  secretKey: \"'%#\"\n"
        );
    }
}
