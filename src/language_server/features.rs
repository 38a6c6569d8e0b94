//! What the server can say of a text: plain data in and out, places in bytes, and nothing of the protocol.

mod brackets;
mod comments;
pub mod completion;
pub mod definition;
pub mod effects;
pub mod fields;
pub mod files;
pub mod folding;
pub mod highlights;
pub mod hover;
pub mod inlay_hints;
mod keys;
pub mod links;
pub mod manifest;
pub mod mentions;
pub mod references;
pub mod rename;
pub mod selection;
pub mod semantic_tokens;
mod skeleton;
mod spot;
pub mod symbols;
pub mod workspace_symbols;

use crate::evaluate::schema::Schema;
use crate::fleet::Member;
use crate::language_server::cursor::Parts;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

/// What a feature sees: the text as it is now, and what was last known of the environments that it is part of.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The text, taken apart.
    pub parts: &'a Parts,
    /// The file that holds it.
    pub path: &'a FilePath,
    /// What an environment may say.
    pub schema: &'a Schema,
    /// What the newest analysis found.
    pub known: Option<&'a Known>,
}

impl<'a> View<'a> {
    /// The text.
    pub fn text(&self) -> &'a str {
        self.parts.text()
    }
}

/// What the newest analysis knows of the environments of the workspace. The places of each are in its own sources, whose texts
/// are those of that analysis.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The environments, each by itself.
    pub members: Vec<Arc<Member>>,
    /// For each file the last environment that could be evaluated: the newest one, but for files that can't be now.
    pub sound: BTreeMap<PathBuf, Arc<Member>>,
}

/// What there is in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the folder.
    pub name: String,
    /// Whether it is a folder itself.
    pub is_folder: bool,
}

/// A place that an answer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In a file of the user.
    File {
        /// The file.
        path: PathBuf,
        /// The bytes.
        range: Range<usize>,
    },
    /// In the library.
    Library {
        /// The module, by its position in [`crate::source::LIBRARY`].
        module: usize,
        /// The bytes.
        range: Range<usize>,
    },
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod writing_tests;
