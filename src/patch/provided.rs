//! K005: what the environment says the platform makes is none of the compiled objects, nor made of one by an operator. K002:
//! it has the keys that fields read.

use crate::finding::Finding;
use crate::lower;
use crate::model::{self, Environment};
use crate::objects::makers;
use crate::objects::object::{External, Object};
use crate::path::Path;

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

/// Keys that a field reads and that what the platform makes is said not to have.
pub(super) fn without_keys(environment: &Environment) -> Vec<Finding> {
    let needed: Vec<External> = model::stacks(environment).iter().flat_map(|stack| lower::needed(stack)).collect();
    let keyed = environment.provided.secrets.iter().filter(|(_, keys)| !keys.is_empty());
    let lacks = |(name, keys): (&String, &Vec<String>)| {
        let read = needed.iter().filter(|needed| needed.kind == "Secret" && needed.name == *name);
        let read = read.flat_map(|needed| needed.keys.clone());
        let pulled = environment.pull_secrets.contains(name).then(|| lower::REGISTRY_KEY.to_owned());
        let missing = read.chain(pulled).find(|key| !keys.contains(key))?;
        let path = Path::of(["provided", "Secret"]).field(name).field("keys");
        Some(
            Finding::value(path, format!("the key `{missing}` of the Secret `{name}` is read, and is not among these"))
                .label("no such key")
                .note("a pod that needs the key does not start, and the reason stands in its events alone")
                .help(format!(
                    "add `{missing}` to the keys, where the platform makes it; or correct the field that names it"
                )),
        )
    };
    keyed.filter_map(lacks).collect()
}

/// Whether an object is the one of this kind and name, or an operator makes that of it.
fn makes(object: &Object, kind: &str, name: &str) -> bool {
    let is_made = || makers::of_operator(object).is_some_and(|(made, called, _)| made == kind && called == name);
    object.kind == kind && object.name == name || is_made()
}

fn explain(path: Path, kind: &str, name: &str, maker: &str) -> Finding {
    let made = if maker == kind { "compiled".to_owned() } else { format!("made of the {maker} that is compiled") };
    Finding::name(path, format!("the platform is to make the {kind} `{name}`, which is {made}"))
        .label("two makers of one object")
        .note("applying the stack replaces what the platform has made, and the platform replaces it again, silently")
        .help(format!("remove the entry, or give the platform's {kind} another name"))
}
