//! Objects → text: a YAML stream, a folder that Kustomize reads, JSON. One file a format.
//!
//! Invariant: the same objects give the same bytes, and every scalar survives a reader of YAML 1.1 and of YAML 1.2.

pub mod folder;
pub mod json;
pub mod yaml;

/// An object that can't be written: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("{kind} `{name}` can't be written: {reason}")]
pub struct EmitError {
    /// The kind of the object.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What the writer says.
    pub reason: String,
}
