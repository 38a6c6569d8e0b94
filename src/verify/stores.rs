//! Where AgentOS keeps its files. A001: in production on volumes that stay. A008: that it may write. A020: never mounted
//! as a single file (fact 10). A021: always on a volume (fact 13), also what no setting names.

use super::fault::Fault;
use super::stack::Stack;
use super::{at, nearest};
use crate::agentos::behaviour::{self, STORES, Sink};
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::{EPHEMERAL_AUDIT_IN_PROD, STORE_ON_SUBPATH, STORE_OUTSIDE_VOLUME, UNWRITABLE_VOLUME};
use crate::objects::view::agent::{Agent, Value};
use crate::objects::view::mount::{Behind, Mount, behind};
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

/// Something that a service keeps.
struct Store<'a> {
    key: Key,
    value: Value<'a>,
    /// Where it is, as far as that can be seen.
    path: Option<String>,
}

fn store<'a>(agent: &Agent<'a>, key: Key) -> Store<'a> {
    let value = agent.get(key);
    let path = match &value {
        Value::Hidden => None,
        Value::Text(path, _) => agent.absolute(path),
        Value::Unset => agent.default(key).and_then(|path| agent.absolute(&path)),
    };
    Store { key, value, path }
}

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for agent in &stack.agents {
        let Some(pod) = stack.pods.get(agent.pod) else { continue };
        let stores: Vec<Store<'a>> =
            STORES.iter().filter(|store| reads(agent, store)).map(|kept| store(agent, kept.key)).collect();
        faults.extend(stores.iter().filter_map(|store| outside(pod, agent, store)));
        faults.extend(without_setting(pod, agent));
        let audit = match agent.get(Key::AuditSink).known().map(Sink::parse) {
            Some(Sink::File(path)) => agent.absolute(path),
            Some(Sink::Output | Sink::Unknown) | None => None,
        };
        let paths = stores.iter().filter_map(|store| store.path.clone()).chain(audit);
        let mounts: Vec<Behind<'a>> = paths.map(|path| behind(pod, agent.container, &path)).collect();
        faults.extend(ephemeral(agent, &mounts));
        faults.extend(unwritable(pod, agent, &mounts));
        faults.extend(single_file(pod, agent, &stores));
    }
    faults
}

/// Whether a service keeps something where a setting says. Where the release is not known, one that only some of them read
/// counts as soon as it is set. Of the audit log A002 says it.
fn reads(agent: &Agent<'_>, store: &behaviour::Store) -> bool {
    let Some(service) = agent.service.filter(|_| !(store.in_database && uses_database(agent))) else {
        return false;
    };
    let key = store.key;
    let is_read = |setting: &settings::Setting| setting.is_read_by(service);
    let reading = settings::candidates(agent.runtime, key).filter(|setting| is_read(setting)).count();
    key != Key::AuditSink && reading > 0 && (reading == agent.releases().count() || agent.get(key).is_set())
}

fn uses_database(agent: &Agent<'_>) -> bool {
    agent.get(Key::StorageBackend).known().is_some_and(behaviour::in_database)
}

/// What the orchestrator writes below its working folder, where it can't: it does not start then.
fn without_setting<'a>(pod: &Pod<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let runtime = agent.runtime.filter(|_| agent.service == Some(ServiceName::AgentOrchestrator))?;
    let store = settings::release(runtime).unset_store.filter(|_| !uses_database(agent))?;
    let path = agent.absolute(store)?;
    let is_closed = at(agent.container, &["securityContext", "readOnlyRootFilesystem"]) == Some(&Json::Bool(true));
    let why = match behind(pod, agent.container, &path) {
        Behind::Container if is_closed => "no volume is mounted there, and the root file system is read-only",
        Behind::Given(_) => "what is mounted there can't be written",
        Behind::Container | Behind::Ephemeral(_) | Behind::Lasting(_) => return None,
    };
    let value = agent.container.get("workingDir").unwrap_or(agent.container);
    let title = format!("{} can't write `{path}`", agent.called());
    Some(
        Fault::new(STORE_OUTSIDE_VOLUME, agent.owner, value, title)
            .label(why)
            .note(format!(
                "release {} keeps events there, below its working folder, and does not start",
                runtime.version()
            ))
            .help("set `workingDir` to a folder of the data volume"),
    )
}

fn outside<'a>(pod: &Pod<'a>, agent: &Agent<'a>, store: &Store<'a>) -> Option<Fault<'a>> {
    let name = agent.name(store.key)?;
    let mounted = store.path.as_deref().map(|path| behind(pod, agent.container, path));
    let why = match (mounted, &store.value) {
        (Some(Behind::Ephemeral(_) | Behind::Lasting(_)), _) | (_, Value::Hidden) => return None,
        (Some(Behind::Given(_)), _) => "what is mounted there can't be written",
        (Some(Behind::Container), Value::Text(path, _)) if path.starts_with('/') => "no volume is mounted there",
        (Some(Behind::Container) | None, Value::Text(..) | Value::Unset) => "a relative path, below the working folder",
    };
    let fault = match store.value {
        Value::Text(_, place) => {
            let title = format!("`{name}` of {} is outside every volume", agent.called());
            Fault::new(STORE_OUTSIDE_VOLUME, place.object, place.value, title).label(why)
        }
        Value::Unset | Value::Hidden => {
            let place =
                store.path.as_deref().map_or("below its working folder".to_owned(), |path| format!("at `{path}`"));
            let title = format!("{} has no `{name}`: it keeps that {place}, outside every volume", agent.called());
            let fault = Fault::new(STORE_OUTSIDE_VOLUME, agent.owner, agent.container, title).label("not set");
            fault.note("what is kept there goes with the container")
        }
    };
    Some(fault.help("write an absolute path below the `mountPath` of a volume"))
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
fn single_file<'a>(pod: &Pod<'a>, agent: &Agent<'a>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let files = stores.iter().filter(|store| matches!(store.key, Key::RunStoreFile | Key::ForwardIndexFile));
    let mounted = files.filter_map(|store| {
        let path = store.path.as_deref()?;
        match behind(pod, agent.container, path) {
            Behind::Lasting(mount) | Behind::Ephemeral(mount) if mount.path == path => Some((path, mount)),
            Behind::Lasting(_) | Behind::Ephemeral(_) | Behind::Given(_) | Behind::Container => None,
        }
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
