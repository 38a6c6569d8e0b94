//! `exposure`: more can reach the stack, or more may be done in it. One file a boundary.

mod grants;
mod guards;
mod hardening;
mod policy;
mod routes;
mod services;
mod settings;
mod trust;

use super::Pair;

pub(super) fn check(pair: &Pair<'_>) -> Vec<String> {
    let checks = [
        services::check,
        routes::check,
        grants::check,
        guards::check,
        policy::check,
        settings::check,
        trust::check,
        hardening::check,
    ];
    checks.iter().flat_map(|check| check(pair)).collect()
}
