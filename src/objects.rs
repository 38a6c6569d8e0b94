//! What a manifest says.
//!
//! Invariant: it knows AgentOS and Kubernetes, and no environment.

pub mod annotations;
pub mod kubelet;
pub(crate) mod makers;
pub mod object;
pub mod reach;
pub mod tokens;
pub mod toleration;
pub mod view;
pub mod yaml;
