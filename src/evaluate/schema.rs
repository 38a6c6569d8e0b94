//! The language's description of itself, read from the library's syntax tree.
//!
//! Messages take allowed choices, known fields and documentation from here; the language reference is written from
//! it. `schema/read.rs` makes it of the library, and what it made is embedded as `schema.json`, so that a message costs no look
//! at the library.

pub(super) mod read;
mod words;

use crate::path::{Path, Segment};
use crate::source::{FileId, Span};
use serde::{Deserialize, Serialize};

/// The shape of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The shape of `Environment`.
    pub root: Shape,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// These fields and no others.
    Record(Vec<FieldSchema>),
    /// Any names, each with a value of one shape.
    Dict(Box<Shape>),
    /// A list.
    Array(Box<Shape>),
    /// One of these tags.
    Choice(Vec<Choice>),
    /// Something without inner structure.
    Scalar {
        /// The name of its contract.
        name: String,
        /// What the library says of the contract.
        doc: Option<String>,
    },
}

/// A tag with what comes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The tag, without the quote.
    pub tag: String,
    /// The shape of what comes with it.
    pub payload: Option<Shape>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSchema {
    /// Its name.
    pub name: String,
    /// Its documentation, as Markdown.
    pub doc: String,
    /// Its shape.
    pub shape: Shape,
    /// Whether it may be left out.
    pub presence: Presence,
    /// Where the library declares it.
    pub place: Option<Place>,
}

/// Whether a field may be left out, and what holds then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// It must be set.
    Required,
    /// It may be left out, and then there is none.
    Optional,
    /// It may be left out; this expression holds then.
    Default(String),
}

/// A place in the library: the module by its position in [`crate::source::LIBRARY`], and from where to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place(pub usize, pub u32, pub u32);

impl Place {
    /// The place in the texts of the library, as they were taken into the sources.
    pub(super) fn span(self, library: &[FileId]) -> Option<Span> {
        let Place(module, start, end) = self;
        Some(Span { file: *library.get(module)?, start, end })
    }
}

impl Schema {
    /// The schema of the embedded library.
    pub fn embedded() -> Schema {
        // Nothing to report: it can be decoded, or the tests fail.
        serde_json::from_str(include_str!("schema.json")).unwrap_or(Schema { root: Shape::Record(Vec::new()) })
    }

    /// The schema as it is embedded: one line a field.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        json.replace("[{\"name\":", "[\n{\"name\":").replace(",{\"name\":", ",\n{\"name\":") + "\n"
    }

    /// The field that a path leads to.
    pub fn field(&self, path: &Path) -> Option<&FieldSchema> {
        let mut shape = &self.root;
        let mut found = None;
        for segment in &path.0 {
            match (segment, shape) {
                (Segment::Index(_), Shape::Array(inner)) | (Segment::Field(_), Shape::Dict(inner)) => shape = inner,
                (Segment::Field(name), shape_here) => {
                    let field = shape_here.member(name)?;
                    found = Some(field);
                    shape = &field.shape;
                }
                (Segment::Index(_) | Segment::Item(_), _) => return None,
            }
        }
        found
    }

    /// The shape that a path leads to.
    pub fn shape(&self, path: &Path) -> Option<&Shape> {
        let mut shape = &self.root;
        for segment in &path.0 {
            shape = match (segment, shape) {
                (Segment::Index(_), Shape::Array(inner)) | (Segment::Field(_), Shape::Dict(inner)) => inner,
                (Segment::Field(name), here) => &here.member(name)?.shape,
                (Segment::Index(_) | Segment::Item(_), _) => return None,
            };
        }
        Some(shape)
    }
}

impl Shape {
    /// The field of this name, of a record or of what comes with any of the tags.
    pub fn member(&self, name: &str) -> Option<&FieldSchema> {
        match self {
            Shape::Record(fields) => fields.iter().find(|field| field.name == name),
            Shape::Choice(choices) => {
                choices.iter().filter_map(|choice| choice.payload.as_ref()).find_map(|payload| payload.member(name))
            }
            Shape::Dict(_) | Shape::Array(_) | Shape::Scalar { .. } => None,
        }
    }

    /// The names of the fields that may stand here.
    pub fn member_names(&self) -> Vec<&str> {
        match self {
            Shape::Record(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
            Shape::Choice(choices) => {
                choices.iter().filter_map(|choice| choice.payload.as_ref()).flat_map(Shape::member_names).collect()
            }
            Shape::Dict(_) | Shape::Array(_) | Shape::Scalar { .. } => Vec::new(),
        }
    }

    /// What a user calls a value of this shape.
    pub fn kind(&self) -> String {
        match self {
            Shape::Record(_) | Shape::Dict(_) => "a record".to_owned(),
            Shape::Array(_) => "an array".to_owned(),
            Shape::Choice(_) => "a choice".to_owned(),
            Shape::Scalar { name, .. } => match name.as_str() {
                "Number" => "a number".to_owned(),
                "String" => "a string".to_owned(),
                "Bool" => "a boolean".to_owned(),
                _ => format!("a {name}"),
            },
        }
    }
}
