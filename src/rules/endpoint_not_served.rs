//! F007: an address inside the cluster that no Service of a peer listens on. Upstream's own manifests advertised 8081,
//! the pod's port, for 50081, the Service's.

use super::Rule;
use crate::agentos::surface::{Address, misdirected};
use crate::catalogue::ENDPOINT_NOT_SERVED;
use crate::finding::Finding;
use crate::fix::{self, Remedy};
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
            let finding = Finding::value(path.clone(), format!("`{id}`: {wrong}")).label("nobody answers here");
            let served = on_port(url, service.reference_service_port());
            let finding = match served.filter(|url| misdirected(url, service).is_none()) {
                Some(url) => finding.mended(Remedy::replace(path, fix::text(&url))),
                None => finding,
            };
            Some(finding.help(format!(
                "write the peer's Service and its port, as in `http://{}.<namespace>.svc:{}`",
                service.object_name(),
                service.reference_service_port()
            )))
        })
        .collect()
}

/// An address with another port in the place of its own.
fn on_port(url: &str, port: u16) -> Option<String> {
    let own = format!(":{}", Address::of(url)?.port);
    url.contains(&own).then(|| url.replacen(&own, &format!(":{port}"), 1))
}
