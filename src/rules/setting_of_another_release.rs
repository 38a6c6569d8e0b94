//! R003 for fields: one that becomes settings which this release does not read. For variables `unknown_setting` says it.

use super::Rule;
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::{Runtime, ServiceName};
use crate::catalogue::SETTING_OF_ANOTHER_RELEASE;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: SETTING_OF_ANOTHER_RELEASE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let runtime = environment.runtime;
    used(environment)
        .into_iter()
        .filter(|(_, key)| settings::name(runtime, *key).is_none())
        .map(|(path, key)| {
            let finding =
                Finding::value(path.clone(), format!("release {} has nothing like `{path}`", runtime.version()))
                    .given(Path::of(["runtime"]))
                    .label("this would have no effect")
                    .note("the services would run as if it were not there, silently")
                    .mended(Remedy::remove(path));
            match readers(key) {
                Some(readers) => finding.help(format!("remove it, or run {readers}")),
                None => finding.help("remove it"),
            }
        })
        .collect()
}

/// The fields that not every release has, as far as they are used, each with a setting that they become.
fn used(environment: &Environment) -> Vec<(Path, Key)> {
    let mut used = Vec::new();
    used.extend(environment.database.as_ref().map(|_| (Path::of(["database"]), Key::StorageBackend)));
    let tenants = environment.tenancy.tenants.iter().filter(|(_, tenant)| tenant.own_database().is_some());
    let of_tenant = |id: &String| Path::of(["tenancy", "tenants"]).field(id).field("database");
    used.extend(tenants.map(|(id, _)| (of_tenant(id), Key::StorageBackend)));
    used.extend(environment.authentication.as_ref().map(|_| (Path::of(["authentication"]), Key::OidcIssuerUrl)));
    for service in ServiceName::ALL {
        let own = environment.services.get(service);
        let path = Path::of(["services", service.as_str()]);
        used.extend(own.tls.as_ref().map(|_| (path.field("tls"), Key::TlsCertificate)));
        used.extend(own.model.as_ref().map(|_| (path.field("model"), Key::ModelProvider)));
    }
    used
}

/// The releases that have a setting, as `runtime` names them.
fn readers(key: Key) -> Option<String> {
    let readers = Runtime::ALL.into_iter().filter(|runtime| settings::name(*runtime, key).is_some());
    readers.map(|runtime| format!("`runtime = '{}`", runtime.tag())).reduce(|all, next| format!("{all} or {next}"))
}
