//! Patches: JSON merge patches (RFC 7386) on compiled objects, for what the language can't say.
//!
//! Invariant: a patch changes what an object says, never which object it is, and what comes of it is verified like any
//! other. A patch that can't be applied is a finding, never passed over.

mod annotations;
mod custom_resource;
mod fields;
mod flows;
mod provided;
mod schema;

use crate::catalogue::{
    DANGLING_REFERENCE, DUPLICATE_OBJECT, PATCH_BREAKS_SCHEMA, PATCH_MOVES_OBJECT, PATCH_OVERRIDES_FIELD,
    PATCH_WITHOUT_TARGET,
};
use crate::diagnostic::Code;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::objects::object::Object;
use crate::path::Path;
use crate::suggest::nearest;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// What patching yields.
pub struct Patched {
    /// The objects, changed.
    pub objects: Vec<Object>,
    /// What is wrong with the patches.
    pub findings: Vec<(Code, Finding)>,
}

/// A patch with the object that it is for.
struct Patch<'a> {
    path: Path,
    target: usize,
    change: &'a Json,
}

/// Applies the patches of an environment.
pub fn apply(environment: &Environment, mut objects: Vec<Object>) -> Patched {
    let (patches, mut findings) = resolve(environment, &objects);
    findings.extend(provided::compiled(environment, &objects).into_iter().map(|finding| (DUPLICATE_OBJECT, finding)));
    findings.extend(provided::without_keys(environment).into_iter().map(|finding| (DANGLING_REFERENCE, finding)));
    findings.extend(patches.iter().flat_map(|patch| change(&mut objects, environment, patch)));
    Patched { objects, findings }
}

/// Applies the patches one after the other, and shows the objects after each.
pub fn one_by_one(environment: &Environment, mut objects: Vec<Object>, mut show: impl FnMut(&Path, &[Object])) {
    let (patches, _) = resolve(environment, &objects);
    for patch in &patches {
        change(&mut objects, environment, patch);
        show(&patch.path, &objects);
    }
}

/// Finds the object of each patch.
fn resolve<'a>(environment: &'a Environment, objects: &[Object]) -> (Vec<Patch<'a>>, Vec<(Code, Finding)>) {
    let (mut patches, mut findings) = (Vec::new(), Vec::new());
    let mut patched = BTreeSet::new();
    for (kind, changes) in &environment.patches {
        for (name, change) in changes {
            let path = Path::of(["patches"]).field(kind).field(name);
            match find(environment, objects, kind, name) {
                None => findings.push((PATCH_WITHOUT_TARGET, without_target(environment, objects, path, kind, name))),
                Some(target) if !patched.insert(target) => findings.push((PATCH_WITHOUT_TARGET, second(path, kind))),
                Some(target) => patches.push(Patch { path, target, change }),
            }
        }
    }
    (patches, findings)
}

fn find(environment: &Environment, objects: &[Object], kind: &str, name: &str) -> Option<usize> {
    let (namespace, name) = name.split_once('/').unwrap_or((&environment.namespace, name));
    objects.iter().position(|object| {
        let there = object.namespace.as_deref().is_none_or(|its| its == namespace);
        object.kind == kind && object.name == name && there
    })
}

fn without_target(environment: &Environment, objects: &[Object], path: Path, kind: &str, name: &str) -> Finding {
    let kinds: BTreeSet<&str> = objects.iter().map(|object| object.kind.as_str()).collect();
    if !kinds.contains(kind) {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let finding = Finding::name(path.parent(), format!("nothing of the kind `{kind}` is compiled"));
        return choices(finding.label("no such kind"), &path.parent(), "kind", kind, &kinds);
    }
    let names: Vec<String> = objects.iter().filter(|o| o.kind == kind).map(|o| key(environment, o)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let finding = Finding::name(path.clone(), format!("no {kind} of the name `{name}` is compiled"));
    choices(finding.label("no such object"), &path, "name", name, &names)
}

/// What a patch of this object is called.
pub(crate) fn key(environment: &Environment, object: &Object) -> String {
    match &object.namespace {
        Some(namespace) if *namespace != environment.namespace => format!("{namespace}/{}", object.name),
        Some(_) | None => object.name.clone(),
    }
}

fn choices(finding: Finding, path: &Path, what: &str, written: &str, known: &[&str]) -> Finding {
    let removal = Remedy::remove(path.clone());
    match nearest(written, known) {
        Some(near) => finding
            .help(format!("did you mean `{near}`?"))
            .mended(Remedy::rename(path.clone(), Path::of([near]).to_string()))
            .mended(removal),
        None => finding.help(format!("choose a {what} that is compiled: `{}`", known.join("`, `"))).mended(removal),
    }
}

fn second(path: Path, kind: &str) -> Finding {
    Finding::name(path, format!("another patch is for this {kind} already"))
        .label("the same object, named with its namespace and without")
        .help("write both as one patch")
}

/// Applies one patch, or leaves the object as it is and says why.
fn change(objects: &mut [Object], environment: &Environment, patch: &Patch<'_>) -> Vec<(Code, Finding)> {
    let Some(object) = objects.get_mut(patch.target) else { return Vec::new() };
    let mut body = object.body.clone();
    merge(&mut body, patch.change);
    let changed = Object::of(body);
    let faults = faults(object, &changed, environment, &patch.path);
    if !faults.is_empty() {
        return faults;
    }
    let before = std::mem::replace(object, changed);
    let Some(finding) = flows(objects, patch, &before) else { return Vec::new() };
    if let Some(object) = objects.get_mut(patch.target) {
        *object = before;
    }
    vec![(PATCH_OVERRIDES_FIELD, finding)]
}

/// What a patch changes of what passes any pod.
fn flows(objects: &[Object], patch: &Patch<'_>, before: &Object) -> Option<Finding> {
    // Only policies and the labels of pods say it.
    if before.kind != "NetworkPolicy" && before.body.pointer("/spec/template").is_none() {
        return None;
    }
    let here = |(_, object): &(usize, &Object)| object.namespace == before.namespace;
    let old = |(position, object)| if position == patch.target { before } else { object };
    // Policies are for pods of their own namespace.
    let all = || objects.iter().enumerate().filter(here);
    let (old, new): (Vec<&Object>, Vec<&Object>) =
        (all().map(old).collect(), all().map(|(_, object)| object).collect());
    flows::changed(&old, &new, &patch.path)
}

/// What is wrong with what a patch makes of an object.
fn faults(before: &Object, after: &Object, environment: &Environment, path: &Path) -> Vec<(Code, Finding)> {
    if let Some(finding) = moved(before, after, path) {
        return vec![(PATCH_MOVES_OBJECT, finding)];
    }
    let unfit = custom_resource::faults(after).unwrap_or_else(|| schema::faults(after)).into_iter();
    let unfit = unfit.map(|fault| (PATCH_BREAKS_SCHEMA, fault.explain(&after.kind, path)));
    let overridden = fields::overridden(before, after, environment, path).into_iter();
    let overridden = overridden.chain(annotations::overridden(before, after, path));
    unfit.chain(overridden.map(|finding| (PATCH_OVERRIDES_FIELD, finding))).collect()
}

/// What of an object's identity a patch changes.
fn moved(before: &Object, after: &Object, path: &Path) -> Option<Finding> {
    let metadata = path.field("metadata");
    let changed = [
        (before.api_version != after.api_version, path.field("apiVersion")),
        (before.kind != after.kind, path.field("kind")),
        (before.name != after.name, metadata.field("name")),
        (before.namespace != after.namespace, metadata.field("namespace")),
    ];
    let (_, at) = changed.into_iter().find(|(changed, _)| *changed)?;
    let finding = Finding::value(at, format!("a patch makes another object of the {} `{}`", before.kind, before.name))
        .label("what the object is called")
        .note("other objects refer to this one by its kind, name and namespace")
        .help("leave `apiVersion`, `kind`, `metadata.name` and `metadata.namespace` as they are");
    Some(finding)
}

/// RFC 7386: records are merged, `null` removes, everything else replaces, lists too.
fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    let Some(fields) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            fields.shift_remove(name);
        } else {
            merge(fields.entry(name.as_str()).or_insert(Json::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::merge;
    use serde_json::{Value as Json, json};

    /// The examples of RFC 7386, appendix A.
    #[test]
    fn merging_is_that_of_the_standard() {
        let cases: &[(Json, Json, Json)] = &[
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (before, patch, after) in cases {
            let mut target = before.clone();
            merge(&mut target, patch);
            assert_eq!(target, *after, "{before} {patch}");
        }
    }

    #[test]
    fn fields_keep_their_order() {
        let mut target = json!({"a": 1, "b": 2, "c": 3, "d": 4});
        merge(&mut target, &json!({"b": null, "a": 5}));
        assert_eq!(target.to_string(), r#"{"a":5,"c":3,"d":4}"#);
    }
}
