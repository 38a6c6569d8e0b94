//! What the server can say of a text: plain data in and out, places in bytes, and nothing of the protocol.

use crate::evaluate::schema::Schema;
use crate::fleet::Member;
use std::path::Path as FilePath;

/// What a feature sees: the text as it is now, and what was last known of the environments that it is part of.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The text.
    pub text: &'a str,
    /// The file that holds it.
    pub path: &'a FilePath,
    /// What an environment may say.
    pub schema: &'a Schema,
    /// What the newest analysis found.
    pub known: Option<&'a Known>,
}

/// What the newest analysis knows. Its places are in the sources of its members, whose texts are those of that analysis.
#[derive(Clone, Default)]
pub struct Known {
    /// The environments of the workspace, each by itself.
    pub members: Vec<Member>,
}
