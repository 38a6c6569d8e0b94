//! N015: policies let through what other objects need: a route's gateway, scrapers, a peer's orchestrator, a database, and
//! DNS where one of them is found by its name (facts 18 and 24). N004: at the pod's port, not the Service's.

use super::fault::{At, Fault};
use super::openings::{DNS, socket};
use super::ports::is_port;
use super::selectors::monitored;
use super::stack::Stack;
use super::{at, expected, list, namespace, nearest, peers, strings, text};
use crate::agentos::behaviour;
use crate::agentos::settings::Key;
use crate::agentos::surface::Address;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{POLICY_DENIES_NEEDED, POLICY_NAMES_SERVICE_PORT};
use crate::names::service_of;
use crate::objects::annotations::PROXIES_ANNOTATION;
use crate::objects::object::Object;
use crate::objects::reach::{Direction, Networks, Party, Peer, Policies, Reach, Rule, Socket};
use crate::objects::view::agent::{Agent, Value};
use crate::objects::view::annotation;
use crate::objects::view::pod::Pod;
use crate::objects::view::selector::Selector;
use crate::objects::view::service;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// The label that operators of Prometheus give to its pods.
const SCRAPER: (&str, &str) = ("app.kubernetes.io/name", "prometheus");

/// The routes of the Gateway API.
const ROUTES: [&str; 4] = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"];

/// The variables by which Go's client is told of a proxy.
const PROXIES: [&str; 3] = ["http_proxy", "https_proxy", "all_proxy"];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let look = Look { stack, policies: Policies::new(stack.objects) };
    let mut faults = look.gateways();
    faults.extend(look.scrapers());
    for agent in stack.agents.iter().filter(|agent| !look.policies.has_others(agent.namespace)) {
        let needed = look.needed(agent);
        faults.extend(look.called(agent, &needed));
        faults.extend(look.resolution(agent, &needed));
    }
    faults
}

/// What a service calls.
struct Needed<'a> {
    what: What,
    /// Its host and port.
    host: String,
    port: u16,
    /// Where that stands.
    at: At<'a>,
}

/// What it is that a service calls.
enum What {
    /// What a setting names, as messages say it.
    Named(&'static str),
    /// The orchestrator of a peer: its stack id and its address, as the peers file has them.
    Peer { id: String, url: String },
}

/// Where a host is.
enum Place<'a> {
    /// In the same pod.
    Here,
    /// A Service, where it is among the objects.
    Service(Option<&'a Object>, String, String),
    /// Somewhere, by its address or by its name.
    Outside(Option<IpAddr>),
}

struct Look<'s, 'a> {
    stack: &'s Stack<'a>,
    policies: Policies<'a>,
}

impl<'a> Look<'_, 'a> {
    fn reach(&self, pod: &Pod<'a>, direction: Direction) -> Reach<'a> {
        self.policies.reach(pod.namespace, &pod.labels, direction)
    }

    /// The rules of a pod that are for one of some ports; none where everything passes.
    fn rules(&self, pod: &Pod<'a>, direction: Direction, sockets: &[Socket<'_>]) -> Option<Vec<Rule<'a>>> {
        match self.reach(pod, direction) {
            Reach::Rules(_) if self.policies.has_others(pod.namespace) => None,
            Reach::Open => None,
            Reach::Rules(rules) => {
                Some(rules.into_iter().filter(|rule| sockets.iter().any(|socket| rule.is_for_port(socket))).collect())
            }
        }
    }

    fn denied(&self, agent: &Agent<'a>, pod: &Pod<'a>, direction: Direction, at: At<'a>, title: String) -> Fault<'a> {
        let fault = Fault::new(POLICY_DENIES_NEEDED, at.object, at.value, title)
            .note("a policy drops packets silently, so that callers wait and fail");
        let policies = self.policies.of_pod(pod.namespace, &pod.labels, direction);
        let places = policies.into_iter().filter_map(|object| {
            let body = &self.stack.objects.get(object)?.body;
            Some(At { object, value: nearest(body, &["metadata", "name"]) })
        });
        let fault = places.fold(fault, |fault, place| fault.and(place, "a policy of these pods"));
        if agent.is_prod() { fault } else { fault.into_warning() }
    }

    /// The pods behind a Service, each with its port behind one of the Service's, and that one: a policy that names it is a
    /// finding of its own.
    fn targets(&self, service: &'a Object, own: &'a Json) -> Vec<(&Pod<'a>, Vec<Socket<'a>>)> {
        let number = |value: Option<&Json>| value.and_then(Json::as_u64).and_then(|port| u16::try_from(port).ok());
        let target = own.get("targetPort").or(own.get("port"));
        let pods = self.stack.behind(service).filter_map(|pod| {
            let declared = pod.ports().find(|port| target.is_some_and(|target| is_port(port, "containerPort", target)));
            let port = number(declared.and_then(|port| port.get("containerPort"))).or(number(target))?;
            let sockets = [Some(port), number(own.get("port"))].into_iter().flatten().map(|port| socket(pod, port));
            Some((pod, sockets.collect()))
        });
        pods.collect()
    }

    /// Those of them that run AgentOS.
    fn behind(&self, service: &'a Object, own: &'a Json) -> Vec<(&Agent<'a>, &Pod<'a>, Vec<Socket<'a>>)> {
        let pods = self.targets(service, own).into_iter();
        pods.filter_map(|(pod, sockets)| Some((self.stack.agents_of(pod).next()?, pod, sockets))).collect()
    }

    /// Routes whose gateway is kept out.
    fn gateways(&self) -> Vec<Fault<'a>> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for (position, route, backend) in self.backends() {
            let home = text(backend, &["namespace"]).unwrap_or(namespace(route));
            let service = text(backend, &["name"]).and_then(|name| self.stack.find("Service", home, name));
            let (Some((_, service)), Some(port)) = (service, backend.get("port")) else { continue };
            let own = service::ports(service).find(|own| is_port(own, "port", port));
            for (agent, pod, sockets) in own.into_iter().flat_map(|own| self.behind(service, own)) {
                for parent in list(at(&route.body, &["spec", "parentRefs"])) {
                    // One finding says it for all routes of the gateway.
                    let place = (text(parent, &["namespace"]).unwrap_or(namespace(route)), proxies(route));
                    if seen.insert((place, sockets.first().map(|socket| socket.port), pod.owner)) {
                        faults.extend(self.gateway((position, route), parent, agent, pod, &sockets));
                    }
                }
            }
        }
        faults
    }

    /// The Services that routes lead to, each with the position of its route.
    fn backends(&self) -> Vec<(usize, &'a Object, &'a Json)> {
        let routes = ROUTES.iter().flat_map(|kind| self.stack.of_kind(kind));
        let of_route = |(position, route): (usize, &'a Object)| {
            let rules = list(at(&route.body, &["spec", "rules"]));
            rules.flat_map(|rule| list(rule.get("backendRefs"))).map(move |backend| (position, route, backend))
        };
        let is_service = |backend: &Json| text(backend, &["kind"]).unwrap_or("Service") == "Service";
        routes.flat_map(of_route).filter(|(_, _, backend)| is_service(backend)).collect()
    }

    fn gateway(
        &self,
        (position, route): (usize, &'a Object),
        parent: &'a Json,
        agent: &Agent<'a>,
        pod: &Pod<'a>,
        sockets: &[Socket<'_>],
    ) -> Option<Fault<'a>> {
        if text(parent, &["kind"]).unwrap_or("Gateway") != "Gateway" {
            return None;
        }
        let rules = self.rules(pod, Direction::Ingress, sockets)?;
        let said = proxies(route);
        let there = said.or(text(parent, &["namespace"])).unwrap_or(namespace(route));
        let gateway = Party::Pod { namespace: there, labels: None, address: None };
        if rules.iter().any(|rule| sockets.iter().any(|socket| self.policies.lets(rule, &gateway, socket))) {
            return None;
        }
        let title = format!("its gateway's pods in `{there}` can't reach {}", agent.called());
        let place = At { object: position, value: nearest(parent, &["name"]) };
        let fault = self
            .denied(agent, pod, Direction::Ingress, place, title)
            .label("no policy lets this namespace in")
            .help(format!("let the gateway's pods in `{there}` in at the port of the pod"));
        let elsewhere = rules.iter().flat_map(Rule::peers).any(|peer| self.may_be_proxies(pod, &peer));
        if said.is_none() && elsewhere && !expected::is_compiled(&route.body) {
            return Some(fault.into_warning().help("if the gateway's pods are in another namespace, let it be"));
        }
        Some(fault)
    }

    /// Whether a peer may be the pods of a gateway: those of another namespace that are neither scrapers nor federation.
    fn may_be_proxies(&self, pod: &Pod<'a>, peer: &Peer<'a>) -> bool {
        let Peer::Pods { namespaces: Some(namespaces), pods, .. } = peer else { return false };
        let is_known = pods.equal().contains(&SCRAPER)
            || pods.equal().iter().any(|(_, value)| *value == ServiceName::Federation.as_str());
        !is_known && !self.policies.is_selected(namespaces, pod.namespace)
    }

    /// Monitors that no scraper can serve.
    fn scrapers(&self) -> Vec<Fault<'a>> {
        let mut faults = Vec::new();
        for (position, monitor) in self.stack.of_kind("ServiceMonitor") {
            let services: Vec<_> = monitored(self.stack, monitor).collect();
            for endpoint in list(at(&monitor.body, &["spec", "endpoints"])) {
                let named = |own: &&Json| endpoint.get("port").is_some_and(|port| own.get("name") == Some(port));
                for (_, service) in &services {
                    let own = service::ports(service).find(named);
                    let behind = own.into_iter().flat_map(|own| self.behind(service, own));
                    faults.extend(behind.filter_map(|(agent, pod, sockets)| {
                        self.scraper((position, monitor), endpoint, agent, pod, &sockets)
                    }));
                }
            }
        }
        for (position, monitor) in self.stack.of_kind("PodMonitor") {
            let Some(selector) = at(&monitor.body, &["spec", "selector"]).map(Selector::new) else { continue };
            let Some(endpoint) = list(at(&monitor.body, &["spec", "podMetricsEndpoints"])).next() else { continue };
            for pod in self.stack.select(namespace(monitor), &selector) {
                let agent = self.stack.agents_of(pod).find_map(|agent| Some((agent, agent.port()?)));
                faults.extend(agent.and_then(|(agent, port)| {
                    self.scraper((position, monitor), endpoint, agent, pod, &[socket(pod, port)])
                }));
            }
        }
        faults
    }

    fn scraper(
        &self,
        (position, _): (usize, &'a Object),
        endpoint: &'a Json,
        agent: &Agent<'a>,
        pod: &Pod<'a>,
        sockets: &[Socket<'_>],
    ) -> Option<Fault<'a>> {
        let rules = self.rules(pod, Direction::Ingress, sockets)?;
        if rules.iter().flat_map(Rule::peers).any(|peer| self.may_scrape(pod, &peer)) {
            return None;
        }
        let value = endpoint.get("port").unwrap_or(endpoint);
        let title =
            format!("no scraper can reach {}: policies let nothing in from outside its namespace", agent.called());
        let place = At { object: position, value };
        Some(
            self.denied(agent, pod, Direction::Ingress, place, title)
                .label("scraped from nowhere")
                .help("let the pods of Prometheus in, by their namespace and labels, at the port of the pod"),
        )
    }

    /// Whether a peer may be a scraper: something outside the namespace, or pods in it that are not among the objects.
    fn may_scrape(&self, pod: &Pod<'a>, peer: &Peer<'a>) -> bool {
        let Peer::Pods { namespaces, pods, .. } = peer else { return true };
        let is_outside = namespaces.as_ref().is_some_and(|selector| {
            selector.named_namespaces().is_none_or(|named| named.iter().any(|name| *name != pod.namespace))
        });
        let mut here = self.stack.pods.iter().filter(|other| other.namespace == pod.namespace);
        is_outside || !pods.is_empty() && !here.any(|other| pods.selects(&other.labels))
    }

    /// What a service calls, as far as its settings and its peers file say it.
    fn needed(&self, agent: &Agent<'a>) -> Vec<Needed<'a>> {
        let mut needed = Vec::new();
        let proxied =
            agent.variables.iter().any(|variable| PROXIES.iter().any(|name| variable.name.eq_ignore_ascii_case(name)));
        let mut url = |key, what| {
            let Value::Text(url, at) = agent.get(key) else { return };
            let Some(Address { host, port }) = Address::of(url) else { return };
            needed.push(Needed { what: What::Named(what), host: host.to_owned(), port, at });
        };
        match agent.service {
            Some(ServiceName::AgentOrchestrator) if !proxied => {
                url(Key::OidcIssuerUrl, "the issuer of tokens");
                url(Key::ModelBaseUrl, "the model provider");
            }
            Some(ServiceName::ModelPolicy) if !proxied => url(Key::OidcIssuerUrl, "the issuer of tokens"),
            Some(ServiceName::Federation) if !proxied => {
                needed.extend(peers::dialled(self.stack, agent).into_iter().filter_map(|(at, id, url)| {
                    let Address { host, port } = Address::of(&url)?;
                    Some(Needed { host: host.to_owned(), port, at, what: What::Peer { id, url } })
                }))
            }
            Some(_) | None => {}
        }
        if agent.service == Some(ServiceName::AgentOrchestrator)
            && agent.get(Key::StorageBackend).known().is_some_and(behaviour::in_database)
            && let Value::Text(host, at) = agent.get(Key::DatabaseHost)
        {
            let port = agent.get(Key::DatabasePort).known().and_then(|port| port.parse().ok()).unwrap_or(5432);
            needed.push(Needed { what: What::Named("the database"), host: host.to_owned(), port, at });
        }
        needed
    }

    fn place(&self, agent: &Agent<'a>, host: &str) -> Place<'a> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return if address.is_loopback() { Place::Here } else { Place::Outside(Some(address)) };
        }
        let host = host.trim_end_matches('.');
        if host == "localhost" {
            return Place::Here;
        }
        let Some((name, there)) = service_of(host) else { return Place::Outside(None) };
        let there = there.unwrap_or(agent.namespace);
        let service = self.stack.find("Service", there, name).map(|(_, service)| service);
        // A name with one dot is more often one of the world's.
        if service.is_none() && host.matches('.').count() == 1 {
            return Place::Outside(None);
        }
        Place::Service(service, name.to_owned(), there.to_owned())
    }

    /// What keeps a service from what it calls, at either end.
    fn called(&self, agent: &Agent<'a>, needed: &[Needed<'a>]) -> Vec<Fault<'a>> {
        let Some(pod) = self.stack.pods.get(agent.pod) else { return Vec::new() };
        // Peers are many, and nearly all are names of the world with one port.
        let mut let_out = HashMap::new();
        let mut faults = Vec::new();
        for needed in needed {
            match self.place(agent, &needed.host) {
                Place::Here => {}
                Place::Outside(address) => {
                    let passes = let_out
                        .entry((address, needed.port))
                        .or_insert_with(|| self.lets_out(pod, address, needed.port));
                    faults.extend((!*passes).then(|| self.kept_in(agent, pod, needed)));
                }
                Place::Service(Some(service), ..) => faults.extend(self.inside(agent, pod, needed, service)),
                Place::Service(None, name, there) => faults.extend(self.beside(agent, pod, needed, &name, &there)),
            }
        }
        faults
    }

    fn kept_in(&self, agent: &Agent<'a>, pod: &Pod<'a>, needed: &Needed<'a>) -> Fault<'a> {
        let title =
            format!("{} can't reach {}, at `{}` and port {}", agent.called(), needed.what(), needed.host, needed.port);
        let fault = self.denied(agent, pod, Direction::Egress, needed.at, title).label("no policy lets it out there");
        needed.inside_of(fault).help("add a rule under `egress` with this destination and the port of its pods")
    }

    /// Whether policies let a pod out to a host outside the cluster.
    fn lets_out(&self, pod: &Pod<'a>, address: Option<IpAddr>, port: u16) -> bool {
        let socket = Socket::tcp(port);
        let Some(rules) = self.rules(pod, Direction::Egress, std::slice::from_ref(&socket)) else { return true };
        let is_there = |peer: &Peer<'a>| match (peer, address) {
            (Peer::Everyone, _) | (Peer::Block(_), None) => true,
            (Peer::Block(block), Some(address)) => Networks::of_block(block).contains(address),
            // A private name, and the address of a Service, may be pods'.
            (Peer::Pods { namespaces, .. }, None) => namespaces.is_some(),
            (Peer::Pods { .. }, Some(address)) => is_private(address),
        };
        rules.iter().flat_map(Rule::peers).any(|peer| is_there(&peer))
    }

    /// A Service among the objects.
    fn inside(&self, agent: &Agent<'a>, pod: &Pod<'a>, needed: &Needed<'a>, service: &'a Object) -> Vec<Fault<'a>> {
        let is_called = |own: &&Json| own.get("port").and_then(Json::as_u64) == Some(u64::from(needed.port));
        let Some(own) = service::ports(service).find(is_called) else { return Vec::new() };
        let targets = self.targets(service, own);
        if targets.is_empty() {
            return self.beside(agent, pod, needed, &service.name, namespace(service)).into_iter().collect();
        }
        let caller = Party::Pod { namespace: pod.namespace, labels: Some(&pod.labels), address: None };
        let mut faults = Vec::new();
        for (other, sockets) in targets {
            let party = Party::Pod { namespace: other.namespace, labels: Some(&other.labels), address: None };
            let passes = |reach: Reach<'a>, party: &Party<'_>| {
                sockets.iter().any(|socket| self.policies.passes(&reach, party, socket))
            };
            if !passes(self.reach(pod, Direction::Egress), &party) {
                faults.push(self.kept_in(agent, pod, needed));
            }
            let target = self.stack.agents_of(other).next().filter(|_| other.owner != pod.owner);
            if let Some(target) = target.filter(|_| !passes(self.reach(other, Direction::Ingress), &caller)) {
                faults.push(self.kept_out(agent, target, other, needed));
            }
        }
        faults
    }

    fn kept_out(&self, agent: &Agent<'a>, target: &Agent<'a>, other: &Pod<'a>, needed: &Needed<'a>) -> Fault<'a> {
        let (called, home) = (agent.called(), agent.namespace);
        let title = format!("{called} of `{home}` can't reach {}", needed.what());
        let fault = self.denied(target, other, Direction::Ingress, needed.at, title);
        needed
            .inside_of(fault)
            .label("its policies don't let this caller in")
            .help(format!("let the pods of {called} in `{home}` in at the port of {}'s pods", target.called()))
    }

    /// A Service that is not among the objects.
    fn beside(
        &self,
        agent: &Agent<'a>,
        pod: &Pod<'a>,
        needed: &Needed<'a>,
        name: &str,
        there: &str,
    ) -> Option<Fault<'a>> {
        let Reach::Rules(rules) = self.reach(pod, Direction::Egress) else { return None };
        let party = Party::Pod { namespace: there, labels: None, address: None };
        let leads = |rule: &Rule<'a>| rule.peers().iter().any(|peer| self.policies.is_peer(rule.home, peer, &party));
        let rules: Vec<Rule<'a>> = rules.into_iter().filter(|rule| !is_only_dns(rule) && leads(rule)).collect();
        let Some(first) = rules.first() else { return Some(self.kept_in(agent, pod, needed)) };
        // The pods' port is not known, but it is not the Service's.
        let service = ServiceName::ALL.into_iter().find(|service| service.object_name() == name)?;
        let is_service_port = |entry: &&Json| entry.get("port").and_then(Json::as_u64) == Some(u64::from(needed.port));
        let is_wrong =
            |rule: &Rule<'a>| rule.ports().next().is_some() && rule.ports().all(|entry| is_service_port(&entry));
        if needed.port != service.reference_service_port() || !rules.iter().all(is_wrong) {
            return None;
        }
        let value = nearest(first.ports().find(is_service_port)?, &["port"]);
        let title = format!("it names {value}, a port of the Service `{name}` in `{there}`, not of its pods");
        Some(
            Fault::new(POLICY_NAMES_SERVICE_PORT, first.policy, value, title)
                .label("no pod has this port")
                .and(needed.at, "called here")
                .note("policies apply behind the Service, where only the pods' ports are seen")
                .help(format!("write the port of the pods, {} by default", service.reference_port())),
        )
    }

    /// Names that can't be resolved.
    fn resolution(&self, agent: &Agent<'a>, needed: &[Needed<'a>]) -> Option<Fault<'a>> {
        let pod = self.stack.pods.get(agent.pod)?;
        let aliases: BTreeSet<&str> =
            list(at(pod.spec, &["hostAliases"])).flat_map(|alias| strings(alias.get("hostnames"))).collect();
        let is_name = |needed: &&Needed<'a>| {
            needed.host.parse::<IpAddr>().is_err()
                && needed.host != "localhost"
                && !aliases.contains(needed.host.as_str())
        };
        let needed = needed.iter().find(is_name)?;
        let sockets = DNS.map(|port| Socket { protocol: "UDP", ..Socket::tcp(port) });
        let rules = self.rules(pod, Direction::Egress, &sockets)?;
        if !rules.is_empty() {
            return None;
        }
        let title = format!("{} can't resolve `{}`, by which it finds {}", agent.called(), needed.host, needed.what());
        let fault = self.denied(agent, pod, Direction::Egress, needed.at, title).label("no policy lets it out to DNS");
        Some(needed.inside_of(fault).help("add a rule under `egress` to the cluster's DNS with port 53, UDP and TCP"))
    }
}

impl<'a> Needed<'a> {
    /// What it is, as messages say it.
    fn what(&self) -> Cow<'static, str> {
        match &self.what {
            What::Named(what) => Cow::Borrowed(*what),
            What::Peer { id, .. } => Cow::Owned(format!("the orchestrator of `{id}`")),
        }
    }

    fn inside_of(&self, fault: Fault<'a>) -> Fault<'a> {
        match &self.what {
            What::Named(_) => fault,
            What::Peer { id, url } => fault.inside(["\"peers\"", id, url]),
        }
    }
}

fn is_only_dns(rule: &Rule<'_>) -> bool {
    let mut ports = rule.ports().peekable();
    let is_dns = |entry: &Json| DNS.iter().any(|dns| entry.get("port").and_then(Json::as_u64) == Some(u64::from(*dns)));
    ports.peek().is_some() && ports.all(is_dns)
}

/// Whether an address is of a network that clusters and clouds have inside.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local() || address.octets().starts_with(&[100]),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Where the pods of a route's gateway are, where the route says it.
fn proxies(route: &Object) -> Option<&str> {
    annotation(&route.body, PROXIES_ANNOTATION)
}
