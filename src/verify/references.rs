//! K002: every Secret, ConfigMap, ServiceAccount, claim and volume that a pod names is there, with the keys it needs; so
//! are the Services that routes lead to and the Secrets that scrapers use.

use super::fault::{At, Fault};
use super::index::{Keys, Stack, Target};
use super::pod::{Given, Pod, given};
use super::{at, list, text};
use crate::catalogue::DANGLING_REFERENCE;
use crate::settings::Key;
use serde_json::Value as Json;
use std::collections::HashSet;

struct Reference<'a> {
    kind: &'static str,
    object: usize,
    /// The value that holds the name.
    name: &'a Json,
    keys: Vec<&'a Json>,
    optional: bool,
    from: String,
}

/// What every namespace has without a manifest.
const STANDING: [(&str, &str); 2] = [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        faults.extend(references(pod).iter().filter_map(|reference| dangling(stack, pod.namespace, reference)));
        faults.extend(pod.containers().flat_map(|container| unmounted(pod, container)));
    }
    for (object, namespace, reference) in elsewhere(stack) {
        faults.extend(dangling(stack, namespace, &Reference { object, ..reference }));
    }
    faults.extend(missing_files(stack));
    faults
}

fn references<'a>(pod: &Pod<'a>) -> Vec<Reference<'a>> {
    let object = pod.owner;
    let mut found = Vec::new();
    let named = |kind, value: &'a Json, field: &str, from: String| {
        let optional = value.get("optional") == Some(&Json::Bool(true));
        Some(Reference { kind, object, name: value.get(field)?, keys: Vec::new(), optional, from })
    };
    found.extend(named("ServiceAccount", pod.spec, "serviceAccountName", "`serviceAccountName`".to_owned()));
    for pull in list(pod.spec.get("imagePullSecrets")) {
        found.extend(named("Secret", pull, "name", "`imagePullSecrets`".to_owned()));
    }
    for volume in list(pod.spec.get("volumes")) {
        let from = || format!("the volume `{}`", text(volume, &["name"]).unwrap_or(""));
        let projected = list(at(volume, &["projected", "sources"]));
        for source in [volume].into_iter().chain(projected) {
            let kinds = [
                ("Secret", "secret", if std::ptr::eq(source, volume) { "secretName" } else { "name" }),
                ("ConfigMap", "configMap", "name"),
                ("PersistentVolumeClaim", "persistentVolumeClaim", "claimName"),
            ];
            for (kind, field, name) in kinds {
                let Some(body) = source.get(field) else { continue };
                let keys = list(body.get("items")).filter_map(|item| item.get("key")).collect();
                found.extend(named(kind, body, name, from()).map(|reference| Reference { keys, ..reference }));
            }
        }
    }
    for container in pod.containers() {
        for source in list(container.get("envFrom")) {
            for (kind, field) in [("Secret", "secretRef"), ("ConfigMap", "configMapRef")] {
                let body = source.get(field);
                found.extend(body.and_then(|body| named(kind, body, "name", "`envFrom`".to_owned())));
            }
        }
        for variable in list(container.get("env")) {
            for (kind, field) in [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")] {
                let Some(body) = at(variable, &["valueFrom", field]) else { continue };
                let from = format!("the variable `{}`", text(variable, &["name"]).unwrap_or(""));
                let keys = body.get("key").into_iter().collect();
                found.extend(named(kind, body, "name", from).map(|reference| Reference { keys, ..reference }));
            }
        }
    }
    found
}

fn dangling<'a>(stack: &Stack<'a>, namespace: &str, reference: &Reference<'a>) -> Option<Fault<'a>> {
    let Reference { kind, object, name: value, keys, optional, from } = reference;
    let name = value.as_str()?;
    if *optional || STANDING.contains(&(*kind, name)) {
        return None;
    }
    let target = stack.target(kind, namespace, name);
    let has = |key: &str| match &target {
        Target::Nothing => false,
        Target::Object(position) => stack.objects.get(*position).is_some_and(|object| {
            ["data", "stringData", "binaryData"].iter().any(|field| at(&object.body, &[field, key]).is_some())
        }),
        Target::Made(Keys::Any) => true,
        Target::Made(Keys::These(keys)) => keys.contains(key),
        Target::External(external) => external.keys.is_empty() || external.keys.iter().any(|known| known == key),
    };
    if matches!(target, Target::Nothing) {
        let near = stack.find_anywhere(kind, name);
        let fault = Fault::new(
            DANGLING_REFERENCE,
            *object,
            value,
            format!("{from} refers to the {kind} `{name}`, which nothing provides"),
        )
        .label("nothing has this name");
        return Some(match near {
            Some(other) => fault.help(format!(
                "there is one in the namespace `{}`, and none in that of this object: move one of the two",
                super::index::namespace(other)
            )),
            None => fault.help(format!(
                "correct the name or add the {kind}; if somebody else provides it, say `--external {kind}/{name}`"
            )),
        });
    }
    let missing = keys.iter().find(|key| key.as_str().is_some_and(|key| !has(key)))?;
    let key = missing.as_str()?;
    Some(
        Fault::new(
            DANGLING_REFERENCE,
            *object,
            missing,
            format!("{from} refers to the key `{key}`, which the {kind} `{name}` does not have"),
        )
        .label("no such key")
        .help(format!("correct the key, or add it to the {kind}")),
    )
}

/// Mounts of volumes that the pod does not have.
fn unmounted<'a>(pod: &Pod<'a>, container: &'a Json) -> impl Iterator<Item = Fault<'a>> {
    let volumes: HashSet<&str> = list(pod.spec.get("volumes")).filter_map(|volume| text(volume, &["name"])).collect();
    let missing =
        |mount: &&'a Json| text(mount, &["name"]).is_some_and(|name| !volumes.contains(name) && !pod.claims(name));
    let owner = pod.owner;
    let missing: Vec<&'a Json> = list(container.get("volumeMounts")).filter(missing).collect();
    missing.into_iter().filter_map(move |mount| {
        let name = mount.get("name")?;
        let title = format!("a mount refers to the volume `{}`, which the pod does not have", name.as_str()?);
        Some(Fault::new(DANGLING_REFERENCE, owner, name, title).label("no such volume").help("add it under `volumes`"))
    })
}

/// What objects other than pods refer to.
fn elsewhere<'a>(stack: &Stack<'a>) -> Vec<(usize, &'a str, Reference<'a>)> {
    let mut found = Vec::new();
    let reference = |kind, name, keys, from: &str| Reference {
        kind,
        object: 0,
        name,
        keys,
        optional: false,
        from: from.to_owned(),
    };
    for (position, account) in stack.of_kind("ServiceAccount") {
        for name in list(account.body.get("imagePullSecrets")).filter_map(|pull| pull.get("name")) {
            let namespace = super::index::namespace(account);
            found.push((position, namespace, reference("Secret", name, Vec::new(), "`imagePullSecrets`")));
        }
    }
    for (kind, endpoints) in [("ServiceMonitor", "endpoints"), ("PodMonitor", "podMetricsEndpoints")] {
        for (position, monitor) in stack.of_kind(kind) {
            for endpoint in list(at(&monitor.body, &["spec", endpoints])) {
                let secrets = [at(endpoint, &["authorization", "credentials"]), endpoint.get("bearerTokenSecret")];
                for secret in secrets.into_iter().flatten() {
                    let Some(name) = secret.get("name") else { continue };
                    let keys = secret.get("key").into_iter().collect();
                    let namespace = super::index::namespace(monitor);
                    found.push((position, namespace, reference("Secret", name, keys, "the scraper's token")));
                }
            }
        }
    }
    for (position, backend) in super::ports::backends(stack) {
        found.push((position, backend.namespace, reference("Service", backend.name, Vec::new(), "the route")));
    }
    found
}

/// Files that a setting names and that nothing puts there: the peers file and mounted secrets. What only federation's
/// own keys suffer from it, F022 says.
fn missing_files<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for agent in &stack.agents {
        let Some(pod) = stack.pods.get(agent.pod) else { continue };
        let peers = agent.name(Key::PeersFile);
        let is_secret_file = |name: &str| {
            let secret = name.strip_suffix("_FILE");
            secret.is_some_and(|secret| super::settings::known(agent.runtime, secret).is_some_and(|s| s.is_secret()))
        };
        for variable in &agent.variables {
            if Some(variable.name) != peers && !is_secret_file(variable.name) {
                continue;
            }
            let Some((path, place)) = variable.text().filter(|(path, _)| path.starts_with('/')) else { continue };
            let why = match given(stack, pod, agent.container, path) {
                Given::Maybe | Given::Text(_) => continue,
                Given::NotMounted => "nothing is mounted there".to_owned(),
                Given::Lacking(mount) => format!("what is mounted at `{}` has no such file", mount.path),
            };
            let At { object, value } = place;
            faults.push(
                Fault::new(
                    DANGLING_REFERENCE,
                    object,
                    value,
                    format!("`{}` names the file `{path}`, which is not there", variable.name),
                )
                .label(why)
                .help("correct the path, or mount the volume that has the file"),
            );
        }
    }
    faults
}
