//! F006: runs forwarded over plain HTTP carry their tenant's data in the clear.

use super::Rule;
use crate::catalogue::{PLAIN_HTTP_PEER_IN_PROD, title};
use crate::finding::Finding;
use crate::fix::{self, Remedy};
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: PLAIN_HTTP_PEER_IN_PROD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    if !environment.is_prod() {
        return Vec::new();
    }
    let remotes = environment.federation.remotes();
    let endpoints = remotes.flat_map(|(id, remote)| remote.endpoints().map(|(service, url)| (id, service, url)));
    endpoints
        .filter(|(_, _, url)| url.starts_with("http://"))
        .map(|(id, service, url)| {
            let path = Path::of(["federation", "peers"]).field(id).field("endpoints").field(service.as_str());
            let secure = fix::text(&url.replacen("http://", "https://", 1));
            let finding = Finding::value(path.clone(), title(PLAIN_HTTP_PEER_IN_PROD, [id])).label("not encrypted");
            finding.mended(Remedy::replace(path, secure))
        })
        .collect()
}
