//! Differences as one JSON object, for programs.

use super::{EnvironmentChange, Fate, Field, ObjectChange, Report, Shown};
use crate::{catalogue, characters};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The version of this format. It changes when a field goes away or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    old: &'a str,
    new: &'a str,
    classes: BTreeMap<&'a str, usize>,
    environments: Vec<Environment<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Environment<'a> {
    name: Option<&'a str>,
    change: &'a str,
    objects: Vec<Object<'a>>,
}

#[derive(Serialize)]
struct Object<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    change: &'a str,
    meanings: Vec<Meaning<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    fields: Vec<Difference<'a>>,
}

/// The last two are null for a class that has no code.
#[derive(Serialize)]
struct Meaning<'a> {
    class: &'a str,
    message: &'a str,
    code: Option<&'a str>,
    url: Option<String>,
}

/// The values are absent where there is none, and where it is hidden.
#[derive(Serialize)]
struct Difference<'a> {
    path: &'a str,
    change: &'a str,
    hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a Json>,
}

/// The report as one object.
pub(super) fn render(report: &Report) -> String {
    let document = Document {
        version: VERSION,
        old: &report.old,
        new: &report.new,
        classes: report.counts().into_iter().map(|(class, count)| (class.as_str(), count)).collect(),
        environments: report.environments.iter().map(environment).collect(),
        notes: &report.notes,
    };
    // Numbers and strings always become JSON.
    characters::json(&serde_json::to_string_pretty(&document).unwrap_or_default()).into_owned() + "\n"
}

fn environment(environment: &EnvironmentChange) -> Environment<'_> {
    Environment {
        name: environment.name.as_deref(),
        change: environment.fate.as_str(),
        objects: environment.objects.iter().map(object).collect(),
    }
}

fn object(object: &ObjectChange) -> Object<'_> {
    let meaning = |meaning: &'_ super::Meaning| (meaning.class, meaning.class.code());
    Object {
        group: &object.identity.group,
        kind: &object.identity.kind,
        namespace: object.identity.namespace.as_deref(),
        name: &object.identity.name,
        change: object.fate.as_str(),
        meanings: object
            .meanings
            .iter()
            .map(|found| {
                let (class, code) = meaning(found);
                Meaning {
                    class: class.as_str(),
                    message: &found.text,
                    code: code.map(|code| code.0),
                    url: code.map(catalogue::url),
                }
            })
            .collect(),
        notes: &object.notes,
        fields: object.fields.iter().map(field).collect(),
    }
}

fn field(field: &Field) -> Difference<'_> {
    let (change, hidden, old, new) = match &field.change {
        Shown::Added(new) => (Fate::Added.as_str(), false, None, Some(new)),
        Shown::Removed(old) => (Fate::Removed.as_str(), false, Some(old), None),
        Shown::Changed(old, new) => (Fate::Changed.as_str(), false, Some(old), Some(new)),
        Shown::Reordered => ("reordered", false, None, None),
        Shown::Hidden(fate) => (fate.as_str(), true, None, None),
    };
    Difference { path: &field.path, change, hidden, old, new }
}
