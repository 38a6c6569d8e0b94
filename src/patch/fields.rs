//! What a patch must leave alone: what the fields of the environment say, because rules have judged the fields and see
//! nothing of the patch.

use crate::agentos::settings::{PREFIX, process};
use crate::finding::Finding;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::objects::reach::Networks;
use crate::objects::tokens::{self, Token};
use crate::objects::view::json::{at, list, text};
use crate::objects::view::pod::of_workload;
use crate::path::Path;
use serde_json::Value as Json;
use std::net::IpAddr;

/// The container that sends the audit log to standard output.
const AUDIT_SIDECAR: &str = "audit-shipping";

/// What the pods of a policy may call.
const EGRESS: &[&str] = &["spec", "egress"];

/// What a container does when it has started.
const START_HOOK: &[&str] = &["lifecycle", "postStart"];

/// A part of an object that follows from fields.
struct Part {
    kind: &'static str,
    /// The way to it, by names.
    at: &'static [&'static str],
    /// The fields that say it; none where it is the same in every environment.
    fields: &'static [&'static str],
    /// What goes wrong when a patch says it.
    otherwise: &'static str,
}

const PARTS: &[Part] = &[
    Part { kind: "Certificate", at: &["spec", "dnsNames"], fields: MTLS, otherwise: UNTRUSTED },
    Part {
        kind: "Certificate",
        at: &["spec", "isCA"],
        fields: &[],
        otherwise: "federation's key could make client certificates, which federation trusts",
    },
    Part { kind: "Certificate", at: &["spec", "issuerRef", "name"], fields: MTLS, otherwise: UNTRUSTED },
    Part {
        kind: "Certificate",
        at: &["spec", "secretName"],
        fields: MTLS,
        otherwise: "federation mounts the Secret that the field names",
    },
    Part { kind: "Certificate", at: &["spec", "usages"], fields: &[], otherwise: UNTRUSTED },
    Part {
        kind: "ConfigMap",
        at: &["data"],
        fields: &[],
        otherwise: "it follows from fields, and the pods would not roll when it changes",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "replicas"],
        fields: &["services.<service>.replicas"],
        otherwise: "every store has a single writer, and quotas count once a pod",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "strategy"],
        fields: &[],
        otherwise: "a second pod during an update loses runs",
    },
    Part {
        kind: "Deployment",
        at: &["spec", "template", "spec", "restartPolicy"],
        fields: &[],
        otherwise: "the API server takes no Deployment with another than the default, `Always`",
    },
    Part { kind: "ExternalSecret", at: &["spec", "data"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part { kind: "ExternalSecret", at: &["spec", "dataFrom"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part { kind: "ExternalSecret", at: &["spec", "secretStoreRef"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part { kind: "ExternalSecret", at: &["spec", "target"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part {
        kind: "HTTPRoute",
        at: &["spec", "hostnames"],
        fields: &["services.<service>.exposure", "tenancy.tenants.<id>.hosts"],
        otherwise: "of two routes with one host either may answer, also that of another tenant's stack",
    },
    Part {
        kind: "HTTPRoute",
        at: &["spec", "parentRefs"],
        fields: &["services.<service>.exposure"],
        otherwise: "no policy lets another gateway in, and nothing says that it verifies who calls (fact 5)",
    },
    Part {
        kind: "Namespace",
        at: &["metadata", "labels", "pod-security.kubernetes.io/enforce"],
        fields: &[],
        otherwise: OTHER_PODS,
    },
    Part {
        kind: "Namespace",
        at: &["metadata", "labels", "pod-security.kubernetes.io/enforce-version"],
        fields: &[],
        otherwise: OTHER_PODS,
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "ingress"],
        fields: &["network.callers"],
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
    Part {
        kind: "NetworkPolicy",
        at: EGRESS,
        fields: &["network.peers", "network.resolvers"],
        otherwise: "a list in a patch replaces the whole list: without DNS or a peer's port forwards fail, and what is opened \
                    takes a caller's token to any host that a peer names (fact 18a)",
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "podSelector"],
        fields: &[],
        otherwise: "pods that no policy selects are open to all",
    },
    Part {
        kind: "NetworkPolicy",
        at: &["spec", "policyTypes"],
        fields: &[],
        otherwise: "a direction that no policy is for is open to all",
    },
    Part {
        kind: "PersistentVolumeClaim",
        at: &["spec"],
        fields: &["storage"],
        otherwise: "no rule on volumes would see it",
    },
    Part { kind: "SealedSecret", at: &["spec", "encryptedData"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part { kind: "SealedSecret", at: &["spec", "template", "data"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part { kind: "SecretProviderClass", at: &["spec"], fields: SECRETS, otherwise: OTHER_CREDENTIALS },
    Part {
        kind: "Service",
        at: &["spec", "externalIPs"],
        fields: &["services.<service>.exposure"],
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
    Part {
        kind: "Service",
        at: &["spec", "externalName"],
        fields: &[],
        otherwise: "the Service would lead to another host",
    },
    Part {
        kind: "Service",
        at: &["spec", "internalTrafficPolicy"],
        fields: &[],
        otherwise: "with `Local`, callers on other nodes than the service's one pod reach nothing",
    },
    Part {
        kind: "Service",
        at: &["spec", "ports"],
        fields: &["services.<service>.service_port"],
        otherwise: "peers are told another port than the Service's",
    },
    Part { kind: "Service", at: &["spec", "selector"], fields: &[], otherwise: "the Service would lead to other pods" },
    Part {
        kind: "Service",
        at: &["spec", "type"],
        fields: &["services.<service>.exposure"],
        otherwise: "whoever reaches the services is believed, whatever tenant they name",
    },
    Part { kind: "ServiceAccount", at: TOKEN, fields: &[], otherwise: UNUSED_TOKEN },
];

const MTLS: &[&str] = &["federation.mtls"];

const SECRETS: &[&str] = &["secrets"];

const OTHER_CREDENTIALS: &str = "the pods would be given other credentials than rules have seen";

const OTHER_PODS: &str = "the namespace would admit pods that may take over their node";

const UNTRUSTED: &str = "callers and peers would not trust the certificate";

const TOKEN: &[&str] = &["automountServiceAccountToken"];

const UNUSED_TOKEN: &str = "containers would get a token of the cluster: AgentOS never calls the API server, and whoever gets into a pod would";

/// Parts of a pod, of a Deployment's and a Job's.
const PARTS_OF_PODS: &[Part] = &[
    Part { kind: "Pod", at: TOKEN, fields: &[], otherwise: UNUSED_TOKEN },
    Part {
        kind: "Pod",
        at: &["enableServiceLinks"],
        fields: &[],
        otherwise: "Kubernetes would set variables that look like settings",
    },
    Part {
        kind: "Pod",
        at: &["securityContext", "fsGroup"],
        fields: &[],
        otherwise: "the volume could not be written, and health would stay green all the same",
    },
];

/// What follows from fields and is another after a patch.
pub(super) fn overridden(before: &Object, after: &Object, environment: &Environment, path: &Path) -> Vec<Finding> {
    let parts = PARTS.iter().filter(|part| part.kind == before.kind);
    let mut findings: Vec<Finding> =
        parts.filter_map(|part| changed(part, called(before, part), &before.body, &after.body, path)).collect();
    findings.extend((before.kind == "Service" && is_headless(&after.body)).then(|| headless(path)));
    if let (Some(before), Some(after)) = (of_workload(before), of_workload(after)) {
        let path = path.fields(&["spec", "template", "spec"]);
        findings.extend(overridden_in_pod(before.spec, after.spec, environment, &path));
    }
    findings
}

/// Whether a Service has no address of its own.
fn is_headless(body: &Json) -> bool {
    let mut addresses = at(body, &["spec", "clusterIP"]).into_iter().chain(list(at(body, &["spec", "clusterIPs"])));
    addresses.any(|address| address == "None")
}

fn headless(path: &Path) -> Finding {
    let otherwise = "names would lead to the pods themselves, which don't listen on the Service's port";
    explain(&path.field("spec").field("clusterIP"), &[], otherwise)
}

fn changed(part: &Part, fields: &[&str], before: &Json, after: &Json, path: &Path) -> Option<Finding> {
    let place = path.fields(part.at);
    (at(before, part.at) != at(after, part.at)).then(|| {
        let finding = explain(&place, fields, part.otherwise);
        match part.at == EGRESS {
            true => finding
                .help("for what no field names, put a NetworkPolicy of your own beside the build: policies add up"),
            false => finding,
        }
    })
}

/// The fields that say a part. What the pods of a policy may call is said by one field or another, as they are those of one
/// service or another.
fn called(object: &Object, part: &Part) -> &'static [&'static str] {
    let pods = text(&object.body, &["spec", "podSelector", "matchLabels", "app.kubernetes.io/component"]);
    match pods.filter(|_| part.at == EGRESS) {
        Some("agent-orchestrator") => {
            &["database", "authentication", "services.model-policy.model", "network.resolvers"]
        }
        Some("model-policy") => &["authentication", "network.resolvers"],
        Some("smoke") => &["network.resolvers"],
        Some(_) | None => part.fields,
    }
}

pub(super) fn explain(at: &Path, fields: &[&str], otherwise: &str) -> Finding {
    let named: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let (message, help) = match named.split_last() {
        Some((last, [])) => {
            (format!("a patch changes what {last} says"), format!("say it with {last}, which is checked"))
        }
        Some((last, others)) => {
            let named = format!("{} or {last}", others.join(", "));
            (format!("a patch changes what {named} says"), format!("say it with {named}, which are checked"))
        }
        None => ("a patch changes what has to stay as it is".to_owned(), "leave it out of the patch".to_owned()),
    };
    Finding::value(at.clone(), message).label("no rule would see this").note(otherwise).help(help)
}

/// A patch may add volumes, mounts, containers and variables of others; ours have to stay as they are.
fn overridden_in_pod(before: &Json, after: &Json, environment: &Environment, path: &Path) -> Vec<Finding> {
    let parts = PARTS_OF_PODS.iter().filter_map(|part| changed(part, part.fields, before, after, path));
    let mut findings: Vec<Finding> = parts.collect();
    findings.extend(another_account(before, after, environment, path));
    findings.extend(other_resolvers(after, environment, path));
    if !kept(before, after, "volumes") {
        let otherwise = "data or credentials would come from elsewhere";
        findings.push(explain(&path.field("volumes"), &["storage", "secrets"], otherwise));
    }
    if !kept(before, after, "imagePullSecrets") {
        let otherwise = "a list in a patch replaces the whole list: the registry would refuse to give the images";
        findings.push(explain(&path.field("imagePullSecrets"), &["pull_secrets"], otherwise));
    }
    findings.extend(new_tokens(before, after, path));
    for field in ["initContainers", "containers"] {
        let path = path.field(field);
        for ours in list(before.get(field)) {
            let name = name(ours);
            match list(after.get(field)).find(|other| self::name(other) == name) {
                None => findings.push(removed(name, &path)),
                Some(theirs) if field == "containers" => findings.extend(overridden_in_container(ours, theirs, &path)),
                Some(theirs) => findings.extend((ours != theirs).then(|| changed_sidecar(name, &path))),
            }
        }
    }
    findings
}

/// The account that a patch has the pods run as, where the environment does not say that it is there.
fn another_account(before: &Json, after: &Json, environment: &Environment, path: &Path) -> Option<Finding> {
    // The second is what Kubernetes called it once, and still takes where the first is not there.
    let (field, account) = ["serviceAccountName", "serviceAccount"]
        .into_iter()
        .find_map(|field| Some((field, after.get(field)?)))
        .unwrap_or(("serviceAccountName", &Json::Null));
    let is_ours = Some(account) == before.get("serviceAccountName");
    let accounts = &environment.provided.service_accounts;
    if is_ours || account.as_str().is_some_and(|account| accounts.contains(account)) {
        return None;
    }
    let title = match account.as_str() {
        Some(account) => format!("a patch has the pods run as the ServiceAccount `{account}`"),
        None => "a patch has the pods run as the ServiceAccount `default`".to_owned(),
    };
    Some(
        Finding::value(path.field(field), title)
            .label("an account that is not compiled for them")
            .note("what is bound to the account, in the cluster or in a cloud, the pods may do; no rule sees what that is")
            .help("leave it out of the patch: `services.<service>.annotations` reach the compiled account, for a cloud's identity")
            .help("where the platform gives an account, name it under `provided.ServiceAccount`"),
    )
}

/// Resolvers that a patch has the pods ask, where no policy opens the way to them.
fn other_resolvers(after: &Json, environment: &Environment, path: &Path) -> Option<Finding> {
    if !environment.network.default_deny {
        return None;
    }
    let resolvers = environment.network.resolvers.values();
    let open: Networks = resolvers.flat_map(|resolver| &resolver.networks).map(String::as_str).collect();
    let is_open = |server: &Json| {
        server.as_str().and_then(|server| server.parse::<IpAddr>().ok()).is_some_and(|server| open.contains(server))
    };
    let is_of_node = after.get("dnsPolicy").is_some_and(|policy| policy == "Default");
    let mut servers = list(at(after, &["dnsConfig", "nameservers"]));
    let place = match is_of_node {
        true => path.field("dnsPolicy"),
        false if servers.any(|server| !is_open(server)) => path.field("dnsConfig").field("nameservers"),
        false => return None,
    };
    let otherwise =
        "policies open the way to these resolvers alone: elsewhere no name of the cluster or of a peer is resolved";
    let finding = explain(&place, &["network.resolvers"], otherwise);
    Some(finding.help("a patch may name servers that are in the `networks` of one of them"))
}

/// Volumes of a patch with a token that the API server takes.
fn new_tokens(before: &Json, after: &Json, path: &Path) -> Option<Finding> {
    let known: Vec<Token<'_>> = tokens::of_pod(before).collect();
    let token = tokens::of_pod(after).find(|token| token.audience().is_none() && !known.contains(token))?;
    Some(
        Finding::value(
            path.field("volumes"),
            format!("a patch adds a token of the cluster, as the volume `{}`", token.volume),
        )
        .label("a token that the API server accepts")
        .note("AgentOS never calls the API server: who gets at the token can do what the pod's account may")
        .help("leave the volume out, or name in `audience` who else reads the token, as in `audience = \"vault\"`"),
    )
}

/// One of our containers that a patch leaves out.
fn removed(name: &str, path: &Path) -> Finding {
    let note = match name {
        AUDIT_SIDECAR => {
            "a list in a patch replaces the whole list: audit records would no longer reach the cluster's logs"
        }
        _ => "a list in a patch replaces the whole list: what the container does would no longer be done",
    };
    let finding = Finding::value(path.clone(), format!("a patch removes the container `{name}`"))
        .label("ours is not among these")
        .note(note)
        .help(format!("repeat `{name}` as it is compiled, beside your own"));
    match name {
        AUDIT_SIDECAR => finding.help("or say with `audit_shipping` that no sidecar is wanted"),
        _ => finding.help("a native sidecar goes under `initContainers`, with `restartPolicy = \"Always\"`"),
    }
}

fn changed_sidecar(name: &str, path: &Path) -> Finding {
    let fields: &[&str] = if name == AUDIT_SIDECAR { &["audit_shipping"] } else { &[] };
    explain(path, fields, "audit records may no longer reach the cluster's logs, without a word")
}

fn overridden_in_container(ours: &Json, theirs: &Json, path: &Path) -> Vec<Finding> {
    let same = |field: &str| ours.get(field) == theirs.get(field);
    let hook = at(ours, START_HOOK);
    let (hooked, hook_otherwise): (&[&str], &str) = match hook {
        Some(_) => (
            &["tenancy.tenants"],
            "it creates the tenants, of which the runtime knows none when it starts: every request would be answered 403 (fact 14)",
        ),
        None => (&[], "a start hook that fails has the container killed and started again, without end"),
    };
    let checks: [(bool, &[&str], &str); 6] = [
        (same("image"), &["image"], "no rule would see whether the image is pinned"),
        (
            same("args") && same("command"),
            &["services.<service>.port"],
            "the runtime ignores flags that stand in another order",
        ),
        (
            settings(ours) == settings(theirs) && kept(ours, theirs, "env") && same("envFrom"),
            &["services.<service>.env"],
            "the runtime takes settings that it does not understand for their defaults",
        ),
        (kept(ours, theirs, "volumeMounts"), &["storage", "secrets"], "what is written elsewhere dies with the pod"),
        (hook == at(theirs, START_HOOK), hooked, hook_otherwise),
        (same("workingDir"), &[], "the runtime keeps files below its working folder, and could not write them"),
    ];
    let broken = checks.into_iter().filter(|(holds, ..)| !holds);
    let findings = broken.map(|(_, fields, otherwise)| explain(path, fields, otherwise));
    findings.chain(mounted_over(ours, theirs, path)).collect()
}

/// A mount that a patch adds at, inside of or around one of ours.
fn mounted_over(ours: &Json, theirs: &Json, path: &Path) -> Option<Finding> {
    const MOUNTS: &str = "volumeMounts";
    let is_ours = |mount: &Json| list(ours.get(MOUNTS)).any(|own| own == mount);
    // Of one of ours that is changed the rest is said.
    let mut added = list(theirs.get(MOUNTS)).filter(|mount| kept(ours, theirs, MOUNTS) && !is_ours(mount));
    let (added, hidden) =
        added.find_map(|mount| Some((mount, list(ours.get(MOUNTS)).find(|own| meet(own, mount))?)))?;
    let fields: &[&str] = match name(hidden) {
        "data" => &["storage"],
        "jwt" => &["federation.jwt"],
        "peers" => &["federation.peers"],
        "secrets" => SECRETS,
        "tenants" => &["tenancy.tenants"],
        "tls" => &["federation.mtls", "services.<service>.tls"],
        _ => &[],
    };
    let shown = |mount: &Json| format!("/{}", folder(mount).join("/"));
    let otherwise =
        format!("a volume at `{}` hides what is compiled at `{}`, or a part of it", shown(added), shown(hidden));
    Some(explain(path, fields, &otherwise).help("mount what is yours elsewhere"))
}

/// Whether one of two mounts is at the folder of the other, or inside of it.
fn meet(one: &Json, other: &Json) -> bool {
    folder(one).iter().zip(folder(other)).all(|(step, other)| *step == other)
}

/// The steps to the folder of a mount. The kubelet takes a relative path for one from the root.
fn folder(mount: &Json) -> Vec<&str> {
    let path = text(mount, &["mountPath"]).unwrap_or("");
    path.split('/').fold(Vec::new(), |mut steps, step| {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
        steps
    })
}

fn name(container: &Json) -> &str {
    text(container, &["name"]).unwrap_or("")
}

/// The variables of a container that AgentOS or its language reads, and `env` sets.
fn settings(container: &Json) -> Vec<&Json> {
    let is_of_go = |variable: &str| process::SETTINGS.iter().any(|setting| setting.name == variable);
    let is_setting = |variable: &&Json| name(variable).starts_with(PREFIX) || is_of_go(name(variable));
    list(container.get("env")).filter(is_setting).collect()
}

/// Whether everything in a list is still in it.
fn kept(before: &Json, after: &Json, field: &str) -> bool {
    list(before.get(field)).all(|one| list(after.get(field)).any(|other| other == one))
}
