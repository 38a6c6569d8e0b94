//! Requests over HTTP.

use crate::model::{Address, PerService, ServiceName};
use crate::smoke::{Failure, Http, Method, Request, Response};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};
use ureq::{Agent, Body, Error, Proxy, http};

/// How much of a body is read, in bytes.
const LONGEST_BODY: usize = 64 << 10;

/// The pause before a refused connection is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// Where a service is.
pub(super) enum Target {
    /// At this base URL.
    At(String),
    /// Nowhere, and why.
    Nowhere(String),
}

/// The network.
pub(super) struct Wire {
    targets: PerService<Target>,
    token: Option<String>,
    timeout: Duration,
    start: Instant,
    deadline: Instant,
    /// The services that have been waited for in vain: they are not waited for again.
    given_up: RefCell<BTreeSet<ServiceName>>,
}

impl Wire {
    pub(super) fn new(
        targets: PerService<Target>,
        token: Option<String>,
        timeout: Duration,
        deadline: Instant,
    ) -> Wire {
        Wire { targets, token, timeout, start: Instant::now(), deadline, given_up: RefCell::default() }
    }

    fn ask(&self, url: &str, request: &Request, time: Duration) -> Result<Response, Error> {
        let agent = agent(url, time);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(url);
        if let Some(tenant) = &request.tenant {
            builder = builder.header("X-Tenant-Id", tenant);
        }
        if let Some(token) = self.token.as_ref().filter(|_| request.with_token) {
            builder = builder.header("Authorization", format!("Bearer {token}"));
        }
        let response = match (&request.body, request.method) {
            (Some(body), _) => agent.run(builder.header("Content-Type", "application/json").body(body.to_string())?)?,
            (None, Method::Post) => agent.run(builder.body(String::new())?)?,
            (None, Method::Get) => agent.run(builder.body(())?)?,
        };
        let status = response.status().as_u16();
        let body = read(response.into_body());
        // Whoever refuses a token may say which; nobody else has to read it.
        let body = self.token.as_ref().map_or_else(|| body.clone(), |token| body.replace(token.as_str(), "***"));
        Ok(Response { status, body })
    }
}

impl Http for Wire {
    fn send(&self, request: &Request) -> Result<Response, Failure> {
        let base = match self.targets.get(request.service) {
            Target::At(base) => base,
            Target::Nowhere(why) => return Err(Failure::Unreachable(why.clone())),
        };
        let url = format!("{base}{}", request.path);
        let begun = Instant::now();
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::OutOfTime);
            }
            let time = self.timeout.saturating_sub(begun.elapsed()).max(PAUSE).min(left);
            let failure = match self.ask(&url, request, time) {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let patient = !self.given_up.borrow().contains(&request.service);
            if is_refused(&failure) && patient && begun.elapsed() + PAUSE < self.timeout.min(left) {
                std::thread::sleep(PAUSE);
                continue;
            }
            let failure = failure_of(&failure, base, (left >= self.timeout).then_some(self.timeout));
            if let Failure::Unreachable(_) = failure {
                self.given_up.borrow_mut().insert(request.service);
            }
            return Err(failure);
        }
    }

    fn clock(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Whether a base URL leads to this machine.
pub(super) fn is_local(url: &str) -> bool {
    let host = Address::of(url).map(|address| address.host).unwrap_or_default();
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// Redirects are not followed: what a service answers is what is judged, and a token goes nowhere else.
fn agent(url: &str, time: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .proxy(if is_local(url) { None } else { Proxy::try_from_env() })
        .user_agent(concat!("agentos-cfg/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(time))
        .build()
        .new_agent()
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
fn failure_of(error: &Error, base: &str, timeout: Option<Duration>) -> Failure {
    let silent = || timeout.map_or(Failure::OutOfTime, Failure::Silent);
    match error {
        Error::Timeout(_) => silent(),
        Error::HostNotFound => Failure::Unreachable(format!("the host of `{base}` is not known")),
        Error::Io(io) => match io.kind() {
            ErrorKind::TimedOut => silent(),
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                Failure::Unreachable(format!("nobody listens at `{base}`"))
            }
            _ => Failure::Broken(error.to_string()),
        },
        Error::ConnectionFailed => Failure::Unreachable(format!("nobody listens at `{base}`")),
        other => Failure::Broken(other.to_string()),
    }
}
