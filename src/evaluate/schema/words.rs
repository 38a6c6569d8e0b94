//! What the schema says, in a few words: messages of an editor and the language reference share them.

use super::{Choice, FieldSchema, Presence, Shape};

impl Shape {
    /// The type, in words.
    pub fn in_words(&self) -> String {
        match self {
            Shape::Record(_) => "record".to_owned(),
            Shape::Dict(inner) => format!("record of any names, each: {}", inner.in_words()),
            Shape::Array(inner) => format!("array, each: {}", inner.in_words()),
            Shape::Choice(choices) => {
                choices.iter().map(|choice| format!("`{}`", choice.in_words())).collect::<Vec<_>>().join(" or ")
            }
            Shape::Scalar { name, .. } => name.clone(),
        }
    }
}

impl Choice {
    /// The tag, with what comes with it.
    fn in_words(&self) -> String {
        match &self.payload {
            None => format!("'{}", self.tag),
            Some(Shape::Record(_)) => format!("'{} {{ … }}", self.tag),
            Some(other) => format!("'{} ({})", self.tag, other.in_words()),
        }
    }
}

impl FieldSchema {
    /// Whether the field may be left out, and what holds then.
    pub fn presence_in_words(&self) -> String {
        match (&self.presence, &self.shape) {
            (Presence::Required, _) => "required".to_owned(),
            (Presence::Optional, _) => "optional".to_owned(),
            (Presence::Default(text), Shape::Record(_)) if text == "{}" => "its fields have defaults".to_owned(),
            (Presence::Default(text), _) => format!("`{text}`"),
        }
    }

    /// The same as a part of a sentence.
    pub fn presence_in_a_sentence(&self) -> String {
        match (&self.presence, self.presence_in_words()) {
            (Presence::Default(_), text) if text.starts_with('`') => format!("by default {text}"),
            (_, text) => text,
        }
    }

    /// The expression that holds where the field is left out.
    pub fn default(&self) -> Option<&str> {
        match &self.presence {
            Presence::Default(text) => Some(text),
            Presence::Required | Presence::Optional => None,
        }
    }

    /// What the field is, in a line.
    pub fn first_sentence(&self) -> &str {
        self.doc.split_inclusive(". ").next().unwrap_or_default().trim_end()
    }

    /// The sentences of the documentation that are about a tag; all of them where none is.
    pub fn doc_of_tag(&self, tag: &str) -> String {
        let mark = format!("`'{tag}");
        let sentences: Vec<&str> = self.doc.split_inclusive(". ").filter(|sentence| sentence.contains(&mark)).collect();
        if sentences.is_empty() { self.doc.clone() } else { sentences.concat().trim_end().to_owned() }
    }
}
