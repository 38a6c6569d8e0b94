//! Environment → checks.

use super::{Check, RUN, Step};
use crate::model::{Environment, Isolation, ServiceName};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

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
    /// Whether requests to federation can carry a token.
    pub token: bool,
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

/// The checks of an environment, in the order in which they are run.
pub fn checks(environment: &Environment, options: &Options) -> Vec<Check> {
    let plan = Plan { environment, options };
    let mut checks: Vec<Check> = ServiceName::ALL.map(|service| plan.health(service)).into();
    checks.extend(ServiceName::ALL.map(|service| plan.metrics(service)));
    checks.extend(environment.tenancy.tenants.keys().map(|id| plan.tenant(id)));
    checks.push(plan.isolation());
    checks.push(plan.identity());
    checks.extend(options.peers.iter().map(|stack| plan.forward(stack)));
    checks
}

struct Plan<'a> {
    environment: &'a Environment,
    options: &'a Options,
}

impl Plan<'_> {
    fn health(&self, service: ServiceName) -> Check {
        let path = service.health_path();
        let federation = &self.environment.federation;
        let check = Check::of(format!("health/{}", service.as_str()), service, "answers 200");
        if service == ServiceName::Federation && federation.mtls.is_some() {
            let step = Step::get(service, path).expecting(400).advising(
                200,
                "it serves plain HTTP: the runtime does without TLS, and says nothing, where certificate or key is \
                 missing",
            );
            return check.proving("refuses plain HTTP, as mutual TLS has to").step(step);
        }
        if service == ServiceName::Federation && federation.jwt.is_some() {
            let step = Step::get(service, path).expecting(401).advising(
                200,
                "it verifies no tokens: the runtime does without, and says nothing, where the key is missing, can't \
                 be read or is a certificate",
            );
            let check = check.step(step);
            return if self.options.token {
                check
                    .proving("answers 200 with a token, 401 without")
                    .step(self.to_federation(Step::get(service, path)).expecting(200))
            } else {
                check.proving("reachable, and answers 401 without a token, as it has to")
            };
        }
        let advice = "look at the pod's events and log: the container does not start, or is not this service";
        check.step(Step::get(service, path).expecting(200).advising(404, advice).advising(500, advice))
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
        let open = |why: String| check.clone().proving(why).step(Step::get(service, path).expecting(200));
        if service == ServiceName::Federation && self.environment.federation.jwt.is_some() {
            let step = Step::get(service, path).expecting(401);
            return check
                .proving("closed without a token, open with one")
                .step(step)
                .step(self.to_federation(Step::get(service, path)).expecting(200));
        }
        if !self.environment.observability.metrics_auth {
            return open("open to everybody, because `observability.metrics_auth` is off".to_owned());
        }
        if let Some(tenant) = &self.environment.tenancy.default {
            return open(format!("open to everybody, because of the default tenant `{tenant}`"));
        }
        let closed = Step::get(service, path).expecting(401).advising(
            200,
            "`/metrics` is open to everybody: `AGENTOS_METRICS_REQUIRE_AUTH` has to be exactly `1`, and there must be no \
             default tenant; apply what is compiled",
        );
        let tenant = self.acting_tenant().unwrap_or(NOBODY);
        check.step(closed).step(Step::get(service, path).of_tenant(tenant).expecting(200))
    }

    fn tenant(&self, id: &str) -> Check {
        let service = ServiceName::AgentOrchestrator;
        let check = Check::of(format!("tenant/{id}"), service, "known to the orchestrator");
        if self.is_dedicated(id) {
            return check.skipped("the tenant has a stack of its own");
        }
        let step = Step::get(service, &format!("/v1/runs/{ABSENT_RUN}"))
            .of_tenant(id)
            .expecting(404)
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
        let read = |tenant: &str, path: &str| Step::get(service, path).of_tenant(tenant);
        let run = format!("/v1/runs/{RUN}");
        let events = format!("/v1/runs/{RUN}/events");
        let leak = format!("`{other}` reads what belongs to `{owner}`: take the stack off the network");
        let tidy = Step::post(service, &format!("/v1/runs/{RUN}:cancel"), json!({})).of_tenant(owner).tidying();
        check
            .proving(format!("a run of `{owner}` is hidden from `{other}`"))
            .step(create_run(owner))
            .step(read(owner, &run).expecting(200).naming_run())
            .step(read(other, &run).expecting_any(hidden).advising(200, &leak))
            .step(read(other, &events).expecting_any(hidden).advising(200, &leak))
            .step(tidy)
    }

    fn identity(&self) -> Check {
        let federation = &self.environment.federation;
        let expected =
            [("stack_id", &federation.stack), ("environment", &federation.environment), ("region", &federation.region)];
        let proves = format!("{}, {}, {}", federation.stack, federation.environment, federation.region);
        let check = Check::of("identity".to_owned(), ServiceName::Federation, &proves);
        if let Some(reason) = self.federation_is_closed() {
            return check.skipped(reason);
        }
        let mut step = self
            .to_federation(Step::get(ServiceName::Federation, "/v1/federation/peer"))
            .expecting(200)
            .advising(503, "the peers file can't be read: apply what is compiled, and restart federation");
        step.expect.fields = expected.map(|(name, value)| (name, value.clone())).into();
        check.step(step)
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
        check
            .proving(format!("a run of `{tenant}` was forwarded, and its events came back"))
            .step(self.to_federation(forward_run(stack, tenant)))
            .step(self.to_federation(read_events(tenant)))
    }

    fn to_federation(&self, step: Step) -> Step {
        if self.environment.federation.jwt.is_some() { step.with_token().advising(401, BAD_TOKEN) } else { step }
    }

    /// Why federation can be asked nothing but whether it is there.
    fn federation_is_closed(&self) -> Option<&'static str> {
        let federation = &self.environment.federation;
        if federation.mtls.is_some() {
            return Some("federation asks for a client's certificate, and this command has none");
        }
        let no_token = federation.jwt.is_some() && !self.options.token;
        no_token.then_some("federation asks for a token; bring one with `--token-file`")
    }

    fn is_dedicated(&self, id: &str) -> bool {
        self.environment.tenancy.tenants.get(id).is_some_and(|tenant| tenant.isolation == Isolation::Dedicated)
    }

    /// The tenants that share this stack.
    fn tenants(&self) -> impl Iterator<Item = &str> {
        self.environment.tenancy.tenants.keys().map(String::as_str).filter(|id| !self.is_dedicated(id))
    }

    fn acting_tenant(&self) -> Option<&str> {
        let named = self.options.tenant.as_deref();
        named.or_else(|| self.tenants().next()).or(self.environment.tenancy.default.as_deref())
    }
}

const NO_WRITES: &str = "it creates a run, which in production has to be asked for: `--write`";

const BAD_TOKEN: &str =
    "the token is not accepted: it has to be valid, and signed with the key that belongs to `federation.jwt`";

const PRINCIPAL: &str = "prn_agentos_cfg_smoke";

fn input() -> Json {
    json!({ "type": "text", "text": "agentos-cfg smoke" })
}

fn create_run(tenant: &str) -> Step {
    let path = format!("/v1/agents/{AGENT}/runs");
    Step::post(ServiceName::AgentOrchestrator, &path, json!({ "input": input() }))
        .of_tenant(tenant)
        .keeping_run()
        .expecting(201)
        .advising(403, &format!("the orchestrator does not know `{tenant}`"))
        .advising(429, "a quota is used up; try again later")
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
