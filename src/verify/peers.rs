//! What the peers file says, read as federation reads it (facts 17 and 18). F001, F002, F021: entries that are skipped,
//! overridden or unreadable. F006: plain HTTP in production. F007: addresses where nobody listens. F013: peers
//! whose certificate nothing here trusts. F020: another identity
//! than the settings'.

use super::fault::{At, Fault};
use super::given::{Given, given};
use super::namespace;
use super::stack::Stack;
use super::{at, entries, list, text};
use crate::agentos::settings::{IDENTITY, Key};
use crate::agentos::surface::{self, Address};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{
    CLIENT_CERTIFICATE_FOR_PEER_EDGE, CONTRADICTORY_IDENTITY, ENDPOINT_NOT_SERVED, MALFORMED_PEERS_FILE,
    MALFORMED_STACK_ID, PEER_WITH_ITSELF, PLAIN_HTTP_PEER_IN_PROD, title,
};
use crate::diagnostic::Code;
use crate::names::{self, is_identity};
use crate::objects::object::Object;
use crate::objects::view::agent::{Agent, Value};
use crate::{suggest, words};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The endpoints that are read, with the service behind each.
const ENDPOINTS: [(&str, ServiceName); 2] = [
    ("agent-orchestrator_base_url", ServiceName::AgentOrchestrator),
    ("model-policy_base_url", ServiceName::ModelPolicy),
];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let federations = stack.agents.iter().filter(|agent| agent.service == Some(ServiceName::Federation));
    let files = federations.filter_map(|agent| Some((agent, peers_file(stack, agent)?)));
    files.flat_map(|(agent, (file, written))| of_file(stack, agent, file, written)).collect()
}

/// The peers file of federation, where it is among the objects.
fn peers_file<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<(At<'a>, &'a str)> {
    let (pod, path) = (stack.pods.get(agent.pod)?, agent.get(Key::PeersFile).known()?);
    match given(stack, pod, agent.container, path) {
        Given::Text(file) => Some((file, file.value.as_str()?)),
        Given::Maybe | Given::NotMounted | Given::Lacking(_) => None,
    }
}

/// The first peer that forwards dial by https, with the file that says so.
pub(super) fn encrypted<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<(At<'a>, String)> {
    let (file, written) = peers_file(stack, agent)?;
    let content = stack.json(written).ok()?;
    let is_encrypted =
        |peer: &&Json| text(peer, &["endpoints", ENDPOINTS[0].0]).is_some_and(|url| url.starts_with("https://"));
    let id =
        list(content.get("peers")).find(is_encrypted).map(|peer| text(peer, &["stack_id"]).unwrap_or("").to_owned());
    id.map(|id| (file, id))
}

/// What forwards dial: the file, the stack id of each peer and the address of its orchestrator.
pub(super) fn dialled<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Vec<(At<'a>, String, String)> {
    let Some((file, written)) = peers_file(stack, agent) else { return Vec::new() };
    let Ok(content) = stack.json(written) else { return Vec::new() };
    let url = |peer: &Json| text(peer, &["endpoints", ENDPOINTS[0].0]).filter(|url| !url.is_empty()).map(str::to_owned);
    let peers = list(content.get("peers"));
    peers.filter_map(|peer| Some((file, text(peer, &["stack_id"])?.to_owned(), url(peer)?))).collect()
}

/// What federation calls its own stack: the setting before the file (fact 17).
pub(super) fn own_id(stack: &Stack<'_>, agent: &Agent<'_>) -> Option<String> {
    if let Value::Text(id, _) = agent.get(Key::StackId) {
        return Some(id.to_owned());
    }
    let (_, written) = peers_file(stack, agent)?;
    let content = stack.json(written).ok()?;
    text(&content, &["local", "stack_id"]).map(str::to_owned)
}

/// A fault inside the file, at the last of several texts that follow each other in it.
fn inside<'a, const N: usize>(code: Code, file: At<'a>, texts: [&str; N], title: impl Into<String>) -> Fault<'a> {
    Fault::new(code, file.object, file.value, title).inside(texts)
}

fn of_file<'a>(stack: &Stack<'a>, agent: &Agent<'a>, file: At<'a>, written: &'a str) -> Vec<Fault<'a>> {
    let unreadable = |why: String| {
        inside(MALFORMED_PEERS_FILE, file, [], format!("the peers file can't be read: {why}"))
            .label("not what federation reads")
            .note("federation starts, says that it is well, and answers every forward with 503")
            .help("write `{\"local\": {…}, \"peers\": […]}`")
    };
    let content = match stack.json(written) {
        Ok(content) => content,
        Err(error) => return vec![unreadable(words::json(&error)).inside_line(written, error.line())],
    };
    let Some(local) = content.get("local").filter(|local| local.is_object()) else {
        return vec![unreadable("it has no `local`".to_owned())];
    };
    let mut faults = contradictions(agent, file, local);
    let own = text(local, &["stack_id"]).unwrap_or("");
    faults.extend(of_own_id(agent, file, own));
    faults.extend(of_peer(stack, agent, file, local, false));
    let mut seen = BTreeSet::new();
    for peer in list(content.get("peers")) {
        let id = text(peer, &["stack_id"]).unwrap_or("");
        faults.extend(of_id(file, id));
        if !id.is_empty() && id == own {
            faults.push(
                inside(PEER_WITH_ITSELF, file, ["\"peers\"", id], format!("the stack `{id}` has itself for a peer"))
                    .label("this stack")
                    .help("remove the entry, or correct its id"),
            );
        }
        if !id.is_empty() && !seen.insert(id) {
            faults.push(
                inside(MALFORMED_PEERS_FILE, file, ["\"peers\"", id, id], format!("the peer `{id}` stands twice"))
                    .label("the second one")
                    .note("the last one wins, silently")
                    .help("remove one of the two"),
            );
        }
        faults.extend(own_orchestrator(stack, agent, file, local, peer));
        faults.extend(of_peer(stack, agent, file, peer, true));
    }
    faults
}

/// A peer whose address is that of this stack's own orchestrator.
fn own_orchestrator<'a>(
    stack: &Stack<'a>,
    agent: &Agent<'a>,
    file: At<'a>,
    local: &Json,
    peer: &Json,
) -> Option<Fault<'a>> {
    let (id, own) = (text(peer, &["stack_id"])?, text(local, &["stack_id"]).unwrap_or(""));
    let key = ENDPOINTS[0].0;
    let url = text(peer, &["endpoints", key]).filter(|url| !url.is_empty() && id != own)?;
    let address = Address::of(url)?;
    let of_local = text(local, &["endpoints", key]).and_then(Address::of);
    let is_own = of_local.is_some_and(|own| own.host.eq_ignore_ascii_case(address.host) && own.port == address.port)
        || service_of(stack, agent, address.host).is_some_and(|(_, service)| {
            namespace(service) == agent.namespace && stack.agent_behind(service) == Some(ServiceName::AgentOrchestrator)
        });
    is_own.then(|| {
        inside(
            PEER_WITH_ITSELF,
            file,
            ["\"peers\"", id, key, url],
            format!("the address of `{id}` is that of this stack's own orchestrator"),
        )
        .label("this stack")
        .help("write the address of the peer's orchestrator, or remove the entry")
    })
}

/// What the file says of this stack, and the settings say otherwise.
fn contradictions<'a>(agent: &Agent<'a>, file: At<'a>, local: &Json) -> Vec<Fault<'a>> {
    let set = IDENTITY.into_iter().filter_map(|(key, field)| match agent.get(key) {
        Value::Text(value, place) => Some((field, agent.name(key)?, value, place)),
        Value::Unset | Value::Hidden => None,
    });
    set.filter_map(|(field, name, value, place)| {
        let said = text(local, &[field]).filter(|said| *said != value)?;
        let title =
            format!("the peers file calls the `{field}` of this stack `{said}`, and `{name}` calls it `{value}`");
        Some(
            inside(CONTRADICTORY_IDENTITY, file, ["\"local\"", &format!("\"{field}\""), said], title)
                .label("overridden by the setting")
                .and(place, "the setting")
                .note("peers see the setting's, and people read the file's")
                .help("write one value in both places"),
        )
    })
    .collect()
}

/// The id of the stack itself: the setting before the file (fact 17).
fn of_own_id<'a>(agent: &Agent<'a>, file: At<'a>, written: &str) -> Option<Fault<'a>> {
    let malformed = |id: &str| !id.is_empty() && !is_identity(id, "stk_");
    let fault = match agent.get(Key::StackId) {
        Value::Text(id, place) if malformed(id) => {
            Fault::new(MALFORMED_STACK_ID, place.object, place.value, title(MALFORMED_STACK_ID, [id]))
        }
        Value::Unset if malformed(written) => {
            let texts = ["\"local\"", "\"stack_id\"", written];
            inside(MALFORMED_STACK_ID, file, texts, title(MALFORMED_STACK_ID, [written]))
        }
        Value::Text(..) | Value::Unset | Value::Hidden => return None,
    };
    Some(fault.label("malformed id"))
}

fn of_id<'a>(file: At<'a>, id: &str) -> Option<Fault<'a>> {
    (!is_identity(id, "stk_")).then(|| {
        let quoted = format!("\"{id}\"");
        inside(MALFORMED_STACK_ID, file, ["\"peers\"", "\"stack_id\"", &quoted], title(MALFORMED_STACK_ID, [id]))
            .label("malformed id")
    })
}

fn of_peer<'a>(stack: &Stack<'a>, agent: &Agent<'a>, file: At<'a>, peer: &Json, is_peer: bool) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let id = text(peer, &["stack_id"]).unwrap_or("");
    for (key, value) in entries(peer.get("endpoints")) {
        let Some((_, service)) = ENDPOINTS.iter().find(|(known, _)| *known == key) else {
            let known = ENDPOINTS.map(|(known, _)| known);
            let fault = inside(MALFORMED_PEERS_FILE, file, [id, key], format!("no release reads the endpoint `{key}`"))
                .label("ignored: the address is empty");
            faults.push(match suggest::nearest(key, &known) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help(format!("the endpoints are {}", known.join(" and "))),
            });
            continue;
        };
        let url = value.as_str().unwrap_or("");
        if let Some(wrong) = unserved(stack, agent, *service, url) {
            faults.push(
                inside(ENDPOINT_NOT_SERVED, file, [id, key, url], format!("`{id}`: {wrong}"))
                    .label("nobody answers here")
                    .help("write the Service and its port, not its pods'"),
            );
        }
        if is_peer && url.starts_with("http://") && agent.is_prod() {
            faults.push(
                inside(PLAIN_HTTP_PEER_IN_PROD, file, [id, key, url], title(PLAIN_HTTP_PEER_IN_PROD, [id]))
                    .label("not encrypted"),
            );
        }
    }
    faults.extend(is_peer.then(|| untrusted(agent, file, peer)).flatten());
    let dialled = at(peer, &["endpoints", ENDPOINTS[0].0]).and_then(Json::as_str).unwrap_or("");
    if is_peer
        && dialled.is_empty()
        && entries(peer.get("endpoints")).all(|(key, _)| ENDPOINTS.iter().any(|(known, _)| *known == key))
    {
        faults.push(
            inside(MALFORMED_PEERS_FILE, file, ["\"peers\"", id], format!("`{id}` has no `{}`", ENDPOINTS[0].0))
                .label("no address to forward to")
                .help("add it: it is the only address that a forward dials"),
        );
    }
    faults
}

/// A peer whose certificate no public authority can have signed, where nothing adds to the roots that forwards trust (fact 18a).
fn untrusted<'a>(agent: &Agent<'a>, file: At<'a>, peer: &Json) -> Option<Fault<'a>> {
    let key = ENDPOINTS[0].0;
    let (id, url) = (text(peer, &["stack_id"])?, text(peer, &["endpoints", key])?);
    let adds = |name: &str| matches!(name, "SSL_CERT_FILE" | "SSL_CERT_DIR");
    let is_found = surface::is_untrusted(url) && !agent.variables.iter().any(|variable| adds(variable.name));
    is_found.then(|| {
        let title = title(CLIENT_CERTIFICATE_FOR_PEER_EDGE, [id]);
        inside(CLIENT_CERTIFICATE_FOR_PEER_EDGE, file, ["\"peers\"", id, key, url], title)
            .label("a private name or address")
            .into_warning()
    })
}

/// What is wrong with an address that leads to a Service of these manifests.
fn unserved<'a>(stack: &Stack<'a>, agent: &Agent<'a>, wanted: ServiceName, url: &str) -> Option<String> {
    let Address { host, port } = Address::of(url)?;
    let Some((there, service)) = service_of(stack, agent, host) else {
        // A stack that is not among the objects may have moved its Service, but not to the port of the pods behind it.
        let is_sure = port == wanted.reference_port() || host.split('.').next() != Some(wanted.object_name());
        return surface::misdirected(url, wanted).filter(|_| is_sure);
    };
    let name = &service.name;
    let serves = stack.agent_behind(service);
    if let Some(other) = serves.filter(|other| *other != wanted) {
        return Some(surface::address_of_another(wanted, other));
    }
    let ports: Vec<u64> =
        list(at(&service.body, &["spec", "ports"])).filter_map(|port| port.get("port")?.as_u64()).collect();
    if ports.contains(&u64::from(port)) || namespace(service).is_empty() && there.is_some() {
        return None;
    }
    let listed = ports.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    Some(surface::listens_elsewhere(name, &listed, port))
}

/// The Service among the objects that a host leads to, with the namespace that the host names.
fn service_of<'a, 'h>(stack: &Stack<'a>, agent: &Agent<'a>, host: &'h str) -> Option<(Option<&'h str>, &'a Object)> {
    let (name, there) = names::service_of(host)?;
    let (_, service) = stack.find("Service", there.unwrap_or(agent.namespace), name)?;
    Some((there, service))
}
