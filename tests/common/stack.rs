//! A stack to ask: three small HTTP servers that behave as AgentOS 1.0.2 does, and one fault at will.

use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
}

/// How federation guards itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    None,
    /// Tokens; only this one is valid.
    Token(&'static str),
    /// Mutual TLS: plain HTTP gets 400, as Go's server answers it.
    Tls,
}

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
    runs: BTreeMap<String, String>,
    seen: Vec<Seen>,
}

/// A running stack: the ports of orchestrator, model policy and federation.
pub struct Stack {
    pub ports: [u16; 3],
    state: Arc<Mutex<State>>,
}

impl Stack {
    pub fn start(described: Described, fault: Fault) -> Stack {
        let known = described.tenants.iter().chain(&described.default).map(|id| (*id).to_owned());
        let tenants = if fault == Fault::NoTenants { BTreeSet::new() } else { known.collect() };
        let state = State { described, fault, tenants, runs: BTreeMap::new(), seen: Vec::new() };
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

    /// What it was asked.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }
}

fn serve(service: usize, stream: TcpStream, state: &Mutex<State>) {
    let Some(request) = read(service, &stream) else { return };
    state.lock().unwrap().seen.push(request.clone());
    if state.lock().unwrap().fault == Fault::Hangs && service == 0 && request.line == "GET /v1/health" {
        // Longer than any test waits; the caller hangs up before.
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let (status, kind, body) = answer(&request, &mut state.lock().unwrap());
    if kind == RAW {
        let _ = (&stream).write_all(body.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        return;
    }
    let location = if status == 302 { "Location: http://127.0.0.1:1/elsewhere\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{location}Connection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    let _ = stream.shutdown(Shutdown::Write);
}

fn read(service: usize, stream: &TcpStream) -> Option<Seen> {
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

/// The kind of an answer that is sent as it is.
const RAW: &str = "raw";

type Answer = (u16, &'static str, String);

fn of(status: u16, body: Json) -> Answer {
    (status, "application/json", body.to_string())
}

fn error(status: u16, code: &str) -> Answer {
    of(status, json!({ "error": { "code": code } }))
}

fn answer(request: &Seen, state: &mut State) -> Answer {
    let (method, path) = request.line.split_once(' ').unwrap_or(("", ""));
    let named = request.headers.get("x-tenant-id").cloned();
    let tenant = named.or_else(|| state.described.default.map(str::to_owned));
    if request.service == 2
        && let Some(answer) = refused(request, state)
    {
        return answer;
    }
    if path == "/metrics" {
        let open =
            state.fault == Fault::MetricsOpen || tenant.is_some() || request.headers.contains_key("authorization");
        return if open { (200, "text/plain", "up 1\n".to_owned()) } else { error(401, "unauthorized") };
    }
    let health = if request.service == 2 { "/v1/federation/health" } else { "/v1/health" };
    if path == health {
        return of(200, json!({ "status": "ok" }));
    }
    match request.service {
        0 => orchestrator(method, path, tenant, state),
        2 => federation(method, path, tenant, &request.body, state),
        _ => error(404, "not_found"),
    }
}

fn refused(request: &Seen, state: &State) -> Option<Answer> {
    if state.fault == Fault::FederationOpen {
        return None;
    }
    if state.fault == Fault::Redirects {
        return Some(error(302, "elsewhere"));
    }
    match state.described.guard {
        Guard::None => None,
        Guard::Token(token) => {
            let brought = request.headers.get("authorization").map(String::as_str);
            let echo = || of(401, json!({ "error": { "code": "jwt_verification_failed", "brought": brought } }));
            (brought != Some(&format!("Bearer {token}"))).then(echo)
        }
        Guard::Tls => {
            let bare = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
            Some((400, RAW, bare.to_owned()))
        }
    }
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
        let run = format!("run_{}", state.runs.len() + 1);
        state.runs.insert(run.clone(), tenant.clone());
        return of(201, json!({ "run": { "run_id": run, "tenant_id": tenant, "status": "queued" } }));
    }
    let Some(rest) = path.strip_prefix("/v1/runs/") else { return error(404, "not_found") };
    let run = rest.trim_end_matches("/events").trim_end_matches(":cancel");
    let is_visible = |owner: &String| *owner == tenant || state.fault == Fault::SharedRuns;
    match state.runs.get(run) {
        Some(owner) if is_visible(owner) => of(200, json!({ "run": { "run_id": run, "tenant_id": owner } })),
        Some(_) | None => error(404, "not_found"),
    }
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
        return of(200, json!({ "forwarded": { "remote_run_id": "run_remote_7", "remote_stack_id": stack } }));
    }
    if path == "/v1/federation/runs/run_remote_7/events" && tenant.is_some() {
        let event = json!({ "event": { "run_id": "run_remote_7", "sequence": 1 } });
        return (200, "text/event-stream", format!("event: agentos.event\ndata: {event}\n\n"));
    }
    error(404, "not_found")
}
