//! The language server: what `check` says, while a file is written, and what helps to write it.
//!
//! ```text
//!  client ──► transport ──texts──► analysis ──findings──► client        transport never computes
//!                │                   │  ▲
//!                │                   ▼  │
//!                │                  judge            a child process with Nickel, for what is more than plain data
//!                │
//!                └──requests──► answers ──────────► client              from the newest text, and what was last known
//! ```
//!
//! Invariants: each request has exactly one answer, a panic included; what is answered is of the newest text; everything that is
//! imported is read as the command line reads it, with open texts in the place of their files. A feature is plain data in and
//! out (`features`); only `requests` and `protocol` know the types of the protocol.

mod analysis;
mod answers;
mod client;
pub mod cursor;
pub mod features;
mod judge;
mod lines;
mod protocol;
mod publish;
mod requests;
mod shared;
mod shelf;
mod texts;
mod transport;
mod uri;
mod wire;

pub use analysis::Search;
pub use judge::{Program, answer};
pub use texts::Texts;
pub use transport::{Setup, serve};
pub use wire::{Request, read};
