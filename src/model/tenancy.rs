//! The tenants of a stack.

use super::Texts;
use super::database::{Database, decode_database};
use super::network::{Caller, decode_callers};
use super::reader::Reader;
use super::secrets::{SecretKey, decode_keys};
use super::service::{Quotas, decode_quotas};
use crate::agentos::vocabulary::PerService;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The tenants of a stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tenancy {
    /// The tenant of requests that name none.
    pub default: Option<String>,
    /// The tenants by id. A map has room for eleven where it has one.
    pub tenants: BTreeMap<String, Box<Tenant>>,
    /// Whether the environment's own namespace is limited, too.
    pub limit_namespace: bool,
}

/// One tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// What people call it.
    pub name: String,
    /// Its plan tier.
    pub plan: String,
    /// Whether it has a stack of its own.
    pub isolation: Isolation,
    /// Its own quotas.
    pub quotas: Quotas,
    /// What it is entitled to.
    pub entitlements: BTreeMap<String, Json>,
    /// Whatever else is stored on it.
    pub metadata: Texts,
    /// The namespace of its own stack.
    pub namespace: Option<String>,
    /// The host names of its own stack's services.
    pub hosts: PerService<Option<String>>,
    /// Who may call its own stack, by name.
    pub callers: PerService<BTreeMap<String, Caller>>,
    /// How its own stack's credentials differ.
    pub secrets: TenantSecrets,
    /// Where its own stack keeps runs and their like, where that is said.
    pub database: Option<TenantDatabase>,
}

impl Tenant {
    /// The database of its own stack, where it has a stack and a database of its own.
    pub fn own_database(&self) -> Option<&Database> {
        match self.database.as_ref().filter(|_| self.isolation == Isolation::Dedicated)? {
            TenantDatabase::Files => None,
            TenantDatabase::Postgres(database) => Some(database),
        }
    }
}

/// Where a tenant's own stack keeps runs and their like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantDatabase {
    /// In files on its orchestrator's volume.
    Files,
    /// In a database.
    Postgres(Database),
}

/// How the credentials of a tenant's own stack differ from the environment's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantSecrets {
    /// The name of the Secret.
    pub name: Option<String>,
    /// Its own secrets by name; only those that say where their value is.
    pub keys: BTreeMap<String, SecretKey>,
}

/// How far a tenant is kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// It shares the services with others.
    #[default]
    Shared,
    /// It has a namespace and a stack of its own.
    Dedicated,
}

pub(super) fn decode_tenancy(tenancy: Reader<'_>) -> Tenancy {
    let tenant = |tenant: Reader<'_>| Tenant {
        name: tenant.get("name").text(),
        plan: tenant.get("plan").text(),
        isolation: tenant
            .get("isolation")
            .one_of([("Shared", Isolation::Shared), ("Dedicated", Isolation::Dedicated)])
            .unwrap_or_default(),
        quotas: decode_quotas(tenant.get("quotas")),
        entitlements: tenant.get("entitlements").entries().map(|(name, value)| (name, value.json())).collect(),
        metadata: tenant.get("metadata").texts(),
        namespace: tenant.get("namespace").optional_text(),
        hosts: PerService::of(|service| tenant.get("hosts").get(service.as_str()).optional_text()),
        callers: decode_callers(tenant.get("callers")),
        secrets: TenantSecrets {
            name: tenant.get("secrets").get("name").optional_text(),
            keys: decode_keys(tenant.get("secrets").get("keys"))
                .filter(|(_, key)| *key != SecretKey::default())
                // One that is broken is the tenant's own all the same.
                .chain(tenant.get("secrets").get("keys").broken().map(|name| (name, SecretKey::default())))
                .collect(),
        },
        database: decode_tenant_database(tenant.get("database")),
    };
    Tenancy {
        default: tenancy.get("default").optional_text(),
        tenants: tenancy.get("tenants").entries().map(|(id, value)| (id, tenant(value).into())).collect(),
        limit_namespace: tenancy.get("limit_namespace").boolean().unwrap_or(false),
    }
}

fn decode_tenant_database(database: Reader<'_>) -> Option<TenantDatabase> {
    database
        .one_of([("Files", TenantDatabase::Files)])
        .or_else(|| decode_database(database).map(TenantDatabase::Postgres))
}
