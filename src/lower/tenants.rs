//! Tenants: created at every start of the orchestrator, because the runtime keeps them in memory (fact 14).

use super::metadata;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Quotas, Tenant};
use k8s_openapi::api::core::v1::{
    ConfigMap, ConfigMapVolumeSource, ExecAction, Lifecycle, LifecycleHandler, Volume, VolumeMount,
};
use serde_json::{Map, Value as Json, json};

/// The name of the ConfigMap.
pub(super) const CONFIG_MAP: &str = "agentos-tenants";
const VOLUME: &str = "tenants";
const FOLDER: &str = "/etc/agentos/tenants";

/// The ConfigMap with one request body for each tenant; none where there are no tenants.
pub(super) fn config_map(environment: &Environment) -> Option<ConfigMap> {
    let tenants = &environment.tenancy.tenants;
    (!tenants.is_empty()).then(|| ConfigMap {
        metadata: metadata::of_service(environment, ServiceName::AgentOrchestrator, CONFIG_MAP),
        data: Some(tenants.iter().map(|(id, tenant)| (format!("{id}.json"), request_body(id, tenant))).collect()),
        ..ConfigMap::default()
    })
}

/// The volume with the request bodies.
pub(super) fn volume(environment: &Environment) -> Option<(Volume, VolumeMount)> {
    let source = ConfigMapVolumeSource { name: CONFIG_MAP.to_owned(), ..ConfigMapVolumeSource::default() };
    (!environment.tenancy.tenants.is_empty()).then(|| {
        (
            Volume { name: VOLUME.to_owned(), config_map: Some(source), ..Volume::default() },
            VolumeMount {
                name: VOLUME.to_owned(),
                mount_path: FOLDER.to_owned(),
                read_only: Some(true),
                ..VolumeMount::default()
            },
        )
    })
}

/// The hook that creates the tenants. The container is killed and started again where it fails, so that a stack never
/// runs without its tenants.
pub(super) fn lifecycle(environment: &Environment) -> Option<Lifecycle> {
    let port = environment.services.agent_orchestrator.port;
    let scheme = environment.scheme(ServiceName::AgentOrchestrator);
    let command = ["/bin/sh", "-c", &script(scheme, port)].map(str::to_owned).to_vec();
    (!environment.tenancy.tenants.is_empty()).then(|| Lifecycle {
        post_start: Some(LifecycleHandler {
            exec: Some(ExecAction { command: Some(command) }),
            ..LifecycleHandler::default()
        }),
        ..Lifecycle::default()
    })
}

/// Nothing that a user wrote is part of the script: the bodies come from files. A tenant that exists already answers
/// 409; a refused connection is tried again. The certificate is made out for the Service's name, not for 127.0.0.1, where
/// nobody else can listen: it is not verified. Where a webhook injects proxy variables, `curl` would send the tenants to
/// the proxy, and 127.0.0.1 would be the proxy's own.
fn script(scheme: &str, port: u16) -> String {
    let curl = if scheme == "https" { "curl --noproxy '*' --insecure" } else { "curl --noproxy '*'" };
    format!(
        r#"set -u
for body in {FOLDER}/*.json; do
  attempt=0
  until
    status=$({curl} --silent --output /dev/null --write-out '%{{http_code}}' --max-time 5 \
      --header 'Content-Type: application/json' --header 'X-Scopes: tenants:admin' \
      --data-binary "@$body" {scheme}://127.0.0.1:{port}/v1/admin/tenants)
    [ "$status" = 201 ] || [ "$status" = 409 ]
  do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 60 ]; then
      echo "tenant $body was not created: status $status" >&2
      exit 1
    fi
    sleep 1
  done
done
"#
    )
}

fn request_body(id: &str, tenant: &Tenant) -> String {
    let mut body = Map::new();
    body.insert("tenant_id".to_owned(), json!(id));
    body.insert("name".to_owned(), json!(tenant.name));
    body.insert("plan_tier".to_owned(), json!(tenant.plan));
    body.insert("quotas".to_owned(), quotas(tenant.quotas));
    body.insert("entitlements".to_owned(), json!(tenant.entitlements));
    body.insert("metadata".to_owned(), json!(tenant.metadata));
    // Strings, numbers and booleans always become JSON.
    serde_json::to_string_pretty(&Json::Object(body)).unwrap_or_default() + "\n"
}

fn quotas(quotas: Quotas) -> Json {
    let named = [
        ("run_create_qps", quotas.run_create_qps),
        ("concurrent_runs", quotas.concurrent_runs),
        ("invoke_qps", quotas.invoke_qps),
    ];
    Json::Object(named.into_iter().filter_map(|(name, quota)| Some((name.to_owned(), json!(quota?)))).collect())
}
