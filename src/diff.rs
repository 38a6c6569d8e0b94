//! Two sets of objects → what differs, by object and field, and what it means to apply the second over the first.
//!
//! Invariant: no value of a Secret and nothing that looks like a credential leaves this module; whoever renders a
//! report can't show one.
//!
//! - `fields` compares two objects.
//! - `classes` says what their differences mean; one file a class, one ordered registry.
//! - `live` takes what a cluster fills in for no difference.
//! - `hide` takes credentials out.
//! - `human`, `json`, `markdown` are the formats.

pub mod classes;
pub mod fields;
mod hide;
pub mod human;
mod json;
mod live;
pub mod manifests;
mod markdown;
mod words;

use crate::objects::object::Object;
use clap::ValueEnum;
use classes::{Class, Pair};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How to print differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
    /// For the description or a comment of a pull request.
    Markdown,
}

impl Format {
    /// The report in this format.
    pub fn render(self, report: &Report, style: human::Style) -> String {
        match self {
            Format::Human => human::render(report, style),
            Format::Json => json::render(report),
            Format::Markdown => markdown::render(report),
        }
    }
}

/// The objects of one environment.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// The name of the environment, where it has one.
    pub name: Option<String>,
    /// Its objects.
    pub objects: Vec<Object>,
}

/// One of the two sides.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// How the user named it.
    pub name: String,
    /// What is in it.
    pub stacks: Vec<Stack>,
}

/// Why two sides can't be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiffError {
    /// Several environments, and manifests of which nobody knows to which of them they belong.
    #[error("`{0}` does not say which of the environments of `{1}` it is; name that one's file or folder")]
    Unnamed(String, String),
    /// One side has two of one name.
    #[error("`{side}` has two environments with the name `{name}`")]
    SameName {
        /// The side.
        side: String,
        /// The name of both.
        name: String,
    },
    /// One side has an object twice.
    #[error("`{side}` has {object} twice")]
    Twice {
        /// The side.
        side: String,
        /// The object.
        object: Identity,
    },
}

/// What became of an environment, an object or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

impl Fate {
    /// In one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Changed => "changed",
        }
    }

    /// In one character.
    pub fn sign(self) -> char {
        match self {
            Fate::Added => '+',
            Fate::Removed => '-',
            Fate::Changed => '~',
        }
    }
}

/// What makes an object the same one: the version of its group does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The kind.
    pub kind: String,
    /// The group; empty for the core.
    pub group: String,
    /// The namespace, unless it belongs to the cluster.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl Identity {
    fn of(object: &Object) -> Identity {
        Identity {
            kind: object.kind.clone(),
            group: object.group().to_owned(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind.escape_debug())?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{}/", namespace.escape_debug())?;
        }
        write!(f, "{}", self.name.escape_debug())
    }
}

/// All that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The side that is there.
    pub old: String,
    /// The side that is to come.
    pub new: String,
    /// The environments that differ, by name.
    pub environments: Vec<EnvironmentChange>,
    /// What could not be compared, and what is taken for granted.
    pub notes: Vec<String>,
}

/// An environment that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentChange {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// Its objects that differ, those first of which there is most to say.
    pub objects: Vec<ObjectChange>,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectChange {
    /// Which.
    pub identity: Identity,
    /// What became of it.
    pub fate: Fate,
    /// What that means, in the order of classes.
    pub meanings: Vec<Meaning>,
    /// What the change depends on that no side says.
    pub notes: Vec<String>,
    /// The fields that differ; none where all of the object came or went.
    pub fields: Vec<Field>,
}

/// What a difference means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meaning {
    /// The class of it.
    pub class: Class,
    /// In words.
    pub text: String,
}

/// A field that differs, as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its path.
    pub path: String,
    /// How it differs.
    pub change: Shown,
}

/// How a field differs, without credentials.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// It is new.
    Added(Json),
    /// It is gone.
    Removed(Json),
    /// It is another.
    Changed(Json, Json),
    /// The items of a list are the same, in another order.
    Reordered,
    /// What became of a value that is not shown.
    Hidden(Fate),
}

impl Report {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.environments.is_empty()
    }

    /// Every object that differs.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectChange> {
        self.environments.iter().flat_map(|environment| &environment.objects)
    }

    /// How often each class that there is occurs.
    pub fn counts(&self) -> BTreeMap<Class, usize> {
        let mut counts = BTreeMap::new();
        for meaning in self.objects().flat_map(|object| &object.meanings) {
            *counts.entry(meaning.class).or_insert(0) += 1;
        }
        counts
    }
}

/// Compares two sides. Two single environments are compared whatever their names; several are paired by name.
pub fn compare(old: &Side, new: &Side) -> Result<Report, DiffError> {
    let mut environments = Vec::new();
    let mut notes = Vec::new();
    for (name, old_stack, new_stack) in pairs(old, new)? {
        let fate = match (old_stack, new_stack) {
            (None, Some(_)) => Fate::Added,
            (Some(_), None) => Fate::Removed,
            (Some(_), Some(_)) | (None, None) => Fate::Changed,
        };
        let old_objects = by_identity(&old.name, old_stack)?;
        let new_objects = by_identity(&new.name, new_stack)?;
        let sides = live::sides((&old.name, old_objects), (&new.name, new_objects));
        let objects = changes(&sides.old, &sides.new);
        notes.extend(sides.notes);
        if fate != Fate::Changed || !objects.is_empty() {
            environments.push(EnvironmentChange { name, fate, objects });
        }
    }
    Ok(Report { old: old.name.clone(), new: new.name.clone(), environments, notes })
}

type Paired<'a> = (Option<String>, Option<&'a Stack>, Option<&'a Stack>);

fn pairs<'a>(old: &'a Side, new: &'a Side) -> Result<Vec<Paired<'a>>, DiffError> {
    if let ([one], [other]) = (old.stacks.as_slice(), new.stacks.as_slice()) {
        let name = other.name.clone().or_else(|| one.name.clone());
        return Ok(vec![(name, Some(one), Some(other))]);
    }
    // Of an empty side and one environment it is clear what became of it, whatever its name.
    match (old.stacks.as_slice(), new.stacks.as_slice()) {
        ([], [only]) => return Ok(vec![(only.name.clone(), None, Some(only))]),
        ([only], []) => return Ok(vec![(only.name.clone(), Some(only), None)]),
        _ => {}
    }
    let (old_stacks, new_stacks) = (by_name(old, new)?, by_name(new, old)?);
    let names: BTreeSet<&str> = old_stacks.keys().chain(new_stacks.keys()).copied().collect();
    let pair = |name: &str| (Some(name.to_owned()), old_stacks.get(name).copied(), new_stacks.get(name).copied());
    Ok(names.into_iter().map(pair).collect())
}

fn by_name<'a>(side: &'a Side, other: &Side) -> Result<BTreeMap<&'a str, &'a Stack>, DiffError> {
    let mut stacks = BTreeMap::new();
    for stack in &side.stacks {
        let unnamed = || DiffError::Unnamed(side.name.clone(), other.name.clone());
        let name = stack.name.as_deref().ok_or_else(unnamed)?;
        if stacks.insert(name, stack).is_some() {
            return Err(DiffError::SameName { side: side.name.clone(), name: name.to_owned() });
        }
    }
    Ok(stacks)
}

fn by_identity<'a>(side: &str, stack: Option<&'a Stack>) -> Result<live::Raw<'a>, DiffError> {
    let mut objects = live::Raw::new();
    for object in stack.into_iter().flat_map(|stack| &stack.objects) {
        let identity = Identity::of(object);
        if objects.insert(identity.clone(), object).is_some() {
            return Err(DiffError::Twice { side: side.to_owned(), object: identity });
        }
    }
    Ok(objects)
}

fn changes(old: &live::Whole, new: &live::Whole) -> Vec<ObjectChange> {
    let around: (Vec<&Object>, Vec<&Object>) = (old.values().collect(), new.values().collect());
    let identities: BTreeSet<&Identity> = old.keys().chain(new.keys()).collect();
    let of_one = |identity: &Identity| change(identity, old.get(identity), new.get(identity), &around);
    let mut changes: Vec<ObjectChange> = identities.into_iter().filter_map(of_one).collect();
    changes.sort_by_key(|change| change.meanings.first().map_or(Class::ALL.len(), |meaning| meaning.class as usize));
    changes
}

fn change(
    identity: &Identity,
    old: Option<&Object>,
    new: Option<&Object>,
    (before, after): &(Vec<&Object>, Vec<&Object>),
) -> Option<ObjectChange> {
    let (fate, fields) = match (old, new) {
        (None, Some(_)) => (Fate::Added, Vec::new()),
        (Some(_), None) => (Fate::Removed, Vec::new()),
        (Some(old), Some(new)) => (Fate::Changed, fields::compare(&old.body, &new.body)),
        (None, None) => return None,
    };
    if fate == Fate::Changed && fields.is_empty() {
        return None;
    }
    let pair = Pair { old, new, fields: &fields, before, after };
    let (meanings, notes) = (classes::meanings(&pair), classes::notes(&pair));
    let fields = fields.iter().map(|field| hide::field(&identity.kind, field)).collect();
    Some(ObjectChange { identity: identity.clone(), fate, meanings, notes, fields })
}
