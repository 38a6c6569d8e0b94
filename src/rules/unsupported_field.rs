//! C008: what the language has and this version can't compile yet. Never ignored in silence.

use super::{Finding, Rule};
use crate::catalogue::UNSUPPORTED_FIELD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, Peer};

pub(super) const RULE: Rule = Rule { code: UNSUPPORTED_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut refuse = |path: Path, what: &str, help: &str| {
        let finding = Finding::value(path, format!("{what} can't be compiled yet"));
        findings.push(finding.label("not supported yet").help(help.to_owned()));
    };
    for (id, peer) in &environment.federation.peers {
        if let Peer::Environment(_) = peer {
            let path = Path::of(["federation", "peers"]).field(id);
            refuse(path, "a peer by its file", "describe it with `'Remote`");
        }
    }
    findings
}
