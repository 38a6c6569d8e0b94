//! `smoke`: whether a running stack behaves as its environment says.

mod credentials;
mod forward;
mod kubectl;
mod namespace;
mod target;
mod wire;

use super::strictness::Strictness;
use super::{Color, Limits, Status, compile_and_report, entry, print_all};
use crate::agentos::vocabulary::{PerService, ServiceName};
use crate::cache::Need;
use crate::model::{self, Environment};
use crate::smoke::{self, Check, Counts, Options, Outcome, Ran, pod_security};
use crate::source::Disk;
use crate::{Compiler, suggest};
use anyhow::{Result, bail};
use clap::ValueEnum;
use credentials::{Material, Signer, Token};
use forward::Forward;
use indicatif::{ProgressBar, ProgressStyle};
use kubectl::Cluster;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;
use target::{Place, Target};
use wire::{Limit, Wire};

/// Check that a running stack behaves as its environment says.
///
/// The services are reached by `kubectl port-forward`, which is started and ended here, or at the addresses of `--url`.
/// The checks follow from the environment: health, closed metrics, known tenants, runs that other tenants can't read,
/// the identity of the stack, tokens that have to be refused, and a run forwarded to each peer. The stacks of dedicated
/// tenants are checked as well, each in its namespace.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environment's file; `-` reads standard input.
    #[arg(value_name = "ENV")]
    environment: PathBuf,

    /// Ask a service at this address, and no cluster. Can be repeated; services without an address are skipped. Before the
    /// service, the stack and a colon, where it is a dedicated tenant's or a peer's.
    #[arg(long, value_name = "[STACK:]SERVICE=URL", value_parser = address, conflicts_with_all = ["context", "kubeconfig", "kubectl"])]
    url: Vec<At>,

    /// Check only this stack of the environment, by its stack id. Can be repeated.
    #[arg(long, value_name = "STACK")]
    stack: Vec<String>,

    /// The context of the cluster, for kubectl.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// The configuration of kubectl.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// The program to run as kubectl.
    #[arg(long, value_name = "PATH", default_value = "kubectl")]
    kubectl: PathBuf,

    /// Run only these checks: a name such as `tenant/tnt_acme`, or a kind such as `tenant`. Can be repeated.
    #[arg(long, value_name = "CHECK")]
    only: Vec<String>,

    /// Leave out these checks. Can be repeated.
    #[arg(long, value_name = "CHECK")]
    skip: Vec<String>,

    /// Forward to this peer only, by its stack id. Can be repeated.
    #[arg(long, value_name = "STACK")]
    peer: Vec<String>,

    /// Create and forward runs in the name of this tenant; the first of the environment where it is left out.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    /// A file with a token that federation accepts, where it verifies tokens. Can be repeated: each stack gets that of a
    /// tenant of its own.
    #[arg(long, value_name = "FILE")]
    token_file: Vec<PathBuf>,

    /// A file with the private key that belongs to `federation.jwt`, RSA or Ed25519, as PEM: tokens are signed with it, where
    /// `--token-file` brings none, and one without `tenant_id` and one without `exp` are tried.
    #[arg(long, value_name = "FILE")]
    signing_key_file: Option<PathBuf>,

    /// A file with a certificate to show to federation, where it has mutual TLS: PEM, with those that it was issued by.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// A file with the private key of `--cert`: PEM.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// A file with the certificates of the authorities that services with TLS of their own are believed by: PEM.
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,

    /// Create runs in production, too. Elsewhere they are created anyway.
    #[arg(long)]
    write: bool,

    /// How long a request may take; a forwarded run may take as long as federation tries.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,

    /// How long all of it may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    deadline: u64,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    #[command(flatten)]
    strictness: Strictness,

    #[command(flatten)]
    limits: Limits,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    Human,
    /// One object.
    Json,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let entries = vec![entry(&arguments.environment)?];
    let (outcomes, findings) =
        compile_and_report(&Disk, compiler, entries, &policy, arguments.limits, Need::Everything, color)?;
    let environment = outcomes.first().and_then(|(_, outcome)| outcome.environment.as_ref());
    match environment {
        Some(environment) if !policy.rejects_any(&findings) => smoke(arguments, environment),
        Some(_) | None => Ok(Status::Findings),
    }
}

/// An address of `--url`.
#[derive(Clone, Debug)]
struct At {
    /// The stack, where it is not the one that tenants share.
    stack: Option<String>,
    service: ServiceName,
    url: String,
}

/// A stack of the environment, and what is asked of it.
struct Part<'a> {
    environment: Cow<'a, Environment>,
    /// Whether it is a dedicated tenant's.
    is_dedicated: bool,
    token: Option<String>,
    checks: Vec<Check>,
}

impl Part<'_> {
    fn id(&self) -> &str {
        &self.environment.federation.stack
    }

    /// What names the stack in checks and addresses.
    fn prefix(&self) -> String {
        if self.is_dedicated { format!("{}:", self.id()) } else { String::new() }
    }

    fn needs(&self, service: ServiceName) -> bool {
        self.checks.iter().any(|check| check.service == service && check.skip.is_none() && !check.steps.is_empty())
    }
}

fn smoke(arguments: &Arguments, environment: &Environment) -> Result<Status> {
    let material = Material::read(arguments.cert.as_deref(), arguments.key.as_deref(), arguments.cacert.as_deref())?;
    let signer = arguments.signing_key_file.as_deref().map(Signer::read).transpose()?;
    let tokens: Vec<Token> = arguments.token_file.iter().map(|path| Token::read(path)).collect::<Result<_>>()?;
    let has = |is_there: bool, option: &str, what: &str, field: &str| -> Result<()> {
        anyhow::ensure!(is_there, "federation {what} in this environment: set `{field}`, or leave out `{option}`");
        Ok(())
    };
    let federation = &environment.federation;
    has(tokens.is_empty() || federation.jwt.is_some(), "--token-file", "verifies no tokens", "federation.jwt")?;
    let has_jwt = signer.is_none() || federation.jwt.is_some();
    has(has_jwt, "--signing-key-file", "verifies no tokens", "federation.jwt")?;
    let has_mtls = !material.has_certificate() || federation.mtls.is_some();
    has(has_mtls, "--cert", "asks for no certificates", "federation.mtls")?;
    let mut parts = parts(arguments, environment, &material, signer.as_ref(), tokens)?;
    let all: Vec<&Check> = parts.iter().flat_map(|part| &part.checks).collect();
    refuse_unknown(&all, arguments.only.iter().chain(&arguments.skip))?;
    for part in &mut parts {
        let checks = std::mem::take(&mut part.checks);
        part.checks = selected(checks, &arguments.only, &arguments.skip);
        skip_unreachable(part, arguments, &material);
    }
    let outcomes = ask(arguments, &mut parts, &material, signer.as_ref())?;
    print_all(&match arguments.format {
        Format::Human => smoke::table(&outcomes),
        Format::Json => smoke::json(&outcomes),
    })?;
    verdict(&outcomes)
}

/// The stacks to check, each with the options that concern it.
fn parts<'a>(
    arguments: &Arguments,
    environment: &'a Environment,
    material: &Material,
    signer: Option<&Signer>,
    mut tokens: Vec<Token>,
) -> Result<Vec<Part<'a>>> {
    let dedicated = model::stacks(environment).into_iter().filter(|stack| stack.tenant.is_some());
    let stacks: Vec<Cow<'a, Environment>> = std::iter::once(Cow::Borrowed(environment)).chain(dedicated).collect();
    refuse_unnamed(arguments, environment, &stacks)?;
    let wanted = |id: &String| arguments.stack.is_empty() || arguments.stack.contains(id);
    let (stacks, others): (Vec<_>, Vec<_>) = stacks.into_iter().partition(|stack| wanted(&stack.federation.stack));
    let mut given: Vec<Option<Token>> = stacks.iter().map(|stack| take_token(&mut tokens, stack)).collect();
    for stack in &others {
        take_token(&mut tokens, stack);
    }
    // A token of no tenant that is known here shows what it is at the first stack that has none.
    let mut tokens = tokens.into_iter();
    if let Some(place) = given.iter_mut().find(|token| token.is_none()) {
        *place = tokens.next();
    }
    anyhow::ensure!(tokens.next().is_none(), "`--token-file` brings more tokens than there are stacks for them");
    let part = |(environment, token): (Cow<'a, Environment>, Option<Token>)| {
        let token = token.or_else(|| signer?.token(&signed_for(arguments, &environment)?));
        let options = Options { key: signer.is_some(), ..options(arguments, &environment, material, token.as_ref()) };
        let checks = smoke::checks(&environment, &options);
        let is_dedicated = environment.tenant.is_some();
        let named = |check: Check| if is_dedicated { check.of_stack(&environment.federation.stack) } else { check };
        let checks = checks.into_iter().map(named).collect();
        Part { environment, is_dedicated, token: token.map(|token| token.text), checks }
    };
    Ok(stacks.into_iter().zip(given).map(part).collect())
}

/// The tenant that a token is signed for: the one that the user names, or the first of the stack.
fn signed_for(arguments: &Arguments, stack: &Environment) -> Option<String> {
    let here = |tenant: &&String| lives_in(stack, tenant);
    arguments.tenant.iter().chain(stack.tenancy.tenants.keys()).chain(&stack.tenancy.default).find(here).cloned()
}

/// The first token that is for a tenant of a stack.
fn take_token(tokens: &mut Vec<Token>, stack: &Environment) -> Option<Token> {
    let is_here = |token: &Token| token.claims.tenant.as_ref().is_some_and(|tenant| lives_in(stack, tenant));
    let position = tokens.iter().position(is_here)?;
    Some(tokens.remove(position))
}

/// Whether a tenant is one of a stack. An environment stands for the stack that its tenants share.
fn lives_in(stack: &Environment, tenant: &str) -> bool {
    let is_shared = |tenant: &model::Tenant| tenant.isolation == model::Isolation::Shared;
    let known = stack.tenancy.tenants.get(tenant);
    known.is_some_and(|known| stack.tenant.is_some() || is_shared(known))
        || (known.is_none() && stack.tenancy.default.as_deref() == Some(tenant))
}

/// What the user names has to be there.
fn refuse_unnamed(arguments: &Arguments, environment: &Environment, stacks: &[Cow<'_, Environment>]) -> Result<()> {
    let known = |id: &String, known: &BTreeSet<&str>, what: &str| -> Result<()> {
        if known.contains(id.as_str()) {
            return Ok(());
        }
        let all: Vec<&str> = known.iter().copied().collect();
        match suggest::nearest(id, &all) {
            Some(near) => bail!("the environment has no {what} `{id}`; did you mean `{near}`?"),
            None => bail!("the environment has no {what} `{id}`"),
        }
    };
    let ids: BTreeSet<&str> = stacks.iter().map(|stack| stack.federation.stack.as_str()).collect();
    let peers: BTreeSet<&str> =
        stacks.iter().flat_map(|stack| stack.federation.peers.keys().map(String::as_str)).collect();
    let tenants: BTreeSet<&str> = environment.tenancy.tenants.keys().map(String::as_str).collect();
    arguments.stack.iter().try_for_each(|id| known(id, &ids, "stack"))?;
    arguments.peer.iter().try_for_each(|id| known(id, &peers, "peer"))?;
    arguments.tenant.iter().try_for_each(|id| known(id, &tenants, "tenant"))?;
    let named: BTreeSet<&str> = ids.union(&peers).copied().collect();
    arguments.url.iter().filter_map(|at| at.stack.as_ref()).try_for_each(|id| known(id, &named, "stack or peer"))
}

fn options(arguments: &Arguments, stack: &Environment, material: &Material, token: Option<&Token>) -> Options {
    let mut peers = Options::all_peers(stack);
    peers.retain(|peer| arguments.peer.is_empty() || arguments.peer.contains(peer));
    Options {
        // A test that writes into production has to be asked for.
        writes: arguments.write || !stack.is_prod(),
        token: token.map(|token| token.claims.clone()),
        key: false,
        certificate: material.has_certificate(),
        tenant: arguments.tenant.clone().filter(|tenant| lives_in(stack, tenant)),
        peers,
    }
}

/// A word that names no check is a mistake, and not a test that passed.
fn refuse_unknown<'a>(checks: &[&Check], mut words: impl Iterator<Item = &'a String>) -> Result<()> {
    let Some(word) = words.find(|word| !checks.iter().any(|check| check.is_named(word))) else { return Ok(()) };
    let names: Vec<&str> = checks.iter().flat_map(|check| [check.kind(), &check.name]).collect();
    let near = suggest::nearest(word, &names).map(|near| format!("; did you mean `{near}`?"));
    let mut kinds: Vec<&str> = Vec::new();
    for check in checks {
        if !kinds.contains(&check.kind()) {
            kinds.push(check.kind());
        }
    }
    bail!("no check is named `{word}`{} There are: {}", near.unwrap_or_else(|| ".".to_owned()), kinds.join(", "));
}

/// The checks that the user wants.
fn selected(checks: Vec<Check>, only: &[String], skip: &[String]) -> Vec<Check> {
    let named = |check: &Check, words: &[String]| words.iter().any(|word| check.is_named(word));
    let wanted = |check: &Check| (only.is_empty() || named(check, only)) && !named(check, skip);
    checks.into_iter().filter(wanted).collect()
}

/// Skips what can't be asked: services without an address, and those whose TLS can't be verified.
fn skip_unreachable(part: &mut Part<'_>, arguments: &Arguments, material: &Material) {
    let prefix = part.prefix();
    let environment = &part.environment;
    for check in part.checks.iter_mut().filter(|check| check.skip.is_none() && !check.steps.is_empty()) {
        let service = check.service;
        let url = written(arguments, part.is_dedicated.then_some(environment.federation.stack.as_str()), service);
        let is_mutual = service == ServiceName::Federation && environment.federation.mtls.is_some();
        check.skip = match url {
            None if !arguments.url.is_empty() => {
                Some(format!("no address: give one with `--url {prefix}{}=URL`", service.as_str()))
            }
            Some(url) if is_mutual && !material.has_certificate() && url.starts_with("https:") => {
                Some("that federation refuses plain HTTP shows only at an http address".to_owned())
            }
            None if environment.services.get(service).tls.is_some() && !material.has_authorities() => {
                Some(format!("{} is served with TLS; bring its authority with `--cacert`", service.as_str()))
            }
            Some(_) | None => None,
        };
    }
}

/// The address that the user gives for a service of a stack.
fn written<'a>(arguments: &'a Arguments, stack: Option<&str>, service: ServiceName) -> Option<&'a str> {
    let is_it = |at: &&At| at.stack.as_deref() == stack && at.service == service;
    arguments.url.iter().find(is_it).map(|at| at.url.as_str())
}

/// Runs the checks, a stack after the other. Whatever is started for them has ended when this returns.
fn ask(
    arguments: &Arguments,
    parts: &mut [Part<'_>],
    material: &Material,
    signer: Option<&Signer>,
) -> Result<Vec<Outcome>> {
    let limit = Limit::new(Duration::from_secs(arguments.timeout), Duration::from_secs(arguments.deadline));
    let bar = progress(parts.iter().map(|part| part.checks.len()).sum());
    let mut asked: Vec<(Ran, Option<Road>)> = Vec::new();
    for part in parts {
        ask_for_labels(arguments, part, limit)?;
        let road = road(arguments, part, material, signer, limit)?;
        let ran = smoke::run(&part.checks, &road.wire, &mut |check| {
            bar.set_message(check.name.clone());
            bar.inc(1);
        });
        // The way to a stack stays open where a run is left there.
        let road = (!ran.left.is_empty()).then_some(road);
        asked.push((ran, road));
    }
    for (ran, road) in &mut asked {
        if let Some(road) = road {
            bar.set_message("reading runs");
            smoke::settle(ran, &road.wire);
        }
    }
    bar.finish_and_clear();
    Ok(asked.into_iter().flat_map(|(ran, _)| ran.outcomes).collect())
}

/// Asks the cluster for the labels of a stack's namespace, where a check is about them.
fn ask_for_labels(arguments: &Arguments, part: &mut Part<'_>, limit: Limit) -> Result<()> {
    let name = &part.environment.namespace;
    for check in part.checks.iter_mut().filter(|check| check.kind() == pod_security::KIND) {
        if arguments.url.is_empty() {
            let namespace = namespace::read(&cluster(arguments, name), limit.deadline)?;
            *check = pod_security::judged(check.clone(), name, &namespace);
        }
    }
    Ok(())
}

/// The way to a stack, open as long as this lives.
struct Road {
    wire: Wire,
    _forwards: Vec<Forward>,
}

fn road(
    arguments: &Arguments,
    part: &Part<'_>,
    material: &Material,
    signer: Option<&Signer>,
    limit: Limit,
) -> Result<Road> {
    let stack: &Environment = &part.environment;
    let named = part.is_dedicated.then(|| part.id());
    let mut forwards = PerService::default();
    if arguments.url.is_empty() {
        for service in ServiceName::ALL.into_iter().filter(|service| part.needs(*service)) {
            let port = stack.services.get(service).service_port;
            let forward = forward::start(&cluster(arguments, &stack.namespace), service.object_name(), port)?;
            *forwards.get_mut(service) = Some(forward);
        }
    }
    let peers = peers(arguments, part)?;
    let targets = PerService::of(|service| {
        let url = written(arguments, named, service).map(str::to_owned);
        match (url, forwards.get(service)) {
            (Some(url), _) => Target::At(Place::of_service(stack, service, &url)),
            (None, Some(forward)) => forwarded(forward, limit, |url| Place::of_service(stack, service, url)),
            (None, None) => Target::Nowhere("it has no address".to_owned()),
        }
    });
    if part.token.is_some() {
        refuse_open_road(targets.get(ServiceName::Federation))?;
    }
    let at_peers = peers.iter().map(|(id, way)| (id.clone(), peer_target(part, way, limit))).collect();
    let wire = Wire::new(targets, at_peers, part.token.clone(), signer.cloned(), material.clone(), limit);
    let PerService { agent_orchestrator, model_policy, federation } = forwards;
    let own = [agent_orchestrator, model_policy, federation].into_iter().flatten();
    let theirs = peers.into_values().filter_map(|way| match way {
        Way::Forwarded(forward) => Some(forward),
        Way::At(_) | Way::None(_) => None,
    });
    Ok(Road { wire, _forwards: own.chain(theirs).collect() })
}

fn forwarded(forward: &Forward, limit: Limit, place: impl Fn(&str) -> Place) -> Target {
    match forward.port(limit.deadline) {
        Ok(port) => Target::At(place(&format!("http://127.0.0.1:{port}"))),
        Err(why) => Target::Nowhere(why),
    }
}

fn cluster<'a>(arguments: &'a Arguments, namespace: &'a str) -> Cluster<'a> {
    Cluster {
        kubectl: &arguments.kubectl,
        context: arguments.context.as_deref(),
        kubeconfig: arguments.kubeconfig.as_deref(),
        namespace,
    }
}

/// How a peer's orchestrator is reached, to cancel the run that was forwarded to it.
enum Way {
    At(String),
    Forwarded(Forward),
    None(String),
}

/// The ways to the peers that runs are forwarded to: the address that the user gives; or else the peer's own, through the
/// cluster where it is a Service's.
fn peers(arguments: &Arguments, part: &Part<'_>) -> Result<BTreeMap<String, Way>> {
    let is_asked = |id: &str| {
        let is_it = |check: &&Check| check.skip.is_none() && check.name.ends_with(&format!("forward/{id}"));
        part.checks.iter().any(|check| is_it(&check))
    };
    let mut ways = BTreeMap::new();
    for (id, peer) in part.environment.federation.remotes().filter(|(id, _)| is_asked(id)) {
        let own = &peer.agent_orchestrator;
        let way = match written(arguments, Some(id), ServiceName::AgentOrchestrator) {
            Some(url) => Way::At(url.to_owned()),
            None if !arguments.url.is_empty() => {
                Way::None(format!("no address: give one with `--url {id}:agent-orchestrator=URL`"))
            }
            None => match target::service_of(own) {
                Some((service, namespace, port)) => {
                    Way::Forwarded(forward::start(&cluster(arguments, namespace), service, port)?)
                }
                None => Way::At(own.clone()),
            },
        };
        ways.insert(id.clone(), way);
    }
    Ok(ways)
}

fn peer_target(part: &Part<'_>, way: &Way, limit: Limit) -> Target {
    let target = match way {
        Way::At(url) => Target::At(Place::at(url)),
        Way::Forwarded(forward) => forwarded(forward, limit, Place::at),
        Way::None(why) => Target::Nowhere(why.clone()),
    };
    // Federation has sent the token there already; it goes no second way in the clear.
    match target {
        Target::At(place) if part.token.is_some() && place.is_open() => {
            Target::Nowhere("the token would travel in the clear".to_owned())
        }
        Target::At(_) | Target::Nowhere(_) => target,
    }
}

/// A token is sent over TLS, or not out of this machine.
fn refuse_open_road(target: &Target) -> Result<()> {
    match target {
        Target::At(place) if place.is_open() => {
            bail!("the token would travel in the clear to `{}`: use an https address", place.url)
        }
        Target::At(_) | Target::Nowhere(_) => Ok(()),
    }
}

/// A bar on standard error; nothing where that is no terminal.
fn progress(checks: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(checks).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn verdict(outcomes: &[Outcome]) -> Result<Status> {
    let Counts { passed, failed, skipped } = Counts::of(outcomes);
    let unreachable = outcomes.iter().filter(|outcome| outcome.unreachable).count();
    anyhow::ensure!(passed + failed > 0, "nothing was checked: {skipped} skipped");
    anyhow::ensure!(
        passed > 0 || unreachable < failed,
        "no service could be reached: is the stack applied, and are its pods ready?"
    );
    Ok(if failed == 0 { Status::Clean } else { Status::Findings })
}

/// A service and its base URL, as in `federation=https://federation.example.com`; before it, the stack.
fn address(text: &str) -> Result<At, String> {
    let names = ServiceName::ALL.map(ServiceName::as_str);
    let pair = text.split_once('=').filter(|(name, _)| !name.contains(['/', '@']));
    let (name, url) = pair.ok_or("write a service, `=` and its address")?;
    let (stack, name) = name.split_once(':').map_or((None, name), |(stack, name)| (Some(stack.to_owned()), name));
    let Some(service) = ServiceName::ALL.into_iter().find(|service| service.as_str() == name) else {
        return Err(format!("there is no service `{name}`; there are: {}", names.join(", ")));
    };
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let rest = rest.ok_or("the address has to begin with `http://` or `https://`")?.trim_end_matches('/');
    if rest.is_empty() || rest.contains(['@', '?', '#']) || rest.contains(|c: char| !c.is_ascii_graphic()) {
        return Err("write scheme, host, an optional port and path: no credentials, no query".to_owned());
    }
    Ok(At { stack, service, url: url.trim_end_matches('/').to_owned() })
}
