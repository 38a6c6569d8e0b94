//! Requests over HTTP.

use super::credentials::{Material, Signer};
use super::target::{Place, Target, is_local};
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::{PerService, ServiceName};
use crate::smoke::{self, Bearer, Failure, Http, Method, Request, Response, Way};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error, Proxy, http};

/// How much of a body is read, in bytes.
const LONGEST_BODY: usize = 64 << 10;

/// The pause before a refused connection is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// How much time there is.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    timeout: Duration,
    start: Instant,
    pub deadline: Instant,
}

impl Limit {
    /// For a request, and for all.
    pub(super) fn new(timeout: Duration, all: Duration) -> Limit {
        let start = Instant::now();
        Limit { timeout, start, deadline: start + all }
    }
}

/// The network.
pub(super) struct Wire {
    targets: PerService<Target>,
    peers: BTreeMap<String, Target>,
    token: Option<String>,
    signer: Option<Signer>,
    material: Material,
    limit: Limit,
    /// The services that have been waited for in vain: they are not waited for again.
    given_up: RefCell<BTreeSet<ServiceName>>,
}

impl Wire {
    pub(super) fn new(
        targets: PerService<Target>,
        peers: BTreeMap<String, Target>,
        token: Option<String>,
        signer: Option<Signer>,
        material: Material,
        limit: Limit,
    ) -> Wire {
        Wire { targets, peers, token, signer, material, limit, given_up: RefCell::default() }
    }

    fn target(&self, request: &Request) -> Result<&Place, Failure> {
        let nowhere = |why: &str| Err(Failure::Unreachable(why.to_owned()));
        let target = match &request.peer {
            Some(peer) => self.peers.get(peer),
            None => Some(self.targets.get(request.service)),
        };
        match target {
            Some(Target::At(place)) => Ok(place),
            Some(Target::Nowhere(why)) => nowhere(why),
            None => nowhere("it has no address"),
        }
    }

    fn ask(&self, place: &Place, request: &Request, time: Duration) -> Result<Response, Error> {
        let base = if request.way == Way::Plain { &place.plain } else { &place.url };
        let url = format!("{base}{}", request.path);
        let agent = self.agent(place, request, time);
        let token = request.bearer.and_then(|bearer| self.bearer(bearer, request.tenant.as_deref()));
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&url);
        if let Some(tenant) = &request.tenant {
            builder = builder.header("X-Tenant-Id", tenant);
        }
        if request.admin {
            builder = builder.header("X-Scopes", "tenants:admin");
        }
        if let Some(token) = &token {
            builder = builder.header("Authorization", format!("Bearer {token}"));
        }
        let response = match (&request.body, request.method) {
            (Some(body), _) => agent.run(builder.header("Content-Type", "application/json").body(body.to_string())?)?,
            (None, Method::Post) => agent.run(builder.body(String::new())?)?,
            (None, Method::Get) => agent.run(builder.body(())?)?,
        };
        let status = response.status().as_u16();
        let body = read(response.into_body());
        // What refuses a token may repeat it, and the caller's with it.
        let hidden = token.iter().chain(&self.token);
        let body = hidden.fold(body, |body, token| body.replace(token.as_str(), "***"));
        Ok(Response { status, body })
    }

    /// The token that a request brings: signed for it, or made of the caller's.
    fn bearer(&self, bearer: Bearer, tenant: Option<&str>) -> Option<String> {
        let signed = self.signer.as_ref().and_then(|signer| signer.sign(bearer, tenant));
        signed.or_else(|| self.token.as_deref().map(|token| smoke::forged(token, bearer)))
    }

    /// Redirects are not followed: what a service answers is what is judged, and a token goes nowhere else.
    fn agent(&self, place: &Place, request: &Request, time: Duration) -> Agent {
        let is_near = place.dial.is_some() || is_local(&place.url);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .proxy(if is_near { None } else { Proxy::try_from_env() })
            .user_agent(concat!("agentos-cfg/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(time))
            .tls_config(self.tls(place, request))
            .build();
        match place.dial.filter(|_| request.way != Way::Plain) {
            Some(address) => Agent::with_parts(config, DefaultConnector::default(), Dial(address)),
            None => Agent::with_parts(config, DefaultConnector::default(), ByName::default()),
        }
    }

    /// The caller's certificate is for federation alone, and the authorities for what has TLS of its own.
    fn tls(&self, place: &Place, request: &Request) -> TlsConfig {
        let is_shown = place.own_tls && request.service == ServiceName::Federation && request.way == Way::AsServed;
        let roots = self.material.roots.clone().filter(|_| place.own_tls);
        TlsConfig::builder()
            .client_cert(self.material.client.clone().filter(|_| is_shown))
            .root_certs(roots.unwrap_or(ureq::tls::RootCerts::WebPki))
            .build()
    }
}

/// Resolves every host to one address.
#[derive(Debug)]
struct Dial(SocketAddr);

impl Resolver for Dial {
    fn resolve(&self, _: &http::Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut found = self.empty();
        found.push(self.0);
        Ok(found)
    }
}

/// Asks the system for the addresses of a host. That it has none is told as an error of input and output, as a connection
/// that breaks is; what it is is said here.
#[derive(Debug, Default)]
struct ByName(DefaultResolver);

impl Resolver for ByName {
    fn resolve(&self, uri: &http::Uri, config: &Config, time: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        self.0.resolve(uri, config, time).map_err(|error| match error {
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })
    }
}

impl Http for Wire {
    fn send(&self, request: &Request) -> Result<Response, Failure> {
        let place = self.target(request)?;
        let allowed = request.patience.unwrap_or_default().max(self.limit.timeout);
        let begun = Instant::now();
        loop {
            let left = self.limit.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::OutOfTime);
            }
            let time = allowed.saturating_sub(begun.elapsed()).max(PAUSE).min(left);
            let failure = match self.ask(place, request, time) {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            // A peer is asked only to tidy up, and not waited for.
            let patient = request.peer.is_none() && !self.given_up.borrow().contains(&request.service);
            if is_refused(&failure) && patient && begun.elapsed() + PAUSE < self.limit.timeout.min(left) {
                std::thread::sleep(PAUSE);
                continue;
            }
            let failure = failure_of(&failure, place, (left >= allowed).then_some(allowed));
            if let (Failure::Unreachable(_), None) = (&failure, &request.peer) {
                self.given_up.borrow_mut().insert(request.service);
            }
            return Err(failure);
        }
    }

    fn clock(&self) -> Duration {
        self.limit.start.elapsed()
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time.min(self.limit.deadline.saturating_duration_since(Instant::now())));
    }
}

/// The front of a body. A stream of events may have no end: its first event is all of it that is read.
fn read(body: Body) -> String {
    let is_stream = body.mime_type() == Some("text/event-stream");
    let mut reader = body.into_reader();
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while bytes.len() < LONGEST_BODY {
        // What has come before a connection breaks or the time is over is judged as it is.
        let Ok(count) = reader.read(&mut piece) else { break };
        bytes.extend(piece.iter().take(count));
        if count == 0 || (is_stream && ends_an_event(&bytes)) {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ends_an_event(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(4).any(|four| four == b"\r\n\r\n")
}

fn is_refused(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        Error::ConnectionFailed => true,
        _ => false,
    }
}

/// Why there is no answer; `timeout` is the time that was waited for one, and none where all time was over first.
fn failure_of(error: &Error, place: &Place, timeout: Option<Duration>) -> Failure {
    let base = if place.dial.is_some() { &place.plain } else { &place.url };
    let silent = || timeout.map_or(Failure::OutOfTime, Failure::Silent);
    match error {
        Error::Timeout(_) => silent(),
        Error::HostNotFound => Failure::Unreachable(format!("the host of `{base}` is not known")),
        Error::Io(io) => match io.kind() {
            ErrorKind::TimedOut => silent(),
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                Failure::Unreachable(format!("nobody listens at `{base}`"))
            }
            _ => broken(error, place),
        },
        Error::ConnectionFailed => Failure::Unreachable(format!("nobody listens at `{base}`")),
        other => broken(other, place),
    }
}

/// What came instead of an answer, and what to do where it is about certificates.
fn broken(error: &Error, place: &Place) -> Failure {
    let why = error.to_string();
    let host = Address::of(&place.url).map(|address| address.host).unwrap_or_default();
    let advice = if why.contains("invalid peer certificate") && place.own_tls {
        format!("; `--cacert` has to be the authority of `{host}`")
    } else if why.contains("fatal alert") && place.own_tls {
        "; the authority in `AGENTOS_FED_CA_CERT` has to have issued `--cert`".to_owned()
    } else {
        String::new()
    };
    Failure::Broken(why + &advice)
}
