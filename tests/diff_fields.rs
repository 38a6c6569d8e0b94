//! Every field of the language, changed in a fleet of two: what `diff` says, held against what happens where the change
//! is applied.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::diff::human::Style;
use agentos_cfg::diff::{Format, Report, Side, Stack, compare};
use agentos_cfg::evaluate::schema::Shape;
use agentos_cfg::source::Entry;
use clap::ValueEnum;
use common::Memory;
use std::collections::BTreeSet;
use std::path::Path;

/// A change of some fields.
struct Row {
    /// The fields, as the schema knows them; names that are free are `*`.
    fields: &'static [&'static str],
    /// What the environment says before and after, with `;` between fields.
    with: &'static str,
    /// What it says before.
    old: &'static str,
    /// What it says after.
    new: &'static str,
    /// The classes that `diff` finds.
    classes: &'static [&'static str],
    /// A part of what it says of the change; nothing where nothing is to be said.
    says: &'static str,
    /// What happens where the change is applied.
    happens: &'static str,
}

const fn row(
    fields: &'static [&'static str],
    with: &'static str,
    old: &'static str,
    new: &'static str,
    classes: &'static [&'static str],
    says: &'static str,
    happens: &'static str,
) -> Row {
    Row { fields, with, old, new, classes, says, happens }
}

/// What is asserted of flows is asserted of NetworkPolicies elsewhere: here their classes may be there or not, but where
/// they are expected.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(&["allow[].rule", "allow[].reason"], "image = \"agentos:main\"", "", "allow = [{ rule = \"N006\", reason = \"r\" }]", &[], "", "an allowed finding changes no object"),
    row(&["annotations.*"], "", "annotations.a = \"b\"", "annotations.a = \"c\"", &["restart"], "restarts, with a short outage", "pods are annotated, too, and start anew"),
    row(&["labels.*"], "", "labels.a = \"b\"", "labels.a = \"c\"", &["restart"], "restarts, with a short outage", "pods are labelled, too, and start anew"),
    row(&["audit"], "storage = 'Persistent { class = \"c\" }", "audit = 'File", "audit = 'Stdout", &["data-loss", "surface", "restart"], "the audit records move from `/var/agentos/agent-orchestrator/audit.log`, which is on a", "records go to the container's log, and the file stays behind"),
    row(&["audit_shipping"], "", "audit_shipping = 'None", "audit_shipping = 'Sidecar { image = \"i:1.0\" }", &["restart"], "restarts, with a short outage", "a container more in each pod"),
    row(&["audit_shipping'Sidecar.image"], "", "audit_shipping = 'Sidecar { image = \"i:1.0\" }", "audit_shipping = 'Sidecar { image = \"i:1.1\" }", &["restart"], "restarts, with a short outage", "pods restart with the new image"),
    row(&["audit_shipping'Sidecar.resources.requests.cpu", "audit_shipping'Sidecar.resources.requests.memory", "audit_shipping'Sidecar.resources.requests.ephemeral_storage", "audit_shipping'Sidecar.resources.limits.cpu", "audit_shipping'Sidecar.resources.limits.memory", "audit_shipping'Sidecar.resources.limits.ephemeral_storage"], "", "audit_shipping = 'Sidecar { image = \"i:1.0\", resources = { requests = { cpu = \"1m\", memory = \"8Mi\", ephemeral_storage = \"8Mi\" }, limits = { cpu = \"1\", memory = \"8Mi\", ephemeral_storage = \"8Mi\" } } }", "audit_shipping = 'Sidecar { image = \"i:1.0\", resources = { requests = { cpu = \"2m\", memory = \"9Mi\", ephemeral_storage = \"9Mi\" }, limits = { cpu = \"2\", memory = \"9Mi\", ephemeral_storage = \"9Mi\" } } }", &["restart"], "restarts, with a short outage", "pods restart with other limits"),
    row(&["authentication"], "runtime = 'V1_07", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\" }", "authentication = 'None", &["exposure", "surface", "restart"], "`agent-orchestrator`: no token of an issuer is asked for, because AGENTOS_OIDC_ISSUER_URL", "no token is verified any more"),
    row(&["authentication'Oidc.issuer_url"], "runtime = 'V1_07", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\" }", "authentication = 'Oidc { issuer_url = \"https://m.example.com\", audience = \"a\" }", &["exposure", "restart"], "`agent-orchestrator`: tokens of another issuer are believed: AGENTOS_OIDC_ISSUER_URL", "another issuer's tokens are believed"),
    row(&["authentication'Oidc.audience"], "runtime = 'V1_07", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\" }", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"b\" }", &["exposure", "restart"], "`agent-orchestrator`: tokens for another audience are believed: AGENTOS_OIDC_AUDIENCE", "tokens for another audience are believed"),
    row(&["authentication'Oidc.tenant_claim"], "runtime = 'V1_07", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\", tenant_claim = \"t\" }", "authentication = 'Oidc { issuer_url = \"https://l.example.com\", audience = \"a\", tenant_claim = \"u\" }", &["exposure", "restart"], "`agent-orchestrator`: another claim of a token says whose a request is:", "another claim says whose a request is"),
    row(&["cluster"], "", "cluster = \"c\"", "cluster = \"d\"", &[], "", "peers reach each other otherwise, if in one cluster"),
    row(&["database"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}; storage = 'Persistent { class = \"c\" }", "database = 'Files", "database = 'Postgres { host = \"h\",  }", &["data-loss", "secret", "restart"], "agents, runs and their like move from files to a database, and nothing copies those that", "nothing copies runs"),
    row(&["database'Postgres.host"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\" }", "database = 'Postgres { host = \"i\" }", &["data-loss", "restart"], "agents, runs and their like are read from the database `i:5432/agentos` instead of", "another database, without the runs of the first"),
    row(&["database'Postgres.name"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\", name = \"n\" }", "database = 'Postgres { host = \"h\", name = \"m\" }", &["data-loss", "restart"], "agents, runs and their like are read from the database `h:5432/m` instead of `h:5432/n`,", "another database, without the runs of the first"),
    row(&["database'Postgres.port"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\", port = 1 }", "database = 'Postgres { host = \"h\", port = 2 }", &["data-loss", "restart"], "agents, runs and their like are read from the database `h:2/agentos` instead of", "another server, or another database behind the same"),
    row(&["database'Postgres.user"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\", user = \"u\" }", "database = 'Postgres { host = \"h\", user = \"v\" }", &["restart"], "restarts, with a short outage", "another user logs in"),
    row(&["database'Postgres.pool_size"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\", pool_size = 1 }", "database = 'Postgres { host = \"h\", pool_size = 2 }", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["database'Postgres.ssl_mode"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "database = 'Postgres { host = \"h\", ssl_mode = 'VerifyFull }", "database = 'Postgres { host = \"h\", ssl_mode = 'Require }", &["exposure", "restart"], "`agent-orchestrator`: less of the connection to the database is verified: `require`", "the server's certificate is not verified any more"),
    row(&["federation.api_versions[]"], "", "", "federation.api_versions = [\"v1\", \"v2\"]", &["federation", "restart"], "this stack: `api_versions` changes from `[\"v1\"]` to `[\"v1\",\"v2\"]`", "the peers file says other versions"),
    row(&["federation.build.version", "federation.build.git_sha", "federation.build.timestamp"], "", "", "federation.build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" }", &["federation", "restart"], "this stack: `git_sha` changes from `unknown` to `g`", "the peers file says another build"),
    row(&["federation.environment"], "", "federation.environment = \"e\"", "federation.environment = \"f\"", &["federation", "restart"], "this stack: `environment` changes from `e` to `f`", "the stack says it is another"),
    row(&["federation.region"], "", "federation.region = \"e\"", "federation.region = \"f\"", &["federation", "restart"], "this stack: `region` changes from `e` to `f`", "the stack says it is another"),
    row(&["federation.stack"], "", "federation.stack = \"stk_a\"", "federation.stack = \"stk_d\"", &["federation", "restart"], "this stack: `stack_id` changes from `stk_a` to `stk_d`", "peers know the stack by another name"),
    row(&["federation.jwt.secret"], "", "federation.jwt = { secret = \"s\", key = \"k\" }", "federation.jwt = { secret = \"t\", key = \"k\" }", &["secret", "restart"], "`/etc/agentos/jwt/k` comes from `k` of Secret `t` instead of `k` of Secret `s`", "another key verifies tokens"),
    row(&["federation.jwt.key"], "", "federation.jwt = { secret = \"s\", key = \"k\" }", "federation.jwt = { secret = \"s\", key = \"l\" }", &["surface", "secret", "restart"], "`AGENTOS_FED_JWT_PUBLIC_KEY` moves from `/etc/agentos/jwt/k` to `/etc/agentos/jwt/l`", "another key verifies tokens"),
    row(&["federation.jwt.secret"], "", "federation.jwt = { secret = \"s\", key = \"k\" }", "", &["exposure", "surface", "secret", "restart"], "`federation`: federation does not verify callers' tokens, because", "tokens are not verified any more"),
    row(&["federation.mtls"], "", "federation.mtls = 'Required { secret = \"s\" }", "federation.mtls = 'Off", &["exposure", "surface", "secret", "restart"], "`federation`: federation does not ask for client certificates, because", "certificates are not asked for any more"),
    row(&["federation.mtls'Required.secret"], "", "federation.mtls = 'Required { secret = \"s\" }", "federation.mtls = 'Required { secret = \"t\" }", &["secret", "restart"], "`/etc/agentos/tls/ca.crt` comes from `ca.crt` of Secret `t` instead of `ca.crt` of Secret", "another certificate"),
    row(&["federation.mtls'Required.certificate"], "", "federation.mtls = 'Required { secret = \"s\", certificate = \"c\" }", "federation.mtls = 'Required { secret = \"s\", certificate = \"d\" }", &["surface", "secret", "restart"], "`AGENTOS_FED_SERVER_CERT` moves from `/etc/agentos/tls/c` to `/etc/agentos/tls/d`", "another certificate"),
    row(&["federation.mtls'Required.private_key"], "", "federation.mtls = 'Required { secret = \"s\", private_key = \"c\" }", "federation.mtls = 'Required { secret = \"s\", private_key = \"d\" }", &["surface", "secret", "restart"], "`AGENTOS_FED_SERVER_KEY` moves from `/etc/agentos/tls/c` to `/etc/agentos/tls/d`", "another key"),
    row(&["federation.mtls'Required.authority"], "", "federation.mtls = 'Required { secret = \"s\", authority = \"c\" }", "federation.mtls = 'Required { secret = \"s\", authority = \"d\" }", &["surface", "secret", "restart"], "`AGENTOS_FED_CA_CERT` moves from `/etc/agentos/tls/c` to `/etc/agentos/tls/d`", "another authority"),
    row(&["federation.mtls'Required.cert_manager.issuer"], "", "federation.mtls = 'Required { secret = \"s\", cert_manager.issuer = \"i\" }", "federation.mtls = 'Required { secret = \"s\", cert_manager.issuer = \"j\" }", &["secret"], "the certificate `agentos-federation` is issued, with its authority, by", "another issuer's certificates are trusted"),
    row(&["federation.mtls'Required.cert_manager.issuer_kind"], "", "federation.mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", issuer_kind = 'Issuer } }", "federation.mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", issuer_kind = 'ClusterIssuer } }", &["secret"], "the certificate `agentos-federation` is issued, with its authority, by", "another issuer's certificates are trusted"),
    row(&["federation.mtls'Required.cert_manager.hosts[]"], "", "federation.mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", hosts = [\"a.example.com\"] } }", "federation.mtls = 'Required { secret = \"s\", cert_manager = { issuer = \"i\", hosts = [\"b.example.com\"] } }", &["secret"], "the certificate `agentos-federation` is for the names", "the certificate has another name"),
    row(&["federation.peers.*'Environment"], "", "federation.peers.stk_b = 'Environment \"b.ncl\"", "", &["federation", "restart"], "the peer `stk_b` is cut off: nothing is forwarded to it any more", "the peer is cut off"),
    row(&["federation.peers.*'Remote.environment"], "", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "federation.peers.stk_c = 'Remote { environment = \"f\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", &["federation", "restart"], "the peer `stk_c`: `environment` changes from `e` to `f`", "the peer is said to be in another environment"),
    row(&["federation.peers.*'Remote.region"], "", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"f\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", &["federation", "restart"], "the peer `stk_c`: `region` changes from `r` to `f`", "the peer is said to be in another region"),
    row(&["federation.peers.*'Remote.api_versions[]"], "", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\", \"v2\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", &["federation", "restart"], "the peer `stk_c`: `api_versions` changes from `[\"v1\"]` to `[\"v1\",\"v2\"]`", "the peer is said to know another version"),
    row(&["federation.peers.*'Remote.endpoints.*"], "", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://z.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", &["federation", "restart"], "the peer `stk_c`: `agent-orchestrator_base_url` changes from `https://a.example.com` to", "runs go to another host"),
    row(&["federation.peers.*'Remote.build.version", "federation.peers.*'Remote.build.git_sha", "federation.peers.*'Remote.build.timestamp"], "", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"2\", git_sha = \"h\", timestamp = \"2026-02-01T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", &["federation", "restart"], "the peer `stk_c`: `git_sha` changes from `g` to `h`", "the peers file says another build"),
    row(&["federation.retry.max_attempts", "federation.retry.base_backoff_ms"], "", "federation.retry = { max_attempts = 1, base_backoff_ms = 1 }", "federation.retry = { max_attempts = 2, base_backoff_ms = 2 }", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["image"], "", "image = \"agentos:1.0.2\"", "image = \"registry.example.com/agentos:1.0.2\"", &["restart"], "restarts, with a short outage", "pods restart with the image"),
    row(&["pull_policy"], "", "pull_policy = 'Always", "pull_policy = 'IfNotPresent", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["runtime"], "storage = 'Persistent { class = \"c\" }", "runtime = 'V1_07", "runtime = 'V1_02", &["data-loss", "surface", "federation", "restart"], "AGENTOS_KV_STORE_DIR is unset: the keys and values go to a path of the container, which", "the older release reads less"),
    row(&["name"], "", "name = \"a\"", "name = \"c\"", &["federation", "restart"], "this stack: `environment` changes from `a` to `c`", "labels say another environment; pods restart"),
    row(&["namespace"], "storage = 'Persistent { class = \"c\" }", "namespace = \"n\"", "namespace = \"m\"", &["data-loss", "surface", "federation", "restart"], "everything in the namespace is deleted with it, claims and their data included; tools", "everything is made anew elsewhere; the data stays behind or goes"),
    row(&["profile"], "image = \"agentos:1.0.2@sha256:0000000000000000000000000000000000000000000000000000000000000000\"; secrets.inject = 'File; storage = 'Persistent { class = \"c\" }; federation.jwt.secret = \"j\"; tenancy.tenants.tnt_a.name = \"A\"; secrets.backend = 'Existing; alone", "profile = 'Prod", "profile = 'Demo", &["exposure", "restart"], "the guards of production are off", "the runtime starts with settings that it refuses in production"),
    row(&["profile"], "image = \"agentos:1.0.2@sha256:0000000000000000000000000000000000000000000000000000000000000000\"; secrets.inject = 'File; storage = 'Persistent { class = \"c\" }; federation.jwt.secret = \"j\"; federation.peers.stk_b = 'Environment \"b.ncl\"; tenancy.tenants.tnt_a.name = \"A\"; secrets.backend = 'Existing", "profile = 'Demo", "profile = 'Dev", &["restart"], "restarts, with a short outage", "neither has the guards of production"),
    row(&["network.callers.*.*.namespace"], "", "network.callers.model-policy.c = { namespace = \"n\", pods.a = \"b\" }", "network.callers.model-policy.c = { namespace = \"m\", pods.a = \"b\" }", &["exposure"], "", "others may call"),
    row(&["network.callers.*.*.pods.*"], "", "network.callers.model-policy.c = { namespace = \"n\", pods.a = \"b\" }", "network.callers.model-policy.c = { namespace = \"n\", pods.a = \"c\" }", &["exposure"], "", "others may call"),
    row(&["network.dns.namespace"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.dns = { namespace = \"n\", pods.a = \"b\" }", "network.dns = { namespace = \"m\", pods.a = \"b\" }", &["exposure"], "", "federation may ask other pods for names"),
    row(&["network.dns.pods.*"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.dns = { namespace = \"n\", pods.a = \"b\" }", "network.dns = { namespace = \"n\", pods.a = \"c\" }", &["exposure"], "", "federation may ask other pods for names"),
    row(&["network.resolvers.*.namespace"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [53] }", "network.resolvers.r = { namespace = \"m\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [53] }", &["exposure"], "", "federation may ask other pods for names"),
    row(&["network.resolvers.*.pods.*"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [53] }", "network.resolvers.r = { namespace = \"n\", pods.a = \"c\", networks = [\"192.0.2.1/32\"], ports = [53] }", &["exposure"], "", "federation may ask other pods for names"),
    row(&["network.resolvers.*.networks[]"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [53] }", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.2/32\"], ports = [53] }", &["exposure"], "", "federation may ask other addresses for names"),
    row(&["network.resolvers.*.ports[]"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }; network.peers.stk_c = [\"203.0.113.0/24\"]", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [53] }", "network.resolvers.r = { namespace = \"n\", pods.a = \"b\", networks = [\"192.0.2.1/32\"], ports = [5353] }", &["exposure"], "", "federation may ask for names on another port"),
    row(&["pull_secrets.*"], "", "pull_secrets.a = {}", "pull_secrets.b = {}", &["restart", "secret"], "comes from Secret `b`", "pods restart"),
    row(&["provided.Secret.*.keys[]"], "", "provided.Secret.a.keys = [\"k\"]", "provided.Secret.a.keys = [\"l\"]", &[], "", "nothing: the platform has to have made it"),
    row(&["provided.ConfigMap.*.keys[]"], "", "provided.ConfigMap.a.keys = [\"k\"]", "provided.ConfigMap.a.keys = [\"l\"]", &[], "", "nothing: the platform has to have made it"),
    row(&["provided.ServiceAccount.*"], "", "provided.ServiceAccount.a = {}", "provided.ServiceAccount.b = {}", &[], "", "nothing: the platform has to have made it"),
    row(&["provided.PersistentVolumeClaim.*"], "", "provided.PersistentVolumeClaim.a = {}", "provided.PersistentVolumeClaim.b = {}", &[], "", "nothing: the platform has to have made it"),
    row(&["namespaces"], "storage = 'Persistent { class = \"c\" }", "namespaces = 'Managed", "namespaces = 'Existing", &["data-loss"], "everything in the namespace is deleted with it", "a tool that prunes deletes the namespace"),
    row(&["network.peers.*[]"], "federation.peers.stk_c = 'Remote { environment = \"e\", region = \"r\", api_versions = [\"v1\"], endpoints = { agent-orchestrator = \"https://a.example.com\", model-policy = \"https://m.example.com\" }, build = { version = \"1\", git_sha = \"g\", timestamp = \"2026-01-31T12:00:00Z\" } }", "network.peers.stk_c = [\"203.0.113.0/24\"]", "network.peers.stk_c = [\"203.0.112.0/23\"]", &["exposure"], "", "federation may call more addresses"),
    row(&["network.policies"], "", "network.policies = 'DefaultDeny", "network.policies = 'Off", &["exposure"], "", "every pod may call"),
    row(&["observability.metrics"], "observability.alerts = false; observability.dashboards = false", "observability.metrics = 'Off", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", &["exposure"], "", "Prometheus is let in"),
    row(&["observability.metrics'PrometheusOperator.interval"], "", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability.metrics = 'PrometheusOperator { interval = \"30s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", &[], "", "scraped less often"),
    row(&["observability.metrics'PrometheusOperator.scrape_token.secret"], "", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"t\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", &["secret"], "ServiceMonitor `agentos-agent-orchestrator` scrapes with `k` of Secret `t`", "Prometheus sends another token"),
    row(&["observability.metrics'PrometheusOperator.scrape_token.key"], "", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"l\" }, namespace = \"n\", labels.a = \"b\" }", &["secret"], "ServiceMonitor `agentos-agent-orchestrator` scrapes with `l` of Secret `s`", "Prometheus sends another token"),
    row(&["observability.metrics'PrometheusOperator.namespace"], "", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"m\", labels.a = \"b\" }", &["exposure"], "", "pods of another namespace may scrape"),
    row(&["observability.metrics'PrometheusOperator.labels.*"], "", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"c\" }", &[], "", "another Prometheus may find it"),
    row(&["observability.metrics_auth"], "", "observability.metrics_auth = true", "observability.metrics_auth = false", &["exposure", "surface", "restart"], "`agent-orchestrator`: `/metrics` is open, because AGENTOS_METRICS_REQUIRE_AUTH is unset", "metrics are open"),
    row(&["observability.alerts", "observability.dashboards"], "observability.metrics = 'PrometheusOperator { interval = \"15s\", scrape_token = { secret = \"s\", key = \"k\" }, namespace = \"n\", labels.a = \"b\" }", "observability = { alerts = true, dashboards = true }", "observability = { alerts = false, dashboards = false }", &[], "", "no alert fires; no class says so"),
    row(&["patches.*.*"], "", "", "patches.Service.agentos-federation.metadata.labels.a = \"b\"", &[], "", "a label more"),
    row(&["secrets.backend"], "", "secrets.backend = 'Existing", "secrets.backend = 'Placeholder; secrets.keys = { <keys: placeholder = \"fake_NAME\"> }", &["secret", "restart"], "Secret `agentos-secrets` is made here now", "a Secret with placeholders is made"),
    row(&["secrets.backend'ExternalSecrets.store"], "secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore, refresh = \"1m\" }", "secrets.backend = 'ExternalSecrets { store = \"t\", store_kind = 'SecretStore, refresh = \"1m\" }", &["secret"], "ExternalSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "secrets come from another store"),
    row(&["secrets.backend'ExternalSecrets.store_kind"], "secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore, refresh = \"1m\" }", "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'ClusterSecretStore, refresh = \"1m\" }", &["secret"], "ExternalSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "secrets come from another store"),
    row(&["secrets.backend'ExternalSecrets.refresh"], "secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore, refresh = \"1m\" }", "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore, refresh = \"2m\" }", &[], "", "read anew at other times"),
    row(&["secrets.backend'Csi.provider"], "secrets.inject = 'File; secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "secrets.backend = 'Csi { provider = 'Aws }", "secrets.backend = 'Csi { provider = 'Vault, parameters.roleName = \"r\" }", &["secret", "restart"], "SecretProviderClass `agentos-secrets-agent-orchestrator` takes secrets from elsewhere, or", "secrets come from another provider"),
    row(&["secrets.backend'Csi.parameters.*"], "secrets.inject = 'File; secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "secrets.backend = 'Csi { provider = 'Vault, parameters.roleName = \"r\" }", "secrets.backend = 'Csi { provider = 'Vault, parameters.roleName = \"q\" }", &["secret", "restart"], "SecretProviderClass `agentos-secrets-agent-orchestrator` takes secrets from elsewhere, or", "another role reads secrets"),
    row(&["secrets.backend'Sealed.annotations.*"], "secrets.keys = { <keys: sealed = \"SEALED_a\"> }", "secrets.backend = 'Sealed { annotations.a = \"b\" }", "secrets.backend = 'Sealed { annotations.a = \"c\" }", &[], "", "the Secret is annotated otherwise"),
    row(&["secrets.keys.*.sealed_for.namespace", "secrets.keys.*.sealed_for.name", "secrets.keys.*.sealed_for.certificate"], "secrets.backend = 'Existing", "secrets.keys.AGENTOS_SERVICE_TOKEN = { sealed_for = { namespace = \"a\", name = \"b\", certificate = \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" } }", "secrets.keys.AGENTOS_SERVICE_TOKEN = { sealed_for = { namespace = \"c\", name = \"d\", certificate = \"sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\" } }", &[], "", "a record of what a value was sealed for is in no object"),
    row(&["secrets.keys.*.sealed"], "secrets.backend = 'Sealed {}", "secrets.keys = { <keys: sealed = \"SEALED_a\"> }", "secrets.keys = { <keys: sealed = \"SEALED_b\"> }", &["secret"], "SealedSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "other values"),
    row(&["secrets.keys.*.placeholder"], "secrets.backend = 'Placeholder", "secrets.keys = { <keys: placeholder = \"fake_NAME\"> }", "secrets.keys = { <keys: placeholder = \"fake_other_NAME\"> }", &["secret", "restart"], "`AGENTOS_FED_SHARED_SECRET` of Secret `agentos-secrets` has another value", "other values"),
    row(&["secrets.keys.*.remote.key", "secrets.keys.*.remote.property", "secrets.keys.*.remote.version"], "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'SecretStore, refresh = \"1m\" }", "secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\", version = \"1\" }> }", "secrets.keys = { <keys: remote = { key = \"l\", property = \"x_NAME\", version = \"2\" }> }", &["secret"], "ExternalSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "values of other entries"),
    row(&["secrets.inject"], "", "secrets.inject = 'Env", "secrets.inject = 'File", &["secret", "restart"], "`AGENTOS_FED_SHARED_SECRET` no longer comes from `AGENTOS_FED_SHARED_SECRET` of Secret", "values are mounted instead"),
    row(&["secrets.name"], "", "secrets.name = \"s\"", "secrets.name = \"t\"", &["secret", "restart"], "`AGENTOS_FED_SHARED_SECRET` comes from `AGENTOS_FED_SHARED_SECRET` of Secret `t` instead", "values of another Secret"),
    row(&["secrets.rotation"], "", "secrets.rotation = \"1\"", "secrets.rotation = \"2\"", &["secret", "restart"], "the secrets are said to be rotated: the pods read them anew", "pods read new values"),
    row(&["services.*.annotations.*"], "", "services.agent-orchestrator.annotations.a = \"b\"", "services.agent-orchestrator.annotations.a = \"c\"", &["restart"], "restarts, with a short outage", "pods start anew"),
    row(&["services.*.labels.*"], "", "services.agent-orchestrator.labels.a = \"b\"", "services.agent-orchestrator.labels.a = \"c\"", &["restart"], "restarts, with a short outage", "pods start anew"),
    row(&["services.*.env.AGENTOS_ALLOW_DEV_HEADERS"], "", "services.agent-orchestrator.env.AGENTOS_ALLOW_DEV_HEADERS = false", "services.agent-orchestrator.env.AGENTOS_ALLOW_DEV_HEADERS = true", &["exposure", "restart"], "`agent-orchestrator`: development headers are allowed, which the guard of production", "production would refuse"),
    row(&["services.*.env.AGENTOS_LOG_FORMAT"], "runtime = 'V1_07", "", "services.agent-orchestrator.env.AGENTOS_LOG_FORMAT = 'json", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.env.AGENTOS_RETENTION_AUDIT_DAYS", "services.*.env.AGENTOS_RETENTION_EVENTS_DAYS", "services.*.env.AGENTOS_RETENTION_RUNS_DAYS", "services.*.env.AGENTOS_RETENTION_USAGE_DAYS"], "runtime = 'V1_07", "services.agent-orchestrator.env = { AGENTOS_RETENTION_AUDIT_DAYS = 100, AGENTOS_RETENTION_EVENTS_DAYS = 100, AGENTOS_RETENTION_RUNS_DAYS = 100, AGENTOS_RETENTION_USAGE_DAYS = 100 }", "services.agent-orchestrator.env = { AGENTOS_RETENTION_AUDIT_DAYS = 90, AGENTOS_RETENTION_EVENTS_DAYS = 90, AGENTOS_RETENTION_RUNS_DAYS = 90, AGENTOS_RETENTION_USAGE_DAYS = 90 }", &["data-loss", "restart"], "audit records are kept for 90 days instead of 100: a purge takes the older ones", "older records may be purged"),
    row(&["services.*.env.AGENTOS_SHUTDOWN_TIMEOUT"], "runtime = 'V1_07", "", "services.agent-orchestrator.env.AGENTOS_SHUTDOWN_TIMEOUT = \"60s\"", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.env.GOMAXPROCS", "services.*.env.GOMEMLIMIT"], "", "", "services.agent-orchestrator.env = { GOMAXPROCS = 2, GOMEMLIMIT = \"200MiB\" }", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.env.GODEBUG"], "", "services.model-policy.env.GODEBUG = \"netdns=go\"", "services.model-policy.env.GODEBUG = \"netdns=cgo\"", &["restart"], "restarts, with a short outage", "the pod restarts"),
    row(&["services.*.env.GOGC"], "", "services.model-policy.env.GOGC = 50", "services.model-policy.env.GOGC = 60", &["restart"], "restarts, with a short outage", "the pod restarts"),
    row(&["services.*.env.GOTRACEBACK"], "", "services.model-policy.env.GOTRACEBACK = 'none", "services.model-policy.env.GOTRACEBACK = 'all", &["restart"], "restarts, with a short outage", "the pod restarts"),
    row(&["services.*.env.TZ"], "", "services.model-policy.env.TZ = \"Europe/Berlin\"", "services.model-policy.env.TZ = \"Europe/Paris\"", &["restart"], "restarts, with a short outage", "the pod restarts"),
    row(&["services.*.exposure"], "", "services.agent-orchestrator.exposure = 'Internal", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", &["exposure", "federation", "restart"], "HTTPRoute `agentos-agent-orchestrator` opens a way in from outside the cluster", "a way in from outside"),
    row(&["services.*.exposure'Gateway.host"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"b.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", &["exposure", "surface", "federation", "restart"], "HTTPRoute `agentos-agent-orchestrator` answers as the host `b.example.com`", "another host answers"),
    row(&["services.*.exposure'Gateway.gateway.name"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"h\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", &["exposure"], "HTTPRoute `agentos-agent-orchestrator` is attached to Gateway `edge/h`", "another gateway leads in"),
    row(&["services.*.exposure'Gateway.gateway.namespace"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"other\" }, authentication = 'External \"proxy\" }", &["exposure"], "HTTPRoute `agentos-agent-orchestrator` is attached to Gateway `other/g`", "another gateway leads in"),
    row(&["services.*.exposure'Gateway.gateway.section"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", section = \"s\" }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", section = \"t\" }, authentication = 'External \"proxy\" }", &["exposure"], "HTTPRoute `agentos-agent-orchestrator` is attached to Gateway `edge/g`, listener `t`", "another listener leads in"),
    row(&["services.*.exposure'Gateway.gateway.proxies.namespace"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", proxies = { namespace = \"n\", pods.a = \"b\" } }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", proxies = { namespace = \"m\", pods.a = \"b\" } }, authentication = 'External \"proxy\" }", &["exposure"], "", "other pods may call"),
    row(&["services.*.exposure'Gateway.gateway.proxies.pods.*"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", proxies = { namespace = \"n\", pods.a = \"b\" } }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\", proxies = { namespace = \"n\", pods.a = \"c\" } }, authentication = 'External \"proxy\" }", &["exposure"], "", "other pods may call"),
    row(&["services.*.exposure'Gateway.authentication'External"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"another proxy\" }", &[], "", "a description"),
    row(&["services.*.exposure'Gateway.strip[]"], "", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\", strip = [\"X-A\"] }", "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", &["exposure"], "HTTPRoute `agentos-agent-orchestrator` no longer strips `x-a`", "a header passes"),
    row(&["services.*.port"], "", "services.agent-orchestrator.port = 9081", "services.agent-orchestrator.port = 9082", &["restart"], "restarts, with a short outage", "the pods listen elsewhere"),
    row(&["services.*.service_port"], "", "services.agent-orchestrator.service_port = 50081", "services.agent-orchestrator.service_port = 9082", &["surface", "federation", "restart"], "Service `agentos-agent-orchestrator` no longer answers on port `50081`; it answers on", "callers find nothing at the old port"),
    row(&["services.*.quotas.run_create_qps"], "", "services.agent-orchestrator.quotas.run_create_qps = 5", "services.agent-orchestrator.quotas.run_create_qps = 6", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.quotas.concurrent_runs"], "", "services.agent-orchestrator.quotas.concurrent_runs = 5", "services.agent-orchestrator.quotas.concurrent_runs = 6", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.quotas.invoke_qps"], "", "services.model-policy.quotas.invoke_qps = 5", "services.model-policy.quotas.invoke_qps = 6", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.replicas"], "", "services.agent-orchestrator.replicas = 1", "services.agent-orchestrator.replicas = 0", &["restart"], "`agent-orchestrator` stops: no pod of it is left", "the service stops"),
    row(&["services.*.resources.requests.cpu", "services.*.resources.requests.memory", "services.*.resources.requests.ephemeral_storage", "services.*.resources.limits.cpu", "services.*.resources.limits.memory", "services.*.resources.limits.ephemeral_storage"], "", "services.agent-orchestrator.resources = { requests = { cpu = \"1\", memory = \"64Mi\", ephemeral_storage = \"1Gi\" }, limits = { cpu = \"2\", memory = \"1Gi\", ephemeral_storage = \"2Gi\" } }", "services.agent-orchestrator.resources = { requests = { cpu = \"1.5\", memory = \"65Mi\", ephemeral_storage = \"1.5Gi\" }, limits = { cpu = \"3\", memory = \"2Gi\", ephemeral_storage = \"3Gi\" } }", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.resources.requests.cpu", "services.*.resources.requests.memory", "services.*.resources.requests.ephemeral_storage", "services.*.resources.limits.cpu", "services.*.resources.limits.memory", "services.*.resources.limits.ephemeral_storage"], "", "services.agent-orchestrator.resources = { requests = { cpu = \"1\", memory = \"64Mi\", ephemeral_storage = \"1Gi\" }, limits = { cpu = \"2\", memory = \"1Gi\", ephemeral_storage = \"2Gi\" } }", "services.agent-orchestrator.resources = { requests = { cpu = \"1000m\", memory = \"65536Ki\", ephemeral_storage = \"1024Mi\" }, limits = { cpu = \"2.0\", memory = \"1024Mi\", ephemeral_storage = \"2048Mi\" } }", &[], "", "the same amounts"),
    row(&["services.*.scheduling.node_selector.*"], "", "services.agent-orchestrator.scheduling.node_selector.a = \"b\"", "services.agent-orchestrator.scheduling.node_selector.a = \"c\"", &["restart"], "restarts, with a short outage", "pods go to other nodes"),
    row(&["services.*.scheduling.priority_class"], "", "services.agent-orchestrator.scheduling.priority_class = \"b\"", "services.agent-orchestrator.scheduling.priority_class = \"c\"", &["restart"], "restarts, with a short outage", "pods restart"),
    row(&["services.*.scheduling.tolerations[].key", "services.*.scheduling.tolerations[].operator", "services.*.scheduling.tolerations[].value", "services.*.scheduling.tolerations[].effect"], "", "services.agent-orchestrator.scheduling.tolerations = [{ key = \"a\", operator = 'Equal, value = \"b\", effect = 'NoSchedule }]", "services.agent-orchestrator.scheduling.tolerations = [{ key = \"c\", operator = 'Exists, effect = 'NoExecute }]", &["restart"], "restarts, with a short outage", "pods go to other nodes"),
    row(&["services.*.tls"], "runtime = 'V1_07", "services.agent-orchestrator.tls = 'Required { secret = \"s\" }", "services.agent-orchestrator.tls = 'Off", &["exposure", "surface", "federation", "secret", "restart"], "`agent-orchestrator`: calls, and the tokens in them, are not encrypted, because", "tokens travel in clear text"),
    row(&["services.*.tls'Required.secret"], "runtime = 'V1_07", "services.agent-orchestrator.tls = 'Required { secret = \"s\" }", "services.agent-orchestrator.tls = 'Required { secret = \"t\" }", &["secret", "restart"], "`/etc/agentos/tls/tls.crt` comes from `tls.crt` of Secret `t` instead of `tls.crt` of", "another certificate"),
    row(&["services.*.tls'Required.certificate"], "runtime = 'V1_07", "services.agent-orchestrator.tls = 'Required { secret = \"s\", certificate = \"c\" }", "services.agent-orchestrator.tls = 'Required { secret = \"s\", certificate = \"d\" }", &["surface", "secret", "restart"], "`AGENTOS_TLS_CERT` moves from `/etc/agentos/tls/c` to `/etc/agentos/tls/d`", "another certificate"),
    row(&["services.*.tls'Required.private_key"], "runtime = 'V1_07", "services.agent-orchestrator.tls = 'Required { secret = \"s\", private_key = \"c\" }", "services.agent-orchestrator.tls = 'Required { secret = \"s\", private_key = \"d\" }", &["surface", "secret", "restart"], "`AGENTOS_TLS_KEY` moves from `/etc/agentos/tls/c` to `/etc/agentos/tls/d`", "another key"),
    row(&["services.*.model"], "runtime = 'V1_07; secrets.keys.AGENTOS_MODEL_API_KEY = {}", "services.model-policy.model = 'Stub", "services.model-policy.model = 'OpenAi { base_url = \"https://m.example.com/v1\", default = \"m\" }", &["exposure", "secret", "restart"], "`agent-orchestrator`: prompts go to another provider: AGENTOS_MODEL_PROVIDER changes from", "prompts leave for a provider"),
    row(&["services.*.model'OpenAi.base_url"], "runtime = 'V1_07; secrets.keys.AGENTOS_MODEL_API_KEY = {}", "services.model-policy.model = 'OpenAi { base_url = \"https://m.example.com/v1\", default = \"m\" }", "services.model-policy.model = 'OpenAi { base_url = \"https://n.example.com/v1\", default = \"m\" }", &["exposure", "restart"], "`agent-orchestrator`: prompts go to another address: AGENTOS_MODEL_BASE_URL changes from", "prompts go to another host"),
    row(&["services.*.model'OpenAi.default", "services.*.model'OpenAi.timeout"], "runtime = 'V1_07; secrets.keys.AGENTOS_MODEL_API_KEY = {}", "services.model-policy.model = 'OpenAi { base_url = \"https://m.example.com/v1\", default = \"m\", timeout = \"8s\" }", "services.model-policy.model = 'OpenAi { base_url = \"https://m.example.com/v1\", default = \"n\", timeout = \"9s\" }", &["restart"], "restarts, with a short outage", "another model answers"),
    row(&["services.*.model'Anthropic.base_url"], "runtime = 'V1_07; secrets.keys.AGENTOS_MODEL_API_KEY = {}", "services.model-policy.model = 'Anthropic { base_url = \"https://m.example.com\", default = \"m\" }", "services.model-policy.model = 'Anthropic { base_url = \"https://n.example.com\", default = \"m\" }", &["exposure", "restart"], "`agent-orchestrator`: prompts go to another address: AGENTOS_MODEL_BASE_URL changes from", "prompts go to another host"),
    row(&["services.*.model'Anthropic.default", "services.*.model'Anthropic.timeout"], "runtime = 'V1_07; secrets.keys.AGENTOS_MODEL_API_KEY = {}", "services.model-policy.model = 'Anthropic { default = \"m\", timeout = \"8s\" }", "services.model-policy.model = 'Anthropic { default = \"n\", timeout = \"9s\" }", &["restart"], "restarts, with a short outage", "another model answers"),
    row(&["storage"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "storage = 'Ephemeral", &["data-loss", "restart"], "the volume `data` becomes an `emptyDir`: what is on the claim", "what is on the claim is left behind, and the claim with it"),
    row(&["storage'Persistent.class"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "storage = 'Persistent { class = \"d\", size = \"20Gi\" }", &["data-loss", "immutable"], "the storage class of the claim `agentos-agent-orchestrator-data` changes from `c` to `d`:", "refused: a claim keeps its class"),
    row(&["storage'Persistent.class"], "", "storage = 'Persistent { size = \"20Gi\" }", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", &[], "the claim `agentos-agent-orchestrator-data` gets the class `c`: a claim without a class", "taken where the cluster gave no class, or this one"),
    row(&["storage'Persistent.size"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "storage = 'Persistent { class = \"c\", size = \"30Gi\" }", &[], "the claim `agentos-agent-orchestrator-data` grows from `20Gi` to `30Gi`: the API server", "taken where the class allows expansion"),
    row(&["storage'Persistent.size"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "storage = 'Persistent { class = \"c\", size = \"10Gi\" }", &["data-loss", "immutable"], "the claim `agentos-agent-orchestrator-data` shrinks from `20Gi` to `10Gi`: only a new,", "refused"),
    row(&["storage'Persistent.access_mode"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\", access_mode = 'ReadWriteOnce }", "storage = 'Persistent { class = \"c\", size = \"20Gi\", access_mode = 'ReadWriteOncePod }", &["immutable"], "the API server refuses to change `spec.accessModes`: PersistentVolumeClaim", "refused"),
    row(&["storage'Persistent.retention"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\", retention = 'Keep }", "storage = 'Persistent { class = \"c\", size = \"20Gi\", retention = 'Prune }", &["data-loss"], "Namespace `ns-a` is no longer kept: without `argocd.argoproj.io/sync-options:", "tools delete claims that are not applied any more"),
    row(&["storage'Persistent.annotations.*"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\", annotations.a = \"b\" }", "storage = 'Persistent { class = \"c\", size = \"20Gi\", annotations.a = \"c\" }", &[], "", "the claim is annotated otherwise"),
    row(&["storage'Persistent.backup"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'FileSystem } }", "storage = 'Persistent { class = \"c\", size = \"20Gi\" }", &["data-loss", "restart"], "Velero no longer backs up the volume `data`", "no backup is made any more"),
    row(&["storage'Persistent.backup'Velero.method"], "", "storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'FileSystem } }", "storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'Snapshot } }", &["restart"], "restarts, with a short outage", "backed up otherwise"),
    row(&["services.*.storage"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "services.agent-orchestrator.storage = 'Ephemeral", &["data-loss", "restart"], "the volume `data` becomes an `emptyDir`: what is on the claim", "what is on the claim is left behind, and the claim with it"),
    row(&["services.*.storage'Persistent.class"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "services.agent-orchestrator.storage = 'Persistent { class = \"d\", size = \"20Gi\" }", &["data-loss", "immutable"], "the storage class of the claim `agentos-agent-orchestrator-data` changes from `c` to `d`:", "refused: a claim keeps its class"),
    row(&["services.*.storage'Persistent.class"], "", "services.agent-orchestrator.storage = 'Persistent { size = \"20Gi\" }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", &[], "the claim `agentos-agent-orchestrator-data` gets the class `c`: a claim without a class", "taken where the cluster gave no class, or this one"),
    row(&["services.*.storage'Persistent.size"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"30Gi\" }", &[], "the claim `agentos-agent-orchestrator-data` grows from `20Gi` to `30Gi`: the API server", "taken where the class allows expansion"),
    row(&["services.*.storage'Persistent.size"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"10Gi\" }", &["data-loss", "immutable"], "the claim `agentos-agent-orchestrator-data` shrinks from `20Gi` to `10Gi`: only a new,", "refused"),
    row(&["services.*.storage'Persistent.access_mode"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", access_mode = 'ReadWriteOnce }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", access_mode = 'ReadWriteOncePod }", &["immutable"], "the API server refuses to change `spec.accessModes`: PersistentVolumeClaim", "refused"),
    row(&["services.*.storage'Persistent.retention"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", retention = 'Keep }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", retention = 'Prune }", &["data-loss"], "Namespace `ns-a` is no longer kept: without `argocd.argoproj.io/sync-options:", "tools delete claims that are not applied any more"),
    row(&["services.*.storage'Persistent.annotations.*"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", annotations.a = \"b\" }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", annotations.a = \"c\" }", &[], "", "the claim is annotated otherwise"),
    row(&["services.*.storage'Persistent.backup"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'FileSystem } }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\" }", &["data-loss", "restart"], "Velero no longer backs up the volume `data`", "no backup is made any more"),
    row(&["services.*.storage'Persistent.backup'Velero.method"], "", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'FileSystem } }", "services.agent-orchestrator.storage = 'Persistent { class = \"c\", size = \"20Gi\", backup = 'Velero { method = 'Snapshot } }", &["restart"], "restarts, with a short outage", "backed up otherwise"),
    row(&["smoke.job"], "", "smoke.job = true", "smoke.job = false", &["restart"], "ends, if it still runs: nothing else of it stops", "the checks are not run any more"),
    row(&["smoke.job"], "smoke.job = true; secrets.backend = 'Existing", "", "labels.a = \"b\"", &["restart"], "restarts, with a short outage", "the Job is replaced by the next"),
    row(&["tenancy.default"], "tenancy.tenants.tnt_a.name = \"A\"", "", "tenancy.default = \"tnt_a\"", &["exposure", "restart"], "`agent-orchestrator`: requests without a tenant are given one, and `/metrics` answers", "requests without a tenant are given one"),
    row(&["tenancy.limit_namespace"], "", "tenancy.limit_namespace = true", "tenancy.limit_namespace = false", &["exposure"], "LimitRange `agentos-limits` is removed: it no longer limits what pods of the namespace", "the namespace may take all of the cluster"),
    row(&["tenancy.tenants.*.name"], "", "tenancy.tenants.tnt_a = { name = \"A\", plan = \"p\" }", "tenancy.tenants.tnt_a = { name = \"B\", plan = \"p\" }", &["tenant", "restart"], "the tenant `tnt_a` changes: `name` from `A` to `B`", "the tenant is called otherwise after a restart"),
    row(&["tenancy.tenants.*.plan"], "", "tenancy.tenants.tnt_a = { name = \"A\", plan = \"p\" }", "tenancy.tenants.tnt_a = { name = \"A\", plan = \"q\" }", &["tenant", "restart"], "the tenant `tnt_a` changes: `plan_tier` from `p` to `q`", "the tenant has another plan"),
    row(&["tenancy.tenants.*.metadata.*"], "", "tenancy.tenants.tnt_a = { name = \"A\", metadata.a = \"p\" }", "tenancy.tenants.tnt_a = { name = \"A\", metadata.a = \"q\" }", &["tenant", "restart"], "the tenant `tnt_a` changes: `metadata.a` from `p` to `q`", "the tenant is described otherwise"),
    row(&["tenancy.tenants.*.entitlements.*"], "", "tenancy.tenants.tnt_a = { name = \"A\", entitlements.a = 1 }", "tenancy.tenants.tnt_a = { name = \"A\", entitlements.a = 2 }", &["tenant", "restart"], "the tenant `tnt_a` changes: `entitlements.a` from `1` to `2`", "the tenant's record says more"),
    row(&["tenancy.tenants.*.isolation"], "storage = 'Persistent { class = \"c\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Shared }", &["data-loss", "surface", "federation", "tenant", "restart"], "everything in the namespace is deleted with it, claims and their data included; tools", "the tenant's stack goes, with its data"),
    row(&["tenancy.tenants.*.namespace"], "storage = 'Persistent { class = \"c\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"tb\" }", &["data-loss", "surface", "federation", "tenant", "restart"], "everything in the namespace is deleted with it, claims and their data included; tools", "the tenant's stack is made anew elsewhere"),
    row(&["tenancy.tenants.*.quotas.run_create_qps", "tenancy.tenants.*.quotas.concurrent_runs", "tenancy.tenants.*.quotas.invoke_qps"], "", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", quotas = { run_create_qps = 1, concurrent_runs = 1, invoke_qps = 1 } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", quotas = { run_create_qps = 2, concurrent_runs = 2, invoke_qps = 2 } }", &["tenant", "restart"], "the tenant `tnt_a` changes: `quotas.concurrent_runs` from `1` to `2`, `quotas.invoke_qps`", "pods of the tenant's stack restart"),
    row(&["tenancy.tenants.*.hosts.*"], "services.agent-orchestrator.exposure = 'Gateway { host = \"a.example.com\", gateway = { name = \"g\", namespace = \"edge\" }, authentication = 'External \"proxy\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", hosts.agent-orchestrator = \"x.example.com\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", hosts.agent-orchestrator = \"y.example.com\" }", &["exposure", "surface", "federation", "restart"], "HTTPRoute `agentos-agent-orchestrator` answers as the host `y.example.com`", "another host answers for the tenant"),
    row(&["tenancy.tenants.*.callers.*.*.namespace"], "", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", callers.model-policy.c = { namespace = \"n\", pods.a = \"b\" } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", callers.model-policy.c = { namespace = \"m\", pods.a = \"b\" } }", &["exposure"], "", "others may call the tenant's stack"),
    row(&["tenancy.tenants.*.callers.*.*.pods.*"], "", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", callers.model-policy.c = { namespace = \"n\", pods.a = \"b\" } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", callers.model-policy.c = { namespace = \"n\", pods.a = \"c\" } }", &["exposure"], "", "others may call the tenant's stack"),
    row(&["tenancy.tenants.*.database"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}; storage = 'Persistent { class = \"c\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Files }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\" } }", &["data-loss", "secret", "restart"], "agents, runs and their like move from files to a database, and nothing copies those that", "nothing copies the tenant's runs"),
    row(&["tenancy.tenants.*.database'Postgres.host", "tenancy.tenants.*.database'Postgres.port", "tenancy.tenants.*.database'Postgres.name"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\", port = 1, name = \"n\" } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"i\", port = 2, name = \"m\" } }", &["data-loss", "restart"], "agents, runs and their like are read from the database `i:2/m` instead of `h:1/n`, and", "another database, without the tenant's runs"),
    row(&["tenancy.tenants.*.database'Postgres.user", "tenancy.tenants.*.database'Postgres.pool_size"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\", user = \"n\", pool_size = 1 } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\", user = \"m\", pool_size = 2 } }", &["restart"], "restarts, with a short outage", "another user logs in"),
    row(&["tenancy.tenants.*.database'Postgres.ssl_mode"], "runtime = 'V1_07; secrets.keys.AGENTOS_DB_PASSWORD = {}", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\", ssl_mode = 'VerifyFull } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", database = 'Postgres { host = \"h\", ssl_mode = 'Disable } }", &["exposure", "restart"], "`agent-orchestrator`: less of the connection to the database is verified: `disable`", "the password travels in clear text"),
    row(&["tenancy.tenants.*.secrets.name"], "", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.name = \"s\" }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.name = \"t\" }", &["secret", "restart"], "`AGENTOS_FED_SHARED_SECRET` comes from `AGENTOS_FED_SHARED_SECRET` of Secret `t` instead", "values of another Secret"),
    row(&["tenancy.tenants.*.secrets.keys.*.remote.key", "tenancy.tenants.*.secrets.keys.*.remote.property", "tenancy.tenants.*.secrets.keys.*.remote.version"], "secrets.backend = 'ExternalSecrets { store = \"s\", store_kind = 'ClusterSecretStore }; secrets.keys = { <keys: remote = { key = \"k\", property = \"NAME\" }> }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: remote = { key = \"t\", property = \"NAME\", version = \"1\" }> } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: remote = { key = \"u\", property = \"x_NAME\", version = \"2\" }> } }", &["secret"], "ExternalSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "values of other entries"),
    row(&["tenancy.tenants.*.secrets.keys.*.placeholder"], "secrets.backend = 'Placeholder; secrets.keys = { <keys: placeholder = \"fake_NAME\"> }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: placeholder = \"fake_a_NAME\"> } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: placeholder = \"fake_b_NAME\"> } }", &["secret", "restart"], "`AGENTOS_FED_SHARED_SECRET` of Secret `agentos-secrets` has another value", "other values"),
    row(&["tenancy.tenants.*.secrets.keys.*.sealed_for.namespace", "tenancy.tenants.*.secrets.keys.*.sealed_for.name", "tenancy.tenants.*.secrets.keys.*.sealed_for.certificate"], "secrets.backend = 'Existing", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys.AGENTOS_SERVICE_TOKEN = { sealed_for = { namespace = \"a\", name = \"b\", certificate = \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" } } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys.AGENTOS_SERVICE_TOKEN = { sealed_for = { namespace = \"c\", name = \"d\", certificate = \"sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\" } } }", &[], "", "a record of what a value was sealed for is in no object"),
    row(&["tenancy.tenants.*.secrets.keys.*.sealed"], "secrets.backend = 'Sealed {}; secrets.keys = { <keys: sealed = \"SEALED_a\"> }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: sealed = \"SEALED_c\"> } }", "tenancy.tenants.tnt_a = { name = \"A\", isolation = 'Dedicated, namespace = \"ta\", secrets.keys = { <keys: sealed = \"SEALED_d\"> } }", &["secret"], "SealedSecret `agentos-secrets` takes secrets from elsewhere, or gives them otherwise", "other values"),
];

/// What every environment says, unless the row does.
fn defaults(name: &str) -> [(&'static str, String); 4] {
    [
        ("name =", format!("name = \"{name}\"")),
        ("namespace =", format!("namespace = \"ns-{name}\"")),
        ("profile =", "profile = 'Dev".to_owned()),
        ("storage =", "storage = 'Ephemeral".to_owned()),
    ]
}

fn environment(name: &str, fields: &str) -> String {
    let mut text = "let agentos = import \"agentos/lib.ncl\" in\n{\n".to_owned();
    let stack = ("federation.stack =", format!("federation.stack = \"stk_{name}\""));
    for (field, line) in defaults(name).into_iter().chain([stack]).filter(|(field, _)| value(fields, field).is_none()) {
        assert!(line.starts_with(field));
        text += &format!("  {line},\n");
    }
    for field in fields.split(';').map(str::trim).filter(|field| !field.is_empty()) {
        text += &format!("  {},\n", spelt(field));
    }
    text + "} | agentos.Environment\n"
}

/// The value of a field at the top, as it is written.
fn value<'a>(fields: &'a str, field: &str) -> Option<&'a str> {
    fields.split(';').find_map(|other| other.trim().strip_prefix(field)).map(|value| value.trim().trim_matches('"'))
}

/// `<keys: SOURCE>` as the source of each of the three secrets.
fn spelt(fields: &str) -> String {
    let Some((before, rest)) = fields.split_once("<keys: ") else { return fields.to_owned() };
    let (source, after) = rest.split_once('>').unwrap();
    let key = |name: &str| {
        let source = source.replace("NAME", name);
        let source = match source.split_once("SEALED_") {
            Some((start, letter)) => {
                let text = format!("{}{}", letter.trim_end_matches('"'), name.replace('_', "")).repeat(40);
                format!("{start}AgB{}\"", text.split_at(365).0)
            }
            None => source,
        };
        format!("{name}.{source}")
    };
    let keys = ["AGENTOS_SERVICE_TOKEN", "AGENTOS_FED_SHARED_SECRET", "AGENTOS_SIGNING_KEY"].map(key);
    before.to_owned() + &keys.join(", ") + &spelt(after)
}

/// The environment `a` with some fields, and its peer `b`.
fn fleet(compiler: &mut Compiler, fields: &str) -> Side {
    let stack = value(fields, "federation.stack =").unwrap_or("stk_a");
    let cluster = value(fields, "cluster =").map_or(String::new(), |name| format!("; cluster = \"{name}\""));
    // Production does not peer with development.
    let is_alone = fields.split(';').any(|field| field.trim() == "alone");
    let peering =
        if is_alone { String::new() } else { format!("federation.peers.{stack} = 'Environment \"a.ncl\"{cluster}") };
    let fields = fields.replace("; alone", "");
    let world = Memory::of([("a.ncl", &environment("a", &fields)), ("b.ncl", &environment("b", &peering))]);
    let stacks = ["a.ncl", "b.ncl"].map(|name| {
        let outcome = compiler.compile(&world, &Entry::file(Path::new(name), Path::new("/project")));
        assert!(!outcome.objects.is_empty(), "{fields}\n{}", common::shown(compiler, &outcome));
        Stack { name: Some(name.to_owned()), objects: outcome.objects }
    });
    Side { name: "side".to_owned(), stacks: stacks.to_vec() }
}

#[test]
fn every_field_means_what_happens() {
    let mut compiler = Compiler::new();
    let mut otherwise = String::new();
    for row in ROWS {
        let [old, new] = [row.old, row.new].map(|own| fleet(&mut compiler, &format!("{};{own}", row.with)));
        let report = compare(&old, &new).unwrap();
        let expected: BTreeSet<&str> = row.classes.iter().copied().collect();
        let (all, sure) = (classes(&report, true), classes(&report, false));
        let says = report.objects().any(|object| {
            let mut texts = object.meanings.iter().map(|meaning| &meaning.text).chain(&object.notes);
            texts.any(|text| text.contains(row.says))
        });
        let is_silent = row.says.is_empty();
        if !sure.is_subset(&expected) || !expected.is_subset(&all) || (!is_silent && !says) {
            otherwise += &format!(
                "{:?}: {:?} → {:?}\n  {}\n  expected {expected:?}, `{}`; found {all:?}\n",
                row.fields, row.old, row.new, row.happens, row.says
            );
        }
    }
    assert!(otherwise.is_empty(), "{otherwise}");
}

#[test]
fn what_a_secret_is_made_of_is_shown_in_no_format() {
    let mut compiler = Compiler::new();
    let is_source = |field: &str| field.contains("secrets.keys.*.") && !field.contains(".remote.");
    let mut shown = Vec::new();
    let rows = ROWS.iter().filter(|row| row.fields.iter().any(|field| is_source(field)));
    for (row, format) in rows.flat_map(|row| Format::value_variants().iter().map(move |format| (row, format))) {
        let [old, new] = [row.old, row.new].map(|own| fleet(&mut compiler, &format!("{};{own}", row.with)));
        let text = format.render(&compare(&old, &new).unwrap(), Style { color: false });
        let written = spelt(row.old) + &spelt(row.new);
        let mut values = written.split('"').skip(1).step_by(2).filter_map(|value| value.get(..12)).peekable();
        assert!(values.peek().is_some(), "{written}");
        shown.extend(values.filter(|value| text.contains(value)).map(|value| format!("{:?}: {value}", row.fields)));
    }
    assert!(shown.is_empty(), "add to src/diff/hide.rs: {shown:#?}");
}

/// The classes of a report, with or without those of policies.
fn classes(report: &Report, with_policies: bool) -> BTreeSet<&'static str> {
    let objects = report.objects().filter(|object| with_policies || object.identity.kind != "NetworkPolicy");
    objects.flat_map(|object| &object.meanings).map(|meaning| meaning.class.as_str()).collect()
}

#[test]
fn every_field_has_a_row() {
    let mut fields = BTreeSet::new();
    collect(&Compiler::new().schema().root, String::new(), &mut fields);
    let rows: BTreeSet<String> = ROWS.iter().flat_map(|row| row.fields).map(|field| (*field).to_owned()).collect();
    let missing: Vec<&String> = fields.difference(&rows).collect();
    assert!(missing.is_empty(), "add to ROWS: {missing:#?}");
    let unknown: Vec<&String> = rows.difference(&fields).collect();
    assert!(unknown.is_empty(), "the language has no {unknown:#?}");
}

/// The paths of all values inside a shape. Services and secrets are alike under all names.
fn collect(shape: &Shape, path: String, found: &mut BTreeSet<String>) {
    const NAMES: [&str; 4] = ["agent-orchestrator", "federation", "model-policy", "AGENTOS_"];
    let joined = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match shape {
        Shape::Record(fields) if fields.is_empty() => drop(found.insert(path)),
        Shape::Record(fields) => {
            for field in fields {
                let holds_alike = ["services", "callers", "hosts", "endpoints", "secrets.keys"];
                let is_alike =
                    holds_alike.iter().any(|holder| path == *holder || path.ends_with(&format!(".{holder}")));
                let is_name = NAMES.iter().any(|name| field.name.starts_with(name));
                let name = if is_alike && is_name { "*" } else { &field.name };
                collect(&field.shape, joined(name), found);
            }
        }
        Shape::Dict(inner) => collect(inner, joined("*"), found),
        Shape::Array(inner) => collect(inner, format!("{path}[]"), found),
        Shape::Choice(choices) => {
            for choice in choices {
                match &choice.payload {
                    Some(payload) => collect(payload, format!("{path}'{}", choice.tag), found),
                    None => drop(found.insert(path.clone())),
                }
            }
        }
        Shape::Scalar { .. } => drop(found.insert(path)),
    }
}
