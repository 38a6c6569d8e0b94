//! C014: an `allow` of a rule that can't be allowed. Without the finding the author would believe that it counts.

use super::Rule;
use crate::catalogue::{self, FORBIDDEN_ALLOW};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;
use crate::policy::{Obstacle, obstacle};

pub(super) const RULE: Rule = Rule { code: FORBIDDEN_ALLOW, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, allow) in environment.allow.iter().enumerate() {
        let Some(code) = catalogue::by_text(&allow.rule) else { continue };
        let Some(obstacle) = obstacle(code, environment.profile) else { continue };
        let (message, note, help) = match obstacle {
            Obstacle::Contract => (
                format!("`{code}` can't be allowed"),
                match code.is_of_the_language() {
                    true => {
                        "findings whose code begins with `C` are about the language: there is nothing sound to compile"
                    }
                    false => "without the peer's own environment there is nothing sound to compile",
                },
                format!("correct what `{code}` finds, and leave this entry out"),
            ),
            Obstacle::Safety => (
                format!("`{code}` can't be allowed in production"),
                "it is a safety rule: the runtime would accept what it finds, and run unsafely",
                format!("correct what `{code}` finds, or use another profile for what is not production"),
            ),
        };
        let finding = Finding::value(Path::of(["allow"]).index(index).field("rule"), message);
        let removal = Remedy::remove(Path::of(["allow"]).index(index)).safely();
        findings.push(finding.label("not to be allowed").note(note).help(help).mended(removal));
    }
    findings
}
