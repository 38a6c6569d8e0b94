//! C008: what the language has and this version can't compile yet. Never ignored in silence.

use super::{Finding, Rule};
use crate::catalogue::UNSUPPORTED_FIELD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, Metrics, Peer, Runtime, SecretBackend};

pub(super) const RULE: Rule = Rule { code: UNSUPPORTED_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut refuse = |path: Path, what: &str, help: &str| {
        let finding = Finding::value(path, format!("{what} can't be compiled yet"));
        findings.push(finding.label("not supported yet").help(help.to_owned()));
    };
    if environment.runtime == Runtime::V1_07 {
        refuse(Path::of(["runtime"]), "the release `'V1_07`", "use `'V1_02`");
    }
    match environment.secrets.backend {
        SecretBackend::ExternalSecrets | SecretBackend::Csi | SecretBackend::Sealed => refuse(
            Path::of(["secrets", "backend"]),
            "this secrets backend",
            "use `'Existing`, and have the operator make the Secret of that name",
        ),
        SecretBackend::Placeholder | SecretBackend::Existing => {}
    }
    for (id, peer) in &environment.federation.peers {
        if let Peer::Environment(_) = peer {
            let path = Path::of(["federation", "peers"]).field(id);
            refuse(path, "a peer by its file", "describe it with `'Remote`");
        }
    }
    if environment.observability.metrics != Metrics::Off {
        refuse(Path::of(["observability", "metrics"]), "scraping", "use `'Off`");
    }
    if environment.observability.alerts {
        refuse(Path::of(["observability", "alerts"]), "alerting rules", "leave `alerts` out");
    }
    if environment.observability.dashboards {
        refuse(Path::of(["observability", "dashboards"]), "dashboards", "leave `dashboards` out");
    }
    if !environment.patches.is_empty() {
        refuse(Path::of(["patches"]), "`patches`", "use a Kustomize overlay over the compiled folder");
    }
    findings
}
