//! Where AgentOS keeps its files. A001: in production on volumes that stay. A008: that it may write. A020: never mounted
//! as a single file (fact 10). A021: always on a volume (fact 13).

use super::agent::{Agent, Value};
use super::audit::FILE;
use super::fault::Fault;
use super::index::Stack;
use super::pod::{Behind, Mount, Pod, behind};
use super::{at, nearest};
use crate::catalogue::{EPHEMERAL_AUDIT_IN_PROD, STORE_ON_SUBPATH, STORE_OUTSIDE_VOLUME, UNWRITABLE_VOLUME};
use crate::settings::{self, Key};
use serde_json::Value as Json;

/// The settings that name a store.
const STORES: [Key; 3] = [Key::RunStoreFile, Key::AgentStoreDir, Key::ForwardIndexFile];

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for agent in &stack.agents {
        let Some(pod) = stack.pods.get(agent.pod) else { continue };
        let stores: Vec<(Key, Value<'a>)> =
            STORES.into_iter().filter(|key| reads(agent, *key)).map(|key| (key, agent.get(key))).collect();
        for (key, store) in &stores {
            faults.extend(outside(pod, agent, *key, store));
        }
        let audit = agent.get(Key::AuditSink);
        let mut paths: Vec<&str> = stores.iter().filter_map(|(_, store)| store.known()).collect();
        paths.extend(audit.known().and_then(|sink| sink.strip_prefix(FILE)));
        paths.retain(|path| path.starts_with('/'));
        let mounts: Vec<Behind<'a>> = paths.iter().map(|path| behind(pod, agent.container, path)).collect();
        faults.extend(ephemeral(agent, &mounts));
        faults.extend(unwritable(pod, agent, &mounts));
        faults.extend(single_file(agent, &paths, &mounts));
    }
    faults
}

fn reads(agent: &Agent<'_>, key: Key) -> bool {
    let setting = agent.name(key).and_then(|name| super::settings::known(agent.runtime, name));
    setting.zip(agent.service).is_some_and(|(setting, service): (&settings::Setting, _)| setting.is_read_by(service))
}

fn outside<'a>(pod: &Pod<'a>, agent: &Agent<'a>, key: Key, store: &Value<'a>) -> Option<Fault<'a>> {
    let name = agent.name(key)?;
    let help = "write an absolute path below the `mountPath` of a volume";
    let (path, place) = match store {
        Value::Hidden => return None,
        Value::Text(path, place) => (*path, *place),
        Value::Unset => {
            let title =
                format!("{} has no `{name}`: it keeps that below `/data`, outside every volume", agent.called());
            let fault = Fault::new(STORE_OUTSIDE_VOLUME, agent.owner, agent.container, title).label("not set");
            return Some(fault.note("what is kept there goes with the container").help(help));
        }
    };
    let why = match behind(pod, agent.container, path) {
        _ if !path.starts_with('/') => "a relative path, below `/`",
        Behind::Container => "no volume is mounted there",
        Behind::Given(_) => "what is mounted there can't be written",
        Behind::Ephemeral(_) | Behind::Lasting(_) => return None,
    };
    let title = format!("`{name}` of {} is outside every volume", agent.called());
    Some(Fault::new(STORE_OUTSIDE_VOLUME, place.object, place.value, title).label(why).help(help))
}

/// Volumes that go with the pod: one finding a volume.
fn ephemeral<'a>(agent: &Agent<'a>, mounts: &[Behind<'a>]) -> Vec<Fault<'a>> {
    let mut volumes: Vec<&'a Json> = Vec::new();
    for behind in mounts {
        if let Behind::Ephemeral(Mount { volume: Some(volume), .. }) = behind
            && !volumes.iter().any(|known| std::ptr::eq(*known, *volume))
        {
            volumes.push(volume);
        }
    }
    let volumes = volumes.into_iter().filter(|_| agent.is_prod());
    volumes
        .map(|volume| {
            let value = volume.get("emptyDir").or(volume.get("ephemeral")).unwrap_or(volume);
            let title = format!("{} keeps its audit log and stores on a volume that goes with the pod", agent.called());
            Fault::new(EPHEMERAL_AUDIT_IN_PROD, agent.owner, value, title)
                .at_name()
                .label("deleted with the pod")
                .note("runs, audit records and the forward index are lost whenever the pod is replaced")
                .help("use a `persistentVolumeClaim`")
        })
        .collect()
}

/// A volume that belongs to root, under a process that does not run as root (fact 12).
fn unwritable<'a>(pod: &Pod<'a>, agent: &Agent<'a>, mounts: &[Behind<'a>]) -> Option<Fault<'a>> {
    let lasting = mounts.iter().any(|behind| matches!(behind, Behind::Lasting(_)));
    let context = pod.spec.get("securityContext");
    let own = agent.container.get("securityContext");
    let says = |field: &str| own.and_then(|own| own.get(field)).or(context.and_then(|context| context.get(field)));
    let user = says("runAsUser").and_then(Json::as_u64);
    let not_root = user.map_or(says("runAsNonRoot") == Some(&Json::Bool(true)), |user| user != 0);
    let has_group = context.is_some_and(|context| at(context, &["fsGroup"]).is_some());
    (lasting && not_root && !has_group).then(|| {
        let title = format!("{} can't write its volume: there is no `fsGroup`", agent.called());
        Fault::new(UNWRITABLE_VOLUME, agent.owner, nearest(pod.spec, &["securityContext"]), title)
            .label("the volume belongs to root")
            .note("health stays 200, and every run that is created fails with 500")
            .help("set `fsGroup: 10001`, or the group that the container runs as")
    })
}

/// A store that is itself a mount: it can't be replaced by renaming another file over it (fact 10).
fn single_file<'a>(agent: &Agent<'a>, paths: &[&str], mounts: &[Behind<'a>]) -> Vec<Fault<'a>> {
    let files = [Key::RunStoreFile, Key::ForwardIndexFile];
    let files: Vec<&str> =
        files.into_iter().filter_map(|key| agent.get(key).known()).filter(|path| !path.is_empty()).collect();
    let mounted = paths.iter().zip(mounts).filter_map(|(path, behind)| match behind {
        Behind::Lasting(mount) | Behind::Ephemeral(mount) if files.contains(path) && mount.path == *path => {
            Some((path, mount))
        }
        Behind::Lasting(_) | Behind::Ephemeral(_) | Behind::Given(_) | Behind::Container => None,
    });
    mounted
        .map(|(path, mount)| {
            let value = mount.body.get("subPath").unwrap_or(mount.body);
            let title = format!("`{path}` of {} is mounted as a single file", agent.called());
            Fault::new(STORE_ON_SUBPATH, agent.owner, value, title)
                .label("can't be replaced")
                .note("the service writes the whole store beside itself and renames it, which a mount refuses")
                .help("mount the folder that holds the file")
        })
        .collect()
}
