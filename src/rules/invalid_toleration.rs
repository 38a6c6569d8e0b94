//! K015: a toleration whose fields do not fit each other, which no contract on one of them sees.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::INVALID_TOLERATION;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::{Environment, Toleration};
use crate::objects::toleration::{self, Refused};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: INVALID_TOLERATION, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let of_services = ServiceName::ALL.into_iter().flat_map(|service| {
        let path = Path::of(["services", service.as_str(), "scheduling", "tolerations"]);
        let tolerations = environment.services.get(service).scheduling.tolerations.iter().enumerate();
        tolerations.map(move |(index, toleration)| (path.index(index), toleration))
    });
    of_services.flat_map(|(path, toleration)| of_toleration(&path, toleration)).collect()
}

fn of_toleration(path: &Path, toleration: &Toleration) -> Vec<Finding> {
    let text = |field: &'_ Option<String>| field.clone().unwrap_or_default();
    let (key, operator) = (text(&toleration.key), text(&toleration.operator));
    let (value, effect) = (text(&toleration.value), text(&toleration.effect));
    let refused = toleration::refused(toleration::Toleration {
        key: &key,
        operator: &operator,
        value: &value,
        effect: &effect,
        ends: false,
    });
    let is_idle = |field: &str| field == "value" && operator == "Exists";
    let finding = |Refused { field, title, help }| {
        let finding = Finding::value(path.field(field), title)
            .or_at(path.clone())
            .given(path.field("operator"))
            .label("the API server rejects it")
            .note("it rejects the Deployment, and the service does not run")
            .help(format!("in the record of `{path}`, {help}"));
        match is_idle(field) {
            true => finding.mended(Remedy::remove(path.field(field))),
            false => finding,
        }
    };
    refused.into_iter().map(finding).collect()
}
