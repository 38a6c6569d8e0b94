//! What the AgentOS runtime is, and what it makes of what it is given.
//!
//! Invariant: it knows neither environments nor manifests.

pub mod behaviour;
pub mod settings;
pub mod surface;
pub mod vocabulary;
