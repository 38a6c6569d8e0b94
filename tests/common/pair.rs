//! Compiled stacks on one network. Each orchestrator is a small HTTP server that knows the tenants of its ConfigMap; each
//! federation forwards runs and proxies their events as facts 18 to 20 say. What they do follows from the manifests alone.
//!
//! TLS is modelled: an address is `https` where a gateway answers, its certificate is publicly trusted, and a client
//! connects if it trusts public authorities.

use agentos_cfg::objects::object::Object;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The authorities that a client trusts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Roots {
    /// The system's: public ones.
    System,
    /// One private authority, and no other.
    Private,
}

/// An answer: its status, and its body or why there is none.
pub type Answer = (u16, String);

/// Where an address leads.
struct Endpoint {
    port: u16,
    /// The headers that the route removes; none inside the cluster.
    removed: Vec<String>,
}

/// Stacks that reach each other by the hosts of their routes and the names of their Services.
pub struct Network {
    endpoints: BTreeMap<String, Endpoint>,
    /// The principals that the audit logs of orchestrators keep, in order.
    principals: Arc<Mutex<Vec<String>>>,
}

/// The federation service of a stack, as its manifests configure it.
pub struct Federation<'a> {
    network: &'a Network,
    variables: BTreeMap<String, String>,
    peers: Vec<Json>,
}

fn find<'a>(objects: &'a [Object], namespace: &str, kind: &str, name: &str) -> &'a Json {
    let is_it = |o: &&Object| o.kind == kind && o.name == name && o.namespace.as_deref() == Some(namespace);
    &objects.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} {namespace}/{name}")).body
}

impl Network {
    pub fn of(stacks: &[&[Object]]) -> Network {
        let mut network = Network { endpoints: BTreeMap::new(), principals: Arc::default() };
        for objects in stacks {
            let is_orchestrator = |o: &&Object| o.kind == "Deployment" && o.name == "agentos-agent-orchestrator";
            for deployment in objects.iter().filter(is_orchestrator) {
                network.add(objects, deployment.namespace.as_deref().unwrap());
            }
        }
        network
    }

    fn add(&mut self, objects: &[Object], namespace: &str) {
        let data = find(objects, namespace, "ConfigMap", "agentos-tenants")["data"].as_object().unwrap().values();
        let tenant = |body: &Json| serde_json::from_str::<Json>(body.as_str().unwrap()).unwrap()["tenant_id"].clone();
        let tenants = data.map(|body| tenant(body).as_str().unwrap().to_owned()).collect();
        let port = orchestrator(tenants, Arc::clone(&self.principals));
        let service = find(objects, namespace, "Service", "agentos-agent-orchestrator");
        let inside =
            format!("http://agentos-agent-orchestrator.{namespace}.svc:{}", service["spec"]["ports"][0]["port"]);
        self.endpoints.insert(inside, Endpoint { port, removed: Vec::new() });
        let routes = objects.iter().filter(|o| o.kind == "HTTPRoute" && o.namespace.as_deref() == Some(namespace));
        for route in routes.filter(|route| route.name == "agentos-agent-orchestrator") {
            let rules = route.body["spec"]["rules"].as_array().unwrap();
            let rule = rules.iter().find(|rule| rule.get("backendRefs").is_some()).unwrap();
            let removed = rule["filters"][0]["requestHeaderModifier"]["remove"].as_array().unwrap();
            let removed = removed.iter().map(|name| name.as_str().unwrap().to_lowercase()).collect();
            let host = route.body["spec"]["hostnames"][0].as_str().unwrap();
            self.endpoints.insert(format!("https://{host}"), Endpoint { port, removed });
        }
    }

    /// Every principal that an orchestrator's audit log names.
    pub fn principals(&self) -> Vec<String> {
        self.principals.lock().unwrap().clone()
    }

    /// Sends a request; 0 where there is no connection.
    pub fn send(&self, method: &str, base: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_trusting(Roots::System, method, base, path, headers)
    }

    fn send_trusting(&self, roots: Roots, method: &str, base: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let Some(endpoint) = self.endpoints.get(base) else { return (0, format!("no such host: {base}")) };
        if base.starts_with("https://") && roots != Roots::System {
            return (0, "x509: certificate signed by unknown authority".to_owned());
        }
        let mut stream = TcpStream::connect(("127.0.0.1", endpoint.port)).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for (name, value) in headers {
            if !endpoint.removed.contains(&name.to_lowercase()) {
                head += &format!("{name}: {value}\r\n");
            }
        }
        stream.write_all((head + "\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// The federation service of a stack.
    pub fn federation(&self, objects: &[Object], namespace: &str) -> Federation<'_> {
        let pod = &find(objects, namespace, "Deployment", "agentos-federation")["spec"]["template"]["spec"];
        let variables = pod["containers"][0]["env"].as_array().unwrap().iter();
        let variables =
            variables.filter_map(|v| Some((v["name"].as_str()?.to_owned(), v["value"].as_str()?.to_owned()))).collect();
        let file = &find(objects, namespace, "ConfigMap", "agentos-peers")["data"]["peers.seed.json"];
        let file: Json = serde_json::from_str(file.as_str().unwrap()).unwrap();
        Federation { network: self, variables, peers: file["peers"].as_array().unwrap().clone() }
    }
}

impl Federation<'_> {
    /// The stacks that it can forward to.
    pub fn peers(&self) -> Vec<&str> {
        self.peers.iter().map(|peer| peer["stack_id"].as_str().unwrap()).collect()
    }

    /// Forwards a run, with the caller's token; the body is the peer's (fact 18).
    pub fn forward(&self, stack: &str, tenant: &str, token: &str) -> Answer {
        let Some(base) = self.base(stack) else { return (404, "peer_not_found".to_owned()) };
        let headers = [("Authorization", token), ("X-Tenant-Id", tenant), ("X-Principal-Id", "prn_of_the_payload")];
        match self.network.send_trusting(self.roots(), "POST", base, "/v1/agents/agt_a/runs", &headers) {
            (201, body) => (200, body),
            (0, why) => (502, why),
            (status, _) => (502, format!("remote agent-orchestrator returned {status}")),
        }
    }

    /// Proxies the events of a forwarded run: always with the system's roots (fact 19).
    pub fn events(&self, stack: &str, tenant: &str, token: &str, run: &str) -> Answer {
        let Some(base) = self.base(stack) else { return (404, "peer_not_found".to_owned()) };
        let headers = [("Authorization", token), ("X-Tenant-Id", tenant)];
        match self.network.send("GET", base, &format!("/v1/runs/{run}/events"), &headers) {
            (200, body) => (200, body),
            (0, why) => (502, why),
            (status, _) => (502, format!("remote agent-orchestrator returned {status}")),
        }
    }

    fn base(&self, stack: &str) -> Option<&str> {
        let peer = self.peers.iter().find(|peer| peer["stack_id"] == stack)?;
        peer["endpoints"]["agent-orchestrator_base_url"].as_str()
    }

    /// With a client certificate, its key and an authority, that authority replaces the system's roots (fact 19).
    fn roots(&self) -> Roots {
        let set = |name: &str| self.variables.contains_key(name);
        match set("AGENTOS_FED_CLIENT_CERT") && set("AGENTOS_FED_CLIENT_KEY") && set("AGENTOS_FED_CA_CERT") {
            true => Roots::Private,
            false => Roots::System,
        }
    }
}

/// Starts an orchestrator; yields its port.
fn orchestrator(tenants: BTreeSet<String>, principals: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = serve(stream, &tenants, &principals);
        }
    });
    port
}

fn serve(mut stream: TcpStream, tenants: &BTreeSet<String>, principals: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let line = lines.next()?;
    let headers: BTreeMap<String, String> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    // Headers, and claims that nothing verifies (fact 5).
    let claims = headers.get("authorization").and_then(|token| token.strip_prefix("Bearer "));
    let claims: Json = claims.and_then(|claims| serde_json::from_str(claims).ok()).unwrap_or_default();
    let said = |header: &str, claim: &str| {
        headers.get(header).map(String::as_str).or(claims[claim].as_str()).unwrap_or_default().to_owned()
    };
    principals.lock().unwrap().push(said("x-principal-id", "sub"));
    let tenant = said("x-tenant-id", "tenant_id");
    let (status, body) = if !tenants.contains(&tenant) {
        (403, json!({ "error": { "code": "tenant_unknown" } }))
    } else if line.starts_with("POST /v1/agents/") {
        (201, json!({ "run": { "run_id": "run_1", "tenant_id": tenant } }))
    } else if line.starts_with("GET /v1/runs/run_1/events ") {
        (200, json!({ "event": { "run_id": "run_1" } }))
    } else {
        (404, json!({ "error": { "code": "not_found" } }))
    };
    let body = body.to_string();
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).ok()
}
