//! The one container of a service's pod, with probes that work and nothing it does not need.

use super::service::PORT_NAME;
use super::{federation, settings, storage, tenants};
use crate::agentos::settings::{Pin, release};
use crate::agentos::surface::DATA_VOLUME;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Amounts, Environment};
use crate::objects::kubelet::literal;
use k8s_openapi::api::core::v1::{
    Capabilities, Container, ContainerPort, EnvVar, HTTPGetAction, Probe, ResourceRequirements, SecurityContext,
    TCPSocketAction, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

/// The container; `mounts` are those that its pod's volumes ask for.
pub(super) fn container(environment: &Environment, service: ServiceName, mut mounts: Vec<VolumeMount>) -> Container {
    let own = environment.services.get(service);
    mounts.insert(0, mount(DATA_VOLUME, &storage::folder(service)));
    Container {
        name: "agentos".to_owned(),
        image: Some(environment.image.clone()),
        working_dir: working_folder(environment, service),
        image_pull_policy: Some(pull_policy(environment.pull_policy.as_deref(), &environment.image)),
        // Flags come before the service: after it the runtime ignores them and listens on 8081 (fact 7).
        args: Some(vec![
            "serve".to_owned(),
            "--addr".to_owned(),
            format!(":{}", own.port),
            service.as_str().to_owned(),
        ]),
        ports: Some(vec![ContainerPort {
            name: Some(PORT_NAME.to_owned()),
            container_port: own.port.into(),
            protocol: Some("TCP".to_owned()),
            ..ContainerPort::default()
        }]),
        env: Some(settings::variables(environment, service)),
        resources: Some(resources(&own.requests, &own.limits)),
        volume_mounts: Some(mounts),
        lifecycle: match service {
            ServiceName::AgentOrchestrator => tenants::lifecycle(environment),
            ServiceName::ModelPolicy | ServiceName::Federation => None,
        },
        // Up to a minute to load the stores; then three misses in half a minute restart the container.
        startup_probe: Some(Probe {
            period_seconds: Some(2),
            failure_threshold: Some(30),
            ..probe(environment, service, service.health_path())
        }),
        liveness_probe: Some(Probe {
            period_seconds: Some(10),
            failure_threshold: Some(3),
            ..probe(environment, service, service.health_path())
        }),
        readiness_probe: Some(Probe {
            period_seconds: Some(5),
            failure_threshold: Some(2),
            ..probe(environment, service, ready_path(environment, service))
        }),
        security_context: Some(security_context()),
        ..Container::default()
    }
}

/// The container with its texts written so that its process sees them as they are here: the kubelet expands references
/// in arguments, commands and the values of variables, and nowhere else.
pub(super) fn seen_as_written(container: Container) -> Container {
    let words = |words: Option<Vec<String>>| words.map(|words| words.iter().map(|word| literal(word)).collect());
    let variable = |variable: EnvVar| EnvVar { value: variable.value.as_deref().map(literal), ..variable };
    Container {
        command: words(container.command),
        args: words(container.args),
        env: container.env.map(|variables| variables.into_iter().map(variable).collect()),
        ..container
    }
}

/// The working folder, where a release keeps something below it that no setting moves onto the volume: under a read-only
/// root it would not start.
fn working_folder(environment: &Environment, service: ServiceName) -> Option<String> {
    let keeps = service == ServiceName::AgentOrchestrator && release(environment.runtime).unset_store.is_some();
    keeps.then(|| storage::folder(service))
}

/// A mount at a folder.
pub(super) fn mount(volume: &str, folder: &str) -> VolumeMount {
    VolumeMount { name: volume.to_owned(), mount_path: folder.to_owned(), ..VolumeMount::default() }
}

/// Where a service says that it takes requests: where its release has no such place, its health stands for it.
fn ready_path(environment: &Environment, service: ServiceName) -> &'static str {
    let of_its_own = match service {
        ServiceName::AgentOrchestrator => release(environment.runtime).ready_path,
        ServiceName::ModelPolicy | ServiceName::Federation => None,
    };
    of_its_own.unwrap_or(service.health_path())
}

fn probe(environment: &Environment, service: ServiceName, path: &str) -> Probe {
    let port = IntOrString::String(PORT_NAME.to_owned());
    let anonymous = service != ServiceName::Federation || federation::answers_anonymous_probes(environment);
    let probe = Probe { timeout_seconds: Some(3), ..Probe::default() };
    if anonymous {
        let path = Some(path.to_owned());
        // Unset, the scheme is HTTP. The kubelet verifies no certificate.
        let scheme = (environment.scheme(service) == "https").then(|| "HTTPS".to_owned());
        Probe { http_get: Some(HTTPGetAction { path, port, scheme, ..HTTPGetAction::default() }), ..probe }
    } else {
        Probe { tcp_socket: Some(TCPSocketAction { port, host: None }), ..probe }
    }
}

/// What Pod Security `restricted` asks of a container, and a root file system that nobody writes to.
pub(super) fn security_context() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
        privileged: Some(false),
        read_only_root_filesystem: Some(true),
        run_as_non_root: Some(true),
        ..SecurityContext::default()
    }
}

/// What a container asks for, and what it may use.
pub(super) fn resources(requests: &Amounts, limits: &Amounts) -> ResourceRequirements {
    ResourceRequirements { requests: amounts(requests), limits: amounts(limits), ..ResourceRequirements::default() }
}

fn amounts(amounts: &Amounts) -> Option<BTreeMap<String, Quantity>> {
    let named = [("cpu", &amounts.cpu), ("memory", &amounts.memory), ("ephemeral-storage", &amounts.ephemeral_storage)];
    Some(named.into_iter().filter_map(|(name, amount)| Some((name.to_owned(), Quantity(amount.clone()?)))).collect())
}

/// A digest never moves, and a tag should not; `latest` and no tag do.
pub(super) fn pull_policy(wanted: Option<&str>, image: &str) -> String {
    if let Some(policy) = wanted {
        return policy.to_owned();
    }
    match Pin::parse(image) {
        Pin::Moving => "Always".to_owned(),
        Pin::Digest | Pin::Tag => "IfNotPresent".to_owned(),
    }
}
