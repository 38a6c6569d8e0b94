//! Two values → the fields in which they differ.
//!
//! Lists of things with a name are matched by it, as Kubernetes' strategic merge does; in all others the order counts.
//! Two spellings of what the API server keeps as one value are no difference: equal amounts, and fields that are zero.

use crate::objects::view::json::amount;
use crate::path::{Path, Segment};
use crate::scan::base64;
use serde_json::{Map, Value as Json};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet};

/// Lists whose items have a name: the list, and where its items say their names; the first that fits counts.
const KEYS: &[(&str, &[&str])] = &[
    ("containers", &["/name"]),
    ("data", &["/secretKey"]),
    ("env", &["/name"]),
    ("ephemeralContainers", &["/name"]),
    ("groups", &["/name"]),
    ("hostAliases", &["/ip"]),
    ("imagePullSecrets", &["/name"]),
    ("initContainers", &["/name"]),
    ("items", &["/key"]),
    ("parentRefs", &["/name"]),
    ("ports", &["/containerPort", "/port"]),
    ("topologySpreadConstraints", &["/topologyKey"]),
    ("volumeClaimTemplates", &["/metadata/name"]),
    ("volumeDevices", &["/devicePath"]),
    ("volumeMounts", &["/mountPath"]),
    ("volumes", &["/name"]),
];

/// Fields in which the API server can't tell zero, `false` or an empty text from nothing.
const ZEROES: &[&str] = &[
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostPort",
    "initialDelaySeconds",
    "minReadySeconds",
    "paused",
    "publishNotReadyAddresses",
    "readOnly",
    "stdin",
    "stdinOnce",
    "subPath",
    "tty",
    "value",
    "workingDir",
];

/// Maps that mean nothing where they are empty.
const EMPTIES: &[&str] =
    &["annotations", "data", "labels", "limits", "nodeSelector", "requests", "resources", "stringData"];

/// Maps of texts, in which no field is one of Kubernetes.
const TEXTS: &[&str] = &["annotations", "data", "labels", "matchLabels", "nodeSelector", "stringData"];

/// Maps of amounts.
const AMOUNTS: &[&str] = &[
    "capacity",
    "default",
    "defaultRequest",
    "hard",
    "limits",
    "max",
    "maxLimitRequestRatio",
    "min",
    "overhead",
    "podFixed",
    "requests",
];

/// What a cluster writes into objects by itself.
const OF_THE_CLUSTER: &[&[&str]] = &[
    &["status"],
    &["metadata", "creationTimestamp"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &["metadata", "resourceVersion"],
    &["metadata", "selfLink"],
    &["metadata", "uid"],
    &["metadata", "annotations", "deployment.kubernetes.io/revision"],
    &["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

/// What the value at a path is called: by its field, or for the value of a named item by that name.
pub(super) fn called(path: &Path) -> Option<&str> {
    match path.0.as_slice() {
        [.., Segment::Item(name), Segment::Field(field)] if field == "value" => Some(name),
        [.., Segment::Field(name) | Segment::Item(name)] => Some(name),
        [.., Segment::Index(_)] | [] => None,
    }
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is new.
    Added(Json),
    /// It is gone.
    Removed(Json),
    /// It is another.
    Changed(Json, Json),
    /// The items of a list are the same, in another order.
    Reordered,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where.
    pub path: Path,
    /// How.
    pub change: Change,
}

/// The fields in which two objects differ, in order.
pub fn compare(old: &Json, new: &Json) -> Vec<FieldChange> {
    let mut found = Vec::new();
    of_values(&Path::root(), &own(old), &own(new), &mut found);
    found
}

/// An object without what a cluster writes. Taken out before comparing: inside of a larger value that is new, a copy of
/// a Secret in an annotation would be shown.
pub(super) fn own(object: &Json) -> Json {
    let mut object = object.clone();
    for fields in OF_THE_CLUSTER {
        remove(&mut object, fields);
    }
    // Annotations of which nothing is left are as good as none.
    if object.pointer("/metadata/annotations").and_then(Json::as_object).is_some_and(Map::is_empty) {
        remove(&mut object, &["metadata", "annotations"]);
    }
    object
}

fn remove(object: &mut Json, fields: &[&str]) {
    let Some((last, above)) = fields.split_last() else { return };
    let parent = above.iter().try_fold(object, |value, field| value.get_mut(*field));
    if let Some(Json::Object(parent)) = parent {
        parent.remove(*last);
    }
}

fn of_values(path: &Path, old: &Json, new: &Json, found: &mut Vec<FieldChange>) {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => of_maps(path, old, new, found),
        (Json::Array(old), Json::Array(new)) => of_lists(path, old, new, found),
        _ if old == new || is_one_number(old, new) || is_one_amount(path, old, new) => {}
        _ => push(path.clone(), Change::Changed(old.clone(), new.clone()), found),
    }
}

/// Whether two values at a place are the same.
pub(super) fn is_same(path: &Path, old: &Json, new: &Json) -> bool {
    let mut found = Vec::new();
    of_values(path, old, new, &mut found);
    found.is_empty()
}

/// `1` and `1.0`.
fn is_one_number(old: &Json, new: &Json) -> bool {
    matches!((old, new), (Json::Number(old), Json::Number(new)) if old.as_f64() == new.as_f64() && (old.is_f64() || new.is_f64()))
}

/// `1Gi` and `1024Mi`, or `0.5` and `"500m"`, where Kubernetes reads an amount.
fn is_one_amount(path: &Path, old: &Json, new: &Json) -> bool {
    is_amount(path) && amount(old).is_some_and(|old| amount(new) == Some(old))
}

fn is_amount(path: &Path) -> bool {
    match path.0.as_slice() {
        [.., Segment::Field(map), Segment::Field(_)] if TEXTS.contains(&map.as_str()) => false,
        [.., Segment::Field(_), Segment::Field(field)]
            if ["averageValue", "divisor", "sizeLimit"].contains(&field.as_str()) =>
        {
            true
        }
        [.., Segment::Field(map), Segment::Field(_)] => AMOUNTS.contains(&map.as_str()),
        _ => false,
    }
}

/// Whether a value is as good as none.
fn is_nothing(path: &Path, value: &Json) -> bool {
    let (name, map) = match path.0.as_slice() {
        [.., Segment::Field(map), Segment::Field(name)] => (name.as_str(), map.as_str()),
        [.., Segment::Field(name)] => (name.as_str(), ""),
        [.., Segment::Item(_) | Segment::Index(_)] | [] => return false,
    };
    match value {
        Json::Null => true,
        _ if TEXTS.contains(&map) => false,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty() && EMPTIES.contains(&name),
        Json::Bool(is_so) => !is_so && ZEROES.contains(&name),
        Json::Number(number) => number.as_f64() == Some(0.0) && ZEROES.contains(&name),
        Json::String(text) => text.is_empty() && ZEROES.contains(&name),
    }
}

/// Writes the texts of a Secret where the API server keeps them: encoded, in `data`.
pub(super) fn encode(secret: &mut Json) {
    let Some(fields) = secret.as_object_mut() else { return };
    let Some(Json::Object(mut data)) =
        fields.get("data").cloned().filter(|data| !data.is_null()).or(Some(Map::new().into()))
    else {
        return;
    };
    for value in data.values_mut() {
        let bytes = value.as_str().and_then(|text| base64::decode(&text.replace(['\n', '\r'], "")));
        *value = bytes.map_or_else(|| value.take(), |bytes| Json::String(base64::encode(&bytes)));
    }
    let texts = match fields.get("stringData") {
        Some(Json::Object(texts)) if texts.values().all(Json::is_string) => texts.clone(),
        Some(Json::Null) | None => Map::new(),
        Some(_) => return,
    };
    let encoded = texts
        .into_iter()
        .filter_map(|(key, text)| Some((key, Json::String(base64::encode(text.as_str()?.as_bytes())))));
    data.extend(encoded);
    fields.remove("stringData");
    if !data.is_empty() {
        fields.insert("data".to_owned(), Json::Object(data));
    }
}

fn push(path: Path, change: Change, found: &mut Vec<FieldChange>) {
    found.push(FieldChange { path, change });
}

fn of_maps(path: &Path, old: &Map<String, Json>, new: &Map<String, Json>, found: &mut Vec<FieldChange>) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let there = |map: &Map<String, Json>, name: &str| map.get(name).filter(|value| !value.is_null()).cloned();
    for name in names {
        let path = path.field(name);
        match (there(old, name), there(new, name)) {
            (Some(old), Some(new)) => of_values(&path, &old, &new, found),
            (Some(old), None) if !is_nothing(&path, &old) => push(path, Change::Removed(old), found),
            (None, Some(new)) if !is_nothing(&path, &new) => push(path, Change::Added(new), found),
            (Some(_), None) | (None, Some(_) | None) => {}
        }
    }
}

fn of_lists(path: &Path, old: &[Json], new: &[Json], found: &mut Vec<FieldChange>) {
    let named = key(path, old, new).and_then(|key| Some((names(old, key)?, names(new, key)?)));
    match named {
        Some((old_names, new_names)) => of_named(path, (&old_names, old), (&new_names, new), found),
        None => of_ordered(path, old, new, found),
    }
}

/// Where the items of two lists say their names, if all of them do.
pub(super) fn key(path: &Path, old: &[Json], new: &[Json]) -> Option<&'static str> {
    let keys = KEYS.iter().find(|(list, _)| called(path) == Some(list)).map_or(&[][..], |(_, keys)| keys);
    keys.iter().copied().find(|key| names(old, key).is_some() && names(new, key).is_some())
}

/// The names of all items; none where one has none, or two have the same.
fn names(items: &[Json], key: &str) -> Option<Vec<String>> {
    let names: Vec<String> = items.iter().map(|item| name_of(item, key)).collect::<Option<_>>()?;
    let distinct: BTreeSet<&String> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}

/// The name of an item. That of a port has its protocol, unless it is the usual one.
pub(super) fn name_of(item: &Json, key: &str) -> Option<String> {
    let name = match item.pointer(key)? {
        Json::String(name) => name.clone(),
        Json::Number(number) => number.to_string(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    let is_port = matches!(key, "/containerPort" | "/port");
    let protocol = item.get("protocol").and_then(Json::as_str).filter(|protocol| is_port && *protocol != "TCP");
    Some(protocol.map_or_else(|| name.clone(), |protocol| format!("{name}/{protocol}")))
}

type Named<'a> = (&'a [String], &'a [Json]);

fn of_named(path: &Path, old: Named<'_>, new: Named<'_>, found: &mut Vec<FieldChange>) {
    let item = |list: Named<'_>, name: &String| {
        list.0.iter().zip(list.1).find(|(other, _)| *other == name).map(|(_, item)| item.clone())
    };
    for name in old.0.iter().chain(new.0.iter().filter(|name| !old.0.contains(name))) {
        let path = path.item(name);
        match (item(old, name), item(new, name)) {
            (Some(old), Some(new)) => of_values(&path, &old, &new, found),
            (Some(old), None) => push(path, Change::Removed(old), found),
            (None, Some(new)) => push(path, Change::Added(new), found),
            (None, None) => {}
        }
    }
    // The order of variables and of init containers means something, and any other order restarts pods.
    let both = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|name| other.contains(name)).cloned().collect()
    };
    if both(old.0, new.0) != both(new.0, old.0) {
        push(path.clone(), Change::Reordered, found);
    }
}

/// Positions are those of the new list, and of the old one for what is gone.
fn of_ordered(path: &Path, old: &[Json], new: &[Json], found: &mut Vec<FieldChange>) {
    let text = |items: &[Json]| items.iter().map(|item| sorted(item).to_string()).collect::<Vec<_>>();
    let item = |items: &[Json], index: usize| items.get(index).cloned().unwrap_or_default();
    for op in capture_diff_slices(Algorithm::Myers, &text(old), &text(new)) {
        let (old_range, new_range) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let paired = old_range.len().min(new_range.len());
        for (left, right) in old_range.clone().zip(new_range.clone()) {
            of_values(&path.index(right), &item(old, left), &item(new, right), found);
        }
        for index in old_range.skip(paired) {
            push(path.index(index), Change::Removed(item(old, index)), found);
        }
        for index in new_range.skip(paired) {
            push(path.index(index), Change::Added(item(new, index)), found);
        }
    }
}

/// A value whose fields are in the order of their names.
fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let fields: BTreeMap<&String, Json> = fields.iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Json::Array(items) => items.iter().map(sorted).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(old: &Json, new: &Json) -> Vec<String> {
        let line = |FieldChange { path, change }: FieldChange| match (path.in_manifest(), change) {
            (path, Change::Added(value)) => format!("+ {path}: {value}"),
            (path, Change::Removed(value)) => format!("- {path}: {value}"),
            (path, Change::Changed(old, new)) => format!("~ {path}: {old} {new}"),
            (path, Change::Reordered) => format!("% {path}"),
        };
        compare(old, new).into_iter().map(line).collect()
    }

    #[test]
    fn named_items_are_matched_by_name() {
        let old = json!({ "env": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }] });
        let new = json!({ "env": [{ "name": "B", "value": "3" }, { "name": "C", "value": "4" }] });
        let expected = [
            "- env[A]: {\"name\":\"A\",\"value\":\"1\"}",
            "~ env[B].value: \"2\" \"3\"",
            "+ env[C]: {\"name\":\"C\",\"value\":\"4\"}",
        ];
        assert_eq!(shown(&old, &new), expected);
    }

    #[test]
    fn another_order_of_named_items_is_said() {
        let (old, new) = (
            json!({ "env": [{ "name": "A" }, { "name": "B" }] }),
            json!({ "env": [{ "name": "B" }, { "name": "A" }] }),
        );
        assert_eq!(shown(&old, &new), ["% env"]);
    }

    #[test]
    fn the_order_of_other_lists_counts() {
        let (old, new) =
            (json!({ "args": ["serve", "--addr", ":1"] }), json!({ "args": ["serve", "-v", "--addr", ":2"] }));
        assert_eq!(shown(&old, &new), ["+ args[1]: \"-v\"", "~ args[3]: \":1\" \":2\""]);
    }

    #[test]
    fn items_with_one_name_are_no_named_items() {
        let ports = |port: u16| json!({ "ports": [{ "port": 53, "name": "a" }, { "port": port, "name": "b" }] });
        assert_eq!(shown(&ports(53), &ports(54)), ["~ ports[1].port: 53 54"]);
    }

    #[test]
    fn ports_are_matched_by_number_and_protocol() {
        let ports = |port: u16, name: &str| json!({ "ports": [{ "port": 53, "protocol": "UDP", "name": name }, { "port": port, "protocol": "TCP" }] });
        let found = shown(&ports(53, "a"), &ports(53, "b"));
        assert_eq!(found, ["~ ports[53/UDP].name: \"a\" \"b\""]);
        assert_eq!(shown(&json!({ "ports": [{ "port": 53 }] }), &ports(53, "a")).len(), 2);
    }

    #[test]
    fn two_spellings_of_a_value_are_no_difference() {
        let limits = |cpu: Json, memory: &str| json!({ "resources": { "limits": { "cpu": cpu, "memory": memory } } });
        assert_eq!(shown(&limits(json!("500m"), "1Gi"), &limits(json!(0.5), "1024Mi")), [""; 0]);
        assert_eq!(shown(&limits(json!(1), "1Gi"), &limits(json!(1.0), "1073741824")), [""; 0]);
        assert_eq!(shown(&limits(json!("500m"), "1Gi"), &limits(json!("0.6"), "1G")).len(), 2);
        let spec = |fields: Json| json!({ "spec": fields });
        let zero =
            json!({ "hostNetwork": false, "args": [], "securityContext": {}, "env": [{ "name": "A", "value": "" }] });
        assert_eq!(shown(&spec(zero), &spec(json!({ "securityContext": {}, "env": [{ "name": "A" }] }))), [""; 0]);
    }

    #[test]
    fn texts_that_look_like_amounts_and_fields_that_may_be_false_are_compared_as_they_are() {
        let data = |size: &str| json!({ "data": { "sizeLimit": size }, "metadata": { "labels": { "limits": size } } });
        assert_eq!(shown(&data("1Gi"), &data("1024Mi")).len(), 2);
        let pod = json!({ "spec": { "automountServiceAccountToken": false, "storageClassName": "" }, "data": { "value": "" } });
        assert_eq!(shown(&pod, &json!({ "spec": {}, "data": {} })).len(), 3);
    }

    #[test]
    fn null_is_no_value_and_what_the_cluster_writes_is_passed_over() {
        let old = json!({ "spec": { "a": null }, "metadata": { "uid": "1" } });
        assert_eq!(shown(&old, &json!({ "spec": {}, "status": { "ready": 1 }, "metadata": { "uid": "2" } })), [""; 0]);
    }

    #[test]
    fn what_the_cluster_keeps_in_annotations_is_never_shown() {
        let applied =
            json!({ "metadata": { "annotations": { "kubectl.kubernetes.io/last-applied-configuration": "{}" } } });
        assert_eq!(shown(&json!({ "metadata": {} }), &applied), [""; 0]);
        assert_eq!(
            shown(&json!({ "metadata": { "annotations": { "a": "b" } } }), &applied),
            ["- metadata.annotations: {\"a\":\"b\"}"]
        );
    }

    #[test]
    fn names_with_dots_are_quoted_in_paths() {
        assert_eq!(shown(&json!({ "data": { "a.b/c": 1 } }), &json!({ "data": {} })), ["- data[\"a.b/c\"]: 1"]);
    }
}
