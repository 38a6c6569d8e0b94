//! F008: mutual TLS is whole or off (fact 19). F010: in production federation authenticates its callers. F022: its keys are
//! where the settings say, or nothing is verified (facts 19 and 20).

use super::agent::Agent;
use super::fault::Fault;
use super::index::Stack;
use super::pod::{Given, given};
use crate::catalogue::{HALF_CONFIGURED_MTLS, MISSING_FEDERATION_KEY, UNAUTHENTICATED_FEDERATION_IN_PROD};
use crate::model::{Runtime, ServiceName};
use crate::settings::Key;

const SERVER: [Key; 3] = [Key::ServerCertificate, Key::ServerKey, Key::Authority];
const CLIENT: [Key; 2] = [Key::ClientCertificate, Key::ClientKey];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let federations = stack.agents.iter().filter(|agent| agent.service == Some(ServiceName::Federation));
    federations
        .flat_map(|agent| {
            let mut faults = Vec::new();
            faults.extend(half_server(agent));
            faults.extend(half_client(agent));
            faults.extend(believing(agent));
            faults.extend(absent(stack, agent));
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
    let value = certificate.entry.value.get("name").unwrap_or(certificate.entry.value);
    Some(
        Fault::new(
            HALF_CONFIGURED_MTLS,
            certificate.entry.object,
            value,
            format!("a certificate is given, and `{name}` is not \"true\""),
        )
        .label("never used: it listens by plain HTTP")
        .help(format!("set `{name}` to \"true\", or remove the certificate")),
    )
}

fn half_client<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let given = CLIENT.iter().find_map(|key| agent.variable(*key).filter(|_| agent.get(*key).is_set()))?;
    let missing = unset(agent, &[Key::ClientCertificate, Key::ClientKey, Key::Authority]);
    // Where the listener lacks the authority too, that is one mistake.
    if missing.is_empty() || requires_mtls(agent) && !agent.get(Key::Authority).is_set() {
        return None;
    }
    let value = given.entry.value.get("name").unwrap_or(given.entry.value);
    Some(
        Fault::new(
            HALF_CONFIGURED_MTLS,
            given.entry.object,
            value,
            format!("a client certificate without {}", missing.join(" and ")),
        )
        .label("never shown to peers, silently")
        .help("set all three, or none"),
    )
}

fn believing<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let guarded = agent.get(Key::JwtPublicKey).is_set() || requires_mtls(agent) && agent.get(Key::RequireMtls).is_set();
    // Newer releases answer 503 to everything where there is no key.
    let open = agent.is_prod() && !guarded && agent.runtime != Some(Runtime::V1_07);
    open.then(|| {
        Fault::new(
            UNAUTHENTICATED_FEDERATION_IN_PROD,
            agent.owner,
            agent.container,
            "production federation authenticates nobody",
        )
        .label("neither a key for tokens nor mutual TLS")
        .note("whoever reaches the service can forward runs for any tenant")
        .help("mount the public key of those who may call, and name its file; or require mutual TLS; or both")
    })
}

fn absent<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let Some(pod) = stack.pods.get(agent.pod) else { return Vec::new() };
    let keys = SERVER.iter().chain(&CLIENT).chain(&[Key::JwtPublicKey]);
    let variables = keys.filter_map(|key| agent.variable(*key));
    let paths = variables
        .filter_map(|variable| Some((variable.name, variable.text()?)))
        .filter(|(_, (path, _))| !path.is_empty());
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
