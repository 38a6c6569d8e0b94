//! Clusters as people have them: what the platform makes, private registries, where names are resolved, namespaces that
//! are not ours, and what the process reads besides AgentOS's settings.

mod common;

use agentos_cfg::emit::yaml;
use agentos_cfg::model::Resolver;
use agentos_cfg::objects::object::Object;
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::source::Sources;
use common::reach::{Party, host, passes, pod, pods};
use common::{binary, compile, environment, findings, production, shown};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A peer that is found by its name, and a tenant with a stack of its own.
const CALLING: &str = "  federation.peers.stk_b = 'Remote { environment = \"prod\", region = \"r\", build.version = \"1.0.2\", endpoints = { \
                       agent-orchestrator = \"https://b.example.com\", model-policy = \"https://m.example.com\" } },\n  \
                       network.peers.stk_b = [\"203.0.113.0/24\"],\n";
const DEDICATED: &str = "  tenancy.tenants.tnt_bolt = { name = \"Bolt\", isolation = 'Dedicated },\n";

/// A native sidecar of federation, as a patch adds it; `more` is inside its container.
fn sidecar(more: &str) -> String {
    format!(
        "  patches.Deployment.agentos-federation.spec.template.spec.initContainers = [{{\n    name = \"proxy\", image = \
         \"example.com/proxy@sha256:{}\", restartPolicy = \"Always\",\n    securityContext = {{ runAsNonRoot = true, \
         allowPrivilegeEscalation = false, readOnlyRootFilesystem = true, capabilities.drop = [\"ALL\"] }},\n    resources = {{ \
         requests = {{ cpu = \"10m\", memory = \"16Mi\" }}, limits = {{ cpu = \"10m\", memory = \"16Mi\" }} }},\n    {more}\n  }}],\n",
        "0".repeat(64)
    )
}

fn codes(text: &str) -> Vec<&'static str> {
    compile(text).1.findings.iter().map(|finding| finding.code.0).collect()
}

fn objects(text: &str) -> Vec<Object> {
    let (compiler, outcome) = compile(text);
    assert!(outcome.findings.is_empty(), "{text}\n{}", shown(&compiler, &outcome));
    outcome.objects
}

/// What `verify` says of manifests.
fn verified(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("manifests.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    manifests.verify(&[], &sources).iter().map(|(_, finding)| format!("{} {}", finding.code, finding.message)).collect()
}

fn annotation<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.body["metadata"]["annotations"][format!("agentos.nexixai.io/{name}")].as_str()
}

fn pod_specs(objects: &[Object]) -> impl Iterator<Item = &Json> {
    objects.iter().filter_map(|object| object.body.pointer("/spec/template/spec"))
}

#[test]
fn what_the_platform_provides_may_be_referred_to_by_a_patch() {
    let reference = sidecar(
        "envFrom = [{ configMapRef.name = \"proxy\" }], env = [{ name = \"T\", valueFrom.secretKeyRef = { name = \"vault\", key = \"token\" } }],",
    );
    assert_eq!(codes(&production(&reference)), ["K002", "K002"]);
    let provided = "  provided = { ConfigMap.proxy = {}, Secret.vault.keys = [\"token\", \"other\"] },\n";
    let objects = objects(&production(&format!("{reference}{provided}{DEDICATED}")));
    let namespaces: Vec<&Object> = objects.iter().filter(|object| object.kind == "Namespace").collect();
    assert_eq!(namespaces.len(), 2);
    for namespace in namespaces {
        assert_eq!(annotation(namespace, "provided"), Some("ConfigMap/proxy Secret/vault:other,token"));
    }
    // Without the list of keys any is there; with one, only those are.
    let with = |keys: &str| {
        codes(&production(&format!("{reference}  provided = {{ ConfigMap.proxy = {{}}, Secret.vault{keys} }},\n")))
    };
    assert_eq!(with(" = {}"), [""; 0]);
    assert_eq!(with(".keys = [\"tokens\"]"), ["K002"]);
    // Another kind of the same name is another object.
    let wrong = "  provided = { ConfigMap = { proxy = {}, vault = {} } },\n";
    assert_eq!(codes(&production(&format!("{reference}{wrong}"))), ["K002"]);
}

#[test]
fn the_help_of_a_dangling_reference_can_be_followed() {
    let text = production("  patches.ServiceAccount.agentos-federation.imagePullSecrets = [{ name = \"registry\" }],");
    let shown = findings(&text);
    assert!(shown.contains("K002") && shown.contains("provided.Secret"), "{shown}");
    assert_eq!(codes(&text.replacen("  patches", "  provided.Secret.registry = {},\n  patches", 1)), [""; 0]);
}

#[test]
fn verify_believes_what_is_provided_of_the_pods_that_were_compiled() {
    let reference =
        sidecar("env = [{ name = \"T\", valueFrom.secretKeyRef = { name = \"vault\", key = \"token\" } }],");
    let objects = objects(&production(&format!("{reference}  provided.Secret.vault.keys = [\"token\"],\n")));
    let text = yaml::stream(&objects).unwrap();
    assert_eq!(verified(&text), [""; 0]);
    let foreign = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: agentos}\nspec:\n  containers:\n  - name: web\n    \
                   image: web:1\n    envFrom: [{secretRef: {name: vault}}]\n";
    let missing = |text: &str| verified(text).iter().filter(|finding| finding.starts_with("K002")).count();
    assert_eq!(missing(&format!("{text}{foreign}")), 1);
    assert_eq!(missing(&text.replace("provided: Secret/vault:token", "provided: Secret/vault:other")), 1);
    assert_eq!(missing(&text.replace("agentos.nexixai.io/provided: ", "example.com/provided: ")), 1);
}

#[test]
fn what_is_compiled_is_not_the_platforms() {
    let secrets = "  secrets = { backend = 'Placeholder, keys = { AGENTOS_SERVICE_TOKEN.placeholder = \"fake_a\", \
                   AGENTOS_SIGNING_KEY.placeholder = \"fake_b\", AGENTOS_FED_SHARED_SECRET.placeholder = \"fake_c\" } },\n";
    for provided in [
        "provided.Secret.agentos-secrets = {}",
        "pull_secrets.agentos-secrets = {}",
        "provided.ConfigMap.agentos-peers = {}",
        "provided.ServiceAccount.agentos-federation = {}",
    ] {
        let text = environment(&format!("{secrets}  {provided},"));
        assert!(codes(&text).contains(&"K005"), "{}", findings(&text));
    }
    let claim = "  storage | force = 'Persistent { class = \"c\" },\n  provided.PersistentVolumeClaim.agentos-federation-data = {},";
    assert_eq!(codes(&environment(claim)), ["K005"]);
    // What something else makes already is provided all the same.
    assert_eq!(codes(&environment("  secrets.backend = 'Existing, provided.Secret.agentos-secrets = {},")), [""; 0]);
    for name in ["UPPER", "a_b", "-a", ""] {
        assert_eq!(codes(&environment(&format!("  provided.ConfigMap.\"{name}\" = {{}},"))), ["K001"], "{name}");
        assert_eq!(codes(&environment(&format!("  pull_secrets.\"{name}\" = {{}},"))), ["K001"], "{name}");
    }
}

#[test]
fn every_pod_of_every_stack_pulls_with_the_credentials() {
    for release in ["V1_02", "V1_07"] {
        let more = format!(
            "  runtime = '{release},\n  pull_secrets = {{ registry = {{}}, mirror = {{}} }},\n  smoke.job = true,\n{DEDICATED}"
        );
        let objects = objects(&environment(&more));
        assert_eq!(pod_specs(&objects).count(), 8);
        for spec in pod_specs(&objects) {
            assert_eq!(spec["imagePullSecrets"], serde_json::json!([{ "name": "mirror" }, { "name": "registry" }]));
        }
        assert_eq!(verified(&yaml::stream(&objects).unwrap()), [""; 0]);
    }
}

/// Whom federation may ask for names, of some that a cluster may have.
fn asked(more: &str) -> Vec<String> {
    let objects = objects(&environment(&format!("{CALLING}{more}")));
    let federation = pods(&objects).into_iter().find(|pod| pod.name == "agentos/federation").unwrap();
    let others: Vec<(Party, u16)> = vec![
        (pod("kube-system", "kube-dns", &[("k8s-app", "kube-dns")]), 53),
        (pod("kube-system", "other", &[]), 53),
        (pod("kube-system", "node-local-dns", &[("k8s-app", "node-local-dns")]), 53),
        (pod("openshift-dns", "dns", &[("dns.operator.openshift.io/daemonset-dns", "default")]), 53),
        (pod("openshift-dns", "dns", &[("dns.operator.openshift.io/daemonset-dns", "default")]), 5353),
        (host("169.254.20.10"), 53),
        (host("169.254.20.10"), 80),
        (host("169.254.169.254"), 53),
        (host("169.254.169.254"), 80),
        (host("172.20.0.10"), 53),
    ];
    let open = |protocol, (party, port): &(Party, u16)| passes(&objects, &federation, party, protocol, *port);
    let names = others.iter().filter(|other| open("UDP", other)).map(|(party, port)| format!("{} {port}", party.name));
    assert!(others.iter().all(|other| open("UDP", other) == open("TCP", other)), "{more}");
    names.collect()
}

#[test]
fn names_are_resolved_where_the_cluster_does() {
    let usual = ["kube-system/kube-dns 53", "169.254.20.10 53"];
    assert_eq!(asked(""), usual);
    let openshift = "cluster = { namespace = \"openshift-dns\", pods = { \"dns.operator.openshift.io/daemonset-dns\" = \"default\" }, ports = [5353] }";
    assert_eq!(asked(&format!("  network.resolvers.{openshift},")), ["openshift-dns/dns 5353", "169.254.20.10 53"]);
    assert_eq!(asked(&format!("  network.resolvers = {{ {openshift}, node = {{}} }},")), ["openshift-dns/dns 5353"]);
    let auto = "  network.resolvers.cluster.networks = [\"172.20.0.10/32\"],";
    assert_eq!(asked(auto), ["169.254.20.10 53", "172.20.0.10 53"]);
    let gke = "  network.resolvers = { node = { namespace = \"kube-system\", pods.k8s-app = \"node-local-dns\", \
               networks = [\"169.254.20.10/32\"] }, cloud.networks = [\"169.254.169.254/32\"] },";
    assert_eq!(asked(gke), [usual[0], "kube-system/node-local-dns 53", usual[1], "169.254.169.254 53"]);
}

#[test]
fn a_resolver_that_opens_nothing_or_everything_is_refused() {
    let one = |resolver: &str| codes(&environment(&format!("{CALLING}  network.resolvers.{resolver},")));
    for bad in [
        "own = {}",
        "own.ports = [53]",
        "own.networks = [\"0.0.0.0/0\"]",
        "own.networks = [\"::/0\"]",
        "own.networks = [\"10.0.0.1/24\"]",
        "own = { namespace = \"dns\", ports = [] }",
        "cluster = { namespace = \"dns\", ports = [] }",
        "cluster.ports = [5353]",
        "node.ports = []",
        "own.networks = [\"0.0.0.0/00\"]",
        "own.networks = [\"0.0.0.0/1\"]",
        "own.networks = [\"2000::/3\"]",
        "own = { networks = [\"169.254.169.254/32\"], ports = [80] }",
        "own = { networks = [\"169.254.0.0/16\"], ports = [53, 5353] }",
    ] {
        assert_eq!(one(bad), ["N017"], "{bad}");
    }
    assert_eq!(one("own.pods.\"a b\" = \"c\""), ["K001"]);
    assert_eq!(one("own = { namespace = \"dns\", ports = [70000] }"), ["C006"]);
    // Both of the library's taken away, while something is found by its name.
    let none = "  network.resolvers = { cluster = {}, node = { networks = [] } },\n";
    let (compiler, outcome) = compile(&production(&format!("{CALLING}{none}")));
    assert_eq!(common::codes_and_lines(&compiler, &outcome), [("N017".to_owned(), 12)]);
    assert_eq!(codes(&environment(&format!("{none}  smoke.job = true,"))), ["N017"]);
    let database = "  runtime = 'V1_07, database = 'Postgres { host = \"db.example.com\", name = \"n\", user = \"u\" },\n  secrets.keys.AGENTOS_DB_PASSWORD = {},\n";
    assert_eq!(codes(&environment(&format!("{none}{database}"))), ["N017"]);
    // Nobody resolves a name.
    assert_eq!(codes(&environment(none)), [""; 0]);
    assert_eq!(
        codes(&environment(&format!(
            "{none}{}",
            CALLING
                .replace("https://b.example.com", "https://203.0.113.7")
                .replace("  network.peers.stk_b = [\"203.0.113.0/24\"],\n", "")
        ))),
        [""; 0]
    );
}

/// What the compiler takes for the library's own is what the library has.
#[test]
fn the_usual_resolver_is_the_librarys() {
    let resolvers = compile(&environment("")).1.environment.unwrap().network.resolvers;
    assert_eq!(resolvers.keys().map(String::as_str).collect::<Vec<_>>(), Resolver::OF_THE_LIBRARY);
    assert_eq!(resolvers[Resolver::CLUSTER], Resolver::usual());
}

#[test]
fn what_the_compiler_writes_for_itself_is_not_the_users() {
    for name in ["provided", "expects", "tenant", "config-hash"] {
        for place in ["annotations", "services.federation.annotations", "labels"] {
            let text = environment(&format!("  {place}.\"agentos.nexixai.io/{name}\" = \"a\","));
            assert_eq!(codes(&text), ["K001"], "{}", findings(&text));
        }
    }
    // Only the ConfigMap that every stack has speaks for it.
    let reference =
        sidecar("env = [{ name = \"T\", valueFrom.secretKeyRef = { name = \"vault\", key = \"token\" } }],");
    let existing = format!("{reference}  namespaces = 'Existing, provided.Secret.vault = {{}},\n");
    let text = yaml::stream(&objects(&production(&existing))).unwrap();
    assert_eq!(verified(&text), [""; 0]);
    let moved = text.replace("    agentos.nexixai.io/provided: Secret/vault\n", "");
    let other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  namespace: agentos\n  labels: {app.kubernetes.io/managed-by: \
                 agentos-cfg}\n  annotations: {agentos.nexixai.io/provided: Secret/vault}\n";
    assert!(verified(&format!("{moved}{other}")).iter().any(|finding| finding.starts_with("K002")));
}

#[test]
fn what_is_provided_has_the_keys_that_fields_read() {
    let line = |provided: &str| {
        let (compiler, outcome) = compile(&production(&format!(
            "  pull_secrets.registry = {{}},\n  provided.Secret.{provided},\n{DEDICATED}"
        )));
        common::codes_and_lines(&compiler, &outcome)
    };
    let wrong = [("K002".to_owned(), 11)];
    assert_eq!(line("agentos-federation-jwt.keys = [\"other\"]"), wrong);
    assert_eq!(line("agentos-secrets.keys = [\"AGENTOS_SIGNING_KEY\"]"), wrong);
    assert_eq!(line("registry.keys = [\"config.json\"]"), wrong);
    assert_eq!(line("agentos-federation-jwt.keys = [\"other\", \"jwt.pub\"]"), []);
    assert_eq!(line("registry = {}"), []);
}

#[test]
fn the_deprecated_field_of_names_works_and_has_a_fix() {
    let dns = "  network.dns = { namespace = \"dns\", pods.app = \"resolver\" },";
    let text = environment(&format!("{CALLING}{dns}"));
    let (_, outcome) = compile(&text);
    let [finding] = outcome.findings.as_slice() else { panic!("{:?}", outcome.findings) };
    let [edit] = finding.preferred_edits() else { panic!("{:?}", finding.fixes) };
    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
    let fixed = format!("{}{}{}", &text[..start], edit.text, &text[end..]);
    assert_eq!(&text[start..end], "dns");
    let policies = |objects: Vec<Object>| -> Vec<Json> { objects.into_iter().map(|object| object.body).collect() };
    assert_eq!(policies(objects(&fixed)), policies(outcome.objects));
    // Written in two places, one change mends nothing.
    let twice = format!("{CALLING}  network.dns.namespace = \"dns\", network.dns.pods.app = \"resolver\",");
    assert!(compile(&environment(&twice)).1.findings[0].fixes.is_empty());
    // What the field leaves out, the other would not have: what to write is said, and not done.
    for partial in ["namespace = \"dns\"", "pods.app = \"resolver\""] {
        let (_, outcome) = compile(&environment(&format!("{CALLING}  network.dns.{partial},")));
        assert!(outcome.findings[0].code.0 == "C027" && outcome.findings[0].fixes.is_empty());
        assert!(
            outcome.findings[0].help[0].contains("namespace = ") && outcome.findings[0].help[0].contains("pods = ")
        );
    }
}

#[test]
fn json_has_the_fix_of_a_finding() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("clusters-fix");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("a.ncl");
    std::fs::write(&file, environment("  network.dns = { namespace = \"dns\", pods.app = \"resolver\" },")).unwrap();
    // The second answer comes from the cache.
    for _ in 0..2 {
        let output = binary().args(["check", "--format", "json"]).arg(&file).output().unwrap();
        let json: Json = serde_json::from_slice(&output.stdout).unwrap();
        let fix = json["findings"][0]["fix"].as_array().unwrap();
        assert_eq!((fix.len(), fix[0]["text"].as_str()), (1, Some("resolvers.cluster")), "{json:#}");
        assert_eq!(
            (fix[0]["line"].as_u64(), fix[0]["column"].as_u64(), fix[0]["end_column"].as_u64()),
            (Some(7), Some(11), Some(14))
        );
    }
}

#[test]
fn namespaces_of_the_platform_are_not_compiled_for_any_stack() {
    let more = format!("{CALLING}{DEDICATED}  namespaces = 'Existing,\n");
    let existing = objects(&production(&more));
    let managed = objects(&production(&more.replace("'Existing", "'Managed")));
    let names = |objects: &[Object]| -> BTreeSet<String> {
        objects.iter().map(|o| format!("{} {}/{}", o.kind, o.namespace.as_deref().unwrap_or(""), o.name)).collect()
    };
    let gone: BTreeSet<String> = names(&managed).difference(&names(&existing)).cloned().collect();
    let expected = [
        "LimitRange agentos-tnt-bolt/agentos-limits",
        "Namespace /agentos",
        "Namespace /agentos-tnt-bolt",
        "ResourceQuota agentos-tnt-bolt/agentos-limits",
    ];
    assert_eq!(gone, expected.map(str::to_owned).into());
    assert!(names(&existing).is_subset(&names(&managed)));
    // What the Namespace says is said by the ConfigMap of peers.
    for object in existing.iter().filter(|object| object.name == "agentos-peers") {
        let namespace = managed.iter().find(|o| o.kind == "Namespace" && Some(&o.name) == object.namespace.as_ref());
        for name in ["expects", "tenant"] {
            assert_eq!(annotation(object, name), annotation(namespace.unwrap(), name), "{name}");
        }
    }
    assert_eq!(verified(&yaml::stream(&existing).unwrap()), [""; 0]);
    assert_eq!(codes(&environment("  namespaces = 'Existing, tenancy.limit_namespace = true,")), ["K016"]);
}

#[test]
fn only_dedicated_tenants_in_namespaces_of_the_platform_are_no_missing_tenants() {
    let only = production(&format!("{DEDICATED}  namespaces = 'Existing,\n"))
        .replace("  tenancy.tenants.tnt_acme = { name = \"Acme\" },\n", "");
    assert_eq!(verified(&yaml::stream(&objects(&only)).unwrap()), [""; 0]);
}

#[test]
fn variables_that_go_reads_are_set_or_said_to_do_harm() {
    let set =
        "GODEBUG = \"netdns=go,http2client=0\", GOGC = 50, GOTRACEBACK = 'all, TZ = \"America/Argentina/Buenos_Aires\"";
    for release in ["V1_02", "V1_07"] {
        let objects =
            objects(&environment(&format!("  runtime = '{release},\n  services.federation.env = {{ {set} }},")));
        let federation = objects.iter().find(|o| o.kind == "Deployment" && o.name == "agentos-federation").unwrap();
        let variables = federation.body["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
        let value = |name: &str| variables.iter().find(|v| v["name"] == name).and_then(|v| v["value"].as_str());
        assert_eq!(value("GODEBUG"), Some("netdns=go,http2client=0"));
        assert_eq!((value("GOGC"), value("GOTRACEBACK")), (Some("50"), Some("all")));
        assert_eq!(value("TZ"), Some("America/Argentina/Buenos_Aires"));
    }
    let one = |variable: &str| codes(&environment(&format!("  services.federation.env.{variable},")));
    assert_eq!(one("GODEBUG = \"netdns=go+2,cpu.avx2=off\""), [""; 0]);
    for malformed in ["GODEBUG = \"netdns\"", "GODEBUG = \"\"", "GOGC = 0", "TZ = \"\"", "TZ = \"../x\""] {
        assert_eq!(one(malformed), ["R006"], "{malformed}");
    }
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        assert_eq!(one(&format!("{name} = \"x\"")), ["R002"], "{name}");
        let shown = findings(&environment(&format!("  services.federation.env.{name} = \"x\",")));
        assert!(
            !shown.contains("ignore") && !shown.contains("no service") && !shown.contains("known to read"),
            "{shown}"
        );
    }
    assert_eq!(one("GODEBUGS = \"x\""), ["R001"]);
}

#[test]
fn pods_run_as_an_account_of_the_platform_where_it_is_provided() {
    let patch = "  patches.Deployment.agentos-federation.spec.template.spec.serviceAccountName = \"vault-reader\",\n";
    assert_eq!(codes(&production(patch)), ["K013"]);
    let provided = production(&format!("{patch}  provided.ServiceAccount.vault-reader = {{}},\n"));
    assert_eq!(verified(&yaml::stream(&objects(&provided)).unwrap()), [""; 0]);
    let another = production(&format!("{patch}  provided.ServiceAccount.vault-readers = {{}},\n"));
    assert_eq!(codes(&another), ["K013"]);
}

#[test]
fn a_patch_keeps_the_credentials_of_the_registry() {
    let patch = |names: &str| {
        let list: Vec<String> = names.split(' ').map(|name| format!("{{ name = \"{name}\" }}")).collect();
        let list = list.join(", ");
        production(&format!(
            "  pull_secrets.registry = {{}}, provided.Secret.mirror = {{}},\n  \
             patches.Deployment.agentos-federation.spec.template.spec.imagePullSecrets = [{list}],\n"
        ))
    };
    assert_eq!(codes(&patch("mirror")), ["K013"]);
    assert_eq!(codes(&patch("mirror registry")), [""; 0]);
}

#[test]
fn a_secret_to_pull_with_has_credentials_of_a_registry() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: web}\nspec:\n  imagePullSecrets: [{name: registry}]\n  \
               containers:\n  - {name: web, image: \"web:1\"}\n---\n";
    let secret = |kind: &str| {
        format!("{pod}apiVersion: v1\nkind: Secret\nmetadata: {{name: registry, namespace: web}}\n{kind}\n")
    };
    let found = |kind: &str| verified(&secret(kind)).iter().filter(|finding| finding.starts_with("K002")).count();
    assert_eq!(found("type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}"), 0);
    assert_eq!(found("type: kubernetes.io/dockercfg\ndata: {.dockercfg: e30=}"), 0);
    assert_eq!((found("type: Opaque"), found("data: {.dockerconfigjson: e30=}")), (1, 1));
    let placeholders = "  secrets = { backend = 'Placeholder, keys = { AGENTOS_SERVICE_TOKEN.placeholder = \"fake_a\", \
                        AGENTOS_SIGNING_KEY.placeholder = \"fake_b\", AGENTOS_FED_SHARED_SECRET.placeholder = \"fake_c\" } },\n  \
                        patches.ServiceAccount.agentos-federation.imagePullSecrets = [{ name = \"agentos-secrets\" }],";
    assert_eq!(codes(&environment(placeholders)), ["K002"]);
}
