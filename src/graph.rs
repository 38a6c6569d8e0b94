//! Environments → a graph of what they are made of, and its pictures. One file a format.
//!
//! Invariant: the graph is built from the typed environments alone; a format sees only the graph, and every node of it
//! is drawn once.

mod detail;
mod dot;
mod fleet;
mod layout;
mod looks;
mod mermaid;
mod svg;
mod text;

#[doc(hidden)]
pub use svg::edges_through_nodes;

use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Exposure, Peer, stacks};
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
        Level::Fleet => fleet::fleet(&mut graph, &stacks, &by_stack),
        Level::Environment | Level::Full => {
            for stack in &stacks {
                detail::detail(&mut graph, stack, &by_stack, level == Level::Full);
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
