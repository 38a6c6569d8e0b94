//! The language server, spoken to as editors speak to it.

mod actions;
mod client;
#[path = "../common/mod.rs"]
mod common;
mod diagnostics;
mod lifecycle;
mod typing;
