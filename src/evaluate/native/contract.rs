//! The table of contracts, for what asks of a value before it is written: an editor.

use super::{Default, Literal, Match, Reference, Shape, table};

/// What values of a contract are, by how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Text,
    Number,
    Bool,
    Choice,
    Record,
    Array,
    /// Several of these, or what depends on other fields.
    Any,
}

/// The contract of a value of an environment, under the release that the environment names.
#[derive(Clone, Copy)]
pub(crate) struct Contract<'r> {
    shape: &'static Shape,
    release: &'r str,
}

impl<'r> Contract<'r> {
    /// The contract of an environment as a whole. Without a release that there is, the default one counts.
    pub(crate) fn environment(release: Option<&'r str>) -> Contract<'r> {
        let default =
            || match table::ENVIRONMENT {
                Shape::Record(fields) => fields.iter().find(|field| field.name == "runtime").and_then(|field| {
                    match field.default.as_ref()?.value {
                        Literal::Tag(tag) => Some(tag),
                        _ => None,
                    }
                }),
                _ => None,
            };
        Contract { shape: table::ENVIRONMENT, release: release.or_else(default).unwrap_or_default() }
    }

    /// The contract of a field.
    pub(crate) fn field(self, name: &str) -> Option<Contract<'r>> {
        match self.shape {
            Shape::Record(fields) => self.of(fields.iter().find(|field| field.name == name)?.shape),
            Shape::Dict(inner) => self.of(inner),
            _ => None,
        }
    }

    /// The contract of an element.
    pub(crate) fn element(self) -> Option<Contract<'r>> {
        if let Shape::Array(inner) = self.shape { self.of(inner) } else { None }
    }

    /// The contract of what comes with a tag.
    pub(crate) fn payload(self, tag: &str) -> Option<Contract<'r>> {
        let Shape::Choice(choices) = self.shape else { return None };
        let (_, payload) = choices.iter().find(|(name, _)| *name == tag)?;
        self.of((*payload)?)
    }

    /// The contract of the field of this name, of a record or of what comes with any of the tags.
    pub(crate) fn member(self, name: &str) -> Option<Contract<'r>> {
        let Shape::Choice(choices) = self.shape else { return self.field(name) };
        choices.iter().find_map(|(tag, _)| self.payload(tag)?.field(name))
    }

    /// What its values are.
    pub(crate) fn sort(self) -> Sort {
        let sorts = self.parts().map(|shape| match shape {
            Shape::String | Shape::Text(..) | Shape::KeyOf(..) => Sort::Text,
            Shape::Number | Shape::Integer(..) => Sort::Number,
            Shape::Bool => Sort::Bool,
            Shape::Choice(_) => Sort::Choice,
            Shape::Record(_) | Shape::Dict(_) => Sort::Record,
            Shape::Array(_) => Sort::Array,
            Shape::Any | Shape::Scalar(_) | Shape::All(_) | Shape::Depends(..) | Shape::Opaque => Sort::Any,
        });
        sorts.reduce(|one, other| if one == Sort::Any { other } else { one }).unwrap_or(Sort::Any)
    }

    /// Whether a record may have a field of this name.
    pub(crate) fn has_field(self, name: &str) -> bool {
        match self.shape {
            Shape::Record(fields) => fields.iter().any(|field| field.name == name),
            _ => true,
        }
    }

    /// Whether a choice has this tag.
    pub(crate) fn has_tag(self, tag: &str) -> bool {
        matches!(self.shape, Shape::Choice(choices) if choices.iter().any(|(name, _)| *name == tag))
    }

    /// The tags of a choice.
    pub(crate) fn tags(self) -> impl Iterator<Item = &'static str> {
        let choices = if let Shape::Choice(choices) = self.shape { *choices } else { &[] };
        choices.iter().map(|(tag, _)| *tag)
    }

    /// Whether a text is surely accepted, but for what depends on other fields.
    pub(crate) fn accepts_text(self, text: &str) -> bool {
        self.parts().all(|shape| match shape {
            Shape::Text(pattern, _) => pattern.matches(text) == Match::Yes,
            Shape::String | Shape::Any | Shape::Scalar(_) | Shape::KeyOf(..) => true,
            _ => false,
        })
    }

    /// The least and the greatest of the whole numbers that are accepted.
    pub(crate) fn range(self) -> Option<(i64, i64)> {
        self.parts().find_map(|shape| if let Shape::Integer(low, high, _) = shape { Some((*low, *high)) } else { None })
    }

    /// How to write a text, in words.
    pub(crate) fn help(self) -> Option<&'static str> {
        self.parts().find_map(|shape| match shape {
            Shape::Text(_, [_, words]) => words.notes.first().copied(),
            _ => None,
        })
    }

    /// The record whose fields are the texts that are accepted: so many records further out than the value, by this name.
    pub(crate) fn keys(self) -> Option<(usize, &'static str)> {
        self.parts().find_map(|shape| match shape {
            Shape::KeyOf(Reference(out, name), _) => Some((*out, *name)),
            _ => None,
        })
    }

    /// The text or the number that holds for a field where it is left out, as it is written.
    pub(crate) fn default_of(self, name: &str) -> Option<String> {
        let Shape::Record(fields) = self.shape else { return None };
        let Default { value, .. } = fields.iter().find(|field| field.name == name)?.default.as_ref()?;
        match value {
            Literal::Text(text) => Some((*text).to_owned()),
            Literal::Number(number) => Some((*number).to_owned()),
            _ => None,
        }
    }

    /// What has to hold of a value, all of it.
    fn parts(self) -> impl Iterator<Item = &'static Shape> {
        let (one, all) = match self.shape {
            Shape::All(parts) => (None, *parts),
            shape => (Some(shape), [].as_slice()),
        };
        one.into_iter().chain(all.iter().copied())
    }

    fn of(self, shape: &'static Shape) -> Option<Contract<'r>> {
        let shape = match shape {
            Shape::Depends(_, branches) => {
                branches.iter().find(|(tag, _)| *tag == self.release).or(branches.first()).map(|(_, shape)| *shape)?
            }
            shape => shape,
        };
        Some(Contract { shape, ..self })
    }
}
