//! R001 to R004, S005 and S010: an unknown name under `env` or `secrets.keys`, said in AgentOS's own terms.
//!
//! The contracts refuse the name; this says which of several mistakes it is.

use crate::agentos::settings::{self, SetBy, Setting, process};
use crate::agentos::vocabulary::{Runtime, ServiceName};
use crate::diagnostic::{Code, Diagnostic};
use crate::path::{Path, Segment};
use crate::{catalogue, suggest};

/// The finding in better words, where it is about the name of a setting; else as it is.
pub fn refine(runtime: Runtime, finding: Diagnostic) -> Diagnostic {
    if finding.code != catalogue::UNKNOWN_FIELD {
        return finding;
    }
    let fields: Vec<&str> = finding.path.0.iter().filter_map(field).collect();
    match fields.as_slice() {
        ["services", service, "env", name] => match service_called(service) {
            Some(service) => under_env(runtime, service, name, finding.clone()),
            None => finding,
        },
        ["secrets", "keys", name] | ["tenancy", "tenants", _, "secrets", "keys", name] => {
            under_keys(runtime, name, finding.clone())
        }
        _ => finding,
    }
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
    let known = |setting: &&Setting| setting.name == name || setting.file_variable() == name;
    let here = settings::of(runtime).find(known);
    match here {
        Some(setting) => match setting.set_by {
            SetBy::Secret | SetBy::SecretFor(_) => {
                said(finding, catalogue::SECRET_AS_PLAIN_SETTING, format!("`{name}` is a secret"))
                    .note("as a plain setting its value would stand in the repository and in the manifests")
                    .help(format!("remove it; `secrets.keys.{}` says where the value comes from", setting.name))
            }
            _ if !setting.is_read_by(service) => {
                let readers: Vec<&str> = setting.services.iter().map(|service| service.as_str()).collect();
                said(
                    finding,
                    catalogue::SETTING_OF_ANOTHER_SERVICE,
                    format!("{} does not read `{name}`", service.as_str()),
                )
                .note("the service would ignore it, silently")
                .help(format!("it belongs to {}", readers.join(" and ")))
            }
            SetBy::Field(field) => {
                said(finding, catalogue::DERIVED_SETTING, format!("`{name}` follows from `{field}`"))
                    .note("a variable that is set twice has the value of the last one, silently")
                    .help(format!("remove it, and set `{field}`"))
            }
            SetBy::Never(why) => said(finding, catalogue::DERIVED_SETTING, format!("`{name}` is never set"))
                .note(why)
                .help("remove it; `federation.mtls` sets what the listener needs"),
            SetBy::User => finding,
        },
        None => match process::unset(name) {
            Some(variable) => {
                said(finding, catalogue::DERIVED_SETTING, format!("`{name}` is not set by itself: {}", variable.role))
                    .note(variable.otherwise)
                    .help("remove it; no field sets it yet")
            }
            None => unknown(runtime, service, name, finding),
        },
    }
}

fn unknown(runtime: Runtime, service: ServiceName, name: &str, finding: Diagnostic) -> Diagnostic {
    if let Some((other, setting)) = elsewhere(runtime, name) {
        let title = format!("release {} does not read `{name}`", runtime.version());
        let finding = said(finding, catalogue::SETTING_OF_ANOTHER_RELEASE, title)
            .note("the service would ignore it, silently")
            .help(format!("remove it; release {} reads it", other.version()));
        return match setting.set_by {
            SetBy::Field(field) => finding.note(format!("in {} it follows from `{field}`", other.version())),
            SetBy::Secret | SetBy::SecretFor(_) => {
                finding.note(format!("in {} it is one of `secrets.keys`", other.version()))
            }
            SetBy::User | SetBy::Never(_) => finding,
        };
    }
    let names: Vec<&str> = settings::read_by(runtime, service).map(|setting| setting.name).collect();
    let title = format!("nothing in release {} is known to read `{name}`", runtime.version());
    let finding = said(finding, catalogue::UNKNOWN_SETTING, title).note("the service would ignore it, silently");
    match suggest::nearest(name, &names) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("remove it; `agentos-cfg explain settings` lists those that are read"),
    }
}

/// Another release that has a setting, by its name or by that of the variable that names its file.
fn elsewhere(runtime: Runtime, name: &str) -> Option<(Runtime, &'static Setting)> {
    let others = Runtime::ALL.into_iter().filter(|other| *other != runtime);
    let known = |setting: &&Setting| setting.name == name || setting.is_secret() && setting.file_variable() == name;
    others.into_iter().find_map(|other| Some((other, settings::of(other).find(known)?)))
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
    if let Some((other, _)) = elsewhere(runtime, name).filter(|(_, setting)| setting.is_secret()) {
        return finding.help(format!("remove it; release {} loads it", other.version()));
    }
    match suggest::nearest(name, &names) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("remove it"),
    }
}

/// The finding under another code, with a title of its own, at the same place.
fn said(finding: Diagnostic, code: Code, title: String) -> Diagnostic {
    let span = finding.span();
    let path: Path = finding.path;
    catalogue::finding(code, path, title).at(span, "this name")
}
