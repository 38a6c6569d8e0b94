//! N016: no HTTPRoute forwards the admin interface or `/metrics` to AgentOS (facts 4 and 14), by the Gateway API's own
//! matching: the most precise path wins, and a rule without backends refuses what it matches.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, list, namespace, text};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::ROUTE_FORWARDS_ADMIN;
use crate::objects::object::Object;
use regex_automata::meta::{Config, Regex};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a gateway must not forward to AgentOS.
struct Closed {
    path: &'static str,
    /// Below it are requests of these kinds, too.
    below: &'static [&'static str],
    why: &'static str,
    help: &'static str,
}

const ADMIN: Closed = Closed {
    path: "/v1/admin",
    below: &["/v1/admin", "/v1/admin/tenants"],
    why: "the admin interface creates tenants for a caller that claims the scope, and the next restart loses them (facts 5 and 14)",
    help: "add a rule that matches `/v1/admin` and has no `backendRefs`: the longer path wins, and the gateway refuses it",
};

const METRICS: Closed = Closed {
    path: "/metrics",
    below: &["/metrics"],
    why: "the token of any tenant opens `/metrics`, which counts the requests of all (fact 4)",
    help: "forward only what is below `/v1`, and for federation below `/v1/federation`",
};

/// What each service has of it.
fn closed(service: ServiceName) -> &'static [Closed] {
    match service {
        ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => &[ADMIN, METRICS],
        ServiceName::Federation => &[METRICS],
    }
}

/// A path that a rule matches.
enum Matcher {
    Exact(String),
    Regular(Option<Regex>, usize),
    /// By whole segments.
    Prefix(String),
}

/// The hosts and gateways that a route is for.
struct Scope {
    hosts: BTreeSet<String>,
    gateways: BTreeSet<(String, String, String)>,
}

/// One match of one rule.
struct Match<'a> {
    route: usize,
    scope: Rc<Scope>,
    object: &'a Object,
    rule: &'a Json,
    /// The value to point at.
    at: &'a Json,
    matcher: Matcher,
    /// Whether it asks for more than a path.
    is_conditional: bool,
    /// Its place among all: of two equal ones the first wins.
    order: usize,
}

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut routes: Vec<(usize, &'a Object)> = stack.of_kind("HTTPRoute").collect();
    routes.sort_by_key(|(_, route)| (namespace(route), route.name.as_str()));
    let mut matches: Vec<Match<'a>> = Vec::new();
    for (position, route) in routes {
        let scope = Rc::new(scope(route));
        for rule in list(at(&route.body, &["spec", "rules"])) {
            matches.extend(of_rule(position, &scope, route, rule, matches.len()));
        }
    }
    matches.iter().filter_map(|found| forwarding(stack, &matches, found)).collect()
}

fn of_rule<'a>(route: usize, scope: &Rc<Scope>, object: &'a Object, rule: &'a Json, first: usize) -> Vec<Match<'a>> {
    let of = |at, matcher, is_conditional, order| {
        let scope = Rc::clone(scope);
        Match { route, scope, object, rule, at, matcher, is_conditional, order }
    };
    let matches: Vec<&Json> = list(rule.get("matches")).collect();
    if matches.is_empty() {
        return vec![of(rule, Matcher::Prefix(String::new()), false, first)];
    }
    let of_match = |(index, body): (usize, &'a Json)| {
        let conditions = ["headers", "queryParams"].iter().any(|field| list(body.get(field)).next().is_some());
        let place = at(body, &["path", "value"]).or(body.get("path")).unwrap_or(body);
        of(place, matcher(body.get("path")), conditions || text(body, &["method"]).is_some(), first + index)
    };
    matches.into_iter().enumerate().map(of_match).collect()
}

fn matcher(path: Option<&Json>) -> Matcher {
    let value = path.and_then(|path| text(path, &["value"])).unwrap_or("/");
    match path.and_then(|path| text(path, &["type"])).unwrap_or("PathPrefix") {
        "Exact" => Matcher::Exact(value.to_owned()),
        "RegularExpression" => {
            let limits = Config::new().nfa_size_limit(Some(1 << 20));
            let whole = format!("^(?:{value})$");
            Matcher::Regular(Regex::builder().configure(limits).build(&whole).ok(), value.len())
        }
        _ => Matcher::Prefix(value.trim_end_matches('/').to_owned()),
    }
}

impl Matcher {
    fn matches(&self, path: &str) -> bool {
        match self {
            Matcher::Exact(value) => value == path,
            Matcher::Regular(regex, _) => regex.as_ref().is_some_and(|regex| regex.is_match(path)),
            Matcher::Prefix(value) => is_below(path, value),
        }
    }

    /// Which of two that match a path wins: the greater.
    fn precedence(&self) -> (u8, usize) {
        match self {
            Matcher::Exact(value) => (2, value.len()),
            // How an expression stands to a prefix each gateway says for itself; most take it first.
            Matcher::Regular(_, length) => (1, *length),
            Matcher::Prefix(value) => (0, value.len()),
        }
    }

    /// What it says of paths, where it says a path.
    fn value(&self) -> Option<&str> {
        match self {
            Matcher::Exact(value) | Matcher::Prefix(value) => Some(value),
            Matcher::Regular(..) => None,
        }
    }
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a match forwards that it must not.
fn forwarding<'a>(stack: &Stack<'a>, all: &[Match<'a>], found: &Match<'a>) -> Option<Fault<'a>> {
    let services: BTreeSet<ServiceName> = backends(found)
        .filter_map(|(there, name)| stack.find("Service", there, name))
        .filter_map(|(_, service)| stack.agent_behind(service))
        .collect();
    let service = *services.first()?;
    let of_services = services.iter().flat_map(|service| closed(*service));
    let mut passed: Vec<&Closed> = of_services.filter(|closed| is_forwarded(all, found, closed)).collect();
    passed.dedup_by_key(|closed| closed.path);
    let first = passed.first()?;
    let paths: Vec<String> = passed.iter().map(|closed| format!("`{}`", closed.path)).collect();
    let title = format!("it forwards {} to {}", paths.join(" and "), service.as_str());
    let fault = Fault::new(ROUTE_FORWARDS_ADMIN, found.route, found.at, title).label(format!("also {}", first.path));
    Some(passed.into_iter().fold(fault, |fault, closed| fault.note(closed.why).help(closed.help)))
}

/// The Services that get what a match forwards.
fn backends<'a>(found: &Match<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let home = namespace(found.object);
    list(found.rule.get("backendRefs"))
        .filter(|body| body.get("weight").and_then(Json::as_u64) != Some(0))
        .filter(|body| text(body, &["kind"]).unwrap_or("Service") == "Service")
        .filter_map(move |body| Some((text(body, &["namespace"]).unwrap_or(home), text(body, &["name"])?)))
}

/// Whether a request that the match forwards arrives at what is closed.
fn is_forwarded(all: &[Match<'_>], found: &Match<'_>, closed: &Closed) -> bool {
    requests(found, closed).iter().any(|path| found.matcher.matches(path) && !is_shadowed(all, found, path))
}

/// Paths of requests that would arrive there.
fn requests(found: &Match<'_>, closed: &Closed) -> Vec<String> {
    let mut arriving: Vec<String> = closed.below.iter().map(|path| (*path).to_owned()).collect();
    let own = found.matcher.value();
    let filters = list(found.rule.get("filters"));
    let filters = filters.chain(list(found.rule.get("backendRefs")).flat_map(|backend| list(backend.get("filters"))));
    let Some(rewrite) = filters.filter_map(|filter| at(filter, &["urlRewrite", "path"])).next() else {
        arriving.extend(own.filter(|own| is_below(own, closed.path)).map(str::to_owned));
        return arriving;
    };
    if let Some(whole) = text(rewrite, &["replaceFullPath"]) {
        return own
            .filter(|_| is_below(whole, closed.path))
            .map(|own| if own.is_empty() { "/" } else { own }.to_owned())
            .into_iter()
            .collect();
    }
    let prefix = text(rewrite, &["replacePrefixMatch"]).unwrap_or("").trim_end_matches('/');
    let Some(own) = own else { return Vec::new() };
    if is_below(prefix, closed.path) {
        return vec![own.to_owned()];
    }
    arriving
        .iter()
        .filter(|path| is_below(path, prefix))
        .filter_map(|path| Some(format!("{own}{}", path.strip_prefix(prefix)?)))
        .collect()
}

/// Whether another match takes every request of this path first.
fn is_shadowed(all: &[Match<'_>], found: &Match<'_>, path: &str) -> bool {
    let wins = |other: &Match<'_>| {
        let (theirs, ours) = (other.matcher.precedence(), found.matcher.precedence());
        theirs > ours || theirs == ours && !found.is_conditional && other.order < found.order
    };
    let others = all.iter().filter(|other| !other.is_conditional && other.matcher.matches(path) && wins(other));
    others.into_iter().any(|other| other.route == found.route || is_beside(&other.scope, &found.scope))
}

fn scope(route: &Object) -> Scope {
    let hosts = list(at(&route.body, &["spec", "hostnames"])).filter_map(|host| Some(host.as_str()?.to_lowercase()));
    let parent = |parent: &Json| {
        let there = text(parent, &["namespace"]).unwrap_or(namespace(route));
        let section = text(parent, &["sectionName"]).unwrap_or("");
        Some((there.to_owned(), text(parent, &["name"])?.to_owned(), section.to_owned()))
    };
    let gateways = list(at(&route.body, &["spec", "parentRefs"])).filter_map(parent);
    Scope { hosts: hosts.collect(), gateways: gateways.collect() }
}

/// Whether a route is for every host of another one, at every gateway of it.
fn is_beside(other: &Scope, own: &Scope) -> bool {
    other.hosts.is_superset(&own.hosts)
        && other.hosts.is_empty() == own.hosts.is_empty()
        && other.gateways.is_superset(&own.gateways)
}
