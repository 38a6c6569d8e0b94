//! The Job that checks a stack from inside its cluster, and what it needs: the plan, an account without a token, and the
//! way to the services.
//!
//! The checks are those of the command; here they become the lines of a plan, which a fixed script reads. So nothing
//! that a user wrote is part of the script. Each stack has its Job, in its own namespace.

use super::container::{mount, pull_policy, security_context};
use super::network::{both_ways, pods, port, resolution};
use super::workload::{USER, pull_secrets, toleration};
use super::{metadata, object};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Caller, Environment, Texts};
use crate::objects::annotations::{PREFIX, unsubstituted};
use crate::objects::object::Object;
use crate::smoke::{self, Check, Options, Step};
use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{
    ConfigMap, ConfigMapVolumeSource, Container, EnvVar, EnvVarSource, ObjectFieldSelector, PodSecurityContext,
    PodSpec, PodTemplateSpec, ResourceRequirements, SeccompProfile, ServiceAccount, Volume, VolumeMount,
};
use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde_json::Value as Json;

/// The name of every object here; the Job's has a hash after it.
const NAME: &str = "agentos-smoke";
const FOLDER: &str = "/etc/agentos/smoke";
const SCRIPT: &str = include_str!("smoke.sh");
const SCRIPT_FILE: &str = "smoke.sh";
const PLAN_FILE: &str = "plan";

/// How long the Job may take with all its tries, in seconds.
const DEADLINE: i64 = 600;

/// How long a finished Job stays, in seconds: a day, for its log to be read.
const KEPT: i32 = 86_400;

/// The Job and what it needs, in an order that applies cleanly; none where it is not wanted.
pub(super) fn objects(environment: &Environment) -> Vec<Object> {
    if !environment.smoke.job {
        return Vec::new();
    }
    let data = data(environment);
    let mut objects = vec![object(&service_account(environment))];
    if environment.network.default_deny {
        objects.push(object(&way_out(environment)));
        objects.extend(ServiceName::ALL.map(|service| object(&way_in(environment, service))));
    }
    let spec = spec(environment, &data);
    objects.push(object(&config_map(environment, data)));
    objects.push(object(&job(environment, spec)));
    objects
}

/// The script and its plan. The script's variables are written as Flux's.
fn config_map(environment: &Environment, data: Texts) -> ConfigMap {
    let mut metadata = meta(environment, NAME);
    metadata.annotations.get_or_insert_default().extend([unsubstituted()]);
    ConfigMap { metadata, data: Some(data), ..ConfigMap::default() }
}

/// A Job's template can't be changed, so that another template is another Job: its name has the hash of it.
fn job(environment: &Environment, spec: JobSpec) -> Job {
    let digest = blake3::hash(object_text(&spec).as_bytes()).to_hex();
    let digest: String = digest.chars().take(8).collect();
    Job { metadata: meta(environment, &format!("{NAME}-{digest}")), spec: Some(spec), ..Job::default() }
}

fn object_text(spec: &JobSpec) -> String {
    // Only maps whose keys are no strings can't become JSON, and there are none.
    serde_json::to_string(spec).unwrap_or_default()
}

fn spec(environment: &Environment, data: &Texts) -> JobSpec {
    JobSpec {
        active_deadline_seconds: Some(DEADLINE),
        backoff_limit: Some(3),
        ttl_seconds_after_finished: Some(KEPT),
        template: PodTemplateSpec { metadata: Some(pod_meta(environment, data)), spec: Some(pod(environment)) },
        ..JobSpec::default()
    }
}

fn pod_meta(environment: &Environment, data: &Texts) -> ObjectMeta {
    let meta = meta(environment, NAME);
    let mut hasher = blake3::Hasher::new();
    for (name, text) in data {
        hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    let digest: String = hasher.finalize().to_hex().chars().take(16).collect();
    let mut annotations = meta.annotations.unwrap_or_default();
    annotations.insert(format!("{PREFIX}/config-hash"), digest);
    ObjectMeta { labels: meta.labels, annotations: Some(annotations), ..ObjectMeta::default() }
}

/// The pod runs where the orchestrator's may: what lets that one onto a node lets this one.
fn pod(environment: &Environment) -> PodSpec {
    let scheduling = &environment.services.agent_orchestrator.scheduling;
    PodSpec {
        service_account_name: Some(NAME.to_owned()),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        restart_policy: Some("Never".to_owned()),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
            ..PodSecurityContext::default()
        }),
        image_pull_secrets: pull_secrets(environment),
        priority_class_name: scheduling.priority_class.clone(),
        node_selector: metadata::texts(scheduling.node_selector.clone()),
        tolerations: (!scheduling.tolerations.is_empty())
            .then(|| scheduling.tolerations.iter().map(toleration).collect()),
        containers: vec![container(environment)],
        volumes: Some(vec![Volume {
            name: "smoke".to_owned(),
            config_map: Some(ConfigMapVolumeSource { name: NAME.to_owned(), ..ConfigMapVolumeSource::default() }),
            ..Volume::default()
        }]),
        ..PodSpec::default()
    }
}

/// The image of the services has `curl` (fact 14), so that no other image has to be trusted.
fn container(environment: &Environment) -> Container {
    let script = format!("{FOLDER}/{SCRIPT_FILE}");
    Container {
        name: "smoke".to_owned(),
        image: Some(environment.image.clone()),
        image_pull_policy: Some(pull_policy(environment.pull_policy.as_deref(), &environment.image)),
        command: Some(["/bin/sh", &script, FOLDER].map(str::to_owned).into()),
        env: Some(vec![node_address()]),
        resources: Some(ResourceRequirements {
            requests: Some(amounts("10m", "32Mi")),
            limits: Some(amounts("100m", "64Mi")),
            ..ResourceRequirements::default()
        }),
        volume_mounts: Some(vec![VolumeMount { read_only: Some(true), ..mount("smoke", FOLDER) }]),
        security_context: Some(security_context()),
        ..Container::default()
    }
}

/// The address of the pod's node, which policies need not close to it: an API server there proves nothing.
fn node_address() -> EnvVar {
    let field = ObjectFieldSelector { field_path: "status.hostIP".to_owned(), ..ObjectFieldSelector::default() };
    let source = EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() };
    EnvVar { name: "NODE_ADDRESS".to_owned(), value: None, value_from: Some(source) }
}

fn amounts(cpu: &str, memory: &str) -> std::collections::BTreeMap<String, Quantity> {
    let named = [("cpu", cpu), ("memory", memory), ("ephemeral-storage", "16Mi")];
    named.into_iter().map(|(name, amount)| (name.to_owned(), Quantity(amount.to_owned()))).collect()
}

fn service_account(environment: &Environment) -> ServiceAccount {
    ServiceAccount {
        metadata: meta(environment, NAME),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

/// Where the Job may call: name resolution and the three services.
fn way_out(environment: &Environment) -> NetworkPolicy {
    let to = |service| NetworkPolicyEgressRule {
        to: Some(vec![pods(environment, &caller(metadata::selecting_labels(service)))]),
        ports: Some(vec![port("TCP", environment.services.get(service).port)]),
    };
    let rules = resolution(environment).into_iter().chain(ServiceName::ALL.map(to));
    NetworkPolicy {
        metadata: meta(environment, NAME),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(LabelSelector { match_labels: Some(labels()), ..LabelSelector::default() }),
            policy_types: both_ways(),
            egress: Some(rules.collect()),
            ingress: None,
        }),
    }
}

/// Lets the Job in at a service. Policies add up, so that this one stands beside the service's own.
fn way_in(environment: &Environment, service: ServiceName) -> NetworkPolicy {
    NetworkPolicy {
        metadata: metadata::of_service(environment, service, &format!("{NAME}-to-{}", service.as_str())),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(metadata::selector(service)),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from: Some(vec![pods(environment, &caller(labels()))]),
                ports: Some(vec![port("TCP", environment.services.get(service).port)]),
            }]),
            egress: None,
        }),
    }
}

fn caller(pods: Texts) -> Caller {
    Caller { namespace: None, pods }
}

fn meta(environment: &Environment, name: &str) -> ObjectMeta {
    let mut meta = metadata::of_stack(environment, name);
    meta.labels.get_or_insert_default().extend(labels());
    meta
}

/// The labels of the Job's pods. No service's selector matches them.
fn labels() -> Texts {
    let named = [("app.kubernetes.io/name", "agentos"), ("app.kubernetes.io/component", "smoke")];
    named.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The script, the plan, and the bodies that the plan's requests have.
fn data(environment: &Environment) -> Texts {
    let options = Options { writes: !environment.is_prod(), ..Options::default() };
    let mut bodies: Vec<String> = Vec::new();
    let mut plan = String::new();
    for check in smoke::checks(environment, &options).iter().filter(|check| check.skip.is_none()) {
        plan += &lines(environment, check, &mut bodies);
    }
    let bodies = bodies.into_iter().enumerate().map(|(index, body)| (body_file(index), body + "\n"));
    let files = [(SCRIPT_FILE.to_owned(), SCRIPT.to_owned()), (PLAN_FILE.to_owned(), plan)];
    files.into_iter().chain(bodies).collect()
}

fn body_file(index: usize) -> String {
    format!("body-{}.json", index + 1)
}

fn lines(environment: &Environment, check: &Check, bodies: &mut Vec<String>) -> String {
    let steps: String = check.steps.iter().map(|step| line(environment, step, bodies)).collect();
    let shut = if check.from_inside.is_some() { "shut kubernetes\n" } else { "" };
    format!("check {}\n{steps}{shut}", check.name)
}

/// A step as the script reads it. No part has white space in it: paths are ours, and the contracts of the rest allow
/// none.
fn line(environment: &Environment, step: &Step, bodies: &mut Vec<String>) -> String {
    let request = &step.request;
    let url = format!("{}{}", environment.base_url(request.service), request.path);
    let tenant = request.tenant.as_deref().unwrap_or("-");
    let body = request.body.as_ref().map_or_else(|| "-".to_owned(), |body| body_file(kept(bodies, body)));
    let statuses: Vec<String> = step.expect.statuses.iter().map(u16::to_string).collect();
    let statuses = if statuses.is_empty() { "-".to_owned() } else { statuses.join(",") };
    let words: String = words(step).iter().map(|word| format!(" {word}")).collect();
    format!("{} {url} {tenant} {body} {statuses} {}{words}\n", request.method.as_str(), flag(step))
}

/// What else a request brings, and what its answer has to be like.
fn words(step: &Step) -> Vec<String> {
    let Step { request, expect, .. } = step;
    let mut words: Vec<String> = expect
        .fields
        .iter()
        .map(|field| format!("{}{}={}", field.name, if field.needed { "" } else { "?" }, field.value))
        .collect();
    let mut add = |is_there: bool, word: String| words.extend(is_there.then_some(word));
    add(request.admin, "@admin".to_owned());
    add(step.closed.is_some(), "@closed".to_owned());
    add(expect.error, "@error".to_owned());
    add(expect.metrics, format!("@metrics={}", request.service.as_str()));
    if let Some(text) = expect.says {
        // The script takes it for a pattern, in which `?` is any character.
        add(true, format!("@says={}", text.replace(' ', "?")));
    }
    if let Some(tenants) = &expect.tenants {
        add(true, format!("@tenants={}", tenants.iter().map(String::as_str).collect::<Vec<_>>().join(",")));
    }
    words
}

fn flag(step: &Step) -> &'static str {
    match (step.tidies, step.keeps_run, step.expect.names_run) {
        (true, _, _) => "tidy",
        (false, true, _) => "keep",
        (false, false, true) => "names",
        (false, false, false) => "-",
    }
}

/// The place of a body among those that are needed.
fn kept(bodies: &mut Vec<String>, body: &Json) -> usize {
    let text = body.to_string();
    if let Some(index) = bodies.iter().position(|known| *known == text) {
        return index;
    }
    bodies.push(text);
    bodies.len() - 1
}
