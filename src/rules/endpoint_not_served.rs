//! F007: an address inside the cluster that no Service of a peer listens on. Upstream's own manifests advertised 8081,
//! the pod's port, for 50081, the Service's.

use super::Rule;
use crate::agentos::surface::misdirected;
use crate::catalogue::ENDPOINT_NOT_SERVED;
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: ENDPOINT_NOT_SERVED, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let remotes = environment.federation.remotes();
    let endpoints = remotes.flat_map(|(id, remote)| remote.endpoints().map(|(service, url)| (id, service, url)));
    endpoints
        .filter_map(|(id, service, url)| {
            let wrong = misdirected(url, service)?;
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field(service.as_str());
            Some(Finding::value(path, format!("`{id}`: {wrong}")).label("nobody answers here").help(format!(
                "write the peer's Service and its port, as in `http://{}.<namespace>.svc:{}`",
                service.object_name(),
                service.reference_service_port()
            )))
        })
        .collect()
}
