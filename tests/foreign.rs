//! Manifests that others wrote: what Kubernetes, controllers and operators supply is no fault, and AgentOS in a custom
//! resource is judged as in a Deployment.

use agentos_cfg::diagnostic::Severity;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::Sources;

/// The codes that are found in a text, sorted, of those that are about how objects hold together.
fn codes(text: &str) -> Vec<String> {
    const LOOKED_AT: [&str; 11] =
        ["A004", "A005", "A007", "K002", "K003", "K004", "K014", "N001", "N004", "T008", "C030"];
    let mut sources = Sources::default();
    let file = sources.add("manifests.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let findings = manifests.verify(&[], &sources);
    let mut codes: Vec<String> = findings.iter().map(|(_, finding)| finding.code.to_string()).collect();
    codes.retain(|code| LOOKED_AT.contains(&code.as_str()));
    codes.sort();
    codes
}

/// Cases of one line a document, each with the codes that are expected of it.
fn expect(cases: &[(&str, &[&str], &[&str])]) {
    let mut wrong = Vec::new();
    for (name, documents, expected) in cases {
        let found = codes(&documents.join("\n---\n"));
        if found != *expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A workload of a kind, with fields of its specification beside the template, and the inside of the pod's.
fn workload(version: &str, kind: &str, beside: &str, pod: &str) -> String {
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\n\
         spec: {{{beside}template: {{metadata: {{labels: {{app: web}}}}, spec: {{{pod}}}}}}}"
    )
}

fn deployment(pod: &str) -> String {
    workload("apps/v1", "Deployment", "selector: {matchLabels: {app: web}}, ", pod)
}

const CONTAINER: &str = "containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]";

/// A Service that selects by labels and leads to a port.
fn service(labels: &str, target: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\n\
         spec: {{selector: {{{labels}}}, ports: [{{port: 80, targetPort: {target}}}]}}"
    )
}

fn object(version: &str, kind: &str, name: &str, rest: &str) -> String {
    format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n{rest}")
}

/// An orchestrator's container.
const AGENTOS: &str = "containers: [{name: agentos, image: ghcr.io/nexixai/agentos:1.0.2, \
                       args: [serve, --addr, \":8081\", agent-orchestrator], ports: [{name: http, containerPort: 8081}]}]";

#[test]
fn agentos_is_judged_in_whatever_has_a_pod_template() {
    let rollout = |beside: &str| workload("argoproj.io/v1alpha1", "Rollout", beside, AGENTOS);
    let of = |version, kind, beside| workload(version, kind, beside, AGENTOS);
    let at_rest = "strategy: {canary: {maxSurge: 0, maxUnavailable: 1}}, ";
    let knative = |annotations: &str, labels: &str| {
        format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: web, namespace: shop, labels: {{{labels}}}}}\n\
             spec: {{template: {{metadata: {{annotations: {{{annotations}}}}}, spec: {{{AGENTOS}}}}}}}"
        )
    };
    let once = "autoscaling.knative.dev/max-scale: \"1\"";
    let local = "networking.knative.dev/visibility: cluster-local";
    let idle = workload("apps/v1", "Deployment", "replicas: 0, strategy: {type: Recreate}, ", AGENTOS);
    let refers = |beside: &str| {
        object(
            "argoproj.io/v1alpha1",
            "Rollout",
            "web",
            &format!("spec: {{{beside}workloadRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}"),
        )
    };
    let job_set = object(
        "jobset.x-k8s.io/v1alpha2",
        "JobSet",
        "web",
        &format!(
            "spec: {{replicatedJobs: [{{name: a, template: {{spec: {{template: {{metadata: {{labels: {{app: web}}}}, spec: {{{AGENTOS}}}}}}}}}}}]}}"
        ),
    );
    expect(&[
        ("rollout", &[&rollout("replicas: 3, ")], &["A004", "A005"]),
        ("rollout of one", &[&rollout("strategy: {blueGreen: {}}, ")], &["A005"]),
        ("rollout without surge", &[&rollout(at_rest)], &[]),
        (
            "rollout's selector",
            &[&rollout(&format!("{at_rest}selector: {{matchLabels: {{app: other}}}}, "))],
            &["K003"],
        ),
        ("clone set", &[&of("apps.kruise.io/v1alpha1", "CloneSet", "replicas: 2, ")], &["A004"]),
        ("any kind", &[&of("example.com/v1", "Fleet", "replicas: 2, ")], &["A004"]),
        (
            "deployment config",
            &[&of("apps.openshift.io/v1", "DeploymentConfig", "replicas: 2, selector: {app: web}, ")],
            &["A004", "A005"],
        ),
        (
            "its plain selector",
            &[&of("apps.openshift.io/v1", "DeploymentConfig", "selector: {app: other}, strategy: {type: Recreate}, ")],
            &["K003"],
        ),
        ("knative", &[&knative("", "")], &["A004", "N001"]),
        ("knative of one", &[&knative(once, local)], &[]),
        ("workload ref", &[&idle, &refers("replicas: 2, ")], &["A004", "A005"]),
        ("workload ref of one", &[&idle, &refers(at_rest)], &[]),
        (
            "workload ref beside the workload",
            &[&idle.replace("replicas: 0", "replicas: 1"), &refers(at_rest)],
            &["A004"],
        ),
        (
            "workload ref that scales it down",
            &[
                &idle.replace("replicas: 0", "replicas: 1"),
                &refers(at_rest).replace("name: web}}", "name: web, scaleDown: onsuccess}}"),
            ],
            &[],
        ),
        ("deep inside", &[&job_set, &service("app: web", "9999")], &["K004"]),
    ]);
}

#[test]
fn whatever_scales_agentos_counts() {
    let one = workload("apps/v1", "Deployment", "replicas: 1, strategy: {type: Recreate}, ", AGENTOS);
    let policy = one.replace("agent-orchestrator", "model-policy");
    let rollout = workload("argoproj.io/v1alpha1", "Rollout", "strategy: {canary: {maxSurge: 0}}, ", AGENTOS);
    let scaler = |version: &str, kind: &str, spec: &str| object(version, kind, "scaler", &format!("spec: {{{spec}}}"));
    let keda = |spec: &str| scaler("keda.sh/v1alpha1", "ScaledObject", spec);
    let hpa = |spec: &str| scaler("autoscaling/v2", "HorizontalPodAutoscaler", spec);
    let to_rollout = "scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}";
    expect(&[
        ("keda", &[&one, &keda("scaleTargetRef: {name: web}, maxReplicaCount: 3")], &["A004"]),
        ("keda's own limit", &[&one, &keda("scaleTargetRef: {name: web}")], &["A004"]),
        ("keda of one", &[&one, &keda("scaleTargetRef: {name: web}, maxReplicaCount: 1")], &[]),
        ("keda of another", &[&one, &keda("scaleTargetRef: {name: other}, maxReplicaCount: 3")], &[]),
        (
            "model policy",
            &[&policy, &keda("scaleTargetRef: {kind: Deployment, name: web}, maxReplicaCount: 3")],
            &["T008"],
        ),
        (
            "keda's http",
            &[
                &one,
                &scaler(
                    "http.keda.sh/v1alpha1",
                    "HTTPScaledObject",
                    "scaleTargetRef: {kind: Deployment, name: web}, replicas: {min: 0, max: 4}",
                ),
            ],
            &["A004"],
        ),
        ("hpa of a rollout", &[&rollout, &hpa(&format!("{to_rollout}, maxReplicas: 4"))], &["A004"]),
        (
            "datadog",
            &[
                &one,
                &scaler(
                    "datadoghq.com/v1alpha1",
                    "WatermarkPodAutoscaler",
                    "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 4",
                ),
            ],
            &["A004"],
        ),
        (
            "vpa",
            &[
                &one,
                &scaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "targetRef: {kind: Deployment, name: web}"),
            ],
            &[],
        ),
    ]);
}

#[test]
fn routes_of_every_kind_are_exposures() {
    let one = workload("apps/v1", "Deployment", "replicas: 1, strategy: {type: Recreate}, ", AGENTOS);
    let service = service("app: web", "http");
    let route = |version: &str, kind: &str, spec: &str| object(version, kind, "route", &format!("spec: {{{spec}}}"));
    let headers = "X-Tenant-Id, X-Scopes, X-Principal-Id, X-Subject-Type, X-Api-Key-Id";
    let set = headers.replace(", ", ": '', ") + ": ''";
    let istio = |gateways: &str, host: &str, rule: &str| {
        route(
            "networking.istio.io/v1",
            "VirtualService",
            &format!("{gateways}http: [{{{rule}route: [{{destination: {{host: {host}, port: {{number: 80}}}}}}]}}]"),
        )
    };
    let public = "gateways: [istio-system/public, mesh], ";
    let traefik = "routes: [{match: Host(`a`), services: [{name: web, port: 80}]}]";
    let middleware = object(
        "traefik.io/v1alpha1",
        "Middleware",
        "strip",
        &format!("spec: {{headers: {{customRequestHeaders: {{{set}}}}}}}"),
    );
    let with_middleware =
        "routes: [{match: Host(`a`), middlewares: [{name: strip}], services: [{name: web, port: 80}]}]";
    let openshift = |more: &str| {
        route(
            "route.openshift.io/v1",
            "Route",
            &format!("to: {{kind: Service, name: web}}, port: {{targetPort: http}}{more}"),
        )
    };
    let deleted: Vec<String> =
        headers.split(", ").map(|name| format!("{{name: {name}, action: {{type: Delete}}}}")).collect();
    let deleted = format!(", httpHeaders: {{actions: {{request: [{}]}}}}", deleted.join(", "));
    let contour = |more: &str| {
        route("projectcontour.io/v1", "HTTPProxy", &format!("routes: [{{{more}services: [{{name: web, port: 80}}]}}]"))
    };
    let gateway = |kind: &str| {
        route("gateway.networking.k8s.io/v1alpha2", kind, "rules: [{backendRefs: [{name: web, port: 80}]}]")
    };
    let exposed: &[&str] = &["N001"];
    let with = |route: &str| codes(&[one.as_str(), service.as_str(), route].join("\n---\n"));
    let cases: &[(&str, String, &[&str])] = &[
        ("istio", istio(public, "web", ""), exposed),
        ("istio by its full name", istio(public, "web.shop.svc.cluster.local", ""), exposed),
        ("istio within the mesh", istio("", "web", ""), &[]),
        ("istio that strips", istio(public, "web", &format!("headers: {{request: {{remove: [{headers}]}}}}, ")), &[]),
        ("istio elsewhere", istio(public, "api.example.com", ""), &[]),
        ("traefik", route("traefik.io/v1alpha1", "IngressRoute", traefik), exposed),
        ("traefik by tcp", route("traefik.containo.us/v1alpha1", "IngressRouteTCP", traefik), exposed),
        (
            "traefik that strips",
            route("traefik.io/v1alpha1", "IngressRoute", with_middleware) + "\n---\n" + &middleware,
            &[],
        ),
        (
            "traefik's own",
            route(
                "traefik.io/v1alpha1",
                "IngressRoute",
                "routes: [{services: [{name: api@internal, kind: TraefikService}]}]",
            ),
            &[],
        ),
        ("openshift", openshift(""), exposed),
        ("openshift that strips", openshift(&deleted), &[]),
        ("contour", contour(""), exposed),
        ("contour that strips", contour(&format!("requestHeadersPolicy: {{remove: [{headers}]}}, ")), &[]),
        ("tcp", gateway("TCPRoute"), exposed),
        ("tls", gateway("TLSRoute"), exposed),
        ("grpc", gateway("GRPCRoute"), exposed),
        ("ambassador", route("getambassador.io/v3alpha1", "Mapping", "service: \"http://web.shop:80\""), exposed),
        (
            "nginx",
            route("k8s.nginx.org/v1", "VirtualServer", "upstreams: [{name: a, service: web, port: 80}]"),
            exposed,
        ),
        (
            "old ingress",
            route("extensions/v1beta1", "Ingress", "backend: {serviceName: web, servicePort: 80}"),
            exposed,
        ),
        (
            "missing Service",
            route("traefik.io/v1alpha1", "IngressRoute", "routes: [{services: [{name: other, port: 80}]}]"),
            &["K002"],
        ),
        (
            "missing port",
            route("projectcontour.io/v1", "HTTPProxy", "routes: [{services: [{name: web, port: 8081}]}]"),
            &["K004", "N001"],
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|(name, route, expected)| (name, with(route), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(name, found, expected)| format!("{name}: {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_controller_keeps_is_no_service_of_its_own() {
    let args = "args: [serve, --addr, \":8081\", agent-orchestrator], env: [{name: AGENTOS_AUDIT_SINK, value: \"file:/data/audit.log\"}], \
                volumeMounts: [{name: data, mountPath: /data}]";
    let pod = format!(
        "containers: [{{name: agentos, image: ghcr.io/nexixai/agentos:1.0.2, {args}}}], \
         volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]"
    );
    let claim = object("v1", "PersistentVolumeClaim", "data", "");
    let deployment = workload("apps/v1", "Deployment", "strategy: {type: Recreate}, ", &pod)
        .replace("name: web,", "name: web, uid: a,");
    let owned = |kind: &str, name: &str, owner: &str, uid: &str| {
        format!(
            "name: {name}, ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {owner}, uid: {uid}, controller: true}}],"
        )
    };
    let set = |name: &str, owner: &str, uid: &str, replicas: &str| {
        workload("apps/v1", "ReplicaSet", &format!("replicas: {replicas}, "), &pod)
            .replace("name: web,", &owned("Deployment", name, owner, uid))
    };
    let made = |name: &str, owner: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{{} namespace: shop}}\nspec: {{{pod}}}",
            owned("ReplicaSet", name, owner, "s")
        )
    };
    let (first, old) = (set("web-1", "web", "a", "1"), set("web-0", "web", "a", "0"));
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system, uid: k}";
    expect(&[
        ("a whole dump", &[namespace, &claim, &deployment, &first, &old, &made("web-1-a", "web-1")], &[]),
        ("without the owner", &[&claim, &old, &first, &made("web-1-a", "web-1")], &[]),
        ("only pods", &[&claim, &made("web-1-a", "web-1"), &made("web-1-b", "web-1")], &[]),
        ("an orphan is its own", &[&claim, &deployment, &set("other", "web", "b", "2")], &["A004", "A007"]),
        ("of another owner", &[&claim, &first, &set("else-1", "else", "a", "1")], &["A007"]),
    ]);
}

#[test]
fn numbers_under_ports_are_information() {
    let other = CONTAINER.replace("name: http, ", "");
    let policy = object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "p",
        "spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 9000}]}]}",
    );
    let second = deployment(&other).replace("name: web,", "name: second,");
    let monitor = object(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        "m",
        "spec: {selector: {}, endpoints: [{port: a}, {port: b}]}",
    );
    let named = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{ports: [{{name: {name}, port: 80}}]}}"
        )
    };
    expect(&[
        ("by number", &[&deployment(CONTAINER), &service("app: web", "9090")], &[]),
        ("by name", &[&deployment(CONTAINER), &service("app: web", "http")], &[]),
        ("by a name that is not there", &[&deployment(CONTAINER), &service("app: web", "https")], &["K004"]),
        ("a name of one of two workloads", &[&deployment(CONTAINER), &second, &service("app: web", "http")], &[]),
        (
            "of AgentOS",
            &[
                &deployment(AGENTOS).replace("spec: {selector", "spec: {strategy: {type: Recreate}, selector"),
                &service("app: web", "9090"),
            ],
            &["K004"],
        ),
        ("a monitor of Services with one port each", &[&named("a"), &named("b"), &monitor], &[]),
        (
            "a monitor where an operator makes Services",
            &[&named("c"), &monitor, &object("ceph.rook.io/v1", "CephCluster", "c", "spec: {}")],
            &[],
        ),
        ("a monitor of a port that none has", &[&named("a"), &named("c"), &monitor], &["K004"]),
        ("a policy", &[&deployment(CONTAINER), &policy], &[]),
        (
            "a policy with the Service's port",
            &[&deployment(CONTAINER), &service("app: web", "http"), &policy.replace("9000", "80")],
            &["N004"],
        ),
        (
            "a policy with the port of both",
            &[
                &deployment("containers: [{name: web, image: web}]"),
                &service("app: web", "80"),
                &policy.replace("9000", "80"),
            ],
            &[],
        ),
    ]);
}

#[test]
fn selectors_match_what_controllers_and_operators_make() {
    let stateful = workload("apps/v1", "StatefulSet", "serviceName: web, ", CONTAINER);
    let job = workload("batch/v1", "Job", "", CONTAINER);
    let plain = deployment(CONTAINER);
    let prometheus = object("monitoring.coreos.com/v1", "Prometheus", "k8s", "spec: {}");
    let rule = object("monitoring.coreos.com/v1", "PrometheusRule", "k8s", "spec: {}");
    let kafka = object("kafka.strimzi.io/v1", "Kafka", "k", "spec: {}");
    let application = object("argoproj.io/v1alpha1", "Application", "a", "spec: {}").replace("shop", "argocd");
    let agentos = deployment(AGENTOS)
        .replace("spec: {selector", "spec: {strategy: {type: Recreate}, selector")
        .replace("labels: {app: web}", "labels: {app: web, app.kubernetes.io/name: agentos}");
    let external =
        object("v1", "Service", "e", "spec: {type: ExternalName, externalName: example.com, selector: {app: none}}");
    let headless = object("v1", "Service", "h", "spec: {clusterIP: None, ports: [{port: 80}]}");
    let endpoints = object("v1", "Endpoints", "web", "subsets: [{addresses: [{ip: 192.0.2.1}]}]");
    let slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s, namespace: shop, labels: {kubernetes.io/service-name: web}}\nendpoints: [{addresses: [192.0.2.1]}]";
    let monitor = |from: &str| {
        object(
            "monitoring.coreos.com/v1",
            "ServiceMonitor",
            "m",
            &format!("spec: {{selector: {{matchLabels: {{app: none}}}}, endpoints: [{{port: a}}]{from}}}"),
        )
    };
    let pod_monitor = |from: &str| {
        object(
            "monitoring.coreos.com/v1",
            "PodMonitor",
            "m",
            &format!("spec: {{selector: {{matchLabels: {{app: web}}}}{from}}}"),
        )
    };
    let kube = service("component: kube-scheduler", "10259").replace("shop", "kube-system");
    let per_pod = |name: &str| service(&format!("app: web, statefulset.kubernetes.io/pod-name: {name}"), "http");
    expect(&[
        ("a pod of a set", &[&stateful, &per_pod("web-0")], &[]),
        ("by this label alone", &[&stateful, &service("statefulset.kubernetes.io/pod-name: web-12", "http")], &[]),
        ("a pod of another set", &[&stateful, &per_pod("other-0")], &["K003"]),
        ("a pod of a Deployment", &[&plain, &per_pod("web-0")], &["K003"]),
        ("its index", &[&stateful, &service("app: web, apps.kubernetes.io/pod-index: \"0\"", "http")], &[]),
        ("a template's hash", &[&plain, &service("app: web, pod-template-hash: 5dc4c74d4b", "http")], &[]),
        ("a Job's name", &[&job, &service("batch.kubernetes.io/job-name: web", "http")], &[]),
        ("another Job's name", &[&job, &service("batch.kubernetes.io/job-name: other", "http")], &["K003"]),
        ("another label", &[&plain, &service("app: web, tier: a", "http")], &["K003"]),
        ("an operator", &[&prometheus, &service("app: prometheus", "web")], &[]),
        (
            "an operator of another namespace",
            &[&prometheus.replace("shop", "other"), &service("app: prometheus", "web")],
            &["K003"],
        ),
        ("no maker of pods", &[&rule, &service("app: prometheus", "web")], &["K003"]),
        ("any operator", &[&kafka, &service("app: kafka", "web")], &[]),
        (
            "a custom resource of the cluster",
            &[&kafka.replace(", namespace: shop", ""), &service("app: kafka", "web")],
            &[],
        ),
        ("an installer", &[&application, &service("app: chart", "web")], &[]),
        (
            "none makes AgentOS",
            &[&kafka, &agentos, &service("app.kubernetes.io/name: agentos, component: x", "http")],
            &["K003"],
        ),
        ("no operator", &[&plain, &service("app: none", "http")], &["K003"]),
        ("external name", &[&external], &[]),
        ("headless", &[&headless], &[]),
        ("endpoints", &[&endpoints, &service("app: none", "80")], &[]),
        (
            "empty endpoints",
            &[&endpoints.replace("[{addresses: [{ip: 192.0.2.1}]}]", "[]"), &service("app: none", "80")],
            &["K003"],
        ),
        ("endpoint slices", &[slice, &service("app: none", "80")], &[]),
        ("a monitor", &[&monitor("")], &["K003"]),
        ("a monitor of every namespace", &[&monitor(", namespaceSelector: {any: true}")], &[]),
        ("a monitor of another one", &[&monitor(", namespaceSelector: {matchNames: [kube-system]}")], &[]),
        (
            "a monitor of one that is here",
            &[
                &service("app: web", "http").replace("shop", "other"),
                &plain.replace("shop", "other"),
                &monitor(", namespaceSelector: {matchNames: [other]}"),
            ],
            &["K003"],
        ),
        (
            "pods elsewhere",
            &[&plain.replace("shop", "other"), &pod_monitor(", namespaceSelector: {matchNames: [other]}")],
            &[],
        ),
        ("pods that are not here", &[&plain.replace("shop", "other"), &pod_monitor("")], &["K003"]),
        ("the cluster's own pods", &[&kube], &[]),
    ]);
}

#[test]
fn references_are_satisfied_by_what_makes_objects() {
    let takes = |reference: &str| {
        deployment(&format!("containers: [{{name: web, image: web, env: [{{name: A, valueFrom: {{{reference}}}}}]}}]"))
    };
    let secret = |name: &str, key: &str| takes(&format!("secretKeyRef: {{name: {name}, key: {key}}}"));
    let map = |name: &str, key: &str| takes(&format!("configMapKeyRef: {{name: {name}, key: {key}}}"));
    let account = |name: &str| deployment(&format!("serviceAccountName: {name}, {CONTAINER}"));
    let token = |kind: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\ntype: {kind}\nmetadata: {{name: t, namespace: shop, annotations: {{kubernetes.io/service-account.name: web}}}}"
        )
    };
    let token = |of: &str| token(of) + "";
    let certificate =
        |more: &str| object("cert-manager.io/v1", "Certificate", "c", &format!("spec: {{secretName: t{more}}}"));
    let annotated = |kind: &str, namespace: &str, annotations: &str, rest: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nmetadata: {{name: t, namespace: {namespace}, annotations: {{{annotations}}}}}\n{rest}"
        )
    };
    let data = "stringData: {k: fake}";
    let reflected = "reflector.v1.k8s.emberstack.com/reflection-allowed: \"true\", reflector.v1.k8s.emberstack.com/reflection-auto-enabled: \"true\"";
    let to = |namespaces: &str| {
        format!("{reflected}, reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: \"{namespaces}\"")
    };
    let bundle = "apiVersion: trust.cert-manager.io/v1alpha1\nkind: Bundle\nmetadata: {name: roots}\nspec: {target: {configMap: {key: ca.pem}, additionalFormats: {jks: {key: ca.jks}}}}";
    let everywhere = "apiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {name: c}\nspec: {externalSecretName: t, externalSecretSpec: {data: [{secretKey: k}]}}";
    let vault = object(
        "secrets.hashicorp.com/v1beta1",
        "VaultStaticSecret",
        "v",
        "spec: {destination: {name: t, create: true}}",
    );
    let class = object(
        "secrets-store.csi.x-k8s.io/v1",
        "SecretProviderClass",
        "v",
        "spec: {secretObjects: [{secretName: t, data: [{key: k}]}]}",
    );
    let postgres = object("postgresql.cnpg.io/v1", "Cluster", "db", "spec: {}");
    let spilo = object("acid.zalan.do/v1", "postgresql", "acid-db", "spec: {}");
    let set = |claims: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: shop}}\nspec: {{volumeClaimTemplates: [{claims}], template: {{spec: {{containers: [{{name: db, image: db, volumeMounts: [{{name: data, mountPath: /data}}]}}]}}}}}}"
        )
    };
    let templated = set("{metadata: {name: data}}");
    let named = templated.replace(
        "spec: {containers",
        "spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: data}}], containers",
    );
    let claims = |claim: &str| {
        deployment(&format!("{CONTAINER}, volumes: [{{name: v, persistentVolumeClaim: {{claimName: {claim}}}}}]"))
    };
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: shop, annotations: {cert-manager.io/cluster-issuer: a}}\nspec: {tls: [{secretName: t}]}";
    let aws = object(
        "networking.k8s.io/v1",
        "Ingress",
        "i",
        "spec: {defaultBackend: {service: {name: ssl-redirect, port: {name: use-annotation}}}}",
    );
    let serving = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop, annotations: {service.beta.openshift.io/serving-cert-secret-name: t}}\nspec: {}";
    let test = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: t, namespace: shop, annotations: {{helm.sh/hook: \"test\"}}}}\nspec: {{serviceAccountName: none, {CONTAINER}}}"
    );
    let knative =
        object("serving.knative.dev/v1", "Service", "web", &format!("spec: {{template: {{spec: {{{CONTAINER}}}}}}}"));
    let route = object(
        "networking.k8s.io/v1",
        "Ingress",
        "i",
        "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}",
    );
    let maker = workload("batch/v1", "Job", "", &format!("serviceAccountName: web, {CONTAINER}"));
    let maker = [maker, object("v1", "ServiceAccount", "web", "")].join("\n---\n");
    let role = |verb: &str| {
        object(
            "rbac.authorization.k8s.io/v1",
            "Role",
            "r",
            &format!("rules: [{{apiGroups: [\"\"], resources: [secrets], verbs: [{verb}]}}]"),
        )
    };
    let binding = object(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        "r",
        "roleRef: {kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: web}]",
    );
    let generator = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator: [{name: settings}]\nsecretGenerator: [{name: t}]";
    let twice = secret("t", "k")
        .replace("containers: [", "containers: [{name: other, image: a, envFrom: [{secretRef: {name: t}}]}, ");
    expect(&[
        ("no name of an account", &[&account("\"\"")], &[]),
        ("the default account", &[&account("default")], &[]),
        ("another account", &[&account("other")], &["K002"]),
        ("the root certificate", &[&map("kube-root-ca.crt", "ca.crt")], &[]),
        ("a token", &[&token("kubernetes.io/service-account-token"), &secret("t", "token")], &[]),
        ("no token", &[&token("Opaque"), &secret("t", "token")], &["K002"]),
        ("another key of a token", &[&token("kubernetes.io/service-account-token"), &secret("t", "tokn")], &["K002"]),
        ("a certificate", &[&certificate(""), &secret("t", "tls.crt")], &[]),
        (
            "its other formats",
            &[
                &certificate(", additionalOutputFormats: [{type: CombinedPEM}, {type: DER}]"),
                &secret("t", "tls-combined.pem"),
                &secret("t", "key.der"),
            ],
            &[],
        ),
        ("formats not asked for", &[&certificate(""), &secret("t", "tls-combined.pem")], &["K002"]),
        ("its key stores", &[&certificate(", keystores: {pkcs12: {create: true}}"), &secret("t", "keystore.p12")], &[]),
        ("an Ingress's certificate", &[ingress, &secret("t", "tls.key")], &[]),
        ("a serving certificate", &[serving, &secret("t", "tls.key")], &[]),
        ("reflected to every namespace", &[&annotated("Secret", "other", reflected, data), &secret("t", "k")], &[]),
        ("reflected to this one", &[&annotated("Secret", "other", &to("shop,b"), data), &secret("t", "k")], &[]),
        ("reflected to others", &[&annotated("Secret", "other", &to("a,b"), data), &secret("t", "k")], &["K002"]),
        ("reflected, with a pattern", &[&annotated("Secret", "other", &to("sh.*"), data), &secret("t", "k")], &[]),
        ("reflected without the key", &[&annotated("Secret", "other", reflected, data), &secret("t", "l")], &["K002"]),
        ("not reflected", &[&annotated("Secret", "other", "a: b", data), &secret("t", "k")], &["K002"]),
        (
            "replicated to",
            &[
                &annotated("ConfigMap", "other", "replicator.v1.mittwald.de/replicate-to: shop", "data: {k: a}"),
                &map("t", "k"),
            ],
            &[],
        ),
        (
            "replicated from",
            &[&annotated("Secret", "shop", "replicator.v1.mittwald.de/replicate-from: other/t", ""), &secret("t", "k")],
            &[],
        ),
        (
            "generated",
            &[
                &annotated("Secret", "shop", "secret-generator.v1.mittwald.de/autogenerate: \"a,k\"", ""),
                &secret("t", "k"),
            ],
            &[],
        ),
        ("a bundle", &[bundle, &map("roots", "ca.pem"), &map("roots", "ca.jks")], &[]),
        ("another key of a bundle", &[bundle, &map("roots", "ca.crt")], &["K002"]),
        ("secrets of every namespace", &[everywhere, &secret("t", "k")], &[]),
        ("another key of those", &[everywhere, &secret("t", "l")], &["K002"]),
        ("vault", &[&vault, &secret("t", "k")], &[]),
        ("a provider class", &[&class, &secret("t", "k")], &[]),
        ("called after a database", &[&postgres, &secret("db-app", "uri")], &[]),
        (
            "called after a database in the middle",
            &[&spilo, &secret("web.acid-db.credentials.postgresql.acid.zalan.do", "password")],
            &[],
        ),
        ("called otherwise", &[&postgres, &secret("database", "uri")], &["K002"]),
        ("a claim template", &[&templated], &[]),
        ("a claim template with a volume", &[&named], &[]),
        ("a claim of a pod of a set", &[&templated, &claims("data-db-0")], &[]),
        ("a claim of no set", &[&templated, &claims("data-web-0")], &["K002"]),
        ("an action of AWS", &[&aws], &[]),
        ("a pod of a test", &[&test], &[]),
        ("a Service of Knative", &[&knative, &route], &[]),
        ("a Job that makes Secrets", &[&maker, &role("create"), &binding, &secret("t", "k")], &[]),
        ("a Job that reads Secrets", &[&maker, &role("get"), &binding, &secret("t", "k")], &["K002"]),
        (
            "a role of no pod",
            &[&account("web"), &role("create"), &binding.replace("name: web}]", "name: other}]"), &secret("t", "k")],
            &["K002", "K002"],
        ),
        (
            "a Job makes none of AgentOS",
            &[
                &maker,
                &role("create"),
                &binding,
                &secret("t", "k").replace("name: web, image: web", "name: web, image: web, args: [serve, federation]"),
            ],
            &["A005", "K002"],
        ),
        (
            "two of one name",
            &[
                &annotated("ConfigMap", "shop", "a: b", "data: {a: a}"),
                &annotated("ConfigMap", "shop", "a: b", "data: {k: a}"),
                &map("t", "k"),
            ],
            &[],
        ),
        ("a generator", &[generator, &map("settings", "k"), &secret("t", "k")], &[]),
        ("no generator", &[generator, &map("setting", "k")], &["K002"]),
        ("one finding an object", &[&twice, &secret("t", "k").replace("name: web,", "name: second,")], &["K002"]),
    ]);
}

#[test]
fn a_missing_object_is_one_finding_with_all_that_need_it() {
    let text = [
        deployment(&format!("serviceAccountName: other, {CONTAINER}")),
        deployment(&format!("serviceAccountName: other, {CONTAINER}")).replace("name: web,", "name: second,"),
        deployment(&format!("serviceAccountName: other, {CONTAINER}")).replace("shop", "elsewhere"),
    ]
    .join("\n---\n");
    let mut sources = Sources::default();
    let file = sources.add("manifests.yaml".to_owned(), text.clone(), false);
    let mut manifests = Manifests::default();
    manifests.read(&text, file, true);
    let findings = manifests.verify(&[], &sources);
    let mut related: Vec<usize> = findings
        .iter()
        .filter(|(_, finding)| finding.code.to_string() == "K002")
        .map(|(_, finding)| finding.secondary.len())
        .collect();
    related.sort_unstable();
    assert_eq!(related, [0, 1]);
}

/// Without the credentials of a registry a pod starts, if it starts at all, from an image that is there.
#[test]
fn credentials_of_a_registry_are_no_condition_of_a_start() {
    let severity = |pod: &str| {
        let text = deployment(pod);
        let mut sources = Sources::default();
        let file = sources.add("manifests.yaml".to_owned(), text.clone(), false);
        let mut manifests = Manifests::default();
        manifests.read(&text, file, true);
        let mut findings = manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding);
        findings.find(|finding| finding.code.to_string() == "K002").map(|finding| finding.severity)
    };
    let pulls = format!("imagePullSecrets: [{{name: t}}], {CONTAINER}");
    assert_eq!(severity(&pulls), Some(Severity::Warning));
    assert_eq!(severity(&format!("{pulls}, volumes: [{{name: v, secret: {{secretName: t}}}}]")), Some(Severity::Error));
}

#[test]
fn a_manager_that_creates_pods_has_pods_of_its_own() {
    let manager = |verbs: &str| {
        [
            "{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: manager, namespace: n }, spec: { selector: { matchLabels: { a: manager } }, template: { metadata: { labels: { a: manager } }, spec: { serviceAccountName: manager, containers: [{ name: a, image: \"a:1\" }] } } } }",
            "{ apiVersion: v1, kind: ServiceAccount, metadata: { name: manager, namespace: n } }",
            &format!("{{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{ name: manager }}, rules: [{{ apiGroups: [\"\"], resources: [pods], verbs: [{verbs}] }}] }}"),
            "{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: { name: manager }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: manager }, subjects: [{ kind: ServiceAccount, name: manager, namespace: n }] }",
            "{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: instance, namespace: n }, spec: { podSelector: { matchLabels: { a: instance } }, policyTypes: [Ingress] } }",
        ]
        .join("\n---\n")
    };
    assert_eq!(codes(&manager("create, delete")), [""; 0]);
    assert_eq!(codes(&manager("get, list")), ["K003"], "one that only looks makes none");
}
