//! The catalogue: every code that a finding can have, with its name, severity and summary. One ordered registry.

mod fixes;

pub use fixes::{FIXES, Fixable};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::path::Path;

/// What the catalogue says of a code.
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The name, in kebab case: what is found.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence on what it means.
    pub summary: &'static str,
    /// Its page, as Markdown: what it does, why it is bad, examples, how to fix.
    pub page: &'static str,
    /// Whether what it finds runs unsafely: no environment for production may allow it.
    pub safety: bool,
    /// The title that a rule and a check share, with `{}` for what differs; empty where each has its own.
    pub title: &'static str,
    /// What happens at run time, where a finding says nothing else of it; empty where each says its own.
    pub note: &'static str,
    /// What to write instead, where a finding says nothing else of it; empty where each says its own.
    pub help: &'static str,
}

macro_rules! catalogue {
    (@safety) => { false };
    (@safety safety) => { true };
    (@text) => { "" };
    (@text $text:literal) => { $text };
    ($($constant:ident = $code:literal $name:literal $severity:ident $summary:literal $($safety:ident)?
        $(, title: $title:literal)? $(, note: $note:literal)? $(, help: $help:literal)?;)*) => {
        $(#[doc = concat!("`", $code, "`, ", $name, ": ", $summary)]
          pub const $constant: Code = Code($code);)*

        /// Every code, in order.
        pub const CATALOGUE: &[Rule] = &[
            $(Rule {
                code: $constant,
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                page: include_str!(concat!("../docs/rules/", $code, ".md")),
                safety: catalogue!(@safety $($safety)?),
                title: catalogue!(@text $($title)?),
                note: catalogue!(@text $($note)?),
                help: catalogue!(@text $($help)?),
            },)*
        ];
    };
}

catalogue! {
    EPHEMERAL_AUDIT_IN_PROD = "A001" "ephemeral-audit-in-prod" Error
        "The audit log, the runs and the forward index die with the pod." safety,
        note: "runs, audit records and the forward index are lost whenever the pod is replaced";
    AUDIT_OUTSIDE_VOLUME = "A002" "audit-outside-volume" Error
        "The audit log goes to the container's output, silently." safety;
    AUDIT_NOT_A_FILE_IN_PROD = "A003" "audit-not-a-file-in-prod" Error
        "The audit log is rotated away with the container's output." safety,
        note: "the node rotates a container's output away after some megabytes, and deletes it with the pod";
    SEVERAL_WRITERS = "A004" "several-writers" Error
        "Several pods write to a store that has a single writer: runs are lost, and others answer 404." safety,
        title: "{} pods of {} write to one store";
    ROLLING_UPDATE_OVER_SINGLE_WRITER = "A005" "rolling-update-over-single-writer" Error
        "The new pod and the old one write to one store, and runs are lost." safety;
    VOLUME_NOT_RETAINED = "A006" "volume-not-retained" Warning
        "No storage class is named in production: the default one usually deletes the data with the claim.";
    SHARED_AUDIT_PATH = "A007" "shared-audit-path" Error
        "Two services write over each other's audit records." safety;
    UNWRITABLE_VOLUME = "A008" "unwritable-volume" Error
        "The services can't write their volume: health stays 200, and every run fails." safety;
    ANNOTATION_AGAINST_STORAGE = "A009" "annotation-against-storage" Error
        "An annotation says the contrary of what `storage` says of claims and their backups.";
    STORE_ON_SUBPATH = "A020" "store-on-subpath" Error
        "A store that is mounted as a single file can't be replaced, and runs are not kept." safety;
    STORE_OUTSIDE_VOLUME = "A021" "store-outside-volume" Error
        "What the services keep goes with the container." safety;
    SYNTAX_ERROR = "C001" "syntax-error" Error
        "The text is not Nickel.";
    UNKNOWN_FIELD = "C002" "unknown-field" Error
        "The language has no such field; it would be ignored if it were let through.";
    MISSING_FIELD = "C003" "missing-field" Error
        "A field that has no safe default is not set.";
    UNKNOWN_CHOICE = "C004" "unknown-choice" Error
        "The tag is none of those that the field offers.";
    WRONG_TYPE = "C005" "wrong-type" Error
        "The value is of another kind than the field's.";
    BROKEN_CONTRACT = "C006" "broken-contract" Error
        "The value is of the right kind, but not one that the field's contract allows.";
    CONFLICTING_VALUES = "C007" "conflicting-values" Error
        "One field is given two values, and neither takes precedence.";
    UNRESOLVED_IMPORT = "C009" "unresolved-import" Error
        "An imported file can't be read.";
    FAILED_EVALUATION = "C010" "failed-evaluation" Error
        "An expression has no value.";
    SHADOWED_LIBRARY = "C011" "shadowed-library" Error
        "A file of the project stands where the embedded library is imported from.";
    UNREADABLE_TEXT = "C012" "unreadable-text" Error
        "The text is not UTF-8.";
    NOT_AN_ENVIRONMENT = "C013" "not-an-environment" Error
        "The file's value is not a record.";
    FORBIDDEN_ALLOW = "C014" "forbidden-allow" Error
        "An `allow` of a rule that can't be allowed.";
    UNKNOWN_RULE = "C015" "unknown-rule" Error
        "An `allow` of a code that no rule has.";
    IDLE_ALLOW = "C016" "idle-allow" Warning
        "An `allow` that silences nothing; it would hide the next fault of its kind.";
    EVALUATION_TOO_LONG = "C017" "evaluation-too-long" Error
        "Evaluation had no end in sight when its time was up.";
    EVALUATION_TOO_LARGE = "C018" "evaluation-too-large" Error
        "Evaluation took more memory than it is allowed.";
    NESTING_TOO_DEEP = "C019" "nesting-too-deep" Error
        "The text nests deeper than evaluation can be trusted to follow.";
    IMPORT_OUTSIDE_PROJECT = "C020" "import-outside-project" Error
        "An import leads out of the project.";
    IMPORT_NOT_A_FILE = "C021" "import-not-a-file" Error
        "An import leads to a folder, a pipe or a device.";
    FILE_TOO_LARGE = "C022" "file-too-large" Error
        "A file, or all of them together, are larger than any environment.";
    DECEPTIVE_CHARACTER = "C023" "deceptive-character" Error
        "A character makes the text look other than it is.";
    DUPLICATE_KEY = "C024" "duplicate-key" Error
        "A record of an imported file has one key twice.";
    ALIAS_BOMB = "C025" "alias-bomb" Error
        "An imported YAML file has anchors or aliases, of which a few lines can stand for billions of values.";
    UNUSED_MODULE = "C026" "unused-module" Warning
        "A module in a folder of environments that nothing there imports: perhaps an environment that is lost.";
    DEPRECATED_FIELD = "C027" "deprecated-field" Warning
        "A field that a later version will not have; another says the same.";
    UNREADABLE_MANIFEST = "C030" "unreadable-manifest" Error
        "The text is no manifest of Kubernetes.";
    MALFORMED_STACK_ID = "F001" "malformed-stack-id" Error
        "The runtime skips peers whose id is empty, and ids are part of the federation protocol." safety,
        title: "`{}` is not a stack id",
        note: "forwards select a peer by its stack id; the runtime skips a peer without one, silently",
        help: "write `stk_` and then lower-case letters, digits and `_`, at most 64 characters in all";
    PEER_WITH_ITSELF = "F002" "peer-with-itself" Error
        "A stack that names itself as a peer forwards runs to itself." safety,
        note: "a run that is forwarded to it comes back to the stack that forwards it";
    DUPLICATE_STACK = "F003" "duplicate-stack" Error
        "Two environments claim one stack id: peers reach whichever they heard of last, silently." safety;
    ONE_SIDED_PEERING = "F004" "one-sided-peering" Warning
        "A stack forwards to another that does not know it: nothing comes back, and in one cluster nothing gets through.";
    NO_COMMON_API_VERSION = "F005" "no-common-api-version" Error
        "Two stacks speak no common version of the federation interface: every forward fails.",
        title: "`{}` speaks no version of the federation interface that this stack speaks",
        note: "there is nothing to negotiate: every forward to the peer fails",
        help: "list a version that both have; today that is `v1`";
    PLAIN_HTTP_PEER_IN_PROD = "F006" "plain-http-peer-in-prod" Error
        "Runs and tokens cross the network in the clear." safety,
        title: "`{}` is reached over plain HTTP",
        note: "runs, tokens and events cross the network in the clear, and nothing proves who answers",
        help: "use the peer's `https://` address, with a certificate that is publicly trusted";
    ENDPOINT_NOT_SERVED = "F007" "endpoint-not-served" Error
        "The peers file advertises an address on which nobody listens: forwards end in 502." safety,
        note: "the peers file advertises it, and every forward ends in 502";
    HALF_CONFIGURED_MTLS = "F008" "half-configured-mtls" Error
        "A part of mutual TLS is missing: plain HTTP is served, or nobody is verified." safety;
    MTLS_ON_ONE_SIDE = "F009" "mtls-on-one-side" Warning
        "Of two peers one asks callers for a certificate: a caller without one forwards to it through the other.";
    UNAUTHENTICATED_FEDERATION_IN_PROD = "F010" "unauthenticated-federation-in-prod" Error
        "Whoever reaches federation can forward runs for any tenant." safety,
        title: "production federation authenticates nobody";
    PEER_DESCRIPTION_DRIFTS = "F011" "peer-description-drifts" Error
        "What is said of a peer is not what the peer's own environment says.";
    PEERS_FILE_TOO_LARGE = "F012" "peers-file-too-large" Error
        "The ConfigMap can't hold the peers file: the API server rejects it.";
    CLIENT_CERTIFICATE_FOR_PEER_EDGE = "F013" "client-certificate-for-peer-edge" Error
        "Forwards to a peer, or the events of its runs, end in 502: its certificate is held against the wrong roots.",
        title: "the certificate of `{}` can't be one that is publicly trusted",
        note: "forwards and the proxy of events trust the roots of the image's system alone: both end in 502",
        help: "use a public name of the peer, with a publicly trusted certificate, and ask for none in return";
    UNRESOLVED_PEER = "F014" "unresolved-peer" Error
        "The file of a peer is not there, may not be read, or is no environment." safety;
    PEER_IS_ANOTHER_STACK = "F015" "peer-is-another-stack" Error
        "The environment that a peer names by its file is another stack than the one it is called." safety;
    UNREACHABLE_PEER = "F016" "unreachable-peer" Error
        "The peer runs in another cluster, and its orchestrator has no address outside its own." safety;
    PEER_WITHOUT_GUARDS = "F017" "peer-without-guards" Error
        "A stack in production has a peer that runs without the guards of production." safety;
    PEER_REFUSES_TOKENS = "F018" "peer-refuses-tokens" Warning
        "The peer verifies tokens of another issuer or audience: forwards of this stack's callers end in 502.";
    CONTRADICTORY_IDENTITY = "F020" "contradictory-identity" Error
        "The peers file names this stack otherwise than its settings, which override it." safety;
    MALFORMED_PEERS_FILE = "F021" "malformed-peers-file" Error
        "Federation skips, overrides or can't read what the peers file says, silently." safety;
    MISSING_FEDERATION_KEY = "F022" "missing-federation-key" Error
        "A key of federation is not where its setting says: nothing is verified, silently." safety;
    INVALID_NAME = "K001" "invalid-name" Error
        "The API server rejects the name.";
    DANGLING_REFERENCE = "K002" "dangling-reference" Error
        "An object refers to another that nothing provides: its pod never starts." safety;
    SELECTS_NOTHING = "K003" "selects-nothing" Error
        "A selector matches no pod." safety;
    MISSING_TARGET_PORT = "K004" "missing-target-port" Error
        "A Service, a route, a scraper or a probe points to a port on which nobody listens." safety;
    DUPLICATE_OBJECT = "K005" "duplicate-object" Error
        "Two environments or objects have one name, or a container sets one variable twice; the last one wins, silently."
        safety;
    PATCH_WITHOUT_TARGET = "K006" "patch-without-target" Error
        "A patch for an object that is not compiled: it would change nothing." safety;
    WEAKENED_HARDENING = "K007" "weakened-hardening" Error
        "A pod has more rights than Pod Security `restricted` gives." safety;
    OBJECT_TOO_LARGE = "K008" "object-too-large" Error
        "The API server rejects the object for its size." safety;
    IMMUTABLE_CHANGE = "K009" "immutable-change" Error
        "The API server refuses the change: the object has to be deleted and made again.";
    INVALID_QUANTITY = "K010" "invalid-quantity" Error
        "The API server rejects the amount, or nothing can use it.";
    PATCH_MOVES_OBJECT = "K011" "patch-moves-object" Error
        "A patch makes another object of its target: whatever refers to the old one finds nothing." safety;
    PATCH_BREAKS_SCHEMA = "K012" "patch-breaks-schema" Error
        "A patch sets what the kind has no field for: it would change nothing, or be refused." safety;
    PATCH_OVERRIDES_FIELD = "K013" "patch-overrides-field" Error
        "A patch changes what a field says: rules have judged the field, and see nothing of the patch." safety;
    SYSTEM_NAMESPACE = "K014" "system-namespace" Error
        "A stack is in a namespace of the cluster's own, or of what it depends on: the pods there are cut off and refused."
        safety,
        title: "`{}` is a namespace of the cluster's own",
        help: "give the stack a namespace of its own, such as `agentos`";
    INVALID_TOLERATION = "K015" "invalid-toleration" Error
        "The API server rejects the toleration, and with it the pod.";
    IDLE_NAMESPACE_FIELD = "K016" "idle-namespace-field" Error
        "A field says something of namespaces that the platform makes; it would be ignored, silently.";
    NOT_A_TEXT = "K020" "not-a-text" Error
        "The API server takes only text there, and YAML makes a number or a boolean of it.";
    MISSING_PROBE = "K021" "missing-probe" Warning
        "Nobody looks whether the service is well.";
    FAILING_PROBE = "K022" "failing-probe" Error
        "The service never answers the probe well: its pod is not ready, or restarted for ever." safety;
    UNLIMITED_CONTAINER = "K023" "unlimited-container" Warning
        "A service may use all of its node, and is ended first when the node's memory runs out.";
    NEEDLESS_PRIVILEGE = "K024" "needless-privilege" Warning
        "A pod of AgentOS has more than it needs.";
    NON_ROOT_WITHOUT_USER = "K025" "non-root-without-user" Error
        "The kubelet can't tell that the image's user is not root, and starts no container.";
    UNAUTHENTICATED_EXPOSURE = "N001" "unauthenticated-exposure" Error
        "Services that believe every caller are reached from outside." safety;
    OPEN_METRICS_IN_PROD = "N002" "open-metrics-in-prod" Error
        "The services refuse to start in production with open metrics." safety,
        note: "the services refuse to start so in production";
    SCRAPER_CANNOT_AUTHENTICATE = "N003" "scraper-cannot-authenticate" Error
        "A scraper without a token gets 401, and nothing is measured.",
        title: "this annotation asks for a scrape that will be refused",
        note: "`/metrics` answers 401 to callers that name no tenant";
    POLICY_NAMES_SERVICE_PORT = "N004" "policy-names-service-port" Error
        "A network policy names a port that no pod has, and blocks what it is to let through." safety;
    MOVED_API_SURFACE = "N005" "moved-api-surface" Warning
        "A Service listens on another port than the stable one.",
        note: "callers, peers and scripts of other teams reach the services by the names and ports that never moved";
    UNPINNED_IMAGE = "N006" "unpinned-image" Error
        "What runs tomorrow may not be what was tested; a warning outside production.",
        title: "the image is not pinned: it lacks {}",
        note: "two pods of one stack can run different releases, and a rollback may not bring back what ran before";
    POLICIES_OFF_IN_PROD = "N007" "policies-off-in-prod" Error
        "Any pod of the cluster reaches the orchestrator's admin interface." safety;
    UNENCRYPTED_DATABASE_IN_PROD = "N008" "unencrypted-database-in-prod" Error
        "Runs and the database's password cross the network in the clear." safety;
    UNUSABLE_PEER_NETWORKS = "N009" "unusable-peer-networks" Error
        "The networks of a peer open nothing: a forward would find the way closed, or a wider one open.";
    ALERTS_WITHOUT_SCRAPING = "N010" "alerts-without-scraping" Warning
        "Alerts or dashboards on metrics that nothing scrapes.";
    HOST_EXPOSED_TWICE = "N011" "host-exposed-twice" Error
        "Two services are exposed under one host: requests of one tenant may reach the stack of another." safety;
    GATEWAY_CANNOT_CONNECT = "N012" "gateway-cannot-connect" Error
        "A gateway forwards plain HTTP to a listener that asks for a client certificate: every request fails.";
    UNNAMED_PEER_NETWORKS = "N013" "unnamed-peer-networks" Warning
        "Federation may call every public address: a peer's answer can have a caller's token sent anywhere.";
    POLICY_OPENS_EVERYTHING = "N014" "policy-opens-everything" Error
        "Network policies let everything in or out, whatever others of them close; a warning outside production." safety;
    POLICY_DENIES_NEEDED = "N015" "policy-denies-needed" Error
        "Network policies deny what other objects need; a warning outside production.";
    ROUTE_FORWARDS_ADMIN = "N016" "route-forwards-admin" Error
        "A route forwards the admin interface or `/metrics` from outside." safety;
    UNUSABLE_RESOLVER = "N017" "unusable-resolver" Error
        "A resolver opens nothing, or the way to every address.";
    UNKNOWN_SETTING = "R001" "unknown-setting" Error
        "Nothing is known to read the variable; it would be ignored, silently." safety,
        note: "the service ignores it, silently",
        help: "remove it; `agentos-cfg explain settings` lists those that are read";
    DERIVED_SETTING = "R002" "derived-setting" Error
        "The variable follows from a field, or must not be set by itself." safety;
    SETTING_OF_ANOTHER_RELEASE = "R003" "setting-of-another-release" Error
        "Another release of AgentOS reads the setting, this one ignores it, silently." safety,
        title: "release {} does not read `{}`",
        note: "the service ignores it, silently",
        help: "remove it";
    SETTING_OF_ANOTHER_SERVICE = "R004" "setting-of-another-service" Error
        "Another service reads the variable, this one ignores it, silently." safety,
        title: "{} does not read `{}`",
        note: "the service ignores it, silently";
    INEFFECTIVE_SETTING = "R005" "ineffective-setting" Warning
        "The setting says what holds anyway.";
    MISTYPED_SETTING = "R006" "mistyped-setting" Error
        "The runtime takes a value that it can't read for the default, silently." safety;
    IMAGE_OF_ANOTHER_RELEASE = "R007" "image-of-another-release" Error
        "The image is another release than `runtime`: settings are written for a program that does not run." safety,
        note: "the releases read different settings, and the same ones differently: what one asks for opens the other";
    MISREAD_ARGUMENTS = "R020" "misread-arguments" Error
        "The runtime ignores arguments, or starts another service than the one that is set." safety;
    SETTING_FROM_ELSEWHERE = "R021" "setting-from-elsewhere" Error
        "A guard of the runtime is switched by a Secret or ConfigMap: a line break turns it off." safety;
    MISSING_SETTING = "R022" "missing-setting" Error
        "A setting that the release has no default for is not set: the service does not start, or does nothing." safety;
    SECRET_LITERAL = "S001" "secret-literal" Error
        "A credential in the environment file, wherever it stands." safety,
        note: "whoever reads the file, its history or the manifests can use the credential";
    PLACEHOLDER_SECRET_IN_PROD = "S002" "placeholder-secret-in-prod" Error
        "Production runs on credentials that everybody knows." safety,
        note: "everybody who can read the repository knows it";
    REAL_LOOKING_PLACEHOLDER = "S003" "real-looking-placeholder" Error
        "A placeholder that is not plainly fake may be a credential." safety;
    SECRET_BY_ENVIRONMENT_IN_PROD = "S004" "secret-by-environment-in-prod" Error
        "Secrets in variables end up in crash reports and child processes; production mounts files." safety,
        note: "variables end up in crash reports and child processes; production mounts secrets as files";
    SECRET_AS_PLAIN_SETTING = "S005" "secret-as-plain-setting" Error
        "A secret would stand in the repository and in the manifests." safety,
        title: "`{}` is a secret",
        note: "as a plain setting its value stands in the repository and in the manifests";
    SECRET_SET_TWICE = "S006" "secret-set-twice" Error
        "A secret has two sources, of which only one counts." safety;
    MISSING_REQUIRED_SECRET = "S007" "missing-required-secret" Error
        "A secret that the services need has no source." safety;
    CLUSTER_WIDE_SEALED_SECRET = "S008" "cluster-wide-sealed-secret" Error
        "Whoever may create a SealedSecret in another namespace can unseal the values there." safety;
    FEDERATION_SECRET_DIFFERS = "S009" "federation-secret-differs" Error
        "The two ends of a peering have different shared secrets: neither believes the other." safety;
    UNKNOWN_SECRET_KEY = "S010" "unknown-secret-key" Error
        "The release loads no secret of this name; it would be ignored, silently." safety;
    UNSEALED_VALUE = "S011" "unsealed-value" Error
        "What stands in the place of an encrypted value is none, and may be the credential itself." safety;
    UNMOUNTABLE_SECRET = "S012" "unmountable-secret" Error
        "The provider of the CSI driver can't mount the secret: the pods never start." safety;
    SECRET_BY_PATCH = "S013" "secret-by-patch" Error
        "A patch writes into a Secret: the value would stand in the repository and in the manifests." safety;
    SHARED_SECRET_ENTRY = "S014" "shared-secret-entry" Warning
        "Two secrets have one source, and so one value: a leak of one is a leak of both.";
    SHARED_CREDENTIAL = "S015" "shared-credential" Error
        "Two environments are given one credential: a stack that loses it opens the other.";
    SEALED_ELSEWHERE = "S016" "sealed-elsewhere" Error
        "A value was sealed for another Secret or another cluster: it can't be unsealed, and pods wait for it.";
    WHOLE_SECRET_INJECTED = "S020" "whole-secret-injected" Error
        "Any key of a Secret can set any setting of the runtime." safety;
    DEFAULT_TENANT_IN_PROD = "T001" "default-tenant-in-prod" Error
        "The services refuse to start in production with a default tenant." safety,
        note: "the services refuse to start so in production";
    MALFORMED_TENANT_ID = "T002" "malformed-tenant-id" Error
        "Tenant ids become file paths: a malformed one reads another tenant's data." safety,
        title: "`{}` is not a tenant id",
        note: "the runtime joins tenant ids into file paths: one with `/` or `..` reads another tenant's data",
        help: "write `tnt_` and then lower-case letters, digits and `_`, at most 64 characters in all";
    UNDECLARED_DEFAULT_TENANT = "T003" "undeclared-default-tenant" Error
        "Requests without a tenant are given to one that has no record." safety;
    PROD_WITHOUT_TENANTS = "T004" "prod-without-tenants" Error
        "The tenant registry starts empty: every request is answered 403." safety,
        note: "the registry is in memory: it is empty after every start of the container, and every request is answered 403";
    DEV_HEADERS_IN_PROD = "T005" "dev-headers-in-prod" Error
        "The services refuse to start in production with development headers." safety,
        note: "it is no switch for headers: they are believed with and without it, so that only a gateway keeps callers apart",
        help: "remove it";
    UNENFORCED_TENANT_QUOTA = "T006" "unenforced-tenant-quota" Warning
        "A shared stack enforces one quota for all tenants; a tenant's own is stored and ignored.";
    UNENFORCED_ENTITLEMENT = "T007" "unenforced-entitlement" Warning
        "Entitlements are stored on the tenant and not enforced.";
    REPLICAS_MULTIPLY_QUOTAS = "T008" "replicas-multiply-quotas" Error
        "Each pod limits for itself: every tenant gets its quota once a pod." safety,
        title: "{} pods give every tenant {} times its quota";
    TENANT_NAMESPACE_COLLISION = "T009" "tenant-namespace-collision" Error
        "Two stacks are in one namespace: one replaces the other, and nothing keeps their tenants apart." safety;
    METRICS_OPEN_TO_DEFAULT_TENANT = "T010" "metrics-open-to-default-tenant" Warning
        "`/metrics` answers everybody, although authentication is on.",
        note: "\"authentication\" means that a request names a tenant, and a default tenant names one for all";
    CROSS_TENANT_REFERENCE = "T011" "cross-tenant-reference" Error
        "A dedicated tenant's stack uses a credential of another stack." safety;
    FORWARDED_TENANT_UNKNOWN_TO_PEER = "T012" "forwarded-tenant-unknown-to-peer" Warning
        "A peer does not know a tenant of the stack, or keeps it in another stack: forwards of its runs end in 502.",
        title: "the peer `{}` does not know {}",
        note: "the peer answers 403 for a tenant that it does not know, and the forward ends in 502";
    IDLE_TENANT_FIELD = "T013" "idle-tenant-field" Error
        "A tenant's field says something of a stack that it does not have; it would be ignored, silently." safety;
    SHARED_DATABASE = "T014" "shared-database" Error
        "Two stacks keep their runs in one database: each reads and overwrites those of the other." safety,
        note: "the tables know tenants and no stacks: each orchestrator reads and overwrites the runs, agents and conversations of the other";
    TOKENS_VALID_IN_PROD = "T015" "tokens-valid-in-prod" Warning
        "Callers' tokens of a stack outside of production are valid in production, too.";
    TENANTS_THROUGH_PROXY = "T021" "tenants-through-proxy" Warning
        "The request that creates a tenant goes to a proxy: it gets the tenants, and the orchestrator gets none.";
}

/// The codes of what keeps an environment from being linked with its peers: there is nothing to compile in its place.
pub const UNLINKED: [Code; 3] = [UNRESOLVED_PEER, PEER_IS_ANOTHER_STACK, UNREACHABLE_PEER];

/// What the catalogue says of a code that it lists.
pub fn rule(code: Code) -> &'static Rule {
    const UNLISTED: &Rule = &Rule {
        code: Code("X000"),
        name: "unlisted",
        severity: Severity::Error,
        summary: "A code that the catalogue does not list: a bug of ours.",
        page: "",
        safety: true,
        title: "",
        note: "",
        help: "",
    };
    CATALOGUE.iter().find(|rule| rule.code == code).unwrap_or(UNLISTED)
}

/// A finding of a code, with the severity that the catalogue gives it, not yet placed.
pub fn finding(code: Code, path: Path, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, rule(code).severity, path, message.into())
}

/// The title that findings of a code share, with these texts in the places of what differs.
pub fn title<const N: usize>(code: Code, texts: [&str; N]) -> String {
    texts.into_iter().fold(rule(code).title.to_owned(), |title, text| title.replacen("{}", text, 1))
}

/// A finding with the note and the help of its row, where it has none of its own.
pub fn advised(mut finding: Diagnostic) -> Diagnostic {
    let rule = rule(finding.code);
    let fill = |texts: &mut Vec<String>, text: &str| {
        if texts.is_empty() && !text.is_empty() {
            texts.push(text.to_owned());
        }
    };
    fill(&mut finding.notes, rule.note);
    fill(&mut finding.help, rule.help);
    finding
}

/// What the letter at the start of a code stands for.
pub fn area(letter: char) -> &'static str {
    match letter {
        'A' => "Audit and storage",
        'C' => "Contracts and language",
        'F' => "Federation",
        'K' => "Kubernetes objects",
        'N' => "Network, exposure and images",
        'R' => "Settings of the runtime",
        'S' => "Secrets",
        'T' => "Tenancy",
        _ => "Others",
    }
}

/// The code of this text, if the catalogue has it.
pub fn by_text(text: &str) -> Option<Code> {
    CATALOGUE.iter().map(|rule| rule.code).find(|code| code.0 == text)
}

/// The position of a code in the catalogue, if that has it.
pub fn position(code: Code) -> Option<usize> {
    CATALOGUE.iter().position(|rule| rule.code == code)
}

/// Where a code is explained.
pub fn url(code: Code) -> String {
    url_of(&path_of(code))
}

/// The path of a code's page in the repository.
pub fn path_of(code: Code) -> String {
    format!("docs/rules/{code}.md")
}

/// Where a file of the repository is on the web.
pub fn url_of(path: &str) -> String {
    format!("{}/blob/main/{path}", env!("CARGO_PKG_REPOSITORY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ordered_and_distinct() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn no_code_of_the_language_is_a_safety_rule() {
        assert!(CATALOGUE.iter().all(|rule| !(rule.safety && rule.code.is_of_the_language())));
    }

    #[test]
    fn names_are_kebab_case_and_distinct() {
        let mut names: Vec<_> = CATALOGUE.iter().map(|rule| rule.name).collect();
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATALOGUE.len());
    }
}
