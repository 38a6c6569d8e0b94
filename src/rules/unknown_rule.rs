//! C015: an `allow` of a code that no rule has. It would look like a decision, and be none.

use super::Rule;
use crate::catalogue::{self, CATALOGUE, UNKNOWN_RULE};
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;
use crate::suggest;

pub(super) const RULE: Rule = Rule { code: UNKNOWN_RULE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let codes: Vec<&str> = CATALOGUE.iter().map(|rule| rule.code.0).collect();
    let entries = environment.allow.iter().enumerate();
    let unknown = entries.filter(|(_, allow)| catalogue::by_text(&allow.rule).is_none());
    unknown
        .map(|(index, allow)| {
            let path = Path::of(["allow"]).index(index).field("rule");
            let finding = Finding::value(path, format!("no rule has the code `{}`", allow.rule)).label("unknown rule");
            // What is meant is left to the author: another code would let something pass.
            let finding = finding.mended(Remedy::remove(Path::of(["allow"]).index(index)));
            match suggest::nearest(&allow.rule, &codes) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("write the code that a finding begins with, or leave this entry out"),
            }
        })
        .collect()
}
