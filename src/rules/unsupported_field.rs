//! C008: what the language has and this version can't compile yet. Never ignored in silence.

use super::{Finding, Rule};
use crate::catalogue::UNSUPPORTED_FIELD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, Exposure, Isolation, Peer, ServiceName};

pub(super) const RULE: Rule = Rule { code: UNSUPPORTED_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut refuse = |path: Path, what: &str, help: &str| {
        let finding = Finding::value(path, format!("{what} can't be compiled yet"));
        findings.push(finding.label("not supported yet").help(help.to_owned()));
    };
    for service in ServiceName::ALL {
        if let Exposure::Gateway { .. } = environment.services.get(service).exposure {
            let path = Path::of(["services", service.as_str(), "exposure"]);
            refuse(path, "exposure through a gateway", "leave it `'Internal`, and attach your own HTTPRoute");
        }
    }
    for (id, tenant) in &environment.tenancy.tenants {
        if tenant.isolation == Isolation::Dedicated {
            let path = Path::of(["tenancy", "tenants"]).field(id).field("isolation");
            refuse(path, "a dedicated stack for a tenant", "write an environment of its own for the tenant");
        }
    }
    for (id, peer) in &environment.federation.peers {
        if let Peer::Environment(_) = peer {
            let path = Path::of(["federation", "peers"]).field(id);
            refuse(path, "a peer by its file", "describe it with `'Remote`");
        }
    }
    findings
}
