//! The language server: what an editor asks of a text that is being written.

pub mod cursor;
pub mod features;
