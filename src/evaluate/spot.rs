//! What the language says of a place: its shape, its contract and its field. The editor and `explain` say it.

use super::Contract;
use super::schema::{Choice, FieldSchema, Schema, Shape};

/// What the language says of a place.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) shape: &'a Shape,
    /// The last field on the way.
    pub(crate) field: Option<&'a FieldSchema>,
    pub(crate) contract: Option<Contract<'a>>,
    /// The contract of the record that has that field.
    pub(crate) around: Option<Contract<'a>>,
}

impl<'a> Spot<'a> {
    /// What is said of an environment as a whole, under the release of this tag.
    pub(crate) fn root(schema: &'a Schema, release: Option<&'a str>) -> Spot<'a> {
        let contract = Some(Contract::environment(release));
        Spot { shape: &schema.root, field: None, contract, around: None }
    }

    /// What is said of a field of a record.
    pub(crate) fn of(self, field: &'a FieldSchema) -> Spot<'a> {
        let contract = self.contract.and_then(|contract| contract.field(&field.name));
        Spot { shape: &field.shape, field: Some(field), contract, around: self.contract }
    }

    /// What is said of the payload of a choice.
    pub(crate) fn payload(self, choice: &'a Choice) -> Option<Spot<'a>> {
        let contract = self.contract.and_then(|contract| contract.payload(&choice.tag));
        Some(Spot { shape: choice.payload.as_ref()?, contract, around: None, ..self })
    }

    /// The fields of a record, those of the release alone.
    pub(crate) fn fields(self) -> Vec<&'a FieldSchema> {
        let Shape::Record(fields) = self.shape else { return Vec::new() };
        let exists = |field: &&FieldSchema| self.contract.is_none_or(|contract| contract.has_field(&field.name));
        fields.iter().filter(exists).collect()
    }

    /// The tags of a choice.
    pub(crate) fn choices(self) -> Vec<&'a Choice> {
        let Shape::Choice(choices) = self.shape else { return Vec::new() };
        let exists = |choice: &&Choice| self.contract.is_none_or(|contract| contract.has_tag(&choice.tag));
        choices.iter().filter(exists).collect()
    }

    /// The name of the contract of a scalar.
    pub(crate) fn scalar(self) -> Option<&'a str> {
        if let Shape::Scalar { name, .. } = self.shape { Some(name) } else { None }
    }

    /// What is said of what comes with a tag.
    pub(crate) fn tagged(self, tag: &str) -> Option<Spot<'a>> {
        self.choices().into_iter().find(|choice| choice.tag == tag).and_then(|choice| self.payload(choice))
    }

    /// What is said of what stands under a name: a field of a record, or any name where all are allowed.
    pub(crate) fn named(self, name: &str) -> Option<Spot<'a>> {
        match self.shape {
            Shape::Record(_) => self.fields().into_iter().find(|field| field.name == name).map(|field| self.of(field)),
            Shape::Dict(inner) => {
                let contract = self.contract.and_then(|contract| contract.field(name));
                Some(Spot { shape: inner, contract, around: None, ..self })
            }
            Shape::Array(_) | Shape::Choice(_) | Shape::Scalar { .. } => None,
        }
    }

    /// What is said of an element of an array.
    pub(crate) fn element(self) -> Option<Spot<'a>> {
        let Shape::Array(inner) = self.shape else { return None };
        let contract = self.contract.and_then(Contract::element);
        Some(Spot { shape: inner, contract, around: None, ..self })
    }

    /// What a value has to be, in words; empty where the type says it all.
    pub(crate) fn constraint(self) -> String {
        let range = self.contract.and_then(|contract| contract.range());
        let help = self.contract.and_then(|contract| contract.help());
        match (self.shape, range, help) {
            (Shape::Scalar { doc: Some(doc), .. }, _, _) => doc.clone(),
            (Shape::Scalar { name, .. }, Some((low, high)), _) => format!("{name}, from {low} to {high}."),
            (Shape::Scalar { .. }, None, Some(help)) => sentence(help),
            _ => String::new(),
        }
    }
}

/// What says how to write something, as a sentence.
fn sentence(help: &str) -> String {
    let mut characters = help.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}
