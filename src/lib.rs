//! agentos-cfg: a declarative configuration compiler for AgentOS on Kubernetes.
//!
//! Data flows one way; each stage is a function from its input to a value plus findings, and knows nothing of the
//! stages after it:
//!
//! ```text
//!  files, stdin, embedded library
//!        │ source      texts and places                                  (the only reader)
//!        ▼
//!     evaluate         Nickel → a tree in which every node has a place   (the only user of nickel-lang-core)
//!        ▼
//!      model           tree → the typed environment
//!        ├──► rules    environment → findings
//!        ▼
//!      fleet           environments → each linked with its peers, and findings between them
//!        ▼
//!      lower           environment → Kubernetes objects
//!        ▼
//!      patch           objects → objects, changed as the environment says
//!        ├──► verify   objects → findings; knows nothing of the model
//!        ▼
//!       emit           objects → YAML stream, folder, JSON
//!
//!  findings of every stage flow into one list, without the credentials that `scan` finds; `render` prints it, and
//!  `commands` writes.
//! ```
//!
//! `compile` is the pipeline, in one file. Two things that all stages are about have a room of their own: what the
//! runtime is (`agentos`) and what a manifest says (`objects`). Imports go down these floors, never up:
//!
//! ```text
//!  10  commands reference
//!   9  language_server
//!   8  compile
//!   7  cache
//!   6  diff fleet patch
//!   5  emit format lower render rules verify
//!   4  evaluate finding graph guides objects policy smoke
//!   3  catalogue fix model packed redact
//!   2  agentos diagnostic seal tree
//!   1  characters names pages path quantity scan source suggest words
//!   0  layout
//! ```

pub mod agentos;
pub mod cache;
pub mod catalogue;
pub mod characters;
pub mod commands;
pub mod compile;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod evaluate;
pub mod finding;
pub mod fix;
pub mod fleet;
pub mod format;
pub mod graph;
pub mod guides;
pub mod language_server;
mod layout;
pub mod lower;
pub mod model;
pub mod names;
pub mod objects;
pub mod packed;
pub mod pages;
pub mod patch;
pub mod path;
pub mod policy;
pub mod quantity;
pub mod redact;
pub mod reference;
pub mod render;
pub mod rules;
pub mod scan;
pub mod seal;
pub mod smoke;
pub mod source;
mod suggest;
pub mod tree;
pub mod verify;
mod words;

pub use compile::{Compiler, Outcome, STACK};
pub use diagnostic::Diagnostic;
