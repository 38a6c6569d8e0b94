//! The production pair forwards, tenant by tenant, on a network that behaves as facts 18 to 20 say.

mod common;

use agentos_cfg::objects::object::Object;
use common::compile_shipped;
use common::pair::Network;
use serde_json::json;

const SHARED: &str = "agentos-prod";
const BOLT: &str = "agentos-prod-tnt-bolt";

fn production() -> [(&'static str, Vec<Object>); 2] {
    [("eu", "environments/prod/eu.ncl"), ("us", "environments/prod/us.ncl")]
        .map(|(region, file)| (region, compile_shipped(file).1.objects))
}

/// A token as the gateway has verified it.
fn token(tenant: &str) -> String {
    format!("Bearer {}", json!({ "tenant_id": tenant, "sub": "prn_of_the_token" }))
}

/// The objects of a stack, with the federation container changed.
fn with_variables(objects: &[Object], variables: &[(&str, &str)]) -> Vec<Object> {
    let change = |object: &Object| {
        let mut body = object.body.clone();
        if object.kind == "Deployment" && object.name == "agentos-federation" {
            let env = body.pointer_mut("/spec/template/spec/containers/0/env").unwrap().as_array_mut().unwrap();
            env.extend(variables.iter().map(|(name, value)| json!({ "name": name, "value": value })));
        }
        Object::of(body)
    };
    objects.iter().map(change).collect()
}

#[test]
fn every_tenant_is_forwarded_between_the_production_stacks_and_its_events_come_back() {
    let [(_, eu), (_, us)] = &production();
    let network = Network::of(&[eu, us]);
    for (objects, peer) in [(eu, "us"), (us, "eu")] {
        let stacks =
            [(SHARED, "tnt_acme", format!("stk_prod_{peer}")), (BOLT, "tnt_bolt", format!("stk_prod_{peer}_bolt"))];
        for (namespace, tenant, stack) in stacks {
            let federation = network.federation(objects, namespace);
            assert_eq!(federation.peers(), [stack.as_str()]);
            let forwarded = federation.forward(&stack, tenant, &token(tenant));
            assert_eq!(forwarded.0, 200, "{tenant} → {stack}: {}", forwarded.1);
            let events = federation.events(&stack, tenant, &token(tenant), "run_1");
            assert_eq!(events.0, 200, "{tenant} → {stack}: {}", events.1);
        }
    }
}

#[test]
fn the_network_refuses_what_the_runtime_refuses() {
    let [(_, eu), (_, us)] = &production();
    let network = Network::of(&[eu, us]);
    let pair = [
        ("AGENTOS_FED_CLIENT_CERT", "/etc/agentos/tls/tls.crt"),
        ("AGENTOS_FED_CLIENT_KEY", "/etc/agentos/tls/tls.key"),
    ];
    let with_pair = with_variables(eu, &pair);
    let federation = network.federation(&with_pair, SHARED);
    let (status, why) = federation.forward("stk_prod_us", "tnt_acme", &token("tnt_acme"));
    assert_eq!((status, why.as_str()), (502, "x509: certificate signed by unknown authority"));
    assert_eq!(federation.events("stk_prod_us", "tnt_acme", &token("tnt_acme"), "run_1").0, 200);
    let (status, why) = network.federation(eu, SHARED).forward("stk_prod_us", "tnt_bolt", &token("tnt_bolt"));
    assert_eq!((status, why.as_str()), (502, "remote agent-orchestrator returned 403"));
}

#[test]
fn no_caller_of_the_gateway_writes_another_principal_into_the_audit_log() {
    let [(_, eu), (_, us)] = &production();
    let network = Network::of(&[eu, us]);
    let token = token("tnt_acme");
    let headers = [
        ("Authorization", token.as_str()),
        ("X-Tenant-Id", "tnt_bolt"),
        ("X-Principal-Id", "prn_forged"),
        ("X-Subject-Type", "service"),
        ("X-Api-Key-Id", "key_forged"),
        ("X-Scopes", "tenants:admin"),
    ];
    let answer = network.send("POST", "https://eu.agentos.example.com", "/v1/agents/agt_a/runs", &headers);
    assert_eq!(answer.0, 201, "{}", answer.1);
    assert_eq!(network.principals(), ["prn_of_the_token"]);
}
