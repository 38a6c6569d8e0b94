//! What differences mean: one file a class, one ordered registry.
//!
//! Invariant: a class is a function of an object as it was and as it will be, the fields in which they differ, and the
//! objects around it; it says sentences, and nothing else happens.

mod claims;
mod data_loss;
mod exposure;
mod federation;
mod immutable;
mod pods;
mod restart;
mod secret;
mod surface;
mod tenant;

use super::fields::FieldChange;
use super::{Meaning, words};
use crate::diagnostic::Code;
use crate::objects::object::Object;
use crate::objects::view::json::entries;
use crate::{catalogue, redact};
use clap::ValueEnum;
use serde_json::Value as Json;

/// A class of meanings, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Class {
    /// Data is lost or left behind.
    DataLoss,
    /// The API server refuses the change: the object has to be deleted and made again.
    Immutable,
    /// More can reach the stack, or more may be done in it.
    Exposure,
    /// Something moved that others rely on.
    Surface,
    /// Another stack is trusted, reached or named otherwise.
    Federation,
    /// A secret comes from elsewhere, or is another.
    Secret,
    /// A tenant came, went or changed.
    Tenant,
    /// Pods restart.
    Restart,
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Class; 8] = [
        Class::DataLoss,
        Class::Immutable,
        Class::Exposure,
        Class::Surface,
        Class::Federation,
        Class::Secret,
        Class::Tenant,
        Class::Restart,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::DataLoss => "data-loss",
            Class::Immutable => "immutable",
            Class::Exposure => "exposure",
            Class::Surface => "surface",
            Class::Federation => "federation",
            Class::Secret => "secret",
            Class::Tenant => "tenant",
            Class::Restart => "restart",
        }
    }

    /// Its code in the catalogue, where it has one.
    pub fn code(self) -> Option<Code> {
        (self == Class::Immutable).then_some(catalogue::IMMUTABLE_CHANGE)
    }
}

/// An object as it was and as it will be.
pub struct Pair<'a> {
    /// As it was.
    pub old: Option<&'a Object>,
    /// As it will be.
    pub new: Option<&'a Object>,
    /// The fields that differ; none where all of it came or went.
    pub fields: &'a [FieldChange],
    /// All objects that were there.
    pub before: &'a [&'a Object],
    /// All objects that will be there.
    pub after: &'a [&'a Object],
}

impl<'a> Pair<'a> {
    fn object(&self) -> Option<&'a Object> {
        self.new.or(self.old)
    }

    fn kind(&self) -> &'a str {
        self.object().map_or("", |object| &object.kind)
    }

    /// The name, quoted.
    fn name(&self) -> String {
        words::quoted(self.object().map_or("", |object| &object.name))
    }

    fn is_added(&self) -> bool {
        self.old.is_none()
    }

    fn is_removed(&self) -> bool {
        self.new.is_none()
    }

    /// Whether the object goes with its namespace.
    fn is_namespace_removed(&self) -> bool {
        let name = self.object().and_then(|object| object.namespace.as_ref());
        let has =
            |objects: &[&Object]| objects.iter().any(|other| other.kind == "Namespace" && Some(&other.name) == name);
        has(self.before) && !has(self.after)
    }

    fn at_old(&self, pointer: &str) -> Option<&'a Json> {
        at(self.old?, pointer)
    }

    fn at_new(&self, pointer: &str) -> Option<&'a Json> {
        at(self.new?, pointer)
    }

    /// Both values at a place, if there was one and it is not the same now.
    fn differing(&self, pointer: &str) -> Option<(&'a Json, Option<&'a Json>)> {
        let old = self.at_old(pointer)?;
        let new = self.at_new(pointer);
        (Some(old) != new).then_some((old, new))
    }

    /// The entries of a map, as they were and as they will be; those that come are the last.
    fn entries(&self, pointer: &str) -> Vec<(&'a str, Option<&'a Json>, Option<&'a Json>)> {
        let (old, new) = (self.at_old(pointer), self.at_new(pointer));
        let is_new = |name: &str| old.is_none_or(|old| old.get(name).is_none());
        let names = entries(old).chain(entries(new).filter(|(name, _)| is_new(name))).map(|(name, _)| name);
        names.map(|name| (name, old.and_then(|old| old.get(name)), new.and_then(|new| new.get(name)))).collect()
    }

    fn changes_below(&self, fields: &[&str]) -> bool {
        self.fields.iter().any(|change| change.path.is_below(fields))
    }
}

fn at<'a>(object: &'a Object, pointer: &str) -> Option<&'a Json> {
    object.body.pointer(pointer).filter(|value| !value.is_null())
}

/// A scalar as it stands in a sentence.
fn quoted(value: &Json) -> String {
    words::quoted(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

type Check = fn(&Pair<'_>) -> Vec<String>;

const CLASSES: [(Class, Check); 8] = [
    (Class::DataLoss, data_loss::check),
    (Class::Immutable, immutable::check),
    (Class::Exposure, exposure::check),
    (Class::Surface, surface::check),
    (Class::Federation, federation::check),
    (Class::Secret, secret::check),
    (Class::Tenant, tenant::check),
    (Class::Restart, restart::check),
];

/// All that a difference means, in the order of classes, without credentials.
pub fn meanings(pair: &Pair<'_>) -> Vec<Meaning> {
    let of_class = |(class, check): &(Class, Check)| {
        let class = *class;
        check(pair).into_iter().map(move |text| Meaning { class, text: redact::text(&text) }).collect::<Vec<_>>()
    };
    let mut meanings: Vec<Meaning> = CLASSES.iter().flat_map(of_class).collect();
    meanings.dedup();
    meanings
}

/// What a difference depends on that no side says.
pub(super) fn notes(pair: &Pair<'_>) -> Vec<String> {
    claims::notes(pair).into_iter().map(|text| redact::text(&text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_registered_in_order() {
        assert_eq!(CLASSES.map(|(class, _)| class), Class::ALL);
        assert!(Class::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(Class::ALL.iter().enumerate().all(|(index, class)| *class as usize == index));
    }

    #[test]
    fn classes_are_called_on_the_command_line_as_in_reports() {
        for class in Class::ALL {
            assert_eq!(class.to_possible_value().unwrap().get_name(), class.as_str());
        }
    }
}
