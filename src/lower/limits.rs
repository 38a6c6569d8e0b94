//! What a namespace may use: bounds that no stack of its own ever meets, and that whatever else gets in soon does.

use super::metadata;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Amounts, Environment, Service, Storage};
use crate::quantity;
use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem, LimitRangeSpec, ResourceQuota, ResourceQuotaSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

const NAME: &str = "agentos-limits";

/// How many pods of each sort there may be: each, and the one before it that has not ended yet. A Deployment waits for
/// its own, but not for a pod that was deleted or moved off its node.
const GENERATIONS: i128 = 2;

/// Pods of jobs: a restore, a check, whatever is run beside the stack.
const JOBS: i128 = 2;

/// A resource that is limited: its name, its amount among others, and how an amount of it is written.
#[derive(Clone, Copy)]
struct Resource {
    name: &'static str,
    pick: fn(&Amounts) -> &Option<String>,
    write: fn(i128) -> String,
}

const RESOURCES: [Resource; 3] = [
    Resource { name: "cpu", pick: |amounts| &amounts.cpu, write: quantity::cores },
    Resource { name: "memory", pick: |amounts| &amounts.memory, write: quantity::bytes },
    Resource { name: "ephemeral-storage", pick: |amounts| &amounts.ephemeral_storage, write: quantity::bytes },
];

/// Whether a stack's namespace is limited: a tenant's own always, the environment's where it asks for it.
fn is_limited(environment: &Environment) -> bool {
    environment.tenant.is_some() || environment.tenancy.limit_namespace
}

/// The bound on all pods together, where there is one.
pub(super) fn resource_quota(environment: &Environment) -> Option<ResourceQuota> {
    is_limited(environment).then(|| ResourceQuota {
        metadata: metadata::of_stack(environment, NAME),
        spec: Some(ResourceQuotaSpec { hard: Some(hard(environment)), ..ResourceQuotaSpec::default() }),
        ..ResourceQuota::default()
    })
}

/// What a container gets that does not say what it needs: without it the quota would refuse its pod. There are no
/// greatest amounts in it, so that it refuses nothing itself.
pub(super) fn limit_range(environment: &Environment) -> Option<LimitRange> {
    let amounts = |of: &Amounts| {
        let amount = |resource: Resource| Some((resource.name.to_owned(), Quantity((resource.pick)(of).clone()?)));
        Some(RESOURCES.into_iter().filter_map(amount).collect())
    };
    is_limited(environment).then(|| LimitRange {
        metadata: metadata::of_stack(environment, NAME),
        spec: Some(LimitRangeSpec {
            limits: vec![LimitRangeItem {
                type_: "Container".to_owned(),
                default_request: amounts(&guest_requests()),
                default: amounts(&guest_limits()),
                ..LimitRangeItem::default()
            }],
        }),
    })
}

/// What a container that is none of ours is taken to need: a sidecar in each pod, or a job.
fn guest_requests() -> Amounts {
    amounts("250m", "256Mi", "256Mi")
}

/// What a container that is none of ours may use.
fn guest_limits() -> Amounts {
    amounts("2", "1Gi", "1Gi")
}

fn amounts(cpu: &str, memory: &str, ephemeral_storage: &str) -> Amounts {
    Amounts {
        cpu: Some(cpu.to_owned()),
        memory: Some(memory.to_owned()),
        ephemeral_storage: Some(ephemeral_storage.to_owned()),
    }
}

fn hard(environment: &Environment) -> BTreeMap<String, Quantity> {
    let mut hard = BTreeMap::new();
    let mut set = |name: String, amount: String| hard.insert(name, Quantity(amount));
    for resource in RESOURCES {
        let requests = total(environment, resource, &guest_requests(), |service| &service.requests);
        let limits = total(environment, resource, &guest_limits(), |service| &service.limits);
        set(format!("requests.{}", resource.name), (resource.write)(requests));
        set(format!("limits.{}", resource.name), (resource.write)(limits));
    }
    set("pods".to_owned(), (GENERATIONS * pods(environment) + JOBS).to_string());
    let claims = claims(environment);
    if !claims.is_empty() {
        // A volume is restored or made larger beside the old one.
        set(
            "requests.storage".to_owned(),
            quantity::bytes(
                claims.iter().fold(0, |sum: i128, size| sum.saturating_add(size.saturating_mul(GENERATIONS))),
            ),
        );
        set("persistentvolumeclaims".to_owned(), (2 * claims.len()).to_string());
    }
    // There is one way in from outside, and it is not these (fact 5).
    set("services.loadbalancers".to_owned(), "0".to_owned());
    set("services.nodeports".to_owned(), "0".to_owned());
    hard
}

/// What all pods need of one resource: each with a guest in it and twice, and the jobs, each with a guest in it, too.
fn total(environment: &Environment, resource: Resource, guest: &Amounts, of: fn(&Service) -> &Amounts) -> i128 {
    let amount = |amounts: &Amounts| (resource.pick)(amounts).as_deref().and_then(quantity::parse);
    let guest = amount(guest).unwrap_or_default();
    let stack: i128 = ServiceName::ALL
        .into_iter()
        .map(|name| {
            let service = environment.services.get(name);
            // A container without an amount of its own gets that of the LimitRange.
            amount(of(service)).unwrap_or(guest).saturating_add(guest).saturating_mul(copies(service))
        })
        .fold(0, i128::saturating_add);
    stack.saturating_mul(GENERATIONS).saturating_add(JOBS * 2 * guest)
}

fn pods(environment: &Environment) -> i128 {
    ServiceName::ALL.into_iter().map(|service| copies(environment.services.get(service))).sum()
}

/// A service that is stopped counts as well, so that it can be started again.
fn copies(service: &Service) -> i128 {
    service.replicas.max(1).into()
}

fn claims(environment: &Environment) -> Vec<i128> {
    let sizes = ServiceName::ALL.into_iter().filter_map(|service| match environment.storage_of(service)? {
        Storage::Persistent(volume) => quantity::parse(&volume.size),
        Storage::Ephemeral => None,
    });
    sizes.collect()
}
