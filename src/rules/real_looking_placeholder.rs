//! S003: a placeholder must be plainly fake, so that nobody takes a credential for one.

use super::{Rule, declared_secrets};
use crate::catalogue::REAL_LOOKING_PLACEHOLDER;
use crate::finding::Finding;
use crate::model::Environment;

pub(super) const RULE: Rule = Rule { code: REAL_LOOKING_PLACEHOLDER, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let placeholders =
        declared_secrets(environment).filter_map(|(path, name, key)| Some((path, name, key.placeholder.as_deref()?)));
    let real = placeholders.filter(|(_, _, value)| !value.starts_with("fake_"));
    real.map(|(path, name, value)| {
        Finding::value(path.field("placeholder"), format!("the placeholder of `{name}` is not plainly fake"))
            .label("may be a credential")
            .sensitive(value)
            .note("what is not plainly fake may be real, and would be in the repository for ever")
            .help("write `fake_` and anything after it; if the value was real, replace it where it is used")
    })
    .collect()
}
