//! `exposure`: more can reach the stack, or more may be done in it. One file a boundary.

mod hardening;
mod policy;
mod routes;
mod settings;

use super::Pair;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    [routes::check, policy::check, settings::check, hardening::check].iter().flat_map(|check| check(pair)).collect()
}
