//! `smoke`: whether a running stack behaves as its environment says.

mod forward;
mod wire;

use super::strictness::Strictness;
use super::{Color, Limits, Status, compile_all, entry, on_stderr, print_all, report};
use crate::Compiler;
use crate::cache::Need;
use crate::model::{Environment, PerService, ServiceName};
use crate::smoke::{self, Check, Counts, Options, Outcome};
use crate::suggest;
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use forward::{Cluster, Forward};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wire::{Target, Wire};

/// Check that a running stack behaves as its environment says.
///
/// The services are reached by `kubectl port-forward`, which is started and ended here, or at the addresses of `--url`.
/// The checks follow from the environment: health, closed metrics, known tenants, runs that other tenants can't read,
/// the identity of the stack, and a run forwarded to each peer.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environment's file; `-` reads standard input.
    #[arg(value_name = "ENV")]
    environment: PathBuf,

    /// Ask a service at this address, and no cluster. Can be repeated; services without an address are skipped.
    #[arg(long, value_name = "SERVICE=URL", value_parser = address, conflicts_with_all = ["context", "kubeconfig", "kubectl"])]
    url: Vec<(ServiceName, String)>,

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

    /// A file with a token that federation accepts, where it verifies tokens.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// Create runs in production, too. Elsewhere they are created anyway.
    #[arg(long)]
    write: bool,

    /// How long a request may take.
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
    let outcomes = compile_all(compiler, entries, &policy, arguments.limits, Need::Everything, on_stderr(color))?;
    let findings: Vec<_> = outcomes.iter().flat_map(|(_, outcome)| outcome.findings.iter().cloned()).collect();
    report(&findings, compiler.sources(), color)?;
    let environment = outcomes.first().and_then(|(_, outcome)| outcome.environment.as_ref());
    match environment {
        Some(environment) if !policy.rejects_any(&findings) => smoke(arguments, environment),
        Some(_) | None => Ok(Status::Findings),
    }
}

fn smoke(arguments: &Arguments, environment: &Environment) -> Result<Status> {
    let token = arguments.token_file.as_deref().map(read_token).transpose()?;
    anyhow::ensure!(
        token.is_none() || environment.federation.jwt.is_some(),
        "federation verifies no tokens in this environment: set `federation.jwt`, or leave out `--token-file`"
    );
    let options = options(arguments, environment)?;
    let mut checks = selected(smoke::checks(environment, &options), &arguments.only, &arguments.skip)?;
    skip_without_address(&mut checks, &arguments.url, environment);
    let outcomes = ask(arguments, environment, &checks, token)?;
    print_all(&match arguments.format {
        Format::Human => smoke::table(&outcomes),
        Format::Json => smoke::json(&outcomes),
    })?;
    verdict(&outcomes)
}

fn options(arguments: &Arguments, environment: &Environment) -> Result<Options> {
    let known = |id: &String, known: Vec<&str>, what: &str| -> Result<()> {
        if known.contains(&id.as_str()) {
            return Ok(());
        }
        match suggest::nearest(id, &known) {
            Some(near) => bail!("the environment has no {what} `{id}`; did you mean `{near}`?"),
            None => bail!("the environment has no {what} `{id}`"),
        }
    };
    for id in &arguments.peer {
        known(id, environment.federation.peers.keys().map(String::as_str).collect(), "peer")?;
    }
    if let Some(id) = &arguments.tenant {
        known(id, environment.tenancy.tenants.keys().map(String::as_str).collect(), "tenant")?;
    }
    let peers = if arguments.peer.is_empty() {
        Options::all_peers(environment)
    } else {
        arguments.peer.iter().cloned().collect()
    };
    Ok(Options {
        // A test that writes into production has to be asked for.
        writes: arguments.write || !environment.is_prod(),
        token: arguments.token_file.is_some(),
        tenant: arguments.tenant.clone(),
        peers,
    })
}

/// The checks that the user wants. A word that names none is a mistake, and not a test that passed.
fn selected(checks: Vec<Check>, only: &[String], skip: &[String]) -> Result<Vec<Check>> {
    for word in only.iter().chain(skip) {
        let names: Vec<&str> = checks.iter().flat_map(|check| [check.kind(), &check.name]).collect();
        if !checks.iter().any(|check| check.is_named(word)) {
            let near = suggest::nearest(word, &names).map(|near| format!("; did you mean `{near}`?"));
            let mut kinds: Vec<&str> = checks.iter().map(Check::kind).collect();
            kinds.dedup();
            bail!(
                "no check is named `{word}`{} There are: {}",
                near.unwrap_or_else(|| ".".to_owned()),
                kinds.join(", ")
            );
        }
    }
    let named = |check: &Check, words: &[String]| words.iter().any(|word| check.is_named(word));
    let wanted = |check: &Check| (only.is_empty() || named(check, only)) && !named(check, skip);
    Ok(checks.into_iter().filter(wanted).collect())
}

fn skip_without_address(checks: &mut [Check], addresses: &[(ServiceName, String)], environment: &Environment) {
    if addresses.is_empty() {
        return;
    }
    for check in checks.iter_mut().filter(|check| check.skip.is_none()) {
        let service = check.service;
        let url = addresses.iter().find(|(known, _)| *known == service).map(|(_, url)| url);
        let is_mutual = service == ServiceName::Federation && environment.federation.mtls.is_some();
        check.skip = match url {
            None => Some(format!("no address: give one with `--url {}=URL`", service.as_str())),
            Some(url) if is_mutual && url.starts_with("https:") => {
                Some("that federation refuses plain HTTP shows only at an http address".to_owned())
            }
            Some(_) => None,
        };
    }
}

/// Runs the checks. Whatever is started for them has ended when this returns.
fn ask(
    arguments: &Arguments,
    environment: &Environment,
    checks: &[Check],
    token: Option<String>,
) -> Result<Vec<Outcome>> {
    let deadline = Instant::now() + Duration::from_secs(arguments.deadline);
    let needed = |service| checks.iter().any(|check| check.service == service && check.skip.is_none());
    let forwards = if arguments.url.is_empty() {
        let cluster = Cluster {
            kubectl: &arguments.kubectl,
            context: arguments.context.as_deref(),
            kubeconfig: arguments.kubeconfig.as_deref(),
            namespace: &environment.namespace,
        };
        forward::start(&cluster, environment, needed)?
    } else {
        PerService::default()
    };
    let targets = PerService::of(|service| target(arguments, service, &forwards, deadline));
    if token.is_some() {
        refuse_open_road(targets.get(ServiceName::Federation))?;
    }
    let wire = Wire::new(targets, token, Duration::from_secs(arguments.timeout), deadline);
    let bar = progress(checks.len());
    let outcomes = smoke::run(checks, &wire, &mut |check| {
        bar.set_message(check.name.clone());
        bar.inc(1);
    });
    bar.finish_and_clear();
    Ok(outcomes)
}

fn target(
    arguments: &Arguments,
    service: ServiceName,
    forwards: &PerService<Option<Forward>>,
    deadline: Instant,
) -> Target {
    let written = arguments.url.iter().find(|(known, _)| *known == service).map(|(_, url)| url.clone());
    match (written, forwards.get(service)) {
        (Some(url), _) => Target::At(url),
        (None, Some(forward)) => match forward.port(deadline) {
            Ok(port) => Target::At(format!("http://127.0.0.1:{port}")),
            Err(why) => Target::Nowhere(why),
        },
        (None, None) => Target::Nowhere("it has no address".to_owned()),
    }
}

/// A token is sent over TLS, or not out of this machine.
fn refuse_open_road(target: &Target) -> Result<()> {
    match target {
        Target::At(url) if url.starts_with("http://") && !wire::is_local(url) => {
            bail!("the token would travel in the clear to `{url}`: use an https address")
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

/// A service and its base URL, as in `federation=https://federation.example.com`.
fn address(text: &str) -> Result<(ServiceName, String), String> {
    let names = ServiceName::ALL.map(ServiceName::as_str);
    let (name, url) = text.split_once('=').ok_or("write a service, `=` and its address")?;
    let Some(service) = ServiceName::ALL.into_iter().find(|service| service.as_str() == name) else {
        return Err(format!("there is no service `{name}`; there are: {}", names.join(", ")));
    };
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let rest = rest.ok_or("the address has to begin with `http://` or `https://`")?.trim_end_matches('/');
    if rest.is_empty() || rest.contains(['@', '?', '#']) || rest.contains(|c: char| !c.is_ascii_graphic()) {
        return Err("write scheme, host, an optional port and path: no credentials, no query".to_owned());
    }
    Ok((service, url.trim_end_matches('/').to_owned()))
}

fn read_token(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("`{}` can't be read", path.display()))?;
    let token = text.trim();
    anyhow::ensure!(
        !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic()),
        "`{}` holds no token: one line of visible ASCII characters",
        path.display()
    );
    Ok(token.to_owned())
}
