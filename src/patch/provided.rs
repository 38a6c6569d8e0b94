//! K005: what the environment says the platform makes is none of the compiled objects, nor made of one by an operator.

use crate::model::Environment;
use crate::objects::object::Object;
use crate::path::Path;
use crate::rules::Finding;

/// Objects that are said to be the platform's, and are compiled.
pub(super) fn compiled(environment: &Environment, objects: &[Object]) -> Vec<Finding> {
    let provided = &environment.provided;
    let pull = environment.pull_secrets.iter().map(|name| ("Secret", name, Path::of(["pull_secrets"])));
    let of = |kind: &'static str| move |name| (kind, name, Path::of(["provided", kind]));
    let said = pull
        .chain(provided.secrets.keys().map(of("Secret")))
        .chain(provided.config_maps.keys().map(of("ConfigMap")))
        .chain(provided.service_accounts.iter().map(of("ServiceAccount")))
        .chain(provided.claims.iter().map(of("PersistentVolumeClaim")));
    said.filter_map(|(kind, name, path)| {
        let maker = objects.iter().find(|object| makes(object, kind, name))?;
        Some(explain(path.field(name), kind, name, &maker.kind))
    })
    .collect()
}

/// Whether an object is the one of this kind and name, or an operator makes that of it.
fn makes(object: &Object, kind: &str, name: &str) -> bool {
    match object.kind.as_str() {
        own if own == kind => object.name == name,
        "ExternalSecret" | "SealedSecret" => kind == "Secret" && object.name == name,
        "Certificate" => {
            kind == "Secret" && object.body.pointer("/spec/secretName").is_some_and(|secret| secret == name)
        }
        _ => false,
    }
}

fn explain(path: Path, kind: &str, name: &str, maker: &str) -> Finding {
    let made = if maker == kind { "compiled".to_owned() } else { format!("made of the {maker} that is compiled") };
    Finding::name(path, format!("the platform is to make the {kind} `{name}`, which is {made}"))
        .label("two makers of one object")
        .note("applying the stack replaces what the platform has made, and the platform replaces it again, silently")
        .help(format!("remove the entry, or give the platform's {kind} another name"))
}
