//! N011, across files: two environments of one cluster under one host. A gateway gives a request to the route that was
//! created first.

use super::{Claim, Finding, Fleet, Rule, Said, dedicated_tenants};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::HOST_EXPOSED_TWICE;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: HOST_EXPOSED_TWICE, check };

fn claims(environment: &Environment) -> Vec<((String, String), Claim)> {
    let mut claims = Vec::new();
    for service in ServiceName::ALL {
        let Some(gateway) = environment.services.get(service).exposure.gateway() else { continue };
        let path = Path::of(["services", service.as_str(), "exposure", "host"]);
        claims.push((gateway.host.clone(), Claim::of_shared(path)));
        claims.extend(dedicated_tenants(environment).filter_map(|(id, tenant)| {
            let claim = Claim::of_tenant(id, |tenant| tenant.field("hosts").field(service.as_str()));
            Some((tenant.hosts.get(service).clone()?, claim))
        }));
    }
    claims.into_iter().map(|(host, claim)| ((environment.cluster.clone(), host), claim)).collect()
}

fn check(fleet: &Fleet<'_>) -> Vec<Finding> {
    let contested = fleet.contested(claims);
    contested
        .into_iter()
        .map(|(one, other)| {
            let message = format!("{} and {} are exposed under one host", one.name(), other.name());
            let what = Said::value(one.claim.path.clone(), message)
                .label(format!("in the cluster `{}`", one.view.environment.cluster))
                .note("the gateway gives each request to one of them, and nothing says which: tenants of one stack reach the other")
                .help("give each stack a host of its own");
            let found = Finding::new(HOST_EXPOSED_TWICE, one.view.member, what);
            found.and_value(other.view.member, other.claim.path, "and here")
        })
        .collect()
}
