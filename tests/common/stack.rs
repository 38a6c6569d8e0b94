//! A stack to ask: three small HTTP servers that behave as AgentOS 1.0.2 does, and one fault at will.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is wrong with the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// `/metrics` asks nobody for anything (fact 3).
    MetricsOpen,
    /// No tenant was created (fact 14).
    NoTenants,
    /// Runs are found whoever asks.
    SharedRuns,
    /// Federation says that it is another stack.
    WrongIdentity,
    /// The peer's orchestrator is out of reach (fact 18).
    ForwardFails,
    /// The orchestrator's health takes for ever.
    Hangs,
    /// Runs can't be stored, and the message has a credential in it (fact 12).
    Unwritable,
    /// Federation verifies no tokens (fact 20), or serves plain HTTP (fact 19).
    FederationOpen,
    /// Federation sends its callers elsewhere.
    Redirects,
    /// The address of model policy leads to the orchestrator.
    Swapped,
    /// What answers in the place of the orchestrator is a web server that knows no such page.
    NotAgentOs,
    /// Something else has created a tenant, and one that the environment declares is missing.
    OtherTenants,
    /// A gateway is in front of the orchestrator, which forwards no administration.
    AdminClosed,
    /// The same, and it answers with a page of its own.
    AdminPage,
    /// Runs can't be cancelled.
    NoCancel,
    /// Runs can be neither cancelled nor read after a while.
    NoCancelNoRead,
    /// A forward takes two seconds.
    SlowForward,
    /// Federation accepts any token that has three parts.
    AnyToken,
    /// Federation has TLS, and asks for no certificate (fact 19).
    NoClientCertificate,
}

/// How federation guards itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    None,
    /// Tokens; only this one is valid.
    Token(&'static str),
    /// Mutual TLS: plain HTTP gets 400, as Go's server answers it.
    Tls,
    /// Both.
    TlsAndToken(&'static str),
    /// Tokens; those that the key of the tests signs are valid, whatever they lack (fact 20).
    Key,
}

impl Guard {
    fn token(self) -> Option<&'static str> {
        match self {
            Guard::Token(token) | Guard::TlsAndToken(token) => Some(token),
            Guard::None | Guard::Tls | Guard::Key => None,
        }
    }

    fn has_tls(self) -> bool {
        matches!(self, Guard::Tls | Guard::TlsAndToken(_))
    }
}

/// How many runs of a tenant there may be at a time.
pub const CONCURRENT_RUNS: usize = 25;

/// The stack as its environment describes it.
#[derive(Clone)]
pub struct Described {
    pub tenants: Vec<&'static str>,
    pub default: Option<&'static str>,
    pub identity: [&'static str; 3],
    pub peers: Vec<&'static str>,
    pub guard: Guard,
}

/// A request, as far as tests look at it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub service: usize,
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

struct State {
    described: Described,
    fault: Fault,
    tenants: BTreeSet<String>,
    runs: BTreeMap<String, Run>,
    requests: BTreeMap<usize, usize>,
    seen: Vec<Seen>,
}

/// A run: it is completed by a read that comes more than 5 s after it was made (fact 27).
struct Run {
    tenant: String,
    made: Instant,
    status: &'static str,
}

impl Run {
    fn is_over(&self) -> bool {
        ["completed", "canceled"].contains(&self.status)
    }
}

/// A running stack: the ports of orchestrator, model policy and federation.
pub struct Stack {
    pub ports: [u16; 3],
    state: Arc<Mutex<State>>,
}

impl Stack {
    pub fn start(described: Described, fault: Fault) -> Stack {
        let known = described.tenants.iter().chain(&described.default).map(|id| (*id).to_owned());
        let mut tenants: BTreeSet<String> = if fault == Fault::NoTenants { BTreeSet::new() } else { known.collect() };
        if fault == Fault::OtherTenants {
            tenants.pop_last();
            tenants.extend(["tnt_intruder".to_owned(), "tnt_left_over".to_owned()]);
        }
        let (runs, requests) = (BTreeMap::new(), BTreeMap::new());
        let state = State { described, fault, tenants, runs, requests, seen: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let ports = [0, 1, 2].map(|service| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let state = Arc::clone(&state);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let state = Arc::clone(&state);
                    std::thread::spawn(move || serve(service, stream, &state));
                }
            });
            port
        });
        Stack { ports, state }
    }

    /// The arguments that lead to it.
    pub fn urls(&self) -> Vec<String> {
        let names = ["agent-orchestrator", "model-policy", "federation"];
        let url = |(name, port): (&str, &u16)| ["--url".to_owned(), format!("{name}=http://127.0.0.1:{port}")];
        names.into_iter().zip(&self.ports).flat_map(url).collect()
    }

    /// How many of its tenant's concurrent runs are taken.
    pub fn taken(&self) -> usize {
        self.state.lock().unwrap().runs.values().filter(|run| !run.is_over()).count()
    }

    /// What it was asked.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }
}

/// Reads and writes.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

fn serve(service: usize, stream: TcpStream, state: &Mutex<State>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let tls = {
        let state = state.lock().unwrap();
        let has_tls = service == 2 && state.described.guard.has_tls() && state.fault != Fault::FederationOpen;
        has_tls.then(|| tls(state.fault != Fault::NoClientCertificate))
    };
    let mut first = [0];
    let speaks_tls = stream.peek(&mut first).is_ok_and(|count| count == 1) && first[0] == 0x16;
    match (tls, speaks_tls) {
        (Some(config), true) => {
            let connection = ServerConnection::new(Arc::new(config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            answer_to(service, &mut stream, state);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
        (Some(_), false) => {
            let mut stream = stream;
            let Some(seen) = read(service, &mut stream) else { return };
            state.lock().unwrap().seen.push(seen);
            let bare = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
            let _ = stream.write_all(bare.as_bytes());
            let _ = stream.shutdown(Shutdown::Write);
        }
        (None, _) => {
            let mut stream = stream;
            answer_to(service, &mut stream, state);
            let _ = stream.shutdown(Shutdown::Write);
        }
    }
}

/// Federation's listener: a certificate for its Service, and the authority that callers' certificates are from.
fn tls(asks: bool) -> ServerConfig {
    let folder = super::root().join("tests/fixtures/tls");
    let chain = vec![CertificateDer::from_pem_file(folder.join("server.crt")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.crt")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.unwrap();
    let builder = if asks {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    builder.with_single_cert(chain, key).unwrap()
}

fn answer_to(service: usize, stream: &mut dyn Stream, state: &Mutex<State>) {
    let Some(mut seen) = read(service, stream) else { return };
    let waits = {
        let mut state = state.lock().unwrap();
        state.seen.push(seen.clone());
        match (state.fault, seen.line.as_str()) {
            (Fault::Hangs, "GET /v1/health") if service == 0 => 20,
            (Fault::SlowForward, "POST /v1/federation/runs:forward") => 2,
            _ => 0,
        }
    };
    std::thread::sleep(Duration::from_secs(waits));
    let (status, kind, body) = {
        let mut state = state.lock().unwrap();
        if state.fault == Fault::Swapped && service == 1 {
            seen.service = 0;
        }
        let answer = answer(&seen, &mut state);
        *state.requests.entry(seen.service).or_default() += 1;
        answer
    };
    let location = if status == 302 { "Location: http://127.0.0.1:1/elsewhere\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{location}Connection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read(service: usize, stream: &mut dyn Stream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let line = line.rsplit_once(' ')?.0.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { service, line, headers, body: String::from_utf8(body).ok()? })
}

const NAMES: [&str; 3] = ["agent-orchestrator", "model-policy", "federation"];

type Answer = (u16, &'static str, String);

fn of(status: u16, body: Json) -> Answer {
    (status, "application/json", body.to_string())
}

fn error(status: u16, code: &str) -> Answer {
    let error = json!({ "code": code, "message": code, "retryable": false });
    of(status, json!({ "error": error, "correlation_id": "req_1" }))
}

fn page(status: u16) -> Answer {
    (status, "text/html", format!("<html><body>{status}</body></html>"))
}

/// The claims of a token, which orchestrator and model policy believe unsigned (fact 5).
fn claims(request: &Seen) -> Json {
    let token = request.headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let payload = token.and_then(|token| token.split('.').nth(1)).unwrap_or_default();
    serde_json::from_slice(&decoded(payload)).unwrap_or_default()
}

/// Whether the key of the tests has signed a request's token: `tests/fixtures/tls/jwt.key`.
fn is_signed(request: &Seen) -> bool {
    let bearer = request.headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let Some((signed, signature)) = bearer.and_then(|token| token.rsplit_once('.')) else { return false };
    let file = std::fs::read(super::root().join("tests/fixtures/tls/jwt.pub")).unwrap();
    let (_, spki) = <(rustls::pki_types::pem::SectionKind, Vec<u8>)>::from_pem_slice(&file).unwrap();
    let key = &spki[spki.len() - 32..];
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let is_valid = |algorithm: &&dyn rustls::pki_types::SignatureVerificationAlgorithm| {
        algorithm.verify_signature(key, signed.as_bytes(), &decoded(signature)).is_ok()
    };
    algorithms.all.iter().any(is_valid)
}

fn decoded(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = text
        .chars()
        .filter_map(|letter| letters.find(letter))
        .flat_map(|value| (0..6).rev().map(move |bit| (value >> bit & 1) as u8))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect()
}

/// Base64 as tokens have it.
pub fn encoded(bytes: &[u8]) -> String {
    let letters: Vec<char> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().collect();
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(6)
        .map(|six| letters[(0..6).fold(0, |all, bit| all << 1 | usize::from(*six.get(bit).unwrap_or(&0)))])
        .collect()
}

/// A token with these claims, for as long as the tests run.
pub fn jwt(claims: &Json) -> &'static str {
    let header = encoded(json!({ "alg": "EdDSA", "typ": "JWT" }).to_string().as_bytes());
    let token =
        format!("{header}.{}.{}", encoded(claims.to_string().as_bytes()), encoded(b"a signature of the issuer"));
    Box::leak(token.into_boxed_str())
}

fn answer(request: &Seen, state: &mut State) -> Answer {
    let (method, path) = request.line.split_once(' ').unwrap_or(("", ""));
    let named = request.headers.get("x-tenant-id").cloned();
    if request.service == 2
        && let Some(answer) = refused(request, state)
    {
        return answer;
    }
    if request.service == 0 && state.fault == Fault::NotAgentOs {
        return page(404);
    }
    let claimed = claims(request)["tenant_id"].as_str().map(str::to_owned);
    if named.is_some() && claimed.is_some() && named != claimed {
        return error(400, "tenant_mismatch");
    }
    let tenant = claimed.or(named).or_else(|| state.described.default.map(str::to_owned));
    if path == "/metrics" {
        let open = state.fault == Fault::MetricsOpen || tenant.is_some();
        return if open { metrics(request.service, state) } else { error(401, "unauthorized") };
    }
    let health = if request.service == 2 { "/v1/federation/health" } else { "/v1/health" };
    if path == health {
        return of(200, json!({ "status": "ok", "service": NAMES[request.service], "version": "0.0.1-dev" }));
    }
    match request.service {
        0 if path.starts_with("/v1/admin/tenants") => administration(request, method, state),
        0 => orchestrator(method, path, tenant, state),
        2 => federation(method, path, tenant, &request.body, state),
        _ => (404, "text/plain", "404 page not found\n".to_owned()),
    }
}

/// What counts requests knows only those that have ended.
fn metrics(service: usize, state: &State) -> Answer {
    let mut text = "# TYPE go_goroutines gauge\ngo_goroutines 9\n".to_owned();
    if let Some(count) = state.requests.get(&service) {
        let name = NAMES[service];
        text += &format!("agentos_http_requests_total{{code=\"200\",method=\"GET\",service=\"{name}\"}} {count}\n");
    }
    (200, "text/plain; version=0.0.4", text)
}

fn administration(request: &Seen, method: &str, state: &mut State) -> Answer {
    match state.fault {
        Fault::AdminClosed => return page(404),
        Fault::AdminPage => return page(200),
        _ => {}
    }
    if request.headers.get("x-scopes").map(String::as_str) != Some("tenants:admin") {
        return error(403, "forbidden");
    }
    if method == "POST" {
        let tenant: Json = serde_json::from_str(&request.body).unwrap_or_default();
        let is_new = state.tenants.insert(tenant["tenant_id"].as_str().unwrap_or_default().to_owned());
        return if is_new { of(201, json!({ "tenant": tenant })) } else { error(409, "conflict") };
    }
    let tenants: Vec<Json> = state
        .tenants
        .iter()
        .map(|id| json!({ "tenant_id": id, "name": id, "status": "active", "metadata": { "tenant_id": "tnt_inside" } }))
        .collect();
    of(200, json!({ "tenants": tenants, "correlation_id": "req_1" }))
}

fn refused(request: &Seen, state: &State) -> Option<Answer> {
    if state.fault == Fault::FederationOpen && !state.described.guard.has_tls() {
        return None;
    }
    if state.fault == Fault::Redirects {
        return Some((302, "text/html", String::new()));
    }
    if state.described.guard == Guard::Key {
        return (!is_signed(request)).then(|| error(401, "unauthorized"));
    }
    let token = state.described.guard.token()?;
    let brought = request.headers.get("authorization").map(String::as_str);
    let is_any = state.fault == Fault::AnyToken && brought.is_some_and(|token| token.split('.').count() == 3);
    let repeats = || {
        let error = json!({ "code": "unauthorized", "message": "invalid token", "brought": brought });
        of(401, json!({ "error": error, "correlation_id": "req_1" }))
    };
    (!is_any && brought != Some(&format!("Bearer {token}"))).then(repeats)
}

fn orchestrator(method: &str, path: &str, tenant: Option<String>, state: &mut State) -> Answer {
    let Some(tenant) = tenant else { return error(401, "unauthorized") };
    if !state.tenants.contains(&tenant) {
        return error(403, "tenant_unknown");
    }
    if method == "POST" && path.starts_with("/v1/agents/") && path.ends_with("/runs") {
        if state.fault == Fault::Unwritable {
            return of(500, json!({ "error": "open /data: dial postgres://agentos:s3cretPassw0rd@db/agentos" }));
        }
        if state.runs.values().filter(|run| run.tenant == tenant && !run.is_over()).count() >= CONCURRENT_RUNS {
            return error(429, "quota_exceeded");
        }
        let id = format!("run_{}", state.runs.len() + 1);
        return of(201, json!({ "run": create(state, &id, &tenant), "correlation_id": "req_1" }));
    }
    let Some(rest) = path.strip_prefix("/v1/runs/") else {
        return (404, "text/plain", "404 page not found\n".to_owned());
    };
    let id = rest.trim_end_matches("/events").trim_end_matches(":cancel");
    let fault = state.fault;
    let Some(run) = state.runs.get_mut(id).filter(|run| run.tenant == tenant || fault == Fault::SharedRuns) else {
        return error(404, "not_found");
    };
    let is_old = run.made.elapsed() > Duration::from_secs(5);
    if rest.ends_with(":cancel") {
        if [Fault::NoCancel, Fault::NoCancelNoRead].contains(&fault) {
            return error(500, "run_persist_failed");
        }
        if run.is_over() {
            return error(409, "invalid_state_transition");
        }
        run.status = "canceled";
    } else if rest.ends_with("/events") {
        let event = json!({ "event": { "run_id": id, "sequence": 1 } });
        return (200, "text/event-stream", format!("event: agentos.event\ndata: {event}\n\n"));
    } else if is_old && !run.is_over() {
        if fault == Fault::NoCancelNoRead {
            return error(500, "run_persist_failed");
        }
        run.status = "completed";
    }
    of(200, json!({ "run": shown(id, run), "correlation_id": "req_1" }))
}

fn create(state: &mut State, id: &str, tenant: &str) -> Json {
    let run = Run { tenant: tenant.to_owned(), made: Instant::now(), status: "queued" };
    let shown = shown(id, &run);
    state.runs.insert(id.to_owned(), run);
    shown
}

fn shown(id: &str, run: &Run) -> Json {
    json!({ "tenant_id": run.tenant, "agent_id": "agt_agentos_cfg_smoke", "run_id": id, "status": run.status,
        "events_url": format!("/v1/runs/{id}/events") })
}

fn federation(method: &str, path: &str, tenant: Option<String>, body: &str, state: &mut State) -> Answer {
    if path == "/v1/federation/peer" {
        let [stack, environment, region] = state.described.identity;
        let stack = if state.fault == Fault::WrongIdentity { "stk_local" } else { stack };
        return of(200, json!({ "peer": { "stack_id": stack, "environment": environment, "region": region } }));
    }
    if (method, path) == ("POST", "/v1/federation/runs:forward") {
        let Ok(body) = serde_json::from_str::<Json>(body) else { return error(400, "invalid_json") };
        let forward = &body["forward"];
        let (stack, agent) = (&forward["target_selector"]["stack_id"], &forward["run_request"]["agent_id"]);
        let payload = forward["auth"]["tenant_id"].as_str();
        if !agent.is_string() || payload.is_none() || forward["run_request"]["input"].is_null() {
            return error(400, "invalid_request");
        }
        if tenant.is_some() && payload != tenant.as_deref() {
            return error(400, "tenant_mismatch");
        }
        if !state.described.peers.iter().any(|peer| stack == peer) {
            return error(404, "peer_not_found");
        }
        if state.fault == Fault::ForwardFails {
            return error(502, "forward_failed");
        }
        let stack = stack.clone();
        // The peer is this stack, too: its orchestrator has the run.
        let run = create(state, "run_remote_7", payload.unwrap_or_default());
        return of(
            200,
            json!({ "forwarded": {
            "tenant_id": run["tenant_id"], "remote_stack_id": stack, "remote_run_id": "run_remote_7",
            "remote_events_url": "http://peer/v1/runs/run_remote_7/events", "status": "queued" } }),
        );
    }
    if path == "/v1/federation/runs/run_remote_7/events" && tenant.is_some() {
        let event = json!({ "event": { "run_id": "run_remote_7", "sequence": 1 } });
        return (200, "text/event-stream", format!("event: agentos.event\ndata: {event}\n\n"));
    }
    error(404, "not_found")
}
