//! K014: a stack in a namespace that is not its own to take: the cluster's, or that of the pods that resolve names,
//! forward requests to it or scrape it. The stack's Namespace object and its policies hold for all that runs there.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{SYSTEM_NAMESPACE, title};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{self, Environment, Namespaces};
use crate::names::is_system_namespace;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SYSTEM_NAMESPACE, check };

/// A namespace that a field of the environment gives to something else.
pub(crate) struct Taken<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The field that names it.
    pub path: Path,
    /// What runs there.
    pub by: &'static str,
}

fn check(environment: &Environment) -> Vec<Finding> {
    let taken = taken(environment);
    let stacks = model::stacks(environment);
    stacks.iter().filter_map(|stack| of_stack(environment, stack, &taken)).collect()
}

fn of_stack(environment: &Environment, stack: &Environment, taken: &[Taken<'_>]) -> Option<Finding> {
    let own = Path::of(["namespace"]);
    let tenant = stack.tenant.as_ref().map(|id| Path::of(["tenancy", "tenants"]).field(id));
    let path = tenant.as_ref().map_or(own.clone(), |tenant| tenant.field("namespace"));
    let name = &stack.namespace;
    // A name that is derived from the environment's begins as that does, of which it is said already.
    let is_derived = tenant.is_some() && name.starts_with(environment.namespace.as_str());
    if is_system_namespace(name) && !(is_derived && is_system_namespace(&environment.namespace)) {
        let namespace = Remedy::set(path.clone(), "\"agentos\"");
        let finding = Finding::value(path, title(SYSTEM_NAMESPACE, [name])).given(own);
        let finding = if tenant.is_none() { finding.mended(namespace) } else { finding };
        return Some(explained(finding.label("not a stack's"), environment.namespaces));
    }
    let other = taken.iter().find(|taken| taken.namespace == name)?;
    let otherwise = tenant.map_or(other.path.clone(), |tenant| tenant.field("isolation"));
    let finding =
        Finding::value(path, format!("`{name}` is the namespace of {}", other.by)).or_at(otherwise).given(own);
    Some(explained(finding.label(format!("`{}` names it, too", other.path)), environment.namespaces))
}

/// A finding with what happens at run time, and what to write instead.
pub(crate) fn explained(finding: Finding, namespaces: Namespaces) -> Finding {
    let note = match namespaces {
        Namespaces::Managed => {
            "applying the stack puts Pod Security `restricted` and its network policies on the whole namespace: pods that \
             run there are cut off, and refused when they restart"
        }
        Namespaces::Existing => {
            "applying the stack puts its network policies on the whole namespace: pods that run there are cut off"
        }
    };
    finding.note(note)
}

/// The namespaces in which other fields say that something else runs.
pub(crate) fn taken(environment: &Environment) -> Vec<Taken<'_>> {
    let resolvers = environment.network.resolvers.iter().filter_map(|(name, resolver)| {
        Some(Taken {
            namespace: resolver.namespace.as_deref()?,
            path: Path::of(["network", "resolvers"]).field(name).field("namespace"),
            by: "the pods that resolve names",
        })
    });
    let dns = environment.network.dns.as_ref().and_then(|dns| dns.namespace.as_deref()).map(|namespace| Taken {
        namespace,
        path: Path::of(["network", "dns", "namespace"]),
        by: "the pods that resolve names",
    });
    let scraper = environment.observability.scraper().map(|scraper| Taken {
        namespace: &scraper.namespace,
        path: Path::of(["observability", "metrics", "namespace"]),
        by: "the Prometheus that scrapes the stack",
    });
    let gateways = ServiceName::ALL.into_iter().flat_map(|service| {
        let gateway = environment.services.get(service).exposure.gateway();
        let path = Path::of(["services", service.as_str(), "exposure", "gateway"]);
        let proxies = gateway.and_then(|gateway| gateway.proxies.namespace.as_deref());
        let of_proxies = proxies.map(|namespace| Taken {
            namespace,
            path: path.field("proxies").field("namespace"),
            by: "the gateway's proxies",
        });
        let of_gateway = gateway.map(|gateway| Taken {
            namespace: &gateway.namespace,
            path: path.field("namespace"),
            by: "the gateway",
        });
        of_gateway.into_iter().chain(of_proxies)
    });
    dns.into_iter().chain(resolvers).chain(gateways).chain(scraper).collect()
}
