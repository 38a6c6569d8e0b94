//! R005: a setting that says what holds anyway, or a secret that nothing needs.

use super::{Rule, declared_secrets};
use crate::agentos::settings::{self, SetBy};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::INEFFECTIVE_SETTING;
use crate::finding::Finding;
use crate::model::{Audit, Environment, SettingValue};
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: INEFFECTIVE_SETTING, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = idle_switches(environment);
    findings.extend(idle_secrets(environment));
    findings.extend(shipping_without_a_file(environment));
    findings
}

fn shipping_without_a_file(environment: &Environment) -> Option<Finding> {
    (environment.audit_sidecar.is_some() && environment.audit != Audit::File).then(|| {
        Finding::value(Path::of(["audit_shipping"]), "there is no audit log to ship")
            .label("no effect")
            .note("`audit` sends the records to the container's output anyway; the sidecar is left out")
            .help("remove it, or keep the records in a file with `audit = 'File`")
            .removed()
    })
}

/// Secrets for something that the environment does not have: a credential would lie in a pod that has no use for it.
fn idle_secrets(environment: &Environment) -> Vec<Finding> {
    let idle = declared_secrets(environment).filter_map(|(path, name, _)| {
        let setting = settings::of(environment.runtime).find(|setting| setting.name == name)?;
        match setting.set_by {
            SetBy::SecretFor(purpose) if !environment.has(purpose) => Some((path, name, purpose.field())),
            SetBy::SecretFor(_) | SetBy::Secret | SetBy::Field(_) | SetBy::User | SetBy::Never(_) => None,
        }
    });
    idle.map(|(path, name, field)| {
        Finding::name(path, format!("nothing needs the secret `{name}`"))
            .given(field.clone())
            .label("no effect")
            .note(format!("it belongs to `{field}`, which the environment does not set"))
            .help(format!("remove it, or set `{field}`"))
            .removed()
    })
    .collect()
}

fn idle_switches(environment: &Environment) -> Vec<Finding> {
    ServiceName::ALL
        .into_iter()
        .flat_map(|service| environment.services.get(service).env.iter().map(move |(name, value)| (service, name, value)))
        .filter(|(_, _, value)| **value == SettingValue::Flag(false))
        .map(|(service, name, _)| {
            let path = Path::of(["services", service.as_str(), "env"]).field(name);
            Finding::value(path, format!("`{name}` is off anyway"))
                .label("no effect")
                .note("the runtime knows one word that turns it on; any other leaves it off, so that it is not set at all")
                .help("remove it")
                .removed()
        })
        .collect()
}
