//! K007: pods stay within Pod Security `restricted`, all of it, and the namespaces of AgentOS enforce it. K024: its pods have
//! no more than they need. K025: they say which user they run as.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, entries, list, nearest, text};
use crate::catalogue::{NEEDLESS_PRIVILEGE, NON_ROOT_WITHOUT_USER, WEAKENED_HARDENING};
use crate::objects::object::Object;
use crate::objects::tokens::{self, Token};
use crate::objects::view::agent::Agent;
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

/// What a volume may be.
const VOLUMES: [&str; 8] =
    ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

/// What a namespace may be told of the kernel.
const SYSCTLS: [&str; 10] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
];

/// The label by which a namespace enforces a level of Pod Security.
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

const SELINUX: [&str; 5] = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        faults.extend(of_pod(pod));
        for container in pod.containers() {
            faults.extend(of_container(pod, container));
            faults.extend(lacking(pod, container));
        }
        faults.extend(needless(stack, pod));
    }
    let is_openshift = is_openshift(stack);
    for agent in stack.agents.iter().filter(|_| !is_openshift) {
        faults.extend(stack.pods.get(agent.pod).and_then(|pod| without_user(pod, agent)));
    }
    faults
        .extend(stack.of_kind("Namespace").filter_map(|(position, namespace)| unenforced(stack, position, namespace)));
    faults
}

/// Whether the objects are for OpenShift, which gives every namespace a user of its own.
fn is_openshift(stack: &Stack<'_>) -> bool {
    stack.objects.iter().any(|object| object.api_version.contains("openshift.io/"))
}

/// A container of AgentOS that must not be root and does not say what it is: the image's user is root, or in later releases
/// a name, of which the kubelet can't tell (fact 22).
fn without_user<'a>(pod: &Pod<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let own = agent.container.get("securityContext");
    let of_pod = pod.spec.get("securityContext");
    let either = |field: &str| {
        let given = |context: Option<&'a Json>| context?.get(field).filter(|value| !value.is_null());
        given(own).or_else(|| given(of_pod))
    };
    let non_root = either("runAsNonRoot").filter(|value| is_true(value) && either("runAsUser").is_none())?;
    Some(
        Fault::new(NON_ROOT_WITHOUT_USER, pod.owner, non_root, "it must not run as root, and names no user")
            .label("the image's own user is not accepted")
            .note("the image is root, or names its user, of which the kubelet can't tell: no container starts, and the reason stands only in the events of the pod (fact 22)")
            .help("add `runAsUser: 10001` beside it, and `fsGroup: 10001` to the pod"),
    )
}

/// A namespace of AgentOS in which pods are admitted that are not `restricted`.
fn unenforced<'a>(stack: &Stack<'a>, position: usize, namespace: &'a Object) -> Option<Fault<'a>> {
    let inhabited = stack.agents.iter().any(|agent| agent.namespace == namespace.name);
    let labels = at(&namespace.body, &["metadata", "labels"]);
    let level = labels.and_then(|labels| labels.get(ENFORCE));
    if !inhabited || level.and_then(Json::as_str) == Some("restricted") {
        return None;
    }
    let title = match level.and_then(Json::as_str) {
        Some(level) => format!("it enforces Pod Security `{level}`, not `restricted`"),
        None => "it enforces no level of Pod Security".to_owned(),
    };
    let value = level.unwrap_or_else(|| nearest(&namespace.body, &["metadata", "name"]));
    let fault = Fault::new(WEAKENED_HARDENING, position, value, title)
        .label("admits pods that may take over their node")
        .note("whoever may create pods here, or changes those of AgentOS, is held back by nothing")
        .help(format!("label it `{ENFORCE}: restricted`"));
    Some(if stack.is_prod(&namespace.name) { fault } else { fault.into_warning() })
}

fn forbidden<'a>(owner: usize, value: &'a Json, title: impl Into<String>) -> Fault<'a> {
    Fault::new(WEAKENED_HARDENING, owner, value, title)
        .label("outside `restricted`")
        .note("a namespace that enforces Pod Security `restricted` starts no such pod")
        .help("remove it")
}

fn is_true(value: &Json) -> bool {
    value == &Json::Bool(true)
}

fn of_pod<'a>(pod: &Pod<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        let value = pod.spec.get(field).filter(|value| is_true(value));
        faults
            .extend(value.map(|value| forbidden(pod.owner, value, format!("`{field}` shares the node with the pod"))));
    }
    for volume in list(pod.spec.get("volumes")) {
        let kinds = entries(Some(volume)).filter(|(kind, _)| *kind != "name" && !VOLUMES.contains(kind));
        faults.extend(kinds.map(|(kind, value)| {
            let name = text(volume, &["name"]).unwrap_or("");
            forbidden(pod.owner, value, format!("the volume `{name}` is of the kind `{kind}`")).at_name()
        }));
    }
    let context = pod.spec.get("securityContext");
    for sysctl in list(context.and_then(|context| context.get("sysctls"))).filter_map(|sysctl| sysctl.get("name")) {
        if !sysctl.as_str().is_some_and(|name| SYSCTLS.contains(&name)) {
            faults.push(forbidden(pod.owner, sysctl, format!("the kernel setting {sysctl} may not be changed")));
        }
    }
    faults.extend(context.into_iter().flat_map(|context| of_context(pod.owner, context)));
    faults
}

/// What a security context says outright, of a pod or a container.
fn of_context<'a>(owner: usize, context: &'a Json) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut refuse = |value: Option<&'a Json>, wrong: &dyn Fn(&Json) -> bool, title: &str| {
        faults.extend(value.filter(|value| wrong(value)).map(|value| forbidden(owner, value, title)));
    };
    refuse(context.get("runAsNonRoot"), &|value| value == &Json::Bool(false), "`runAsNonRoot` is off");
    refuse(context.get("runAsUser"), &|value| value.as_u64() == Some(0), "it runs as root");
    refuse(context.get("privileged"), &is_true, "a privileged container is root on the node");
    refuse(context.get("allowPrivilegeEscalation"), &is_true, "`allowPrivilegeEscalation` is on");
    let seccomp = |value: &Json| !matches!(value.as_str(), Some("RuntimeDefault" | "Localhost"));
    refuse(at(context, &["seccompProfile", "type"]), &seccomp, "no filter on system calls");
    let apparmor = |value: &Json| !matches!(value.as_str(), Some("RuntimeDefault" | "Localhost"));
    refuse(at(context, &["appArmorProfile", "type"]), &apparmor, "no AppArmor profile");
    let mount = |value: &Json| value.as_str() != Some("Default");
    refuse(context.get("procMount"), &mount, "`/proc` is not masked");
    let selinux = |value: &Json| !value.as_str().is_some_and(|kind| SELINUX.contains(&kind));
    refuse(at(context, &["seLinuxOptions", "type"]), &selinux, "a type of SELinux that is not for containers");
    let set = |value: &Json| value.as_str() != Some("");
    refuse(at(context, &["seLinuxOptions", "user"]), &set, "a user of SELinux");
    refuse(at(context, &["seLinuxOptions", "role"]), &set, "a role of SELinux");
    refuse(at(context, &["windowsOptions", "hostProcess"]), &is_true, "a process of the node");
    faults
}

fn of_container<'a>(pod: &Pod<'a>, container: &'a Json) -> Vec<Fault<'a>> {
    let mut faults: Vec<_> =
        container.get("securityContext").into_iter().flat_map(|context| of_context(pod.owner, context)).collect();
    for capability in list(at(container, &["securityContext", "capabilities", "add"])) {
        if capability.as_str() != Some("NET_BIND_SERVICE") {
            faults.push(forbidden(pod.owner, capability, format!("the capability {capability} is added")));
        }
    }
    let ports = list(container.get("ports")).filter_map(|port| port.get("hostPort"));
    for port in ports.filter(|port| port.as_u64() != Some(0)) {
        faults.push(forbidden(pod.owner, port, "a port of the node is taken"));
    }
    faults
}

/// What `restricted` asks for and nobody says: one finding a container.
fn lacking<'a>(pod: &Pod<'a>, container: &'a Json) -> Option<Fault<'a>> {
    let own = container.get("securityContext");
    let of_pod = pod.spec.get("securityContext");
    let either = |fields: &[&str]| own.and_then(|own| at(own, fields)).or(of_pod.and_then(|all| at(all, fields)));
    let drops = list(own.and_then(|own| at(own, &["capabilities", "drop"]))).any(|name| name.as_str() == Some("ALL"));
    let wanted = [
        ("`runAsNonRoot: true`", either(&["runAsNonRoot"]).is_some()),
        ("`allowPrivilegeEscalation: false`", own.and_then(|own| own.get("allowPrivilegeEscalation")).is_some()),
        ("`capabilities.drop: [ALL]`", drops),
        ("`seccompProfile.type: RuntimeDefault`", either(&["seccompProfile", "type"]).is_some()),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(_, is_set)| !is_set).map(|(name, _)| *name).collect();
    (!missing.is_empty()).then(|| {
        let name = text(container, &["name"]).unwrap_or("");
        let title = format!("the container `{name}` lacks {}", missing.join(", "));
        Fault::new(WEAKENED_HARDENING, pod.owner, nearest(container, &["securityContext"]), title)
            .label("runs with more rights than `restricted` gives")
            .note("a namespace that enforces Pod Security `restricted` starts no such pod")
            .help("add it under `securityContext`; AgentOS works as user 10001 with a read-only root")
    })
}

/// What a pod of AgentOS has and does not need: one finding a pod.
fn needless<'a>(stack: &Stack<'a>, pod: &Pod<'a>) -> Option<Fault<'a>> {
    let mut agents = stack.agents_of(pod).peekable();
    agents.peek()?;
    let off = |value: Option<&Json>| value == Some(&Json::Bool(false));
    let account =
        text(pod.spec, &["serviceAccountName"]).and_then(|name| stack.find("ServiceAccount", pod.namespace, name));
    let token = pod.spec.get("automountServiceAccountToken");
    let has_token = !off(token.or(account.and_then(|(_, account)| account.body.get("automountServiceAccountToken"))));
    let writable = agents
        .any(|agent| at(agent.container, &["securityContext", "readOnlyRootFilesystem"]) != Some(&Json::Bool(true)));
    let settings = [
        ("a token of the cluster (`automountServiceAccountToken: false`)", has_token),
        ("a writable root (`readOnlyRootFilesystem: true`)", writable),
        ("variables for every Service (`enableServiceLinks: false`)", !off(pod.spec.get("enableServiceLinks"))),
    ];
    let settings: Vec<&str> = settings.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect();
    let tokens = mounted_tokens(pod);
    if settings.is_empty() && tokens.is_empty() {
        return None;
    }
    let value = pod.object.body.get("metadata").map_or(&pod.object.body, |metadata| nearest(metadata, &["name"]));
    let all: Vec<&str> = settings.iter().copied().chain(tokens.iter().map(String::as_str)).collect();
    let fault = Fault::new(NEEDLESS_PRIVILEGE, pod.owner, value, format!("its pods have {}", all.join(", ")))
        .label("more than AgentOS needs");
    let fault = if settings.is_empty() { fault } else { fault.help("set what stands in brackets") };
    Some(match tokens.is_empty() {
        true => fault,
        false => fault.help("leave out volumes with tokens that nothing in the pod reads; where something does, allow K024 and say what"),
    })
}

/// The tokens in volumes that some container mounts, as messages name them.
fn mounted_tokens(pod: &Pod<'_>) -> Vec<String> {
    let is_mounted = |token: &Token<'_>| {
        pod.containers()
            .flat_map(|container| list(container.get("volumeMounts")))
            .any(|mount| text(mount, &["name"]) == Some(token.volume))
    };
    let named = |token: Token<'_>| match token.audience() {
        Some(audience) => format!("a token for `{audience}` in the volume `{}`", token.volume),
        None => format!("a token of the cluster in the volume `{}`", token.volume),
    };
    tokens::of_pod(pod.spec).filter(is_mounted).map(named).collect()
}
