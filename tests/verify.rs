//! Manifests are verified whoever wrote them: each way to break what the compiler makes is found, where it was broken.

mod common;

use agentos_cfg::emit::yaml;
use agentos_cfg::lower::lower;
use agentos_cfg::objects::object::External;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::Sources;
use common::{compile_shipped, root, shipped};
use std::process::Output;

/// A way to break compiled manifests: in one object a text is replaced, and a finding with a code stands at a line of
/// that object with a text in it.
struct Break {
    object: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
}

const AO: &str = "Deployment agentos-agent-orchestrator";
const MP: &str = "Deployment agentos-model-policy";
const FED: &str = "Deployment agentos-federation";
const AO_SERVICE: &str = "Service agentos-agent-orchestrator";
const AO_ROUTE: &str = "HTTPRoute agentos-agent-orchestrator";
const PEERS: &str = "ConfigMap agentos-peers";
const TENANTS: &str = "ConfigMap agentos-tenants";

const fn broken(
    object: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
) -> Break {
    Break { object, from, to, code, line }
}

#[rustfmt::skip]
const BREAKS: &[Break] = &[
    // What holds objects together.
    broken(AO_SERVICE, "targetPort: http", "targetPort: web", "K004", "targetPort: web"),
    broken(AO_SERVICE, "targetPort: http", "targetPort: 50081", "K004", "targetPort: 50081"),
    broken(AO_SERVICE, "component: agent-orchestrator\n    app.kubernetes.io/name: agentos\n  type", "component: orchestrator\n    app.kubernetes.io/name: agentos\n  type", "K003", "component: orchestrator"),
    broken("NetworkPolicy agentos-federation", "component: federation\n      app.kubernetes.io/name: agentos\n  policyTypes", "component: fed\n      app.kubernetes.io/name: agentos\n  policyTypes", "K003", "component: fed"),
    broken(MP, "component: model-policy\n      app.kubernetes.io/name: agentos\n  strategy", "component: model\n      app.kubernetes.io/name: agentos\n  strategy", "K003", "component: model"),
    broken(AO, "key: AGENTOS_SERVICE_TOKEN", "key: AGENTOS_SERVICE_TOKN", "K002", "key: AGENTOS_SERVICE_TOKN"),
    broken(AO, "secretName: agentos-secrets", "secretName: agentos-secret", "K002", "secretName: agentos-secret"),
    broken(AO, "claimName: agentos-agent-orchestrator-data", "claimName: data", "K002", "claimName: data"),
    broken(AO, "serviceAccountName: agentos-agent-orchestrator", "serviceAccountName: agentos", "K002", "serviceAccountName: agentos"),
    broken(FED, "name: agentos-peers", "name: peers", "K002", "name: peers"),
    broken(FED, "key: peers.seed.json", "key: peers.json", "K002", "key: peers.json"),
    broken(FED, "value: /etc/agentos/peers/peers.seed.json", "value: /etc/agentos/peers.json", "K002", "value: /etc/agentos/peers.json"),
    broken(AO, "- mountPath: /tmp\n          name: tmp", "- mountPath: /tmp\n          name: temp", "K002", "name: temp"),
    broken(AO, "containerPort: 8081", "containerPort: 8080", "K004", "containerPort: 8080"),
    broken(AO, "port: http", "port: web", "K004", "port: web"),
    broken(AO, "- \":8081\"", "- \":9081\"", "K004", "containerPort: 8081"),
    broken("ServiceAccount agentos-federation", "name: agentos-federation\n", "name: agentos-model-policy\n", "K005", "name: agentos-model-policy"),
    broken(AO, "- name: AGENTOS_PROFILE\n", "- name: AGENTOS_SERVICE\n", "K005", "name: AGENTOS_SERVICE"),
    broken(AO_SERVICE, "name: agentos-agent-orchestrator", "name: Agentos_Orchestrator", "K001", "name: Agentos_Orchestrator"),
    broken(AO_SERVICE, "name: agentos-agent-orchestrator", "name: orchestrator", "N005", "name: orchestrator"),
    broken(AO_SERVICE, "port: 50081", "port: 8081", "N005", "port: 8081"),
    broken("PersistentVolumeClaim agentos-federation-data", "storage: 20Gi", "storage: 12XB", "K010", "storage: 12XB"),
    broken(AO, "memory: 256Mi", "memory: 2Gi", "K010", "memory: 2Gi"),
    broken("PersistentVolumeClaim agentos-federation-data", "storage: 20Gi", "storage: 20", "K010", "storage: 20"),
    broken("PersistentVolumeClaim agentos-federation-data", "storage: 20Gi", "storage: 0Gi", "K010", "storage: 0Gi"),
    broken(AO, "memory: 256Mi", "memory: 512m", "K010", "memory: 512m"),
    broken(AO, "memory: 256Mi", "memory: -1Gi", "K010", "memory: -1Gi"),
    broken(MP, "cpu: 500m", "cpu: 0", "K010", "cpu: 0"),
    broken(AO, "sizeLimit: 64Mi", "sizeLimit: 64", "K010", "sizeLimit: 64"),
    broken("Namespace agentos-prod", "name: agentos-prod", "name: kube-system", "K014", "name: kube-system"),
    broken(AO, "namespace: agentos-prod", "namespace: default", "K014", "namespace: default"),
    broken(AO, "      enableServiceLinks: false", "      tolerations:\n      - { key: a, operator: Exists, value: b }\n      enableServiceLinks: false", "K015", "value: b"),
    broken(AO, "      enableServiceLinks: false", "      tolerations:\n      - { key: a, value: true }\n      enableServiceLinks: false", "K020", "value: true"),
    broken(AO, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_DB_PASSWORD\n          value: plain-text-in-a-manifest\n        - name: AGENTOS_PROFILE", "S005", "value: plain-text-in-a-manifest"),
    broken(AO, "replicas: 1", "replicas: 2", "A004", "replicas: 2"),
    broken(MP, "replicas: 1", "replicas: 3", "T008", "replicas: 3"),
    broken(AO, "type: Recreate", "type: RollingUpdate", "A005", "type: RollingUpdate"),
    broken(FED, "  strategy:\n    type: Recreate\n", "", "A005", "spec:"),
    broken("NetworkPolicy agentos-agent-orchestrator", "port: 8081", "port: 50081", "N004", "port: 50081"),
    broken("NetworkPolicy agentos-model-policy", "port: 8082", "port: web", "N004", "port: web"),
    // Hardening.
    broken(AO, "runAsNonRoot: true", "runAsNonRoot: false", "K007", "runAsNonRoot: false"),
    broken(AO, "privileged: false", "privileged: true", "K007", "privileged: true"),
    broken(AO, "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "K007", "allowPrivilegeEscalation: true"),
    broken(AO, "            drop:\n            - ALL\n", "            drop:\n            - NET_RAW\n", "K007", "securityContext:"),
    broken(AO, "type: RuntimeDefault", "type: Unconfined", "K007", "type: Unconfined"),
    broken(AO, "runAsUser: 10001", "runAsUser: 0", "K007", "runAsUser: 0"),
    broken(AO, "enableServiceLinks: false", "enableServiceLinks: false\n      hostNetwork: true", "K007", "hostNetwork: true"),
    broken(AO, "          protocol: TCP", "          hostPort: 8081\n          protocol: TCP", "K007", "hostPort: 8081"),
    broken(AO, "      - emptyDir:\n          sizeLimit: 64Mi\n        name: tmp", "      - hostPath:\n          path: /tmp\n        name: tmp", "K007", "hostPath:"),
    broken(AO, "      enableServiceLinks: false", "      - name: sidecar\n        image: example.org/sidecar@sha256:0123\n        securityContext:\n          runAsUser: 0\n      enableServiceLinks: false", "K007", "runAsUser: 0"),
    broken(AO, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "K024", "name: agentos-agent-orchestrator"),
    broken(MP, "          limits:\n            cpu: 500m\n            ephemeral-storage: 1Gi\n            memory: 256Mi\n", "", "K023", "resources:"),
    broken(AO, "        fsGroup: 10001\n", "", "A008", "securityContext:"),
    // Settings of AgentOS.
    broken(AO, "value: prod", "value: production", "R006", "value: production"),
    broken(AO, "          value: \"1\"", "          value: \"1\\n\"", "R006", "value: \"1\\n\""),
    broken(AO, "          value: \"1\"", "          value: \"true\"", "R006", "value: \"true\""),
    broken(AO, "          value: \"1\"", "          value: 1", "K020", "value: 1"),
    broken(AO, "          value: \"1\"", "          value: \"0\"", "N002", "value: \"0\""),
    broken(AO, "          value: \"10\"", "          value: \" 10\"", "R006", "value: \" 10\""),
    broken(AO, "          value: \"25\"", "          value: \"0\"", "R006", "value: \"0\""),
    broken(AO, "name: AGENTOS_QUOTA_CONCURRENT_RUNS", "name: AGENTOS_QUOTA_CONCURENT_RUNS", "R001", "AGENTOS_QUOTA_CONCURENT_RUNS"),
    broken(MP, "name: AGENTOS_QUOTA_INVOKE_QPS", "name: AGENTOS_QUOTA_CONCURRENT_RUNS", "R004", "AGENTOS_QUOTA_CONCURRENT_RUNS"),
    broken(AO, "        - name: AGENTOS_METRICS_REQUIRE_AUTH\n          value: \"1\"", "        - name: AGENTOS_METRICS_REQUIRE_AUTH\n          valueFrom: { secretKeyRef: { name: agentos-secrets, key: AGENTOS_SIGNING_KEY } }", "R021", "valueFrom:"),
    broken(AO, "        - name: AGENTOS_QUOTA_RUN_CREATE_QPS", "        - name: AGENTOS_DEFAULT_TENANT\n          value: tnt_acme\n        - name: AGENTOS_QUOTA_RUN_CREATE_QPS", "T001", "value: tnt_acme"),
    broken(AO, "        - name: AGENTOS_QUOTA_RUN_CREATE_QPS", "        - name: AGENTOS_ALLOW_DEV_HEADERS\n          value: \"1\"\n        - name: AGENTOS_QUOTA_RUN_CREATE_QPS", "T005", "value: \"1\""),
    broken(AO, "- serve\n        - --addr\n        - \":8081\"\n        - agent-orchestrator", "- serve\n        - agent-orchestrator\n        - --addr\n        - \":8081\"", "R020", "- --addr"),
    broken(MP, "        - model-policy\n        env", "        - model_policy\n        env", "R020", "- model_policy"),
    broken(MP, "        - model-policy\n        env", "        - federation\n        env", "R020", "value: model-policy"),
    broken(AO, "image: ghcr.io/nexixai/agentos:1.0.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "image: ghcr.io/nexixai/agentos:latest", "N006", "agentos:latest"),
    // Storage and audit.
    broken(AO, "persistentVolumeClaim:\n          claimName: agentos-agent-orchestrator-data", "emptyDir: {}", "A001", "emptyDir: {}"),
    broken(AO, "value: file:/var/agentos/agent-orchestrator/audit.log", "value: /var/agentos/agent-orchestrator/audit.log", "A003", "value: /var/agentos/agent-orchestrator/audit.log"),
    broken(AO, "value: file:/var/agentos/agent-orchestrator/audit.log", "value: stdout", "A003", "value: stdout"),
    broken(AO, "value: file:/var/agentos/agent-orchestrator/audit.log", "value: file:/var/log/audit.log", "A002", "file:/var/log/audit.log"),
    broken(AO, "value: /var/agentos/agent-orchestrator/runs.json", "value: data/runs.json", "A021", "value: data/runs.json"),
    broken(AO, "- name: AGENTOS_AGENT_STORE_DIR\n          value: /var/agentos/agent-orchestrator/agents\n        ", "", "A021", "name: agentos"),
    broken(AO, "        - mountPath: /tmp", "        - mountPath: /var/agentos/agent-orchestrator/runs.json\n          name: data\n          subPath: runs.json\n        - mountPath: /tmp", "A020", "subPath: runs.json"),
    // Secrets.
    broken(AO, "name: AGENTOS_SERVICE_TOKEN_FILE\n          value: /etc/agentos/secrets/AGENTOS_SERVICE_TOKEN", "name: AGENTOS_SERVICE_TOKEN\n          value: plain-text-in-a-manifest", "S005", "value: plain-text-in-a-manifest"),
    broken(AO, "name: AGENTOS_SERVICE_TOKEN_FILE\n          value: /etc/agentos/secrets/AGENTOS_SERVICE_TOKEN", "name: AGENTOS_SERVICE_TOKEN\n          valueFrom: { secretKeyRef: { name: agentos-secrets, key: AGENTOS_SERVICE_TOKEN } }", "S004", "name: AGENTOS_SERVICE_TOKEN"),
    broken(AO, "- name: AGENTOS_SERVICE_TOKEN_FILE", "- name: AGENTOS_SERVICE_TOKEN\n          valueFrom: { secretKeyRef: { name: agentos-secrets, key: AGENTOS_SERVICE_TOKEN } }\n        - name: AGENTOS_SERVICE_TOKEN_FILE", "S006", "name: AGENTOS_SERVICE_TOKEN"),
    broken(AO, "        image: ghcr", "        envFrom:\n        - secretRef:\n            name: agentos-secrets\n        image: ghcr", "S020", "name: agentos-secrets"),
    broken(AO, "value: /etc/agentos/secrets/AGENTOS_SIGNING_KEY", "value: /etc/agentos/secret/AGENTOS_SIGNING_KEY", "K002", "/etc/agentos/secret/AGENTOS_SIGNING_KEY"),
    // Probes.
    broken(AO, "path: /v1/health", "path: /healthz", "K022", "path: /healthz"),
    broken(FED, "tcpSocket:\n            port: http", "httpGet:\n            path: /v1/federation/health\n            port: http", "K022", "path: /v1/federation/health"),
    broken(MP, "        readinessProbe:\n          failureThreshold: 2\n          httpGet:\n            path: /v1/health\n            port: http\n          periodSeconds: 5\n          timeoutSeconds: 3\n", "", "K021", "name: agentos"),
    // Federation, tenants, exposure.
    broken(FED, "- name: AGENTOS_FED_SERVER_KEY\n          value: /etc/agentos/tls/tls.key\n        ", "", "F008", "value: \"true\""),
    broken(FED, "        - name: AGENTOS_FED_SERVER_KEY", "        - name: AGENTOS_FED_CLIENT_CERT\n          value: /etc/agentos/tls/tls.crt\n        - name: AGENTOS_FED_SERVER_KEY", "F008", "AGENTOS_FED_CLIENT_CERT"),
    broken(FED, "        - name: AGENTOS_FED_SERVER_KEY", "        - name: AGENTOS_FED_CLIENT_CERT\n          value: /etc/agentos/tls/tls.crt\n        - name: AGENTOS_FED_CLIENT_KEY\n          value: /etc/agentos/tls/tls.key\n        - name: AGENTOS_FED_SERVER_KEY", "F013", "AGENTOS_FED_CLIENT_CERT"),
    broken(FED, "value: /etc/agentos/tls/ca.crt", "value: /etc/ssl/certs/ca-certificates.crt", "F008", "value: /etc/ssl/certs/ca-certificates.crt"),
    broken(FED, "value: \"true\"", "value: \"1\"", "R006", "value: \"1\""),
    broken(FED, "value: /etc/agentos/jwt/jwt.pub", "value: /etc/agentos/jwt/jwt.pem", "F022", "value: /etc/agentos/jwt/jwt.pem"),
    broken(PEERS, "      \"peers\": [", "      \"peers\": ", "F021", "      ]"),
    broken(PEERS, "\"stack_id\": \"stk_prod_eu\"", "\"stack_id\": \"stk_prod_ue\"", "F020", "stk_prod_ue"),
    broken(PEERS, "\"region\": \"eu-west-1\"", "\"region\": \"eu-west-2\"", "F020", "eu-west-2"),
    broken(PEERS, "\"stack_id\": \"stk_prod_us\"", "\"stack_id\": \"\"", "F001", "\"stack_id\": \"\""),
    broken(PEERS, "\"stack_id\": \"stk_prod_us\"", "\"stack_id\": \"stk_prod_eu\"", "F002", "stk_prod_eu"),
    broken(FED, "value: stk_prod_eu\n", "value: Prod-EU\n", "F001", "value: Prod-EU"),
    broken(PEERS, "https://us.agentos.example.com", "https://us.agentos.internal", "F013", "us.agentos.internal"),
    broken(PEERS, "https://us.agentos.example.com", "http://agentos-agent-orchestrator.us.svc:8081", "F007", ".us.svc:8081"),
    broken(PEERS, "https://us.agentos.example.com", "http://agentos-model-policy.us.svc:50082", "F007", ".us.svc:50082"),
    broken(AO, ":1.0.2@", ":1.0.7@", "R007", "agentos:1.0.7@"),
    broken(AO, "annotations:\n", "annotations:\n        example.com/database: postgres://agent:hunter2-but-longer@db/agents\n", "S001", "example.com/database"),
    broken(PEERS, ".svc:50082", ".svc:8082", "F007", ".svc:8082"),
    broken(PEERS, "https://us.agentos", "http://us.agentos", "F006", "http://us.agentos"),
    broken(PEERS, "\"agent-orchestrator_base_url\": \"https", "\"agent_orchestrator_base_url\": \"https", "F021", "agent_orchestrator_base_url"),
    broken(TENANTS, "\"tenant_id\": \"tnt_acme\"", "\"tenant_id\": \"../tnt_bolt\"", "T002", "../tnt_bolt"),
    broken(AO_ROUTE, "        - X-Principal-Id\n", "", "N001", "name: agentos-agent-orchestrator"),
    broken(AO_ROUTE, "        - X-Subject-Type\n", "", "N001", "name: agentos-agent-orchestrator"),
    broken(AO_ROUTE, "        - X-Api-Key-Id\n", "", "N001", "name: agentos-agent-orchestrator"),
    broken(AO_SERVICE, "type: ClusterIP", "type: NodePort", "N001", "type: NodePort"),
    broken(AO_SERVICE, "type: ClusterIP", "type: LoadBalancer", "N001", "type: LoadBalancer"),
    broken(AO, "annotations:\n", "annotations:\n        prometheus.io/scrape: \"true\"\n", "N003", "prometheus.io/scrape"),
];

/// Ways to break manifests of release 1.0.7.
#[rustfmt::skip]
const BREAKS_OF_NEWER: &[Break] = &[
    broken(AO, "value: \"1\"", "value: \"0\"", "N002", "value: \"0\""),
    broken(AO, "value: \"1\"", "value: \"true\"", "N002", "value: \"true\""),
    broken(AO, "        - name: AGENTOS_METRICS_REQUIRE_AUTH\n          value: \"1\"\n", "", "N002", "name: agentos"),
    broken(AO, "value: \"1\"", "value: \"2\"", "R006", "value: \"2\""),
    broken(AO, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_ALLOW_DEV_HEADERS\n          value: \" 1\"\n        - name: AGENTOS_PROFILE", "T005", "value: \" 1\""),
    broken(AO, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_RETENTION_AUDIT_DAYS\n          value: \"30\"\n        - name: AGENTOS_PROFILE", "R006", "value: \"30\""),
    broken(AO, "value: stub", "value: Stub", "R006", "value: Stub"),
    broken(AO, "value: file\n", "value: files\n", "R006", "value: files"),
    broken(MP, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_MODEL_PROVIDER\n          value: stub\n        - name: AGENTOS_PROFILE", "R004", "AGENTOS_MODEL_PROVIDER"),
    broken(AO, "        workingDir: /var/agentos/agent-orchestrator\n", "", "A021", "name: agentos"),
    broken(AO, "workingDir: /var/agentos/agent-orchestrator", "workingDir: /srv", "A021", "workingDir: /srv"),
    broken(AO, "workingDir: /var/agentos/agent-orchestrator", "workingDir: /etc/agentos/secrets", "A021", "workingDir: /etc/agentos/secrets"),
    broken(AO, "- name: AGENTOS_MEMORY_STORE_DIR\n          value: /var/agentos/agent-orchestrator/memory\n        ", "", "-", ""),
    broken(AO, "value: /var/agentos/agent-orchestrator/memory", "value: /srv/memory", "A021", "value: /srv/memory"),
    broken(AO, "value: /var/agentos/agent-orchestrator/kv", "value: /srv/kv", "A021", "value: /srv/kv"),
    broken(AO, "value: /var/agentos/agent-orchestrator/runs.json", "value: runs.json", "-", ""),
    broken(AO, "value: file:/var/agentos/agent-orchestrator/audit.log", "value: file:audit.log", "-", ""),
    broken(FED, "value: \"true\"", "value: \" TRUE\"", "-", ""),
    broken(FED, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_FED_AUTH_DISABLED\n          value: \"1\"\n        - name: AGENTOS_PROFILE", "F010", "value: \"1\""),
    broken(FED, "        - name: AGENTOS_FED_JWT_PUBLIC_KEY\n          value: /etc/agentos/jwt/jwt.pub\n", "", "F010", "name: agentos"),
    broken(AO, "        - name: AGENTOS_MODEL_PROVIDER\n          value: stub\n", "", "R022", "name: agentos"),
    broken(AO, "        - name: AGENTOS_MODEL_DEFAULT\n          value: local-stub-llm\n", "", "R022", "name: agentos"),
    broken(AO, "value: stub", "value: openai", "R022", "name: agentos"),
    broken(AO, "value: file\n", "value: Postgres\n", "R022", "name: agentos"),
    broken(MP, "        - name: AGENTOS_PROFILE", "        - name: AGENTOS_TLS_CERT\n          value: /c\n        - name: AGENTOS_PROFILE", "R022", "name: agentos"),
    broken(AO, ":1.0.7@", ":1.0.2@", "R003", "AGENTOS_STORAGE_BACKEND"),
    broken(AO, ":1.0.7@", ":11.5@", "R007", "agentos:11.5@"),
];

/// Manifests of production for release 1.0.7, and what others provide.
fn compiled_for_newer() -> (String, Vec<External>) {
    let more = "  runtime = 'V1_07,\n  federation.mtls = 'Required { secret = \"agentos-federation-tls\" },";
    let (compiler, outcome) = common::compile(&common::production(more).replace("agentos:1.0.2@", "agentos:1.0.7@"));
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    let external = lower(&outcome.environment.unwrap()).external;
    (yaml::stream(&outcome.objects).unwrap(), external)
}

/// Compiled manifests of production, and what others provide.
fn compiled() -> (String, Vec<External>) {
    let (_, outcome) = compile_shipped("environments/prod/eu.ncl");
    let external = lower(&outcome.environment.unwrap()).external;
    (yaml::stream(&outcome.objects).unwrap(), external)
}

/// The codes and lines of what is found in a text.
fn found(text: &str, external: &[External]) -> Vec<(String, usize)> {
    let mut sources = Sources::default();
    let file = sources.add("manifests.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let findings = manifests.verify(external, &sources);
    findings
        .iter()
        .map(|(_, finding)| (finding.code.to_string(), finding.span().map_or(0, |span| sources.place(span).line)))
        .collect()
}

/// Where the document of an object begins and ends, in bytes.
fn document(text: &str, object: &str) -> (usize, usize) {
    let (kind, name) = object.split_once(' ').unwrap();
    let mut start = 0;
    for document in text.split_inclusive("---\n") {
        let is_it =
            document.contains(&format!("\nkind: {kind}\n")) && document.contains(&format!("\n  name: {name}\n"));
        if is_it {
            return (start, start + document.len());
        }
        start += document.len();
    }
    panic!("there is no {object}");
}

#[test]
fn what_is_compiled_has_no_findings() {
    for environment in shipped() {
        let (_, outcome) = compile_shipped(environment);
        let external = lower(outcome.environment.as_ref().unwrap()).external;
        assert_eq!(found(&yaml::stream(&outcome.objects).unwrap(), &external), [], "{environment}");
    }
}

#[test]
fn every_way_to_break_a_manifest_is_found_where_it_was_broken() {
    let (text, external) = compiled();
    assert!(named(BREAKS, &text, &external) >= 55);
}

#[test]
fn a_manifest_is_read_as_its_release_reads_it() {
    let (text, external) = compiled_for_newer();
    assert_eq!(named(BREAKS_OF_NEWER, &text, &external), BREAKS_OF_NEWER.len());
}

/// How many of the faults are found. Where the code is `-`, there is none to be found.
fn named(breaks: &[Break], text: &str, external: &[External]) -> usize {
    let mut missed = Vec::new();
    let mut named = 0;
    for Break { object, from, to, code, line } in breaks {
        let (start, end) = document(text, object);
        assert!(text[start..end].contains(from), "{object} has no {from:?}");
        let changed = text[start..end].replacen(from, to, 1);
        let broken = format!("{}{changed}{}", &text[..start], &text[end..]);
        let first = text[..start].lines().count() + 1;
        let last = first + changed.lines().count();
        let lines: Vec<&str> = broken.lines().collect();
        let findings = found(&broken, external);
        let is_it = |(found, at): &(String, usize)| {
            found == code && (first..=last).contains(at) && lines[at - 1].contains(line)
        };
        if findings.iter().any(is_it) || *code == "-" && findings.is_empty() {
            named += 1;
        } else {
            missed.push(format!("{object}: {to:?} is not {code}, but {findings:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    named
}

/// Amounts and tolerations of manifests that have nothing to do with AgentOS, at the line of each.
#[test]
fn what_nothing_can_use_is_found_in_any_object() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: kube-system }
spec:
  containers:
  - name: a
    resources:
      requests:
        memory: 1Mi
        cpu: 1e-3
        nvidia.com/gpu: 0
        ephemeral-storage: 16Ki
      limits:
        memory: 512 # K010
        cpu: 0.0001 # K010
        nvidia.com/gpu: 0.5 # K010
        ephemeral-storage: 1.5Gi
  - name: b
    resources:
      requests:
        memory: 64 # K010
        cpu: 0 # K010
      limits:
        memory: 1e-3 # K010
        cpu: 0.5
  - name: c
    resources:
      requests: { memory: 1Gi }
      limits:
        memory: 0 # K010
  volumes:
  - name: a
    emptyDir: { sizeLimit: 64Ki }
  - name: b
    emptyDir: { sizeLimit: 0 } # K010
  - name: c
    ephemeral:
      volumeClaimTemplate:
        spec: { resources: { requests: { storage: 100m } } } # K010
  tolerations:
  - { operator: Exists }
  - { key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60 }
  - { key: a, value: b } 
  - { effect: NoSchedule } # K015
  - { key: a, operator: exists } # K015
  - { key: a, effect: NoRun } # K015
  - { key: a, tolerationSeconds: 60 } # K015
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: a, namespace: a }
spec:
  template: { spec: { containers: [] } }
  volumeClaimTemplates:
  - metadata: { name: a }
    spec: { resources: { requests: { storage: \"20\" } } } # K010
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: a, namespace: a }
spec:
  hard:
    services.nodeports: \"0\"
    limits.memory: \"0\"
    pods: 0
    requests.storage: 100m # K010
    fast.storageclass.storage.k8s.io/requests.storage: 0
    requests.memory: 4 # K010
    count/jobs.batch: 1.5 # K010
    cpu: -1 # K010
---
apiVersion: v1
kind: LimitRange
metadata: { name: a, namespace: a }
spec:
  limits:
  - type: Container
    min: { memory: 1Mi, cpu: 0 }
    default: { memory: 256m } # K010
    maxLimitRequestRatio: { memory: 2, cpu: 1.5 }
---
apiVersion: v1
kind: Namespace
metadata: { name: openshift-ingress } # K014
";
    let here = ["K010", "K014", "K015", "K020"];
    let found: Vec<(String, usize)> =
        found(text, &[]).into_iter().filter(|(code, _)| here.contains(&code.as_str())).collect();
    let mut sorted = found.clone();
    sorted.sort_by_key(|(_, line)| *line);
    assert_eq!(sorted, common::expected(text));
}

/// Manifests that others wrote, cut down, with the faults of those that AgentOS comes with.
const REFERENCE: &str = include_str!("fixtures/reference.yaml");

#[test]
fn the_faults_of_the_reference_packaging_are_named() {
    let codes: Vec<String> = found(REFERENCE, &[]).into_iter().map(|(code, _)| code).collect();
    for code in ["A001", "A005", "F007", "F010", "K002", "K007", "K021", "N006", "N007", "S020", "T004"] {
        assert!(codes.iter().any(|found| found == code), "{code} is missing of {codes:?}");
    }
}

#[test]
fn manifests_of_two_namespaces_do_not_lend_each_other_anything() {
    let (text, _) = compiled();
    let second = text.replace("agentos-prod", "agentos-other");
    assert_eq!(found(&format!("{text}---\n{second}"), &[]), []);
    // What the first expects from outside is nothing to the second.
    let (start, end) = document(&second, "Namespace agentos-other");
    let without = format!("{}{}", &second[..start], &second[end..]);
    let codes: Vec<String> = found(&format!("{text}---\n{without}"), &[]).into_iter().map(|(code, _)| code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|code| code == "K002"), "{codes:?}");
}

/// What a compiled stack expects from outside is in its Namespace, so that it is verified without options.
#[test]
fn what_is_compiled_says_what_it_expects() {
    for environment in shipped() {
        let (_, outcome) = compile_shipped(environment);
        assert_eq!(found(&yaml::stream(&outcome.objects).unwrap(), &[]), [], "{environment}");
    }
}

#[test]
fn an_expectation_is_believed_of_compiled_stacks_alone() {
    let (text, _) = compiled();
    let change = |object: &str, from: &str, to: &str| {
        let (start, end) = document(&text, object);
        assert!(text[start..end].contains(from), "{object} has no {from}");
        format!("{}{}{}", &text[..start], text[start..end].replacen(from, to, 1), &text[end..])
    };
    let codes = |text: &str| found(text, &[]).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    let namespace = |from: &str, to: &str| codes(&change("Namespace agentos-prod", from, to));
    let missing = |count: usize| vec!["K002"; count];
    // One finding an object: the Secrets of mutual TLS, of tokens and of the scraper.
    assert_eq!(namespace("managed-by: agentos-cfg", "managed-by: Helm"), missing(3));
    assert_eq!(namespace("Secret/agentos-federation-jwt:jwt.pub ", ""), missing(1));
    assert_eq!(namespace("agentos-federation-jwt:jwt.pub", "agentos-federation-jwt:jwt.pem"), missing(1));
    assert_eq!(namespace("agentos-federation-jwt:jwt.pub", "agentos-federation-jwt"), missing(0));
    assert_eq!(
        namespace("Secret/agentos-federation-jwt", "Secret/agentos-prod-tnt-bolt/agentos-federation-jwt"),
        missing(1)
    );
    assert_eq!(codes(&change(FED, "key: jwt.pub", "key: jwt.pem")).first().map(String::as_str), Some("K002"));
    // Another container does not get what AgentOS expects.
    let foreign = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: agentos-prod}\n\
                   spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web\n        env:\n        \
                   - {name: A, valueFrom: {secretKeyRef: {name: agentos-scrape, key: token}}}\n";
    assert!(codes(&format!("{text}{foreign}")).contains(&"K002".to_owned()));
    let (start, end) = document(&text, AO);
    let sidecar = "      containers:\n      - name: web\n        image: web\n        envFrom: [{secretRef: {name: agentos-scrape}}]\n";
    let injected = text[start..end].replacen("      containers:\n", sidecar, 1);
    assert!(codes(&format!("{}{injected}{}", &text[..start], &text[end..])).contains(&"K002".to_owned()));
}

/// What makes a Secret when it runs, with the keys that it makes.
#[test]
fn what_operators_make_counts_as_there() {
    let (text, others) = compiled();
    let (start, end) = document(&text, "ExternalSecret agentos-secrets");
    let text = format!("{}{}", &text[..start], &text[end..]);
    let keys = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"];
    let header = |version: &str, kind: &str| {
        format!(
            "---\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: agentos-secrets\n  namespace: agentos-prod\nspec:\n"
        )
    };
    let external_secret = |keys: &[&str]| {
        let data: String =
            keys.iter().map(|key| format!("  - secretKey: {key}\n    remoteRef: {{ key: {key} }}\n")).collect();
        header("external-secrets.io/v1", "ExternalSecret") + "  target: { name: agentos-secrets }\n  data:\n" + &data
    };
    let sealed: String = keys.iter().map(|key| format!("    {key}: AgB\n")).collect();
    let sealed = header("bitnami.com/v1alpha1", "SealedSecret") + "  encryptedData:\n" + &sealed;
    assert_eq!(found(&format!("{text}{}", external_secret(&keys)), &others), []);
    assert_eq!(found(&format!("{text}{sealed}"), &others), []);
    let lacking = found(&format!("{text}{}", external_secret(&keys[..2])), &others);
    assert_eq!(lacking.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["K002"; 3]);
}

fn run(arguments: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = common::binary()
        .args(arguments)
        .current_dir(root())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("status: {}\n---\n{}---\n{}", output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_shows_each_fault_at_its_line() {
    insta::assert_snapshot!(shown(&run(&["verify", "-"], REFERENCE)));
}

#[test]
fn the_command_says_what_it_has_looked_at() {
    let clean = run(&["verify", "deploy/k8s/demo"], "");
    insta::assert_snapshot!(shown(&clean), @r"
    status: 0
    ---
    ---
    27 objects of 2 files: no findings
    ");
}

#[test]
fn what_is_expected_is_shown_as_a_note() {
    let human = shown(&run(&["verify", "deploy/k8s/prod-eu"], ""));
    insta::assert_snapshot!(human);
    let output = run(&["verify", "deploy/k8s/prod-eu", "--format", "json"], "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"], serde_json::json!([]));
    let first = serde_json::json!({ "kind": "Gateway", "namespace": "edge", "name": "public", "keys": [] });
    assert_eq!(report["expected"][0], first);
    assert_eq!(report["expected"].as_array().unwrap().len(), 7);
}

#[test]
fn findings_as_json_have_their_notes_and_helps() {
    let page = agentos_cfg::catalogue::rule(agentos_cfg::catalogue::by_text("N001").unwrap()).page;
    let examples = agentos_cfg::pages::examples(page);
    let failing = examples.iter().find(|example| example.fails && example.language == "yaml").unwrap();
    let output = run(&["verify", "-", "--format", "json"], failing.first());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| !finding["notes"].as_array().unwrap().is_empty()), "{report:#}");
    for finding in findings {
        let helps: Vec<&str> = finding["helps"].as_array().unwrap().iter().map(|help| help.as_str().unwrap()).collect();
        assert_eq!(finding["help"], helps.join("; "));
    }
}

#[test]
fn a_verification_of_nothing_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let status = |arguments: &[&str], input: &str| {
        let output = run(&[&["verify"], arguments].concat(), input);
        assert!(output.status.code() != Some(2) || output.stdout.is_empty(), "{}", shown(&output));
        output.status.code().unwrap()
    };
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: n }\n";
    let full = write("full/a.yaml", object);
    let none = ["", "# nothing\n", "---\n", "---\n# a\n---\n...\n", "null\n", "\u{feff}", " \n\t\n", "{}\n---\n"];
    for (index, text) in none.into_iter().enumerate() {
        let file = write(&format!("none/{index}.yaml"), text);
        // A record that is no object is a fault of a file that is named.
        let expected = if text.contains("{}") { 1 } else { 2 };
        for format in common::formats() {
            assert_eq!(status(&[&file, "--format", &format], ""), expected, "{text:?}");
            assert_eq!(status(&["-", "--format", &format], text), expected, "{text:?}");
        }
        assert_eq!(status(&["-", &full], text), expected, "{text:?}");
        assert_eq!(status(&[&file, &full], ""), expected % 2, "{text:?}");
    }
    let (empty, all) = (folder.path().join("none"), folder.path());
    let (empty, all) = (empty.to_str().unwrap(), all.to_str().unwrap());
    assert_eq!(status(&[empty], ""), 2);
    assert_eq!(status(&[empty, &full], ""), 2);
    assert_eq!(status(&[all], ""), 0);
    assert_eq!(status(&[all, &full], ""), 0);
    // What lies behind the limit is not passed unseen.
    let long = write("long.yaml", &format!("{object}{}---\nkind: x\n", "#\n".repeat(32 << 20)));
    assert_eq!(status(&[&long], ""), 1);
    std::fs::remove_file(long).unwrap();
    // Nor is a document beside objects, or an item of a list.
    write("mixed/a.yaml", &format!("{object}---\napiVersion: v1\nkindd: ConfigMap\n"));
    assert_eq!(status(&[&format!("{all}/mixed")], ""), 1);
    write("mixed/a.yaml", "apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, knd: ConfigMap }\n");
    assert_eq!(status(&[&format!("{all}/mixed")], ""), 1);
    write("mixed/a.yaml", "apiVersion: v1\nkind: List\nitems: { a: { apiVersion: v1, kind: Pod } }\n");
    assert_eq!(status(&[&format!("{all}/mixed")], ""), 1);
    write("mixed/a.yaml", &format!("{object}---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"));
    assert_eq!(status(&[&format!("{all}/mixed")], ""), 0);
    std::fs::remove_dir_all(format!("{all}/mixed")).unwrap();
    write("other/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
    assert_eq!(status(&[&format!("{all}/other")], ""), 2);
    assert_eq!(status(&[&format!("{all}/other"), all], ""), 2);
    write("other/list.json", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}");
    assert_eq!(status(&[&format!("{all}/other")], ""), 2);
}

#[test]
fn what_others_provide_is_said_on_the_command_line() {
    let manifests = std::fs::read_to_string(root().join("deploy/k8s/prod-eu/manifests.yaml")).unwrap();
    let manifests = manifests.replace("agentos.nexixai.io/expects", "example.com/other");
    let all = [
        "verify",
        "-",
        "--external",
        "Secret/agentos-scrape",
        "--external",
        "Secret/agentos-secrets",
        "--external",
        "Secret/agentos-federation-tls:tls.crt,tls.key,ca.crt",
        "--external",
        "Secret/agentos-federation-jwt",
    ];
    assert_eq!(run(&all[..2], &manifests).status.code(), Some(1));
    assert_eq!(run(&all, &manifests).status.code(), Some(0), "{}", shown(&run(&all, &manifests)));
    for bad in ["agentos-secrets", "Sekret/a", "Secret/"] {
        assert_eq!(run(&["verify", "-", "--external", bad], "").status.code(), Some(2), "{bad}");
    }
}

#[test]
fn values_of_secrets_are_never_shown() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: { name: Bad_name }\nstringData: { password: hunter2hunter2 }\n";
    let encoded = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ok\ndata: { k: aHVudGVyMmh1bnRlcjI=, k: aHVudGVyMmh1bnRlcjI= }\n";
    let torn = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ok\nstringData:\n  k: hunter2hunter2\n  l: \"hunter2hunter2\n";
    let literal = "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n  - name: a\n    image: a@b\n    \
                   args: [serve, federation]\n    env: [{ name: AGENTOS_SERVICE_TOKEN, value: hunter2hunter2 }]\n";
    for text in [secret, encoded, torn, literal] {
        for format in common::formats() {
            let output = run(&["verify", "-", "--format", &format], text);
            let all = shown(&output);
            assert_eq!(output.status.code(), Some(1), "{all}");
            assert!(!all.contains("hunter2") && !all.contains("aHVudGVy"), "{format}: {all}");
        }
    }
}

#[test]
fn strictness_is_that_of_check() {
    let pod = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { a: 1 } }\n";
    assert_eq!(run(&["verify", "-"], pod).status.code(), Some(1));
    assert_eq!(run(&["verify", "-", "--allow", "K020"], pod).status.code(), Some(0));
    assert_eq!(run(&["verify", "-", "--allow", "C030"], pod).status.code(), Some(2));
    let warned = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  securityContext: { runAsNonRoot: true, seccompProfile: \
                  { type: RuntimeDefault } }\n  containers:\n  - name: a\n    image: a\n    securityContext: \
                  { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }\n";
    assert_eq!(run(&["verify", "-"], warned).status.code(), Some(0));
    assert_eq!(run(&["verify", "-", "--deny", "warnings"], warned).status.code(), Some(1));
}

#[test]
fn what_is_no_manifest_is_a_finding_with_a_place() {
    for (text, line) in [("a: [1", 1), ("apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\nb: 1\n", 5), ("x: \"\n", 1)]
    {
        let findings = found(text, &[]);
        assert_eq!(findings.first().map(|(code, _)| code.as_str()), Some("C030"), "{text}");
        assert!(findings[0].1 >= line, "{text}: {findings:?}");
    }
}

#[test]
fn lists_and_json_are_read_too() {
    let (text, external) = compiled();
    let objects: Vec<serde_json::Value> = {
        use serde::Deserialize;
        serde_yaml::Deserializer::from_str(&text)
            .map(|document| serde_json::Value::deserialize(document).unwrap())
            .collect()
    };
    let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects });
    assert_eq!(found(&serde_json::to_string_pretty(&list).unwrap(), &external), []);
    assert_eq!(found(&list.to_string(), &external), []);
}

/// A megabyte of data is more than an object may have.
#[test]
fn large_objects_are_found_at_their_data() {
    let (text, external) = compiled();
    let annotation = format!("metadata:\n  annotations:\n    note: \"{}\"\n  labels:", "a".repeat(300_000));
    let (start, end) = document(&text, AO_SERVICE);
    let changed = text[start..end].replacen("metadata:\n  labels:", &annotation, 1);
    let found = found(&format!("{}{changed}{}", &text[..start], &text[end..]), &external);
    assert_eq!(found.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["K008"]);
    let line = text[..start].lines().count() + 1;
    assert!((line..line + 10).contains(&found[0].1));
}

/// What creates tenants must not take the proxy that a webhook injects.
#[test]
fn tenants_that_are_created_through_a_proxy_are_found() {
    let codes = |place: &str, script: &str, variables: &[(&str, &str)]| {
        let env: String =
            variables.iter().map(|(name, value)| format!("{{name: {name}, value: \"{value}\"}}, ")).collect();
        let (hook, beside) = match place {
            "hook" => {
                (format!("lifecycle: {{postStart: {{exec: {{command: [sh, -c, '{script}']}}}}}}, "), String::new())
            }
            kind => (
                String::new(),
                format!("{kind}: [{{name: other, image: x, command: [sh, -c, '{script}'], env: [{env}]}}], "),
            ),
        };
        let own = format!(
            "{{name: agentos, image: ghcr.io/nexixai/agentos:1.0.2, args: [serve, agent-orchestrator], {hook}env: [{env}]}}"
        );
        let spec = if place == "containers" {
            format!("{{{}}}", beside.replace("containers: [", &format!("containers: [{own}, ")))
        } else {
            format!("{{{beside}containers: [{own}]}}")
        };
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: n}}\nspec: {spec}\n");
        found(&text, &[]).into_iter().filter(|(code, _)| code == "T021").count()
    };
    let url = "http://127.0.0.1:8081/v1/admin/tenants";
    let proxy = ("http_proxy", "http://proxy:3128");
    let curl = format!("curl -d @x {url}");
    let wget = format!("wget --post-file=x {url}");
    for place in ["hook", "initContainers", "containers"] {
        assert_eq!(codes(place, &curl, &[proxy]), 1, "{place}");
        assert_eq!(codes(place, &wget, &[proxy]), 1, "{place}");
        assert_eq!(codes(place, &curl, &[]), 0, "{place}");
    }
    let found = |script: &str, variables: &[(&str, &str)]| codes("hook", script, variables);
    // The proxy of the other scheme, an empty one, and exceptions that name the host.
    assert_eq!(found(&curl, &[("https_proxy", "http://proxy:3128")]), 0);
    assert_eq!(found(&curl.replace("http:", "https:"), &[("HTTPS_PROXY", "http://proxy:3128")]), 1);
    assert_eq!(found(&curl, &[("ALL_PROXY", "socks5://proxy:1080")]), 1);
    assert_eq!(found(&curl, &[("http_proxy", "")]), 0);
    for (exceptions, count) in
        [("127.0.0.1", 0), ("localhost,127.0.0.0/8", 0), ("*", 0), ("localhost,.svc", 1), ("10.0.0.0/8", 1)]
    {
        assert_eq!(found(&curl, &[proxy, ("no_proxy", exceptions)]), count, "{exceptions}");
    }
    assert_eq!(found(&format!("curl --noproxy \"*\" -d @x {url}"), &[proxy]), 0);
    assert_eq!(found(&format!("wget --no-proxy --post-file=x {url}"), &[proxy]), 0);
    assert_eq!(found(&format!("unset http_proxy; curl -d @x {url}"), &[proxy]), 0);
    assert_eq!(found("curl http://127.0.0.1:8081/v1/health", &[proxy]), 0);
}

/// Tags of another name than upstream's name no release that is unknown, and a known one only where nothing speaks against it.
#[test]
fn a_tag_of_another_name_may_be_no_release() {
    let codes = |image: &str, labels: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: n, labels: {{{labels}}}}}\nspec:\n  containers:\n    \
             - {{name: agentos, image: \"{image}\", args: [serve, --addr, ':8083', federation], \
             livenessProbe: {{httpGet: {{path: /v1/federation/health, port: 8083}}}}}}\n"
        );
        let found = found(&text, &[]).into_iter().map(|(code, _)| code);
        // K022: without a key federation of 1.0.7 answers no probe.
        found.filter(|code| ["R007", "K022"].contains(&code.as_str())).collect::<Vec<_>>()
    };
    let (mirror, own) = ("harbor.example.com/ghcr/nexixai/agentos", "registry.example.com/platform/agentos");
    let other = "app.kubernetes.io/version: '1.0.2'";
    assert_eq!(codes(&format!("{mirror}:1.0.7"), other), ["K022"]);
    assert_eq!(codes(&format!("{mirror}:2024.11.3"), ""), ["R007"]);
    assert_eq!(codes(&format!("{own}:2024.11.3"), ""), [""; 0]);
    assert_eq!(codes(&format!("{own}:1.0.7"), ""), ["K022"]);
    assert_eq!(codes(&format!("{own}:v1.0.7-corp.3"), "app.kubernetes.io/version: '1.0.7'"), ["K022"]);
    assert_eq!(codes(&format!("{own}:1.0.7"), other), [""; 0]);
}

/// Tokens in volumes count as those that Kubernetes mounts by itself: one finding a pod names them all.
#[test]
fn projected_tokens_are_found_in_pods_of_any_origin() {
    let message = |sources: &str, mounts: &str| {
        let own = "{name: agentos, image: 'ghcr.io/nexixai/agentos:1.0.2', args: [serve, model-policy], \
                   securityContext: {readOnlyRootFilesystem: true}}";
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: n}}\nspec:\n  automountServiceAccountToken: false\n  \
             enableServiceLinks: false\n  containers: [{own}, {{name: other, image: x, volumeMounts: [{mounts}]}}]\n  \
             volumes: [{{name: kube, projected: {{sources: [{sources}]}}}}]\n"
        );
        let mut sources = Sources::default();
        let file = sources.add("manifests.yaml".to_owned(), text.clone(), false);
        let mut manifests = Manifests::default();
        manifests.read(&text, file, true);
        let found = manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding);
        found.filter(|finding| finding.code.to_string() == "K024").map(|finding| finding.message).collect::<Vec<_>>()
    };
    let mounted = "{name: kube, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}";
    let token = |audience: &str| format!("{{serviceAccountToken: {{path: token{audience}}}}}");
    for audience in ["", ", audience: 'https://kubernetes.default.svc'"] {
        assert_eq!(
            message(&token(audience), mounted),
            ["Pod `a`: its pods have a token of the cluster in the volume `kube`"]
        );
    }
    assert_eq!(
        message(&format!("{}, {}", token(""), token(", audience: vault")), mounted),
        [
            "Pod `a`: its pods have a token of the cluster in the volume `kube`, a token for `vault` in the volume `kube`"
        ]
    );
    assert_eq!(message(&token(""), ""), [""; 0], "no container mounts it");
    assert_eq!(message("{configMap: {name: a}}", mounted), [""; 0]);
}

/// The example of the guide is what is printed of it.
#[test]
fn the_guide_shows_what_is_printed() {
    let guide = std::fs::read_to_string(root().join("docs/verify.md")).unwrap();
    let block = |fence: &str| {
        let (_, rest) = guide.split_once(&format!("\n```{fence}\n")).unwrap();
        rest.split_once("\n```\n").unwrap().0
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifests.yaml"), block("yaml").to_owned() + "\n").unwrap();
    let output = common::binary().args(["verify", "manifests.yaml"]).current_dir(folder.path()).output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    assert_eq!(String::from_utf8(all).unwrap().trim_end(), block("text"));
}

#[test]
fn two_orchestrators_on_one_database_are_found() {
    let orchestrator = |namespace: &str, host: &str, name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: agentos-agent-orchestrator\n  namespace: {namespace}\nspec:\n  \
             template:\n    spec:\n      containers:\n        - name: agentos\n          image: ghcr.io/nexixai/agentos:1.0.7\n          \
             args: [serve, --addr, \":8081\", agent-orchestrator]\n          env:\n            \
             - {{ name: AGENTOS_STORAGE_BACKEND, value: postgres }}\n            - {{ name: AGENTOS_DB_HOST, value: {host} }}\n            \
             - {{ name: AGENTOS_DB_NAME, value: {name} }}\n---\n"
        )
    };
    let shared = |a: (&str, &str), b: (&str, &str)| {
        let text = orchestrator("a", a.0, a.1) + &orchestrator("b", b.0, b.1);
        found(&text, &[]).into_iter().filter(|(code, _)| code == "T014").count()
    };
    assert_eq!(shared(("db.example.com", "agentos"), ("db.example.com", "agentos")), 1);
    assert_eq!(shared(("db.data.svc", "agentos"), ("db.data.svc.cluster.local", "agentos")), 1);
    assert_eq!(shared(("db.example.com", "agentos"), ("db.example.com", "other")), 0);
    assert_eq!(shared(("db", "agentos"), ("db", "agentos")), 0, "Services of two namespaces");
}

#[test]
fn what_a_tool_replaces_by_an_image_is_no_image() {
    let text = |image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: a, namespace: n }}\nspec:\n  selector: {{ matchLabels: {{ a: b }} }}\n  \
             template:\n    metadata: {{ labels: {{ a: b }} }}\n    spec: {{ containers: [{{ name: a, image: \"{image}\" }}] }}\n"
        )
    };
    let unpinned = |image: &str| found(&text(image), &[]).iter().filter(|(code, _)| code == "N006").count();
    assert_eq!(unpinned("ko://example.com/a/cmd/b"), 0);
    assert_eq!(unpinned("registry.example.com:5000/a"), 1);
}
