//! F008: mutual TLS is whole or off (fact 19). F010: in production federation authenticates its callers. F013: a client
//! certificate that breaks forwards (fact 19). F022: its keys are where the settings say, or nothing is verified (facts 19
//! and 20).

use super::fault::{At, Fault};
use super::given::{Given, given};
use super::peers;
use super::stack::Stack;
use crate::agentos::behaviour::{Callers, EVERYBODY};
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{
    CLIENT_CERTIFICATE_FOR_PEER_EDGE, HALF_CONFIGURED_MTLS, MISSING_FEDERATION_KEY, UNAUTHENTICATED_FEDERATION_IN_PROD,
    title,
};
use crate::objects::view::agent::{Agent, Value, Variable};
use crate::objects::view::mount::{Behind, behind};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

const SERVER: [Key; 3] = [Key::ServerCertificate, Key::ServerKey, Key::Authority];
const CLIENT: [Key; 2] = [Key::ClientCertificate, Key::ClientKey];

/// Folders in which an image keeps the authorities that it trusts.
const SYSTEM_ROOTS: [&str; 5] =
    ["/etc/pki/", "/etc/ssl/", "/usr/lib/ssl/", "/usr/local/share/ca-certificates/", "/usr/share/ca-certificates/"];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let federations = stack.agents.iter().filter(|agent| agent.service == Some(ServiceName::Federation));
    federations
        .flat_map(|agent| {
            let mut faults = Vec::new();
            faults.extend(half_server(agent));
            faults.extend(half_client(agent));
            faults.extend(agent.is_prod().then(|| unauthenticated(agent)).flatten());
            if let Some(pod) = stack.pods.get(agent.pod) {
                faults.extend(public_authority(pod, agent));
                faults.extend(replaced_roots(stack, pod, agent));
                faults.extend(absent(stack, pod, agent));
            }
            faults
        })
        .collect()
}

fn requires_mtls(agent: &Agent<'_>) -> bool {
    // A value that can't be seen may be the right one.
    agent.is_on(Key::RequireMtls).unwrap_or(true)
}

fn unset(agent: &Agent<'_>, keys: &[Key]) -> Vec<String> {
    let unset = keys.iter().filter(|key| !agent.get(**key).is_set());
    unset.filter_map(|key| agent.name(*key)).map(|name| format!("`{name}`")).collect()
}

fn half_server<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let require = agent.variable(Key::RequireMtls);
    if requires_mtls(agent) {
        let missing = unset(agent, &SERVER);
        let variable = require.filter(|_| !missing.is_empty())?;
        let (object, value) =
            (variable.entry.object, variable.entry.value.get("value").unwrap_or(variable.entry.value));
        let consequence = match (unset(agent, &SERVER[..2]).is_empty(), missing.len()) {
            (true, _) => "no caller's certificate is verified",
            (false, _) => "it listens by plain HTTP, silently",
        };
        return Some(
            Fault::new(
                HALF_CONFIGURED_MTLS,
                object,
                value,
                format!("mutual TLS is asked for without {}", missing.join(" and ")),
            )
            .label(consequence)
            .help("set all of them, or turn it off"),
        );
    }
    // What is no switch at all, R006 says.
    let off = matches!(agent.get(Key::RequireMtls).known(), Some("" | "0" | "false"));
    let certificate = SERVER[..2].iter().find_map(|key| agent.variable(*key)).filter(|_| off)?;
    let name = agent.name(Key::RequireMtls)?;
    Some(
        Fault::new(
            HALF_CONFIGURED_MTLS,
            certificate.entry.object,
            name_of(certificate),
            format!("a certificate is given, and `{name}` is not \"true\""),
        )
        .label("never used: it listens by plain HTTP")
        .help(format!("set `{name}` to \"true\", or remove the certificate")),
    )
}

fn half_client<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let given = CLIENT.iter().find_map(|key| agent.variable(*key).filter(|_| agent.get(*key).is_set()))?;
    let missing = unset(agent, &CLIENT);
    (!missing.is_empty()).then(|| {
        Fault::new(
            HALF_CONFIGURED_MTLS,
            given.entry.object,
            name_of(given),
            format!("one half of a client certificate is given, without {}", missing.join(" and ")),
        )
        .label("never shown to peers, silently")
        .help("remove it: the peer's orchestrator, which forwards dial, asks for no certificate")
    })
}

/// A listener that verifies client certificates against the authorities of the whole world.
fn public_authority<'a>(pod: &Pod<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let Value::Text(path, place) = agent.get(Key::Authority) else { return None };
    (requires_mtls(agent) && agent.get(Key::RequireMtls).is_set() && is_system_root(pod, agent, path)).then(|| {
        Fault::new(
            HALF_CONFIGURED_MTLS,
            place.object,
            place.value,
            "client certificates are verified against publicly trusted authorities",
        )
        .label("the image's own roots")
        .note("the listener accepts the client certificate of any public authority")
        .help("name the certificate of the private authority that issues the callers' certificates")
    })
}

/// With certificate, key and authority set, forwards trust that authority alone, and not the system's roots (fact 19).
fn replaced_roots<'a>(stack: &Stack<'a>, pod: &Pod<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let is_private = match agent.get(Key::Authority) {
        Value::Unset => false,
        Value::Hidden => true,
        Value::Text(path, _) => !is_system_root(pod, agent, path),
    };
    if !is_private || !unset(agent, &CLIENT).is_empty() {
        return None;
    }
    let (file, peer) = peers::encrypted(stack, agent)?;
    let certificate = agent.variable(Key::ClientCertificate)?;
    let authority = agent.name(Key::Authority)?;
    Some(
        Fault::new(
            CLIENT_CERTIFICATE_FOR_PEER_EDGE,
            certificate.entry.object,
            name_of(certificate),
            format!("with a client certificate, forwards trust `{authority}` alone, and `{peer}` has an https address"),
        )
        .label("replaces the system's roots")
        .and(file, "the peers")
        .note(
            "a peer with a publicly trusted certificate answers 502, unknown authority; at one of the private authority \
             forwards pass and events end in 502, because their proxy trusts the system's roots only",
        )
        .help("remove the client's certificate and key: the peer's orchestrator asks for none")
        .help("let the peer's address show a publicly trusted certificate"),
    )
}

/// Whether a path leads to the authorities that the image itself trusts.
fn is_system_root(pod: &Pod<'_>, agent: &Agent<'_>, path: &str) -> bool {
    SYSTEM_ROOTS.iter().any(|folder| path.starts_with(folder))
        && matches!(behind(pod, agent.container, path), Behind::Container)
}

/// Where a variable's name stands.
fn name_of<'a>(variable: &Variable<'a>) -> &'a Json {
    variable.entry.value.get("name").unwrap_or(variable.entry.value)
}

/// Whose requests federation answers in production. Where its release is not known, nobody may be let in under any.
fn unauthenticated<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let switch = agent.get(Key::FederationAuthDisabled);
    let fault =
        |place: At<'a>, title: &str| Fault::new(UNAUTHENTICATED_FEDERATION_IN_PROD, place.object, place.value, title);
    if agent.callers().any(|callers| callers == Callers::Everybody) {
        return Some(match switch {
            Value::Text(_, place) if agent.is_on(Key::FederationAuthDisabled) == Some(true) => {
                fault(place, "production federation verifies no tokens")
                    .label("switched off, also where there is a key")
                    .note(EVERYBODY)
                    .help("remove it, and mount the public key of those who may call")
            }
            Value::Text(..) | Value::Unset | Value::Hidden => {
                fault(agent.at(agent.container), &title(UNAUTHENTICATED_FEDERATION_IN_PROD, []))
                    .label("neither a key for tokens nor mutual TLS")
                    .note(EVERYBODY)
                    .help(
                        "mount the public key of those who may call, and name its file; or require mutual TLS; or both",
                    )
            }
        });
    }
    let is_closed = agent.callers().all(|callers| callers == Callers::Nobody) && !matches!(switch, Value::Hidden);
    let key = agent.name(Key::JwtPublicKey).filter(|_| is_closed)?;
    Some(
        fault(agent.at(agent.container), "production federation has no key for tokens")
            .label("answers 503 to everything, health included")
            .help(format!("mount the public key of those who may call, and name its file in `{key}`")),
    )
}

fn absent<'a>(stack: &Stack<'a>, pod: &Pod<'a>, agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let keys = SERVER.iter().chain(&CLIENT).chain(&[Key::JwtPublicKey]);
    let variables = keys.filter_map(|key| agent.variable(*key));
    let paths = variables
        .filter_map(|variable| Some((variable.name, variable.text()?)))
        .filter(|(_, (path, _))| !path.is_empty() && !is_system_root(pod, agent, path));
    paths
        .filter_map(|(name, (path, place))| {
            let why = match given(stack, pod, agent.container, path) {
                Given::Maybe | Given::Text(_) => return None,
                Given::NotMounted => "nothing is mounted there".to_owned(),
                Given::Lacking(mount) => format!("what is mounted at `{}` has no such file", mount.path),
            };
            let title = format!("`{name}` names the file `{path}`, which is not there");
            Some(
                Fault::new(MISSING_FEDERATION_KEY, place.object, place.value, title)
                    .label(why)
                    .note("the runtime says nothing, and verifies nothing")
                    .help("correct the path, or mount the Secret that has the key"),
            )
        })
        .collect()
}
