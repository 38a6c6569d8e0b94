//! R001 to R004, S005 and S010: an unknown name under `env` or `secrets.keys`, said in AgentOS's own terms.
//!
//! The contracts refuse the name; this says which of several mistakes it is.

use crate::agentos::behaviour::{Variable, read_elsewhere, variable};
use crate::agentos::settings::{self, SetBy, Setting, process};
use crate::agentos::vocabulary::{Runtime, ServiceName};
use crate::catalogue::{self, title};
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::fix;
use crate::path::Segment;
use crate::suggest;

/// The finding in better words, where it is about the name of a setting; else as it is.
pub fn refine(runtime: Runtime, finding: Diagnostic) -> Diagnostic {
    if finding.code != catalogue::UNKNOWN_FIELD {
        return finding;
    }
    let fields: Vec<&str> = finding.path.0.iter().filter_map(field).collect();
    let refined = match fields.as_slice() {
        ["services", service, "env", name] => match service_called(service) {
            Some(service) => under_env(runtime, service, name, finding.clone()),
            None => finding,
        },
        ["secrets", "keys", name] | ["tenancy", "tenants", _, "secrets", "keys", name] => {
            under_keys(runtime, name, finding.clone())
        }
        _ => return finding,
    };
    catalogue::advised(refined)
}

fn field(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Field(name) => Some(name),
        Segment::Index(_) | Segment::Item(_) => None,
    }
}

fn service_called(name: &str) -> Option<ServiceName> {
    ServiceName::ALL.into_iter().find(|service| service.as_str() == name)
}

fn under_env(runtime: Runtime, service: ServiceName, name: &str, finding: Diagnostic) -> Diagnostic {
    match variable(Some(runtime), Some(service), name) {
        Variable::Read(setting) | Variable::OfAnotherService(setting) if setting.is_secret() => {
            said(finding, catalogue::SECRET_AS_PLAIN_SETTING, title(catalogue::SECRET_AS_PLAIN_SETTING, [name]))
                .help(format!("remove it; `secrets.keys.{}` says where the value comes from", setting.name))
        }
        Variable::Read(setting) => derived(setting, name, finding),
        Variable::OfAnotherService(setting) => {
            let title = title(catalogue::SETTING_OF_ANOTHER_SERVICE, [service.as_str(), name]);
            said(finding, catalogue::SETTING_OF_ANOTHER_SERVICE, title)
                .help(format!("it belongs to {}", setting.readers()))
        }
        Variable::OfAnotherRelease(other, setting) => of_another_release(runtime, other, setting, name, finding),
        Variable::Unknown => match process::unset(name) {
            Some(variable) => {
                said(finding, catalogue::DERIVED_SETTING, format!("`{name}` is not set by itself: {}", variable.role))
                    .note(variable.otherwise)
                    .help("remove it; no field sets it yet")
            }
            None => unknown(runtime, service, name, finding),
        },
    }
}

/// A setting that the service reads, and that is not the user's to set there.
fn derived(setting: &Setting, name: &str, finding: Diagnostic) -> Diagnostic {
    match setting.set_by {
        SetBy::Field(field) => said(finding, catalogue::DERIVED_SETTING, format!("`{name}` follows from `{field}`"))
            .note("a variable that is set twice has the value of the last one, silently")
            .help(format!("remove it, and set `{field}`")),
        SetBy::Never(why) => said(finding, catalogue::DERIVED_SETTING, format!("`{name}` is never set"))
            .note(why)
            .help("remove it; `federation.mtls` sets what the listener needs"),
        SetBy::User | SetBy::Secret | SetBy::SecretFor(_) => finding,
    }
}

fn of_another_release(
    runtime: Runtime,
    other: Runtime,
    setting: &Setting,
    name: &str,
    finding: Diagnostic,
) -> Diagnostic {
    let title = title(catalogue::SETTING_OF_ANOTHER_RELEASE, [runtime.version(), name]);
    let finding = said(finding, catalogue::SETTING_OF_ANOTHER_RELEASE, title)
        .note(catalogue::rule(catalogue::SETTING_OF_ANOTHER_RELEASE).note)
        .help(read_elsewhere(other));
    match setting.set_by {
        SetBy::Field(field) => finding.note(format!("in {} it follows from `{field}`", other.version())),
        SetBy::Secret | SetBy::SecretFor(_) => {
            finding.note(format!("in {} it is one of `secrets.keys`", other.version()))
        }
        SetBy::User | SetBy::Never(_) => finding,
    }
}

fn unknown(runtime: Runtime, service: ServiceName, name: &str, finding: Diagnostic) -> Diagnostic {
    let names: Vec<&str> = settings::read_by(runtime, service).map(|setting| setting.name).collect();
    let title = format!("nothing in release {} is known to read `{name}`", runtime.version());
    let finding = said(finding, catalogue::UNKNOWN_SETTING, title);
    match suggest::nearest(name, &names) {
        Some(near) => meant(finding, name, near),
        None => finding,
    }
}

fn under_keys(runtime: Runtime, name: &str, finding: Diagnostic) -> Diagnostic {
    let secrets = settings::of(runtime).filter(|setting| setting.is_secret());
    let names: Vec<&str> = secrets.map(|setting| setting.name).collect();
    if names.contains(&name) {
        return finding;
    }
    let title = format!("release {} loads no secret `{name}`", runtime.version());
    let finding = said(finding, catalogue::UNKNOWN_SECRET_KEY, title).note(format!(
        "the secrets are {}",
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    ));
    if let Variable::OfAnotherRelease(other, setting) = variable(Some(runtime), None, name)
        && setting.is_secret()
    {
        return finding.help(format!("remove it; release {} loads it", other.version()));
    }
    match suggest::nearest(name, &names) {
        Some(near) => meant(finding, name, near),
        None => finding.help("remove it"),
    }
}

/// With the name that was meant. Where a field can be removed, its name can be another.
fn meant(finding: Diagnostic, name: &str, near: &str) -> Diagnostic {
    let edits = finding.span().filter(|_| !finding.fixes.is_empty()).map(|span| Edit { span, text: near.to_owned() });
    let renaming = fix::fix(format!("rename `{name}` to `{near}`"), edits.into_iter().collect(), true);
    let others = finding.fixes.clone();
    let finding = Diagnostic { fixes: Vec::new(), ..finding }.help(format!("did you mean `{near}`?")).fix(renaming);
    others.into_iter().fold(finding, |finding, other| finding.fix(Some(other)))
}

/// The finding under another code, with a title of its own, at the same place. What it loses is a name that was meant.
fn said(finding: Diagnostic, code: Code, title: String) -> Diagnostic {
    let span = finding.span();
    let Diagnostic { path, fixes, .. } = finding;
    // What holds a credential is for a person to move.
    let removals = fixes.into_iter().filter(|fix| !fix.safe && code != catalogue::SECRET_AS_PLAIN_SETTING);
    let finding = catalogue::finding(code, path, title).at(span, "this name");
    removals.fold(finding, |finding, removal| finding.fix(Some(removal)))
}
