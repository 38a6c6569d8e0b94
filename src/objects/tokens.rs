//! Tokens of ServiceAccounts that a pod's volumes bring, and for whom they are.
//!
//! Invariant: it knows the specification of a pod only; `verify` and `patch` use it.

use crate::objects::view::json::{at, list, text};
use serde_json::Value as Json;

/// What the API server calls itself in the tokens that it accepts: what clusters are set up with, not what they may be
/// set up with.
const CLUSTER: [&str; 5] =
    ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.svc.default", "k3s"];

/// A token in a volume of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// The name of its volume.
    pub volume: &'a str,
    /// For whom it is; none for the API server, as Kubernetes has it where no audience is named.
    audience: Option<&'a str>,
}

impl<'a> Token<'a> {
    /// For whom it is, where that is somebody else than the API server.
    pub fn audience(&self) -> Option<&'a str> {
        self.audience.filter(|audience| !is_cluster(audience))
    }
}

/// The tokens in the volumes of a pod.
pub(crate) fn of_pod(spec: &Json) -> impl Iterator<Item = Token<'_>> {
    list(spec.get("volumes")).flat_map(|volume| {
        let name = text(volume, &["name"]).unwrap_or("");
        let sources = list(at(volume, &["projected", "sources"]));
        sources.filter_map(|source| source.get("serviceAccountToken")).map(move |token| Token {
            volume: name,
            audience: text(token, &["audience"]).filter(|audience| !audience.is_empty()),
        })
    })
}

/// Whether an audience is one of the API server's usual ones: its name inside of the cluster, as a URL or plain, also with
/// the domain of the cluster behind it.
fn is_cluster(audience: &str) -> bool {
    let host = audience.strip_prefix("https://").unwrap_or(audience).trim_end_matches('/');
    let host = host.strip_suffix(":443").unwrap_or(host);
    CLUSTER.contains(&host) || host.starts_with("kubernetes.default.svc.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_says_for_whom_it_is() {
        let token = |audience: Json| json!({ "serviceAccountToken": { "path": "token", "audience": audience } });
        let own = ["", "kubernetes.default.svc", "https://kubernetes.default.svc", "https://kubernetes.default.svc/"];
        let domains =
            ["https://kubernetes.default.svc.cluster.local", "kubernetes.default.svc.corp.example.com", "k3s"];
        for audience in own.into_iter().chain(domains) {
            let spec = json!({ "volumes": [{ "name": "a", "projected": { "sources": [token(json!(audience))] } }] });
            assert_eq!(of_pod(&spec).map(|token| token.audience()).collect::<Vec<_>>(), [None], "{audience}");
        }
        for audience in ["vault", "sts.amazonaws.com", "https://kubernetes.example.com", "kubernetes.default.svcs"] {
            let spec = json!({ "volumes": [{ "name": "a", "projected": { "sources": [token(json!(audience))] } }] });
            assert_eq!(of_pod(&spec).map(|token| token.audience()).collect::<Vec<_>>(), [Some(audience)]);
        }
        let others = json!({ "volumes": [{ "name": "a", "emptyDir": {} }, { "name": "b", "projected": { "sources": [
            { "configMap": { "name": "c" } }, token(json!(null)), token(json!("vault"))] } }] });
        let volumes: Vec<_> = of_pod(&others).map(|token| (token.volume, token.audience())).collect();
        assert_eq!(volumes, [("b", None), ("b", Some("vault"))]);
    }
}
