//! What the runtime makes of what it is given: the one answer for rules, `verify`, `diff` and `smoke`.
//!
//! Invariant: no other room compares releases, or the text of a setting, to learn what a service does.

mod audit;
mod callers;
mod production;
mod storage;
mod taken;
mod variable;

pub use audit::{FILE, Sink};
pub use callers::{Callers, EVERYBODY, Given, Metrics, callers, metrics};
pub use production::{PRODUCTION, profile, stops_production};
pub use storage::{STORES, Store, in_database, several_pods};
pub use taken::{Taken, taken};
pub use variable::{Variable, read_elsewhere, setting, variable};
