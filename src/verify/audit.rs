//! A002: the audit log is on a volume, or goes silently to the container's output (fact 9). A003: in production it is a
//! file. A007: each service has its own.

use super::fault::{At, Fault};
use super::stack::Stack;
use super::text;
use crate::agentos::behaviour::Sink;
use crate::agentos::settings::Key;
use crate::catalogue::{self, AUDIT_NOT_A_FILE_IN_PROD, AUDIT_OUTSIDE_VOLUME, MISTYPED_SETTING, SHARED_AUDIT_PATH};
use crate::objects::view::agent::{Agent, Value};
use crate::objects::view::mount::{Behind, behind};
use std::collections::HashMap;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults: Vec<Fault<'a>> = stack.agents.iter().filter_map(|agent| of_agent(stack, agent)).collect();
    faults.extend(shared(stack));
    faults
}

fn of_agent<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let name = agent.name(Key::AuditSink)?;
    let (sink, place) = match agent.get(Key::AuditSink) {
        Value::Hidden => return None,
        Value::Text(sink, place) => (sink, place),
        Value::Unset => return unset(stack, agent, name),
    };
    let Sink::File(path) = Sink::parse(sink) else { return elsewhere(agent, name, sink, place) };
    let pod = stack.pods.get(agent.pod)?;
    let why = match agent.absolute(path).map(|path| behind(pod, agent.container, &path)) {
        Some(Behind::Ephemeral(_) | Behind::Lasting(_)) => return None,
        Some(Behind::Given(_)) => "what is mounted there can't be written",
        Some(Behind::Container) if path.starts_with('/') => "no volume is mounted there",
        Some(Behind::Container) | None => "a relative path, below the working folder",
    };
    let title = format!("the audit log of {} is outside every volume", agent.called());
    Some(
        Fault::new(AUDIT_OUTSIDE_VOLUME, place.object, place.value, title)
            .label(why)
            .note("a file that can't be opened is replaced by the container's output, silently")
            .help("write a path below the `mountPath` of a volume that can be written"),
    )
}

/// No sink: the runtime has a file of its own, below its working folder (fact 13).
fn unset<'a>(stack: &Stack<'a>, agent: &Agent<'a>, name: &str) -> Option<Fault<'a>> {
    let default = agent.default(Key::AuditSink)?;
    let Sink::File(path) = Sink::parse(&default) else { return None };
    if let (Some(path), Some(pod)) = (agent.absolute(path), stack.pods.get(agent.pod))
        && let Behind::Ephemeral(_) | Behind::Lasting(_) = behind(pod, agent.container, &path)
    {
        return None;
    }
    let title = format!("{} has no `{name}`: its audit log is outside every volume", agent.called());
    let fault = Fault::new(AUDIT_OUTSIDE_VOLUME, agent.owner, agent.container, title).label("no audit sink");
    Some(fault.help(format!("set `{name}` to `file:` and an absolute path on the volume")))
}

/// A sink that is no file.
fn elsewhere<'a>(agent: &Agent<'a>, name: &str, sink: &str, place: At<'a>) -> Option<Fault<'a>> {
    let is_known = Sink::parse(sink) == Sink::Output;
    let code = match (agent.is_prod(), is_known) {
        (true, _) => AUDIT_NOT_A_FILE_IN_PROD,
        (false, false) => MISTYPED_SETTING,
        (false, true) => return None,
    };
    let title = match is_known {
        true => format!("`{name}` of {}: the audit log goes to the container's output", agent.called()),
        false => format!("`{name}` of {} is {sink:?}, which goes to the container's output, silently", agent.called()),
    };
    Some(
        Fault::new(code, place.object, place.value, title)
            .label(if is_known { "not a file" } else { "not `file:`, `stdout` or `stderr`" })
            .note(catalogue::rule(AUDIT_NOT_A_FILE_IN_PROD).note)
            .help("write `file:` and an absolute path on the volume"),
    )
}

/// One file for two services: the same path of the same volume.
fn shared<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut seen: HashMap<_, At<'a>> = HashMap::new();
    let mut faults = Vec::new();
    for agent in &stack.agents {
        let Value::Text(sink, place) = agent.get(Key::AuditSink) else { continue };
        let (Sink::File(path), Some(pod)) = (Sink::parse(sink), stack.pods.get(agent.pod)) else { continue };
        let (Behind::Lasting(mount) | Behind::Ephemeral(mount)) = behind(pod, agent.container, path) else { continue };
        let claim = mount.volume.and_then(|volume| text(volume, &["persistentVolumeClaim", "claimName"]));
        // Volumes that belong to a pod are shared within that pod only.
        let volume = match claim {
            Some(claim) => (usize::MAX, claim),
            None => (agent.owner, text(mount.body, &["name"]).unwrap_or("")),
        };
        let inside = (text(mount.body, &["subPath"]).unwrap_or(""), path.strip_prefix(mount.path).unwrap_or(path));
        if let Some(first) = seen.insert((agent.namespace, volume, inside), place) {
            let title = format!("the audit log of {} is that of another service", agent.called());
            faults.push(
                Fault::new(SHARED_AUDIT_PATH, place.object, place.value, title)
                    .label("the same file")
                    .and(first, "the first one")
                    .note("two processes write over each other's records")
                    .help("give each service a file of its own"),
            );
        }
    }
    faults
}
