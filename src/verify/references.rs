//! K002: every Secret, ConfigMap, ServiceAccount, claim and volume that a pod names is there, with the keys it needs; so
//! are the Services that routes lead to and the Secrets that scrapers use.

use super::expected::Believed;
use super::fault::{At, Fault};
use super::given::{Given, given};
use super::providers::Target;
use super::stack::Stack;
use super::{at, expected, list, text};
use crate::agentos::behaviour;
use crate::agentos::settings::Key;
use crate::catalogue::DANGLING_REFERENCE;
use crate::objects::makers::{self, Keys};
use crate::objects::object::{External, Object};
use crate::objects::view::annotation;
use crate::objects::view::line;
use crate::objects::view::pod::Pod;
use crate::path::Path;
use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};

struct Reference<'a> {
    kind: &'static str,
    object: usize,
    /// The name.
    called: &'a str,
    /// The value that holds it.
    name: &'a Json,
    keys: Vec<&'a Json>,
    optional: bool,
    /// Whether AgentOS or a scraper needs it.
    of_agentos: bool,
    /// Whether it is of a pod that the compiler made.
    is_compiled: bool,
    from: String,
}

/// What the cluster has without a manifest: in one namespace, or in every.
const STANDING: [(&str, Option<&str>, &str); 9] = [
    ("ServiceAccount", None, "default"),
    ("ConfigMap", None, "kube-root-ca.crt"),
    ("ConfigMap", None, "openshift-service-ca.crt"),
    ("ConfigMap", None, "istio-ca-root-cert"),
    ("ConfigMap", Some("kube-system"), "extension-apiserver-authentication"),
    ("ConfigMap", Some("kube-system"), "coredns"),
    ("ConfigMap", Some("kube-public"), "cluster-info"),
    ("Service", Some("default"), "kubernetes"),
    ("Service", Some("kube-system"), "kube-dns"),
];

/// The kinds that an environment can say the platform makes.
const PROVIDED: [&str; 4] = ["ConfigMap", "PersistentVolumeClaim", "Secret", "ServiceAccount"];

/// How references to credentials of a registry are called.
const PULLING: &str = "`imagePullSecrets`";

/// How a scraper's reference is called.
const SCRAPER: &str = "the scraper's token";

/// Whether an object of this name is there without a manifest. An empty name of a ServiceAccount is the default one.
fn is_standing(kind: &str, namespace: &str, name: &str) -> bool {
    name.is_empty() && kind == "ServiceAccount"
        || STANDING.iter().any(|(standing, within, known)| {
            *standing == kind && *known == name && within.is_none_or(|within| within == namespace)
        })
}

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    // One finding for an object that is missing, with all that refer to it.
    let mut missing: IndexMap<_, Missing<'a>> = IndexMap::new();
    let mut judge = |namespace: &'a str, reference: Reference<'a>| match dangling(stack, namespace, &reference) {
        None => None,
        Some(Dangling::Key(fault)) => Some(fault),
        Some(Dangling::Object(name)) => {
            let place = At { object: reference.object, value: reference.name };
            let is_fatal = reference.from != PULLING;
            match missing.entry((reference.kind, namespace, name)) {
                Entry::Vacant(first) => drop(first.insert(Missing { reference, others: Vec::new(), is_fatal })),
                Entry::Occupied(mut known) => {
                    known.get_mut().others.push(place);
                    known.get_mut().is_fatal |= is_fatal;
                }
            }
            None
        }
    };
    for pod in stack.pods.iter().filter(|pod| !is_test(pod)) {
        for reference in references(stack, pod) {
            faults.extend(judge(pod.namespace, reference));
        }
        faults.extend(pod.containers().flat_map(|container| unmounted(pod, container)));
    }
    for (object, namespace, reference) in elsewhere(stack) {
        faults.extend(judge(namespace, Reference { object, ..reference }));
    }
    faults.extend(missing.into_iter().map(|((_, _, name), missing)| absent(stack, name, missing)));
    faults.extend(missing_files(stack));
    faults
}

/// Whether Helm makes the pod only when it is asked to test a release.
fn is_test(pod: &Pod<'_>) -> bool {
    let hooks = annotation(&pod.object.body, "helm.sh/hook");
    hooks.is_some_and(|hooks| hooks.split(',').all(|hook| hook.trim().starts_with("test")))
}

fn references<'a>(stack: &Stack<'a>, pod: &Pod<'a>) -> Vec<Reference<'a>> {
    let object = pod.owner;
    let is_compiled = expected::is_compiled(pod.template);
    let is_agent = |container: &&'a Json| line::is_agent(container, stack.expansions);
    let mounts = pod.containers().filter(is_agent).flat_map(|container| list(container.get("volumeMounts")));
    let mounted: HashSet<Option<&str>> = mounts.map(|mount| text(mount, &["name"])).collect();
    let mut found = Vec::new();
    let named = |kind, value: &'a Json, field: &str, from: String| {
        let optional = value.get("optional") == Some(&Json::Bool(true));
        let name = value.get(field)?;
        let called = name.as_str()?;
        let (keys, of_agentos) = (Vec::new(), false);
        Some(Reference { kind, object, called, name, keys, optional, of_agentos, is_compiled, from })
    };
    found.extend(named("ServiceAccount", pod.spec, "serviceAccountName", "`serviceAccountName`".to_owned()));
    for pull in list(pod.spec.get("imagePullSecrets")) {
        found.extend(named("Secret", pull, "name", PULLING.to_owned()));
    }
    // A StatefulSet replaces a volume that is called as one of its claims.
    let volumes = list(pod.spec.get("volumes"));
    for volume in volumes.filter(|volume| !text(volume, &["name"]).is_some_and(|name| pod.claims(name))) {
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
                let of_agentos = mounted.contains(&text(volume, &["name"]));
                let reference = named(kind, body, name, from());
                found.extend(reference.map(|reference| Reference { keys, of_agentos, ..reference }));
            }
        }
    }
    for container in pod.containers() {
        let of_agentos = is_agent(&container);
        for source in list(container.get("envFrom")) {
            for (kind, field) in [("Secret", "secretRef"), ("ConfigMap", "configMapRef")] {
                let reference = source.get(field).and_then(|body| named(kind, body, "name", "`envFrom`".to_owned()));
                found.extend(reference.map(|reference| Reference { of_agentos, ..reference }));
            }
        }
        for variable in list(container.get("env")) {
            for (kind, field) in [("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")] {
                let Some(body) = at(variable, &["valueFrom", field]) else { continue };
                let from = format!("the variable `{}`", text(variable, &["name"]).unwrap_or(""));
                let keys = body.get("key").into_iter().collect();
                let reference = named(kind, body, "name", from);
                found.extend(reference.map(|reference| Reference { keys, of_agentos, ..reference }));
            }
        }
    }
    found
}

/// What compiled stacks expect from outside, as far as something needs it and nothing else provides it.
pub(super) fn expected_from_outside(stack: &Stack<'_>) -> Vec<External> {
    let of_pods = stack
        .pods
        .iter()
        .flat_map(|pod| references(stack, pod).into_iter().map(|reference| (pod.namespace, reference)));
    let elsewhere = elsewhere(stack).into_iter().map(|(_, namespace, reference)| (namespace, reference));
    let referred = of_pods.chain(elsewhere).filter_map(|(namespace, reference)| {
        let keys = excused(stack, namespace, &reference)?;
        Some(((reference.kind, namespace, reference.called), keys))
    });
    let routes = stack.objects.iter().flat_map(expected::gateways).filter_map(|(namespace, name)| {
        Some((("Gateway", namespace, name), stack.expected(Believed::OfAgentos, "Gateway", namespace, name)?))
    });
    let needed: BTreeMap<_, _> = referred.chain(routes).collect();
    needed
        .into_iter()
        .filter(|((kind, namespace, name), _)| matches!(stack.target(kind, namespace, name), Target::Nothing))
        .map(|((kind, namespace, name), keys)| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            External { kind, namespace: namespace.to_owned(), name: name.to_owned(), keys }
        })
        .collect()
}

/// The keys of what a reference leads to, where the stack says that it comes from outside.
fn excused<'s, 'a>(stack: &'s Stack<'a>, namespace: &str, reference: &Reference<'a>) -> Option<&'s [&'a str]> {
    let Reference { kind, called, of_agentos, is_compiled, .. } = reference;
    let excused = |believed| stack.expected(believed, kind, namespace, called);
    let expected = excused(Believed::OfAgentos).filter(|_| *of_agentos);
    expected.or_else(|| excused(Believed::OfCompiledPods).filter(|_| *is_compiled))
}

/// What is wrong with a reference.
enum Dangling<'a> {
    /// Nothing provides the object of this name.
    Object(&'a str),
    /// The object lacks a key.
    Key(Fault<'a>),
}

fn dangling<'a>(stack: &Stack<'a>, namespace: &str, reference: &Reference<'a>) -> Option<Dangling<'a>> {
    let Reference { kind, object, called: name, keys, optional, of_agentos, from, .. } = reference;
    if *optional || is_standing(kind, namespace, name) {
        return None;
    }
    let target = stack.target(kind, namespace, name);
    let expected = excused(stack, namespace, reference);
    let has = |key: &str| match &target {
        Target::Nothing => expected.is_some_and(|keys| keys.is_empty() || keys.contains(&key)),
        Target::Object => {
            let fields = ["data", "stringData", "binaryData"];
            let holds = |object: &Object| fields.iter().any(|field| at(&object.body, &[field, key]).is_some());
            stack.find_all(kind, namespace, name).iter().any(|object| holds(object) || makers::fills(object, key))
                || stack.makes_key(kind, namespace, name, key)
        }
        Target::Made(Keys::Any) => true,
        Target::Made(Keys::These(keys)) => keys.contains(key),
        Target::External(external) => external.keys.is_empty() || external.keys.iter().any(|known| known == key),
    };
    // Which Secrets a pod creates can't be seen; what AgentOS needs is none of them.
    if matches!(target, Target::Nothing) && *kind == "Secret" && !of_agentos && stack.has_secret_maker(namespace) {
        return None;
    }
    if matches!(target, Target::Nothing) && expected.is_none() {
        return Some(Dangling::Object(name));
    }
    if from == PULLING
        && let Some(fault) = no_registry(stack, namespace, reference)
    {
        return Some(Dangling::Key(fault));
    }
    let missing = keys.iter().find(|key| key.as_str().is_some_and(|key| !has(key)))?;
    let key = missing.as_str()?;
    let fault = Fault::new(
        DANGLING_REFERENCE,
        *object,
        missing,
        format!("{from} refers to the key `{key}`, which the {kind} `{name}` does not have"),
    );
    Some(Dangling::Key(fault.label("no such key").help(format!("correct the key, or add it to the {kind}"))))
}

/// The types of Secrets with the credentials of registries: the kubelet passes over all others.
const REGISTRY_TYPES: [&str; 2] = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/// A Secret to pull images with that has no credentials of a registry.
fn no_registry<'a>(stack: &Stack<'a>, namespace: &str, reference: &Reference<'a>) -> Option<Fault<'a>> {
    let secrets = stack.find_all("Secret", namespace, reference.called);
    let kind = |secret: &&'a Object| text(&secret.body, &["type"]).unwrap_or("Opaque");
    let first = secrets.iter().map(kind).next()?;
    if secrets.iter().map(kind).any(|kind| REGISTRY_TYPES.contains(&kind)) {
        return None;
    }
    let title =
        format!("{PULLING} refers to the Secret `{}`, which is none with credentials of a registry", reference.called);
    let fault = Fault::new(DANGLING_REFERENCE, reference.object, reference.name, title);
    Some(
        fault
            .into_warning()
            .label(format!("of the type `{first}`"))
            .note("the kubelet passes it over and pulls the image without it, which a private registry refuses")
            .help("make it of the type `kubernetes.io/dockerconfigjson`, with the key `.dockerconfigjson`"),
    )
}

/// References to an object that nothing provides.
struct Missing<'a> {
    /// The first of them.
    reference: Reference<'a>,
    others: Vec<At<'a>>,
    /// Whether a pod can't start without it.
    is_fatal: bool,
}

fn absent<'a>(stack: &Stack<'a>, name: &str, missing: Missing<'a>) -> Fault<'a> {
    let Missing { reference: Reference { kind, object, name: value, from, .. }, others, is_fatal } = missing;
    let near = stack.find_anywhere(kind, name);
    let provided = PROVIDED.contains(&kind);
    let title = format!("{from} refers to the {kind} `{name}`, which nothing provides");
    let fault = Fault::new(DANGLING_REFERENCE, object, value, title).label("nothing has this name");
    let fault = match is_fatal {
        true => fault,
        false => fault.into_warning().note("the kubelet pulls the image without it, which a private registry refuses"),
    };
    let fault = others.into_iter().fold(fault, |fault, other| fault.and(other, "needed here, too"));
    match near {
        Some(other) => fault.help(format!(
            "there is one in the namespace `{}`, and none in that of this object: move one of the two",
            super::namespace(other)
        )),
        None => fault.help(format!(
            "correct the name or add the {kind}; if the platform makes it, say so: {}`--external {kind}/{name}` for `verify`",
            if provided { format!("`{}` in the environment, ", declared(kind, name)) } else { String::new() }
        )),
    }
}

/// What an environment writes where the platform makes an object.
fn declared(kind: &str, name: &str) -> String {
    format!("{} = {{}}", Path::of(["provided", kind]).field(name))
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
    let reference = |kind, name: &'a Json, keys, from: &str| Reference {
        kind,
        object: 0,
        called: name.as_str().unwrap_or(""),
        name,
        keys,
        optional: false,
        of_agentos: from == SCRAPER,
        is_compiled: false,
        from: from.to_owned(),
    };
    for (position, account) in stack.of_kind("ServiceAccount") {
        for name in list(account.body.get("imagePullSecrets")).filter_map(|pull| pull.get("name")) {
            let namespace = super::namespace(account);
            found.push((position, namespace, reference("Secret", name, Vec::new(), PULLING)));
        }
    }
    for (kind, endpoints) in [("ServiceMonitor", "endpoints"), ("PodMonitor", "podMetricsEndpoints")] {
        for (position, monitor) in stack.of_kind(kind) {
            for endpoint in list(at(&monitor.body, &["spec", endpoints])) {
                let secrets = [at(endpoint, &["authorization", "credentials"]), endpoint.get("bearerTokenSecret")];
                for secret in secrets.into_iter().flatten() {
                    let Some(name) = secret.get("name") else { continue };
                    let keys = secret.get("key").into_iter().collect();
                    let namespace = super::namespace(monitor);
                    found.push((position, namespace, reference("Secret", name, keys, SCRAPER)));
                }
            }
        }
    }
    for (position, backend) in super::routes::backends(stack) {
        let route = reference("Service", backend.name, Vec::new(), "the route");
        found.push((position, backend.namespace, Reference { called: backend.service, ..route }));
    }
    found.retain(|(_, _, reference)| reference.name.is_string());
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
            secret.is_some_and(|secret| behaviour::setting(agent.runtime, secret).is_some_and(|s| s.is_secret()))
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
