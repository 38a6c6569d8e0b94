//! N011: two services under one host. A gateway gives a request to the route that was created first.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::HOST_EXPOSED_TWICE;
use crate::finding::Finding;
use crate::model::{self, Environment};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: HOST_EXPOSED_TWICE, check };

/// A service of a stack with its host.
struct Exposed<'a> {
    host: &'a str,
    service: ServiceName,
    tenant: Option<&'a String>,
}

fn check(environment: &Environment) -> Vec<Finding> {
    let stacks = model::stacks(environment);
    let exposed: Vec<Exposed<'_>> = stacks
        .iter()
        .flat_map(|stack| {
            ServiceName::ALL.into_iter().filter_map(|service| {
                let gateway = stack.services.get(service).exposure.gateway()?;
                Some(Exposed { host: &gateway.host, service, tenant: stack.tenant.as_ref() })
            })
        })
        .collect();
    let earlier = exposed.iter().enumerate().filter_map(|(position, one)| Some((one, exposed.get(..position)?)));
    earlier.filter_map(|(one, earlier)| Some(finding(one, earlier.iter().find(|other| meet(one, other))?))).collect()
}

/// Whether a request may be meant for either. Federation's path is its own, so that it can be under the host of another
/// service of its stack.
fn meet(one: &Exposed<'_>, other: &Exposed<'_>) -> bool {
    let one_path = one.service.path_prefix() == other.service.path_prefix();
    one.host == other.host && (one_path || one.tenant != other.tenant)
}

fn finding(one: &Exposed<'_>, other: &Exposed<'_>) -> Finding {
    let path = match one.tenant {
        Some(tenant) => Path::of(["tenancy", "tenants"]).field(tenant).field("hosts").field(one.service.as_str()),
        None => Path::of(["services", one.service.as_str(), "exposure", "host"]),
    };
    Finding::value(path, format!("`{}` is the host of {}, too", one.host, named(other)))
        .label(format!("given to {} as well", named(one)))
        .note("the gateway gives each request to one of them, and nothing says which")
        .help("give each a host of its own")
}

fn named(exposed: &Exposed<'_>) -> String {
    match exposed.tenant {
        Some(tenant) => format!("{} of `{tenant}`", exposed.service.as_str()),
        None => exposed.service.as_str().to_owned(),
    }
}
