//! T013: a field of a tenant that says something of a stack, or of a way in, that there is none of.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::IDLE_TENANT_FIELD;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Isolation, Tenant, TenantSecrets};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: IDLE_TENANT_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let tenants = environment.tenancy.tenants.iter();
    tenants
        .flat_map(|(id, tenant)| {
            let path = Path::of(["tenancy", "tenants"]).field(id);
            match tenant.isolation {
                Isolation::Shared => of_shared(&path, tenant),
                Isolation::Dedicated => of_dedicated(environment, &path, tenant),
            }
        })
        .collect()
}

fn of_shared(path: &Path, tenant: &Tenant) -> Vec<Finding> {
    let said = [
        ("namespace", tenant.namespace.is_some()),
        ("hosts", ServiceName::ALL.iter().any(|service| tenant.hosts.get(*service).is_some())),
        ("callers", ServiceName::ALL.iter().any(|service| !tenant.callers.get(*service).is_empty())),
        ("secrets", tenant.secrets != TenantSecrets::default()),
        ("database", tenant.database.is_some()),
    ];
    let idle = said.into_iter().filter(|(_, said)| *said);
    idle.map(|(field, _)| {
        Finding::name(
            path.field(field),
            format!("`{field}` is about a stack of the tenant's own, which it does not have"),
        )
        .given(path.field("isolation"))
        .label("no effect in a shared stack")
        .note("it would be ignored: the tenant would be reached, and its data kept, where those of all tenants are")
        .help(format!("add `{path}.isolation = 'Dedicated`, or remove `{path}.{field}`"))
        .mended(Remedy::set(path.field("isolation"), "'Dedicated"))
        .mended(Remedy::remove(path.field(field)))
    })
    .collect()
}

fn of_dedicated(environment: &Environment, path: &Path, tenant: &Tenant) -> Vec<Finding> {
    let closed = |service: &ServiceName| environment.services.get(*service).exposure.gateway().is_none();
    let idle = ServiceName::ALL.into_iter().filter(|service| tenant.hosts.get(*service).is_some()).filter(closed);
    idle.map(|service| {
        let name = service.as_str();
        Finding::name(path.field("hosts").field(name), format!("there is no gateway that leads to {name}"))
            .given(Path::of(["services", name, "exposure"]))
            .label("no effect")
            .note("a tenant's stack is reached through the gateways of the environment's own services")
            .help(format!(
                "add `services.{name}.exposure = 'Gateway {{ host = \"…\", authentication = 'External \"…\", gateway = {{ name = \"…\", \
                 namespace = \"…\" }} }}`, or remove the host"
            ))
            .mended(Remedy::remove(path.field("hosts").field(name)))
    })
    .collect()
}
