//! The settings as contracts of the library, as they stand in `lib/settings`.

use super::{Kind, SetBy, Setting, get, of};
use crate::agentos::vocabulary::{Runtime, ServiceName};

/// The Nickel module that knows the releases, as it stands in `lib/settings.ncl`.
pub fn nickel_releases() -> String {
    let tags: Vec<&str> = Runtime::ALL.iter().map(|runtime| runtime.tag()).collect();
    let listed = tags.iter().map(|tag| format!("'{tag}")).collect::<Vec<_>>().join(", ");
    let branches: String =
        tags.iter().map(|tag| format!("      '{tag} => import \"settings/{}.ncl\",\n", tag.to_lowercase())).collect();
    format!(
        "# Generated from the settings tables by `cargo run --example generate`; do not edit.\n\
         {{\n  Release\n    | doc \"The releases of AgentOS.\"\n    = [| {listed} |],\n\n  \
         of\n    | doc \"The settings of a release, as contracts.\"\n    = match {{\n{branches}    }},\n}}\n"
    )
}

/// The Nickel module that holds a release's settings as contracts, as it stands in `lib/settings/`.
pub fn nickel_module(runtime: Runtime) -> String {
    let mut out = String::from(
        "# Generated from the settings table by `cargo run --example generate`; do not edit.\n\
         #\n\
         # The settings that a user may set under `services.<service>.env`, by service. All others follow from fields.\n\
         let check = import \"../check.ncl\" in\n\
         let secret_key = import \"../secret_key.ncl\" in\n\
         let\n  Shared\n    | doc \"Settings that every service reads.\"\n    = {\n",
    );
    let users = || of(runtime).filter(|setting| setting.set_by == SetBy::User);
    let is_shared = |setting: &&Setting| setting.services.len() == ServiceName::ALL.len();
    for setting in users().filter(is_shared) {
        out.push_str(&nickel_setting(setting, "      "));
    }
    out.push_str("    }\nin\n{\n");
    for service in ServiceName::ALL {
        out.push_str(&format!(
            "  {}\n    | doc \"Settings of {} that no other field sets.\"\n    = Shared",
            service.contract_name(),
            service.as_str()
        ));
        let own: String = users()
            .filter(|setting| setting.is_read_by(service) && !is_shared(setting))
            .map(|setting| nickel_setting(setting, "      "))
            .collect();
        out.push_str(&if own.is_empty() { ",\n\n".to_owned() } else { format!("\n    & {{\n{own}    }},\n\n") });
    }
    out.push_str("  Secrets\n    | doc \"The secrets that the services read, by name.\"\n    = {\n");
    for setting in of(runtime).filter(|setting| setting.is_secret()) {
        let presence = if setting.set_by == SetBy::Secret { "default = {}" } else { "optional" };
        out.push_str(&format!(
            "      {}\n        | doc {}\n        | secret_key.SecretKey\n        | {presence},\n",
            setting.name,
            nickel_string(&said_of(setting))
        ));
    }
    out.push_str("    },\n}\n");
    out
}

/// What a setting does, and which releases have it where not all do: completion and reference show all of them together.
fn said_of(setting: &Setting) -> String {
    let has = |runtime: &Runtime| get(*runtime, setting.key).is_some();
    let versions: Vec<&str> =
        Runtime::ALL.iter().filter(|runtime| has(runtime)).map(|runtime| runtime.version()).collect();
    match versions.len() == Runtime::ALL.len() {
        true => setting.doc.to_owned(),
        false => format!("{} Only in release {}.", setting.doc, versions.join(" and ")),
    }
}

fn nickel_setting(setting: &Setting, indent: &str) -> String {
    format!(
        "{indent}{}\n{indent}  | doc {}\n{indent}  | {}\n{indent}  | optional,\n",
        setting.name,
        nickel_string(&said_of(setting)),
        nickel_contract(setting.kind)
    )
}

fn nickel_contract(kind: Kind) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::OneOf(words) => format!("[| {} |]", words.iter().map(|w| format!("'{w}")).collect::<Vec<_>>().join(", ")),
        Kind::Integer { min, max } | Kind::Days { min, max } => format!("check.Integer \"R006\" {min} {max} \"a whole number\""),
        Kind::Flag { .. } | Kind::Guard { .. } => "Bool".to_owned(),
        Kind::Duration => "check.Text \"R006\" 8 \"^[1-9][0-9]?[0-9]?[0-9]?(s|m)$\" \"a length of time\" \"write a number from 1 to 9999 with `s` or `m`, for example `30s`\"".to_owned(),
        Kind::Memory => "check.Text \"R006\" 24 \"^[0-9]+(B|KiB|MiB|GiB|TiB)?$\" \"an amount of memory\" \"write a number and `MiB` or `GiB`\"".to_owned(),
        Kind::Switches => "check.Text \"R006\" 1024 \"^[a-z0-9.]+=[-+.a-z0-9]+(,[a-z0-9.]+=[-+.a-z0-9]+)*$\" \"switches of Go\" \"write `name=value`, with a comma between two of them, for example `netdns=go`\"".to_owned(),
        Kind::TimeZone => "check.Text \"R006\" 64 \"^[A-Za-z][-A-Za-z0-9_+]*(/[A-Za-z][-A-Za-z0-9_+]*)*$\" \"a time zone\" \"write its name in the IANA database, for example `Europe/Berlin`\"".to_owned(),
        Kind::Path | Kind::Sink => {
            "check.Text \"R006\" 4096 \"^/[-A-Za-z0-9._/]+$\" \"an absolute path\" \"write the whole path\"".to_owned()
        }
    }
}

/// A text as Nickel writes it.
pub(crate) fn nickel_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace("%{", "\\%{"))
}
