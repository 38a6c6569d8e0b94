//! What is in one stack: services, who calls them, what they use.

use super::{
    ByStack, Cluster, Edge, EdgeKind, Endpoint, Graph, Node, NodeKind, Stack, counted, endpoint, lines, port_label,
    profile,
};
use crate::agentos::settings;
use crate::agentos::vocabulary::ServiceName;
use crate::model::{Caller, Environment, Inject, SecretBackend, Texts};
use crate::names::qualified_service;
use std::collections::BTreeSet;

/// One environment being drawn.
struct Drawing<'a> {
    graph: &'a mut Graph,
    stack: &'a Stack<'a>,
    environment: &'a Environment,
    full: bool,
}

pub(super) fn detail(graph: &mut Graph, stack: &Stack<'_>, by_stack: &ByStack<'_, '_>, full: bool) {
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
            ServiceName::ALL.into_iter().for_each(|service| self.call(&id, service));
        }
        if let Some(scraper) = environment.observability.scraper() {
            let id = self.id("scraper", "prometheus");
            let all = lines(["Prometheus".to_owned(), format!("namespace {}", scraper.namespace)]);
            self.node(&id, NodeKind::Caller, all);
            ServiceName::ALL.into_iter().for_each(|service| self.call(&id, service));
        }
        for service in ServiceName::ALL {
            if let Some(gateway) = environment.services.get(service).exposure.gateway() {
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
            let (kind, all) = match self.environment.volume_of(service) {
                Some(volume) => {
                    let class = volume.class.clone().unwrap_or_else(|| "default class".to_owned());
                    (NodeKind::Volume, lines([format!("{} claim", volume.size), class, volume.access_mode.clone()]))
                }
                None => (NodeKind::Ephemeral, lines(["ephemeral".to_owned(), "dies with the pod".to_owned()])),
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
