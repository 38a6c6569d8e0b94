//! Every feature of the language under every release: what a release supports compiles without findings, and what it has
//! nothing like is R003, once for each feature.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::agentos::vocabulary::Runtime::{self, V1_02};
use agentos_cfg::evaluate::schema::Shape;
use agentos_cfg::source::Entry;
use common::{Memory, environment, shown};
use std::collections::BTreeSet;
use std::path::Path;

/// A combination of features, each by the number of its variant.
struct Mix {
    runtime: Runtime,
    variant: [usize; FACTORS.len()],
}

/// What is combined, and how many variants each has.
const FACTORS: [(&str, usize); 10] = [
    ("backend", 8),
    ("inject", 2),
    ("isolation", 2),
    ("database", 2),
    ("authentication", 2),
    ("tls", 2),
    ("model", 3),
    ("jwt", 2),
    ("mtls", 2),
    ("storage", 2),
];

/// Every so many combinations one is compiled; without a divisor in common with any number of variants, so that each
/// three variants of three features meet.
const STRIDE: usize = 11;

impl Mix {
    /// The combination of a number, which counts them through.
    fn of(runtime: Runtime, mut number: usize) -> Mix {
        let variant = FACTORS.map(|(_, variants)| {
            let variant = number % variants;
            number /= variants;
            variant
        });
        Mix { runtime, variant }
    }

    fn has(&self, factor: &str) -> usize {
        let position = FACTORS.iter().position(|(name, _)| *name == factor);
        position.map_or(0, |position| self.variant[position])
    }

    /// How many features it has that only a newer release knows, as R003 counts them.
    fn newer(&self) -> usize {
        // Each stack has its own database.
        let databases = self.has("database") * (1 + self.has("isolation"));
        databases + self.has("authentication") + 2 * self.has("tls") + self.has("model").min(1)
    }

    fn is_for_production(&self) -> bool {
        self.has("backend") != 0 && self.has("inject") == 1 && self.has("storage") == 1 && self.has("jwt") == 1
    }

    fn text(&self) -> String {
        let mut text = format!("  runtime = '{},\n  secrets.backend = {},\n", self.runtime.tag(), self.backend());
        text += ["  secrets.inject = 'Env,\n", "  secrets.inject = 'File,\n"][self.has("inject")];
        text += &format!("  secrets.keys = {{{}}},\n", self.keys("all"));
        text += &match self.has("isolation") {
            0 => "  tenancy.tenants.tnt_a = { name = \"A\" },\n".to_owned(),
            _ => format!(
                "  tenancy.tenants.tnt_a = {{ name = \"A\", isolation = 'Dedicated, {}secrets.keys = {{{}}} }},\n  \
                 tenancy.tenants.tnt_b = {{ name = \"B\" }},\n",
                ["", "database = 'Postgres { host = \"db.example.com\", name = \"a\" }, "][self.has("database")],
                self.keys("own")
            ),
        };
        text += ["", "  database = 'Postgres { host = \"db.example.com\" },\n"][self.has("database")];
        let oidc = "  authentication = 'Oidc { issuer_url = \"https://login.example.com\", audience = \"agentos\" },\n";
        text += ["", oidc][self.has("authentication")];
        let tls = "  services.agent-orchestrator.tls = 'Required { secret = \"tls\" },\n  \
                   services.model-policy.tls = 'Required { secret = \"tls\" },\n";
        text += ["", tls][self.has("tls")];
        let open = "  services.model-policy.model = 'OpenAi { base_url = \"https://models.example.com/v1\", default = \"m\" },\n";
        let anthropic = "  services.model-policy.model = 'Anthropic { default = \"m\" },\n";
        text += ["", open, anthropic][self.has("model")];
        text += ["", "  federation.jwt.secret = \"jwt\",\n"][self.has("jwt")];
        text += ["", "  federation.mtls = 'Required { secret = \"mtls\" },\n"][self.has("mtls")];
        let storage = ["'Ephemeral", "'Persistent { class = \"ssd-retain\" }"][self.has("storage")];
        let (profile, image) = match self.is_for_production() {
            true => ("Prod", format!("  image = \"agentos:{}@sha256:{}\",\n", self.runtime.version(), "0".repeat(64))),
            false => ("Dev", String::new()),
        };
        environment(&text)
            .replace("storage = 'Ephemeral,", &format!("storage = {storage},"))
            .replace("  profile = 'Dev,\n", &format!("  profile = '{profile},\n{image}"))
    }

    fn backend(&self) -> &'static str {
        [
            "'Placeholder",
            "'Existing",
            "'ExternalSecrets { store = \"vault\" }",
            "'Sealed {}",
            "'Csi { provider = 'Vault, parameters.roleName = \"agentos\" }",
            "'Csi { provider = 'Aws }",
            "'Csi { provider = 'Azure, parameters = { keyvaultName = \"v\", tenantId = \"t\" } }",
            "'Csi { provider = 'Gcp }",
        ][self.has("backend")]
    }

    /// The secrets that its features need, each with what the backend takes its value from.
    fn keys(&self, whose: &str) -> String {
        let newer = self.runtime != V1_02;
        let names = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"].into_iter();
        let database = (newer && self.has("database") == 1).then_some("AGENTOS_DB_PASSWORD");
        let model = (newer && self.has("model") > 0).then_some("AGENTOS_MODEL_API_KEY");
        let keys = names.chain(database).chain(model).map(|name| {
            let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
            let source = match self.has("backend") {
                0 => format!("placeholder = \"fake_{plain}_{whose}\""),
                1 => String::new(),
                2 | 4 => format!("remote = {{ key = \"secret/{whose}\", property = \"{name}\" }}"),
                3 => format!("sealed = \"AgB{}\"", format!("{plain}{whose}").repeat(40).split_at(365).0),
                5 | 6 => format!("remote.key = \"{whose}-{plain}\""),
                _ => format!("remote.key = \"projects/p/secrets/{whose}-{plain}\""),
            };
            format!(" {name} = {{ {source} }},")
        });
        keys.collect()
    }
}

#[test]
fn every_combination_of_features_compiles_under_the_releases_that_have_them() {
    let all: usize = FACTORS.iter().map(|(_, variants)| variants).product();
    let mut compiler = Compiler::new();
    let mut met = BTreeSet::new();
    for runtime in Runtime::ALL {
        for mix in (0..all).step_by(STRIDE).map(|number| Mix::of(runtime, number)) {
            let text = mix.text();
            let world = Memory::of([("environment.ncl", &text)]);
            let outcome = compiler.compile(&world, &Entry::file(Path::new("environment.ncl"), Path::new("/project")));
            let expected = if runtime == V1_02 { mix.newer() } else { 0 };
            let found: Vec<&str> = outcome.findings.iter().map(|finding| finding.code.0).collect();
            assert_eq!(found, vec!["R003"; expected], "{text}\n{}", shown(&compiler, &outcome));
            assert_eq!(outcome.objects.is_empty(), expected > 0, "{text}");
            met.extend(triples().map(|factors| (runtime.tag(), factors, factors.map(|factor| mix.variant[factor]))));
        }
    }
    let triples: usize =
        triples().map(|factors| factors.map(|factor| FACTORS[factor].1).iter().product::<usize>()).sum();
    assert_eq!(met.len(), triples * Runtime::ALL.len(), "some three variants never met");
}

/// Each three of the features that are combined.
fn triples() -> impl Iterator<Item = [usize; 3]> {
    (0..FACTORS.len()).flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| [a, b, c])))
}

/// Every field, with what is found under a release that supports it. Where it is for newer releases, the oldest has
/// nothing like it: R003 once for each feature, however many fields it has.
const FIELDS: &[(&str, &[&str], Since)] = &[
    ("cluster = \"c\", namespace = \"n\", pull_policy = 'Always", &[], ANY),
    ("pull_policy = 'IfNotPresent, image = \"localhost:5000/agentos\"", &[], ANY),
    ("pull_policy = 'Never, labels.a = \"b\", annotations.a = \"b\"", &[], ANY),
    ("services.<service>.port = 9081", &[], ANY),
    ("services.<service>.service_port = 9081", &["N005"], ANY),
    ("services.<service>.replicas = 0", &[], ANY),
    ("services.<service>.replicas = 1", &[], ANY),
    (
        "services.<service>.resources = { requests = { cpu = \"1\", memory = \"64Mi\", ephemeral_storage = \"1Gi\" }, \
         limits = { cpu = \"2\", memory = \"1Gi\", ephemeral_storage = \"2Gi\" } }",
        &[],
        ANY,
    ),
    ("services.<service>.env.AGENTOS_ALLOW_DEV_HEADERS = true", &[], ANY),
    ("services.<service>.env = { GOMAXPROCS = 2, GOMEMLIMIT = \"200MiB\" }", &[], ANY),
    ("services.<service>.env.AGENTOS_SHUTDOWN_TIMEOUT = \"60s\"", &[], NEWER),
    ("services.<service>.env.AGENTOS_LOG_FORMAT = 'json", &[], NEWER),
    ("services.agent-orchestrator.env.AGENTOS_RETENTION_RUNS_DAYS = 7", &[], NEWER),
    ("services.agent-orchestrator.env.AGENTOS_RETENTION_EVENTS_DAYS = 7", &[], NEWER),
    ("services.agent-orchestrator.env.AGENTOS_RETENTION_AUDIT_DAYS = 90", &[], NEWER),
    ("services.agent-orchestrator.env.AGENTOS_RETENTION_USAGE_DAYS = 90", &[], NEWER),
    (
        "services.<service>.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"n\", \
         section = \"s\", proxies = { namespace = \"n\", pods.a = \"b\" } }, authentication = 'External \"a proxy\", strip = [\"X-A\"] }",
        &[],
        ANY,
    ),
    ("services.<service>.exposure = 'Internal, services.<service>.storage = 'Ephemeral", &[], ANY),
    (
        "services.<service>.storage = 'Persistent { class = \"c\", size = \"1Gi\", access_mode = 'ReadWriteOncePod, \
         retention = 'Prune, backup = 'Velero { method = 'FileSystem }, annotations.a = \"b\" }",
        &[],
        ANY,
    ),
    (
        "services.<service>.storage = 'Persistent { access_mode = 'ReadWriteOnce, retention = 'Keep, \
         backup = 'Velero { method = 'Snapshot } }",
        &[],
        ANY,
    ),
    (
        "services.<service>.scheduling = { node_selector.a = \"b\", priority_class = \"c\", tolerations = \
         [{ key = \"a\", operator = 'Equal, value = \"b\", effect = 'NoSchedule }, { operator = 'Exists, effect = 'NoExecute }, \
         { key = \"c\", effect = 'PreferNoSchedule }] }",
        &[],
        ANY,
    ),
    ("services.<service>.labels.a = \"b\", services.<service>.annotations.a = \"b\"", &[], ANY),
    ("services.agent-orchestrator.quotas = { run_create_qps = 5, concurrent_runs = 7 }", &[], ANY),
    ("services.model-policy.quotas.invoke_qps = 5", &[], ANY),
    ("services.agent-orchestrator.tls = 'Off, services.model-policy.model = 'Stub", &[], ANY),
    (
        "services.agent-orchestrator.tls = 'Required { secret = \"s\", certificate = \"c\", private_key = \"k\" }",
        &[],
        NEWER,
    ),
    ("services.model-policy.tls = 'Required { secret = \"s\", certificate = \"c\", private_key = \"k\" }", &[], NEWER),
    (
        "services.model-policy.model = 'OpenAi { base_url = \"https://m.example.com/v1\", default = \"m\", timeout = \"9s\" }, \
         <model key>",
        &[],
        NEWER,
    ),
    (
        "services.model-policy.model = 'Anthropic { base_url = \"https://m.example.com\", default = \"m\", timeout = \"9s\" }, \
         <model key>",
        &[],
        NEWER,
    ),
    ("services.model-policy.model = 'Anthropic { default = \"m\" }, <model key>", &[], NEWER),
    ("tenancy = { default = \"tnt_a\", limit_namespace = true, tenants.tnt_a.name = \"A\" }", &[], ANY),
    ("tenancy.tenants.tnt_a = { name = \"A\", plan = \"p\", isolation = 'Shared, metadata.a = \"b\" }", &[], ANY),
    ("tenancy.tenants.tnt_a = { name = \"A\", entitlements.a = 1 }", &["T007"], ANY),
    (
        "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"n\", secrets.name = \"s\", \
         quotas = { run_create_qps = 1, concurrent_runs = 1, invoke_qps = 1 } }",
        &[],
        ANY,
    ),
    (
        "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, hosts = \
         { agent-orchestrator = \"a.example.com\", model-policy = \"b.example.com\", federation = \"c.example.com\" } }",
        &["T013", "T013", "T013"],
        ANY,
    ),
    (
        "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, callers.<service>.c = \
         { namespace = \"n\", pods.a = \"b\" } }",
        &[],
        ANY,
    ),
    ("secrets = { name = \"s\", backend = 'Existing, inject = 'Env, rotation = \"1\" }", &[], ANY),
    ("secrets = { backend = 'Placeholder, inject = 'File, keys = { <placeholders> } }", &[], ANY),
    (
        "secrets = { backend = 'ExternalSecrets { store = \"s\", store_kind = 'ClusterSecretStore, refresh = \"1m\" }, \
         keys = { <remotes> } }",
        &[],
        ANY,
    ),
    (
        "secrets = { backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore }, keys = { <remotes> } }",
        &[],
        ANY,
    ),
    ("secrets = { backend = 'Csi { provider = 'Vault, parameters.roleName = \"r\" }, keys = { <remotes> } }", &[], ANY),
    ("secrets = { backend = 'Csi { provider = 'Aws }, keys = { <remotes> } }", &[], ANY),
    (
        "secrets = { backend = 'Csi { provider = 'Azure, parameters = { keyvaultName = \"k\", tenantId = \"t\" } }, \
         keys = { <names> } }",
        &[],
        ANY,
    ),
    ("secrets = { backend = 'Csi { provider = 'Gcp }, keys = { <google names> } }", &[], ANY),
    ("secrets.backend = 'Sealed { annotations.a = \"b\" }, secrets.keys = { <sealed> }", &[], ANY),
    (
        "secrets.backend = 'Existing, secrets.keys.AGENTOS_SIGNING_KEY.sealed_for = { namespace = \"n\", name = \"s\", \
         certificate = \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
        &[],
        ANY,
    ),
    ("database = 'Files, authentication = 'None", &[], ANY),
    (
        "database = 'Postgres { host = \"h\", port = 1, name = \"n\", user = \"u\", ssl_mode = 'VerifyFull, pool_size = 1 }, \
         <password>",
        &[],
        NEWER,
    ),
    (
        "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, database = 'Postgres { host = \"h\", port = 1, \
         name = \"n\", user = \"u\", ssl_mode = 'VerifyFull, pool_size = 1 } }, <password>",
        &[],
        NEWER,
    ),
    ("tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, database = 'Files }", &[], ANY),
    ("database = 'Postgres { host = \"h\", ssl_mode = 'VerifyCa }, <password>", &[], NEWER),
    ("database = 'Postgres { host = \"p.data.svc\", ssl_mode = 'Require }, <password>", &[], NEWER),
    ("database = 'Postgres { host = \"h\", ssl_mode = 'Disable }, <password>", &[], NEWER),
    (
        "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\", tenant_claim = \"t\" }",
        &[],
        NEWER,
    ),
    ("audit = 'File, audit_shipping = 'None", &[], ANY),
    ("audit = 'Stdout", &[], ANY),
    ("audit = 'Stderr", &[], ANY),
    (
        "audit_shipping = 'Sidecar { image = \"i:1.0\", resources = { requests.cpu = \"1m\", limits.cpu = \"1\" } }",
        &[],
        ANY,
    ),
    (
        "federation = { environment = \"e\", region = \"r\", api_versions = [\"v1\"], build = \
         { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }",
        &[],
        ANY,
    ),
    (
        "federation.peers.stk_b = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = \
         { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://a.example.com\" }, build = \
         { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }, \
         network.peers.stk_b = [\"203.0.113.0/24\"]",
        &[],
        ANY,
    ),
    ("federation.peers.stk_b = 'Environment \"gone.ncl\"", &["F014"], ANY),
    ("federation.mtls = 'Off, federation.jwt = { secret = \"s\", key = \"k\" }", &[], ANY),
    (
        "federation.mtls = 'Required { secret = \"s\", certificate = \"c\", private_key = \"k\", authority = \"a\" }",
        &[],
        ANY,
    ),
    (
        "federation.mtls = 'Required { secret = \"s\", cert_manager = \
         { issuer = \"i\", issuer_kind = 'ClusterIssuer, hosts = [\"a.example.com\"] } }",
        &[],
        ANY,
    ),
    (
        "federation.mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", issuer_kind = 'Issuer } }",
        &[],
        ANY,
    ),
    ("federation.retry = { max_attempts = 1, base_backoff_ms = 1 }", &[], ANY),
    ("network = { policies = 'Off, dns = { namespace = \"n\", pods.a = \"b\" } }", &["C027"], ANY),
    (
        "network.resolvers = { a = { namespace = \"n\", pods.a = \"b\", ports = [5353] }, node.networks = [\"10.0.0.10/32\"] }",
        &[],
        ANY,
    ),
    ("namespaces = 'Managed, pull_secrets.a = {}", &[], ANY),
    ("namespaces = 'Existing, provided = { Secret.a.keys = [\"k\"], ConfigMap.a = {} }", &[], ANY),
    ("provided = { ServiceAccount.a = {}, PersistentVolumeClaim.a = {} }", &[], ANY),
    (
        "services.<service>.env = { GODEBUG = \"netdns=go\", GOGC = 50, GOTRACEBACK = 'none, TZ = \"Europe/Berlin\" }",
        &[],
        ANY,
    ),
    ("services.<service>.env.GOTRACEBACK = 'single", &[], ANY),
    ("services.<service>.env.GOTRACEBACK = 'all", &[], ANY),
    ("services.<service>.env.GOTRACEBACK = 'system", &[], ANY),
    ("services.<service>.env.GOTRACEBACK = 'crash", &[], ANY),
    ("network = { policies = 'DefaultDeny, callers.<service>.c = { namespace = \"n\", pods.a = \"b\" } }", &[], ANY),
    ("observability = { metrics = 'Off, metrics_auth = false }", &[], ANY),
    (
        "observability = { metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, \
         namespace = \"n\", labels.a = \"b\" }, alerts = true, dashboards = true }",
        &[],
        ANY,
    ),
    ("smoke.job = true", &[], ANY),
    ("patches.Service.agentos-federation.metadata.labels.a = \"b\"", &[], ANY),
    ("image = \"agentos:main\", allow = [{ rule = \"N006\", reason = \"r\" }]", &["C016"], ANY),
];

/// Which releases have a field.
type Since = Runtime;
const ANY: Since = Runtime::V1_02;
const NEWER: Since = Runtime::V1_07;

#[test]
fn every_field_compiles_under_the_releases_that_have_it() {
    let mut compiler = Compiler::new();
    let mut otherwise = String::new();
    for (fields, expected, since) in FIELDS {
        let services: &[&str] = match fields.contains("<service>") {
            true => &["agent-orchestrator", "model-policy", "federation"],
            false => &[""],
        };
        for (runtime, service) in
            Runtime::ALL.into_iter().flat_map(|runtime| services.iter().map(move |s| (runtime, *s)))
        {
            let has = position(runtime) >= position(*since);
            let more = spelt(&fields.replace("<service>", service), has);
            let text = environment(&format!("  runtime = '{},\n  {more},", runtime.tag()));
            let world = Memory::of([("environment.ncl", &text)]);
            let outcome = compiler.compile(&world, &Entry::file(Path::new("environment.ncl"), Path::new("/project")));
            let found: Vec<&str> = outcome.findings.iter().map(|finding| finding.code.0).collect();
            let expected = if has { *expected } else { &["R003"] };
            if found != expected {
                otherwise += &format!("{text}{expected:?}, but:\n{}\n", shown(&compiler, &outcome));
            }
        }
    }
    assert!(otherwise.is_empty(), "{otherwise}");
}

/// Where a release stands among all.
fn position(runtime: Runtime) -> Option<usize> {
    Runtime::ALL.into_iter().position(|known| known == runtime)
}

/// The fields, with their secrets: those of a newer release are left out where they are not known.
fn spelt(fields: &str, has: bool) -> String {
    let names = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"];
    let each = |source: &str| names.map(|name| format!("{name}.{}", source.replace("NAME", name))).join(", ");
    let ciphertext = |name: &str| name.replace('_', "").repeat(40).split_at(365).0.to_owned();
    let sealed = names.map(|name| format!("{name}.sealed = \"AgB{}\"", ciphertext(name))).join(", ");
    let newer = |name: &str| if has { format!("secrets.keys.{name} = {{}}") } else { "labels.a = \"b\"".to_owned() };
    fields
        .replace("<placeholders>", &each("placeholder = \"fake_NAME\""))
        .replace("<remotes>", &each("remote = { key = \"k\", property = \"NAME\", version = \"1\" }"))
        .replace("<names>", &each("remote.key = \"NAME\""))
        .replace("<google names>", &each("remote.key = \"projects/p/secrets/NAME\""))
        .replace("<sealed>", &sealed)
        .replace("<model key>", &newer("AGENTOS_MODEL_API_KEY"))
        .replace("<password>", &newer("AGENTOS_DB_PASSWORD"))
}

#[test]
fn every_field_and_choice_of_the_language_is_tried() {
    // Those that every environment here sets, and placeholders of the table.
    let elsewhere = format!("{}\n'Demo 'Prod 'V1_02 'V1_07", environment("  runtime = 'V1_02"));
    let tried: Vec<String> = FIELDS.iter().map(|(fields, _, _)| spelt(fields, true)).chain([elsewhere]).collect();
    let tried = tried.join("\n");
    let words: BTreeSet<&str> = tried.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).collect();
    let missing: Vec<String> = names(&Compiler::new().schema().root);
    let missing: BTreeSet<&String> = missing.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "add to FIELDS: {missing:?}");
}

/// The names of all fields and tags inside a shape.
fn names(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Record(fields) => {
            fields.iter().flat_map(|field| names(&field.shape).into_iter().chain([field.name.clone()])).collect()
        }
        Shape::Dict(inner) | Shape::Array(inner) => names(inner),
        Shape::Choice(choices) => {
            let inner = choices.iter().filter_map(|choice| choice.payload.as_ref()).flat_map(names);
            inner.chain(choices.iter().map(|choice| choice.tag.clone())).collect()
        }
        Shape::Scalar { .. } => Vec::new(),
    }
}
