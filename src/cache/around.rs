//! What a result depends on besides the environment itself, as bytes of a key: whatever is added to these types is named
//! here, or this does not compile.

use super::bytes::Writer;
use crate::model::{Build, DedicatedPeer, Environment, Peer, RemotePeer};
use crate::path::Path;
use crate::policy::Policy;

/// The peers as they are linked, what rules between environments have judged, and who lets what pass.
pub(super) fn around(linked: &Environment, judged: &[Path], policy: &Policy) -> Option<Vec<u8>> {
    let mut writer = Writer::default();
    writer.list(linked.federation.peers.iter(), |writer, (id, peer)| {
        writer.text(id);
        write_peer(writer, peer);
    });
    writer.list(judged.iter(), |writer, path| writer.list(path.0.iter(), Writer::segment));
    let Policy { allow, deny_warnings } = policy;
    writer.list(allow.iter(), |writer, code| writer.text(code.0));
    writer.byte(u8::from(*deny_warnings));
    writer.finish()
}

fn write_peer(writer: &mut Writer, peer: &Peer) {
    match peer {
        Peer::Environment(file) => {
            writer.byte(0);
            writer.text(file);
        }
        Peer::Remote(remote) => {
            writer.byte(1);
            write_remote(writer, remote);
        }
    }
}

fn write_remote(writer: &mut Writer, remote: &RemotePeer) {
    let RemotePeer {
        environment,
        region,
        api_versions,
        agent_orchestrator,
        model_policy,
        pod_port,
        build,
        tenant,
        dedicated,
    } = remote;
    let Build { version, git_sha, timestamp } = build;
    for text in [environment, region, agent_orchestrator, model_policy, version, git_sha, timestamp] {
        writer.text(text);
    }
    writer.list(api_versions.iter(), |writer, version| writer.text(version));
    writer.number(usize::from(*pod_port));
    writer.optional(tenant.as_ref(), |writer, tenant| writer.text(tenant));
    writer.list(dedicated.iter(), |writer, (id, own)| {
        let DedicatedPeer { stack, namespace, agent_orchestrator, model_policy } = own;
        for text in [id, stack, namespace, model_policy] {
            writer.text(text);
        }
        writer.optional(agent_orchestrator.as_ref(), |writer, url| writer.text(url));
    });
}
