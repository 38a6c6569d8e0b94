//! Environments → a graph of what they are made of, and its pictures. One file a format.
//!
//! Invariant: the graph is built from the typed environments alone; a format sees only the graph, and every node of it
//! is drawn once.

mod dot;
mod layout;
mod mermaid;
mod svg;
mod text;

#[doc(hidden)]
pub use svg::edges_through_nodes;

use crate::agentos::settings;
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Caller, Environment, Exposure, Inject, Metrics, Peer, SecretBackend, Storage, Texts, stacks};
use crate::names::qualified_service;
use clap::ValueEnum;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A flowchart of Mermaid, which GitHub and GitLab draw inside of Markdown.
    Mermaid,
    /// A digraph of Graphviz.
    Dot,
    /// A picture.
    Svg,
}

impl Format {
    /// The graph in this format.
    pub fn render(self, graph: &Graph) -> String {
        match self {
            Format::Mermaid => mermaid::render(graph),
            Format::Dot => dot::render(graph),
            Format::Svg => svg::render(graph),
        }
    }
}

/// How much to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// One node for each environment, and who forwards to whom.
    Fleet,
    /// What is in each environment.
    Environment,
    /// The same, with every tenant, secret and label by name.
    Full,
}

/// A stack of an environment: the one that tenants share, or that of a dedicated tenant.
struct Stack<'a> {
    /// Begins the ids of all that is in it; no other stack's does.
    id: String,
    environment: Cow<'a, Environment>,
}

impl<'a> Stack<'a> {
    fn all_of(environment: &'a Environment) -> Vec<Stack<'a>> {
        let id = |stack: &Environment| match &stack.tenant {
            Some(tenant) => format!("{}/stack/{tenant}", environment.name),
            None => environment.name.clone(),
        };
        let all = stacks(environment).into_iter();
        all.map(|stack| Stack { id: id(&stack), environment: stack }).collect()
    }

    fn service(&self, service: ServiceName) -> String {
        format!("{}/service/{}", self.id, service.as_str())
    }
}

/// Stacks by their stack id.
type ByStack<'s, 'a> = BTreeMap<&'s str, &'s Stack<'a>>;

/// What there is to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The stacks of environments, where what is in them is shown.
    pub clusters: Vec<Cluster>,
    /// Nodes, each with an id of its own.
    pub nodes: Vec<Node>,
    /// Edges between them.
    pub edges: Vec<Edge>,
}

/// A stack with nodes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its id.
    pub id: String,
    /// Its name, and what there is to say of it.
    pub lines: Vec<String>,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// The cluster that it is in.
    pub cluster: Option<String>,
    /// What it is.
    pub kind: NodeKind,
    /// Its name, and what there is to say of it.
    pub lines: Vec<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// An environment as a whole.
    Environment,
    /// The stack of a dedicated tenant.
    Dedicated,
    /// Who may call in.
    Caller,
    /// Anybody may call in.
    Anybody,
    /// Credentials.
    Secret,
    /// One of the services.
    Service,
    /// The tenants.
    Tenants,
    /// Data that outlives pods.
    Volume,
    /// Data that does not.
    Ephemeral,
    /// A stack that none of the environments describes.
    Peer,
    /// Who resolves names.
    Resolver,
}

/// From one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// What it is.
    pub kind: EdgeKind,
    /// What is written on it; may be empty.
    pub label: String,
    /// Whether it goes both ways.
    pub both: bool,
}

/// What an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Calls that a policy lets through.
    Call,
    /// Runs forwarded over HTTPS.
    Forward,
    /// Runs forwarded over plain HTTP.
    PlainForward,
    /// Data or credentials in use.
    Use,
    /// The stack of a dedicated tenant.
    Own,
}

/// The graph of some environments, whose names are distinct.
pub fn graph(environments: &[&Environment], level: Level) -> Graph {
    let mut graph = Graph::default();
    let stacks: Vec<Stack<'_>> = environments.iter().flat_map(|environment| Stack::all_of(environment)).collect();
    let by_stack: ByStack<'_, '_> =
        stacks.iter().map(|stack| (stack.environment.federation.stack.as_str(), stack)).collect();
    match level {
        Level::Fleet => fleet(&mut graph, &stacks, &by_stack),
        Level::Environment | Level::Full => {
            for stack in &stacks {
                detail(&mut graph, stack, &by_stack, level == Level::Full);
            }
        }
    }
    graph
}

/// Where a peer's orchestrator is reached.
struct Endpoint {
    host: String,
    port: u16,
    kind: EdgeKind,
}

/// A peer that is named by its file is reached as that environment says of itself.
fn endpoint(peer: &Peer, target: Option<&Environment>) -> Endpoint {
    let service = ServiceName::AgentOrchestrator;
    let url = match (peer, target) {
        (Peer::Remote(remote), _) => remote.agent_orchestrator.clone(),
        (Peer::Environment(_), Some(target)) => match &target.services.get(service).exposure {
            Exposure::Gateway(gateway) => format!("https://{}", gateway.host),
            Exposure::Internal => {
                let port = target.services.get(service).service_port;
                format!("http://{}.{}.svc:{port}", service.object_name(), target.namespace)
            }
        },
        (Peer::Environment(_), None) => String::new(),
    };
    let (host, port) = Address::of(&url).map_or((String::new(), 0), |found| (found.host.to_owned(), found.port));
    let kind = if url.starts_with("http://") { EdgeKind::PlainForward } else { EdgeKind::Forward };
    Endpoint { host, port, kind }
}

fn port_label(port: u16) -> String {
    if port == 0 { String::new() } else { format!(":{port}") }
}

fn fleet(graph: &mut Graph, stacks: &[Stack<'_>], by_stack: &ByStack<'_, '_>) {
    for stack in stacks {
        let environment = &*stack.environment;
        let (kind, what) = match &environment.tenant {
            Some(tenant) => (NodeKind::Dedicated, format!("only {tenant}")),
            None => (NodeKind::Environment, counted(environment.tenancy.tenants.len(), "tenant")),
        };
        let place = format!("{} · {}", profile(environment), environment.federation.region);
        let mut lines = vec![environment.name.clone(), environment.federation.stack.clone(), place, what];
        lines.extend(hosts(environment));
        graph.nodes.push(Node { id: stack.id.clone(), cluster: None, kind, lines });
    }
    for own in stacks.iter().filter(|stack| stack.environment.tenant.is_some()) {
        let Some((environment, _)) = own.id.split_once("/stack/") else { continue };
        let (from, to) = (environment.to_owned(), own.id.clone());
        graph.edges.push(Edge { from, to, kind: EdgeKind::Own, label: String::new(), both: false });
    }
    let mut outside = BTreeMap::new();
    for stack in stacks {
        for (id, peer) in &stack.environment.federation.peers {
            let target = by_stack.get(id.as_str()).copied();
            let Endpoint { host, port, kind } = endpoint(peer, target.map(|target| &*target.environment));
            let to = match target {
                Some(target) => target.id.clone(),
                None => {
                    outside.entry(id.clone()).or_insert(host);
                    format!("peer/{id}")
                }
            };
            join(graph, Edge { from: stack.id.clone(), to, kind, label: port_label(port), both: false });
        }
    }
    for (id, host) in outside {
        let node_id = format!("peer/{id}");
        graph.nodes.push(Node { id: node_id, cluster: None, kind: NodeKind::Peer, lines: lines([id, host]) });
    }
}

/// The hosts under which gateways expose a stack.
fn hosts(environment: &Environment) -> BTreeSet<String> {
    let gateways =
        ServiceName::ALL.into_iter().filter_map(|service| environment.services.get(service).exposure.gateway());
    gateways.map(|gateway| gateway.host.clone()).collect()
}

/// Adds an edge; one that goes the other way and is the same otherwise goes both ways now.
fn join(graph: &mut Graph, edge: Edge) {
    let back = graph.edges.iter_mut().find(|other| {
        other.from == edge.to && other.to == edge.from && other.kind == edge.kind && other.label == edge.label
    });
    match back {
        Some(back) => back.both = true,
        None => graph.edges.push(edge),
    }
}

fn profile(environment: &Environment) -> &'static str {
    environment.profile.map_or("no profile", |profile| profile.as_str())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The lines of a node that say something.
fn lines<const N: usize>(lines: [String; N]) -> Vec<String> {
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// How many names a node shows where it does not show all.
const SHOWN: usize = 4;

/// Names, one a line; from the fifth on only how many there are, unless all are wanted.
fn listed<'a>(names: impl Iterator<Item = &'a str>, full: bool) -> Vec<String> {
    let names: Vec<&str> = names.collect();
    let shown = if full || names.len() <= SHOWN { names.len() } else { SHOWN - 1 };
    let mut lines: Vec<String> = names.iter().take(shown).map(|name| (*name).to_owned()).collect();
    if names.len() > shown {
        lines.push(format!("and {} more", names.len() - shown));
    }
    lines
}

/// One environment being drawn.
struct Drawing<'a> {
    graph: &'a mut Graph,
    stack: &'a Stack<'a>,
    environment: &'a Environment,
    full: bool,
}

fn detail(graph: &mut Graph, stack: &Stack<'_>, by_stack: &ByStack<'_, '_>, full: bool) {
    let environment = &*stack.environment;
    let facts = format!(
        "{} · namespace {} · {}",
        profile(environment),
        environment.namespace,
        if environment.network.default_deny { "closed by default" } else { "open to the cluster" }
    );
    let whose = environment.tenant.iter().map(|tenant| format!(" · only {tenant}"));
    let lines = vec![environment.name.clone(), whose.fold(facts, |facts, whose| facts + &whose)];
    graph.clusters.push(Cluster { id: stack.id.clone(), lines });
    let mut drawing = Drawing { graph, stack, environment, full };
    drawing.callers();
    drawing.secrets();
    drawing.services();
    drawing.tenants();
    drawing.volumes();
    drawing.peers(by_stack);
}

impl Drawing<'_> {
    fn id(&self, kind: &str, name: &str) -> String {
        format!("{}/{kind}/{name}", self.stack.id)
    }

    fn service(&self, service: ServiceName) -> String {
        self.stack.service(service)
    }

    fn node(&mut self, id: &str, kind: NodeKind, lines: Vec<String>) {
        let cluster = Some(self.stack.id.clone());
        self.graph.nodes.push(Node { id: id.to_owned(), cluster, kind, lines });
    }

    fn edge(&mut self, from: &str, to: &str, kind: EdgeKind, label: String) {
        let edge = Edge { from: from.to_owned(), to: to.to_owned(), kind, label, both: false };
        self.graph.edges.push(edge);
    }

    /// Who the policies let in, at the pods' ports (fact 24).
    fn callers(&mut self) {
        let environment = self.environment;
        if !environment.network.default_deny {
            let id = self.id("caller", "anybody");
            self.node(&id, NodeKind::Anybody, lines(["any pod".to_owned(), "of the cluster".to_owned()]));
            for service in ServiceName::ALL {
                self.call(&id, service);
            }
        }
        if let Metrics::PrometheusOperator(scraper) = &environment.observability.metrics {
            let id = self.id("scraper", "prometheus");
            self.node(
                &id,
                NodeKind::Caller,
                lines(["Prometheus".to_owned(), format!("namespace {}", scraper.namespace)]),
            );
            for service in ServiceName::ALL {
                self.call(&id, service);
            }
        }
        for service in ServiceName::ALL {
            if let Exposure::Gateway(gateway) = &environment.services.get(service).exposure {
                let id = self.id("gateway", service.as_str());
                self.node(&id, NodeKind::Caller, lines(["gateway".to_owned(), gateway.host.clone()]));
                self.call(&id, service);
            }
            for (name, caller) in environment.network.callers.get(service) {
                let id = self.id("caller", &format!("{}/{name}", service.as_str()));
                let lines = self.caller(name, caller);
                self.node(&id, NodeKind::Caller, lines);
                self.call(&id, service);
            }
        }
    }

    fn caller(&self, name: &str, caller: &Caller) -> Vec<String> {
        let namespace = caller.namespace.as_ref().map_or(String::new(), |namespace| format!("namespace {namespace}"));
        let mut all = lines([name.to_owned(), namespace]);
        if self.full {
            all.extend(caller.pods.iter().map(|(label, value)| format!("{label}={value}")));
        }
        all
    }

    fn call(&mut self, from: &str, service: ServiceName) {
        let port = self.environment.services.get(service).port;
        let to = self.service(service);
        self.edge(from, &to, EdgeKind::Call, port_label(port));
    }

    fn secrets(&mut self) {
        let environment = self.environment;
        let secrets = &environment.secrets;
        let made = match secrets.backend {
            SecretBackend::Placeholder => "placeholders",
            SecretBackend::Existing => "made by others",
            SecretBackend::ExternalSecrets(_) => "External Secrets",
            SecretBackend::Csi(_) => "CSI driver",
            SecretBackend::Sealed { .. } => "Sealed Secrets",
        };
        let how = match secrets.inject {
            Inject::Env => "as variables",
            Inject::File => "as files",
        };
        let count = counted(secrets.keys.len(), "key");
        let mut all = vec![secrets.name.clone(), format!("{made}, {how}"), count];
        if self.full {
            all.extend(secrets.keys.keys().cloned());
        }
        let id = self.id("secret", &secrets.name);
        self.node(&id, NodeKind::Secret, all);
        for service in ServiceName::ALL {
            let mut read = settings::read_by(environment.runtime, service);
            if read.any(|setting| setting.is_secret() && secrets.keys.contains_key(setting.name)) {
                let to = self.service(service);
                self.edge(&id, &to, EdgeKind::Use, String::new());
            }
        }
        for name in &environment.pull_secrets {
            let id = self.id("images", name);
            self.node(&id, NodeKind::Secret, lines([name.clone(), "credentials of a registry".to_owned()]));
            for service in ServiceName::ALL {
                self.edge(&id, &self.service(service), EdgeKind::Use, String::new());
            }
        }
        let federation = &environment.federation;
        let mtls = federation.mtls.as_ref().map(|mtls| (&mtls.secret, "mutual TLS"));
        let jwt = federation.jwt.as_ref().map(|jwt| (&jwt.secret, "callers' tokens"));
        for (name, what) in [mtls, jwt].into_iter().flatten() {
            let (id, to) = (self.id(what, name), self.service(ServiceName::Federation));
            self.node(&id, NodeKind::Secret, lines([name.clone(), what.to_owned()]));
            self.edge(&id, &to, EdgeKind::Use, String::new());
        }
    }

    fn services(&mut self) {
        for service in ServiceName::ALL {
            let own = self.environment.services.get(service);
            let replicas = if own.replicas == 1 { String::new() } else { format!("{} replicas", own.replicas) };
            let port = format!("Service :{} → :{}", own.service_port, own.port);
            let id = self.service(service);
            self.node(&id, NodeKind::Service, lines([service.as_str().to_owned(), port, replicas]));
        }
    }

    fn tenants(&mut self) {
        let tenancy = &self.environment.tenancy;
        if tenancy.tenants.is_empty() {
            return;
        }
        let mut all = vec![counted(tenancy.tenants.len(), "tenant")];
        all.extend(listed(tenancy.tenants.keys().map(String::as_str), self.full));
        all.extend(tenancy.default.iter().map(|id| format!("default: {id}")));
        let id = self.id("tenants", "all");
        let from = self.service(ServiceName::AgentOrchestrator);
        self.node(&id, NodeKind::Tenants, all);
        self.edge(&from, &id, EdgeKind::Use, String::new());
    }

    fn volumes(&mut self) {
        for service in ServiceName::ALL {
            let (kind, all) = match self.environment.storage_of(service) {
                Some(Storage::Persistent(volume)) => {
                    let class = volume.class.clone().unwrap_or_else(|| "default class".to_owned());
                    (NodeKind::Volume, lines([format!("{} claim", volume.size), class, volume.access_mode.clone()]))
                }
                Some(Storage::Ephemeral) | None => {
                    (NodeKind::Ephemeral, lines(["ephemeral".to_owned(), "dies with the pod".to_owned()]))
                }
            };
            let (id, from) = (self.id("volume", service.as_str()), self.service(service));
            self.node(&id, kind, all);
            self.edge(&from, &id, EdgeKind::Use, String::new());
        }
    }

    fn peers(&mut self, by_stack: &ByStack<'_, '_>) {
        let environment = self.environment;
        let federation = self.service(ServiceName::Federation);
        for (stack, peer) in &environment.federation.peers {
            let target = by_stack.get(stack.as_str()).copied();
            let Endpoint { host, port, kind } = endpoint(peer, target.map(|target| &*target.environment));
            if let Some(target) = target {
                let to = target.service(ServiceName::AgentOrchestrator);
                self.edge(&federation, &to, kind, port_label(port));
                continue;
            }
            let id = self.id("peer", stack);
            let neighbour = neighbour(&host).map(str::to_owned);
            let place = neighbour.as_ref().map_or(host, |namespace| format!("namespace {namespace}"));
            self.node(&id, NodeKind::Peer, lines([stack.clone(), place]));
            self.edge(&federation, &id, kind, port_label(port));
            if neighbour.is_some() && environment.network.default_deny {
                self.call(&id, ServiceName::AgentOrchestrator);
            }
        }
        if environment.network.default_deny && !environment.federation.peers.is_empty() {
            let id = self.id("dns", "");
            let mut all = lines(["name resolution".to_owned()]);
            let mut ports: BTreeSet<u16> = BTreeSet::new();
            for resolver in environment.network.resolving() {
                if resolver.caller().is_none() && resolver.networks.is_empty() {
                    continue;
                }
                if let Some(caller) = resolver.caller() {
                    let namespace = caller.namespace.unwrap_or_else(|| environment.namespace.clone());
                    all.push(format!("namespace {namespace}"));
                    all.extend(labels(&caller.pods, self.full));
                }
                all.extend(resolver.networks.iter().cloned());
                ports.extend(&resolver.ports);
            }
            if ports.is_empty() {
                return;
            }
            self.node(&id, NodeKind::Resolver, all);
            let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
            self.edge(&federation, &id, EdgeKind::Call, format!(":{}", ports.join(", ")));
        }
    }
}

fn labels(labels: &Texts, full: bool) -> Vec<String> {
    let all = labels.iter().filter(|_| full);
    all.map(|(label, value)| format!("{label}={value}")).collect()
}

/// The namespace of a peer in the same cluster, whose federation the policies let in.
fn neighbour(host: &str) -> Option<&str> {
    let (name, namespace) = qualified_service(host)?;
    (name == ServiceName::AgentOrchestrator.object_name()).then_some(namespace)
}

impl Graph {
    /// The kinds of nodes that there are, in order.
    fn node_kinds(&self) -> BTreeSet<NodeKind> {
        self.nodes.iter().map(|node| node.kind).collect()
    }

    /// The kinds of edges that there are, in order.
    fn edge_kinds(&self) -> BTreeSet<EdgeKind> {
        self.edges.iter().map(|edge| edge.kind).collect()
    }

    /// The position of the node with this id.
    fn position(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    /// The positions of the two ends of each edge; an edge that leads nowhere is left out.
    fn ends(&self) -> Vec<(usize, usize, &Edge)> {
        let ends = |edge: &'_ Edge| Some((self.position(&edge.from)?, self.position(&edge.to)?));
        self.edges.iter().filter_map(|edge| ends(edge).map(|(from, to)| (from, to, edge))).collect()
    }
}

impl NodeKind {
    /// A name for it in the formats.
    fn class(self) -> &'static str {
        match self {
            NodeKind::Environment => "environment",
            NodeKind::Dedicated => "dedicated",
            NodeKind::Caller => "caller",
            NodeKind::Anybody => "anybody",
            NodeKind::Secret => "secret",
            NodeKind::Service => "service",
            NodeKind::Tenants => "tenants",
            NodeKind::Volume => "volume",
            NodeKind::Ephemeral => "ephemeral",
            NodeKind::Peer => "peer",
            NodeKind::Resolver => "resolver",
        }
    }

    /// What the legend says.
    fn describe(self) -> &'static str {
        match self {
            NodeKind::Environment => "environment",
            NodeKind::Dedicated => "stack of one tenant",
            NodeKind::Caller => "may call in",
            NodeKind::Anybody => "anybody may call in",
            NodeKind::Secret => "secret",
            NodeKind::Service => "service",
            NodeKind::Tenants => "tenants",
            NodeKind::Volume => "kept on a claim",
            NodeKind::Ephemeral => "not kept",
            NodeKind::Peer => "stack elsewhere",
            NodeKind::Resolver => "DNS",
        }
    }

    /// Its colours in light: what fills it, and what frames it.
    fn light(self) -> (&'static str, &'static str) {
        match self {
            NodeKind::Environment | NodeKind::Service => ("#ddf4ff", "#0969da"),
            NodeKind::Caller | NodeKind::Resolver => ("#f6f8fa", "#6e7781"),
            NodeKind::Anybody | NodeKind::Ephemeral => ("#ffebe9", "#cf222e"),
            NodeKind::Secret => ("#fbefff", "#8250df"),
            NodeKind::Dedicated | NodeKind::Tenants => ("#dafbe1", "#1a7f37"),
            NodeKind::Volume => ("#fff8c5", "#9a6700"),
            NodeKind::Peer => ("#ffffff", "#57606a"),
        }
    }

    /// Its colours in the dark.
    fn dark(self) -> (&'static str, &'static str) {
        match self {
            NodeKind::Environment | NodeKind::Service => ("#0c2d6b", "#58a6ff"),
            NodeKind::Caller | NodeKind::Resolver => ("#21262d", "#8b949e"),
            NodeKind::Anybody | NodeKind::Ephemeral => ("#490202", "#f85149"),
            NodeKind::Secret => ("#271052", "#a371f7"),
            NodeKind::Dedicated | NodeKind::Tenants => ("#033a16", "#3fb950"),
            NodeKind::Volume => ("#341a00", "#d29922"),
            NodeKind::Peer => ("#0d1117", "#8b949e"),
        }
    }

    /// Whether it is not ours, and so framed by a broken line.
    fn is_elsewhere(self) -> bool {
        matches!(self, NodeKind::Peer)
    }
}

impl EdgeKind {
    /// A name for it in the formats.
    fn class(self) -> &'static str {
        match self {
            EdgeKind::Call => "call",
            EdgeKind::Forward => "forward",
            EdgeKind::PlainForward => "plain",
            EdgeKind::Use => "use",
            EdgeKind::Own => "own",
        }
    }

    /// What the legend says.
    fn describe(self) -> &'static str {
        match self {
            EdgeKind::Call => "call that a policy allows",
            EdgeKind::Forward => "forwards runs, HTTPS",
            EdgeKind::PlainForward => "forwards runs, plain HTTP",
            EdgeKind::Use => "uses",
            EdgeKind::Own => "has for one tenant",
        }
    }

    /// Its colours, in light and in the dark.
    fn colors(self) -> (&'static str, &'static str) {
        match self {
            EdgeKind::Call => ("#57606a", "#8b949e"),
            EdgeKind::Forward => ("#0969da", "#58a6ff"),
            EdgeKind::PlainForward => ("#bc4c00", "#db6d28"),
            EdgeKind::Use => ("#afb8c1", "#484f58"),
            EdgeKind::Own => ("#1a7f37", "#3fb950"),
        }
    }

    /// Whether its line is broken.
    fn is_broken(self) -> bool {
        matches!(self, EdgeKind::PlainForward)
    }
}
