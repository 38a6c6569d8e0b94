//! Environment → checks.

use super::{Bearer, Check, Claims, RUN, Step, Way, pod_security};
use crate::agentos::behaviour::PRODUCTION;
use crate::agentos::settings::{self, Key, Keyless, Kind, Release};
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Isolation};
use crate::names::is_identity;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// A run that nobody has created: a known tenant gets 404 for it, an unknown one 403 (fact 14). So a tenant is proved
/// without creating it in passing, as a request to the tenants' own interface would.
const ABSENT_RUN: &str = "run_agentos_cfg_smoke_absent";

/// The tenant that asks for others' runs where the environment has no second one.
const NOBODY: &str = "tnt_agentos_cfg_smoke_nobody";

/// The agent whose runs are created. Release 1.0.2 runs whatever it is asked to.
const AGENT: &str = "agt_agentos_cfg_smoke";

/// What the caller allows and brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether runs may be created.
    pub writes: bool,
    /// What the token says that requests to federation can carry, where there is one.
    pub token: Option<Claims>,
    /// Whether the caller has the key that tokens are signed with.
    pub key: bool,
    /// Whether the caller has a certificate to show to federation.
    pub certificate: bool,
    /// The tenant in whose name runs are created and forwarded; the first of the environment where it is not named.
    pub tenant: Option<String>,
    /// The peers to forward to, by stack id.
    pub peers: BTreeSet<String>,
}

impl Options {
    /// All peers of an environment.
    pub fn all_peers(environment: &Environment) -> BTreeSet<String> {
        environment.federation.peers.keys().cloned().collect()
    }
}

/// The checks of a stack, in the order in which they are run. An environment stands for the stack that its tenants share.
pub fn checks(environment: &Environment, options: &Options) -> Vec<Check> {
    let plan = Plan { environment, options };
    let mut checks: Vec<Check> = ServiceName::ALL.map(|service| plan.health(service)).into();
    checks.extend(ServiceName::ALL.map(|service| plan.metrics(service)));
    checks.extend(environment.tenancy.tenants.keys().map(|id| plan.tenant(id)));
    checks.push(plan.registry());
    checks.push(plan.isolation());
    checks.push(plan.identity());
    checks.push(plan.policies());
    if pod_security::asks_for_pod_security(environment) {
        checks.push(pod_security::check(&environment.namespace));
    }
    if environment.federation.jwt.is_some() {
        checks.extend([plan.claims(), plan.forged()]);
        checks.extend(options.key.then(|| plan.minted()));
    }
    checks.extend(options.peers.iter().map(|stack| plan.forward(stack)));
    checks
}

struct Plan<'a> {
    environment: &'a Environment,
    options: &'a Options,
}

impl Plan<'_> {
    fn release(&self) -> &'static Release {
        settings::release(self.environment.runtime)
    }

    fn health(&self, service: ServiceName) -> Check {
        let federation = &self.environment.federation;
        let proves = if self.release().names_itself { "answers 200, under its own name" } else { "answers 200" };
        let check = Check::of(format!("health/{}", service.as_str()), service, proves);
        if service == ServiceName::Federation && federation.mtls.is_some() {
            return self.mutual_health(check);
        }
        if service == ServiceName::Federation && federation.jwt.is_some() {
            let check = check.step(self.without_token(service.health_path()));
            return if self.options.token.is_some() {
                check.proving("answers 200 with a token, 401 without").step(self.to_federation(self.healthy(service)))
            } else {
                check.proving("reachable, and answers 401 without a token, as it has to")
            };
        }
        check.step(self.healthy(service))
    }

    /// Fact 19: TLS is silently off, or asks for no certificate, where a setting or a file is missing.
    fn mutual_health(&self, check: Check) -> Check {
        let service = ServiceName::Federation;
        let plain = Step::get(service, service.health_path())
            .by(Way::Plain)
            .expecting(400)
            .saying("Client sent an HTTP request to an HTTPS server")
            .advising(200, MTLS_OFF)
            // With tokens on, too, that is what plain HTTP is answered.
            .advising(401, MTLS_OFF)
            .advising(503, MTLS_OFF);
        let check = check.step(plain);
        if !self.options.certificate {
            return check.proving("refuses plain HTTP, as mutual TLS has to");
        }
        let open = self.environment.federation.jwt.is_none();
        let check = if open { check } else { check.step(self.without_token(service.health_path())) };
        let check = if open || self.options.token.is_some() {
            check.step(self.to_federation(self.healthy(service)))
        } else {
            check
        };
        check.proving("refuses plain HTTP and callers without a certificate, and answers the others").step(
            Step::get(service, service.health_path())
                .by(Way::WithoutCertificate)
                .expecting_refusal()
                .otherwise(NO_CLIENTS),
        )
    }

    /// The service says which one it is. A release after 1.0.2 says only that it is well, as far as is known.
    fn healthy(&self, service: ServiceName) -> Step {
        let advice = "look at the pod's events and log: the container does not start, or is not this service";
        let name = service.as_str();
        let step = Step::get(service, service.health_path())
            .expecting(200)
            .advising(404, advice)
            .advising(500, advice)
            .otherwise(format!(
                "the address leads to something other than {name}: apply the Services that are compiled, or correct \
                 `--url {name}=URL`"
            ));
        let step =
            if self.release().names_itself { step.with("service", name) } else { step.with_if_any("service", name) };
        match (self.release().keyless, service) {
            (Keyless::AnswersNobody, ServiceName::Federation) => step.advising(503, NO_KEY),
            (Keyless::AnswersNobody | Keyless::BelievesEverybody, _) => step,
        }
    }

    /// Federation that verifies tokens refuses a request without one, on every path (facts 20, 21).
    fn without_token(&self, path: &str) -> Step {
        let step = Step::get(ServiceName::Federation, path).expecting_error(&[401]);
        match self.release().keyless {
            Keyless::BelievesEverybody => step.advising(
                200,
                "it verifies no tokens: the runtime does without, and says nothing, where `AGENTOS_FED_JWT_PUBLIC_KEY` \
                 is unset, or its file is missing, can't be read or holds a certificate",
            ),
            Keyless::AnswersNobody => step
                .advising(
                    200,
                    "it verifies no tokens: `AGENTOS_FED_AUTH_DISABLED` must not be `1`; apply what is compiled",
                )
                .advising(503, NO_KEY),
        }
    }

    /// Facts 3 and 4: what counts as authentication on `/metrics` is any tenant, and a default tenant is one.
    fn metrics(&self, service: ServiceName) -> Check {
        let path = "/metrics";
        let check =
            Check::of(format!("metrics/{}", service.as_str()), service, "closed without a tenant, open with one");
        if service == ServiceName::Federation
            && let Some(reason) = self.federation_is_closed()
        {
            return check.skipped(reason);
        }
        let metrics = || {
            let name = service.as_str();
            Step::get(service, path).expecting(200).with_metrics().otherwise(format!(
                "the address leads to something other than {name}: apply the Services that are compiled, or correct \
                 `--url {name}=URL`"
            ))
        };
        let tenant = self.acting_tenant();
        if service == ServiceName::Federation && self.environment.federation.jwt.is_some() {
            // 1.0.2 takes the tenant from the token; a later release does not.
            let open = self.to_federation(metrics());
            let open = tenant.map_or_else(|| open.clone(), |tenant| open.clone().of_tenant(tenant));
            return check.proving("closed without a token, open with one").step(self.without_token(path)).step(open);
        }
        let open = |why: String| check.clone().proving(why).step(metrics());
        if !self.environment.observability.metrics_auth {
            return open("open to everybody, because `observability.metrics_auth` is off".to_owned());
        }
        if let Some(tenant) = self.default_tenant() {
            return open(format!("open to everybody, because of the default tenant `{tenant}`"));
        }
        let closed = Step::get(service, path).expecting_error(&[401]).advising(200, &self.metrics_are_open());
        check.step(closed).step(metrics().of_tenant(tenant.unwrap_or(NOBODY)))
    }

    /// Fact 3, and what became of it.
    fn metrics_are_open(&self) -> String {
        let setting = settings::get(self.environment.runtime, Key::MetricsRequireAuth);
        let guarded = setting.map_or_else(String::new, |setting| match setting.kind {
            Kind::Guard { off } => format!("`{}` must not be `{off}`, and ", setting.name),
            _ => format!("`{}` has to be exactly `{PRODUCTION}`, and ", setting.name),
        });
        format!("`/metrics` is open to everybody: {guarded}there must be no default tenant; apply what is compiled")
    }

    fn tenant(&self, id: &str) -> Check {
        let service = ServiceName::AgentOrchestrator;
        let check = Check::of(format!("tenant/{id}"), service, "known to the orchestrator");
        if self.is_dedicated(id) {
            return check.skipped("the tenant has a stack of its own");
        }
        let step = Step::get(service, &format!("/v1/runs/{ABSENT_RUN}"))
            .of_tenant(id)
            .expecting_error(&[404])
            .advising(
                403,
                &format!(
                    "the orchestrator does not know `{id}`: apply what is compiled, which creates its tenants at every \
                     start, and restart it"
                ),
            )
            .advising(200, "a run of this name exists, which only this check asks for");
        check.step(step)
    }

    /// Whether the registry has the environment's tenants and no others. The runtime adds a default tenant by itself.
    fn registry(&self) -> Check {
        let service = ServiceName::AgentOrchestrator;
        let declared: BTreeSet<String> = self.tenants().chain(self.default_tenant()).map(str::to_owned).collect();
        let proves = match declared.len() {
            0 => "the orchestrator knows no tenant, as in the environment".to_owned(),
            1 => "the orchestrator knows the environment's tenant and no other".to_owned(),
            count => format!("the orchestrator knows the environment's {count} tenants and no others"),
        };
        let step =
            Step::get(service, "/v1/admin/tenants").by_admin().expecting(200).listing(declared).or_closed(
                "the list of tenants is closed here, as it is through a gateway: ask the orchestrator itself",
            );
        Check::of("tenants".to_owned(), service, &proves).step(step)
    }

    /// Fact 26: another tenant gets 404, for the run and for its events.
    fn isolation(&self) -> Check {
        let service = ServiceName::AgentOrchestrator;
        let check = Check::of("isolation".to_owned(), service, "");
        let Some(owner) = self.acting_tenant() else {
            return check.skipped("the environment has no tenants");
        };
        if !self.options.writes {
            return check.skipped(NO_WRITES);
        }
        let second = self.tenants().find(|id| *id != owner);
        let (other, hidden): (&str, &[u16]) = second.map_or((NOBODY, &[403, 404]), |id| (id, &[404]));
        let unknown = format!("the orchestrator does not know `{other}`");
        let read = |tenant: &str, path: &str| Step::get(service, path).of_tenant(tenant).advising(403, &unknown);
        let run = format!("/v1/runs/{RUN}");
        let events = format!("/v1/runs/{RUN}/events");
        let leak = format!("`{other}` reads what belongs to `{owner}`: take the stack off the network");
        check
            .proving(format!("a run of `{owner}` is hidden from `{other}`"))
            .step(create_run(owner))
            .step(read(owner, &run).expecting(200).naming_run())
            .step(read(other, &run).expecting_error(hidden).advising(200, &leak))
            .step(read(other, &events).expecting_error(hidden).advising(200, &leak))
            .step(cancel().of_tenant(owner))
    }

    fn identity(&self) -> Check {
        let federation = &self.environment.federation;
        let proves = format!("{}, {}, {}", federation.stack, federation.environment, federation.region);
        let check = Check::of("identity".to_owned(), ServiceName::Federation, &proves);
        if let Some(reason) = self.federation_is_closed() {
            return check.skipped(reason);
        }
        let step = self
            .to_federation(Step::get(ServiceName::Federation, "/v1/federation/peer"))
            .expecting(200)
            .advising(503, self.no_identity())
            .with("stack_id", &federation.stack)
            .with("environment", &federation.environment)
            .with("region", &federation.region);
        check.step(step)
    }

    /// A network plug-in may store policies and apply none. No policy opens the API server to the Job's pod, so that it has
    /// to be closed there.
    fn policies(&self) -> Check {
        let check = Check::of("policies".to_owned(), ServiceName::AgentOrchestrator, "network policies are applied");
        if !self.environment.network.default_deny {
            return check.skipped("the environment has none: `network.policies` is `'Off`");
        }
        check.asked_inside(if self.environment.smoke.job { ITS_JOB } else { NO_JOB })
    }

    fn no_identity(&self) -> &'static str {
        match self.release().keyless {
            Keyless::BelievesEverybody => {
                "the peers file can't be read: apply what is compiled, and restart federation"
            }
            Keyless::AnswersNobody => {
                "the peers file can't be read, or (`auth_unavailable`) there is no key to verify tokens with: apply what is \
                 compiled, and restart federation"
            }
        }
    }

    /// Fact 20: federation accepts a token without a tenant, for any tenant, and one without an end, for ever.
    fn claims(&self) -> Check {
        let proves = "the token names its tenant, and ends";
        let check = Check::of("token/claims".to_owned(), ServiceName::Federation, proves);
        let Some(claims) = &self.options.token else { return check.skipped(NO_TOKEN) };
        let elsewhere = claims.tenant.as_deref().and_then(|tenant| self.is_not_for(tenant));
        let faults: Vec<&str> = claims.faults.iter().chain(&elsewhere).map(String::as_str).collect();
        check.failing((!faults.is_empty()).then(|| faults.join("; ")))
    }

    fn is_not_for(&self, tenant: &str) -> Option<String> {
        let named = self.options.tenant.as_deref().filter(|named| *named != tenant);
        match named {
            Some(named) if is_identity(tenant, "tnt_") => {
                Some(format!("it is for `{tenant}`, and `--tenant` says `{named}`"))
            }
            Some(named) => Some(format!("it is not for `{named}`, which `--tenant` says")),
            None if self.knows(tenant) => None,
            // What is shown of the token looks like an id, and can hide nothing else.
            None if !is_identity(tenant, "tnt_") => Some("its `tenant_id` is not the id of a tenant".to_owned()),
            None => Some(format!("it is for `{tenant}`, which this stack does not have")),
        }
    }

    /// Fact 20: what has to be refused.
    fn forged(&self) -> Check {
        let service = ServiceName::Federation;
        let check = Check::of("token/forged".to_owned(), service, "forged tokens are refused");
        if let Some(reason) = self.federation_is_closed() {
            return check.skipped(reason);
        }
        let refused = |bearer| {
            Step::get(service, "/v1/federation/peer").bearing(bearer).expecting_error(&[401]).advising(
                200,
                "federation accepts tokens without a valid signature: its key is missing, can't be read or is a certificate; apply \
                 what is compiled, and restart federation",
            )
        };
        Bearer::FORGED.into_iter().fold(check, |check, bearer| check.step(refused(bearer)))
    }

    /// Fact 20: what the issuer of tokens must never leave out, because federation does not miss it.
    fn minted(&self) -> Check {
        let service = ServiceName::Federation;
        let check = Check::of("token/minted".to_owned(), service, "a token that the key signs is accepted");
        if let Some(reason) = self.federation_is_closed() {
            return check.skipped(reason);
        }
        let Some(tenant) = self.acting_tenant() else {
            return check.skipped("the environment has no tenants");
        };
        let step = |bearer| Step::get(service, "/v1/federation/peer").of_tenant(tenant).bearing(bearer);
        check
            .step(step(Bearer::Minted).expecting(200).advising(401, &self.bad_token()))
            .step(step(Bearer::WithoutTenant).expecting_any(&[200, 401]).remarking(
                200,
                "so is one without `tenant_id`, which may forward for any tenant: its issuer must never leave it out",
            ))
            .step(
                step(Bearer::WithoutEnd)
                    .expecting_any(&[200, 401])
                    .remarking(200, "so is one without `exp`, which never ends: its issuer must never leave it out"),
            )
    }

    /// Fact 18: a forward dials the peer's orchestrator, and the tenant has to exist there.
    fn forward(&self, stack: &str) -> Check {
        let check = Check::of(format!("forward/{stack}"), ServiceName::Federation, "");
        if let Some(reason) = self.federation_is_closed() {
            return check.skipped(reason);
        }
        if !self.options.writes {
            return check.skipped(NO_WRITES);
        }
        let Some(tenant) = self.acting_tenant() else {
            return check.skipped("the environment has no tenants");
        };
        let patience = self.forwarding_takes();
        check
            .proving(format!("a run of `{tenant}` was forwarded, and its events came back"))
            .step(self.to_federation(forward_run(stack, tenant)).taking(patience))
            .step(self.to_federation(read_events(tenant)).taking(patience))
            .step(self.to_federation(cancel().of_tenant(tenant).at_peer(stack)))
    }

    /// Fact 18: a peer that drops packets costs 10 s a try, and pauses between them that grow by the first.
    fn forwarding_takes(&self) -> Duration {
        let federation = &self.environment.federation;
        let tries = u64::try_from(federation.max_attempts).unwrap_or(3).clamp(1, 1_000);
        let pause = u64::try_from(federation.base_backoff_ms).unwrap_or(250).min(3_600_000);
        let longest = 10_000 * tries + pause * (tries * (tries - 1) / 2);
        Duration::from_secs((longest + 4_000).div_ceil(1_000))
    }

    fn to_federation(&self, step: Step) -> Step {
        if self.environment.federation.jwt.is_some() {
            step.bearing(Bearer::Given).advising(401, &self.bad_token())
        } else {
            step
        }
    }

    fn bad_token(&self) -> String {
        format!(
            "the token is not accepted: it has to be valid, and signed with the key that belongs to `federation.jwt`, by {}",
            self.release().tokens
        )
    }

    /// Why federation can be asked nothing but whether it is there.
    fn federation_is_closed(&self) -> Option<&'static str> {
        let federation = &self.environment.federation;
        if federation.mtls.is_some() && !self.options.certificate {
            return Some(NO_CERTIFICATE);
        }
        let no_token = federation.jwt.is_some() && self.options.token.is_none();
        no_token.then_some(NO_TOKEN)
    }

    fn is_dedicated(&self, id: &str) -> bool {
        let tenants = &self.environment.tenancy.tenants;
        self.environment.tenant.is_none()
            && tenants.get(id).is_some_and(|tenant| tenant.isolation == Isolation::Dedicated)
    }

    /// The tenants that share this stack.
    fn tenants(&self) -> impl Iterator<Item = &str> {
        self.environment.tenancy.tenants.keys().map(String::as_str).filter(|id| !self.is_dedicated(id))
    }

    /// The default tenant, which is none of this stack where its record is elsewhere.
    fn default_tenant(&self) -> Option<&str> {
        self.environment.tenancy.default.as_deref().filter(|id| !self.is_dedicated(id))
    }

    fn knows(&self, tenant: &str) -> bool {
        self.tenants().chain(self.default_tenant()).any(|id| id == tenant)
    }

    /// The tenant in whose name runs are made: the one that the caller names, or the token, or the first.
    fn acting_tenant(&self) -> Option<&str> {
        let of_token = self.options.token.as_ref().and_then(|claims| claims.tenant.as_deref());
        let named = self.options.tenant.as_deref().or(of_token.filter(|tenant| self.knows(tenant)));
        named.or_else(|| self.tenants().next()).or(self.default_tenant())
    }
}

const NO_WRITES: &str = "it creates a run, which in production has to be asked for: `--write`";

const ITS_JOB: &str =
    "network policies don't show from outside the cluster: the log of the Job `agentos-smoke` has this check";

const NO_JOB: &str =
    "network policies don't show from outside the cluster: set `smoke.job = true`, whose Job has this check";

const NO_TOKEN: &str = "federation asks for a token; bring one with `--token-file`";

const NO_CERTIFICATE: &str =
    "federation asks for a client's certificate; bring one with `--cert`, `--key` and `--cacert`";

const NO_KEY: &str = "it answers no request: `AGENTOS_FED_JWT_PUBLIC_KEY` is unset, or its file is missing, can't be read or holds \
                      no public key, and `AGENTOS_FED_AUTH_DISABLED` is not `1`; apply what is compiled";

const MTLS_OFF: &str = "it serves plain HTTP: the runtime does without TLS, and says nothing, unless \
                        `AGENTOS_FED_REQUIRE_MTLS` is `true`, and `AGENTOS_FED_SERVER_CERT` and \
                        `AGENTOS_FED_SERVER_KEY` are both set and can be read; apply what is compiled";

const NO_CLIENTS: &str = "it asks callers for no certificate: the runtime verifies none, and says nothing, where \
                          `AGENTOS_FED_CA_CERT` is unset, can't be read or holds no certificate; apply what is compiled";

const USED_UP: &str = "a quota is used up. Where `run_create_qps` is, try again; where `concurrent_runs` is, the tenant's runs \
                       have to be cancelled, or read: 1.0.2 completes a run only when it is read, more than 5 s after it \
                       was made (fact 27)";

const PRINCIPAL: &str = "prn_agentos_cfg_smoke";

fn input() -> Json {
    json!({ "type": "text", "text": "agentos-cfg smoke" })
}

/// A run that is cancelled takes none of the tenant's concurrent runs any more.
fn cancel() -> Step {
    Step::post(ServiceName::AgentOrchestrator, &format!("/v1/runs/{RUN}:cancel"), json!({})).tidying()
}

fn create_run(tenant: &str) -> Step {
    let path = format!("/v1/agents/{AGENT}/runs");
    Step::post(ServiceName::AgentOrchestrator, &path, json!({ "input": input() }))
        .of_tenant(tenant)
        .keeping_run()
        .expecting(201)
        .advising(403, &format!("the orchestrator does not know `{tenant}`"))
        .advising(429, USED_UP)
        .advising(500, "the run can't be stored: the data volume may be full, or not writable for the pod's group")
}

fn forward_run(stack: &str, tenant: &str) -> Step {
    let body = json!({ "forward": {
        "target_selector": { "stack_id": stack },
        "auth": { "tenant_id": tenant, "principal_id": PRINCIPAL },
        "run_request": { "agent_id": AGENT, "input": input() },
    }});
    Step::post(ServiceName::Federation, "/v1/federation/runs:forward", body)
        .of_tenant(tenant)
        .keeping_run()
        .with_if_any("remote_stack_id", stack)
        .expecting_any(&[200, 201, 202])
        .advising(400, "the token may be another tenant's: say whose it is with `--tenant`")
        .advising(404, &format!("federation does not know the peer `{stack}`: apply what is compiled"))
        .advising(
            502,
            &format!("the peer's orchestrator can't be reached from federation's pod, or does not know `{tenant}`"),
        )
}

/// Fact 19: the events come by another way than the forward went.
fn read_events(tenant: &str) -> Step {
    Step::get(ServiceName::Federation, &format!("/v1/federation/runs/{RUN}/events"))
        .of_tenant(tenant)
        .expecting(200)
        .naming_run()
        .advising(
            502,
            "the run was forwarded, and its events do not come back: the peer's address has to present a publicly \
             trusted certificate and ask for none",
        )
}
